"""What rows and details say of posts of which something is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.style import Style

from tartantm.core import events as ev
from tartantm.core.events import Event
from tartantm.core.post import Author, Media
from tartantm.desk.panes.details import detail_lines
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.desk.screen import Desk
from tests.builders import at, captured, chat_of, post
from tests.desk.running import SIZES, desk_of, evening, press

ZAINAB = post("41", "Ask @Mòrag about parrots, says Mòrag Example", 21.75, author="Zainab")


def withheld_evening() -> list[Event]:
    """Every way to withhold, and every way to be gone, on one evening."""
    picture = Media("image", alt="A parrot on a pint")
    return [
        *evening(),
        *captured(ZAINAB, post("42", "To be hidden", 21.8), question="Q2"),
        *captured(post("43", "Its picture", 21.82, media=(picture,)), question="Q2"),
        *captured(post("44", "To be gone", 21.84, author="Calum"), question="Q2"),
        ev.Redacted("author", "x:mòrag", reason="request"),
        ev.Redacted("phrase", "parrots", reason="off-topic"),
        ev.Redacted("post", "x:43", reason="personal"),
        ev.Hidden(("x:42",)),
        ev.Muted("phrase", "I say"),
        ev.Deleted(("x:44",), at(22)),
    ]


def rows(desk: Desk) -> str:
    """What the list shows."""
    return "\n".join(line.text.rstrip() for line in desk.list.drawn_lines())


def struck(desk: Desk) -> list[str]:
    """What is struck out in the list."""
    return [
        segment.text
        for line in desk.list.drawn_lines()
        for segment in line
        if isinstance(segment.style, Style) and segment.style.strike and segment.text.strip()
    ]


@pytest.mark.parametrize("size", SIZES)
async def test_rows_say_what_is_withheld(tmp_path: Path, assert_screen: Any, size: str) -> None:
    async with desk_of(tmp_path, withheld_evening(), size=size) as (pilot, desk):
        desk.list.go_to("x:41")
        await press(pilot, "d")
        if size == "large":
            assert_screen(pilot.app, f"withheld-{size}")
        elif size == "small":
            assert_screen(pilot.app, "withheld-details-small")
        await press(pilot, "d")
        if size != "large":
            assert_screen(pilot.app, f"withheld-{size}")


async def test_what_is_redacted_is_struck_out_before_what_readers_see(tmp_path: Path) -> None:
    async with desk_of(tmp_path, withheld_evening(), size="large") as (_, desk):
        shown = rows(desk)
        assert "Mòrag Example [name withheld]  @Mòrag · X" in shown
        told = " ".join(shown.replace("▐", "").split())
        assert "about parrots [redacted: off topic], says Mòrag Example [name withheld]" in told
        assert "[redacted: personal data]" in shown
        assert "✕ Ailsa Example  @ailsa · X  hidden" in shown
        assert "✕ (deleted at its network)  X" in shown and "Deleted at its network." in shown
        out = struck(desk)
        assert {"parrots", "Mòrag Example", "@Mòrag", "Its picture"} <= set(out)
        assert "▣ image: A parrot on a pint" in out
        assert not any("withheld" in text or "redacted" in text for text in out)


async def test_a_muted_post_names_the_rule(tmp_path: Path) -> None:
    async with desk_of(tmp_path, withheld_evening()) as (_, desk):
        desk.context.show("hidden")
        assert "muted: “I say”" in rows(desk)
        await desk.context.session.record(ev.Muted("author", "x:calum"))
        assert "muted: @calum" in rows(desk)


async def test_a_search_goes_on_marking_what_it_found(tmp_path: Path) -> None:
    async with desk_of(tmp_path, withheld_evening()) as (pilot, desk):
        await press(pilot, "slash", *"ask", "enter")
        marked = [
            segment.text
            for line in desk.list.drawn_lines()
            for segment in line
            if segment.style and segment.style.bold and segment.text == "Ask"
        ]
        assert marked == ["Ask"] and "parrots" in struck(desk)


async def test_a_later_post_of_a_redacted_author_is_withheld_at_once(tmp_path: Path) -> None:
    late = post("60", "I am late", 21.9, author=Author("morag2", "Mòrag Ltd", "Mòrag"))
    async with desk_of(tmp_path, withheld_evening()) as (pilot, desk):
        await press(pilot, "end")
        assert "Mòrag Ltd" not in rows(desk)
        await desk.context.session.record(*captured(late, question="Q2"))
        desk.context.changes.flush()
        await press(pilot, "end")
        assert "Mòrag Ltd [name withheld]" in rows(desk)


def details(events: Sequence[Event], post_id: str) -> str:
    """The details of a post as text."""
    chat = chat_of(*events)
    entry = chat.entry(post_id)
    lines = detail_lines(entry, chat, chat.agenda.tz, 60, WithheldNow(chat))
    return "\n".join("".join(text for text, _ in line) for line in lines)


@pytest.mark.parametrize(
    ("post_id", "says"),
    [
        ("x:41", "Zainab Example\nAsk [name withheld] about [redacted: off topic], says"),
        ("x:43", "Ailsa Example\n[redacted: personal data]"),
        ("x:22", "[name withheld]\nA pint, please"),
        ("x:42", "nothing of it: hidden"),
        ("x:20", "nothing of it: muted by “I say”"),
        ("x:44", "nothing of it: deleted"),
    ],
)
def test_details_say_what_readers_see(post_id: str, says: str) -> None:
    assert f"Readers see\n{says}" in details(withheld_evening(), post_id)


def test_details_of_a_post_that_readers_see_say_nothing_of_it() -> None:
    assert "Readers see" not in details(withheld_evening(), "x:13")


def test_the_moderator_still_reads_what_is_redacted() -> None:
    shown = details(withheld_evening(), "x:43")
    assert "Its picture" in shown and "A parrot on a pint" in shown


def test_rules_are_read_anew_only_where_they_may_concern_something() -> None:
    chat = chat_of(*withheld_evening())
    withheld = WithheldNow(chat)
    before = withheld.redactions
    for event in captured(post("70", "Harmless", 22, author="Ewan")):
        assert not withheld.apply(chat_change(chat, event))
    assert withheld.redactions is before
    for event in captured(post("71", "Also hers", 22.1, author="Mòrag")):
        assert withheld.apply(chat_change(chat, event))
    assert withheld.redactions is not before and withheld.redactions.hides_author("x:71")


def chat_change(chat: Any, event: Event) -> Any:
    """Apply an event; returns the change."""
    before = chat.last_seq
    from tests.builders import recorded

    return chat.apply(recorded([event], before + 1)[0])


def quoting() -> list[Event]:
    """Posts that answer, quote and show somebody withheld, with a note and a reason about them."""
    picture = Media("image", alt="Mòrag Example at the bar")
    about = post(
        "50",
        "Look",
        21.9,
        author="Zainab",
        reply_to="x:22",
        quote_of="x:14",
        media=(picture,),
        content_warning="Mòrag Example",
    )
    return [
        *withheld_evening(),
        *captured(about, post("51", "So", 21.91, reply_to_handle="Mòrag"), question="Q2"),
        *captured(post("52", "RT", 21.92, author="Mòrag", repost_of="x:13"), question="Q2"),
        ev.Noted("x:13", "Ask Mòrag Example about parrots"),
        ev.Noted("x:50", "Mòrag Example asked"),
    ]


async def test_whoever_is_withheld_is_so_wherever_a_row_names_them(tmp_path: Path) -> None:
    async with desk_of(tmp_path, quoting(), size="large") as (_, desk):
        desk.list.go_to("x:51")
        told = " ".join(rows(desk).replace("▐", "").replace("Q2  ", "").split())
        name = "Mòrag Example [name withheld]"
        assert f"↳ {name} quotes {name}" in told
        assert "↳ @Mòrag [name withheld]" in told
        assert f"✎ {name} asked" in told
        assert f"Content warning: {name}" in told
        assert f"✎ Ask {name} about parrots [redacted: off topic]" in told
        assert {"@Mòrag", "Mòrag Example"} <= set(struck(desk))


@pytest.mark.parametrize(
    ("post_id", "says"),
    [
        ("x:50", "Note\nMòrag Example [name withheld] asked"),
        ("x:50", "Content warning: Mòrag Example [name withheld]"),
        ("x:50", "▣ image: Mòrag Example [name withheld] at the bar"),
        ("x:50", "18:21 Mòrag Example [name withheld] · Q2?\n  A pint, please"),
        ("x:13", "Reposted by\nMòrag Example [name withheld]"),
        ("x:13", "Note\nAsk Mòrag Example [name withheld] about parrots [redacted:\noff topic]"),
    ],
)
def test_details_strike_what_is_withheld_wherever_it_stands(post_id: str, says: str) -> None:
    assert says in details(quoting(), post_id)


def test_details_strike_former_wordings_too() -> None:
    events = [*withheld_evening(), ev.Edited(post("41", "Nothing", 21.75, author="Zainab"))]
    shown = details(events, "x:41")
    assert "Earlier wordings" in shown and "Ask @Mòrag [name withheld] about parrots" in shown
