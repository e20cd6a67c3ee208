"""The one door through which answers of HTTP come in: whatever a stranger's server sends, bounded.

Nobody else sees a response of httpx. So nobody can read a body of unknown size, unpack one that was
packed a hundred times, keep a cookie, follow a redirect with a token, or wait for ever. What goes
wrong is an error that a source may raise. `bounded_requests` does the same for tweepy.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar
from typing import Any, NamedTuple

import httpcore
import httpx

from tartantm.networks.protocol import Lost
from tartantm.networks.redirects import address_may_hold_secret, carries_secret, check_redirect
from tartantm.networks.responder import NoAnswer as NoAnswer
from tartantm.networks.responder import Responder
from tartantm.networks.unpack import ACCEPTED, STEP, Unpackable, Unpacker, encoding_of

# It handles all that one read brings before another task has its turn, such as thousands of pieces
# of a byte each, or of beginnings of answers (``100 Continue``); of 64 kB, which it reads
# otherwise, that takes 90 ms, and every source may have its turn before a key has one.
httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = 4 * 1024

ANSWER_BYTES = 4 * 2**20
"""Of one answer, on the wire and unpacked; forty statuses with all their cards are 1.6 MB."""

PROBLEM_BYTES = 64 * 1024
"""Of an answer that is a refusal; what is beyond is not read."""

ANSWER_SECONDS = 60.0
"""For one whole answer with its redirects, even while bytes keep coming."""

OPEN_SECONDS = 30.0
"""For the head of a stream."""

REDIRECTS = 5
"""One after the other; from http to https, to www and to where the page has moved are three."""

HEADERS = 200
"""Header lines of one answer; h11 reads 100 kB of them at most."""

HEADER_LENGTH = 4096
"""Characters of a header; a longer one counts as absent."""

Parameters = Mapping[str, str | int | Sequence[str]] | Sequence[tuple[str, str]]

_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError)


class TooLong(Lost):
    """An answer is larger than its budget."""


class Answer(NamedTuple):
    """A whole answer, of a refusal its beginning."""

    status: int
    headers: Mapping[str, str]
    """By name in any case; those of the same name joined by commas, cookies left out."""
    body: bytes
    url: str
    """Where it came from, after redirects."""
    has_moved: bool = False
    """Whether every redirect on the way there was permanent."""
    redirects_to: str = ""
    """The host of a redirect that was not to be followed."""


class Stream:
    """An answer whose body comes as it is made."""

    def __init__(self, response: httpx.Response, responder: Responder) -> None:
        self._response, self._responder = response, responder

    async def chunks(self) -> AsyncIterator[bytes]:
        """Its bytes as they come. Raises Lost at its end, whatever ended it."""
        try:
            async for chunk in self._response.aiter_raw():
                yield chunk
        except _FAILURES as error:
            raise self._responder.no_answer(error) from None
        raise Lost(f"{self._responder} closed the connection.")


class NoCookies(CookieJar):
    """Keeps no cookie, and does not even parse one."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Keep nothing; so there is none to send."""


