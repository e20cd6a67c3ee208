"""How commands find the functions that carry them out, and how they act on the session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tartantm.core.errors import TartantmError
from tartantm.desk.commands.context import DeskContext
from tartantm.moderation.act import NothingToDo, PreparedAct

Handler = Callable[[DeskContext], Awaitable[None]]
HANDLERS: dict[str, Handler] = {}
"""The function that carries out each command, by the command's id."""


def command(name: str) -> Callable[[Handler], Handler]:
    """Say which command a function carries out."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return keep


async def carry_out(desk: DeskContext, name: str) -> None:
    """Run a command. What it refuses, or cannot save, the desk shows; then nothing was done."""
    try:
        await HANDLERS[name](desk)
    except TartantmError as error:
        desk.say(str(error), trouble=not isinstance(error, NothingToDo))


async def act(desk: DeskContext, prepared: PreparedAct, hint: str = "u undoes it.") -> None:
    """Record an act and show what was done; raises TartantmError where it cannot be saved."""
    with desk.changes.acting_on(prepared.posts):
        await desk.session.act(*prepared.events)
        desk.changes.flush()
    desk.say(" ".join(filter(None, (prepared.sentence, prepared.warning, hint))))


async def act_on_targets(desk: DeskContext, prepared: PreparedAct) -> None:
    """Record an act on the posts of `DeskContext.targets`, and end the selection."""
    await act(desk, prepared)
    desk.post_list.unselect()
