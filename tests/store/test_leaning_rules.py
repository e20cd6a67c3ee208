"""Rules that lean on posts which are deleted: they find as much as before, or it is withheld."""

from __future__ import annotations

from typing import TypeVar

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Person
from tartantm.core.chat import Chat
from tartantm.core.events import Event
from tartantm.core.post import Author
from tartantm.core.traces import Traces
from tartantm.store.leaning_rules import LeaningRules, named_anew, named_by_rules
from tests.builders import AGENDA, at, captured, chat_of, happen, post

OLD = Author("porridgefan", "Calum Sample", "17")
OLDER = replace(OLD, handle="porridgeking")
NEW = Author("calum_anew", "C. S.", "17")
HEIR = Author("porridgefan", "Somebody Else", "99")
WORDS = "Porridge before minutes, and minutes before dawn"
_Rule = TypeVar("_Rule", ev.Muted, ev.Redacted)
MUTED, REDACTED = ev.Muted("author", "x:porridgefan"), ev.Redacted("author", "x:porridgefan")


def _ended(rule: _Rule) -> _Rule:
    return replace(rule, on=False)


def leaning(chat: Chat, *going: str) -> LeaningRules:
    """What becomes of a chat's rules when posts go."""
    entries = {name: chat.entries[name] for name in going}
    left = [e for e in chat.entries.values() if e.id not in entries]
    return LeaningRules(chat, entries, left, Traces(chat))


def renamed(*events: Event) -> Chat:
    """A chat with three posts of one account, under three handles, and these events."""
    posts = (post("1", author=OLDER), post("2", author=OLD), post("3", author=NEW))
    return chat_of(*captured(*posts), *events)


def test_the_handles_by_which_rules_name_authors() -> None:
    rules = (
        *(REDACTED, ev.Redacted("author", "room:the lady: in red")),
        *(ev.Redacted("phrase", "one: two"), ev.Redacted("post", "x:1")),
    )
    chat = chat_of(*captured(post("1")), *rules)
    assert named_by_rules(chat, {}) == {"porridgefan", "the lady: in red"}
    keys = {"x:porridgefan": "x:calum_anew"}
    assert named_by_rules(chat, keys) == {"calum_anew", "the lady: in red"}


def test_events_about_authors_name_them_by_another_key() -> None:
    keys = {"x:porridgefan": "x:calum_anew"}
    withheld = ev.Deleted(("x:porridgefan",), at(1), redacted=("x:porridgefan", "x:isla"))
    for event, left in (
        (MUTED, replace(MUTED, value="x:calum_anew")),
        (REDACTED, replace(REDACTED, value="x:calum_anew")),
        (withheld, replace(withheld, redacted=("x:calum_anew", "x:isla"))),
        (ev.Erased(1, redacted=("x:porridgefan",)), ev.Erased(1, redacted=("x:calum_anew",))),
    ):
        assert named_anew(event, keys) == left
        assert named_anew(left, keys) is left
    for other in (ev.Muted("phrase", "x:porridgefan"), ev.Starred(("x:porridgefan",))):
        assert named_anew(other, keys) is other


def test_rules_follow_an_account_from_each_of_its_handles_that_go() -> None:
    rules = leaning(renamed(MUTED), "x:1", "x:2")
    both = {"x:porridgefan": "x:calum_anew", "x:porridgeking": "x:calum_anew"}
    assert (rules.keys, rules.more) == (both, [])
    assert not leaning(renamed(MUTED), "x:3").keys.keys() & both.keys()


def test_where_no_rule_was_ever_made_nothing_is_looked_for() -> None:
    rules = leaning(renamed(), "x:1", "x:2")
    assert (rules.keys, rules.more, rules.redactions) == ({}, [], ())
    assert not rules.withheld()
    rules = leaning(renamed(MUTED, REDACTED, ev.Redacted("post", "x:1")))
    assert (rules.keys, rules.more, rules.redactions) == ({}, [], ())
    assert not rules.withheld()


def test_a_rule_that_an_erasure_left_follows_the_account_as_well() -> None:
    rules = leaning(renamed(ev.Erased(1, redacted=("x:porridgefan",))), "x:1", "x:2")
    assert rules.keys["x:porridgefan"] == "x:calum_anew"
    assert rules.withheld().found_in("@porridgefan")


def test_a_mute_that_was_undone_follows_too_for_it_may_be_redone() -> None:
    chat = renamed(MUTED)
    happen(chat, ev.Undone(chat.last_seq))
    assert leaning(chat, "x:2").keys == {"x:porridgefan": "x:calum_anew"}


KING, ANEW = (ev.Muted("author", f"x:{each}") for each in ("porridgeking", "calum_anew"))


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ((MUTED, ANEW, _ended(MUTED)), True),
        ((MUTED, ANEW, _ended(ANEW)), True),
        ((MUTED, KING, _ended(KING)), True),
        ((MUTED, _ended(MUTED), ANEW), False),
        ((MUTED, ANEW), False),
        ((MUTED, _ended(MUTED)), False),
        ((MUTED, ANEW, _ended(ANEW), _ended(MUTED)), False),
        ((MUTED, _ended(MUTED), ev.Muted("phrase", "x:calum_anew")), False),
        ((MUTED, _ended(MUTED), ev.Muted("author", "x:somebody")), False),
        ((MUTED, ev.Muted("author", "x:somebody"), ev.Muted("author", "x:somebody", False)), False),
        (
            (MUTED, ev.Muted("phrase", "x:calum_anew"), ev.Muted("phrase", "x:calum_anew", False)),
            False,
        ),
    ],
)
def test_a_rule_that_holds_is_not_ended_by_the_end_of_one_that_has_its_name_now(
    said: tuple[ev.Muted, ...], more: bool
) -> None:
    assert leaning(renamed(*said), "x:1", "x:2").more == [ANEW] * more
    redactions = [
        ev.Redacted(each.kind, each.value, each.on, "abuse" if each.on else "") for each in said
    ]
    expected = [ev.Redacted("author", "x:calum_anew", reason="abuse")] * more
    assert leaning(renamed(*redactions), "x:1", "x:2").more == expected


