"""Themes: TOML files with the colours of the desk and a tartan sett.

They are found in the package (or beside it in a checkout) and in the user's own folder, whose
themes replace those of the same name. A file that cannot be used is reported and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from tartantm.settings.file_guard import NotAPlainFile, read_plain_text
from tartantm.settings.tartan import Sett, parse

if TYPE_CHECKING:
    from msgspec import Struct

TEXTUAL = (
    *("primary", "secondary", "accent", "foreground", "background", "surface", "panel"),
    *("warning", "error", "success"),
)
"""Textual's own colours; a theme names all of them."""

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
"""tartantm's own colours and what they are for; a theme names all of them."""


class ThemeError(ValueError):
    """A theme file that cannot be used; the message is the reason."""


@dataclass(frozen=True)
class Theme:
    """Colours, as ``#rrggbb``, and a sett."""

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
    """The folder of the themes that are part of the program."""
    package = Path(__file__).parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def load_all(folders: Iterable[Path]) -> tuple[dict[str, Theme], list[Broken]]:
    """Read all themes in the folders; later ones replace earlier ones of the same name."""
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
    """Read one theme; its name is that of the file. Raises ThemeError."""
    # Imported here so that the first frame of the desk, which knows themes, loads no msgspec.
    from tartantm.core.toml_document import TomlDocument, TomlFault

    try:
        document = TomlDocument(read_plain_text(path))
        file: Any = document.convert(document.tables, _file_type())
    except (OSError, UnicodeDecodeError, NotAPlainFile) as error:
        raise ThemeError(f"it cannot be read: {error}") from None
    except TomlFault as fault:
        raise ThemeError(str(fault)) from None
    try:
        sett = parse(file.sett, {letters.upper(): hue for letters, hue in file.threads.items()})
    except ValueError as error:
        raise ThemeError(str(error)) from None
    return Theme(
        path.stem,
        path.stem if file.title is None else file.title,
        file.dark,
        {name: getattr(file.textual, name) for name in TEXTUAL},
        {name: getattr(file.colours, name) for name in OWN},
        sett,
    )


@cache
def _file_type() -> type[Struct]:
    """The struct of a theme's file, built from the names of the colours."""
    from msgspec import Meta, defstruct, field

    from tartantm.core.toml_document import Text

    colour = Annotated[
        str, Meta(pattern=r"^#[0-9a-fA-F]{6}\Z", description='a colour like "#1a2b3c"')
    ]
    truth = Annotated[bool, Meta(description="true or false")]
    sett = Annotated[str, Meta(description='a thread count in quotes, such as "K4 R24 K24 Y4"')]

    def table(name: str, colours: Iterable[str]) -> type[Struct]:
        return defstruct(name, [(each, colour) for each in colours], forbid_unknown_fields=True)

    return defstruct(
        "ThemeFile",
        [
            ("sett", sett),
            ("textual", table("TextualColours", TEXTUAL)),
            ("colours", table("OwnColours", OWN)),
            ("title", Text | None, None),
            ("dark", truth, True),
            ("threads", dict[str, colour], field(default_factory=dict)),
        ],
        forbid_unknown_fields=True,
    )
