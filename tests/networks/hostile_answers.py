"""Answers of a server that means no good, byte by byte, and a server that sends one of them."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import zlib
from collections.abc import AsyncIterator, Callable
from functools import cache

from tests.networks.loopback import LoopbackServer

Pieces = AsyncIterator[bytes]

DATE = "Wed, 31 Dec 9999 23:59:59 -2359"


class RawServer(LoopbackServer):
    """Sends the bytes of `answer` to all who connect, while they read. An ``async with``.

    Like the servers that it stands for, it does not care what it was asked.
    """

    def __init__(self, answer: bytes | Callable[[], Pieces], pause: float = 0.0) -> None:
        """`pause`: seconds between two pieces of an answer without end, as a line has them."""
        super().__init__()
        self._pause = pause
        self.answer = answer
        self.asked: list[bytes] = []
        """Every request with its body, as it came."""

    async def respond(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        """Send the answer, piece by piece where it has no end."""
        self.asked.append(head + body)
        if isinstance(self.answer, bytes):
            writer.write(self.answer)
        else:
            async for piece in self.answer():
                writer.write(piece)
                await writer.drain()
                if self._pause:
                    await asyncio.sleep(self._pause)


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", kind: str = "") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind or 'application/json'}", *headers]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def head(*headers: str, status: str = "200 OK", kind: str = "application/json") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, "", ""]).encode()


def endless(piece: bytes, first: bytes = b"") -> Callable[[], Pieces]:
    async def pieces() -> Pieces:
        yield first
        while True:
            yield piece

    return pieces


def dripping(piece: bytes, first: bytes = b"") -> Callable[[], Pieces]:
    async def pieces() -> Pieces:
        yield first
        while True:
            yield piece
            await asyncio.sleep(0.02)

    return pieces


@cache
def bomb(times: int, size: int = 16 * 2**20) -> bytes:
    """So many zeros, packed so many times; the first time a piece at a time."""
    if times > 1:
        return gzip.compress(bomb(times - 1, size), 9)
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(size >> 20)) + packer.flush()


def moved(to: str, status: str = "307 Temporary Redirect") -> bytes:
    return answer(b"", f"Location: {to}", status=status)


LONG = "9" * 90_000
_CHUNKED = head("Transfer-Encoding: chunked")
_CHUNK = b"10000\r\n" + b" " * 65536 + b"\r\n"

EVERY = os.environ.get("TARTANTM_HOSTILE") == "all"
"""Whether tests send each answer to each client; else each is sent to some of them."""

ANSWERS: dict[str, bytes | Callable[[], Pieces]] = {
    "packed once, a bomb": answer(bomb(1), "Content-Encoding: gzip"),
    "packed twice": answer(bomb(2), "Content-Encoding: gzip, gzip"),
    "packed twice in two headers": answer(
        bomb(2, 2**20), "Content-Encoding: gzip", "Content-Encoding: gzip"
    ),
    "packed as nobody knows": answer(b"{}", "Content-Encoding: br"),
    "packed and damaged": answer(gzip.compress(b"{}")[:-9] + b"x" * 9, "Content-Encoding: gzip"),
    "packed and broken off": answer(gzip.compress(b"{}" * 99)[:15], "Content-Encoding: gzip"),
    "deflated, a bomb": answer(zlib.compress(bytes(16 * 2**20)), "Content-Encoding: deflate"),
    "a refusal that is a bomb": answer(bomb(1), "Content-Encoding: gzip", status="403 Forbidden"),
    "a drip of body": dripping(b" ", head("Content-Length: 100000")),
    "a drip of head": dripping(b"a", b"HTTP/1.1 200 OK\r\nX-Slow: "),
    "a drip of packed body": dripping(
        b"\0", head("Content-Encoding: gzip") + gzip.compress(b"{")[:10]
    ),
    "headers without end": endless(b"X-More: more\r\n" * 300, b"HTTP/1.1 200 OK\r\n"),
    "a header without end": endless(b"x" * 4096, b"HTTP/1.1 200 OK\r\nX-Long: "),
    "a status without end": endless(b"x" * 4096, b"HTTP/1.1 200 "),
    "many headers": answer(b"{}", *[f"X-{n}: 1" for n in range(1000)]),
    "beginnings without end": endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "a body without end": endless(_CHUNK, _CHUNKED),
    "a body without end or length": endless(b" " * 65536, head()),
    "a line without end in a stream": endless(
        b"x" * 65536, head("Connection: close", kind="text/event-stream")
    ),
    "a refusal without end": endless(b" " * 65536, head(status="500 Oops")),
    "a length that is too great": head("Content-Length: 500", "Connection: close") + b"{}",
    "a length below nothing": head("Content-Length: -1") + b"{}",
    "a length of twenty digits": head("Content-Length: 1" + "0" * 20) + b"{}",
    "two lengths": head("Content-Length: 2", "Content-Length: 3") + b"{} ",
    "a length of letters": head("Content-Length: " + LONG[:9000]) + b"{}",
    "chunks that are garbage": _CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "a chunk's size without end": endless(b"0" * 4096, _CHUNKED),
    "trailers without end": endless(b"X-More: more\r\n" * 300, _CHUNKED + b"2\r\n{}\r\n0\r\n"),
    "deep JSON": answer(b"[" * 100_000),
    "deep JSON that ends": answer(b'{"a":' * 900 + b"1" + b"}" * 900),
    "a number without end": answer(b'{"data":' + b"9" * 2_000_000 + b"}"),
    "a fraction without end": answer(b'{"data":0.' + b"9" * 2_000_000 + b"}"),
    "a million objects": answer(b"[" + b"{}," * 1_000_000 + b"{}]"),
    "half characters": answer(b'{"error":"\\ud800","data":["\\udc00"],"handle":"\\ud83d"}'),
    "a list": answer(b"[[],1,null,{}]"),
    "a text": answer(b'"data"'),
    "nothing": answer(b"null"),
    "no body": answer(b""),
    "rows of wrong types": answer(
        json.dumps({"data": {"errors": 5}, "meta": [], "errors": "no", "didDoc": [1]}).encode()
    ),
    "times out of range": answer(
        b"{}", f"Date: {DATE}", f"Retry-After: {DATE}", status="429 Too Many"
    ),
    "limits out of range": answer(
        b"{}", "Retry-After: 1e999", "x-rate-limit-reset: " + LONG[:9000], status="429 Too Many"
    ),
    "limits twice": answer(
        b"{}", *["Retry-After: 5", "Date: nan", "ratelimit-reset: 7"] * 2, status="429 Too Many"
    ),
    "headers of 90 kB": answer(b"{}", f"Retry-After: {LONG}", status="503 Busy"),
    "a date of 60 kB": answer(b"{}", f"Date: {LONG[:60_000]}"),
    "links of 90 kB": answer(b"{}", "Link: " + "<https://a.example>; rel=next, " * 3000),
    "cookies": answer(b"{}", *["Set-Cookie: a=" + "b" * 1000] * 50),
    "a redirect without end": moved("/again"),
    "a redirect to nowhere": moved("http://"),
    "a redirect to what is no address": moved("https://[::/\\\x80"),
    "a redirect to a file": moved("file:///etc/passwd"),
    "a redirect to a phone": moved("tel:+441", "301 Moved Permanently"),
    "not modified": head(status="304 Not Modified"),
    "an unknown status": answer(b"{}", status="999 Why"),
    "no HTTP": b"\0\xff" * 5000,
    "a switch of protocols": head("Upgrade: websocket", status="101 Switching"),
    "no bytes": b"",
}
