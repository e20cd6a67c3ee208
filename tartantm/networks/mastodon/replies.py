"""Finds replies without the hashtag, below posts that the chat holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from urllib.parse import quote

from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.in_turns import in_turns
from tartantm.networks.json_fields import Json, identifier, rows
from tartantm.networks.mastodon.client import MastodonClient
from tartantm.networks.protocol import ChatIndex, Limited, Lost, Refused

QUESTIONS, LATEST = 12, 80
"""How many posts are considered: those that asked a question, and the last ones of all."""

MOST_THREADS = 12
"""Threads asked for at a time; once a minute, that is a fifth of what servers allow."""

SPARE = 100
"""Requests kept for posts themselves: with fewer left, no threads are asked for."""

REMEMBERED = 5000
"""Posts whose counts of replies are kept."""

Read = Callable[[Iterable[Json], str], list[Heard]]


class Replies:
    """Keeps count of which posts have more replies than were read."""

    def __init__(self, client: MastodonClient, read: Read) -> None:
        self._client, self._read = client, read
        self._counted: OrderedDict[str, int] = OrderedDict()
        self._read_count: OrderedDict[str, int] = OrderedDict()

    def notice(self, status: Json) -> None:
        """Note how many replies a status has; to be called with every status received."""
        count, known = status.get("replies_count"), identifier(status.get("id"))
        if isinstance(count, int) and known:
            _remember(self._counted, known, count)

    async def fetch(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """New replies, marked ``found_by="reply"``; fewer where the server is near its limit.

        No failure is raised, so that it does not end the listening: it is tried again next time.
        """
        for number in self._due(held)[:MOST_THREADS]:
            if self._client.left is not None and self._client.left < SPARE:
                return
            path = f"/api/v1/statuses/{quote(number, safe='')}/context"
            counted = self._counted.get(number, 0)
            try:
                found = rows(await self._client.get(path), "descendants")
            except Refused:
                found = []
            except (Lost, Limited):
                return
            _remember(self._read_count, number, counted)
            read = await in_turns(lambda status: self._read([status], "reply"), found)
            if new := [post for post in read if _is_new(post, held)]:
                yield new

    def _due(self, held: ChatIndex) -> list[str]:
        """This server's ids of the posts whose threads have grown, questions first."""
        asked = self._local_ids(held.questions("mastodon")[:QUESTIONS])
        latest = self._local_ids(held.latest("mastodon", LATEST))
        grown = [n for n in latest if self._counted.get(n, 0) > self._read_count.get(n, 0)]
        # Counts of old posts are not received any more, so questions are always asked for.
        return list(dict.fromkeys((*asked, *grown)))

    def _local_ids(self, posts: Sequence[Post]) -> list[str]:
        """This server's ids of posts, of those that were received from it."""
        begin = f"mastodon:{self._client.host}/"
        return [
            alias.removeprefix(begin)
            for post in posts
            for alias in (post.id, *post.aliases)
            if alias.startswith(begin)
        ]


def _is_new(item: Heard, held: ChatIndex) -> bool:
    return isinstance(item, Post) and not any(map(held.holds, (item.id, *item.aliases)))


def _remember(into: OrderedDict[str, int], key: str, value: int) -> None:
    into[key] = value
    into.move_to_end(key)
    while len(into) > REMEMBERED:
        into.popitem(last=False)
