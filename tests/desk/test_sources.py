"""What the desk tells of its sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import Label, Static

from tartantm.capture.health import Health
from tartantm.core import events as ev
from tartantm.desk.commands.sources import report
from tartantm.desk.dialogs.sources import SourcesDialog, SourcesReport
from tartantm.desk.panes.bars import Bar
from tartantm.desk.screen import Desk
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
    health.change("stream")
    health.brought([post("1", minute=9), post("2", minute=8)])
    health.heard, health.duplicates, health.others = 12, 10, 1
    bluesky, mastodon, everything = report(chat, [health], at(30))
    assert bluesky.splitlines() == [
        "bluesky is heard by its stream.",
        "  since this desk was opened: 2 new posts, the last posted at 18:09:00, 1 deletion",
        "  a note",
        "  It was heard between 18:00:00 and 18:30:00, except for one gap.",
        "  It was not heard from 18:10:00 to 18:12:00 (Cut); asking for it afterwards brought"
        " 3 posts.",
    ]
    assert mastodon.splitlines() == [
        "mastodon:a.example was not heard at the end.",
        "  It was heard from 18:00:00 to 18:20:00.",
        "  It was not heard from 18:20:00 on; what was posted then may be missing.",
    ]
    assert everything == "2 posts captured, 1 repost folded."


def test_what_a_source_that_is_heard_does_not_say() -> None:
    health = Health("bluesky")
    health.change("stream")
    health.unanswered["which posts are gone or edited"] = monotonic() - 360, "It answers 503."
    told = "\n".join(report(chat_of(), [health], at(30)))
    assert "  For 6 minutes it has not said which posts are gone or edited: it answers 503." in told


def test_a_gap_that_could_not_be_filled() -> None:
    chat = chat_of(
        ev.SourceChanged("x", "connected", at=at(0)),
        ev.SourceChanged("x", "lost", at=at(1)),
        ev.SourceChanged("x", "connected", at=at(5)),
        ev.Filled("x", at(1), at(5), "", 0, "Search goes back seven days."),
    )
    assert (
        "It was not heard from 18:01:00 to 18:05:00;"
        " what was posted then may be missing and could not be asked for afterwards"
        " (Search goes back seven days)."
    ) in "".join(report(chat, ()))


def test_when_nothing_is_heard_at_all_is_said_first() -> None:
    chat = chat_of(
        ev.SourceChanged("x", "connected", at=at(0)),
        ev.SourceChanged("bluesky", "connected", at=at(0)),
        ev.SourceChanged("x", "lost", "Cut.", at=at(10)),
        ev.SourceChanged("bluesky", "lost", "Cut.", at=at(11)),
    )
    health = Health("x"), Health("bluesky")
    first, *_ = report(chat, health, at(30))
    assert first == (
        "Nothing was heard from any network from 18:11:00 on (Cut); what was posted then may be"
        " missing."
    )


def test_after_a_question_mark_a_sentence_begins() -> None:
    health = Health("mastodon:a.example")
    health.change("refused", "It is not known; is it a Mastodon server?", monotonic() + 300)
    source, _ = report(chat_of(), [health], at(1))
    assert "is it a Mastodon server? Tried again in" in source
    health.change("failed", "It is not known; is it a Mastodon server?")
    source, _ = report(chat_of(), [health], at(1))
    assert source.splitlines()[0].endswith("Mastodon server?")


def test_while_a_try_goes_on_it_is_not_to_come_in_no_seconds() -> None:
    health = Health("mastodon:a.example")
    health.change("unreachable", "a.example did not answer in time.", monotonic() - 4)
    source, _ = report(chat_of(), [health], at(1))
    assert source.splitlines()[0].endswith("in time; being tried now.")


def test_a_source_that_is_asked_says_how_often_and_why_it_does_not_stream() -> None:
    health = Health("mastodon:a.example")
    health.asks_every = 20
    health.change("poll", "The server has no stream for hashtags.", monotonic() + 40)
    chat = chat_of(
        ev.SourceChanged("mastodon:a.example", "asked", since=at(-30), at=at(0)),
        ev.SourceChanged("mastodon:a.example", "connected", at=at(-30), how="poll"),
    )
    source, _ = report(chat, [health], at(10))
    first, *_, last = source.splitlines()
    assert first.startswith(
        "mastodon:a.example is heard by asking every 20 seconds, since its stream is not there: "
        "the server has no stream for hashtags; tried again in "
    )
    assert last == "  Nothing was missed."


def test_of_a_run_that_was_killed_nothing_is_said_beyond_what_is_recorded() -> None:
    asked = ev.SourceChanged("x", "asked", since=at(0), at=at(0))
    heard = ev.SourceChanged("x", "connected", at=at(0))
    chat = chat_of(asked, heard, *captured(post("1")))
    for killed in (report(chat, (), at(9)), report(chat, [Health("bluesky")], at(9))):
        found = next(told for told in killed if told.startswith("x "))
        assert found.splitlines()[1:] == [
            "  It was heard at 18:00:00 at least.",
            "  Nothing was missed until then.",
        ]
    health = Health("x")
    health.change("stream")
    assert "  Nothing was missed.\n" in "\n".join(report(chat, [health], at(9)))


def test_a_source_that_never_connected_is_there_with_its_reason() -> None:
    health = Health("x")
    health.change("refused", "X does not accept the token.", monotonic() + 300)
    chat = chat_of(
        ev.SourceChanged("x", "asked", since=at(-30), at=at(0)),
        ev.SourceChanged("x", "failed", "X does not accept the token.", how="refused"),
    )
    source, _, notes = report(chat, [health], at(41), [(at(3), "The clock of x.com is odd.")])
    assert "x is not heard, since it refuses: X does not accept the token; tried again" in source
    assert (
        "  It was never heard, from 18:00:00 on, and what was posted since 17:30:00 could not be"
        " asked for: X does not accept the token."
    ) in source.splitlines()
    assert notes == "Notes:\n  18:03:00  The clock of x.com is odd."


def test_times_of_another_day_have_their_date() -> None:
    chat = chat_of(
        ev.SourceChanged("x", "asked", since=at(0), at=at(0)),
        ev.SourceChanged("x", "connected", at=at(0)),
        ev.SourceChanged("x", "ended", at=at(20)),
        ev.SourceChanged("x", "asked", since=at(20), at=at(20 + 24 * 60 + 7)),
        ev.SourceChanged("x", "connected", at=at(20 + 24 * 60 + 7)),
    )
    told = "\n".join(report(chat, [Health("x")], at(24 * 60 + 40), [(at(3), "Odd.")]))
    assert "from 17 June, 18:20:00 to 18:27:00" in told
    assert "\n  17 June, 18:03:00  Odd." in told


def test_why_it_does_not_stream_is_said_also_of_what_was_never_to_stream() -> None:
    health = Health("mastodon:a.example")
    health.asks_every = 20
    lacks = "there is no token for its stream"
    health.belongs_to(lambda: "", lambda: 0, lambda: lacks)
    health.change("poll")
    source, _ = report(chat_of(), [health], at(1))
    assert source.splitlines()[0].endswith(f"by asking every 20 seconds, as {lacks}.")
    assert source.splitlines()[1] == "  since this desk was opened: no new posts"


async def test_the_desk_tells_of_its_sources_and_tries_again(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "L")
        screen = pilot.app.screen
        assert isinstance(screen, SourcesDialog)
        words = " ".join(str(each.render()) for each in screen.query(Static))
        assert "captured" in words and "No network is heard now" in words
        await press(pilot, "escape", "R")
        assert desk.context.messages.words == "No network is named to listen to; L says how."


async def test_a_desk_that_hears_nothing_says_so_and_what_to_do(tmp_path: Path) -> None:
    async with desk_of(tmp_path, []) as (pilot, desk):
        assert "No network is heard" in desk.query_one("#status", Bar).words
        assert desk.list.empty == "No network is heard yet; L says how to hear one."
        await press(pilot, "L")
        told = pilot.app.screen.query(Static).results()
        assert "--source bluesky" in " ".join(str(each.render()) for each in told)


async def test_leaving_says_what_is_true_where_nothing_is_heard(tmp_path: Path) -> None:
    async with desk_of(tmp_path, [*captured(post("1"), inbox=True)]) as (pilot, desk):
        health = Health("mastodon:a.example")
        health.change("unreachable", "a.example refuses connections.", monotonic() + 40)
        desk.context.capture = cast(Any, SimpleNamespace(health=[health], capture=None, waiting=0))
        with patch.object(type(desk.context), "live", True):
            await press(pilot, "q")
        asked = str(pilot.app.screen.query_one(".title", Label).render())
        assert asked == (
            "No network is heard now; they are still being tried. Stop and leave?"
            " 1 post waits in the inbox."
        )


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


async def test_who_chose_not_to_listen_is_told_so_and_how_to_listen_after_all(
    tmp_path: Path,
) -> None:
    asked = ev.SourceChanged("bluesky", "asked", since=at(-30), at=at(0))
    ended = ev.SourceChanged("bluesky", "ended", at=at(5))
    async with desk_of(tmp_path, [asked, *captured(post("1")), ended]) as (pilot, desk):
        assert "not listening here, as you chose" in desk.query_one("#status", Bar).words
        await press(pilot, "L")
        told = " ".join(str(each.render()) for each in pilot.app.screen.query(Static))
        assert "and answer y" in told and "tartantm run " in told
        assert "--source" not in told
        await press(pilot, "escape", "R")
        assert desk.context.messages.words == "This desk does not listen, as you chose; L says how."


def test_what_has_ended_is_not_listened_to_any_more_and_a_file_was_read(tmp_path: Path) -> None:
    changed = ev.SourceChanged
    chat = chat_of(
        changed("x", "asked", at=at(0)),
        changed("x", "connected", at=at(0)),
        changed("x", "ended", at=at(9)),
        changed("file:a.jsonl", "connected"),
        changed("file:a.jsonl", "ended"),
    )
    kept = "\n".join(report(chat, ()))
    assert "x is not listened to any more." in kept
    assert "file:a.jsonl was read to its end." in kept
    x, read = Health("x"), Health("file:a.jsonl", is_live=False)
    for health in (x, read):
        health.change("stream")
    assert "file:a.jsonl is being read." in "\n".join(report(chat, [x, read], at(5)))
    for health in (x, read):
        health.change("ended")
    now = "\n".join(report(chat, [x, read], at(10)))
    assert "x is not listened to any more." in now and "has ended" not in now
    assert "file:a.jsonl was read to its end." in now


def listening_to(desk: Desk, *live: Health) -> list[int]:
    """Have the desk listen to these; returns a list that grows whenever they are tried again."""
    tried: list[int] = []

    def retry_now() -> int:
        tried.append(1)
        return len(live)

    desk.context.capture = cast(
        Any, SimpleNamespace(health=live, capture=object(), waiting=0, retry_now=retry_now)
    )
    return tried


def shown(pilot: Pilot[Any], of: str) -> str:
    """The words of a part of the dialog."""
    return "\n".join(str(each.render()) for each in pilot.app.screen.query(of).results(Static))


def lost(name: str = "mastodon:a.example") -> Health:
    made = Health(name)
    made.change("unreachable", "a.example refuses connections.", monotonic() + 400)
    return made


async def test_the_report_is_brought_up_to_date_while_it_is_read(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        health = lost()
        tried = listening_to(desk, health)
        await press(pilot, "L")
        dialog = pilot.app.screen
        assert isinstance(dialog, SourcesDialog)
        assert shown(pilot, ".can").startswith("R tries again now what is not heard.")
        assert "a.example is not heard" in shown(pilot, "VerticalScroll Static")
        await press(pilot, "R")
        assert tried and shown(pilot, ".done") == "Trying a.example again now."
        health.change("stream")
        dialog.draw()
        assert "a.example is heard by its stream." in shown(pilot, "VerticalScroll Static")
        assert shown(pilot, ".can") == "Esc closes." and not shown(pilot, ".done")
        listening_to(desk, Health("x"))
        dialog.draw()
        await pilot.pause()
        assert "Another tartantm listens" in shown(pilot, ".can")
        await press(pilot, "escape")
        desk.context.capture = None


async def test_what_is_read_stays_where_it_is(tmp_path: Path) -> None:
    async with desk_of(tmp_path, size="small") as (pilot, desk):
        live = [lost(f"mastodon:{name}.example") for name in "abcdefgh"]
        listening_to(desk, *live)
        await press(pilot, "L")
        dialog = pilot.app.screen
        assert isinstance(dialog, SourcesDialog)
        scroll = dialog.query_one(VerticalScroll)
        read = [*scroll.query(Static)][3]
        scroll.scroll_to(y=read.virtual_region.y, animate=False, immediate=True)
        await pilot.pause()
        place = read.region.y
        live[0].change("refused", "a.example says no, at length. " * 12, monotonic() + 400)
        dialog.draw()
        await pilot.pause()
        assert "at length" in shown(pilot, "VerticalScroll Static")
        assert read.region.y == place
        drawn = [*scroll.query(Static)]
        with patch.object(Static, "update") as update:
            dialog._read = lambda: SourcesReport("", "", [str(each.content) for each in drawn])
            dialog.query_one(".can", Label).content = "Esc closes."
            dialog.draw()
        assert not update.called, "nothing is drawn that did not change"
        await press(pilot, "escape")
        desk.context.capture = None


async def test_words_that_are_selected_stay(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        health = lost()
        listening_to(desk, health)
        await press(pilot, "L")
        dialog = pilot.app.screen
        assert isinstance(dialog, SourcesDialog)
        dialog.text_select_all()
        health.change("stream")
        dialog.draw()
        assert "a.example is not heard" in shown(pilot, "VerticalScroll Static")
        dialog.clear_selection()
        dialog.draw()
        assert "a.example is heard" in shown(pilot, "VerticalScroll Static")
        await press(pilot, "escape")
        desk.context.capture = None


async def test_how_to_listen_again_stands_first(tmp_path: Path) -> None:
    asked = ev.SourceChanged("bluesky", "asked", since=at(-30), at=at(0))
    async with desk_of(tmp_path, [asked, *captured(post("1"))], size="small") as (pilot, _):
        await press(pilot, "L")
        first, *_ = shown(pilot, "VerticalScroll Static").splitlines()
        assert first.startswith("This desk does not listen, as you chose.")
        await press(pilot, "escape")


@pytest.mark.parametrize("size", ["small", "middle"])
async def test_the_report_on_every_screen(
    tmp_path: Path, assert_screen: Callable[..., None], size: str
) -> None:
    async with desk_of(tmp_path, size=size) as (pilot, desk):
        with patch("tartantm.capture.health.monotonic", lambda: 1000.0):
            refused, poll = Health("x"), Health("mastodon:a.example")
            refused.change("refused", "X does not accept the token.", 1255.0)
            poll.asks_every = 20
            poll.change("poll")
            listening_to(desk, refused, poll)
            await press(pilot, "L")
            assert_screen(pilot.app, f"sources-{size}")
            await press(pilot, "escape")
        desk.context.capture = None
