"""Which sources a session listened to, so that its evening goes on where it was left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tartantm.core.asked_sources import NOT_WHOLE, asked_before, asked_last, heard_before
from tartantm.core.chat import Chat
from tartantm.core.post import NETWORKS
from tartantm.settings import state
from tartantm.settings.paths import capture_lock, session_tag
from tartantm.transcript.coverage import last_received, public
from tartantm.transcript.formats.phrases import listed
from tartantm.transcript.times import clock, clock_on, date

if TYPE_CHECKING:
    from tartantm.capture.registry import NamedSource
    from tartantm.cli.source_set import SourceSet
    from tartantm.desk.loading import ListenAgain

LISTENED = tuple(name for name in NETWORKS if name != "room")

LONG_OVER = timedelta(hours=4)
"""How long after a chat's end nobody expects to listen to it again, unless they say so."""

UNSAID_END = timedelta(hours=12)
"""The same after the last that happened, where the agenda says no end."""

NOT_KNOWN = (
    "Nobody has listened for this session on this computer. If it is somebody else's, they chose "
    "these addresses: listen only where you would have named them yourself."
)

NOTHING_LEFT = timedelta(days=7)
"""How long afterwards nothing is asked for any more: no network is asked for older posts."""


class Remembered(NamedTuple):
    """The sources that a session listened to."""

    names: list[str]
    not_whole: list[str]
    """Names of those whose address goes on and is kept nowhere, since it may hold a key."""

    @property
    def all(self) -> list[str]:
        """All of them; those that are not whole are refused, with that as the reason."""
        return [*self.names, *self.not_whole]


def remembered(chat: Chat) -> Remembered:
    """Returns what a session listened to, see `asked_before`.

    Networks alone: a session that somebody else made could name any file of this machine.
    """
    names = [name for name in asked_before(chat.coverage) if name.partition(":")[0] in LISTENED]
    return Remembered(
        [name for name in names if not name.endswith(NOT_WHOLE)],
        [name for name in names if name.endswith(NOT_WHOLE)],
    )


def not_whole(name: str) -> str:
    """Returns a sentence on a source that cannot be listened to by what is remembered."""
    kind, _, where = name.removesuffix(NOT_WHOLE).partition(":")
    return (
        f"{kind}:{where} cannot be heard again as it is: its address goes on, which may be a key"
        f" and is kept nowhere. Name it whole with --source {kind}:…"
    )


def over_for(chat: Chat, now: datetime) -> timedelta:
    """Returns since when nobody expects to listen to a chat; negative while it may go on."""
    if chat.agenda.ends is not None:
        return now - chat.agenda.ends - LONG_OVER
    written = (entry.post.sort_at for entry in chat.posts())
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


def to_name(chat: Chat, given: Mapping[str, str]) -> list[str]:
    """Returns what has to be named to listen to the same again, of the names that were `given`.

    That is what is kept nowhere; all of it where the session remembers something else or more,
    since it is not to listen to that. `given` has each source's own name by the one it was given.
    """
    found, ran = remembered(chat), asked_last(chat.coverage)
    live = {name: own for name, own in given.items() if own.partition(":")[0] in LISTENED}
    unknown = {name: own for name, own in live.items() if own not in found.names}
    is_same = all(own in found.not_whole for own in unknown.values()) and all(
        name in ran for name in found.all
    )
    return [*(unknown if is_same else live)]


def completes(chat: Chat, given: Iterable[str]) -> bool:
    """Returns whether sources, by their own names, are those that a session cannot remember whole.

    Who names these wants to listen to what it does remember, too.
    """
    not_whole = remembered(chat).not_whole
    return all(name in not_whole for name in given)


def instead_of(chat: Chat, own: Sequence[str]) -> list[str]:
    """Returns a sentence where sources are listened to instead of others that a session knows.

    `own` are the sources that were named, by their own names.
    """
    left = [name for name in remembered(chat).all if name not in own]
    if not own or not left or completes(chat, own):
        return []
    heard = heard_before(chat.coverage)
    kept = listed([public(name) for name in left if name in heard])
    gone = listed([public(name) for name in left if name not in heard])
    words = f"Only {listed([public(name) for name in own])} is listened to now"
    words += f", not {kept}; next time all that were heard are offered again" * bool(kept)
    return [f"{words}.{f' {gone} was never heard, and is not offered again.' * bool(gone)}"]


def asked_since(chat: Chat, names: Iterable[str], now: datetime) -> str:
    """Returns a sentence on since when what was posted on these networks is asked for."""
    from tartantm.capture.supervisor import asked_from

    received = last_received(chat)
    since = min(asked_from(chat, name, received.get(name), now) for name in names)
    tz = chat.agenda.tz
    at = clock_on(since.astimezone(tz), now.astimezone(tz))
    charges = "; X charges for each post" if "x" in names else ""
    return f"What was posted since {at} is asked for, too{charges}."


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
    from tartantm.capture.registry import named, withheld
    from tartantm.desk.loading import ListenAgain, ListenAgainAnswer
    from tartantm.settings.config import load as load_config
    from tartantm.settings.credentials import NamedBy, not_sent

    found, now = remembered(chat), datetime.now(UTC)
    known = make(named(names, NamedBy.USER)).sources if names else ()
    given = {*names, *(source.name for source in known)}
    more = [name for name in found.all if name not in given]
    over = over_for(chat, now)
    if not more or over > NOTHING_LEFT:
        return None
    notes = [not_whole(name) for name in found.not_whole if name not in given]
    if chat.agenda.ends is not None and chat.agenda.ends <= now:
        ends = chat.agenda.ends.astimezone(chat.agenda.tz)
        notes.append(f"The chat ended on {date(ends)} at {clock(ends)}.")
    is_known = path is None or state.was_listened_to(chat.salt or session_tag(path))
    if not is_known:
        notes.insert(0, NOT_KNOWN)
    notes.append(asked_since(chat, more, now))
    config = load_config()
    kept = [withheld(each, config) for each in named(more, NamedBy.FILE)]
    if kept := [*dict.fromkeys(filter(None, kept))]:
        notes.append(not_sent(kept))

    def answer(listens: bool) -> ListenAgainAnswer:
        wanted = [*named(names, NamedBy.USER), *named(more if listens else (), NamedBy.FILE)]
        made = make(wanted)
        return ListenAgainAnswer(made.sources, made.clock, made.again, made.withheld)

    elsewhere = path is not None and is_captured(path)
    shown = [public(name.removesuffix(NOT_WHOLE)) for name in more]
    return ListenAgain(shown, notes, is_known and over <= timedelta(), answer, elsewhere)
