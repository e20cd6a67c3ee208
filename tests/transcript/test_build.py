"""What is in a transcript: order, numbers, relations between posts, statistics, coverage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.events import (
    Deleted,
    Hidden,
    Placed,
    Recorded,
    RemarkCorrected,
    Remarked,
    Undone,
)
from tartantm.core.post import Author, Post
from tartantm.transcript import FORMATS, ExportOptions
from tartantm.transcript.export import ExportContext
from tests.builders import captured, chat_of
from tests.transcript.evening import AGENDA, PEOPLE, START, Evening, big, edited, small
from tests.transcript.reading import by_text, made

AILSA, CALUM, DELE = PEOPLE["ailsa"], PEOPLE["calum"], PEOPLE["dele"]


def test_reading_order_is_before_questions_general_after() -> None:
    e = Evening()
    e.post(-5, DELE, "hello")
    e.open(0, "Q1")
    e.post(1, DELE, "an answer", "Q1")
    e.post(2, DELE, "the rain, though")
    e.open(5, "Q2")
    e.close(9, "Q2")
    e.post(10, DELE, "good night")
    parts = made(e.chat).parts
    names = [part.id for part in parts]
    assert names == ["before", "q1", "q2", "q2a", "q3", "q4", "general", "after"]
    told = {part.id: [item.post.text for item in part.items] for part in parts}
    assert told["before"] == ["hello"] and told["after"] == ["good night"]
    assert told["general"] == ["the rain, though"] and told["q2a"] == []


def test_a_question_says_when_it_was_opened_and_closed() -> None:
    parts = {part.id: part for part in made(small().chat).parts}
    zone = AGENDA.tz
    assert parts["q1"].opened_at == START.astimezone(zone)
    assert parts["q1"].closed_at == (START + timedelta(minutes=12)).astimezone(zone)
    assert parts["q4"].opened_at is None and parts["q4"].closed_at is None
    assert parts["q1"].summary == "Not over, but *quieter*.\n\nTwo people disagreed."


def test_numbers_are_those_of_capture_whatever_the_order() -> None:
    evening = small()
    evening.post(-30, DELE, "earlier than all, and found last")
    chat = evening.chat
    transcript = made(chat)
    numbers = [item.number for item in transcript.posts]
    assert numbers == [chat.entries[item.post.id].number for item in transcript.posts]
    assert len(set(numbers)) == len(numbers) and numbers != sorted(numbers)
    folded = [item for item in transcript.posts if item not in transcript.shown]
    assert {item.folded_into for item in folded} == {by_text(transcript, "A2 Only").post.id}


def test_late_answers_stand_with_their_question_and_say_so() -> None:
    transcript = made(small().chat)
    late = by_text(transcript, "And the beer mat")
    assert late.question == "Q1" and late.answered_while == "Q3"
    assert by_text(transcript, "A1 You").answered_while == ""
    e = Evening()
    e.open(0, "Q1")
    e.close(5, "Q1")
    e.post(9, DELE, "one more thing", "Q1")
    e.post(-9, DELE, "too early", "Q1")
    transcript = made(e.chat)
    assert by_text(transcript, "one more").answered_while == "none"
    assert by_text(transcript, "too early").answered_while == ""


def test_replies_and_quotes_name_number_and_author() -> None:
    transcript = made(small().chat)
    first = by_text(transcript, "A1 You")
    reply = by_text(transcript, "Ours is one page").reply
    assert reply and (reply.number, reply.anchor, reply.name) == (
        first.number,
        first.anchor,
        "Calum Sample",
    )
    quote = by_text(transcript, "So true").quote
    assert quote and quote.name == "Dele Placeholder"
    unknown = by_text(transcript, "@someone quite so").reply
    assert unknown and (unknown.number, unknown.name) == (0, "@someone")


def test_a_reply_to_oneself_continues() -> None:
    e = Evening()
    first = e.post(1, DELE, "first")
    e.post(2, DELE, "second", reply_to=first)
    reply = by_text(made(e.chat), "second").reply
    assert reply and reply.own


def test_references_use_the_id_that_the_chat_holds() -> None:
    e = Evening()
    first = e.post(1, DELE, "first", aliases=("x:1", "x:2"))
    e.post(2, CALUM, "second", reply_to="x:2", quote_of="x:404")
    item = by_text(made(e.chat), "second")
    assert item.reply_to == first and item.quote_of == "x:404"


def test_reposts_are_a_count_with_names() -> None:
    folds = by_text(made(small().chat), "A2 Only").folds
    assert folds and folds.reposters == ("Calum Sample", "Grażyna Przykład")


def test_a_repost_without_its_original_stands_by_itself() -> None:
    e = Evening()
    e.post(1, DELE, "RT one", repost_of="x:404")
    e.post(2, CALUM, "RT two", repost_of="x:404")
    transcript = made(e.chat)
    (shown,) = transcript.shown
    assert shown.repost_of == "x:404" and shown.folds and shown.folds.reposters == ("Calum Sample",)


def test_marks_highlights_and_notes_are_collected() -> None:
    transcript = made(small().chat)
    assert [item.post.text[:2] for item in transcript.highlights] == ["A1"]
    assert list(transcript.marked) == ["decision", "action"]
    assert [item.number for item in transcript.marked["action"]] == [16, 18]
    assert by_text(transcript, "A1 You").note == "Calum’s page: https://mastodon.example/about"


def test_only_what_the_moderator_moved_says_so() -> None:
    e = Evening()
    e.open(0, "Q1")
    own = e.post(1, DELE, "A2: labelled all right", "Q1")
    moved = e.post(2, DELE, "nothing says where", "Q1")
    welcome = e.post(3, DELE, "hello", "Q1")
    e.happen(Placed({own: "Q2", moved: "Q2", welcome: None}), 5)
    e.remark(6, "Morag", "Glasgow", "said aloud", "Q2")
    moves = {item.post.text: item.moved for item in made(e.chat).posts}
    assert moves == {
        "A2: labelled all right": False,
        "nothing says where": True,
        "hello": False,
        "said aloud": False,
    }


def test_labels_do_not_run_away_with_odd_text() -> None:
    e = Evening()
    for n, text in enumerate(("@. " * 4000, "#" * 9000, ". " * 9000, "@a" * 5000)):
        post = e.post(n, DELE, text)
        e.happen(Placed({post: "Q1"}), 20 + n)
    assert all(item.moved for item in made(e.chat).posts)


def test_people_are_one_whatever_they_post_from() -> None:
    e = Evening()
    e.post(1, AILSA, "from one place")
    e.post(2, Author("ailsa@mastodon.example", "Ailsa 🌻"), "from another", network="mastodon")
    e.remark(3, "Ailsa Example", "Glasgow", "aloud", "Q1")
    e.post(4, Author("zed", "", id="9"), "no name")
    e.post(5, Author("aaron", "Åron", id="8"), "accents")
    told = [
        (one.name, [account.handle for account in one.accounts], one.posts, one.organisation)
        for one in made(e.chat).participants
    ]
    assert told == [
        ("Ailsa Example", ["@ailsa", "@ailsa@mastodon.example", ""], 3, "Example Council"),
        ("Åron", ["@aaron"], 1, ""),
        ("zed", ["@zed"], 1, ""),
    ]


def test_links_are_listed_once_without_tracking() -> None:
    (link,) = made(small().chat).links
    assert link.url == "https://gov.example/one-page?v=2" and link.title == "Our one page"
    assert link.shared_by == ("Bruno Sample 🌻", "Dele Placeholder")
    assert [item.number for item in link.items] == [10, 12]


def test_links_differ_by_what_matters() -> None:
    e = Evening()
    for n, url in enumerate(
        (
            "https://a.example/x?id=1&utm_source=y&fbclid=z#part",
            "https://www.A.example/x/?id=1",
            "http://a.example/x?id=1#part",
            "https://a.example/x?id=2",
        )
    ):
        e.post(n, DELE, f"see {url}")
    assert [(link.url, len(link.items)) for link in made(e.chat).links] == [
        ("https://a.example/x?id=1#part", 2),
        ("https://www.A.example/x/?id=1", 1),
        ("https://a.example/x?id=2", 1),
    ]


def test_statistics_add_up() -> None:
    transcript = made(big(200).chat)
    numbers = transcript.statistics
    assert numbers.posts == len(transcript.shown)
    assert sum(one.posts for one in numbers.questions) == numbers.posts
    assert sum(one.posts for one in numbers.networks) == numbers.posts
    assert sum(one.posts for one in numbers.bins) + numbers.earlier + numbers.later == numbers.posts
    assert sum(one.people for one in numbers.ranges) == numbers.people
    assert numbers.minutes == 5
    assert [name for one in numbers.bins for name in one.opened] == [
        question for question, _ in numbers.openings
    ]


def test_a_stray_post_days_later_does_not_stretch_the_evening() -> None:
    evening = small()
    evening.post(60 * 24 * 9, DELE, "found this again")
    numbers = made(evening.chat).statistics
    assert (numbers.minutes, numbers.later) == (5, 1) and len(numbers.bins) == 11


def test_a_slow_chat_gets_wider_bins() -> None:
    e = Evening()
    e.open(0, "Q1")
    for day in range(7):
        e.post(day * 1440, DELE, f"day {day}", "Q1")
    e.open(7 * 1440, "Q2")
    numbers = made(e.chat).statistics
    assert numbers.minutes == 240 and len(numbers.bins) <= 48


def test_coverage_counts_every_post_once() -> None:
    facts = made(small().chat).coverage
    assert facts.captured + facts.remarks == 18
    told = facts.shown + facts.folded + facts.hidden + facts.deleted + facts.restricted
    assert told == 18 and facts.remarks == 1
    assert (facts.folded, facts.hidden, facts.deleted, facts.restricted) == (2, 1, 1, 1)
    assert facts.placed["label"] == 2 and facts.unsure == 1
    assert [one.source for one in facts.sources] == [
        "x",
        "mastodon:mastodon.example",
        "file:evening.jsonl",
    ]


def test_an_undone_remark_is_as_if_it_had_never_been() -> None:
    e = Evening()
    e.remark(1, "Morag", "Glasgow", "scratch that", "Q1")
    e.happen(Undone(e.recorded[-1].seq), 2)
    transcript = made(e.chat)
    assert not transcript.posts and transcript.coverage.remarks == 0


def test_numbers_and_anchors_outlive_removals_and_late_arrivals() -> None:
    evening = big(60)

    def links() -> dict[str, tuple[int, str, str]]:
        shown = made(evening.chat).shown
        return {item.post.id: (item.number, item.anchor, item.id_anchor) for item in shown}

    before = links()
    gone = made(evening.chat).shown[3].post.id
    evening.happen(Deleted((gone,), START), 300)
    evening.post(-30, DELE, "the very first", network="bluesky")
    after = links()
    assert len(set(after.values())) == len(after)
    assert {key: after[key] for key in before if key in after} == {
        key: value for key, value in before.items() if key != gone
    }


def test_edits_say_when_and_show_the_last_wording() -> None:
    e = Evening()
    post = e.post(1, DELE, "teh register")
    edited(e, post, "the register", 4)
    (item,) = made(e.chat).shown
    assert item.post.text == "the register"
    assert item.edited == START + timedelta(minutes=4)


def test_a_time_that_a_network_claims_too_late_is_shown_as_heard() -> None:
    e = Evening()
    e.post(90, DELE, "from the future", received_at=START)
    (item,) = made(e.chat).shown
    assert item.at == START and item.post.created_at > START


def test_withheld_x_text_leaves_author_link_and_annotations() -> None:
    transcript = made(small().chat, x_text="link")
    ours = [item for item in transcript.posts if item.post.network == "x"]
    assert ours and all(item.withheld and not item.post.text and item.url for item in ours)
    assert by_text(transcript, "A1 You").starred
    assert all("Dele" not in name for link in transcript.links for name in link.shared_by)


def test_hidden_posts_come_in_where_asked_for_but_no_others() -> None:
    transcript = made(small().chat, include_hidden=True)
    assert by_text(transcript, "Pills!").hidden
    assert transcript.coverage.shown == 14
    reply = by_text(transcript, "@spam go away").reply
    assert reply and reply.name == "Buy Cheap Pills"
    assert not [item for item in transcript.posts if "Regret" in item.speaker.name]


def test_reposts_go_with_a_hidden_original() -> None:
    e = Evening()
    original = e.post(1, CALUM, "hide me", network="mastodon")
    e.post(2, DELE, "RT hide me", repost_of=original)
    e.happen(Hidden((original,)), 3)
    assert not made(e.chat).posts
    assert len(made(e.chat, include_hidden=True).posts) == 2


def test_times_are_in_the_chat_s_zone_or_in_utc() -> None:
    e = Evening(replace(AGENDA, timezone=None))
    e.post(1, DELE, "hello")
    transcript = made(e.chat)
    assert transcript.when == "Wednesday 20 June 2012, 17:00 to 19:00 UTC"
    assert transcript.shown[0].at.utcoffset() == timedelta(0)
    assert made(small().chat).when == "Wednesday 20 June 2012, 18:00 to 20:00 UK time (BST)"


def test_a_chat_without_an_agenda_has_one_part() -> None:
    e = Evening(Agenda("Chatter"))
    e.post(1, DELE, "hello")
    transcript = made(e.chat)
    assert [(part.id, part.title) for part in transcript.parts] == [("general", "Posts")]
    assert transcript.when == "Wednesday 20 June 2012, UTC"


def test_the_empty_chat() -> None:
    transcript = made(Chat())
    assert not transcript.parts and not transcript.posts and transcript.when == ""
    assert [part.id for part in made(Evening().chat).parts] == ["q1", "q2", "q2a", "q3", "q4"]


def test_posts_of_questions_that_are_gone_stand_in_general() -> None:
    e = Evening(Agenda("No questions"))
    e.post(1, DELE, "to whom it concerns", "Q9")
    assert made(e.chat).shown[0].question is None


def test_recorded_times_reach_the_transcript() -> None:
    e = Evening()
    at = datetime(2012, 6, 22, 8, 0, tzinfo=UTC)
    e.chat.apply(Recorded(99, at, Hidden(())))
    assert made(e.chat).coverage.until == at


def test_an_earlier_wording_of_a_remark_is_no_edit() -> None:
    """The moderator corrected what the moderator had typed."""
    first = Post("room:1", Author("Ewan", "Ewan"), START, "the parrot", received_at=START)
    later = replace(first, text="the lighthouse")
    chat = chat_of(Remarked(first, "Q1"), RemarkCorrected(later))
    context = ExportContext(chat, ExportOptions())
    for name, form in FORMATS.items():
        written = "".join(context.pieces(form))
        assert "the lighthouse" in written and "parrot" not in written, name
        assert "edited" not in written.partition("the lighthouse")[2][:200], name


def test_a_night_in_which_clocks_go_back() -> None:
    """01:30 comes twice: every format says which, and the heading has the zone at both ends."""
    starts = datetime(2018, 10, 27, 23, 30, tzinfo=UTC)
    agenda = replace(AGENDA, starts=starts, ends=starts + timedelta(minutes=165))
    halves = (starts + timedelta(minutes=60), starts + timedelta(minutes=120))
    posts = [Post(f"x:{n}", CALUM, at, f"half {n}", received_at=at) for n, at in enumerate(halves)]
    chat = chat_of(*captured(*posts), agenda=agenda)
    context = ExportContext(chat, ExportOptions())
    for name in ("html", "markdown", "text"):
        written = "".join(context.pieces(FORMATS[name]))
        assert "Sunday 28 October 2018, 00:30 BST to 02:15 GMT, UK time" in written, name
        assert "01:30 BST" in written and "01:30 GMT" in written, name
    for name in ("csv", "json"):
        written = "".join(context.pieces(FORMATS[name]))
        assert "2018-10-28T01:30:00+01:00" in written and "2018-10-28T01:30:00+00:00" in written


def test_a_hashtag_has_one_sign_in_whatever_form_the_agenda_has_it() -> None:
    chat = chat_of(agenda=Agenda("Chat", ("＃chat", "#other", "third")))
    assert made(chat).hashtags == ("#chat", "#other", "#third")
