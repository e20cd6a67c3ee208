"""Asks one Mastodon server by HTTP; answers are JSON, failures are what a source may raise."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import msgspec

from tartantm.core.post import clean
from tartantm.networks.bounded import Answer
from tartantm.networks.http import HttpClients
from tartantm.networks.http_errors import (
    is_html,
    seconds_to_wait,
    server_fault,
    web_page_error,
)
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import Json, host, identifier, line, mapping, raw
from tartantm.networks.mastodon.addresses import base_of
from tartantm.networks.mastodon.budget import Purpose, RequestBudget
from tartantm.networks.mastodon.payload import is_status
from tartantm.networks.protocol import Advised, Limited, Lost, Refused, SourceError, not_accepted

if TYPE_CHECKING:
    from tartantm.networks.bounded import BoundedClient, Stream

SILENCE_SECONDS = 45.0
"""Without a byte for so long a stream counts as dead: servers send some every 15 seconds."""

MASTODON = re.compile(r"[3-9]\.(?!.*compatible)")
"""How Mastodon's own version begins; others name the version that they are compatible with."""

SLACK = 2
"""Times as many rows as were asked for are read of a page."""

PAGE_BYTES = 640_000
"""Of a page, beyond its first row; forty posts with pictures and cards have 200 kB."""

Query = Sequence[tuple[str, str]]


class Denied(Refused):
    """The server understood and refused; `status` is its HTTP status.

    `by_api` says that Mastodon's API answered, and not a proxy or a web server in front of it.
    """

    def __init__(self, sentence: str, status: int, by_api: bool = False) -> None:
        super().__init__(sentence)
        self.status, self.by_api = status, by_api


class WebPage(Lost):
    """A web page came in place of an answer: of a network that wants a login, or of the server."""


