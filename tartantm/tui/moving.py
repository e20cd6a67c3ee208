"""Commands that show something else, step back in time, or leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tartantm import events as ev
from tartantm.tui.dialogs import Confirm, Help
from tartantm.tui.doing import act, does
from tartantm.tui.views import INBOX
from tartantm.words import posts

if TYPE_CHECKING:
    from tartantm.tui.desk import Desk


@does("post.select")
async def _select(desk: Desk) -> None:
    desk.list.select_cursor()


@does("desk.undo")
async def _undo(desk: Desk) -> None:
    undoable = desk.session.chat.history.undoable
    if undoable is None:
        desk.say("There is nothing to undo.")
    elif await act(desk, ev.Undone(undoable.seq)):
        desk.say(f"Undid: {undoable.words}. U does it again.")


@does("desk.redo")
async def _redo(desk: Desk) -> None:
    redoable = desk.session.chat.history.redoable
    if redoable is None:
        desk.say("There is nothing to do again.")
    elif await act(desk, ev.Redone(redoable.seq)):
        desk.say(f"Did again: {redoable.words}.")


@does("move.down")
async def _down(desk: Desk) -> None:
    desk.step(1)


@does("move.up")
async def _up(desk: Desk) -> None:
    desk.step(-1)


@does("move.page_down")
async def _page_down(desk: Desk) -> None:
    desk.turn_page(1)


@does("move.page_up")
async def _page_up(desk: Desk) -> None:
    desk.turn_page(-1)


@does("move.first")
async def _first(desk: Desk) -> None:
    desk.list.first()


@does("move.newest")
async def _newest(desk: Desk) -> None:
    desk.list.follow()


@does("view.next")
async def _next_view(desk: Desk) -> None:
    desk.show_beside(1)


@does("view.previous")
async def _previous_view(desk: Desk) -> None:
    desk.show_beside(-1)


@does("view.inbox")
async def _inbox(desk: Desk) -> None:
    desk.show(INBOX)


@does("view.search")
async def _search(desk: Desk) -> None:
    desk.open_search()


@does("view.details")
async def _details(desk: Desk) -> None:
    desk.toggle_details()


@does("desk.back")
async def _back(desk: Desk) -> None:
    desk.back()


@does("desk.theme")
async def _theme(desk: Desk) -> None:
    await desk.app.choose_theme()


@does("desk.help")
async def _help(desk: Desk) -> None:
    await desk.ask(Help())


@does("desk.palette")
async def _palette(desk: Desk) -> None:
    desk.app.action_command_palette()


@does("desk.quit")
async def _quit(desk: Desk) -> None:
    if desk.live:
        waiting = len(desk.views[INBOX])
        question = "The chat is still being heard. Stop and leave?"
        if waiting:
            question += f" {posts(waiting).capitalize()} wait in the inbox."
        if desk.follow and desk.follow.trouble:
            lost = posts(desk.follow.waiting)
            question = (
                f"{desk.follow.trouble} {lost.capitalize()} not saved yet would be lost. Leave?"
            )
        if not await desk.ask(Confirm(question, "leave", "stay")):
            return
    await desk.app.leave()
