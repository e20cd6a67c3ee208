"""Themes: TOML files with the desk's colours and a tartan sett.

They are found in the package (or beside it in a checkout) and in the user's own folder; a theme of
the same name there wins. A broken file is named with its reason and left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tartantm.settings.tartan import Sett, parse

TEXTUAL = (
    *("primary", "secondary", "accent", "foreground", "background", "surface", "panel"),
    *("warning", "error", "success"),
)
"""Textual's own colours; a theme gives all of them."""

OWN = {
    "muted": "names, times and reasons: quieter than the posts' words",
    "question": "a question's number and the open question",
    "star": "starred posts",
    "note": "the moderator's own words",
    "attention": "what waits in the inbox",
    "cursor": "ground of the post under the cursor",
    "selected": "ground of selected posts",
    "good": "a source that is well",
    "trouble": "a source that is not, and what is not saved",
}
"""tartantm's own colours and what they are for; a theme gives all of them."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class ThemeError(ValueError):
    """A theme file that cannot be used, with the reason in words."""


@dataclass(frozen=True)
class Theme:
    """A set of colours and a sett. Colours are ``#rrggbb``."""

    name: str
    title: str
    dark: bool
    textual: Mapping[str, str]
    own: Mapping[str, str]
    sett: Sett


class Broken(NamedTuple):
    """A theme file that was left out, and why."""

    path: Path
    reason: str


def shipped() -> Path:
    """The folder of the themes that come with the program."""
    package = Path(__file__).parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def load_all(folders: Iterable[Path]) -> tuple[dict[str, Theme], list[Broken]]:
    """Read every theme in the folders, later folders winning; broken ones are told apart."""
    themes: dict[str, Theme] = {}
    broken: list[Broken] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                theme = load(path)
            except ThemeError as error:
                broken.append(Broken(path, str(error)))
            else:
                themes[theme.name] = theme
    return themes, broken


def load(path: Path) -> Theme:
    """Read one theme; its name is the file's. Raises ThemeError with the reason."""
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ThemeError(f"it cannot be read: {error}") from None
    unknown = data.keys() - {"title", "dark", "sett", "threads", "textual", "colours"}
    if unknown:
        raise ThemeError(f"unknown key {sorted(unknown)[0]!r}")
    dark, written = data.get("dark", True), data.get("sett")
    if not isinstance(dark, bool) or not isinstance(written, str):
        raise ThemeError("it needs 'sett', a thread count in quotes, and 'dark', true or false")
    try:
        sett = parse(written, _colours(data, "threads", ()))
    except ValueError as error:
        raise ThemeError(str(error)) from None
    return Theme(
        path.stem,
        str(data.get("title", path.stem)),
        dark,
        _colours(data, "textual", TEXTUAL),
        _colours(data, "colours", tuple(OWN)),
        sett,
    )


def _colours(data: Mapping[str, object], table: str, wanted: tuple[str, ...]) -> dict[str, str]:
    rows = data.get(table, {})
    if not isinstance(rows, dict):
        raise ThemeError(f"[{table}] has to be a table")
    for key, value in rows.items():
        if wanted and key not in wanted:
            raise ThemeError(f"[{table}] has an unknown colour {key!r}")
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            raise ThemeError(f'[{table}] {key} has to be a colour like "#1a2b3c"')
    missing = [name for name in wanted if name not in rows]
    if missing:
        raise ThemeError(f"[{table}] lacks {missing[0]!r}")
    return {key.upper() if table == "threads" else key: value for key, value in rows.items()}
