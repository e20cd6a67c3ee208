"""What X's live answers tell: posts as heard here and now, and which posts are gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.json_fields import Json, identifier, raw, rows
from tartantm.networks.x import payload as x_payload

Why = Literal["gone", "protected"]

_GONE: dict[str, Why] = {
    "resource-not-found": "gone",
    "not-authorized-for-resource": "protected",
}
"""By the last part of an error's type. Others, such as an inner fault, say nothing for sure."""


class ResponseReader:
    """Reads pages and lines for one chat."""

    def __init__(self, hashtags: Sequence[str]) -> None:
        self._hashtags = {tag.casefold() for tag in hashtags}
        self.damaged = 0
        self.threads: set[str] = set()
        """Ids of the threads that are, or were, followed."""

    def heard(self, value: Json | None, now: datetime) -> list[Heard]:
        """The posts in a page or line; None stands for a line that could not be read."""
        reading = x_payload.read(value) if value else None
        if reading is None:
            self.damaged += 1
            return []
        self.damaged += len(reading.problems)
        return [
            replace(item, received_at=now, found_by=self._found_by(item))
            if isinstance(item, Post)
            else item
            for item in reading.heard
        ]

    def _found_by(self, post: Post) -> str:
        if self._hashtags.intersection(tag.casefold() for tag in post.hashtags):
            return ""
        if post.thread in self.threads:
            return "reply"
        # The stream looks for hashtags in what a post quotes, too.
        return "quote" if post.quote_of else ""


def later_wordings(heard: Iterable[Heard]) -> dict[str, Post]:
    """The posts heard of which there are later wordings, by the id of the last."""
    found = {}
    for item in heard:
        if isinstance(item, Post):
            last = (item.id, *item.aliases)[-1].partition(":")[2]
            if last != item.version:
                found[last] = item
    return found


def gone(page: Json, asked: dict[str, Post], now: datetime) -> list[Heard]:
    """Which of the posts asked for, by the ids they were asked by, X says are gone or shut."""
    found: list[Heard] = []
    for error in rows(page, "errors"):
        why = _GONE.get(raw(error, "type").rpartition("/")[2])
        named = identifier(error.get("resource_id")) or identifier(error.get("value"))
        if why and named in asked:
            found.append(Deleted((asked.pop(named).id,), now, why))
    return found
