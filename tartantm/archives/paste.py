"""Makes posts of what was pasted, or of a plain text of “name, time, words”.

`Layout` says how the text is to be read: recognised by `layout_of`, or described by a person in the
guided form of the command line or the desk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import chain, islice

from msgspec import Struct
from msgspec.structs import replace

from tartantm.archives.local_times import (
    CLOCK,
    MONTH,
    LocalTimes,
    clock_in,
    made_day,
    month_number,
    next_day_at,
)
from tartantm.archives.meeting_replies import MeetingReplies, is_reaction
from tartantm.archives.paste_forms import AGO, Block, Form, Stray, blocks, recognised
from tartantm.archives.shape import Context, Line
from tartantm.archives.text_posts import PostMaker, name_of
from tartantm.core.post import Author, Post, Visibility
from tartantm.networks.heard import Parsed

LOOKED_AT = 2_000
"""Lines from which the order of day and month is learned."""

_NUMBERS = re.compile(r"(?<!\d)(\d{1,4})([-/.])(\d{1,2})\2(\d{2,4})(?!\d)")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\.?\s({MONTH})(?:,?\s(\d{{4}})\b)?", re.I
)
_MONTH_DAY = re.compile(
    rf"\b({MONTH})\s(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s(\d{{4}})\b)?", re.I
)
_CLOCK = re.compile(rf"(?<![\d/.-])(?:{CLOCK})", re.I)
_AGO = re.compile(AGO, re.I)
_SPOKEN = re.compile(r"(?i)today|yesterday|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b")
_EVERYBODY = re.compile(
    r"(?i)(?:everyone|everybody|all|alle|tous|todos|public|group|(?:the )?meeting)\b"
)
_APART = re.compile(r"(?i)\(?(?:direct message|privately|privat|private|dm)\)?\s*$")
ONESELF = frozenset({"you", "me", "you (you)", "ich", "du", "sie", "moi", "vous"})
"""What stands for whoever copied the text, instead of a name."""


class Layout(Struct, frozen=True):
    """How a pasted text is read."""

    form: Form
    day: date | None = None
    """The day of times that name none; without it the chat's."""
    zone: tzinfo | None = None
    """Without it the chat's."""
    me: str = ""
    """Who “You” and “Me” are."""


def layout_of(lines: Sequence[str], *, by_person: bool = False) -> Layout | None:
    """Returns how a text that begins so is read, None where it fits no form."""
    form = recognised(lines, by_person=by_person)
    return Layout(form) if form else None


def posts_of(lines: Iterable[tuple[int, str]], layout: Layout, context: Context) -> Iterator[Line]:
    """Yields the posts of a text, with the number of the line at which each begins."""
    reading = iter(lines)
    begun = list(islice(reading, LOOKED_AT))
    return Pasted(layout, context, begun).read(chain(begun, reading))


