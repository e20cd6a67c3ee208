"""Commands on the sessions kept here: `sessions` lists them, `forget` removes one."""

from __future__ import annotations

import sys
from argparse import Namespace
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from tartantm.core.describe import posts
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.post import clean
from tartantm.settings.paths import SUFFIX, capture_lock, find_session, paths


def sessions(_: Namespace) -> int:
    """`tartantm sessions`: list the sessions, newest first, with age and size."""
    folder = paths().sessions
    files = sorted(folder.glob(f"*{SUFFIX}"), key=lambda p: p.stat().st_mtime, reverse=True)
    if not files:
        print(f"No sessions yet; they will be kept in {folder}")
    for path in files:
        try:
            print(f"{path.stem}: {_summary(path)}")
        except TartantmError as error:
            print(f"{path.stem}: {error}")
    return 0


def forget(options: Namespace) -> int:
    """`tartantm forget`: remove a session's file and all that the program keeps for it."""
    from filelock import FileLock, Timeout

    path = find_session(options.session)
    what = _summary(path)
    lock = FileLock(capture_lock(path), mode=0o600)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise TartantmError(f"{path.name} is being captured right now; end that first.") from None
    try:
        if not options.yes and not _agreed(f"{path.name}: {what}.\nForget it for good?"):
            print("Nothing was removed.")
            return 1
        for part in (*_beside(path), path):
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise TartantmError(f"{path.name} could not be removed: {reason}.") from None
    finally:
        lock.release()
        with suppress(OSError):
            Path(lock.lock_file).unlink(missing_ok=True)
    print(f"Forgot {path}")
    print("Transcripts, archives and copies that you made of it elsewhere are still there.")
    return 0


def _summary(path: Path) -> str:
    """A session's title, posts, age and size; raises TartantmError where the file is no session."""
    from tartantm.store.session import Session

    with Session(path) as session:
        chat, damaged = session.chat, len(session.damaged)
    inbox = sum(entry.in_inbox for entry in chat.entries.values())
    waiting = f", {inbox} in the inbox" if inbox else ""
    size = sum(part.stat().st_size for part in (path, *_beside(path)) if part.exists())
    age = f"; {_age(chat.changed_at)}" if chat.changed_at else ""
    title = clean(chat.agenda.title, lines=False)
    unread = f"; {damaged} event{'s' * (damaged > 1)} cannot be read" if damaged else ""
    return f"{title}; {posts(len(chat.entries))}{waiting}{age}; {_size(size)}{unread}"


def _beside(path: Path) -> list[Path]:
    """The files SQLite keeps beside an open session, and leaves after a crash."""
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal")]


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
