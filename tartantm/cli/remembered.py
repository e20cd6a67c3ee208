"""Which sources a session listened to, so that its evening goes on where it was left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.errors import TartantmError
from tartantm.core.listening import NOT_WHOLE, asked_last
from tartantm.core.post import NETWORKS
from tartantm.settings.paths import capture_lock
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


def is_captured(path: Path) -> bool:
    """Returns whether a tartantm listens for a session now."""
    from filelock import FileLock, Timeout

    lock = FileLock(capture_lock(path), mode=0o600)
    try:
        with lock.acquire(blocking=False):
            return False
    except Timeout:
        return True


def to_name(found: Remembered, given: Mapping[str, str]) -> list[str]:
    """Returns what has to be named to listen to the same again, of the names that were `given`.

    That is what is kept nowhere; all of it where the session remembers something else, since it
    does not ask about its own then. `given` has each source's own name by the one it was given.
    """
    live = {name: own for name, own in given.items() if own.partition(":")[0] in LISTENED}
    unknown = {name: own for name, own in live.items() if own not in found.names}
    completes = all(own in found.not_whole for own in unknown.values())
    return [*(unknown if completes else live)]


def completes(chat: Chat, given: Iterable[str]) -> bool:
    """Returns whether sources, by their own names, are those that a session cannot remember whole.

    Who names these wants to listen to what it does remember, too.
    """
    not_whole = remembered(chat).not_whole
    return all(name in not_whole for name in given)


def listen_again(
    chat: Chat,
    names: Sequence[str],
    make: Callable[[Sequence[NamedSource]], SourceSet],
    path: Path | None = None,
) -> ListenAgain | None:
    """Returns what to ask about a session that is opened again; None where there is nothing.

    `names` are the sources that the user named, which are listened to in any case. Another
    tartantm may listen for the session at `path`.
    """
    from tartantm.capture.registry import named
    from tartantm.desk.loading import ListenAgain, ListenAgainAnswer
    from tartantm.settings.credentials import NamedBy

    found, now = remembered(chat), datetime.now(UTC)
    known = make(named(names, NamedBy.USER)).sources if names else ()
    given = {*names, *(source.name for source in known)}
    more = [name for name in found.names if name not in given]
    over = over_for(chat, now)
    if not more or over > NOTHING_LEFT:
        return None
    notes = [not_whole(name) for name in found.not_whole if name not in given]
    if chat.agenda.ends is not None and chat.agenda.ends <= now:
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

    elsewhere = path is not None and is_captured(path)
    return ListenAgain(more, notes, over <= timedelta(), answer, elsewhere)
