"""What `tartantm import` says: what each file is and holds, how far it is, and what is damaged."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tartantm.agenda_files.doubts import WRITE_WHEN
from tartantm.archives.shape import WHOSE
from tartantm.core.local_time import zoned_clock
from tartantm.transcript.times import clock, date

if TYPE_CHECKING:
    from tartantm.archives.found import FileFound
    from tartantm.archives.reading import Reading
    from tartantm.archives.selection import Chosen, Selection
    from tartantm.archives.spool import Spool
    from tartantm.core.agenda import Agenda

DAMAGE_SHOWN = 10

DOUBTS_SHOWN = 3

_REST = "; they are in the files beside it (tweets.js, outbox.json): import the whole folder or zip"

_EVERY = 0.2
"""Seconds between two lines of progress."""


class Progress:
    """A line on the terminal that says how much was read; nothing where nobody watches."""

    def __init__(self) -> None:
        self.count = 0
        self._is_watched = sys.stderr.isatty()
        self._next = monotonic() + _EVERY
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._width:
            print("\r" + " " * self._width + "\r", end="", file=sys.stderr, flush=True)

    def show(self, name: str, part: float) -> None:
        """Say which file is being read, and which part of it was, between 0 and 1."""
        if self._is_due():
            self._say(f"Reading {Path(name).name[:40]}: {part:.0%}, {self.count:,} posts")

    def stored(self, count: int, total: int) -> None:
        """Say how many of the posts that were chosen are stored."""
        if self._is_due():
            self._say(f"Placing and storing: {count / max(1, total):.0%} of {total:,}")

    def _is_due(self) -> bool:
        return self._is_watched and monotonic() >= self._next

    def _say(self, words: str) -> None:
        self._next = monotonic() + _EVERY
        print("\r" + words.ljust(self._width), end="", file=sys.stderr, flush=True)
        self._width = max(self._width, len(words))


def report_damage(found: FileFound) -> None:
    """Say on standard error which lines of a file could not be used, the first of them."""
    for line in found.damaged[:DAMAGE_SHOWN]:
        print(f"{found.name}, line {line.line}: {line.reason}; skipped", file=sys.stderr)
    if (more := len(found.damaged) - DAMAGE_SHOWN + found.more_damaged) > 0:
        print(f"{found.name}: {more:,} more damaged lines, skipped", file=sys.stderr)


def what_it_is(
    reading: Reading, spool: Spool, chosen: Chosen, selection: Selection, agenda: Agenda
) -> Iterator[str]:
    """Yields a sentence for each path that was named: what it is, and what of it is of the chat.

    "archive.zip: X archive of one account, 1,204 posts, 63 with #tartantm on 20 June 2012, 18:02 to
    20:11 BST; 3 doubtful; one side of the talk only."
    """
    whose = reading.context.memory.get(WHOSE, ())
    any_posts = any(file.posts for file in reading.files)
    numbers: dict[Path, list[int]] = {}
    for number, file in enumerate(reading.files):
        numbers.setdefault(file.path, []).append(number)
    for path, files in numbers.items():
        found = [reading.files[number] for number in files]
        mine = [number for each in files for number in chosen.by_file.get(each, ())]
        if all(file.name in whose and not (file.posts or file.restricted) for file in found):
            rest = "" if any_posts else _REST
            yield f"{path}: says whose archive it is, and holds no posts{rest}."
            continue
        yield f"{path}: {_sentence(found, mine, spool, selection, agenda)}."
    is_any_day = not (agenda.starts or selection.since or selection.until)
    if is_any_day and any(file.is_one_account for file in reading.files):
        yield (
            "The agenda does not say when the chat was, so posts of every day were taken:"
            f" {WRITE_WHEN}; or use --from and --to."
        )
    if chosen.other_times:
        yield f"{_with_tags(chosen.other_times, selection)} from other times left out."
    if chosen.loose_replies:
        one = chosen.loose_replies == 1
        yield (
            f"{_posts(chosen.loose_replies)} of that time without the hashtag left out:"
            f" what {'it answers is' if one else 'they answer is'} not here. If you have that"
            " in another archive, import them together; nothing is stored twice."
        )


def _posts(count: int) -> str:
    return f"{count:,} post{'' if count == 1 else 's'}"


def _with_tags(count: int, selection: Selection) -> str:
    return f"{_posts(count)} with {_tags(selection)}"


def _tags(selection: Selection) -> str:
    return " or ".join(f"#{tag}" for tag in selection.hashtags)


def _sentence(
    found: list[FileFound],
    mine: list[int],
    spool: Spool,
    selection: Selection,
    agenda: Agenda,
) -> str:
    # Grailbird has its posts twice; its table, which does not say whose they are, gives none.
    useful = [file for file in found if file.posts] or found
    shown = list(dict.fromkeys(each.shown for file in useful for each in file.formats))
    one = any(file.is_one_account for file in found)
    total = sum(file.posts for file in found)
    kind = " and ".join(shown) or "nothing known"
    words = f"{kind} of one account" if one and "account" not in kind else kind
    words += f", {_posts(total)}"
    if mine:
        tagged = sum(spool.tagged[number] for number in mine)
        dated = [number for number in mine if not spool.undated[number]]
        times = [spool.posted[number] for number in dated or mine]
        span = _span(_time(min(times)), _time(max(times)), agenda)
        if len(mine) == total:
            words += f" {span}"
        elif tagged:
            words += f", {tagged:,} with {_tags(selection)}"
            if rest := len(mine) - tagged:
                words += f" and {rest:,} repl{'y' if rest == 1 else 'ies'} to such"
            words += f" {span}"
        else:
            words += f", {len(mine):,} {span}"
    elif total:
        words += f", none of them with {_tags(selection)} at that time"
    doubtful = sum(file.doubtful for file in found)
    restricted = sum(file.restricted for file in found)
    damaged = sum(map(damaged_lines, found))
    more = [f"{restricted:,} not public, left out"] if restricted else []
    more += [_doubts(found, doubtful)] if doubtful else []
    more += [f"{damaged:,} damaged"] if damaged else []
    more += ["one side of the talk only"] if one else []
    more += dict.fromkeys(file.encoding for file in found if file.encoding)
    return "; ".join([words, *more])


def _doubts(found: list[FileFound], doubtful: int) -> str:
    """How many posts are doubtful, and why: "3 doubtful (dates only: 2; …)"."""
    reasons: Counter[str] = Counter()
    for file in found:
        reasons.update(file.doubts)
    told = [
        reason if count == doubtful else f"{reason}: {count:,}"
        for reason, count in reasons.most_common(DOUBTS_SHOWN)
    ]
    told += ["and other reasons"] if len(reasons) > DOUBTS_SHOWN else []
    return f"{doubtful:,} doubtful ({'; '.join(told)})"


def damaged_lines(found: FileFound) -> int:
    """Returns how many lines of a file could not be used."""
    return len({each.line for each in found.damaged}) + found.more_damaged


def _time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


def _span(first: datetime, last: datetime, agenda: Agenda) -> str:
    """When posts were written: "on 20 June 2012, 18:02 to 20:11 BST"."""
    first, last = first.astimezone(agenda.tz), last.astimezone(agenda.tz)
    ends = zoned_clock(last)
    begins = clock(first) if first.utcoffset() == last.utcoffset() else zoned_clock(first)
    if (first.date(), zoned_clock(first)) == (last.date(), ends):
        return f"on {date(first)}, {ends}"
    if first.date() == last.date():
        return f"on {date(first)}, {begins} to {ends}"
    return f"from {date(first)}, {begins} to {date(last)}, {ends}"
