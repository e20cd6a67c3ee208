"""The child that reads one feed: ``python -m tartantm.networks.feed.worker``, see `apart`.

It takes one question from its standard input and writes one answer, both as MessagePack.
"""

from __future__ import annotations

import faulthandler
import os
import pathlib
import sys
from datetime import datetime
from threading import Thread
from typing import BinaryIO

import msgspec
from msgspec import Struct

from tartantm.networks.feed.payload import Feed, read_feed
from tartantm.networks.feed.zones import zone_of
from tartantm.networks.heard import Unreadable

MEMORY = 2**30
"""Bytes of address space; feedparser takes 300 MB for 2 MB of the densest feed."""


LARGEST_ANSWER = 8 * 2**20
"""Bytes of an answer at most; a feed of 2 MB makes no more than that of itself."""


class Question(Struct):
    """What the child is asked."""

    data: bytes
    url: str
    now: datetime
    zone: str
    """The chat's time zone, as `zone_text` writes it."""
    seconds: float
    """How long it may take, after which the child ends itself."""


class Answer(Struct):
    """What the child says: a feed, or why there is none."""

    feed: Feed | None = None
    unreadable: str = ""


def main() -> None:
    """Answer one question."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    # Whatever a library prints is no answer.
    sys.stdout = sys.stderr
    question = msgspec.msgpack.decode(
        asked.read(int.from_bytes(asked.read(8), "big")), type=Question
    )
    limit(question.seconds)
    Thread(target=_end_with_parent, args=(asked,), daemon=True).start()
    answers.write(answer_to(question))
    answers.flush()
    os._exit(0)  # The thread that waits for the parent would hold the input's lock.


def answer_to(question: Question) -> bytes:
    """The answer as it is sent."""
    try:
        tz = zone_of(question.zone)
        answer = Answer(read_feed(question.data, question.url, question.now, tz))
    except Unreadable as problem:
        answer = Answer(unreadable=str(problem))
    except MemoryError:
        answer = Answer(unreadable="reading it takes too much memory")
    packed = msgspec.msgpack.encode(answer)
    if len(packed) > LARGEST_ANSWER:
        return msgspec.msgpack.encode(Answer(unreadable="it is too large to read"))
    return packed


def limit(seconds: float) -> None:
    """Limit time and memory, whatever becomes of the parent.

    The timer is no thread of Python, so that it ends a pattern that holds the interpreter. Windows
    has no such limit of memory: there the feed's size and the time are the limits.
    """
    nowhere = pathlib.Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 -- as long as the process
    faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, int(seconds) + 1)):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue  # A Mac may refuse a limit of address space.


def _end_with_parent(asked: BinaryIO) -> None:
    asked.read(1)
    os._exit(1)


if __name__ == "__main__":
    main()
