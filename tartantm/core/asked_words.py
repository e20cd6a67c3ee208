"""What a question that was made of posts repeats of their words: the one answer to this.

Hiding, muting, redacting, deletion and erasing ask here, through `Traces`, so that none of them
leaves what another takes. A question may have been put in other words, and it may have words that
the agenda had before, or that posts said which asked it too and stay: these are not the post's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tartantm.core.entry import Entry
from tartantm.core.folding import Folded, folded, letters, words
from tartantm.core.said import SHORTEST, SaidWords, word_runs
from tartantm.core.tokens import tokens

Stretch = tuple[int, int]
"""Start and end in a text."""

SHORTEST_ASKED = 2
"""Letters that a post must have to be looked for in a question that was made of it."""

WORD_RUN = 4
"""So many words in a row are taken from another text."""

DENSE_RUN = 10
"""So many letters in a row, where a letter is a syllable or a word: some five words."""

_DENSE = "[\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]"
_DENSE_LETTER = re.compile(_DENSE)
_DENSE_LETTERS = re.compile(f"{_DENSE}{{{DENSE_RUN},}}")

_WORD = re.compile(r"[^\W_]+")

MOST = 2 / 3
"""Of the words of a question, so many are a post's where it is that post's in another order."""

_JOINS = frozenset("-‐‑'’")
"""Signs between two letters that make one word of two: "why-days"."""

_OF_GRAMMAR = (
    "a about all am an and any are as at be been being but by can could did do does for from had"
    " has have he her his how i if in is it its me might my no not of on or our she should so that"
    " the their them then there these they this those to us was we were what when where which who"
    " whom whose why will with would you your"
)
_ORDINARY = frozenset(_OF_GRAMMAR.split())
"""Words of which any question has some; of other languages, none is taken for one."""

_WITH_SIGN = re.compile(r"[^\w\s]$")

_LABEL = re.compile(r"^\W*[a-z]\d{1,2}[a-z]?\b[\s.:)–—-]*", re.IGNORECASE)
"""What numbers a question or an answer, "Q1:" or "A1", is nobody's words."""


class Said(NamedTuple):
    """The words of posts, as they are when this is made."""

    own: tuple[str, ...] = ()
    """What they say, and said before an edit."""
    beside: tuple[str, ...] = ()
    """Their authors' words around that: content warnings, and what pictures show."""


def said_by(entries: Iterable[Entry]) -> Said:
    """Returns the words of posts."""
    own: dict[str, None] = {}
    beside: dict[str, None] = {}
    for entry in entries:
        own |= dict.fromkeys([entry.post.text, *(wording.text for wording in entry.earlier)])
        alts = (medium.alt for medium in entry.post.media)
        beside |= dict.fromkeys(filter(None, (entry.post.content_warning, *alts)))
    return Said(tuple(own), tuple(beside))


def repeated_in(text: str, said: Said, planned: Collection[str]) -> list[Stretch]:
    """Returns where a question made of these words repeats them, without what was `planned`.

    It is all of the question where that is what was said, or is half of it, or where most of its
    words were said in any order: little would be left, and that would tell much.
    """
    asked = letters(text)
    if not asked:
        return []
    whole = any(asked in letters(each) for each in (*said.own, *said.beside))
    found = list(_repeats(text, said))
    kept = planned_in(text, planned)
    if not kept:
        covered = _indexes(found)
        if whole or (covered and 2 * _count(text, covered) >= len(asked)):
            return [(0, len(text))]
        return [(0, len(text))] if _is_reworded([text], said) else _joined(covered)
    rest = beside(text, kept)
    if _is_reworded([text[slice(*each)] for each in rest], said):
        return rest
    left = [each for each in rest if whole or _is_part(text[slice(*each)], said)]
    for each in beside(text, kept, of=found):
        left += [each] if each in found else _said_at_an_end(text, each, said)
    covered = _indexes(left)
    if covered and 2 * _count(text, covered) >= _count(text, _indexes(rest)):
        return rest
    return _trimmed(text, _joined(covered))


def planned_in(text: str, planned: Collection[str]) -> list[Stretch]:
    """Returns where a question has words that stay: merged, or worded anew."""
    found: list[Stretch] = []
    for each in planned:
        if len(words(each)) > 1:
            found += _whole_words(text, letters(each))
        # A single word may begin any question; as the agenda wrote it, with its sign, it is that.
        elif _WITH_SIGN.search(each) and (start := f" {text}".find(f" {each}")) >= 0:
            found.append((start, start + len(each)))
    if len(words(text)) >= WORD_RUN:
        found += shared_stretches(text, map(words, planned))
    return [*found, *_dense(text, planned)]


def beside(
    text: str, kept: Iterable[Stretch], of: Iterable[Stretch] | None = None
) -> list[Stretch]:
    """Returns what has letters of a text, or of these stretches, besides what is kept."""
    given = set(range(len(text))) if of is None else _indexes(of)
    return _trimmed(text, _joined(given - _indexes(kept)))


def without_label(text: str) -> str:
    """Returns what a post says besides its label, hashtags, handles and addresses."""
    parts, end = [], 0
    for _, start, stop in tokens(text):
        parts.append(text[end:start])
        end = stop
    return _LABEL.sub("", " ".join([*parts, text[end:]]))


def shared_stretches(text: str, said: Iterable[Sequence[str]]) -> list[Stretch]:
    """Returns where a text has `WORD_RUN` words in a row, or all of its own, that were said."""
    at = [(match.span(), word) for match in _WORD.finditer(text) for word in words(match[0])]
    asked = [word for _, word in at]
    covered: set[int] = set()
    for each in said:
        covered |= shared_runs(asked, each)
    ends = {n: at[n + 1 if n + 1 in covered else n][0][1] for n in covered}
    return _joined({index for n in covered for index in range(at[n][0][0], ends[n])})


