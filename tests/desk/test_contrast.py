"""The WCAG contrast of everything that stands on the screen, in every theme.

Not a list of colour pairs that could be forgotten, but what the app draws: ink and ground of each
piece of text, in the states that use all of the theme's colours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Region

from tartantm.core import events as ev
from tartantm.settings.theme import load_all, shipped
from tests.builders import captured, post
from tests.desk.running import at_once, desk_of, evening, press

LEAST = 4.5
"""WCAG 2.2, 1.4.3, level AA, for text of ordinary size."""

ORNAMENT = set("▀▌▐▁▂▃▄▅▆▇█▚▞ \n")

THEMES = sorted(load_all([shipped()])[0])


def luminance(colour: tuple[int, int, int]) -> float:
    channels = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(app: Any, region: Region | None = None) -> dict[str, float]:
    """Pieces of text with too little contrast, in the whole screen or in a region of it."""
    faint = {}
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        if region and not region.y <= y < region.bottom:
            continue
        line = strip.crop(region.x, region.right) if region else strip
        for text, style, _ in line:
            if set(text) <= ORNAMENT or style is None:
                continue
            assert style.color and style.bgcolor, text
            ratio = contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor())
            if style.dim or ratio < LEAST:
                faint[text.strip()] = round(ratio, 2)
    return faint


def test_the_measure_itself() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
async def test_every_text_of_every_theme_can_be_read(tmp_path: Path, theme: str) -> None:
    events = [
        *evening(),
        *captured(post("30", "CW", 21.7, content_warning="food"), question="Q2"),
        *captured(post("31", "Gone", 21.8), question="Q2"),
        ev.Deleted(("x:31",), post().created_at),
        ev.Hidden(("x:13",)),
        ev.Marked(("x:12",), "idea"),
        ev.Redacted("phrase", "parrots", reason="abuse"),
        ev.Redacted("author", "x:zainab"),
        ev.Muted("phrase", "number 14"),
    ]
    async with desk_of(tmp_path, events, theme=theme) as (pilot, desk):
        await press(pilot, "d")
        assert too_faint(pilot.app) == {}, "following, with details"
        desk.context.say("Something went wrong", trouble=True)
        await press(pilot, "i", "space")
        assert too_faint(pilot.app) == {}, "inbox and selection"
        await at_once(pilot, "slash", *"par")
        assert too_faint(pilot.app) == {}, "search"
        await press(pilot, "escape", "escape")
        for keys in ("p", "w", "question_mark", "P", "X", "p w o r d"):  # the last within `X`
            await at_once(pilot, *keys.split())
            dialog = pilot.app.screen.query_one(".dialog")
            assert too_faint(pilot.app, dialog.region) == {}, keys
            if keys != "X":
                await press(pilot, "escape")
