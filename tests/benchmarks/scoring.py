"""What comes out for the posts of a chat: where they stand against where people would have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.events import Placement
from tests.benchmarks.intervals import Part
from tests.benchmarks.recorded import Recording, Truth

TENTHS = 10


class Scored(NamedTuple):
    """A post's place as grouping left it, and as a person would have it."""

    placement: Placement
    listed: bool
    """Whether the desk lists it by itself; a repost is folded into what it reposts."""
    truth: Truth

    @property
    def right(self) -> bool:
        """Whether it stands at the first of the places that a person would have it at."""
        return self.placement.question == self.truth.question

    @property
    def either(self) -> bool:
        """Whether it stands at one of them."""
        return self.truth.allows(self.placement.question)


class Calibration(NamedTuple):
    """What was said about some placements, and what came."""

    posts: int = 0
    said: float = 0.0
    """The sum of their confidences."""
    right: int = 0

    @property
    def gap(self) -> float:
        """By how much more was said than came, for each post."""
        return (self.said - self.right) / self.posts if self.posts else 0.0

    def __or__(self, other: Calibration) -> Calibration:
        """Both taken together."""
        return Calibration(
            self.posts + other.posts, self.said + other.said, self.right + other.right
        )


def scored(heard: Recording, chat: Chat) -> list[Scored]:
    """Compare where posts stand with what people said about them."""
    assert set(heard.truths) == set(chat.entries), "posts were lost on the way"
    return [
        Scored(chat.entries[post].placement, chat.entries[post].listed, truth)
        for post, truth in heard.truths.items()
        if post not in heard.asking and truth.labelled
    ]


def tally(posts: Sequence[Scored]) -> dict[str, Part]:
    """The figures of one chat by name, each as what counts and out of how much."""
    outside = [each for each in posts if not each.placement.inbox]
    clear = [each for each in posts if each.truth.certainty != "low"]
    said = sum(each.placement.confidence for each in posts)
    right = sum(each.right for each in posts)
    f1 = macro_f1([(each.truth.question, each.placement.question) for each in posts])
    return {
        "accuracy": (right, len(posts)),
        "either place": _part(posts, lambda each: each.either),
        "readers sure": _part(clear, lambda each: each.right),
        "macro-F1": (f1, float(bool(posts))),
        "inbox": _part(posts, lambda each: each.placement.inbox),
        "listed inbox": _part(posts, lambda each: each.placement.inbox and each.listed),
        "right outside": _part(outside, lambda each: each.right),
        "promised": (said, len(posts)),
        "promised - real": (said - right, len(posts)),
        "promised outside": (sum(each.placement.confidence for each in outside), len(outside)),
    }


def _part(posts: Sequence[Scored], holds: Callable[[Scored], bool]) -> Part:
    return sum(map(holds, posts)), len(posts)


def macro_f1(pairs: Sequence[tuple[str | None, str | None]]) -> float:
    """The mean over all true places of the harmonic mean of precision and recall."""
    scores = []
    for place in dict.fromkeys(true for true, _ in pairs):
        hits = sum(true == place == found for true, found in pairs)
        named = sum(true == place for true, _ in pairs) + sum(found == place for _, found in pairs)
        scores.append(2 * hits / named)
    return sum(scores) / len(scores) if scores else 0.0


def tenths(posts: Iterable[Scored]) -> list[Calibration]:
    """What was said and what came, by tenth of confidence; 1 is in the last."""
    found = [Calibration()] * TENTHS
    for each in posts:
        tenth = min(TENTHS - 1, int(each.placement.confidence * TENTHS))
        found[tenth] |= _one(each)
    return found


def by_rule(posts: Iterable[Scored]) -> dict[str, Calibration]:
    """The same by what decided, see `tartantm.grouping.decide`."""
    found: dict[str, Calibration] = {}
    for each in posts:
        found[each.placement.by] = found.get(each.placement.by, Calibration()) | _one(each)
    return found


def _one(each: Scored) -> Calibration:
    return Calibration(1, each.placement.confidence, int(each.right))
