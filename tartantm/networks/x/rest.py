"""Sends requests to X through tweepy, in threads; failures are what a source may raise.

Here tweepy neither waits for limits nor makes models, and its requests get the time-outs that it
lacks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Thread
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
import tweepy  # type: ignore[import-untyped]

from tartantm.networks.bounded import ANSWER_SECONDS, OPEN_SECONDS
from tartantm.networks.bounded_requests import (
    BoundedSession,
    Deadline,
    Oversized,
    ReadAnswer,
    as_stream,
    read_beginning,
    read_whole,
)
from tartantm.networks.connection_errors import connection_error as no_answer
from tartantm.networks.http import CONNECT_SECONDS, READ_SECONDS, USER_AGENT, HttpClients
from tartantm.networks.json_decode import Undecodable
from tartantm.networks.json_fields import Json, rows
from tartantm.networks.protocol import Lost
from tartantm.networks.way_out import way_of
from tartantm.networks.x.errors import LOGIN_PAGE, UnknownField, answer_error, read_body
from tartantm.networks.x.responses import (
    check_lookup,
    check_object,
    check_rule_made,
    check_rules,
    check_search,
)
from tartantm.settings import debug_log

TWEEPYS_HOST = "https://api.twitter.com"
"""The host that tweepy asks; it cannot be set."""

LATE = "X did not finish its answer in time."

GARBLED = "X's answer broke off or could not be read."

FIELDS = {
    "tweet_fields": [
        "author_id",
        "conversation_id",
        "created_at",
        "referenced_tweets",
        "lang",
        "in_reply_to_user_id",
        "entities",
        "attachments",
        "edit_history_tweet_ids",
        "note_tweet",
        "possibly_sensitive",
        "withheld",
    ],
    "expansions": [
        "author_id",
        "referenced_tweets.id",
        "referenced_tweets.id.author_id",
        "attachments.media_keys",
        "attachments.poll_ids",
        "edit_history_tweet_ids",
    ],
    "user_fields": ["name", "username", "protected"],
    "media_fields": ["alt_text", "type", "url", "variants"],
}
"""The fields to ask for, as tweepy and X's OpenAPI file 2.166 spell them."""

RENAMED = {
    "post.fields": "conversation_id,created_at,lang,entities,attachments,note_post,"
    "possibly_sensitive,withheld",
    "expansions": "author_id,referenced_posts,in_reply_to_user_id,attachments.media_keys,"
    "attachments.poll_ids,edit_history_post_ids",
}
"""The same as OpenAPI file 2.167 spells them, for some endpoints; it is not known how long X
accepts the older spelling."""

# tweepy logs whole headers, the token among them, and errors to the screen.
_log = logging.getLogger("tweepy")
_log.addHandler(logging.NullHandler())
_log.setLevel(logging.CRITICAL)
_log.propagate = False

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Do `work` in a daemon thread, which the program does not wait for when it ends."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(setter: Callable[[Any], None], value: object) -> None:
        if not done.done():
            setter(value)

    def run() -> None:
        try:
            setter, value = done.set_result, work()
        except BaseException as error:
            setter, value = done.set_exception, error  # type: ignore[assignment]
        with suppress(RuntimeError):  # The loop is closed: nobody waits for it any more.
            loop.call_soon_threadsafe(settle, setter, value)

    Thread(target=run, name="X", daemon=True).start()
    return await done


