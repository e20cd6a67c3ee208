"""Reposts and quotes that people typed by hand, as references between posts."""

from __future__ import annotations

import re

from msgspec.structs import replace

from tartantm.core.manual_reposts import Repeated, manual_repeat, repeated_id
from tartantm.core.post import Author, Post, safe_url
from tartantm.networks.heard import Carried, Heard, carried
from tartantm.networks.json_fields import hashtags, hashtags_in

_MODIFIED = re.compile(r"(?i)(?<![\w@＠])(?:mt|prt)(?!\w)")

DEEPEST = 3
"""How many repeats within each other are read: "so true RT @one: yes! RT @two: words"."""


def with_manual_repeat(post: Post, *, depth: int = DEEPEST) -> list[Heard]:
    """Returns a post of X, of whatever form it was read, after what it repeats by its own words.

    What is nothing but a repeat, "RT @name: words", becomes a repost. It keeps its whole text, and
    so does "MT @name: words", where the reposter changed the words: nobody reads them as the
    reposter's own answer, and they are not passed off as the original's where that is held.
    With a comment it becomes a quote, and its words are the comment. A post that has a real
    reference of that kind stays as it is.
    """
    if post.network != "x" or post.repost_of or post.quote_of or not depth:
        return [post]
    found = manual_repeat(post.text)
    if found is None or found.handle.casefold() == post.author.handle.casefold():
        return [post]
    original = _original(post, found)
    if found.comment:
        links = tuple(each for each in post.links if each not in original.links)
        changed = replace(post, text=found.comment, quote_of=original.id, links=links)
    else:
        changed = replace(post, repost_of=original.id)
    brought: list[Heard] = []
    for item in with_manual_repeat(original, depth=depth - 1):
        # The post brought what is repeated within that, too.
        if isinstance(item, Post | Carried):
            brought += carried(item.post if isinstance(item, Carried) else item, changed)
    return [*brought, changed]


def _original(post: Post, found: Repeated) -> Post:
    """The post that is repeated, as far as the repeat has it; nothing says when it was written."""
    words = found.parts.words.strip()
    handle = found.handle
    outside = found.parts.before + found.parts.after
    return Post(
        id=repeated_id(handle, words),
        author=Author(handle, url=safe_url(f"https://x.com/{handle}")),
        created_at=post.created_at,
        undated=True,
        text=words,
        hashtags=hashtags(hashtags_in(words)),
        links=tuple(
            each
            for each in post.links
            if (shown := each.shown or each.url) in words and shown not in outside
        ),
        languages=post.languages,
        version="modified" if _MODIFIED.search(found.parts.opening) else None,
    )
