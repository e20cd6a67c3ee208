"""The forms in which people copy a conversation out of a window, and how each is taken apart.

A form finds where a post begins (`Head`), or where it ends; what else stands in the text are words
of the post before. `FORMS` are those that are recognised; `form_of` makes one that a person
described. The shapes are what Zoom, Teams, Slack, WhatsApp, Google Meet, Facebook and LinkedIn put
on the clipboard or into a saved chat, as their help pages and people's parsers of them show.

This file is longer than others: all patterns stand where they can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct, field

from tartantm.archives.local_times import CLOCK, MONTH

_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}"
_DATE = (
    rf"(?:{_WEEKDAY},?\s)?(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.?\s{MONTH}(?:,?\s\d{{4}})?"
    rf"|{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?)"
)
_ANY_DAY = rf"(?:{_DATE}|today|yesterday|{_WEEKDAY})"
WHEN = rf"(?:(?:{_ANY_DAY}(?:,|\sat)?(?:\s|T))?(?:{CLOCK})(?:,?\s{_DATE})?)"
"""A time of day with or without its day."""
AGO = (
    r"(?:(?:about\s)?(?:\d{1,2}|an?|one)\s?(?:secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|wks?"
    r"|weeks?|months?|mos?|yrs?|years?|[smhdwy])(?:\sago)?|just\snow|yesterday)"
)
"""How long ago: it says nothing about when, for nobody knows when it was copied."""
_TIMES = rf"(?:{WHEN}|{AGO})"
_NAME = r"@?[^\W\d_](?:[^\n\t:;,|<>\[\]!?]{0,59}[^\W_.)’'\"]?[.)’'\"]?)?"
"""What may be somebody's name where nothing else shows it."""
_SEPARATORS = r"[,;|\t]"


_LOOKED_AT = 2_000
"""Characters of a line that patterns are tried on; what follows belongs to the words."""


class Head(Struct, frozen=True):
    """Where a post begins, or what a system line says."""

    stamp: str
    name: str
    """"" for what the program itself said: it is no post."""
    words: str = ""
    to: str = ""
    """Who could read it, where the text says so."""
    lines: int = 1
    """How many lines it takes."""


class Block(Struct):
    """A post as it stands in a text."""

    number: int
    """Of its first line."""
    head: Head
    lines: list[str] = field(default_factory=list)
    """The lines of its words that follow."""


class Stray(Struct, frozen=True):
    """A line that belongs to no post."""

    number: int
    text: str


class Form(Struct, frozen=True):
    """One way to write name, time and words."""

    name: str
    shown: str
    """For people: how it looks."""
    head: re.Pattern[str]
    below: bool = False
    """Whether the words stand on the lines below."""
    second: re.Pattern[str] | None = None
    """What has to follow on the next line, with the groups that `head` lacks."""
    system: re.Pattern[str] | None = None
    """Lines of the program itself."""
    least: float = 0.5
    """Of the lines that are not empty, those that have to fit."""
    is_end: bool = False
    """Whether it marks the end of a post, whose first line is the name."""
    is_offset: bool = False
    """Whether its times count from the beginning."""

    def begins(self, line: str, after: str) -> Head | None:
        """Returns what begins at a line (with the line after it), None where nothing does."""
        line, rest = line[:_LOOKED_AT], line[_LOOKED_AT:]
        found = self.head.fullmatch(line)
        if found is None:
            if self.system is not None and (said := self.system.fullmatch(line)):
                return Head(said[1], "")
            return None
        groups = found.groupdict()
        if self.second is not None:
            if (more := self.second.fullmatch(after)) is None:
                return None
            groups |= more.groupdict()
        name = (groups.get("name") or "").strip(" \t:,-–")
        if not name:
            return None
        return Head(
            (groups.get("stamp") or "").strip(),
            name,
            (groups.get("words") or "") + rest,
            (groups.get("to") or "").strip(),
            1 if self.second is None else 2,
        )


def _form(
    name: str, shown: str, head: str, second: str = "", system: str = "", **more: Any
) -> Form:
    def made(pattern: str) -> re.Pattern[str] | None:
        return re.compile(pattern, re.I) if pattern else None

    begins = re.compile(head, re.I)
    return Form(name, shown, begins, second=made(second), system=made(system), **more)


_FURNITURE = re.compile(
    r"(?:(?:like|reply|share|edited|author|top fan|follow|see translation|see more|\d{1,4}"
    r"|profile picture|active|view \d+ repl(?:y|ies)|\d+ repl(?:y|ies))(?:\s?·\s?|\s|$))+",
    re.I,
)
"""What Facebook's and LinkedIn's pages put around a comment."""

