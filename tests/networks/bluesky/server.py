r"""A stand-in for Bluesky on loopback: Jetstream's first wire and the XRPC calls that are used.

By hand: ``python -m tests.networks.bluesky.server --port 4700`` serves XRPC on that port and
Jetstream on the next, and takes JSON lines on standard input: ``{"text": "…", "author": "ailsa"}``
(``reply_to``, ``tags``, ``facets`` and ``ago`` too), ``{"delete": URI}``, ``{"stop": 5}`` for
being away so many seconds, and ``{"fault": {"stalled": true}}`` for any field of `Faults`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.networks.bluesky.store import Store
from tests.networks.bluesky.xrpc import XrpcServer

PAGE = b"<!DOCTYPE html><title>Welcome</title><form>Your room number, please</form>"


@dataclass
class Faults:
    """What goes wrong while it is set."""

    handshakes: list[int | str] = field(default_factory=list)
    """For each coming connection to Jetstream: a status, or ``html`` for a login page; 101 for none
    of these."""
    stalled: bool = False
    """Connections stand and pings are answered, but nothing is told."""
    held_up: bool = False
    """As `stalled`, for connections that asked for what was said before."""
    drip: float = 0.0
    """Seconds between the bytes of a message."""
    twice: bool = False
    swapped: bool = False
    """Messages that wait together come in the wrong order."""
    odd: list[bytes] = field(default_factory=list)
    """Messages to send once before the next, as they are."""
    cut_after: int | bytes | None = None
    """The next message's connection breaks after so many of its bytes, or within these."""
    no_names: bool = False
    is_pds: bool = False
    """As an account's own server: it answers nobody's calls but an account's."""
    late_names: int = 0
    """So many calls for people bring what they were called before; Bluesky's own service is a
    second behind the stream."""
    blank: bool = False
    """Calls for posts are answered, with none of them."""
    blocked: set[str] = field(default_factory=set)
    """Posts whose author blocks who asks."""
    xrpc: dict[str, int | str | float] = field(default_factory=dict)
    """By method: a status, ``html``, or with a point in it seconds to wait before answering."""


