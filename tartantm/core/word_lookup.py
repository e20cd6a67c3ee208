"""Finds which of many words may stand in a text, by a few letters of each that are rare.

The time for a text does not grow with the number of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST_PROBE, _SHORTEST_PROBE = 12, 8
"""Letters of a wording by which a text is first looked through."""

_RARITY = {letter: rank for rank, letter in enumerate("zqxjkvbpygfwmucldrhsnioate0123456789", 1)}
"""The letters from the rarest on, about as in European languages; others are rarer still."""


def probe_of(plain: str) -> str:
    """Returns letters of a wording that begin with a rare one: texts are left by them sooner."""
    longest = max(len(plain) - _SHORTEST_PROBE, len(plain) // 2 - 2)
    at = min(range(max(longest, 1)), key=lambda index: _RARITY.get(plain[index : index + 1], 0))
    return plain[at : at + _LONGEST_PROBE]


def any_of(probes: Iterable[str]) -> re.Pattern[str]:
    """Returns a pattern that finds the longest of many words at a place where one begins.

    The alternatives share their beginnings, so that the time for a text does not grow with them.
    """
    root = _Node()
    for probe in probes:
        node = root
        for letter in probe:
            node = node.setdefault(letter, _Node())
        node[""] = _Node()
    return re.compile(_branches(root))


class _Node(dict[str, "_Node"]):
    """What may follow a beginning, by the next letter; "" where a word ends."""


def _branches(node: _Node) -> str:
    rest = [re.escape(letter) + _branches(below) for letter, below in node.items() if letter]
    if not rest:
        return ""
    joined = rest[0] if len(rest) == 1 and "" not in node else f"(?:{'|'.join(rest)})"
    return f"{joined}?" if "" in node else joined
