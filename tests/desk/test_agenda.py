"""The agenda in hand: editing it, posts that become questions, the clock, announcements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.events import Event
from tartantm.desk.dialogs.agenda import AgendaDialog
from tartantm.desk.dialogs.dialogs import Line, TextDialog
from tartantm.desk.dialogs.withhold import Asked
from tartantm.desk.panes.bars import Bar
from tartantm.desk.screen import Desk
from tests.builders import AGENDA, at, captured, post
from tests.desk.running import StillClock, at_once, desk_of, press


def ids(desk: Desk) -> str:
    return " ".join(question.id for question in desk.context.chat.agenda.questions)


def told(pilot: Any) -> str:
    return str(pilot.app.screen.query_one(".message").render())


async def test_a_new_question_and_posts_that_go_along(tmp_path: Path) -> None:
    """Q1 and Q2 were asked, Q3 was not: it becomes Q4, with the post that stands under it."""
    async with desk_of(tmp_path) as (pilot, desk):
        chat = desk.context.chat
        await press(pilot, "3", "e")
        assert isinstance(pilot.app.screen, AgendaDialog)
        await at_once(pilot, "i", *"Who pays?", "enter")
        assert ids(desk) == "Q1 Q2 Q2a Q3 Q4"
        assert chat.agenda.get("Q3") == replace(AGENDA.questions[3], text="Who pays?")
        assert chat.entries["x:22"].placement.question == "Q4"
        assert told(pilot) == "Inserted Q3. u undoes it."
        await press(pilot, "u")
        assert ids(desk) == "Q1 Q2 Q2a Q3" and chat.entries["x:22"].placement.question == "Q3"
        await press(pilot, "u")
        assert told(pilot).startswith("The last act was not on the agenda")
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, AgendaDialog)


async def test_every_change_of_the_dialog(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        chat = desk.context.chat
        await at_once(pilot, "e", "f", *"When?", "enter")
        assert ids(desk) == "Q1 Q2 Q2a Q2b Q3"
        await press(pilot, "K")
        assert [q.text for q in chat.agenda.questions if q.parent] == ["When?", "Who reads it?"]
        await at_once(pilot, "J", "enter", "end", *" And how?", "enter")
        assert chat.agenda.questions[3].text == "When? And how?"
        await at_once(pilot, "s", "enter", *"Else?", "enter")
        assert ids(desk) == "Q1 Q2 Q2a Q2b Q2c Q3"
        await press(pilot, "m", "3")
        assert ids(desk) == "Q1 Q2 Q2a Q2b Q3"
        assert "When? And how?Else?" in chat.agenda.questions[-1].text
        await press(pilot, "x")
        assert ids(desk) == "Q1 Q2 Q2a Q2b"
        await press(pilot, "k", "k", "k", "x")
        assert "was opened; c closes it" in told(pilot)
        await at_once(pilot, "escape", *"uuuuuuu")
        assert chat.agenda.questions == AGENDA.questions


async def test_a_post_becomes_the_next_question(tmp_path: Path) -> None:
    events = [
        ev.Opened("Q1", at(5), "moderator"),
        *captured(post("9", "Q: #TartanTM but who looks after the pub's account?", 20)),
    ]
    async with desk_of(tmp_path, events) as (pilot, desk):
        chat = desk.context.chat
        await press(pilot, "Q")
        assert isinstance(pilot.app.screen, Line)
        await press(pilot, "enter", "n")
        question = chat.agenda.get("Q2")
        assert question is not None
        assert question.text == "Q: but who looks after the pub's account?"
        assert question.asked_by == ("x:9",)
        assert ids(desk) == "Q1 Q2 Q3 Q3a Q4"
        await press(pilot, "o")
        assert chat.periods.open_question == "Q2"
        await press(pilot, "u", "u", "Q", "enter", "f")
        assert ids(desk) == "Q1 Q1a Q2 Q2a Q3"
        await press(pilot, "u", "Q", "enter", "a")
        assert ids(desk) == "Q1 Q2 Q2a Q3 Q4"


async def test_an_agenda_from_nothing(tmp_path: Path) -> None:
    async with desk_of(tmp_path, []) as (pilot, desk):
        empty = replace(AGENDA, questions=())
        await desk.context.session.record(
            ev.AgendaEdited(empty, {q.id: None for q in AGENDA.questions})
        )
        await press(pilot, "O")
        assert "e makes one" in desk.context.messages.words
        await at_once(pilot, "e", "x", "i", *"First?", "enter", "escape", "o")
        assert desk.context.chat.periods.open_question == "Q1"


async def test_a_quiet_cue_when_time_is_up(tmp_path: Path) -> None:
    planned = replace(
        AGENDA, questions=(replace(AGENDA.questions[0], minutes=10), *AGENDA.questions[1:])
    )
    events: list[Event] = [ev.AgendaEdited(planned), ev.Opened("Q1", at(5), "moderator")]
    async with desk_of(tmp_path, events, minute=14) as (pilot, desk):
        said = {}
        for minute in (14, 15.5, 31):
            assert isinstance(desk.context.clock, StillClock)
            desk.context.clock.minute = minute
            desk.draw()
            await pilot.pause()
            pane = "".join(line.text for line in desk.agenda.drawn_lines())
            said[minute] = desk.query_one("#status", Bar).words, pane
        assert "9:00/10" in said[14][1] and "had its" not in said[14][0]
        assert "Q1 has had its 10 minutes; o opens Q2" in said[15.5][0]
        assert "had its" not in said[31][0]


async def test_the_next_question_is_copied_for_a_network(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "C")
        await press(pilot, "m")
        assert pilot.app.clipboard == "Q2a: Who reads it? #tartantm"
        assert isinstance(pilot.app.screen, TextDialog)
        await press(pilot, "escape", "O", "3", "C")
        assert desk.context.messages.words == "That was the last question of the agenda."


async def test_undo_after_an_erasure_asks_in_the_list_of_the_agenda_too(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await at_once(pilot, "e", "i", *"Why not?", "enter", "escape")
        await desk.context.session.record(ev.Erased(1))
        count = len(desk.context.chat.agenda.questions)
        await press(pilot, "e", "u")
        assert isinstance(pilot.app.screen, Asked)
        await press(pilot, "n")
        assert len(desk.context.chat.agenda.questions) == count
        await press(pilot, "u", "y")
        assert len(desk.context.chat.agenda.questions) == count - 1


async def test_what_a_host_s_words_opened_is_undone_with_u(tmp_path: Path) -> None:
    opened = [
        ev.Opened("Q1", at(5), "host", "x:h1"),
        ev.Opened("Q2", at(14), "host", "x:h2"),
        *captured(post("cue", "Back to Q1", 20, author="isla")),
        ev.Opened("Q1", at(20), "host", "x:cue"),
    ]
    async with desk_of(tmp_path, opened) as (pilot, desk):
        periods = desk.context.chat.periods
        assert periods.open_question == "Q1"
        await press(pilot, "u")
        assert desk.context.chat.periods.open_question == "Q2"
        await press(pilot, "U")
        assert desk.context.chat.periods.open_question == "Q1"
