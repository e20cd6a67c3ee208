from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Person, Question, Venue
from tartantm.core.chat import Chat
from tartantm.core.events import Captured, Event, Placement
from tartantm.core.post import Author, Link, Media, Post
from tartantm.core.spans import Span, joined
from tartantm.core.texts import Place, Text, texts_of_chat, texts_of_entry
from tartantm.core.traces import Traces
from tartantm.core.wordings import Wordings
from tests.builders import AGENDA, at, captured, chat_of, happen, post

WORDS = "We publish every strategy as one page and people read it"
AILSA = Author("ailsa", "Ailsa Example", "7")
RENAMED = Author("ailsa_new", "Dr Ailsa Example", "7")
ELSEWHERE = Author("ailsa@mastodon.example", "Ailsa Example", "https://mastodon.example/u/7")
SPEAKER = Author("Ailsa Example", "Ailsa Example")
MORAG = Author("morag", "Morag Sample", "8")
TOOT = "mastodon:https://mastodon.example/2"


def evening() -> Chat:
    """A person renamed, reposted, cross-posted, quoted, promoted, named and in the room."""
    promoted = replace(
        AGENDA,
        questions=(*AGENDA.questions, Question("Q4", WORDS, asked_by=("x:1",))),
        people=(*AGENDA.people, Person("Ailsa Example", ("ailsa@x",), "guest")),
    )
    chat = chat_of(
        *captured(
            post("1", WORDS, author=AILSA),
            post("2", "Good evening", 2, author=RENAMED),
            post("3", WORDS, 3, author=MORAG, repost_of="x:1"),
            post(TOOT, WORDS, 4, author=ELSEWHERE),
            post("4", f"Ailsa said “{WORDS}” just now", 5, author=MORAG, quote_of="x:1"),
            post("5", "Thanks, Ailsa Example! @ailsa_new", 6, author=MORAG),
        ),
        ev.Remarked(
            post("room:1", "Aye", 7, author=Author("Ailsa Example", "Ailsa Example")), None
        ),
        ev.Noted("x:4", f"Quotes: {WORDS}"),
        ev.Summarised("Q1", f"{WORDS}, said Ailsa Example"),
    )
    happen(chat, ev.AgendaEdited(promoted))
    return chat


def person(chat: Chat, handle: str) -> Any:
    traces = Traces(chat)
    return traces.person(traces.accounts.of_handle(handle))


def test_a_person_is_found_under_every_handle_and_at_the_venue() -> None:
    found = person(evening(), "ailsa")
    assert found.posts == ["x:1", "x:2", "room:1"]
    assert [each.name for each in found.people] == ["Ailsa Example"]
    assert found.questions == ["Q4"]


def test_reposts_and_copies_go_with_the_person() -> None:
    assert set(person(evening(), "ailsa_new@x").repeats) == {"x:3", TOOT}


def test_an_account_that_only_has_the_same_name_is_left_to_decide() -> None:
    found = person(evening(), "ailsa@x")
    assert [each.written for each in found.uncertain] == ["ailsa@mastodon.example@mastodon"]


def test_a_remark_under_a_name_that_two_have_is_left_to_decide() -> None:
    found = person(evening(), "ailsa@x")
    assert "room:1" in found.posts
    chat = chat_of(
        *captured(post("1", author=AILSA), post(TOOT, "Other", author=ELSEWHERE)),
        ev.Remarked(post("room:1", "Aye", author=SPEAKER), None),
    )
    found = person(chat, "ailsa@x")
    assert found.posts == ["x:1"]
    assert [each.network for each in found.uncertain] == ["mastodon", "room"]


def test_whoever_is_said_to_be_the_same_is_theirs() -> None:
    chat = evening()
    traces = Traces(chat)
    accounts = traces.accounts
    also = accounts.of_handle("ailsa@mastodon.example@mastodon")
    found = traces.person(accounts.of_handle("ailsa@x"), also)
    assert TOOT in found.posts
    assert found.uncertain == []


