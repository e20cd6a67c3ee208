"""The page's accents can be read, and the band shows the theme's tartan."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tartantm.settings.tartan import parse, scaled, weave
from tartantm.settings.theme import load
from tartantm.transcript.formats.html import stylesheet
from tests.transcript.reading import Page

THEMES = sorted((Path(__file__).parents[3] / "themes").glob("*.toml"))


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
def test_every_theme_s_accents_can_be_read(path: Path) -> None:
    light, dark = stylesheet.accents(load(path))
    assert (
        stylesheet.contrast(light, stylesheet.PAPER) >= 6
        and stylesheet.contrast(dark, stylesheet.DARK_PAPER) >= 7
    )
    css = stylesheet.style(load(path))
    assert f"--accent:{light}" in css and not re.search("LIGHT_|DARK_", css)


def test_the_built_in_accents_can_be_read() -> None:
    light, dark = stylesheet.accents(None)
    assert (
        stylesheet.contrast(light, stylesheet.PAPER) >= 7
        and stylesheet.contrast(dark, stylesheet.DARK_PAPER) >= 7
    )
    assert stylesheet.contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_band_is_woven_as_cloth_is() -> None:
    """Paint the band's rectangles by hand and compare them with `tartan.weave`."""
    sett = parse("K2 R6 G4 Y2")
    page = Page(stylesheet.band(sett))
    svg = page.one("svg")
    assert svg["aria-hidden"] == "true" and svg["shape-rendering"] == "crispEdges"
    pattern = page.one("pattern", id="warp")
    width, height = int(pattern["width"]) // 2, int(pattern["height"]) // 2
    rows = scaled(sett, stylesheet._REPEAT)
    assert len(rows.threads) == width and height == 12
    weft = [
        (int(e["y"]) // 2, int(e["height"]) // 2, e["fill"])
        for e in page.all("rect")
        if e["fill"].startswith("#")
    ]
    painted = [colour for _, count, colour in weft for _ in range(count)]
    assert len(painted) == height
    doubled = [thread for thread in rows.threads + rows.threads]
    start = next(n for n in range(width) if doubled[n : n + height] == painted)
    cloth = weave(rows, width, width * 4)
    twill = {(x, y) for y, part in enumerate(_twill_rows()) for x, over in enumerate(part) if over}
    for y in range(height):
        for x in range(width):
            over = (x % 4, y % 4) in twill
            shown = painted[y] if over else rows.threads[x]
            assert shown == (cloth[y][x] if not over else doubled[start + y])


def _twill_rows() -> list[list[bool]]:
    rows = [[False] * 4 for _ in range(4)]
    for x, y, width, height in re.findall(r"M(\d) (\d)h(\d)v(\d)", stylesheet._TWILL):
        assert height == "2"
        for step in range(int(width) // 2):
            rows[int(y) // 2][int(x) // 2 + step] = True
    assert all(sum(row) == 2 for row in rows)
    return rows
