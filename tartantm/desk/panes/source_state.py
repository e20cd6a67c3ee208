"""How each source is heard, for the status line; and the alarm while none of them is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple, assert_never

from tartantm.capture.health import PATIENCE_SECONDS, TRIES, Health, State, deaf_sources
from tartantm.core.describe import joined
from tartantm.desk.panes.pieces import Piece, cells
from tartantm.desk.panes.source_names import short_name, shown_names
from tartantm.networks.protocol import reason_of
from tartantm.transcript.gap_phrases import span

NAME, NAME_TOGETHER, NAME_SHORTEST = 28, 12, 8
"""Cells for a name, where several have to share little room, and where all would not fit then."""

LONGEST_REASON = 160
"""Letters of the alarm's reason: what can be done has to fit beside it."""

_SIGNS: dict[State, tuple[str, str]] = {
    "waiting": ("◌", "attention"),
    "connecting": ("◌", "attention"),
    "filling": ("◐", "attention"),
    "stream": ("●", "good"),
    "poll": ("●", "good"),
    "limited": ("◌", "attention"),
    "refused": ("✕", "trouble"),
    "capped": ("✕", "trouble"),
    "unreachable": ("◌", "trouble"),
    "failed": ("✕", "trouble"),
    "ended": ("○", "muted"),
}
"""By state: sign and its style."""


class Deafness(NamedTuple):
    """That no network is heard, for longer than a reconnect takes."""

    seconds: float
    reason: str
    """Why the first of them is not, feeds last, without a full stop."""
    others: int
    """How many others are not heard either."""
    retry_in: float | None
    """Seconds until one is tried again; None while one is being tried."""

    @property
    def short(self) -> str:
        """The alarm beside something else that has to be said."""
        return f"NOT LISTENING for {short_span(self.seconds)}"

    def in_full(self, retry_key: str, sources_key: str) -> str:
        """The alarm with what to do, then its reason; the keys may be ""."""
        again = f"next in {self.retry_in:.0f} s" if self.retry_in is not None else "trying now"
        again = f"{f'{retry_key} tries again, ' * bool(retry_key)}{again}"
        why = self.reason
        if len(why) > LONGEST_REASON:
            why = f"{why[: LONGEST_REASON - 1].rstrip()}…"
        more = f"{self.others} more, {says_why(sources_key)}" if self.others else ""
        return joined(f"{self.short} ({again}): {why}", more)


def deafness(sources: Sequence[Health]) -> Deafness | None:
    """Returns that nothing is heard of any network; None while one is, or nobody should be."""
    asked = deaf_sources(sources)
    if not asked:
        return None
    seconds = min(health.deaf_for for health in asked)
    times = [each.retry_in for each in asked if each.retry_in is not None and not each.is_tried]
    trying = len(times) < len(asked)
    first = min(asked, key=_is_feed)
    return Deafness(seconds, _reason(first), len(asked) - 1, None if trying else min(times))


def source_pieces(
    sources: Sequence[Health], room: int, most: int | None = None, *, key: str = ""
) -> list[Piece]:
    """Returns how each source is heard in at most `room` cells, those with trouble first.

    Where that is too little for every trouble by itself, up to `most` cells are taken. Less and
    less is said, but each source is named or counted. `key` shows why.
    """
    troubled, rest = _parted(sources)
    most = room if most is None else max(room, most)
    whole, together = [*_one_by_one(troubled, rest, key)], [*_together(troubled, rest, key)]
    for pieces in whole:
        if cells(pieces) <= room:
            return pieces
    for pieces in [whole[-1], *together]:
        if cells(pieces) <= most:
            return pieces
    return together[-1]


def says_why(key: str) -> str:
    """Returns where to read why a source is not heard; `key` may be ""."""
    return f"{key or 'the list of sources'} says why"


def short_span(seconds: float) -> str:
    """Returns "12 s", "2 min" or "3 h"."""
    words = span(timedelta(seconds=seconds))
    for long, short in (("second", "s"), ("minute", "min"), ("hour", "h")):
        number, _, unit = words.partition(" ")
        if unit.startswith(long):
            return f"{number} {short}"
    return words


def _parted(sources: Sequence[Health]) -> tuple[list[Health], list[Health]]:
    """Returns those that should be heard and are not, and the others.

    Networks that people write on come before feeds, and of these what waits for people first.
    """
    troubled = [each for each in sources if _is_troubled(each)]
    troubled.sort(key=lambda each: (_is_feed(each), not _waits_for_people(each)))
    return troubled, [each for each in sources if each not in troubled]


def _is_troubled(health: Health) -> bool:
    """Whether a network is not heard; one that is connected to for the first moment is not yet."""
    soon = health.state == "connecting" and health.troubled_for <= PATIENCE_SECONDS
    return health.is_live and health.state in TRIES and not soon


def _is_feed(health: Health) -> bool:
    return health.name.startswith("feed:")


def _waits_for_people(health: Health) -> bool:
    return health.state in ("refused", "capped", "failed")


def _one_by_one(
    troubled: Sequence[Health], rest: Sequence[Health], key: str
) -> Iterator[list[Piece]]:
    """Yields what there is to say with each trouble by itself, in less and less room."""
    names = shown_names([each.name for each in (*troubled, *rest)], NAME)
    acts = any(_waits_for_people(each) for each in (*troubled, *rest))
    why: list[Piece] = [(f"{says_why(key)}  ", "attention")] if acts else []

    def each_of(
        sources: Sequence[Health], *, both: bool = True, notes: bool = False
    ) -> list[Piece]:
        return [
            piece
            for each in sources
            for piece in _one(each, names[each.name], both=both, notes=notes)
        ]

    yield [*each_of(troubled, notes=True), *why, *each_of(rest, notes=True)]
    yield [*each_of(troubled), *why, *each_of(rest)]
    yield [*each_of(troubled), *why, *_summed(rest, len(troubled))]
    yield [*each_of(troubled, both=False), *_summed(rest, len(troubled))]


