"""The size of the inbox: what it means, and that everything that follows from it is recorded."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.events import InboxBudget, Placement
from tartantm.grouping.grouper import Grouper
from tartantm.grouping.ranker import shipped
from tartantm.moderation import history
from tartantm.moderation.act import NothingToDo
from tartantm.moderation.inbox import SIZES, asked_for, meaning, now_waiting, set_inbox, would_wait
from tartantm.store.journal import recorded_events
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA, at, chat_of, happen, post
from tests.moderation.doing import do

LEVELS = sorted({0.05, 0.99, *(shipped().inbox[size].below for size in SIZES)})


def stood(confidence: float, question: str | None = "Q1") -> Placement:
    return Placement(question, "time", "", confidence, confidence < shipped().inbox["usual"].below)


def doubtful() -> list[ev.Event]:
    """A post for each confidence at which another size begins, and one that is hidden."""
    posts = [ev.Captured(post(f"{n}", minute=2 + n), stood(c)) for n, c in enumerate(LEVELS)]
    hidden = ev.Captured(post("hidden", minute=30), stood(0.05))
    return [ev.Opened("Q1", at(1), "moderator"), *posts, hidden, ev.Hidden(("x:hidden",))]


def kept(path: Path) -> Path:
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*doubtful())
    return path


def waiting(chat: Chat) -> set[str]:
    return {entry.id for entry in chat.posts() if entry.in_inbox}


def test_each_size_says_what_it_means_in_words() -> None:
    for size in SIZES:
        told = [*map(int, re.findall(r"\d+", meaning(size)))]
        shares = shipped().inbox[size]
        assert told == [*map(round, (100 * shares.share, 100, 100 * shares.outside, 100))]


def test_a_larger_inbox_holds_more() -> None:
    chat = chat_of(*doubtful())
    assert would_wait(chat) == {"few": 1, "usual": 2, "thorough": 3}
    assert now_waiting(chat) == 2
    happen(chat, ev.Placed({"x:0": "Q1"}))
    assert [*would_wait(chat).values()] == [0, 1, 2]


def test_the_act_and_where_there_is_none() -> None:
    chat = chat_of()
    assert do(chat, set_inbox(chat, "few")) == "Set the inbox to few."
    with pytest.raises(NothingToDo, match="few already"):
        set_inbox(chat, "few")


@pytest.mark.parametrize("size", ["few", "thorough"])
def test_what_follows_is_recorded_and_undone(tmp_path: Path, size: InboxBudget) -> None:
    path = kept(tmp_path / "evening.tartantm")
    with Session(path) as session:
        before = waiting(session.chat)
        expected = would_wait(session.chat)[size]
        session.act(*set_inbox(session.chat, size).events)
        assert len(waiting(session.chat)) == expected != len(before)
        assert waiting(Chat(recorded_events(path))) == waiting(session.chat)
    with Session(path) as again:
        again.act(*history.undo(again.chat).events)
        assert again.chat.inbox_budget == "usual"
        assert waiting(Chat(recorded_events(path))) == before


async def test_another_process_that_follows_the_session_sees_it(tmp_path: Path) -> None:
    path = kept(tmp_path / "evening.tartantm")
    desk = LiveSession(path)
    await desk.act(ev.Starred(("x:0",)))  # from here on it has a grouper of its own
    with Session(path) as session:
        there = waiting(session.chat) | {"x:2"}
        followed = asyncio.Event()
        desk.listen(lambda _: followed.set() if waiting(desk.chat) == there else None)
        session.act(*set_inbox(session.chat, "thorough").events)
        assert waiting(session.chat) == there
    async with asyncio.timeout(30):
        await followed.wait()
    last = desk.chat.last_seq
    assert desk.chat.inbox_budget == "thorough" and desk.grouper.observe(Change()) == {}
    await desk.close()
    assert Chat(recorded_events(path)).last_seq == last  # nothing was recorded a second time


def test_a_size_that_comes_with_a_reloaded_chat_is_taken_up() -> None:
    chat = chat_of(*doubtful())
    grouper = Grouper(chat)
    happen(chat, ev.InboxSet("thorough"))
    revised = grouper.observe(Change(reloaded=True))
    assert {i for i, p in revised.items() if p.inbox} == {"x:2"}


def test_a_flag_counts_always_and_the_settings_once() -> None:
    chat = chat_of()
    assert asked_for(chat, None, None) is None
    assert asked_for(chat, None, "usual") is None
    act = asked_for(chat, None, "few")
    assert act is not None
    do(chat, act)
    assert asked_for(chat, None, "thorough") is None  # it was chosen already
    flagged = asked_for(chat, "thorough", "few")
    assert flagged is not None and do(chat, flagged) == "Set the inbox to thorough."
    assert asked_for(chat, "thorough", "few") is None
    happen(chat, *history.undo(chat).events)
    happen(chat, *history.undo(chat).events)
    assert chat.inbox_budget == "usual" and asked_for(chat, None, "few") is None
