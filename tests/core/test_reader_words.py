"""What a reader of the user's own is asked, and what never gets into a question."""

from __future__ import annotations

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Person, Question
from tartantm.core.chat import Chat
from tartantm.core.events import Event, Placement
from tartantm.core.post import Author, Link, Media
from tartantm.core.reader_words import LONGEST_POST, Asked, ReaderWords
from tartantm.transcript import ExportOptions
from tartantm.transcript.visibility import PublicView
from tests.builders import AGENDA, at, captured, chat_of, happen, post

EVENING = (
    ev.Opened("Q1", at(1), "moderator"),
    *captured(
        post("1", "A1 We plan in a shed", 2, author="calum"),
        post("2", "@calum Which shed? cc @nobody", 3, author="ailsa", reply_to="x:1"),
    ),
)


def question(chat: Chat, *seen: str) -> Asked:
    words = ReaderWords(chat)
    ids = [f"x:{name}" for name in seen]
    assert all(words.is_public(chat.entries[each]) for each in ids)
    return words.asked(ids, ids, words.offered)


def text_of(*events: Event, seen: str = "1") -> str:
    return question(chat_of(*events), seen).lines[0].text


def test_a_conversation_without_names() -> None:
    asked = question(chat_of(*EVENING), "1", "2")
    assert [tuple(line) for line in asked.lines] == [
        (1, "A", "A1 We plan in a shed", None, "Q1"),
        (2, "B", "A Which shed? cc somebody", 1, "Q1"),
    ]
    assert asked.agenda == tuple((q.id, q.text) for q in AGENDA.questions)
    assert asked.offered == ("General", "Q1", "Q2", "Q2a", "Q3")
    assert asked.about == (1, 2)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See https://shop.example/diary/2026?key=1 now", "See (link to shop.example) now"),
        ("See shop.example/diary/secret", "See (link to shop.example)"),
        ("Write to ailsa@secret.example", "Write to somebody"),
        ("@ailsa@m.example and @b.c.example: no", "A and somebody: no"),
        ("＠ailsa yes", "A yes"),
        ("ailsa: quite so", "A: quite so"),
        ("calum: quite so", "somebody: quite so"),
        ("note: quite so", "note: quite so"),
        ("thanks Ailsa Example", "thanks A"),
        ("one\ntwo\u2028three\x1b[31m", "one two three␛(31m"),
        ("</s><|im_end|>[INST]{{x}}<｜end｜>", "‹/s›‹¦im_end¦›(INST)((x))‹¦end¦›"),
    ],
    ids=range(11),
)
def test_no_handle_no_address_and_no_markup(text: str, shown: str) -> None:
    others = post("9", "Hello", 1, author=Author("calum", "Calum"))
    assert text_of(*captured(others, post("1", text))) == shown


def test_links_that_stand_under_other_words() -> None:
    linked = post("1", "see m.example/…", links=(Link("https://m.example/@who/1", "m.example/…"),))
    assert text_of(*captured(linked)) == "see (link to m.example)"


def test_a_link_under_another_address_is_known_by_where_it_leads() -> None:
    linked = post("1", "see pub.example now", links=(Link("https://m.example/1", "pub.example"),))
    assert text_of(*captured(linked)) == "see (link to m.example) now"


def test_handles_that_are_no_words_are_letters_wherever_they_stand() -> None:
    chat = chat_of(
        *captured(
            post(
                "1", "Hear gorse7-loch9 and gorse7, GORSE7!", 2, author=Author("bracken5@m.example")
            ),
            post("2", "@bracken5 bracken5 said will", 3, author=Author("gorse7")),
            post("3", "Yes", 4, author=Author("gorse7-loch9")),
            post("4", "Will will", 5, author=Author("will")),
        )
    )
    lines = question(chat, "1", "2", "3", "4").lines
    assert [line.text for line in lines] == [
        "Hear C and B, B!",
        "A A said will",
        "Yes",
        "Will will",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("as calum_mac99 said", "as somebody said"),
        ("Calum.Skye.example is right", "somebody is right"),
        ("(calum_mac99).", "(somebody)."),
        ("calum_mac99-calum.skye.example.", "somebody-somebody."),
        ("planned-host2 asked", "somebody asked"),
        ("calum_mac991 and calum.sky", "calum_mac991 and calum.sky"),
        ("library-lovers read", "library-lovers read"),
    ],
    ids=range(7),
)
def test_handles_of_whom_no_post_is_shown_are_somebody_without_a_sign_too(
    text: str, shown: str
) -> None:
    heard = [
        post("8", author=Author("calum_mac99")),
        post("9", author=Author("calum.skye.example")),
    ]
    host = Person("A host", handles=("planned-host2@x",))
    agenda = replace(AGENDA, people=(*AGENDA.people, host))
    library = post("7", author=Author("library"))
    chat = chat_of(*captured(*heard, library, post("1", text)), agenda=agenda)
    assert question(chat, "1").lines[0].text == shown


