"""What arrives about posts that were deleted before says nothing of them any more."""

from __future__ import annotations

import json

import pytest

from tartantm.core import events as ev
from tartantm.core.erased import said_names
from tartantm.core.events import Event
from tartantm.core.identity import fingerprint, gone_id
from tartantm.core.post import Link, Post
from tartantm.store.deleted_addresses import DELETED
from tartantm.store.late_references import LateReferences, padded
from tests.builders import at, captured, placed, post

SALT = "5a17" * 4
GONE = gone_id(SALT, "x:1")


@pytest.fixture
def late() -> LateReferences:
    """What arrives once x:1 is deleted."""
    return LateReferences(SALT, {GONE})


@pytest.mark.parametrize(
    "again",
    [post("1"), post("2", aliases=("x:1",)), post("3", repost_of="x:1")],
    ids=lambda p: p.id,
)
def test_a_deleted_post_does_not_come_again(late: LateReferences, again: Post) -> None:
    assert late.rewrite(captured(again)[0]) is None
    assert late.rewrite(ev.Edited(again)) is None


def test_nobody_notes_anything_on_it(late: LateReferences) -> None:
    assert late.rewrite(ev.Noted("x:1", "as it said")) is None
    assert late.rewrite(ev.Noted(GONE, "as it said")) is None


def test_a_deletion_names_only_posts_that_were_not_deleted_before(late: LateReferences) -> None:
    assert late.rewrite(ev.Deleted(("x:1",), at(1))) is None
    assert late.rewrite(ev.Deleted(("x:1", "x:2"), at(1))) == ev.Deleted(("x:2",), at(1))


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (ev.Starred(("x:1", "x:2")), ev.Starred((GONE, "x:2"))),
        (ev.Grouped({"x:1": placed("Q2")}), ev.Grouped({GONE: placed("Q2")})),
        (ev.Redacted("post", "x:1"), ev.Redacted("post", GONE)),
        (captured(post("2", reply_to="x:1"))[0], captured(post("2", reply_to=GONE))[0]),
    ],
)
def test_what_refers_to_it_has_its_other_id(
    late: LateReferences, event: Event, left: Event
) -> None:
    assert late.rewrite(event) == left


@pytest.mark.parametrize(
    "event",
    [
        captured(post("2", reply_to="x:3", aliases=("x:22",)))[0],
        ev.Noted("x:2", "Well said"),
        ev.Grouped({"x:2": placed("Q2")}),
        ev.Placed({"x:2": "Q2"}, {"x:3": placed("Q2")}),
        ev.Starred(("x:2", GONE)),
        ev.Redacted("phrase", "x:1"),  # a phrase says what it says
        ev.Redacted("post", "x:2"),
        ev.Undone(4),
    ],
)
def test_everything_else_is_left_as_it_is(late: LateReferences, event: Event) -> None:
    assert late.rewrite(event) is event


def known(*found: str) -> set[str]:
    """Hashes of these names, as a deletion keeps them."""
    return {fingerprint(SALT, each) for each in found}


def test_what_leads_to_it_goes_by_its_names_or_its_id(late: LateReferences) -> None:
    event = captured(post("2", "See https://x.com/calum/status/1 and https://oats.example/a"))[0]
    (left,) = captured(post("2", f"See {DELETED} and https://oats.example/a"))
    assert late.rewrite(event) == left
    named = LateReferences(SALT, {GONE}, known("url oats.example/a?#"))
    (left,) = captured(post("2", f"See {DELETED} and {DELETED}"))
    assert named.rewrite(event) == left


def test_whom_nothing_is_left_of_is_not_named_as_mentioned_or_answered() -> None:
    event = captured(post("2", mentions=("Calum", "isla"), reply_to_handle="calum"))[0]
    (left,) = captured(post("2", mentions=("isla",)))
    names = known("handle calum")
    assert LateReferences(SALT, {GONE}, names=names).rewrite(event) == left
    assert LateReferences(SALT, {GONE}).rewrite(event) is event
    kept = LateReferences(SALT, {GONE}, names=names, redacted=("calum",))
    assert kept.rewrite(event) is event


def test_where_there_are_redactions_a_post_that_lost_something_is_not_linked() -> None:
    late = LateReferences(SALT, {GONE}, redacted=())
    url = "https://x.com/beth/status/2"
    (event,) = captured(post("2", "x.com/c/status/1", url=url))
    assert late.rewrite(event) == captured(post("2", f"{DELETED} [link withheld]"))[0]
    (event,) = captured(post("2", "", links=(Link("https://x.com/c/status/1"),), url=url))
    assert late.rewrite(event) == captured(post("2", "[link withheld]"))[0]
    (event,) = captured(post("2", "[redacted] x.com/c/status/1", url=url))
    assert late.rewrite(event) == captured(post("2", f"[redacted] {DELETED}", url=url))[0]
    (event,) = captured(post("2", "Oats", url=url))
    assert late.rewrite(event) is event


def test_a_row_has_room_for_the_ids_that_may_stand_in_it_later() -> None:
    gone = gone_id(SALT, "mastodon:https://m.example/1")
    for held in (
        "x:1",
        "feed:a",
        GONE,
        gone,
        f"bluesky:{'at://longer/than/what/stands/for/it' * 2}",
    ):
        later = gone_id(SALT, held)
        row, then = json.dumps([held, "x"]), json.dumps([later, "x"])
        assert len(padded(row)) == max(len(row), len(then)), held
        assert padded(row).rstrip() == row


def test_posts_that_repeat_nothing_that_was_withheld_are_left_as_they_are() -> None:
    known = {fingerprint(SALT, name) for name in said_names("Kettles before ministers and tea")}
    late = LateReferences(SALT, {GONE}, redacted=(), words=known)
    (event,) = captured(post("2", "Kettles before anybody", links=(Link("https://e.example/"),)))
    assert late.rewrite(event) is event
    (event,) = captured(post("2", "Kettles, before MINISTERS and tea!"))
    assert late.rewrite(event) == captured(post("2", "[words withheld]!"))[0]
