"""Answers of X with 200 that are not what X documents, and pages of search that do not end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from tartantm.core.post import Post
from tartantm.networks import patience
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import Lost, Refused, Unfilled
from tartantm.networks.x import search as x_search
from tests.builders import post
from tests.networks.x.faults import Answer
from tests.networks.x.listener import Chat, ago, heard_of, x_source
from tests.networks.x.server import XServer

Json = dict[str, Any]
Say = Callable[[XServer, str, Any], None]

UNAVAILABLE = {"title": "Service Unavailable", "detail": "Try later.", "type": "about:blank"}

ODD: list[Json] = [
    {},
    {"errors": [UNAVAILABLE]},
    {"meta": {"result_count": 1}},
    {"meta": {}},
    {"meta": {"result_count": False}},
    {"data": None},
    {"data": []},
    {"data": [{}], "meta": {"result_count": 1}},
    {"data": {"id": "7", "text": "A1"}},
    {"data": "x", "meta": {"result_count": 1}},
]


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Iterator[Say]:
    """Has the stand-in answer an endpoint with 200 and this; lists are taken one by one."""

    def say(server: XServer, endpoint: str, answer: Any) -> None:
        usual = server.routes.answer
        left = list(answer) if isinstance(answer, list) else None

        def answered(method: str, asked: str, *rest: Any) -> Answer:
            if asked != endpoint:
                return usual(method, asked, *rest)
            value = answer if left is None else left.pop(0)
            return Answer(200, json.dumps(value).encode())

        monkeypatch.setattr(server.routes, "answer", answered)

    yield say


def found(*ids: int, token: str = "") -> Json:
    """A page of search."""
    rows = [
        {"id": str(n), "text": f"A{n}", "created_at": f"2026-06-17T17:{n % 60:02}:00Z"} for n in ids
    ]
    meta: Json = {"result_count": len(rows)} | ({"next_token": token} if token else {})
    return ({"data": rows} if rows else {}) | {"meta": meta}


@pytest.mark.parametrize("answer", ODD, ids=json.dumps)
@pytest.mark.parametrize("asked", ["since", "replies"])
async def test_what_is_no_page_of_search_is_no_answer(says: Say, answer: Json, asked: str) -> None:
    async with XServer() as server:
        source, chat = x_source(server), Chat()
        chat.posts = [post(server.post("A1 #tartantm", at=ago(minutes=5)))]
        says(server, "search", answer)
        with pytest.raises(Lost, match=r"did not answer .*asked") as caught:
            await heard_of(source.since(ago(hours=1)) if asked == "since" else source.replies(chat))
        assert ("Try later" in str(caught.value)) == ("errors" in answer)
        assert source.damaged == 0
        await source.close()


@pytest.mark.parametrize("answer", [*ODD[:8], {"meta": {"result_count": 0}}], ids=json.dumps)
async def test_what_names_no_post_is_no_look_up(says: Say, answer: Json) -> None:
    async with XServer() as server:
        source = x_source(server)
        says(server, "lookup", answer)
        with pytest.raises(Lost, match="did not answer"):
            await heard_of(source.recheck([post("7")]))
        await source.close()


@pytest.mark.parametrize("answer", ODD[:6], ids=json.dumps)
async def test_what_is_no_list_of_rules_makes_no_rule(says: Say, answer: Json) -> None:
    async with XServer() as server:
        source = x_source(server)
        await source.open()
        says(server, "rules", answer)
        with pytest.raises(Lost, match="did not answer"):
            await heard_of(source.stream(lambda: None))
        assert {request.method for request in server.requests} == {"GET"}
        await source.close()


@pytest.mark.parametrize(
    "answer, kind",
    [
        ({}, Lost),
        ({"errors": [UNAVAILABLE]}, Lost),
        ({"errors": [{"title": "UnprocessableEntity", "value": "#tartantm"}]}, Refused),
        ({"errors": [{"title": "Cap", "type": "https://x.invalid/problems/rule-cap"}]}, Refused),
    ],
)
async def test_a_rule_is_refused_by_an_error_about_rules_alone(
    says: Say, answer: Json, kind: type[Exception]
) -> None:
    async with XServer() as server:
        source = x_source(server)
        await source.open()
        says(server, "rules", [{"meta": {"sent": "2026-06-17T17:00:00Z"}}, answer])
        with pytest.raises(kind):
            await heard_of(source.stream(lambda: None))
        await source.close()


async def test_doctor_and_the_end_of_a_stream_left_over_claim_nothing(says: Say) -> None:
    async with XServer() as server:
        source = x_source(server)
        says(server, "counts", {})
        assert "accepts" not in str([finding async for finding in source.diagnose()])
        says(server, "connections", {"errors": [UNAVAILABLE]})
        server.faults.always["stream"] = "connections"
        await source.open()
        with pytest.raises(Lost, match="did not answer"):
            await heard_of(source.stream(lambda: None))
        await source.close()


async def test_credit_that_is_used_up_is_known_with_200_too(says: Say) -> None:
    async with XServer() as server:
        source = x_source(server)
        says(server, "search", {"errors": [{"title": "CreditsDepleted", "type": "about:blank"}]})
        with pytest.raises(Refused, match="credit is used up"):
            await heard_of(source.since(ago(hours=1)))
        await source.close()


async def all_until(
    server: XServer, kind: type[Exception], when: datetime | None = None
) -> tuple[list[Heard], Any, int]:
    """What a look brings before it is Unfilled, its error, and how many pages it asked for."""
    source = x_source(server)
    heard: list[Heard] = []
    with pytest.raises(kind) as caught:
        async for batch in source.since(when or ago(hours=1)):
            heard += batch
    await source.close()
    return heard, caught.value, len(server.connects("search"))


async def test_a_page_without_posts_is_not_the_last_one(says: Say) -> None:
    async with XServer() as server:
        source = x_source(server)
        says(server, "search", [found(9, token="a"), found(token="b"), found(8)])
        assert [each.id for each in await heard_of(source.since(ago(hours=1)))] == ["x:9", "x:8"]
        await source.close()


ENDLESS = {
    "no posts": [found(9, token="t"), *(found(token=f"t{n}") for n in range(9))],
    "a token twice": [found(9, token="t"), found(token="u"), found(token="t")],
    "the same posts": [found(9, token="t"), found(9, token="u")],
}


@pytest.mark.parametrize("pages", ENDLESS.values(), ids=ENDLESS)
async def test_pages_that_bring_nothing_end_a_look(says: Say, pages: list[Json]) -> None:
    async with XServer() as server:
        says(server, "search", pages)
        heard, error, asked = await all_until(server, Unfilled)
        assert {item.id for item in heard if isinstance(item, Post)} == {"x:9"}
        assert "older posts" in str(error) and f"{error.had_since:%H:%M}" == "17:09"
        assert asked == min(len(pages), 1 + x_search.MOST_BARREN)


async def test_a_look_reads_so_many_pages(says: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x_search, "MOST_PAGES", 3)
    pages = [found(n, token=f"t{n}") for n in range(9, 4, -1)]
    async with XServer() as server:
        says(server, "search", pages)
        heard, error, asked = await all_until(server, Unfilled)
        assert (len(heard), asked) == (3, 3) and f"{error.had_since:%H:%M}" == "17:07"


async def test_a_look_waits_so_long(says: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LOOK_SECONDS", 0.0)
    async with XServer() as server:
        says(server, "search", [found(9, token="t")])
        heard, error, asked = await all_until(server, Unfilled)
        assert (len(heard), asked) == (1, 1) and "slowly" in str(error)