def test_others_who_name_a_person_are_found() -> None:
    chat = evening()
    found = person(chat, "ailsa@x")
    mentions = Traces(chat).mentions(found.wordings, [*found.posts, *found.repeats])
    assert {(each.text.place, each.text.post, each.text.question) for each in mentions} == {
        (Place.TEXT, "x:5", None),
        (Place.SUMMARY, None, "Q1"),
        (Place.PERSON, None, None),
    }


def test_the_words_of_a_post_are_found_wherever_they_stand() -> None:
    found = Traces(evening()).post("x:1")
    assert set(found.repeats) == {"x:3", TOOT}
    assert found.quoting == ["x:4"]
    assert found.questions == ["Q4"]
    assert {(each.place, each.post, each.question) for each in found.texts} == {
        (Place.NOTE, "x:4", None),
        (Place.SUMMARY, None, "Q1"),
        (Place.QUESTION, None, "Q4"),
    }


def test_short_words_are_nobodys() -> None:
    chat = chat_of(
        *captured(post("1", "Good evening", author=AILSA), post("2", "Good evening", author=MORAG))
    )
    found = Traces(chat).post("x:1")
    assert (found.repeats, found.quoting, found.texts) == ([], [], [])


def test_a_question_that_was_worded_anew_is_no_longer_the_posts() -> None:
    chat = chat_of(*captured(post("1", WORDS, author=AILSA)))
    asked = Question("Q4", "Something else entirely?", asked_by=("x:1",))
    happen(chat, ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, asked))))
    assert Traces(chat).post("x:1").questions == []


def test_a_repost_of_a_repost_is_found_and_a_circle_ends() -> None:
    chat = chat_of(
        *captured(
            post("1", WORDS, author=AILSA, repost_of="x:3"),
            post("2", WORDS, author=MORAG, repost_of="x:1"),
            post("3", WORDS, author=Author("hamish", "Hamish"), repost_of="x:2"),
        )
    )
    assert set(Traces(chat).repeats(["x:1"])) == {"x:2", "x:3"}


def test_the_same_persons_same_words_repeat_each_other_however_far_apart() -> None:
    host = Author("isla", "Isla", "9")
    elsewhere = Author("isla@mastodon.example", "I. E.", "https://mastodon.example/u/9")
    chat = chat_of(
        *captured(
            post("1", WORDS, author=host),
            post("2", WORDS, 60, author=host),
            post(TOOT, WORDS, 90, author=elsewhere),
            post("3", WORDS, 60, author=MORAG),
            post("4", "Other words altogether, and of no interest", 61, author=host),
        )
    )
    assert set(Traces(chat).repeats(["x:1"])) == {"x:2", TOOT}
    assert Traces(chat).repeats(["x:3"]) == []
    assert set(Traces(chat).repeats([TOOT])) == {"x:1", "x:2"}


def test_a_copy_leads_to_what_it_is_folded_into() -> None:
    chat = chat_of(
        *captured(post("1", WORDS, author=AILSA), post(TOOT, WORDS, 2, author=ELSEWHERE))
    )
    assert chat.entries[TOOT].folded_into == "x:1"
    assert Traces(chat).repeats([TOOT]) == ["x:1"]


def test_a_repost_does_not_lead_to_what_it_repeats() -> None:
    chat = chat_of(
        *captured(
            post("1", WORDS, author=AILSA), post("2", "RT this", author=MORAG, repost_of="x:1")
        )
    )
    assert chat.entries["x:2"].folded_into == "x:1"
    assert Traces(chat).repeats(["x:2"]) == []


def test_twenty_letters_are_somebodys() -> None:
    said = "a" * 20
    chat = chat_of(
        *captured(post("1", said, author=AILSA), post("2", said, 30, author=AILSA)),
        ev.Noted("x:1", f"“{said}”"),
    )
    assert Traces(chat).repeats(["x:1"]) == ["x:2"]
    assert [each.place for each in Traces(chat).post("x:1").texts] == [Place.NOTE]
    short = said[1:]
    chat = chat_of(*captured(post("1", short, author=AILSA), post("2", short, 30, author=AILSA)))
    assert Traces(chat).repeats(["x:1"]) == []


