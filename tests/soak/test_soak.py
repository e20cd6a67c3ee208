"""A quarter of an hour in fifteen seconds; `soak` by hand does the twelve hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.soak import soak


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory as Linux tells it")
async def test_an_evening_with_bad_lines_loses_nothing_and_the_desk_answers(home: Path) -> None:
    evening = await soak(hours=0.1, speed=40, an_hour=1200, seed="1")
    assert evening.verdict["posts"] > 50
    assert (evening.verdict["lost"], evening.verdict["twice"]) == (0, 0)
    assert evening.readings[-1].key_median < 2
    assert evening.verdict["growth that is left over"] < 0.15
