"""What must hold of a session file after its program was killed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tartantm.core import events as ev
from tartantm.store.journal import Journal
from tartantm.store.session import Session
from tests.builders import state_of
from tests.crash.captor import digest


class Told(NamedTuple):
    """One event that the program showed as saved."""

    seq: int
    digest: str
    at: float
    """By the machine's own clock, in seconds."""
    origin: str


class ChatIndex(NamedTuple):
    """What a look at the file found."""

    acknowledged: int
    posts: int
    acts: int
    lost: int
    doubled: int
    """Posts that are in the file more than once."""
    faults: tuple[str, ...] = ()


def told_in(path: Path) -> list[Told]:
    """What was told in whole lines; a kill may cut the last one."""
    lines = path.read_text("utf-8").split("\n")[:-1] if path.exists() else []
    rows = (line.split() for line in lines)
    return [Told(int(seq), mark, float(at), origin) for seq, mark, at, origin in rows]


def look(session: Path, *told: Path) -> ChatIndex:
    """Reopen a session and compare it with what its programs told; undo and redo in it."""
    faults = []
    with Journal(session) as journal:
        verdict = journal._db.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            faults.append(f"integrity_check: {verdict}")
        events = {item.seq: item.event for item in journal.since(0)}
        faults += [f"event {seq} cannot be read" for seq in journal.damaged]
    acknowledged = {row.seq: row.digest for path in told for row in told_in(path)}
    lost = [s for s, mark in acknowledged.items() if s not in events or digest(events[s]) != mark]
    ids = [event.post.id for event in events.values() if isinstance(event, ev.Captured)]
    doubled = sum(count - 1 for count in Counter(ids).values())
    # The stream is heard in order: what is held is its beginning, without a hole.
    wrong = next((n for n, post_id in enumerate(ids) if post_id != f"x:{n}"), None)
    if wrong is not None:
        faults.append(f"posts are missing in between: {ids[max(0, wrong - 2) : wrong + 5]}")
    faults += undoing(session)
    acts = sum(isinstance(events.get(seq), ev.Act | ev.Undone | ev.Redone) for seq in acknowledged)
    posts = sum(isinstance(events.get(seq), ev.Captured) for seq in acknowledged)
    return ChatIndex(len(acknowledged), posts, acts, len(lost), doubled, tuple(faults))


def undoing(path: Path) -> list[str]:
    """Take the last act back and do it again, each time in a session opened anew."""
    with Session(path) as session:
        before, act = state_of(session.chat), session.chat.history.undoable
        if act is None:
            return []
        session.record(ev.Undone(act.seq))
    with Session(path) as session:
        undone = session.chat.history.redoable
        if undone is None or undone.seq != act.seq:
            return ["the last act cannot be undone"]
        session.record(ev.Redone(act.seq))
    with Session(path) as session:
        return [] if state_of(session.chat) == before else ["redo does not bring back what was"]


def copies(session: Path, folder: Path) -> tuple[Path, Path]:
    """Copy a session that is being written: as a person does, and with what belongs to it."""
    alone, whole = folder / "alone.tartantm", folder / "whole.tartantm"
    log = Path(f"{session}-wal")
    alone.write_bytes(session.read_bytes())
    # The log after the file: a checkpoint in between only writes what the log still has.
    whole.write_bytes(session.read_bytes())
    Path(f"{whole}-wal").write_bytes(log.read_bytes() if log.exists() else b"")
    return alone, whole
