"""How commands find the functions that carry them out, and how an act is recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tartantm import events as ev
from tartantm.errors import TartantmError

if TYPE_CHECKING:
    from tartantm.tui.desk import Desk

Handler = Callable[["Desk"], Awaitable[None]]
HANDLERS: dict[str, Handler] = {}


def does(command: str) -> Callable[[Handler], Handler]:
    """Say which command a function carries out."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[command] = handler
        return handler

    return keep


async def act(desk: Desk, *events: ev.Event) -> bool:
    """Record an act; where that fails the desk says why and nothing has happened."""
    try:
        await desk.session.record(*events)
    except TartantmError as error:
        desk.say(str(error), trouble=True)
        return False
    desk.flush()
    acts = desk.session.chat.history.acts
    if acts and isinstance(events[-1], ev.Act):
        desk.say(f"{acts[-1].words}. u undoes it.")
    return True
