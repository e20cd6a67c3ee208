"""Names that left the file with deleted or erased posts: keyed hashes stay, to recognise them by.

What others wrote keeps their words, and may still name somebody of whom nothing else is left. Where
names are replaced by pseudonyms these have to be replaced as well, though nobody knows them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from msgspec.structs import replace

from tartantm.core.accounts import Heard
from tartantm.core.agenda import Agenda
from tartantm.core.folding import Folded, letters
from tartantm.core.identity import fingerprint
from tartantm.core.names import plain_name, whole_names
from tartantm.core.post import Author, Post
from tartantm.core.spans import LINK
from tartantm.core.telling_handles import hashtag_letters, is_telling
from tartantm.core.tokens import handle_key, named_in, tokens

MARKERS = ("[name withheld]", "[words withheld]", "[link withheld]", "[redacted")
"""What stands for words that are withheld in the file itself, by erasing or deletion."""

LONGEST = 6
"""Words, or parts of words, of the longest name that is recognised."""

_WORD = re.compile(r"[^\W_]+")


def gone_names(salt: str, authors: Iterable[Author], agenda: Agenda) -> tuple[str, ...]:
    """Returns keyed hashes of names, and of handles with and without server.

    A single name could be any word: "Will", "Rose". A handle that is none is known as a word, too.
    """
    known: set[str] = set()
    hashtags = hashtag_letters(agenda)
    for author in authors:
        whole = [each for each in whole_names(author.name) if each not in hashtags]
        known.update(f"name {each}" for each in whole)
        local = author.handle.partition("@")[0]
        if is_telling(local, [author.name], hashtags):
            known.add(f"name {letters(local)}")
        handle = handle_key(author.handle)
        known |= {f"handle {each}" for each in (handle, handle.partition("@")[0]) if len(each) > 1}
    return tuple(sorted(fingerprint(salt, each) for each in known))


def lost_authors(before: Heard, after: Heard) -> list[Author]:
    """Returns the names and handles that were heard in one chat and that another knows no more."""
    people = after.agenda.people
    names = {letters(plain_name(author.name)) for _, author in after.authors}
    names |= {letters(plain_name(person.name)) for person in people}
    handles = {author.handle.casefold() for _, author in after.authors}
    found = []
    for network, author in before.authors:
        known = author.handle.casefold() in handles or after.agenda.person(author, network)
        name = "" if letters(plain_name(author.name)) in names else author.name
        handle = "" if known else author.handle
        if name or handle:
            found.append(Author(handle, name))
    return list(dict.fromkeys(found))


def in_reasons(authors: Iterable[Author]) -> re.Pattern[str] | None:
    """Returns what finds names and handles in the reasons of placements, which write them so."""
    names = {each for one in authors for each in (one.name, f"@{one.handle}") if each.strip("@")}
    if not names:
        return None
    longest = sorted(map(re.escape, names), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)")


def has_marker(post: Post) -> bool:
    """Whether words of a post stand in the file as withheld, for what withheld them is gone.

    Somebody may also have written it: then the post goes without its link, which harms nobody.
    """
    texts = [post.text, post.author.name, post.content_warning]
    texts += [medium.alt for medium in post.media]
    texts += [link.title for link in post.links]
    return any(is_marked(text) for text in texts if text)


def is_marked(text: str) -> bool:
    """Whether a part of a text stands in the file as withheld."""
    return "[" in text and any(marker in text for marker in MARKERS)


def still_marked(post: Post, left: Post) -> Post:
    """Returns what is left of a post, with a marker where it had one: it is not linked again."""
    if left is post or has_marker(left) or not has_marker(post):
        return left
    return replace(left, text=f"{left.text} {LINK}".lstrip())


class GoneNames:
    """Finds names and handles in texts by their keyed hashes."""

    def __init__(self, salt: str, hashes: Collection[str]) -> None:
        held = frozenset(hashes)

        @lru_cache(maxsize=20_000)
        def known(name: str) -> bool:
            return fingerprint(salt, name) in held

        self._known, self._any = known, bool(held)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Returns where in a text such a name or handle stands, with all of an address or tag."""
        if not self._any:
            return []
        whole = tokens(text)
        found = [
            (start, end)
            for kind, start, end in whole
            if any(self._known(f"handle {handle}") for handle in named_in(kind, text[start:end]))
        ]
        for start, end in self._names(Folded(text)):
            token = next((each for each in whole if each[1] < end and start < each[2]), None)
            if token is not None and token[0] != "domain":
                start, end = min(start, token[1]), max(end, token[2])
            found.append((start, end))
        return found

    def _names(self, folded: Folded) -> Iterator[tuple[int, int]]:
        parts = list(_parts(folded))
        for first in range(len(parts)):
            name = ""
            for start, end in parts[first : first + LONGEST]:
                name += folded.text[start:end]
                if self._known(f"name {name}"):
                    yield folded.span(parts[first][0], end)


def _parts(folded: Folded) -> Iterator[tuple[int, int]]:
    """Yields where words stand, and the parts of ``AilsaExample``."""
    for match in _WORD.finditer(folded.text):
        begin = match.start()
        for index in range(match.start(), match.end()):
            if folded.is_hump(index):
                yield begin, index
                begin = index
        yield begin, match.end()
