"""What the desk costs does not grow with the posts held. Counts, not times: they never lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tartantm.desk.panes.agenda import AgendaList
from tartantm.desk.panes.filters import Filter, FilteredView
from tartantm.desk.panes.post_lines import post_strips
from tartantm.desk.panes.search import SearchIndex
from tartantm.desk.panes.shown_list import ShownList
from tartantm.desk.panes.views import ALL, Views
from tests.benchmarks.desk import event
from tests.builders import chat_of, recorded
from tests.desk.running import desk_of, press

FEW, MANY = 300, 6_000


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Counts posts drawn and rows of the agenda pane made."""
    counts: Counter[str] = Counter()

    def counting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            counts[name] += 1
            return real(*arguments, **more)

        return call

    strips = counting("posts", post_strips)
    rows = counting("rows", AgendaList._row)
    with (
        patch("tartantm.desk.panes.painter.post_strips", strips),
        patch.object(AgendaList, "_row", rows),
    ):
        yield counts


async def drawn(folder: Path, count: int) -> dict[str, int]:
    """How many posts each key has drawn anew, with `count` posts in the evening."""
    folder.mkdir()
    events = [event(n, count) for n in range(count)]
    result = {}
    async with desk_of(folder, events, each_frame=True) as (pilot, desk):
        desk.context.show(ALL, f"x:{count // 2}")
        await pilot.pause()
        for key in ("j", "k", "pagedown", "home", "s", "u", "right_square_bracket", "end"):
            with counted() as counts:
                await press(pilot, key)
            result[key] = counts["posts"]
            assert counts["rows"] <= 20, "the agenda pane is made once a change"
        with counted() as counts:
            await desk.context.session.record(*(event(count + n, count) for n in range(5)))
            await pilot.pause()
        result["arriving"] = counts["posts"]
    return result


async def test_what_is_drawn_is_what_is_seen(tmp_path: Path) -> None:
    few, many = await drawn(tmp_path / "few", FEW), await drawn(tmp_path / "many", MANY)
    # Which posts were seen before, and so are kept, differs a little; more than a screen never is.
    assert max(many.values()) <= max(few.values()) + 3, (few, many)
    assert max(many.values()) <= 40, many


def test_the_first_posts_found_are_the_newest_and_come_before_all_were_read() -> None:
    chat = chat_of(*(event(n, MANY) for n in range(MANY)))
    index = SearchIndex(chat)
    view = FilteredView(chat, Views(chat)[ALL], (Filter("words", "tartantm"),), index)
    view.grow(0.0)
    read = sum(block.data is not None for block in index._built())
    assert read == 1 and view.id_at(len(view) - 1) == f"x:{MANY - 1}"
    assert not view.complete


@pytest.mark.parametrize("count", [FEW, MANY])
def test_an_arriving_post_is_tested_alone(count: int) -> None:
    """A narrowed list is not made anew for each post that comes."""
    chat = chat_of(*(event(n, count) for n in range(count)))
    views = Views(chat)
    shown_list = ShownList(chat, views)
    # The index answers first; only what arrives later is tested.
    with patch("tartantm.desk.panes.filters.Query.matches", side_effect=[True, False]) as tested:
        shown_list.search_for("needle")
        view = shown_list.rebuild()
        while shown_list.growing:
            shown_list.grow()
        for item in recorded([event(count, count), event(count + 1, count)], chat.last_seq + 1):
            change = chat.apply(item)
            views.apply(change)
            shown_list.apply(change)
    assert tested.call_count == 2 and shown_list.view is view
    assert view.id_at(len(view) - 1) == f"x:{count}"
