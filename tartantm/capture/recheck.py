"""Asking the networks again: which posts of a session are gone, protected or edited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from tartantm.capture.capture import Capture
from tartantm.capture.registry import Sources
from tartantm.core.chat import Chat
from tartantm.core.describe import posts as many
from tartantm.core.errors import TartantmError
from tartantm.core.events import Deleted, Edited, Event, Rechecked
from tartantm.core.post import Post
from tartantm.networks import Heard
from tartantm.networks.http import Net, ServerClock
from tartantm.networks.protocol import Limited, LiveSource
from tartantm.settings.config import Config
from tartantm.settings.paths import session_tag
from tartantm.store.damage import damage_warning
from tartantm.store.session import Session

AT_ONCE = 100
"""Posts asked for before what came of it is recorded."""

LONGEST_WAIT = 120.0
"""Seconds that a network may ask to wait in one go; more, and the rest stays unanswered."""

Say = Callable[[str], None]


async def recheck(path: Path, config: Config, say: Say) -> int:
    """Ask for every post of a session, apply what came of it, and say it in words.

    Gives 0 where every network answered, else 1; what was answered is recorded all the same.
    """
    with Session(path) as session:
        if session.damaged:
            say(damage_warning(path, session.damaged))
        checking = Checking(session)
        net = Net(config.network, ServerClock())
        sources = Sources(config, net, session.chat.agenda.hashtags, session_tag(path))
        for name, asked in by_source(session.chat).items():
            try:
                source = sources.live(name)
                await checking.ask(source, asked)
            except TartantmError as error:
                say(f"{name}: {error}")
        say(checking.finish())
        return 1 if checking.unanswered else 0


class Checking:
    """One round of asking, and what came of it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.asked = self.gone = self.edited = 0
        self.total = sum(len(asked) for asked in by_source(session.chat).values())
        self._capture = Capture(session.chat, session.grouper)

    @property
    def unanswered(self) -> int:
        """Posts whose network did not answer."""
        return self.total - self.asked

    async def ask(self, source: LiveSource, asked: Sequence[Post]) -> None:
        """Ask one source for posts; raises where it cannot be asked, keeping what it told."""
        try:
            for begin in range(0, len(asked), AT_ONCE):
                some = asked[begin : begin + AT_ONCE]
                await self._ask(source, some)
                self.asked += len(some)
        finally:
            await source.close()

    async def _ask(self, source: LiveSource, some: Sequence[Post]) -> None:
        while True:
            try:
                async for heard in source.recheck(some):
                    self._take(heard)
                return
            except Limited as error:
                if error.seconds > LONGEST_WAIT:
                    raise
                await asyncio.sleep(max(error.seconds, 1.0))

    def _take(self, heard: Sequence[Heard]) -> None:
        chat = self.session.chat
        news: list[Event] = []
        for event in self._capture.hear(heard):
            if isinstance(event, Deleted):
                gone = {entry.id for entry in map(chat.entry, event.posts) if entry}
                still = tuple(sorted(each for each in gone if not chat.entries[each].deleted_at))
                self.gone += len(still)
                news += [Deleted(still, event.at, event.why)] if still else []
            elif isinstance(event, Edited):
                self.edited += 1
                news.append(event)
        if news:
            self.session.act(*news)

    def finish(self) -> str:
        """Record that the networks were asked; gives what came of it in words."""
        event = Rechecked(self.asked, self.gone, self.edited, self.unanswered)
        self.session.record(event)
        words = f"Asked for {many(self.asked)}: {self.gone} gone, {self.edited} edited."
        if self.unanswered:
            words += f" {many(self.unanswered)} could not be asked for."
        return words


def by_source(chat: Chat) -> dict[str, list[Post]]:
    """Posts that still stand, by the name of the source that can be asked for them."""
    asked: dict[str, list[Post]] = {}
    for entry in chat.entries.values():
        if entry.deleted_at or entry.withdrawn or entry.post.network in ("room", "feed"):
            continue
        name = entry.post.network
        if name == "mastodon":
            name = _server(entry.post, entry.source, chat)
        asked.setdefault(name, []).append(entry.post)
    return asked


def _server(post: Post, source: str, chat: Chat) -> str:
    """The Mastodon source that knows a post: the one that heard it, else a server it names."""
    if source.startswith("mastodon:"):
        return source
    # "mastodon:https://host/…" is the post's own address, "mastodon:host/17" a server's number.
    numbers = [alias.partition(":")[2] for alias in (*post.aliases, post.id) if "://" not in alias]
    hosts = [number.partition("/")[0] for number in numbers]
    heard = (name for name in chat.sources if name.startswith("mastodon:"))
    known = next((name for name in heard if any(name.endswith(host) for host in hosts)), None)
    return known or f"mastodon:{hosts[0]}" if hosts else f"mastodon:{_home(post)}"


def _home(post: Post) -> str:
    """The server where a post was written, by its address."""
    return post.id.partition("://")[2].partition("/")[0]
