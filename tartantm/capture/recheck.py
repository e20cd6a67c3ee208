"""Asks the networks which posts of a session are gone, protected or edited since.

The servers are asked side by side, each for a limited time: one that always asks to wait, or that
never comes to an end, keeps none of the others from being asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from tartantm.capture.asking_again import Asked, Narrowing, ask_again, is_for_all
from tartantm.capture.capture import Capture
from tartantm.capture.ownership import Ownership
from tartantm.capture.registry import NETWORKS, NamedSource, SourceRegistry
from tartantm.capture.side_by_side import unless_cancelled
from tartantm.core.chat import Chat
from tartantm.core.describe import posts as many
from tartantm.core.errors import TartantmError
from tartantm.core.events import Deleted, Edited, Event, Rechecked
from tartantm.core.hosts import host_of
from tartantm.core.post import Post
from tartantm.core.retention import X_HOURS, needs_recheck
from tartantm.networks.clock import LiveClock
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Limited, LiveSource, Lost
from tartantm.settings.config import Config
from tartantm.settings.credentials import NamedBy, not_sent
from tartantm.settings.fault_log import log_fault
from tartantm.settings.paths import session_tag
from tartantm.store.damage import damage_warning, zone_warning
from tartantm.store.session import Session

LONGEST_WAIT = 15 * 60.0
"""Seconds that are waited when a network asks to; for longer, the rest stays unanswered."""

MOST_WAITS = 4
"""So often a server may ask to wait before it answers for some posts; each wait is longer."""

LONGEST = 60 * 60.0
"""Seconds for one server, waits included: 3,600 posts where it returns them one by one."""

CLOSING_SECONDS = 5.0

AT_ONCE = 16
"""Servers that are asked side by side; a recording can name hundreds."""

UNKNOWN = "unknown"
"""Stands in the aliases of recorded posts where nothing says which server was asked for them."""

RECHECKED = frozenset(name for name, known in NETWORKS.items() if known.can_recheck)
"""Networks that can be asked what became of their posts."""

Say = Callable[[str], None]


async def recheck(path: Path, config: Config, say: Say) -> int:
    """Ask for every post of a session, record what became of them, and report it by `say`.

    Returns 0 where every post was asked for, else 1; what was answered is recorded all the same.
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
        tz = session.chat.agenda.tz
        await rechecking.ask_all(SourceRegistry(config, http, hashtags, tag, tz=tz))
        say(rechecking.finish())
        return 1 if rechecking.unanswered else 0


