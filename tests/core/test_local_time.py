"""Times of day as a chat's clock shows them, and as a moderator types them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.errors import BadInput
from tartantm.core.local_time import (
    clock,
    fixed,
    is_doubled,
    is_skipped,
    letters,
    offset,
    read_time,
    zoned_clock,
)

LONDON, SOFIA = ZoneInfo("Europe/London"), ZoneInfo("Europe/Sofia")
TASHKENT, PYONGYANG = ZoneInfo("Asia/Bishkek"), ZoneInfo("Asia/Pyongyang")
CHANGES = [
    (LONDON, datetime(2018, 10, 28, 1, tzinfo=UTC)),
    (LONDON, datetime(2018, 3, 25, 1, tzinfo=UTC)),
    (SOFIA, datetime(2020, 10, 25, 1, tzinfo=UTC)),
    (TASHKENT, datetime(2004, 10, 30, 20, 30, tzinfo=UTC)),
    (PYONGYANG, datetime(2015, 8, 14, 15, tzinfo=UTC)),
    (timezone(timedelta(hours=5, minutes=30)), datetime(2018, 10, 28, 1, tzinfo=UTC)),
]


@pytest.mark.parametrize(
    ("zone", "utc", "words"),
    [
        (LONDON, datetime(2018, 10, 27, 23, 59, tzinfo=UTC), "00:59"),
        (LONDON, datetime(2018, 10, 28, 0, 30, tzinfo=UTC), "01:30 BST"),
        (LONDON, datetime(2018, 10, 28, 1, 30, tzinfo=UTC), "01:30 GMT"),
        (LONDON, datetime(2018, 10, 28, 2, 0, tzinfo=UTC), "02:00"),
        (SOFIA, datetime(2020, 10, 25, 0, 30, tzinfo=UTC), "03:30 EEST"),
        (TASHKENT, datetime(2004, 10, 30, 20, 45, tzinfo=UTC), "01:45 UTC+5"),
        (TASHKENT, datetime(2004, 10, 30, 19, 45, tzinfo=UTC), "01:45 UTC+6"),
        # The same letters before and after.
        (PYONGYANG, datetime(2015, 8, 14, 14, 45, tzinfo=UTC), "23:45 UTC+9"),
        (PYONGYANG, datetime(2015, 8, 14, 15, 15, tzinfo=UTC), "23:45 UTC+8:30"),
        (UTC, datetime(2018, 10, 28, 0, 30, tzinfo=UTC), "00:30"),
    ],
)
def test_an_hour_that_comes_twice_says_which(zone: tzinfo, utc: datetime, words: str) -> None:
    assert clock(utc.astimezone(zone)) == words


def test_seconds_skipped_hours_and_letters() -> None:
    at = datetime(2018, 10, 28, 1, 30, 7, tzinfo=LONDON)
    assert clock(at, seconds=True) == "01:30:07 BST"
    assert is_doubled(at) and not is_skipped(at)
    assert is_skipped(datetime(2018, 3, 25, 1, 30, tzinfo=LONDON))
    assert letters(datetime(2012, 6, 20, 18, tzinfo=LONDON)) == "BST"
    assert letters(datetime(2012, 6, 20, 18, tzinfo=UTC)) == "UTC"
    assert zoned_clock(at) == "01:30 BST"
    assert zoned_clock(datetime(2012, 6, 20, 18, tzinfo=LONDON)) == "18:00 BST"


def test_two_fixed_times_are_compared_by_when_they_were() -> None:
    first, second = (
        datetime(2018, 10, 28, 1, m, fold=f, tzinfo=LONDON) for m, f in ((45, 0), (15, 1))
    )
    assert second < first and fixed(first) < fixed(second)
    assert fixed(first).isoformat() == "2018-10-28T01:45:00+01:00"
    assert (second.fold, fixed(second).fold) == (1, 0)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "UTC"), (60, "UTC+1"), (330, "UTC+5:30"), (-210, "UTC−3:30"), (1, "UTC+0:01")],
)
def test_an_offset_in_words(minutes: int, words: str) -> None:
    assert offset(datetime(2012, 6, 20, tzinfo=timezone(timedelta(minutes=minutes)))) == words


def test_a_zone_without_letters_or_no_zone_has_its_offset() -> None:
    assert letters(datetime(2012, 6, 20, 18, tzinfo=ZoneInfo("America/Sao_Paulo"))) == "UTC−3"
    assert letters(datetime(2012, 6, 20, 18)) == "UTC"


@given(st.sampled_from(CHANGES), st.integers(-400, 400), st.integers(0, 300))
def test_what_is_shown_is_read_as_the_same_time(
    change: tuple[tzinfo, datetime], minute: int, length: int
) -> None:
    zone, changed = change
    at = changed + timedelta(minutes=minute)
    evening = [at - timedelta(minutes=length), at + timedelta(minutes=length)]
    shown = clock(at.astimezone(zone))
    assert read_time(shown, zone, at + timedelta(days=30), evening) == at
    assert read_time(f" {shown} ", zone, at, []) == at
    with_date = f"{at.astimezone(zone):%Y-%m-%d} {shown}"
    assert read_time(with_date, zone, at + timedelta(days=999), []) == at


EVENING = [datetime(2012, 6, 20, 17, tzinfo=UTC), datetime(2012, 6, 20, 19, tzinfo=UTC)]
LATER = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "hour", "day"),
    [
        *(("18:20", 17, 20), ("18.20", 17, 20), ("18:20 bst", 17, 20), ("18:20 +01:00", 17, 20)),
        *(("17:20Z", 0, 0), ("00:20", 23, 20), ("2012-06-21 18:20", 17, 21)),
    ],
)
def test_a_time_is_of_the_chat_s_day(written: str, hour: int, day: int) -> None:
    if not hour:
        with pytest.raises(BadInput, match="'Z' is not the chat's time then; write BST"):
            read_time(written, LONDON, LATER, EVENING)
        return
    at = read_time(written, LONDON, LATER, EVENING)
    assert (at.hour, at.day, at.minute) == (hour, day, 20)


NIGHT = [datetime(2018, 10, 28, 0, tzinfo=UTC), datetime(2018, 10, 28, 2, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("written", "evening", "words"),
    [
        ("25:00", NIGHT, "is no time; write it as 18:20, 01:30 BST"),
        ("soon", NIGHT, "is no time"),
        ("", NIGHT, "is no time"),
        ("2018-02-30 18:00", NIGHT, "is no time"),
        ("01:30", NIGHT, "01:30 comes twice that night; write 01:30 BST or 01:30 GMT"),
        ("01:30 CET", NIGHT, "write BST or GMT or leave it out"),
        (
            "2018-03-25 01:30",
            NIGHT,
            "2018-03-25 01:30 did not come that night: clocks went forward",
        ),
        ("2030-01-01 01:30", NIGHT, "has not come yet"),
        ("9999-12-31 23:30", NIGHT, "not in the years 1900 to 2200"),
        ("0001-01-01 00:00", NIGHT, "not in the years"),
        ("1900-12-31 23:59", NIGHT, "not in the years"),
        ("2200-01-01 00:00", NIGHT, "not in the years"),
    ],
)
def test_what_is_no_time_of_the_chat(written: str, evening: list[datetime], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_time(written, LONDON, LATER, evening)


def test_of_two_the_one_that_has_come_already() -> None:
    now = datetime(2018, 10, 28, 0, 45, tzinfo=UTC)
    assert read_time("01:30", LONDON, now, NIGHT) == now - timedelta(minutes=15)


@given(st.text(max_size=30) | st.from_regex(r"(\d{4}-\d\d-\d\d )?\d\d:\d\d(:\d\d)? ?\S*"))
def test_nothing_else_is_raised(written: str) -> None:
    try:
        at = read_time(written, LONDON, LATER, NIGHT)
    except BadInput:
        return
    assert at <= LATER + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("zone", "written", "utc"),
    [
        ("Europe/London", "2018-12-01 18:20Z", "18:20"),
        ("Europe/London", "2018-12-01 18:20 UTC", "18:20"),
        ("Europe/London", "2018-06-01 18:20 +1", "17:20"),
        ("Europe/London", "2018-06-01 18:20:30", "17:20:30"),
        ("Asia/Kolkata", "2018-06-01 18:20 +05:30", "12:50"),
        ("Asia/Kolkata", "2018-06-01 18:20 GMT+0530", "12:50"),
        ("Asia/Kolkata", "2018-06-01 18:20 +5", None),
        ("America/New_York", "2018-06-01 18:20 -04:00", "22:20"),
        ("America/New_York", "2018-06-01 18:20 UTC−4", "22:20"),
        ("America/New_York", "2018-06-01 18:20 +4", None),
        ("America/New_York", "2018-06-01 18:20 EST", None),
    ],
)
def test_letters_and_offsets(zone: str, written: str, utc: str | None) -> None:
    if utc is None:
        with pytest.raises(BadInput, match="is not the chat's time then"):
            read_time(written, ZoneInfo(zone), LATER, EVENING)
        return
    at = read_time(written, ZoneInfo(zone), LATER, EVENING)
    assert at.tzinfo is UTC
    assert at.time().isoformat().removesuffix(":00") == utc


def test_letters_that_are_the_same_before_and_after_do_not_say_which() -> None:
    evening = [datetime(2015, 8, 14, 14, tzinfo=UTC)]
    with pytest.raises(BadInput, match=r"comes twice that night; write 23:45 UTC\+9 or"):
        read_time("23:45 KST", PYONGYANG, LATER, evening)


def test_a_time_that_has_not_come_today_is_yesterday_s() -> None:
    """By the chat's day, also where that is another one than in UTC."""
    west = timezone(timedelta(hours=-12))
    now = datetime(2012, 6, 21, 2, tzinfo=UTC)
    assert read_time("15:00", west, now, []) == now - timedelta(hours=23)
    assert read_time("14:00", west, now, []) == now


