"""Writes the next question as each network accepts it: label, hashtag, length by its own count."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from rich.cells import split_graphemes

from tartantm.core.agenda import Agenda, Question

_ENDS = r"[^\s.,;:!?…)\]}'\"»”’]"
ADDRESS = re.compile(rf"(?i)https?://\S*{_ENDS}")
_ANY_ADDRESS = re.compile(
    rf"(?i){ADDRESS.pattern[4:]}|(?<![\w@./-])(?:[\w-]+\.)+[a-z]{{2,}}(?:/\S*{_ENDS})?"
)
"""X also counts names without https:// as addresses."""

_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
"""Code points that X counts once; all others count twice (twitter-text, configuration 3)."""

URL_LENGTH = 23
"""What X and Mastodon count for any address."""


class Version(NamedTuple):
    """A text for one network, its length by the network's count, and the most that is allowed."""

    network: str
    text: str
    length: int
    most: int


def x_length(text: str) -> int:
    """Returns the weighted length of a text on X, which allows 280."""
    text = unicodedata.normalize("NFC", text)
    addresses = len(_ANY_ADDRESS.findall(text))
    return URL_LENGTH * addresses + sum(map(_x_weight, graphemes(_ANY_ADDRESS.sub("", text))))


def mastodon_length(text: str) -> int:
    """Returns the length of a text on Mastodon: graphemes, any address as 23."""
    return URL_LENGTH * len(ADDRESS.findall(text)) + len(graphemes(ADDRESS.sub("", text)))


def bluesky_length(text: str) -> int:
    """Returns the length of a text on Bluesky: graphemes."""
    return len(graphemes(text))


POST_LIMITS: tuple[tuple[str, int, Callable[[str], int]], ...] = (
    ("X", 280, x_length),
    ("Mastodon", 500, mastodon_length),
    ("Bluesky", 300, bluesky_length),
)


def versions(agenda: Agenda, question: Question) -> list[Version]:
    """Returns the question for each network; what is too long is cut, but never the hashtag."""
    return [
        Version(name, text := _fitting(agenda, question, most, length), length(text), most)
        for name, most, length in POST_LIMITS
    ]


def _fitting(agenda: Agenda, question: Question, most: int, length: Callable[[str], int]) -> str:
    tag = f" #{agenda.hashtags[0]}" if agenda.hashtags else ""
    has_tag = bool(tag) and bool(re.search(rf"(?i){re.escape(tag.strip())}(?!\w)", question.text))
    letter = agenda.labels[0] if agenda.labels else "Q"
    label = f"{letter}{question.id[1:]}: "

    def full(words: str) -> str:
        return f"{label}{words}{'' if has_tag and words == question.text else tag}"

    if length(full(question.text)) <= most:
        return full(question.text)

    def fits(words: str) -> bool:
        return length(full(words + " …")) <= most

    words = question.text.split(" ")
    cut = _longest(words, " ", fits) or _longest(graphemes(words[0]), "", fits)
    return full(cut + " …")


def _longest(parts: list[str], joint: str, fits: Callable[[str], bool]) -> str:
    """Returns as many of the first parts as fit; by bisection, as counting takes long."""
    counts = range(1, len(parts) + 1)
    fit = bisect_right(counts, False, key=lambda n: not fits(joint.join(parts[:n])))
    return joint.join(parts[:fit])


def graphemes(text: str) -> list[str]:
    """Returns the graphemes of a text: a flag, a family or a letter with accents is one."""
    return list(_joined(text[start:end] for start, end, _ in split_graphemes(text)[0]))


def _joined(parts: Iterator[str]) -> Iterator[str]:
    """Join what `split_graphemes` keeps apart: halves of flags, and skin tones."""
    held = ""
    for part in parts:
        flag = _is_flag_half(part) and _is_flag_half(held)
        if held and (flag or "\U0001f3fb" <= part[0] <= "\U0001f3ff"):
            held += part
            continue
        if held:
            yield held
        held = part
    if held:
        yield held


def _is_flag_half(text: str) -> bool:
    return len(text) == 1 and "\U0001f1e6" <= text <= "\U0001f1ff"


def _x_weight(grapheme: str) -> int:
    if len(grapheme) > 1 and any(c in "\u200d\ufe0f\u20e3" or c >= "\U0001f000" for c in grapheme):
        return 2  # however many code points an emoji has
    return sum(
        1 if any(low <= ord(character) <= high for low, high in _LIGHT) else 2
        for character in grapheme
    )
