"""Labels: where "3" becomes question Q3, in "A3:", "Late A3", "Answer 2 –", "A1, A2 and A3".

Letters and numbers are the agenda's: "A9" is a road where there is no question 9. `Labels.read`
finds the label of a text; `decide` and `features` turn it into a placement.

This file is longer than others because a label is one grammar, with what only looks like one.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import Literal, NamedTuple

from tartantm.core.agenda import Agenda
from tartantm.grouping.normalise import beginning, manual_repost, words
from tartantm.grouping.phrases import each_language

Strength = Literal["strong", "medium", "weak"]
Where = Literal["start", "sentence", "end", "middle", "repost"]


class Label(NamedTuple):
    """A label found in a post."""

    question: str
    """The question's id; the agenda has it."""
    written: str
    """The label as the author wrote it, for the reason."""
    strength: Strength
    """Strong has punctuation, medium stands where labels stand, weak could be anything."""
    where: Where
    asks: bool
    """Whether it has the letter for questions ("Q3"): a host asks with it, others answer."""
    also: tuple[str, ...] = ()
    """The ids of further questions that it names, in the order of the text."""
    unclear: bool = False
    """Whether it may mean another question: "A1/2" is part 1 of 2, or questions 1 and 2."""
    announces: bool = False
    """Whether the post only says that a question is coming, goes on or ends."""


_SPELLED = {
    "q": "questions?|ques|qn|q",
    "a": "answers?|antworten|antwoord(?:en)?|antwort|ateb(?:ion)?|ans|a",
    "c": "ceist(?:ean)?|cwestiynau|cwestiwn|c",
    "d": "domand[ae]|d",
    "f": "fragen|frage|freagairt(?:ean)?|f",
    "p": "preguntas?|perguntas?|p",
    "r": "respuestas?|respostas?|réponses?|rispost[ae]|r",
    "v": "vragen|vraag|v",
}
"""How the usual letters are spelled out; an agenda can give other words as labels."""

_OPENERS = re.compile(
    r"""(?xi) \s+ | re:\s?https?://\S+ | (?:rt|mt)\s+@[\w.@-]+:?\s* | @\w[\w.@-]*:?,? | [^\w\s@\#]+
    | \#(?!(?:{label})[.]?\d)\w+:?
    | (?:re|ok(?:ay)?|so|and|yes|yep|yeah|no|well|oh|oops|also|my|for|great|ha)\b[:,.!…]*(?=\s)
    | \d/\d{1,2}\b"""
)
_LEAD_IN = f"{each_language('late')}|{each_language('back')}"
"""Words right before a label by which whoever answers says that it is late, or once more."""

_STRONG = re.compile(
    r"\s?[:.),;/>\]|!=→➡…](?!\d)|\s[-–—~](?=\s|$)|[-–—](?=[\s\"'“A-Z0-9]|$)|[^\S\n]*\n"
)
_PART = re.compile(r"\s*(?:\(\d\s?(?:/|of)\s?\d{1,2}\)|\[\d/\d{1,2}\]|\s\d/\d{1,2}\b)")
_OTHER_THING = re.compile(
    r"""(?xi) '?s\b | \+\s?\d | % | ['"]\s?(?:x|by)\b | sized?\b
    | -(?:sized?|bound|style|paper|week|year|day|end|results?)\b
    | \s+(?:paper|sheets?|pages?|size[ds]?|posters?|printers?|printouts?|folders?|envelopes?
      |formats?|style|condition|quality|grade|road|traffic|junction|closed|closure|shut|blocked
      |dual(?:led|ling)?|north(?:bound)?|south(?:bound)?|east(?:bound)?|west(?:bound)?
      |motorway|bypass|lorry|lorries|roadworks|results?|earnings|revenues?|sales|profits?|figures
      |in\s+(?:my|our|the)\s+books?|standard|trunk|carriageway|diversion|landscape|portrait
      |budgets?|forecasts?|targets?|deadlines?|fy\d*|(?:of\s+)?(?:19|20)\d\d)\b
    | \s+(?:this|last|next)\s+(?:year|quarter)\b | \s+(?:is|was)\s+(?:closed|shut|blocked|jammed)\b
    """
)
_COUNTS = re.compile(
    r"""(?xi)\s*+(?:-|to|or|and)?\s*+(?:\d+\s*+)?(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?
    |wks?|months?|years?|yrs?|times?|people|of|in|out|per|to|pounds?|miles?|points?|things?|steps?
    |ways?|star|%|x)\b"""
)
_ANNOUNCES = re.compile(
    r"""(?xi)\b(?:comin[g']?\s+(?:(?:right\s+)?up|soon|next|shortly)|here\s+comes?|next\s+up|up\s+next|(?:is|are|comes?)\s+next
    |left\s+(?:on|for|with|to|before)|(?:min|mins|minutes?|seconds|secs)\s+(?:left|more|to\s+go)
    |more\s+(?:min|mins|minutes?)
    |in\s+(?:a\s+|just\s+a\s+)?(?:few\s+|couple\s+of\s+)?(?:\w+\s+)?(?:min(?:ute)?s?|moments?|secs?)
    |get(?:ting)?\s+ready|ready\s+for|mov(?:e|ing)\s+(?:on|along)|on\s?to\b|almost\s+time|time\s+for
    |last\s+(?:call|chance|thoughts)|final\s+thoughts|wrap(?:ping)?\s+up|stay\s+tuned
    |on\s+(?:the|its|it's)\s+(?:way|horizon)|about\s+to|shortly|already\s+(?:on|getting|at)|format)\b"""
)
_LOOSE = re.compile(
    r"(?i)\b(?:in|for|of|this|last|next|to|by|since|until|from|on|the|is|at|our)\s$"
)
_TRAILER = re.compile(r"(?:\s|[#@][\w.@-]+|https?://\S+|[.…!?)\]\"'}])*+$")
_SENTENCE = re.compile(r"(?:[.!?:;…)\]\"]|[^\w\s,@#&/+=~*'<-])\s?$|\n\s?$")
_STOP = re.compile(r"(?<=\w\w)[.!?…](?:\s|$)|\n")
"""The end of a sentence: what follows does not qualify a label that began it."""

