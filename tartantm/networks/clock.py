"""The chat's clock: steady real time for a live chat, a recording's own time for a replay.

This file is longer than others because whose time counts is decided in one place.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from tartantm.core.hosts import host_of

TOLERANCE = timedelta(seconds=30)
"""Clocks that differ by no more than this agree; answers take time, and tell whole seconds."""

MOST_BEHIND = timedelta(days=1)
"""By how much a host's clock may lengthen a gap: no time zone is so far behind another."""

_SAME_OPERATOR = {"bsky.network": "bsky.app", "bsky.social": "bsky.app"}
"""Sites that belong to the operator of another one."""

THIS_COMPUTER = "this computer"

A_FILE = "a session file"
"""Whose the one vote is of all servers that nobody but a session file named."""

_WHOLE = 2
"""Seconds by which a length may be told longer: answers take time, and tell whole seconds."""


class Clock:
    """The chat's time, in UTC; here it is real time."""

    def now(self) -> datetime:
        """What time it is in the chat."""
        return datetime.now(UTC)

    def advance(self, when: datetime) -> None:
        """Take note of the time of something that a source delivered."""

    @property
    def shift(self) -> timedelta:
        """By how much it was corrected so far: what lies between two times is not changed by it."""
        return timedelta()

    def take_jumps(self) -> list[Jump]:
        """The corrections of this clock since the last call; none where nothing corrects it."""
        return []

    def take_doubts(self) -> list[str]:
        """Sentences about clocks that differ from this one, each of them once."""
        return []


class Jump(NamedTuple):
    """A correction of the chat's clock, which is not time that passed."""

    before: datetime
    """What the clock said just before."""
    after: datetime
    words: str
    """A sentence for people."""