def shared_runs(asked: Sequence[str], said: Sequence[str]) -> set[int]:
    """Returns the indexes of the words that a question shares with a post, so many in a row."""
    run = min(WORD_RUN, len(asked))
    runs = set(word_runs(said, run))
    found = [n for n, each in enumerate(word_runs(asked, run)) if each in runs]
    return {index for n in found for index in range(n, n + run)}


def _repeats(text: str, said: Said) -> Iterator[Stretch]:
    """Yields where a text repeats what was said, to the ends of words and tokens."""
    runs = SaidWords[None]()
    for each in (*said.own, *said.beside):
        runs.add(each, None)
    # However short a post is: it is known that the question was made of it.
    bare = list(dict.fromkeys(map(without_label, said.own)))
    for each in bare:
        plain = letters(each)
        if SHORTEST_ASKED <= len(plain) < SHORTEST:
            found = _whole_words(text, plain)
            # Of "IT", which is short for something, the word "it" is no part.
            short = each.isupper() and plain in _ORDINARY
            yield from (at for at in found if not short or text[slice(*at)].isupper())
        else:
            runs.add(plain, None)
    yield from ((start, end) for start, end, _ in runs.find(text))
    yield from shared_stretches(text, map(words, (*said.own, *said.beside, *bare)))
    yield from _dense(text, [*said.own, *said.beside])


def _whole_words(text: str, plain: str) -> Iterator[Stretch]:
    """Yields where letters stand in a text as words of their own."""
    seen = folded(text)
    asked, at = seen.letters
    held = tokens(text)
    start = asked.find(plain)
    while start >= 0:
        stop = start + len(plain)
        if _parts(seen, start) and _parts(seen, stop):
            begin, end = seen.span(at[start], at[stop - 1] + 1)
            for _, left, right in held:
                if left < end and begin < right:
                    begin, end = min(begin, left), max(end, right)
            yield begin, end
        start = asked.find(plain, start + 1)


def _parts(seen: Folded, n: int) -> bool:
    """Whether a word may end before the nth letter, or at the end of the text."""
    plain, at = seen.letters
    if n in (0, len(plain)) or seen.is_hump(at[n]):
        return True
    if between := seen.text[at[n - 1] + 1 : at[n]]:
        return between not in _JOINS
    return any(map(_DENSE_LETTER.match, plain[n - 1 : n + 1]))


def _dense(text: str, said: Iterable[str]) -> Iterator[Stretch]:
    """Yields what a text has of what was said in scripts that write no blanks between words."""
    if not _DENSE_LETTER.search(text):
        return
    runs = {
        part[n : n + DENSE_RUN]
        for each in said
        for part in _DENSE_LETTERS.findall(letters(each))
        for n in range(len(part) - DENSE_RUN + 1)
    }
    seen = folded(text)
    plain, at = seen.letters
    for n in range(len(plain) - DENSE_RUN + 1):
        if plain[n : n + DENSE_RUN] in runs:
            yield seen.span(at[n], at[n + DENSE_RUN - 1] + 1)


def _is_reworded(parts: Iterable[str], said: Said) -> bool:
    """Whether most words of a question were said, in any order.

    Ordinary words do not count where all others were said. Else they do as well, for a long
    wording of the moderator's has many of his own.
    """
    asked = [word for part in parts for word in words(part)]
    telling = [word for word in asked if word not in _ORDINARY]
    known = {word for each in (*said.own, *said.beside) for word in words(each)}
    if len(telling) < 2 or not _most(telling, known):
        return False
    return known.issuperset(telling) or _most(asked, known)


def _most(asked: Sequence[str], known: Collection[str]) -> bool:
    return sum(word in known for word in asked) >= MOST * len(asked)


def _is_part(text: str, said: Said) -> bool:
    """Whether words that were merged into a question are a part of what was said."""
    plain = letters(text)
    if len(words(text)) < 2 and len(plain) < DENSE_RUN:
        return False
    return any(plain in letters(each) for each in (*said.own, *said.beside))


def _said_at_an_end(text: str, stretch: Stretch, said: Said) -> list[Stretch]:
    """Returns what was said of words beside planned ones.

    What was found reaches to the end of a word, of which a letter may have been enough.
    """
    start, end = stretch
    at = [match.span() for match in _WORD.finditer(text, start, end)]
    plain = [letters(each) for each in (*said.own, *said.beside)]
    heads = [(at[0][0], last) for _, last in reversed(at)]
    tails = [(first, at[-1][1]) for first, _ in at]
    for each in (*heads, *tails):
        if any(letters(text[slice(*each)]) in one for one in plain):
            return [each]
    return []


def _count(text: str, covered: set[int]) -> int:
    return len(letters("".join(text[index] for index in sorted(covered))))


def _indexes(stretches: Iterable[Stretch]) -> set[int]:
    return {index for each in stretches for index in range(*each)}


def _joined(covered: set[int]) -> list[Stretch]:
    """Returns what indexes are in a row."""
    ordered = sorted(covered)
    if not ordered:
        return []
    cuts = [n for n, (one, other) in enumerate(pairwise(ordered), 1) if other - one > 1]
    return [
        (ordered[start], ordered[end - 1] + 1)
        for start, end in zip([0, *cuts], [*cuts, len(ordered)], strict=True)
    ]


def _trimmed(text: str, stretches: Iterable[Stretch]) -> list[Stretch]:
    """Returns stretches without what is no letter around them."""
    found = []
    for start, end in stretches:
        at = [index for index in range(start, end) if text[index].isalnum()]
        if at:
            found.append((at[0], at[-1] + 1))
    return found