class MastodonClient:
    """One server, asked with or without a token. Paths are those of docs.joinmastodon.org."""

    def __init__(
        self, http: HttpClients, server: str, token: str | None, token_from: str = ""
    ) -> None:
        """`token_from` is where the token was found, for people."""
        self._http, self._token, self._token_from = http, token, token_from
        self.base = base_of(server)
        self.host = host(self.base)
        """As it stands in the aliases of posts: ``host`` or ``host:port``."""
        self.numbering = tuple(f"mastodon:{self.host}{port}" for port in ("", ":443", ":80"))
        """Before the ``/`` in the aliases of posts here; earlier versions wrote usual ports."""
        self.account_name = f"mastodon:{server}"
        """What the user calls the server in ``tartantm account``."""
        self.budget = RequestBudget(self.host)
        self.is_mastodon = False
        """Whether the server has shown that it speaks Mastodon's API."""
        self.is_gotosocial = False
        """Whether it said that its software is GoToSocial."""
        self._clients: dict[tuple[str, bool], BoundedClient] = {}

    @property
    def has_token(self) -> bool:
        """Whether requests are made with a token."""
        return self._token is not None

    async def statuses(
        self,
        path: str,
        query: Query = (),
        *,
        within: str = "",
        as_far_as_shown: bool = False,
        as_nobody: bool = False,
        purpose: Purpose = "posts",
    ) -> list[Any]:
        """The statuses at a path, some of which may be damaged, but not all.

        They are a list, or one `within` an object; with a ``limit``, as `as_asked` has it. With
        `as_far_as_shown`, where the token may not read them (any more), what everybody may. Raises
        as `rows`.
        """
        try:
            found = await self.rows(
                path, query, within=within, as_nobody=as_nobody, purpose=purpose
            )
        except Denied as error:
            if not (as_far_as_shown and self.has_token and error.status in (401, 403)):
                raise
            found = await self.rows(path, query, within=within, as_nobody=True, purpose=purpose)
        if found and not any(map(is_status, found)):
            raise self._damaged()
        return as_asked(found, query)

    async def rows(
        self,
        path: str,
        query: Query = (),
        *,
        within: str = "",
        as_nobody: bool = False,
        purpose: Purpose = "posts",
    ) -> list[Any]:
        """The list at a path, or that `within` the object there; raises as `_get`."""
        found = await self._get(path, query, as_nobody, purpose)
        rows = found
        if within:
            rows = found.get(within) if isinstance(found, dict) else None
        if not isinstance(rows, list):
            raise self._damaged(found)
        return rows

    async def entity(
        self, path: str, *, named: str = "", as_nobody: bool = False, purpose: Purpose = "posts"
    ) -> Json:
        """The object at a path, which has an id or a name under `named`; raises as `_get`."""
        found = await self._get(path, (), as_nobody, purpose)
        if not isinstance(found, dict) or (named and not identifier(found.get(named))):
            raise self._damaged(found)
        return found

    async def _get(self, path: str, query: Query, as_nobody: bool, purpose: Purpose) -> Any:
        """The JSON at a path, of any shape; `as_nobody` sends no token.

        Raises Lost, Limited, or Denied; Limited, too, where the budget leaves nothing for that
        purpose.
        """
        paging = any(name == "max_id" for name, _ in query)
        self.budget.spend(purpose, paging)
        client = self._client(self.base, with_token=self.has_token and not as_nobody)
        answer = await client.ask("GET", path, params=query)
        self.budget.answered(purpose, paging, answer.headers)
        try:
            self._check(answer)
        except Limited as error:
            self.budget.refused(purpose, error.seconds)
            raise
        try:
            return decode(answer.body)
        except Undecodable:
            raise self._damaged() from None

    def _damaged(self, found: object = None) -> Lost:
        """The error for an answer that is not what was asked for; it may say why itself."""
        return Lost(f"{self.host} sent a damaged answer{_words_of(found)}.")

    async def instance(self) -> Json:
        """What the server says about itself; {} where it shows that to nobody.

        Raises Lost, Limited, or Denied where it does not say so now, or is no Mastodon server.
        """
        for version in ("v2", "v1"):
            path = f"/api/{version}/instance"
            try:
                found = await self.entity(path, as_nobody=True, purpose="instance")
            except Denied as error:
                self.is_mastodon |= error.by_api and error.status in (401, 403, 422)
                if not error.by_api and error.status in (404, 405, 410) and version == "v1":
                    raise
                continue
            self.is_mastodon |= bool(raw(found, "version"))
            return found
        return {}

    async def learn_software(self, instance: Json) -> None:
        """Find out whether it is GoToSocial; `instance` is {} where that is not known."""
        named = raw(instance, "source_url").lower()
        if not named and not MASTODON.match(raw(instance, "version")):
            # Before 0.17, and where `instance` cannot be had, its version alone looks like nothing.
            with suppress(SourceError):
                found = await self._get("/nodeinfo/2.0", (), True, "instance")
                named = raw(mapping(found, "software"), "name").lower()
        if named or instance:
            self.is_gotosocial = "gotosocial" in named

    @asynccontextmanager
    async def listen(self, tag: str, base: str) -> AsyncIterator[Stream]:
        """Open the stream of a hashtag; its body is not read yet. Raises Lost, Limited, or Denied.

        `base` is the server's address for streams.
        """
        client = self._client(base, with_token=self.has_token)
        async with client.listen(
            "/api/v1/streaming/hashtag",
            "text/event-stream",
            params={"tag": tag},
            silence=SILENCE_SECONDS,
        ) as opened:
            if not isinstance(opened, Answer):
                yield opened
                return
            self._check(opened)
            raise Denied(f"{self.host} has no stream of hashtags.", 404)

    async def close(self) -> None:
        """Close every connection."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    def _client(self, base: str, *, with_token: bool) -> BoundedClient:
        key = (base, with_token)
        if key not in self._clients:
            headers = {"Authorization": f"Bearer {self._token}"} if with_token else {}
            self._clients[key] = self._http.client(base, headers)
        return self._clients[key]

    def refusal(self, what: str) -> Advised:
        """What the server does not do with the token, with what to do about that token."""
        return not_accepted(f"{self.host} {what}", self.account_name, self._token_from)

    def _check(self, answer: Answer) -> None:
        """Raise the error for an answer that is not the one asked for."""
        status, name = answer.status, self.host
        if status == 429 or (status == 503 and "Retry-After" in answer.headers):
            seconds = seconds_to_wait(answer.headers)
            raise Limited(f"{name} asks to wait {seconds:.0f} seconds.", seconds)
        page = is_html(answer.headers, answer.body)
        if status == 511 or (page and status not in (404, 410) and status < 500):
            raise WebPage(str(web_page_error(name)))
        if status < 400:
            return
        account = f"'tartantm account add {self.account_name}'"
        said = "" if page else _said(answer.body)
        if status in (401, 403, 422):
            if not self.has_token:
                words = Advised(
                    f"{name} lets only its members read this", f"; add a token with {account}."
                )
            elif status == 401:
                words = self.refusal("does not accept the token")
            else:
                words = self.refusal(f"does not allow this with the token{said}")
            raise Denied(words, status, bool(said))
        if status == 410:
            raise Denied(f"{name} says that this is gone for good.", status, bool(said))
        if status in (404, 405):
            # No question: others put words of theirs behind it.
            words = Advised(
                f"{name} does not know what it was asked for", "; it may be no Mastodon server."
            )
            raise Denied(words, status, bool(said))
        raise server_fault(name, status, said)


def as_asked(rows: list[Any], query: Query) -> list[Any]:
    """The beginning of a page that has many more rows than were asked for, or very long ones.

    Pages are held until others are there. The rest is no loss: it comes when what is below the last
    of these rows is asked for.
    """
    limit = next((value for name, value in query if name == "limit"), "")
    if not limit:
        return rows
    left = PAGE_BYTES
    for count, row in enumerate(rows[: SLACK * int(limit)]):
        left -= len(msgspec.json.encode(row))
        if left < 0 and count:
            return rows[:count]
    return rows[: SLACK * int(limit)]


def _said(data: bytes) -> str:
    """What an answer says about an error, in brackets; "" where it says nothing."""
    try:
        return _words_of(decode(data))
    except Undecodable:
        return ""


def _words_of(found: object) -> str:
    words = clean(line(found, "error_description", "error"), lines=False)[:100]
    return f" ({words})" if words else ""
