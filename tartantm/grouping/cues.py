"""A host's words about the evening itself: "back to Q2", "moving on to Q4", "last thoughts on Q3".

`Cues.read` finds them in a text; whose words count, and what a post that is quoted adds, is for
`signals.cue`. Each language has a pattern of its own, made of its `phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Set
from itertools import islice
from typing import Literal, NamedTuple

from tartantm.core.agenda import Agenda
from tartantm.grouping.labels import spellings
from tartantm.grouping.normalise import words
from tartantm.grouping.phrases import PHRASES, Phrases, phrase

Kind = Literal["back", "onward", "last"]

LONGEST = 320
"""Characters that are looked at: whoever writes more says something beside."""

_MOST_SENTENCES = 8
_MOST_PIECES = 6
"""How many sentences of a text, and pieces of a sentence between commas, may begin with a cue."""

_FEW = 3
"""Words up to which what follows belongs to a cue; more are about something else."""

_MORE = 8
"""The same after a number: "back to Q2 for the last ten minutes, everybody"."""

_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…](?=\w)[^.!?…]*)*[.!?…]*")
_PIECE = re.compile(r"[,;:–—]\s|\s-+\s")
_ANSWERS = re.compile(
    r"(?i)[\s,:;–—-]*(?:i|ich|je|j'|yo|creo|eu|acho|io|ik|my|mein|mon|mi|meu|mio|mijn|dw|tha)\b"
)
"""How somebody goes on who answers: "back to Q2, I think …" is an answer and no cue."""

_ASIDE = re.compile(r"\s*[,:;–—-]")


class Cue(NamedTuple):
    """What a host says about the evening itself."""

    kind: Kind
    """Talk returns to a question, leaves one, or will soon leave one."""
    question: str | None
    """The question that it names: which is returned to, comes next, or ends soon."""
    quotes: bool = False
    """Whether it names that by quoting, or replying to, what asked it."""

    def opens(self, now: str | None, opened: Set[str | None]) -> bool:
        """Whether it opens its question, where `now` is open and those of `opened` were."""
        if self.question is None:
            return False
        if self.kind == "onward":
            return self.question not in opened
        return self.question != now and (self.kind == "back" or self.quotes)


class Cues:
    """Finds cues with one agenda's letters and numbers."""

    def __init__(self, agenda: Agenda) -> None:
        letters = spellings(agenda)
        self._numbers = {(q.id[1:] if q.parent else str(q.number)): q.id for q in agenda.questions}
        self._languages = [_Language(each, letters) for each in PHRASES.values()]

    def read(self, text: str) -> Cue | None:
        """Returns the first cue in a text (from `normalise.bare`), None where it has none."""
        text = text[:LONGEST]
        if not self._numbers:
            return None
        for match in islice(_SENTENCE.finditer(text), _MOST_SENTENCES):
            sentence = match[0].strip()
            starts = [0, *(piece.end() for piece in _PIECE.finditer(sentence))][:_MOST_PIECES]
            for language in self._languages:
                if cue := self._in_sentence(language, sentence, starts, "?" in text):
                    return cue
        return None

    def _in_sentence(
        self, language: _Language, sentence: str, starts: list[int], asks: bool
    ) -> Cue | None:
        for start in starts:
            begin = language.opening.match(sentence, start)
            position = begin.end() if begin else start
            for kind, pattern in language.patterns:
                match = pattern.match(sentence, position)
                if match and (cue := self._cue(language, kind, match, asks)):
                    return cue
        return None

    def _cue(self, language: _Language, kind: Kind, match: re.Match[str], asks: bool) -> Cue | None:
        sentence, rest = match.string, match.string[match.end() :]
        named = match["number"]
        question = self._numbers.get(named.lstrip("0").casefold()) if named else None
        question = question or (self._numbers.get(named.rstrip("abcdefgh")) if named else None)
        if named and question is None:
            return None
        more = len(words(rest))
        if kind == "last":
            return Cue(kind, question) if more <= (_MORE if question else _FEW) else None
        if language.later.search(sentence) or _ANSWERS.match(rest) or language.named.search(rest):
            return None  # "back to Q1 or on to Q3?" leaves open which
        if question is None:
            whole = kind == "onward" or match["this"]
            return Cue(kind, None) if whole and more <= _FEW else None
        if not asks and more > (_FEW if _ASIDE.match(rest) else _MORE):
            return None
        return Cue(kind, question)


class _Language:
    """The patterns of one language."""

    def __init__(self, table: Phrases, letters: str) -> None:
        # "the question", "la pregunta", "l'ultima", "Q": an article is short.
        number = (
            rf"(?:\w{{1,4}}[\s'])?(?:{letters}|{phrase(table.question)})"
            r"[\s.#-]{0,2}(?:n[or]\.?\s?)?(?P<number>\d{1,2}[a-h]?)(?!\w|[.,]\d)"
        )
        this = rf"(?P<this>{phrase(table.this)})\b"
        back, onward, last = map(phrase, (table.back, table.onward, table.last))
        to, on = phrase(table.to), phrase(table.on)
        self.opening = re.compile(
            rf"(?i)(?:\W*+(?:chat|{phrase(table.opening)})\b)*+[\s\W]*+(?=[\w'])"
        )
        self.named = re.compile(rf"(?i)\b{number}")
        self.later = re.compile(rf"(?i){phrase(table.later)}")
        self.patterns: tuple[tuple[Kind, re.Pattern[str]], ...] = (
            ("back", re.compile(rf"(?i)(?:{back})\s(?:{number}|{this})")),
            ("onward", re.compile(rf"(?i)(?:{onward})(?:{to}\s{number})?(?P<this>)(?!\w)")),
            ("last", re.compile(rf"(?i)(?:{last})(?:\s{on}\s(?:{number}|{this}))?(?!\w)")),
        )
