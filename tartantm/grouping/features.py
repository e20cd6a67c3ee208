"""Features: the evidence for each question that a post may belong to, as named numbers.

A post is in one of four situations, each with its own features: `labelled` by its author,
`following` another post (reply, quote, next part), small `talk`, or `free`. Most features are 1 or
absent. Their names are the keys of ``weights.json``, which has the weight of each.
"""

from __future__ import annotations

from datetime import timedelta
from math import exp, log1p
from typing import Literal, NamedTuple

from tartantm.grouping.memory import Memory, PlacedPost
from tartantm.grouping.post_text import Reading
from tartantm.grouping.recent_posts import RecentPosts
from tartantm.grouping.signals import Signals

Situation = Literal["labelled", "following", "talk", "free"]
Features = dict[str, float]

READER = "reader"
"""The feature of the place that a reader of the user's own chose."""

_MINUTE = timedelta(minutes=1)
_LONG = 8
"""Number of content words from which a post is more than a greeting."""


class Case(NamedTuple):
    """A post's situation, and the features of each candidate."""

    situation: Situation
    candidates: dict[str | None, Features]
    """Questions in the agenda's order, after General (None)."""
    rests_on: tuple[str, ...]
    """Ids of posts whose placements were used, beside those that the post refers to."""


def situation_of(s: Signals) -> Situation:
    """Returns which set of features applies."""
    if s.label and s.label.strength != "weak" and not s.label.announces:
        return "labelled"
    if s.parent or s.quoted or s.continues:
        return "following"
    return "talk" if s.talk or (s.label and s.label.announces) else "free"


def followed(s: Signals) -> PlacedPost | None:
    """Returns the post that this one follows: parent, quoted post or earlier part."""
    return s.parent or s.quoted or s.continues


def case_of(s: Signals, memory: Memory, placed: PlacedPost) -> Case:
    """Returns the features of every candidate for one post."""
    situation = situation_of(s)
    features = _CandidateFeatures(s, memory, placed)
    getattr(features, situation)()
    if placed.id in memory.read_by:
        features.add(memory.read_by[placed.id], READER)
    rests_on = [s.continues]
    if situation == "free":
        rests_on += [s.thread, s.addressed, s.last]
    elif situation == "talk":
        rests_on += [s.addressed]
    ids = dict.fromkeys(other.id for other in rests_on if other)
    return Case(situation, features.candidates, tuple(ids))


