"""What changed since files were written is counted by kind, and nothing else is said of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tartantm.core import events as ev
from tartantm.core.change_kinds import changes_in_words
from tartantm.core.chat import Chat
from tartantm.core.post import Author
from tartantm.transcript import ExportOptions
from tartantm.transcript.changes import changes_since
from tests.builders import AGENDA, at, captured, post, recorded

BEFORE: Sequence[ev.Event] = (
    ev.Begun(AGENDA, "d", "00" * 8),
    *captured(post("1", "Words of hers", 1), post("2", "Parrots", 2, author="calum")),
    *captured(post("3", "More parrots", 3, author="dele")),
)


def counted(*later: ev.Event, options: ExportOptions | None = None) -> dict[str, int]:
    events = recorded([*BEFORE, *later])
    return changes_since(len(BEFORE), events, Chat(events), options or ExportOptions())


@pytest.mark.parametrize(
    ("later", "changes"),
    [
        ((), {}),
        ((ev.Rechecked(3),), {}),
        ((ev.Exported("/out", "a", ("html",)), ev.Corrected({"hidden": 1})), {}),
        ((ev.LeaksAccepted(("k",)),), {}),
        ((ev.Hidden(("x:1", "x:2")),), {"hidden": 2}),
        ((ev.Muted("phrase", "parrots"),), {"muted": 2}),
        ((ev.Redacted("phrase", "parrots"),), {"redacted": 2}),
        ((ev.Redacted("author", "x:calum"),), {"redacted": 1}),
        ((ev.Redacted("post", "x:1", reason="request"),), {"redacted": 1}),
        ((ev.Deleted(("x:1", "x:gone"), at(9)),), {"deleted": 1}),
        ((ev.Edited(post("1", "Other words", 1, edited_at=at(5))),), {"edited": 1}),
        ((ev.Placed({"x:1": "Q2", "x:2": "Q3"}),), {"moved": 2}),
        ((ev.Starred(("x:1",)), ev.Noted("x:2", "Ask him")), {"annotated": 2}),
        (tuple(captured(post("4", "A late one", 9))), {"added": 1}),
        ((ev.Summarised("Q1", "Short"),), {"other": 1}),
        ((ev.Erased(2, rewritten=3),), {"erased": 2, "rewritten": 3}),
        ((ev.Hidden(("x:1",)), ev.Undone(len(BEFORE) + 1)), {}),
    ],
)
def test_changes_by_kind(later: tuple[ev.Event, ...], changes: dict[str, int]) -> None:
    assert counted(*later) == changes


def test_what_an_erasure_rewrote_was_not_redacted() -> None:
    made = counted(ev.Erased(2, rewritten=3), ev.Redacted("post", "x:1"))
    assert made == {"erased": 2, "rewritten": 3, "redacted": 1}
    assert changes_in_words(made) == (
        "2 posts erased for good, 3 of others rewritten because of an erasure, 1 redacted"
    )


def test_what_is_shown_again() -> None:
    events = recorded([*BEFORE, ev.Hidden(("x:1",)), ev.Redacted("phrase", "more parrots")])
    shows = len(events)
    later = (ev.Hidden(("x:1",), on=False), ev.Redacted("phrase", "more parrots", on=False))
    events += recorded(later, shows + 1)
    assert changes_since(shows, events, Chat(events), ExportOptions()) == {"shown": 2}


def test_remarks_that_are_taken_back() -> None:
    said = post("room:1", "Aloud", author=Author("", "Ewan Example"), venue="The Pretend Arms")
    events = recorded([*BEFORE, ev.Remarked(said, "Q1")])
    shows = len(events)
    events += recorded([ev.Undone(shows)], shows + 1)
    assert changes_since(shows, events, Chat(events), ExportOptions())["removed"] == 1


def test_a_post_that_was_hidden_and_then_deleted_counts_once() -> None:
    assert counted(ev.Hidden(("x:1",)), ev.Deleted(("x:1",), at(9))) == {"deleted": 1}


def test_hidden_posts_count_also_where_they_are_shown() -> None:
    assert counted(ev.Hidden(("x:1",)), options=ExportOptions(include_hidden=True)) == {"hidden": 1}
