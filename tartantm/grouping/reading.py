"""What a post's text says by itself: label, kind of talk, whom it speaks to, what it is about."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from tartantm.agenda import Agenda
from tartantm.grouping.labels import Label, Labels
from tartantm.grouping.talk import Talk, talk_of
from tartantm.grouping.wording import (
    Shared,
    bare,
    covered,
    mentioned,
    plain,
    shared,
    telling,
)
from tartantm.post import Post

SAME_WORDING = 0.8
"""Share of a question's telling words that a post has to have to be taken for that question."""

_ADDRESSED = re.compile(r"^[\s.\"'(]*((?:[@＠]\w[\w.@-]*[,:]?\s*)+)")
_CALLED = re.compile(r"^\s*([\w|\[\]`^-]{2,30})[:,]\s")
_PART = re.compile(r"(?<![\w/.])(\d)\s?/\s?(\d)(?![\w/.])")
_STATUS = re.compile(r"https?://(?:mobile\.)?(?:twitter|x)\.com/\w+/status/(\d+)")


class Reading(NamedTuple):
    """What a post's text says by itself."""

    label: Label | None
    talk: Talk | None
    to: tuple[str, ...]
    """Folded handles that the post speaks to."""
    called: str
    """A word in front of a colon or comma; whether it is anybody's name is for others to know."""
    shared: Shared | None
    """Another's words, handed on by hand."""
    part: int
    """Which part of several this is: 2 for "2/2"; 0 where it says nothing of that."""
    worded: str | None
    """The question that it words nearly as the agenda does."""
    links: tuple[str, ...]
    """Ids or addresses of posts that it links to."""
    about: dict[str, str]
    """Telling words by their stems, see `wording.telling`."""


class Reader:
    """Reads posts with one agenda's letters, numbers, hashtags and questions."""

    def __init__(self, agenda: Agenda) -> None:
        self.labels = Labels(agenda)
        self.tags = frozenset(tag.casefold() for tag in agenda.hashtags)
        self._questions = {
            question.id: telling(plain(question.text), self.tags).keys()
            for question in agenda.questions
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
            label=self.labels.read(post.text),
            talk=talk_of(bare(text, self.tags)),
            to=tuple(dict.fromkeys(to)),
            called=called[1].casefold() if called else "",
            shared=shared(text),
            part=int(part[1]) if part and counts else 0,
            worded=self._worded(about),
            links=tuple(dict.fromkeys(links)),
            about=about,
        )

    def in_common(self, reading: Reading, question: str | None) -> str:
        """The longest word that a post has in common with a question and few others have, or ""."""
        stems = self._own.get(question or "", frozenset()) & reading.about.keys()
        return max((reading.about[stem] for stem in stems), key=lambda w: (len(w), w), default="")

    def _worded(self, about: dict[str, str]) -> str | None:
        best, found = 0.0, None
        for question, stems in self._questions.items():
            share = covered(stems, about.keys())
            # A lead-in before the question does not matter; an essay that has all its words does.
            fits = len(stems) >= 3 and len(about) <= 2 * len(stems) + 6
            if share >= SAME_WORDING and share > best and fits:
                best, found = share, question
        return found
