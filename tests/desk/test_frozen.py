"""Nothing moves under the finger, whatever arrives, folds, changes or goes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tartantm.core import events as ev
from tartantm.core.events import Event
from tartantm.desk.screen import Desk
from tests.builders import at, captured, placed, post
from tests.desk.running import NAMES, desk_of, press, resized

ROUNDS, EACH = 24, 5
"""Ten batches a second of five posts: what 50 posts a second come to."""

HELD = [f"x:{n}" for n in range(60)]


def evening() -> list[Event]:
    posts = [post(f"{n}", f"Number {n}", 5 + n / 10, author=NAMES[n % 4]) for n in range(60)]
    return [ev.Opened("Q1", at(1), "moderator"), *captured(*posts)]


def storm(random: Random, cursor: str, number: int) -> Iterator[Event]:
    """A batch: posts before, at and after the cursor, reposts that fold, edits, deletions."""
    here = 5 + int(cursor[2:]) / 10
    for n in range(EACH):
        minute = here + random.choice([-4, -0.05, 0, 0, 0.05, 3])
        text = "Came " * random.choice([1, 30])
        more = {"repost_of": random.choice(HELD)} if random.random() < 0.3 else {}
        new = post(f"new{number}-{n}", text, minute, author=random.choice(NAMES), **more)
        question, inbox = random.choice(["Q1", "Q2", None]), random.random() < 0.3
        yield ev.Captured(new, placed(question, inbox=inbox))
    edited = random.choice([cursor, random.choice(HELD)])
    words = "Another wording, " * random.choice([1, 9])
    yield ev.Edited(post(edited[2:], words, edited_at=at(30 + number)))
    yield ev.Deleted((random.choice([i for i in HELD if i != cursor]),), at(30 + number))
    yield ev.Grouped({random.choice(HELD): placed("Q3")})


def first_line(desk: Desk) -> int:
    """The line of the list on which the bar of the cursor's post begins, as it is drawn."""
    lines = [line.text for line in desk.list.drawn_lines()]
    return next(n for n, line in enumerate(lines) if line.startswith("▌"))


@pytest.mark.parametrize(
    ("size", "start"),
    [("small", 58), ("middle", 30), ("large", 2)],
)
async def test_a_storm_moves_nothing(tmp_path: Path, size: str, start: int) -> None:
    random = Random(start)
    async with desk_of(tmp_path, evening(), size=size) as (pilot, desk):
        desk.list.go_to(f"x:{start}", desk.list.size.height // 2 - 5)
        await pilot.pause()
        cursor, line = desk.list.cursor, first_line(desk)
        assert cursor == f"x:{start}"
        for number in range(ROUNDS):
            starred = desk.context.chat.entries[cursor].starred
            # The key is pressed while the batch is on its way.
            recording = asyncio.create_task(
                desk.context.session.record(*storm(random, cursor, number))
            )
            if number % 6 == 5:
                await press(pilot, "s")
                assert desk.context.chat.entries[cursor].starred is not starred
            await recording
            desk.context.changes.flush()
            assert (desk.list.cursor, first_line(desk)) == (cursor, line)
        entries = desk.context.chat.entries
        assert [i for i, e in entries.items() if e.starred] == [cursor] * (ROUNDS // 6 % 2)
        assert desk.list.unseen
        await press(pilot, "end")
        assert not desk.list.unseen and desk.list.following


async def test_twenty_keys_place_twenty_posts_while_more_come(tmp_path: Path) -> None:
    """Keys typed ahead go to the posts that were there, not to what arrived before those."""
    waiting = captured(*(post(f"{n}", f"Post {n}", 5 + n) for n in range(20)), inbox=True)
    async with desk_of(tmp_path, waiting) as (pilot, desk):
        await press(pilot, "i")
        assert desk.list.cursor == "x:0"
        early = captured(*(post(f"early{n}", "E", 1 + n / 9) for n in range(9)), inbox=True)
        recording = asyncio.create_task(desk.context.session.record(*early))
        await pilot.press(*"3" * 10, *["enter"] * 5, *"-" * 5)
        await recording
        await pilot.pause()
        entries = desk.context.chat.entries
        now = [entries[f"x:{n}"].placement.question for n in range(20)]
        assert now == ["Q3"] * 10 + ["Q1"] * 5 + [None] * 5
        assert all(entries[f"x:{n}"].placement.by_person for n in range(20))
        assert len(desk.context.views["inbox"]) == 9


async def test_a_post_that_goes_elsewhere_under_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its neighbour takes its line, and does not get what was meant for it."""
    monkeypatch.setattr("tartantm.desk.targets.SETTLE_SECONDS", 60.0)
    events = [*evening(), *captured(post("r", "RT", 9.05, repost_of="x:late"))]
    async with desk_of(tmp_path, events) as (pilot, desk):
        desk.list.go_to("x:r")
        line = desk.list.line
        await desk.context.session.record(*captured(post("late", "The original", 2)))
        desk.context.changes.flush()
        assert (desk.list.cursor, desk.list.line) == ("x:41", line)
        await press(pilot, "s")
        assert not any(entry.starred for entry in desk.context.chat.entries.values())
        assert "press again" in desk.context.messages.words
        await press(pilot, "s")
        assert desk.context.chat.entries["x:41"].starred


async def test_a_gap_is_better_than_a_line_that_moves(tmp_path: Path) -> None:
    posts = [post(f"{n}", "Words", 5 + n, author=NAMES[n]) for n in range(4)]
    async with desk_of(tmp_path, captured(*posts)) as (pilot, desk):
        desk.list.go_to("x:2")
        line = first_line(desk)
        await desk.context.session.record(
            ev.Muted("author", "x:calum"), ev.Muted("author", "x:zainab")
        )
        desk.context.changes.flush()
        assert (desk.list.cursor, first_line(desk)) == ("x:2", line)
        assert len(desk.list.view) == 2
        await press(pilot, "k", "j")
        assert desk.list.cursor == "x:2" and first_line(desk) < line


async def test_resizing_keeps_the_place(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening()) as (pilot, desk):
        desk.list.go_to("x:20")
        for width, height in ((60, 15), (250, 70), (40, 10), (100, 30), (120, 36)):
            await resized(pilot, width, height)
            assert desk.list.cursor == "x:20"
            assert (width, height) == (40, 10) or 0 <= first_line(desk) < height
        assert not desk.list.following
