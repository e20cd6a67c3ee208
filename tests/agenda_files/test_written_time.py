"""When a chat is, as an announcement says it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tartantm.agenda_files.load import parse
from tartantm.agenda_files.written_time import written_time

EVENING = "2012-06-20 17:00 to 2012-06-20 19:00"


def when(line: str) -> str:
    found = written_time([line])
    if found is None:
        return ""
    ends = (found.starts, found.ends)
    return " to ".join(f"{each.astimezone(UTC):%Y-%m-%d %H:%M}" for each in ends)


@pytest.mark.parametrize(
    "line",
    [
        "Wednesday 20 June 2012, 18:00 to 20:00 BST, #madeup",
        "When: June 20th, 2012, 6pm-8pm (BST)",
        "On the 20th June 2012 from 6.00 to 8.00pm BST in the pub",
        "Wed 20 Jun 2012 6–8pm UK time",
        "2012-06-20 18:00–20:00 +01:00",
        "20 June 2012, 17:00 until 19:00 UTC",
        "20 June 2012, 19:00 - 21:00 CEST",
    ],
)
def test_a_line_with_day_hours_and_zone(line: str) -> None:
    assert when(line) == EVENING


@pytest.mark.parametrize(
    "line",
    [
        "Wednesday 20 June, 18:00 to 20:00 BST",
        "Posted on 20 June 2012 at 18:00 BST",
        "20 June 2012, 18:00 to 20:00",
        "20 June 2012, 6 - 8 BST",
        "20 June 2012, 18:00 to 20:00 IST",
        "31 June 2012, 18:00 to 20:00 BST",
        "20 June 2012, 18:00 to 25:00 BST",
        "20 June 2012, 13pm to 14pm BST",
        "20 June 2012 and 27 June 2012, 18:00 to 20:00 BST",
        "20 June 2012, 18:00 to 20:00 BST and 21:00 to 22:00 BST",
        "1 January 0001, 00:00 to 01:00 +14:00",
    ],
)
def test_what_may_mean_something_else_is_not_guessed(line: str) -> None:
    assert not when(line)


def test_two_lines_that_differ_say_nothing() -> None:
    line = "20 June 2012, 18:00 to 20:00 BST"
    assert written_time([line, line]) is not None
    assert written_time([line, line.replace("20 June", "27 June")]) is None


def test_a_chat_over_midnight_ends_on_the_next_day() -> None:
    found = written_time(["20 June 2012, 23:00 to 01:00 BST"])
    assert found and (found.ends - found.starts).total_seconds() == 7200


def test_an_announcement_has_its_time_and_zone() -> None:
    text = "# Chat #madeup\n\n**Wednesday 20 June 2012, 18:00 to 20:00 BST**\n\n1. Why?\n"
    agenda = parse(text, "a.md")
    assert agenda.starts == datetime(2012, 6, 20, 17, tzinfo=UTC)
    assert agenda.timezone == "Europe/London"
    assert parse("# Chat\n\n1. Was 20 June 2012, 18:00 to 20:00 BST good?\n", "a.md").starts is None
