"""Dates, times and time zones in English."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from tartantm.transcript import times


@pytest.mark.parametrize(
    ("name", "at", "words"),
    [
        (
            "Europe/London",
            datetime(2012, 6, 20, 18, tzinfo=ZoneInfo("Europe/London")),
            "UK time (BST)",
        ),
        (
            "Europe/London",
            datetime(2012, 1, 20, 18, tzinfo=ZoneInfo("Europe/London")),
            "UK time (GMT)",
        ),
        (
            "Europe/Berlin",
            datetime(2012, 6, 20, 18, tzinfo=ZoneInfo("Europe/Berlin")),
            "Berlin time (CEST, UTC+2)",
        ),
        (
            "America/Sao_Paulo",
            datetime(2024, 6, 20, 18, tzinfo=ZoneInfo("America/Sao_Paulo")),
            "Sao Paulo time (UTC−3)",
        ),
        (None, datetime(2012, 6, 20, tzinfo=timezone(timedelta(hours=5, minutes=30))), "UTC+5:30"),
        (None, datetime(2012, 6, 20, tzinfo=UTC), "UTC"),
        ("UTC", datetime(2012, 6, 20, tzinfo=ZoneInfo("UTC")), "UTC"),
    ],
)
def test_zones_in_words(name: str | None, at: datetime, words: str) -> None:
    assert times.zone(name, at) == words


def test_times_in_words() -> None:
    start = datetime(2012, 12, 31, 22, 5, tzinfo=UTC)
    late = datetime(2013, 1, 1, 1, 0, tzinfo=UTC)
    assert times.date_range(start, late, "UTC") == (
        "Monday 31 December 2012, 22:05 to 1 January 2013, 01:00 UTC"
    )
    assert times.date_range(start, None, "UTC") == "Monday 31 December 2012, 22:05 UTC"
    assert times.clock_on(start, start) == "22:05"
    assert times.stamp(start.replace(microsecond=120000)) == "2012-12-31T22:05:00.120000Z"
    local = datetime(2012, 6, 20, 18, tzinfo=ZoneInfo("Europe/London"))
    assert times.stamp(local) == "2012-06-20T17:00:00Z"
