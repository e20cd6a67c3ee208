"""Over which times each source was to be heard; nothing that was asked for is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.events import Filled, Hearing, SourceChanged
from tartantm.core.listening import (
    Listening,
    Unanswered,
    complete_until,
    listening,
)
from tartantm.core.stretches import CONNECTING, NOBODY, NOT_AGAIN, Stretch
from tests.builders import at

Reports = Sequence[tuple[datetime, SourceChanged | Filled]]


def changed(state: str, minute: float | None = None, **more: object) -> SourceChanged:
    when = None if minute is None else at(minute)
    return SourceChanged("x", state, at=when, **more)  # type: ignore[arg-type]


def of(*reports: tuple[float, SourceChanged | Filled], last: float | None = None) -> Listening:
    events = [(at(minute), event) for minute, event in reports]
    (found,) = listening(events, {} if last is None else {"x": at(last)})
    return found


def kinds(found: Listening) -> list[tuple[str, float, float]]:
    def minute(when: datetime) -> float:
        return (when - at(0)) / timedelta(minutes=1)

    return [(each.kind, minute(each.since), minute(each.until)) for each in found.stretches]


def whys(found: Listening) -> list[tuple[str, float, float]]:
    """Why it was not heard, from which minute to which."""
    times = kinds(found)
    return [
        (each.why, since, until)
        for each, (kind, since, until) in zip(found.stretches, times, strict=True)
        if kind != "heard"
    ]


def heard(since: float, until: float, **more: Any) -> Stretch:
    return Stretch(at(since), at(until), "heard", **more)


def missed(since: float, until: float, why: str, how: Hearing = "", **more: Any) -> Stretch:
    return Stretch(at(since), at(until), "missed", why=why, how=how, **more)


def filled(since: float, until: float, posts: int, why: str, **more: Any) -> Stretch:
    return Stretch(at(since), at(until), "filled", "search", posts, why, **more)


EVENINGS: dict[str, tuple[list[tuple[float, SourceChanged | Filled]], list[Stretch]]] = {
    "each stretch has the reason and the kind of trouble of its own": (
        [
            (0, changed("asked", since=at(-30))),
            (0, changed("lost", detail="No line.", how="unreachable")),
            (5, changed("failed", detail="No.", how="refused")),
            (9, changed("connected", 9, how="stream")),
            (10, Filled("x", at(-30), at(0), "search", 12)),
            (10, Filled("x", at(0), at(9), "", 0, "Gone.")),
            (11, Filled("x", at(0), at(5), "search", 3)),
            (20, changed("lost", 20, detail="Cut.", how="unreachable")),
            (26, changed("lost", detail="Busy.", how="limited")),
            (30, changed("lost", 30, detail="Busy.", how="limited")),
        ],
        [
            filled(-30, 0, 12, NOBODY, is_idle=True, before_first=True),
            filled(0, 5, 3, "No line.", how="unreachable", before_first=True),
            missed(5, 9, "No.", "refused", why_lost="Gone.", is_lost=True, before_first=True),
            heard(9, 20),
            missed(20, 26, "Cut.", "unreachable"),
            missed(26, 30, "Busy.", "limited", is_open=True),
        ],
    ),
    "a reason that comes late is that of the time before, with its kind": (
        [
            (0, changed("connected", 0)),
            (5, changed("lost", 5, how="unreachable")),
            (7, changed("lost", detail="No.", how="refused")),
            (9, changed("connected", 9)),
            (12, changed("lost", 12, how="unreachable")),
            (15, changed("ended", 15, detail="It had not answered yet.")),
        ],
        [
            *(heard(0, 5), missed(5, 9, "No.", "refused")),
            *(heard(9, 12), missed(12, 15, "It had not answered yet.")),
        ],
    ),
    "what says no reason takes none away": (
        [
            (0, changed("asked", since=at(0))),
            (2, changed("lost", how="limited")),
            (5, changed("connected", 5)),
            (7, changed("lost", 7, detail="Cut.", how="unreachable")),
            (8, changed("lost", how="limited")),
            (9, changed("ended", 9)),
        ],
        [
            missed(0, 5, CONNECTING, before_first=True),
            *(heard(5, 7), missed(7, 9, "Cut.", "unreachable")),
        ],
    ),
    "files of versions that did not record what was asked for may know no reason": (
        [
            *((5, changed("lost", 5)), (6, changed("connected", 6))),
            *((12, changed("ended", 12, detail="Stopped.")), (14, changed("lost", 14))),
            *((15, changed("connected", 15)), (16, changed("ended", 16))),
        ],
        [missed(5, 6, ""), heard(6, 12), missed(14, 15, ""), heard(15, 16)],
    ),
    "where it is not said since when it is lost, nothing counts as heard": (
        [(0, changed("connected", 0)), (5, changed("lost", detail="Cut."))],
        [missed(0, 5, "Cut.", is_open=True)],
    ),
    "a stream that breaks as it opens was heard for no time": (
        [
            *((0, changed("asked", since=at(0))), (5, changed("connected", 5))),
            *((5, changed("lost", 5, detail="Cut.")), (9, changed("ended", 9))),
        ],
        [missed(0, 5, CONNECTING, before_first=True), missed(5, 9, "Cut.")],
    ),
    "a run that was killed as it began was none": (
        [
            *((0, changed("asked", since=at(-30))), (9, changed("asked", since=at(-30)))),
            (12, changed("ended", 12)),
        ],
        [
            missed(-30, 0, NOBODY, is_idle=True, before_first=True),
            missed(0, 9, NOBODY, is_idle=True, before_first=True),
            missed(9, 12, CONNECTING, before_first=True),
        ],
    ),
    "a run that begins as the last one ends": (
        [
            *((0, changed("asked", since=at(0))), (0, changed("connected", 0))),
            *((20, changed("ended", 18)), (20, changed("asked", since=at(18)))),
            (21, changed("ended", 21)),
        ],
        [heard(0, 18), missed(18, 20, NOT_AGAIN), missed(20, 21, CONNECTING)],
    ),
    "what was recorded up to a minute ahead of the next run is no wrong clock": (
        [
            *((50, changed("asked", since=at(50))), (50, changed("connected", 50))),
            *((62, changed("ended", 62)), (61, changed("asked", since=at(62)))),
            (65, changed("connected", 65)),
            (70, changed("ended", 70)),
        ],
        [heard(50, 62), missed(62, 65, CONNECTING), heard(65, 70)],
    ),
    "what a clock that was ahead recorded ends where the next run begins": (
        [
            *((0, changed("asked", since=at(0))), (0, changed("connected", 0))),
            *((10, changed("lost", 10, detail="Cut.")), (12, changed("connected", 12))),
            *((40, changed("lost", 40, detail="Cut.")), (45, changed("connected", 45))),
            *((62, changed("ended", 62)), (40, changed("asked", since=at(12)))),
            (44, changed("ended", 44)),
        ],
        [
            *(heard(0, 10), missed(10, 12, "Cut."), heard(12, 40)),
            missed(40, 44, CONNECTING),
        ],
    ),
    "what it recorded of no time before that is left out": (
        [
            *((50, changed("asked", since=at(50))), (60, changed("connected", 60))),
            *((62, changed("ended", 62)), (60, changed("asked", since=at(60)))),
            (61, changed("ended", 61)),
        ],
        [missed(50, 60, CONNECTING, before_first=True), missed(60, 61, CONNECTING)],
    ),
    "a run that was killed by such a clock gives the next one no reason": (
        [
            *((0, changed("asked", since=at(0))), (0, changed("connected", 0))),
            (95, changed("lost", 30, detail="Cut.", how="unreachable")),
            (40, changed("asked", since=at(30))),
            (42, changed("failed", detail="No.", how="refused")),
            (50, changed("ended", 50)),
        ],
        [heard(0, 30), missed(30, 40, "Cut.", "unreachable"), missed(40, 50, "No.", "refused")],
    ),
    "so does what goes on there": (
        [
            *((0, changed("asked", since=at(0))), (0, changed("connected", 0))),
            *((62, changed("ended", 62)), (40, changed("asked", since=at(12)))),
            (44, changed("ended", 44)),
        ],
        [heard(0, 40), missed(40, 44, CONNECTING)],
    ),
}
"""What is recorded of a source, and all that is known of each stretch by that."""


@pytest.mark.parametrize(("reports", "stretches"), EVENINGS.values(), ids=EVENINGS)
def test_all_that_is_known_of_each_stretch(
    reports: list[tuple[float, SourceChanged | Filled]], stretches: list[Stretch]
) -> None:
    assert list(of(*reports).stretches) == stretches


def test_what_it_did_not_say_up_to_the_end_is_no_gap() -> None:
    run = [
        (0.0, changed("asked", since=at(0))),
        (0.0, changed("connected", 0, how="stream")),
        (60.0, changed("ended", 60, detail="which posts are gone (Busy)", since=at(20))),
    ]
    found = of(*run)
    assert kinds(found) == [("heard", 0, 60)]
    assert found.unanswered == (Unanswered(at(20), at(60), "which posts are gone (Busy)"),)
    later = [(70.0, changed("asked", since=at(60))), (70.0, changed("connected", 60, how="poll"))]
    assert of(*run, *later, (80, changed("ended", 80))).unanswered == found.unanswered
    early = (60.0, changed("ended", 10, detail="which posts are gone (Busy)", since=at(20)))
    assert of(*run[:2], early).unanswered[0].until == at(20)


def test_a_source_that_never_connected_was_missed_for_all_of_the_time() -> None:
    found = of(
        (0, changed("asked", since=at(-30))),
        (1, changed("failed", detail="X does not accept the token.", how="refused")),
        (124, changed("ended", 124)),
    )
    assert kinds(found) == [("missed", -30, 0), ("missed", 0, 124)]
    assert not found.was_heard
    assert whys(found) == [(NOBODY, -30, 0), ("X does not accept the token.", 0, 124)]
    assert [each.is_idle for each in found.stretches] == [True, False]


def test_what_was_posted_before_the_start_is_filled_and_a_gap_later_is_one() -> None:
    found = of(
        (0, changed("asked", since=at(-30))),
        (1, changed("connected", 1, how="stream")),
        (2, Filled("x", at(-30), at(1), "search", 12)),
        (41, changed("lost", 40, detail="Cut.", how="unreachable")),
        (45, changed("connected", 44, how="stream")),
        (46, Filled("x", at(40), at(44), "search", 3)),
        (90, changed("lost", 90)),
        (95, changed("connected", 94)),
        (120, changed("ended", 120)),
    )
    assert kinds(found) == [
        ("filled", -30, 0),
        ("filled", 0, 1),
        ("heard", 1, 40),
        ("filled", 40, 44),
        ("heard", 44, 90),
        ("missed", 90, 94),
        ("heard", 94, 120),
    ]
    assert [each.posts for each in found.stretches] == [12, 0, 0, 3, 0, 0, 0]
    assert [each.before_first for each in found.stretches] == [True, True, *[False] * 5]
    assert whys(found) == [
        *((NOBODY, -30, 0), (CONNECTING, 0, 1), ("Cut.", 40, 44), ("", 90, 94)),
    ]


def test_a_run_that_was_killed_was_heard_until_the_last_that_is_known() -> None:
    found = of((0, changed("asked", since=at(0))), (1, changed("connected", 0)), last=57)
    assert kinds(found) == [("heard", 0, 57)]
    assert found.stretches[-1].is_open
    asked = (0, changed("asked", since=at(0)))
    for how, until in (("stream", 57), ("poll", 20)):
        heard_by = [(n, changed("connected", n, how=how)) for n in (0, 20)]
        assert kinds(of(asked, *heard_by, last=57)) == [("heard", 0, until)], "newest come first"


def test_the_next_run_after_a_kill_has_the_time_between_as_missed_until_it_is_filled() -> None:
    killed = [
        (0, changed("asked", since=at(0))),
        (1, changed("connected", 0)),
        (30, changed("lost", 30, detail="Cut.")),
        (50, changed("asked", since=at(30))),
        (51, changed("connected", 51)),
    ]
    missed = ("missed", 30, 50), ("missed", 50, 51)
    assert kinds(of(*killed, last=60)) == [("heard", 0, 30), *missed, ("heard", 51, 60)]
    filled = (52, Filled("x", at(30), at(51), "timeline", 4))
    assert kinds(of(*killed, filled, last=60))[1:3] == [("filled", 30, 50), ("filled", 50, 51)]


def test_what_is_recorded_every_minute_says_until_when_a_run_was_there_that_was_killed() -> None:
    heard_again = [
        (1.0, changed("asked", 1, since=at(1))),
        (1.0, changed("connected", 1, how="poll")),
        *[(n + 0.1, changed("connected", n, how="poll")) for n in (2, 3)],
    ]
    assert kinds(of(*heard_again)) == [("heard", 1, 3)]
    resumed = of(*heard_again, (8, changed("asked", 8, since=at(3))))
    assert kinds(resumed)[0] == ("heard", 1, 3)
    assert whys(resumed)[:2] == [(NOT_AGAIN, 3, 3.1), (NOBODY, 3.1, 8)]
    refused = [
        (1.0, changed("asked", 1, since=at(1))),
        (1.1, changed("failed", 1.1, detail="No.", how="refused")),
        *[(n, changed("failed", n, detail="No.", how="refused")) for n in (2, 3)],
    ]
    assert whys(of(*refused)) == [("No.", 1, 3)]
    resumed = of(*refused, (8, changed("asked", 8, since=at(1))))
    assert whys(resumed)[:2] == [("No.", 1, 3), (NOBODY, 3, 8)]


def test_a_gap_over_two_runs_is_put_down_to_each_of_its_reasons() -> None:
    second = [
        (60, changed("asked", since=at(38))),
        (61, changed("lost", detail="a.example refuses connections.")),
        (64, changed("connected", 64)),
    ]
    first = [(0, changed("asked", since=at(0))), (0, changed("connected", 0))]
    ended = (40, changed("ended", 38))
    refused = ("a.example refuses connections.", 60, 64)
    assert whys(of(*first, ended, *second, last=70)) == [
        *((NOT_AGAIN, 38, 40), (NOBODY, 40, 60), refused),
    ]
    was_lost = (30, changed("lost", 28, detail="Cut."))
    assert whys(of(*first, was_lost, (40, changed("ended", 40)), *second, last=70)) == [
        *(("Cut.", 28, 40), (NOBODY, 40, 60), refused),
    ]
    # It was killed: the last that was recorded is the last that is known of it.
    still = (34, Filled("x", at(0), at(5), "search"))
    again = (60, changed("asked", since=at(28)))
    assert whys(of(*first, was_lost, still, again, *second[1:], last=70)) == [
        *(("Cut.", 28, 34), (NOBODY, 34, 60), refused),
    ]


def test_a_reason_that_changes_ends_the_stretch() -> None:
    found = of(
        (0, changed("connected", 0)),
        (20, changed("lost", 18, detail="Cut.")),
        (21, changed("lost", detail="Cut.")),
        (25, changed("failed", detail="The token was revoked.")),
        (30, changed("lost")),
        (40, changed("ended", 40)),
    )
    assert whys(found) == [("Cut.", 18, 25), ("The token was revoked.", 25, 40)]


def test_a_filled_gap_keeps_its_reason_and_a_lost_one_has_both() -> None:
    found = of(
        (0, changed("connected", 0)),
        (20, changed("lost", 18, detail="Cut.")),
        (30, changed("connected", 30)),
        (31, Filled("x", at(18), at(24), "", 0, "Search goes back ten minutes.")),
        (31, Filled("x", at(24), at(30), "search", 4)),
    )
    _, lost, filled, _ = found.stretches
    assert (lost.why, lost.is_lost, lost.why_lost) == (
        *("Cut.", True, "Search goes back ten minutes."),
    )
    assert (filled.why, filled.is_lost, filled.why_lost) == ("Cut.", False, "")


MOMENT = 0.05 / 60


def test_less_than_a_second_between_two_streams_is_no_gap() -> None:
    seam = [
        (0, changed("connected", 0)),
        (20, changed("lost", 20, detail="Cut.")),
        (20, changed("connected", 20 + MOMENT)),
    ]
    assert kinds(of(*seam, last=40)) == [("heard", 0, 40)]
    # What came of it stays, and the next run asks for it all the same.
    brought = (21, Filled("x", at(20), at(20 + MOMENT), "search", 1))
    assert [kind for kind, *_ in kinds(of(*seam, brought, last=40))] == ["heard", "filled", "heard"]
    events = [(at(minute), event) for minute, event in seam]
    assert complete_until(events, "x", at(40)) == at(20)


def test_less_than_a_second_within_a_gap_belongs_to_what_is_beside_it() -> None:
    found = of(
        (0, changed("connected", 0)),
        (20, changed("lost", 20, detail="Cut.")),
        (26, changed("connected", 26)),
        (27, Filled("x", at(20), at(26 - MOMENT), "search", 1)),
        (40, changed("ended", 40)),
    )
    assert kinds(found) == [("heard", 0, 20), ("filled", 20, 26), ("heard", 26, 40)]


def test_what_a_clock_that_was_ahead_recorded_ends_where_the_next_run_begins() -> None:
    found = of(
        (60, changed("asked", since=at(60))),
        (60, changed("connected", 60, how="stream")),
        (62, changed("ended", 62)),
        # The clock was put right by an hour.
        (5, changed("asked", since=at(-30))),
        (6, changed("failed", detail="No line.", how="unreachable")),
        (9, changed("ended", 9)),
    )
    assert kinds(found) == [("missed", -30, 5), ("missed", 5, 9)]
    assert whys(found) == [(NOBODY, -30, 5), ("No line.", 5, 9)]


def test_a_reason_that_changes_divides_what_was_missed() -> None:
    found = of(
        (0, changed("asked", since=at(0))),
        (1, changed("lost", detail="No line.", how="unreachable")),
        (4, changed("lost", 4, detail="A page came.", how="unreachable")),
        (9, changed("ended", 9)),
    )
    assert kinds(found) == [("missed", 0, 4), ("missed", 4, 9)]
    assert [each.why for each in found.missed] == ["No line.", "A page came."]


def test_a_source_that_is_lost_and_of_which_no_more_is_known_is_missed_from_then_on() -> None:
    found = of((0, changed("connected", 0)), (20, changed("lost", 20, detail="Cut.")))
    assert kinds(found) == [("heard", 0, 20), ("missed", 20, 20)]
    assert found.missed[0].is_open


GAP = (
    (0, changed("asked", since=at(0))),
    (1, changed("connected", 0)),
    (10, changed("lost", 10, detail="Cut.")),
    (20, changed("connected", 20)),
    (30, changed("ended", 30)),
)


@pytest.mark.parametrize(
    ("since", "until", "then"),
    [
        (10, 20, [("filled", 10, 20)]),
        (5, 25, [("filled", 10, 20)]),
        (12, 15, [("missed", 10, 12), ("filled", 12, 15), ("missed", 15, 20)]),
        (9, 15, [("filled", 10, 15), ("missed", 15, 20)]),
        (15, 21, [("missed", 10, 15), ("filled", 15, 20)]),
        (5, 10, [("missed", 10, 20)]),
        (20, 25, [("missed", 10, 20)]),
        (15, 15, [("missed", 10, 20)]),
    ],
)
def test_what_is_filled_of_a_gap(
    since: float, until: float, then: list[tuple[str, float, float]]
) -> None:
    found = of(*GAP, (31, Filled("x", at(since), at(until), "search", 3)))
    assert kinds(found) == [("heard", 0, 10), *then, ("heard", 20, 30)]
    assert [each.posts for each in found.stretches if each.kind == "filled"] in ([3], [])
    assert all(each.why == "Cut." and not each.is_lost for each in found.missed)


def test_what_cannot_be_had_any_more_is_missed_for_that_reason() -> None:
    found = of(*GAP, (31, Filled("x", at(12), at(15), "", 0, "X keeps seven days.")))
    assert kinds(found)[1:-1] == [("missed", 10, 12), ("missed", 12, 15), ("missed", 15, 20)]
    assert [each.why for each in found.missed] == ["Cut.", "Cut.", "Cut."]
    assert [each.why_lost for each in found.missed] == ["", "X keeps seven days.", ""]
    assert [each.is_lost for each in found.missed] == [False, True, False]
    (unknown,) = of(*GAP, (31, Filled("x", at(10), at(20), ""))).missed
    assert (unknown.why, unknown.is_lost) == ("Cut.", True)


def test_nobody_listened_before_the_first_run_and_between_two() -> None:
    found = of(
        (1, changed("asked", since=at(-30))),
        (20, changed("ended", 20)),
        (41, changed("asked", 40, since=at(20))),
        last=50,
    )
    assert whys(found) == [
        *((NOBODY, -30, 1), (CONNECTING, 1, 20), (NOBODY, 20, 40), (CONNECTING, 40, 50)),
    ]
    assert [each.is_idle for each in found.stretches] == [True, False, True, False]


def test_a_file_of_an_old_version_that_begins_with_a_gap() -> None:
    found = of(
        (0, changed("lost", detail="Cut.")),
        (5, changed("lost", 5, detail="Cut.")),
        (6, changed("lost", 6, detail="502")),
        (7, changed("lost", 7, detail="502")),
        (8, changed("failed", detail="No.")),
        (9, changed("connected", 9)),
        (12, changed("ended", 12, detail="Stopped.")),
        (13, changed("lost", detail="Cut.")),
        (14, changed("lost", 14, detail="Cut.")),
        (15, changed("connected", 15)),
        (16, changed("ended", 16)),
    )
    assert kinds(found) == [
        ("missed", 5, 6),
        ("missed", 6, 8),
        ("missed", 8, 9),
        ("heard", 9, 12),
        ("missed", 14, 15),
        ("heard", 15, 16),
    ]
    assert [each.why for each in found.stretches] == ["Cut.", "502", "No.", "", "Cut.", ""]
    assert not any(each.before_first for each in found.stretches)


def test_why_a_source_was_missed_is_known_by_run() -> None:
    found = of(
        (0, changed("asked", since=at(0))),
        (1, changed("failed", detail="No.")),
        (9, changed("asked", since=at(0))),
        (12, changed("ended")),
        (20, changed("asked", since=at(12))),
        (25, changed("ended", detail="It had not answered yet.")),
    )
    assert whys(found) == [
        *(("No.", 0, 1), (NOBODY, 1, 9), (CONNECTING, 9, 12)),
        *((NOBODY, 12, 20), ("It had not answered yet.", 20, 25)),
    ]


def test_a_source_that_ended_as_it_began_was_asked_for_over_no_time() -> None:
    events: Reports = [(at(0), changed("asked", since=at(0))), (at(0), changed("ended", 0))]
    (found,) = listening(events)
    assert (found.stretches, found.was_heard, found.missed) == ((), False, [])
    assert complete_until(events, "x", None) is None


def test_posts_of_several_gaps_are_counted_once() -> None:
    more = ((40, changed("asked", since=at(30))), (50, changed("connected", 50)))
    found = of(*GAP, *more, (51, Filled("x", at(0), at(60), "search", 7)), last=60)
    assert [each.posts for each in found.stretches if each.kind == "filled"] == [7, 0, 0]


def test_each_source_has_its_own_account_in_the_order_of_their_names() -> None:
    events: Reports = [
        (at(0), SourceChanged("x", "asked", since=at(0))),
        (at(0), SourceChanged("bluesky", "asked", since=at(-5))),
        (at(0), SourceChanged("recording", "connected")),
        (at(1), SourceChanged("bluesky", "connected", at=at(1))),
        (at(2), SourceChanged("bluesky", "ended", at=at(2))),
    ]
    first, second = listening(events, {"bluesky": at(9), "x": at(4)})
    assert (first.source, kinds(first), first.was_heard) == ("x", [("missed", 0, 4)], False)
    assert second.source == "bluesky" and second.was_heard
    assert kinds(second) == [("missed", -5, 0), ("missed", 0, 1), ("heard", 1, 2)]


def test_until_when_nothing_is_missing_that_can_be_had() -> None:
    events: Reports = [(at(minute), event) for minute, event in GAP]
    assert complete_until(events, "x", None) == at(10)
    assert complete_until(events, "bluesky", at(5)) is None
    assert complete_until([], "x", None) is None
    filled = (at(31), Filled("x", at(10), at(20), "search", 1))
    lost = (at(31), Filled("x", at(10), at(20), "", 0, "Gone."))
    assert complete_until([*events, filled], "x", None) == at(30)
    assert complete_until([*events, lost], "x", None) == at(30)
    part = (at(31), Filled("x", at(10), at(15), "search", 1))
    assert complete_until([*events, part], "x", None) == at(15)
    # It was connected to at once: no time passed for which that is a reason.
    start = (changed("asked", since=at(-5)), changed("connected", 0))
    early: Reports = [*((at(0), e) for e in start), (at(1), Filled("x", at(-5), at(0), "search"))]
    assert complete_until([*early, (at(9), changed("ended", 9))], "x", None) == at(9)
    assert complete_until(events[:2], "x", at(9)) == at(9), "it was killed"
    assert complete_until(events[:2], "x", None) == at(0)


def test_files_of_versions_that_did_not_record_what_was_asked_for() -> None:
    found = of((0, changed("connected", 0)), (9, changed("ended", 9)))
    assert kinds(found) == [("heard", 0, 9)]
    assert not found.stretches[0].before_first


def test_a_recording_has_no_times() -> None:
    events: Reports = [(at(0), changed("connected")), (at(1), changed("ended"))]
    assert listening(events) == []


MINUTES = st.integers(0, 600)


@st.composite
def runs(draw: st.DrawFn) -> list[tuple[datetime, SourceChanged | Filled]]:
    """What a program records of one source: runs one after the other, some of them killed."""
    now = draw(st.integers(0, 30))
    events: list[tuple[datetime, SourceChanged | Filled]] = []

    def record(event: SourceChanged | Filled) -> None:
        events.append((at(now), event))

    done = now - draw(st.integers(0, 30))
    for _ in range(draw(st.integers(1, 4))):
        record(changed("asked", now, since=at(done)))
        hears = False
        for step in draw(st.lists(st.sampled_from(["hear", "lose", "fill", "wait"]), max_size=8)):
            before, now = now, now + draw(st.integers(0, 20))
            if step == "hear":
                record(changed("connected", now, how="stream"))
                hears = True
            elif step == "lose":
                since = draw(st.integers(before, now)) if hears else None
                record(changed("lost", since, detail="Cut."))
                hears = False
            elif step == "fill":
                ends = sorted(draw(st.tuples(MINUTES, MINUTES)))
                by = draw(st.sampled_from(["", "search"]))
                record(Filled("x", at(ends[0] - 60), at(ends[1] - 60), by, 1 if by else 0))
        now += draw(st.integers(0, 20))
        if draw(st.booleans()):
            record(changed("ended", now))
        done = now
        now += draw(st.integers(0, 60))
    return events


@given(runs())
def test_stretches_are_in_order_and_cover_exactly_what_was_asked_for(
    events: list[tuple[datetime, SourceChanged | Filled]],
) -> None:
    (found,) = listening(events)
    stretches = found.stretches
    for one, other in pairwise(stretches):
        assert one.since <= one.until <= other.since <= other.until
    assert total(stretches) == total(merged(asked_spans(events)))


@given(runs())
def test_filling_only_says_more_of_what_was_missed(
    events: list[tuple[datetime, SourceChanged | Filled]],
) -> None:
    without = [each for each in events if isinstance(each[1], SourceChanged)]
    (bare,), (found,) = listening(without), listening(events)
    assert total(found.stretches) == total(bare.stretches)
    heard = [(each.since, each.until) for each in bare.stretches if each.kind == "heard"]
    assert [(e.since, e.until) for e in found.stretches if e.kind == "heard"] == heard
    assert total(found.missed) <= total(bare.missed)
    brought = sum(event.posts for _, event in events if isinstance(event, Filled))
    assert sum(each.posts for each in found.stretches) <= brought


def asked_spans(events: Reports) -> list[tuple[datetime, datetime]]:
    """From when to when the source was asked for, as the events say it themselves."""
    spans: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    last = last_heard = events[0][0]
    for recorded_at, event in events:
        if not isinstance(event, SourceChanged):
            continue
        if event.state == "asked":
            assert event.since is not None
            if since is not None:
                spans.append((since, max(since, event.since, last_heard)))
            since, last_heard = event.since, event.since
        elif since is not None and event.at is not None:
            last_heard = max(last_heard, event.at)
        last = max(last, event.at or recorded_at)
        if event.state == "ended" and since is not None:
            spans.append((since, max(event.at or recorded_at, last_heard)))
            since = None
    if since is not None:
        spans.append((since, max(last, since)))
    return spans


def merged(spans: list[tuple[datetime, datetime]]) -> list[Stretch]:
    whole: list[Stretch] = []
    for since, until in spans:
        if whole and since <= whole[-1].until:
            whole[-1] = Stretch(whole[-1].since, max(until, whole[-1].until), "missed")
        else:
            whole.append(Stretch(since, until, "missed"))
    return whole


def total(stretches: Sequence[Stretch]) -> timedelta:
    return sum((each.until - each.since for each in stretches), timedelta())
