"""The chat's clock: nobody sets it alone, and what differs from it never shortens a gap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from time import monotonic

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tartantm.networks.clock import (
    MOST_BEHIND,
    TOLERANCE,
    LiveClock,
    http_date,
    site,
    steady_seconds,
)

START = datetime(2026, 6, 17, 17, 0, tzinfo=UTC)

dates = st.one_of(
    st.none(),
    st.text(max_size=40),
    # Drawn as one number each; `st.datetimes` takes five times as long.
    st.integers(0, 9999 * 365 * 86_400).map(
        lambda seconds: format_datetime(
            datetime(1, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), usegmt=True
        )
    ),
)
aheads = st.integers(-10 * 365 * 86_400, 10 * 365 * 86_400).map(lambda s: timedelta(seconds=s))


class Computer:
    """A computer whose wall clock may be set, and whose steady clock nobody sets."""

    def __init__(self) -> None:
        self.steady, self.set_by = 0.0, timedelta()
        self.clock = LiveClock(self.wall, lambda: self.steady)

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.steady) + self.set_by

    def true(self) -> datetime:
        return START + timedelta(seconds=self.steady)

    def hear(self, host: str, ahead: timedelta) -> None:
        self.clock.learn(host, format_datetime(self.true() + ahead, usegmt=True))


@given(st.lists(st.tuples(dates, st.integers(0, 10_000)), max_size=20))
def test_no_server_alone_moves_it(said: list[tuple[str | None, int]]) -> None:
    computer = Computer()
    for n, (date, seconds) in enumerate(said):
        computer.steady += seconds
        # All hosts of one operator are one witness.
        computer.clock.learn(f"h{n}.evil.example:{443 + n}", date)
        assert computer.clock.now() == computer.true()
        assert len(computer.clock.witnesses) <= 1
    assert computer.clock.take_jumps() == []
    assert len(computer.clock.take_doubts()) <= 1


@given(aheads, st.lists(st.integers(-15, 15), min_size=4, max_size=12))
def test_where_most_agree_it_is_corrected_once(ahead: timedelta, wobble: list[int]) -> None:
    assume(abs(ahead) > 3 * TOLERANCE)
    computer = Computer()
    for n, seconds in enumerate(wobble):
        computer.steady += 10
        computer.hear(f"x{n % 2}.example{n % 2}", ahead + timedelta(seconds=seconds))
    assert abs(computer.clock.now() - computer.true() - ahead) <= TOLERANCE
    (jump,) = computer.clock.take_jumps()
    assert abs(jump.after - jump.before - ahead) <= TOLERANCE
    assert "no planned question opens" in jump.words
    assert computer.clock.take_jumps() == []


@given(st.lists(aheads, min_size=3, max_size=3))
def test_where_nobody_agrees_it_goes_on(each: list[timedelta]) -> None:
    everybody = sorted([*each, timedelta()])
    gaps = [later - at for at, later in pairwise(everybody)]
    assume(min(gaps) > 2 * TOLERANCE)
    computer = Computer()
    for n, ahead in enumerate(each):
        computer.hear(f"host.example{n}", ahead)
    assert computer.clock.now() == computer.true()
    assert len(computer.clock.take_doubts()) == 3


def test_two_liars_do_not_outvote_two_others() -> None:
    computer = Computer()
    for host, hours in (("a.example1", 0), ("b.example2", 5), ("c.example3", 5)):
        computer.hear(host, timedelta(hours=hours))
    assert computer.clock.now() == computer.true()


@given(st.lists(aheads, max_size=10))
def test_setting_the_computers_clock_in_mid_chat_changes_nothing(steps: list[timedelta]) -> None:
    computer = Computer()
    for step in steps:
        computer.steady += 60
        computer.set_by = step
        assert computer.clock.now() == computer.true()
    assert computer.clock.take_jumps() == []


def test_a_computer_set_right_is_believed_where_a_server_agrees() -> None:
    computer = Computer()
    computer.set_by = timedelta(minutes=-90)
    computer.clock = LiveClock(computer.wall, lambda: computer.steady)
    computer.hear("a.example", timedelta())
    assert computer.clock.now() == computer.true() - timedelta(minutes=90)
    computer.set_by = timedelta()
    computer.hear("a.example", timedelta())
    assert computer.clock.now() == computer.true()
    (jump,) = computer.clock.take_jumps()
    assert jump.after - jump.before == timedelta(minutes=90) and "90 minutes" in jump.words


def test_time_asleep_counts() -> None:
    computer = Computer()
    computer.steady += 8 * 3600
    assert computer.clock.now() == START + timedelta(hours=8)
    before = steady_seconds()
    assert steady_seconds() >= before
    assert abs(LiveClock().now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert monotonic() <= steady_seconds() + 1


@given(aheads, st.integers(0, 10_000_000))
def test_what_is_asked_of_a_host_is_never_later(ahead: timedelta, ago: int) -> None:
    computer = Computer()
    when = computer.clock.now() - timedelta(seconds=ago)
    assert computer.clock.earliest("a.example", when) == when
    computer.hear("a.example", ahead)
    asked = computer.clock.earliest("a.example", when)
    assert asked <= when and when - asked <= MOST_BEHIND
    if -MOST_BEHIND <= ahead < -2 * TOLERANCE:
        assert abs(asked - when - ahead) <= timedelta(seconds=1)
    if ahead >= timedelta():
        assert asked == when
    assert computer.clock.earliest("other.example9", when) == when
    nothing = datetime.min.replace(tzinfo=UTC)
    assert computer.clock.earliest("a.example", nothing) == nothing


@given(dates)
def test_any_header_is_a_time_of_these_years_or_none(date: str | None) -> None:
    found = http_date(date)
    assert found is None or (found.tzinfo == UTC and 1990 <= found.year <= 2200)


@pytest.mark.parametrize(
    ("host", "whose"),
    [
        ("a.b.example.com", "example.com"),
        ("A.EXAMPLE.com:8443", "example.com"),
        ("localhost", "127.0.0.1"),
        ("jetstream2.us-east.bsky.network", "bsky.app"),
        ("public.api.bsky.app", "bsky.app"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("[::1]:80", "127.0.0.1"),
    ],
)
def test_whose_a_host_is(host: str, whose: str) -> None:
    assert site(host) == whose
