"""The question that only the moderator can answer: whether two accounts are one person's."""

from __future__ import annotations

from tartantm.core.accounts import Account
from tartantm.core.chat import Chat
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.dialogs.withhold import Asked
from tartantm.moderation.erasing import uncertain_line


async def is_same_person(
    desk: DeskContext, chat: Chat, known: Account, account: Account, verb: str
) -> bool | None:
    """Asks whether an account is of whoever has the known one, with its first posts.

    None where everything is to stay as it was. `verb` says what is done to the account if it is;
    `chat` is the one in which it was found.
    """
    facts = f"{uncertain_line(chat, account)}\nNothing says that this is one person"
    return await desk.ask(
        Asked(
            f"Is that the same person as {known.shown}?",
            f"{facts}; only you can know.",
            f"yes, {verb} it too",
            "no, it stays",
        )
    )
