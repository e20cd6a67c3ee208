"""Addresses that lead to deleted posts: the names by which they are recognised, however written.

While posts are deleted their addresses are known in clear; later only keyed hashes of them are.
Both ask for the same names. What others wrote is searched in `store.without_addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from tartantm.core.folding import fold, folded_character
from tartantm.core.post import Post
from tartantm.networks.post_links import Address, exact_keys, ids_of, parsed, place_of

DELETED = "[deleted at its network]"
"""What stands for words of a deleted post in texts that are not its own."""

SHORTEST_ID = 8
"""Signs that a post's id, or the end of it, must have to be looked for in addresses."""

AROUND = "/.,;:!?…()[]<>\"'“”*`~|"
"""What may stand around an address in a text, and is no part of it."""

_BETWEEN = re.compile(r"[^\w-]+")
"""What parts an address into pieces of which one may be the end of an id."""

_APART = re.compile(r"[^0-9A-Za-z]+")
"""What parts such pieces, where an id is only a part of one: ``pic_12345678901.jpg``."""

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://")

_INNER = re.compile(r"://|/(?=(?:[\w-]+\.)+[\w-]+[/:])")
"""After what an address may have another one in it, as those of archives and clients have."""

_MOST_INNER = 8
"""So many of them are looked at, and the last one."""

_VARIANT = re.compile(r"([^/]+/.+)/(?:amp|comments|embed|feed|print)")
"""How addresses end that show a page in another way, or a part of it."""

_SKY_ID = re.compile(r"bluesky:at://([^/]+)/[\w.]+/(\w+)")

_SKY_PLACE = re.compile(r"(did:[^/]+)/[\w.]+/(\w+)")
"""A Bluesky address that is no page, without its ``at://``."""

_LOCAL_ID = re.compile(r"mastodon:([^/:]+)/(\w+)")
"""A Mastodon server, and the number that it gave a post."""

_PROFILE_PAGE = re.compile(r"([^/]+)/@([^/@]+)/(\w+)")
"""Where a Mastodon server shows a post of its own."""


def names(address: str) -> Iterator[str]:
    """Yields the names by which an address that leads to a deleted post may be recognised."""
    if not address.strip(AROUND):
        return
    # As earlier versions had it, whose hashes stand in files.
    yield f"url {address.rpartition('://')[2].strip(AROUND).casefold()}"
    for written in (address, fold(address)):
        pieces = {*_BETWEEN.split(written), *_APART.split(written)}
        yield from (f"end {piece}" for piece in pieces if len(piece) >= SHORTEST_ID)
        yield from (f"key {place} {end}" for place, end in keys(written))
    for each in _beginnings(fold(address)):
        yield from (f"url {page}" for page in _pages(each))


def names_of(ids: Iterable[str], posts: Iterable[Post]) -> set[str]:
    """Returns the names of posts that go, one of which every address of them has."""
    ids, posts = list(ids), list(posts)
    found = ends_of(ids)
    pieces = {f"end {end}" for end in found}
    pieces |= {f"key {place} {end}" for place, end in keys_of(ids, posts) if end not in found}
    pages = (page(url) for url in urls_of(ids, posts))
    return pieces | {f"url {each}" for each in pages if found.isdisjoint(_BETWEEN.split(each))}


def urls_of(ids: Iterable[str], posts: Iterable[Post]) -> set[str]:
    """Returns the web addresses that posts have themselves, or as their ids."""
    natives = (each.partition(":")[2] for each in ids)
    urls = {each for each in natives if each.startswith(("http://", "https://"))}
    return urls | {post.url for post in posts if post.url}


def page(url: str) -> str:
    """Returns the name of the page at an address, the same for all ways to write it."""
    bare = _SCHEME.sub("", fold(url)).strip(AROUND)
    return next(_pages(bare), bare)


def part_of(url: str) -> str:
    """Returns a part of a web address that every way to write it has, such as its path."""
    place, _, query = page(url).partition("?")
    host, _, path = place.partition("/")
    return path or query.removesuffix("#") or host


def keys(address: str) -> Iterator[tuple[str, str]]:
    """Yields where a network's address of a post leads: the account or server, and the post."""
    for each in _beginnings(address):
        parts = parsed(f"https://{each}")
        if parts and (place := place_of(parts)):
            yield (place.where or place.network).casefold(), place.number
        elif sky := _SKY_PLACE.fullmatch(each):
            yield sky[1].casefold(), sky[2]


def keys_of(ids: Iterable[str], posts: Iterable[Post]) -> frozenset[tuple[str, str]]:
    """Returns what `keys` yields for any address of these posts."""
    found: set[tuple[str, str]] = set()
    for known in ids:
        network, _, native = known.partition(":")
        if network == "x":
            found.add(("x", native))
        elif local := _SKY_ID.fullmatch(known) or _LOCAL_ID.fullmatch(known):
            found.add((local[1].casefold(), local[2].casefold()))
        elif network == "mastodon":
            found.update(keys(fold(native)))
    for post in posts:
        if post.url and post.network != "feed":
            found.update(keys(fold(post.url)))
        if sky := _SKY_ID.fullmatch(post.id):
            found.add((post.author.handle.casefold(), sky[2].casefold()))
    return frozenset(found)


def ends_of(ids: Iterable[str]) -> frozenset[str]:
    """Returns the ends of ids that each of a network's addresses of a post has, on every server.

    None of a feed's: there an end is what somebody chose, such as a day.
    """
    known = (each.partition(":")[2] for each in ids if not each.startswith("feed:"))
    ends = {fold(each.rpartition("/")[2]) for each in known}
    return frozenset(
        end
        for end in ends
        if len(end) >= SHORTEST_ID
        and not _BETWEEN.search(end)
        and any(sign.isdigit() for sign in end)
    )


def ids_at(address: str) -> Iterator[str]:
    """Yields the ids that a post at an address may have.

    Of a post that an earlier version deleted nothing is known but its id.
    """
    seen = unquote("".join(each for each in address if each.isascii() or folded_character(each)))
    for bare in _beginnings(seen):
        yield f"bluesky:at://{bare}"
        for link in (
            f"{scheme}://{bare}{end}" for scheme in ("https", "http") for end in ("", "/")
        ):
            yield f"feed:{link}"
            if parts := parsed(link):
                yield from ids_of(parts, link)
                if shown := _PROFILE_PAGE.fullmatch(parts.place):
                    server, user, number = shown.groups()
                    yield f"mastodon:https://{server}/users/{user}/statuses/{number}"


def _beginnings(address: str) -> Iterator[str]:
    """Yields an address and those within it, without schemes and what stands around them."""
    starts = [match.end() for match in _INNER.finditer(address)]
    few = (0, *starts[:_MOST_INNER], *starts[_MOST_INNER:][-1:])
    yield from (address[start:].strip(AROUND) for start in few)


def _pages(bare: str) -> Iterator[str]:
    """Yields the names of the page at a folded address, the most exact one first.

    Other sites add to an address what only says whence a reader came, or which part to show.
    """
    if parts := parsed(f"https://{bare}"):
        place = parts.place.strip(AROUND)
        if shown := _VARIANT.fullmatch(place):
            place = shown[1]
        *_, exact = exact_keys(Address(place, parts.query, parts.fragment))
        yield exact
        *_, whole = exact_keys(Address(place, parts.query, ""))
        yield whole
        if "/" in place:
            yield f"{place}?#{parts.fragment}"
            yield f"{place}?#"
