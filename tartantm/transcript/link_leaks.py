"""URLs that would lead readers to a post or a person that is withheld from them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tartantm.core.accounts import Account, handles_of
from tartantm.core.folding import fold
from tartantm.core.post import Link, Post
from tartantm.core.redaction import LINK, LINKS, link_spans
from tartantm.core.spans import Span

_BARE = re.compile(r"(?i)\b(?:https?|at)://[^\s<>\"'“”«»]+")
_BETWEEN = re.compile(r"[/?#&=@%,;!]+")
_AFTER = ".:…)]}*_~|"
"""Signs that may follow an address without being a part of it."""
_AFTER_WHOLE = _AFTER + "/,;!"


class LinkLeaks:
    """The parts that no URL may contain: ids of withheld posts, handles and ids of people."""

    def __init__(self) -> None:
        self._parts: set[tuple[str, ...]] = set()
        """Each parted as addresses are, for an id may have the signs that part them."""
        self._lengths: set[int] = set()
        self._whole: set[str] = set()
        """Ids that are addresses themselves, without scheme."""

    def add_post(self, post: Post) -> None:
        """Add a post's ids."""
        for known in (post.id, *post.aliases):
            native = known.partition(":")[2]
            end = native.rpartition("/")[2]
            if whole := _without_scheme(fold(native)):
                self._whole.add(whole)
            # The end of an address such as "?p=57" says nothing without the rest.
            if "://" not in native or not _BETWEEN.search(end):
                self._add(end)

    def add_account(self, account: Account) -> None:
        """Add a person's handles and ids."""
        for part in handles_of([account]):
            self._add(part)

    def _add(self, part: str) -> None:
        pieces = tuple(filter(None, _BETWEEN.split(fold(part))))
        if len(part) > 1 and pieces:
            self._parts.add(pieces)
            self._lengths.add(len(pieces))

    def found_in(self, url: str) -> bool:
        """Whether a URL, or a post's id, contains one of the parts."""
        if not self._parts and not self._whole:
            return False
        plain = fold(url)
        pieces = _BETWEEN.split(plain)
        # A sentence goes on after an address, or ends with it: "(see https://…/57)."
        ends = [(piece, piece.rstrip(_AFTER)) for piece in pieces]
        return _without_scheme(plain) in self._whole or any(
            (*pieces[at : at + length - 1], end) in self._parts
            for length in self._lengths
            for at in range(len(pieces) - length + 1)
            for end in ends[at + length - 1]
        )

    def spans(self, text: str, links: Iterable[Link] = ()) -> list[Span]:
        """Returns where such URLs stand in a text, also where a link shows them in another form."""
        if not self._parts and not self._whole:
            return []
        found: list[Span] = []
        for link in links:
            if link.shown and self.found_in(link.url):
                found += link_spans(text, link)
        if "://" in text:
            found += [
                Span(*match.span(), LINK, LINKS)
                for match in _BARE.finditer(text)
                if self.found_in(match[0])
            ]
        return found


def _without_scheme(address: str) -> str:
    return address.partition("://")[2].rstrip(_AFTER_WHOLE)
