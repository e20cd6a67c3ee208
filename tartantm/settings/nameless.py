"""Log lines without the people in them: no ids, handles or words of anybody's.

What is erased or deleted has to be gone from every file of the program, and nobody looks through
logs for it. So a log never has it.
"""

from __future__ import annotations

import re

LEFT_OUT = "…"
"""Stands for what is left out."""

_DIGITS = 9
"""So many in a row are an id: ports, times and counts of bytes have fewer."""

_DID = re.compile(r"(?i)\bdid(?::|%3a)[a-z]+(?::|%3a)[\w.:%-]+")
_AT_URI = re.compile(r"(?i)\bat://[^\s?&,]+")
_HANDLE = re.compile(r"(?:[@＠]|%40)\w[\w.-]*(?:(?:[@＠]|%40)\w[\w.-]*)*", re.IGNORECASE)
_LONG_NUMBER = re.compile(rf"\d{{{_DIGITS},}}")
_AFTER_KIND = re.compile(
    r"(/(?:statuses|status|accounts|users?|profiles?|authors?|people)/)"
    r"(?!verify_credentials\b)[^\s/?#:]+"
)
_QUOTED = re.compile(
    r"""(?:(?<!\w)|(?<=\bb))["'“‘«](?:.*["'”’»](?!\w)|.*)""",  # words may have apostrophes
    re.DOTALL,
)


def nameless(line: str) -> str:
    """Returns a line without what names a person or a post: ids, handles, addresses of theirs."""
    line = _AT_URI.sub(f"at://{LEFT_OUT}", line)
    line = _DID.sub(f"did:{LEFT_OUT}", line)
    line = _AFTER_KIND.sub(rf"\1{LEFT_OUT}", line)
    line = _HANDLE.sub(f"@{LEFT_OUT}", line)
    return _LONG_NUMBER.sub(LEFT_OUT, line)


def wordless(message: str) -> str:
    """Returns what an exception says without what it quotes, which may be a post's words.

    What stands between its first and its last quotation mark goes: nothing tells which close.
    """
    return nameless(_QUOTED.sub(f"'{LEFT_OUT}'", message))