class SessionRecheck:
    """One round of asking, and the counts of what it found."""

    def __init__(
        self,
        session: Session,
        say: Say = lambda _: None,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`wait` is what waits for seconds, where a server asks to."""
        self.session, self._say, self._wait = session, say, wait
        self.asked = self.gone = self.edited = 0
        self.total = sum(len(asked) for asked in by_source(session.chat).values())
        self._capture = Capture(session.chat, session.grouper)
        self._unrecorded: Exception | None = None

    @property
    def unanswered(self) -> int:
        """Posts that nobody was asked for, or whose network did not answer."""
        return self.total - self.asked

    async def ask_all(self, sources: SourceRegistry) -> None:
        """Ask every server for its posts, side by side; what goes wrong at one is told.

        Raises only where an answer cannot be recorded.
        """
        free = asyncio.Semaphore(AT_ONCE)

        async def ask(name: str, asked: Sequence[Post]) -> None:
            async with free:
                await self._ask_fenced(sources, name, asked)

        try:
            async with asyncio.TaskGroup() as group:
                for name, asked in by_source(self.session.chat).items():
                    group.create_task(ask(name, asked))
        except ExceptionGroup:
            if self._unrecorded is not None:
                raise self._unrecorded from None
            raise

    async def _ask_fenced(self, sources: SourceRegistry, name: str, asked: Sequence[Post]) -> None:
        try:
            # The session names the servers, and somebody else may have made it.
            named = NamedSource(name, NamedBy.FILE)
            source = await asyncio.to_thread(sources.live, named)
            if account := sources.withheld(named):
                self._say(not_sent([account], takes_source=False))
            await self.ask(source, asked)
        except (Exception, asyncio.CancelledError) as error:
            problem = unless_cancelled(error)
            if self._unrecorded is not None:
                raise
            words = str(problem) if isinstance(problem, TartantmError) else log_fault(problem)
            self._say(f"{name}: {words}")

    async def ask(self, source: LiveSource, asked: Sequence[Post]) -> None:
        """Ask one source for posts; raises where it cannot be asked, keeping what it answered."""
        able = [post for post in asked if source.can_recheck(post)]
        if left := len(asked) - len(able):
            self._say(f"{source.name}: {many(left)} not asked for: their ids there are not known.")
        try:
            async with asyncio.timeout(LONGEST) as bound:
                await self._ask_each(source, able)
        except TimeoutError:
            if not bound.expired():
                raise
            words = f"It did not answer for all posts within {LONGEST / 60:.0f} minutes."
            raise Lost(words) from None
        finally:
            async with asyncio.timeout(CLOSING_SECONDS):
                await source.close()

    async def _ask_each(self, source: LiveSource, posts: Sequence[Post]) -> None:
        """Ask for posts; raises what some of them failed with, once the others were asked for."""
        narrowing, waiting = Narrowing(), list(posts)
        failed: Exception | None = None
        while waiting:
            most = narrowing.most(source.recheck_at_once)
            some, waiting = waiting[:most], waiting[most:]
            asked = await self._ask(source, some)
            is_alone = narrowing.note(asked)
            if asked.problem is None:
                continue
            failed = asked.problem
            if is_for_all(failed) or narrowing.is_server:
                break
            waiting = waiting if is_alone else asked.left + waiting
        if failed is not None:
            raise failed

    async def _ask(self, source: LiveSource, some: Sequence[Post]) -> Asked:
        """Ask for posts, of those that were not answered again where the source asks to wait."""
        waits, answered = 0, list[Post]()
        while True:
            asked = await ask_again(source, some, partial(self._take_about, some))
            if self._unrecorded is not None:
                raise self._unrecorded
            answered += asked.answered
            self.asked += len(asked.answered)
            problem, some = asked.problem, asked.left
            if not isinstance(problem, Limited) or waits == MOST_WAITS:
                return Asked(answered, some, problem)
            if problem.seconds > LONGEST_WAIT:
                return Asked(answered, some, problem)
            self._say(f"{source.name}: {problem}")
            await self._wait(max(problem.seconds, 2.0**waits))
            waits += 1

    def _take_about(self, some: Sequence[Post], heard: Sequence[Heard]) -> None:
        self._take(self._about(heard, some))

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
            elif isinstance(item, Deleted) and (posts := tuple(filter(is_asked, item.posts))):
                about.append(replace(item, posts=posts))
        return about

    def _take(self, heard: Sequence[Heard]) -> None:
        chat = self.session.chat
        news: list[Event] = []
        for event in self._capture.events_for(heard, asked_for=True):
            if isinstance(event, Deleted):
                gone = {entry.id for entry in map(chat.entry, event.posts) if entry}
                still = tuple(sorted(each for each in gone if not chat.entries[each].deleted_at))
                self.gone += len(still)
                news += [Deleted(still, event.at, event.why)] if still else []
            elif isinstance(event, Edited):
                self.edited += 1
                news.append(event)
        if news:
            self._record(news)

    def _record(self, news: Sequence[Event]) -> None:
        try:
            self._capture.observe(self.session.act(*news))
        except Exception as error:
            self._unrecorded = error
            raise

    def finish(self) -> str:
        """Record that the networks were asked; returns a sentence on what they answered.

        Where nobody could be asked, the session keeps when that was done last.
        """
        if self.asked or not self.total:
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
    hosts = [host_of(number) for number in numbers]
    hosts = [each for each in hosts if each != UNKNOWN] or [host_of(post.id.partition(":")[2])]
    heard = (name for name in chat.sources if name.startswith("mastodon:"))
    known = next((name for name in heard if host_of(name.partition(":")[2]) in hosts), None)
    return known or f"mastodon:{hosts[0] or UNKNOWN}"
