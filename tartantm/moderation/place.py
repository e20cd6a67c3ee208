"""Acts that put posts where they belong: under a question, under General, as suggested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Placement
from tartantm.moderation.act import PreparedAct, held, of_chat, on_agenda, prepare
from tartantm.moderation.conversation import hanging
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


def place_late(
    chat: Chat, grouper: Grouper | None, posts: Iterable[str], question: str
) -> PreparedAct:
    """Put late answers under an earlier question, with their replies that belong there too."""
    on_agenda(chat, question)
    moves: dict[str, str | None] = {post: question for post in with_replies(chat, posts)}
    return _placed(chat, grouper, moves, late=True)


def with_replies(chat: Chat, posts: Iterable[str]) -> tuple[str, ...]:
    """Returns posts with the replies below them that belong where they do."""
    named = of_chat(chat, held(chat, posts))
    return (*named, *(entry.id for entry in hanging(chat, named) if entry.listed))


def place_each(chat: Chat, grouper: Grouper | None, moves: Mapping[str, str | None]) -> PreparedAct:
    """Put each of several posts under its own question."""
    for question in set(moves.values()) - {None}:
        on_agenda(chat, str(question))
    return _placed(chat, grouper, {post: moves[post] for post in of_chat(chat, held(chat, moves))})


def accept(chat: Chat, grouper: Grouper | None, posts: Iterable[str]) -> PreparedAct:
    """Confirm the placement that posts have, so that grouping never changes it."""
    moves = {post: chat.stands_at(post) for post in of_chat(chat, held(chat, posts))}
    return _placed(chat, grouper, moves)


def _placed(
    chat: Chat, grouper: Grouper | None, moves: dict[str, str | None], *, late: bool = False
) -> PreparedAct:
    carried: dict[str, Placement] = {}
    if grouper is not None:
        # What the moderator wants does not depend on what grouping makes of it.
        carried = guarded(lambda: grouper.carried(moves), carried)
    return prepare(chat, ev.Placed(moves, carried, late), posts=moves)
