"""What `bounded` is for httpx, for the requests library, which tweepy uses.

requests follows redirects with their whole bodies, unpacks without bound, parses cookies, and has
time-outs for each read alone. Here a thread's requests end when their time is over, whatever they
wait for, and bodies are read in bounded steps.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from ssl import SSLContext
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from tartantm.networks.bounded import ANSWER_BYTES, HEADER_LENGTH, HEADERS, PROBLEM_BYTES
from tartantm.networks.json_decode import decode
from tartantm.networks.unpack import STEP, Unpackable, Unpacker, encoding_of

if TYPE_CHECKING:
    _Connection = HTTPConnection
else:
    _Connection = object

LINE_BYTES = 2**20
"""Of a line of a stream; no post is nearly as long."""


class Oversized(requests.RequestException):
    """An answer or its headers are larger than their budget, or packed in a way that is refused."""


class Deadline:
    """Ends what its thread waits for at the network when `seconds` are over. A ``with``.

    It shuts the sockets, because a time-out that each byte renews ends nothing.
    """

    _of_thread = threading.local()

    def __init__(self, seconds: float) -> None:
        self.has_passed = False
        self._twins: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self.end)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        Deadline._of_thread.now = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        Deadline._of_thread.now = None

    @classmethod
    def now(cls) -> Deadline | None:
        """The one that holds in this thread."""
        return getattr(cls._of_thread, "now", None)

    def watch(self, twin: socket.socket) -> None:
        """Take note of a socket that this thread is going to use."""
        with self._lock:
            self._twins.append(twin)
        if self.has_passed:
            self.end()

    def end(self) -> None:
        """End it now; may be called from any thread."""
        with self._lock:
            self.has_passed = True
            for twin in self._twins:
                with suppress(OSError):  # closed by itself meanwhile
                    twin.shutdown(socket.SHUT_RDWR)


class _Watched(_Connection):
    """A connection with a twin of its socket, by which it can be shut in every phase.

    Its own socket is not to be had while TLS is agreed on, and is not safe in two threads.
    """

    _twin: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self._forget()
        self._twin = made.dup()
        self._watch()
        return made

    def request(self, *arguments: Any, **options: Any) -> None:
        self._watch()  # a connection that is used again
        super().request(*arguments, **options)

    def close(self) -> None:
        super().close()
        self._forget()

    def _watch(self) -> None:
        deadline = Deadline.now()
        if deadline is not None and self._twin is not None:
            deadline.watch(self._twin)

    def _forget(self) -> None:
        if self._twin is not None:
            self._twin.close()
            self._twin = None


class _Http(_Watched, HTTPConnection):
    pass


class _Https(_Watched, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class BoundedAdapter(HTTPAdapter):
    """Connects with our certificates; answers have few headers, none of them a cookie."""

    def __init__(self, context: Callable[[], SSLContext]) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool of connections that can be shut."""
        super().init_poolmanager(*args, ssl_context=self._context(), **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the same pool for a proxy."""
        manager = super().proxy_manager_for(proxy, ssl_context=self._context(), **kwargs)
        if not proxy.lower().startswith("socks"):  # those have connections of their own kind
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def cert_verify(self, conn: Any, *_: Any, **__: Any) -> None:
        """Demand a certificate; else requests loads its own store into everybody's context."""
        conn.cert_reqs = "CERT_REQUIRED"

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """Make the response of one whose headers are bounded."""
        message = resp._original_response.msg
        if len(message) > HEADERS:
            resp.close()
            raise Oversized
        for name in {name for name, value in message.items() if len(value) > HEADER_LENGTH}:
            resp.headers.discard(name)
        for name in ("Set-Cookie", "Set-Cookie2"):
            del message[name]
            resp.headers.discard(name)
        return super().build_response(req, resp)


class BoundedSession(requests.Session):
    """A session that follows no redirect and keeps no cookie, and whose answers are bounded."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, because requests reads the whole body of what it takes for a redirect."""


class ReadAnswer(requests.Response):
    """An answer that was read whole, within its budget."""

    def __init__(self, of: requests.Response, body: bytes) -> None:
        super().__init__()
        self.status_code, self.reason, self.url = of.status_code, of.reason, of.url
        self.headers, self.request = of.headers, of.request
        self._content, self._content_consumed = body, True
        self.body = body

    def json(self, **_: Any) -> Any:
        """The value that it holds; raises Undecodable."""
        return decode(self.body)


class StreamAnswer(requests.Response):
    """An answer whose lines come as they are made, each of `LINE_BYTES` and one more at most."""

    def __init__(self, of: requests.Response) -> None:
        super().__init__()
        self.status_code, self.reason, self.url = of.status_code, of.reason, of.url
        self.headers, self.request, self.raw = of.headers, of.request, of.raw

    def iter_lines(self, chunk_size: Any = 512, *_: Any, **__: Any) -> Iterator[bytes]:
        """The lines, each without its end; what a line has too much is dropped."""
        partial = bytearray()
        for chunk in _raw_chunks(self, chunk_size):
            first, *rest = chunk.split(b"\n")
            for piece, ends in ((first, bool(rest)), *((each, True) for each in rest[:-1])):
                partial += piece[: LINE_BYTES + 1 - len(partial)]
                if ends:
                    yield bytes(partial).rstrip(b"\r")
                    partial.clear()
            if rest:
                partial += rest[-1][: LINE_BYTES + 1]
        if partial:
            yield bytes(partial)


def read_whole(response: requests.Response) -> ReadAnswer:
    """The answer with its whole body. Raises Oversized, or what requests raises."""
    held = _read(response, ANSWER_BYTES)
    if len(held) > ANSWER_BYTES:
        del held  # else the error's traceback keeps it
        raise Oversized
    return ReadAnswer(response, held)


def read_beginning(response: requests.Response) -> bytes:
    """What can be read of the beginning of a refusal."""
    with suppress(Oversized):
        return _read(response, PROBLEM_BYTES)[:PROBLEM_BYTES]
    return b""


def as_stream(response: requests.Response) -> StreamAnswer:
    """The answer as a stream; raises Oversized where it is packed, which was not asked for."""
    if _encoding(response) != "identity":
        response.close()
        raise Oversized
    return StreamAnswer(response)


def _encoding(response: requests.Response) -> str:
    try:
        return encoding_of(response.raw.headers.getlist("Content-Encoding"))
    except Unpackable:
        response.close()
        raise Oversized from None


def _read(response: requests.Response, most: int) -> bytes:
    """The unpacked body, or somewhat more than `most` bytes of it."""
    unpacker, held, wire = Unpacker(_encoding(response)), bytearray(), 0
    try:
        for chunk in _raw_chunks(response, STEP):
            wire += len(chunk)
            for piece in unpacker.feed(chunk):
                held += piece
                if len(held) > most:
                    return bytes(held[: most + 1])
            if wire > most:
                raise Oversized
        unpacker.finish()
        return bytes(held)
    except Unpackable:
        raise Oversized from None
    finally:
        held.clear()  # else the traceback of an error keeps it
        response.close()


def _raw_chunks(response: requests.Response, size: int) -> Iterator[bytes]:
    """The bytes on the wire; raises what requests raises."""
    try:
        yield from response.raw.stream(size, decode_content=False)
    except HTTPError as error:
        raise requests.ConnectionError(error) from None
