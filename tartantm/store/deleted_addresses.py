"""Addresses that lead to deleted posts, in what others wrote before and in what arrives later.

While posts are deleted their addresses are known in clear; later only keyed hashes of them are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from tartantm.core.post import Link, Post
from tartantm.networks.post_links import parsed, place_of

DELETED = "[deleted at its network]"
"""What stands for words of a deleted post in texts that are not its own."""

SHORTEST_ID = 8
"""Signs that a post's id, or the end of it, must have to be looked for in addresses."""

_WITH_SLASH = re.compile(r"\S*/\S*")
"""What may be an address in a text."""

_AROUND = "/.,;:!?…()[]<>\"'“”"
"""What may stand around an address in a text, and is no part of it."""

_BETWEEN = re.compile(r"[^\w-]+")
"""What parts an address into pieces of which one may be the end of an id."""

_SKY_ID = re.compile(r"bluesky:at://([^/]+)/[\w.]+/(\w+)")

_LOCAL_ID = re.compile(r"mastodon:([^/:]+)/(\w+)")
"""A Mastodon server, and the number that it gave a post."""


def without(
    post: Post, leads: Callable[[str], bool], card: Callable[[str], object] = lambda _: False
) -> Post:
    """Returns another's post without addresses that lead to one that goes, itself without any.

    `card` says of the title of a link whether it repeats what such a post said.
    """
    changes: dict[str, Any] = {}
    text = post.text

    def goes(link: Link) -> bool:
        return leads(link.url) or leads(link.shown) or bool(link.title and card(link.title))

    if gone := [link for link in post.links if goes(link)]:
        changes["links"] = tuple(link for link in post.links if link not in gone)
        for shown in (each for link in gone for each in (link.shown, link.url) if each):
            text = text.replace(shown, DELETED)
    text = _WITH_SLASH.sub(lambda token: DELETED if leads(token[0]) else token[0], text)
    if text != post.text:
        changes["text"] = text
    if post.url and leads(post.url):
        changes["url"] = None
    return replace(post, **changes) if changes else post


def names(address: str) -> Iterator[str]:
    """Yields the names by which an address that leads to a deleted post may be recognised."""
    yield f"url {_plain(address)}"
    yield from (f"end {piece}" for piece in _BETWEEN.split(address) if len(piece) >= SHORTEST_ID)
    yield from (f"key {place} {end}" for place, end in keys(address))


def names_of(ids: Iterable[str], posts: Iterable[Post]) -> set[str]:
    """Returns the names of posts that go, one of which every address of them has."""
    ids, posts = list(ids), list(posts)
    found = ends_of(ids)
    pieces = {f"end {end}" for end in found}
    pieces |= {f"key {place} {end}" for place, end in keys_of(ids, posts) if end not in found}
    urls = (post.url for post in posts if post.url)
    return pieces | {f"url {_plain(url)}" for url in urls if found.isdisjoint(_BETWEEN.split(url))}


def keys(address: str) -> Iterator[tuple[str, str]]:
    """Yields where a network's address of a post leads: the account or server, and the post."""
    parts = parsed(f"https://{_bare(address)}")
    if parts and (place := place_of(parts)):
        yield (place.where or place.network).casefold(), place.number


def keys_of(ids: Iterable[str], posts: Iterable[Post]) -> frozenset[tuple[str, str]]:
    """Returns what `keys` yields for any address of these posts."""
    found: set[tuple[str, str]] = set()
    for known in ids:
        network, _, native = known.partition(":")
        if network == "x":
            found.add(("x", native))
        elif local := _SKY_ID.fullmatch(known) or _LOCAL_ID.fullmatch(known):
            found.add((local[1].casefold(), local[2]))
        elif network == "mastodon":
            found.update(keys(native))
    for post in posts:
        if post.url and post.network != "feed":
            found.update(keys(post.url))
        if sky := _SKY_ID.fullmatch(post.id):
            found.add((post.author.handle.casefold(), sky[2]))
    return frozenset(found)


def ends_of(ids: Iterable[str]) -> frozenset[str]:
    """Returns the ends of ids that each of a network's addresses of a post has, on every server.

    None of a feed's: there an end is what somebody chose, such as a day.
    """
    known = (each.partition(":")[2] for each in ids if not each.startswith("feed:"))
    ends = {each.rpartition("/")[2] for each in known}
    return frozenset(
        end
        for end in ends
        if len(end) >= SHORTEST_ID
        and not _BETWEEN.search(end)
        and any(sign.isdigit() for sign in end)
    )


def _plain(address: str) -> str:
    return _bare(address).casefold()


def _bare(address: str) -> str:
    """Returns an address without scheme, and without what stands around it in a text."""
    return address.rpartition("://")[2].strip(_AROUND)
