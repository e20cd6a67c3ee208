"""Weights that know nothing about the chat they are tried on, and how to tell those that do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tartantm.grouping.ranker import Weights
from tests.benchmarks.recorded import SHARED, ids_in, rows_of

if TYPE_CHECKING:
    from tests.benchmarks.train_grouping import Trainer

WeightsFor = Callable[[frozenset[str]], Weights]
"""Returns weights that were fitted without these chats; a trainer plugs in here."""

Leave = Literal["chat", "community"]
"""What is left out of the weights: the chat itself, or every chat of the people who hold it."""

KNOWN_FOLDERS = ("dev", "read", "labels-only")
"""Where the shipped weights may have been fitted."""


MANY, TOGETHER = 12, 6
"""In a folder with more chats than the first, about as many as the second are left out together."""


def community(chat_id: str) -> str:
    """The people who hold a chat: its id begins with their name."""
    return chat_id.split("-", 1)[0]


def left_out(chat_id: str, leave: Leave, folders: Iterable[Path]) -> frozenset[str]:
    """The chats of which weights for this one must know nothing.

    Of a folder with many chats several are left out together, for fitting takes minutes.
    """
    if leave == "chat":
        beside = next((ids_in(folder) for folder in folders if chat_id in ids_in(folder)), [])
        groups = max(1, len(beside) // TOGETHER) if len(beside) > MANY else 0
        place = beside.index(chat_id) % groups if groups else 0
        return frozenset(beside[place::groups] if groups else [chat_id])
    everything = {each for folder in folders for each in ids_in(folder)}
    return frozenset(c for c in {*everything, chat_id} if community(c) == community(chat_id))


@dataclass(frozen=True)
class LeftOut:
    """`WeightsFor` with the trainer of `train_grouping`."""

    folders: tuple[Path, ...]
    """Folders with chats to learn from; of the first every post was placed by hand."""
    labels: Path | None = None
    """A folder with chats known by their labels only, which lend their words."""
    vectors: Path | None = None
    """A file with word vectors; without it nothing sounds like talk."""
    beds: tuple[Path, ...] = ()
    """Folders with the chats to be tried."""

    def __call__(self, left: frozenset[str]) -> Weights:
        """Fit on everything but these chats, and whatever has a post in common with them."""
        return _trainer(self.folders, self.labels, self.vectors).weights(self.away(left))

    def away(self, left: frozenset[str]) -> frozenset[str]:
        """Returns these chats and those that are the same by their posts."""
        folders = {*self.folders, *self.beds}
        taboo = {
            post
            for folder in folders
            for chat in left & {*ids_in(folder)}
            for post in posts_of(folder, chat)
        }
        return left | {
            chat
            for folder in self.folders
            for chat in ids_in(folder)
            if not taboo.isdisjoint(posts_of(folder, chat))
        }


@cache
def _trainer(folders: tuple[Path, ...], labels: Path | None, vectors: Path | None) -> Trainer:
    """A trainer, made once in each process."""
    # Only here, since what trains needs packages that the rest does without.
    from tests.benchmarks import train_grouping

    return train_grouping.Trainer(train_grouping.load(folders, labels, vectors))


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
