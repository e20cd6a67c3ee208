"""How one source hears now, or why it does not: for the status line, reports and the debug log."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable, Iterable
from datetime import datetime
from time import monotonic
from typing import Literal, NamedTuple, TypeVar

from tartantm.core.events import Hearing, SourceChanged
from tartantm.core.post import Post
from tartantm.networks.protocol import reason_of
from tartantm.settings import debug_log
from tartantm.settings.fault_log import log_fault

T = TypeVar("T")

State = Literal[
    "waiting",
    "connecting",
    "filling",
    "stream",
    "poll",
    "limited",
    "refused",
    "capped",
    "unreachable",
    "failed",
    "ended",
]
"""``waiting`` for the right to capture; ``filling`` a gap while the stream is heard; ``limited``:
the server asks to wait; ``refused``: somebody has to do something; ``capped``: the user's own cap
is reached; ``failed``: a fault of this program. Where it is not heard, it is tried again at
`Health.retry_at`."""

HEARS: frozenset[State] = frozenset({"filling", "stream", "poll"})
"""The states in which what is posted now is heard."""

TRIES: frozenset[State] = frozenset(
    {"connecting", "limited", "refused", "capped", "unreachable", "failed"}
)
"""The states in which it should be heard and is not."""


PATIENCE_SECONDS = 10.0
"""A connection that is back within this is no news: nothing is lost by it."""


SOON = 0.5
"""Seconds that would be said as none."""


class Report(NamedTuple):
    """A change of what is known about a source, for who does not see the status line."""

    source: str
    state: State
    detail: str
    """Why, in a sentence; "" where all is well."""
    retry_in: float | None
    """Seconds until it is tried again; None where it is not waiting."""


class Health:
    """What is known about one source now. Written by its runner, read by the status line."""

    def __init__(
        self, name: str, note: Callable[[], str] = lambda: "", *, is_live: bool = True
    ) -> None:
        self.name, self.is_live = name, is_live
        """`is_live`: a network that is to be heard, and nothing that is only read to its end."""
        self._note: Callable[[], str] = note
        self._damaged: Callable[[], int] = lambda: 0
        self._lacks: Callable[[], str] = lambda: ""
        self._faulty: set[str] = set()
        self._state: State = "waiting"
        self.detail = ""
        """Why it is not well, in a sentence; "" where it is."""
        self.heard = 0
        """Posts received, without what is said of posts that came before."""
        self.others = 0
        """Deletions received, of posts of the chat or of others."""
        self.duplicates = 0
        self.unusable = 0
        """Posts that were received, and that a fault of this program kept from being recorded."""
        self.new = 0
        """Posts that it was the first to bring."""
        self.last_post_at: datetime | None = None
        """When the latest of these was posted."""
        self.signs = 0
        """Signs of life of streams so far; the first of each says only that it is open."""
        self.alive_since: float | None = None
        """By `time.monotonic`: the last sign of life of any kind; None before the first."""
        self.retry_at: float | None = None
        """By `time.monotonic`: when it tries again what does not work; None where all does."""
        self.deaf_since: float | None = monotonic()
        """By `time.monotonic`: since when it is not heard; None while it is, and once it ended."""
        self._unheard_since: float | None = None
        """The same by the record: it was surely heard until its last sign of life, and is lost
        from then on. None where the record says nothing of it."""
        self.asks_every = 0.0
        """Seconds between two polls, where nothing streams."""
        self.was_heard = False
        """Whether it was heard at any time of this run."""
        self.last_trouble = ""
        """The last reason why it was not heard, kept for when all is over; "" for none."""
        self.unanswered: dict[str, tuple[float, str]] = {}
        """What it does not say while its posts are heard, in words: since when, by
        `time.monotonic`, and why."""
        self.listeners: list[Callable[[Report], None]] = []
        """Called with every change."""

    def belongs_to(
        self,
        note: Callable[[], str],
        damaged: Callable[[], int],
        lacks: Callable[[], str] = lambda: "",
    ) -> None:
        """Take what a source says about itself from these; they may fail."""
        self._note, self._damaged, self._lacks = note, damaged, lacks

    def lacks(self) -> str:
        """What the source lacks to stream, as `LacksStream` says."""
        return self._asked("lacks", self._lacks, "")

    def brought(self, new: Iterable[Post]) -> None:
        """Count posts that the chat did not have."""
        for post in new:
            self.new += 1
            self.last_post_at = max(post.sort_at, self.last_post_at or post.sort_at)

    def note(self) -> str:
        """A few words of the source's own, such as what was spent."""
        return self._asked("note", self._note, "")

    def damaged(self) -> int:
        """Messages that could not be read or recorded so far."""
        return self._asked("damaged", self._damaged, 0) + self.unusable

    def _asked(self, what: str, ask: Callable[[], T], otherwise: T) -> T:
        """What the source says of itself; a fault in that is logged once, not at every frame."""
        try:
            return ask()
        except (Exception, CancelledError) as error:
            if what not in self._faulty:
                self._faulty.add(what)
                log_fault(error)
            return otherwise

    @property
    def state(self) -> State:
        """What the source is doing."""
        return self._state

    @property
    def hears(self) -> bool:
        """Whether what is posted now is heard."""
        return self._state in HEARS

    def change(self, state: State, detail: str = "", retry_at: float | None = None) -> None:
        """Take a new state, with the reason where it is not well, and when it is tried again.

        Every change goes through here, so that the debug log and whoever listens have all of them,
        and no reason outlives its state.
        """
        same = (state, detail) == (self._state, self.detail)
        before, self._state, self.detail, self.retry_at = self._state, state, detail, retry_at
        if state in TRIES and detail:
            self.last_trouble = detail
        if state in HEARS:
            self.deaf_since = self._unheard_since = None
            self.was_heard = True
        elif state not in TRIES:
            self.deaf_since = None if state == "ended" else self.deaf_since
        elif self.deaf_since is None or before == "waiting":
            self.deaf_since = monotonic()  # while it waited, another process listened
        if same:
            return
        why = f": {detail}" if detail else ""
        debug_log.write(f"source {self.name}: {before} -> {state}{why}")
        for listener in self.listeners:
            listener(Report(self.name, state, detail, self.retry_in))

    def was_lost(self, seconds: float) -> None:
        """Note that the record says that it is lost, since so many seconds ago."""
        self._unheard_since = monotonic() - seconds

    def event(
        self,
        state: Literal["asked", "connected", "lost", "ended", "failed"],
        detail: str,
        at: datetime | None,
        *,
        how: Hearing = "",
        since: datetime | None = None,
    ) -> SourceChanged:
        """The event that records a change of state, with the counts so far, and without advice."""
        return SourceChanged(
            self.name,
            state,
            reason_of(detail),
            self.damaged(),
            at,
            self.heard,
            self.duplicates,
            how=how,
            since=since,
        )

    @property
    def silent_for(self) -> float | None:
        """Seconds since the last sign of life."""
        return None if self.alive_since is None else monotonic() - self.alive_since

    @property
    def retry_in(self) -> float | None:
        """Seconds until the next try; 0.0 while it goes on."""
        return None if self.retry_at is None else max(0.0, self.retry_at - monotonic())

    def again(self, next_try: str, trying: str) -> str:
        """When it is tried again: `next_try` with the seconds, or `trying`; "" for never.

        What hangs is not to be tried "in 0 s" for as long as it does.
        """
        if self.is_tried:
            return trying
        return "" if self.retry_in is None else f"{next_try} in {self.retry_in:.0f} s"

    @property
    def is_tried(self) -> bool:
        """Whether its next try is due or goes on."""
        return self.retry_in is not None and self.retry_in < SOON

    @property
    def deaf_for(self) -> float:
        """Seconds for which it has not been heard, as recorded; 0.0 while it is."""
        if self.deaf_since is None:
            return 0.0
        return monotonic() - min(self.deaf_since, self._unheard_since or self.deaf_since)

    @property
    def troubled_for(self) -> float:
        """Seconds since it is known that it is not heard; 0.0 while it is."""
        return 0.0 if self.deaf_since is None else monotonic() - self.deaf_since


def deaf_sources(sources: Iterable[Health]) -> list[Health]:
    """The networks that should be heard, where none of them is; [] while one is.

    A reconnect of a moment does not count, nor does what another process listens to.
    """
    asked = [each for each in sources if each.is_live and each.state != "ended"]
    if any(each.hears or each.state == "waiting" for each in asked):
        return []
    if min((each.troubled_for for each in asked), default=0.0) <= PATIENCE_SECONDS:
        return []
    return asked
