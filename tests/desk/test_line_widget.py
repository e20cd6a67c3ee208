"""What is drawn: one frame a key, without a layout, and only lines that are different now."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from textual._compositor import ChopsUpdate, Compositor
from textual.pilot import Pilot
from textual.strip import Strip

from tartantm.core.events import Event
from tartantm.desk.screen import Desk
from tests.builders import captured, post
from tests.desk.running import desk_of, press


class Frames(list[set[int]]):
    """The screen lines that each frame drew; how often panes were laid out."""

    layouts = 0


@contextmanager
def counted() -> Iterator[Frames]:
    """Counts what Textual draws."""
    frames = Frames()
    partial, reflow = Compositor.render_partial_update, Compositor.reflow

    def drawing(compositor: Compositor) -> ChopsUpdate | None:
        if (update := partial(compositor)) is not None:
            frames.append({y for y, _, _ in update.spans})
        return update

    def laying_out(*arguments: Any, **more: Any) -> Any:
        frames.layouts += 1
        return reflow(*arguments, **more)

    with (
        patch.object(Compositor, "render_partial_update", drawing),
        patch.object(Compositor, "reflow", laying_out),
    ):
        yield frames


def evening() -> list[Event]:
    return captured(*(post(f"{n}", f"Number {n}, and no more", 5 + n / 10) for n in range(200)))


async def test_a_key_makes_one_frame_and_no_layout(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening(), each_frame=True) as (pilot, desk):
        for key in ("j", "k", "pageup", "pagedown", "home", "end", "space"):
            desk.list.go_to("x:100")
            await press(pilot, "j", "k")
            with counted() as frames:
                await press(pilot, key)
            assert (len(frames), frames.layouts) == (1, 0), (key, frames)


async def test_an_act_makes_no_layout(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening(), each_frame=True) as (pilot, desk):
        desk.list.go_to("x:100")
        await press(pilot, "j", "k")
        with counted() as frames:
            await press(pilot, "s", "h", "2", "u")
        assert frames and not frames.layouts


async def drawn_by(pilot: Pilot[None], *keys: str) -> set[int]:
    with counted() as frames:
        await press(pilot, *keys)
    return set().union(*frames)


def lines_of(desk: Desk, *posts: str) -> set[int]:
    """The screen lines on which something of these posts stands."""
    top = desk.list.region.y
    names = [f"Number {post}," for post in posts]
    texts = [line.text for line in desk.list.drawn_lines()]
    words = [n for n, text in enumerate(texts) if any(name in text for name in names)]
    return {top + n + by for n in words for by in (-1, 0)}


async def test_only_what_is_different_is_drawn(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening(), each_frame=True) as (pilot, desk):
        desk.list.go_to("x:100")
        await press(pilot, "j", "k")
        assert await drawn_by(pilot, "j") == lines_of(desk, "100", "101")
        drawn = await drawn_by(pilot, "s")
        assert lines_of(desk, "101") & drawn and not lines_of(desk, "102", "99") & drawn


async def test_a_batch_makes_one_frame_and_no_layout(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening(), each_frame=True) as (pilot, desk):
        await press(pilot, "end")
        for number in range(5):
            with counted() as frames:
                batch = captured(*(post(f"new{number}{n}", "More", 40 + number) for n in range(5)))
                await desk.context.session.record(*batch)
                await pilot.pause()
            assert (len(frames), frames.layouts) == (1, 0), frames
            assert desk.list.cursor == f"x:new{number}4"


async def test_lines_no_longer_shown_are_let_go_without_the_collector(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening(), each_frame=True) as (pilot, _):
        await press(pilot, "pageup", "pagedown")
        gc.collect()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            await press(pilot, "pageup", "pageup", "j", "home", "end")
            gc.collect()
            left = [each for each in gc.garbage if isinstance(each, Strip)]
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
        assert not left


async def test_words_that_the_mouse_selects_stand_out_where_they_are(tmp_path: Path) -> None:
    async with desk_of(tmp_path, evening(), each_frame=True) as (pilot, desk):
        desk.list.go_to("x:100")
        await pilot.pause()
        texts = [line.text for line in desk.list.drawn_lines()]
        y = next(n for n, text in enumerate(texts) if "Number 100," in text)
        x = texts[y].index("100")
        await pilot.mouse_down(desk.list, offset=(x, y))
        await pilot.hover(desk.list, offset=(x + 2, y))
        await pilot.mouse_up(desk.list, offset=(x + 2, y))
        await pilot.pause()
        ground = desk.get_component_rich_style("screen--selection").bgcolor
        drawn = desk.list.render_lines(desk.list.size.region)
        selected = {
            n: "".join(each.text for each in line if each.style and each.style.bgcolor == ground)
            for n, line in enumerate(drawn)
        }
        assert {n: words for n, words in selected.items() if words} == {y: "100"}