_DIGIT = re.compile(r"\d")
_SLIP = re.compile(r"[aA]!(?=[:.\s])")
_AND = r"and|und|et|y|e|en|agus|a|plus"
"""Between two labels, in the languages of `phrases`."""

_RANKS: dict[Strength, int] = {"strong": 0, "medium": 1, "weak": 2}
_MOST_LABELS = 12
"""How many labels of a post are judged; judging one takes a look at all that follows."""

_MOST_ALSO = 6
"""How many further questions of one label are read: "A1, A2 and A3"."""

_MOST_OPENERS = 100
"""Mentions, hashtags, signs and blanks before a post's own words that are passed over."""

_BEFORE = 80
"""Characters before a label that say where it stands: the end of a sentence, a hashtag, a word."""

_NEAR = 400
"""Characters after a label in which its first words stand, and a whole announcement."""

_SHORT = 14
"""Words up to which a sentence may be no more than an announcement."""

_ENOUGH = 4
"""Words after a label from which they are an answer of their own, not an announcement."""


class _Names(NamedTuple):
    """What a label names beside its first question."""

    also: tuple[str, ...]
    unclear: bool
    end: int
    """Where the label ends in the text."""


def spellings(agenda: Agenda) -> str:
    """Returns a pattern for the letters of an agenda's labels, also spelled out: "Q", "answer"."""
    letters = [label.casefold() for label in agenda.labels] or ["q", "a"]
    return "|".join(_SPELLED.get(letter, re.escape(letter)) for letter in letters)


