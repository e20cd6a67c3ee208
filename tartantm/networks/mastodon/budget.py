"""One budget of requests for everything that is asked of one server: posts first.

Mastodon and GoToSocial allow 300 requests in five minutes, Mastodon besides 300 for older pages in
fifteen, and tell how many are left of the scarcest. Posts may use them up. Asking again for posts
that may be gone leaves some, and looking for replies leaves more, so that neither keeps posts away.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from time import monotonic
from typing import Literal, NamedTuple

from tartantm.networks.http_errors import seconds_to_wait
from tartantm.networks.protocol import Limited

Purpose = Literal["posts", "recheck", "replies", "instance"]

KEPT: Mapping[Purpose, float] = {"posts": 0.0, "recheck": 0.2, "replies": 0.4, "instance": 0.0}
"""The share of the allowed requests that is left for what matters more."""

ALLOWED = 300
"""Requests in each window, where the server does not say."""

WINDOW_SECONDS, PAGING_SECONDS = 300.0, 900.0
"""Of all requests, and of those for older pages."""

SLOWER = ((0.1, 4.0), (0.2, 2.0))
"""With less than that share left, so many times as much time passes between two polls."""


class _Told(NamedTuple):
    """What the server said of a window: how many were allowed and left, and when it ends."""

    allowed: int
    left: int
    ends: float


class _Window:
    """The requests of one window, as counted here and as the server tells."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._made: deque[float] = deque()
        self._told: _Told | None = None

    def note(self, now: float) -> None:
        """Count one request."""
        self._made.append(now)
        if self._told is not None:
            self._told = self._told._replace(left=self._told.left - 1)

    def tell(self, told: _Told) -> None:
        """Take the server's word."""
        self._told = told

    def state(self, now: float) -> _Told:
        """What is allowed and left, and when there is more."""
        while self._made and self._made[0] <= now - self.seconds:
            self._made.popleft()
        if self._told is not None and self._told.ends > now:
            return self._told
        self._told = None
        return _Told(ALLOWED, ALLOWED - len(self._made), now + self.seconds)

    def wait(self, now: float, keep: int) -> float:
        """Seconds until more than `keep` requests are left; 0.0 where they are."""
        state = self.state(now)
        if state.left > keep:
            return 0.0
        if self._told is not None:
            # For posts the server may say so itself: what it says of limits may be of a cache.
            return state.ends - now if keep else 0.0
        # So many of the oldest have to leave the window.
        oldest = self._made[min(keep - state.left, len(self._made) - 1)]
        return oldest + self.seconds - now


class RequestBudget:
    """Says whether a request may be made now, and for how long not."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._all, self._paging = _Window(WINDOW_SECONDS), _Window(PAGING_SECONDS)
        self._closed: dict[Purpose, float] = {}
        """Until when the server wants to hear nothing more of a purpose."""

    def spend(self, purpose: Purpose, paging: bool) -> None:
        """Count a request that is about to be made; raises Limited where it may not be."""
        now, keep = monotonic(), KEPT[purpose]
        windows = (self._all, self._paging) if paging else (self._all,)
        waits = [each.wait(now, int(keep * each.state(now).allowed)) for each in windows]
        seconds = max(*waits, self._closed.get(purpose, now) - now)
        if seconds > 0.0:
            raise Limited(
                f"{self._host} may not be asked for more yet; "
                f"it goes on in {max(seconds, 1.0):.0f} seconds.",
                max(seconds, 1.0),
            )
        for each in windows:
            each.note(now)

    def answered(self, purpose: Purpose, paging: bool, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says about the limits."""
        left = _number(headers.get("X-RateLimit-Remaining"))
        if left is None:
            return
        allowed = _number(headers.get("X-RateLimit-Limit")) or max(ALLOWED, left)
        # The scarcest window is told: of an older page that may be the one for older pages.
        window = self._paging if paging else self._all
        seconds = min(_until_reset(headers), PAGING_SECONDS)
        window.tell(_Told(allowed, min(left, allowed), monotonic() + seconds))

    def refused(self, purpose: Purpose, seconds: float) -> None:
        """Note that the server asks to wait: what matters no more than that waits too.

        For how long posts wait is decided by who asks for them, who may be told to try at once.
        That a server does not speak of itself keeps nothing else waiting.
        """
        if purpose == "instance":
            return
        ends = monotonic() + min(seconds, PAGING_SECONDS)
        for other, kept in KEPT.items():
            if kept and kept >= KEPT[purpose]:
                self._closed[other] = max(ends, self._closed.get(other, ends))

    @property
    def slower(self) -> float:
        """By how much polls have to be rarer, since little is left."""
        now = monotonic()
        states = [each.state(now) for each in (self._all, self._paging)]
        share = min(each.left / max(each.allowed, 1) for each in states)
        return next((times for below, times in SLOWER if share < below), 1.0)


def _until_reset(headers: Mapping[str, str]) -> float:
    """Seconds until a window ends, by the server's clock; not what ``Retry-After`` says."""
    kept = {name: headers[name] for name in ("Date", "X-RateLimit-Reset") if name in headers}
    return seconds_to_wait(kept)


def _number(written: str | None) -> int | None:
    plain = written is not None and written.isascii() and written.isdigit() and len(written) < 10
    return int(written) if plain and written is not None else None
