"""Finds replies without the hashtag, below posts that the chat holds.

No server streams them, and GoToSocial leaves even tagged replies out of its timelines. So threads
are asked for in turn: half of the time those of questions, else those that have grown and all the
others, whatever was not looked at for longest first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import count
from typing import Any
from urllib.parse import quote

from tartantm.core.post import Post
from tartantm.networks.failures import Failures
from tartantm.networks.heard import Heard
from tartantm.networks.in_turns import in_turns
from tartantm.networks.json_fields import Json, identifier
from tartantm.networks.mastodon.client import Denied, MastodonClient
from tartantm.networks.protocol import ChatIndex, Lost, Refused

QUESTIONS, LATEST = 12, 2000
"""How many posts are considered: those that asked a question, and the last ones of all."""

MOST_THREADS = 12
"""Threads asked for at a time; once a minute, that is a fifth of what servers allow."""

TRIES = 3
"""After so many failures in a row a thread has to wait for its next turn."""

REMEMBERED = 5000
"""Posts whose counts of replies are kept."""

Read = Callable[[Iterable[Json], str], list[Heard]]


class Replies:
    """Keeps count of which posts have more replies than were read, and of whose turn it is."""

    def __init__(self, client: MastodonClient, read: Read) -> None:
        self._client, self._read = client, read
        self._counted: OrderedDict[str, int] = OrderedDict()
        self._read_count: OrderedDict[str, int] = OrderedDict()
        self._looked: OrderedDict[str, int] = OrderedDict()
        """When a thread was looked at last, by `_turn`."""
        self._failed: dict[str, int] = {}
        """How often in a row a look failed."""
        self._unanswered: dict[str, Lost | Refused] = {}
        """What the last look failed with."""
        self._turn = count(1)

    def notice(self, status: Json) -> None:
        """Note how many replies a status has; to be called with every status received."""
        replies, known = status.get("replies_count"), identifier(status.get("id"))
        if isinstance(replies, int) and known:
            _remember(self._counted, known, replies)

    async def fetch(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """New replies, marked ``found_by="reply"``: a batch, or an empty one, for each thread.

        Raises Limited at once, and Lost or Refused where some looks failed, now or when it was
        their turn, after the others; they are done again next time.
        """
        failures = Failures()
        for number in self._due(held):
            counted = self._counted.get(number, 0)
            try:
                found = await self._thread(number)
            except (Lost, Refused) as error:
                self._failed[number] = self._failed.get(number, 0) + 1
                if self._failed[number] >= TRIES:
                    self._look_is_over(number)
                self._unanswered[number] = error
                failures.add(error)
                continue
            self._unanswered.pop(number, None)
            failures.answered()
            self._look_is_over(number)
            _remember(self._read_count, number, counted)
            read = await in_turns(lambda status: self._read([status], "reply"), found)
            found.clear()  # an answer of megabytes waits for nothing
            yield _new(read, held)
        failures.raise_first()
        for problem in self._unanswered.values():
            raise Lost(str(problem))

    async def _thread(self, number: str) -> list[Any]:
        """What was said below a post; nothing where it is gone. Raises Limited, Lost or Refused."""
        path = f"/api/v1/statuses/{quote(number, safe='')}/context"
        try:
            return await self._client.statuses(
                path, within="descendants", as_far_as_shown=True, purpose="replies"
            )
        except Denied as error:
            if error.status in (404, 410) and error.by_api:
                return []
            raise

    def _look_is_over(self, number: str) -> None:
        self._failed.pop(number, None)
        _remember(self._looked, number, next(self._turn))

    def _due(self, held: ChatIndex) -> list[str]:
        """This server's ids of the posts whose threads are asked for now."""
        questions = self._in_turn(held.questions("mastodon")[:QUESTIONS])
        others = self._in_turn(held.latest("mastodon", LATEST))
        for number in self._unanswered.keys() - {*questions, *others}:
            del self._unanswered[number]
        grown = [n for n in others if self._counted.get(n, 0) > self._read_count.get(n, 0)]
        asked = questions[: MOST_THREADS // 2]
        chosen = list(dict.fromkeys((*asked, *grown, *others, *questions)))[:MOST_THREADS]
        # What failed last time does not keep the others waiting.
        return sorted(chosen, key=lambda number: number in self._failed)

    def _in_turn(self, posts: Sequence[Post]) -> list[str]:
        """This server's ids of the posts that were received from it, the longest waiting first."""
        numbers = [
            alias.partition("/")[2]
            for post in posts
            for alias in (post.id, *post.aliases)
            if alias.partition("/")[0] in self._client.numbering
        ]
        return sorted(numbers, key=lambda number: self._looked.get(number, 0))


def _new(read: Sequence[Heard], held: ChatIndex) -> list[Heard]:
    """The posts that are not held, and what came along with them."""
    found: list[Heard] = []
    brought: list[Heard] = []
    for item in read:
        if not isinstance(item, Post):
            brought.append(item)
            continue
        if not any(map(held.holds, (item.id, *item.aliases))):
            found += [*brought, item]
        brought = []
    return found


def _remember(into: OrderedDict[str, int], key: str, value: int) -> None:
    into[key] = value
    into.move_to_end(key)
    while len(into) > REMEMBERED:
        into.popitem(last=False)
