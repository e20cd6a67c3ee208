"""What the desk tells of its sources."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Label, Static

from tartantm.capture.health import Health
from tartantm.core import events as ev
from tartantm.desk.commands.sources import report
from tartantm.desk.dialogs.dialogs import TextDialog
from tartantm.desk.panes.bars import Bar
from tests.builders import at, captured, chat_of, post
from tests.desk.running import desk_of, press


def test_each_source_with_what_it_missed() -> None:
    changed = ev.SourceChanged
    chat = chat_of(
        changed("bluesky", "connected", at=at(0)),
        *captured(post("1"), post("2", repost_of="x:1")),
        changed("bluesky", "lost", "Cut.", at=at(10)),
        changed("bluesky", "connected", at=at(12)),
        ev.Filled("bluesky", at(10), at(12), "replay", 3),
        changed("mastodon:a.example", "connected", at=at(0)),
        changed("mastodon:a.example", "lost", at=at(20)),
    )
    health = Health("bluesky", lambda: "a note")
    health.change("connected")
    health.heard, health.duplicates = 12, 4
    health.last_post_at = at(9)
    bluesky, mastodon, everything = report(chat, [health])
    assert bluesky.splitlines() == [
        "bluesky listens.",
        "  12 posts heard, 4 of them known already",
        "  last post at 18:09:00",
        "  a note",
        "  18:10:00 to 18:12:00 missed, asked for afterwards: 3 posts",
    ]
    assert mastodon.splitlines() == [
        "mastodon:a.example is lost.",
        "  nothing heard since 18:20:00",
    ]
    assert everything == "2 posts captured, 1 repost folded."


def test_a_gap_that_could_not_be_filled() -> None:
    chat = chat_of(
        ev.SourceChanged("x", "connected", at=at(0)),
        ev.SourceChanged("x", "lost", at=at(1)),
        ev.SourceChanged("x", "connected", at=at(5)),
        ev.Filled("x", at(1), at(5), "", 0, "Search goes back seven days."),
    )
    assert "18:01:00 to 18:05:00 missed, not filled: Search goes back" in "".join(report(chat, ()))


async def test_the_desk_tells_of_its_sources_and_tries_again(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "L")
        screen = pilot.app.screen
        assert isinstance(screen, TextDialog)
        words = " ".join(str(each.render()) for each in screen.query(Static))
        assert "captured" in words and "No network is heard now" in words
        await press(pilot, "escape", "R")
        assert desk.context.messages.words == "No source waits to try again."


async def test_a_desk_that_hears_nothing_says_so_and_what_to_do(tmp_path: Path) -> None:
    async with desk_of(tmp_path, []) as (pilot, desk):
        assert "No network is heard" in desk.query_one("#status", Bar).words
        assert desk.list.empty == "No network is heard yet; L says how to hear one."
        await press(pilot, "L")
        told = pilot.app.screen.query(Static).results()
        assert "--source bluesky" in " ".join(str(each.render()) for each in told)


async def test_a_disk_that_is_full_is_said_also_where_nothing_is_captured(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        desk.context.session.trouble = "The disk is full."
        desk.draw()
        assert "NOT SAVED: The disk is full." in desk.query_one("#status", Bar).words
        await press(pilot, "q")
        asked = str(pilot.app.screen.query_one(".title", Label).render())
        assert asked == "The disk is full. Placements not saved yet would be lost. Leave?"
        await press(pilot, "escape")
        desk.context.session.trouble = ""
        desk.draw()
        assert "saved ✓" in desk.query_one("#status", Bar).words
