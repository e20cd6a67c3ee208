"""Ids that a spreadsheet rounded: known as such, and told from other posts' ids all the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives.rounded_ids import agrees, id_of, is_figure

WHOLE = "1273319873215467521"
BY_CHANCE = "605913703904182500"
"""A whole id that looks as if it had been calculated with."""

FRACTION = str(int(float(WHOLE)))


@pytest.mark.parametrize(
    "written",
    [
        *("", WHOLE, "1.2733E+18", "1,2733e18", "1E+18", "1.27331987321547E+18"),
        *(f"'{WHOLE}", f'="{WHOLE}"', f"x{WHOLE}", f"ID:{WHOLE}", f" {WHOLE}.0\u200b"),
        *("1273319873215460000", "1,273,319,873,215,467,521", "1 273 319 873 215 460 000"),
        # Not an id at all: nothing says that it is another one.
        *("bram", "0", "1.2733E+3", "1E-18"),
    ],
)
def test_an_id_agrees_with_what_it_may_have_been(written: str) -> None:
    assert agrees(WHOLE, written)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "1273319873215467522",
            "1273319873215467531",
            "1273319873215480000",
            "1.2735E+18",
            "1E+17",
        ),
        *("1,273,319,873,215,480,000", "1000000000000000000", "7", "1.27E+2"),
    ],
)
def test_an_id_does_not_agree_with_another(written: str) -> None:
    assert not agrees(WHOLE, written)


@pytest.mark.parametrize(
    "written, furthest",
    [
        # As Excel keeps them.
        ("1.2733E+18", 1273400000000000000),
        ("3E+5", 400000),
        ("1.25E+2", 126),
        ("1273319873215460000", 1273319873215470000),
        # A number with many zeros of its own is not taken for anything near it.
        ("1000000000000000000", 1010000000000000000),
        # As programs do that calculate with fractions.
        (BY_CHANCE, int(BY_CHANCE) + 512),
        (f"{BY_CHANCE}.0", int(BY_CHANCE) + 512),
        # The same with all figures of what was left; a shorter id is no such number.
        (FRACTION, int(FRACTION) + 512),
        ("12345678901234512", 12345678901234512 + 512),
        ("1234567890123456", 1234567890123456),
    ],
)
def test_how_far_a_rounded_id_may_lie_from_the_whole_one(written: str, furthest: int) -> None:
    assert agrees(str(furthest), written)
    assert not agrees(str(furthest + 1), written)


@pytest.mark.parametrize(
    "written, found",
    [
        (WHOLE, WHOLE),
        *((f"{WHOLE}.0", WHOLE), (f"x{WHOLE}", WHOLE), (f"ID:{WHOLE}", WHOLE)),
        *((f'="{WHOLE}"', WHOLE), (f"'{WHOLE}", WHOLE), (f"\u200b {WHOLE} ", WHOLE)),
        *(("1.273.319.873.215.467.521", WHOLE), ("1’273’319’873’215’467’521", WHOLE)),
        *((f"X{WHOLE}X", ""), (f"id:{WHOLE}", ""), ("1,273", ""), ("bram", ""), ("", "")),
        # Nobody's: several rows that have it are not one post.
        *(("0", ""), ("000", ""), ("0.0", ""), ("٣" * 18, ""), ("9" * 21, "")),
        # Excel keeps fifteen figures.
        *(("1.2733E+18", ""), ("1273319873215460000", ""), ("1234567890120000", "")),
        ("123456789010000", "123456789010000"),
        # A number that calculating made: its figures are those of the fraction next to it.
        *((BY_CHANCE, ""), ("12345678901234500", ""), ("1273319873215467500", "")),
        # The fraction next to this one has other figures; an id of this length is kept whole.
        *(("1273319873215461100", "1273319873215461100"), ("1234567890123400", "1234567890123400")),
        ("12345678901234510", "12345678901234510"),
    ],
)
def test_an_id_is_whole_or_none(written: str, found: str) -> None:
    assert id_of(written) == found


@pytest.mark.parametrize(
    "written, whether",
    [
        *((WHOLE, True), ("1.2733E+18", True), ("1273319873215460000", True)),
        *((f"{10**15 + 1}", True), (f"{10**15}", False), ("1.27E+2", False)),
        *(("", False), ("0", False), ("bram", False)),
    ],
)
def test_what_is_no_id_is_not_told_as_a_rounded_one(written: str, whether: bool) -> None:
    assert is_figure(written) is whether


def test_an_id_beside_whole_ones_is_whole_unless_excel_had_it() -> None:
    assert id_of(BY_CHANCE, others_are_whole=True) == BY_CHANCE
    assert id_of("1273319873215460000", others_are_whole=True) == ""
    assert id_of("bram", others_are_whole=True) == ""


@given(st.integers(10**18, 2**62))
def test_an_id_that_was_a_fraction_is_known_as_rounded_however_it_is_written(number: int) -> None:
    fraction = repr(float(number))
    for rounded in (fraction, f"{Decimal(fraction):f}", f"{Decimal(fraction):,f}"):
        assert id_of(rounded) == ""
        assert agrees(str(number), rounded)


@given(st.text(max_size=30) | st.from_regex(r"[0-9.,eE+ ']{1,25}", fullmatch=True))
def test_nothing_raises(written: str) -> None:
    found = id_of(written)
    assert agrees(WHOLE, written) in (True, False)
    assert found == "" or (found.isascii() and found.isdecimal() and id_of(found) == found)
