"""A server on loopback that means no good: for every request of every network the same trick."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from hashlib import sha1
from typing import Any

from tests.networks.loopback import LoopbackServer

KINDS = ("words", "refusals", "faults", "waiting", "headers", "huge", "elsewhere", "noise", "page")

_NAMES = (
    *("title", "detail", "error", "error_description", "message", "version", "name", "username"),
    *("handle", "displayName", "acct", "display_name", "description", "did", "type", "reason"),
    *("content", "text", "spoiler_text", "uri", "url", "id", "accessJwt", "refreshJwt", "domain"),
)
_TURNED = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class HostileServer(LoopbackServer):
    """Answers with `words` and with whatever secrets the request brought. An ``async with``."""

    def __init__(self, kind: str, words: Sequence[str]) -> None:
        super().__init__()
        self.kind, self.words = kind, tuple(words)
        self.requests: list[str] = []

    async def respond(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        """Play the trick; the first kind has a WebSocket, too."""
        asked = head.decode("latin-1")
        self.requests.append(asked.partition("\r\n")[0])
        key = re.search(r"(?im)^sec-websocket-key: *(\S+)", asked)
        if key and self.kind == "words":
            self._stream(writer, key[1])
        else:
            brought = [*re.findall(r"(?im)^authorization: *(.*?)\r?$", asked), body.decode()]
            _ANSWERS.get(self.kind, _refusal)(self, writer, asked, " ".join(brought))

    def _stream(self, writer: asyncio.StreamWriter, key: str) -> None:
        accept = b64encode(sha1(key.encode() + _TURNED).digest()).decode()
        head = "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        writer.write(f"{head}Sec-WebSocket-Accept: {accept}\r\n\r\n".encode())
        for words in self.words:
            commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": words}
            frame = {"did": words, "time_us": 1, "kind": "commit", "commit": commit}
            writer.write(_frame(1, json.dumps(frame).encode()))
            writer.write(_frame(1, json.dumps({"error": words, "message": words}).encode()))
        reason = "".join(self.words).encode()[:100].decode(errors="ignore")
        writer.write(_frame(8, b"\x03\xf0" + reason.encode()))

    def told(self, brought: str) -> dict[str, Any]:
        """Every field that anything reads, with tricks and what the request brought."""
        said = brought + " ".join(self.words)
        row: dict[str, Any] = dict.fromkeys(_NAMES, said)
        row |= {"created_at": "2026-06-17T17:00:00Z", "account": {**row}, "indexedAt": said}
        nested = {key: [row] for key in ("errors", "profiles", "posts", "data", "rules")}
        urls = {"urls": {"streaming": f"wss://{self.words[0]}"}}
        return {**row, **nested, "configuration": urls, "client_app_rules_count": row}


def _frame(code: int, data: bytes) -> bytes:
    length = bytes([len(data)]) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2, "big")
    return bytes([0x80 | code]) + length + data


def _answer(
    writer: asyncio.StreamWriter, status: str, value: object, *headers: str, kind: str = "json"
) -> None:
    body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Type: application/{kind}", *headers]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    writer.write("\r\n".join(lines).encode("utf-8", "replace") + body)


def _good(server: HostileServer, writer: asyncio.StreamWriter, head: str, brought: str) -> None:
    told: object = server.told(brought)
    _answer(writer, "200 OK", [told] if "/timelines/" in head else told)


def _refusal(server: HostileServer, writer: asyncio.StreamWriter, head: str, brought: str) -> None:
    status = {"refusals": "401", "faults": "500", "waiting": "429"}[server.kind]
    _answer(writer, f"{status} {server.words[0]}", server.told(brought))


def _headers(server: HostileServer, writer: asyncio.StreamWriter, head: str, brought: str) -> None:
    said = brought + "".join(server.words).replace("\n", "").replace("\r", "")
    named = [f"{name}: {said}" for name in ("Date", "Retry-After", "Content-Type", "Location")]
    _answer(writer, f"403 {said}", server.told(brought), *named)


def _huge(server: HostileServer, writer: asyncio.StreamWriter, head: str, brought: str) -> None:
    _answer(writer, "400 Bad", server.told(brought), "X-Large: " + "\x1b]52;c;UFdO\x07" * 100_000)


def _elsewhere(s: HostileServer, writer: asyncio.StreamWriter, head: str, brought: str) -> None:
    away = "".join(s.words).replace("\n", "").replace("\r", "")
    _answer(writer, "302 Found", "", f"Location: https://{away}{brought}.invalid/{away}")


def _noise(server: HostileServer, writer: asyncio.StreamWriter, head: str, brought: str) -> None:
    writer.write((brought + "".join(server.words)).encode("utf-8", "replace") * 50)


def _page(server: HostileServer, writer: asyncio.StreamWriter, head: str, brought: str) -> None:
    _answer(writer, "400 Bad", "<!doctype html>" + brought + "".join(server.words), kind="xml")


_ANSWERS: dict[str, Callable[[HostileServer, asyncio.StreamWriter, str, str], None]] = {
    **{"words": _good, "headers": _headers, "huge": _huge},
    **{"elsewhere": _elsewhere, "noise": _noise, "page": _page},
}
