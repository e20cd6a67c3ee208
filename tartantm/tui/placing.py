"""Commands that put posts where they belong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tartantm import events as ev
from tartantm.agenda import numbered
from tartantm.tui.dialogs import Choice
from tartantm.tui.doing import HANDLERS, Handler, act, does, still_held
from tartantm.tui.planning import questions
from tartantm.tui.views import GENERAL
from tartantm.words import posts

if TYPE_CHECKING:
    from tartantm.tui.desk import Desk


async def put(desk: Desk, question: str | None, targets: Iterable[str] | None = None) -> None:
    """Put posts under a question, and what hangs on them along."""
    ids = list(targets) if targets is not None else desk.targets()
    if not ids:
        return
    moves: dict[str, str | None] = dict.fromkeys(ids, question)
    if await act(desk, ev.Placed(moves, desk.session.grouper.carried(moves)), on=ids):
        desk.list.unselect()


def _placer(number: int) -> Handler:
    async def handler(desk: Desk) -> None:
        question = numbered(number)
        if question in desk.session.chat.agenda:
            await put(desk, question)
        else:
            desk.say(f"The agenda has no {question}.", trouble=True)

    return handler


for _number in range(1, 11):
    HANDLERS[f"place.{_number}"] = _placer(_number)


@does("place.general")
async def _general(desk: Desk) -> None:
    await put(desk, None)


@does("place.open")
async def _open(desk: Desk) -> None:
    question = desk.session.chat.turns.open_question
    if question:
        await put(desk, question)
    else:
        desk.say("No question is open.", trouble=True)


@does("place.accept")
async def _accept(desk: Desk) -> None:
    entries = [desk.session.chat.entries[post_id] for post_id in desk.targets()]
    waiting = [entry for entry in entries if entry.in_inbox]
    if not waiting:
        if entries:
            desk.toggle_details()
        return
    moves = {entry.id: entry.placement.question for entry in waiting}
    if await act(desk, ev.Placed(moves, desk.session.grouper.carried(moves)), on=moves):
        desk.list.unselect()


@does("place.pick")
async def _pick(desk: Desk) -> None:
    ids = desk.targets()
    if ids:
        rows = [*questions(desk), (GENERAL, "General: welcome, thanks, chatter")]
        hint = "Type its number, 4a for Q4a, g for General. Esc leaves."
        chosen = await desk.ask(
            Choice(f"Place {posts(len(ids))} under", rows, hint=hint, quick=True)
        )
        if chosen and (ids := still_held(desk, ids)):
            await put(desk, None if chosen == GENERAL else chosen, ids)