class _CandidateFeatures:
    """Collects the features of one post's candidates; one method for each situation."""

    def __init__(self, s: Signals, memory: Memory, placed: PlacedPost) -> None:
        self.s, self.memory, self.placed = s, memory, placed
        self.reading: Reading = memory.reading(placed)
        likely = {*s.opened, *s.worded, s.next}
        likely |= {s.label.question, *s.label.also} if s.label else set()
        for other in (s.parent, s.quoted, s.thread, s.addressed, s.continues, s.last):
            likely |= {other.placement.question} if other else set()
        if placed.id in memory.read_by:
            likely.add(memory.read_by[placed.id])
        self.candidates: dict[str | None, Features] = {None: {}}
        self.candidates |= {q.id: {} for q in memory.agenda.questions if q.id in likely}
        # Recordings with whole minutes only: half a minute is the best guess.
        exact = s.at.second or (s.opened_at and s.opened_at.second)
        since = (s.at - s.opened_at) / _MINUTE if s.opened_at else 0.0
        self.minutes = since if exact else since + 0.5

    def add(self, place: str | None, name: str, value: float = 1.0) -> None:
        if place in self.candidates and value:
            self.candidates[place][name] = value

    def follow(self, other: PlacedPost, name: str, value: float = 1.0) -> None:
        place = other.placement.question
        self.add(place, name if place else f"{name} in General", value)

    def labelled(self) -> None:
        s, label = self.s, self.s.label
        assert label is not None
        kind = "two labels" if label.also or label.unclear else f"{label.strength} label"
        where = {"middle": " within", "repost": " in a repost"}.get(label.where, "")
        self.add(label.question, kind + where)
        for other in label.also:
            self.add(other, "second label")
        if label.question not in s.opened:
            self.add(label.question, "not open yet")
        if s.open:
            self.add(s.open, "open")
        self.add(None, "General")
        if s.talk in ("greeting", "introduction"):
            self.add(None, "greeting")
        if above := s.parent or s.quoted:
            self.follow(above, "follows")

    def following(self) -> None:
        s, other = self.s, followed(self.s)
        assert other is not None
        place = other.placement.question
        self.add(place, "follows")
        if other.id in self.memory.asking:
            self.add(place, "follows what asked it")
        if not s.parent:
            self.add(place, "quotes" if s.quoted else "continues")
        if place is None:
            self.add(None, "follows in General")
        self.add(None, "General")
        if s.talk and len(self.reading.about) < _LONG:
            polite = s.talk in ("greeting", "introduction")
            self.add(None, "greeting" if polite else "other talk")
        if s.label and not s.label.announces:
            self.add(s.label.question, "mentions its number")
        if s.open:
            self.add(s.open, "open")
            self.add(s.open, "fresh", exp(-self.minutes))
        self._worded(2)

    def talk(self) -> None:
        s = self.s
        self.add(None, "General")
        self.add(None, s.talk or "announcement")
        if len(self.reading.about) >= _LONG:
            self.add(None, "long")
        if s.left_at:
            self.add(None, "after the end")
        if s.open:
            self.add(s.open, "open")
        self._worded(2)
        if s.addressed and s.addressed.placement.question:
            self.follow(s.addressed, "speaks to somebody")
        if s.label and not s.label.announces:
            self.add(s.label.question, "mentions its number")

    def free(self) -> None:
        s, minutes = self.s, self.minutes
        for place in self.candidates:
            if place is None:
                continue
            if place == s.open:
                self.add(place, "open")
                self.add(place, "fresh", exp(-minutes / 3))
            elif place == s.before:
                self.add(place, "open before")
                self.add(place, "open before, long ago", log1p(minutes))
            else:
                self.add(place, "open earlier" if place in s.opened else "not open yet")
        self._general()
        if s.label and not s.label.announces:
            self.add(s.label.question, "mentions its number")
        if s.thread:
            self.follow(s.thread, "in a thread")
        if s.addressed:
            ago = (s.at - s.addressed.order[0]) / _MINUTE
            self.follow(s.addressed, "speaks to somebody", exp(-ago / 8))
        if s.last:
            ago = (s.at - s.last.order[0]) / _MINUTE
            asked = s.last.id in self.memory.asking
            self.follow(s.last, "author asked it" if asked else "author's last", exp(-ago / 3))
        if s.lean:
            ago = (s.at - s.lean.at) / _MINUTE
            if s.lean.kind == "last":
                self.add(s.lean.question, "host's last call", exp(-ago / 3))
            elif s.lean.question != s.open:
                self.add(s.lean.question, "host moved on", exp(-ago / 3))
        self._worded(1)
        self._recent()

    def _general(self) -> None:
        s, text = self.s, self.reading.bare
        self.add(None, "General")
        if s.open is None:
            self.add(None, "closed")
        if s.left_at:
            self.add(None, "after the end")
            self.add(None, "after the end, long", log1p((s.at - s.left_at) / _MINUTE))
        elif len(s.opened) == len(self.memory.agenda.questions):
            self.add(None, "last question, long", log1p(self.minutes) / 2)
        if s.first:
            self.add(None, "first post")
        if self.placed.host:
            self.add(None, "host")
        if s.next:
            self.add(None, "host before a question")
            self.add(s.next, "host before it")
        content = len(self.reading.about)
        self.add(None, "brief", max(0.0, 1 - content / 6))
        self.add(None, "content words", min(content, 12) / 6)
        if "?" in text:
            self.add(None, "question mark")
        if "!" in text:
            self.add(None, "exclamation mark")
        if self.placed.post.links or "http" in self.placed.post.text:
            self.add(None, "link")
        if self.reading.to and not s.addressed:
            self.add(None, "speaks to a stranger")
        self.add(None, "sounds like talk", self.reading.sounds_like_talk)

    def _worded(self, least: int) -> None:
        for place in self.candidates:
            common = self.memory.reader.count_common_words(self.reading, place)
            if common >= least:
                self.add(place, "its words", min(common, 3) ** 0.5)
            if place in self.reading.worded:
                self.add(place, "its wording")

    def _recent(self) -> None:
        """Let the posts shortly before vote, and say how many label their answers."""
        recent = RecentPosts(self.memory, self.placed)
        for place, share in recent.votes().items():
            self.add(place, "words of its posts" if place else "words of posts in General", share)
        habit = recent.label_habit()
        self.add(None, "label habit", habit.everyone)
        self.add(None, "author's label habit", habit.author)
