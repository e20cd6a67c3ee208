"""Hiding, muting and redacting, and what ends each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tartantm.core.errors import BadInput
from tartantm.core.events import Deleted
from tartantm.core.identity import author_key
from tartantm.moderation import annotate, withhold
from tartantm.moderation.act import PreparedAct
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post
from tests.moderation.doing import do, evening


def test_posts_are_hidden_shown_and_toggled() -> None:
    chat = evening()
    assert do(chat, withhold.hide(chat, ["x:1"])) == "Hid 1 post."
    do(chat, withhold.hide(chat, ["x:1", "x:2"]))
    assert [entry.hidden for entry in chat.entries.values()] == [True, True, False]
    assert do(chat, withhold.hide(chat, ["x:1", "x:2"])) == "Showed 2 posts."
    do(chat, withhold.hide(chat, ["x:3"], False))
    assert not any(entry.hidden for entry in chat.entries.values())


def test_authors_and_phrases_are_muted_until_that_is_ended() -> None:
    chat = evening()
    act = withhold.mute_authors(chat, ["x:calum", "x:ailsa"])
    assert do(chat, act) == "Muted @calum and @ailsa."
    assert do(chat, withhold.mute_authors(chat, ["x:ailsa"], on=False)) == "No longer muted @ailsa."
    assert do(chat, withhold.mute_phrase(chat, "words  OF\n")) == "Muted a phrase."
    assert [entry.muted for entry in chat.entries.values()] == [True, True, True]
    rules = chat.mutes
    assert rules == (("author", "x:calum"), ("phrase", "words OF"))
    for rule in rules:
        do(chat, withhold.end_mute(chat, rule))
    assert not chat.mutes


def test_a_phrase_of_nothing_is_refused() -> None:
    chat = evening()
    for withholding in (withhold.mute_phrase, withhold.redact_phrase):
        with pytest.raises(BadInput, match=r"^A phrase needs words\.$"):
            withholding(chat, " \n")


def test_posts_authors_and_phrases_are_redacted_until_that_is_ended() -> None:
    chat = evening()
    act = withhold.redact_post(chat, "x:1", "request")
    assert do(chat, act) == "Redacted #3: by request."
    assert do(chat, withhold.redact_authors(chat, ["x:calum"])) == "Redacted @calum."
    assert do(chat, withhold.redact_phrase(chat, "Parrots", "abuse")) == "Redacted a phrase: abuse."
    assert {rule: why for rule, (_, why) in chat.redactions.items()} == {
        ("post", "x:1"): "request",
        ("author", "x:calum"): "",
        ("phrase", "Parrots"): "abuse",
    }
    for rule in list(chat.redactions):
        do(chat, withhold.end_redaction(chat, rule))
    assert chat.redactions == {}


def test_the_flag_ends_what_a_command_began() -> None:
    chat = evening()
    do(chat, withhold.redact_post(chat, "x:1"))
    do(chat, withhold.redact_phrase(chat, "Parrots"))
    do(chat, withhold.redact_authors(chat, ["x:calum"]))
    do(chat, withhold.mute_phrase(chat, "Parrots"))
    do(chat, withhold.redact_post(chat, "x:1", on=False))
    do(chat, withhold.redact_phrase(chat, "Parrots", on=False))
    do(chat, withhold.redact_authors(chat, ["x:calum"], on=False))
    do(chat, withhold.mute_phrase(chat, "Parrots", on=False))
    assert not chat.redactions and not chat.mutes


def test_a_rule_ends_also_where_its_post_is_gone() -> None:
    chat = evening()
    do(chat, withhold.redact_post(chat, "x:1"))
    del chat.entries["x:1"]
    do(chat, withhold.end_redaction(chat, ("post", "x:1")))
    assert chat.redactions == {}
    with pytest.raises(BadInput, match="erased meanwhile"):
        withhold.redact_post(chat, "x:1")


def test_of_a_post_that_was_deleted_nothing_is_withheld_or_said(tmp_path: Path) -> None:
    with Session(tmp_path / "a.tartantm", create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
        session.record(Deleted(("x:1",), post().created_at))
        chat = session.chat
        (entry,) = chat.entries.values()
        nameless = author_key(entry.post)
        acts: list[Callable[[], PreparedAct]] = [
            lambda: withhold.redact_post(chat, entry.id),
            lambda: withhold.mute_authors(chat, [nameless]),
            lambda: withhold.redact_authors(chat, [nameless]),
            lambda: annotate.star(chat, [entry.id]),
            lambda: annotate.mark(chat, [entry.id], "idea"),
            lambda: annotate.note(chat, entry.id, "What it said"),
        ]
        for refused in acts:
            with pytest.raises(BadInput, match="deleted at its network"):
                refused()
