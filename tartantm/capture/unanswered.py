"""What a network does not answer while its posts are heard: deletions and edits, replies.

Nobody sees that on the posts that come. So it is told once where it lasts, said in the list of
sources from the first failure on, and recorded where it still holds at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

from tartantm.capture.health import Health
from tartantm.core.describe import ended
from tartantm.networks.protocol import reason_of

TOLD_SECONDS = 360.0
"""For so long nothing is told: servers are busy now and then, and what they allow in five minutes
may be spent on posts; what they owe is asked later."""

RECORDED_SECONDS = 10.0
"""At the end, what lasted shorter is not recorded where something was answered before."""


class Subject(NamedTuple):
    """What is asked for, in words."""

    what: str
    """Follows "it does not say" and "it did not say"."""
    effect: str
    """What that means, as a clause."""


CHANGES = Subject("which posts are gone or edited", "they stay as they are")
SOME_CHANGES = Subject("of every post whether it is gone or edited", "some stay as they are")
REPLIES = Subject("what was replied without the hashtag", "such replies are missing")
SOME_REPLIES = Subject(
    "below every post what was replied without the hashtag", "some such replies are missing"
)


class Unanswered:
    """Whether one thing is answered by one source, and what was said about it."""

    def __init__(
        self,
        health: Health,
        subject: Subject,
        say: Callable[[str], None],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._health, self._subject, self._say, self._now = health, subject, say, now
        self._since: float | None = None
        self._why = ""
        self._told = self._was_answered = False

    def failed(self, why: str, *, at_once: bool = False) -> None:
        """Note that it was not answered; `at_once` where trying again will not help by itself."""
        if self._since is None:
            self._since = self._now()
        self._why = why
        self._health.unanswered[self._subject.what] = self._since, reason_of(why)
        if at_once:
            self._tell()

    def answered(self) -> None:
        """Note that it was answered."""
        if self._told:
            self._say(f"{self._health.name} says again {self._subject.what}.")
        self._since, self._told, self._was_answered = None, False, True
        self._health.unanswered.pop(self._subject.what, None)

    def look(self) -> None:
        """Tell what has lasted; to be called now and then."""
        if self._since is not None and self._now() - self._since >= TOLD_SECONDS:
            self._tell()

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            what, effect = self._subject
            why = ended(reason_of(self._why))
            self._say(
                f"{self._health.name} does not say {what}, so {effect}: {why} It goes on being "
                "asked."
            )

    def at_end(self, now: datetime) -> tuple[datetime, str, str] | None:
        """Since when it was not answered by the chat's clock, what, and why; None where it was."""
        if self._since is None:
            return None
        lasted = self._now() - self._since
        if self._was_answered and not self._told and lasted < RECORDED_SECONDS:
            return None
        why = reason_of(self._why).partition(". ")[0].rstrip(". ")
        return now - timedelta(seconds=lasted), self._subject.what, why


def not_said(found: Iterable[Unanswered], now: datetime) -> tuple[datetime, str] | None:
    """Since when and what a source did not say, in words to be recorded; None where it said all."""
    told = [each for one in found if (each := one.at_end(now))]
    whys = dict.fromkeys(why for _, _, why in told)
    clauses = [
        f"{' and '.join(what for _, what, reason in told if reason == why)} ({why})" for why in whys
    ]
    return (min(told)[0], " and ".join(clauses)) if told else None
