"""Acts as they happen to a chat that no file holds."""

from __future__ import annotations

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.moderation.act import PreparedAct
from tests.builders import at, captured, chat_of, happen, post


def evening() -> Chat:
    """Q1 is open; x:1 stands under it, x:2 and its reply x:3 wait in the inbox."""
    return chat_of(
        ev.Opened("Q1", at(1), "moderator"),
        *captured(post("1", "Words of hers", 2)),
        *captured(post("2", "Parrots", 3, author="calum"), inbox=True),
        *captured(post("3", "More", 4, author="calum", reply_to="x:2"), inbox=True),
    )


def do(chat: Chat, act: PreparedAct) -> str:
    """Let an act happen; the list of acts has the same words for it as its sentence."""
    done = len(chat.history.acts)
    happen(chat, *act.events)
    lines = [f"{each.words}." for each in chat.history.acts[done:]]
    if lines:
        assert act.sentence == "\n".join(lines)
    return act.sentence
