"""Commands on the sessions kept here: `sessions` lists them, `forget` removes some of them."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.describe import posts
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.post import clean
from tartantm.core.retention import Period, due_since, last_said, needs_recheck, parse_period
from tartantm.settings.config import load
from tartantm.settings.paths import SUFFIX, capture_lock, find_session, paths
from tartantm.store.forget import beside, remove


class Kept(NamedTuple):
    """A session file, and its chat."""

    path: Path
    chat: Chat
    damaged: int
    """How many of its events cannot be read."""


def sessions(_: Namespace) -> int:
    """`tartantm sessions`: list the sessions, newest first, with age and size, and what is due."""
    keep, now = load().keep, datetime.now(UTC)
    files = _files()
    if not files:
        print(f"No sessions yet; they will be kept in {paths().sessions}")
    unchecked, due = [], 0
    for path in files:
        try:
            kept = _read(path)
        except TartantmError as error:
            print(f"{path.stem}: {error}")
            continue
        since = due_since(kept.chat, keep, now)
        due += since is not None
        kept_for = f"; kept for {keep}, due since {since:%d %B %Y}" if since else ""
        print(f"{path.stem}: {_summary(kept)}{kept_for}")
        unchecked += [path.stem] if needs_recheck(kept.chat, now) else []
    if due:
        print(f"{due} due: 'tartantm forget --due' lists and removes them.")
    if unchecked:
        print(
            "Posts from X have to leave all copies within 24 hours after they were deleted there;"
            f" 'tartantm recheck' was not run in that time for: {', '.join(unchecked)}"
        )
    return 0


def forget(options: Namespace) -> int:
    """`tartantm forget`: remove sessions, and all that the program keeps for them."""
    from filelock import FileLock, Timeout

    chosen = _chosen(options)
    if not chosen:
        print("No session is that old; nothing was removed.")
        return 0
    with ExitStack() as held:
        for kept in chosen:
            file = capture_lock(kept.path)
            lock = FileLock(file, mode=0o600)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                name = kept.path.name
                raise TartantmError(
                    f"{name} is being captured right now; end that first."
                ) from None
            held.callback(_release, lock, file)
        if not options.yes and not _agreed(_question(chosen)):
            print("Nothing was removed.")
            return 1
        return _remove(chosen)


def _release(lock: object, file: Path) -> None:
    lock.release()  # type: ignore[attr-defined]
    with suppress(OSError):
        file.unlink(missing_ok=True)


def _remove(chosen: Sequence[Kept]) -> int:
    """Remove sessions one after the other; what cannot be removed does not keep the others."""
    failed = 0
    for kept in chosen:
        try:
            remove(kept.path)
        except TartantmError as error:
            print(f"tartantm: {clean(str(error))}", file=sys.stderr)
            failed += 1
            continue
        print(f"Forgot {kept.path}")
        for written in _written(kept.chat):
            print(f"  Written from it: {written}")
    if failed < len(chosen):
        print("Transcripts, archives and copies that you made elsewhere are still there.")
    return 1 if failed else 0


def _chosen(options: Namespace) -> list[Kept]:
    """The sessions that are named, or are older than a period; each once."""
    named = list(options.sessions)
    by_age = options.older_than is not None or options.due
    if bool(named) == by_age or (options.older_than is not None and options.due):
        raise BadInput("Name sessions, or give either --older-than or --due.")
    if named:
        found = dict.fromkeys(find_session(name) for name in named)
        return [_read(path) for path in found]
    older_than = options.older_than
    period = load().keep if older_than is None else parse_period(older_than)
    if period is None:
        raise BadInput(
            'How long sessions are kept is not configured; write keep = "90 days" under'
            " [retention], or give --older-than."
        )
    return list(_older_than(period))


def _older_than(period: Period) -> Iterator[Kept]:
    now = datetime.now(UTC)
    for path in _files():
        if path.is_symlink():
            print(f"{path.stem} leads to {path.resolve()}; name it to forget it.", file=sys.stderr)
            continue
        try:
            kept = _read(path)
        except TartantmError as error:
            print(f"{path.stem}: {clean(str(error))} It stays.", file=sys.stderr)
            continue
        if due_since(kept.chat, period, now):
            yield kept


def _question(chosen: Sequence[Kept]) -> str:
    """The list of what goes, and the question."""
    lines = []
    for kept in chosen:
        lines.append(f"{kept.path.name}: {_summary(kept)}.")
        lines += [f"  Written from it, and stays: {written}" for written in _written(kept.chat)]
    many = len(chosen) > 1
    return "\n".join([*lines, f"Forget {f'these {len(chosen)}' if many else 'it'} for good?"])


def _written(chat: Chat) -> list[str]:
    """Where transcripts of a session were written, each place once."""
    places = (f"{exported.folder}/{exported.name}.*" for _, _, exported in chat.exports)
    return [clean(place, lines=False) for place in dict.fromkeys(places)]


def _files() -> list[Path]:
    """The session files in their folder, the one changed last first."""
    found = (path for path in paths().sessions.glob(f"*{SUFFIX}") if path.is_file())
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def _read(path: Path) -> Kept:
    """Read a session; raises TartantmError where the file is none."""
    from tartantm.store.session import Session

    with Session(path, copying=False) as session:  # looking at all files makes no new ones
        return Kept(path, session.chat, len(session.damaged))


def _summary(kept: Kept) -> str:
    """A session's title, day, posts, age and size."""
    path, chat, damaged = kept
    inbox = sum(entry.in_inbox for entry in chat.posts())
    waiting = f", {inbox} in the inbox" if inbox else ""
    size = sum(part.stat().st_size for part in (path, *beside(path)) if part.exists())
    age = f"; {_age(chat.changed_at)}" if chat.changed_at else ""
    said = last_said(chat)
    day = f", {said.astimezone(chat.agenda.tz):%d %B %Y}" if said else ""
    title = clean(chat.agenda.title, lines=False) + day
    unread = f"; {damaged} event{'s' * (damaged > 1)} cannot be read" if damaged else ""
    return f"{title}; {posts(len([*chat.posts()]))}{waiting}{age}; {_size(size)}{unread}"


def _age(at: datetime) -> str:
    days = (datetime.now(UTC) - at).days
    if days < 1:
        return "changed today"
    for length, name in ((365, "year"), (30, "month"), (1, "day")):
        if count := days // length:
            return f"unchanged for {count} {name}{'s' * (count > 1)}"
    raise AssertionError(days)


def _size(size: int) -> str:
    return f"{size / 1024:.0f} KiB" if size < 1024**2 else f"{size / 1024**2:.1f} MiB"


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise BadInput("Forgetting asks first; where nobody can answer, give --yes.")
    return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes")