def test_the_end_of_a_rule_that_was_undone_ends_none() -> None:
    chat = renamed(MUTED, ANEW, _ended(MUTED))
    happen(chat, ev.Undone(chat.last_seq))
    assert leaning(chat, "x:1", "x:2").more == []
    chat = renamed(MUTED, _ended(REDACTED), ev.Erased(1, redacted=("x:calum_anew",)))
    assert leaning(chat, "x:1", "x:2").more == [ev.Redacted("author", "x:calum_anew")]


def taken_over(*events: Event) -> LeaningRules:
    """What becomes of rules when posts go whose old handles somebody else has now."""
    more = captured(post("4", author=HEIR))
    return leaning(renamed(*more, *events), "x:1", "x:2")


def test_a_handle_that_somebody_else_has_now_is_named_in_a_rule_of_its_own() -> None:
    reasoned = replace(REDACTED, reason="abuse")
    rules = taken_over(MUTED, reasoned)
    assert rules.more == [
        ev.Muted("author", "x:calum_anew"),
        ev.Redacted("author", "x:calum_anew", reason="abuse"),
    ]
    assert rules.keys == {"x:porridgeking": "x:calum_anew"}


def test_no_rule_is_made_that_was_not_there_or_is_there_already() -> None:
    now = (ev.Muted("author", "x:calum_anew"), ev.Redacted("author", "x:calum_anew"))
    assert taken_over(ev.Muted("phrase", "dawn"), ev.Redacted("phrase", "dawn")).more == []
    assert taken_over(MUTED, REDACTED, *now).more == []
    assert taken_over(*now).more == []


def test_a_handle_that_the_agenda_has_keeps_its_rule() -> None:
    """The rule finds the name of whoever has it there, in everybody's words."""
    person = Person("Ronald Made-up", ("porridgefan@x",))
    agenda = replace(AGENDA, people=(*AGENDA.people, person))
    chat = chat_of(*captured(post("2", author=OLD), post("3", author=NEW)), agenda=agenda)
    happen(chat, REDACTED)
    rules = leaning(chat, "x:2")
    assert rules.keys == {}
    assert rules.more == [ev.Redacted("author", "x:calum_anew")]
    withheld = rules.withheld()
    assert withheld.found_in("Calum Sample")
    assert not withheld.found_in("Ronald Made-up") and not withheld.found_in("@porridgefan")


def test_what_only_posts_that_go_had_is_withheld_for_good() -> None:
    other = Author("rhona_r@m.example", "Rhona Example", "r")
    old = replace(other, handle="rhona_once@m.example", name="Rhona Formerly")
    here, there = "mastodon:https://m.example/1", "mastodon:https://m.example/2"
    posts = captured(post(here, author=old), post(there, author=other))
    chat = renamed(*posts, REDACTED, ev.Redacted("author", "mastodon:rhona_r@m.example"))
    withheld = leaning(chat, "x:1", "x:2", here).withheld()
    lost = (
        *("Calum Sample", "@porridgefan", "@porridgeking"),
        *("Rhona Formerly", "@rhona_once", "@rhona_once@m.example"),
    )
    for text in lost:
        assert [each.value for each in withheld.find(text)] == ["[name withheld]"], text
    kept = ("C. S.", "@calum_anew", "Rhona Example", "@rhona_r", "@rhona_r@m.example")
    for text in (*kept, "@ailsa"):
        assert not withheld.found_in(text), text


def test_the_chat_s_hashtag_is_no_name_that_is_withheld_for_good() -> None:
    """As redacting them leaves it: everybody writes it, and means the chat."""
    host = Author("tartantm_host", "TartanTM", "44")
    agenda = replace(AGENDA, hashtags=("TartanTM",))
    chat = chat_of(*captured(post("1", author=host)), agenda=agenda)
    happen(chat, ev.Redacted("author", "x:tartantm_host"))
    assert not leaning(chat, "x:1").withheld().found_in("Hello #tartantm")


def test_a_phrase_is_no_account_though_it_is_written_like_one() -> None:
    rules = leaning(renamed(ev.Redacted("phrase", "x:porridgefan")), "x:1", "x:2")
    assert not rules.withheld()


def test_redactions_of_posts_are_applied_by_the_words_that_go() -> None:
    chat = chat_of(
        *captured(post("1", WORDS), post("2", WORDS, 2), post("3", "Other words", 3)),
        *(ev.Redacted("post", "x:1"), ev.Redacted("post", "x:3")),
        *(ev.Redacted("phrase", "dawn"), REDACTED),
    )
    rules = leaning(chat, "x:1")
    assert [list(each.rules) for each in rules.redactions] == [[("post", "x:1")]]
    assert leaning(chat, "x:3").redactions[0].rules.keys() == {("post", "x:3")}
