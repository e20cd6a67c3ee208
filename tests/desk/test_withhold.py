"""Muting and redacting on the desk: what is asked, what is said before and after, what is shown."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Label, Static

from tartantm.core import events as ev
from tartantm.core.accounts import Accounts
from tartantm.core.agenda_edits import promote
from tartantm.core.events import Event
from tartantm.core.post import Author
from tartantm.desk.dialogs.base import Options
from tartantm.desk.dialogs.phrase import PhraseDialog
from tartantm.desk.dialogs.plan import Plan
from tartantm.desk.dialogs.withhold import Asked, WithholdDialog
from tartantm.desk.panes.bars import Bar
from tartantm.desk.panes.messages import MESSAGE_SECONDS, READ_A_SECOND, Messages
from tartantm.desk.screen import MESSAGE_LINES
from tartantm.desk.withholding import several
from tests.builders import AGENDA, captured, chat_of, post
from tests.desk.running import SIZES, at_once, desk_of, evening, press, resized, saved


def cafe() -> list[Event]:
    """An evening with accents, a namesake on another network, and more posts than one rule hits."""
    return [
        *evening(),
        *captured(
            post("40", "The café is where parrots meet, says @Calum", 21.7, author="Mòrag"),
            post("41", "The cafe was closed. #CaféTalk", 21.75, author="Zainab"),
            post(
                "bluesky:b1", "Parrots in the café", 21.8, author=Author("morag", "Mòrag Example")
            ),
            question="Q2",
        ),
    ]


def lines(pilot: Pilot[Any]) -> list[str]:
    """What the list of a dialog offers."""
    options = pilot.app.screen.query_one(Options)
    return [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]


def said(pilot: Pilot[Any], name: str) -> str:
    """What a line of the dialog says."""
    return str(pilot.app.screen.query_one(name, Static).content)


async def counted(pilot: Pilot[Any], part: str = "", name: str = "#count") -> str:
    """What the phrase dialog says once it says this."""
    async with asyncio.timeout(60):
        while part not in (words := said(pilot, name)):
            await pilot.pause(0.01)
    return words


async def filled(pilot: Pilot[Any], part: str) -> list[str]:
    """The lines of the dialog once what takes longer was counted."""
    async with asyncio.timeout(60):
        while not any(part in line for line in lines(pilot)):
            await pilot.pause(0.01)
    return lines(pilot)


async def asked(pilot: Pilot[Any], part: str) -> None:
    """Wait for a question, which comes once all was counted."""
    async with asyncio.timeout(60):
        while not any(part in str(label.content) for label in pilot.app.screen.query(Label)):
            await pilot.pause(0.01)


async def test_the_keys_are_the_same_whatever_rules_hold(tmp_path: Path) -> None:
    async with desk_of(tmp_path, cafe()) as (pilot, _):
        for opens, reason in {"M": [], "X": ["n"]}.items():
            for round_ in range(3):
                await press(pilot, opens, "p")
                assert isinstance(pilot.app.screen, PhraseDialog)
                await at_once(pilot, *f"nobody says {round_}", "enter", *reason)
            await press(pilot, opens)
            numbers = [line[:2] for line in lines(pilot) if "phrase “nobody" in line]
            assert numbers == ["1 ", "2 ", "3 "], opens
            assert (await filled(pilot, "0 posts"))[-1] == "3  0 posts: phrase “nobody says 2”"
            await press(pilot, "escape")


async def test_a_rule_ends_by_its_number_or_with_enter(tmp_path: Path) -> None:
    rules = [ev.Muted("phrase", f"phrase {n}") for n in range(11)]
    async with desk_of(tmp_path, [*evening(), *rules]) as (pilot, desk):
        await press(pilot, "M", "2")
        assert ("phrase", "phrase 1") not in desk.context.chat.mutes
        assert desk.context.messages.words == "No longer muted a phrase. u undoes it."
        await press(pilot, "M", "end", "enter")
        assert ("phrase", "phrase 10") not in desk.context.chat.mutes
        assert len(desk.context.chat.mutes) == 9


async def test_letters_that_choose_nothing_do_nothing(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "X", "s", "e", "7", "h")
        assert isinstance(pilot.app.screen, WithholdDialog)
        await press(pilot, "escape")
        entry = desk.context.chat.entries["x:22"]
        assert not (entry.starred or entry.hidden or desk.context.chat.redactions)


@pytest.mark.parametrize("size", SIZES)
async def test_each_dialog(tmp_path: Path, assert_screen: Any, size: str) -> None:
    rules = [
        ev.Redacted("phrase", "parrots", reason="off-topic"),
        ev.Redacted("post", "x:13"),
        ev.Redacted("author", "x:zainab", reason="request"),
    ]
    async with desk_of(tmp_path, [*cafe(), *rules], size=size) as (pilot, desk):
        desk.list.go_to("x:22")
        desk.draw()
        await press(pilot, "X")
        await filled(pilot, "6 posts")
        await pilot.pause()
        assert_screen(pilot.app, f"redact-{size}")
        await press(pilot, "p", *"cafe")
        await counted(pilot, "3 posts by")  # of fewer letters others may be counted before
        await pilot.pause()
        assert_screen(pilot.app, f"phrase-{size}")
        await press(pilot, "escape", "M", "a", "n")  # somebody of the same name comes first
        await asked(pilot, "would be muted")
        desk.draw()  # the message that it counts has gone
        await pilot.pause()
        assert_screen(pilot.app, f"much-{size}")


async def test_a_phrase_is_counted_while_it_is_typed(tmp_path: Path) -> None:
    async with desk_of(tmp_path, cafe()) as (pilot, _):
        await press(pilot, "X", "p")
        assert await counted(pilot, "while you type")
        await press(pilot, *"zebra")
        assert await counted(pilot, "None") == (
            "None of the 26 posts has it; those to come would be redacted."
        )
        await press(pilot, "escape", "X", "p", *"cafe")
        assert (
            await counted(pilot, "would") == "3 posts by 3 accounts would be redacted, 12 % of 26."
        )
        assert said(pilot, "#hits").splitlines() == [
            "#29   Mòrag Example   The café is where parrots meet, says @Calum",
            "#30   Zainab Example  The cafe was closed. #CaféTalk",
            "#31   Mòrag Example   Parrots in the café",
        ]
        assert "café (2), #CaféTalk (1). Tab: leave them." in said(pilot, "#accents")
        await press(pilot, "tab")
        assert await counted(pilot, "1 post") == "1 post by 1 account would be redacted, 4 % of 26."
        await press(pilot, "enter", "n")


def places(pilot: Pilot[Any]) -> list[str]:
    """Where the places stand that the phrase dialog shows."""
    return [line.split()[0] for line in said(pilot, "#hits").splitlines()]


async def test_every_hit_of_a_phrase_can_be_looked_at(tmp_path: Path) -> None:
    more = [
        *captured(*(post(f"{n}", f"Zebra {n}", 22) for n in range(50, 57))),
        ev.Noted("x:50", "a zebra?"),
        ev.Summarised("Q1", "Of zebras, and a zebra"),
        ev.Summarised("Q2", "The zebra"),
    ]
    async with desk_of(tmp_path, [*cafe(), *more], size="small") as (pilot, _):
        await press(pilot, "X", "p", *"zebra")
        await counted(pilot, "7 posts by 1 account would")
        assert places(pilot) == ["#32", "#33", "#34", "#35", "#36"]
        assert said(pilot, "#part") == "1 to 5 of 10, with 1 note, 2 summaries"
        await press(pilot, "pagedown", "down")
        assert places(pilot) == ["#37", "#38", "#32", "Q1", "Q2"]
        assert said(pilot, "#part") == "6 to 10 of 10, with 1 note, 2 summaries"
        assert "note            a zebra?" in said(pilot, "#hits")
        await press(pilot, "pagedown", "up", "pageup", "up", "up")
        assert places(pilot)[0] == "#32"
        await press(pilot, "escape", "M", "p", *"zebra")
        await counted(pilot, "7 posts by 1 account would")
        assert said(pilot, "#part") == "1 to 5 of 7"
        await pilot.resize_terminal(*SIZES["large"])
        async with asyncio.timeout(60):
            while said(pilot, "#part"):
                await pilot.pause(0.01)
        assert len(places(pilot)) == 7


def test_accounts_that_are_withheld_in_few_words() -> None:
    chat = chat_of(
        *captured(post("1"), post("bluesky:1", author="calum")),
        ev.Remarked(post("room:1", author=Author("", "Morag Example")), "Q1"),
    )
    ailsa, calum, morag = Accounts(chat).all
    assert several([ailsa]) == "@ailsa"
    assert several([ailsa, calum]) == "@ailsa and 1 more account"
    assert several([morag, calum, ailsa]) == "Morag Example and 2 more accounts"


async def test_a_mute_says_where_the_name_stays(tmp_path: Path) -> None:
    thanks = captured(
        post("60", "One word", 23, author="dele"), post("61", "Thanks @dele", 23, author="Ailsa")
    )
    async with desk_of(tmp_path, [*cafe(), *thanks]) as (pilot, desk):
        desk.list.go_to("x:60")
        await press(pilot, "M", "a")
        await asked(pilot, "would be muted.")
        stays = "Their name stays in 1 post of others; redact takes it out."
        assert said(pilot, ".facts") == stays
        assert listed(pilot) == [
            "1 post of Dele Example, @dele on X:",
            "  #32, Dele Example: “One word”",
        ]
        await press(pilot, "y")
        assert await acted(pilot, desk) == f"1 post muted: @dele; u undoes it. {stays}"


def listed(pilot: Pilot[Any]) -> list[str]:
    """What a question is about, one by one."""
    return str(pilot.app.screen.query_one(Plan).query_one(Static).content).splitlines()


async def test_a_redaction_lists_who_and_which_posts(tmp_path: Path) -> None:
    async with desk_of(tmp_path, cafe()) as (pilot, desk):
        desk.list.go_to("x:41")
        await press(pilot, "X", "a")
        await asked(pilot, "would be redacted")
        whose, *theirs = listed(pilot)
        assert whose == "7 posts of Zainab Example, @Zainab on X:"
        assert theirs[-1] == "  #30, Zainab Example: “The cafe was closed. #CaféTalk”"
        await press(pilot, "escape")
        assert not desk.context.chat.redactions
        thanks = captured(post("62", "Thanks, Zainab Example", 23, author="Calum"))
        await desk.context.session.record(*thanks)
        await saved(pilot)
        await press(pilot, "X", "a")
        await asked(pilot, "8 posts of")
        assert listed(pilot)[-2:] == [
            "1 post of others that name them:",
            "  #32, Calum Example: “Thanks, Zainab Example”",
        ]


LOSES = "Q4 was made of what goes, and shows none of its words."


async def acted(pilot: Pilot[Any], desk: Any) -> str:
    """What is said once the act is done."""
    async with asyncio.timeout(60):
        while "u undoes it" not in (words := desk.context.messages.words):
            await pilot.pause(0.01)
    return str(words)


async def test_hiding_and_muting_say_which_question_loses_its_words(tmp_path: Path) -> None:
    events = [*cafe(), *captured(post("60", "Who keeps the teapot warm?", 23, author="dele"))]
    async with desk_of(tmp_path, events) as (pilot, desk):
        desk.list.go_to("x:60")
        await press(pilot, "Q", "enter", "a")
        desk.list.go_to("x:60")
        await press(pilot, "h")
        assert await acted(pilot, desk) == f"Hid 1 post. {LOSES} u undoes it."
        await press(pilot, "u", "M")
        assert [line[:1] for line in await filled(pilot, "also in Q4") if "Q4" in line] == ["a"]
        await press(pilot, "a")
        await asked(pilot, "1 post of")
        assert said(pilot, ".facts") == LOSES
        await press(pilot, "y")
        assert await acted(pilot, desk) == f"1 post muted: @dele; u undoes it. {LOSES}"
        await press(pilot, "u", "M", "p", *"teapot", "enter")
        assert await acted(pilot, desk) == f"1 post muted: a phrase; u undoes it. {LOSES}"
        await press(pilot, "u", "X", "p", *"teapot", "enter", "n")
        assert await acted(pilot, desk) == "1 post redacted: a phrase; u undoes it."


async def test_redacting_lists_a_question_in_other_words_too(tmp_path: Path) -> None:
    said = "Who keeps the teapot warm until the last of us came in?"
    events = [*cafe(), *captured(post("60", said, 23, author="dele"))]
    words = f"Our hosts ask, in words that are mostly theirs and before we open: {said[:41]}?"
    edit = ev.AgendaEdited(promote(AGENDA, words, "x:60", "Q3").agenda, {}, "x")
    async with desk_of(tmp_path, [*events, edit]) as (pilot, desk):
        desk.list.go_to("x:60")
        await press(pilot, "X")
        assert any("also in Q4" in line for line in await filled(pilot, "also in"))


async def test_other_accents_are_left_if_asked(tmp_path: Path) -> None:
    async with desk_of(tmp_path, cafe()) as (pilot, desk):
        await press(pilot, "X", "p", *"cafe")
        await counted(pilot, "would")
        await press(pilot, "tab", "enter", "o")
        assert list(desk.context.chat.redactions) == [("exact", "cafe")]
        shown = desk.context.messages.words
        assert shown == "1 post redacted: a phrase (off topic); u undoes it."


async def test_a_mute_counts_parts_of_words_as_it_hides_them(tmp_path: Path) -> None:
    async with desk_of(tmp_path, cafe()) as (pilot, desk):
        await press(pilot, "M", "p", *"arrot")
        assert (await counted(pilot, "would")).startswith("3 posts by 3 accounts would be muted")
        await press(pilot, "enter", "y")
        assert sum(entry.muted for entry in desk.context.chat.entries.values()) == 3


async def test_a_phrase_of_blanks_stays_with_a_sentence(tmp_path: Path) -> None:
    async with desk_of(tmp_path) as (pilot, desk):
        await press(pilot, "X", "p", "space", "enter")
        assert said(pilot, "#count") == "A phrase needs words."
        await press(pilot, "escape")
        assert pilot.app.screen is desk and not desk.context.chat.redactions


ANSWERS = {
    "escape": [],
    "y n": [],
    "y y": ["x:mòrag", "bluesky:morag"],
    "n y": ["x:mòrag"],
}
"""Whom the answers to "the same person?" and "mute them?" mute."""


async def test_who_may_be_the_same_person_is_asked_about(tmp_path: Path) -> None:
    async with desk_of(tmp_path, cafe()) as (pilot, desk):
        for keys, muted in ANSWERS.items():
            desk.list.go_to("x:22")
            await press(pilot, "M", "a")
            dialog = pilot.app.screen
            assert isinstance(dialog, Asked), keys
            title = str(dialog.query_one(".title", Label).content)
            assert title == "Is that the same person as Mòrag Example, @Mòrag on X?"
            assert said(pilot, ".facts").startswith(
                "Mòrag Example, @morag on Bluesky (1 post: #31 “Parrots in the café”)"
            )
            await press(pilot, *keys.split())
            async with asyncio.timeout(60):
                while desk.context.messages.current.startswith("Counting"):
                    await pilot.pause(0.01)
            assert [value for _, value in desk.context.chat.mutes] == muted, keys
            if muted:
                await press(pilot, "u")
                assert desk.context.chat.mutes == (), keys


async def test_more_than_a_tenth_is_asked_about_with_numbers(tmp_path: Path) -> None:
    async with desk_of(tmp_path, cafe()) as (pilot, desk):
        await press(pilot, "X", "p", *"words", "enter")
        title = str(pilot.app.screen.query_one(".title", Label).content)
        assert title == "16 posts of 26 (62 %) would be redacted."
        await press(pilot, "enter")
        assert pilot.app.screen is desk and not desk.context.chat.redactions
        await press(pilot, "X", "p", *"parrots meet", "enter", "n")
        assert list(desk.context.chat.redactions) == [("phrase", "parrots meet")]


async def test_copies_of_redacted_words_are_counted(tmp_path: Path) -> None:
    said_twice = "The same words, on two networks at once"
    events = [
        *captured(post("1", said_twice, 1, author="Ailsa")),
        *captured(post("2", "RT", 2, author="Calum", repost_of="x:1")),
    ]
    async with desk_of(tmp_path, events) as (pilot, desk):
        await press(pilot, "X")
        assert any("also in 1 repost or copy" in line for line in await filled(pilot, "also in"))
        await press(pilot, "w", "p")
        assert desk.context.messages.words == (
            "Redacted #2 and 1 repost or copy: personal data; u undoes it."
        )


async def test_a_deleted_post_refuses_before_anything_is_asked(tmp_path: Path) -> None:
    """But for a phrase, which is not about that post."""
    gone = ev.Deleted(("x:22",), post().created_at)
    refusal = "That post was deleted at its network"
    async with desk_of(tmp_path, [*evening(), gone]) as (pilot, desk):
        for key in ("w", "m", "Q", "s", "ctrl+delete"):
            desk.context.say("")
            await press(pilot, key)
            assert pilot.app.screen is desk, key
            assert desk.context.messages.words.startswith(refusal), key
        for opens in ("M", "X"):
            await press(pilot, opens)
            assert lines(pilot) == ["p  Phrase …"], opens
            assert said(pilot, ".subject").startswith(refusal), opens
            await press(pilot, "w", "a", "escape")
        assert desk.context.chat.last_seq == len([*evening(), gone]) + 1


def status(desk: Any) -> list[str]:
    """The lines of the message at the foot of the desk."""
    return [line.text.strip() for line in desk.query_one("#status", Bar).drawn_lines()]


async def test_all_of_a_long_message_is_read(tmp_path: Path) -> None:
    """One without end ends in an ellipsis."""
    words = " ".join(f"word{n}" for n in range(30))
    async with desk_of(tmp_path) as (pilot, desk):
        for size in ("middle", "small"):
            await resized(pilot, *SIZES[size])
            height = desk.list.size.height
            desk.context.say(words)
            desk.draw()
            await pilot.pause()
            first, *more = status(desk)
            assert first.endswith("saved ✓")
            assert " ".join([first.removesuffix("saved ✓").strip(), *more]) == words
            assert desk.list.size.height == height - len(more) > 0 < len(more), size
            desk.context.say("Short")
            desk.draw()
            await pilot.pause()
            assert len(status(desk)) == 1 and desk.list.size.height == height, size
        desk.context.say("word " * 200)
        desk.draw()
        await pilot.pause()
        shown = status(desk)
        assert len(shown) == MESSAGE_LINES and shown[-1].endswith("…")


def test_a_long_message_is_shown_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("tartantm.desk.panes.messages.monotonic", lambda: now)
    messages = Messages()
    messages.say("Short")
    now += MESSAGE_SECONDS
    assert messages.current == ""
    messages.say("long " * 40)
    now += MESSAGE_SECONDS
    assert messages.current
    now += 200 / READ_A_SECOND
    assert messages.current == ""
