"""What whoever exports a transcript may choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tartantm.settings.theme import Theme


@dataclass(frozen=True)
class ExportOptions:
    """Choices for every format; each format takes the ones that concern it."""

    include_hidden: bool = False
    """Also give the posts that the moderator hid, marked as hidden."""
    theme: Theme | None = None
    """Whose sett and accent the page wears; None for the built-in ones."""
    language: str = "en-GB"
    """BCP 47 tag of the page's own words."""
    noindex: bool = False
    """Ask search engines to leave the page alone, and tell them of no post."""
    width: int = 0
    """Columns to wrap plain text at; 0 leaves each paragraph on one line."""
    x_text: Literal["full", "link"] = "full"
    """``link`` gives only author, link and annotations of posts on X, not their words."""
    pseudonyms: Literal["", "participants", "all"] = ""
    """Numbers instead of names: for everybody, or for all but the people on the agenda."""
    address: str = ""
    """Where the web page will stand, a web address; "" where nobody knows yet."""
    running_at: datetime | None = None
    """The chat was still going on at this time: the page says so."""
