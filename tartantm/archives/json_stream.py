"""Splits files of JSON into values: one a line, the items of a list, or objects one after another.

A file is read piece by piece, so that one of gigabytes takes no more memory than its largest value.
Lists may stand in an object (``{"orderedItems": [`` in Mastodon's outbox) or be assigned by
JavaScript (``window.YTD.tweets.part0 = [`` in X's archives). Lines end at ``\\n`` only: JSON allows
U+2028 and the like in text.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any

from tartantm.archives.encodings import Decoder
from tartantm.archives.refusals import AS_JSON, is_repr
from tartantm.networks.json_decode import Undecodable, decode, is_nested_too_deeply

LARGEST_VALUE = 1 << 26
"""Bytes of one value or line. A page of a thousand posts has some megabytes."""

_READ_AGAIN = 16
"""So many times the length of a damaged stretch may be read in vain, looking for sound values."""

_STEP = 1 << 18

_DEEPEST = 200
"""Blanks before a value that can be its indentation."""

_MARK = b"\xef\xbb\xbf"

_ASSIGNED = re.compile(r"\s*(?:(?:var|let|const)\s+)?[A-Za-z_$][\w.$\[\]\"']{0,200}\s*=\s*")
LISTS = ("orderedItems", "statuses", "elements", "items", "tweets", "posts", "results")
"""The lists of posts in objects that are a whole file: outbox.json, mastodon-archive, Storify, …"""

_LISTED = re.compile(rf'"(?:{"|".join(LISTS)})"\s*:\s*\[')

_LONG = 1 << 22
"""Characters of an object beyond which the items of its list are read one by one."""

_BEGUN = re.compile(r"\s*\[")

_ENTERED = "entered"

Value = tuple[int, Any]
"""The number of the line that a value begins in, counted from 1, and the value.

