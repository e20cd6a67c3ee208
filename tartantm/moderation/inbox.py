"""The inbox as a budget: how many doubtful placements wait for a look, and what each size means."""

from __future__ import annotations

from bisect import bisect_left
from typing import get_args

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import InboxBudget
from tartantm.grouping.ranker import Weights, shipped
from tartantm.moderation.act import NothingToDo, PreparedAct, prepare

SIZES: tuple[InboxBudget, ...] = get_args(InboxBudget)
"""The sizes of the inbox, the smallest first."""

MEASURED = "Measured on chats that the program had not learned from; yours may differ."
"""What the figures of `meaning` are worth."""


def set_inbox(chat: Chat, budget: InboxBudget) -> PreparedAct:
    """Let the inbox hold as many doubtful placements as this size says, from now on."""
    if chat.inbox_budget == budget:
        raise NothingToDo(f"The inbox is set to {budget} already.")
    return prepare(chat, ev.InboxSet(budget))


def asked_for(
    chat: Chat, flag: InboxBudget | None, configured: InboxBudget | None
) -> PreparedAct | None:
    """Returns the act by which a session takes up the size that was asked for, None for none.

    A flag always counts; the settings count where nobody chose a size for this session yet, so
    that they never take back what was chosen on the desk.
    """
    wanted = flag or (None if _was_chosen(chat) else configured)
    return None if wanted in (None, chat.inbox_budget) else set_inbox(chat, wanted)


def _was_chosen(chat: Chat) -> bool:
    return any(isinstance(act.event, ev.InboxSet) for act in chat.history.acts)


def meaning(budget: InboxBudget, weights: Weights | None = None) -> str:
    """Returns what a size means: "about 18 of 100 posts wait; of the others …"."""
    size = (weights or shipped()).inbox[budget]
    return (
        f"about {100 * size.share:.0f} of 100 posts wait for you; of the others about"
        f" {100 * size.outside:.0f} in 100 stand right"
    )


def would_wait(chat: Chat, weights: Weights | None = None) -> dict[InboxBudget, int]:
    """Returns for each size how many posts of this chat would wait now; never what a person placed.

    All are counted at once, for the moderator waits for it.
    """
    inbox = (weights or shipped()).inbox
    sure = sorted(
        entry.placement.confidence
        for entry in chat.posts()
        if entry.in_view and not entry.placement.by_person
    )
    return {size: bisect_left(sure, inbox[size].below) for size in SIZES}


def now_waiting(chat: Chat) -> int:
    """Returns how many posts wait in the inbox."""
    return sum(entry.in_inbox for entry in chat.posts())