def test_clocks_may_differ_by_a_minute() -> None:
    now = datetime(2012, 6, 20, 18, 19, tzinfo=UTC)
    assert read_time("18:20", UTC, now, []) == now + timedelta(minutes=1)
    day_before = now + timedelta(minutes=1) - timedelta(days=1)
    assert read_time("18:20", UTC, now - timedelta(seconds=1), []) == day_before


def test_of_several_days_within_a_long_evening_it_is_the_last() -> None:
    days = [datetime(2012, 6, 20, 0, tzinfo=UTC), datetime(2012, 6, 22, 23, tzinfo=UTC)]
    for near in (days, days[::-1]):
        assert read_time("18:20", UTC, LATER, near) == datetime(2012, 6, 22, 18, 20, tzinfo=UTC)


def test_an_evening_over_a_change_begins_when_it_began() -> None:
    """Not where clocks showed the least: 01:50 BST was before 01:10 GMT."""
    evening = [at.astimezone(LONDON) for at in (NIGHT[0] + timedelta(minutes=m) for m in (50, 70))]
    assert read_time("01:15 BST", LONDON, LATER, evening) == NIGHT[0] + timedelta(minutes=15)
    assert read_time("01:55 GMT", LONDON, LATER, evening) == NIGHT[0] + timedelta(minutes=115)
