"""Commands that put posts where they belong."""

from __future__ import annotations

from collections.abc import Iterable

from tartantm.core import events as ev
from tartantm.core.agenda import numbered
from tartantm.core.describe import posts
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import HANDLERS, Handler, act, command, still_held
from tartantm.desk.commands.questions import questions
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.desk.panes.views import GENERAL


async def put(
    desk: DeskContext, question: str | None, targets: Iterable[str] | None = None
) -> None:
    """Put posts under a question, and what hangs on them along."""
    ids = list(targets) if targets is not None else desk.targets()
    if not ids:
        return
    moves: dict[str, str | None] = dict.fromkeys(ids, question)
    if await act(desk, ev.Placed(moves, desk.session.grouper.carried(moves)), on=ids):
        desk.post_list.unselect()


def _placer(number: int) -> Handler:
    async def handler(desk: DeskContext) -> None:
        question = numbered(number)
        if question in desk.chat.agenda:
            await put(desk, question)
        else:
            desk.say(f"The agenda has no {question}.", trouble=True)

    return handler


for _number in range(1, 11):
    HANDLERS[f"place.{_number}"] = _placer(_number)


@command("place.general")
async def _general(desk: DeskContext) -> None:
    await put(desk, None)


@command("place.open")
async def _open(desk: DeskContext) -> None:
    question = desk.chat.periods.open_question
    if question:
        await put(desk, question)
    else:
        desk.say("No question is open.", trouble=True)


@command("place.accept")
async def _accept(desk: DeskContext) -> None:
    entries = [desk.chat.entries[post_id] for post_id in desk.targets()]
    waiting = [entry for entry in entries if entry.in_inbox]
    if not waiting:
        if entries:
            desk.toggle_details()
        return
    moves = {entry.id: entry.placement.question for entry in waiting}
    if await act(desk, ev.Placed(moves, desk.session.grouper.carried(moves)), on=moves):
        desk.post_list.unselect()


@command("place.pick")
async def _pick(desk: DeskContext) -> None:
    ids = desk.targets()
    if ids:
        rows = [*questions(desk), (GENERAL, "General: welcome, thanks, chatter")]
        hint = "Type its number, 4a for Q4a, g for General. Esc leaves."
        chosen = await desk.ask(
            Choice(f"Place {posts(len(ids))} under", rows, hint=hint, quick=True)
        )
        if chosen and (ids := still_held(desk, ids)):
            await put(desk, None if chosen == GENERAL else chosen, ids)
