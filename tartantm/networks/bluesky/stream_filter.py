"""Finds what belongs to a chat in Bluesky's stream: first by bytes, then by decoding.

The stream brings some fifty posts a second, and thousands when a gap is replayed; nearly all are
ruled out without being decoded. The check of the bytes (`may_matter`) may let too much pass, but
never too little: where JSON could spell a letter differently (an escape, or a letter that
case-folds to another), it lets everything pass.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Post, bare_hashtag, clean
from tartantm.networks.bluesky import payload as bluesky_payload
from tartantm.networks.bluesky.byte_filter import ByteFilter
from tartantm.networks.bluesky.payload import POSTS
from tartantm.networks.bluesky.record import tags_of
from tartantm.networks.clock import steady_seconds
from tartantm.networks.heard import Heard
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import EPOCH, Json, identifier, line, mapping, microseconds
from tartantm.networks.protocol import ChatIndex, Lost

LARGEST = 1 << 20
"""Bytes of a message that is decoded at most; no post has a tenth of it."""

RECENT = 10_000
"""Posts remembered that were delivered and may not be in the chat yet."""

Why = Literal["author", "account"]

RELAYS = frozenset({"throttled", "desynchronized"})
"""States that say something of a relay, and nothing of the account."""

SKEW = timedelta(seconds=10)
"""By how much the clocks differ of the servers that say when a post came, and when it went."""

# How Jetstream begins the message of a created record; any other message is decoded.
_CREATED = re.compile(
    rb'\{"did":"[^"\\]*","time_us":\d+,"kind":"commit",'
    rb'"commit":\{"rev":"[^"\\]*","operation":"create",'
)
_TIME = re.compile(rb'\s*\{"did":"[^"\\]*","time_us":(\d{1,18})[,}]')
_URI = re.compile(rb'at://[^"\\]+')


class FrameMatch(Struct):
    """What one message held."""

    heard: list[Heard] = field(default_factory=list)
    damaged: int = 0
    renamed: str = ""
    """The DID of a person whose handle may have changed."""
    left: str = ""
    """The DID of an author of the chat whose account is not active now, and may be again."""
    came_back: str = ""
    """The DID of an author of the chat whose account is active again."""


class _Delivered(NamedTuple):
    author: str
    at: float
    """By `steady_seconds`."""
    came: datetime
    """When it came, by the server's clock."""


def key_of(tag: str) -> str:
    """A hashtag as it is compared: without ``#``, case-folded. Accents count on Bluesky."""
    return bare_hashtag(clean(tag, lines=False)).casefold()


def time_of(frame: bytes) -> int | None:
    """When a server sent a message, in microseconds since 1970; None where it does not say."""
    value: object
    if found := _TIME.match(frame):
        value = int(found[1])
    else:
        try:
            value = mapping(decode(frame)).get("time_us")
        except Undecodable:
            return None
    return value if isinstance(value, int) and microseconds(value) else None


