"""WebSockets: to the address that was given, also where one of a host's addresses says nothing."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.http11 import Request, Response

from tartantm.networks import websocket
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.websocket import open_websocket
from tartantm.settings.config import NetSettings

SILENT = ("127.0.0.2", 9)
"""An address that neither takes nor refuses a connection, as IPv6 does where it is broken."""

BEGINS = {"later": None, "at once": getattr(asyncio, "eager_task_factory", None)}
"""How the loop begins tasks: at once, as on the desk from Python 3.12 on, or later."""


def clients() -> HttpClients:
    return HttpClients(NetSettings(), LiveClock())


@asynccontextmanager
async def served(answer: Response | None = None) -> AsyncIterator[int]:
    """A server on loopback that says one word, or refuses with an answer; yields its port."""

    async def speak(connection: ServerConnection) -> None:
        await connection.send("heard")

    def refuse(_connection: ServerConnection, _request: Request) -> Response | None:
        return answer

    async with serve(speak, "127.0.0.1", 0, process_request=refuse) as server:
        yield next(iter(server.sockets)).getsockname()[1]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[socket.socket]:
    """The sockets that were connected."""
    found: list[socket.socket] = []
    connected = websocket._connected

    async def kept(url: str) -> socket.socket:
        found.append(await connected(url))
        return found[-1]

    monkeypatch.setattr(websocket, "_connected", kept)
    return found


@pytest.mark.parametrize("begins", BEGINS)
async def test_a_silent_address_does_not_keep_the_other_one_waiting(
    begins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    connect = loop.sock_connect
    tried: list[object] = []
    stream = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")

    async def sock_connect(sock: socket.socket, address: object) -> None:
        tried.append(address)
        if address == SILENT:
            await asyncio.Event().wait()
        await connect(sock, address)  # type: ignore[arg-type]

    async with served() as port:

        async def getaddrinfo(host: str, asked: int, **_: object) -> list[object]:
            assert (host, asked) == ("a.example", port)
            return [(*stream, SILENT), (*stream, ("127.0.0.1", port))]

        monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(loop, "sock_connect", sock_connect)
        monkeypatch.setattr(websocket, "APART", 0.001)
        before = loop.get_task_factory()
        loop.set_task_factory(BEGINS[begins])
        try:
            async with open_websocket(clients(), f"ws://a.example:{port}/") as opened:
                assert await opened.recv() == "heard"
        finally:
            loop.set_task_factory(before)
    assert tried == [SILENT, ("127.0.0.1", port)]


async def test_a_redirect_is_no_way_on(made: list[socket.socket]) -> None:
    """Whatever it leads to: a token that travels along is for one host."""
    async with served() as port:
        location = Headers({"Location": f"ws://127.0.0.1:{port}/", "Content-Length": "0"})
        moved = Response(HTTPStatus.FOUND, "Found", location)
        async with served(moved) as other:
            with pytest.raises(InvalidStatus, match="302"):
                async with open_websocket(clients(), f"ws://127.0.0.1:{other}/"):
                    pass
    assert [each.fileno() for each in made] == [-1], "nothing is left open"


async def test_nobody_there_is_an_error_of_the_system() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError):
        async with open_websocket(clients(), f"ws://127.0.0.1:{port}/"):
            pass


async def test_through_a_proxy_no_address_is_looked_up(made: list[socket.socket]) -> None:
    """Behind a proxy only the proxy knows names."""
    async with served() as port:
        proxied = HttpClients(NetSettings(proxy=f"http://127.0.0.1:{port}"), LiveClock())
        with pytest.raises(Exception, match="proxy"):
            async with open_websocket(proxied, "ws://nowhere.example/"):
                pass
    assert not made
