"""How texts are compared wherever words are looked for: in search, mutes and withholding.

Two spellings are the same where only compatibility forms (full width, ligatures), case, accents,
invisible characters, percent-encoding or markup distinguish them. Whoever needs to know whether
the accents are the same as well compares `spelling`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_OTHER_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "ĸ": "k"}
    | {"æ": "ae", "œ": "oe", "þ": "th", "ə": "e"}
)
"""Letters that Unicode does not take apart, and what people write who have no key for them."""

_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
"""Characters that show nothing, though Unicode has them as letters, marks or symbols."""

_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,40}>")
_ODD = re.compile(r"[%<]|[^\x00-\x7f]")
_NOT_LETTERS_ASCII = re.compile(r"[^a-z0-9]+")

MARKUP = "*"
"""What a tag is folded to: a sign, as in other markup."""


class Folded:
    """A text in the form in which texts are compared, and where each character came from."""

    __slots__ = ("_at", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self._at: list[tuple[int, int]] | None = None
        """For each character of `text`, the start and end in the original; None where the same."""
        if _ODD.search(original) is None:
            self.text = original.lower()
            return
        parts: list[str] = []
        at: list[tuple[int, int]] = []
        for start, end, shown in _pieces(original):
            for folded in folded_character(shown):
                parts.append(folded)
                at.append((start, end))
        self.text, self._at = "".join(parts), at

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Returns where in the original a part of `text` stands, which is not empty."""
        if self._at is None:
            return start, end
        return self._at[start][0], self._at[end - 1][1]

    def is_hump(self, index: int) -> bool:
        """Whether a new word begins there by its capital alone: at the E of ``AilsaExample``."""
        if not 0 < index < len(self.text):
            return False
        before, after = self.span(index - 1, index)[1], self.span(index, index + 1)[0]
        return before > 0 and self.original[before - 1].islower() and self.original[after].isupper()


def letters(text: str) -> str:
    """Returns only the letters and digits of a text, as they are compared."""
    if _ODD.search(text) is None:
        return _NOT_LETTERS_ASCII.sub("", text.lower())
    return "".join(each for each in fold(text) if each.isalnum())


def fold(text: str) -> str:
    """Returns a text as it is compared, with its white space and punctuation."""
    if _ODD.search(text) is None:
        return text.lower()
    return "".join(folded_character(shown) for _, _, shown in _pieces(text))


def words(text: str) -> list[str]:
    """Returns the words of a text as they are compared."""
    return [word for word in re.split(r"[\W_]+", fold(text)) if word]


def spelling(text: str) -> str:
    """Returns the letters and digits of a text with their accents: the same in exact spellings."""
    kept = "".join(shown for _, _, shown in _pieces(text))
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", kept).casefold())
    return "".join(
        each for each in apart if each.isalnum() or (_is_accent(each) and each not in _FILLERS)
    )


@lru_cache(maxsize=20_000)
def folded_character(shown: str) -> str:
    """Returns what stands for one character; "" for what nobody sees, and for accents."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", shown).casefold())
    kept = "".join(each for each in apart if not _is_unseen(each) and not _is_accent(each))
    return kept.translate(_OTHER_LETTERS)


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields start, end and what a reader sees there, for each character, encoded one or tag."""
    index = 0
    while index < len(text):
        sign = text[index]
        if sign == "%" and (encoded := _ENCODED.match(text, index)):
            try:
                decoded = bytes.fromhex(encoded[0].replace("%", "")).decode()
            except UnicodeDecodeError:
                decoded = ""
            for each in decoded:
                yield index, encoded.end(), each
            if decoded:
                index = encoded.end()
                continue
        elif sign == "<" and (tag := _TAG.match(text, index)):
            yield index, tag.end(), MARKUP
            index = tag.end()
            continue
        yield index, index + 1, sign
        index += 1


def _is_unseen(sign: str) -> bool:
    if sign in _FILLERS or "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef":
        return True
    return unicodedata.category(sign) == "Cf"


def _is_accent(sign: str) -> bool:
    """Whether it only adds to a letter before it; vowel signs of other scripts do more."""
    return (
        "\u0300" <= sign <= "\u036f"
        or "\u1ab0" <= sign <= "\u1aff"
        or "\u1dc0" <= sign <= "\u1dff"
        or "\u20d0" <= sign <= "\u20ff"
        or "\ufe20" <= sign <= "\ufe2f"
    )