def test_a_question_is_a_posts_where_either_has_the_others_words() -> None:
    def questions(asked: str, *asked_by: str) -> list[str]:
        chat = chat_of(*captured(post("1", WORDS, author=AILSA), post("2", "Other", author=MORAG)))
        question = Question("Q4", asked, asked_by=asked_by)
        happen(chat, ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, question))))
        return Traces(chat).questions(["x:1"])

    assert questions("Every strategy as one page?", "x:1") == ["Q4"]
    assert questions(f"{WORDS}, do we?", "x:2", "x:1") == ["Q4"]
    assert questions(WORDS, "x:2") == questions("Other", "x:2", "x:1") == []
    assert questions(WORDS, "x:9") == []


ASKED = "Who, people at the counter ask me every other day, will"
RUN = "publish every strategy as one page"


def repeated(asked: str, said: str, **given: Any) -> list[str]:
    """The words of a question that those of a post are found in."""
    chat = chat_of(*captured(post("1", said, author=AILSA, **given), post("2", "Other")))
    question = Question("Q4", asked, asked_by=("x:1",))
    found = Traces(chat).repeated(question, ["x:1"])
    assert Traces(chat).repeated(question, ["x:2"]) == []
    assert Traces(chat).repeated(replace(question, asked_by=()), ["x:1"]) == []
    return [asked[at.start : at.end] for at in joined(Span(*each, "") for each in found)]


def test_of_a_question_in_other_words_only_runs_of_the_posts_are_repeated() -> None:
    assert repeated(f"{ASKED} {RUN}?", WORDS) == [RUN]
    assert repeated(f"{ASKED} {RUN[8:]}?", WORDS) == [RUN[8:]]
    assert repeated(f"{ASKED} {RUN[-11:]}?", WORDS) == []
    assert repeated("Something else entirely?", WORDS) == []
    assert repeated("?!", WORDS) == repeated("", WORDS) == []


def test_a_short_post_is_found_as_a_whole() -> None:
    assert repeated("Why on earth do we print all of it?", "Why?") == ["Why"]
    assert repeated("On earth do we print all of it?", "Why?") == []
    assert repeated("No idea at all, said the host?", "So") == []
    assert repeated("So no idea at all, said the host?", "So") == ["So"]
    assert repeated("A no idea at all, said the host?", "A") == []
    assert repeated("Anything at all, said the host?", "") == []
    assert repeated("Why?", "Why on earth?") == repeated("Why?", "why") == ["Why?"]


def test_where_half_of_a_question_repeats_the_post_all_of_it_does() -> None:
    assert repeated("Do we, or not?", "or not") == ["Do we, or not?"]
    assert repeated("Do you, or not?", "or not") == ["Do you, or not?"]
    assert repeated("Do they, or not?", "or not") == ["or not"]
    twice = "Is it or not, they ask again: or not?"
    assert repeated(twice, "or not") == ["or not", "or not"]


def test_a_question_may_repeat_what_a_post_said_before_an_edit_or_beside_its_text() -> None:
    picture = Media("image", None, "A beer mat with our policy on it in pencil")
    given = {"media": (picture, Media("image")), "content_warning": "Policies on the wet walls"}
    for run in ("beer mat with our policy on it in pencil", "Policies on the wet walls"):
        assert repeated(f"{ASKED} this, {run}?", "Look", **given) == [run]
    assert repeated(f"{ASKED} this, beer mat?", "Look", content_warning="beer mat") == []
    chat = chat_of(
        *captured(post("1", "Why?", author=AILSA)),
        ev.Edited(post("1", "Nothing", author=AILSA, version="2", edited_at=at(3))),
    )
    question = Question("Q4", "Why?", asked_by=("x:1",))
    assert Traces(chat).repeated(question, {"x:1"}) == [(0, 4)]
    happen(
        chat,
        ev.Edited(post("1", "Why on earth?", author=AILSA, version="3", edited_at=at(4))),
        ev.Edited(post("1", "Why, in short?", author=AILSA, version="4", edited_at=at(5))),
    )
    assert Traces(chat).repeated(replace(question, text="On earth?"), {"x:1"}) == [(0, 9)]


