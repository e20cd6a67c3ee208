"""What a page looks like and leaves out, by the command line, else by settings."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from tartantm.core.errors import BadInput
from tartantm.settings.paths import paths

if TYPE_CHECKING:
    from tartantm.settings.theme import Theme
    from tartantm.transcript import ExportOptions


def page_options(options: Namespace, name: str, *, include_hidden: bool = False) -> ExportOptions:
    """What the page NAME.html looks like and leaves out, by the command line, else by settings."""
    from tartantm.settings.config import load
    from tartantm.transcript import ExportOptions

    return ExportOptions(
        include_hidden=include_hidden,
        theme=theme(getattr(options, "theme", None)),
        noindex=options.noindex,
        x_text=options.x_text or load().x_text,
        pseudonyms=options.pseudonyms or "",
        address=_address(options.address, name) if options.address else "",
    )


def _address(given: str, name: str) -> str:
    """The address of a page; to a folder's address, which ends in a slash, its name is added."""
    from urllib.parse import quote

    from tartantm.transcript.web_links import web_url

    address = web_url(given + f"{quote(name)}.html" * given.endswith("/"))
    if address is None or "#" in address:
        raise BadInput(f"{given!r} is no web address for a page, such as https://chat.example/.")
    return address


def theme(name: str | None) -> Theme | None:
    """The theme of a page: the one that is named, else the one of the desk."""
    from tartantm.settings import state
    from tartantm.settings.config import load
    from tartantm.settings.theme import load_all, shipped

    themes, _ = load_all([shipped(), paths().themes])
    if name and name not in themes:
        raise BadInput(f"There is no theme {name!r}; there are {', '.join(sorted(themes))}.")
    return themes.get(name or load().theme or state.theme() or "night")
