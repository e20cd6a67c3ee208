"""Links to posts on X, as they stand in posts and in sheets of them."""

from __future__ import annotations

import re

from tartantm.networks.json_fields import Json, mapping, parts, raw, rows

STATUS_LINK = re.compile(
    r"(?i)https?://(?:(?:www|mobile|m)\.)?(?:twitter|x)\.com/(?:#!/)?(?:i/web|(?P<handle>\w{1,50}))"
    r"/status(?:es)?/(?P<id>\d{1,20})(?!\d)(?P<rest>/(?:photo|video)/\d)?"
)
"""The address of a post, with the handle of its author where it names it."""

SHORT_AT_END = re.compile(r"https://t\.co/\w{1,20}(?=\s*$)")
"""X's short form of a link, as the last word of a text."""

LONGEST_SHOWN = 26
"""Characters of an address that X shows."""


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
