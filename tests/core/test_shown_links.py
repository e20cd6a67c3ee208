"""Links are found in a text by what shows them, and other words stay."""

from __future__ import annotations

import pytest

from tartantm.core.shown_links import places_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A nice banana day, see <a> and all", "a"),
        ("See <this>, thistle", "this"),
        ("See <this>tle", "this"),
        ("See this, this is all, thistle", "this"),
        ("See porridges and porridge, porridge", "porridge"),
        ("See <our recipe> or <our recipe>, not our recipes", "our recipe"),
        ("See <2 oats>, 12 oats", "2 oats"),
        ("See our oats or our oats", "our oats"),
        ("Seeporridge porridges porridgey", "porridge"),
        ("<oats.example/a>, (<https://oats.example/a>) or <www.oats.example/a>.", "oats.example/a"),
        ("See oats.example/ab and <oats.example/a>", "oats.example/a"),
        ("See <oats.example>, oats.example/b, my.oats.example, @oats.example", "oats.example"),
        ("See <oats.example/a>? <oats.example/a>- <oats.example/a>/", "oats.example/a"),
        ("See<oats.example/a>nd", "oats.example/a"),
        ("看<oats.example/a>很 and <oats.example/a>", "oats.example/a"),
        ("看<这里>很", "这里"),
        ("See <→ read here> or b<→ read here>", "→ read here"),
        ("See <→ here> or → hereby", "→ here"),
        ("See <here!>, where!", "here!"),
        ("See <read here!>b, <read here!>", "read here!"),
        ("See <m.example/@ailsa/11…> and <m.example/@ailsa/11…>", "m.example/@ailsa/11…"),
        ("Nothing", "here"),
        ("Nothing", ""),
    ],
)
def test_where_a_text_shows_a_link(text: str, shown: str) -> None:
    marked, places = "", []
    for sign in text:
        if sign in "<>":
            places.append(len(marked))
        else:
            marked += sign
    assert places_of(marked, shown) == list(zip(places[::2], places[1::2], strict=True))
