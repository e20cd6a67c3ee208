"""Commands that put posts where they belong."""

from __future__ import annotations

from collections.abc import Sequence

from tartantm.core.agenda import numbered
from tartantm.core.describe import posts
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import HANDLERS, Handler, act_on_targets, command
from tartantm.desk.commands.questions import questions
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.desk.panes.views import GENERAL, waits_in
from tartantm.moderation.act import on_agenda
from tartantm.moderation.place import accept, place
from tartantm.moderation.questions import open_question


async def put(desk: DeskContext, question: str | None, ids: Sequence[str]) -> None:
    """Put posts under a question or General, and what depends on them too."""
    if ids:
        await act_on_targets(desk, place(desk.chat, desk.session.grouper, ids, question))


def _placer(number: int) -> Handler:
    async def handler(desk: DeskContext) -> None:
        question = on_agenda(desk.chat, numbered(number))
        await put(desk, question, desk.targets())

    return handler


for _number in range(1, 11):
    HANDLERS[f"place.{_number}"] = _placer(_number)


@command("place.general")
async def _general(desk: DeskContext) -> None:
    await put(desk, None, desk.targets())


@command("place.open")
async def _open(desk: DeskContext) -> None:
    question = open_question(desk.chat)
    await put(desk, question, desk.targets())


@command("place.accept")
async def _accept(desk: DeskContext) -> None:
    ids = desk.targets()
    waiting = [post_id for post_id in ids if waits_in(desk.shown, desk.chat.entries[post_id])]
    if waiting:
        await act_on_targets(desk, accept(desk.chat, desk.session.grouper, waiting))
    elif ids:
        desk.toggle_details()


@command("place.pick")
async def _pick(desk: DeskContext) -> None:
    ids = desk.targets()
    if ids:
        rows = [*questions(desk), (GENERAL, "General: welcome, thanks, chatter")]
        hint = "Type its number, 4a for Q4a, g for General. Esc leaves."
        chosen = await desk.ask(
            Choice(f"Place {posts(len(ids))} under", rows, hint=hint, quick=True)
        )
        if chosen:
            await put(desk, None if chosen == GENERAL else chosen, ids)
