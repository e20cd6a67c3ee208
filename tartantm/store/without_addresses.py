"""Takes addresses that lead to deleted posts out of what others wrote, and only these.

Where an address ends is not always to be seen: brackets, commas and scripts without blanks stand
right beside it. The shortest stretch that leads to the post goes, all of a word where none does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from tartantm.core.folding import Folded
from tartantm.core.post import Link, Media, Post
from tartantm.core.shown_links import places_of
from tartantm.core.spans import Span, replaced
from tartantm.store.deleted_addresses import AROUND, DELETED

_RUN = re.compile(r"\S+")

_MAY_LEAD = re.compile(r"[/／]|%2[Ff]|[?？]\w|&#|&\w+;")
"""What runs have in which an address may stand."""

_BEGINS = re.compile(
    r"(?<![a-z0-9_./%=&?#@+-])[a-z][a-z0-9+.-]*://"
    r"|(?<![a-z0-9_./%=&?#@:-])[a-z0-9-]+(?:\.[a-z0-9-]+)+"
)
"""Where an address begins; not one that is part of another."""

_MAY_END = re.compile(r"[,;()\[\]{}<>\"'*`|]|[^\x00-\x7f]")
"""Before what an address may end."""

_MOST_ENDS = 16


def without(
    post: Post, leads: Callable[[str], bool], card: Callable[[str], object] = lambda _: False
) -> Post:
    """Returns another's post without addresses that lead to one that goes, itself without any.

    `card` says of the title of a link whether it repeats what such a post said.
    """

    def goes(link: Link) -> bool:
        return leads(link.url) or leads(link.shown) or bool(link.title and card(link.title))

    def said(text: str, links: list[Link]) -> str:
        shown = {each for link in links for each in (link.shown, link.url)}
        spans = [Span(*place, DELETED) for each in shown for place in places_of(text, each)]
        return replaced(text, [*spans, *(Span(*each, DELETED) for each in stretches(text, leads))])

    gone = [link for link in post.links if goes(link)]
    links = tuple(
        replace(link, title=said(link.title, [])) for link in post.links if link not in gone
    )
    media = []
    for medium in post.media:
        alt = said(medium.alt, []) if medium.alt else medium.alt
        url = None if medium.url and leads(medium.url) else medium.url
        media.append(Media(medium.kind, url, alt))
    warning = post.content_warning
    changes: dict[str, Any] = {
        "text": said(post.text, gone),
        "links": links,
        "media": tuple(media),
        "content_warning": said(warning, gone) if warning else warning,
        "url": None if post.url and leads(post.url) else post.url,
    }
    changed = {name: value for name, value in changes.items() if value != getattr(post, name)}
    return replace(post, **changed) if changed else post


def without_handles(post: Post, lost: Callable[[str], bool]) -> Post:
    """Returns another's post that names nobody of whom nothing is left, but in its words."""
    mentions = tuple(each for each in post.mentions if not lost(each))
    handle = post.reply_to_handle
    to = None if handle and lost(handle) else handle
    if (mentions, to) == (post.mentions, handle):
        return post
    return replace(post, mentions=mentions, reply_to_handle=to)


def stretches(text: str, leads: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Yields where a text has an address that leads to a post that goes."""
    for run in _RUN.finditer(text) if _MAY_LEAD.search(text) else ():
        if _MAY_LEAD.search(run[0]):
            for start, end in _within(run[0], leads):
                yield run.start() + start, run.start() + end


def _within(run: str, leads: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Yields where signs without a blank between them lead there."""
    seen = Folded(run)
    first = len(seen.text) - len(seen.text.lstrip(AROUND))
    begins = [match.start() for match in _BEGINS.finditer(seen.text)]
    found = False
    for start, after in pairwise([*dict.fromkeys([first, *begins]), len(seen.text)]):
        for end in _ends(seen.text, start, after):
            stretch = seen.span(start, end)
            if leads(run[slice(*stretch)]):
                found = True
                yield stretch
                break
    if not found and leads(run):
        yield 0, len(run)


def _ends(text: str, start: int, after: int) -> Iterator[int]:
    """Yields where an address that begins there may end, the nearest first."""
    near = [match.start() for match in _MAY_END.finditer(text, start, after)][:_MOST_ENDS]
    for at in (*near, after):
        end = start + len(text[start:at].rstrip(AROUND.replace("/", "")))
        if end > start:
            yield end
