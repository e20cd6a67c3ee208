"""The benchmark of a reader of one's own, and the recorded second reader over real sockets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tartantm.capture.capture import Capture
from tartantm.capture.own_reader import OwnReader
from tartantm.core.events import ReaderSaid
from tartantm.grouping.ranker import shipped
from tartantm.store.session import LiveSession, Session
from tests.benchmarks.reader import HARDEST, Answers, read, second_reader
from tests.benchmarks.recorded import SHARED, Recording, recording
from tests.benchmarks.scoring import scored
from tests.desk.test_own_reader import settings_of
from tests.networks.reader.server import Json, ReaderServer

needs_recordings = pytest.mark.skipif(
    not (SHARED / "second").is_dir(), reason="the recorded chats are not here"
)
_WORD = re.compile(r"\w+")


def words_of(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


class SecondReader:
    """Answers as the second person did, by the words of the posts that it is shown."""

    def __init__(self, heard: Recording, answers: Answers) -> None:
        self._said = [
            (words_of(post.text), answers[post.id][0] or "General")
            for post in heard.posts
            if post.id in answers
        ]

    def __call__(self, posts: list[Json], wanted: Mapping[int, str]) -> dict[str, str]:
        return {str(number): self._place(posts[number - 1]["text"]) for number in wanted}

    def _place(self, text: str) -> str:
        shown = words_of(text)
        found = max(self._said, key=lambda each: len(shown & each[0]) / len(shown | each[0] | {""}))
        return found[1]


def share_of(chat_posts: int, said: list[ReaderSaid]) -> float:
    return len({post for each in said for post in each.about}) / chat_posts


@needs_recordings
def test_asked_about_a_third_it_makes_the_two_hardest_chats_right() -> None:
    right = posts = 0
    for chat_id in HARDEST:
        heard = recording(SHARED / "dev", chat_id)
        chat, found = read(heard, second_reader(SHARED, chat_id), shipped(), 1 / 3)
        assert found.asked <= 1 / 3
        results = scored(heard, chat)
        right, posts = right + sum(each.right for each in results), posts + len(results)
    assert right / posts >= 0.92


@needs_recordings
def test_the_program_itself_asks_so_over_sockets(tmp_path: Path) -> None:
    """The same with the program's own thread, session and client."""
    chat_id = HARDEST[1]
    heard = recording(SHARED / "dev", chat_id)
    answers = second_reader(SHARED, chat_id)
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(heard.agenda, "d")
        capture = Capture(session.chat, session.grouper)
        for start in range(0, len(heard.posts), 40):
            session.act(*capture.events_for(heard.posts[start : start + 40]))

    async def run() -> float:
        async with ReaderServer(SecondReader(heard, answers)) as server:
            session = LiveSession(path)
            reader = OwnReader(session, settings_of(server.address), quiet=0)
            reader.start()
            async with asyncio.timeout(120):
                while not reader.is_done:
                    await asyncio.sleep(0.02)
            assert not reader.trouble
            await reader.stopped()
            assert share_of(len(heard.posts), session.chat.read) <= 1 / 3
            assert len(session.chat.read) == len(server.requests) >= 20
            results = scored(heard, session.chat)
            await session.close()
            return sum(each.right for each in results) / len(results)

    assert asyncio.run(run()) >= 0.92