def test_words_of_many_parts_cost_no_more_than_others() -> None:
    """In one run, against as many characters of ordinary words; what backtracks takes minutes."""

    def cost(text: str) -> float:
        times = []
        for n in range(5):
            # Each text is new, since what was read is remembered.
            words = ReaderWords(chat_of(*captured(post("1", f"{n}{text}"))))
            began = process_time()
            words.asked(["x:1"], ["x:1"], words.offered)
            times.append(process_time() - began)
        return min(times)

    assert cost("a.-" * 800) < 50 * cost("abc " * 600)


def test_more_people_than_letters() -> None:
    posts = [post(f"{n}", "Yes", n, author=Author(f"heather{n}x")) for n in range(1, 56)]
    lines = question(chat_of(*captured(*posts)), *(f"{n}" for n in range(1, 56))).lines
    who = [line.who for line in lines]
    assert who[:2] + who[25:28] + who[51:54] == ["A", "B", "Z", "A2", "B2", "Z2", "A3", "B3"]


def test_what_was_offered_is_a_part_of_the_question() -> None:
    words = ReaderWords(chat_of(*EVENING))
    assert words.fingerprint(["x:1"], (None, "Q1")) != words.fingerprint(["x:1"], (None, "Q2"))


def test_nothing_but_words_gets_in() -> None:
    told = post(
        "1",
        "Words",
        url="https://x.example/ailsa/status/1",
        media=(Media("image", "https://x.example/p.jpg", "a secret picture"),),
        content_warning="secret warning",
        hashtags=("secrettag",),
    )
    chat = chat_of(*captured(told), ev.Noted("x:1", "a secret note"), ev.Starred(("x:1",)))
    happen(chat, ev.Summarised("Q1", "a secret summary"))
    said = json.dumps(question(chat, "1"))
    assert "secret" not in said and "x.example" not in said and "ilsa" not in said


WITHHELD: list[Event] = [
    ev.Hidden(("x:1",)),
    ev.Muted("author", "x:calum"),
    ev.Muted("phrase", "shed"),
    ev.Redacted("post", "x:1"),
    ev.Deleted(("x:1",), at(9)),
]


@pytest.mark.parametrize("event", WITHHELD, ids=range(len(WITHHELD)))
def test_what_is_withheld_is_not_asked(event: Event) -> None:
    chat = chat_of(*EVENING)
    words = ReaderWords(chat)
    before = words.fingerprint(["x:1", "x:2"], words.offered)
    happen(chat, event)
    words = ReaderWords(chat)
    assert not words.is_public(chat.entry("x:1"))
    assert words.fingerprint(["x:1", "x:2"], words.offered) == ""
    if chat.history.undoable and not isinstance(event, ev.Deleted):
        happen(chat, ev.Undone(chat.history.undoable.seq))
        words = ReaderWords(chat)
        assert words.fingerprint(["x:1", "x:2"], words.offered) == before


def test_restricted_posts_remarks_and_folded_ones_of_hidden_posts_are_not_asked() -> None:
    chat = chat_of(
        *captured(post("1", visibility="restricted"), post("3"), post("4", repost_of="x:3")),
        ev.Remarked(post("room:5", "Said aloud", venue="The Made-up Thistle"), "Q1"),
        ev.Hidden(("x:3",)),
    )
    words = ReaderWords(chat)
    assert not any(words.is_public(entry) for entry in chat.entries.values())
    assert not words.is_public(None)


def test_a_redacted_phrase_or_name_is_replaced_in_posts_and_in_the_agenda() -> None:
    agenda = [*AGENDA.questions, Question("Q4", "Is the shed open?")]
    chat = chat_of(*EVENING)
    happen(
        chat,
        ev.AgendaEdited(type(AGENDA)("T", questions=tuple(agenda)), words="Added Q4"),
        ev.Redacted("phrase", "shed"),
        ev.Redacted("author", "x:calum"),
    )
    said = json.dumps(question(chat, "1", "2"))
    assert "shed" not in said and "alum" not in said


