"""Texts without a label: recorded chats as if nobody had written "A3:".

What counts as a label is said here and not by `tartantm.grouping.labels`, so that a change there
does not change what is measured. It is wider on purpose: what is left has nothing that could be
read as one. Texts that ask a question are left alone; hosts number their questions everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = r"(?:questions?|answers?|antwort(?:en)?|antwoord(?:en)?|ateb(?:ion)?|ques|ans|qn|q|a)"
_AFTER = r"(?:\s?[:.;,)>\]|!=/…→➡–—-]+)?"
_LABEL = re.compile(
    rf"""(?ix)
    (?<![\w&@./'’-]) (?P<tag>\#)? (?P<word>{_WORD}) (?P<gap>[.\#-]?\s?)
    (?P<number>\d{{1,2}}) (?:[a-h](?!\w)|\.\d{{1,2}}(?![\w%])|\.[a-h](?!\w))?
    (?: (?!\w) | (?-i:(?=[A-Z][a-z])) | (?=[a-z]{{4}}) )
    (?:\s?(?:/|&|\+|and\b|,|-|–)\s?(?:{_WORD})?\s?\d{{1,2}}(?![\w%'/]))*
    (?P<after>{_AFTER})"""
)
_FREE = r"(?<![\w@])"
_SWAPPED = re.compile(rf"{_FREE}(?P<number>\d{{1,2}})[QA](?!\w){_AFTER}")
_FINAL = re.compile(rf"(?i){_FREE}\#?(?:fq|(?:final|last)\s+(?:questions?|ques|qn|q))\b{_AFTER}")
_SLIP = re.compile(r"(?<!\w)[aA]!(?=[:.\s]):?")
_ADDRESS = re.compile(r"(https?://\S+)")
_BLANKS = re.compile(r"[^\S\n]{2,}")


def without_labels(text: str, numbers: Collection[int]) -> str:
    """Returns a text without any label that names one of these questions.

    Doing it again changes nothing: what removing one label brings together is looked at, too.
    """
    while (cut := _cut(text, numbers)) != text:
        text = cut
    return text


def _cut(text: str, numbers: Collection[int]) -> str:
    def label(match: re.Match[str]) -> str:
        if int(match["number"]) in numbers and not _only_counts(match):
            return " "
        # "A9 and A1" where there is no question 9.
        rest = match.end("number") - match.start()
        return match[0][:rest] + _LABEL.sub(label, match[0][rest:])

    def swapped(match: re.Match[str]) -> str:
        return " " if int(match["number"]) in numbers else match[0]

    parts = _ADDRESS.split(text)
    for n, part in enumerate(parts[::2]):
        parts[2 * n] = _SLIP.sub(
            " ", _FINAL.sub(" ", _SWAPPED.sub(swapped, _LABEL.sub(label, part)))
        )
    cut = "".join(parts)
    return text if cut == text else _BLANKS.sub(" ", cut).strip()


def _only_counts(match: re.Match[str]) -> bool:
    """Whether it is an article and a number: "a 3 day poll"."""
    spaced = match["word"] == "a" and match["gap"].isspace()
    return spaced and not match["after"].strip().startswith((":", ")"))
