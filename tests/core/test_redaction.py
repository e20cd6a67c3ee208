"""What a redaction withholds, in every spelling and by every route, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Person, Question
from tartantm.core.chat import Chat
from tartantm.core.post import Author, Link, Media
from tartantm.core.redaction import LINK, REDACTED, WITHHELD, Redactions
from tartantm.core.spans import replaced
from tests.builders import AGENDA, at, captured, chat_of, happen, post

MORAG = Author("mnl", "Mòrag NicLeòid", "50", "https://x.com/mnl")
RENAMED = Author("mnl_new", "Dr Mòrag NicLeòid (she/her)", "50")
SAID = "We printed the policy on a beer mat and it still holds today"


def seen(chat: Chat, post_id: str) -> str:
    return Redactions(chat).text(chat.entries[post_id].post)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Thanks Mòrag NicLeòid", f"Thanks {WITHHELD}"),
        ("Thanks Dr Mòrag NicLeòid (she/her)!", f"Thanks {WITHHELD})!"),
        ("Mor\u00adag Nic\u200bLeoid", WITHHELD),
        ("#MòragNicLeòid rules", f"{WITHHELD} rules"),
        ("@mnl and ＠mnl_new", f"{WITHHELD} and {WITHHELD}"),
        ("ask mnl_new", f"ask {WITHHELD}"),
        ("ask mnl", None),  # too short to be no other word; the leak report has it
        ("https://x.com/mnl/status/1 see", f"{LINK} see"),
        ("mail morag.nicleoid@council.example", f"mail {WITHHELD}"),
        ("Mòrag alone, and Morag Sample", None),
    ],
)
def test_a_name_goes_in_every_spelling_and_all_of_them(written: str, shown: str | None) -> None:
    chat = chat_of(
        *captured(post("1", "Hello", author=MORAG), post("2", "Again", author=RENAMED)),
        *captured(post("3", written, author="calum")),
        ev.Redacted("author", "x:mnl"),
    )
    assert seen(chat, "x:3") == (shown or written)
    assert Redactions(chat).author(chat.entries["x:2"].post).shown == WITHHELD


def test_a_former_name_goes_too_after_an_edit() -> None:
    chat = chat_of(
        *captured(post("1", "Hello", author=Author("m", "Old Name", "50"))),
        *captured(post("3", "Thanks Old Name", author="calum")),
        ev.Redacted("author", "x:m"),
    )
    happen(chat, ev.Edited(post("1", "Hi", author=MORAG, edited_at=at(5), version="2")))
    assert seen(chat, "x:3") == f"Thanks {WITHHELD}"


def test_who_the_agenda_names_goes_with_all_accounts_and_without_any() -> None:
    isla = Author("isla@mastodon.example", "Isla E.", "https://mastodon.example/i")
    chat = chat_of(
        *captured(post("mastodon:1", "Mine", author=isla), post("2", "Isla Example", author="c")),
        *captured(post("3", "@isla and Hamish Sample", author="c")),
        ev.Redacted("author", "x:isla"),
        ev.Redacted("author", "bluesky:hamish.example"),
    )
    redactions = Redactions(chat)
    assert redactions.author(chat.entries["mastodon:1"].post).shown == WITHHELD
    assert seen(chat, "x:2") == WITHHELD
    assert seen(chat, "x:3") == f"{WITHHELD} and {WITHHELD}"


def test_an_exact_phrase_leaves_other_accents() -> None:
    chat = chat_of(
        *captured(post("1", "Mòrag and Morag", author="c")), ev.Redacted("exact", "Mòrag")
    )
    assert seen(chat, "x:1") == f"{REDACTED} and Morag"
    happen(chat, ev.Redacted("phrase", "Mòrag"))
    assert seen(chat, "x:1") == f"{REDACTED} and {REDACTED}"


def test_two_rules_take_what_each_of_them_takes() -> None:
    chat = chat_of(
        *captured(post("1", "Ask Dr Mòrag NicLeòid now", author="c")),
        *captured(post("2", "Hello", author=MORAG)),
        ev.Redacted("phrase", "Dr Mòrag", reason="abuse"),
    )
    assert seen(chat, "x:1") == "Ask [redacted: abuse] NicLeòid now"
    happen(chat, ev.Redacted("author", "x:mnl"))
    assert seen(chat, "x:1") == f"Ask {WITHHELD} now"
    rules = Redactions(chat).rules_in(chat.entries["x:1"].post)
    assert rules == {("phrase", "Dr Mòrag"), ("author", "x:mnl")}


def evening() -> Chat:
    """What Mòrag said stands in a repost, copies, a quote, a question, notes and summaries."""
    elsewhere = Author("morag@m.example", "Mòrag NicLeòid", "https://m.example/u/50")
    question = Question("Q4", SAID, asked_by=("x:1",))
    card = Link("https://x.com/morag/status/1", "x.com/…", f"Mòrag: {SAID[:39]}…")
    picture = Media("image", None, f"A note: {SAID}")
    return chat_of(
        *captured(post("0", "Was it the policy on a beer mat?", author="dele")),
        *captured(post("1", SAID, author=MORAG, media=(Media("image", None, "A beer mat"),))),
        *captured(post("2", f"RT {SAID}", author="calum", repost_of="x:1")),
        *captured(post("mastodon:3", f"{SAID} #tartantm", author=elsewhere)),
        *captured(post("4", f"She says “{SAID[:45]}…”", author="dele", links=(card,))),
        *captured(post("5", "Look", author="dele", media=(picture,))),
        *captured(post("6", SAID, minute=90, author=MORAG)),
        ev.Edited(post("1", f"{SAID}, nearly", author=MORAG, edited_at=at(9))),
        ev.Noted("x:1", "Use the beer mat!"),
        ev.Noted("x:4", f"Quote: {SAID}"),
        ev.Summarised("Q1", f"Somebody said: {SAID[3:50]} ."),
        ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, question)), {}, "x"),
        ev.Redacted("post", "x:1", reason="request"),
    )


MARKER = "[redacted: by request]"


def test_a_post_s_words_go_wherever_they_stand() -> None:
    chat = evening()
    redactions, entries = Redactions(chat), chat.entries
    for post_id in ("x:1", "x:2", "mastodon:3", "x:6"):
        assert redactions.silences(post_id)
        shown = redactions.post(entries[post_id].post)
        assert (shown.text, shown.media, shown.links, shown.hashtags) == (MARKER, (), (), ())
    quoting = redactions.post(entries["x:4"].post)
    assert quoting.text == f"She says “{MARKER}…”"
    assert quoting.links[0].title == f"Mòrag: {MARKER}…"
    assert quoting.author.name == "Dele Example" and quoting.url is None
    picture = redactions.post(entries["x:5"].post)
    assert picture.text == "Look" and picture.media[0].alt == f"A note: {MARKER}"
    assert redactions.words(chat.summary_of("Q1") or "") == f"Somebody said: {MARKER} ."
    assert redactions.instead_of_question(chat.agenda.questions[-1]) == MARKER
    assert redactions.instead_of_question(chat.agenda.questions[0]) == ""


def test_a_note_on_the_post_itself_may_not_quote_it_even_shortly() -> None:
    chat = evening()
    entry = chat.entries["x:1"]
    assert replaced(entry.note or "", Redactions(chat).note_spans(entry)) == "Use the beer mat!"
    happen(chat, ev.Noted("x:1", "Ask: printed the policy"))
    assert replaced(entry.note or "", Redactions(chat).note_spans(entry)) == f"Ask: {MARKER}"


def test_what_was_said_before_by_somebody_else_stays() -> None:
    chat = evening()
    assert seen(chat, "x:0") == "Was it the policy on a beer mat?"
    quoted = f"{AGENDA.questions[0].text} I doubt that it ever will be like this again"
    happen(
        chat,
        *captured(post("10", quoted, author=MORAG)),
        ev.Redacted("post", "x:10"),
        *captured(post("11", f"{AGENDA.questions[0].text} Yes.", author="dele")),
    )
    redactions = Redactions(chat)
    assert redactions.words(AGENDA.questions[0].text) == AGENDA.questions[0].text
    assert seen(chat, "x:11") == f"{AGENDA.questions[0].text} Yes."


def test_whoever_only_reposts_shows_the_words_of_another() -> None:
    chat = chat_of(
        *captured(post("1", SAID, author=MORAG)),
        *captured(post("2", f"RT {SAID}", author="calum", repost_of="x:1")),
        ev.Redacted("post", "x:2"),
    )
    assert seen(chat, "x:1") == seen(chat, "x:2") == REDACTED


def test_short_words_are_everybody_s() -> None:
    chat = chat_of(
        *captured(post("1", "Good evening all", author=MORAG)),
        *captured(post("2", "Good evening all", author="calum")),
        ev.Redacted("post", "x:1"),
    )
    assert (seen(chat, "x:1"), seen(chat, "x:2")) == (REDACTED, "Good evening all")


def test_a_late_copy_and_repost_are_silent_too() -> None:
    chat = chat_of(*captured(post("1", SAID, author=MORAG)), ev.Redacted("post", "x:1"))
    happen(
        chat,
        *captured(post("2", "RT", author="calum", repost_of="x:1")),
        *captured(post("mastodon:3", SAID, author=Author("morag@m.example", "Mòrag NicLeòid"))),
        *captured(post("4", f"“{SAID}”, she said", author="calum")),
    )
    assert [seen(chat, each) for each in ("x:2", "mastodon:3")] == [REDACTED, REDACTED]
    assert seen(chat, "x:4") == f"“{REDACTED}”, she said"


def test_a_rule_on_a_post_that_is_not_there_is_none() -> None:
    chat = chat_of(*captured(post("1", "Words")), ev.Redacted("post", "x:404"))
    assert seen(chat, "x:1") == "Words"
    assert Redactions(chat).rules_in(chat.entries["x:1"].post) == set()


def test_one_rule_alone_can_be_asked() -> None:
    chat = chat_of(
        *captured(post("1", "One two", author="c")),
        ev.Redacted("phrase", "one", reason="abuse"),
        ev.Redacted("phrase", "two"),
    )
    entry = chat.entries["x:1"].post
    assert Redactions(chat, ("phrase", "one")).text(entry) == "[redacted: abuse] two"
    assert Redactions(chat, ("phrase", "zwei")).text(entry) == "One two"


def test_nothing_changes_where_no_rule_holds() -> None:
    chat = chat_of(*captured(post("1", "Words")))
    redactions, entry = Redactions(chat), chat.entries["x:1"]
    assert not redactions and redactions.post(entry.post) is entry.post
    assert redactions.rules_in(entry.post) == set() and not redactions.touches(entry.post)
    assert redactions.spans("Words") == [] and not redactions.hides("Words")


def test_hashtags_mentions_handles_and_venues_are_withheld_as_a_whole() -> None:
    chat = chat_of(
        *captured(
            post(
                *("1", "Words"),
                author=Author("thistle", "Thistle Press", "9"),
                hashtags=("thistle", "tartantm"),
                mentions=("thistle", "calum"),
                reply_to_handle="thistle",
                content_warning="A thistle",
                venue="The Thistle",
                links=(Link("https://thistle.example/a", "thistle"), Link("https://b.example")),
            )
        ),
        ev.Redacted("phrase", "thistle"),
    )
    shown = Redactions(chat).post(chat.entries["x:1"].post)
    assert (shown.hashtags, shown.mentions, shown.reply_to_handle) == (
        ("tartantm",),
        ("calum",),
        None,
    )
    assert (shown.content_warning, shown.venue) == (f"A {REDACTED}", f"The {REDACTED}")
    assert shown.links == (Link("https://b.example"),)
    assert (shown.author.name, shown.author.handle) == (f"{REDACTED} Press", "")


LONG = "Are the days of just getting on with it and hoping for the best over now"
PLANNED = replace(AGENDA, title=f"On {SAID[3:45]}", questions=(Question("Q1", LONG),))


def test_a_question_of_the_agenda_and_its_title_are_not_whoever_repeats_them() -> None:
    chat = chat_of(
        *captured(post("1", f"{LONG}? {SAID}", author=MORAG)),
        *captured(post("2", f"“{LONG}” is the question", author="dele")),
        *captured(post("3", SAID[3:45], author="dele")),
        *captured(post("4", f"She said {SAID[20:]}", author="dele")),
        ev.Redacted("post", "x:1"),
        agenda=PLANNED,
    )
    redactions = Redactions(chat)
    assert redactions.words(LONG) == LONG and seen(chat, "x:2") == f"“{LONG}” is the question"
    assert redactions.words(chat.agenda.title) == chat.agenda.title
    assert seen(chat, "x:3") == SAID[3:45]
    assert REDACTED in seen(chat, "x:4")


def test_a_question_made_of_the_post_is_no_excuse_in_whichever_words() -> None:
    chat = chat_of(
        *captured(post("1", SAID, author=MORAG)),
        *captured(post("2", f"She says {SAID}", author="dele")),
        ev.Redacted("post", "x:1"),
        agenda=replace(PLANNED, questions=(Question("Q1", f"Why {SAID}", asked_by=("x:1",)),)),
    )
    assert seen(chat, "x:2") == f"She says {REDACTED}"
    inserted = Question("Q2", SAID)  # typed in later: the moderator’s words, and no excuse either
    edited = replace(chat.agenda, questions=(*chat.agenda.questions, inserted))
    happen(chat, ev.AgendaEdited(edited, {}, "x"))
    assert seen(chat, "x:2") == f"She says {REDACTED}"


@pytest.mark.parametrize(
    ("author", "quote", "left"),
    [
        (Author("dele", "Dele Marsh", "16"), SAID, True),
        (Author("mnl@m.example", "Mòrag NicLeòid", "17"), SAID, False),
        (Author("mnl_old", "M", "50"), SAID, False),
        (Author("dele", "Dele Marsh", "16"), SAID.upper(), True),
    ],
)
def test_words_are_whoever_said_them_first_unless_that_may_be_the_same(
    author: Author, quote: str, left: bool
) -> None:
    chat = chat_of(
        *captured(post("0", quote, author=author)),
        *captured(post("1", f"{SAID}, as I say", author=MORAG, minute=60)),
        *captured(post("2", f"“{SAID}”", author=Author("calum", "Calum", "c"))),
        ev.Redacted("post", "x:1"),
    )
    assert seen(chat, "x:2") == (f"“{SAID}”" if left else f"“{REDACTED}”")
    assert seen(chat, "x:1") == REDACTED
    edited = post("9", "Nothing", author="eve")
    happen(chat, *captured(edited), ev.Edited(replace(edited, text=SAID, edited_at=at(70))))
    assert seen(chat, "x:2") == (f"“{SAID}”" if left else f"“{REDACTED}”")


def test_an_edit_that_repeats_the_words_later_is_no_excuse() -> None:
    early = post("0", "Nothing yet", author="dele")
    chat = chat_of(
        *captured(early),
        *captured(post("1", SAID, author=MORAG)),
        *captured(post("2", f"“{SAID}”", author="calum")),
        ev.Edited(replace(early, text="Other words", edited_at=at(50), version="2")),
        ev.Edited(replace(early, text=SAID, edited_at=at(60), version="3")),
        ev.Redacted("post", "x:1"),
    )
    assert seen(chat, "x:2") == f"“{REDACTED}”" and seen(chat, "x:0") == REDACTED


def test_links_that_lead_to_what_is_withheld_go_from_the_text_as_well() -> None:
    links = (
        Link("https://a.example/thistle/1", "a.example/…"),
        Link("https://b.example", "b.example", "On thistles and the thistle"),
        Link("https://c.example/thistle", ""),
    )
    chat = chat_of(
        *captured(post("1", "a.example/… and b.example, a.example/…", links=links)),
        ev.Redacted("phrase", "thistle"),
    )
    shown = Redactions(chat).post(chat.entries["x:1"].post)
    assert shown.text == f"{LINK} and b.example, {LINK}"
    (left,) = shown.links
    assert (left.shown, left.title) == ("b.example", f"On thistles and the {REDACTED}")


def test_where_a_rule_is_found_in_a_post() -> None:
    fields: list[dict[str, Any]] = [
        {"links": (Link("https://a.example/thistle"),)},
        {"links": (Link("https://a.example", "thistle"),)},
        {"links": (Link("https://a.example", "", "thistle"),)},
        {"media": (Media("image", None, "thistle"),)},
        {"media": (Media("image", "https://a.example/thistle"),)},
        {"aliases": ("mastodon:https://a.example/thistle/1",)},
        {"hashtags": ("thistle",)},
        {"mentions": ("thistle",)},
        {"reply_to_handle": "thistle"},
        {"content_warning": "thistle"},
        {"venue": "thistle"},
        {"url": "https://a.example/thistle"},
        {"author": Author("thistle")},
        {"author": Author("a", "thistle")},
        {"author": Author("a", "", "https://a.example/thistle")},
        {"author": Author("a", url="https://a.example/thistle")},
        {"text": "thistle"},
    ]
    chat = chat_of(
        *captured(*(post(f"{n}", **each) for n, each in enumerate(fields))),
        *captured(post("100", "Words", url="https://a.example")),
        ev.Redacted("phrase", "thistle"),
    )
    redactions = Redactions(chat)
    found = [redactions.rules_in(entry.post) for entry in chat.entries.values()]
    assert found == [{("phrase", "thistle")}] * len(fields) + [set()]
    assert redactions.rules_in(chat.entries["x:0"].post)  # also the second time


def test_rules_name_the_posts_and_authors_they_silence() -> None:
    bot = Author("bot", "Bot Sample", "9", bot=True)
    chat = chat_of(
        *captured(post("1", "Words", author=bot, url="https://a.example/1")),
        *captured(post("2", "Good evening", author="c", url="https://a.example/2")),
        *captured(post("3", "Other", author="d", url="https://a.example/3", reply_to_handle="c")),
        ev.Redacted("author", "x:bot"),
        ev.Redacted("post", "x:2"),
    )
    redactions = Redactions(chat)
    one, two, three = (entry.post for entry in chat.entries.values())
    assert redactions.rules_in(one) == {("author", "x:bot")}
    assert redactions.rules_in(two) == {("post", "x:2")}
    assert redactions.author(one) == Author("", WITHHELD, bot=True)
    assert [redactions.hides_author(each) for each in ("x:1", "x:2")] == [True, False]
    assert (redactions.post(one).url, redactions.post(two).url) == (None, None)
    assert redactions.post(three) == three and not redactions.touches(three)
    assert redactions.post(two).content_warning is None


def test_an_author_without_a_name_goes_by_none() -> None:
    chat = chat_of(
        *captured(post("1", author=Author("thistle", "", "9"))),
        *captured(post("2", author=Author("fine", "", "10"))),
        ev.Redacted("phrase", "thistle"),
    )
    redactions = Redactions(chat)
    assert redactions.author(chat.entries["x:1"].post).shown == WITHHELD
    assert redactions.author(chat.entries["x:2"].post).shown == "fine"


def test_a_rule_for_an_odd_handle_finds_it() -> None:
    chat = chat_of(
        *captured(post("1", "Thanks who:ever and who", author="c")),
        ev.Redacted("author", "x:who:ever"),
    )
    assert seen(chat, "x:1") == f"Thanks {WITHHELD} and who"


def test_a_note_goes_by_all_rules() -> None:
    chat = chat_of(
        *captured(post("1", SAID, author=MORAG)),
        ev.Redacted("post", "x:1", reason="abuse"),
        ev.Redacted("post", "x:1", reason="abuse"),
        ev.Redacted("phrase", "thistle"),
        ev.Noted("x:1", "A thistle is printed the policy"),
    )
    entry, redactions = chat.entries["x:1"], Redactions(chat)
    shown = replaced(entry.note or "", redactions.note_spans(entry))
    assert shown == f"A {REDACTED} is [redacted: abuse]"
    happen(chat, *captured(post("2")), ev.Noted("x:2", "A thistle"))
    other = chat.entries["x:2"]
    assert replaced("A thistle", Redactions(chat).note_spans(other)) == f"A {REDACTED}"
    assert Redactions(chat).note_spans(replace(other, note=None)) == []
    happen(chat, ev.Redacted("post", "x:1", on=False), ev.Redacted("phrase", "thistle", on=False))
    assert Redactions(chat).note_spans(other) == []


def test_a_handle_that_is_a_word_names_somebody_after_an_at_only() -> None:
    will = Author("will", "Will Madeup", "44")
    chat = chat_of(
        *captured(
            post("1", author=will), post("2", "I will ask @will, Will Madeup", author="calum")
        ),
        ev.Redacted("author", "x:will"),
    )
    assert Redactions(chat).text(chat.entries["x:2"].post) == (
        "I will ask [name withheld], [name withheld]"
    )


def test_the_chat_s_hashtag_names_nobody_though_the_host_is_called_so() -> None:
    host = Author("tartantm", "#TartanTM", "44")
    chat = chat_of(
        *captured(post("1", author=host)),
        *captured(post("2", "#tartantm with @tartantm", author="calum")),
        ev.Redacted("author", "x:tartantm"),
        agenda=replace(AGENDA, hashtags=("tartantm",)),
    )
    assert seen(chat, "x:2") == f"#tartantm with {WITHHELD}"
    assert Redactions(chat).author(chat.entries["x:1"].post).shown == WITHHELD


def test_a_handle_takes_no_names_of_others_but_whoever_comes_later_ends_nothing() -> None:
    own, early = Author("sampleton", "Ailsa Example", "1"), Author("cal", "Calum Sampleton", "2")
    late = Author("ros", "Rose Thornton", "4")
    written = "Calum Sampleton and thornton said so"
    chat = chat_of(
        *captured(post("1", author=own), post("2", written, author=early)),
        *captured(post("3", author=Author("thornton", "Isla Madeup", "3"))),
        ev.Redacted("author", "x:sampleton"),
        ev.Redacted("author", "x:thornton"),
        *captured(post("4", "Good evening", author=late)),
    )
    assert seen(chat, "x:2") == f"Calum Sampleton and {WITHHELD} said so"
    assert Redactions(chat).author(chat.entries["x:2"].post).name == "Calum Sampleton"


def test_for_a_rule_that_does_not_hold_yet_everybody_was_there_before() -> None:
    own, last = Author("sampleton", "Ailsa Example", "1"), Author("cal", "Calum Sampleton", "2")
    chat = chat_of(*captured(post("1", author=own), post("2", author=last)))
    rules = Redactions(chat, ("author", "x:sampleton"))
    assert rules.words("as sampleton said") == "as sampleton said"
    assert rules.words("as Ailsa Example said") == f"as {WITHHELD} said"


def test_a_handle_is_a_word_though_its_account_never_wrote_or_has_another_elsewhere() -> None:
    text, agenda = "as ailsaex said", replace(AGENDA, people=(Person("Isla Far", ("ailsaex@x",)),))
    toot = post("mastodon:1", author=Author("ailsaex@m.example", "Ailsa E.", "u1"))
    for chat, key in (
        (chat_of(agenda=agenda), "x:ailsaex"),
        (chat_of(), "mastodon:ailsaex@m.example"),
        (chat_of(*captured(post("1", author=Author("ailsaex", "Ailsa")), toot)), "x:ailsaex"),
    ):
        happen(chat, ev.Redacted("author", key))
        assert Redactions(chat).words(text) == f"as {WITHHELD} said"


def test_a_handle_is_a_word_without_its_server_too() -> None:
    far = Author("ailsaex@m.example", "Ailsa Example", "u1")
    chat = chat_of(
        *captured(post("mastodon:1", author=far)),
        *captured(post("2", "as ailsaex said", author="calum")),
        ev.Redacted("author", "mastodon:ailsaex@m.example"),
    )
    assert seen(chat, "x:2") == f"as {WITHHELD} said"


def test_a_rule_finds_the_posts_of_an_account_that_went_by_no_name() -> None:
    chat = chat_of(
        *captured(post("1", "Hello", author=MORAG)),
        *captured(post("2", "Again", author=Author("", "", "50"))),
        ev.Redacted("author", "x:mnl"),
    )
    redactions, other = Redactions(chat), chat.entries["x:2"].post
    assert redactions.hides_author("x:2") and redactions.rules_in(other) == {("author", "x:mnl")}


def test_a_silenced_post_without_a_note_has_nothing_to_replace_in_it() -> None:
    chat = chat_of(*captured(post("1", SAID)), ev.Redacted("post", "x:1"))
    assert Redactions(chat).note_spans(chat.entries["x:1"]) == []


def test_in_a_note_a_phrase_tells_more_than_the_words_around_it() -> None:
    chat = chat_of(
        *captured(post("1", SAID, author=MORAG)),
        ev.Redacted("post", "x:1", reason="request"),
        ev.Redacted("phrase", "policy", reason="abuse"),
        ev.Noted("x:1", "Ask: printed the policy"),
    )
    entry = chat.entries["x:1"]
    shown = replaced(entry.note or "", Redactions(chat).note_spans(entry))
    assert shown == "Ask: [redacted: abuse]"


def test_a_silenced_post_has_no_links_and_hashtags_left() -> None:
    links = (Link("https://a.example", "a.example"),)
    chat = chat_of(
        *captured(post("1", SAID, links=links, hashtags=("tartantm",))),
        ev.Redacted("post", "x:1"),
    )
    shown = Redactions(chat).post(chat.entries["x:1"].post)
    assert (shown.links, shown.hashtags) == ((), ())


def test_what_a_link_shows_is_redacted_though_its_address_is_not() -> None:
    link = Link("https://a.example/1", "the thistle", "A page")
    chat = chat_of(
        *captured(post("1", "See the thistle", links=(link,))), ev.Redacted("phrase", "thistle")
    )
    (shown,) = Redactions(chat).post(chat.entries["x:1"].post).links
    assert shown == Link("https://a.example/1", f"the {REDACTED}", "A page")


def test_a_phrase_tells_more_than_the_link_around_it() -> None:
    link = Link("https://a.example/thistle", "thistle book")
    chat = chat_of(
        *captured(post("1", "See the thistle book", links=(link,))),
        ev.Redacted("phrase", "thistle"),
    )
    assert seen(chat, "x:1") == f"See the {REDACTED}"


def test_words_that_were_said_tell_more_than_an_address_among_them() -> None:
    said = f"{SAID} at https://a.example/thistle as everybody in this room will remember"
    chat = chat_of(
        *captured(post("1", said, author=MORAG)),
        *captured(post("2", f"“{said}”", author="calum")),
        ev.Redacted("post", "x:1", reason="abuse"),
        ev.Redacted("phrase", "thistle"),
    )
    assert seen(chat, "x:2") == "“[redacted: abuse]”"


def test_a_rule_names_a_person_of_the_agenda_by_the_whole_handle_or_not_at_all() -> None:
    people = (Person("Hamish Sample", ("who:ever@x",)), Person("Isla Example", ("@",)))
    chat = chat_of(
        *captured(post("1", "Hamish Sample and Isla Example", author="c")),
        ev.Redacted("author", "feed:"),
        agenda=replace(AGENDA, people=people),
    )
    assert seen(chat, "x:1") == "Hamish Sample and Isla Example"
    happen(chat, ev.Redacted("author", "x:who:ever"))
    assert seen(chat, "x:1") == f"{WITHHELD} and Isla Example"


def test_what_is_known_of_a_silenced_post_is_all_that_it_said() -> None:
    chat = chat_of(
        *captured(post("1", SAID, author=MORAG)),
        ev.Edited(post("1", "Good evening", author=MORAG, edited_at=at(9))),
        ev.Redacted("post", "x:1"),
    )
    rule = ("post", "x:1")
    assert Redactions(chat).known == {
        (SAID, rule, "said"),
        ("Good evening", rule, "said"),
        ("x:1", rule, "post"),
        (str(chat.entries["x:1"].seq), rule, "first"),
    }


def test_a_silenced_post_is_no_excuse_for_another() -> None:
    chat = chat_of(
        *captured(post("1", SAID, author="dele")),
        *captured(post("2", f"{SAID}, as I say", author=MORAG)),
        *captured(post("3", f"“{SAID}”", author="calum")),
        ev.Redacted("post", "x:1"),
        ev.Redacted("post", "x:2"),
    )
    rules = Redactions(chat).rules_in(chat.entries["x:3"].post)
    assert rules == {("post", "x:1"), ("post", "x:2")}


def test_who_said_it_first_is_looked_for_behind_another_silenced_post() -> None:
    chat = chat_of(
        *captured(post("1", "Good evening", author="eve")),
        *captured(post("2", SAID, author="dele")),
        *captured(post("3", f"{SAID}, as I say", author=MORAG)),
        *captured(post("4", f"“{SAID}”", author="calum")),
        ev.Redacted("post", "x:1"),
        ev.Redacted("post", "x:3"),
    )
    assert seen(chat, "x:4") == f"“{SAID}”"


def test_who_said_it_first_did_so_whatever_became_of_it() -> None:
    early = post("0", SAID, author="dele")
    chat = chat_of(
        *captured(early),
        ev.Edited(replace(early, text="Other words", edited_at=at(5), version="2")),
        *captured(post("1", f"{SAID}, as I say", author=MORAG)),
        *captured(post("2", f"“{SAID}”", author="calum")),
        ev.Redacted("post", "x:1"),
    )
    assert seen(chat, "x:2") == f"“{SAID}”"


def test_a_remark_that_was_taken_back_is_nobody_s_and_no_excuse() -> None:
    chat = chat_of(
        ev.Remarked(post("room:1", SAID, author=Author("", "Ewan Madeup")), "Q1"),
        *captured(post("1", f"{SAID}, as I say", author=MORAG)),
        *captured(post("2", f"“{SAID}”", author="calum")),
        ev.Redacted("post", "x:1"),
    )
    assert seen(chat, "x:2") == f"“{SAID}”"
    happen(chat, ev.Undone(chat.history.acts[0].seq))
    assert chat.entries["room:1"].withdrawn
    assert seen(chat, "x:2") == f"“{REDACTED}”"


def test_a_phrase_tells_more_than_the_words_of_a_post_around_it() -> None:
    chat = chat_of(
        *captured(post("1", SAID, author=MORAG)),
        *captured(post("2", f"“{SAID}”", author="calum")),
        ev.Redacted("post", "x:1", reason="request"),
        ev.Redacted("phrase", "policy", reason="abuse"),
    )
    assert seen(chat, "x:2") == "“[redacted: abuse]”"


def test_what_is_known_of_people_and_phrases_is_all_that_is_looked_for() -> None:
    chat = chat_of(
        *captured(post("1", "Hello", author=MORAG)),
        ev.Redacted("author", "x:mnl"),
        ev.Redacted("phrase", "thistle"),
        ev.Redacted("exact", "Policy"),
    )
    rule = ("author", "x:mnl")
    assert Redactions(chat).known == {
        ("Mòrag NicLeòid", rule, "name"),
        ("mnl", rule, "handle"),
        ("50", rule, "handle"),
        ("x:1", rule, "author"),
        ("thistle", ("phrase", "thistle"), "name"),
        ("Policy", ("exact", "Policy"), "name"),
    }


def test_rules_for_people_who_are_not_here_are_known_by_their_whole_handles() -> None:
    rules = ("author", "x:who:ever"), ("author", "x:sombhairle")
    chat = chat_of(*(ev.Redacted("author", value) for _, value in rules))
    assert Redactions(chat).known == {
        (value.removeprefix("x:"), (kind, value), what)
        for kind, value in rules
        for what in ("name", "handle")
    }


def test_a_rule_that_is_not_yet_given_can_be_asked_and_has_no_reason() -> None:
    chat = chat_of(*captured(post("1", "One two")), ev.Redacted("phrase", "one", reason="abuse"))
    assert Redactions(chat, ("phrase", "two")).text(chat.entries["x:1"].post) == f"One {REDACTED}"


def test_a_withheld_link_that_is_shown_as_a_word_leaves_others_of_these_letters() -> None:
    link = Link("https://e.example/ailsa-example", "this", "")
    other = post("2", "I like this thistle", author="calum", links=(link,))
    chat = chat_of(*captured(other), ev.Redacted("phrase", "Ailsa Example"))
    assert Redactions(chat).post(other).text == "I like [link withheld] thistle"