class StreamFilter:
    """Finds posts of a chat, replies to its posts, and edits and deletions of posts it holds."""

    def __init__(self, hashtags: Iterable[str]) -> None:
        self.keys = {key_of(tag) for tag in hashtags}
        self.held: ChatIndex | None = None
        self._bytes = ByteFilter(self.keys)
        self._recent: OrderedDict[str, _Delivered] = OrderedDict()
        self._authors: set[str] | None = None
        """Authors of posts in the chat; accounts close all the time, nearly all of strangers."""

    def holds(self, post_id: str) -> bool:
        """Whether a post is in the chat, or was delivered just now."""
        return post_id in self._recent or (self.held is not None and self.held.holds(post_id))

    def remembered_ago(self, post_id: str) -> float | None:
        """How many seconds ago a post was on its way into the chat; None for long ago or never."""
        known = self._recent.get(post_id)
        return None if known is None else steady_seconds() - known.at

    def tagged(self, tags: Iterable[str]) -> bool:
        """Whether a chat's hashtag is among tags."""
        return not self.keys.isdisjoint(map(key_of, tags))

    def may_matter(self, frame: bytes) -> bool:
        """Check the bytes of a message: False only where `match_frame` would find nothing."""
        if len(frame) > LARGEST or not _CREATED.match(frame):
            return True
        if not frame.endswith(b"}") or (b"\\" in frame and (b"\\u" in frame or b"\\/" in frame)):
            return True
        if self._bytes.may_match(frame):
            return True
        at = frame.find(b'"reply"')  # what it replies to follows
        return at >= 0 and any(
            self.holds(f"bluesky:{identifier(uri.decode(errors='replace'))}")
            for uri in set(_URI.findall(frame, at))
        )

    def match_frame(self, frame: bytes) -> FrameMatch:
        """Decode a message and find what matters. Raises Lost where the server ends the stream."""
        if len(frame) > LARGEST:
            return FrameMatch(damaged=1)
        try:
            value = decode(frame)
        except Undecodable:
            return FrameMatch(damaged=1)
        if not isinstance(value, dict):
            return FrameMatch(damaged=1)
        kind = value.get("kind")
        if kind == "commit":
            return self._commit(value)
        if kind == "account":
            return self._account(value)
        if kind == "identity":
            return self._identity(value)
        if error := line(value, "error"):
            raise Lost(f"Bluesky's stream ended: {line(value, 'message')[:100] or error[:100]}.")
        return FrameMatch()

    def keep(self, post: Post) -> Post | None:
        """A post that was asked for, marked as a reply where it is one; None for other posts."""
        if not self.tagged(post.hashtags):
            if not (self._refers(post.reply_to) or self._refers(post.thread)):
                return None
            post = replace(post, found_by="reply")
        self.remember(post)
        return post

    def _came_along(self, post_id: str) -> bool:
        """Whether a post is shown in the chat beside one that it came along with."""
        return self.held is not None and self.held.post(post_id) is not None

    def remember(self, post: Post) -> None:
        """Remember a post that is on its way into the chat."""
        self._recent[post.id] = _Delivered(post.author.id, steady_seconds(), _came(post))
        if self._authors is not None:
            self._authors.add(post.author.id)
        if len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    def _refers(self, post_id: str | None) -> bool:
        return post_id is not None and self.holds(post_id)

    def _commit(self, value: Json) -> FrameMatch:
        commit, did = mapping(value, "commit"), line(value, "did")
        if commit.get("collection") != POSTS or not did:
            return FrameMatch()
        post_id = f"bluesky:at://{did}/{POSTS}/{line(commit, 'rkey')}"
        if commit.get("operation") == "delete":
            return FrameMatch(
                self._deleted([post_id], microseconds(value.get("time_us")), "author")
            )
        record = mapping(commit, "record")
        known = commit.get("operation") == "update" and self.holds(post_id)
        tagged = self.tagged(tags_of(record))
        if not (known or tagged or self._answers(record)):
            return FrameMatch()
        parsed = bluesky_payload.read(value)
        if parsed is None:
            return FrameMatch(damaged=1)
        found: list[Heard] = []
        for post in parsed.heard:
            if isinstance(post, Post):
                self.remember(post)
                found.append(post if known or tagged else replace(post, found_by="reply"))
        return FrameMatch(found, len(parsed.problems))

    def _answers(self, record: Json) -> bool:
        uris = (identifier(mapping(record, "reply", end).get("uri")) for end in ("parent", "root"))
        return any(self.holds(f"bluesky:{uri}") for uri in uris if uri.startswith("at://"))

    def posts_of(self, did: str) -> list[Post]:
        """The posts of an author that are held and not deleted."""
        return [post for post in self._latest() if post.author.id == did]

    def _is_author(self, did: str) -> bool:
        """Whether somebody has posts in the chat, or on their way into it."""
        if self._authors is None:
            self._authors = {post.author.id for post in self._latest()}
            self._authors.update(each.author for each in self._recent.values())
        return did in self._authors

    def _identity(self, value: Json) -> FrameMatch:
        """A handle that may have changed; strangers' are not even delivered."""
        did = line(value, "did")
        named = bluesky_payload.named_in(value) if self._is_author(did) else None
        return FrameMatch([named] if named else [], renamed=did)

    def _account(self, value: Json) -> FrameMatch:
        """What follows from the state of an account, by the lexicon's com.atproto.sync events."""
        did, account = line(value, "did"), mapping(value, "account")
        active, state = account.get("active"), line(account, "status")
        if not self._is_author(did) or not isinstance(active, bool):
            return FrameMatch()
        if active:
            return FrameMatch(came_back=did)
        if state in RELAYS:
            return FrameMatch()
        at = microseconds(value.get("time_us"))
        if state not in bluesky_payload.GONE or at is None:
            return FrameMatch(left=did)
        # What came later is of an account that is active again: old events are read in gaps.
        until = at + SKEW
        mine = [
            post_id
            for post_id, each in self._recent.items()
            if each.author == did and each.came <= until
        ]
        mine += [post.id for post in self.posts_of(did) if _came(post) <= until]
        return FrameMatch(self._deleted(list(dict.fromkeys(mine)), at, "account"))

    def _latest(self) -> Sequence[Post]:
        return self.held.latest("bluesky", 1 << 30) if self.held is not None else ()

    def _deleted(self, ids: list[str], at: datetime | None, why: Why) -> list[Heard]:
        gone = tuple(each for each in ids if self.holds(each) or self._came_along(each))
        return [Deleted(gone, at or EPOCH, why)] if gone else []


def _came(post: Post) -> datetime:
    return post.received_at or post.created_at
