"""Where the letters of a name may stand in a text: where one begins and ends, what is between.

Scripts differ: some write no blanks between words, some put them between the letters of a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from tartantm.core.folding import Folded

IN_WORD, BETWEEN_WORDS = 3, 20
"""So many signs may stand between two letters of a word, and between two words."""

ENDS_WORD = re.compile(r"[\s'’]")
"""What never stands within a word."""

_WITHOUT_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of scripts that write no blanks between words, or endings right after them."""

_IDEOGRAPHS = (
    "\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_HANGUL = "\u1100-\u11ff\uac00-\ud7af"
_BLANK_WITHIN = re.compile(f"[{_IDEOGRAPHS}{_HANGUL}]")
"""Letters of China, Japan and Korea: there people put blanks between the letters of a name."""

_HANGUL_LETTER = re.compile(f"[{_HANGUL}]")
_REST_OF_SYLLABLE = re.compile("[\u1160-\u11ff]")
"""Folding takes the syllables of Korean apart; each begins with another letter."""
_BLANKS = re.compile(r"[\s*_~`|\u3099\u309a]*")
"""Blanks, markup around them, and the dots of kana before them."""

_SHORT_NAME = 2
"""Letters of a name that two words of a sentence make too easily, one ending and one beginning."""

_WITH_PREFIXES = re.compile("[\u0590-\u06ff\u0750-\u077f]")
"""Letters of scripts that write "and", "to" and "the" right before a word."""


def are_together(text: str, at: Sequence[int], word_ends: Callable[[int], bool]) -> bool:
    """Whether the letters at these places of a folded text have little enough between them.

    `word_ends` says whether a word of the name ends after so many letters: there may be more.
    """
    for count, (one, other) in enumerate(pairwise(at), 1):
        gap = other - one - 1
        if gap > BETWEEN_WORDS:
            return False
        within = gap <= IN_WORD and not ENDS_WORD.search(text, one + 1, other)
        if gap and not within and not (word_ends(count) or _may_be_blank(text, at, one, other)):
            return False
    return True


def _may_be_blank(text: str, at: Sequence[int], one: int, other: int) -> bool:
    """Whether blanks there are within a name, as in 山田 太郎; see `_BLANK_WITHIN`.

    A short name has to stand by itself then, and one in Korean, which parts words by blanks, has to
    begin a word.
    """
    letters_ = text[one], text[other]
    if not all(map(_BLANK_WITHIN.match, letters_)) or not _BLANKS.fullmatch(text, one + 1, other):
        return False
    begins_word = at[0] == 0 or not text[at[0] - 1].isalnum()
    if sum(not _REST_OF_SYLLABLE.match(text[index]) for index in at) <= _SHORT_NAME:
        return begins_word and not text[at[-1] + 1 : at[-1] + 2].isalnum()
    return begins_word or not any(map(_HANGUL_LETTER.match, letters_))


def begins(folded: Folded, index: int) -> bool:
    """Whether a name may begin there: with a word, a part of one, or within blankless scripts."""
    if index == 0 or not folded.text[index - 1].isalnum() or folded.is_hump(index):
        return True
    first = folded.text[index]
    if _WITHOUT_BLANKS.match(first) or _WITH_PREFIXES.match(first):
        return True
    return folded.text[index - 1].isdigit() and not first.isdigit()


def ends_word(folded: Folded, index: int) -> bool:
    """Whether a name may end before there, as it may begin by `begins`."""
    if index == len(folded.text) or not folded.text[index].isalnum() or folded.is_hump(index):
        return True
    last = folded.text[index - 1]
    if _WITHOUT_BLANKS.match(last):
        return True
    return folded.text[index].isdigit() and not last.isdigit()
