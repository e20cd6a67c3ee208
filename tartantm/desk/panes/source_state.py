"""How each source is heard, for the status line; and the alarm while none of them is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from tartantm.capture.health import Health
from tartantm.core.describe import joined
from tartantm.desk.panes.pieces import Piece
from tartantm.networks.protocol import reason_of
from tartantm.transcript.gap_phrases import span

PATIENCE_SECONDS = 10.0
"""A connection that is back within this is no news: nothing is lost by it."""

_SIGNS = {
    "waiting": ("◌", "attention", "waits"),
    "connecting": ("◌", "attention", "connecting"),
    "filling": ("◐", "attention", "heard, refilling"),
    "stream": ("●", "good", "heard"),
    "poll": ("●", "good", "polled"),
    "limited": ("◌", "attention", "asks to wait"),
    "refused": ("✕", "trouble", "refused"),
    "unreachable": ("◌", "trouble", "lost"),
    "failed": ("✕", "trouble", "failed"),
    "ended": ("○", "muted", "ended"),
}
"""By state: sign, style and words."""


class Deafness(NamedTuple):
    """That no network is heard, for longer than a reconnect takes."""

    seconds: float
    reason: str
    """Why the first of them is not, without a full stop."""
    others: int
    """How many others are not heard either."""
    retry_in: float | None
    """Seconds until one is tried again; None while one is being tried."""

    @property
    def short(self) -> str:
        """The alarm beside something else that has to be said."""
        return f"NOT LISTENING for {_short_span(self.seconds)}"

    def in_full(self, retry_key: str, sources_key: str) -> str:
        """The alarm with its reason and what to do; the keys may be ""."""
        more = f"{self.others} more, {sources_key or 'the list of sources'} says why"
        again = f"next in {self.retry_in:.0f} s" if self.retry_in is not None else "trying now"
        again = f"{retry_key} tries again, " * bool(retry_key) + again
        return joined(f"{self.short}: {self.reason}", more * bool(self.others), again)


def deafness(sources: Sequence[Health]) -> Deafness | None:
    """Returns that nothing is heard of any network; None while one is, or nobody should be."""
    asked = [health for health in sources if health.is_live and health.state != "ended"]
    if not asked or any(health.hears or health.state == "waiting" for health in asked):
        return None
    seconds = min(health.deaf_for for health in asked)
    if seconds <= PATIENCE_SECONDS:
        return None
    times = [health.retry_in for health in asked if health.retry_in is not None]
    trying = any(health.retry_in is None for health in asked)
    return Deafness(seconds, _reason(asked[0]), len(asked) - 1, None if trying else min(times))


def source_pieces(sources: Sequence[Health], room: int, *, together: bool) -> list[Piece]:
    """Returns how each source is heard; `together` counts those that are simply heard."""
    well = [each for each in sources if each.state in ("stream", "poll") and not _besides(each)]
    counted = well if together and len(well) > 1 else []
    pieces: list[Piece] = []
    if counted:
        words = f"all {len(well)} heard" if len(well) == len(sources) else f"{len(well)} heard"
        pieces = [("● ", "good"), (f"{words}  ", "muted")]
    for health in sources:
        if health not in counted:
            pieces += _one(health, room)
    return pieces


def short_name(name: str) -> str:
    """Returns a source's name as people call it: without what kind of network it is."""
    return name.partition(":")[2].removeprefix("https://").removeprefix("http://") or name


def _one(health: Health, room: int) -> list[Piece]:
    name = short_name(health.name)
    name = name if len(name) <= room else name[: room - 1] + "…"
    sign, style, words = _SIGNS[health.state]
    deaf = health.deaf_for > PATIENCE_SECONDS and health.state not in ("ended", "waiting")
    if deaf:
        words += f" for {_short_span(health.deaf_for)}"
    if health.retry_in is not None and not health.hears:
        words += f", again in {health.retry_in:.0f} s"
    words = ", ".join([words, *_besides(health)])
    return [(f"{sign} ", style), (f"{name} {words}  ", style if deaf else "muted")]


def _besides(health: Health) -> list[str]:
    """Returns what else there is to say of a source."""
    damaged = health.damaged()
    return [f"{damaged} damaged"] * bool(damaged) + [note for note in [health.note()] if note]


def _reason(health: Health) -> str:
    name = short_name(health.name)
    why = reason_of(health.detail or health.last_trouble or "no answer yet").rstrip(". ")
    return why if name.partition("/")[0].casefold() in why.casefold() else f"{name}: {why}"


def _short_span(seconds: float) -> str:
    """Returns "12 s", "2 min" or "3 h"."""
    words = span(timedelta(seconds=seconds))
    for long, short in (("second", "s"), ("minute", "min"), ("hour", "h")):
        number, _, unit = words.partition(" ")
        if unit.startswith(long):
            return f"{number} {short}"
    return words
