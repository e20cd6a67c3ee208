"""A stand-in for a server of the OpenAI-compatible protocol, which can have a bad day.

It answers as llama.cpp, Ollama and LM Studio do: ``GET /v1/models`` and ``POST
/v1/chat/completions``. `decide` says where each post belongs; `faults` are answers that come first.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.networks.loopback import LoopbackServer

Json = dict[str, Any]
Fault = Callable[[asyncio.StreamWriter, bytes], Awaitable[None]]
Decide = Callable[[list[Json], Mapping[int, str]], Mapping[str, str]]
"""Of the posts that were shown, and by number the places offered: the answer."""


def everything_to(place: str) -> Decide:
    """Has every post belong to one place."""
    return lambda posts, wanted: {str(number): place for number in wanted}


class ReaderServer(LoopbackServer):
    """Answers, and remembers what it was asked."""

    def __init__(self, decide: Decide | None = None, *, takes_schema: bool = True) -> None:
        super().__init__()
        self.decide, self.takes_schema = decide or everything_to("Q1"), takes_schema
        self.faults: list[Fault] = []
        self.models = [{"id": "made-up-7b"}]
        self.requests: list[Json] = []
        """The bodies of the questions."""
        self.heads: list[bytes] = []
        self.content: str | None = None
        """What it says in any case, whatever was asked."""

    @property
    def address(self) -> str:
        """As the settings name it."""
        return f"{self.url}/v1"

    async def respond(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        self.heads.append(head)
        if head.startswith(b"GET /v1/models "):
            writer.write(answer({"object": "list", "data": self.models}))
            return
        if not head.startswith(b"POST /v1/chat/completions "):
            writer.write(answer({"error": {"message": "no such path"}}, 404))
            return
        asked = json.loads(body)
        self.requests.append(asked)
        if self.faults:
            await self.faults.pop(0)(writer, body)
            return
        if not self.takes_schema and "response_format" in asked:
            writer.write(answer({"error": "'response_format.type' must be 'text'"}, 400))
            return
        content = self.content
        if content is None:
            content = json.dumps(self.decide(posts_in(asked), wanted_in(asked)))
        writer.write(answer(completion(content)))


def completion(content: str) -> Json:
    """A whole answer."""
    message = {"role": "assistant", "content": content}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "made-up-7b",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }


def answer(
    value: object, status: int = 200, kind: str = "application/json", **headers: str
) -> bytes:
    """An answer as it stands on the wire."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    more = "".join(f"{name.replace('_', '-')}: {said}\r\n" for name, said in headers.items())
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}"
    return head.encode() + b"Connection: close\r\n\r\n" + body


def sends(data: bytes) -> Fault:
    """A fault that is an answer."""

    async def send(writer: asyncio.StreamWriter, _: bytes) -> None:
        writer.write(data)

    return send


def words_in(asked: Json) -> str:
    """All that the model is told of one question."""
    return "\n".join(message["content"] for message in asked["messages"])


def posts_in(asked: Json) -> list[Json]:
    """The posts that were shown, in order."""
    data = words_in(asked).partition("BEGIN POSTS\n")[2].partition("\nEND POSTS")[0]
    return [json.loads(line) for line in data.splitlines()]


def wanted_in(asked: Json) -> dict[int, str]:
    """The numbers of the posts whose places are wanted."""
    line = re.search(r"^Where do these posts belong: ([\d, ]+)\?$", words_in(asked), re.MULTILINE)
    assert line
    return {int(number): "" for number in line[1].split(", ")}
