"""Links to posts on X, as they stand in posts and in sheets of them."""

from __future__ import annotations

import re

from tartantm.networks.json_fields import Json, mapping, parts, raw, rows

STATUS_LINK = re.compile(
    r"(?i)https?://(?:(?:www|mobile|m)\.)?(?:twitter|x)\.com/(?:#!/)?(?:i/web|(?P<handle>\w{1,50}))"
    r"/status(?:es)?/(?P<id>\d{1,20})(?!\d)(?P<rest>/(?:photo|video)/\d)?"
)
"""The address of a post, with the handle of its author where it names it."""

_WITHIN = re.compile(
    r"(?i)(?:(?<=[\s\"'=/(<])|^)(?:[a-z\d-]{1,40}\.){0,3}?"
    r"(?:twitter|x|nitter|xcancel|vxtwitter|fxtwitter|fixupx|fixvx)(?:\.[a-z\d-]{1,40}){1,3}"
    r"/(?:\#!/)?(?P<rest>(?:i/web|\w{1,50})/status(?:es)?/\d{1,20})(?!\d)"
)
"""The address of a post without https, of a page that shows it, or within another address."""

SHORT_AT_END = re.compile(r"https://t\.co/\w{1,20}(?=\s*$)")
"""X's short form of a link, as the last word of a text."""

_LONGEST_CELL = 1000

LONGEST_SHOWN = 26
"""Characters of an address that X shows."""


def link_within(cell: str) -> re.Match[str] | None:
    """Returns the post that a cell of a sheet links to, whatever is around the address.

    Sheets have formulas (``=HYPERLINK("…","…")``), addresses without ``https://``, copies of the
    Wayback Machine, and pages that show posts of X without X, such as Nitter's.
    """
    cell = cell[:_LONGEST_CELL]
    if found := STATUS_LINK.match(cell):
        return found
    within = _WITHIN.search(cell)
    return STATUS_LINK.match(f"https://x.com/{within['rest']}") if within else None


def with_quoted(post: Json) -> Json:
    """Returns a post of v2 that names what it quotes: the last post that its words link to.

    For recordings that leave out which post is quoted, and keep only the link to it.
    """
    kinds = {raw(row, "type") for row in rows(post, "referenced_tweets")}
    if kinds & {"quoted", "retweeted"}:
        return post
    for row in reversed(parts(mapping(post, "entities"), "urls")):
        found = STATUS_LINK.match(raw(row, "expanded_url")[:300])
        if found and not found["rest"] and found["id"] != post["id"]:
            quoted = {"type": "quoted", "id": found["id"]}
            return post | {"referenced_tweets": [*rows(post, "referenced_tweets"), quoted]}
    return post
