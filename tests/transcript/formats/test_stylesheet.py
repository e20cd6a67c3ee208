"""Accents that can be read, the band of cloth, words for times, anchors."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tartantm.settings.tartan import parse, scaled, weave
from tartantm.settings.theme import load
from tartantm.transcript import times
from tartantm.transcript.anchors import anchor
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
    """Paint the band's rectangles by hand and compare it with `sett.weave`."""
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


@pytest.mark.parametrize(
    ("name", "at", "words"),
    [
        (
            "Europe/London",
            datetime(2012, 6, 20, 18, tzinfo=ZoneInfo("Europe/London")),
            "UK time (BST)",
        ),
        (
            "Europe/London",
            datetime(2012, 1, 20, 18, tzinfo=ZoneInfo("Europe/London")),
            "UK time (GMT)",
        ),
        (
            "Europe/Berlin",
            datetime(2012, 6, 20, 18, tzinfo=ZoneInfo("Europe/Berlin")),
            "Berlin time (CEST, UTC+2)",
        ),
        (
            "America/Sao_Paulo",
            datetime(2024, 6, 20, 18, tzinfo=ZoneInfo("America/Sao_Paulo")),
            "Sao Paulo time (UTC−3)",
        ),
        (None, datetime(2012, 6, 20, tzinfo=timezone(timedelta(hours=5, minutes=30))), "UTC+5:30"),
        (None, datetime(2012, 6, 20, tzinfo=UTC), "UTC"),
        ("UTC", datetime(2012, 6, 20, tzinfo=ZoneInfo("UTC")), "UTC"),
    ],
)
def test_zones_in_words(name: str | None, at: datetime, words: str) -> None:
    assert times.zone(name, at) == words


def test_times_in_words() -> None:
    start = datetime(2012, 12, 31, 22, 5, tzinfo=UTC)
    late = datetime(2013, 1, 1, 1, 0, tzinfo=UTC)
    assert times.date_range(start, late, "UTC") == (
        "Monday 31 December 2012, 22:05 to 1 January 2013, 01:00 UTC"
    )
    assert times.date_range(start, None, "UTC") == "Monday 31 December 2012, 22:05 UTC"
    assert times.clock_on(start, start) == "22:05"
    assert times.stamp(start.replace(microsecond=120000)) == "2012-12-31T22:05:00.120000Z"
    local = datetime(2012, 6, 20, 18, tzinfo=ZoneInfo("Europe/London"))
    assert times.stamp(local) == "2012-06-20T17:00:00Z"


def test_anchors_are_of_the_post_s_id_alone() -> None:
    assert anchor("x:215501234567") == "x-215501234567"
    assert anchor("mastodon:https://a.example/1") == "m_b5BxfjBd"
    odd = {anchor(f"bluesky:at://did:plc:a/app.bsky.feed.post/{n}") for n in range(5000)}
    assert len(odd) == 5000 and all(re.fullmatch(r"b_[\w-]{8}", one) for one in odd)
    for hostile in ('"><x', "::", "é:1", "", "\ud83d:\ud83d"):
        assert re.fullmatch(r"[a-z][-_][\w-]+", anchor(hostile))
