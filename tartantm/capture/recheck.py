"""Asks the networks which posts of a session are gone, protected or edited since."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from tartantm.capture.capture import Capture
from tartantm.capture.ownership import Ownership
from tartantm.capture.registry import NETWORKS, SourceRegistry
from tartantm.core.chat import Chat
from tartantm.core.describe import posts as many
from tartantm.core.errors import TartantmError
from tartantm.core.events import Deleted, Edited, Event, Rechecked
from tartantm.core.post import Post
from tartantm.core.retention import X_HOURS, needs_recheck
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Limited, LiveSource
from tartantm.settings.config import Config
from tartantm.settings.paths import session_tag
from tartantm.store.damage import damage_warning, zone_warning
from tartantm.store.session import Session

LONGEST_WAIT = 15 * 60.0
"""Seconds that are waited when a network asks to; for longer, the rest stays unanswered."""

RECHECKED = frozenset(name for name, known in NETWORKS.items() if known.can_recheck)
"""Networks that can be asked what became of their posts."""

Say = Callable[[str], None]


async def recheck(path: Path, config: Config, say: Say) -> int:
    """Ask for every post of a session, record what became of them, and report it by `say`.

    Returns 0 where every network answered, else 1; what was answered is recorded all the same.
    """
    with Session(path) as session:
        if session.damaged:
            say(damage_warning(path, session.damaged))
        if unknown := zone_warning(path, session.chat.agenda):
            say(unknown)
        if needs_recheck(session.chat, datetime.now(UTC)):
            last = session.chat.rechecked
            when = f"was rechecked last on {last[0]:%d %B %Y}" if last else "was never rechecked"
            say(f"X wants deleted posts out of all copies within {X_HOURS} hours; this {when}.")
        rechecking = SessionRecheck(session, say)
        http = HttpClients(config.network, LiveClock())
        hashtags, tag = session.chat.agenda.hashtags, session_tag(path)
        sources = SourceRegistry(config, http, hashtags, tag, named_by_file=True)
        for name, asked in by_source(session.chat).items():
            try:
                source = sources.live(name)
                await rechecking.ask(source, asked)
            except TartantmError as error:
                say(f"{name}: {error}")
        say(rechecking.finish())
        return 1 if rechecking.unanswered else 0


class SessionRecheck:
    """One round of asking, and the counts of what it found."""

    def __init__(self, session: Session, say: Say = lambda _: None) -> None:
        self.session, self._say = session, say
        self.asked = self.gone = self.edited = 0
        self.total = sum(len(asked) for asked in by_source(session.chat).values())
        self._capture = Capture(session.chat, session.grouper)

    @property
    def unanswered(self) -> int:
        """Posts whose network did not answer."""
        return self.total - self.asked

    async def ask(self, source: LiveSource, asked: Sequence[Post]) -> None:
        """Ask one source for posts; raises where it cannot be asked, keeping what it answered."""
        try:
            done = 0
            while some := asked[done : done + source.recheck_at_once]:
                await self._ask(source, some)
                self.asked += len(some)
                done += len(some)
        finally:
            await source.close()

    async def _ask(self, source: LiveSource, some: Sequence[Post]) -> None:
        while True:
            try:
                async for heard in source.recheck(some):
                    self._take(self._about(heard, some))
                return
            except Limited as error:
                if error.seconds > LONGEST_WAIT:
                    raise
                self._say(f"{source.name}: {error}")
                await asyncio.sleep(max(error.seconds, 1.0))

    def _about(self, heard: Sequence[Heard], some: Sequence[Post]) -> list[Heard]:
        """What was heard of the very posts that were asked for: nothing is asked of a copy."""
        asked, found = {post.id for post in some}, self.session.chat.entry

        def is_asked(*names: str) -> bool:
            held = next(filter(None, map(found, names)), None)
            return held is not None and held.id in asked

        about: list[Heard] = []
        for item in heard:
            if isinstance(item, Post):
                about += [item] if is_asked(item.id, *item.aliases) else []
            elif posts := tuple(filter(is_asked, item.posts)):
                about.append(replace(item, posts=posts))
        return about

    def _take(self, heard: Sequence[Heard]) -> None:
        chat = self.session.chat
        news: list[Event] = []
        for event in self._capture.events_for(heard):
            if isinstance(event, Deleted):
                gone = {entry.id for entry in map(chat.entry, event.posts) if entry}
                still = tuple(sorted(each for each in gone if not chat.entries[each].deleted_at))
                self.gone += len(still)
                news += [Deleted(still, event.at, event.why)] if still else []
            elif isinstance(event, Edited):
                self.edited += 1
                news.append(event)
        if news:
            self._capture.observe(self.session.act(*news))

    def finish(self) -> str:
        """Record that the networks were asked; returns a sentence on what they answered."""
        event = Rechecked(self.asked, self.gone, self.edited, self.unanswered)
        self.session.record(event)
        words = f"Asked for {many(self.asked)}: {self.gone} gone, {self.edited} edited."
        if self.unanswered:
            words += f" {many(self.unanswered)} could not be asked for."
        return words


def by_source(chat: Chat) -> dict[str, list[Post]]:
    """Posts that still stand, by the name of the source that can be asked about them."""
    asked: dict[str, list[Post]] = {}
    ownership = Ownership(chat)
    for entry in chat.entries.values():
        name = entry.post.network
        if entry.deleted_at or entry.withdrawn or name not in RECHECKED:
            continue
        if NETWORKS[name].place:
            owner = ownership.owner(entry.post, entry.source)
            name = owner or _server(entry.post, entry.source, chat)
        asked.setdefault(name, []).append(entry.post)
    return asked


def _server(post: Post, source: str, chat: Chat) -> str:
    """The Mastodon source that knows a post: the one that delivered it, else a server it names."""
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
