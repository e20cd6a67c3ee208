"""What a post's text says by itself: label, kind of talk, whom it addresses, its content words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, partial

from tartantm.core.agenda import Agenda
from tartantm.core.post import Post
from tartantm.grouping.cues import Cues
from tartantm.grouping.labels import Label, Labels
from tartantm.grouping.normalise import (
    ManualRepost,
    bare,
    beginning,
    content_words,
    manual_repost,
    mentioned_handles,
    normalise,
    overlap,
)
from tartantm.grouping.small_talk import Talk, talk_of
from tartantm.grouping.talk_words import TalkWords, shipped
from tartantm.settings.fault_log import guarded

SAME_WORDING = 0.8
"""Share of a question's content words that a post must have to count as that question."""

_ADDRESSED = re.compile(r"^[\s.\"'(]*((?:@\w[\w.@-]*[,:]?\s*)+)")
_CALLED = re.compile(r"^\s*([\w|\[\]`^-]{2,30})[:,]\s")
_PART = re.compile(r"(?<![\w/.])(\d)\s?/\s?(\d)(?![\w/.])")
_STATUS = re.compile(r"https?://(?:mobile\.)?(?:twitter|x)\.com/\w+/status/(\d+)")


@dataclass(frozen=True)
class Reading:
    """What a post's text says by itself."""

    bare: str
    """The text as `normalise.bare` returns it."""
    label: Label | None
    to: tuple[str, ...]
    """Case-folded handles that the post addresses."""
    called: str
    """The word before a first colon or comma, "" for none; it may be somebody's name."""
    manual_repost: ManualRepost | None
    """Its parts where it is a repost typed by hand."""
    part: int
    """Which part of several this is: 2 for "2/2"; 0 where it does not say."""
    worded: tuple[str, ...]
    """Questions whose wording it nearly has; several where they share one wording."""
    verbatim: tuple[str, ...]
    """Questions whose exact wording it has, also those that are too short for `worded`."""
    links: tuple[str, ...]
    """Ids or URLs of posts that it links to."""
    about: dict[str, str]
    """Content words by their stems, see `normalise.content_words`."""
    talk_words: TalkWords

    @cached_property
    def talk(self) -> Talk | None:
        """The kind of small talk, None for none. Computed on demand: it takes most of the time."""
        return talk_of(self.bare)

    @cached_property
    def labels_answer(self) -> bool | None:
        """Whether it has a label, where it may be an answer; None where its text is none."""
        label = self.label
        if self.manual_repost:
            return None
        if label and label.strength != "weak" and not label.announces:
            return True
        return None if self.talk else False

    @cached_property
    def sounds_like_talk(self) -> float:
        """How much its words sound like talk, see `TalkWords.sounds`; on demand, too."""
        return self.talk_words.sounds(self.bare)


class Reader:
    """Reads posts with one agenda's letters, numbers, hashtags and questions."""

    def __init__(self, agenda: Agenda, talk_words: TalkWords | None = None) -> None:
        """`talk_words`: another table than the shipped one."""
        self._talk_words = talk_words or shipped()
        self.labels = Labels(agenda)
        self.cues = Cues(agenda)
        self.tags = frozenset(tag.casefold() for tag in agenda.hashtags)
        # A question may be a stranger's post: one that cannot be read is still found by its number.
        self._questions = {
            question.id: guarded(partial(self._stems, question.text), frozenset())
            for question in agenda.questions
        }
        self._verbatim = {
            question.id: (max(words, key=len), _wording(words))
            for question in agenda.questions
            if (words := guarded(partial(_all_words, question.text), []))
        }
        """By question: its longest word, which nearly no other text has, and its wording."""
        often = Counter(stem for stems in self._questions.values() for stem in stems)
        most = max(1, len(self._questions) // 3)
        self._rare_stems = {
            question: frozenset(stem for stem in stems if often[stem] <= most)
            for question, stems in self._questions.items()
        }

    def _stems(self, text: str) -> frozenset[str]:
        return frozenset(content_words(normalise(text), self.tags))

    def read(self, post: Post) -> Reading:
        """Returns what a post's text says."""
        text = beginning(post.text)
        about = content_words(text, self.tags)
        to = addressed_handles(text)
        if post.reply_to_handle:
            to.insert(0, post.reply_to_handle.casefold())
        called = _CALLED.match(text)
        part = _PART.search(text) if "/" in text else None
        counts = part is not None and 0 < int(part[1]) <= int(part[2]) > 1
        addresses = [*(link.url for link in post.links), *re.findall(r"https?://\S+", text)]
        links = [f"x:{m[1]}" if (m := _STATUS.match(url)) else url for url in addresses]
        verbatim = self._word_for_word(text)
        label = self.labels.read(text)
        if label and label.announces and label.question in verbatim:
            label = label._replace(announces=False)  # "Q9: What is next?" is asked, not announced
        return Reading(
            bare=bare(text, self.tags),
            label=label,
            to=tuple(dict.fromkeys(to)),
            called=called[1].casefold() if called else "",
            manual_repost=manual_repost(text),
            part=int(part[1]) if part and counts else 0,
            worded=self._worded(about),
            verbatim=verbatim,
            links=tuple(dict.fromkeys(links)),
            about=about,
            talk_words=self._talk_words,
        )

    def count_common_words(self, reading: Reading, question: str | None) -> int:
        """Returns how many words a post shares with a question that few other questions have."""
        return len(self._rare_stems.get(question or "", frozenset()) & reading.about.keys())

    def longest_common_word(self, reading: Reading, question: str | None) -> str:
        """Returns the longest of those words, "" where there is none."""
        stems = self._rare_stems.get(question or "", frozenset()) & reading.about.keys()
        return max((reading.about[stem] for stem in stems), key=lambda w: (len(w), w), default="")

    def _worded(self, about: dict[str, str]) -> tuple[str, ...]:
        found: dict[str, float] = {}
        for question, stems in self._questions.items():
            share = overlap(stems, about.keys())
            # A lead-in before the question is allowed, an essay that happens to have its words not.
            if share >= SAME_WORDING and len(stems) >= 3 and len(about) <= 2 * len(stems) + 6:
                found[question] = share
        best = max(found.values(), default=0.0)
        return tuple(question for question, share in found.items() if share == best)

    def _word_for_word(self, text: str) -> tuple[str, ...]:
        folded = text.casefold()
        return tuple(
            question
            for question, (word, wording) in self._verbatim.items()
            if word in folded and wording.search(folded)
        )


def addressed_handles(text: str) -> list[str]:
    """Returns the handles at the head of a text, case-folded: whom it speaks to."""
    return mentioned_handles(match[1]) if (match := _ADDRESSED.match(text)) else []


def _wording(words: list[str]) -> re.Pattern[str]:
    """Returns a pattern for a question of these words, with any signs between them."""
    said = r"\W+".join(map(re.escape, words))
    return re.compile(rf"(?<!\w){said}\W*(?:\?|$|#|http)")


def _all_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", normalise(text).casefold())
