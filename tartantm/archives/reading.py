"""Reads files of recorded posts of any format: what each is, what it holds, and what is damaged.

The format is recognised by content, never by a file's name; a file of JSON may mix several. Files
are read piece by piece; only a feed or a repository is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, cast

from msgspec.structs import replace

from tartantm.archives import json_after_prefix, json_stream, read_json, refusals, sheets, tables
from tartantm.archives.containers import Member, members
from tartantm.archives.encodings import Decoder, utf8_of
from tartantm.archives.formats import ALL
from tartantm.archives.formats.paste import ASKED
from tartantm.archives.found import FileFound
from tartantm.archives.read_json import json_lines, looks_like_json
from tartantm.archives.read_tables import csv_lines, heading_of, sheet_lines, table_of
from tartantm.archives.shape import (
    Context,
    Line,
    TableFormat,
    TextFormat,
    WholeFormat,
)
from tartantm.core.errors import BadInput
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard, Parsed, Unreadable, heard_at
from tartantm.networks.json_fields import EPOCH

MOST_PASTED = 100_000
"""Lines of a text that somebody is asked about."""

LARGEST_WHOLE = 1 << 28
"""Bytes of a file that can only be read as a whole."""

_HEAD = 1 << 16

_MAY_HOLD_POSTS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+"
    rb"(?:(?:(?:window\.)?YTD\.\w{1,80}\.part\d{1,9}|Grailbird\.data\.\w{1,80})\s*+=\s*+)?"
    rb"(?:\[\s*+)?\{\s*+\""
)

_TEXTS = tuple(each for each in ALL if isinstance(each, TextFormat))
_WHOLE = tuple(each for each in ALL if isinstance(each, WholeFormat))

TAKES = (
    "X's, Mastodon's and Bluesky's JSON and archives, tables (CSV, XLSX), feeds, IRC logs, plain"
    " text of “name, time, words”, and its own archives"
)


Progress = Callable[[str, float], None]
"""Is told the name of the file that is read, and which part of it was, between 0 and 1."""


class Reading:
    """One reading of files, folders and zips; what was found stands here once it is through."""

    def __init__(self, paths: Iterable[Path], context: Context | None = None) -> None:
        self.paths = list(paths)
        self.context = context or Context()
        self.files: list[FileFound] = []
        """Files with posts, or which were named themselves; the last is being read."""
        self.others = 0
        """Files in folders and zips that hold no posts that tartantm knows."""
        self._refused: dict[Path, str] = {}
        """By a folder or zip, what the first file in it is that is known to hold no posts."""
        self._latest = EPOCH

    def items(self, progress: Progress | None = None) -> Iterator[Heard]:
        """Yields all that the files hold, in their order.

        Raises BadInput for a file that was named and holds nothing that tartantm knows, or that
        cannot be read.
        """
        for path in self.paths:
            known = False
            account = self.context.account
            for member in members(path):
                found = FileFound(member.name, path)
                self.files.append(found)
                context = replace(
                    self.context, name=member.name, beside=member.beside, account=account
                )
                yield from self._of_member(member, found, context, progress)
                # What a file says about the account holds for those beside it, and no others.
                account = account or context.account
                if not (found.is_known or member.given or member.refused or found.damaged):
                    self.files.pop()
                    self.others += 1
                known |= found.is_known
            if not known:
                raise BadInput(self._nothing_in(path))

    def _nothing_in(self, path: Path) -> str:
        """Why a folder or zip gave nothing: by what is damaged in it, or what stands in it."""
        said = f"{path} holds no file with posts that tartantm can read"
        for found in self.files:
            if found.path == path and found.damaged:
                return f"{said}: {found.name} {found.damaged[0].reason}."
        if path in self._refused:
            return f"{said}: {self._refused[path]}."
        return f"{said}; it takes {TAKES}."

    def _of_member(
        self, member: Member, found: FileFound, context: Context, progress: Progress | None
    ) -> Iterator[Heard]:
        head = b"" if member.refused else member.head(_HEAD)
        if member.refused:
            found.damage(1, member.refused)
            return
        if refused := refusals.why_not(head):
            if member.given:
                raise BadInput(f"{member.name} {refused}.")
            self._refused.setdefault(found.path, f"{member.name} {refused}")
            return
        with member.open() as raw:
            if sheets.is_sheet(head):
                decoder, lines = Decoder(), sheet_lines(raw, member, found, context)
            else:
                file, decoder = utf8_of(raw)
                lines = self._lines(member, file, decoder, head, found, context)
            size, number = max(1, member.size), 0
            for count, (number, parsed) in enumerate(lines):
                yield from self._taken(number, parsed, found)
                if progress is not None and not count % 200:
                    progress(member.name, min(1.0, _position(raw) / size))
        found.encoding = decoder.told
        if decoder.is_cut:
            if not (found.damaged and found.damaged[-1].line == number):
                number += 1
            found.damage(number, "the packed file breaks off here")
        if member.given and not found.is_known:
            raise BadInput(_unknown(member.name, head, found))
        if not found.is_known and not _is_broken_json(head, found):
            found.damaged.clear()  # a text, or the program of a web page: it holds no posts

    def _taken(self, number: int, parsed: Parsed, found: FileFound) -> Iterator[Heard]:
        found.posts += parsed.passed
        found.other_times += parsed.passed_tagged
        for reason in parsed.problems:
            found.damage(number, reason)
        for reason in parsed.doubts:
            found.doubts[reason] = found.doubts.get(reason, 0) + 1
        found.doubtful += bool(parsed.doubts)
        for item in parsed.heard:
            yield self._timed(item, found)

    def _timed(self, item: Heard, found: FileFound) -> Heard:
        """An item with a time of its own; deletions on Mastodon have none."""
        if isinstance(item, Deleted) and item.at == EPOCH:
            item = replace(item, at=self._latest)
        at = heard_at(item)
        self._latest = max(self._latest, at)
        if isinstance(item, Post) and item.visibility == "restricted":
            found.restricted += 1
        elif isinstance(item, Post):
            found.posts += 1
            found.first = min(found.first or at, item.created_at)
            found.last = max(found.last or item.created_at, item.created_at)
        return item

    def _lines(
        self,
        member: Member,
        file: IO[bytes],
        decoder: Decoder,
        head: bytes,
        found: FileFound,
        context: Context,
    ) -> Iterator[Line]:
        if (asked := context.memory.get(ASKED)) is not None:
            found.formats.append(asked)
            return cast("TextFormat", asked).read(_numbered(file, decoder), context)
        for whole in _WHOLE:
            if whole.fits(head):
                found.formats.append(whole)
                return _whole(whole, file, context, found.name)
        peeked = file.peek(_HEAD)  # type: ignore[attr-defined]  # all of `utf8_of` can
        if json_after_prefix.fits(peeked):
            return json_lines(json_after_prefix.values(file, decoder), found, context)
        if not looks_like_json(peeked) and (table := self._table(peeked, decoder, member, found)):
            found.formats.append(table)
            return csv_lines(table, file, decoder, context)
        if not looks_like_json(peeked.lstrip().partition(b"\n")[0]) and (
            text := _text(peeked, decoder, context)
        ):
            found.formats.append(text)  # somebody's words may begin with a bracket, too
            return text.read(_numbered(file, decoder), context)
        return json_lines(json_stream.values(file, decoder), found, context)

    def _table(
        self, head: bytes, decoder: Decoder, member: Member, found: FileFound
    ) -> TableFormat | None:
        """The format of a table; a transcript of ours among many files is no reason to stop."""
        try:
            return table_of(head, decoder, found.name)
        except BadInput as error:
            if member.given:
                raise
            self._refused.setdefault(found.path, str(error).removesuffix("."))
            return None


def _position(file: IO[bytes]) -> int:
    try:
        return file.tell()
    except (OSError, ValueError):
        return 0


def lines_of(path: Path) -> list[str]:
    """Returns the lines of a text, as many as a person can have pasted.

    Raises BadInput where it cannot be read, or is no text.
    """
    for member in members(path):
        if refused := refusals.why_not(head := member.head(_HEAD)):
            raise BadInput(f"{member.name} {refused}.")
        if not head.strip():
            raise BadInput(f"{member.name} is empty.")
        with member.open() as raw:
            file, decoder = utf8_of(raw)
            return [line for _, line in islice(_numbered(file, decoder), MOST_PASTED)]
    raise BadInput(f"{path} holds no text.")


def _unknown(name: str, head: bytes, found: FileFound) -> str:
    if not head.strip():
        return f"{name} is empty; it takes {TAKES}."
    if not looks_like_json(head) and (lacks := refusals.lacks(heading_of(head, Decoder()))):
        return f"{name} {lacks}; add them to its first line, or see --ask."
    if seems := refusals.otherwise(head):
        return f"{name} {seems}."
    if b"\0" not in head and not looks_like_json(head):
        ask = "say how it is to be read with --ask"
        return f"{name} holds no posts that tartantm can read by itself; {ask}, or give {TAKES}."
    if looks_like_json(head) and found.damaged:
        line, reason = found.damaged[0]
        is_sound = reason == read_json.UNKNOWN
        what = "is JSON, and" if is_sound else f"is damaged JSON (line {line}: {reason}), and"
        return f"{name} {what} holds no posts that tartantm can read; it takes {TAKES}."
    return f"{name} holds no posts that tartantm can read; it takes {TAKES}."


def _is_broken_json(head: bytes, found: FileFound) -> bool:
    """Whether posts may be lost in a file of no known format: sound JSON would have shown them."""
    is_sound = all(each.reason == read_json.UNKNOWN for each in found.damaged)
    return not is_sound and bool(_MAY_HOLD_POSTS.match(head))


def _text(head: bytes, decoder: Decoder, context: Context) -> TextFormat | None:
    """The format of lines of text; None for what is none."""
    looking = Decoder()  # they are counted when they are read
    begun = [looking.text(line) for line in head.splitlines()[:100]]
    return next((text for text in _TEXTS if text.fits(begun, context)), None)


def _numbered(file: IO[bytes], decoder: Decoder) -> Iterator[tuple[int, str]]:
    number = 0
    while line := file.readline(tables.LONGEST_CELL):
        number += 1
        yield number, decoder.text(line).rstrip("\r\n")


def _whole(form: WholeFormat, file: IO[bytes], context: Context, name: str) -> Iterator[Line]:
    data = file.read(LARGEST_WHOLE + 1)
    if len(data) > LARGEST_WHOLE:
        raise BadInput(f"{name} has more than {LARGEST_WHOLE >> 20} MB; split it.")
    try:
        yield from form.read(data, context)
    except Unreadable as problem:
        yield 1, Parsed(problems=[str(problem)])
