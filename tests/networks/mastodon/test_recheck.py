"""Asking for posts again: which are gone, protected or edited, and what is none of these."""

from __future__ import annotations

import pytest

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Heard
from tartantm.networks.protocol import Limited, Lost, Refused
from tests.networks.mastodon.listening import ago, all_of, source_of
from tests.networks.mastodon.server import Answer, MastodonServer

HTML = {"Content-Type": "text/html"}


def _name(item: Heard) -> str:
    if isinstance(item, Deleted):
        return item.posts[0]
    assert isinstance(item, Post)
    return item.id


@pytest.mark.parametrize("several", [200, 404, 405])
async def test_recheck(several: int) -> None:
    async with MastodonServer() as server:
        uris = [server.post(f"{n} #tartantm") for n in range(45)]
        source = source_of(server)
        await source.open()
        held = await all_of(source.since(ago(hours=1)))
        server.faults.several = several
        server.delete(uris[3])
        server.edit(uris[4], "Changed #tartantm")
        server.statuses[uris[5]]["visibility"] = "private"
        server.statuses[uris[6]]["local_only"] = True
        assert source.recheck_at_once == 20
        for _ in range(2):  # it always asks
            server.requests.clear()
            told = {_name(item): item for item in await all_of(source.recheck(held))}
            assert set(told) == {f"mastodon:{uris[n]}" for n in (3, 4, 5, 6)}
            gone, edited, *closed = (told[f"mastodon:{uris[n]}"] for n in (3, 4, 5, 6))
            assert (gone.why, edited.text) == ("gone", "Changed #tartantm")
            assert [each.why for each in closed] == ["protected", "protected"]
        # Three times several and the one that is gone; or each by itself.
        assert len(server.requests) == (4 if several == 200 else 45)
        assert source.recheck_at_once == (20 if several == 200 else 3)
        await source.close()


REFUSALS: list[tuple[Answer, type[Exception]]] = [
    ((404, HTML, b"<html>Not here"), Refused),
    ((404, {}, b"Not here"), Refused),
    ((404, HTML, {"error": "Not here"}), Refused),
    ((410, {}, b""), Refused),
    ((401, {}, {"error": "Members only"}), Refused),
    ((403, {}, {"error": "Members only"}), Refused),
    ((500, {}, {"error": "Boom"}), Lost),
    ((503, {"Retry-After": "300", **HTML}, b"<html>Maintenance"), Limited),
    ((429, {}, {"error": "Slowly"}), Limited),
    ((200, {}, b"[{"), Lost),
]


@pytest.mark.parametrize("answer, raised", REFUSALS)
async def test_no_refusal_is_taken_for_a_deletion(answer: Answer, raised: type[Exception]) -> None:
    async with MastodonServer() as server:
        server.post("One #tartantm")
        source = source_of(server)
        held = await all_of(source.since(ago(hours=1)))
        server.faults.answer("/api/v1/statuses", answer)
        with pytest.raises(raised):
            await all_of(source.recheck(held))
        server.faults.answers = []
        source.client.budget._closed.clear()  # as after the time that was asked for
        assert await all_of(source.recheck(held)) == []
        await source.close()


async def test_what_took_the_place_of_a_server_deletes_nothing() -> None:
    async with MastodonServer() as server:
        server.post("One #tartantm")
        source = source_of(server)
        held = await all_of(source.since(ago(hours=1)))
        server.faults.answer("/", (404, {}, {"error": "no such route"}))
        with pytest.raises(Refused, match="it may be no Mastodon server"):
            await all_of(source.recheck(held))
        await source.close()


@pytest.mark.parametrize("answer", [(429, {"Retry-After": "30"}, {}), (502, {}, b"")])
async def test_it_says_what_was_answered_before_it_failed(answer: Answer) -> None:
    async with MastodonServer() as server:
        uris = [server.post(f"{n} #tartantm") for n in range(6)]
        source = source_of(server)
        await source.open()
        held = await all_of(source.since(ago(hours=1)))
        server.faults.several = 405
        for uri in (uris[0], uris[5]):
            server.delete(uri)
        last = held[3].id.rpartition("/")[2]
        server.faults.answer(f"/api/v1/statuses/{last}", answer, times=1)
        told: list[Heard] = []
        answered: list[Post] = []
        with pytest.raises((Limited, Lost)):
            async for batch in source.recheck(held, answered.append):
                told += batch
        assert answered == held[:3]
        source.client.budget._closed.clear()
        told += await all_of(source.recheck(held[3:], answered.append))
        assert sorted(map(_name, told)) == sorted(f"mastodon:{uris[n]}" for n in (0, 5))
        assert answered == held
        await source.close()


async def test_what_is_there_is_answered_before_what_fails() -> None:
    async with MastodonServer() as server:
        uris = [server.post(f"{n} #tartantm") for n in range(6)]
        source = source_of(server)
        held = await all_of(source.since(ago(hours=1)))
        server.delete(uris[3])
        number = next(each for each in held if each.id.endswith(uris[3])).id.rpartition("/")[2]
        server.faults.answer(f"/api/v1/statuses/{number}", (500, {}, {"error": "Boom"}))
        answered: list[Post] = []
        with pytest.raises(Lost):
            await all_of(source.recheck(held, answered.append))
        assert answered == [each for each in held if not each.id.endswith(uris[3])]
        await source.close()
