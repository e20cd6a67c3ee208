"""The command that sets how many doubtful placements wait in the inbox."""

from __future__ import annotations

from textwrap import fill
from typing import cast

from tartantm.core.describe import posts
from tartantm.core.events import InboxBudget
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.moderation.inbox import MEASURED, SIZES, meaning, set_inbox, would_wait

ROW = 66
"""Columns of a row, which the smallest screen has room for."""


@command("desk.inbox_size")
async def _size(desk: DeskContext) -> None:
    count = would_wait(desk.chat)
    now = desk.chat.inbox_budget
    rows = [(size, _row(size, count[size], size == now)) for size in SIZES]
    hint = f"{MEASURED} Type its beginning, or move and press Enter. Esc leaves."
    title = "How many doubtful posts are to wait in the inbox?"
    chosen = await desk.ask(Choice(title, rows, now, hint))
    if chosen:
        await act(desk, set_inbox(desk.chat, cast(InboxBudget, chosen)))


def _row(size: InboxBudget, count: int, is_set: bool) -> str:
    """What a size means, and how many posts of this chat would wait now."""
    here = posts(count) if count else "none"
    name = f"{size}, as now" if is_set else size
    wait = f"wait{'s' * (count < 2)}" if is_set else "would wait"
    words = f"{name}: {meaning(size)}. In this chat {here} {wait} now."
    return fill(words, ROW, subsequent_indent="    ")
