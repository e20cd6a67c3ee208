"""Links to posts as people copy them: with http or https, a query, from a mobile site or an app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from tartantm.core.post import Post

_TRACKING = re.compile(r"(?i)(?:utm_\w+|fbclid|gclid|msclkid|twclid|igshid|mc_[ce]id|ref_src)=")
_X_HOST = re.compile(r"(?:(?:m|mobile|www)\.)?(?:x|(?:fx|vx)?twitter)\.com")
_X_POST = re.compile(r"(?i)x\.com/(?:[^/]+|i/web)/status(?:es)?/(\d+)(?:/.*)?")
_BLUESKY_POST = re.compile(r"(?i)bsky\.app/profile/([^/]+)/post/([^/]+)")
_MASTODON_POST = re.compile(
    r"(?i)([^/]+)/(?:(?:(?:web|deck)/)?@[^/]+(?:/statuses)?|(?:ap/)?users/[^/]+/statuses"
    r"|(?:web/)?statuses|notice)/(?!statuses$)(\w+)(?:/(?:activity|embed))?"
)
"""Also pages of Pleroma (``notice``), and what a server keeps below a post's address."""


class Address(NamedTuple):
    """A link without what does not matter: scheme, ``www.``, port of its scheme, extra slashes."""

    place: str
    """Host and path, percent-encoding undone: ``x.com/ailsa/status/1``."""
    query: str
    fragment: str


class Place(NamedTuple):
    """Where a network keeps a post."""

    network: str
    where: str
    """The account on Bluesky, by id or handle; the server of a Mastodon network; "" on X."""
    number: str
    """What the network, account or server names the post by."""


def parsed(link: str) -> Address | None:
    """Returns the address that a link leads to, None where it is no web address."""
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # such as half a bracket in the host, or a port above 65535
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    if _X_HOST.fullmatch(host):
        host = "x.com"
    host = re.sub(r"^(?:www|mobile)\.(?=[^.]+\.)", "", host.rstrip("."))
    if port not in (None, 80, 443):
        host += f":{port}"
    path = re.sub("/{2,}", "/", unquote(parts.path)).rstrip("/")
    return Address(host + path, parts.query, unquote(parts.fragment))


def exact_keys(address: Address) -> Iterator[str]:
    """Yields the keys by which a post at this very address is found.

    Of a query only what tracks readers is left out: ``?p=57`` and ``?p=58`` are two posts.
    """
    queries = (address.query, "&".join(filter(_tells, address.query.split("&"))))
    for query in dict.fromkeys(queries):
        yield f"{address.place}?{query}#{address.fragment}"


def loose_key(address: Address) -> str:
    """Returns the key of an address in any case, without query and fragment.

    Feeds come from any site, where these may make another post of it; other networks' do not.
    """
    return address.place.casefold()


def _tells(part: str) -> bool:
    return _TRACKING.match(part) is None


def place_of(address: Address) -> Place | None:
    """Returns where a network's address of a post leads, None for any other address."""
    if match := _X_POST.fullmatch(address.place):
        return Place("x", "", match[1])
    if match := _BLUESKY_POST.fullmatch(address.place):
        return Place("bluesky", match[1], match[2])
    if match := _MASTODON_POST.fullmatch(address.place):
        return Place("mastodon", match[1], match[2])
    return None


def ids_of(address: Address, link: str) -> Iterator[str]:
    """Yields the ids that a post at this address may have, by the networks' ways to name posts."""
    yield f"mastodon:{link}"
    match place_of(address):
        case Place("x", _, number):
            yield f"x:{number}"
        case Place("bluesky", account, key):
            yield f"bluesky:at://{account}/app.bsky.feed.post/{key}"
        case Place("mastodon", server, number):
            yield f"mastodon:{server}/{number}"


def addresses_of(post: Post) -> set[Address]:
    """Returns the addresses of a post: its URL, ids that are URLs, the page of its network."""
    links = [post.url, *(name.partition(":")[2] for name in (post.id, *post.aliases))]
    if post.network == "bluesky":
        key = post.id.rpartition("/")[2]
        names = filter(None, (post.author.handle, post.author.id))
        links += [f"https://bsky.app/profile/{name}/post/{key}" for name in names]
    return set(filter(None, map(parsed, filter(None, links))))
