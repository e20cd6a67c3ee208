"""Which sources a session listened to, so that its evening goes on where it was left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.errors import TartantmError
from tartantm.core.listening import NOT_WHOLE, asked_last
from tartantm.core.post import NETWORKS
from tartantm.transcript.times import clock, date

if TYPE_CHECKING:
    from tartantm.capture.registry import NamedSource
    from tartantm.cli.source_set import SourceSet
    from tartantm.desk.loading import ListenAgain

LISTENED = tuple(name for name in NETWORKS if name != "room")

LONG_OVER = timedelta(hours=4)
"""How long after a chat's end nobody expects to listen to it again, unless they say so."""

UNSAID_END = timedelta(hours=12)
"""The same after the last that happened, where the agenda says no end."""

NOTHING_LEFT = timedelta(days=7)
"""How long afterwards nothing is asked for any more: no network is asked for older posts."""


class Remembered(NamedTuple):
    """The sources of the last run of a session."""

    names: list[str]
    not_whole: list[str]
    """Names of those whose address goes on and is kept nowhere, since it may hold a key."""


def remembered(chat: Chat) -> Remembered:
    """Returns what a session listened to in its last run.

    Networks alone: a session that somebody else made could name any file of this machine.
    """
    names = [name for name in asked_last(chat.coverage) if name.partition(":")[0] in LISTENED]
    return Remembered(
        [name for name in names if not name.endswith(NOT_WHOLE)],
        [name for name in names if name.endswith(NOT_WHOLE)],
    )


def not_whole(name: str) -> str:
    """Returns a sentence on a source that cannot be listened to by what is remembered."""
    kind, _, where = name.removesuffix(NOT_WHOLE).partition(":")
    return (
        f"{kind}:{where} is not listened to again: its address goes on, which may be a key and is"
        f" kept nowhere. Name it whole with --source {kind}:…"
    )


def over_for(chat: Chat, now: datetime) -> timedelta:
    """Returns since when nobody expects to listen to a chat; negative while it may go on."""
    if chat.agenda.ends is not None:
        return now - chat.agenda.ends - LONG_OVER
    written = (entry.post.sort_at for entry in chat.entries.values())
    return now - max(written, default=chat.agenda.starts or now) - UNSAID_END


def listen_again(
    chat: Chat, names: Sequence[str], make: Callable[[Sequence[NamedSource]], SourceSet]
) -> ListenAgain | None:
    """Returns what to ask about a session that is opened again; None where there is nothing.

    `names` are the sources that the user named, which are listened to in any case.
    """
    from tartantm.capture.registry import named
    from tartantm.desk.loading import ListenAgain, ListenAgainAnswer
    from tartantm.settings.credentials import NamedBy

    found = remembered(chat)
    more = [name for name in found.names if name not in names]
    over = over_for(chat, datetime.now(UTC))
    if not more or over > NOTHING_LEFT:
        return None
    notes = [not_whole(name) for name in found.not_whole]
    if over > timedelta() and chat.agenda.ends is not None:
        ends = chat.agenda.ends.astimezone(chat.agenda.tz)
        notes.append(f"The chat ended on {date(ends)} at {clock(ends)}.")

    def answer(listens: bool) -> ListenAgainAnswer:
        wanted, problems = named(names, NamedBy.USER), []
        for each in named(more, NamedBy.FILE) if listens else ():
            try:
                make([each])
            except TartantmError as error:
                problems.append(f"{each.name} is not listened to: {error}")
            else:
                wanted.append(each)
        made = make(wanted)
        problems += made.withheld
        return ListenAgainAnswer(made.sources, made.clock, made.again, problems)

    return ListenAgain(more, notes, over <= timedelta(), answer)
