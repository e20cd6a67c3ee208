"""Bluesky followed by the real supervisor, against the stand-in: whole chats, once each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.networks.bluesky import replay as bluesky_replay
from tartantm.networks.bluesky import source as bluesky
from tartantm.networks.heard import Heard
from tartantm.store.journal import Journal
from tests.networks.bluesky.following import following, hurry, source_for, texts, until
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.store import did_of


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


async def test_a_chat_is_heard_with_names_and_replies(tmp_path: Path) -> None:
    async with BlueskyServer() as server:
        before = await server.post("Q1 Said before anybody listened #TartanTM", "isla", ago=60)
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            chat = followed.session.chat
            await until(lambda: followed.health[0].state == "stream")
            await server.post("of no chat at all", "calum")
            await server.post("by hand only #tartantm", "calum", facets=False)
            await server.post("tagged beside its words", "morag", tags=["TARTANTM"])
            answer = await server.post("an answer without the tag", "hamish", reply_to=before)
            await until(lambda: len(chat.entries) == 4)
            await server.post("an answer to the answer", "fiona", reply_to=answer)
            await until(lambda: len(chat.entries) == 5)
        by_name = {entry.post.author.handle: entry.post for entry in chat.entries.values()}
        assert by_name["isla.example"].author.name == "Isla Example"
        assert by_name["isla.example"].hashtags == ("TartanTM",)
        assert by_name["calum.example"].found_by == ""
        assert by_name["hamish.example"].found_by == by_name["fiona.example"].found_by == "reply"
        assert chat.sources["bluesky"].state == "ended"
        assert server.listeners == 0


async def test_deletions_edits_and_closed_accounts(tmp_path: Path) -> None:
    async with BlueskyServer() as server:
        kept = await server.post("will be kept #tartantm", "isla")
        gone = await server.post("will be gone #tartantm", "isla")
        await server.post("whose account goes #tartantm", "calum")
        strange = await server.post("of another chat #other", "morag")
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            chat = followed.session.chat
            await until(lambda: len(chat.entries) == 3)
            await server.delete(gone)
            await server.delete(strange)
            await server.edit(kept, "was kept, in other words")
            server.store.close_account("morag")
            server.store.close_account("calum")
            await server.tell()
            await until(lambda: texts(chat) == ["was kept, in other words"])
        assert len(chat.entries) == 3
    with Journal(tmp_path / "a.tartantm") as journal:
        gone_for = [e.event for e in journal.since(0) if isinstance(e.event, ev.Deleted)]
    assert {(event.why, len(event.posts)) for event in gone_for} == {("author", 1), ("account", 1)}


async def test_nothing_is_missing_and_nothing_twice_when_the_server_is_killed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.tartantm"
    async with BlueskyServer() as server:
        async with following(path, source_for(server)) as followed:
            chat = followed.session.chat
            await until(lambda: followed.health[0].state == "stream")
            said = 0
            for away in (0.0, 0.1, 0.3):
                for _ in range(40):
                    said += 1
                    await server.post(f"number {said} #tartantm", f"person{said % 7}")
                    await asyncio.sleep(0)
                await server.stop()
                for _ in range(20):
                    said += 1
                    await server.post(f"number {said} #tartantm", f"person{said % 7}")
                await asyncio.sleep(away)
                await server.start()
            await until(lambda: len(chat.entries) == said and followed.health[0].state == "stream")
        first = len(server.connects)
        # Nobody listens now; who comes back hears that too.
        for _ in range(20):
            said += 1
            await server.post(f"number {said} #tartantm", "isla")
        async with following(path, source_for(server)) as followed:
            chat = followed.session.chat
            await until(lambda: len(chat.entries) == said)
            await until(lambda: followed.health[0].state == "stream")
        assert "cursor" not in server.connects[first] and "cursor" in server.connects[first + 1]
    assert texts(chat) == sorted(f"number {n} #tartantm" for n in range(1, said + 1))
    with Journal(path) as journal:
        events = [e.event for e in journal.since(0)]
    captured = [event.post.id for event in events if isinstance(event, ev.Captured)]
    assert len(captured) == len(set(captured)) == said
    filled = [event for event in events if isinstance(event, ev.Filled)]
    assert filled and {(event.by, event.why) for event in filled} == {("replay", "")}
    assert filled[-1].posts == 20
    lost = [e.detail for e in events if isinstance(e, ev.SourceChanged) and e.state == "lost"]
    assert lost and all(detail.endswith(".") for detail in lost)


async def test_what_concerns_posts_of_a_gap_counts_though_it_comes_before_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replies and deletions come live while the posts they are about are still being replayed."""
    monkeypatch.setattr(bluesky_replay, "QUIET_SECONDS", 1.0)
    monkeypatch.setattr(bluesky_replay, "BEYOND", 0)
    async with BlueskyServer() as server:
        question = await server.post("Q1 a question #tartantm", "isla", ago=30)
        gone = await server.post("taken back #tartantm", "isla", ago=30)
        server.faults.held_up = True
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            await until(lambda: server.listeners == 2)
            await server.post("where the replay ends, being told live", "morag")
            await server.post("an answer without the tag", "calum", reply_to=question)
            await server.delete(gone)
            # The stream has told more than the replay, so that cannot have told all.
            await asyncio.sleep(1.5)
            assert followed.health[0].state == "filling"
            server.faults.held_up = False
            await server.tell()
            chat = followed.session.chat
            await until(lambda: followed.health[0].state == "stream")
            await until(lambda: len(chat.entries) == 3)
        assert texts(chat) == ["Q1 a question #tartantm", "an answer without the tag"]


