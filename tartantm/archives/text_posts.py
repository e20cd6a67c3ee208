"""Makes posts of what stands in a text: ids are made of the content, as there are no others."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from tartantm.core.post import Author, Link, Post, Visibility, clean, safe_url
from tartantm.networks.json_fields import (
    LONGEST_NAME,
    MOST_PARTS,
    hashtags,
    hashtags_in,
    shortened,
    text_of,
)

_ADDRESS = re.compile(r"(?i)https?://[^\s<>\"'“”«»]+")
_AFTER = ".,;:!?)…]"
_ADDRESSED = re.compile(r"@?([^\s,:]{1,64})[,:]\s")
_MENTION = re.compile(r"(?<![\w@/.])@([\w.-]{1,64})")


class PostMaker:
    """Makes the posts of one file. The same words at the same time are told apart by their place.

    The id leaves seconds out: a log that has them and one that has none are of the same posts.
    """

    def __init__(self, network: str) -> None:
        self.network = network
        self._met: Counter[bytes] = Counter()

    def post(
        self,
        author: Author,
        at: datetime,
        words: str,
        *,
        known: Collection[str] = (),
        undated: bool = False,
        visibility: Visibility = "public",
    ) -> Post:
        """Returns a post; `known` are the case-folded handles that may be addressed by it."""
        text = text_of(words)
        first = _ADDRESSED.match(text)
        to = first[1] if first and first[1].casefold() in known else None
        mentions = dict.fromkeys([*([to] if to else []), *_mentioned(text)])
        return Post(
            id=self._id(author, None if undated else at, text),
            author=author,
            created_at=at,
            text=text,
            reply_to_handle=to,
            mentions=tuple(mentions)[:MOST_PARTS],
            hashtags=hashtags(hashtags_in(text)),
            links=_links(text),
            visibility=visibility,
            undated=undated,
        )

    def _id(self, author: Author, at: datetime | None, text: str) -> str:
        minute = f"{at:%Y-%m-%dT%H:%M}" if at else ""
        who = (author.handle or author.name).casefold()
        told = "\0".join((minute, who, text)).encode("utf-8", "replace")
        digest = hashlib.blake2b(told, digest_size=10).digest()
        self._met[digest] += 1
        times = self._met[digest]
        return f"{self.network}:{digest.hex()}{f'-{times}' if times > 1 else ''}"


def name_of(written: str) -> str:
    """Returns somebody's name as it is kept: clean, on one line, and not too long."""
    return clean(shortened(written, LONGEST_NAME), lines=False)


def _mentioned(text: str) -> list[str]:
    return [each.rstrip(".-") for each in _MENTION.findall(text) if each.strip(".-")]


def _links(text: str) -> tuple[Link, ...]:
    links = []
    for found in _ADDRESS.findall(text)[:MOST_PARTS]:
        shown = found.rstrip(_AFTER if "(" not in found else _AFTER.replace(")", ""))
        if url := safe_url(shown):
            links.append(Link(url, shown))
    return tuple(dict.fromkeys(links))
