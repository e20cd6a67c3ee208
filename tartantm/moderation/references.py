"""`PostReferences`: finds the post that somebody names by number, by id, or by a link to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from tartantm.core.anchors import chat_tag, id_anchor, number_of
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.errors import BadInput, shortened
from tartantm.core.identity import gone_id, opaque_id
from tartantm.core.post import NETWORKS
from tartantm.networks.post_links import (
    Address,
    addresses_of,
    exact_keys,
    ids_of,
    loose_key,
    parsed,
)

_NUMBER = re.compile(r"#?\s*([0-9]{1,18})")
_ANCHOR_OF_ID = re.compile(r"([a-z])-(\w+)", re.ASCII)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/\S+", re.IGNORECASE)

FIRST_WORDS = 60
"""Characters of a post's text by which it is recognised."""


class PostReferences:
    """Finds posts of one chat, as it is now, by what people write or paste to name them.

    That is a number (``57``, ``#57``), an id or another id of the same post, an id that an export
    showed in its place, a link to the post, or a link to the published page with the post's anchor.
    """

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def entries(self, written: Iterable[str]) -> list[Entry]:
        """Returns the posts that are named, each once; BadInput where one cannot be acted on."""
        found = {entry.id: entry for entry in map(self.find, written)}
        for entry in found.values():
            if entry.withdrawn:
                raise BadInput(f"#{entry.number} is a remark that was undone.")
        return list(found.values())

    def ids(self, written: Iterable[str]) -> tuple[str, ...]:
        """Returns the ids of the posts that are named, as `entries` does."""
        return tuple(entry.id for entry in self.entries(written))

    def find(self, written: str) -> Entry:
        """Returns the post that is named, undone remarks too; BadInput where there is none."""
        # An argument that is not UTF-8 arrives with surrogates, which cannot be hashed.
        name = written.encode("utf-8", "replace").decode().strip().strip("<>").strip()
        shown = shortened(name)
        if not name:
            raise BadInput("Name a post by its number, its id, or a link to it.")
        try:
            return self._find(name, shown)
        except BadInput:
            if not (self._chat.blocked and _was_erased(self._chat, name)):
                raise
        number = _NUMBER.fullmatch(unicodedata.normalize("NFKC", name))
        raise BadInput(f"Post {f'#{number[1]}' if number else shown} was erased.")

    def _find(self, name: str, shown: str) -> Entry:
        if number := _NUMBER.fullmatch(unicodedata.normalize("NFKC", name)):
            entry = self._by_number.get(int(number[1]))
        else:
            entry = self._by_id(name) or self._by_anchor(name.removeprefix("#"), shown)
            if entry is None and ("://" in name or _HOST.fullmatch(name)):
                return self._by_link(name if "://" in name else f"https://{name}", shown)
        if entry is None:
            raise BadInput(f"There is no post {shown}; 'tartantm posts' shows their numbers.")
        return entry

    def _by_id(self, name: str) -> Entry | None:
        """Returns a post by any id; also one that was deleted, of which only a hash is kept."""
        entry = self._chat.entry(name)
        if entry is None and self._chat.salt and name.partition(":")[0] in NETWORKS:
            entry = self._chat.entry(gone_id(self._chat.salt, name))
        return entry or self._by_public_id.get(name)

    def _by_anchor(self, anchor: str, shown: str) -> Entry | None:
        """Returns a post by its anchor on the page, as it is made now or was made before."""
        if numbered := number_of(anchor):
            number, tag = numbered
            if tag != chat_tag(self._chat.salt):
                raise BadInput(f"{shown} leads to the page of another chat.")
            return self._by_number.get(number)
        if entry := self._by_id_anchor.get(anchor):
            return entry
        if not (of_id := _ANCHOR_OF_ID.fullmatch(anchor)):
            return None
        names = (f"{each}:{of_id[2]}" for each in NETWORKS if each.startswith(of_id[1]))
        return next(filter(None, map(self._by_id, names)), None)

    def _by_link(self, link: str, shown: str) -> Entry:
        bare, _, fragment = link.partition("#")
        if entry := self._by_anchor(fragment, shown):
            return entry
        address = parsed(link)
        if address is None:
            raise BadInput(f"{shown} is no link to a post.")
        found = self._at(address, bare)
        if not found:
            raise BadInput(f"This chat has no post at {shown}.")
        if len(found) > 1:
            numbers = " and ".join(f"#{entry.number}" for entry in found)
            raise BadInput(f"{shown} is the address of {numbers}; give the number.")
        return found[0]

    def _at(self, address: Address, link: str) -> list[Entry]:
        """Returns the posts at an address, of the most exact kind that there are."""
        named = {entry.id: entry for entry in filter(None, map(self._by_id, ids_of(address, link)))}
        exact, loose = self._by_address
        for key in exact_keys(address):
            named |= {entry.id: entry for entry in exact.get(key, ())}
        return list(named.values()) or loose.get(loose_key(address), [])

    @cached_property
    def _by_number(self) -> dict[int, Entry]:
        return {entry.number: entry for entry in self._chat.entries.values()}

    @cached_property
    def _by_public_id(self) -> dict[str, Entry]:
        salt = self._chat.salt
        return {opaque_id(salt, entry.id): entry for entry in self._chat.entries.values()}

    @cached_property
    def _by_id_anchor(self) -> dict[str, Entry]:
        public = ((id_anchor(name), entry) for name, entry in self._by_public_id.items())
        return dict(public) | {id_anchor(each.id): each for each in self._chat.entries.values()}

    @cached_property
    def _by_address(self) -> tuple[dict[str, list[Entry]], dict[str, list[Entry]]]:
        """Posts by the keys of their addresses, exact and loose ones."""
        exact: dict[str, list[Entry]] = {}
        loose: dict[str, list[Entry]] = {}
        for entry in self._chat.entries.values():
            addresses = addresses_of(entry.post)
            for key in {next(exact_keys(address)) for address in addresses}:
                exact.setdefault(key, []).append(entry)
            if entry.post.network != "feed":
                for key in set(map(loose_key, addresses)):
                    loose.setdefault(key, []).append(entry)
        return exact, loose


def _was_erased(chat: Chat, name: str) -> bool:
    from tartantm.store.erasure import erased_before

    plain = unicodedata.normalize("NFKC", name)
    number = _NUMBER.fullmatch(plain)
    return erased_before(chat, f"#{number[1]}" if number else name)


def in_words(entry: Entry) -> str:
    """Returns a post's number, author and first words, by which people recognise it."""
    words = " ".join(entry.post.text.split())
    if len(words) > FIRST_WORDS:
        words = f"{words[:FIRST_WORDS].rstrip()}…"
    said = f"“{words}”" if words else "no words"
    return f"#{entry.number}, {entry.post.author.shown or 'nobody named'}: {said}"