class Labels:
    """Finds labels with one agenda's letters and numbers."""

    def __init__(self, agenda: Agenda) -> None:
        letters = [label.casefold() for label in agenda.labels] or ["q", "a"]
        self._asking = re.compile(_SPELLED.get(letters[0], re.escape(letters[0])), re.IGNORECASE)
        either = spellings(agenda)
        self._numbers = {(q.id[1:] if q.parent else str(q.number)): q.id for q in agenda.questions}
        mains = [question.id for question in agenda.questions if question.parent is None]
        self.last = mains[-1] if mains else None
        """The last question, for "Final Q"."""
        self._label = re.compile(
            rf"(?i)(?<![\w&@./'-])(?P<tag>\#)?(?P<letter>{either})(?P<gap>[.#-]?[^\S\n]?)"
            rf"(?P<one>\d{{1,2}})(?P<sub>[a-h](?!\w)|\.\d{{1,2}}(?![\w%]))?"
            rf"(?:(?!\w)|(?-i:(?=[A-Z][a-z]))|(?=[a-z]{{4}}))"
        )
        self._more = re.compile(
            rf"(?i)[^\S\n]?(?P<join>/|&|\+|,[^\S\n]?(?:(?:&|{_AND})\b)?|\b(?:{_AND})\b|-|–)[^\S\n]?"
            rf"(?P<letter>\#?(?:{either})[.#-]?[^\S\n]?)?(?P<one>\d{{1,2}})"
            rf"(?(letter)(?:[a-h](?!\w))?)(?![\w%'])(?!/\d)"
        )
        self._lead_in = re.compile(rf"(?i)(?:{_LEAD_IN})[\s:,.–-]++(?=\#?(?:{either})[.#-]?\s?\d)")
        self._swapped = re.compile(
            rf"(?P<one>\d{{1,2}})(?P<letter>(?:{either.upper()}))(?=[\s:.)-])"
        )
        self._final = re.compile(
            rf"(?i)\#?(?:f{letters[0]}|(?:final|last)\s+(?:{self._asking.pattern}))\b(?!\s?\d)"
        )
        self._openers = re.compile(_OPENERS.pattern.replace("{label}", either))

    def read(self, text: str) -> Label | None:
        """Returns the label of a post's text, of several the clearest; None where it has none."""
        text = beginning(text)
        if not self._numbers:
            return None
        if (repost := manual_repost(text)) is not None:
            # A label in the reposted words is the original's, not the comment's.
            label = self._best(repost.comment)
            body = self._best(repost.words)
            if label or not body:
                return label
            weaker: Strength = "weak" if repost.comment or body.strength == "weak" else "medium"
            return body._replace(strength=weaker, where="repost")
        return self._best(text)

    def _best(self, text: str) -> Label | None:
        # Nearly all posts without a label have no digit at all, which is soon seen.
        labels = self._label.finditer(text) if _DIGIT.search(text) else iter(())
        first = next(labels, None)
        start, answers = self._peel(text, first is not None)
        found: list[Label] = []
        until = 0
        for each in islice(chain([first] if first else [], labels), _MOST_LABELS):
            if each.start() < until or (each["one"].lstrip("0") or "0") not in self._numbers:
                continue
            names = self._names(each)
            if label := self._judge(each, names, start):
                found.append(label)
                until = names.end
                if label.strength == "strong":
                    break  # Of several that are as clear, the first one counts.
        if (match := self._swapped.match(text, start)) and match["one"] in self._numbers:
            strength: Strength = "strong" if _STRONG.match(text, match.end()) else "weak"
            asks = bool(self._asking.fullmatch(match["letter"]))
            found.append(Label(self._numbers[match["one"]], match[0], strength, "start", asks))
        if (match := self._final.match(text, start)) and self.last:
            strength = "strong" if _STRONG.match(text, match.end()) else "medium"
            bare = len(words(text[match.end() :])) < _ENOUGH
            found.append(Label(self.last, match[0], strength, "start", True, announces=bare))
        if not found and (match := _SLIP.match(text, start)) and "1" in self._numbers:
            return Label(self._numbers["1"], match[0], "weak", "start", False, unclear=True)
        best = min(found, key=lambda label: _RANKS[label.strength], default=None)
        if best and answers and best.where == "start":
            return best._replace(asks=False)
        return best

    def _peel(self, text: str, numbered: bool) -> tuple[int, bool]:
        """Returns where the author's own words begin: after mentions, hashtags, "RT @x:", "late".

        And whether such words say that what follows is an answer.
        """
        position, answers = 0, False
        for _ in range(_MOST_OPENERS):
            match = self._lead_in.match(text, position) if numbered else None
            answers = answers or match is not None
            match = match or self._openers.match(text, position)
            if match is None:
                break
            position = match.end()
        return position, answers

    def _judge(self, match: re.Match[str], names: _Names, start: int) -> Label | None:
        text, end = match.string, names.end
        one = match["one"].lstrip("0") or "0"
        written = text[match.start() : end].strip("# ")
        if part := _PART.match(text, end):
            end = part.end()
        punctuation = _STRONG.match(text, end)
        strong = punctuation is not None
        if not strong and _OTHER_THING.match(text, end):
            return None
        if _spaced(match) and _only_counts(match, end, strong):
            return None
        where = self._where(match, start, end)
        if where != "start" and text[end : end + 1].islower():
            return None
        if where != "start" and text[end : end + 1] in (",", ";", "/", ">"):
            strong = False
        stop = (
            _STOP.search(text, punctuation.end() if punctuation else end)
            if match.start() == start
            else None
        )
        said = text[: stop.start() if stop else None]
        announces = (
            len(said) <= _NEAR
            and len(words(said)) <= _SHORT
            and not (strong and (_says_itself(text, end) or (stop and stop[0][0] == "?")))
            and bool(_ANNOUNCES.search(said))
        )
        strength = _strength(match, where, end, strong)
        if strength is None and not announces:
            return None
        key = one + (match["sub"] or "").casefold()
        question = self._numbers[key if key in self._numbers else one]
        asks = bool(self._asking.fullmatch(match["letter"]))
        also = tuple(each for each in names.also if each != question)
        return Label(
            question, written, strength or "weak", where, asks, also, names.unclear, announces
        )

    def _names(self, match: re.Match[str]) -> _Names:
        """Returns what a label names beside its first question: "A1 & A2", "A4/5", "A1-A3"."""
        text, end, also, unclear = match.string, match.end(), dict[str, None](), False
        last = match["one"].lstrip("0")
        for _ in range(_MOST_ALSO):
            more = self._more.match(text, end)
            if more is None:
                break
            number, join = more["one"].lstrip("0"), more["join"].strip()
            if number == match["one"].lstrip("0"):
                if not more["letter"] and join != "/":
                    break  # "A1, 1 thing"
                unclear = unclear or not more["letter"]  # "A2/2" may be part 2 of 2
            elif more["letter"]:
                if number not in self._numbers:
                    break
                also |= dict.fromkeys(self._between(last, number) if join in ("-", "–") else ())
                also[self._numbers[number]] = None
            elif join == "/":
                unclear = True
                also |= dict.fromkeys([self._numbers[number]] if number in self._numbers else ())
            elif number in self._numbers and _closes(join) and _STRONG.match(text, more.end()):
                also |= dict.fromkeys(self._between(last, number) if join in ("-", "–") else ())
                also[self._numbers[number]] = None
            else:
                break
            end, last = more.end(), number
        return _Names(tuple(also), unclear, end)

    def _between(self, first: str, last: str) -> list[str]:
        """Returns the questions between two numbers: "A1-A3" names the second as well."""
        between = map(str, range(int(first or 0) + 1, int(last or 0)))
        return [self._numbers[number] for number in between if number in self._numbers]

    def _where(self, match: re.Match[str], start: int, end: int) -> Where:
        text, begin = match.string, match.start()
        if begin <= start:
            return "start"
        if _TRAILER.match(text, end):
            return "end"
        return "sentence" if _SENTENCE.search(text, max(0, begin - _BEFORE), begin) else "middle"