def steady_seconds() -> float:
    """Seconds that passed since some moment, by a clock that nobody sets and that counts sleep.

    `time.monotonic` stands still on Linux and macOS while a laptop's lid is closed.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


class LiveClock(Clock):
    """This computer's time when the chat began, carried on by a steady clock.

    Nobody sets it alone: neither a server, whatever its answers say, nor whoever sets this
    computer's clock in the middle of a chat. Only where most witnesses agree, at least two and one
    of them a server, is it corrected. A correction is a `Jump`: it is told, and opens no question.

    A witness is a host that `admit` was told of, since a person named it. Whatever a server names
    itself is none, such as where it streams, redirects to or logs in: it could name any number.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._wall, self._steady = wall, steady
        self._began, self._from = wall(), steady()
        self._shift = timedelta()
        """What was corrected so far."""
        self._admitted: set[str] = set()
        """The hosts that are witnesses."""
        self._voters: dict[str, str] = {}
        """By site: whose vote its time is."""
        self._witnesses: dict[str, timedelta] = {}
        """By how much each server's time was ahead of the carried one, by the server's site."""
        self._others: dict[str, timedelta] = {}
        """The same by host, of those that are none."""
        self._doubted: dict[str, tuple[str, timedelta]] = {}
        """By site: the host whose clock differed last, and by how much it was ahead."""
        self._jumps: list[Jump] = []
        self._doubts: list[str] = []

    def now(self) -> datetime:
        """What time it is in the chat."""
        return self._carried() + self._shift

    def _carried(self) -> datetime:
        return self._began + timedelta(seconds=self._steady() - self._from)

    def admit(self, addresses: Sequence[str], *, by_user: bool) -> None:
        """Make witnesses of the hosts of one source, which have one vote together.

        `by_user` says that a person named that source. A session file that somebody else made may
        name any number, so all that files name have one vote together.
        """
        hosts = [host_of(each) for each in addresses]
        self._admitted.update(hosts)
        for host in hosts:
            self._others.pop(host, None)
        for whose in map(site, hosts):
            if by_user and self._voters.get(whose, A_FILE) == A_FILE:
                self._voters[whose] = site(hosts[0])
            self._voters.setdefault(whose, A_FILE)

    def learn(self, host: str, date: str | None) -> None:
        """Take note of the ``Date`` header of an answer of a host that just came.

        Of a host that is no witness it matters for what that host itself is asked, and no more.
        """
        there = http_date(date)
        if there is None:
            return
        if host_of(host) not in self._admitted:
            self._others[host_of(host)] = there - self._carried()
            return
        self._witnesses[site(host)] = there - self._carried()
        self._agree()
        ahead = self._witnesses[site(host)] - self._shift
        if abs(ahead) > TOLERANCE:
            if site(host) not in self._doubted:
                self._doubts.append(
                    f"The clock of {host} is {how_far(ahead)} this chat's, which goes on as it was."
                )
            self._doubted[site(host)] = host, ahead

    def _agree(self) -> None:
        """Correct this clock where most witnesses say the same that it does not."""
        computer = self._wall() - self._carried()
        votes = {self._voters[whose]: ahead for whose, ahead in self._witnesses.items()}
        said = {**votes, THIS_COMPUTER: computer}
        agreed = max(
            (
                [each for each in said.values() if abs(each - one) <= TOLERANCE]
                for one in said.values()
            ),
            key=len,
        )
        middle = sorted(agreed)[len(agreed) // 2]
        shift = computer if abs(computer - middle) <= TOLERANCE else middle
        differ = min(abs(each - self._shift) for each in (middle, shift)) > TOLERANCE
        if 2 * len(agreed) <= len(said) or not differ:
            return
        before, ahead = self.now(), shift - self._shift
        self._shift = shift
        self._doubted.clear()
        words = (
            f"The clock of this chat was set {'on' if ahead > timedelta() else 'back'} by "
            f"{_length(ahead)}, as {len(agreed)} clocks agree; no planned question opens by that."
        )
        self._jumps.append(Jump(before, self.now(), words))

    @property
    def shift(self) -> timedelta:
        """By how much it was corrected so far."""
        return self._shift

    def take_jumps(self) -> list[Jump]:
        """The corrections since the last call."""
        found, self._jumps = self._jumps, []
        return found

    def take_doubts(self) -> list[str]:
        """A sentence for each server whose clock differs from this one, once."""
        found, self._doubts = self._doubts, []
        return found

    @property
    def witnesses(self) -> dict[str, timedelta]:
        """By how much each server's clock is ahead of this one, by the server's site."""
        return {name: said - self._shift for name, said in self._witnesses.items()}

    @property
    def doubted(self) -> dict[str, timedelta]:
        """By how much each host's clock was ahead of this one, of those that differed."""
        return dict(self._doubted.values())

    def ahead(self, host: str) -> timedelta | None:
        """By how much a host's clock is ahead of this one; None where it never said its time."""
        said = self._others.get(host_of(host), self._witnesses.get(site(host)))
        return None if said is None else said - self._shift

    def earliest(self, host: str, when: datetime) -> datetime:
        """A time of this clock as it is asked of a host, by the host's clock or this one.

        The earlier of the two, so that a wrong clock may lengthen a gap but never shorten it; by
        no more than `MOST_BEHIND`, or the hashtag's posts of last year would come.
        """
        ahead = self.ahead(host)
        if ahead is None or ahead >= -TOLERANCE:
            return when
        try:
            return when + max(ahead, -MOST_BEHIND)
        except OverflowError:
            return when

    def latest(self, host: str, when: datetime) -> datetime:
        """The other way round: a time of a host, by its clock or this one, as a time of this one.

        The later of the two, so that a wrong clock never makes what was had any longer.
        """
        return when + (when - self.earliest(host, when))


def site(host: str) -> str:
    """Whose a host is, roughly, so that one operator's several hosts count as one witness."""
    known = host_of(host)
    name = urlsplit(f"//{known}").hostname or known or host
    try:
        address = ip_address(name)
    except ValueError:
        whose = ".".join(name.split(".")[-2:])
        return "127.0.0.1" if whose == "localhost" else _SAME_OPERATOR.get(whose, whose)
    # All of this computer are one, whatever their ports.
    return "127.0.0.1" if address.is_loopback else name


def http_date(written: str | None) -> datetime | None:
    """The time in a ``Date`` header, in UTC; None for what is none, or no time of these years."""
    if written is None:
        return None
    try:
        found = parsedate_to_datetime(written[:100])
        there = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return there if 1990 <= there.year <= 2200 else None


def how_far(ahead: timedelta) -> str:
    """Returns "2 hours ahead of" or "5 minutes behind"."""
    return f"{_length(ahead)} {'ahead of' if ahead > timedelta() else 'behind'}"


def _length(span: timedelta) -> str:
    """A length of time in the largest unit that says enough."""
    seconds = round(abs(span.total_seconds())) + _WHOLE
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}s"
    return f"{seconds - _WHOLE} seconds"


class HeardClock(Clock):
    """For files that are read at once: the time is that of the latest item delivered."""

    def __init__(self) -> None:
        self._latest: datetime | None = None

    def now(self) -> datetime:
        """The time of the latest item; real time before the first."""
        return self._latest or super().now()

    def advance(self, when: datetime) -> None:
        """Move on to `when`, never back."""
        self._latest = max(when, self._latest or when)


class ReplayClock(Clock):
    """Runs from `start` to `end`, `speed` times as fast as real time; stands still at the end."""

    def __init__(self, start: datetime, end: datetime, speed: float) -> None:
        self._end, self._speed = end, speed
        self.begin(start)

    def begin(self, start: datetime) -> None:
        """Start to run now, from `start`, a time of the recording."""
        self._start, self._began = start, time.monotonic()

    def now(self) -> datetime:
        """What time it is in the recording."""
        passed = (time.monotonic() - self._began) * self._speed
        return min(self._end, self._start + timedelta(seconds=passed))

    def seconds_until(self, when: datetime) -> float:
        """Real seconds to wait until the recording reaches `when`."""
        return max(0.0, (when - self.now()).total_seconds() / self._speed)
