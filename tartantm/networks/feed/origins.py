"""Where an entry of a feed comes from, by its link: the network's own id of it, and its author.

Feeds of Mastodon's servers, of Bluesky and of readers of X hold posts of these networks. Under the
network's own id they are one with what is heard there, and its rules of people hold for them.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from tartantm.networks.json_fields import host
from tartantm.networks.post_links import Place, parsed, place_of

_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\d{1,14}(?:[a-z]{2}_)?/(?=https?:/)", re.I)
"""What the Wayback Machine puts before the addresses in what it keeps."""

_PAGE = re.compile(r"/@([^/@\s]+(?:@[^/@\s]+)?)(?:/(?:statuses/)?([^/]+))?(?:/.*)?")
_PICTURE = re.compile(r"/p/([^/\s]+)/(\d{6,20})")
"""A post on Pixelfed."""
_USER = re.compile(r"/(?:ap/)?users/([^/\s]+)(?:/statuses/(\w+))?(?:/.*)?")
_PROFILE = re.compile(r"/(?:@|(?:ap/)?users/|u/|profile/)(?=[^/]*[^\d/])([^/@\s]+(?:@[^/@\s]+)?)")
"""The page of a person on servers of the Fediverse; numbers are pages of other sites."""
_STATUS = re.compile(r"/([A-Za-z0-9_]{1,15})/status(?:es)?/(\d{1,19})(?:/.*)?")
_NUMBER = re.compile(r"\d+|[0-9A-HJKMNP-TV-Z]{26}")
"""What Mastodon's servers name posts by: a number, or on GoToSocial a ULID."""
_BLUESKY = re.compile(
    r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]+)"
)

_READERS = re.compile(r"(?:^|[.-])(?:nitter|xcancel|twiiit|fxtwitter|vxtwitter)\d*(?=[.-]|$)")
"""Sites that show what is on X, by their names."""


class Origin(Struct, frozen=True):
    """What the link of an entry says."""

    id: str = ""
    """The post's id at its network, "" where it is none of a network's."""
    aliases: tuple[str, ...] = ()
    handle: str = ""
    """The author's, as their network writes it; "" where the link does not say it."""
    is_status: bool = False
    """Whether it is a post of X, or has the address of one on a site that shows these."""


def without_archive(url: str) -> str:
    """Returns an address as it was before the Wayback Machine kept a copy of what it stands in."""
    return _ARCHIVED.sub("", url, count=1)


def origin_of(link: str | None, guid: str, creator: str, home: str) -> Origin:
    """Returns where an entry comes from; `home` is the host of the feed's own address.

    `creator` is the author as the entry names them: readers of X on hosts of their own are known by
    an author who is written as the handle in the link. Only a server's own feed may say by which
    other ids its posts go, or any feed could stand in for everybody's posts.
    """
    if found := _BLUESKY.fullmatch(guid):
        return Origin(f"bluesky:{guid}", handle=_handle_of_page(link) or found[1])
    if host(guid):
        link = guid
    elif link and guid and guid not in link and host(link) != home:
        return Origin()  # what an entry is about, such as the post that a blog names
    address = parsed(link) if link else None
    if link is None or address is None:
        return Origin()
    at, path = host(link), unquote(urlsplit(link).path).rstrip("/")
    match place_of(address):
        case Place("x", _, number):
            return Origin(f"x:{number}", handle=_user_of_status(path), is_status=True)
        case Place("bluesky", account, key):
            native = f"bluesky:at://{account}/app.bsky.feed.post/{key}"
            return Origin(native, handle="" if account.startswith("did:") else account)
    if found := _STATUS.fullmatch(path):
        is_reader = bool(_READERS.search(at)) or creator.strip().lower() == f"@{found[1].lower()}"
        return Origin(f"x:{found[2]}" if is_reader else "", handle=found[1], is_status=True)
    if found := _PAGE.fullmatch(path):
        return _fediverse(at, found[1], found[2] or "", home)
    if found := _USER.fullmatch(path) or _PICTURE.fullmatch(path):
        return _fediverse(at, found[1], found[2] or "", home)
    return Origin()


def _fediverse(at: str, user: str, key: str, home: str) -> Origin:
    """A post of a Mastodon-like server, or of another site that has ``/@user/`` in its addresses.

    Its number names it at its own server, as that does itself. Its URI is what most servers make of
    user and number.
    """
    handle = user if "@" in user else f"{user}@{at.removeprefix('www.')}"
    if not _NUMBER.fullmatch(key):
        return Origin(handle=handle)
    uri = f"mastodon:https://{at}/users/{user}/statuses/{key}"
    is_own = at == home and "@" not in user
    return Origin(f"mastodon:{at}/{key}", (uri,) if is_own else (), handle)


def handle_of_page(page: str | None) -> str:
    """Returns the handle of whom a page on a server of the Fediverse is about, else ""."""
    address = parsed(page) if page else None
    if page is None or address is None or place_of(address):
        return ""
    found = _PROFILE.fullmatch(unquote(urlsplit(page).path).rstrip("/"))
    if found is None or host(page).removeprefix("www.") in ("x.com", "twitter.com", "bsky.app"):
        return ""
    return found[1] if "@" in found[1] else f"{found[1]}@{host(page).removeprefix('www.')}"


def _user_of_status(path: str) -> str:
    found = _STATUS.fullmatch(path)
    return found[1] if found and found[1].lower() != "i" else ""


def _handle_of_page(link: str | None) -> str:
    address = parsed(link) if link else None
    place = place_of(address) if address else None
    if place and place.network == "bluesky" and not place.where.startswith("did:"):
        return place.where
    return ""
