"""Calls Bluesky's XRPC methods: without an account where that is enough, else logged in."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

from tartantm.core.errors import BadInput
from tartantm.networks.bluesky.errors import Expired, NeedsAccount, answer_error
from tartantm.networks.bounded import BoundedClient, Parameters
from tartantm.networks.http import HttpClients
from tartantm.networks.http_errors import web_page_error
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import Json, line, mapping, raw, rows
from tartantm.networks.protocol import Advised, Lost, Refused, not_accepted, reason_of
from tartantm.settings.credentials import register_secret

PUBLIC = "https://public.api.bsky.app"
"""The AppView that answers without an account, though not every method."""

ENTRY = "https://bsky.social"
"""Where accounts log in whose own server is not known."""

REFRESH_SECONDS = 90 * 60.0
"""After this a login's token is renewed; it lasts for two hours."""

NO_ACCOUNT = Advised("No Bluesky account is set up", "; 'tartantm account add bluesky' does it.")

NEW_PASSWORD = "Bluesky makes app passwords in its settings."

REQUIRED: dict[str, tuple[str, type]] = {
    "app.bsky.actor.getProfiles": ("profiles", list),
    "app.bsky.feed.getPosts": ("posts", list),
    "app.bsky.feed.getPostThread": ("thread", dict),
    "app.bsky.feed.searchPosts": ("posts", list),
    "com.atproto.server.createSession": ("accessJwt", str),
    "com.atproto.server.refreshSession": ("accessJwt", str),
}
"""What an answer has, by its method's lexicon; one without it is a fault, and never says "none"."""

AGAIN_SECONDS = 300.0
"""How long a refused login is not repeated: thirty in five minutes lock an account."""


@dataclass(frozen=True)
class Account:
    """The user's Bluesky account, by an app password."""

    handle: str
    password: str = field(repr=False)
    service: str = ENTRY
    token_from: str = ""
    """Where handle and password were found, for people."""


class LoginSession(NamedTuple):
    """A login; its tokens appear in no message and no log."""

    base: str
    access: str
    renewal: str
    at: float
    """When it was made or renewed, by `time.monotonic`."""

    def __repr__(self) -> str:
        return f"LoginSession({self.base!r})"


