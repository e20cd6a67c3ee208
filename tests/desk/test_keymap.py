from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tartantm.desk.commands.keymap import own_keys, remapped, table
from tartantm.desk.commands.table import COMMANDS
from tartantm.desk.panes.bars import Bar
from tartantm.settings.paths import paths
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post
from tests.desk.running import app_of, opened, press


def keys(keymap: Mapping[str, tuple[str, ...]], name: str) -> tuple[str, ...]:
    return next(command.keys for command in remapped(keymap)[0] if command.id == name)


def test_without_a_keymap_nothing_changes() -> None:
    assert remapped({}) == (COMMANDS, [])


@pytest.mark.parametrize(
    ("written", "named"),
    [
        *(("*", "asterisk"), ("Ctrl+H", "ctrl+h"), ("ctrl++", "ctrl+plus"), ("PgUp", "pageup")),
        *(("shift+Up", "shift+up"), ("Esc", "escape"), ("F5", "f5"), ("G", "G"), ("/", "slash")),
        *(("ö", "latin_small_letter_o_with_diaeresis"), ("space", "space"), (" b ", "b")),
    ],
)
def test_keys_as_people_write_them(written: str, named: str) -> None:
    name = "post.copy"
    commands = remapped({name: (written,), "note.star": (), "move.up": ("8",)})[0]
    assert next(command.keys for command in commands if command.id == name) == (named,)


@pytest.mark.parametrize(
    ("keymap", "says"),
    [
        (
            {"note.stars": ("x",)},
            "The keymap names no command with 'note.stars'; the nearest is note.star.",
        ),
        (
            {"note.star": ("Hyper+x",)},
            "The keymap gives note.star the key 'Hyper+x', which is no key.",
        ),
        (
            {"note.star": ("Z",), "note.hide": ("Z",)},
            "The keymap gives Z to both note.star and note.hide.",
        ),
        (
            {"note.star": ("h",)},
            "The keymap gives note.star the only key of note.hide; give that another.",
        ),
        (
            {"note.star": ("ctrl+c",)},
            "The keymap gives note.star the key ctrl+c, which copies what the mouse selected.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    keymap: dict[str, tuple[str, ...]], says: str
) -> None:
    assert remapped(keymap)[1] == [says]


def test_a_key_is_taken_from_a_command_that_has_another() -> None:
    keymap = {"note.star": ("j",)}
    assert remapped(keymap)[1] == []
    assert (keys(keymap, "note.star"), keys(keymap, "move.down")) == (("j",), ("down",))
    swapped = {"note.star": ("h",), "note.hide": ("s",)}
    assert remapped(swapped)[1] == []


def test_textual_is_told_of_other_keys_than_the_usual_ones_alone() -> None:
    """It looks through all that it is told at every key."""
    assert own_keys(remapped({})[0]) == []
    told = own_keys(remapped({"note.star": ("j",)})[0])
    assert {command.id: command.keys for command in told} == {
        "note.star": ("j",),
        "move.down": ("down",),
    }


def test_the_table_shows_the_keys_that_hold() -> None:
    commands, _ = remapped({"note.star": ("*",), "place.1": ("F1",), "desk.help": ("?",)})
    rows = {words: shown for shown, words, _ in table(commands)}
    assert rows["Make it a highlight."] == "*"
    assert rows["Put the post, or all selected ones, under Q1."] == "F1"


async def test_the_desk_obeys_the_keymap_of_the_config_file(tmp_path: Path) -> None:
    config = paths().config
    config.parent.mkdir(parents=True)
    config.write_text('[keys]\nnote.star = "*"\nnote.hide = "nokey"\n', encoding="utf-8")
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
    app = app_of(path)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await opened(pilot)
        await press(pilot, "s")
        entry = app.session.chat.entries["x:1"]
        assert not entry.starred
        await press(pilot, "asterisk", "h")
        assert entry.starred and entry.hidden
        told = [each.message for each in app._notifications if "Z is" not in each.message]
        assert told == ["The keymap gives note.hide the key 'nokey', which is no key."]
        assert "* star" in app.desk.query_one("#foot", Bar).words
        await app.session.close()


async def test_a_command_may_have_a_key_that_textual_uses_itself(tmp_path: Path) -> None:
    config = paths().config
    config.parent.mkdir(parents=True)
    config.write_text('[keys]\nnote.star = "Ctrl+P"\nnote.hide = "Ctrl+Q"\n', encoding="utf-8")
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
    app = app_of(path)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await press(pilot, "ctrl+p", "ctrl+q")
        entry = app.session.chat.entries["x:1"]
        assert entry.starred and entry.hidden
        assert app.screen is app.desk and app.return_code is None
        await app.session.close()
