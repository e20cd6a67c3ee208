"""Changes of sources as people want to hear them: what repeats is one, what flaps is held back."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable

from tartantm.capture.health import Report, State

MOST, WITHIN_SECONDS = 6, 300.0
"""So many changes of one source within that time are reported; then it has to be steady first."""

STEADY_SECONDS = 60.0
"""How long a source has to stay as it is before it is reported again."""

_NUMBER = re.compile(r"\d+")

_SAME: dict[State, State] = {"filling": "stream"}
"""States that are one and the same to who listens."""

_UNSAID: frozenset[State] = frozenset({"waiting", "connecting", "ended"})
"""States that only lead to another, or to the statement at the end."""


class SteadyReports:
    """Passes changes of states on, each of them once, and of those that flap a few."""

    def __init__(
        self,
        tell: Callable[[Report], None],
        tell_flapping: Callable[[Report], None],
        steady: Callable[[], float],
    ) -> None:
        """`steady` says seconds by a clock that nobody sets."""
        self._tell, self._tell_flapping, self._steady = tell, tell_flapping, steady
        self._sources: dict[str, _Source] = {}

    def take(self, report: Report) -> None:
        """Take a change, and pass it on where it is news."""
        state = _SAME.get(report.state, report.state)
        if state in _UNSAID:
            return
        # While a gap is being filled, why that was not possible before is no news.
        report = report._replace(state=state, detail=report.detail * (report.state != "filling"))
        source = self._sources.setdefault(report.source, _Source())
        now = self._steady()
        if source.held is not None:
            source.held, source.since = report, now
        elif not _same(report, source.told):
            while source.times and now - source.times[0] > WITHIN_SECONDS:
                source.times.popleft()
            if len(source.times) < MOST:
                source.times.append(now)
                source.told = report
                self._tell(report)
            else:
                source.held, source.since = report, now
                self._tell_flapping(report)

    def tick(self) -> None:
        """Pass on what was held back and has been steady since."""
        for source in self._sources.values():
            if source.held is not None and self._steady() - source.since >= STEADY_SECONDS:
                self._release(source)

    def flush(self) -> None:
        """Pass on all that was held back: it is the end."""
        for source in self._sources.values():
            self._release(source)

    def _release(self, source: _Source) -> None:
        if source.held is not None:
            source.told, source.held = source.held, None
            source.times.clear()
            self._tell(source.told)


class _Source:
    """What was said of one source."""

    def __init__(self) -> None:
        self.told: Report | None = None
        self.times: deque[float] = deque()
        """When changes were passed on."""
        self.held: Report | None = None
        """The latest change that was held back; None while none is."""
        self.since = 0.0


def _same(report: Report, told: Report | None) -> bool:
    """Whether it is no news: nothing differs but numbers, such as seconds to wait."""
    if told is None or report.state != told.state:
        return False
    return _NUMBER.sub("", report.detail) == _NUMBER.sub("", told.detail)
