"""How commands find the functions that carry them out, and how an act is recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable

from tartantm.core import events as ev
from tartantm.core.errors import TartantmError
from tartantm.desk.commands.context import DeskContext

Handler = Callable[[DeskContext], Awaitable[None]]
HANDLERS: dict[str, Handler] = {}
"""The function that carries out each command, by the command's id."""


def command(name: str) -> Callable[[Handler], Handler]:
    """Say which command a function carries out."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return keep


def still_held(desk: DeskContext, ids: Iterable[str]) -> list[str]:
    """Those of the posts that another process did not erase while a dialog was open."""
    held = [post_id for post_id in ids if post_id in desk.chat.entries]
    if not held:
        desk.say("That post was erased meanwhile.", trouble=True)
    return held


async def act(desk: DeskContext, *events: ev.Event, on: Collection[str] = ()) -> bool:
    """Record an act; where that fails the desk says why and nothing has happened.

    `on` names the posts that it is about: where it sends them elsewhere, the moderator knows.
    """
    try:
        with desk.changes.acting_on(on):
            await desk.session.record(*events)
            desk.changes.flush()
    except TartantmError as error:
        desk.say(str(error), trouble=True)
        return False
    acts = desk.chat.history.acts
    if acts and isinstance(events[-1], ev.Act):
        desk.say(f"{acts[-1].words}. u undoes it.")
    return True
