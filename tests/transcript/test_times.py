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


LONDON = ZoneInfo("Europe/London")
BEFORE = datetime(2018, 10, 28, 0, 30, tzinfo=LONDON)
AFTER = datetime(2018, 10, 28, 2, 15, tzinfo=LONDON)


def test_a_night_in_which_clocks_go_back() -> None:
    assert times.date_range(BEFORE, AFTER, "Europe/London") == (
        "Sunday 28 October 2018, 00:30 BST to 02:15 GMT, UK time"
    )
    assert times.zone("Europe/London", BEFORE, AFTER) == "UK time (BST, then GMT)"
    assert times.clock_on(AFTER, BEFORE) == "02:15 GMT"
    assert times.clock_on(AFTER.replace(hour=1), BEFORE) == "01:15 BST"
    assert times.clock_on(AFTER.replace(hour=1, fold=1), BEFORE) == "01:15 GMT"
    assert times.clock_on(AFTER, AFTER) == "02:15"
    assert times.both_ends(BEFORE, AFTER, BEFORE) == ("00:30 BST", "02:15 GMT")
    eve = BEFORE - timedelta(hours=1)
    assert times.both_ends(eve, AFTER, eve) == ("23:30 BST", "28 October, 02:15 GMT")


def test_an_hour_that_is_skipped_and_a_zone_without_letters() -> None:
    night = datetime(2018, 3, 25, 0, 30, tzinfo=LONDON), datetime(2018, 3, 25, 3, tzinfo=LONDON)
    words = times.date_range(*night, "Europe/London")
    assert words == "Sunday 25 March 2018, 00:30 GMT to 03:00 BST, UK time"
    there = ZoneInfo("Asia/Bishkek")
    night = (datetime(2004, 10, 31, 1, tzinfo=there), datetime(2004, 10, 31, 3, tzinfo=there))
    words = times.date_range(*night, "Asia/Bishkek")
    assert words == "Sunday 31 October 2004, 01:00 UTC+6 to 03:00 UTC+5, Bishkek time"
    assert times.zone("Asia/Bishkek", *night) == "Bishkek time (UTC+6, then UTC+5)"


def test_a_start_in_an_hour_that_comes_twice_says_once_which_is_meant() -> None:
    london = datetime(2018, 10, 28, 1, 30, tzinfo=ZoneInfo("Europe/London"))
    shown = times.date_range(london, None, "Europe/London")
    assert shown == "Sunday 28 October 2018, 01:30 UK time (BST)"
