"""Times of an agenda that are seldom meant."""

from __future__ import annotations

import pytest

from tartantm.agenda_files.doubts import doubted, doubts
from tartantm.agenda_files.load import parse
from tartantm.core.agenda import Agenda

LONDON = 'timezone = "Europe/London"'


def agenda(lines: str, opens_at: str = "") -> Agenda:
    question = f'[[questions]]\ntext = "Why?"\nopens_at = {opens_at}' if opens_at else ""
    return parse(f'title = "Talk"\n{lines}\n{question}\n', "a.toml")


@pytest.mark.parametrize(
    ("starts", "zone", "words"),
    [
        (
            "2020-06-17T18:00:00Z",
            "Europe/London",
            "starts: 18:00Z is 19:00 BST in London; write +01:00 if you mean 18:00 there.",
        ),
        (
            "2020-06-17T18:00:00+00:00",
            "Europe/Berlin",
            "starts: 18:00Z is 20:00 CEST in Berlin; write +02:00 if you mean 18:00 there.",
        ),
        (
            "2020-01-17T18:00:00+01:00",
            "Europe/London",
            "starts: 18:00+01:00 is 17:00 GMT in London; write +00:00 if you mean 18:00 there.",
        ),
        (
            "2020-06-17T23:30:00Z",
            "Europe/London",
            "starts: 23:30Z is 00:30 BST on 18 June 2020 in London; write +01:00 if you mean 23:30"
            " there.",
        ),
        (
            "2018-10-28T01:30:00",
            "Europe/London",
            "starts: 01:30 comes twice on 28 October 2018 in London, where clocks go back; it is"
            " taken as 01:30 BST. Write +00:00 for 01:30 GMT.",
        ),
        (
            "2018-03-25T01:30:00",
            "Europe/London",
            "starts: 01:30 does not come on 25 March 2018 in London, where clocks go forward; it is"
            " taken as 02:30 BST.",
        ),
        ("2020-06-17T18:00:00", "Europe/London", ""),
        ("2020-06-17T18:00:00+01:00", "Europe/London", ""),
        ("2020-01-17T18:00:00Z", "Europe/London", ""),
        ("2020-06-17T18:00:00Z", "UTC", ""),
    ],
)
def test_an_offset_that_is_not_the_zone_s(starts: str, zone: str, words: str) -> None:
    found = agenda(f'starts = {starts}\ntimezone = "{zone}"')
    assert list(doubts(found)) == ([words] if words else [])
    assert doubted(found) == words


def test_two_offsets_without_a_zone() -> None:
    found = agenda("starts = 2020-06-17T18:00:00+01:00\nends = 2020-06-17T20:00:00Z")
    assert list(doubts(found)) == [
        "ends: 20:00Z is 21:00 UTC+1 in the chat's time zone; write +01:00 if you mean 20:00 there."
    ]


@pytest.mark.parametrize(
    ("opens_at", "when"),
    [("2020-06-17T17:59:00", "before the chat starts"), ("2020-06-18T18:10:00", "has ended")],
)
def test_a_question_that_opens_outside_the_evening(opens_at: str, when: str) -> None:
    evening = f"starts = 2020-06-17T18:00:00\nends = 2020-06-17T20:00:00\n{LONDON}"
    (words,) = doubts(agenda(evening, opens_at))
    assert words.startswith("Q1 opens_at: ") and when in words
    assert not list(doubts(agenda(evening, "2020-06-17T18:10:00")))
    assert not list(doubts(agenda(LONDON, opens_at)))


def test_more_than_one_are_counted() -> None:
    found = agenda(f"starts = 2020-06-17T18:00:00Z\n{LONDON}", "2020-06-17T18:10:00Z")
    assert doubted(found).endswith("there. 'tartantm agenda check' has 1 more such remark.")


def test_an_end_without_an_offset_is_after_the_start() -> None:
    """In the night when clocks go back, 01:15 comes after 01:45."""
    found = agenda(f"starts = 2018-10-28T01:45:00+01:00\nends = 2018-10-28T01:15:00\n{LONDON}")
    assert found.starts and found.ends and (found.ends - found.starts).total_seconds() == 1800
