"""A proxy on loopback that stands between a client and a server, and is a bad line."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from email.utils import formatdate
from time import time
from typing import Literal, NamedTuple

PAGE = b"<!DOCTYPE html><title>Welcome</title><form>Your room number, please</form>"


class Fault(NamedTuple):
    """What happens to one connection."""

    kind: Literal["cut", "stall", "drip", "answer"]
    """``cut`` breaks it, ``stall`` says no more, ``drip`` gives few bytes at a time, ``answer``
    is given instead of what the server would say."""
    value: int = 0
    """After so many of the server's bytes; so many bytes at a time; the answer's status."""


class FaultProxy:
    """Each new connection takes the next fault of the plan; without one it is a good line."""

    def __init__(self, port: int) -> None:
        """`port`: of the server, on loopback."""
        self.plan: deque[Fault] = deque()
        self.connections = 0
        self._to = port
        self._ended = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> FaultProxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        """Where clients connect."""
        assert self._server
        return int(self._server.sockets[0].getsockname()[1])

    def end(self) -> None:
        """No more faults: what stalls is cut, the plan is forgotten."""
        self.plan.clear()
        self._ended.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self.connections += 1
        fault = self.plan.popleft() if self.plan else None
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if fault and fault.kind == "answer":
                await reader.readuntil(b"\r\n\r\n")
                writer.write(_answer(fault.value))
                await writer.drain()
            else:
                await self._pass_on(reader, writer, fault)
        writer.transport.abort() if fault and fault.kind == "cut" else writer.close()
        self._tasks.discard(task)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault | None
    ) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._to)
        asking = asyncio.create_task(_copy(reader, to_server))
        try:
            await _copy(from_server, writer, fault)
            if fault and fault.kind == "stall":
                await self._ended.wait()
        finally:
            asking.cancel()
            to_server.transport.abort()


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault | None = None
) -> None:
    left = fault.value if fault and fault.kind in ("cut", "stall") else None
    piece = fault.value if fault and fault.kind == "drip" else 2**16
    with suppress(OSError):
        while data := await reader.read(piece if left is None else min(piece, left)):
            writer.write(data)
            await writer.drain()
            if left is not None and not (left := left - len(data)):
                return


def _answer(status: int) -> bytes:
    """An answer of that status; 200 is a login page where JSON was asked for."""
    body = b"{}" if status == 429 else PAGE
    kind = "application/json" if status == 429 else "text/html"
    head = f"HTTP/1.1 {status} Fault\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    head += f"Date: {formatdate(usegmt=True)}\r\n"
    if status == 429:
        now = int(time())
        head += f"Retry-After: 0\r\nx-rate-limit-reset: {now}\r\nratelimit-reset: {now}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body
