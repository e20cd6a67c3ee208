"""How much a reader of one's own helps on recorded chats: ``reader.py [DIR] [--left-out]``.

DIR holds ``dev`` and ``second``: recorded chats, and what a second, blind person said of the two
hardest of them, which stands for the reader here. Questions are chosen, recorded and taken up as
the program does it, one after the other; what carries them, `test_reader.py` tries. Scored are all
posts but those that ask a question; "either" takes a post as right, too, where the second person
named two places, of which one is right and it stands in the other.

The weight of the reader's word is the shipped one; with ``--left-out`` it is fitted on the other
chat. The other weights know both chats, so the figures without a reader are too good.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from msgspec.structs import replace

from tartantm.core.chat import Chat
from tartantm.core.events import Placement
from tartantm.grouping import signals
from tartantm.grouping.decide import by_convention
from tartantm.grouping.features import READER, case_of
from tartantm.grouping.ranker import Weights, shipped
from tartantm.moderation.ask_reader import ReaderQuestions
from tests.benchmarks.evening import Evening
from tests.benchmarks.recorded import SHARED, VERSIONS, Recording, recording, rows_of
from tests.benchmarks.scoring import scored

HARDEST = ("bcr-2023-05-10", "critlib-2015-03-11")

Answers = Mapping[str, tuple[str | None, ...]]
"""By post id: the places that the second person named, the likeliest first."""


def second_reader(folder: Path, chat_id: str) -> Answers:
    """What the second person said of a chat's posts."""
    rows = rows_of(folder / "dev", chat_id)
    answers = {}
    for line in (folder / "second" / f"{chat_id}.tsv").read_text("utf-8").splitlines():
        number, places, _ = line.split("\t")
        named = tuple(None if each == "-" else each for each in places.split())
        answers[f"x:{rows[int(number) - 1]['id']}"] = named
    return answers


class Read(NamedTuple):
    """What came of it."""

    asked: float
    """About which share of the posts the reader was asked."""
    questions: int
    right: float
    outside: float
    """Right outside the inbox."""
    inbox: float
    promised: float


def read(
    heard: Recording, answers: Answers, weights: Weights, share: float, live: int = 0
) -> tuple[Chat, Read]:
    """Hear a chat, then ask the reader until nothing is in doubt or a share is asked about.

    With `live`, each time that so many posts came.
    """
    evening, count = Evening(heard.agenda, weights), 0
    for number, post in enumerate(heard.posts, 1):
        evening.hear([post])
        if live and number % live == 0:
            count += ask_all(evening, answers, share)
    count += ask_all(evening, answers, share)
    return evening.chat, figures(heard, evening.chat, count)


def ask_all(evening: Evening, answers: Answers, share: float) -> int:
    """Ask until there is nothing to ask; returns how many questions it were."""
    count = 0
    while question := ReaderQuestions(evening.chat, share=share).next():
        count += 1
        places = {post: answers[post][0] for post in question.about if post in answers}
        evening.record(question.said(places, "recorded"))
    return count


def figures(heard: Recording, chat: Chat, questions: int) -> Read:
    """Count."""
    found = scored(heard, chat)
    outside = [each for each in found if not each.placement.inbox]
    about = {post for said in chat.read for post in said.about}
    return Read(
        len(about) / len(heard.posts),
        questions,
        sum(each.right for each in found) / len(found),
        sum(each.right for each in outside) / max(1, len(outside)),
        1 - len(outside) / len(found),
        sum(each.placement.confidence for each in found) / len(found),
    )


def weighing(weights: Weights, reader: float) -> Weights:
    """The weights with another weight of the reader's word."""
    return replace(
        weights, weights={name: {**each, READER: reader} for name, each in weights.weights.items()}
    )


def fitted_on(heard: Recording, answers: Answers, weights: Weights) -> float:
    """The weight of the reader's word that makes what people said of a chat likely."""
    # Needs numpy and scipy, as training does.
    from tests.benchmarks.train_grouping import NOTHING, _in_order, fit, memory_of

    memory, rows = memory_of(heard, weights.talk_words or NOTHING), []
    for placed in _in_order(memory):
        s, truth = signals.gather(memory, placed), heard.truths[placed.id]
        if by_convention(s, memory) is None and placed.id in answers:
            memory.read_by = {placed.id: answers[placed.id][0]}
            case = case_of(s, memory, placed)
            memory.read_by = {}
            weigh = weights.weights[case.situation]
            row = [
                {
                    "rest": sum(weigh.get(n, 0.0) * v for n, v in each.items() if n != READER),
                    READER: each.get(READER, 0.0),
                }
                for each in case.candidates.values()
            ]
            if truth.question in case.candidates and truth.certainty != "low":
                rows.append((row, list(case.candidates).index(truth.question), 0.5))
        memory.place(placed, Placement(truth.question, "time", "", 0.8))
    return fit(rows, {"rest": 1.0, READER: 6.0}, 1.0)[READER]


def both(heard: Recording, answers: Answers, chat: Chat) -> float:
    """Right where a post that the second person saw in two places stands in one of them."""
    posts = [p for p, t in heard.truths.items() if p not in heard.asking and t.labelled]
    found = [
        each.right or (len(named) > 1 and {each.placement.question, each.truth.question} <= named)
        for post, each in zip(posts, scored(heard, chat), strict=True)
        for named in [set(answers.get(post, ()))]
    ]
    return sum(map(bool, found)) / len(found)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--left-out", action="store_true")
    parser.add_argument("--live", type=int, default=0, metavar="POSTS")
    parser.add_argument("--version", choices=VERSIONS, default=VERSIONS[0])
    parser.add_argument("--share", type=float, action="append")
    options = parser.parse_args()
    chats = {
        chat_id: (
            recording(options.folder / "dev", chat_id, options.version),
            second_reader(options.folder, chat_id),
        )
        for chat_id in HARDEST
    }
    print("chat                  weight  asked questions  right either outside inbox promised")
    for share in options.share or (0.0, 0.1, 0.2, 1 / 3, 1.0):
        right = posts = 0.0
        for chat_id, (heard, answers) in chats.items():
            weights, weight = shipped(), shipped().weights["free"][READER]
            if options.left_out:
                others = [each for name, each in chats.items() if name != chat_id]
                weight = sum(fitted_on(*each, weights) for each in others) / len(others)
                weights = weighing(weights, weight)
            chat, got = read(heard, answers, weights, share, options.live)
            count = len(scored(heard, chat))
            right, posts = right + got.right * count, posts + count
            print(
                f"{chat_id:20} {weight:7.2f} {got.asked:6.2f} {got.questions:9} {got.right:6.3f}"
                f" {both(heard, answers, chat):6.3f} {got.outside:7.3f} {got.inbox:5.3f}"
                f" {got.promised:8.3f}"
            )
        print(f"{'both':20} {'':24} {right / posts:6.3f}")


if __name__ == "__main__":
    main()
