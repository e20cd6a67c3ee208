"""What goes for good takes along what it cuts, so that what is left shows no more."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Question
from tartantm.core.for_good import ForGood
from tartantm.core.gone import gone_names
from tartantm.core.post import Author, Link, Media
from tartantm.core.spans import Span
from tartantm.core.traces import Traces
from tests.builders import AGENDA, at, captured, chat_of, happen, post

CALUM = Author("calum", "Calum Sample", "17")


def for_good(*events: ev.Event, agenda: Agenda = AGENDA) -> ForGood:
    chat = chat_of(*captured(post("1", author=CALUM)), *events, agenda=agenda)
    return ForGood(chat, Traces(chat))


def cut(text: str, part: str) -> list[Span]:
    start = text.index(part)
    return [Span(start, start + len(part), "[words withheld]")]


def without(made: ForGood, text: str, part: str) -> str:
    return made.replaced(text, cut(text, part))


def test_names_that_are_cut_go_as_a_whole() -> None:
    made = for_good()
    assert without(made, "Thanks, Calum Sample!", "Thanks, Calum") == "[words withheld]!"
    assert without(made, "So @calum says", "So @cal") == "[words withheld] says"
    assert without(made, "Thanks, Calum Sample!", "Thanks") == "[words withheld], Calum Sample!"
    assert made.replaced("Thanks, Calum Sample!", []) == "Thanks, Calum Sample!"


def test_what_only_stands_beside_it_stays() -> None:
    made = for_good()
    assert without(made, "Thanks, Calum Sample!", "Thanks, ") == "[words withheld]Calum Sample!"
    assert without(made, "Thanks, Calum Sample!", "!") == "Thanks, Calum Sample[words withheld]"


def test_names_are_those_that_were_known_when_they_were_learnt() -> None:
    chat = chat_of(*captured(post("1", author=CALUM)))
    made, later = ForGood(chat, Traces(chat)), ForGood(chat, Traces(chat))
    made.learn_names()
    happen(chat, *captured(post("2", author=Author("una", "Una Imagined"))))
    assert without(made, "Thanks, Una Imagined!", "Thanks, Una") == "[words withheld] Imagined!"
    assert without(later, "Thanks, Una Imagined!", "Thanks, Una") == "[words withheld]!"


def test_names_of_which_only_hashes_are_left_go_as_a_whole() -> None:
    hashes = gone_names("00" * 8, [Author("una", "Una Imagined")], AGENDA)
    made = for_good(ev.Deleted(("x:9",), at(3), names=hashes))
    made.learn_names()
    assert without(made, "Thanks, Una Imagined!", "Thanks, Una") == "[words withheld]!"


def test_what_a_rule_finds_goes_as_a_whole_where_it_is_cut() -> None:
    made = for_good(
        ev.Redacted("phrase", "the secret garden"), ev.Redacted("phrase", "garden gate")
    )
    assert without(made, "By the secret garden gate", "By the") == "[words withheld]"
    assert (
        without(made, "By the secret garden gate", "By")
        == "[words withheld] the secret garden gate"
    )
    assert made.applied("By the secret garden gate") == "By [redacted]"


def test_what_a_rule_finds_elsewhere_is_left_to_it() -> None:
    made = for_good(ev.Redacted("phrase", "the garden"), ev.Redacted("phrase", "parrot"))
    assert without(made, "By the garden, a parrot", "By the") == "[words withheld], a parrot"


def test_where_a_rule_finds_less_in_what_is_left_every_rule_is_applied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = for_good(ev.Redacted("phrase", "garden"))
    rules = made.rules
    assert rules
    words = rules.words
    monkeypatch.setattr(rules, "words", lambda text: words(text) if "By" in text else text)
    assert without(made, "By the garden", "By") == "[words withheld] the [redacted]"


def test_where_a_rule_would_find_less_all_of_them_are_applied() -> None:
    said = "Our porridge is made before dawn and minutes after"
    made = for_good(*captured(post("2", said)), ev.Redacted("post", "x:2"))
    # Once the middle is gone, neither end is long enough to be recognised.
    assert without(made, f"{said}!", "made before dawn") == "[words withheld]!"


def test_an_authors_name_goes_only_as_far_as_it_has_to() -> None:
    fan = for_good(*captured(post("2", author=Author("fan", "Calum Sample fan"))))
    name = "Calum Sample fan"
    assert fan.name(name, cut(name, "Calum Sample")) == "[words withheld] fan"
    assert without(fan, f"Hi {name}", "Calum Sample") == "Hi [words withheld]"


def test_a_post_with_every_rule_applied_has_no_link_and_a_marker() -> None:
    secret = post(
        "2",
        "A secret",
        author=Author("secretive", "Secret Sample"),
        url="https://x.example/2",
        links=(Link("https://e.example/", "e.example", "Title"),),
        media=(Media("image", None, "A picture"),),
        hashtags=("secret", "plain"),
        content_warning="Secret",
    )
    made = for_good(*captured(secret), ev.Redacted("phrase", "secret"))
    seen = made.post(secret, secret, lambda text: [])
    assert (seen.text, seen.author.name) == ("A [redacted]", "[redacted] Sample")
    assert (seen.content_warning, seen.hashtags) == ("[redacted]", ("plain",))
    assert (seen.links, seen.media, seen.url) == ((), (), None)
    plain = post("3", "Plain")
    assert made.post(plain, plain, lambda text: []).text == "Plain [link withheld]"
    assert for_good().post(plain, plain, lambda text: []) is plain
    silent = for_good(*captured(secret), ev.Redacted("post", "x:2"))
    seen = silent.post(secret, secret, lambda text: [])
    assert (seen.text, seen.content_warning, seen.hashtags) == ("[redacted]", None, ())


def test_what_leads_to_others_leaves_a_post_with_every_rule_applied() -> None:
    link = Link("https://e.example/secret", "e.example/…")
    said = post("2", "See e.example/…", links=(link,), mentions=("una",), reply_to_handle="una")
    made = for_good(*captured(said), ev.Redacted("phrase", "secret"))
    seen = made.post(said, said, lambda text: [])
    assert seen.text == "See [link withheld]"
    assert (seen.mentions, seen.reply_to_handle) == ((), None)
    empty = post("3", "")
    assert made.post(empty, empty, lambda text: []).text == "[link withheld]"


def test_what_goes_besides_goes_from_every_text_of_a_post() -> None:
    said = post(
        "2", "A parrot", author=Author("una", "Una Parrot", "8"), content_warning="Parrots: parrot"
    )
    made = for_good(*captured(said), ev.Redacted("phrase", "secret"))
    seen = made.post(said, said, lambda text: cut(text, text.split()[-1]))
    assert (seen.text, seen.author.name) == ("A [words withheld]", "Una [words withheld]")
    assert seen.content_warning == "Parrots: [words withheld]"


def test_notes_and_questions_of_a_redacted_post_are_withheld() -> None:
    asked = replace(
        AGENDA, questions=(Question("Q1", "Does anybody read minutes?", asked_by=("x:2",)),)
    )
    said = post("2", "Does anybody read minutes?")
    made = for_good(*captured(said), ev.Redacted("post", "x:2"), agenda=asked)
    assert made.note("x:2", "He asked: anybody read minutes") == "He asked: [redacted]"
    assert made.note("x:9", "Of nobody") == "Of nobody"
    assert made.note("x:9", "Of nobody", cut("Of nobody", "Of")) == "[words withheld] nobody"
    assert made.question(asked.questions[0]) == "[redacted]"
    assert for_good().question(asked.questions[0]) == ""
    assert for_good().note("x:1", "A note") == "A note"


def test_handles_of_the_agenda_that_a_rule_withholds_go() -> None:
    isla = AGENDA.people[0]
    assert for_good().handles(isla) == isla.handles
    assert for_good(ev.Redacted("author", "x:isla")).handles(isla) == ()


def test_questions_lose_for_good_what_readers_do_not_see_of_them() -> None:
    said = "Who keeps the minutes warm until everybody has read them"
    whole = Question("Q4", said, asked_by=("x:2",))
    ours = "Our hosts wonder, after all that was said before the break: {}, or who else?"
    part = Question("Q5", ours.format(said[:42]), asked_by=("x:2",))
    planned = Question("Q6", "What else?", asked_by=("x:2",))
    questions = (*AGENDA.questions, whole, part, planned)
    made = for_good(
        *captured(post("2", said)),
        ev.AgendaEdited(replace(AGENDA, questions=questions), {}, "x"),
        ev.Hidden(("x:2",)),
    )
    assert made.question(whole) == "[withheld]"
    assert made.question(part) == ours.format("[words withheld]")
    assert made.question(planned) == made.question(AGENDA.questions[0]) == ""
