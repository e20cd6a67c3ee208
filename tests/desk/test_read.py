"""Threads, authors, filters, search, links and copies, on the desk."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import pytest
from textual.widgets import OptionList

from tartantm.core import events as ev
from tartantm.core.post import Link, Media
from tartantm.desk.dialogs.dialogs import Choice, TextDialog
from tartantm.desk.panes.bars import Bar
from tartantm.desk.screen import Desk
from tests.builders import captured, placed, post
from tests.desk.running import desk_of, evening, press


def shown(desk: Desk) -> list[str]:
    return [desk.list.view.id_at(n) for n in range(len(desk.list.view))]


async def test_a_thread_and_back(tmp_path: Path) -> None:
    events = [
        *evening(),
        ev.Captured(post("40", "Back to Q1", 21.9, author="Calum", reply_to="x:20"), placed("Q1")),
    ]
    async with desk_of(tmp_path, events) as (pilot, desk):
        desk.context.show("Q2", "x:20")
        await press(pilot, "t")
        assert shown(desk) == ["x:14", "x:20", "x:40"]
        assert desk.list.cursor == "x:20" and "in the thread of Zainab" in words(desk)
        await press(pilot, "k", "t")
        assert (desk.context.shown, desk.list.cursor, desk.context.shown_list.filters) == (
            "Q2",
            "x:20",
            (),
        )


async def test_everything_by_an_author_and_filters_on_top(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "i", "a")
        assert shown(desk) == ["x:1", "x:5", "x:9", "x:13", "x:21"]
        assert desk.list.cursor == "x:21"
        await press(pilot, "f", "n")
        assert shown(desk) == ["x:13"]
        await press(pilot, "f", "s")
        assert shown(desk) == [] and "Esc shows more" in desk.list.empty
        await press(pilot, "escape")
        assert shown(desk) == ["x:13"]
        await press(pilot, "escape", "escape")
        assert (desk.context.shown, desk.list.cursor) == ("inbox", "x:21")


async def test_filters_by_kind_of_post(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "f", "q")
        assert shown(desk) == ["x:h1"]
        await press(pilot, "f", "q", "f", "h")
        assert shown(desk) == ["x:h0", "x:h1"]
        await press(pilot, "escape", "f", "t")
        assert len(shown(desk)) == 21
        assert "from X" in words(desk)


async def test_on_to_the_next_post_found(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "n")
        assert desk.context.messages.words.startswith("Nothing was looked for yet")
        await press(pilot, "slash", *"zainab", "enter", "escape")
        assert len(shown(desk)) == 22 and desk.list.cursor == "x:20"
        hits = []
        for key in ("n", "n", "N", "N", "N"):
            await press(pilot, key)
            hits.append(desk.list.cursor)
        assert hits == ["x:3", "x:7", "x:3", "x:20", "x:15"]
        assert desk.context.messages.words == "4 of 5 with “zainab”."
        await press(pilot, "slash", *"nowhere", "escape", "n")
        assert desk.context.messages.words == "Nothing here has “nowhere”."


async def test_an_arriving_post_joins_a_narrowed_list_only_if_it_fits(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "slash", *"parrot", "enter")
        await desk.context.session.record(
            *captured(post("50", "Parrots!", 21.8), post("51", "Other", 21.9))
        )
        await pilot.pause()
        assert shown(desk) == ["x:21", "x:50"]
        assert desk.list.cursor == "x:21"


LINKED = post(
    "60",
    "PostStyle",
    21.9,
    url="https://x.example/60",
    links=(Link("https://a.example/paper", "a.example/paper", "The paper"),),
    media=(Media("image", None, "A parrot on a chair"),),
)


async def test_links_are_listed_and_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def open_(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", open_)
    monkeypatch.setenv("DISPLAY", ":0")
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    async with desk_of(tmp_path, captured(post("1"), LINKED)) as (pilot, desk):
        await press(pilot, "l")
        dialog = pilot.app.screen
        assert isinstance(dialog, Choice)
        assert [row for _, row in dialog._options] == [
            "1 https://x.example/60 The post itself",
            "2 https://a.example/paper The paper",
            "3 ▣ image: A parrot on a chair",
        ]
        await press(pilot, "2", "enter")
        assert opened == ["https://a.example/paper"]
        await press(pilot, "k", "l")
        assert desk.context.messages.words == "This post has no links and no pictures."


async def test_over_ssh_an_address_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", pytest.fail)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 22")
    async with desk_of(tmp_path, captured(LINKED)) as (pilot, _):
        await press(pilot, "l", "enter")
        assert pilot.app.clipboard == "https://x.example/60"
        assert isinstance(pilot.app.screen, TextDialog)


async def test_a_post_is_copied(tmp_path: Path) -> None:
    async with desk_of(tmp_path, captured(LINKED)) as (pilot, _):
        await press(pilot, "y", "escape")
        assert pilot.app.clipboard == "PostStyle\n— Ailsa Example, @ailsa\nhttps://x.example/60"


async def test_words_selected_with_the_mouse_are_copied(tmp_path: Path) -> None:
    async with desk_of(tmp_path, size="large") as (pilot, desk):
        for widget in (desk.list, desk.details):
            lines = [line.text for line in widget.drawn_lines()]
            y = next(n for n, line in enumerate(lines) if "A pint, please" in line)
            x = lines[y].index("pint")
            await pilot.mouse_down(widget, offset=(x, y))
            await pilot.hover(widget, offset=(x + 4, y))
            await pilot.mouse_up(widget, offset=(x + 4, y))
            await press(pilot, "ctrl+c")
            assert pilot.app.clipboard.startswith("pin")


def words(desk: Desk) -> str:
    return desk.query_one("#list-head", Bar).words


async def test_details_that_are_longer_than_their_room(tmp_path: Path) -> None:
    """By keys too, and beside the list, where the arrows move that."""
    long = post("1", "\n".join(f"line {n}" for n in range(200)), 3)
    async with desk_of(tmp_path, captured(long), size="large") as (pilot, desk):
        last = desk.details.drawn_lines()[-1].text
        assert last.strip().endswith("more lines; } goes on")
        await press(pilot, *["right_curly_bracket"] * 9)
        assert any("line 199" in line.text for line in desk.details.drawn_lines())
        await press(pilot, *["left_curly_bracket"] * 9)
        assert desk.details.drawn_lines()[-1].text == last


async def test_addresses_in_a_remark_are_links_too(tmp_path: Path) -> None:
    said = post("room:1", "It is on https://a.example/b, she says", 3, venue="The Thistle")
    async with desk_of(tmp_path, captured(said)) as (pilot, _):
        await press(pilot, "l")
        row = pilot.app.screen.query_one(OptionList).options[0]
        assert str(row.prompt).split() == ["1", "https://a.example/b"]