ZOOM = _form(
    "zoom",
    "Zoom's saved chat",
    rf"(?P<stamp>{WHEN})\s+(?:from|von)\s+(?P<name>.{{1,80}}?)"
    rf"(?:\s+(?:to|an)\s+(?P<to>[^:]{{1,100}}?))?\s*:\s*(?P<words>.*)",
    least=0.2,
)
SUBTITLES = _form(
    "subtitles",
    "Google Meet's saved chat",
    r"(?P<stamp>\d{1,2}:\d\d:\d\d[.,]\d{3})(?:,|\s-->\s)\d{1,2}:\d\d:\d\d[.,]\d{3}",
    r"(?P<name>[^:]{1,80}):\s?(?P<words>.*)",
    least=0.2,
    is_offset=True,
)
MARKED = _form(
    "marked",
    "date, time, name: words",
    rf"\[?(?P<stamp>{_DATE},?\s(?:at\s)?(?:{CLOCK}))\]?\s(?:[-–]\s)?(?P<name>[^:\n]{{1,80}}):(?:\s(?P<words>.*))?",
    system=rf"\[?({_DATE},?\s(?:{CLOCK}))(?:\]\s|\s[-–]\s).*",
    least=0.15,
)
TIME_NAME = _form(
    "time-name",
    "time name: words",
    rf"[\[(]?(?P<stamp>{WHEN})[\])]?[\s,;|–-]{{1,3}}(?P<name>[^:\t\n]{{1,60}}):(?:\s(?P<words>.*))?",
    system=rf"\[(?P<stamp>{WHEN})\]\s[^:]*",
    least=0.35,
)
NAME_BRACKETS = _form(
    "name-brackets",
    "name (time): words",
    rf"(?P<name>[^:,\t\n]{{1,60}}?)\s?[\[(](?P<stamp>{_TIMES})[\])](?:\s?[:–-])?\s(?P<words>.+)",
)
NAME_TIME = _form(
    "name-time",
    "name, time, words",
    rf"(?P<name>[^,;|\t\n]{{1,60}}?)\s?(?P<sep>{_SEPARATORS})\s?(?P<stamp>{_TIMES})\s?(?P=sep)\s?(?P<words>.*)",
)
TIME_FIRST = _form(
    "time-first",
    "time, name, words",
    rf"(?P<stamp>{_TIMES})\s?(?P<sep>{_SEPARATORS})\s?(?P<name>[^,;|\t\n]{{1,60}}?)\s?(?P=sep)\s?(?P<words>.*)",
)
TIME_ABOVE = _form(
    "time-above",
    "time and name, the words below",
    rf"[\[(]?(?P<stamp>{WHEN})[\])]?[\s,–-]{{1,3}}(?P<name>{_NAME}):?",
    below=True,
    least=0.1,
)
NAME_ABOVE = _form(
    "name-above",
    "name and time, the words below",
    rf"(?P<name>{_NAME}),?\s{{1,2}}(?:[·•|–-]\s)?[\[(]?(?P<stamp>{_TIMES})[\])]?(?:\s\(?edited\)?)?:?",
    below=True,
    least=0.1,
)
TWO_ABOVE = _form(
    "two-above",
    "name, the time below it, then the words",
    rf"(?P<name>{_NAME})",
    rf"(?:[·•]\s)?(?P<stamp>{_TIMES})(?:\s?[·•].*)?",
    below=True,
    least=0.1,
)
TIME_BELOW = _form(
    "time-below",
    "name, the words, then the time below them",
    rf"(?:(?:like|reply|share|edited|\d{{1,4}})(?:\s?·\s?|\s))*(?P<stamp>{_TIMES})"
    r"(?:(?:\s?·\s?|\s)(?:like|reply|share|edited|\d{1,4}))*",
    below=True,
    least=0.1,
    is_end=True,
)

FORMS = (
    *(ZOOM, SUBTITLES, MARKED, TIME_NAME, NAME_BRACKETS, NAME_TIME, TIME_FIRST),
    *(TIME_ABOVE, NAME_ABOVE, TWO_ABOVE, TIME_BELOW),
)
"""Of two that fit as well, the first is taken."""

NAME_ONLY = _form(
    "name-only", "name: words", r"(?P<name>(?![aq]\d)[^:\t\n]{1,60}):\s(?P<words>.*)", least=0.8
)
"""Only where a person chose it: any text may have a word and a colon."""


_PARTS = re.compile(r"(?i)\b(name|time|words|skip)\b")
_KINDS = {
    "name": r"(?P<name>.{1,80}?)",
    "time": rf"(?P<stamp>{_TIMES})",
    "words": r"(?P<words>.*)",
    "skip": r".{0,200}?",
}
MOST_WRITTEN = 200
"""Characters of a description."""


