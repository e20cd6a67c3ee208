"""Commands that select posts for the next act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tartantm.core.describe import posts
from tartantm.desk.commands.dispatch import command
from tartantm.desk.panes.views import key_of

if TYPE_CHECKING:
    from tartantm.desk.screen import Desk


@command("post.select")
async def _select(desk: Desk) -> None:
    if desk.list.cursor:
        desk.list.chosen.toggle(desk.list.cursor)
        desk.list.following = False
        desk.list.move(1)
        desk.list.renew()


@command("post.range")
async def _range(desk: Desk) -> None:
    chosen = desk.list.chosen
    if chosen.anchor:
        chosen.end()
    elif desk.list.cursor:
        desk.list.following = False
        chosen.begin(desk.list.cursor)
        desk.say("Moving selects from here on; v ends that, Esc drops the selection.")
    desk.list.renew()


@command("post.range_down")
async def _range_down(desk: Desk) -> None:
    _extend(desk, 1)


@command("post.range_up")
async def _range_up(desk: Desk) -> None:
    _extend(desk, -1)


def _extend(desk: Desk, by: int) -> None:
    if desk.list.cursor and not desk.list.chosen.anchor:
        desk.list.chosen.begin(desk.list.cursor)
    desk.list.following = False
    desk.list.move(by)


@command("post.replies")
async def _replies(desk: Desk) -> None:
    """The posts an act is for, with every reply below them."""
    ids = desk.targets()
    threads = desk.session.chat.threads
    below = {entry.id for post_id in ids for entry in threads.below(post_id)}
    _take(desk, {*ids, *below}, f"{posts(len(below))} below it")


@command("post.onward")
async def _onward(desk: Desk) -> None:
    """This post and those after it in the same question that nobody placed by hand.

    That is what went wrong when grouping took the wrong question for the open one: from some post
    on everything stands one question too early or too late.
    """
    ids, chat = desk.targets(), desk.session.chat
    if not ids:
        return
    first = chat.entries[ids[0]]
    view = desk.views.standing_with(first)
    later = [chat.entries[key[2]] for key in view.keys[view.index(key_of(first)) :]]
    found = {entry.id for entry in later if not entry.placement.by_person}
    _take(desk, {first.id, *found}, "nobody placed by hand")


def _take(desk: Desk, ids: set[str], words: str) -> None:
    if ids:
        desk.list.following = False
        desk.list.chosen.add(ids)
        desk.list.renew()
        desk.say(f"Selected {posts(len(desk.list.chosen.ids))}: {words}. The next act takes them.")
