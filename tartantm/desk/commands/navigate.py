"""Commands that move in the list or to another, help, and leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tartantm.core.describe import posts
from tartantm.desk.commands.dispatch import command
from tartantm.desk.dialogs.dialogs import Confirm, Help
from tartantm.desk.panes.views import INBOX

if TYPE_CHECKING:
    from tartantm.desk.screen import Desk


@command("move.down")
async def _down(desk: Desk) -> None:
    _step(desk, 1)


@command("move.up")
async def _up(desk: Desk) -> None:
    _step(desk, -1)


@command("move.page_down")
async def _page_down(desk: Desk) -> None:
    _turn_page(desk, 1)


@command("move.page_up")
async def _page_up(desk: Desk) -> None:
    _turn_page(desk, -1)


@command("view.details_down")
async def _details_down(desk: Desk) -> None:
    _scroll_details(desk, 1)


@command("view.details_up")
async def _details_up(desk: Desk) -> None:
    _scroll_details(desk, -1)


def _scroll_details(desk: Desk, by: int) -> None:
    desk.details.scroll_lines(by * max(1, desk.details.size.height // 2))


def _alone(desk: Desk) -> bool:
    """Whether the details have the screen for themselves."""
    return desk.has_class("-details", "-small")


def _step(desk: Desk, by: int) -> None:
    if _alone(desk):
        desk.details.scroll_lines(by)
    else:
        desk.list.move(by)


def _turn_page(desk: Desk, by: int) -> None:
    if _alone(desk):
        desk.details.scroll_lines(by * (desk.details.size.height - 1))
    else:
        desk.list.page(by)


@command("move.first")
async def _first(desk: Desk) -> None:
    desk.list.first()


@command("move.newest")
async def _newest(desk: Desk) -> None:
    desk.list.follow()


@command("view.next")
async def _next_view(desk: Desk) -> None:
    desk.show_beside(1)


@command("view.previous")
async def _previous_view(desk: Desk) -> None:
    desk.show_beside(-1)


@command("view.inbox")
async def _inbox(desk: Desk) -> None:
    desk.show(INBOX)


@command("desk.theme")
async def _theme(desk: Desk) -> None:
    await desk.app.choose_theme()


@command("desk.help")
async def _help(desk: Desk) -> None:
    await desk.ask(Help(list(desk.commands.values())))


@command("desk.palette")
async def _palette(desk: Desk) -> None:
    desk.app.action_command_palette()


@command("desk.quit")
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
