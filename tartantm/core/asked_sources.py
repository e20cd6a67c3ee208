"""Which sources a session was listened to, to offer the same again, by what it recorded of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from tartantm.core.events import Filled, SourceChanged

NOT_WHOLE = "?…"
"""Ends the name of a source whose address goes on: that may be a key, and is kept nowhere."""


def asked_last(coverage: Iterable[tuple[datetime, SourceChanged | Filled]]) -> list[str]:
    """The sources that were asked for in the last run of the program, in that order."""
    asked: list[str] = []
    running: set[str] = set()
    for _, event in coverage:
        if not isinstance(event, SourceChanged):
            continue
        if event.state == "asked":
            if event.source in running or not running:  # it was killed, or had ended
                asked, running = [], set()
            asked.append(event.source)
            running.add(event.source)
        elif event.state == "ended":
            running.discard(event.source)
    return [*dict.fromkeys(asked)]


def asked_before(coverage: Sequence[tuple[datetime, SourceChanged | Filled]]) -> list[str]:
    """The sources to offer again: those of the last run, and others that were heard before.

    A run with fewer forgets none of them; a name that was never heard, as one with a slip of the
    pen, is forgotten by the next run without it.
    """
    return [*dict.fromkeys((*asked_last(coverage), *heard_before(coverage)))]


def heard_before(coverage: Iterable[tuple[datetime, SourceChanged | Filled]]) -> list[str]:
    """The sources that were heard, or asked for posts, at any time."""
    found = (
        event.source
        for _, event in coverage
        if (event.by if isinstance(event, Filled) else event.state == "connected")
    )
    return [*dict.fromkeys(found)]
