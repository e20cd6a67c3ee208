"""Fits the weights of grouping: ``train_grouping.py DIR [--labels DIR] [--output FILE]``.

DIR holds recorded chats of which every post was placed by hand, ``--labels`` such of which only
posts are known whose authors labelled them; their labels are hidden and they teach nothing about
General. Plain Python, some minutes. Numbers are rounded, so that every machine writes the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec

from tartantm.core.events import Placement
from tartantm.grouping import signals
from tartantm.grouping.decide import by_convention
from tartantm.grouping.features import Features, case_of
from tartantm.grouping.memory import Memory, Opening, PlacedPost
from tartantm.grouping.ranker import Weights, confidence, confidence_features, rank
from tartantm.grouping.reasons import reason_for
from tests.benchmarks.recorded import Recording, ids_in, recording

START = {
    "labelled": {
        "strong label": 6.0,
        "medium label": 5.0,
        "two labels": 3.0,
        "not open yet": -1.0,
        "greeting": 2.0,
    },
    "following": {"follows": 5.0, "greeting": 3.0, "mentions its number": 3.0},
    "talk": {"General": 3.0, "open": 0.5},
    "free": {
        "open": 2.0,
        "fresh": -1.0,
        "open before": 1.0,
        "open before, long ago": -0.7,
        "open earlier": -1.0,
        "not open yet": -1.0,
        "closed": 2.0,
        "first post": 1.5,
        "after the end": 1.5,
        "in a thread": 3.0,
        "in a thread in General": 2.0,
        "speaks to somebody": 2.0,
        "speaks to somebody in General": 1.0,
        "mentions its number": 2.0,
        "its words": 1.0,
        "its wording": 2.0,
    },
}
for _features in START.values():
    _features["reader"] = 6.0  # no recording of `dev` has one; `reader.py` says how it was measured
"""What one would guess; weights are drawn towards it where the recordings say little."""

CERTAINTY = {"high": 0.5, "medium": 0.35, "low": 0.0}
"""What a hand-placed post counts in each of its two versions, as written and stripped."""

LABELLED = 0.3
"""What a post counts that is known by its hidden label only."""

FIRMNESS = 1.0
"""How strongly weights are drawn towards `START`."""

LINE = {
    **{"always": 0.0, "chance": 0.6, "followed": 0.5, "spoken to": 0.3},
    **{"reader agrees": -0.5, "reader differs": -2.0},
}
"""The same guess for confidence."""

CALM = 5.0
"""How strongly that draws."""

BUDGETS = {"few": 0.10, "usual": 0.18, "thorough": 0.30}
"""The inbox's sizes: which share of the posts each has in chats left out."""


class Example(NamedTuple):
    """A choice that should have been made."""

    chat: str
    situation: str
    candidates: list[Features]
    right: int
    weight: float


class Outcome(NamedTuple):
    """A choice that was made, and whether it was right."""

    kind: str
    features: Features
    """For the line of confidence; none where convention decided."""
    sure: float
    right: bool
    certain: bool
    """Whether the person who placed it was."""


@cache
def _memory_of(heard: Recording) -> Memory:
    memory = Memory(heard.agenda)
    for post in heard.posts:
        memory.add(post)
    for placed in memory.posts.values():
        memory.record_question_asked(placed, signals.asks(memory, placed))
        memory.record_leave_taking(placed, signals.takes_leave(memory, placed))
    planned = ((q.opens_at, q.id) for q in heard.agenda.questions if q.opens_at)
    memory.set_openings([Opening((at, -1), question) for at, question in planned])
    return memory


def _in_order(memory: Memory) -> list[PlacedPost]:
    for placed in memory.posts.values():
        memory.place(placed, Placement(None, "general", "", 0.0))
    return sorted(memory.posts.values(), key=lambda placed: placed.order)


