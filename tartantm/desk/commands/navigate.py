"""Commands that move in the list, go to another, show help, and leave."""

from __future__ import annotations

from tartantm.capture.health import TRIES
from tartantm.core.describe import posts
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import command
from tartantm.desk.commands.keymap import table
from tartantm.desk.dialogs.dialogs import Confirm, Help
from tartantm.desk.panes.review_view import ReviewView
from tartantm.desk.panes.views import INBOX, REVIEW
from tartantm.moderation.review import Review
from tartantm.moderation.standing import sentence
from tartantm.settings.fault_log import guarded


@command("move.down")
async def _down(desk: DeskContext) -> None:
    _step(desk, 1)


@command("move.up")
async def _up(desk: DeskContext) -> None:
    _step(desk, -1)


@command("move.page_down")
async def _page_down(desk: DeskContext) -> None:
    _turn_page(desk, 1)


@command("move.page_up")
async def _page_up(desk: DeskContext) -> None:
    _turn_page(desk, -1)


@command("view.details_down")
async def _details_down(desk: DeskContext) -> None:
    _scroll_details(desk, 1)


@command("view.details_up")
async def _details_up(desk: DeskContext) -> None:
    _scroll_details(desk, -1)


def _scroll_details(desk: DeskContext, by: int) -> None:
    desk.details.scroll_lines(by * max(1, desk.details.size.height // 2))


def _alone(desk: DeskContext) -> bool:
    """Whether the details cover the list."""
    return desk.panes.details_alone


def _step(desk: DeskContext, by: int) -> None:
    if _alone(desk):
        desk.details.scroll_lines(by)
    else:
        desk.post_list.move(by)


def _turn_page(desk: DeskContext, by: int) -> None:
    if _alone(desk):
        desk.details.scroll_lines(by * (desk.details.size.height - 1))
    else:
        desk.post_list.page(by)


@command("move.first")
async def _first(desk: DeskContext) -> None:
    desk.post_list.first()


@command("move.newest")
async def _newest(desk: DeskContext) -> None:
    desk.post_list.follow()


@command("view.next")
async def _next_view(desk: DeskContext) -> None:
    desk.lists.show_neighbour(1)


@command("view.previous")
async def _previous_view(desk: DeskContext) -> None:
    desk.lists.show_neighbour(-1)


@command("view.inbox")
async def _inbox(desk: DeskContext) -> None:
    desk.show(INBOX)


@command("view.review")
async def _review(desk: DeskContext) -> None:
    """Show what to look at first, in an order made now; again to go back to where one was."""
    if desk.shown == REVIEW:
        desk.show(desk.reviewed_from)
        return
    desk.reviewed_from = desk.shown
    grouper = guarded(lambda: desk.session.grouper, None)
    view = ReviewView(Review(desk.chat, grouper))
    desk.views.begin_review(view)
    desk.show(REVIEW)
    desk.post_list.first()
    desk.say(sentence(view.standing))


@command("desk.theme")
async def _theme(desk: DeskContext) -> None:
    await desk.app.choose_theme()


@command("desk.help")
async def _help(desk: DeskContext) -> None:
    await desk.ask(Help(table(desk.commands)))


@command("desk.palette")
async def _palette(desk: DeskContext) -> None:
    desk.app.action_command_palette()


def _listens(desk: DeskContext) -> str:
    """Returns whether posts are captured now, in a sentence."""
    capture = desk.capture
    live = [each for each in capture.health if each.is_live] if capture else []
    if any(each.state == "waiting" for each in live):
        return "Another tartantm listens for this session, and goes on with that."
    if live and all(each.state in TRIES for each in live):
        return "No network is heard now; they are still being tried."
    return "Posts are still being captured."


@command("desk.quit")
async def _quit(desk: DeskContext) -> None:
    trouble = desk.session.trouble
    if desk.live or trouble:
        waiting = len(desk.views[INBOX])
        question = f"{_listens(desk)} Stop and leave?"
        if waiting:
            wait = "waits" if waiting == 1 else "wait"
            question += f" {posts(waiting).capitalize()} {wait} in the inbox."
        if trouble:
            unsaved = desk.capture.waiting if desk.capture else 0
            lost = posts(unsaved).capitalize() if unsaved else "Placements"
            question = f"{trouble} {lost} not saved yet would be lost. Leave?"
        if not await desk.ask(Confirm(question, "leave", "stay")):
            return
    await desk.app.leave()
