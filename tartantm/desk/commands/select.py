"""Commands that select posts for the next act."""

from __future__ import annotations

from tartantm.core.describe import posts
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import command
from tartantm.desk.panes.views import key_of


@command("post.select")
async def _select(desk: DeskContext) -> None:
    if desk.post_list.cursor:
        desk.post_list.selection.toggle(desk.post_list.cursor)
        desk.post_list.following = False
        desk.post_list.move(1)
        desk.post_list.invalidate()


@command("post.range")
async def _range(desk: DeskContext) -> None:
    chosen = desk.post_list.selection
    if chosen.anchor:
        chosen.end()
    elif desk.post_list.cursor:
        desk.post_list.following = False
        chosen.begin(desk.post_list.cursor)
        desk.say("Moving selects from here on; v ends that, Esc drops the selection.")
    desk.post_list.invalidate()


@command("post.range_down")
async def _range_down(desk: DeskContext) -> None:
    _extend(desk, 1)


@command("post.range_up")
async def _range_up(desk: DeskContext) -> None:
    _extend(desk, -1)


def _extend(desk: DeskContext, by: int) -> None:
    if desk.post_list.cursor and not desk.post_list.selection.anchor:
        desk.post_list.selection.begin(desk.post_list.cursor)
    desk.post_list.following = False
    desk.post_list.move(by)


@command("post.replies")
async def _replies(desk: DeskContext) -> None:
    """Select the posts an act is for, with every reply below them."""
    ids = desk.targets()
    threads = desk.chat.threads
    below = {entry.id for post_id in ids for entry in threads.below(post_id)}
    _take(desk, {*ids, *below}, f"{posts(len(below))} below it")


@command("post.onward")
async def _onward(desk: DeskContext) -> None:
    """Select this post and those after it in the same question that nobody placed by hand.

    That is what went wrong when grouping took the wrong question for the open one: from some post
    on every post is placed one question too early or too late.
    """
    ids, chat = desk.targets(), desk.chat
    if not ids:
        return
    first = chat.entries[ids[0]]
    view = desk.views.standing_with(first)
    later = [chat.entries[key[2]] for key in view.keys[view.index(key_of(first)) :]]
    found = {entry.id for entry in later if not entry.placement.by_person}
    _take(desk, {first.id, *found}, "nobody placed by hand")


def _take(desk: DeskContext, ids: set[str], words: str) -> None:
    if ids:
        desk.post_list.following = False
        desk.post_list.selection.add(ids)
        desk.post_list.invalidate()
        count = posts(len(desk.post_list.selection.ids))
        desk.say(f"Selected {count}: {words}. The next act takes them.")