@cache
def examples_of(heard: Recording) -> list[Example]:
    """Every choice in a chat, each seen with all posts before it where they should stand."""
    memory, guess, found = _memory_of(heard), _weights(START), []
    for placed in _in_order(memory):
        s, truth = signals.gather(memory, placed), heard.truths[placed.id]
        if (placement := by_convention(s, memory)) is None:
            case = case_of(s, memory, placed)
            place = rank(case, guess).place if heard.hidden_labels else truth.question
            placement = Placement(place, "time", "", 0.8)
            teaches = truth.labelled and placed.id not in heard.asking
            weight = CERTAINTY.get(truth.certainty, 0.0)
            candidates = case.candidates
            if heard.hidden_labels:
                teaches, weight = teaches and placed.id in heard.hidden_labels, LABELLED
                candidates = {q: each for q, each in candidates.items() if q is not None}
            if teaches and weight and truth.question in candidates and len(candidates) > 1:
                right = list(candidates).index(truth.question)
                values = list(candidates.values())
                found.append(Example(heard.id, case.situation, values, right, weight))
        memory.place(placed, placement)
    return found


def outcomes_of(heard: Recording, weights: Weights) -> list[Outcome]:
    """Every choice in a chat as `weights` make it."""
    memory, found = _memory_of(heard), []
    for placed in _in_order(memory):
        s, truth = signals.gather(memory, placed), heard.truths[placed.id]
        name, line, placement = "", Features(), by_convention(s, memory)
        if placement is None:
            case = case_of(s, memory, placed)
            choice = rank(case, weights)
            doubtful = reason_for(s, memory, placed, case.situation, choice).doubtful
            name, line = confidence_features(choice, case.situation, s, doubtful)
            placement = Placement(choice.place, "time", "", confidence(name, line, weights))
        memory.place(placed, placement)
        if truth.labelled and placed.id not in heard.asking:
            right = placement.question == truth.question
            certain = truth.certainty != "low"
            found.append(Outcome(name, line, placement.confidence, right, certain))
    return found


def fit(
    rows: Sequence[tuple[Sequence[Features], int, float]], prior: Mapping[str, float], firm: float
) -> Features:
    """Weights that make the right candidates likely, drawn towards `prior`: Newton's method."""
    names = sorted({name for row, _, _ in rows for each in row for name in each})
    place = {name: n for n, name in enumerate(names)}
    aim = [prior.get(name, 0.0) for name in names]
    table = [
        ([[(place[n], v) for n, v in sorted(each.items())] for each in row], right, weight)
        for row, right, weight in rows
    ]
    weights = list(aim)
    for _ in range(12):
        slope = [firm * (a - w) for a, w in zip(aim, weights, strict=True)]
        bend = [[firm * (i == j) for j in range(len(names))] for i in range(len(names))]
        for row, right, weight in table:
            scores = [sum(weights[n] * v for n, v in each) for each in row]
            top = max(scores)
            powers = [exp(score - top) for score in scores]
            total = sum(powers)
            mean: dict[int, float] = defaultdict(float)
            for number, (each, power) in enumerate(zip(row, powers, strict=True)):
                chance = power / total
                for n, v in each:
                    mean[n] += chance * v
                    slope[n] += weight * v * ((number == right) - chance)
                    for m, u in each:
                        bend[n][m] += weight * chance * v * u
            for n, v in mean.items():
                for m, u in mean.items():
                    bend[n][m] -= weight * v * u
        step = _solved(bend, slope)
        longest = max(map(abs, step), default=0.0)
        weights = [w + d * min(1.0, 2 / longest) for w, d in zip(weights, step, strict=True)]
        if longest < 1e-5:
            break
    return {name: round(weight, 3) for name, weight in zip(names, weights, strict=True)}


