from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.settings import tartan


def test_a_sett_turns_at_its_pivots() -> None:
    cloth = tartan.parse("K4 R24 K24 Y4", {"K": "#000000", "R": "#ff0000", "Y": "#ffff00"})
    colours = [stripe.colour for stripe in cloth.stripes]
    assert colours == ["#000000", "#ff0000", "#000000", "#ffff00", "#000000", "#ff0000"]
    assert len(cloth.threads) == 4 + 24 + 24 + 4 + 24 + 24


def test_slashes_commas_and_lower_case_are_the_same_sett() -> None:
    assert tartan.parse("k/4, r24 K24 y/4") == tartan.parse("K4 R24 K24 Y4")


def test_a_sett_that_does_not_turn() -> None:
    assert len(tartan.parse("...K4 R24 Y4...").threads) == 32


def test_dark_and_light_threads() -> None:
    stripes = tartan.parse("DR4 LR4", {"R": "#646464"}).stripes
    assert [stripe.colour for stripe in stripes] == ["#3c3c3c", "#a2a2a2"]


@pytest.mark.parametrize("text", ["", "K4", "hello", "K4 R", "4K 3R", "K4 R0", "K4 Z9", "K4; R4"])
def test_what_is_no_thread_count(text: str) -> None:
    with pytest.raises(ValueError, match=r"thread|stripe"):
        tartan.parse(text)


@given(st.text(max_size=40))
def test_any_text_gives_a_sett_or_a_sentence(text: str) -> None:
    try:
        assert tartan.parse(text).threads
    except ValueError as error:
        assert str(error)


def test_twill_is_solid_where_warp_and_weft_agree() -> None:
    rows = tartan.weave(tartan.parse("K4 R4"), 8, 8)
    assert {rows[0][x] for x in range(4)} == {rows[0][0]}
    assert len({rows[0][x] for x in range(4, 8)}) == 2


def test_scaled_keeps_every_stripe() -> None:
    small = tartan.scaled(tartan.parse("K4 R24 K24 Y4"), 12)
    assert len(small.stripes) == 6
    assert min(stripe.width for stripe in small.stripes) == 1
