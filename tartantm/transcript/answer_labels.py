"""Which questions a post's own words answer: "A3 …", and both of "A3 … A4 …"."""

from __future__ import annotations

import re

from tartantm.core.agenda import Agenda

_BEFORE = re.compile(r"(?:[@#.]\S++\s+|[\W_])*+")
"""What may stand before the label a post begins with: mentions, hashtags, signs."""

_LONGEST = 400
"""Letters of it that are looked at; and `_NEAR` so many before a label further on."""

_NEAR = 40

_STOP = re.compile(r"(?:[.!?…:;)\]]\s+|\n\s*|#\w+\s+)$")
"""Where something else begins."""

_JOIN = re.compile(r"\s*[/&+,]?\s*(?:and\s)?\s*")


class AnswerLabels:
    """Reads numbers of questions as people write them, with one agenda's letters."""

    def __init__(self, agenda: Agenda) -> None:
        self._questions = {question.id.casefold(): question.id for question in agenda.questions}
        either = "|".join(map(re.escape, agenda.labels or ("Q", "A")))
        self._first = re.compile(rf"(?i)(?:{either})\W?0*(\d+)([a-z]?)\b")
        # The first label asks, the others answer.
        answering = agenda.labels[1:] or agenda.labels or ("A",)
        answer = "|".join(map(re.escape, answering))
        self._answer = re.compile(rf"(?i)(?<![\w@#.'-])(?:{answer})[.#-]?0*(\d+)([a-z]?)(?!\w)")
        # One letter of one case at a time is looked for in a third of the time.
        last = {letter for one in answering for letter in (one[-1].upper(), one[-1].lower())}
        self._numbered = [
            re.compile(rf"{re.escape(letter)}[.#-]?[0-9]").search for letter in sorted(last)
        ]

    def begins_with_label_of(self, text: str, question: str) -> bool:
        """Whether the number that a post begins with is that question's."""
        match = self._first.match(text, _start(text))
        return match is not None and self._named(match) == question

    def answered_questions(self, text: str) -> tuple[str, ...]:
        """The questions that a post answers by their numbers, where they are more than one."""
        # A second number stands behind a first, and few posts have one.
        for numbered in self._numbered:
            if numbered(text, 2):
                break
        else:
            return ()
        found: dict[str, None] = {}
        start, end = _start(text), -1
        for match in self._answer.finditer(text):
            at, question = match.start(), self._named(match)
            clear = (
                at == start
                or (end >= 0 and _JOIN.fullmatch(text, end, at))
                or (match[0][0].isupper() and _STOP.search(text[max(0, at - _NEAR) : at]))
            )
            if question and clear:
                found.setdefault(question)
                end = match.end()
        return tuple(found) if len(found) > 1 else ()

    def _named(self, match: re.Match[str]) -> str | None:
        return self._questions.get(f"q{match[1]}{match[2]}".casefold())


def _start(text: str) -> int:
    """Where a post's own words begin."""
    begin = _BEFORE.match(text, 0, _LONGEST)
    return begin.end() if begin else 0
