"""The one door for answers of HTTP: what is asked, what of an answer is kept, and where it ends."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import httpcore
import httpx
import pytest

from tartantm.networks.bounded import (
    ANSWER_BYTES,
    ANSWER_SECONDS,
    HEADER_LENGTH,
    HEADERS,
    OPEN_SECONDS,
    PROBLEM_BYTES,
    REDIRECTS,
    Answer,
    BoundedClient,
    NoAnswer,
    Stream,
    TooLong,
)
from tartantm.networks.protocol import Lost, reason_of
from tartantm.networks.redirects import Elsewhere
from tests.virtual_time import VirtualTimeLoop, run

BASE = "https://a.example"


class Body(httpx.AsyncByteStream):
    """Chunks, each of them after so many seconds; the last may be an error."""

    def __init__(self, chunks: Sequence[bytes | Exception], seconds: float = 0.0) -> None:
        self.chunks, self.seconds = chunks, seconds
        self.read, self.closed = 0, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            if self.seconds:
                await asyncio.sleep(self.seconds)
            if isinstance(chunk, Exception):
                raise chunk
            self.read += len(chunk)
            yield chunk

    async def aclose(self) -> None:
        self.closed = True


Head = Sequence[tuple[str, str]]


def answer(
    *chunks: bytes | Exception, status: int = 200, head: Head = (), seconds: float = 0.0
) -> httpx.Response:
    return httpx.Response(status, headers=list(head), stream=Body(chunks, seconds))


def moved(to: str, status: int = 302, *chunks: bytes | Exception) -> httpx.Response:
    return answer(*chunks, status=status, head=[("Location", to)])


class Server:
    """Answers by path; keeps what was asked and what it answered."""

    def __init__(
        self, *answers: httpx.Response | Exception, base: str = BASE, headers: Head = ()
    ) -> None:
        self.answers, self.asked = list(answers), list[httpx.Request]()
        self.given: list[httpx.Response] = []
        transport = httpx.MockTransport(self._handle)
        self.inner = httpx.AsyncClient(base_url=base, transport=transport, headers=list(headers))
        self.client = BoundedClient(self.inner, "a.example")

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        given = self.answers.pop(0)
        if isinstance(given, Exception):
            raise given
        self.given.append(given)
        return given

    @property
    def are_closed(self) -> bool:
        """Whether every answer was closed."""
        bodies = [each.stream for each in self.given]
        return all(each.is_closed for each in self.given) and bool(bodies)


def body_of(response: httpx.Response) -> Body:
    body = response.stream
    while not isinstance(body, Body):
        body = vars(body)["_stream"]
    return body


async def test_an_answer_holds_what_came() -> None:
    head = [("X-Name", "1"), ("X-Name", "2"), ("Set-Cookie", "a=b"), ("Content-Type", "text/html")]
    server = Server(answer(b"wor", b"ds", status=203, head=head))
    found = await server.client.ask("GET", "/page")
    assert (found.status, found.body, found.url) == (203, b"words", f"{BASE}/page")
    assert (found.has_moved, found.redirects_to) == (False, "")
    assert found.headers["x-name"] == "1, 2"
    assert found.headers["CONTENT-TYPE"] == "text/html"
    assert "set-cookie" not in found.headers
    assert server.are_closed


async def test_a_header_of_absurd_length_counts_as_absent() -> None:
    head = [("A", "x" * HEADER_LENGTH), ("B", "x" * (HEADER_LENGTH + 1)), ("C", "1")]
    server = Server(answer(head=head))
    found = await server.client.ask("GET", "/")
    assert (len(found.headers["A"]), found.headers.get("B"), found.headers["C"]) == (
        4096,
        None,
        "1",
    )


async def test_no_cookie_is_kept() -> None:
    cookie = [("Set-Cookie", "session=1; Path=/")]
    server = Server(answer(head=cookie), answer())
    await server.client.ask("GET", "/1")
    await server.client.ask("GET", "/2")
    assert [request.headers.get("Cookie") for request in server.asked] == [None] * 2
    assert not server.inner.cookies


async def test_a_request_holds_what_was_asked_for() -> None:
    server = Server(*[answer() for _ in range(6)])
    ask = server.client.ask
    await ask("GET", "/1", params={"tag": ["a", "b"], "limit": 4}, headers={"If-None-Match": "e"})
    await ask("GET", "/2", params=[("id", "1"), ("id", "2")])
    await ask("GET", "/3?key=1", params=[])
    await ask("GET", "/3?key=1", params={})
    await ask("GET", "/3?key=1")
    await ask("POST", "/4", json={"a": 1})
    assert [str(request.url).removeprefix(BASE) for request in server.asked] == [
        "/1?tag=a&tag=b&limit=4",
        "/2?id=1&id=2",
        *["/3?key=1"] * 3,
        "/4",
    ]
    assert [request.method for request in server.asked] == [*["GET"] * 5, "POST"]
    assert server.asked[0].headers["If-None-Match"] == "e"
    assert {request.headers["Accept-Encoding"] for request in server.asked} == {"gzip, deflate"}
    assert server.asked[-1].read() == b'{"a":1}'


async def test_only_what_is_unpacked_here_is_accepted() -> None:
    server = Server(answer(), headers=[("Accept-Encoding", "br, zstd")])
    await server.client.ask("GET", "/")
    assert server.asked[0].headers["Accept-Encoding"] == "gzip, deflate"


MOST = 1_000


@pytest.mark.parametrize(
    ("chunks", "packed"),
    [
        ([b"x" * MOST], False),
        ([b"x"] * MOST, False),
        ([gzip.compress(b"x" * MOST)], True),
    ],
)
async def test_an_answer_of_just_what_is_allowed_is_whole(
    chunks: list[bytes], packed: bool
) -> None:
    head = [("Content-Encoding", "gzip")] if packed else []
    found = await Server(answer(*chunks, head=head)).client.ask("GET", "/", most=MOST)
    assert found.body == b"x" * MOST


@pytest.mark.parametrize(
    ("chunks", "packed"),
    [
        ([b"x" * (MOST + 1), *[b"x"] * 9_000], False),
        ([b"x" * MOST, b"x"], False),
        ([gzip.compress(b"x" * (MOST + 1))], True),
        ([gzip.compress(b"x" * 5_000_000)], True),
        ([gzip.compress(b"x"), *[b"x" * 100] * 9_000], True),
    ],
)
async def test_a_longer_one_is_read_no_further(chunks: list[bytes], packed: bool) -> None:
    given = answer(*chunks, head=[("Content-Encoding", "gzip")] if packed else [])
    server = Server(given)
    body = body_of(given)
    with pytest.raises(TooLong, match=r"^a\.example sent an answer that is too long\.$") as raised:
        await server.client.ask("GET", "/", most=MOST)
    assert body.read <= max(len(chunks[0]), MOST + 100)
    assert body.closed
    frames = []
    at = raised.value.__traceback__
    while at:
        frames.append(at.tb_frame)
        at = at.tb_next
    kept = [each for frame in frames for each in frame.f_locals.values() if type(each) is bytearray]
    assert not any(kept), "the error's traceback does not keep it"


async def test_an_answer_has_the_budget_of_all_where_nothing_else_is_said() -> None:
    assert ANSWER_BYTES == 4 * 1024 * 1024
    server = Server(answer(b"x" * ANSWER_BYTES), answer(b"x" * (ANSWER_BYTES + 1)))
    assert len((await server.client.ask("GET", "/")).body) == ANSWER_BYTES
    with pytest.raises(TooLong):
        await server.client.ask("GET", "/")


@pytest.mark.parametrize(("most", "kept"), [(None, PROBLEM_BYTES), (500, 500)])
async def test_of_a_refusal_the_beginning_is_enough(most: int | None, kept: int) -> None:
    server = Server(answer(*[b"x" * 999] * 100, status=403))
    found = await server.client.ask("GET", "/", most=most)
    assert (found.status, found.body) == (403, b"x" * kept)
    assert kept <= PROBLEM_BYTES == 65536
    assert body_of(server.given[0]).read < kept + 1_000


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(b"words" * 99, mtime=0)[:-5]),
        ("br", b"words"),
        ("gzip, gzip", gzip.compress(gzip.compress(b"words", mtime=0), mtime=0)),
    ],
)
async def test_what_cannot_be_unpacked_is_no_answer(encoding: str, body: bytes) -> None:
    head = [("Content-Encoding", encoding)]
    server = Server(answer(body, head=head), answer(body, head=head, status=500))
    with pytest.raises(Lost, match=r"^a\.example sent an answer that cannot be unpacked\.$"):
        await server.client.ask("GET", "/")
    assert (await server.client.ask("GET", "/")).status == 500, (
        "what it refuses counts all the same"
    )
    assert server.are_closed


@pytest.mark.parametrize(
    ("statuses", "has_moved"),
    [([301], True), ([308, 301], True), ([302], False), ([301, 307], False), ([302, 301], False)],
)
async def test_redirects_are_followed_and_told_where_all_are_for_good(
    statuses: list[int], has_moved: bool
) -> None:
    hops = [moved(f"/{n}", status, RuntimeError("read")) for n, status in enumerate(statuses)]
    server = Server(*hops, answer(b"words"))
    found = await server.client.ask("GET", "/page")
    assert (found.status, found.body) == (200, b"words")
    assert found.url == f"{BASE}/{len(statuses) - 1}"
    assert (found.has_moved, found.redirects_to) == (has_moved, "")
    assert server.are_closed


async def test_so_many_redirects_and_no_more() -> None:
    server = Server(*[moved("/") for _ in range(REDIRECTS)], answer(b"words"))
    assert (await server.client.ask("GET", "/")).body == b"words"
    assert REDIRECTS == 5
    server = Server(*[moved("/") for _ in range(REDIRECTS + 1)])
    with pytest.raises(NoAnswer) as raised:
        await server.client.ask("GET", "/")
    assert isinstance(raised.value.cause, httpx.TooManyRedirects)
    assert str(raised.value.cause) == "5 redirects"
    assert server.are_closed
    server = Server(moved("/"), moved("/"))
    with pytest.raises(NoAnswer):
        await server.client.ask("GET", "/", redirects=1)


async def test_a_redirect_that_is_not_to_be_followed_is_the_answer() -> None:
    server = Server(moved("https://b.example/login", 302, b"words"))
    found = await server.client.ask("GET", "/", redirects=0)
    assert (found.status, found.body, found.redirects_to) == (302, b"words", "b.example")
    assert (found.url, found.has_moved) == (f"{BASE}/", False)


@pytest.mark.parametrize(
    ("base", "url", "headers", "method"),
    [
        (BASE, "/", [("Authorization", "Bearer x")], "GET"),
        (BASE, "/?key=1", [], "GET"),
        ("https://me:word@a.example", "/", [], "GET"),
        (BASE, "/", [], "POST"),
    ],
)
async def test_a_secret_is_carried_to_its_own_server_alone(
    base: str, url: str, headers: Head, method: str
) -> None:
    server = Server(moved("https://b.example/"), answer(), base=base, headers=headers)
    with pytest.raises(Elsewhere, match=r"^a\.example redirects to another server"):
        await server.client.ask(method, url)
    assert len(server.asked) == 1 and server.are_closed
    # Not even by way of another address of its own.
    server = Server(moved("/2"), moved("https://b.example/"), base=base, headers=headers)
    with pytest.raises(Elsewhere):
        await server.client.ask(method, url)


async def test_what_holds_no_secret_is_followed_elsewhere() -> None:
    server = Server(moved("https://b.example/2"), answer(b"words"))
    found = await server.client.ask("GET", "/", params={"q": "tea"})
    assert (found.url, found.body) == ("https://b.example/2", b"words")


@pytest.mark.parametrize("location", [None, "/2"])
async def test_thousands_of_headers_are_no_answer(location: str | None) -> None:
    more = [("Location", location)] if location else []
    status = 302 if location else 200
    for count, is_good in ((HEADERS - len(more), True), (HEADERS - len(more) + 1, False)):
        many = answer(status=status, head=[*more, *[("X", "1")] * count])
        server = Server(many, answer(b"words"))
        if is_good:
            assert (await server.client.ask("GET", "/")).status == 200
            continue
        with pytest.raises(Lost, match=r"^a\.example sent too many headers\.$"):
            await server.client.ask("GET", "/")
        with pytest.raises(Lost, match="too many headers"):
            await Server(many).client.ask("GET", "/", redirects=0)
        assert server.are_closed


def test_bytes_that_keep_coming_do_not_make_an_answer_last(monkeypatch: pytest.MonkeyPatch) -> None:
    async def waiting(loop: VirtualTimeLoop) -> None:
        for hops in (0, 3):
            slow = [moved("/") for _ in range(hops)]
            server, began = Server(*slow, answer(*[b"x"] * 999, seconds=9.0)), loop.time()
            with pytest.raises(NoAnswer) as raised:
                await server.client.ask("GET", "/")
            assert loop.time() - began == ANSWER_SECONDS
            assert isinstance(raised.value.cause, httpx.ReadTimeout)
            assert str(raised.value.cause) == "the whole answer took too long"
            assert "a.example" in str(raised.value)
            assert server.are_closed

    run(waiting, monkeypatch)


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("no route"),
        httpx.InvalidURL("odd"),
        httpx.StreamClosed(),
        OSError("reset"),
        UnicodeError("odd"),
    ],
)
async def test_whatever_breaks_is_no_answer_and_says_whose(error: Exception) -> None:
    for server in (Server(error), Server(answer(b"x", error)), Server(moved("/"), error)):
        with pytest.raises(NoAnswer) as raised:
            await server.client.ask("GET", "/")
        assert raised.value.cause is error
        assert raised.value.is_advised
        assert "a.example" in str(raised.value)
        assert not server.given or server.are_closed


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (httpx.ReadTimeout("late"), "a.example did not answer in time."),
        (httpx.ConnectError("no route"), "a.example cannot be reached."),
        (
            httpx.TooManyRedirects("many"),
            "a.example redirects from one address to the next without end.",
        ),
    ],
)
def test_why_no_answer_came_with_what_to_do(cause: Exception, reason: str) -> None:
    said = str(NoAnswer(cause, "a.example"))
    assert reason_of(said) == reason
    assert len(said) > len(reason)


async def test_a_faulty_answer_is_closed_too() -> None:
    server = Server(answer(b"x", KeyError("a fault of ours")))
    with pytest.raises(KeyError):
        await server.client.ask("GET", "/")
    assert server.are_closed


async def test_leaving_closes_the_connections() -> None:
    server = Server()
    async with server.client as client:
        assert client is server.client and not server.inner.is_closed
    assert server.inner.is_closed


SSE = "text/event-stream"
OPENED: Head = [("Content-Type", f"{SSE}; charset=utf-8")]


async def heard(opened: Stream | Answer) -> list[bytes]:
    assert isinstance(opened, Stream)
    found = []
    with suppress(Lost):
        async for chunk in opened.chunks():
            found.append(chunk)
    return found


@pytest.mark.parametrize("kind", [SSE, "Text/Event-Stream", f"{SSE};charset=utf-8"])
async def test_a_stream_brings_what_comes_and_then_says_that_it_ended(kind: str) -> None:
    server = Server(answer(b"a", b"b", head=[("Content-Type", kind)]))
    async with server.client.listen("/s", SSE, silence=70.0, params={"tag": "tea"}) as opened:
        assert isinstance(opened, Stream)
        chunks = opened.chunks()
        assert [await anext(chunks), await anext(chunks)] == [b"a", b"b"]
        with pytest.raises(Lost, match=r"^a\.example closed the connection\.$"):
            await anext(chunks)
    assert server.are_closed
    (request,) = server.asked
    assert (request.method, str(request.url)) == ("GET", f"{BASE}/s?tag=tea")
    assert (request.headers["Accept"], request.headers["Accept-Encoding"]) == (SSE, "identity")


async def test_a_stream_may_be_silent_as_long_as_its_source_says() -> None:
    server = Server(answer(head=OPENED))
    server.inner.timeout = httpx.Timeout(connect=1, read=2, write=3, pool=4)
    async with server.client.listen("/s", SSE, silence=70.0):
        pass
    times = server.asked[0].extensions["timeout"]
    assert times == {"connect": 1, "read": 70.0, "write": 3, "pool": 4}


async def test_a_stream_that_breaks_says_why() -> None:
    error = httpx.ReadTimeout("silent")
    server = Server(answer(b"a", error, head=OPENED))
    async with server.client.listen("/s", SSE, silence=70.0) as opened:
        assert isinstance(opened, Stream)
        chunks = opened.chunks()
        assert await anext(chunks) == b"a"
        with pytest.raises(NoAnswer) as raised:
            await anext(chunks)
    assert raised.value.cause is error and "a.example" in str(raised.value)


@pytest.mark.parametrize(
    ("status", "head"),
    [(404, OPENED), (201, OPENED), (200, [("Content-Type", "text/html")]), (200, [])],
)
async def test_where_no_stream_opens_the_answer_is_had(status: int, head: Head) -> None:
    marked = [*head, ("X-Name", "1"), ("Set-Cookie", "a=b")]
    server = Server(moved("/2"), answer(b"words", status=status, head=marked))
    async with server.client.listen("/s", SSE, silence=70.0) as opened:
        assert isinstance(opened, Answer)
        assert (opened.status, opened.body, opened.url) == (status, b"words", f"{BASE}/2")
        assert opened.headers["X-Name"] == "1" and "Set-Cookie" not in opened.headers
    assert server.are_closed


async def test_an_answer_instead_of_a_stream_has_the_budget_of_one() -> None:
    server = Server(answer(b"x" * (ANSWER_BYTES + 1)))
    with pytest.raises(TooLong):
        async with server.client.listen("/s", SSE, silence=70.0):
            pass
    assert server.are_closed


@pytest.mark.parametrize("packed", ["gzip", "br", "gzip, gzip"])
async def test_a_packed_stream_is_refused(packed: str) -> None:
    server = Server(answer(head=[*OPENED, ("Content-Encoding", packed)]))
    sentence = r"^a\.example packs its stream, though it was asked not to\.$"
    with pytest.raises(Lost, match=sentence):
        async with server.client.listen("/s", SSE, silence=70.0):
            pass
    assert server.are_closed
    server = Server(answer(b"a", head=[*OPENED, ("Content-Encoding", "identity")]))
    async with server.client.listen("/s", SSE, silence=70.0) as opened:
        assert await heard(opened) == [b"a"]


async def test_a_stream_follows_redirects_but_not_with_a_token() -> None:
    token = [("Authorization", "Bearer x")]
    hops = [moved("/") for _ in range(REDIRECTS)]
    server = Server(*hops, answer(b"a", head=OPENED), headers=token)
    async with server.client.listen("/s", SSE, silence=70.0) as opened:
        assert await heard(opened) == [b"a"]
    server = Server(*[moved("/") for _ in range(REDIRECTS + 1)])
    with pytest.raises(NoAnswer):
        async with server.client.listen("/s", SSE, silence=70.0):
            pass
    server = Server(moved("https://b.example/"), answer(head=OPENED), headers=token)
    with pytest.raises(Elsewhere):
        async with server.client.listen("/s", SSE, silence=70.0):
            pass
    server = Server(moved("https://b.example/"), answer(b"a", head=OPENED))
    async with server.client.listen("/s", SSE, silence=70.0) as opened:
        assert await heard(opened) == [b"a"]


def test_only_the_beginning_of_a_stream_has_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def waiting(loop: VirtualTimeLoop) -> None:
        server = Server(answer(*[b"x"] * 20, head=OPENED, seconds=60.0))
        began = loop.time()
        async with server.client.listen("/s", SSE, silence=70.0) as opened:
            assert len(await heard(opened)) == 20
        assert loop.time() - began == 1200
        server, began = Server(answer(*[b"x"] * 20, seconds=8.0)), loop.time()
        with pytest.raises(NoAnswer) as raised:
            async with server.client.listen("/s", SSE, silence=70.0):
                pass
        assert loop.time() - began == OPEN_SECONDS
        assert isinstance(raised.value.cause, httpx.ReadTimeout)
        assert server.are_closed

    run(waiting, monkeypatch)


async def test_what_its_listener_raises_is_not_taken_for_the_servers() -> None:
    for error in (OSError("a disk"), TimeoutError(), ValueError("odd")):
        server = Server(answer(b"a", head=OPENED))
        with pytest.raises(type(error)) as raised:
            async with server.client.listen("/s", SSE, silence=70.0):
                raise error
        assert raised.value is error
        assert server.are_closed


@pytest.mark.parametrize("error", [httpx.ConnectError("no route"), OSError("reset")])
async def test_a_stream_that_cannot_be_opened_is_no_answer(error: Exception) -> None:
    with pytest.raises(NoAnswer) as raised:
        async with Server(error).client.listen("/s", SSE, silence=70.0):
            pass
    assert raised.value.cause is error


def test_a_busy_server_does_not_keep_others_from_their_turn() -> None:
    assert httpcore.AsyncHTTP11Connection.READ_NUM_BYTES == 4 * 1024


def test_what_is_unpacked_waits_for_nobody_who_has_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def unpacking(loop: VirtualTimeLoop) -> None:
        packed = gzip.compress(bytes(2**20))
        server, began = Server(answer(packed, head=[("Content-Encoding", "gzip")])), loop.time()
        assert len((await server.client.ask("GET", "/page")).body) == 2**20
        assert loop.time() == began

    run(unpacking, monkeypatch)


async def test_others_have_their_turn_while_a_bomb_is_unpacked() -> None:
    head = [("Content-Encoding", "gzip")]
    server = Server(answer(gzip.compress(bytes(2**20)), head=head))
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(others())
    found = await server.client.ask("GET", "/page")
    waiting.cancel()
    assert len(found.body) == 2**20 and turns >= 16
