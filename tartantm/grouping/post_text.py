"""What a post's text says by itself: label, kind of talk, whom it speaks to, what it is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from tartantm.core.agenda import Agenda
from tartantm.core.post import Post
from tartantm.grouping.labels import Label, Labels
from tartantm.grouping.normalise import (
    Shared,
    bare,
    covered,
    mentioned,
    plain,
    shared,
    telling,
)
from tartantm.grouping.small_talk import Talk, talk_of

SAME_WORDING = 0.8
"""Share of a question's telling words that a post has to have to be taken for that question."""

_ADDRESSED = re.compile(r"^[\s.\"'(]*((?:@\w[\w.@-]*[,:]?\s*)+)")
_CALLED = re.compile(r"^\s*([\w|\[\]`^-]{2,30})[:,]\s")
_PART = re.compile(r"(?<![\w/.])(\d)\s?/\s?(\d)(?![\w/.])")
_STATUS = re.compile(r"https?://(?:mobile\.)?(?:twitter|x)\.com/\w+/status/(\d+)")


@dataclass(frozen=True)
class Reading:
    """What a post's text says by itself."""

    bare: str
    """The text as `wording.bare` gives it."""
    label: Label | None
    to: tuple[str, ...]
    """Folded handles that the post speaks to."""
    called: str
    """A word in front of a colon or comma; whether it is anybody's name is for others to know."""
    shared: Shared | None
    """Another's words, handed on by hand."""
    part: int
    """Which part of several this is: 2 for "2/2"; 0 where it says nothing of that."""
    worded: tuple[str, ...]
    """Questions that it words nearly as the agenda does; several where they have one wording."""
    verbatim: tuple[str, ...]
    """Questions that it words just so, also those too short to be told from other talk."""
    links: tuple[str, ...]
    """Ids or addresses of posts that it links to."""
    about: dict[str, str]
    """Telling words by their stems, see `wording.telling`."""

    @cached_property
    def talk(self) -> Talk | None:
        """What kind of talk it is. Looked for when asked for: that takes most of the time."""
        return talk_of(self.bare)


class Reader:
    """Reads posts with one agenda's letters, numbers, hashtags and questions."""

    def __init__(self, agenda: Agenda) -> None:
        self.labels = Labels(agenda)
        self.tags = frozenset(tag.casefold() for tag in agenda.hashtags)
        self._questions = {
            question.id: telling(plain(question.text), self.tags).keys()
            for question in agenda.questions
        }
        self._verbatim = {
            question.id: re.compile(rf"(?<!\w){wording}\W*(?:\?|$|#|http)")
            for question in agenda.questions
            if (wording := r"\W+".join(map(re.escape, _all_words(question.text))))
        }
        often = Counter(stem for stems in self._questions.values() for stem in stems)
        most = max(1, len(self._questions) // 3)
        self._own = {
            question: frozenset(stem for stem in stems if often[stem] <= most)
            for question, stems in self._questions.items()
        }

    def read(self, post: Post) -> Reading:
        """Read a post's text."""
        text = plain(post.text)
        about = telling(text, self.tags)
        to = mentioned(match[1]) if (match := _ADDRESSED.match(text)) else []
        if post.reply_to_handle:
            to.insert(0, post.reply_to_handle.casefold())
        called = _CALLED.match(text)
        part = _PART.search(text)
        counts = part is not None and 0 < int(part[1]) <= int(part[2]) > 1
        addresses = [*(link.url for link in post.links), *re.findall(r"https?://\S+", text)]
        links = [f"x:{m[1]}" if (m := _STATUS.match(url)) else url for url in addresses]
        return Reading(
            bare=bare(text, self.tags),
            label=self.labels.read(post.text),
            to=tuple(dict.fromkeys(to)),
            called=called[1].casefold() if called else "",
            shared=shared(text),
            part=int(part[1]) if part and counts else 0,
            worded=self._worded(about),
            verbatim=self._word_for_word(text),
            links=tuple(dict.fromkeys(links)),
            about=about,
        )

    def shared_with(self, reading: Reading, question: str | None) -> int:
        """How many words a post has in common with a question that few others have."""
        return len(self._own.get(question or "", frozenset()) & reading.about.keys())

    def in_common(self, reading: Reading, question: str | None) -> str:
        """The longest word that a post has in common with a question and few others have, or ""."""
        stems = self._own.get(question or "", frozenset()) & reading.about.keys()
        return max((reading.about[stem] for stem in stems), key=lambda w: (len(w), w), default="")

    def _worded(self, about: dict[str, str]) -> tuple[str, ...]:
        found: dict[str, float] = {}
        for question, stems in self._questions.items():
            share = covered(stems, about.keys())
            # A lead-in before the question does not matter; an essay that has all its words does.
            if share >= SAME_WORDING and len(stems) >= 3 and len(about) <= 2 * len(stems) + 6:
                found[question] = share
        best = max(found.values(), default=0.0)
        return tuple(question for question, share in found.items() if share == best)

    def _word_for_word(self, text: str) -> tuple[str, ...]:
        folded = text.casefold()
        return tuple(q for q, pattern in self._verbatim.items() if pattern.search(folded))


def _all_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", plain(text).casefold())
