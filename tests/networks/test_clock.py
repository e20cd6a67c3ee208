"""The chat's clock: nobody sets it alone, and what differs from it never shortens a gap."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tartantm.networks import clock
from tartantm.networks.clock import (
    MOST_BEHIND,
    TOLERANCE,
    Clock,
    HeardClock,
    LiveClock,
    ReplayClock,
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
        """A source that a person named answers."""
        self.clock.admit([f"https://{host}"], by_user=True)
        self.say(host, ahead)

    def say(self, host: str, ahead: timedelta) -> None:
        """A host answers, whoever named it."""
        self.clock.learn(host, format_datetime(self.true() + ahead, usegmt=True))


def test_a_clock_that_differs_is_told_of_once() -> None:
    computer = Computer()
    computer.hear("a.example:443", timedelta(hours=5))
    computer.hear("b.a.example", timedelta(hours=5))
    assert computer.clock.take_doubts() == [
        "The clock of a.example:443 is 5 hours ahead of this chat's, which goes on as it was."
    ]
    assert computer.clock.take_doubts() == []
    computer.hear("slow.site", -timedelta(minutes=5))
    assert computer.clock.take_doubts() == [
        "The clock of slow.site is 5 minutes behind this chat's, which goes on as it was."
    ]
    computer.hear("right.site", timedelta(seconds=30))
    assert computer.clock.take_doubts() == [], "it agrees"
    assert computer.clock.take_jumps() == []
    assert computer.clock.witnesses == {
        "a.example": timedelta(hours=5),
        "slow.site": -timedelta(minutes=5),
        "right.site": timedelta(seconds=30),
    }


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=-31), "31 seconds behind"),
        (timedelta(seconds=117), "117 seconds ahead of"),
        (timedelta(minutes=2, seconds=-2), "2 minutes ahead of"),
        (timedelta(minutes=119), "119 minutes ahead of"),
        (timedelta(hours=-2, seconds=2), "2 hours behind"),
        (timedelta(hours=47), "47 hours ahead of"),
        (timedelta(days=2, seconds=-2), "2 days ahead of"),
        (timedelta(days=-900), "900 days behind"),
    ],
)
def test_how_far_a_clock_is_off_in_words(ahead: timedelta, words: str) -> None:
    computer = Computer()
    computer.hear("a.example", ahead)
    (doubt,) = computer.clock.take_doubts()
    assert f" is {words} this chat's" in doubt
    assert computer.clock.doubted == {"a.example": ahead}


@pytest.mark.parametrize(("sign", "way"), [(1, "on"), (-1, "back")])
def test_a_correction_is_told_with_both_times_and_changes_no_stretch(sign: int, way: str) -> None:
    computer = Computer()
    computer.steady = 600
    ahead = sign * timedelta(minutes=90)
    computer.hear("a.example", ahead)
    assert computer.clock.shift == timedelta()
    computer.hear("b.site", ahead)
    now = computer.true()
    (jump,) = computer.clock.take_jumps()
    assert (jump.before, jump.after) == (now, now + ahead)
    assert jump.words == (
        f"The clock of this chat was set {way} by 90 minutes, as 2 clocks agree; no planned "
        "question opens by that."
    )
    assert computer.clock.shift == ahead
    assert computer.clock.now() == now + ahead
    assert set(computer.clock.witnesses.values()) == {timedelta()}
    computer.clock.take_doubts()
    computer.hear("a.example", timedelta(hours=5))
    (doubt,) = computer.clock.take_doubts()
    assert "a.example" in doubt, "after a correction it is told anew"
    for host in ("a.example", "b.site"):
        computer.hear(host, ahead + sign * timedelta(minutes=20))
    (jump,) = computer.clock.take_jumps()
    assert f" was set {way} by 20 minutes, " in jump.words, "from what it said by then"
    assert computer.clock.doubted == {}


@pytest.mark.parametrize(
    ("ahead", "earlier"),
    [
        (timedelta(hours=9), timedelta()),
        (timedelta(seconds=-30), timedelta()),
        (timedelta(seconds=-31), timedelta(seconds=31)),
        (timedelta(hours=-24), timedelta(days=1)),
        (timedelta(hours=-25), timedelta(days=1)),
        (timedelta(days=-900), timedelta(days=1)),
    ],
)
def test_a_host_whose_clock_is_behind_is_asked_for_more(
    ahead: timedelta, earlier: timedelta
) -> None:
    computer = Computer()
    assert computer.clock.ahead("a.example") is None
    assert computer.clock.earliest("a.example", START) == START
    computer.hear("a.example", ahead)
    assert computer.clock.ahead("b.a.example:80") == ahead
    assert computer.clock.earliest("b.a.example:80", START) == START - earlier
    assert computer.clock.earliest("other.site", START) == START


def test_after_a_correction_hosts_are_compared_with_the_corrected_clock() -> None:
    computer = Computer()
    for host, hours in (("a.example1", 5), ("b.example2", 5), ("c.example3", 2)):
        computer.hear(host, timedelta(hours=hours))
    assert computer.clock.ahead("a.example1") == timedelta()
    assert computer.clock.ahead("c.example3") == timedelta(hours=-3)
    doubts = " ".join(computer.clock.take_doubts())
    assert "c.example3 is 3 hours behind" in doubts and "b.example2" not in doubts
    assert computer.clock.earliest("c.example3", START) == START - timedelta(hours=3)
    # What is said of its own posts was had by the time that it said later.
    assert computer.clock.latest("c.example3", START) == START + timedelta(hours=3)
    for host in ("a.example1", "never.heard"):
        assert computer.clock.latest(host, START) == START


@pytest.mark.parametrize(
    ("seconds", "taken"),
    [
        # Two agree at first; what the third says is within what is tolerated.
        ((3590, 3600, 3610), 3600),
        ((3630, 3600), 3630),
        # More than those others agree only when four do.
        ((-9_000, 90_000, 3590, 3620, 3610, 3600), 3610),
    ],
)
def test_the_middle_of_those_that_agree_is_taken(seconds: Sequence[int], taken: int) -> None:
    computer = Computer()
    for n, each in enumerate(seconds):
        computer.hear(f"a.site{n}", timedelta(seconds=each))
    assert computer.clock.shift == timedelta(seconds=taken)
    assert len(computer.clock.take_jumps()) == 1


@pytest.mark.parametrize("seconds", [20, 30])
def test_where_the_computer_agrees_its_time_is_taken_for_it_knows_more_than_seconds(
    seconds: int,
) -> None:
    computer = Computer()
    computer.set_by = timedelta(hours=1, milliseconds=250)
    computer.hear("a.example", timedelta(hours=1, seconds=seconds))
    assert computer.clock.shift == computer.set_by
    computer = Computer()
    computer.set_by = timedelta(hours=1)
    computer.hear("a.example", timedelta(hours=1, seconds=seconds))
    assert computer.clock.shift == computer.set_by


@pytest.mark.parametrize(
    ("set_by", "said"),
    [
        ((0,), (30, 30, 30)),
        ((-5_400,), (30, 30)),
        ((1,), (31,)),
        ((0, 40), (20, 21)),
    ],
)
def test_a_difference_that_is_tolerated_corrects_nothing(
    set_by: Sequence[int], said: Sequence[int]
) -> None:
    computer = Computer()
    for wall in set_by:
        computer.set_by = timedelta(seconds=wall)
        for n, seconds in enumerate(said):
            computer.hear(f"a.site{n}", timedelta(seconds=seconds))
    assert computer.clock.shift == timedelta()
    assert computer.clock.take_jumps() == []


@pytest.mark.parametrize("first", ["a.site1", "a.site2"])
def test_half_of_all_is_not_most(first: str) -> None:
    computer = Computer()
    hours = {"a.site1": 0, "a.site2": 5}
    for host in (first, *(hours.keys() - {first}), "a.site3"):
        computer.hear(host, timedelta(hours=hours.get(host, 5)))
    assert computer.clock.shift == timedelta()
    computer.hear("a.site4", timedelta(hours=5))
    assert computer.clock.shift == timedelta(hours=5)


def test_two_liars_do_not_outvote_two_others() -> None:
    computer = Computer()
    for host, hours in (("a.example1", 0), ("b.example2", 5), ("c.example3", 5)):
        computer.hear(host, timedelta(hours=hours))
    assert computer.clock.now() == computer.true()


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


def test_whom_a_server_names_is_no_witness() -> None:
    computer = Computer()
    five = timedelta(hours=5)
    computer.hear("Evil.example:443", five)
    for host in ("streams.other.site", "evil.example:8443", "pds.third.site", "co.evil.example"):
        computer.say(host, five)
    assert computer.clock.witnesses == {"evil.example": five}
    assert computer.clock.now() == computer.true()
    computer.say("slow.fourth.site", -five)
    assert computer.clock.earliest("slow.fourth.site", START) == START - five, "of it alone"
    assert len(computer.clock.take_doubts()) == 1
    computer.hear("right.site", five)
    assert computer.clock.shift == five, "a second source that a person named is one"


def test_a_source_has_one_vote_and_so_has_all_that_files_name() -> None:
    computer = Computer()
    five = timedelta(hours=5)
    computer.clock.admit(["https://api.one.site", "wss://stream.two.site/subscribe"], by_user=True)
    for name in ("three.site", "four.site"):
        computer.clock.admit([f"https://{name}"], by_user=False)
    computer.say("api.one.site", five)
    computer.say("stream.two.site", five)
    assert computer.clock.now() == computer.true()
    fresh = Computer()
    for name in ("three.site", "four.site", "five.site"):
        fresh.clock.admit([f"https://{name}"], by_user=False)
        fresh.say(name, five)
    assert fresh.clock.now() == fresh.true()
    assert len(fresh.clock.take_doubts()) == 3, "they are told of all the same"
    fresh.hear("three.site", five)
    assert fresh.clock.shift == five, "now a person named it"
    fresh.clock.admit(["https://three.site"], by_user=False)
    fresh.say("four.site", five)
    assert fresh.clock.shift == five


def test_what_belongs_to_one_source_is_no_witness_more_where_it_is_named_alone() -> None:
    computer = Computer()
    computer.clock.admit(["https://api.one.site", "wss://stream.two.site"], by_user=True)
    computer.clock.admit(["wss://stream.two.site"], by_user=True)
    for host in ("api.one.site", "stream.two.site"):
        computer.say(host, timedelta(hours=5))
    assert computer.clock.now() == computer.true()


def test_a_host_that_becomes_a_witness_is_known_by_what_it_says_then() -> None:
    computer = Computer()
    computer.say("a.site", timedelta(hours=-5))
    computer.hear("a.site", timedelta(hours=-1))
    assert computer.clock.ahead("a.site") == timedelta(hours=-1)


def test_time_asleep_counts() -> None:
    computer = Computer()
    computer.steady += 8 * 3600
    assert computer.clock.now() == START + timedelta(hours=8)
    before = steady_seconds()
    assert steady_seconds() >= before
    assert abs(LiveClock().now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert time.monotonic() <= steady_seconds() + 1


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("Wed, 17 Jun 2026 17:00:00 GMT", START),
        ("Wed, 17 Jun 2026 18:00:00 +0100", START),
        ("Wed, 17 Jun 2026 17:00:00 -0000", START),
        ("Wed, 17 Jun 2026 17:00:00", START),
        ("Mon, 01 Jan 1990 00:00:00 GMT", datetime(1990, 1, 1, tzinfo=UTC)),
        ("Sun, 31 Dec 1989 23:59:59 GMT", None),
        ("Wed, 31 Dec 2200 23:59:59 GMT", datetime(2200, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Thu, 01 Jan 2201 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("", None),
        (None, None),
        ("now", None),
        ("Wed, 17 Jun 2026 17:00:00 GMT" + " " * 71 + "x" * 10**6, START),
    ],
)
def test_what_time_a_header_says(written: str | None, there: datetime | None) -> None:
    found = http_date(written)
    assert found == there
    assert found is None or found.tzinfo == UTC


def test_a_header_without_a_zone_is_not_read_by_the_computers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if sys.platform == "win32":
        pytest.skip("a process of Windows keeps its time zone")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        try:
            for zone in ("", " -0000", " GMT", " +0000"):
                found = http_date(f"Wed, 17 Jun 2026 17:00:00{zone}")
                assert found == START and found.utcoffset() == timedelta()
        finally:
            elsewhere.undo()
            time.tzset()


@pytest.mark.parametrize(
    ("host", "whose"),
    [
        ("example", "example"),
        ("localhost:8080", "127.0.0.1"),
        ("bsky.social", "bsky.app"),
        ("127.8.9.1", "127.0.0.1"),
        ("192.0.2.7:80", "192.0.2.7"),
        ("192.1.2.7", "192.1.2.7"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("me@a.example:80", "a.example"),
        ("", ""),
        (":80", ":80"),
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


def test_nothing_corrects_a_clock_that_is_not_live() -> None:
    plain = Clock()
    assert abs(plain.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert plain.now().tzinfo == UTC
    plain.advance(START)
    assert abs(plain.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert (plain.shift, plain.take_jumps(), plain.take_doubts()) == (timedelta(), [], [])


def test_a_file_is_read_at_the_time_of_its_latest_item() -> None:
    heard = HeardClock()
    assert abs(heard.now() - datetime.now(UTC)) < timedelta(minutes=1)
    for minutes, then in ((5, 5), (3, 5), (9, 9)):
        heard.advance(START + timedelta(minutes=minutes))
        assert heard.now() == START + timedelta(minutes=then)


class Steady:
    """What the replay takes for the module `time`."""

    seconds = 1_000.0

    def monotonic(self) -> float:
        return self.seconds


def test_a_replay_runs_at_its_speed_until_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    steady = Steady()
    monkeypatch.setattr(clock, "time", steady)
    replay = ReplayClock(START, START + timedelta(minutes=10), 4.0)
    assert replay.now() == START
    steady.seconds += 60
    assert replay.now() == START + timedelta(minutes=4)
    assert replay.seconds_until(START + timedelta(minutes=8)) == 60
    assert replay.seconds_until(START + timedelta(minutes=4)) == 0
    assert replay.seconds_until(START) == 0
    steady.seconds += 600
    assert replay.now() == START + timedelta(minutes=10)
    replay.begin(START + timedelta(minutes=2))
    assert replay.now() == START + timedelta(minutes=2)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_steady_clock_is_one_that_counts_sleep(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Times:
        CLOCK_BOOTTIME, CLOCK_MONOTONIC = "boot", "monotonic"

        def clock_gettime(self, which: str) -> float:
            return {"boot": 1.0, "monotonic": 2.0}[which]

        def monotonic(self) -> float:
            return 3.0

    monkeypatch.setattr(clock, "time", Times())
    monkeypatch.setattr(sys, "platform", platform)
    assert steady_seconds() == {"linux": 1.0, "darwin": 2.0, "win32": 3.0}[platform]


@given(st.lists(st.tuples(dates, st.integers(0, 10_000)), max_size=20))
def test_no_server_alone_moves_it(said: list[tuple[str | None, int]]) -> None:
    computer = Computer()
    for n, (date, seconds) in enumerate(said):
        computer.steady += seconds
        # All hosts of one operator are one witness, and whoever it names is none.
        computer.clock.admit([f"https://h{n}.evil.example:{443 + n}/"], by_user=True)
        for host in (f"h{n}.evil.example:{443 + n}", f"streams.other{n}.example"):
            computer.clock.learn(host, date)
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


@given(st.lists(aheads, max_size=10))
def test_setting_the_computers_clock_in_mid_chat_changes_nothing(steps: list[timedelta]) -> None:
    computer = Computer()
    for step in steps:
        computer.steady += 60
        computer.set_by = step
        assert computer.clock.now() == computer.true()
    assert computer.clock.take_jumps() == []


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