class BlueskyServer:
    """Serves while it is entered; `stop` and `start` keep ports and what was said."""

    def __init__(self, port: int = 0) -> None:
        self.store = Store()
        self.faults = Faults()
        self.xrpc = XrpcServer(self.store, self.faults)
        self.connects: list[dict[str, str]] = []
        """What each connection to Jetstream asked for, in order."""
        self._ports = (port, port + 1 if port else 0)
        self._server: Server | None = None
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> BlueskyServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def jetstream(self) -> str:
        """Where the stream is."""
        return f"ws://127.0.0.1:{self._ports[1]}"

    @property
    def url(self) -> str:
        """Where XRPC is answered."""
        return f"http://127.0.0.1:{self._ports[0]}"

    @property
    def calls(self) -> Counter[str]:
        """How often each XRPC method was called."""
        return self.xrpc.calls

    @property
    def listeners(self) -> int:
        """Connections to Jetstream that stand."""
        return len(self._server.connections) if self._server else 0

    async def start(self) -> None:
        """Be there, on the ports of the last time."""
        xrpc = await self.xrpc.start(self._ports[0])
        self._server = await serve(
            self._stream, "127.0.0.1", self._ports[1], process_request=self._handshake
        )
        self._ports = xrpc, next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Be gone, with every connection cut."""
        await self.xrpc.stop()
        if self._server is not None:
            self._server.close(close_connections=False)
            self.cut()
            await self._server.wait_closed()
            self._server = None

    def cut(self) -> None:
        """Break every connection to Jetstream."""
        for connection in list(self._server.connections) if self._server else []:
            connection.transport.abort()

    async def post(self, text: str, author: str = "ailsa", **more: Any) -> str:
        """Say something; gives its at-uri."""
        uri = self.store.post(text, author, **more)
        await self.tell()
        return uri

    async def edit(self, uri: str, text: str) -> None:
        """Change a post's words."""
        self.store.edit(uri, text)
        await self.tell()

    async def delete(self, uri: str) -> None:
        """Take a post back."""
        self.store.delete(uri)
        await self.tell()

    async def tell(self) -> None:
        """Wake the streams after something happened in the store, or a fault ended."""
        async with self._changed:
            self._changed.notify_all()

    def _handshake(self, _: ServerConnection, request: Request) -> Response | None:
        asked = parse_qs(urlsplit(request.path).query)
        self.connects.append({name: values[0] for name, values in asked.items()})
        if not self.faults.handshakes:
            return None
        fault = self.faults.handshakes.pop(0)
        if fault == 101:
            return None
        if isinstance(fault, str):
            return Response(200, "OK", Headers({"Content-Type": "text/html"}), PAGE)
        headers = Headers({"Content-Type": "application/json", "Retry-After": "7"})
        body = b'{"error":"CursorTooOld"}' if fault == 400 else b'{"error":"Fault"}'
        return Response(fault, HTTPStatus(fault).phrase, headers, body)

    async def _stream(self, socket: ServerConnection) -> None:
        telling = asyncio.create_task(self._tell_all(socket))
        await socket.wait_closed()
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)

    async def _tell_all(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        asked = parse_qs(urlsplit(socket.request.path).query)
        events = self.store.events
        at = self.store.from_time(int(asked["cursor"][0])) if "cursor" in asked else len(events)
        again = "cursor" in asked
        while True:
            while at < len(events) and not self._holds_back(again):
                await self._flaw(socket)
                together = [event.frame for event in events[at : at + 2]]
                if not self.faults.swapped:
                    together = together[:1]
                for frame in reversed(together):
                    for _ in range(1 + self.faults.twice):
                        await self._send(socket, frame)
                at += len(together)
            async with self._changed:
                if at >= len(events) or self._holds_back(again):
                    await self._changed.wait()

    def _holds_back(self, again: bool) -> bool:
        return self.faults.stalled or (self.faults.held_up and again)

    async def _flaw(self, socket: ServerConnection) -> None:
        while self.faults.odd:
            await socket.send(self.faults.odd.pop(0), text=True)

    async def _send(self, socket: ServerConnection, frame: dict[str, Any]) -> None:
        text = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
        if self.faults.cut_after is None and not self.faults.drip:
            await socket.send(text, text=True)
            return
        # A frame as RFC 6455 has it: final, text, not masked, and not compressed.
        size = len(text)
        length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
        wire = b"\x81" + length + text
        if self.faults.cut_after is not None:
            cut, self.faults.cut_after = self.faults.cut_after, None
            end = wire.index(cut) + 1 if isinstance(cut, bytes) else cut
            socket.transport.write(wire[:end])
            await asyncio.sleep(0.01)
            socket.transport.abort()
            await socket.wait_closed()
            return
        for byte in wire:
            socket.transport.write(bytes([byte]))
            await asyncio.sleep(self.faults.drip)


async def _by_hand(port: int) -> None:
    async with BlueskyServer(port) as server:
        print(json.dumps({"url": server.url, "jetstream": server.jetstream}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                told = json.loads(line)
                if "delete" in told:
                    await server.delete(told["delete"])
                elif "fault" in told:
                    for name, value in told["fault"].items():
                        setattr(server.faults, name, value)
                    await server.tell()
                elif "stop" in told:
                    await server.stop()
                    await asyncio.sleep(told["stop"])
                    await server.start()
                else:
                    print(json.dumps({"uri": await server.post(**told)}), flush=True)
            except (ValueError, TypeError, KeyError) as error:
                print(f"not understood: {error}", file=sys.stderr)
        await asyncio.Event().wait()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=4700)
    asyncio.run(_by_hand(arguments.parse_args().port))