class BoundedClient:
    """Asks one server. Coroutines raise nothing but Lost."""

    def __init__(self, client: httpx.AsyncClient, host: str) -> None:
        self._client, self._host = client, host
        client.cookies = NoCookies()
        client.follow_redirects = False
        client.headers["Accept-Encoding"] = ACCEPTED

    async def __aenter__(self) -> BoundedClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def ask(
        self,
        method: str,
        url: str,
        *,
        params: Parameters | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        most: int | None = None,
        redirects: int = REDIRECTS,
        seconds: float | None = None,
    ) -> Answer:
        """The answer to one request, of at most `most` bytes (`ANSWER_BYTES`).

        `params` hold no secret; whatever else might do so goes to the server's own origin alone.
        With no `redirects` the redirect is the answer. It may take `seconds` (`ANSWER_SECONDS`),
        and where they are given, all of them without a byte. Raises NoAnswer, TooLong,
        Elsewhere, Lost.
        """
        longest = ANSWER_SECONDS if seconds is None else seconds
        deadline, responder = asyncio.timeout(longest), Responder(self._host)
        times = self._client.timeout
        try:
            async with deadline:
                has_secret = address_may_hold_secret(self._client.base_url.join(url))
                request = self._client.build_request(
                    method,
                    url,
                    params=_listed(params),
                    json=json,
                    headers=headers,
                    timeout=times if seconds is None else _with_read(times, seconds),
                )
                response, has_moved = await self._sent(request, has_secret, redirects, responder)
                try:
                    responder.check_status(response)
                    most = ANSWER_BYTES if most is None else most
                    body = await self._body(response, most, responder)
                finally:
                    await response.aclose()
        except _FAILURES as error:
            raise _no_answer(error, deadline, responder) from None
        following = response.next_request
        return Answer(
            response.status_code,
            _kept(response),
            body,
            str(response.url),
            has_moved,
            following.url.host if following else "",
        )

    @asynccontextmanager
    async def listen(
        self,
        url: str,
        kind: str,
        *,
        params: Parameters | None = None,
        silence: float,
    ) -> AsyncIterator[Stream | Answer]:
        """Open a stream of the media type `kind`; where another answer comes, it is that.

        After `silence` seconds without a byte a stream has ended. It may not be packed.
        """
        deadline, responder = asyncio.timeout(OPEN_SECONDS), Responder(self._host)
        response: httpx.Response | None = None
        opened: Stream | Answer
        try:
            try:
                async with deadline:
                    request = self._client.build_request(
                        "GET",
                        url,
                        params=_listed(params),
                        headers={"Accept": kind, "Accept-Encoding": "identity"},
                        timeout=_with_read(self._client.timeout, silence),
                    )
                    response, _ = await self._sent(request, False, REDIRECTS, responder)
                    given = response.headers.get("Content-Type", "")
                    if response.status_code == 200 and given.lower().startswith(kind):
                        _refuse_packed(response, responder)
                        opened = Stream(response, responder)
                    else:
                        responder.check_status(response)
                        body = await self._body(response, ANSWER_BYTES, responder)
                        opened = Answer(
                            response.status_code, _kept(response), body, str(response.url)
                        )
            except _FAILURES as error:
                raise _no_answer(error, deadline, responder) from None
            yield opened
        finally:
            if response is not None:
                await response.aclose()

    async def _sent(
        self, request: httpx.Request, has_secret: bool, redirects: int, responder: Responder
    ) -> tuple[httpx.Response, bool]:
        """The head of the answer after at most so many redirects, and whether all were permanent.

        A redirect's own body is not read: httpx would read and unpack the whole of it.
        """
        has_secret = has_secret or carries_secret(request)
        followed, permanent = 0, True
        while True:
            response = await self._client.send(request, stream=True)
            following = response.next_request
            if len(response.headers.raw) <= HEADERS and (not following or not redirects):
                return response, bool(followed) and permanent
            await response.aclose()
            if following is None or len(response.headers.raw) > HEADERS:
                raise Lost(f"{responder} sent too many headers.")
            if followed == redirects:
                raise httpx.TooManyRedirects(f"{followed} redirects")
            check_redirect(self._host, request.url, following.url, has_secret)
            responder.sends_on_to(following.url)
            permanent = permanent and response.status_code in (301, 308)
            request, followed = following, followed + 1

    async def _body(self, response: httpx.Response, most: int, responder: Responder) -> bytes:
        """The unpacked body; of a refusal as much as can be read of its beginning."""
        is_good = response.is_success
        most = most if is_good else min(most, PROBLEM_BYTES)
        held, wire = bytearray(), 0
        try:
            unpacker = Unpacker(encoding_of(response.headers.get_list("Content-Encoding")))
            async for chunk in response.aiter_raw():
                wire += len(chunk)
                for piece in unpacker.feed(chunk):
                    held += piece
                    if len(held) > most:
                        break
                    if len(piece) == STEP:
                        await asyncio.sleep(0)  # of a kilobyte a megabyte may come
                if max(wire, len(held)) > most:
                    break
            else:
                unpacker.finish()
        except Unpackable:
            if is_good:
                held.clear()
                raise Lost(f"{responder} sent an answer that cannot be unpacked.") from None
        if is_good and max(wire, len(held)) > most:
            held.clear()  # else the error's traceback keeps it
            raise TooLong(f"{responder} sent an answer that is too long.")
        return bytes(held[:most])


def _no_answer(error: Exception, deadline: asyncio.Timeout, responder: Responder) -> NoAnswer:
    if deadline.expired():
        error = httpx.ReadTimeout("the whole answer took too long")
    return responder.no_answer(error)


def _refuse_packed(response: httpx.Response, responder: Responder) -> None:
    try:
        packed = encoding_of(response.headers.get_list("Content-Encoding")) != "identity"
    except Unpackable:
        packed = True
    if packed:
        raise Lost(f"{responder} packs its stream, though it was asked not to.")


def _listed(params: Parameters | None) -> Any:
    """What httpx takes; an empty list would take the query of the address away."""
    return params or None


def _with_read(times: httpx.Timeout, seconds: float) -> httpx.Timeout:
    return httpx.Timeout(connect=times.connect, read=seconds, write=times.write, pool=times.pool)


def _kept(response: httpx.Response) -> Mapping[str, str]:
    """The headers that are neither cookies nor of absurd length."""
    return httpx.Headers(
        [
            (name, value)
            for name, value in response.headers.raw
            if len(value) <= HEADER_LENGTH and name.lower() != b"set-cookie"
        ]
    )
