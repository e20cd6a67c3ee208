"""Characters that are written as others: percent-encoded, or as references of HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from html.entities import html5

ENCODED = re.compile(
    r"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*"
    r"|&(?:#(?:[0-9]{1,8}|[xX][0-9A-Fa-f]{1,8})|[A-Za-z][0-9A-Za-z]{1,31});"
)
"""Percent-encoded bytes, and what may be a character reference (``&nbsp;``, ``&#65;``)."""

_NO_TEXT = re.compile("([\udc80-\udcff]+)")
"""Bytes that are no text, as `surrogateescape` has them."""


def decoded(text: str) -> str:
    """Returns a text as it is read."""
    return ENCODED.sub(_decoded_run, text) if "%" in text or "&" in text else text


def _decoded_run(encoded: re.Match[str]) -> str:
    return "".join(shown for _, shown in decoded_parts(encoded[0]))


def decoded_parts(encoded: str) -> Iterator[tuple[str, str]]:
    """Yields parts of what `ENCODED` matches, as they stand and as they are read.

    Bytes that are no text are read as they stand, and hide nothing beside them.
    """
    if encoded[0] == "&":
        if shown := _referred(encoded):
            yield encoded, shown
        else:
            yield from ((each, each) for each in encoded)
        return
    data = bytes.fromhex(encoded.replace("%", ""))
    at = 0
    for part in _NO_TEXT.split(data.decode(errors="surrogateescape")):
        written = encoded[at : at + 3 * len(part.encode(errors="surrogateescape"))]
        at += len(written)
        if _NO_TEXT.match(part):
            yield from ((each, each) for each in written)
        else:
            yield written, part


def references(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields start and end of each character reference (``&nbsp;``), and what is read there."""
    for match in ENCODED.finditer(text) if "&" in text else ():
        if match[0][0] == "&" and (shown := _referred(match[0])):
            yield *match.span(), shown


@lru_cache(maxsize=4_000)
def _referred(reference: str) -> str:
    """Returns what a character reference stands for; "" where it is compared as it stands.

    The names of symbols and of other scripts' letters are words by themselves (``&alpha;``,
    ``&phone;``), and hide no name of which they are a part.
    """
    if reference[1] == "#":
        shown = unescape(reference)
        return "" if shown == "\ufffd" else shown
    shown = html5.get(reference[1:], "")
    if unicodedata.normalize("NFKD", shown).isascii():
        return shown
    if unicodedata.category(shown[0])[0] in "CMPZ":
        return shown
    return shown if unicodedata.name(shown[0]).startswith("LATIN") else ""
