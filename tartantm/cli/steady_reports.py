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

LASTS_SECONDS = 1.5
"""How long a change has to last before it is reported, the steps to it included."""

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
        """Take a change; it is passed on once it has lasted, unless the next one takes its place.

        What happens to a source takes some steps: its stream breaks, then asking fails too.
        """
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
            source.began = now if source.new is None else source.began
            source.new = report
        elif source.new is not None:  # it was for a moment only
            source.new = None
            self._count(source, report)

    def tick(self) -> None:
        """Pass on what has lasted, and what was held back and has been steady since."""
        now = self._steady()
        for source in self._sources.values():
            if source.held is not None and now - source.since >= STEADY_SECONDS:
                self._release(source)
            elif source.new is not None and now - source.began >= LASTS_SECONDS:
                self._pass_on(source)

    def flush(self) -> None:
        """Pass on all that is left: it is the end."""
        for source in self._sources.values():
            if source.new is not None:
                self._pass_on(source)
            self._release(source)

    def is_fresh(self, name: str, seconds: float) -> bool:
        """Whether something was told of a source within so many seconds, or is about to be."""
        source = self._sources.get(name)
        if source is None:
            return False
        at = source.told_at
        return source.new is not None or (at is not None and self._steady() - at < seconds)

    def _pass_on(self, source: _Source) -> None:
        report, source.new = source.new, None
        if report is not None and self._count(source, report):
            self._say(source, report)

    def _count(self, source: _Source, report: Report) -> bool:
        """Count a change; returns False where there are too many, so that it is held back."""
        now = self._steady()
        while source.times and now - source.times[0] > WITHIN_SECONDS:
            source.times.popleft()
        if len(source.times) < MOST:
            source.times.append(now)
            return True
        source.held, source.since, source.told_at = report, now, now
        self._tell_flapping(report)
        return False

    def _release(self, source: _Source) -> None:
        if source.held is not None:
            report, source.held = source.held, None
            source.times.clear()
            self._say(source, report)

    def _say(self, source: _Source, report: Report) -> None:
        source.told, source.told_at = report, self._steady()
        self._tell(report)


class _Source:
    """What was said of one source."""

    def __init__(self) -> None:
        self.told: Report | None = None
        self.told_at: float | None = None
        """When something was passed on last."""
        self.new: Report | None = None
        """The latest change that has still to last; None while there is none."""
        self.began = 0.0
        """Since when there is something new."""
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