def test_questions_are_listed_also_where_they_repeat_a_part() -> None:
    chat = chat_of(*captured(post("1", WORDS, author=AILSA, aliases=("x:11",))))
    asked = [
        Question("Q4", WORDS, asked_by=("x:404", "x:11", "x:1")),
        Question("Q5", f"{ASKED} {RUN}?", asked_by=("x:1",)),
        Question("Q6", "Something else?", asked_by=("x:1",)),
    ]
    happen(chat, ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, *asked))))
    traces = Traces(chat)
    assert [entry.id for entry in traces.asked_by(asked[0])] == ["x:1"]
    assert traces.questions(["x:1"]) == ["Q4"]
    assert traces.questions(iter(["x:1"]), in_part=True) == ["Q4", "Q5"]


def test_what_the_agenda_had_before_stays_but_in_a_question_that_it_had_itself() -> None:
    first, third = AGENDA.questions[0].text, AGENDA.questions[-1].text
    chat = chat_of(*captured(post("1", third, author=AILSA)))
    traces = Traces(chat)
    asked = Question("Q4", third, asked_by=("x:1",))
    assert traces.kept_beside(asked, {"x:1"}) == []
    assert traces.repeated(asked, {"x:1"}) == [(0, len(third))]
    anew = replace(asked, text=f"{third[:-1]}, and {first}")
    assert set(traces.kept_beside(anew, {"x:1"})) == {each.text for each in AGENDA.questions}
    assert traces.repeated(anew, {"x:1"}) == []


def said_beside(*events: Event, asked_by: tuple[str, ...] = ("x:1", "x:2")) -> list[str]:
    """What others say, besides Ailsa's post, that a question was made of."""
    posts = captured(
        post("1", WORDS, author=AILSA),
        post("2", "Q1: why on paper?", 2, author=MORAG),
        post("3", "Look at this", 3, author=Author("hamish", "Hamish"), repost_of="x:2"),
        post("4", f"Again: {WORDS}", 4, author=MORAG, repost_of="x:1"),
        post("5", WORDS, 90, author=AILSA),
    )
    question = Question("Q4", f"{WORDS}, and why on paper?", asked_by=asked_by)
    return Traces(chat_of(*posts, *events)).said_beside(question, {"x:1"})


def test_what_others_say_beside_a_post_counts_while_readers_see_it() -> None:
    assert said_beside() == ["Q1: why on paper?", "why on paper?"]
    assert said_beside(asked_by=("x:1",)) == []
    assert said_beside(ev.Hidden(("x:2",))) == []
    assert said_beside(ev.Hidden(("x:1",)), ev.Hidden(("x:3",))) == said_beside()
    assert said_beside(ev.Redacted("post", "x:2")) == []
    assert said_beside(ev.Redacted("post", "x:1")) == said_beside()


def test_a_post_that_is_folded_is_seen_while_the_other_is() -> None:
    asked_by = ("x:1", "x:3")
    assert said_beside(asked_by=asked_by) == ["Look at this"]
    assert said_beside(ev.Hidden(("x:2",)), asked_by=asked_by) == []
    assert said_beside(ev.Redacted("post", "x:2"), asked_by=asked_by) == []
    assert said_beside(ev.Redacted("post", "x:3"), asked_by=("x:1", "x:2")) == []


def test_what_repeats_a_post_says_nothing_of_its_own_beside_it() -> None:
    for asked_by in (("x:1", "x:4"), ("x:1", "x:5"), ("x:5", "x:1", "x:4")):
        assert said_beside(asked_by=asked_by) == []
    assert said_beside(asked_by=("x:4", "x:1", "x:2")) == said_beside()


def test_a_person_is_looked_for_by_handle_and_by_the_agendas_name() -> None:
    chat = chat_of(*captured(post("1", author=Author("isla", "I. E.", "9"))))
    traces = Traces(chat)
    found = traces.person(traces.accounts.of_handle("isla"))
    assert found.accounts == traces.accounts.all
    texts = ("So said @isla", "So said Isla Example", "https://m.example/isla/4")
    assert all(map(found.wordings.found_in, texts))
    assert not found.wordings.found_in("So said Isla")