class GuardedSession(BoundedSession):
    """Sends tweepy's requests to `base`; answers other than 200 become exceptions of ours."""

    def __init__(
        self,
        http: HttpClients,
        base: str,
        renamed: set[str],
        token_from: str,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        """`renamed` has the paths found so far that need the newer spelling.

        `token_from` is where the token was found, for people.
        """
        super().__init__()
        http.configure_requests(self, base)
        self._http = http
        self._base, self._times = base.rstrip("/"), (CONNECT_SECONDS, read_seconds)
        self._renamed, self._token_from = renamed, token_from

    def request(self, method: Any, url: Any, *_: Any, **options: Any) -> requests.Response:
        """Send one request. Raises Lost, Limited or Refused."""
        path = str(url).removeprefix(TWEEPYS_HOST)
        try:
            return self._send(method, path, options)
        except UnknownField:
            if path in self._renamed:
                raise
        self._renamed.add(path)
        return self._send(method, path, options)

    def _send(self, method: str, path: str, options: dict[str, Any]) -> requests.Response:
        streams = bool(options.get("stream"))
        options |= {"timeout": self._times, "allow_redirects": False, "stream": True}
        if streams:
            options["headers"] = (options.get("headers") or {}) | {"Accept-Encoding": "identity"}
        if path in self._renamed:
            params = {k: v for k, v in options["params"].items() if k != "tweet.fields"}
            options["params"] = params | RENAMED
        began, url = monotonic(), self._base + path
        outcome, size = "no answer", None
        deadline = self._deadline(OPEN_SECONDS if streams else ANSWER_SECONDS)
        try:
            with deadline:
                response = super().request(method, url, **options)
                outcome, url = str(response.status_code), response.url
                answer: requests.Response | None = None
                body = b""
                if response.status_code == 407:
                    response.close()
                    raise requests.exceptions.ProxyError("407")
                if response.status_code not in (200, 201) or _is_page(response):
                    size = len(body := read_beginning(response))
                elif streams:
                    answer = as_stream(response)
                    outcome += ", a stream opened"
                else:
                    answer = read_whole(response)
                    size = len(answer.body)
            if deadline.has_passed:
                raise requests.Timeout
        except (requests.RequestException, OSError, ValueError) as error:
            outcome = f"{outcome} ({type(error).__name__})"
            if deadline.has_passed:
                raise Lost(LATE) from None
            raise connection_error(error, self._http, self._base) from None
        finally:
            debug_log.write_request(method, url, began, outcome, size)
        if isinstance(answer, ReadAnswer) and answer.body.lstrip()[:1] == b"<":
            raise Lost(LOGIN_PAGE)
        if answer is not None:
            return answer
        raise answer_error(response.status_code, response.headers, body, self._token_from)

    def _deadline(self, seconds: float) -> Deadline:
        """The deadline of the request that is about to be sent."""
        return Deadline(seconds)


def _is_page(response: requests.Response) -> bool:
    return "html" in response.headers.get("Content-Type", "")


def connection_error(error: Exception, http: HttpClients, base: str) -> Lost:
    """The error for a request that got no answer; blocks for a moment where there is a proxy.

    requests does not pass on what a proxy asks for, so httpx asks it the same.
    """
    if isinstance(error, Oversized):
        return Lost("X's answer is too long, or packed in a way that is not read here.")
    host, cause, way = urlsplit(base).netloc.rpartition("@")[2], error, http.way_out(base)
    if way.proxy and not isinstance(error, requests.Timeout):
        cause = http.explain(base) or error
    return no_answer(cause, host, way_of(cause) or way)


class RestClient:
    """The requests that tartantm makes of X. Coroutines may raise Lost, Limited or Refused."""

    def __init__(self, http: HttpClients, token: str, base: str, token_from: str = "") -> None:
        self.renamed: set[str] = set()
        """Paths that need the newer spelling; shared with the streams."""
        session = GuardedSession(http, base, self.renamed, token_from)
        self._client = tweepy.Client(token, return_type=dict, wait_on_rate_limit=False)
        self._rules = tweepy.StreamingClient(token, return_type=dict, wait_on_rate_limit=False)
        for client in (self._client, self._rules):
            client.session, client.user_agent = session, USER_AGENT
        self._session = session

    async def search(self, query: str, start: datetime, most: int, token: str | None) -> Json:
        """A page of recent search, at most `most` posts (10 to 100), newest first."""
        options = {"start_time": start, "max_results": most, "next_token": token}
        ask = self._client.search_recent_tweets
        return check_search(await self._call(lambda: ask(query, **options, **FIELDS)))

    async def lookup(self, ids: list[str]) -> Json:
        """Up to 100 posts by their ids."""
        return check_lookup(await self._call(lambda: self._client.get_tweets(ids, **FIELDS)))

    async def rules(self) -> list[Json]:
        """Every rule of the app."""
        return rows(check_rules(await self._call(self._rules.get_rules)), "data")

    async def add_rule(self, value: str, tag: str) -> Json:
        """Make a rule; X's answer says whether it did."""
        rule = tweepy.StreamRule(value, tag)
        return check_rule_made(await self._call(lambda: self._rules.add_rules(rule)))

    async def delete_rules(self, ids: list[str]) -> None:
        """Delete rules by their ids."""
        if ids:
            await self._call(lambda: self._rules.delete_rules(ids))

    async def rule_counts(self) -> Json:
        """How many rules there are and may be; this costs nothing."""
        path = "/2/tweets/search/stream/rules/counts"
        return check_object(await self._call(lambda: self._get(path)))

    async def end_streams(self) -> None:
        """Have X end every stream of this app, such as one left over from a crash."""
        check_object(await self._call(lambda: self._get("/2/connections/all", "DELETE")))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _get(self, path: str, method: str = "GET") -> Json:
        return read_body(self._client.request(method, path).content)

    async def _call(self, ask: Callable[[], object]) -> Json:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                value = await in_thread(ask)
        except TimeoutError:
            raise Lost(LATE) from None
        except Undecodable:
            raise Lost(GARBLED) from None
        if not isinstance(value, dict):
            raise Lost(GARBLED)
        return value
