"""The ranker: weighs what speaks for each place, and says how surely the best one is right.

A place's score is the sum of its features times their weights; chances are the exponentials of
the scores, shared out (a conditional logit). The chance of the best place then becomes a
confidence: how often such a choice was right in chats that the weights were not fitted on. All
numbers stand in ``weights.json``, made by ``tests/benchmarks/train_grouping.py``.
"""

from __future__ import annotations

from functools import cache
from math import exp, log
from pathlib import Path
from typing import NamedTuple

import msgspec

from tartantm.grouping.features import Case, Features, Situation, followed
from tartantm.grouping.signals import Signals

SHIPPED = Path(__file__).with_name("weights.json")
"""The weights of this version, in the package."""


_USUAL = 2.0
"""Log-odds of a usual place; somebody spoken to who stands surer than that adds to confidence."""


class Weights(msgspec.Struct, frozen=True):
    """What was learned of recorded chats."""

    about: str
    """Where the numbers are from, in words."""
    inbox_below: float
    """Less sure placements are for somebody to look at."""
    weights: dict[Situation, Features]
    """What each feature weighs, by situation."""
    confidence: dict[str, Features]
    """By situation, what adds to the log-odds of being right: ``always``; ``chance``, the log-odds
    of the choice; ``followed`` and ``spoken to``, those of the other post's place."""


class Choice(NamedTuple):
    """The place that most speaks for."""

    place: str | None
    odds: float
    """Logarithm of its odds by the ranker."""
    parts: Features
    """What each feature adds to its score."""


@cache
def shipped() -> Weights:
    """The weights in the package."""
    return msgspec.json.decode(SHIPPED.read_bytes(), type=Weights)


def rank(case: Case, weights: Weights) -> Choice:
    """Choose the best of a case's candidates; of equals the first by the agenda's order."""
    weigh = weights.weights.get(case.situation, {})
    parts = {
        place: {name: weigh.get(name, 0.0) * value for name, value in features.items()}
        for place, features in case.candidates.items()
    }
    # Rounded, so that no machine's last digit decides.
    scores = {place: round(sum(each.values()), 6) for place, each in parts.items()}
    best = max(scores, key=lambda place: scores[place])
    others = sum(exp(score - scores[best]) for place, score in scores.items() if place != best)
    return Choice(best, -log(max(others, 1e-4)), parts[best])


def grounds(choice: Choice, situation: Situation, s: Signals) -> tuple[str, Features]:
    """What tells how surely a choice is right, and the line of `Weights.confidence` for that."""
    found = {"always": 1.0, "chance": choice.odds}
    above = followed(s)
    if situation == "following" and above:
        found["followed"] = logit(above.placement.confidence)
    elif s.addressed and s.addressed.placement.question == choice.place:
        found["spoken to"] = logit(s.addressed.placement.confidence) - _USUAL
    to_general = situation == "free" and choice.place is None
    return "free, to General" if to_general else situation, found


def confidence(line: str, found: Features, weights: Weights) -> float:
    """How surely a choice is right."""
    weigh = weights.confidence.get(line, {"chance": 1.0})
    odds = sum(weigh.get(name, 0.0) * value for name, value in found.items())
    return round(1 / (1 + exp(-odds)), 2)


def logit(chance: float) -> float:
    """The logarithm of the odds of a chance, kept within reason."""
    chance = min(max(chance, 0.01), 0.99)
    return log(chance / (1 - chance))
