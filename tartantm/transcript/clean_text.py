"""Text from outside, cleaned as every format needs it: as a whole, on one line, or cut short."""

from __future__ import annotations

import re
from unicodedata import is_normalized

from tartantm.core.post import clean

# Line ends that `clean` would change.
_LOOSE = re.compile(r" \n|\n |\n\n\n|\A\n|\n\Z")
# Controls, odd blanks, direction controls, tags, noncharacters, surrogates.
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028-\u202f\u205f\u2060\u2066-\u2069\u3000\ufeff"
    "\ufdd0-\ufdef\ud800-\udfff\U000e0000-\U000e007f"
    + "".join(f"\\U{p << 16 | 0xFFFE:08x}\\U{p << 16 | 0xFFFF:08x}" for p in range(17))
    + "]"
)


def cleaned(text: str, *, lines: bool = True) -> str:
    """Returns what `tartantm.core.post.clean` returns, but fast where there is nothing to clean."""
    return text if _is_clean(text, lines) else clean(text, lines=lines)


def _is_clean(text: str, lines: bool) -> bool:
    if "  " in text or text[:1] == " " or text[-1:] == " ":
        return False
    if "\n" in text:
        if not lines or _LOOSE.search(text):
            return False
        text = text.replace("\n", "")
    if text.isascii():
        return text.isprintable()
    return not _SUSPECT.search(text) and is_normalized("NFC", text)


def one_line(text: str) -> str:
    """Returns `text` cleaned, with line ends turned into spaces."""
    return cleaned(text, lines=False)


def paragraphs(text: str) -> list[str]:
    """Returns the paragraphs of a text, which empty lines separate."""
    return [part for part in cleaned(text).split("\n\n") if part]


def excerpt(text: str, length: int = 320) -> str:
    """Returns `text` on one line, cut between words where it has more than `length` characters."""
    text = " ".join(cleaned(text).split())
    if len(text) <= length:
        return text
    cut = text[: length - 1].rpartition(" ")[0]
    return (cut if len(cut) > length // 2 else text[: length - 1]) + "…"
