"""Selecting, mutes, redactions, notes in an editor, and the history, on the desk."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from tartantm.core import events as ev
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.desk.dialogs.note import EditorError, Words, edited
from tartantm.desk.screen import Desk
from tests.builders import captured, placed, post
from tests.desk.running import at_once, desk_of, evening, press


def chosen(desk: Desk) -> list[str]:
    return sorted(desk.list.selection.ids)


async def test_a_range_and_scattered_posts(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        desk.context.show("Q1")
        await press(pilot, "home", "v", "j", "j")
        assert chosen(desk) == ["x:0", "x:1", "x:h1"]
        await press(pilot, "k", "v", "j", "j", "space", "J")
        assert chosen(desk) == ["x:0", "x:2", "x:3", "x:4", "x:h1"]
        await press(pilot, "shift+up", "shift+up")
        assert chosen(desk) == ["x:0", "x:2", "x:3", "x:h1"]
        await press(pilot, "escape")
        assert chosen(desk) == []


async def test_a_post_goes_with_its_replies(tmp_path: Path) -> None:
    events = [
        *captured(post("1", "Root", 1), post("2", "Reply", 2, reply_to="x:1")),
        ev.Placed({"x:2": "Q2"}),
        *captured(post("3", "Deeper", 3, reply_to="x:2"), post("4", "Other", 4)),
    ]
    async with desk_of(tmp_path, events) as (pilot, desk):
        await press(pilot, "home", "+", "3")
        places = [entry.placement for entry in desk.context.chat.entries.values()]
        assert [each.question for each in places] == ["Q3", "Q3", "Q3", "Q1"]
        assert [each.by_person for each in places] == [True, True, True, False]


async def test_this_and_what_follows(tmp_path: Path) -> None:
    """Not what somebody placed, not what stands elsewhere, not what came before."""
    posts = captured(*(post(f"{n}", "Words", n, author=f"a{n}") for n in range(6)))
    events = [*posts, ev.Placed({"x:3": "Q1"}), ev.Placed({"x:4": "Q2"})]
    async with desk_of(tmp_path, events) as (pilot, desk):
        desk.context.show("all", "x:1")
        await press(pilot, ">")
        assert chosen(desk) == ["x:1", "x:2", "x:5"]
        await press(pilot, "3")
        entries = desk.context.chat.entries
        assert [e.placement.question for e in entries.values()] == [
            "Q1",
            "Q3",
            "Q3",
            "Q1",
            "Q2",
            "Q3",
        ]


async def test_an_author_is_muted_and_heard_again(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "M", "a", "y")
        chat = desk.context.chat
        assert chat.mutes == (("author", "x:mòrag"),)
        assert len(desk.context.views["hidden"]) == 5 and desk.list.cursor != "x:22"
        assert desk.context.messages.words == "5 posts muted: @Mòrag; u undoes it."
        desk.context.show("hidden")
        await press(pilot, "M", "1")
        assert not chat.mutes and len(desk.context.views["hidden"]) == 0
        await at_once(pilot, "M", "p", *"A PINT", "enter")
        assert chat.entries["x:22"].muted


async def test_a_post_an_author_and_a_phrase_are_redacted(
    tmp_path: Path, assert_screen: Any
) -> None:
    async with desk_of(tmp_path, size="large") as (pilot, desk):
        await press(pilot, "X", "w", "n")
        assert list(desk.context.chat.redactions) == [("post", "x:22")]
        assert_screen(pilot.app, "redacted")
        await press(pilot, "X", "a", "y", "p")
        await at_once(pilot, "X", "p", *"parrots", "enter", "o")
        await press(pilot, "X", "w", "escape")
        kinds = [kind for kind, _ in desk.context.chat.redactions]
        assert kinds == ["post", "author", "phrase"]
        assert [why for _, why in desk.context.chat.redactions.values()] == [
            "",
            "personal",
            "off-topic",
        ]
        shown = "\n".join(line.text for line in desk.list.drawn_lines())
        assert shown.count("redacted") == 4 and shown.count("[name withheld]") == 5
        await press(pilot, "X", "end", "enter")
        assert [kind for kind, _ in desk.context.chat.redactions] == ["post", "author"]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor that writes what it was given and a line of its own."""
    script = tmp_path / "my editor.py"
    script.write_text(
        "import pathlib, sys\np = pathlib.Path(sys.argv[1])\n"
        "p.write_text(p.read_text('utf-8') + 'second – line\\n', 'utf-8')\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("VISUAL", f'"{sys.executable}" "{script}"')
    return script


class Lending(App[None]):
    """An app whose terminal can be lent, as a real one's can."""

    def suspend(self) -> Any:
        return self.batch_update()


async def test_the_editor_gives_its_words(editor: Path) -> None:
    app = Lending()
    async with app.run_test():
        assert await edited(app, "first – line") == "first – line\nsecond – line"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("", "No editor is set; name one in EDITOR, such as EDITOR=nano."),
        ("'unclosed", "No editor is set"),
        ("no-such-editor-anywhere", "could not be started: No such file"),
        (f'"{sys.executable}" -c "raise SystemExit(3)"', "ended with code 3"),
    ],
)
async def test_an_editor_that_fails(
    monkeypatch: pytest.MonkeyPatch, command: str, says: str
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", command)
    app = Lending()
    async with app.run_test():
        with pytest.raises(EditorError, match=says):
            await edited(app, "words")


async def test_where_no_editor_can_be_used_the_dialog_stays(tmp_path: Path, editor: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await at_once(pilot, "w", *"One", "ctrl+j", *"two", "ctrl+o")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(pilot.app.screen, Words)
        hint = str(pilot.app.screen.query_one(".hint").render())
        assert hint == "This terminal cannot be lent to an editor; write the words here."
        await press(pilot, "enter")
        assert desk.context.chat.entries["x:22"].note == "One\ntwo"


async def test_stepping_back_in_the_list_of_acts(tmp_path: Path) -> None:
    async with desk_of(tmp_path, [*evening(), *captured(post("70", "Late", 21.9))]) as (
        pilot,
        desk,
    ):
        await press(pilot, "1", "s", "h", "2", "H")
        dialog = pilot.app.screen
        assert isinstance(dialog, Choice)
        assert [words.split("  ")[1] for _, words in dialog._options[:4]] == [
            *("Moved 1 post from Q1 to Q2", "Hid 1 post", "Starred 1 post"),
            "Confirmed 1 post under Q1",
        ]
        await press(pilot, "down", "down", "enter")
        entry = desk.context.chat.entries["x:70"]
        assert (entry.starred, entry.hidden, entry.placement.question) == (True, False, "Q1")
        assert desk.context.messages.words == "Took back 2 acts; U does them again."
        await press(pilot, "U", "U")
        assert (entry.hidden, entry.placement.question) == (True, "Q2")
        await press(pilot, "H", "end", "enter")
        assert not any(not act.undone for act in desk.context.chat.history.acts)
        await press(pilot, "H")
        assert desk.context.messages.words == "Nothing was done yet."


async def test_marks_by_letter_come_and_go(tmp_path: Path) -> None:
    events = [ev.Captured(post("1"), placed("Q1"))]
    async with desk_of(tmp_path, events) as (pilot, desk):
        entry = desk.context.chat.entries["x:1"]
        for key in "iadrq":
            await press(pilot, "m", key)
        assert entry.marks == ("idea", "action", "decision", "resource", "question")
        await press(pilot, "m", "d")
        assert "decision" not in entry.marks
