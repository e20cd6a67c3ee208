"""Decodes JSON that strangers wrote, within budgets of nesting and memory; the one decoder for it.

Lone surrogates (which become U+FFFD), NaN and long fractions are accepted, since servers send them.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

DEEPEST = 200
"""Levels of nesting; eighty posts above a reply are a hundred, and readers recurse."""

LARGEST_VALUE = 12 * 2**20
"""Bytes of memory, estimated, that a decoded value may take; a thousand posts take that. It is
walked through while the screen waits, some 40 ms."""

MOST_SURROGATES = 20_000
"""Escapes of surrogates that are looked at, where some may be lone."""

LONGEST_NUMBER = 4000
"""Digits of a whole number; to read one takes time with the square of its length."""

LONGEST_DIGITS = 100_000
"""Digits in a row, in whatever place, beyond which no post is looked at that needs patience."""

_DIGITS = bytes(48 if chr(code) in "0123456789" else 32 for code in range(256))
"""A table for `bytes.translate`."""

# What Python takes for an empty object, an empty list, and any other value with its place.
_OBJECT, _LIST, _VALUE = 240, 64, 72

_SURROGATES = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u(?:[dD][89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})?"
    r"|[dD][c-fC-F][0-9a-fA-F]{2})"
)


class Undecodable(ValueError):
    """The bytes are not JSON, or too much; the message says why, without a full stop."""


def decode(data: bytes, largest: int | None = LARGEST_VALUE) -> Any:
    """The JSON value that bytes hold; raises Undecodable with the reason.

    `largest` is how much memory it may take, None for as much as it needs: three bytes on the wire
    can make an object of two hundred.
    """
    opened = data.count(b"{"), data.count(b"[")
    if largest is not None:
        size = len(data) + _OBJECT * opened[0] + _LIST * opened[1] + _VALUE * data.count(b",")
        if size > largest:
            raise Undecodable("more values than anybody needs")
    value = _decoded(data)
    if sum(opened) > DEEPEST and not _is_flat(value):
        raise Undecodable("nested too deeply")
    return value


def is_nested_too_deeply(value: object, text: str, begin: int, end: int) -> bool:
    """Whether a value that a stretch of a text holds is nested too deeply to be read."""
    opened = text.count("{", begin, end) + text.count("[", begin, end)
    return opened > DEEPEST and not _is_flat(value)


def _decoded(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except (ValueError, RecursionError):
        pass
    # Python's own decoder is slower, but accepts lone surrogates, NaN and long numbers.
    if len(data) > LONGEST_DIGITS and b"0" * LONGEST_DIGITS in data.translate(_DIGITS):
        raise Undecodable("a number with too many digits")
    try:
        text = data.decode("utf-8")
        surrogates = text.count("\\ud") + text.count("\\uD")
        if surrogates > MOST_SURROGATES:
            raise Undecodable("more escapes than anybody needs")
        if surrogates:
            text = _SURROGATES.sub(_paired, text)
        return json.loads(text, parse_int=_whole)
    except Undecodable:
        raise
    except UnicodeDecodeError:
        raise Undecodable("not UTF-8 text") from None
    except RecursionError:
        raise Undecodable("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise Undecodable(f"not JSON: {error.msg} at character {error.colno}") from None
    except ValueError:
        raise Undecodable("a number with too many digits") from None


def _paired(escape: re.Match[str]) -> str:
    """A pair of surrogates as it is, U+FFFD in the place of one that has lost the other."""
    return escape[0] if escape[2] else f"{escape[1]}\\ufffd"


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError
    return int(digits)


def _is_flat(value: object) -> bool:
    """Whether a value is nested no deeper than `DEEPEST`."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return True
    return False
