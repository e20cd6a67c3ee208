"""Which sources are offered again: those of the last run, and what was heard before it."""

from __future__ import annotations

from datetime import datetime

from tartantm.core.asked_sources import asked_before, asked_last, heard_before
from tartantm.core.events import Filled, SourceChanged
from tests.builders import at

Reports = list[tuple[datetime, SourceChanged | Filled]]


def test_the_last_run_is_remembered() -> None:
    def one(name: str, state: str) -> tuple[datetime, SourceChanged]:
        return at(0), SourceChanged(name, state)  # type: ignore[arg-type]

    first = [one("x", "asked"), one("bluesky", "asked"), one("x", "connected")]
    assert asked_last(first) == ["x", "bluesky"]
    assert asked_last([*first, one("x", "asked")]) == ["x"], "killed, and begun with less"
    ended = [*first, one("x", "ended"), one("bluesky", "ended")]
    assert asked_last(ended) == ["x", "bluesky"]
    again = [*ended, one("mastodon:a.example", "asked"), one("x", "asked")]
    assert asked_last(again) == ["mastodon:a.example", "x"]
    assert asked_last([one("bluesky", "connected")]) == []
    filled = [(at(1), Filled("x", at(0), at(1), "search"))]
    assert asked_last([*first, *filled, one("x", "ended"), one("mastodon:a.example", "asked")]) == [
        "x",
        "bluesky",
        "mastodon:a.example",
    ]


def test_what_was_heard_before_is_remembered_beside_the_last_run() -> None:
    events: Reports = [
        (at(0), SourceChanged("x", "asked")),
        (at(0), SourceChanged("mastodon:slip.example", "asked")),
        (at(0), SourceChanged("mastodon:a.example", "asked")),
        (at(0), SourceChanged("bluesky", "asked")),
        (at(1), SourceChanged("x", "connected", at=at(1))),
        (at(1), SourceChanged("mastodon:slip.example", "failed", "No.")),
        (at(2), Filled("mastodon:slip.example", at(0), at(1), "", 0, "Gone.")),
        (at(2), Filled("mastodon:a.example", at(0), at(1), "search")),
        (at(3), SourceChanged("mastodon:a.example", "connected", at=at(3))),
        (at(5), SourceChanged("x", "asked")),
        (at(5), SourceChanged("feed:b.example", "asked")),
    ]
    assert heard_before(events) == ["x", "mastodon:a.example"]
    assert asked_last(events) == ["x", "feed:b.example"]
    assert asked_before(events) == ["x", "feed:b.example", "mastodon:a.example"]
    again = [*events, (at(6), SourceChanged("x", "ended")), (at(7), SourceChanged("x", "asked"))]
    assert asked_last(again) == ["x", "feed:b.example"], "made anew within the run"
