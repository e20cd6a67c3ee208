"""The source for X: the filtered stream by a rule of our own, and recent search beside it.

Lines become posts in `payload`. Search fills gaps, and is polled where the stream keeps breaking.
This file is longer than others because the stream, its rule and the cap end each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from datetime import datetime
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.post import Post, bare_hashtag, is_hashtag
from tartantm.networks.heard import Heard
from tartantm.networks.http import HttpClients
from tartantm.networks.json_fields import Json
from tartantm.networks.protocol import (
    Advised,
    Capped,
    ChatIndex,
    Finding,
    Limited,
    Lost,
    Refused,
    skip,
)
from tartantm.networks.x.connection_count import ConnectionCount
from tartantm.networks.x.cost import Spending
from tartantm.networks.x.errors import TAKEN, NoRules, TooManyStreams, in_stream
from tartantm.networks.x.query import QUERY_LENGTH, RULE_LENGTH, threads_of, wording
from tartantm.networks.x.replies import LOOK_SECONDS, XReplies
from tartantm.networks.x.responses import ResponseReader
from tartantm.networks.x.search import XSearch
from tartantm.networks.x.stream_rule import StreamRule

if TYPE_CHECKING:
    from tartantm.networks.x.rest import RestClient
    from tartantm.networks.x.stream import LineQueue, StreamConnection

POLL_BESIDE_STREAM_SECONDS, POLL_SECONDS = 45.0, 25.0
"""Seconds between searches, beside a stream and instead of one."""

RULE_SECONDS = 30.0
"""Seconds between checks of the threads that the rule follows; X allows 100 changes in 900 s."""

RULE_CHECK = 10
"""After so many of these checks X is asked whether the rule is still there."""

RULE_SETTLES = 20.0
"""Seconds until X applies a rule that was just made."""

ENDING_SECONDS = 5.0
"""Seconds until another stream may be opened after X was asked to end one."""

END_AGAIN_SECONDS = 3600.0
"""How long X is not asked again to end the streams of the app."""

REMOVE_SECONDS = 0.9
"""How long closing waits for X to delete the rule."""


class XSource:
    """Satisfies `LiveSource`. Follows the threads of questions asked on X, hashtag or not."""

    name = network = "x"
    gap_filler = "search"
    streams = True
    silence = 45.0
    poll_every, poll_beside = POLL_SECONDS, POLL_BESIDE_STREAM_SECONDS
    replies_every = LOOK_SECONDS
    recheck_at_once = 100
    reports_deletions = False

    def __init__(
        self,
        http: HttpClients,
        token: str,
        hashtags: Sequence[str],
        tag: str,
        *,
        base: str = "https://api.x.com",
        price: float = 0.005,
        cap: float | None = None,
        ends_others: bool = True,
        token_from: str = "",
    ) -> None:
        """`tag` names the session's own rule; `price` a post and `cap` are in US dollars.

        `token_from` is where the token was found, for people.
        A stream that is in the way is ended with `ends_others`: mostly a crash left it over.
        """
        self._ends_others = ends_others
        self._hashtags = [bare_hashtag(tag) for tag in hashtags]
        if not self._hashtags or not all(map(is_hashtag, self._hashtags)):
            raise BadInput("X needs the chat's hashtags, of letters, digits and _ only.")
        if not token.isascii() or not token.isprintable() or " " in token or not token:
            # The library's error would show such a token in full.
            raise BadInput("The X token is not whole: it has no spaces, line breaks or accents.")
        self.held: ChatIndex | None = None
        self.damaged = 0
        self._http, self._token, self._tag, self._base = http, token, tag, base
        self._token_from = token_from
        self._spending = Spending(price, cap, http.clock.now)
        self._reader = ResponseReader(self._hashtags)
        self._search = XSearch(
            self._rest_client, http.clock, urlsplit(base).netloc, self._spending, self._heard
        )
        self._replies = XReplies(self._search, self._follow)
        self._connections = ConnectionCount()
        self._rest: RestClient | None = None
        self._rule: StreamRule | None = None
        self._connection: StreamConnection | None = None
        self._counted = False
        """Whether the posts that earlier runs of the program read are counted."""
        self._made_rule = False
        self._ended_streams_at: float | None = None
        """By `time.monotonic`: when X was asked last to end every stream of the app."""

    async def open(self) -> None:
        """Prepare, and count what earlier runs of the program spent."""
        self._disconnect()
        # Importing tweepy takes too long for the screen to wait.
        rest = await asyncio.to_thread(self._rest_client)
        if self.held is not None and not self._counted:
            self._spending.held(self.held.latest("x", 100_000))
            self._counted = True
        self._spending.check()
        if self._rule is None:
            self._rule = StreamRule(rest, self._tag)

    async def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        """Listen on one connection until it ends."""
        from tartantm.networks.x.stream import LineQueue, StreamConnection

        self._spending.check()
        rest, rule = self._rest_client(), self._rule
        assert rule is not None, "open() comes first"
        self._disconnect()
        await rule.put(self._wording(RULE_LENGTH))
        self._connections.add()

        def seen() -> None:
            if self._connection is connection:
                self._made_rule = False
                alive()

        lines = LineQueue()
        self._connection = connection = StreamConnection(
            self._http,
            self._token,
            self._base,
            renamed=rest.renamed,
            lines=lines,
            alive=seen,
            read_seconds=self.silence,
            token_from=self._token_from,
        )
        connection.start()
        keeping = asyncio.create_task(self._keep_rule(rule, lines))
        try:
            while True:
                heard, ending = self._read(await lines.take(), rule)
                yield heard
                if ending is not None:
                    raise ending
        except NoRules:
            await self._make_rule_again(rule)
        except TooManyStreams as error:
            await self._end_streams(rest, error)
        finally:
            keeping.cancel()
            connection.shut()

    async def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Everything from `when` on that recent search finds."""
        async with aclosing(self._search.since(self._wording(QUERY_LENGTH), when)) as found:
            async for batch in found:
                yield batch

    async def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Replies below some of the held posts; the stream follows a few questions only."""
        async for batch in self._replies.look(held):
            yield batch

    def can_recheck(self, post: Post) -> bool:
        """Whether a post is of this network."""
        return post.network == self.network

    async def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        """Ask for posts again, a hundred at a time."""
        async for batch in self._search.recheck(posts, answered):
            yield batch

    async def diagnose(self) -> AsyncIterator[Finding]:
        """Ask how many rules are in use, and report the price and the terms."""
        from tartantm.networks.x.doctor import diagnose

        async for finding in diagnose(self._rest_client(), self._spending):
            yield finding

    def take_over(self, before: object) -> None:
        """Go on with what `before` spent, and with what it asked X to end."""
        if isinstance(before, XSource):
            self._spending.take_over(before._spending)
            self._counted = before._counted
            self._ended_streams_at = before._ended_streams_at

    def note(self) -> str:
        """What was spent."""
        return str(self._spending)

    async def close(self) -> None:
        """Disconnect and delete our rule; a rule that remains is replaced the next time."""
        self._disconnect()
        rest, rule, self._rest, self._rule = self._rest, self._rule, None, None
        if rule is not None:
            with suppress(Lost, Limited, Refused, TimeoutError):
                async with asyncio.timeout(REMOVE_SECONDS):
                    await rule.remove()
        if rest is not None:
            rest.close()

    def _rest_client(self) -> RestClient:
        if self._rest is None:
            from tartantm.networks.x.rest import RestClient

            self._rest = RestClient(self._http, self._token, self._base, self._token_from)
        return self._rest

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.shut()
            self._connection = None

    def _wording(self, most: int) -> str:
        """The query for X, in at most `most` characters."""
        threads = threads_of(self.held.questions("x")) if self.held is not None else []
        self._follow(threads)
        return wording(self._hashtags, threads, most)

    def _follow(self, threads: Sequence[str]) -> None:
        """Take posts without a hashtag in these threads for replies."""
        self._reader.threads.update(f"x:{thread}" for thread in threads)

    def _heard(self, page: Json | None, now: datetime) -> list[Heard]:
        if page is not None:
            self._spending.read(page)
            self._end_at_cap()
        heard = self._reader.heard(page, now)
        self.damaged = self._reader.damaged
        return heard

    def _end_at_cap(self) -> None:
        """End the stream where the cap is reached, by whatever was read."""
        try:
            self._spending.check()
        except Capped as error:
            if self._connection is not None:
                self._connection.end(error)

    def _read(
        self, lines: Sequence[Json | None], rule: StreamRule
    ) -> tuple[list[Heard], TartantmError | None]:
        """The items in lines of the stream, and why it ends where a line ends it."""
        heard: list[Heard] = []
        for line in lines:
            if line is not None and (ending := in_stream(line)) is not None:
                return heard, ending
            found = self._heard(line, self._http.clock.now())
            # Posts of other chats of the same app come here too.
            heard += found if line is None or rule.brought(line) else []
        return heard, None

    async def _keep_rule(self, rule: StreamRule, lines: LineQueue) -> None:
        """Adapt the rule to the threads of new questions, and restore it where it was deleted."""
        for check in count(1):
            await asyncio.sleep(RULE_SECONDS)
            try:
                # Any program of the user's may delete every rule of the app.
                keep = rule.change if check % RULE_CHECK else rule.put
                await keep(self._wording(RULE_LENGTH))
            except (Lost, Limited):
                continue
            except Refused as error:
                lines.end(error)
                return

    async def _make_rule_again(self, rule: StreamRule) -> None:
        if self._made_rule:
            raise Refused(
                "X still reports that there is no rule to stream by, though it was made again. "
                "Look at the app's rules and its access in X's developer console."
            )
        self._made_rule = True
        await rule.put(self._wording(RULE_LENGTH), anew=True)
        raise Limited("X had lost the rule for this chat; it was made again.", RULE_SETTLES)

    async def _end_streams(self, rest: RestClient, error: TooManyStreams) -> None:
        """Have X end a stream that a crash left over and that keeps us out.

        Seldom: where it is another program of the user's, the two would end each other's streams
        in turn, and neither would be heard.
        """
        if not self._ends_others:
            raise Limited(
                f"{error} Another tartantm listens to X with this app, or one has just ended; "
                "end that one, or use another app's token.",
                error.seconds,
            )
        ended = self._ended_streams_at
        if ended is not None and monotonic() - ended < END_AGAIN_SECONDS:
            words = Advised(str(error), f"{TAKEN} Posts come by search meanwhile.")
            raise Limited(words, error.seconds)
        self._ended_streams_at = monotonic()
        await rest.end_streams()
        advice = " Another program with the same token may have opened it."
        words = Advised("X still had a stream of this app open; it was ended.", advice)
        raise Limited(words, ENDING_SECONDS)
