"""Posts made ready to be shown: every text in them clean, every URL one that can be linked."""

from __future__ import annotations

import re

from msgspec.structs import replace

from tartantm.core.post import Link, Media, Post
from tartantm.transcript.clean_text import cleaned, one_line
from tartantm.transcript.web_links import web_url

_SKY = re.compile(r"at://(did:[\w:.%-]+)/app\.bsky\.feed\.post/([\w.~:-]+)")


def clean_post(post: Post) -> Post:
    """Returns `post` with clean texts; the same object where nothing has to change."""
    if not (post.links or post.media or post.content_warning or post.venue):
        text = cleaned(post.text)
        return post if text == post.text else replace(post, text=text)
    return replace(
        post,
        text=cleaned(post.text),
        links=tuple(Link(one.url, one_line(one.shown), one_line(one.title)) for one in post.links),
        media=tuple(
            Media(one.kind, web_url(one.url), one_line(one.alt) if one.alt else None)
            for one in post.media
        ),
        content_warning=one_line(post.content_warning) if post.content_warning else None,
        venue=one_line(post.venue) if post.venue else None,
    )


def source_url(network: str, post: Post) -> str | None:
    """Returns a post's URL at its network, as delivered or made from its id; None for no URL."""
    if network == "room":
        return None
    if post.url and (url := web_url(post.url)):
        return url
    native = post.id[len(network) + 1 :]
    if network == "x" and native.isascii() and native.isdigit():
        return f"https://x.com/i/status/{native}"
    if network == "bluesky":
        match = _SKY.fullmatch(native)
        return f"https://bsky.app/profile/{match[1]}/post/{match[2]}" if match else None
    return web_url(native)