def _together(
    troubled: Sequence[Health], rest: Sequence[Health], key: str
) -> Iterator[list[Piece]]:
    """Yields the troubles as one list, of which fewer and fewer are named."""
    summed, briefest = _summed(rest, len(troubled)), _heard_and_others(rest)
    if not troubled:
        yield from (summed, briefest)
        return
    sign = max((_SIGNS[each.state] for each in troubled), key=lambda each: each[1] == "trouble")
    timed = [(len(troubled), room, True) for room in (NAME, NAME_TOGETHER)]
    every = [(len(troubled), room, False) for room in (NAME_TOGETHER, NAME_SHORTEST)]
    some = [(count, NAME_TOGETHER, False) for count in range(len(troubled) - 1, 0, -1)]
    for count, cells_of_name, is_timed in [*timed, *every, *some]:
        names = shown_names([each.name for each in troubled], cells_of_name)
        words = ", ".join(_briefly(each, names[each.name], is_timed) for each in troubled[:count])
        left = len(troubled) - count
        more = f", {left} more, {says_why(key)}" if left else ""
        yield [(f"{sign[0]} ", sign[1]), (f"not heard: {words}{more}  ", "trouble"), *summed]
    counted = f"{len(troubled)} not heard, {says_why(key)}  "
    for others in (summed, briefest):
        yield [(f"{sign[0]} ", sign[1]), (counted, "trouble"), *others]


def _one(health: Health, name: str, *, both: bool, notes: bool) -> list[Piece]:
    """Returns how one is heard: since when not, and when it is tried again, or one of `both`."""
    sign, style = _SIGNS[health.state]
    troubled = _is_troubled(health)
    said = [_words(health)] if health.state != "unreachable" else []
    if troubled:
        again = health.again("again", "trying now")
        says_for = both or not again or not said
        said += [f"not heard{_for(health)}"] * says_for
        if again and (both or not says_for):
            said.append(again)
    if damaged := health.damaged():
        said.append(f"{damaged} damaged")
    if notes and (note := health.note()):
        said.append(note)
    deaf = troubled and health.troubled_for > PATIENCE_SECONDS
    words = f"{name} {', '.join(said)}  "
    return [(f"{sign} ", style), (words, style if deaf else "muted")]


def _briefly(health: Health, name: str, is_timed: bool) -> str:
    """Returns "x for 59 s (refused)", where it was said already that it is not heard."""
    why = "" if health.state == "unreachable" else f" ({_words(health)})"
    return f"{name}{_for(health) * is_timed}{why}"


def _for(health: Health) -> str:
    deaf = health.troubled_for > PATIENCE_SECONDS
    return f" for {short_span(health.deaf_for)}" if deaf else ""


def _words(health: Health) -> str:
    """Returns a state in the words of the report on sources, shortly."""
    match health.state:
        case "waiting":
            return "waits"
        case "connecting":
            return "connecting"
        case "filling":
            return "heard, asked for what was missed"
        case "stream":
            return "heard" if health.is_live else "being read"
        case "poll":
            return f"asked every {short_span(health.asks_every)}"
        case "limited":
            return "limited"
        case "refused":
            return "refused"
        case "capped":
            return "cap reached"
        case "unreachable":
            return "not heard"
        case "failed":
            return "failed"
        case "ended":
            return "not listened to any more" if health.is_live else "read to its end"
        case _:
            assert_never(health.state)


def _summed(sources: Sequence[Health], others: int) -> list[Piece]:
    """Returns how many are heard, and how many are in each other state; `others` stand beside.

    What is asked since its stream broke is told apart, so that a broken token is seen.
    """
    counts: dict[tuple[str, str, str], int] = {}
    for each in sources:
        sign, style = _SIGNS["stream" if each.hears else each.state]
        streams = each.hears and not (each.state == "poll" and each.detail)
        words = "heard" if streams and each.is_live else _words(each)
        counts[sign, style, words] = counts.get((sign, style, words), 0) + 1
    damaged = sum(each.damaged() for each in sources)
    pieces: list[Piece] = []
    for (sign, style, words), count in counts.items():
        is_all = count == len(sources) + others and count > 1
        said = f"{'all ' * is_all}{count} {'wait' if words == 'waits' and count > 1 else words}"
        pieces += [(f"{sign} ", style), (f"{said}  ", "muted")]
    return [*pieces, *([(f"{damaged} damaged  ", "muted")] if damaged else [])]


def _heard_and_others(sources: Sequence[Health]) -> list[Piece]:
    """Returns how many are heard, and how many are not to be."""
    heard = sum(each.hears for each in sources)
    others = len(sources) - heard
    pieces = [("● ", "good"), (f"{heard} heard  ", "muted")] if heard else []
    return [
        *pieces,
        *([(f"{others} {'others' if heard else 'more'}  ", "muted")] if others else []),
    ]


def _reason(health: Health) -> str:
    name = short_name(health.name)
    why = reason_of(health.detail or health.last_trouble or "no answer yet").rstrip(". ")
    return why if name.partition("/")[0].casefold() in why.casefold() else f"{name}: {why}"
