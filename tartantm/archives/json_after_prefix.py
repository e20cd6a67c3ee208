"""Reads lines that have something before their JSON: a time, or the fields of server-sent events.

Loggers and tools for websockets put the time before each message, and what `curl` saves of
Mastodon's stream has ``event:`` and ``data:`` lines (html.spec.whatwg.org, "Server-sent events").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from tartantm.archives.encodings import Decoder
from tartantm.networks.json_decode import Undecodable, decode

LARGEST_LINE = 1 << 26

_LOOKED_AT = 50
_BEFORE = re.compile(rb"[^{}=\"\r\n\w<>]{0,9}[\w<>][^{}=\"\r\n]{0,80}(?=\{\s*\")")
_FIELD = re.compile(rb"(event|id|retry|data)?:")
_CLOSED = re.compile(rb"\}\s*$")


def fits(head: bytes) -> bool:
    """Whether a text that begins so has JSON in every line, and something before it.

    One line with JSON within shows nothing: people talk about JSON, too.
    """
    lines = [line for line in head.split(b"\n")[:_LOOKED_AT] if line.strip()]
    if len(lines) > 1 and not head.endswith(b"\n"):
        lines.pop()  # it may be cut
    said = [line for line in lines if not (_FIELD.match(line) and b'{"' not in line)]
    return bool(said) and all(_BEFORE.match(line) and _CLOSED.search(line) for line in said)


def values(file: IO[bytes], decoder: Decoder) -> Iterator[tuple[int, Any]]:
    """Yields the values of such a file with their lines, `Undecodable` where one is damaged."""
    number, event = 0, ""
    while line := file.readline(LARGEST_LINE):
        number += 1
        text = decoder.text(line).strip()
        if found := re.match(r"(event|id|retry|):", text):
            event = text[6:].strip() if found[1] == "event" else event
        elif event and text.startswith("data:"):
            yield number, {"event": event, "payload": text[5:].strip()}
        elif text:
            yield number, _after(text.encode("utf-8", "replace"))
        else:
            event = ""


def _after(line: bytes) -> Any:
    before = _BEFORE.match(line)
    try:
        return decode(line[before.end() if before else 0 :], largest=None)
    except Undecodable as problem:
        return problem
