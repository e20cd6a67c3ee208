"""An httpx client that writes every request to the debug log; loaded only where that is on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from time import monotonic
from typing import Any

import httpx

from tartantm.settings import debug_log


class LoggedClient(httpx.AsyncClient):
    """Writes one line when an answer was read, or why there is none; redirects one each."""

    def __init__(self, **options: Any) -> None:
        hooks = options.pop("event_hooks", {})
        hooks["request"] = [*hooks.get("request", []), _begin]
        hooks["response"] = [*hooks.get("response", []), _watch]
        super().__init__(event_hooks=hooks, **options)

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request, and write the kind of its failure where no answer comes."""
        began = monotonic()
        try:
            return await super().send(request, **options)
        except Exception as error:
            # The error's own words may name a proxy with its password.
            debug_log.write_request(
                request.method, str(request.url), began, f"no answer ({type(error).__name__})"
            )
            raise


async def _begin(request: httpx.Request) -> None:
    request.extensions["tartantm_began"] = monotonic()


async def _watch(response: httpx.Response) -> None:
    """Count what comes of the answer; a stream is written at its opening too."""
    request = response.request
    began = request.extensions.get("tartantm_began", monotonic())
    if "event-stream" in response.headers.get("Content-Type", ""):
        debug_log.write_request(
            request.method, str(request.url), began, f"{response.status_code}, a stream opened"
        )
    if isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = _CountedStream(response, response.stream, began)


class _CountedStream(httpx.AsyncByteStream):
    """Passes the bytes of an answer on, and writes their number when it is closed."""

    def __init__(
        self, response: httpx.Response, stream: httpx.AsyncByteStream, began: float
    ) -> None:
        self._response, self._stream, self._began = response, stream, began
        self._size, self._is_written = 0, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._size += len(chunk)
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
        if not self._is_written:
            self._is_written = True
            request = self._response.request
            debug_log.write_request(
                request.method,
                str(request.url),
                self._began,
                str(self._response.status_code),
                self._size,
            )
