"""The size of the inbox that a flag or the settings ask for, and `inbox --size`."""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress

from tartantm.core.chat import Chat
from tartantm.core.describe import posts
from tartantm.settings.config import load
from tartantm.store.journal import JournalError
from tartantm.store.session import Session


def take_inbox_size(session: Session, options: Namespace) -> None:
    """Record the size of the inbox that `--inbox` or the settings ask for, where it is another.

    Settings wait for another time where the file cannot be written; a flag is refused then.
    """
    flag = getattr(options, "inbox", None)
    configured = None if flag else load().inbox
    if flag is None and configured is None:
        return
    from tartantm.moderation.inbox import asked_for

    if (act := asked_for(session.chat, flag, configured)) is None:
        return
    with suppress(*([] if flag else [JournalError])):
        session.act(*act.events)


def set_size(options: Namespace) -> int:
    """`tartantm inbox --size`: set the size, and say what it means and how many wait now."""
    from tartantm.cli.moderate import record_act, session_of
    from tartantm.moderation.act import NothingToDo
    from tartantm.moderation.inbox import set_inbox

    with session_of(options) as session:
        try:
            done = record_act(session, set_inbox(session.chat, options.size))
        except NothingToDo:  # some only ask what it means
            _explain(session.chat)
            raise
        _explain(session.chat)
    return done


def _explain(chat: Chat) -> None:
    from tartantm.moderation.inbox import MEASURED, meaning, now_waiting

    words = meaning(chat.inbox_budget)
    print(f"{words[:1].upper()}{words[1:]}. {MEASURED}")
    count = now_waiting(chat)
    print(f"Now {posts(count)} of this chat wait{'s' * (count == 1)}.")
