"""Who wrote an entry of a feed: as the entry says, else as its link does, else nobody knows.

The feed's own name is nobody's: under it everybody in the feed of a hashtag would be one person.
"""

from __future__ import annotations

import re
from typing import Any

from tartantm.core.people import UNKNOWN
from tartantm.core.post import HASH_SIGNS, Author, clean
from tartantm.networks.feed.origins import Origin, handle_of_page
from tartantm.networks.json_fields import LONGEST_NAME, host

_MAIL = re.compile(r"(?<![^\s<(])(?:mailto:)?(?P<person>[^\s<>()@]+)@[^\s<>()@]+", re.I)
_HANDLE = re.compile(r"@[^\s@]+(?:@[^\s@]+)?")
_BOTH = re.compile(
    r"(?:RT:\s)?(?P<name>[^()<>]*?)\s?[(<](?P<handle>@[^\s@()<>]+(?:@[^\s@()<>]+)?)[)>]"
)
"""A name and a handle, "Ailsa (@ailsa)"; RSS-Bridge has "RT: " before whom a repost is of."""
_OFFICES = frozenset(
    {"noreply", "no-reply", "donotreply", "admin", "info", "mail", "post", "editor", "editors"}
    | {"webmaster", "postmaster", "contact", "office", "hello"}
)
"""Parts of mail addresses that name no person."""


def author_of(entry: Any, origin: Origin, page: str | None, feed_author: str) -> Author:
    """Returns the author of an entry as feedparser read it; `page` is the address of their page."""
    written = creator(entry).strip()
    if host(written):
        written, page = "", page or written
    handle = written.lstrip("@") if _HANDLE.fullmatch(written) else origin.handle
    if both := _BOTH.fullmatch(written):
        handle = handle or both["handle"].lstrip("@")
        written = both["name"].strip() or both["handle"]
    name = name_in(written)
    if not handle and (handle := handle_of_page(page)):
        name = name or feed_author
    if not (handle or name):
        name = _person_of_mail(written) or feed_author
    if not (handle or name):
        return Author(UNKNOWN)
    handle = clean(handle or name)
    # A network's permanent id is not known here, and the page of an account is not that.
    account = "" if origin.id else (page or "")
    return Author(handle, "" if _HANDLE.fullmatch(name) else name, account, page)


def creator(entry: Any) -> str:
    """Returns the author that an entry itself names, as written; "" where it names none."""
    written = [entry.get("author")]
    written += [each.get("name") for each in entry.get("authors", ()) if isinstance(each, dict)]
    credits = [each for each in entry.get("media_credit", ()) if isinstance(each, dict)]
    # Others are of the pictures alone.
    written += [each.get("content") for each in credits if each.get("role") in (None, "author")]
    # Of what was taken from another feed, that feed's author is the author (RFC 4287, 4.2.1).
    source = entry.get("source")
    written += [source.get("author")] if isinstance(source, dict) else []
    return next((str(each)[:LONGEST_NAME] for each in written if each and str(each).strip()), "")


def page_of_feed(feed: Any) -> str:
    """Returns the address of the page of whom a feed names as its author, "" for none."""
    found = feed.get("author_detail")
    return str(found.get("href") or "") if isinstance(found, dict) else ""


def author_of_feed(feed: Any, version: str) -> str:
    """Returns the name of whom an Atom feed says that all of it is by (RFC 4287, 4.2.1), or ""."""
    name = name_in(str(feed.get("author") or "")) if version.startswith("atom") else ""
    title = clean(str(feed.get("title") or ""), lines=False)
    return "" if name.casefold() == title.casefold() or name.startswith((*HASH_SIGNS,)) else name


def name_in(written: str) -> str:
    """Returns the name in what may be a name, a mail address, or both; "" where there is none."""
    written = written[:LONGEST_NAME]
    if _HANDLE.fullmatch(written.strip()):
        return clean(written)
    name = clean(_MAIL.sub("", written), lines=False).strip(' ()<>,;"')
    return "" if "@" in name and " " not in name else name


def _person_of_mail(written: str) -> str:
    """Returns the part of a mail address before the @, where that may name somebody."""
    found = _MAIL.search(written[:LONGEST_NAME])
    part = found["person"] if found else ""
    return "" if part.casefold() in _OFFICES else clean(part)
