"""A real capture of a known stream, with somebody who acts all the time; made to be killed.

``python -m tests.crash.captor TOLD SEED run|follow …`` writes into the file TOLD what the program
has shown as saved: a line for each event, with its number, a digest and the time.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from tartantm.capture import registry as configured
from tartantm.cli import main as cli
from tartantm.core import events as ev
from tartantm.core.errors import TartantmError
from tartantm.core.events import Event, Recorded
from tartantm.core.post import Post
from tartantm.store.journal import Journal
from tartantm.store.recorder import Origin
from tartantm.store.session import LiveSession
from tests.builders import at, post

EVERY = 0.01
"""Seconds between posts, and between acts."""


AGAIN = 20
"""Posts that who listens late hears a second time."""


def digest(event: Event) -> str:
    """A fingerprint of an event: what was told and what is held must have the same."""
    return hashlib.blake2b(msgspec.json.encode(event), digest_size=8).hexdigest()


def said(n: int) -> Post:
    """The post of that number: the stream is the same whoever hears it, and when."""
    words = f"A{1 + n % 3} “Ceud mìle fàilte” number {n} #tartantm " + "och " * (n % 40)
    return post(str(n), words, minute=6 + n / 1000)


class KnownStream:
    """Says post after post; who begins to listen late is told the last ones again."""

    name = "test:known"
    damaged = 0

    def __init__(self, session: Path) -> None:
        self._session = session

    async def batches(self) -> AsyncIterator[list[Post]]:
        """A few that are held already, then post after post."""
        with Journal(self._session) as journal:
            held = sum(isinstance(item.event, ev.Captured) for item in journal.since(0))
        for n in itertools.count(max(0, held - AGAIN)):
            yield [said(n)]
            if n > held:
                await asyncio.sleep(EVERY)


def choose(session: LiveSession, random: Random, n: int) -> Event:
    """What a person might do next."""
    chat = session.chat
    entry = random.choice(list(chat.entries.values()))
    question = random.choice(chat.agenda.questions).id
    acts: list[Event] = [
        ev.Starred((entry.id,), not entry.starred),
        ev.Noted(entry.id, f"note {n}"),
        ev.Placed({entry.id: question}),
        ev.Marked((entry.id,), "idea"),
        ev.Opened(question, at(6 + n / 100), "moderator"),
        ev.Remarked(post(f"room:{os.getpid()}-{n}", "said aloud", 6), question),
    ]
    if act := chat.history.undoable:
        acts.append(ev.Undone(act.seq))
    if act := chat.history.redoable:
        acts.append(ev.Redone(act.seq))
    return random.choice(acts)


async def keep_acting(session: LiveSession, random: Random) -> None:
    """Act without end; what cannot be saved is left, as a person would leave it."""
    n = 0
    while True:
        await asyncio.sleep(EVERY)
        if session.chat.entries:
            n += 1
            try:
                await session.record(choose(session, random, n))
            except TartantmError:
                await asyncio.sleep(0.1)


def main() -> int:
    """Run a command of the program with all this in place."""
    told, seed, *arguments = sys.argv[1:]
    out = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    begin, apply = LiveSession.__init__, LiveSession._apply

    def beginning(self: LiveSession, *given: Any) -> None:
        begin(self, *given)
        self.acting = asyncio.create_task(keep_acting(self, Random(seed)))  # type: ignore[attr-defined]

    def applying(self: LiveSession, recorded: list[Recorded], origin: Origin, *more: Any) -> None:
        apply(self, recorded, origin, *more)
        now = time.monotonic()
        lines = (f"{item.seq} {digest(item.event)} {now:.4f} {origin}\n" for item in recorded)
        os.write(out, "".join(lines).encode())

    LiveSession.__init__ = beginning  # type: ignore[method-assign,assignment]
    LiveSession._apply = applying  # type: ignore[method-assign,assignment]
    configured.SourceRegistry.make = lambda self, name: KnownStream(Path(arguments[-1]))  # type: ignore[method-assign,assignment,return-value]
    return cli.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