def _closes(join: str) -> bool:
    """Whether a number without a letter may follow: "A1 & 2:", while "A1, 2 things" counts."""
    return join.strip(", ") != ""


def _spaced(match: re.Match[str]) -> bool:
    """Whether there is a space between a single letter and its number: "A 3"."""
    return len(match["letter"]) == 1 and match["gap"].isspace()


def _only_counts(match: re.Match[str], end: int, strong: bool) -> bool:
    """Whether "A 3 …" is an article and a number: "a 3 day poll", "A 3-5 year plan"."""
    after = match.string[end : end + 1]
    if after in ("-", "–") or (match["letter"].islower() and after not in (":", ")")):
        return True
    return not strong and bool(_COUNTS.match(match.string, end))


def _says_itself(text: str, end: int) -> bool:
    """Whether the words after a label are an answer of their own."""
    return len(words(text[end : end + _NEAR])) >= _ENOUGH


def _strength(match: re.Match[str], where: Where, end: int, strong: bool) -> Strength | None:
    """Returns how reliable a label is by its position; None where it is none."""
    if where == "start":
        return "strong" if strong else "weak" if _spaced(match) else "medium"
    text, begin = match.string, max(0, match.start() - _BEFORE)
    capital = match["letter"][0].isupper()
    if match["tag"]:
        return "medium"
    if where == "sentence" and capital and (strong or text[end : end + 2].strip().isupper()):
        return "medium"
    if where == "middle" and match["letter"].isupper() and strong and _says_itself(text, end):
        return "medium"
    if not capital or _LOOSE.search(text, begin, match.start()):
        return None
    if where == "end":
        before = text[begin : match.start()].rstrip()
        return "medium" if re.search(r"(?:#\w+|[.!?…)(\[])$", before) else "weak"
    return None if _COUNTS.match(text, end) else "weak"
