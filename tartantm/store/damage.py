"""What is said where events of a session file cannot be read, and the refusal to go on with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tartantm.agenda_files.doubts import doubted
from tartantm.core.agenda import Agenda
from tartantm.core.errors import TartantmError, shortened

NUMBERS_SHOWN = 5


class DamagedSession(TartantmError):
    """Events of the session cannot be read, so what would be published or done may be wrong."""

    def __init__(self, path: Path, numbers: Sequence[int]) -> None:
        several = len(set(numbers)) > 1
        redactions, them = ("redactions", "them") if several else ("a redaction", "it")
        super().__init__(
            f"{_unreadable(path, numbers)} and may be {redactions}, or hold words that are to be"
            f" erased; use a back-up, or give --despite-damage to go on without {them}."
        )


def damage_warning(path: Path, numbers: Sequence[int]) -> str:
    """What to say where one goes on without the events of these numbers."""
    several = len(set(numbers)) > 1
    left_out = (
        "they stay in the file and are left out"
        if several
        else ("it stays in the file and is left out")
    )
    return f"{_unreadable(path, numbers)}; {left_out}."


def zone_warning(path: Path, agenda: Agenda) -> str:
    """What to say where the agenda names a time zone that this computer does not know, else ""."""
    if not agenda.unknown_zone:
        return ""
    return (
        f"{path.name} has its times in {shortened(agenda.unknown_zone)!r}, a time zone that this"
        f" computer does not know; they are shown in {agenda.tz.tzname(None) or 'UTC'}."
    )


def agenda_warnings(path: Path, agenda: Agenda) -> Iterator[str]:
    """Yields what to say of the times of an agenda: an unknown time zone, an offset in doubt."""
    if unknown := zone_warning(path, agenda):
        yield unknown
    if doubt := doubted(agenda):
        yield f"Please check {doubt}"


def emptied(path: Path, numbers: Sequence[int]) -> str:
    """What to say where these events were emptied, so that nothing of what was erased stays."""
    several = len(set(numbers)) > 1
    whatever = "they were emptied, whatever they" if several else "it was emptied, whatever it"
    return f"{_unreadable(path, numbers)}; {whatever} held."


def _unreadable(path: Path, numbers: Sequence[int]) -> str:
    """ "2 events of evening.tartantm cannot be read (numbers 4, 7)"."""
    numbers = sorted(set(numbers))
    shown = ", ".join(map(str, numbers[:NUMBERS_SHOWN])) + ", …" * (len(numbers) > NUMBERS_SHOWN)
    if len(numbers) == 1:
        return f"1 event of {path.name} cannot be read (number {shown})"
    return f"{len(numbers)} events of {path.name} cannot be read (numbers {shown})"
