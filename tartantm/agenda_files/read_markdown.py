"""Reads an agenda from Markdown or plain text: a heading, a list of questions, nested follow-ups.

Real announcements mix their list marks ("1)", "3.", "Q4:", "•") within one list and stand between
paragraphs that have nothing to do with it, so this reads line by line and builds no Markdown tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tartantm.agenda_files.written_time import written_time
from tartantm.core.agenda import Agenda, AgendaError, Question, numbered
from tartantm.core.post import clean

_HEADING = re.compile(r" {0,3}#{1,6}\s++(.++)")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
_ITEM = re.compile(
    r"""(?x)(?P<indent>\s*)
    (?: (?P<bullet>[-*+•–·‣▪◦])\s+(?:\[[ xX]\]\s+)?
      | (?P<number>\(?\d{1,3}\s?[.):]|[Qq]\s?\d{1,3}\s?(?:[.):,/]|\s[-–—]|(?=\s)))\s+
      | (?P<letter>\(?\d{0,3}[a-z][.)])\s+
    )(?P<text>\S.*)"""
)
_LABEL = re.compile(r"[Qq]\s?(?P<number>\d{1,3})\s?(?:[.):,/]|\s[-–—])\s*(?=\S)")
# A page that is pasted is foreign: each of these stops where the next one may begin.
_LINK = re.compile(r"!?\[([^\[\]]*+)\]\((?:[^()]|\([^()]*+\))*+\)")
_STRONG = re.compile(r"(\*\*|__|`)(.{1,400}?)\1")
_EMPHASIS = re.compile(r"(?<!\w)([*_])(\S(?:.{0,400}?\S)?)\1(?!\w)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>-])")
_HASHTAG = re.compile(r"(?<![\w&/#])[#＃](\w*[^\W\d_]\w*)")


class _Item(NamedTuple):
    """An item of a list: one question or follow-up."""

    line: int
    depth: int
    number: int | None
    text: str
    section: str


def parse(text: str, name: str) -> Agenda:
    """Read title, first hashtag, time and questions.

    Raises AgendaError without a title or questions.
    """
    lines = text.splitlines()
    title = next((heading for _, heading in _headings(lines)), None)
    if title is None:
        plain = (line for line in lines if line.strip() and not _ITEM.match(line))
        title = next(plain, "").strip()
    title = _inline(title)
    if not title:
        raise AgendaError(f"{name}, line 1: the agenda has no heading to be its title.")
    items = list(_items(lines))
    # A post may list other things too; a list under a heading that names the questions wins.
    asked = [item for item in items if re.search(r"(?i)question|agenda|points", item.section)]
    questions = tuple(_questions(asked or items, name))
    if not questions:
        raise AgendaError(f"{name}: no list of questions was found; write one a line, '- …'.")
    tags = dict.fromkeys(tag for line in lines for tag in _HASHTAG.findall(line))
    first = next(iter(tags), None)
    when = written_time(_inline(line) for line in lines if not _ITEM.match(line))
    tag = (first,) if first else ()
    if when is None:
        return Agenda(title, tag, questions=questions)
    return Agenda(title, tag, when.starts, when.ends, when.zone, questions=questions)


def _headings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Headings with ``#`` or underlined, each with the index of its line."""
    for number, line in enumerate(lines):
        if match := _HEADING.match(line):
            yield number, match[1].rstrip().rstrip("#").rstrip()
        elif (
            line.strip()
            and number + 1 < len(lines)
            and _UNDERLINE.match(lines[number + 1])
            and not _ITEM.match(line)
        ):
            yield number, line.strip()


def _items(lines: list[str]) -> Iterator[_Item]:
    """Items of all lists; their depth follows from how far each is indented."""
    headings = dict(_headings(lines))
    section = ""
    indents: list[int] = []
    open_item: _Item | None = None
    for index, line in enumerate(lines):
        line = line.expandtabs(4)
        match = None if index in headings else _ITEM.match(line)
        if match:
            if open_item:
                yield open_item
            indent = len(match["indent"])
            letter = match["letter"] is not None
            while indents and indent < indents[-1]:
                indents.pop()
            if not indents or indent > indents[-1] + 1:
                indents.append(indent)
            depth = max(len(indents) - 1, int(letter))
            written = match["text"]
            number = re.search(r"\d+", match["number"] or "")
            if label := _LABEL.match(written):
                number, written = re.search(r"\d+", label[0]), written[label.end() :]
            open_item = _Item(
                index + 1, depth, int(number[0]) if number else None, written, section
            )
        elif index in headings or not line.strip():
            section = headings.get(index, section)
            if open_item:
                yield open_item
            open_item = None
        elif open_item:
            open_item = open_item._replace(text=f"{open_item.text} {line.strip()}")
    if open_item:
        yield open_item


def _questions(items: list[_Item], name: str) -> Iterator[Question]:
    """Questions and follow-ups with their ids; whatever is nested at any depth is a follow-up."""
    number = 0
    follow_ups = 0
    # Markdown lists are often written "1. 1. 1."; numbers count only if all of them rise.
    given = [item.number for item in items if item.depth == 0]
    rising = [n for n in given if n is not None]
    meant = len(rising) == len(given) and rising == sorted(set(rising))
    for item in items:
        text = _inline(item.text)
        if not text:
            raise AgendaError(f"{name}, line {item.line}: the question is empty.")
        if item.depth and number:
            if follow_ups == 26:
                raise AgendaError(f"{name}, line {item.line}: more than 26 follow-ups.")
            yield Question(numbered(number, follow_ups), text, numbered(number))
            follow_ups += 1
        else:
            number = item.number if meant and item.number is not None else number + 1
            follow_ups = 0
            yield Question(numbered(number), text)


def _inline(text: str) -> str:
    """A line without Markdown's emphasis, links and escapes."""
    text = _STRONG.sub(r"\2", _LINK.sub(r"\1", text))
    text = _ESCAPED.sub(r"\1", _EMPHASIS.sub(r"\2", text))
    return clean(text, lines=False)
