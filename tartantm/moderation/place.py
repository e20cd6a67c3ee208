"""Acts that put posts where they belong: under a question, under General, as suggested."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Placement
from tartantm.moderation.act import PreparedAct, held, of_chat, on_agenda, prepare
from tartantm.settings.fault_log import guarded

if TYPE_CHECKING:
    from tartantm.grouping.grouper import Grouper


def place(
    chat: Chat, grouper: Grouper | None, posts: Iterable[str], question: str | None
) -> PreparedAct:
    """Put posts under a question, under General with None; what depends on them goes along.

    Without a grouper, nothing does.
    """
    if question is not None:
        on_agenda(chat, question)
    return _placed(chat, grouper, dict.fromkeys(of_chat(chat, held(chat, posts)), question))


def accept(chat: Chat, grouper: Grouper | None, posts: Iterable[str]) -> PreparedAct:
    """Confirm the placement that posts have, so that grouping never changes it."""
    moves = {post: chat.stands_at(post) for post in of_chat(chat, held(chat, posts))}
    return _placed(chat, grouper, moves)


def _placed(chat: Chat, grouper: Grouper | None, moves: dict[str, str | None]) -> PreparedAct:
    carried: dict[str, Placement] = {}
    if grouper is not None:
        # What the moderator wants does not depend on what grouping makes of it.
        carried = guarded(lambda: grouper.carried(moves), carried)
    return prepare(chat, ev.Placed(moves, carried), posts=moves)
