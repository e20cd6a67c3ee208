"""One open stream of the stand-in for X, with everything that may befall it."""

from __future__ import annotations

import asyncio

from tests.networks.x.faults import Faults


class Stream:
    """Writes lines as chunks, and keep-alives between them, until it is ended or cut."""

    def __init__(self, writer: asyncio.StreamWriter, faults: Faults, keep_alive: float) -> None:
        self._writer, self._faults, self._keep_alive = writer, faults, keep_alive
        self.lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    @property
    def _line_end(self) -> bytes:
        return b"\n" if self._faults.playground else b"\r\n"

    def end(self) -> None:
        self.lines.put_nowait(None)

    async def run(self) -> None:
        if self._faults.close_at_once:
            self._writer.write(b"0\r\n\r\n")
            return
        await self._chunk(self._line_end)
        while True:
            try:
                line = await asyncio.wait_for(self.lines.get(), self._keep_alive)
            except TimeoutError:
                line = b""
            if self._faults.silent:
                if line is None:
                    return
                continue
            if line is None:
                self._writer.write(b"0\r\n\r\n")
                return
            if line and self._faults.cuts:
                self._cut(line + self._line_end)
                return
            await self._chunk(line + self._line_end)

    def _cut(self, line: bytes) -> None:
        how, half = self._faults.cuts.pop(0), line[: len(line) // 2]
        if how == "clean":
            self._writer.write(_chunk(line) + b"0\r\n\r\n")
        elif how == "line":
            self._writer.write(_chunk(half) + b"0\r\n\r\n")
        elif how == "chunk":
            self._writer.write(f"{len(line):x}\r\n".encode() + half)
        else:
            inside = next(n for n, byte in enumerate(line) if byte >= 0xC0) + 1
            self._writer.write(_chunk(line[:inside]))

    async def _chunk(self, data: bytes) -> None:
        written = _chunk(data)
        step = 1 if self._faults.drip else len(written)
        for n in range(0, len(written), step):
            self._writer.write(written[n : n + step])
            await self._writer.drain()
            if self._faults.drip:
                await asyncio.sleep(self._faults.drip)


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
