"""Which part of a display name is the name: of "Dr Ailsa Example (she/her)", "Ailsa Example"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tartantm.core.folding import letters, words
from tartantm.core.ordinary_words import is_ordinary_word
from tartantm.core.spans import WITHHELD

SHORTEST_NAME = 2
"""Letters that a name must have to be looked for."""

LONG_NAME = 8
"""Letters from which a single name is looked for in others' words; "Rose" may be a flower."""

_TITLES = frozenset(
    {
        "dr",
        "prof",
        "professor",
        "cllr",
        "councillor",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "sir",
        "dame",
        "rev",
        "revd",
        "lord",
        "lady",
        "baroness",
        "baron",
        "provost",
        "bailie",
    }
)
_LETTERS_AFTER = frozenset(
    {
        "ba",
        "ma",
        "bsc",
        "msc",
        "mba",
        "mphil",
        "phd",
        "dphil",
        "md",
        "llb",
        "obe",
        "mbe",
        "cbe",
        "msp",
        "mp",
        "mcipr",
        "fcipr",
        "frsa",
        "frse",
        "jp",
    }
)
_ADDITION = re.compile(r"\s?[(\[{|/·•:;,@#<>=+~*\"“”].*|\s[-–—].*", re.DOTALL)
"""From here on it is no longer the name; a hyphen counts with a blank before it only."""

_BEFORE = re.compile(r"^(?:\s|\([^)]*\)|\[[^\]]*\]|[*~\"“])+")


@lru_cache(maxsize=20_000)
def plain_name(name: str) -> str:
    """Returns a display name without titles, pronouns, emoji, posts and letters after it.

    Returns "" where nothing is left.
    """
    kept = (each for each in name if unicodedata.category(each) not in ("So", "Sk", "Cs"))
    # What stood between signs leaves runs of blanks, which take quadratic time to look through.
    shown = " ".join("".join(kept).split())
    parts = _ADDITION.sub("", _BEFORE.sub("", shown)).split()
    while parts and letters(parts[0]) in _TITLES:
        del parts[0]
    while len(parts) > 1 and letters(parts[-1]) in _LETTERS_AFTER:
        del parts[-1]
    return " ".join(parts)


def name_wordings(name: str) -> tuple[str, ...]:
    """Returns the wordings by which a display name is looked for, the longest first."""
    if name == WITHHELD:  # by erasing somebody of the same name: it names nobody any more
        return ()
    found = dict.fromkeys((name.strip(), plain_name(name)))
    return tuple(each for each in found if len(letters(each)) >= SHORTEST_NAME)


def first_name(name: str) -> str:
    """Returns the first of several names, "" where there is only one."""
    parts = plain_name(name).split()
    return parts[0] if len(parts) > 1 else ""


@lru_cache(maxsize=20_000)
def whole_names(name: str) -> tuple[str, ...]:
    """Returns the letters of a name that can hardly mean somebody else."""
    wordings = dict.fromkeys((*name_wordings(name), plain_name(name)))
    return tuple(
        letters(each)
        for each in wordings
        if len(words(each)) > 1 or (len(letters(each)) >= LONG_NAME and not is_ordinary_word(each))
    )
