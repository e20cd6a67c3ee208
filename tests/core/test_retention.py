from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tartantm.core import events as ev
from tartantm.core.errors import BadInput
from tartantm.core.retention import Period, due_since, needs_recheck, parse_period
from tests.builders import START, at, captured, chat_of, post


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("90 days", Period(90, "day")),
        ("90d", Period(90, "day")),
        (" 1 Week ", Period(1, "week")),
        ("18 months", Period(18, "month")),
        ("6mo", Period(6, "month")),
        ("2y", Period(2, "year")),
        ("100 years", Period(100, "year")),
    ],
)
def test_periods_as_people_write_them(written: str, period: Period) -> None:
    assert parse_period(written) == period


@pytest.mark.parametrize(
    "written", ["", "90", "days", "0 days", "-1 day", "1.5 years", "101 years", "999999 d", "9h"]
)
def test_what_is_no_period_is_refused_in_a_sentence(written: str) -> None:
    with pytest.raises(BadInput, match=r"is no period|is too long"):
        parse_period(written)


def test_a_period_is_written_as_people_do() -> None:
    assert [str(parse_period(each)) for each in ("1d", "2w", "1 y")] == [
        *("1 day", "2 weeks", "1 year")
    ]


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("90 days", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)),
        ("1 month", datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)),
        ("1 year", datetime(2024, 2, 29, tzinfo=UTC), datetime(2025, 2, 28, tzinfo=UTC)),
        ("11 months", datetime(2026, 2, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_months_and_years_are_those_of_the_calendar(
    period: str, start: datetime, end: datetime
) -> None:
    assert parse_period(period).after(start) == end


def test_a_session_is_due_a_period_after_its_last_post() -> None:
    chat = chat_of(*captured(post("1")))
    period = Period(2, "day")
    assert due_since(chat, period, START + timedelta(days=1)) is None
    assert due_since(chat, period, START + timedelta(days=2)) == START + timedelta(days=2)
    assert due_since(chat, None, START + timedelta(days=900)) is None


def test_posts_from_x_are_to_be_looked_for_every_day() -> None:
    late = START + timedelta(hours=25)
    chat = chat_of(*captured(post("1")))
    assert not needs_recheck(chat, START + timedelta(hours=23))
    assert needs_recheck(chat, late)
    chat = chat_of(*captured(post("1")), ev.Rechecked(1))
    assert needs_recheck(chat, late)
    elsewhere = chat_of(*captured(post("mastodon:https://a.example/1")))
    gone = chat_of(*captured(post("1")), ev.Deleted(("x:1",), at(2)))
    assert not needs_recheck(elsewhere, late) and not needs_recheck(gone, late)
