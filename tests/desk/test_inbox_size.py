"""The size of the inbox on the desk: what each means is said before it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tartantm.grouping.ranker import Budget, shipped
from tests.desk.running import SIZES, desk_of, press, resized

Check = Callable[[Any, str], None]

MADE_UP = {
    "few": Budget(0.3, 0.08, 0.86),
    "usual": Budget(0.5, 0.17, 0.93),
    "thorough": Budget(0.95, 0.31, 0.96),
}


@pytest.fixture(autouse=True)
def _figures(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Figures that stay, whatever weights are shipped."""
    from msgspec.structs import replace

    made_up = replace(shipped(), inbox=MADE_UP)
    monkeypatch.setattr("tartantm.moderation.inbox.shipped", lambda: made_up)
    yield


async def test_how_it_looks(tmp_path: Path, assert_screen: Check) -> None:
    async with desk_of(tmp_path) as (pilot, _):
        await press(pilot, "I")
        for size, room in SIZES.items():
            await resized(pilot, *room)
            assert_screen(pilot.app, f"inbox-size-{size}")


async def test_it_is_chosen_undone_and_left(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):

        def size() -> str:
            return desk.context.chat.inbox_budget

        await press(pilot, "I", "t", "enter")
        assert size() == "thorough"
        assert "Set the inbox to thorough. u undoes it." in desk.context.messages.words
        await press(pilot, "u")
        assert size() == "usual"
        await press(pilot, "I", "enter")  # as it is
        assert "usual already" in desk.context.messages.words
        await press(pilot, "I", "t", "escape")
        assert size() == "usual"
