"""The desk shows of which posts nobody knows when they were written."""

from __future__ import annotations

from pathlib import Path

from tartantm.core import events as ev
from tartantm.desk.panes.details import detail_lines
from tartantm.desk.panes.withheld import WithheldNow
from tests.builders import at, captured, chat_of, post
from tests.desk.running import desk_of

EVENTS: list[ev.Event] = [
    *captured(post("1", "Found words", 7, undated=True)),
    *captured(post("2", "Dated words", 8)),
]


def details(post_id: str) -> str:
    chat = chat_of(*EVENTS)
    lines = detail_lines(chat.entry(post_id), chat, chat.agenda.tz, 80, WithheldNow(chat))
    return "\n".join("".join(text for text, _ in line) for line in lines)


def test_details_say_when_it_was_found() -> None:
    found = f"time not known, found {at(7).astimezone(chat_of().agenda.tz):%H:%M}"
    assert found in details("x:1")
    assert "time not known" not in details("x:2")


async def test_the_list_has_a_sign_at_its_time(tmp_path: Path) -> None:
    async with desk_of(tmp_path, EVENTS) as (_, desk):
        rows = [line.text for line in desk.list.drawn_lines()]
    zone = chat_of().agenda.tz
    (found,) = [row for row in rows if f"{at(7).astimezone(zone):%H:%M}?" in row]
    assert "time not known" in found
    assert sum("time not known" in row for row in rows) == 1
