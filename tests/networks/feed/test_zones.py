"""Names of time zones, which mean what the table says or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tartantm.networks.feed.zones import OFFSETS, placed, zone_of, zone_text

LONDON, DUBLIN, DELHI = map(ZoneInfo, ("Europe/London", "Europe/Dublin", "Asia/Kolkata"))
EVENING = datetime(2026, 6, 17, 18, 5)
LOCAL = st.datetimes(datetime(1990, 1, 2), datetime(2200, 1, 1))


@pytest.mark.parametrize("chat", [UTC, LONDON, DELHI], ids=str)
@given(local=LOCAL)
def test_every_name_of_the_table_has_its_offset_in_any_chat(chat: tzinfo, local: datetime) -> None:
    for name, minutes in OFFSETS.items():
        expected = (local - timedelta(minutes=minutes)).replace(tzinfo=UTC)
        assert placed(local, name, chat) == placed(local, f" {name.lower()} ", chat) == expected


def test_the_names_that_matter_most() -> None:
    said = {name: OFFSETS[name] / 60 for name in ("BST", "CET", "CEST", "EET", "WEST", "GMT")}
    assert said == {"BST": 1, "CET": 1, "CEST": 2, "EET": 2, "WEST": 1, "GMT": 0}
    assert (OFFSETS["EST"], OFFSETS["PDT"]) == (-300, -420)


@pytest.mark.parametrize(
    "written, hour, minute",
    [
        ("+0100", 17, 5), ("-05:30", 23, 35), ("+2", 16, 5), ("GMT+1", 17, 5),
        ("+1:30", 16, 35), ("+14:00", 4, 5), ("UTC+01:00", 17, 5), ("utc -1", 19, 5),
        ("Europe/Paris", 16, 5), ("", 17, 5),
    ],
)  # fmt: skip
def test_offsets_and_places(written: str, hour: int, minute: int) -> None:
    at = placed(EVENING, written, LONDON)
    assert at == datetime(2026, 6, 17, hour, minute, tzinfo=UTC)
    assert at is not None and at.tzinfo is UTC


@pytest.mark.parametrize(
    "written", ["A", "N", "IST", "AST", "XYZ", "+100", "+1500", "-9999", "Europe/Nowhere", "../x"]
)
def test_what_is_not_known_is_no_time(written: str) -> None:
    assert placed(EVENING, written, LONDON) is None


def test_a_name_with_several_meanings_is_the_chats_own_where_it_has_it_on_that_day() -> None:
    assert placed(EVENING, "IST", DUBLIN) == datetime(2026, 6, 17, 17, 5, tzinfo=UTC)
    at = placed(EVENING, "IST", DELHI)
    assert at == datetime(2026, 6, 17, 12, 35, tzinfo=UTC) and at.tzinfo is UTC
    # Dublin's winter goes by GMT.
    assert placed(datetime(2026, 1, 17, 18, 5), "IST", DUBLIN) is None
    # In an hour that is there twice the name says which is meant.
    twice = datetime(2026, 10, 25, 1, 30)
    assert placed(twice, "IST", DUBLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert placed(twice, "XYZ", DUBLIN) is None
    jerusalem = ZoneInfo("Asia/Jerusalem")
    assert placed(twice, "IST", jerusalem) == datetime(2026, 10, 24, 23, 30, tzinfo=UTC)


def test_the_chats_own_name_goes_before_the_tables() -> None:
    shanghai, havana = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/Havana")
    assert placed(EVENING, "CST", shanghai) == datetime(2026, 6, 17, 10, 5, tzinfo=UTC)
    assert placed(datetime(2026, 1, 17, 18, 5), "CST", havana) == datetime(
        2026, 1, 17, 23, 5, tzinfo=UTC
    )


def test_a_name_says_which_of_two_hours_is_meant() -> None:
    twice = datetime(2026, 10, 25, 1, 30)
    assert placed(twice, "IST", DUBLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert placed(twice, "GMT", DUBLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert placed(datetime(2026, 3, 29, 1, 30), "IST", DUBLIN) is None


@pytest.mark.parametrize("local", [datetime(2026, 10, 25, 1, 30), datetime(2026, 3, 29, 1, 30)])
def test_an_hour_that_is_there_twice_or_never_is_no_time(local: datetime) -> None:
    assert placed(local, "", LONDON) is None
    assert placed(local, "UTC", LONDON) == local.replace(tzinfo=UTC)


ZONES: list[tzinfo] = [LONDON, UTC, timezone(timedelta(hours=-3, minutes=-30))]


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_zone_goes_to_another_process_and_back(zone: tzinfo) -> None:
    back = zone_of(zone_text(zone))
    assert EVENING.replace(tzinfo=back).astimezone(UTC) == EVENING.replace(tzinfo=zone)


@given(LOCAL | st.sampled_from([datetime.min, datetime.max]), st.text(max_size=12))
@example(datetime.max, "HST")
@example(datetime.min, "IST")
@example(datetime.min, "")
def test_nothing_raises(local: datetime, written: str) -> None:
    placed(local, written, DELHI)
    placed(local, written, LONDON)
    zone_of(written)