class XrpcClient:
    """Asks one service, or the account's own server where an account is needed."""

    def __init__(
        self, http: HttpClients, service: str = PUBLIC, account: Account | None = None
    ) -> None:
        self.service = _base(service)
        self.account = account
        self._http = http
        self._clients: dict[str, BoundedClient] = {}
        self._session: LoginSession | None = None
        self._logging_in = asyncio.Lock()
        self._needs_account = False
        """Whether the service answers an account only, as accounts' own servers do."""
        self._refused: tuple[float, str] = (0.0, "")

    @property
    def host(self) -> str:
        """The service that is asked, for people."""
        return _host(self.service)

    @property
    def is_public(self) -> bool:
        """Whether Bluesky's own public service is asked."""
        return self.service == PUBLIC

    @property
    def login_base(self) -> str:
        """Where the account logs in: at its own server, or at the service that the user chose."""
        given = self.account.service if self.account else ENTRY
        return self.service if given == ENTRY and not self.is_public else _base(given)

    async def ask(self, method: str, parameters: Parameters) -> Json:
        """Ask without an account, and with the user's where the service wants one."""
        if self._needs_account:
            return await self.ask_as_user(method, parameters)
        try:
            return await self._send("GET", self.service, method, None, parameters)
        except Refused as error:
            if self.account is None:
                raise
            needs_account = isinstance(error, NeedsAccount)
        answer = await self.ask_as_user(method, parameters)
        self._needs_account = needs_account
        return answer

    async def ask_as_user(self, method: str, parameters: Parameters) -> Json:
        """Ask through the user's account; raises Refused where it cannot log in."""
        session = await self._logged_in()
        try:
            return await self._send("GET", session.base, method, session.access, parameters)
        except Expired:
            session = await self._logged_in(expired=session)
            try:
                return await self._send("GET", session.base, method, session.access, parameters)
            except Expired as error:
                raise Lost(str(error)) from None

    async def log_in(self) -> str:
        """Log in anew; returns the account's server, for people."""
        self._session, self._refused = None, (0.0, "")
        return _host((await self._logged_in()).base)

    async def close(self) -> None:
        """Close every connection; the login expires by itself."""
        clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            await client.aclose()

    async def _logged_in(self, expired: LoginSession | None = None) -> LoginSession:
        """The login, renewed where it is old or has just been found expired."""
        async with self._logging_in:
            session = self._session
            old = session is not None and monotonic() - session.at > REFRESH_SECONDS
            if session is not None and not old and session is not expired:
                return session
            self._session = None
            if session is not None:
                with suppress(Refused, Expired):
                    self._session = await self._renewed(session)
            if self._session is None:
                self._session = await self._created()
            return self._session

    async def _renewed(self, session: LoginSession) -> LoginSession:
        method = "com.atproto.server.refreshSession"
        answer = await self._send("POST", session.base, method, session.renewal)
        return _session(answer, session.base)

    async def _created(self) -> LoginSession:
        account = self.account
        if account is None:
            raise Refused(NO_ACCOUNT)
        until, why = self._refused
        if monotonic() < until:
            raise Refused(why)
        given = {"identifier": account.handle.lstrip("@"), "password": account.password}
        base = self.login_base
        method = "com.atproto.server.createSession"
        try:
            answer = await self._send("POST", base, method, None, body=given)
        except Refused as error:
            refusal = f"Bluesky did not let @{given['identifier']} in: {reason_of(str(error))}"
            why = not_accepted(refusal, "bluesky", account.token_from, NEW_PASSWORD)
            self._refused = monotonic() + AGAIN_SECONDS, why
            raise Refused(why) from None
        return _session(answer, base)

    async def _send(
        self,
        verb: str,
        base: str,
        method: str,
        token: str | None,
        parameters: Parameters | None = None,
        body: Json | None = None,
    ) -> Json:
        client = self._clients.get(base)
        if client is None:
            client = self._clients[base] = self._http.client(base)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        path = f"/xrpc/{method}"
        answer = await client.ask(verb, path, params=parameters, json=body, headers=headers)
        if answer.status == 200:
            try:
                value = decode(answer.body)
            except Undecodable:
                value = None
            if isinstance(value, dict):
                return _answered(method, value, _host(base))
            if "html" in answer.headers.get("Content-Type", ""):
                raise web_page_error(_host(base))
            raise Lost(f"{_host(base)} answered with no data.")
        failure = answer_error(_host(base), answer.status, answer.headers, answer.body)
        if isinstance(failure, Expired) and not token:
            raise Refused(str(failure))
        raise failure


def _answered(method: str, answer: Json, host: str) -> Json:
    """The answer, where it has what its method answers with; else raises Lost."""
    name, kind = REQUIRED.get(method, ("", object))
    if not name or isinstance(answer.get(name), kind):
        return answer
    said = line(answer, "message", "error")[:200]
    raise Lost(f"{host} answered {method.rpartition('.')[2]} without {name}{said and f': {said}'}.")


def _session(answer: Json, base: str) -> LoginSession:
    access, renewal = raw(answer, "accessJwt"), raw(answer, "refreshJwt")
    if not _is_sendable(access) or not _is_sendable(renewal):
        raise Lost(f"{_host(base)} answered a login with no session.")
    for secret in (access, renewal):
        register_secret(secret)
    return LoginSession(_home(answer) or base, access, renewal, monotonic())


def _is_sendable(token: str) -> bool:
    """Whether a token can be put into a header: it has to be one plain word."""
    return token.isascii() and token.isprintable() and bool(token) and " " not in token


def _home(answer: Json) -> str | None:
    """The account's own server, by its DID document."""
    for row in rows(mapping(answer, "didDoc"), "service"):
        if raw(row, "id").endswith("#atproto_pds"):
            url = raw(row, "serviceEndpoint")
            return url.rstrip("/") if url.startswith("https://") else None
    return None


def _base(service: str) -> str:
    """A service's address without a slash at its end; raises BadInput."""
    try:
        parts = urlsplit(service.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError
        _ = parts.port
    except ValueError:
        raise BadInput(f"{service!r} is no address of a Bluesky service.") from None
    return service.strip().rstrip("/")


def _host(base: str) -> str:
    return urlsplit(base).netloc.rpartition("@")[2]
