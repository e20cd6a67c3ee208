"""Dates as feeds write them. What does not say one time without doubt says none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.feed import dates
from tartantm.networks.feed.dates import LONGEST, MONTHS, Written, day_ends, read_date

LONDON = ZoneInfo("Europe/London")
AT = datetime(2026, 6, 17, 17, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Wed, 17 Jun 2026 18:05:00 BST", "Wed, 17 Jun 2026 18:05:00 +0100",
        "Wed, 17 Jun 2026 18:05:00 +0100 (BST)", "17 Jun 26 18:05 bst", "17-Jun-2026 18:05",
        "Wed, 17 Jun 2026 17:05:00 GMT", "Wed, 17 Jun 2026 17:05 Z", "Wed, 17 Jun 2026 18:05:00",
        "Wed Jun 17 18:05:00 2026", "Wed Jun 17 17:05:00 UTC 2026",
        "Wednesday, June 17, 2026 6:05 PM", "June 17th, 2026 at 6:05 p.m.",
        "2026-06-17T18:05:00", "2026-06-17 18:05", "2026-06-17T17:05:00Z", "2026/6/17 18:05:00",
        "2026-06-17T19:05:00.000000+02:00", "20260617T170500Z", "20260617180500",
        "17/06/2026 18:05", "6/17/2026 18:05", "17.6.2026, 18:05", "1781715900", "1781715900000",
        "Mer, 17 juin 2026 19:05:00 +0200", "Mi, 17. Juni 2026 19:05 MESZ",
        "2026-06-17 19:05:00.000000000 +0200 CEST", "2026-06-17T18:05:00+01:00[Europe/London]",
        "2026-06-17T18:05:00[Europe/London]", "2026-06-17T17:05:00Z[UTC]", "1781715900.0",
        "Wed, 17 Jun 2026 19:05:00 C.E.S.T.",
        "Wed,17 Jun 2026 18:05:00 BST", "Wed, 17 Jun 2026 18:05:00 B.S.T.", "17th June 2026 18:05",
        "2026-06-17T16:05:00−01:00", "Wednesday, 17. Juni 2026 um 18:05 Uhr",
        "mercredi 17 juin 2026 à 18h05", "Wed 17th Jun 2026 6:05pm",
        "17 de junio de 2026 18:05", "mer, 17 giu 2026 18:05", "Mer, 17 Meh 2026 18:05 BST",
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_written(written: str) -> None:
    assert read_date(f"  {written}\n", LONDON) == Written(AT)


@pytest.mark.parametrize(
    "written, at",
    [
        # Twelve o'clock is the first hour of each half of the day.
        ("17 Jun 2026 12:05 AM", datetime(2026, 6, 16, 23, 5)),
        ("17 Jun 2026 12:05 PM", datetime(2026, 6, 17, 11, 5)),
        ("17 Jun 2026 1:05 am", datetime(2026, 6, 17, 0, 5)),
        # Only one reading of these is a date.
        ("13/6/2026 18:05", datetime(2026, 6, 13, 17, 5)),
        ("6/13/2026 18:05", datetime(2026, 6, 13, 17, 5)),
        ("6/6/2026 18:05", datetime(2026, 6, 6, 17, 5)),
        ("17/12/2026 18:05", datetime(2026, 12, 17, 18, 5)),
        ("6.7.2026 18:05", datetime(2026, 7, 6, 17, 5)),
        # A leap second.
        ("31 Dec 2016 23:59:60 UTC", datetime(2016, 12, 31, 23, 59, 59)),
        ("17 Jun 2026 18:05:59", datetime(2026, 6, 17, 17, 5, 59)),
        # Nothing is finer than a microsecond.
        ("2026-06-17T17:05:00.123456789Z", datetime(2026, 6, 17, 17, 5, 0, 123456)),
        ("2026-06-17T17:05:00,5Z", datetime(2026, 6, 17, 17, 5, 0, 500000)),
        # RFC 2822, 4.3
        ("17 Jun 99 18:05", datetime(1999, 6, 17, 17, 5)),
        ("17 Jun 49 18:05", datetime(2049, 6, 17, 17, 5)),
        # The first and the last year.
        ("1990-01-01T00:00:00Z", datetime(1990, 1, 1)),
        ("2200-12-31T23:59:59Z", datetime(2200, 12, 31, 23, 59, 59)),
        # As long as a date may be.
        (f"2026-06-17 {' ' * (LONGEST - 16)}18:05", datetime(2026, 6, 17, 17, 5)),
    ],
)
def test_the_time_that_a_date_says(written: str, at: datetime) -> None:
    assert read_date(written, LONDON) == Written(at.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "written",
    [
        "", "soon", "Wed, 31 Jun 2026 18:05:00 BST", "Wed, 17 Jun 2026 25:05:00 BST",
        "Wed, 17 Jun 2026 18:05:00 A", "Wed, 17 Jun 2026 18:05:00 IST", "17 Foo 2026 18:05",
        "Wed, 17 Jun 2026 18:05:00 XYZT", "6/7/2026 18:05", "6-7-2026 18:05", "2026-06-17T18",
        "17 Jun 2026 13:05 PM", "17 Jun 0026 18:05", "17 Jun 1926 18:05", "2026-13-17 18:05",
        "5/12/2026 18:05", "12/6/2026 18:05", "6-17-2026 18:05", "14/13/2026", "6/00/2026",
        "17 Jun 2026 18:05:61", "17 Jun 2026 0:05 PM", "17 Jun 50 18:05",
        f"2026-06-17{' ' * LONGEST}18:05",
        "1989-12-31", "2201-01-01", "1989-12-31T23:59:59Z", "2201-01-01T00:00:00Z",
        "17 lip 2026", "17 lip 2026 18:05", "17 listopada 2026 18:05", "18:05 6/7/2026",
        "17.06.26 18:05", "25:05, 17 June 2026", "18:05 XYZT, 17 June 2026",
        "2026年13月17日 18:05", "2026年6月17日 下午13:05",
        "18:05", "17 Jun 18:05", "12345", "9" * 10_000,
    ],
)  # fmt: skip
def test_what_is_in_doubt_is_no_time(written: str) -> None:
    assert read_date(written, LONDON) == Written()


@pytest.mark.parametrize(
    "written",
    [
        "18:05, 17 June 2026", "18:05 on Wed, 17 June 2026", "18:05 Wed 17 Jun 2026",
        "6:05 PM · Jun 17, 2026", "6:05 PM - 17 Jun 2026", "18:05 BST, 17 June 2026",
        "6.05pm, 17 June 2026", "17 June 2026 6.05pm", "17 June, 2026, 18.05", "18.05 17.6.2026",
        "17 Jun 2026 @ 18:05", "17. 6. 2026 18:05", "2026. 6. 17. 18:05", "2026-06-17 18.05",
        "Mi, 17. Juni 2026, 18.05 Uhr", "17.6.2026 klo 18.05", "17. kesäkuuta 2026 klo 18.05",
        "17 de junho de 2026 às 18:05", "17 de junio de 2026 a las 18:05", "17 juni 2026 om 18:05",
        "Śr, 17 czerwca 2026 18:05", "17 cze 2026 18:05", "17. června 2026 v 18:05",
        "17 июня 2026 г. в 18:05", "Ср, 17 июн. 2026, 18:05", "17 червня 2026 р. 18:05",
        "17 Haziran 2026 18:05", "17 Ιουνίου 2026 18:05", "17 iunie 2026 18:05",
        "2026年6月17日 18:05", "2026年06月17日(水) 18時05分", "2026年6月17日星期三 下午6:05",
        "2026年6月17日 18:05:00 +0100", "2026년 6월 17일 오후 6:05",
        "2026년 6월 17일 수요일 18시 05분",
    ],
)  # fmt: skip
def test_a_time_is_read_in_the_order_and_language_of_others(written: str) -> None:
    assert read_date(written, LONDON) == Written(AT)


def test_an_hour_alone_needs_its_half_of_the_day() -> None:
    assert read_date("17 June 2026 at 6pm", LONDON) == Written(AT.replace(minute=0))
    assert read_date("17 June 2026 at 18", LONDON) == Written()


@pytest.mark.parametrize("written", ["17 Jun 2026", "2026-06-17", "Wed, 17 June 2026", "17.6.2026"])
def test_a_day_alone_is_a_day_alone(written: str) -> None:
    assert read_date(written, LONDON) == Written(day=date(2026, 6, 17))
    ends = day_ends(date(2026, 6, 17), LONDON)
    assert ends == datetime(2026, 6, 17, 23, tzinfo=UTC) and ends.tzinfo is UTC


def test_the_first_and_the_last_day() -> None:
    for day in (date(1990, 1, 1), date(2200, 12, 31)):
        assert read_date(day.isoformat(), LONDON) == Written(day=day)


@pytest.mark.parametrize("written", [None, 1781715900, ["17 Jun 2026"], {}])
def test_what_is_no_text_is_no_date(written: object) -> None:
    assert read_date(written, LONDON) == Written()


def test_no_name_stands_for_two_months() -> None:
    names = [name for row in dates._MONTHS for name in row.split()]
    assert len(names) == len(set(names)) == len(MONTHS)
    assert all(dates._plain(name).lower() == name for name in names)
    assert all(name == dates._plain(name).lower() for name in names)


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2200, 1, 1), timezones=st.timezones())
    | st.datetimes(datetime(1990, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))
)
def test_what_programs_write_is_read_back_whatever_the_chats_zone(at: datetime) -> None:
    offset = at.utcoffset()
    if offset is None or offset.total_seconds() % 60:
        return
    whole = at.replace(microsecond=0)
    assert read_date(format_datetime(whole), LONDON).at == whole.astimezone(UTC)
    assert read_date(at.isoformat(), LONDON).at == at.astimezone(UTC)


PIECES = st.sampled_from(
    [
        *"0123456789",
        "17",
        "2026",
        "Jun",
        "juin",
        ":",
        "-",
        "/",
        ",",
        " ",
        "T",
        "Z",
        "BST",
        "+",
        "PM",
    ]
)


@given(st.lists(PIECES | st.text(max_size=2), max_size=24).map("".join))
def test_nothing_raises_and_what_comes_is_possible(written: str) -> None:
    said = read_date(written, LONDON)
    assert said.at is None or (said.at.tzinfo is UTC and said.day is None)
    assert said == read_date(written[:LONGEST], LONDON) or len(written) > LONGEST


@given(
    st.from_regex(r"[A-Za-z]{1,5}", fullmatch=True),
    st.datetimes(datetime(1990, 1, 2), datetime(2200, 1, 1)),
)
def test_a_zone_of_any_name_is_never_taken_for_utc(name: str, local: datetime) -> None:
    from tartantm.networks.feed.zones import OFFSETS

    said = read_date(f"{local:%d} Jun {local:%Y} 18:05:00 {name}", ZoneInfo("Asia/Tokyo"))
    if said.at is not None:
        assert name.upper() in OFFSETS or name.upper() in ("AM", "PM")