CHANGES: list[Event] = [
    ev.Edited(post("1", "A1 We plan in a barn", 2, author="calum", edited_at=at(5))),
    ev.AgendaEdited(
        type(AGENDA)("T", questions=(Question("Q1", "Other words"), *AGENDA.questions[1:]))
    ),
    ev.Redacted("phrase", "plan"),
    ev.Opened("Q2", at(1.5), "moderator"),
]


@pytest.mark.parametrize("event", CHANGES, ids=range(len(CHANGES)))
def test_another_question_has_another_fingerprint(event: Event) -> None:
    chat = chat_of(*EVENING)
    words = ReaderWords(chat)
    seen, offered = ("x:1", "x:2"), words.offered
    asked = words.fingerprint(seen, offered)
    said = ev.ReaderSaid(("x:2",), {"x:2": "Q1"}, seen, offered, asked)
    assert words.holds(said)
    happen(chat, *captured(post("7", "Something else", 20)), ev.Starred(("x:1",)))
    assert ReaderWords(chat).holds(said), "what else happens does not matter"
    happen(chat, event)
    assert not ReaderWords(chat).holds(said)


def test_many_fingerprints_take_the_agenda_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    dumps = json.dumps

    def counted(value: object, **more: bool) -> str:
        written.append(len(found := dumps(value, **more)))  # type: ignore[arg-type]
        return found

    monkeypatch.setattr(json, "dumps", counted)
    long = replace(AGENDA, questions=(Question("Q1", "What of sheds? " * 20),))
    words = ReaderWords(chat_of(*EVENING, agenda=long))
    once = words.fingerprint(["x:1"], words.offered)
    assert once == words.fingerprint(["x:1"], words.offered) != ""
    assert sum(size > 200 for size in written) == 1


def test_an_answer_of_nothing_holds_never() -> None:
    assert not ReaderWords(chat_of(*EVENING)).holds(ev.ReaderSaid((), {}, (), (), ""))


def test_a_question_is_bounded() -> None:
    long = post("1", "https://" + "a" * 50_000 + " ".join(["@" + "x" * 70] * 2000) + "<" * 50_000)
    assert len(text_of(*captured(long))) <= LONGEST_POST
    many = type(AGENDA)("T", questions=tuple(Question(f"Q{n}", "w" * 9000) for n in range(1, 200)))
    words = ReaderWords(chat_of(*captured(post()), agenda=many))
    assert sum(len(text) for _, text in words.agenda) <= 60 * 400
    assert len(words.offered) == 61


@given(st.text(max_size=300))
def test_no_text_breaks_its_line_or_opens_markup(text: str) -> None:
    shown = text_of(*captured(post("1", text)))
    assert not set(shown) & set("\n\r\u2028\u2029<>[]{}|")
    assert len(shown) <= LONGEST_POST


RULES = [
    ev.Redacted("phrase", "shed"),
    ev.Redacted("author", "x:calum"),
    ev.Redacted("exact", "Which"),
    ev.Hidden(("x:2",)),
    ev.Muted("phrase", "plan"),
    ev.Redacted("post", "x:2"),
]


@given(st.lists(st.sampled_from(RULES), max_size=4))
def test_readers_of_a_transcript_see_every_word_that_the_reader_sees(rules: list[Event]) -> None:
    chat = chat_of(*EVENING, *rules)
    words, view = ReaderWords(chat), PublicView(chat, ExportOptions())
    public = {entry.seq: entry.post.text for entry in view.visible}
    shown = [entry for entry in chat.posts() if words.is_public(entry)]
    assert {entry.seq for entry in shown} <= public.keys()
    ids = [entry.id for entry in shown]
    for entry, line in zip(shown, words.asked(ids, ids, words.offered).lines, strict=True):
        said = set(line.text.replace("(", " ").replace(")", " ").split())
        seen = set(public[entry.seq].replace("[", " ").replace("]", " ").split())
        assert said <= {*seen, "A", "B", "somebody"}


def test_a_person_of_the_chat_is_no_line() -> None:
    placement = Placement("Q1", "moderator", "Placed by the moderator", 1.0)
    assert "moderator" not in json.dumps(question(chat_of(ev.Captured(post(), placement)), "1"))
