"""What arrives about posts that were deleted before: nothing of them comes back into the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.erased import ErasedNames
from tartantm.core.event_contents import CONTENTS, Holds, fields_holding
from tartantm.core.events import Event
from tartantm.core.gone import has_marker
from tartantm.core.identity import fingerprint, gone_id, is_gone
from tartantm.core.post import Post
from tartantm.core.spans import LINK
from tartantm.core.tokens import handle_key
from tartantm.store.deleted_addresses import ids_at, names
from tartantm.store.without_addresses import without, without_handles

REFERRING = {kind: fields_holding(kind, Holds.POST_ID | Holds.STRUCTS) for kind in CONTENTS}
"""By event or struct, the fields in which a post's id may stand, at any depth."""

_Holder = TypeVar("_Holder", bound=Struct)


class LateReferences:
    """Rewrites what arrives about posts that were deleted before: nothing of them comes back."""

    def __init__(
        self,
        salt: str,
        gone: set[str],
        addresses: Collection[str] = (),
        names: Collection[str] = (),
        redacted: Collection[str] | None = None,
        words: Collection[str] = (),
    ) -> None:
        """Know keyed hashes of what was deleted, see `Deleted`.

        `redacted` are handles by which redactions name authors, None where there are no redactions.
        These handles stay: by them it is seen that a post has to be redacted.
        """
        self._salt, self._gone, self._addresses = salt, gone, addresses
        self._names, self._redacted = names, redacted
        self._said = ErasedNames(lambda name: fingerprint(salt, name) in words) if words else None

    def rewrite(self, event: Event) -> Event | None:
        """Returns an event with other ids for deleted posts, None where that is all it is about."""
        match event:
            case ev.Captured() | ev.Edited():
                post = event.post
                names = (post.id, *post.aliases, *([post.repost_of] if post.repost_of else ()))
                if any(self._id(name) != name for name in names):
                    return None
            case ev.Noted():
                if self._id(event.post) != event.post or is_gone(event.post):
                    return None
            case ev.Deleted():
                posts = tuple(post for post in event.posts if self._id(post) == post)
                return replace(event, posts=posts) if posts else None
        return self._rest(event)

    def _id(self, post_id: str) -> str:
        if not is_gone(post_id) and (gone := gone_id(self._salt, post_id)) in self._gone:
            return gone
        return post_id

    def _rest(self, holder: _Holder) -> _Holder:
        if isinstance(holder, ev.Redacted) and holder.kind != "post":
            return holder
        changes = {}
        for name in REFERRING[type(holder)]:
            before = getattr(holder, name)
            if (after := mapped(before, self._id, self._rest)) is not before:
                changes[name] = after
        left = replace(holder, **changes) if changes else holder
        return self._of_others(left) if isinstance(left, Post) else left  # type: ignore[return-value]

    def _of_others(self, post: Post) -> Post:
        """Returns another's post without what leads to one that is gone, or names its author.

        Where there are redactions it is not linked then: nobody knows whether they concern that.
        """
        left = without_handles(without(self._silenced(post), self._leads), self._is_lost)
        if left is post or self._redacted is None or has_marker(left):
            return left
        return replace(left, text=f"{left.text} {LINK}".lstrip(), url=None)

    def _silenced(self, post: Post) -> Post:
        """Returns a post without words that were withheld when the post went that said them."""
        if self._said is None:
            return post
        words = self._said.without_said
        warning = post.content_warning
        said = replace(
            post,
            text=words(post.text),
            content_warning=warning and words(warning),
            media=tuple(replace(each, alt=each.alt and words(each.alt)) for each in post.media),
            links=tuple(replace(each, title=words(each.title)) for each in post.links),
        )
        return post if said == post else said

    def _is_lost(self, handle: str) -> bool:
        if handle.casefold() in (self._redacted or ()):
            return False
        return fingerprint(self._salt, f"handle {handle_key(handle)}") in self._names

    def _leads(self, address: str) -> bool:
        return any(
            fingerprint(self._salt, name) in self._addresses for name in names(address)
        ) or any(gone_id(self._salt, each) in self._gone for each in ids_at(address))


def mapped(value: Any, text: Callable[[str], str], struct: Callable[[Any], Any]) -> Any:
    """Returns the value of a field with its texts and structs mapped, itself where they stay."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Struct):
        return struct(value)
    if isinstance(value, tuple):
        after = tuple(mapped(item, text, struct) for item in value)
        return value if after == value else after
    if isinstance(value, dict):
        items = {text(key): mapped(item, text, struct) for key, item in value.items()}
        return value if items == value else items
    return value


_ID = re.compile(r'"(x|mastodon|bluesky|feed):([^"\\]*)"')


_GONE_LENGTH = len(gone_id("", ":")) - 1
"""Signs of what stands for an id, after the network and the colon."""


def padded(text: str) -> str:
    """Returns an event's JSON with blanks after it: ids in it may become longer.

    SQLite overwrites a row of the same length where it stands. Otherwise it moves rows, and what
    they were moved from keeps their words.
    """
    return text + " " * sum(max(0, _GONE_LENGTH - len(rest)) for _, rest in _ID.findall(text))
