"""Decides below which posts replies without the hashtag are looked for next.

Servers allow only so many requests, so the threads take turns: those that were never looked at come
first, of them the questions; later those of questions and of recent posts come round more often
than others, and none is left out for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import NamedTuple, TypeVar

from tartantm.networks.protocol import Lost, Refused

MOST = 2_000
"""Threads that take turns at most, those of questions and of the latest posts."""

AGE = timedelta(minutes=10)
"""A thread whose post is so much older than the latest one comes round half as often."""

TRIES = 3
"""After so many failures, while others were answered, a thread has to wait for its next turn."""

T = TypeVar("T")

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Thread(NamedTuple):
    """Posts that belong together, by the post that began them."""

    key: str
    """As the network is asked for it."""
    since: datetime
    """When it began, as far as is known."""
    is_question: bool


class ThreadTurns:
    """Remembers when each thread was looked at."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._looked: dict[str, float] = {}
        self._failed: dict[str, int] = {}
        """How often looks at a thread failed while others were answered."""
        self._unanswered: dict[str, Lost | Refused] = {}
        """What the last look at a thread failed with."""

    def next(self, threads: Sequence[Thread], count: int) -> list[Thread]:
        """The threads to look at next, at most `count`, the most wanted first.

        Those that failed come last, and take no more than half of the places from others.
        """
        here = {thread.key for thread in threads}
        self._looked = _of(self._looked, here)
        self._failed = _of(self._failed, here)
        self._unanswered = _of(self._unanswered, here)
        latest = max((thread.since for thread in threads), default=_LONG_AGO)
        ranked = sorted(threads, key=lambda thread: self._rank(thread, latest))
        failed = [thread.key for thread in ranked if thread.key in self._failed]
        most = max(count // 2, count - (len(ranked) - len(failed)))
        waiting = frozenset(failed[most:])
        chosen = [thread for thread in ranked if thread.key not in waiting][:count]
        return sorted(chosen, key=lambda thread: thread.key in self._failed)

    def looked(self, key: str) -> None:
        """Note that a thread was looked at; only to be called where the server answered."""
        self._wait_for_turn(key)
        self._unanswered.pop(key, None)

    def failed(self, key: str, error: Lost | Refused, *, others_answered: bool) -> None:
        """Note that a look at a thread failed: it is looked at again, after others.

        Where `others_answered` several times it has to wait for its next turn.
        """
        self._unanswered[key] = error
        self._failed[key] = self._failed.get(key, 0) + others_answered
        if self._failed[key] >= TRIES:
            self._wait_for_turn(key)

    def given_up(self, key: str, error: Lost | Refused) -> None:
        """Note that a thread alone cannot be looked at, and has to wait for its next turn."""
        self._unanswered[key] = error
        self._wait_for_turn(key)

    def _wait_for_turn(self, key: str) -> None:
        self._looked[key] = self._now()
        self._failed.pop(key, None)

    def raise_unanswered(self) -> None:
        """Raise Lost where there are threads that could not be looked at when they were last."""
        for error in self._unanswered.values():
            raise Lost(str(error))

    def begin_anew(self) -> None:
        """Have every thread looked at again, such as after a time in which nothing was heard."""
        self._looked.clear()
        self._failed.clear()

    def _rank(self, thread: Thread, latest: datetime) -> tuple[float, ...]:
        """Smaller for what is wanted more."""
        at = self._looked.get(thread.key)
        if at is None:
            has_failed, is_answer = thread.key in self._failed, not thread.is_question
            return (0, has_failed, is_answer, -thread.since.timestamp())
        age = 0.0 if thread.is_question else (latest - thread.since) / AGE
        return (1, -(self._now() - at) / (1.0 + max(age, 0.0)), -thread.since.timestamp())


def _of(known: dict[str, T], keys: set[str]) -> dict[str, T]:
    return {key: value for key, value in known.items() if key in keys}


def once(threads: Iterable[Thread]) -> list[Thread]:
    """Each thread once, as it was named first; at most `MOST`."""
    found: dict[str, Thread] = {}
    for thread in threads:
        if len(found) == MOST:
            break
        found.setdefault(thread.key, thread)
    return list(found.values())
