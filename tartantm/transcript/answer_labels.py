"""Questions that a post answers by its own labels, for "also answered in": both of "A3 … A4 …".

The transcript only: which question a post is placed under is decided by `tartantm.grouping`.
"""

from __future__ import annotations

import re

from tartantm.core.agenda import Agenda

_BEFORE = re.compile(r"(?:[@#.]\S++\s+|[\W_])*+")
"""What may precede the first label of a post: mentions, hashtags, signs."""

_LONGEST = 400
"""The most characters of that which are searched."""

_NEAR = 40
"""Characters before a later label that are searched for the end of a sentence."""

_STOP = re.compile(r"(?:[.!?…:;)\]]\s+|\n\s*|#\w+\s+)$")
"""The end of a sentence, after which another answer may begin."""

_JOIN = re.compile(r"\s*+(?:[/&+,]\s*+)?(?:and\s++)?")


class AnswerLabels:
    """Finds answers' labels with one agenda's letters and numbers."""

    def __init__(self, agenda: Agenda) -> None:
        self._questions = {question.id.casefold(): question.id for question in agenda.questions}
        either = "|".join(map(re.escape, agenda.labels or ("Q", "A")))
        self._first = re.compile(rf"(?i)(?:{either})\W?0*(\d+)([a-z]?)\b")
        # The agenda's first letter is for questions, the others for answers.
        answering = agenda.labels[1:] or agenda.labels or ("A",)
        answer = "|".join(map(re.escape, answering))
        self._answer = re.compile(rf"(?i)(?<![\w@#.'-])(?:{answer})[.#-]?0*(\d+)([a-z]?)(?!\w)")
        # Searching for one letter of one case at a time takes a third of the time.
        last = {letter for one in answering for letter in (one[-1].upper(), one[-1].lower())}
        self._numbered = [
            re.compile(rf"{re.escape(letter)}[.#-]?[0-9]").search for letter in sorted(last)
        ]

    def begins_with_label_of(self, text: str, question: str) -> bool:
        """Whether a post begins with the label of that question."""
        match = self._first.match(text, _start(text))
        return match is not None and self._named(match) == question

    def answered_questions(self, text: str) -> tuple[str, ...]:
        """Returns the ids of the questions that a post's labels answer, if more than one."""
        # A quick test first: few posts have a second label.
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
    """Returns where a post's own words begin."""
    begin = _BEFORE.match(text, 0, _LONGEST)
    return begin.end() if begin else 0
