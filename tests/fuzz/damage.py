"""Damages bytes and JSON as strangers, bad lines and half-written files do."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 10**400, 1e308, "", " ", "\x1b]52;c;UFdO\x07", "\u202e\u2028\x00"),
    *("9" * 5000, "../../etc/passwd", "https://[", "2026-13-45T99:99:99Z", "9999-12-31T23:59:59Z"),
    *("0001-01-01T00:00:00+14:00", [], {}, [[]], [None], {"": None}, "\ud800", "İ", "﷽" * 50),
)
BYTES = (
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\r",
        b"\n\n",
        b"[" * 2000,
        b"{" * 2000,
        b'"',
        b"\\u",
    ),
    *(
        b"\\ud800",
        b"1e999",
        b"-",
        b"\xef\xbb\xbf",
        b"]]]]",
        b"=",
        b"[[",
        b"&#0;",
        b"<",
        b"]]>",
        b"%",
    ),
)


def damaged(data: bytes, random: Random) -> bytes:
    """Some bytes changed, cut, doubled or put in."""
    content = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        at = random.randrange(len(content) + 1)
        kind = random.randrange(5)
        if kind == 0 and content:
            content[at % len(content)] = random.randrange(256)
        elif kind == 1:
            del content[at : at + random.choice((1, 3, 40))]
        elif kind == 2:
            content[at:at] = random.choice(BYTES)
        elif kind == 3:
            content[at:at] = content[at : at + random.randrange(200)]
        else:
            del content[at + random.randrange(400) :]
    return bytes(content)


def odd(value: Any, random: Random) -> Any:
    """The same JSON with something unheard-of in one or more places."""
    places = list(_places(value))
    value = json.loads(json.dumps(value))
    for path in random.sample(places, min(len(places), random.choice((1, 1, 2, 4)))):
        holder = value
        try:
            for step in path[:-1]:
                holder = holder[step]
            if random.random() < 0.2:
                del holder[path[-1]]
            else:
                holder[path[-1]] = copy.deepcopy(random.choice(ODD))
        except (KeyError, IndexError, TypeError):
            continue  # what was changed before took this place away
    return value


def _places(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if path:
        yield path
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in steps:
            yield from _places(inner, (*path, step))