def test_a_mention_says_what_stands_where() -> None:
    chat = chat_of(*captured(post("1", "Ask Ailsa Example", author=MORAG)))
    (mention,) = Traces(chat).mentions(Wordings([("Ailsa Example", "her")]))
    assert (mention.text.place, mention.text.post) == (Place.TEXT, "x:1")
    assert (mention.found.value, mention.found.start, mention.found.end) == ("her", 4, 17)


def test_every_text_of_a_chat_stands_where_it_belongs() -> None:
    agenda = Agenda(
        "Title",
        people=(Person("Isla Example", ("isla@x",), "host", "Example Council"),),
        venues=(Venue("The Pretend Arms"),),
        questions=(Question("Q1", "Why?"),),
    )
    chat = chat_of(
        Captured(post("1", "First", author=Author("", "")), Placement("Q1", "time", "Open", 0.5)),
        ev.Noted("x:1", "Note"),
        ev.Summarised(None, "Whole"),
        ev.Summarised("Q1", "Part"),
        agenda=agenda,
    )
    later = post("1", "Then", author=Author("", ""), version="2", edited_at=at(3))
    happen(chat, ev.Edited(later))
    assert list(texts_of_chat(chat)) == [
        Text(Place.TEXT, "Then", "x:1"),
        Text(Place.EARLIER, "First", "x:1"),
        Text(Place.NOTE, "Note", "x:1"),
        Text(Place.REASON, "Open", "x:1"),
        Text(Place.TITLE, "Title"),
        Text(Place.SUMMARY, "Whole"),
        Text(Place.QUESTION, "Why?", question="Q1"),
        Text(Place.SUMMARY, "Part", question="Q1"),
        Text(Place.PERSON, "Isla Example"),
        Text(Place.PERSON, "Example Council"),
        Text(Place.PERSON, "@isla@x"),
        Text(Place.VENUE, "The Pretend Arms"),
    ]


def test_every_text_of_a_post_is_looked_at() -> None:
    everything = Post(
        "x:1",
        Author("h4ndle", "n4me", "id"),
        at(1),
        "t3xt",
        hashtags=("h4shtag",),
        mentions=("m3ntion",),
        reply_to_handle="r3ply",
        links=(Link("https://l1nk.example", "sh0wn", "t1tle"),),
        media=(Media("image", "https://m3dia.example", "4lt"),),
        content_warning="w4rning",
        venue="v3nue",
    )
    chat = chat_of(*captured(everything), ev.Noted("x:1", "n0te"))
    edited = replace(everything, text="l4ter", version="2", edited_at=at(2))
    happen(chat, ev.Edited(edited))
    texts = " ".join(each.words for each in texts_of_entry(chat.entries["x:1"]))
    wanted = "h4ndle n4me t3xt h4shtag m3ntion r3ply l1nk sh0wn t1tle m3dia 4lt w4rning v3nue n0te"
    for word in f"{wanted} l4ter".split():
        assert word in texts


def test_what_was_undone_is_not_looked_at() -> None:
    chat = chat_of(ev.Remarked(post("room:1", "Ailsa Example said so"), None))
    happen(chat, ev.Undone(2))
    assert Traces(chat).mentions(Wordings([("Ailsa Example", "")])) == []


def test_the_same_words_of_authors_whom_nothing_names_are_taken_for_one_persons() -> None:
    nobody = Author("unknown")
    chat = chat_of(
        *captured(
            post("feed:1", WORDS, author=nobody),
            post("feed:2", WORDS, 2, author=nobody),
            post("3", WORDS, 3, author=MORAG),
            post("feed:4", "Other words that nobody said before", 4, author=nobody),
        )
    )
    traces = Traces(chat)
    assert traces.repeats(["feed:1"]) == ["feed:2"]
    assert traces.repeats(["x:3"]) == []
