"""How much a reader of one's own helps on recorded chats: ``reader.py DIR [--share .33]``.

DIR holds ``dev`` and ``second``: recorded chats, and what a second, blind person said of the two
hardest of them, which stands for the reader here. Questions are chosen, recorded and taken up as
the program does it, one after the other; only what carries them is left out (``--served`` asks a
stand-in server on loopback, too). Scored are all posts but those that ask a question; "either"
counts a post as right that stands in one of the two places that the second person named.

The weight of the reader's word is the shipped one, or with ``--left-out`` fitted on the other chat.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from msgspec.structs import replace

from tartantm.core.chat import Chat
from tartantm.core.events import Event, Grouped
from tartantm.grouping.grouper import Grouper
from tartantm.grouping.ranker import Weights, shipped
from tartantm.moderation.ask_reader import ReaderQuestion, ReaderQuestions
from tests.benchmarks.grouping import _happen, hear, scored
from tests.benchmarks.recorded import SHARED, Recording, recording, rows_of

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
    heard: Recording,
    answers: Answers,
    weights: Weights,
    share: float,
    ask: Callable[[ReaderQuestion], dict[str, str | None]] | None = None,
) -> tuple[Chat, Read]:
    """Hear a chat, then ask the reader until nothing is in doubt or a share is asked about."""
    chat = hear(heard.agenda, heard.posts, weights=weights)
    grouper, count = Grouper(chat, weights), 0
    while question := ReaderQuestions(chat, share=share).next():
        count += 1
        places = (
            ask(question)
            if ask
            else {post: answers[post][0] for post in question.about if post in answers}
        )
        happen(chat, grouper, question.said(places, "recorded"))
    return chat, figures(heard, chat, count)


def happen(chat: Chat, grouper: Grouper, event: Event) -> None:
    """Record an event and what follows from it."""
    if revised := grouper.observe(_happen(chat, [event])):
        grouper.observe(_happen(chat, [Grouped(revised)]))


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


def weighing(weights: Weights, reader: float, agrees: float, differs: float) -> Weights:
    """The weights with another weight of the reader's word."""
    return replace(
        weights,
        weights={name: {**each, "reader": reader} for name, each in weights.weights.items()},
        confidence={
            name: {**each, "reader agrees": agrees, "reader differs": differs}
            for name, each in weights.confidence.items()
        },
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED)
    parser.add_argument("--weight", type=float, default=None)
    parser.add_argument("--stripped", action="store_true")
    options = parser.parse_args()
    weights = shipped()
    if options.weight is not None:
        weights = weighing(weights, options.weight, 0.5, -1.0)
    print("chat                  share asked questions right outside inbox promised")
    for chat_id in HARDEST:
        heard = recording(options.folder / "dev", chat_id, stripped=options.stripped)
        answers = second_reader(options.folder, chat_id)
        for share in (0.0, 0.1, 0.2, 1 / 3, 0.5, 1.0):
            _, got = read(heard, answers, weights, share)
            print(
                f"{chat_id:20} {share:6.2f} {got.asked:5.2f} {got.questions:9} {got.right:5.3f}"
                f" {got.outside:7.3f} {got.inbox:5.3f} {got.promised:8.3f}"
            )


if __name__ == "__main__":
    main()
