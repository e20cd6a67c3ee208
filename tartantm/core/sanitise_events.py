"""Make events of a session file safe to show: the file may come from somebody else.

What this program records is clean already (`post.clean`); for that a quick check of the bytes is
enough.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from tartantm.core.post import clean

_LONG = ("text", "note", "summary", "content_warning", "alt")
"""Fields that may have several lines."""

_ACTIVE = re.compile(
    rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa0\xa6-\xa9]|\xef\xbb\xbf"
)
_PLAIN = bytes(range(0x20, 0x7F))
_ESCAPED = re.compile(rb"\\[ubfrt]")
_BROKEN_LINE = re.compile(
    rb'"(?!(?:' + "|".join(_LONG).encode() + rb')")[^"\\]*": ?"(?:[^"\\]|\\[^n])*\\n'
)


def sanitised(data: bytes) -> bytes:
    """Returns an event's JSON without anything that could act on a terminal or break a line.

    Raises msgspec.DecodeError where it is not JSON.
    """
    escapes = b"\\" in data
    # What Unicode calls printable cannot act. To check only what is not ASCII is quicker.
    odd = data.translate(None, _PLAIN)
    active = not odd.decode(errors="replace").isprintable() and _ACTIVE.search(data)
    if not active and not (escapes and _active_escape(data)):
        return data
    return msgspec.json.encode(_cleaned(msgspec.json.decode(data), ""))


def _active_escape(data: bytes) -> bool:
    return bool(_ESCAPED.search(data) or (b"\\n" in data and _BROKEN_LINE.search(data)))


def _cleaned(value: Any, field: str) -> Any:
    if isinstance(value, str):
        return clean(value, lines=field in _LONG)
    if isinstance(value, list):
        return [_cleaned(each, field) for each in value]
    if isinstance(value, dict):
        return {_cleaned(name, ""): _cleaned(each, name) for name, each in value.items()}
    return value