def form_of(written: str) -> Form:
    """Returns the form that a person described as a line looks, such as ``[time] name: words``.

    ``skip`` stands for what is of no use. Without ``words`` these stand below; without ``time``
    nothing is known about when. Raises ValueError, with a clause that says what is missing.
    """
    written = plain(written[:MOST_WRITTEN].replace("\t", " \t "))
    pieces = _PARTS.split(written)
    parts = [each.lower() for each in pieces[1::2]]
    if "name" not in parts:
        raise ValueError("it has to say where the name stands")
    if len(set(parts)) < len(parts):
        raise ValueError("each of name, time, words and skip stands once")
    for one, other in zip(parts, pieces[2:-1:2], strict=False):
        if not other and one:
            raise ValueError("something has to stand between two parts")
    pattern = [_between(pieces[0])]
    for part, after in zip(parts, pieces[2::2], strict=True):
        pattern += [_KINDS[part], _between(after)]
    return _form("described", written, "".join(pattern), below="words" not in parts, least=0.0)


def _between(written: str) -> str:
    """The pattern of what stands between two parts: blanks beside a sign may be left out."""
    sign = written.strip(" ")
    if not sign:
        return r"\s" if written else ""
    return rf"\s?{re.escape(sign)}\s?"


_MARKS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_BLANKS = re.compile(r"[^\S\t]+")


def plain(line: str) -> str:
    """Returns a line as forms compare it: without marks of direction and runs of blanks."""
    if line.isascii() and "  " not in line and not line.startswith(" ") and line.isprintable():
        return line.rstrip()
    return _BLANKS.sub(" ", _MARKS.sub("", line)).strip(" ")


_LONGEST_HEAD = 300
"""Characters of a line that may be nothing but a name and a time."""


def blocks(lines: Iterable[tuple[int, str]], form: Form) -> Iterator[Block | Stray]:
    """Yields the posts of a text, and the lines before the first of them."""
    return _ended(lines, form) if form.is_end else _begun(lines, form)


def _begun(lines: Iterable[tuple[int, str]], form: Form) -> Iterator[Block | Stray]:
    block: Block | None = None
    reading = ((number, line, plain(line)) for number, line in lines)
    now = next(reading, None)
    while now is not None:
        number, written, line = now
        now = next(reading, None)
        fits = line and (not form.below or len(line) <= _LONGEST_HEAD)
        head = form.begins(line, now[2] if now else "") if fits else None
        if head is not None:
            if block is not None:
                yield block
            block = Block(number, head)
            if head.lines == 2:
                now = next(reading, None)
        elif block is not None:
            block.lines.append(written)
        elif line:
            yield Stray(number, line)
    if block is not None:
        yield block


def _ended(lines: Iterable[tuple[int, str]], form: Form) -> Iterator[Block | Stray]:
    """Blocks of a name, words, and a time at the end."""
    held: list[tuple[int, str]] = []
    for number, written in lines:
        line = plain(written)
        ends = form.head.fullmatch(line) if 0 < len(line) <= _LONGEST_HEAD else None
        if ends is None:
            if held or (line and not _FURNITURE.fullmatch(line)):
                held.append((number, written))
            continue
        said = [each for each in held if not _FURNITURE.fullmatch(plain(each[1]))]
        held = []
        if len(said) < 2:
            yield from (Stray(each, words) for each, words in [*said, (number, line)])
            continue
        head = Head(ends["stamp"], plain(said[0][1]))
        yield Block(said[0][0], head, [words for _, words in said[1:]])
    yield from (Stray(number, line) for number, line in held if plain(line))


def recognised(lines: Sequence[str], *, by_person: bool = False) -> Form | None:
    """Returns the form of a text that begins with these lines, None where most lines fit none.

    With `by_person` somebody says that these are posts: then one is enough, and times may be left
    out.
    """
    best: tuple[float, Form] | None = None
    for form in (*FORMS, NAME_ONLY) if by_person else FORMS:
        if (fit := _fit(lines, form, by_person)) and (best is None or fit > best[0]):
            best = fit, form
    return best[1] if best else None


def _fit(lines: Sequence[str], form: Form, by_person: bool) -> float:
    """How many posts a form finds, and slightly less where lines are left over; 0 for no fit."""
    written = sum(bool(line.strip()) for line in lines)
    found = list(blocks(enumerate(lines, 1), form))
    said = [each for each in found if isinstance(each, Block)]
    posts = [each for each in said if each.head.name]
    strays = len(found) - len(said)
    if not posts or strays > max(written * 0.2, 2 * by_person):
        return 0
    if form.below:
        with_words = sum(any(map(str.strip, each.lines)) for each in posts)
        people = len({each.head.name.casefold() for each in posts})
        if with_words < len(posts) * 0.8 or (len(posts) < 2 and not by_person):
            return 0
        # Where everybody wrote once, what was taken for names may be anything.
        if form.is_end and any(len(each.head.name) > 60 for each in posts) and people:
            return 0
    heads = sum(each.head.lines for each in said)
    if heads < written * form.least:
        return 0
    return len(posts) - strays - (0.5 if form is NAME_ONLY else 0)
