"""Names that left the file with deleted or erased posts: keyed hashes stay, to recognise them by.

What others wrote keeps their words, and may still name somebody of whom nothing else is left. Where
names are replaced by pseudonyms these have to be replaced as well, though nobody knows them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from msgspec.structs import replace

from tartantm.core.accounts import Heard
from tartantm.core.agenda import Agenda
from tartantm.core.erased import name_parts
from tartantm.core.folding import folded, letters
from tartantm.core.hashed_names import HashedNames, facts
from tartantm.core.identity import fingerprint
from tartantm.core.names import name_wordings, plain_name, whole_names
from tartantm.core.people import People
from tartantm.core.post import Author, Post
from tartantm.core.spans import LINK
from tartantm.core.telling_handles import hashtag_letters, is_telling
from tartantm.core.tokens import handle_key, named_in, tokens

MARKERS = ("[name withheld]", "[words withheld]", "[link withheld]", "[redacted")
"""What stands for words that are withheld in the file itself, by erasing or deletion."""

_NAME, _WORD = "name ", "word "
"""Kinds of hashes. Words are handles that earlier versions knew to be one word."""


def gone_names(salt: str, authors: Iterable[Author], agenda: Agenda) -> tuple[str, ...]:
    """Returns keyed hashes of names, and of handles with and without server.

    A single name could be any word: "Will", "Rose". A handle that is none is looked for as a name.
    The words of names are kept as those of who is erased are: nothing replaces them, but the leak
    report has to know them for as long as a redaction or pseudonyms withhold the name.
    """
    known: set[str] = set()
    hashtags = hashtag_letters(agenda)
    for author in authors:
        whole = whole_names(author.name)
        called = [each for each in name_wordings(author.name) if letters(each) in whole]
        local = author.handle.partition("@")[0]
        if is_telling(local, [author.name], hashtags):
            called.append(local)
        for each in called:
            if (plain := letters(each)) not in hashtags:
                known |= {f"{_NAME}{plain}", *facts(each)}
        known |= name_parts(author.name)
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
        on_agenda = after.agenda.named_by_handle(network, author.handle)
        known = author.handle.casefold() in handles or on_agenda
        name = "" if letters(plain_name(author.name)) in names else author.name
        handle = "" if known else author.handle
        if name or handle:
            found.append(Author(handle, name))
    return list(dict.fromkeys(found))


def without_number(
    going: Iterable[tuple[str, Author]],
    staying: Iterable[tuple[str, Author]],
    agenda: Agenda,
    people: People,
) -> list[Author]:
    """Returns the names and handles of who goes by which pseudonyms would know nobody any more.

    `people` says who of those that stay the agenda names. Also of a name that the agenda has: this
    was somebody else's account, as far as anybody knows.
    """
    others = [one for network, one in staying if not people.person(agenda, network, one)]
    names = {letters(each) for one in others for each in name_wordings(one.name)}
    handles = {one.handle.casefold() for one in others}
    found = []
    for network, author in going:
        # By the handle itself: nobody else knows any more that it was the same account's.
        person = agenda.named_by_handle(network, author.handle)
        own = {letters(each) for each in name_wordings(person.name)} if person else set()
        kept = letters(author.name) in names | own
        handle = "" if person or author.handle.casefold() in handles else author.handle
        found.append(Author(handle, "" if kept else author.name))
    return list(dict.fromkeys(found))


def in_reasons(authors: Iterable[Author]) -> re.Pattern[str] | None:
    """Returns what finds names and handles in the reasons of placements, which write them so."""
    names = {each for one in authors for each in (one.name, f"@{one.handle}") if each.strip("@")}
    if not names:
        return None
    # Of two that begin alike the longer one is tried first.
    each = "|".join(sorted(map(re.escape, names), reverse=True))
    return re.compile(rf"(?<!\w)(?:{each})(?!\w)")


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
        self._names = HashedNames(known, _NAME, _WORD)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Returns where in a text such a name or handle stands, with all of an address or tag."""
        if not self._any:
            return []
        found = [
            (start, end)
            for kind, start, end in tokens(text)
            if any(self._known(f"handle {handle}") for handle in named_in(kind, text[start:end]))
        ]
        return [*found, *self._names.find(folded(text))]