def _solved(bend: list[list[float]], slope: list[float]) -> list[float]:
    """Solve a set of linear equations (Gauss); the matrix is positive definite."""
    rows = [[*row, value] for row, value in zip(bend, slope, strict=True)]
    for n, pivot in enumerate(rows):
        for row in rows[n + 1 :]:
            if factor := row[n] / pivot[n]:
                for m in range(n, len(pivot)):
                    row[m] -= factor * pivot[m]
    found = [0.0] * len(rows)
    for n in range(len(rows) - 1, -1, -1):
        rest = sum(rows[n][m] * found[m] for m in range(n + 1, len(rows)))
        found[n] = (rows[n][-1] - rest) / rows[n][n]
    return found


def _weights(by_situation: Mapping[str, Features], **more: Any) -> Weights:
    data = {"about": "", "inbox": {}, "confidence": {}, "weights": by_situation, **more}
    return msgspec.convert(data, Weights)


def _fitted(examples: Iterable[Example]) -> dict[str, Features]:
    rows = defaultdict(list)
    for each in examples:
        rows[each.situation].append((each.candidates, each.right, each.weight))
    # What no recording shows stays as guessed.
    return {name: guess | fit(rows[name], guess, FIRMNESS) for name, guess in START.items()}


def train(recordings: Sequence[Recording]) -> Weights:
    """Fit weights, lines of confidence and the inbox's limit on recordings, and on nothing else.

    Confidence and limit are measured on chats that are left out of the weights in turn.
    """
    examples = [each for heard in recordings for each in examples_of(heard)]
    placed = [heard for heard in recordings if not heard.hidden_labels]
    without = {
        chat: _fitted(each for each in examples if each.chat != chat)
        for chat in dict.fromkeys(heard.id for heard in placed)
    }
    lines: dict[str, Features] = {}
    for _ in range(3):
        outcomes = [
            outcome
            for heard in placed
            for outcome in outcomes_of(heard, _weights(without[heard.id], confidence=lines))
        ]
        rows = defaultdict(list)
        for each in outcomes:
            if each.kind and each.certain:
                rows[each.kind].append(([each.features, Features()], int(not each.right), 1.0))
        lines = {name: fit(rows[name], LINE, CALM) for name in sorted(rows)}
    sure = [
        (outcome.sure, outcome.right)
        for heard in placed
        for outcome in outcomes_of(heard, _weights(without[heard.id], confidence=lines))
        if outcome.certain
    ]
    return _weights(
        _fitted(examples),
        about=f"Fitted on {len(without)} chats placed by hand and "
        f"{len(recordings) - len(placed)} known by labels; confidence on chats left out.",
        confidence=lines,
        inbox={name: _budget(sure, share) for name, share in BUDGETS.items()},
    )


def _budget(sure: Sequence[tuple[float, bool]], share: float) -> dict[str, float]:
    """What an inbox of about this share of the posts means."""
    below = sorted(each for each, _ in sure)[round(share * len(sure))]
    outside = [right for each, right in sure if each >= below]
    part = 1 - len(outside) / len(sure)
    return {
        "below": below,
        "share": round(part, 2),
        "outside": round(sum(outside) / len(outside), 2),
    }


def load(folder: Path, labels: Path | None) -> list[Recording]:
    """The recordings of both kinds; chats placed by hand as written and stripped."""
    found = [
        recording(folder, chat, stripped=stripped)
        for chat in ids_in(folder)
        for stripped in (False, True)
    ]
    if labels:
        found += [recording(labels, chat, stripped=True, labels=True) for chat in ids_in(labels)]
    return found


def labels_beside(folder: Path) -> Path | None:
    """Where chats lie that are known by labels only, beside those placed by hand."""
    beside = folder.resolve().parent / "labels-only"
    return beside if beside.is_dir() else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--labels", type=Path, help="default: the folder labels-only beside DIR")
    parser.add_argument("--output", type=Path, help="default: the terminal")
    options = parser.parse_args()
    weights = train(load(options.folder, options.labels or labels_beside(options.folder)))
    text = json.dumps(msgspec.to_builtins(weights), indent=1, ensure_ascii=False) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8", newline="\n")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
