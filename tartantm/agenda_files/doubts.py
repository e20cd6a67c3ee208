"""What in an agenda's times is seldom meant: each doubt is a sentence that says what to write.

None of it is an error, since somebody may mean it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tartantm.core.agenda import Agenda
from tartantm.core.local_time import clock, is_doubled, is_skipped, zoned_clock

WRITE_WHEN = (
    "write a line such as “Wednesday 20 June 2012, 18:00 to 20:00 BST” into a Markdown agenda, or"
    " starts = 2012-06-20T18:00:00+01:00 and timezone at the top of a TOML one"
)
"""What to do where an agenda does not say when the chat is."""

_DAY = timedelta(days=1)
"""An evening without an end lasts no longer."""


def doubts(agenda: Agenda) -> Iterator[str]:
    """Yields a sentence for each time whose offset or hour may be a slip."""
    for name, at in _moments(agenda):
        if words := _doubt(at, agenda):
            yield f"{name}: {words}"
    yield from _outside(agenda)


def doubted(agenda: Agenda) -> str:
    """Returns the first of the doubts, and how to see the others; "" where there is none."""
    first, *more = [*doubts(agenda), ""]
    others = len(more) - 1
    if others > 0:
        first += f" 'tartantm agenda check' has {others} more such remark{'s' * (others > 1)}."
    return first


def _moments(agenda: Agenda) -> Iterator[tuple[str, datetime]]:
    for name, at in (("starts", agenda.starts), ("ends", agenda.ends)):
        if at is not None:
            yield name, at
    for question in agenda.questions:
        if question.opens_at is not None:
            yield f"{question.id} opens_at", question.opens_at


def _doubt(at: datetime, agenda: Agenda) -> str:
    zone = agenda.tz
    local, there = at.astimezone(zone), at.replace(tzinfo=zone, fold=0)
    where = _where(agenda)
    if is_skipped(there):
        return (
            f"{at:%H:%M} does not come on {_date(at)}{where}, where clocks go forward; it is taken"
            f" as {zoned_clock(local)}."
        )
    if at.utcoffset() != local.utcoffset():
        day = "" if at.date() == local.date() else f" on {_date(local)}"
        return (
            f"{at:%H:%M}{_offset(at)} is {zoned_clock(local)}{day}{where}; write"
            f" {_offset(there, plain=True)} if you mean {at:%H:%M} there."
        )
    if is_doubled(local):
        other = local.replace(fold=1 - local.fold)
        return (
            f"{at:%H:%M} comes twice on {_date(local)}{where}, where clocks go back; it is taken as"
            f" {clock(local)}. Write {_offset(other, plain=True)} for {clock(other)}."
        )
    return ""


def _outside(agenda: Agenda) -> Iterator[str]:
    starts, zone = agenda.starts, agenda.tz
    if starts is None:
        return
    ends = agenda.ends or starts + _DAY
    for question in agenda.questions:
        at = question.opens_at
        if at is not None and not starts <= at <= ends:
            local = at.astimezone(zone)
            when = "before the chat starts" if at < starts else "after the chat has ended"
            yield (
                f"{question.id} opens_at: {clock(local)} on {_date(local)} is {when}; look at the"
                " date and the offset."
            )


def _where(agenda: Agenda) -> str:
    """Returns " in London", or " in the chat's time zone" where that has no such name."""
    name = agenda.zone_name or ""
    city = name.rpartition("/")[2].replace("_", " ")
    return f" in {city}" if "/" in name else " in the chat's time zone"


def _offset(at: datetime, *, plain: bool = False) -> str:
    """Returns the offset as a file writes it: "+01:00", or "Z" unless it is to be `plain`."""
    return f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:5] if at.utcoffset() or plain else "Z"


def _date(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
