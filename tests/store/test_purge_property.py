"""Whatever happens around a deletion: nothing of the post is left, and nothing appears."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Event, Recorded
from tartantm.core.sanitise_events import sanitised
from tartantm.store.journal import Journal
from tartantm.store.session import Session
from tartantm.transcript import ExportOptions
from tests.builders import state_of
from tests.withholding import (
    BEGINS,
    STEPS,
    Done,
    Evening,
    Kind,
    exported,
    more,
    tokens_in,
    words_of,
)

EXAMPLES = int(os.environ.get("TARTANTM_PURGE", "15"))

NUMBERS = st.tuples(*[st.integers(0, 41)] * 4)
OPTIONS = st.builds(
    ExportOptions,
    pseudonyms=st.sampled_from(["", "all", "participants"]),
    include_hidden=st.booleans(),
)


@dataclass
class KeptEvening(Evening):
    """An evening in a session file."""

    path: Path = field(default_factory=Path)
    session: Session | None = None
    said: list[Event] = field(default_factory=list)
    """What happened, as it was before anything was deleted."""

    def happen(self, kind: Kind, *events: Event) -> Done:
        """Record events."""
        if self.session is None:
            self.session = Session(self.path, create=True)
            self.chat = self.session.chat
        self.minute += 1
        # As sources deliver them: clean.
        events = tuple(
            msgspec.json.decode(sanitised(msgspec.json.encode(e)), type=Event) for e in events
        )
        self.said += events
        before = self.chat.last_seq
        self.session.record(*events)
        with Journal(self.path) as journal:
            items = list(journal.since(before))
        self.recorded += items
        self.done.append(Done(kind, items))
        return self.done[-1]

    def in_file(self) -> bytes:
        """Every byte of the file, its log and its shared memory."""
        return b"".join(file.read_bytes() for file in self.path.parent.glob("evening*"))

    def events(self) -> list[Recorded]:
        """What the file says now."""
        with Journal(self.path) as journal:
            return list(journal.since(0))

    def only_in(self, dead: set[str]) -> frozenset[str]:
        """Words, names and ids that stood in posts that were deleted and in nothing else."""
        gone: list[ev.Captured | ev.Edited | ev.Noted] = []
        left: list[Event] = []
        for event in self.said:
            if isinstance(event, ev.Captured | ev.Edited | ev.Noted):
                own = event.post if isinstance(event, ev.Noted) else event.post.id
                (gone if own in dead else left).append(event)
            elif not isinstance(event, ev.Deleted):
                left.append(event)
        # What refers to a post names it by another id now; its address may have a handle in it.
        ids = tokens_in(" ".join(each.rpartition("/")[2].rpartition(":")[2] for each in dead))
        # Which post a repost repeated may stay: it keeps the repost where it was folded.
        reposted = [event.post.repost_of or "" for event in gone if not isinstance(event, ev.Noted)]
        return (words_of(*gone) - words_of(*left) - tokens_in(" ".join(reposted))) | ids


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    OPTIONS,
    st.lists(st.tuples(st.sampled_from(BEGINS), NUMBERS), min_size=4, max_size=12),
    st.lists(
        st.tuples(st.one_of(st.just("delete"), st.sampled_from(list(STEPS))), NUMBERS),
        min_size=2,
        max_size=10,
    ),
)
def test_a_deletion_takes_all_along_and_shows_nothing_more(
    options: ExportOptions,
    begins: list[tuple[str, tuple[int, int, int, int]]],
    steps: list[tuple[str, tuple[int, int, int, int]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        evening = KeptEvening(path=Path(folder) / "evening.tartantm")
        assert evening.session is not None
        try:
            _check(evening, options, begins, steps)
        finally:
            evening.session.journal.close()


def _check(
    evening: KeptEvening,
    options: ExportOptions,
    begins: list[tuple[str, tuple[int, int, int, int]]],
    steps: list[tuple[str, tuple[int, int, int, int]]],
) -> None:
    dead: set[str] = set()
    for name, numbers in (*begins, *steps):
        deletes = name in ("delete", "recheck")
        held = {entry.seq: entry.id for entry in evening.chat.entries.values()}
        before = exported(evening.chat, options) if deletes else {}
        if STEPS[name](evening, numbers) is None:
            continue
        assert state_of(Chat(evening.events())) == state_of(evening.chat)
        if not deletes:
            continue
        for entry in evening.chat.entries.values():
            if entry.deleted_at and ":gone:" not in held[entry.seq]:
                dead.add(held[entry.seq])
        # Of two posts with one link the title is shown once: that of the first that is there.
        shown = frozenset().union(*before.values())
        assert not more(exported(evening.chat, options), dict.fromkeys(before, shown))
        held_bytes = tokens_in(evening.in_file().decode("utf-8", "replace"))
        assert not held_bytes & evening.only_in(dead)
        assert not [each for each in dead if each.encode() in evening.in_file()]
