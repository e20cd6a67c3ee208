"""Erases in tests, as the desk and the command line do."""

from __future__ import annotations

from pathlib import Path

from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.events import Begun, Event
from tartantm.moderation.erasing import carry_out, wanted_accounts, with_accounts
from tartantm.moderation.naming import accounts_named
from tartantm.store.erasure import Erasure, Wanted
from tartantm.store.journal import Journal, recorded_events
from tests.builders import AGENDA, recorded


def wanted(chat: Chat, author: str = "", *, post: str = "", also: tuple[str, ...] = ()) -> Wanted:
    """What is to be erased: a person, named as on the command line, or a post by its id."""
    if post:
        return Wanted(posts=(post,))
    found = wanted_accounts(accounts_named(chat, author))
    return with_accounts(found, [each for one in also for each in accounts_named(chat, one)])


def erase(path: Path, author: str = "", *, post: str = "", also: tuple[str, ...] = ()) -> Erasure:
    """Erase from a session file."""
    chat = Chat(recorded_events(path))
    with Journal(path) as journal:
        return carry_out(journal, wanted(chat, author, post=post, also=also))


def erasure_of(
    events: list[Event],
    author: str = "",
    *,
    post: str = "",
    also: tuple[str, ...] = (),
    agenda: Agenda = AGENDA,
) -> Erasure:
    """What would be erased of a chat of these events."""
    rows = recorded([Begun(agenda, "d", "00" * 8), *events])
    return Erasure(rows, wanted(Chat(rows), author, post=post, also=also))


def left_of(erasure: Erasure, events: list[Event]) -> list[Event]:
    """What is left of events once that is erased."""
    return [left for event in events if (left := erasure.rewrite(event)) is not None]


def everything(path: Path) -> bytes:
    """All bytes of a session's files."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.stem}*")))
