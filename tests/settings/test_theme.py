from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.settings.theme import OWN, TEXTUAL, ThemeError, load, load_all, shipped


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
