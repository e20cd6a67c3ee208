"""The ranker: scores the candidates of a post, and computes the confidence of the best one.

A candidate's score is the sum of its features times their weights; its probability is the softmax
of the scores (a conditional logit). The probability of the best candidate is then calibrated to a
confidence: how often such a choice was right in chats that the weights were not fitted on. All
numbers are in ``weights.json``, which ``tests/benchmarks/train_grouping.py`` writes.
"""

from __future__ import annotations

from functools import cache
from math import exp, log
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from tartantm.core.events import InboxBudget
from tartantm.grouping.features import READER, Case, Features, Situation, followed
from tartantm.grouping.signals import Signals
from tartantm.grouping.talk_words import TalkWords

SHIPPED = Path(__file__).with_name("weights.json")
"""The file with the weights of this version."""

_USUAL = 2.0
"""Log-odds of a usual placement; a mentioned person's placement above it adds to confidence."""


_WORTH_A_THOUGHT = 0.03
"""The probability from which a third place, and a fourth, is named beside the best two."""

_MOST_ALTERNATIVES = 3


class Budget(msgspec.Struct, frozen=True):
    """What one of the inbox's three sizes means, measured on chats that were left out."""

    below: float
    """Placements with a lower confidence go to the inbox."""
    share: float
    """How many of the posts those were."""
    outside: float
    """How many of the other posts were placed right."""


class Weights(msgspec.Struct, frozen=True):
    """The numbers fitted on recorded chats."""

    about: str
    """What the numbers were fitted on, in words."""
    inbox: dict[InboxBudget, Budget]
    """By the size that the moderator chose: which placements go to the inbox."""
    weights: dict[Situation, Features]
    """By situation: the weight of each feature."""
    confidence: dict[str, Features]
    """By situation: the terms of the log-odds of being right. ``always`` is the constant,
    ``chance`` weighs the log-odds of the choice, ``reader agrees`` and ``reader differs`` are what
    a reader of the user's own adds or takes, ``followed`` and ``spoken to`` those of the
    placement of the post that is followed or of the person mentioned, ``doubtful`` is for
    signs that contradict each other, ``label habit`` the feature of this name."""
    talk_words: TalkWords | None = None
    """What the feature "sounds like talk" was computed with; None for the shipped table."""


class Choice(NamedTuple):
    """The best candidate."""

    place: str | None
    odds: float
    """The logarithm of its odds against all others."""
    parts: Features
    """What each feature adds to its score."""
    others: tuple[str | None, ...]
    """The other places that are worth a thought, the likeliest first."""
    reader: Literal["agrees", "differs", ""] = ""
    """What a reader of the user's own says of this place; "" where it says nothing."""


@cache
def shipped() -> Weights:
    """Returns the weights of this version; read once."""
    return msgspec.json.decode(SHIPPED.read_bytes(), type=Weights)


def rank(case: Case, weights: Weights) -> Choice:
    """Returns the best of a case's candidates; of equals the first in the agenda's order."""
    weigh = weights.weights.get(case.situation, {})
    # Rounded, so that differences between machines in the last digit never decide.
    scores = {
        place: round(sum([weigh.get(name, 0.0) * value for name, value in features.items()]), 6)
        for place, features in case.candidates.items()
    }
    best = max(scores, key=lambda place: scores[place])
    parts = {name: weigh.get(name, 0.0) * x for name, x in case.candidates[best].items()}
    chances = {place: exp(score - scores[best]) for place, score in scores.items()}
    total = sum(chances.values())
    likely = sorted(chances, key=lambda place: -chances[place])
    likely.remove(best)
    others = (*likely[:1], *(p for p in likely[1:] if chances[p] / total >= _WORTH_A_THOUGHT))
    reader: Literal["agrees", "differs", ""] = ""
    if any(READER in features for features in case.candidates.values()):
        reader = "agrees" if READER in case.candidates[best] else "differs"
    odds = -log(max(total - 1, 1e-4))
    return Choice(best, odds, parts, others[:_MOST_ALTERNATIVES], reader)


def confidence_features(
    choice: Choice, case: Case, s: Signals, doubtful: bool
) -> tuple[str, Features]:
    """Returns the row of `Weights.confidence` for a choice, and the values for that row.

    `doubtful` says whether two signs contradict each other, see `reasons`.
    """
    found = {"always": 1.0, "chance": choice.odds, "doubtful": float(doubtful)}
    above, situation = followed(s), case.situation
    if situation == "following" and above:
        found["followed"] = logit(above.placement.confidence)
    elif s.addressed and s.addressed.placement.question == choice.place:
        found["spoken to"] = logit(s.addressed.placement.confidence) - _USUAL
    if choice.reader:
        found[f"reader {choice.reader}"] = 1.0
    if s.reposts:
        found["repost of a stranger"] = 1.0
    if situation == "free" and choice.place is None:
        return "free, to General", found
    if situation == "free":
        # Where people label their answers, a post without a label is rather talk.
        found["label habit"] = case.candidates[None].get("label habit", 0.0)
    return situation, found


def confidence(line: str, found: Features, weights: Weights) -> float:
    """Returns the estimated chance that a choice is right, from .01 to .99: nothing is certain."""
    weigh = weights.confidence.get(line, {"chance": 1.0})
    odds = sum(weigh.get(name, 0.0) * value for name, value in found.items())
    return min(max(round(1 / (1 + exp(-odds)), 2), 0.01), 0.99)


def logit(chance: float) -> float:
    """Returns the log-odds of a probability, which is clamped to 0.01 to 0.99."""
    chance = min(max(chance, 0.01), 0.99)
    return log(chance / (1 - chance))
