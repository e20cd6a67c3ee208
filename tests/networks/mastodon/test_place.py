"""Where posts stand in a timeline: no date that a stranger wrote may make a claim stronger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.mastodon.place import LAST_ROWS, is_past, listed_at, reaches

NOW = datetime(2026, 6, 17, 20, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=9000)


def row(date: datetime, arrived: datetime | None = None) -> dict[str, Any]:
    """A post with an id of its arrival; without, of a server whose ids say nothing."""
    number = "1a2b3c" if arrived is None else str(int(arrived.timestamp() * 1000) << 16)
    return {"id": number, "created_at": date.isoformat()}


def minutes(count: float) -> datetime:
    return NOW - timedelta(minutes=count)


@pytest.mark.parametrize(
    "post_id, listed",
    [
        ("109348742984752345", "2022-11-15 16:23:23"),
        ("9n2ciuz1wdesFnrGJU", "2019-09-18 08:28:47"),
        ("AeXcxRPDiGGgBgXrkW", "2024-02-04 14:28:49"),
        ("01GHN2W9XJHV8VQJX0Q3ZV5YKP", "2022-11-12 04:52:00"),
        # Pixelfed, Friendica, Misskey, and what is no id.
        ("750000000000000000", None),
        ("4711", None),
        ("9jk3lmn0pq", None),
        ("zzzzzzzzzzzzzzzzzz", None),
        ("", None),
    ],
)
def test_what_an_id_says(post_id: str, listed: str | None) -> None:
    found = listed_at(post_id)
    assert (found and f"{found:%Y-%m-%d %H:%M:%S}") == listed


@given(st.text(max_size=30))
def test_any_id_has_a_time_of_these_years_or_none(post_id: str) -> None:
    found = listed_at(post_id)
    assert found is None or 2016 <= found.year <= 2200


def test_a_page_is_past_where_dates_and_ids_agree_on_most_of_it() -> None:
    page = [row(minutes(n), minutes(n)) for n in range(40)]
    assert is_past(page, minutes(15)) and not is_past(page, minutes(25))
    assert not is_past([], NOW) and not is_past([{"id": "1"}], NOW)
    # A post that is dated ahead keeps nothing open.
    assert is_past([row(NOW + timedelta(days=9), minutes(0)), *page], minutes(15))


@pytest.mark.parametrize("has_ids", [True, False])
@pytest.mark.parametrize("below", [0, 15])
def test_posts_dated_back_do_not_end_a_look(has_ids: bool, below: int) -> None:
    false = [row(OLD, NOW if has_ids else None) for _ in range(25)]
    true = [row(minutes(n), minutes(n) if has_ids else None) for n in range(15)]
    page = true[:below] + false + true[below:]
    assert not is_past(page, minutes(20))
    assert is_past(page, NOW + timedelta(minutes=1)) is True
    # A whole page of them ends it where the ids say nothing, as there old posts look the same.
    assert is_past(false, minutes(20)) is not has_ids


def test_ids_that_are_of_another_kind_do_not_end_a_look() -> None:
    page = [row(minutes(n), OLD) for n in range(40)]
    assert not is_past(page, minutes(30)) and is_past(page, NOW + timedelta(minutes=1))


dates = st.datetimes(datetime(1991, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC))


@given(st.lists(st.none() | dates, min_size=2, max_size=40), st.booleans())
def test_no_stranger_makes_a_page_reach_further_back(
    false: list[datetime | None], has_ids: bool
) -> None:
    """Each is the date of a stranger's post, None for an honest one."""
    page = [
        row(date or minutes(n), minutes(n) if has_ids else None) for n, date in enumerate(false)
    ]
    honest = sum(date is None for date in false[-LAST_ROWS:])
    if has_ids or honest >= 2:
        found = reaches(page)
        assert found is not None and found >= minutes(len(page) - 1)


def test_one_post_dated_ahead_does_not_shorten_what_was_had() -> None:
    page = [row(minutes(n)) for n in range(20)]
    assert reaches(page) == minutes(11)
    page[-1] = row(NOW + timedelta(days=9))
    assert reaches(page) == minutes(10)
    assert reaches(page[:1]) == minutes(0) and reaches([{}]) is None
