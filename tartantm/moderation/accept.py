"""Acts on the leak report: places found harmless, or to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.moderation.act import NothingToDo, PreparedAct, prepare


def accept_leaks(chat: Chat, keys: Iterable[str], *, on: bool = True) -> PreparedAct:
    """Find places of the leak report harmless, given by `Leak.key`, or to be looked at again."""
    new = tuple(key for key in dict.fromkeys(keys) if (key in chat.accepted_leaks) is not on)
    if not new:
        raise NothingToDo(
            "No place is left to look at." if on else "None of these was found harmless."
        )
    return prepare(chat, ev.LeaksAccepted(new, on))
