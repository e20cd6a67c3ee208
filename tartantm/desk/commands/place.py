"""Commands that put posts where they belong."""

from __future__ import annotations

from collections.abc import Sequence

from tartantm.core.agenda import numbered
from tartantm.core.describe import posts
from tartantm.core.plan import question_before
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import HANDLERS, Handler, act_on_targets, command
from tartantm.desk.commands.questions import questions
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.desk.panes.said_rows import Said
from tartantm.desk.panes.views import GENERAL, waits_in
from tartantm.moderation.act import on_agenda
from tartantm.moderation.place import accept, place, place_each, place_late
from tartantm.moderation.questions import open_question

CHANGED = "What that row says has just changed; look again, and press again."


async def put(desk: DeskContext, question: str | None, ids: Sequence[str]) -> None:
    """Put posts under a question or General, and what depends on them too."""
    if ids:
        await act_on_targets(desk, place(desk.chat, desk.session.grouper, ids, question))


def _placer(number: int) -> Handler:
    async def handler(desk: DeskContext) -> None:
        question = on_agenda(desk.chat, numbered(number))
        await put(desk, question, desk.placing())

    return handler


for _number in range(1, 11):
    HANDLERS[f"place.{_number}"] = _placer(_number)


@command("place.general")
async def _general(desk: DeskContext) -> None:
    await put(desk, None, desk.placing())


@command("place.open")
async def _open(desk: DeskContext) -> None:
    question = open_question(desk.chat)
    await put(desk, question, desk.placing())


@command("place.accept")
async def _accept(desk: DeskContext) -> None:
    rows = desk.rows()
    waiting = [row for row in rows if any(_waits(desk, each) for each in row.stands)]
    ids = [each for row in waiting for each in row.stands if _waits(desk, each)]
    if any(_says_other(desk, row) for row in waiting):
        desk.say(CHANGED)
    elif ids:
        await act_on_targets(desk, accept(desk.chat, desk.session.grouper, ids))
    elif rows:
        desk.toggle_details()


@command("place.other")
async def _other(desk: DeskContext) -> None:
    """Put each row under the second place that it offers."""
    rows = desk.rows()
    waiting = [row for row in rows if any(_waits(desk, each) for each in row.stands)]
    offering = [row for row in waiting if len(row.places) > 1]
    if waiting and not offering:
        desk.say("There is no second place to choose from here; a digit puts it anywhere.")
    elif rows and not waiting:
        desk.say("Only what waits in the inbox offers another place; a digit puts it anywhere.")
    elif any(_says_other(desk, row) for row in offering):
        desk.say(CHANGED)
    elif offering:
        moves = {each: row.places[1] for row in offering for each in row.stands}
        await act_on_targets(desk, place_each(desk.chat, desk.session.grouper, moves))


def _waits(desk: DeskContext, post: str) -> bool:
    entry = desk.chat.entry(post)
    return entry is not None and waits_in(desk.shown, entry)


def _says_other(desk: DeskContext, row: Said) -> bool:
    """Whether a row's posts stand elsewhere than it said when it was read."""
    return any(desk.chat.stands_at(post) != place for post, place in row.stands.items())


@command("place.pick")
async def _pick(desk: DeskContext) -> None:
    ids = desk.placing()
    if ids:
        rows = [*questions(desk), (GENERAL, "General: welcome, thanks, chatter")]
        hint = "Type its number, 4a for Q4a, g for General. Esc leaves."
        chosen = await desk.ask(
            Choice(f"Place {posts(len(ids))} under", rows, hint=hint, quick=True)
        )
        if chosen:
            await put(desk, None if chosen == GENERAL else chosen, ids)


@command("place.late")
async def _late(desk: DeskContext) -> None:
    """Put posts, and the replies below them, under the question before or a chosen one."""
    ids = desk.placing()
    if not ids:
        return
    before = question_before(desk.chat, desk.chat.entries[ids[0]].post.sort_at)
    hint = "Enter takes the question before; type a number for any other. Esc leaves."
    title = f"Late answers: {posts(len(ids))}, with the replies below, to"
    chosen = await desk.ask(Choice(title, questions(desk), before or "", hint, quick=True))
    if chosen:
        await act_on_targets(desk, place_late(desk.chat, desk.session.grouper, ids, chosen))