async def test_a_replay_that_was_held_up_before_anything_came_live_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be told from one that had nothing to send, until something comes live."""
    monkeypatch.setattr(bluesky, "UNCONFIRMED_SECONDS", 0.1)
    async with BlueskyServer() as server:
        await server.post("held up #tartantm", "isla", ago=200)
        server.faults.held_up = True
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            chat, source = followed.session.chat, followed.sources[0]
            await until(lambda: followed.health[0].state == "stream")
            assert not chat.entries
            server.faults.held_up = False
            await server.post("live #tartantm", "isla")
            await until(lambda: len(chat.entries) == 2)
            await until(lambda: source._unconfirmed is None)  # type: ignore[union-attr]
            assert source.poll_beside > 60  # type: ignore[union-attr]


async def test_names_come_late_or_never_and_posts_come_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.networks.bluesky.profiles.WAIT_SECONDS", 0.1)
    async with BlueskyServer() as server:
        method = "app.bsky.actor.getProfiles"
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            chat = followed.session.chat
            await until(lambda: followed.health[0].state == "stream")
            server.faults.xrpc[method] = 0.5
            await server.post("one #tartantm", "isla")
            await until(lambda: len(chat.entries) == 1)
            calls = server.calls[method]
            await until(lambda: followed.sources[0].profiles._asking == {})  # type: ignore[union-attr]
            server.faults.xrpc[method] = 503
            await server.post("two #tartantm", "isla")
            await server.post("three #tartantm", "calum")
            await until(lambda: len(chat.entries) == 3)
            await server.post("four #tartantm", "calum")
            await until(lambda: len(chat.entries) == 4)
            assert server.calls[method] == calls + 1
        shown = {entry.post.text: entry.post.author.handle for entry in chat.entries.values()}
    # The first came without a name, and was completed once the second one had it.
    assert shown["one #tartantm"] == shown["two #tartantm"] == "isla.example"
    assert shown["three #tartantm"] == shown["four #tartantm"] == did_of("calum")


async def test_a_new_handle_is_learnt(tmp_path: Path) -> None:
    async with BlueskyServer() as server:
        await server.post("one #tartantm", "isla")
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            chat = followed.session.chat
            await until(lambda: followed.health[0].state == "stream")
            server.store.rename("isla", "isla.elsewhere.example")
            await server.post("two #tartantm", "isla")
            await until(lambda: len(chat.entries) == 2)
        handles = {entry.post.author.handle for entry in chat.entries.values()}
    assert handles == {"isla.example", "isla.elsewhere.example"}


@pytest.mark.parametrize("late", [1, 2])
async def test_a_new_handle_is_learnt_though_the_service_knows_it_later_than_the_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: int
) -> None:
    monkeypatch.setattr("tartantm.networks.bluesky.profiles.AGAIN_SECONDS", 0.0)
    async with BlueskyServer() as server:
        await server.post("one #tartantm", "isla")
        async with following(tmp_path / "a.tartantm", source_for(server)) as followed:
            chat = followed.session.chat
            await until(lambda: followed.health[0].state == "stream")
            server.faults.late_names = late
            server.store.rename("isla", "isla.elsewhere.example")
            await server.post("two #tartantm", "isla")
            await until(lambda: len(chat.entries) == 2)
            await server.post("three #tartantm", "isla")
            await until(lambda: len(chat.entries) == 3)
        handles = {entry.post.text: entry.post.author.handle for entry in chat.entries.values()}
    assert late > 1 or handles["two #tartantm"] == "isla.elsewhere.example"
    assert handles["three #tartantm"] == "isla.elsewhere.example"


async def test_a_poll_asks_only_where_the_stream_is_silent(tmp_path: Path) -> None:
    async with BlueskyServer() as server:
        source = source_for(server)
        async with following(tmp_path / "a.tartantm", source) as followed:
            chat = followed.session.chat
            await until(lambda: followed.health[0].state == "stream")
            before = datetime.now(UTC)
            await server.post("one #tartantm", "isla")
            await until(lambda: len(chat.entries) == 1)
            # The replay before it may have been held up, as nothing came by either.
            await gathered(source.since(before))
            connects = len(server.connects)
            assert [batch async for batch in source.since(before)] == []
            assert len(server.connects) == connects
            await gathered(source.since(datetime.now(UTC)))
            assert len(server.connects) == connects + 1


async def gathered(batches: AsyncIterator[list[Heard]]) -> list[Heard]:
    return [item async for batch in batches for item in batch]
