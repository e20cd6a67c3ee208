"""The options of an export as a session file records them, and read from there again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tartantm.core.errors import BadInput
from tartantm.settings.theme import Theme
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.web_links import web_url

_PLAIN = ("include_hidden", "language", "noindex", "width", "x_text", "pseudonyms", "address")

_DEFAULTS = ExportOptions()

WIDTHS = range(20, 100_000)
"""Columns that the text format may be wrapped at."""


class UnknownOption(BadInput):
    """What is recorded is no option of this program; nothing may be written without it."""


def recorded_options(options: ExportOptions) -> dict[str, str | int | bool]:
    """Returns the options that differ from their defaults, by name; the theme by its name."""
    recorded: dict[str, str | int | bool] = {
        name: value
        for name in _PLAIN
        if (value := getattr(options, name)) != getattr(_DEFAULTS, name)
    }
    if options.theme is not None:
        recorded["theme"] = options.theme.name
    return recorded


def read_options(
    recorded: Mapping[str, str | int | bool], themes: Mapping[str, Theme]
) -> ExportOptions:
    """Returns the options that were recorded; the file may have come from somebody else.

    A theme that is not here any more becomes the built-in one: it withholds nothing. Raises
    UnknownOption for anything else that cannot be honoured.
    """
    options = _DEFAULTS
    for name, value in recorded.items():
        if name == "theme":
            options = replace(options, theme=themes.get(str(value)))
            continue
        if not _is_valid(name, value):
            raise UnknownOption(f"it was written with an option that is unknown here: {name!r}")
        options = replace(options, **{name: value})  # type: ignore[arg-type]
    return options


def _is_valid(name: str, value: str | int | bool) -> bool:
    match name:
        case "include_hidden" | "noindex":
            return isinstance(value, bool)
        case "width":
            return not isinstance(value, bool) and value in WIDTHS
        case "x_text":
            return value in ("full", "link")
        case "pseudonyms":
            return value in ("participants", "all")
        case "address":
            return isinstance(value, str) and web_url(value) == value and "#" not in value
        case "language":
            return isinstance(value, str)
    return False
