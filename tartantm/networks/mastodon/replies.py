"""Replies that lack the hashtag, found below posts that the chat holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from urllib.parse import quote

from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.json_fields import Json, identifier, rows
from tartantm.networks.mastodon.client import MastodonClient
from tartantm.networks.protocol import ChatIndex, Limited, Lost, Refused

QUESTIONS, LATEST = 12, 80
"""How many posts are considered: those that asked a question, and the last ones of all."""

MOST_THREADS = 12
"""Threads asked for in one look; at one look a minute a fifth of what servers allow."""

SPARE = 100
"""Requests left for posts themselves: below this no threads are asked for."""

REMEMBERED = 5000

Read = Callable[[Iterable[Json], str], list[Heard]]


class Replies:
    """Knows of which posts a server counts more replies than were looked at."""

    def __init__(self, client: MastodonClient, read: Read) -> None:
        self._client, self._read = client, read
        self._counted: OrderedDict[str, int] = OrderedDict()
        self._looked: OrderedDict[str, int] = OrderedDict()

    def notice(self, status: Json) -> None:
        """Take up how many replies a status has, by whatever way it came."""
        count, known = status.get("replies_count"), identifier(status.get("id"))
        if isinstance(count, int) and known:
            _remember(self._counted, known, count)

    async def look(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """New replies, marked as found that way; fewer where the server is asked too often.

        No fault of a thread ends the listening: what fails is asked for again the next time.
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
            _remember(self._looked, number, counted)
            if new := [post for post in self._read(found, "reply") if _is_new(post, held)]:
                yield new

    def _due(self, held: ChatIndex) -> list[str]:
        """Local ids of the posts whose threads have grown, those that asked a question first."""
        asked = self.numbers(held.questions("mastodon")[:QUESTIONS])
        latest = self.numbers(held.latest("mastodon", LATEST))
        grown = [n for n in latest if self._counted.get(n, 0) > self._looked.get(n, 0)]
        # Counts of old posts are not seen any more; questions are asked for however they stand.
        return list(dict.fromkeys((*asked, *grown)))

    def numbers(self, posts: Sequence[Post]) -> list[str]:
        """What this server calls posts, of those that it gave."""
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
