"""Weights that know nothing about the chat they are tried on, and how to tell those that do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from tartantm.grouping.ranker import Weights
from tests.benchmarks.recorded import SHARED, Recording, ids_in, recording, rows_of

WeightsFor = Callable[[frozenset[str]], Weights]
"""Returns weights that were fitted without these chats; a trainer plugs in here."""

Leave = Literal["chat", "community"]
"""What is left out of the weights: the chat itself, or every chat of the people who hold it."""

KNOWN_FOLDERS = ("dev", "read", "labels-only")
"""Where the shipped weights may have been fitted."""


def community(chat_id: str) -> str:
    """The people who hold a chat: its id begins with their name."""
    return chat_id.split("-", 1)[0]


def left_out(chat_id: str, leave: Leave, folders: Iterable[Path]) -> frozenset[str]:
    """The chats of which weights for this one must know nothing."""
    if leave == "chat":
        return frozenset([chat_id])
    everything = {each for folder in folders for each in ids_in(folder)}
    return frozenset(c for c in {*everything, chat_id} if community(c) == community(chat_id))


@dataclass(frozen=True)
class LeftOut:
    """`WeightsFor` with the trainer of `train_grouping`."""

    placed: tuple[Path, ...]
    """Folders with chats of which every post was placed by hand."""
    labels: Path | None
    """A folder with chats known by their labels only."""
    beds: tuple[Path, ...]
    """Folders with the chats to be tried."""

    def __call__(self, left: frozenset[str]) -> Weights:
        """Fit on everything but these chats, and whatever has a post in common with them."""
        # Only here, since what trains may need packages that the rest does without.
        from tests.benchmarks.train_grouping import train

        return train(list(self.recordings(left)))

    def recordings(self, left: frozenset[str]) -> Iterable[Recording]:
        """What there is to learn from."""
        folders = {*self.placed, *self.beds, *filter(None, [self.labels])}
        taboo = {
            post
            for folder in folders
            for c in left & {*ids_in(folder)}
            for post in posts_of(folder, c)
        }
        placed: set[str] = set()
        for folder in self.placed:
            for chat in ids_in(folder):
                if taboo.isdisjoint(posts_of(folder, chat)):
                    placed.add(chat)
                    yield read(folder, chat, stripped=False, labels=False)
                    yield read(folder, chat, stripped=True, labels=False)
        for chat in ids_in(self.labels) if self.labels else ():
            if chat not in placed and taboo.isdisjoint(posts_of(self.labels, chat)):
                yield read(self.labels, chat, stripped=True, labels=True)


@cache
def read(folder: Path, chat_id: str, *, stripped: bool, labels: bool) -> Recording:
    """A recording, read once in each process."""
    return recording(folder, chat_id, stripped=stripped, labels=labels)


@cache
def posts_of(folder: Path | None, chat_id: str) -> frozenset[str]:
    """The ids of a chat's posts."""
    return frozenset(row["id"] for row in rows_of(folder, chat_id)) if folder else frozenset()


def may_be_known(folder: Path, shared: Path = SHARED) -> list[str]:
    """The chats in a folder that the shipped weights may have been fitted on.

    A chat is known by its posts: a copy under another name is the same chat. Where the chats that
    weights are fitted on are not at hand, any may be one of them.
    """
    if not shared.is_dir():
        return ids_in(folder)
    known: set[str] = set()
    for name in KNOWN_FOLDERS:
        known.update(*(posts_of(shared / name, chat) for chat in ids_in(shared / name)))
    return [chat for chat in ids_in(folder) if not known.isdisjoint(posts_of(folder, chat))]
