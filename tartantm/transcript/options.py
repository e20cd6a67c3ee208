"""`ExportOptions`: what can be chosen when a transcript is exported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tartantm.settings.theme import Theme


@dataclass(frozen=True)
class ExportOptions:
    """The choices of an export; each format uses those that concern it."""

    include_hidden: bool = False
    """Whether posts that the moderator hid are shown too, marked as hidden."""
    theme: Theme | None = None
    """The theme whose tartan and accent colour the page has; None for the built-in ones."""
    language: str = "en-GB"
    """BCP 47 tag of the language of the page's own words."""
    noindex: bool = False
    """Whether to ask search engines not to list the page, and leave out its metadata on posts."""
    width: int = 0
    """Columns to wrap plain text at; 0 leaves each paragraph on one line."""
    x_text: Literal["full", "link"] = "full"
    """``link`` shows author, link and annotations of posts on X, but not their words."""
    pseudonyms: Literal["", "participants", "all"] = ""
    """Numbers instead of names: for everybody, or for all but the people on the agenda."""
    address: str = ""
    """The URL that the web page will have; "" where that is not known."""
    running_at: datetime | None = None
    """The time of an export while the chat is running, which the page states; else None."""
