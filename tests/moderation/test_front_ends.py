"""The desk's keys and the commands of the command line do the same, event for event."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tartantm.cli.main import run
from tartantm.core.events import Event
from tartantm.desk.screen import Desk
from tartantm.grouping.grouper import Grouper
from tartantm.store.journal import recorded_events
from tartantm.store.session import Session
from tests.builders import AGENDA, at
from tests.desk.running import SIZES, StillClock, app_of, at_once, evening, opened, press, saved

POST = "x:22"
NOW = 22.0

SAME: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (("enter",), ("place", "accept", POST)),
    (("3",), ("place", "Q3", POST)),
    (("minus",), ("place", "general", POST)),
    (("full_stop",), ("place", "open", POST)),
    (("p", "2", "a"), ("place", "2a", POST)),
    (("s",), ("star", POST)),
    (("s",), ("star", POST, "--off")),
    (("m", "i"), ("mark", "idea", POST)),
    (("m", "i"), ("mark", "idea", POST, "--off")),
    (("w", *"Ask", "enter"), ("note", POST, "Ask")),
    (("S", *"Good", "enter"), ("summary", "chat", "Good")),
    (("h",), ("hide", POST)),
    (("h",), ("hide", POST, "--off")),
    (("r", "enter", *"Ewan: yes", "enter"), ("remark", "Ewan: yes")),
    (("o",), ("open",)),
    (("O", "3"), ("open", "Q3")),
    (("c",), ("close",)),
    (("I", "f", "enter"), ("inbox", "--size", "few")),
    (("u",), ("undo",)),
    (("U",), ("redo",)),
    (("X", "w", "p"), ("redact", "--post", POST, "--reason", "personal")),
    (("X", "a", "y", "n"), ("redact", "--author", "Mòrag")),
    (("X", "p", *"pint", "enter", "n"), ("redact", "--phrase", "pint")),
    (("M", "a", "y"), ("mute", "--author", "Mòrag")),
    (("M", "p", *"parrots", "enter"), ("mute", "--phrase", "parrots")),
]


def made(path: Path) -> int:
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*evening())
        return session.chat.last_seq


def done(path: Path, after: int) -> list[Event]:
    return [item.event for item in recorded_events(path) if item.seq > after]


def shows(desk: Desk, post_id: str) -> None:
    desk.context.show("all", post_id)


async def test_keys_and_commands_record_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tartantm.cli.moderate._now", lambda chat: at(NOW))
    by_keys, by_commands = tmp_path / "keys.tartantm", tmp_path / "commands.tartantm"
    before = made(by_keys)
    shutil.copy(by_keys, by_commands)
    app = app_of(by_keys, clock=StillClock(NOW))
    async with app.run_test(size=SIZES["middle"]) as pilot:
        await opened(pilot)
        for keys, arguments in SAME:
            shows(app.desk, POST)
            await at_once(pilot, *keys)
            await saved(pilot)
            command, *rest = arguments
            assert run([command, str(by_commands), *rest]) == 0
            assert done(by_keys, before) == done(by_commands, before), arguments
        await app.session.close()
    assert len(done(by_keys, before)) >= len(SAME)


async def test_a_fault_of_grouping_costs_the_desk_no_act(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("bad cog")

    path = tmp_path / "evening.tartantm"
    made(path)
    app = app_of(path, clock=StillClock(NOW))
    async with app.run_test(size=SIZES["middle"]) as pilot:
        await opened(pilot)
        monkeypatch.setattr(Grouper, "observe", fail)
        monkeypatch.setattr(Grouper, "carried", fail)
        shows(app.desk, POST)
        await press(pilot, "3", "s")
        await saved(pilot)
        entry = app.session.chat.entries[POST]
        assert (entry.placement.question, entry.starred) == ("Q3", True)
        assert app.desk.context.messages.words == "Starred 1 post. u undoes it."
        await app.session.close()
    assert app.fault is None
    assert "RuntimeError: bad cog" in (home / "log" / "tartantm.log").read_text("utf-8")