class Pasted:
    """Reads one text."""

    def __init__(self, layout: Layout, context: Context, begun: list[tuple[int, str]]) -> None:
        self._form, self._now = layout.form, context.now
        self._zone = zone = layout.zone or context.zone
        begins = context.day
        if layout.day is not None:
            begins = datetime.combine(layout.day, time(12), zone)
        self._begins = begins
        self._times = LocalTimes(zone, begins)
        self._make = PostMaker("paste")
        self._replies = MeetingReplies() if layout.form.name == "zoom" else None
        me = Author("", layout.me) if layout.me else context.account
        self._me = me
        self._near = (begins or context.now).astimezone(zone).date()
        self._day_first = self._learn_order(begun)
        self._today = self._near
        self._last: time | None = None

    def read(self, lines: Iterable[tuple[int, str]]) -> Iterator[Line]:
        """Yields the posts of a text."""
        for found in blocks(lines, self._form):
            if isinstance(found, Stray):
                yield found.number, Parsed(problems=["no name and time that can be read"])
            elif found.head.name:
                yield found.number, self.post(found)
            elif said := [line for line in found.lines if line.strip()]:
                lines_said = "a line" if len(said) == 1 else f"{len(said)} lines"
                reason = f"{lines_said} after a line of the program itself"
                yield found.number, Parsed(problems=[reason])

    def post(self, block: Block) -> Parsed:
        """Returns the post of a block, with what was guessed."""
        doubts: list[str] = []
        head = block.head
        author = self._author(head.name, doubts)
        if not (author.name or author.handle):
            return Parsed(problems=["no name"])
        at = self._at(head.stamp, doubts)
        words = "\n".join((head.words, *block.lines)).strip("\n")
        parent = None
        if self._replies is not None:
            words, parent = self._replies.taken_apart(words)
        if not words.strip() or (self._replies is not None and is_reaction(words)):
            return Parsed()  # a picture or a sticker: nothing of it can be copied
        post = self._make.post(
            author,
            at or self._now,
            words,
            undated=at is None,
            visibility=_visibility(head.to),
        )
        if parent:
            post = replace(post, reply_to=parent)
        if self._replies is not None:
            self._replies.add(post)
        return Parsed([post] if post.text else [], doubts=doubts)

    def _author(self, written: str, doubts: list[str]) -> Author:
        name = name_of(written)
        if name.casefold() in ONESELF:
            if self._me is not None:
                return Author(self._me.handle, self._me.name, _id(self._me.name or self._me.handle))
            doubts.append(f"who “{name}” is: say it with --author")
        handle = name[1:] if name.startswith("@") and " " not in name else ""
        return Author(handle, "" if handle else name, _id(handle or name))

    def _at(self, stamp: str, doubts: list[str]) -> datetime | None:
        """The time in UTC; None where nothing says when."""
        if self._form.is_offset:
            return self._after(stamp, doubts)
        # In Germany the day has dots: 17.06.20, 18:05.
        found = _CLOCK.search(_NUMBERS.sub(" ", stamp)) or _CLOCK.search(stamp)
        clock = None if _AGO.fullmatch(stamp) or not found else clock_in(found[0])
        if clock is None:
            if stamp:
                doubts.append("only how long ago it was, so without a time")
            return None
        try:
            day = self._day(stamp, doubts)
        except ValueError:
            doubts.append("a date that no calendar has, so without a time")
            return None
        if day is None and self._begins is None:
            if "no day is named: today's was taken" not in doubts:
                doubts.append("no day is named: today's was taken")
            day = self._today = next_day_at(self._today, self._last, clock)
        self._last = clock
        return self._times.at(day, clock)

    def _after(self, stamp: str, doubts: list[str]) -> datetime | None:
        if self._begins is None:
            doubts.append("only how long after the beginning, so without a time")
            return None
        parts = [int(each) for each in re.split(r"[:.,]", stamp)[:3]]
        doubts.append("counted from the chat's beginning")
        return self._begins + timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2])

    def _day(self, stamp: str, doubts: list[str]) -> date | None:
        """The day that is named, None where none is; raises ValueError for one that never was."""
        if found := _NUMBERS.search(stamp):
            return self._of_numbers(found, doubts)
        if found := _DAY_MONTH.search(stamp):
            return self._of_month(int(found[1]), month_number(found[2]), found[3])
        if found := _MONTH_DAY.search(stamp):
            return self._of_month(int(found[2]), month_number(found[1]), found[3])
        if spoken := _SPOKEN.search(stamp):
            doubts.append(f"“{spoken[0]}” was taken as the chat's day")
        return None

    def _of_month(self, day: int, month: int, year: str | None) -> date:
        if year:
            return _existing(made_day(int(year), month, day))
        years = (self._near.year, self._near.year - 1, self._near.year + 1)
        days = [each for year in years if (each := made_day(year, month, day))]
        return _existing(min(days, key=lambda each: abs((each - self._near).days), default=None))

    def _of_numbers(self, found: re.Match[str], doubts: list[str]) -> date:
        if len(found[1]) > 2:
            return _existing(made_day(int(found[1]), int(found[3]), int(found[4])))
        day_first, month_first = _orders(found)
        if day_first is None or month_first is None or day_first == month_first:
            return _existing(day_first or month_first)
        if self._day_first is not None:
            return day_first if self._day_first else month_first
        doubts.append("day and month may be the other way round")
        return day_first

    def _learn_order(self, begun: list[tuple[int, str]]) -> bool | None:
        """Whether the day stands before the month; None where nothing shows it."""
        votes, near = set(), set()
        for block in blocks(begun, self._form):
            found = None if isinstance(block, Stray) else _NUMBERS.search(block.head.stamp)
            if found is None or len(found[1]) > 2:
                continue
            if found[2] == ".":
                return True  # nobody writes dots with the month first
            day_first, month_first = _orders(found)
            if (day_first is None) != (month_first is None):
                votes.add(day_first is not None)
            for order, day in ((True, day_first), (False, month_first)):
                if self._begins and day and abs((day - self._near).days) <= 1:
                    near.add(order)
        for said in (votes, near):
            if len(said) == 1:
                return said.pop()
        return None


def _existing(day: date | None) -> date:
    if day is None:
        raise ValueError("no such day")
    return day


def _orders(found: re.Match[str]) -> tuple[date | None, date | None]:
    """The day that numbers name with the day first, and with the month first."""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    year += 2000 if year < 100 else 0
    return made_day(year, second, first), made_day(year, first, second)


def _id(name: str) -> str:
    return f"name:{name.casefold()}"


def _visibility(to: str) -> Visibility:
    """What was written to one person is not for everybody."""
    return "restricted" if to and (_APART.search(to) or not _EVERYBODY.match(to)) else "public"


def posts_in(parsed: Parsed) -> list[Post]:
    """Returns the posts of a line."""
    return [each for each in parsed.heard if isinstance(each, Post)]
