from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.settings import tartan as sett
from tartantm.settings.theme import OWN, TEXTUAL, ThemeError, load, load_all, shipped


def test_a_sett_turns_at_its_pivots() -> None:
    cloth = sett.parse("K4 R24 K24 Y4", {"K": "#000000", "R": "#ff0000", "Y": "#ffff00"})
    colours = [stripe.colour for stripe in cloth.stripes]
    assert colours == ["#000000", "#ff0000", "#000000", "#ffff00", "#000000", "#ff0000"]
    assert len(cloth.threads) == 4 + 24 + 24 + 4 + 24 + 24


def test_slashes_commas_and_lower_case_are_the_same_sett() -> None:
    assert sett.parse("k/4, r24 K24 y/4") == sett.parse("K4 R24 K24 Y4")


def test_a_sett_that_does_not_turn() -> None:
    assert len(sett.parse("...K4 R24 Y4...").threads) == 32


def test_dark_and_light_threads() -> None:
    stripes = sett.parse("DR4 LR4", {"R": "#646464"}).stripes
    assert [stripe.colour for stripe in stripes] == ["#3c3c3c", "#a2a2a2"]


@pytest.mark.parametrize("text", ["", "K4", "hello", "K4 R", "4K 3R", "K4 R0", "K4 Z9", "K4; R4"])
def test_what_is_no_thread_count(text: str) -> None:
    with pytest.raises(ValueError, match=r"thread|stripe"):
        sett.parse(text)


@given(st.text(max_size=40))
def test_any_text_gives_a_sett_or_a_sentence(text: str) -> None:
    try:
        assert sett.parse(text).threads
    except ValueError as error:
        assert str(error)


def test_twill_is_solid_where_warp_and_weft_agree() -> None:
    rows = sett.weave(sett.parse("K4 R4"), 8, 8)
    assert {rows[0][x] for x in range(4)} == {rows[0][0]}
    assert len({rows[0][x] for x in range(4, 8)}) == 2


def test_scaled_keeps_every_stripe() -> None:
    small = sett.scaled(sett.parse("K4 R24 K24 Y4"), 12)
    assert len(small.stripes) == 6
    assert min(stripe.width for stripe in small.stripes) == 1


def test_the_shipped_themes() -> None:
    themes, broken = load_all([shipped()])
    assert not broken
    assert {"night", "paper", "contrast", "clear"} <= set(themes)
    assert {theme.dark for theme in themes.values()} == {True, False}


GOOD = (
    'dark = true\nsett = "K4 R4"\n'
    + "[textual]\n"
    + "".join(f'{name} = "#101010"\n' for name in TEXTUAL)
    + "[colours]\n"
    + "".join(f'{name} = "#fefefe"\n' for name in OWN)
)


def test_the_users_theme_of_the_same_name_wins(tmp_path: Path) -> None:
    (tmp_path / "night.toml").write_text(GOOD + "\n")
    themes, _ = load_all([shipped(), tmp_path])
    assert themes["night"].own["star"] == "#fefefe"
    assert load_all([tmp_path / "missing"]) == ({}, [])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("dark = true", "dark = "), "line 1: this is not TOML"),
        (("dark = true", 'dark = "yes"'), "line 1: 'dark' has to be true or false"),
        (('"K4 R4"', "4"), "line 2: 'sett' has to be a thread count in quotes"),
        (('"K4 R4"', '"K4 Q4"'), "no colour is known for the threads Q"),
        (('sett = "K4 R4"\n', ""), "it has no 'sett'"),
        (('star = "#fefefe"', 'star = "gold"'), "'colours.star' has to be a colour"),
        (('star = "#fefefe"', 'star = "#fefefe\\n"'), "'colours.star' has to be a colour"),
        (('star = "#fefefe"\n', ""), "[colours] has no 'star'"),
        (("star = ", "stars = "), "unknown key 'colours.stars'; the nearest is 'star'"),
        (
            ("dark = true", "dark = true\ndrak = 1"),
            "line 2: unknown key 'drak'; the nearest is 'dark'",
        ),
        (("[textual]", "[[textual]]"), "'textual' has to be a table"),
        (("[textual]", "[threads]\nK = 3\n[textual]"), "line 4: 'threads.K' has to be a colour"),
    ],
)
def test_a_broken_theme_is_named_not_fatal(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace(*change))
    themes, broken = load_all([tmp_path])
    assert not themes
    assert broken[0].path == path and reason in broken[0].reason
    with pytest.raises(ThemeError):
        load(path)
