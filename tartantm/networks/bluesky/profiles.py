"""Looks up handles and names of people, whom Bluesky's stream names by DID only."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from time import monotonic

from msgspec.structs import replace

from tartantm.core.errors import TartantmError
from tartantm.core.post import Author, Post
from tartantm.networks.bluesky.errors import NeedsAccount
from tartantm.networks.bluesky.payload import author_of
from tartantm.networks.bluesky.xrpc import XrpcClient
from tartantm.networks.failures import SEVERAL
from tartantm.networks.heard import Carried, Heard
from tartantm.networks.json_fields import rows
from tartantm.networks.protocol import Lost, Refused

WAIT_SECONDS = 2.0
"""How long posts wait for the names of their authors before they are delivered without."""

AGAIN_SECONDS = 30.0
"""How long nothing is asked of a service that did not answer, or knows no more than before."""

INDEX_SECONDS = 0.7
"""After how long a person is asked for a second time who is unknown, or who is said to have changed
and has not: the service that indexes accounts is about a second behind the stream."""

LATE_SECONDS = 30.0
"""How long after a change was told an answer that knows nothing of it counts for nothing: services
are behind the stream, one more than another."""

KEEP_SECONDS = 3600.0
"""How long a name counts as current."""

MOST = 20_000
"""People remembered."""

AT_ONCE = 25
"""Profiles that one call returns at most, by its lexicon."""


class ProfileCache:
    """Remembers people's handles and names, and asks the service for those it does not know."""

    def __init__(self, xrpc: XrpcClient) -> None:
        self._xrpc = xrpc
        self._known: OrderedDict[str, tuple[float, Author]] = OrderedDict()
        self._changed: OrderedDict[str, tuple[float, Author]] = OrderedDict()
        """Who is said to have changed: until when that is news, and their names before."""
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._quiet_until = 0.0
        self._failed: set[str] = set()
        """Who could not be asked for, each alone, since others could be."""

    def learn(self, author: Author) -> None:
        """Remember a person whom an answer came with the name of."""
        if author.id and author.handle != author.id and not self._is_as_before(author):
            self._remember(author)

    def forget(self, did: str) -> None:
        """Ask for a person again at their next post."""
        if known := self._known.get(did):
            self._known[did] = (0.0, known[1])
            self._changed[did] = monotonic() + LATE_SECONDS, known[1]
            self._changed.move_to_end(did)
            if len(self._changed) > MOST:
                self._changed.popitem(last=False)

    async def named(self, heard: Sequence[Heard]) -> list[Heard]:
        """Add handles and names to posts within `WAIT_SECONDS`; the unknown keep their DIDs."""
        posts = [item for item in heard if isinstance(item, Post)]
        for post in (*posts, *(item.post for item in heard if isinstance(item, Carried))):
            self.learn(post.author)
        unknown = {post.author.id for post in posts if self._is_due(post.author.id)}
        if unknown and monotonic() >= self._quiet_until:
            self._ask(sorted(unknown - set(self._asking)))
            waiting = {self._asking[did] for did in unknown if did in self._asking}
            await asyncio.wait(waiting, timeout=WAIT_SECONDS)
            if any(not task.done() for task in waiting):
                # What was asked for is still learnt; no other post waits for it.
                self._quiet_until = monotonic() + AGAIN_SECONDS
        return [self._named(item) if isinstance(item, Post) else item for item in heard]

    async def close(self) -> None:
        """Stop asking."""
        tasks = set(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _named(self, post: Post) -> Post:
        known = self._known.get(post.author.id)
        if known is None or post.author.handle != post.author.id:
            return post
        return replace(post, author=known[1])

    def _is_due(self, did: str) -> bool:
        known = self._known.get(did)
        return bool(did) and (known is None or monotonic() >= known[0])

    def _is_as_before(self, author: Author) -> bool:
        """Whether a person is still called what they were when a change was told a moment ago."""
        until, before = self._changed.get(author.id, (0.0, author))
        return (author.handle, author.name) == (before.handle, before.name) and monotonic() < until

    def _remember(self, author: Author, seconds: float = KEEP_SECONDS) -> None:
        self._known[author.id] = monotonic() + seconds, author
        self._known.move_to_end(author.id)
        if len(self._known) > MOST:
            self._known.popitem(last=False)

    def _ask(self, dids: Sequence[str]) -> None:
        for first in range(0, len(dids), AT_ONCE):
            some = dids[first : first + AT_ONCE]
            task = asyncio.create_task(self._fetch(some))
            self._asking.update(dict.fromkeys(some, task))

    async def _ask_once(self, dids: Sequence[str]) -> list[str]:
        """Ask once; returns the DIDs that are still unknown, or known as before a change."""
        answer = await self._xrpc.ask("app.bsky.actor.getProfiles", {"actors": dids})
        for profile in rows(answer, "profiles"):
            author = author_of(profile)
            if author.id in dids and not self._is_as_before(author):
                self._remember(author)
        return [did for did in dids if self._is_due(did)]

    async def _fetch(self, dids: Sequence[str]) -> None:
        try:
            await self._fetch_all(dids)
        finally:
            for did in dids:
                self._asking.pop(did, None)

    async def _fetch_all(self, dids: Sequence[str]) -> None:
        """Ask for people; where that fails, for each alone, as one of them may be what fails."""
        try:
            missing = await self._ask_once(dids)
            if missing:
                await asyncio.sleep(INDEX_SECONDS)
                missing = await self._ask_once(missing)
        except (Lost, Refused) as error:
            if len(dids) > 1:
                for did in dids:
                    if monotonic() >= self._quiet_until:
                        await self._fetch_all([did])
                return
            self._leave(dids)
            self._failed.update(dids)
            if len(self._failed) >= SEVERAL or isinstance(error, NeedsAccount):
                self._be_quiet()
        except TartantmError:
            self._be_quiet()
        else:
            self._leave(missing)
            self._failed.clear()
            self._quiet_until = 0.0

    def _leave(self, dids: Sequence[str]) -> None:
        """Have people without a profile not be asked for again with every post."""
        for did in dids:
            known = self._known.get(did)
            self._remember(known[1] if known else Author(did, id=did), AGAIN_SECONDS)

    def _be_quiet(self) -> None:
        self._failed.clear()
        self._quiet_until = monotonic() + AGAIN_SECONDS
