from __future__ import annotations

import json
from pathlib import Path

import pytest

from tartantm.archives.playback import FileSource, ReplaySource, in_order
from tartantm.archives.read import read
from tartantm.capture.registry import file_source
from tartantm.core import events as ev
from tartantm.core.post import Post
from tests.builders import at, captured, chat_of, post


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "x.jsonl"
    users = {"users": [{"id": "7", "username": "ailsa", "name": "Ailsa Example"}]}
    rows = []
    for n in (3, 1, 2):
        time = f"2026-06-17T17:0{n}:00.000Z"
        tweet = {"id": str(n), "text": "Words", "author_id": "7", "created_at": time}
        rows.append(json.dumps({"data": tweet, "includes": users}))
    path.write_text("\n".join(rows) + "\n{broken\n", encoding="utf-8")
    return path


async def test_a_file_is_heard_whole_and_its_damage_counted(archive: Path) -> None:
    file = file_source(f"file:{archive}")
    assert isinstance(file, FileSource)
    heard = [item async for batch in file.batches() for item in batch]
    assert [item.id for item in heard if isinstance(item, Post)] == ["x:3", "x:1", "x:2"]
    assert file.damaged == 1


async def test_a_replay_gives_posts_in_the_order_of_their_time(archive: Path) -> None:
    replay = ReplaySource(read(archive), "replay:x", 1e6)
    heard = [item async for batch in replay.batches() for item in batch]
    assert [item.id for item in heard if isinstance(item, Post)] == ["x:1", "x:2", "x:3"]
    assert replay.clock.now() == at(3)


async def test_a_replay_goes_on_where_a_session_was_left(archive: Path) -> None:
    replay = ReplaySource(read(archive), "replay:x", 1e6)
    replay.skip(chat_of(*captured(post("1"), post("2"))))
    heard = [item async for batch in replay.batches() for item in batch]
    assert len(heard) == 1
    replay.skip(chat_of(*captured(post("3"))))
    assert [batch async for batch in replay.batches()] == []


def test_edits_and_deletions_have_their_own_time() -> None:
    edit = post("1", "RecordedEdit", 1, edited_at=at(9), version="2")
    gone = ev.Deleted(("x:2",), at(5))
    first, second = post("1", minute=1), post("2", minute=2, received_at=at(6))
    assert in_order([edit, gone, second, first]) == [first, gone, second, edit]


async def test_an_empty_recording_ends_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"format": "tartantm-archive", "version": 1}\n', encoding="utf-8")
    replay = ReplaySource(read(path), "replay:a", 1)
    assert [batch async for batch in replay.batches()] == []
    replay.clock.now()
