"""URLs that would lead readers to a post or a person that is withheld from them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tartantm.core.post import Author, Link, Post

WITHHELD = "[link withheld]"

_BARE = re.compile(r"(?i)\b(?:https?|at)://[^\s<>\"'“”«»]+")
_BETWEEN = re.compile(r"[/?#&=@%,;!]+")


class LinkLeaks:
    """The parts that no URL may contain: ids of withheld posts, handles and ids of people."""

    def __init__(self) -> None:
        self._parts: set[str] = set()

    def add_post(self, post: Post) -> None:
        """Add a post's ids."""
        for known in (post.id, *post.aliases):
            self._add(known.partition(":")[2].rpartition("/")[2])

    def add_author(self, author: Author) -> None:
        """Add a person's handle and id."""
        self._add(author.handle)
        self._add(author.handle.partition("@")[0])
        self._add(author.id.rpartition("/")[2])

    def _add(self, part: str) -> None:
        if len(part) > 1:
            self._parts.add(part.casefold())

    def found_in(self, url: str) -> bool:
        """Whether a URL contains one of the parts."""
        return not self._parts.isdisjoint(_BETWEEN.split(url.casefold()))

    def remove_from(self, text: str, links: Iterable[Link] = ()) -> str:
        """Returns a text without such URLs, also where a link shows them in another form."""
        for link in links:
            if link.shown and self.found_in(link.url):
                text = text.replace(link.shown, WITHHELD)
        if "://" not in text:
            return text
        return _BARE.sub(lambda match: WITHHELD if self.found_in(match[0]) else match[0], text)