It is an `Undecodable` where the stretch from there on is damaged.
"""


def values(file: IO[bytes], decoder: Decoder) -> Iterator[Value]:
    """Yields the values in a file of UTF-8, without those around them."""
    first, number = b"", 0
    while not first.strip().removeprefix(_MARK):
        number += 1
        if not (first := file.readline(_LONG)):
            return
    is_whole = first.endswith(b"\n") or len(first) < _LONG
    if (
        is_whole
        and not first.lstrip().startswith(b"[")
        and (value := _line(first, decoder)) is not None
    ):
        yield number, value
        yield from _lines(file, number, decoder)
        return
    yield from _Values(first, number, file, decoder).values()


def _line(line: bytes, decoder: Decoder) -> Any:
    """The value that a line holds, None where it holds only the beginning of one."""
    try:
        return _decoded(line, decoder)
    except Undecodable:
        return None


def _lines(file: IO[bytes], number: int, decoder: Decoder) -> Iterator[Value]:
    while line := file.readline(LARGEST_VALUE):
        number += 1
        stripped = line.strip().removeprefix(_MARK)  # joined files have a mark in the middle
        if not stripped:
            continue
        if stripped in (b"{", b"["):  # from here on values go over many lines
            yield from _Values(line, number, file, decoder).values()
            return
        if stripped == b"null":
            continue
        try:
            yield number, _decoded(stripped, decoder)
        except Undecodable as problem:
            yield number, Undecodable(_told(stripped, str(problem)))


def _told(stretch: bytes, problem: str) -> str:
    """What is wrong with a stretch, and what to do where it is not even meant as JSON."""
    return f"printed by Python, not JSON: {AS_JSON}" if is_repr(stretch) else problem


def _decoded(data: bytes, decoder: Decoder) -> Any:
    data = data.strip().removeprefix(_MARK)
    try:
        data.decode()
    except UnicodeDecodeError:
        data = decoder.text(data).encode("utf-8", "replace")
    return decode(data, largest=None)


class _Values:
    """Reads values one after another, whatever is between them.

    After damage it goes on at the next line that begins an object or a list with the indentation
    of the values before.
    """

    def __init__(self, begun: bytes, number: int, file: IO[bytes], decoder: Decoder) -> None:
        self._file, self._western = file, decoder
        self._decoding = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._text = self._decoding.decode(begun)
        self._position, self._counted, self._number = 0, 0, number
        self._is_whole = self._is_listed = False
        self._json = json.JSONDecoder()
        self._beginning = re.compile(r"\n[{\[]")
        self._again = 0

    def values(self) -> Iterator[Value]:
        self._enter()
        while self._skip():
            begin = self._position
            number = self._line_of(begin)
            if self._text[begin] in "{[":
                self._learn_indentation(begin)
            end, problem, value = self._value(begin)
            if problem == _ENTERED:
                self._position, self._is_listed = end, True
            elif problem is None:
                self._position = end
                yield number, value
            else:
                self._position = self._next_beginning(begin, end)
                stretch = self._text[begin : self._position].strip()
                yield number, Undecodable(_why(stretch, problem))
            self._forget()

    def _enter(self) -> None:
        """Go past an assignment, and into the list that holds all values."""
        self._fill(2000)
        if assigned := _ASSIGNED.match(self._text):
            self._position = assigned.end()
        if begun := _BEGUN.match(self._text, self._position):
            self._position = begun.end()

    def _fill(self, size: int = 0) -> bool:
        """Read on, until so many characters are there; False at the end of the file."""
        size = size or len(self._text) + 1
        while len(self._text) < size and not self._is_whole:
            data = self._file.read(_STEP)
            self._is_whole = not data
            self._text += self._decoding.decode(data, final=not data)
            self._again += _READ_AGAIN * len(data)
        return len(self._text) >= size

    def _skip(self) -> bool:
        """Go past white space, commas and the end of lists; False at the end of the file."""
        while True:
            while self._position < len(self._text):
                sign = self._text[self._position]
                if sign == "]" and self._is_listed:
                    return False
                if sign not in " \t\r\n,];":
                    return True
                self._position += 1
            if not self._fill():
                return False

    def _line_of(self, position: int) -> int:
        self._number += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._number

    def _learn_indentation(self, begin: int) -> None:
        line = self._text.rfind("\n", max(0, begin - _DEEPEST), begin) + 1
        before = self._text[line:begin]
        if line and not before.strip():
            self._beginning = re.compile(rf"\n{re.escape(before)}[{{\[]")

    def _value(self, begin: int) -> tuple[int, str | None, Any]:
        """Where a value ends, what is wrong with it if anything is, and the value."""
        if self._text[begin] == "n" and self._fill(begin + 4) and self._text[begin:][:4] == "null":
            return begin + 4, None, None
        if self._text[begin] not in "{[":
            return begin, "not JSON", None
        while True:
            try:
                value, end = self._json.raw_decode(self._text, begin)
            except json.JSONDecodeError as error:
                cut = error.pos > len(self._text) - 16 or error.msg.startswith("Unterminated")
                length = len(self._text) - begin
                is_long = cut and length > _LONG and not self._is_listed
                if is_long and (listed := _LISTED.search(self._text, begin)):
                    return listed.end(), _ENTERED, None
                too_long = length > LARGEST_VALUE
                if cut and not too_long and self._grew(2 * len(self._text) - begin + _STEP):
                    continue
                return error.pos, error.msg, None
            except RecursionError:
                return len(self._text), "nested too deeply", None
            except ValueError:
                return begin, "a number with too many digits", None
            if is_nested_too_deeply(value, self._text, begin, end):
                return end, "nested too deeply", None
            return end, None, self._mended(value, begin, end)

    def _grew(self, size: int) -> bool:
        """Whether there was more to read, towards so many characters."""
        before = len(self._text)
        self._fill(size)
        return len(self._text) > before

    def _mended(self, value: Any, begin: int, end: int) -> Any:
        """The value, read again where bytes in it are not UTF-8 or surrogates stand alone."""
        stretch = self._text[begin:end]
        if stretch.isascii() and "\\u" not in stretch:
            return value
        try:
            stretch.encode()
            if "\\ud" not in stretch.lower():
                return value
        except UnicodeEncodeError:
            pass
        return _decoded(stretch.encode("utf-8", "surrogateescape"), self._western)

    def _next_beginning(self, begin: int, read: int) -> int:
        """Where the next value may begin after damage that was read until `read`."""
        self._again -= read - begin
        # A value that is never closed has all that follow in it, and so has each of those.
        start = begin if self._again > 0 else max(begin, read - 1)
        while (found := self._beginning.search(self._text, start)) is None:
            start = max(start, len(self._text) - _DEEPEST - 2)
            if len(self._text) - begin > LARGEST_VALUE or not self._fill(len(self._text) + _STEP):
                found = self._beginning.search(self._text, start)
                return found.start() if found else len(self._text)
        return found.start()

    def _forget(self) -> None:
        """Let go of what was read, now and then: to cut a text costs as much as it has left."""
        if self._position > _STEP:
            self._line_of(self._position)
            keep = max(0, self._position - _DEEPEST - 1)
            self._text = self._text[keep:]
            self._position -= keep
            self._counted = self._position


def _why(stretch: str, problem: str) -> str:
    try:
        stretch.encode()
    except UnicodeEncodeError:
        return "not UTF-8 text"
    problem = problem.removesuffix(" at").removesuffix(" starting")  # no place follows
    told = problem if problem.startswith(("not", "nested", "a number")) else f"not JSON: {problem}"
    return _told(stretch[:500].encode("utf-8", "replace"), told)
