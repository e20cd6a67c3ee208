"""Asks one Mastodon server by HTTP; answers are JSON, failures are what a source may raise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from tartantm.core.errors import BadInput
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
from tartantm.networks.json_fields import Json, host, line, mapping, raw
from tartantm.networks.mastodon.budget import Purpose, RequestBudget
from tartantm.networks.protocol import Advised, Limited, Lost, Refused, not_accepted

if TYPE_CHECKING:
    from tartantm.networks.bounded import BoundedClient, Stream

SILENCE_SECONDS = 45.0
"""Without a byte for so long a stream counts as dead: servers send some every 15 seconds."""

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
        self.account_name = f"mastodon:{server}"
        """What the user calls the server in ``tartantm account``."""
        self.budget = RequestBudget(self.host)
        self.is_mastodon = False
        """Whether the server has shown that it speaks Mastodon's API."""
        self._clients: dict[tuple[str, bool], BoundedClient] = {}

    @property
    def has_token(self) -> bool:
        """Whether requests are made with a token."""
        return self._token is not None

    async def get(
        self,
        path: str,
        query: Query = (),
        *,
        as_nobody: bool = False,
        purpose: Purpose = "posts",
    ) -> Any:
        """The JSON at a path; `as_nobody` sends no token. Raises Lost, Limited, or Denied.

        Limited is raised, too, where the budget leaves nothing for that purpose.
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
            raise Lost(f"{self.host} sent a damaged answer.") from None

    async def instance(self) -> Json:
        """What the server says about itself; {} where it shows that to nobody.

        Raises Lost, Limited, or Denied where this is no Mastodon server at all.
        """
        for version in ("v2", "v1"):
            try:
                found = await self.get(f"/api/{version}/instance", as_nobody=True)
            except Denied as error:
                self.is_mastodon |= error.by_api and error.status in (401, 403, 422)
                if not error.by_api and error.status in (404, 405, 410) and version == "v1":
                    raise
                continue
            self.is_mastodon |= bool(raw(found, "version"))
            return found if isinstance(found, dict) else {}
        return {}

    async def get_as_far_as_shown(
        self, path: str, query: Query = (), *, purpose: Purpose = "posts"
    ) -> Any:
        """The JSON at a path; where the token may not read it (any more), what everybody may."""
        try:
            return await self.get(path, query, purpose=purpose)
        except Denied as error:
            if error.status not in (401, 403) or not self.has_token:
                raise
        return await self.get(path, query, as_nobody=True, purpose=purpose)

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


def base_of(server: str) -> str:
    """The web address of a server that is written as a host or an address. Raises BadInput."""
    base = server if "://" in server else f"https://{server}"
    try:
        parts = urlsplit(base)
        known = parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        known = None
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment) if known else False
    if not known or not plain or "@" in base or base.split() != [base] or not host(base):
        raise BadInput(f"{server!r} is no Mastodon server; write mastodon:mastodon.example.")
    return base.rstrip("/")


def streaming_base(instance: Json, base: str) -> str:
    """Where a server streams, by its answer to ``/api/v2/instance`` (or v1); else at `base`.

    From https it is not followed to http, where everybody could read the token.
    """
    address = raw(mapping(instance, "configuration", "urls"), "streaming")
    address = address or raw(mapping(instance, "urls"), "streaming_api")
    scheme, _, rest = address.partition("://")
    scheme = {"wss": "https", "ws": "http"}.get(scheme, scheme)
    if scheme not in ("http", "https") or (base.startswith("https") and scheme == "http"):
        return base
    try:
        return base_of(f"{scheme}://{rest.partition('/')[0]}")
    except BadInput:
        return base


def tag_path(tag: str) -> str:
    """The path of a hashtag's timeline."""
    return f"/api/v1/timelines/tag/{quote(tag, safe='')}"


def _said(data: bytes) -> str:
    """What an answer says about an error, in brackets; "" where it says nothing."""
    try:
        found = decode(data)
    except Undecodable:
        return ""
    words = clean(line(found, "error_description", "error"), lines=False)[:100]
    return f" ({words})" if words else ""
