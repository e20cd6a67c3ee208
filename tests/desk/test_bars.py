"""A line at the foot of the desk that takes more lines where its text needs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.desk.panes.bars import Bar
from tests.desk.running import desk_of

ALARM = "NOT LISTENING for {} s (R tries again, next in {} s): a.example refuses connections"


async def lines(bar: Bar, words: str) -> list[str]:
    bar.say([(words, "trouble")], [("saved ✓", "good")])
    return [line.text.strip() for line in bar.make_lines()]


async def test_no_number_stands_without_its_unit(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (_, desk):
        bar = desk.query_one("#status", Bar)
        words = ALARM.format(125, 20)
        for filler in range(70):
            shown = await lines(bar, "x" * filler + " " + words)
            shown[0] = shown[0].removesuffix("saved ✓").rstrip()
            assert " ".join(shown).split() == f"{'x' * filler} {words}".split()
            assert not any(line.endswith(("125", "20")) for line in shown), shown


async def test_no_word_stands_alone_on_the_last_line(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (_, desk):
        bar = desk.query_one("#status", Bar)
        for filler in range(120):
            shown = await lines(bar, f"{'x ' * (filler // 2)}a.example is gone; 2 more, L says why")
            assert shown[-1] not in ("why", "says why"), shown


@pytest.mark.parametrize("filler", range(18, 27))
async def test_a_clock_that_counts_moves_nothing(tmp_path: Path, filler: int) -> None:
    async with desk_of(tmp_path) as (_, desk):
        bar = desk.query_one("#status", Bar)
        heights = []
        for seconds, again in ((98, 11), (99, 10), (100, 9), (101, 8), (2, 7), (3, 6)):
            await lines(bar, f"{ALARM.format(seconds, again)} {'x' * filler}")
            assert bar.styles.height is not None
            heights.append(bar.styles.height.value)
        assert heights == sorted(heights)
        await lines(bar, "Something else.")
        assert bar.styles.height is not None and bar.styles.height.value == 1
