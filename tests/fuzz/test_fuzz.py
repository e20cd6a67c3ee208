"""Damaged input of every kind: one sentence or a result, soon, and no file lost.

``TARTANTM_FUZZ`` sets how many inputs each kind gets (60); ``TARTANTM_FUZZ_SEED`` which.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from tartantm.agenda_files.load import load_agenda
from tartantm.archives.read import read
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.events import Captured
from tartantm.core.post import Post, clean
from tartantm.networks.bluesky.stream_filter import StreamFilter, time_of
from tartantm.networks.feed.payload import alternate, read_feed
from tartantm.networks.heard import Unreadable
from tartantm.networks.mastodon import payload as mastodon_payload
from tartantm.networks.mastodon.sse import EventReader
from tartantm.networks.x.responses import ResponseReader
from tartantm.settings import config, theme
from tartantm.store.journal import Journal
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post
from tests.fuzz import seeds
from tests.fuzz.damage import damaged, odd

RUNS = int(os.environ.get("TARTANTM_FUZZ", "60"))
SEED = os.environ.get("TARTANTM_FUZZ_SEED", "1")
LONGEST = 5.0
"""Seconds of CPU that one input may take; a hang is one that takes more."""

NOW = datetime(2026, 6, 17, 18, tzinfo=UTC)


def agenda(data: bytes, folder: Path) -> None:
    for name in ("agenda.toml", "agenda.md"):
        (folder / name).write_bytes(data)
        load_agenda(folder / name)


def settings(data: bytes, folder: Path) -> None:
    (folder / "config.toml").write_bytes(data)
    config.load(folder / "config.toml")


def themes(data: bytes, folder: Path) -> None:
    """A theme that is broken is named, and those beside it are there."""
    (folder / "a.toml").write_bytes(data)
    found, broken = theme.load_all([theme.shipped(), folder])
    assert found and len(broken) <= 1


def archive(data: bytes, folder: Path) -> None:
    (folder / "posts.jsonl").write_bytes(data)
    for item in read(folder / "posts.jsonl").heard:
        if isinstance(item, Post):
            sound(item)


def sound(item: Post) -> None:
    """What came of it is clean, and can be kept."""
    assert clean(item.text).split() == item.text.split()
    for name in (item.author.name, item.author.handle, *item.hashtags):
        assert clean(name, lines=False) == name
    assert item.created_at.tzinfo is not None
    json.dumps(str(item)).encode()


def jetstream(data: bytes, folder: Path) -> None:
    """What the careful look finds, the quick look lets pass; also in the form of Jetstream."""
    time_of(data)
    forms = [data]
    with suppress(ValueError, RecursionError):
        tight = json.dumps(json.loads(data), separators=(",", ":"), ensure_ascii=False)
        forms.append(tight.encode("utf-8", "replace"))
    for form in forms:
        sieve = StreamFilter(["tartantm", "gàidhlig"])
        found = sieve.match_frame(form).heard
        assert sieve.may_matter(form) or not found
        for item in found:
            if isinstance(item, Post):
                sound(item)


def events(data: bytes, folder: Path) -> None:
    """The stream of a Mastodon server; however it is cut, the same events come of it."""
    whole = EventReader().feed(data + b"\n\n")
    reader, cut = EventReader(), []
    for start in range(0, len(data), 7):
        cut += reader.feed(data[start : start + 7])
    assert cut + reader.feed(b"\n\n") == whole
    for event in whole:
        try:
            value = json.loads(event.data)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            mastodon_payload.read({"event": event.name, "payload": value}, "b.example")


def x_line(data: bytes, folder: Path) -> None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return  # the connection counts these, see x.stream
    if isinstance(value, dict):
        for item in ResponseReader(["tartantm"]).heard(value, NOW):
            if isinstance(item, Post):
                sound(item)


def feed(data: bytes, folder: Path) -> None:
    with suppress(Unreadable):  # the source says that in its own words
        for entry in read_feed(data, "https://feed.example/", NOW).entries:
            sound(entry.post)
    alternate(data.decode("utf-8", "replace"), "https://feed.example/")


SHAPES: dict[str, tuple[Callable[[bytes, Path], None], tuple[object, ...]]] = {
    "agenda": (agenda, (seeds.AGENDA_TOML, seeds.AGENDA_MARKDOWN)),
    "config and keymap": (settings, (seeds.CONFIG,)),
    "theme": (themes, (theme.shipped().joinpath("night.toml").read_bytes(),)),
    "archive": (archive, (seeds.X, seeds.MASTODON, seeds.BLUESKY)),
    "jetstream": (jetstream, (seeds.BLUESKY,)),
    "mastodon stream": (events, (seeds.SSE,)),
    "x stream": (x_line, (seeds.X,)),
    "feed": (feed, (seeds.FEED,)),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_damaged_input_brings_a_sentence_or_a_result(kind: str, tmp_path: Path) -> None:
    take, wells = SHAPES[kind]
    for run in range(RUNS):
        random = Random(f"{SEED} {kind} {run}")
        well = random.choice(wells)
        if not isinstance(well, bytes):
            well = seeds.line(odd(well, random) if random.random() < 0.7 else well)
            well = well if random.random() < 0.7 else damaged(well, random)
        else:
            well = damaged(well, random)
        began = time.process_time()
        try:
            take(well, tmp_path)
        except TartantmError as error:
            assert str(error).strip() and "Traceback" not in str(error)
        except Exception as error:
            error.add_note(f"{kind}, run {run} of seed {SEED}: {well[:2000]!r}")
            raise
        assert time.process_time() - began < LONGEST, f"{kind}, run {run}: {well[:500]!r}"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "a.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(*(post(f"{n}", "words " * 30) for n in range(60))))
    return path.read_bytes()


def test_a_damaged_session_is_read_as_far_as_it_goes_and_never_made_worse(
    whole: bytes, tmp_path: Path
) -> None:
    for run in range(RUNS):
        path = tmp_path / f"{run}.tartantm"
        path.write_bytes(damaged(whole, Random(f"{SEED} session {run}")))
        before = path.read_bytes()
        try:
            with Session(path) as session:
                assert len(session.chat.entries) <= 60
        except BadInput:
            assert path.read_bytes() == before, f"run {run}: a file that was refused was changed"
        except TartantmError:
            pass
        assert path.exists()


def test_events_that_are_unheard_of_are_left_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
    db = sqlite3.connect(path)
    rows = [row[0] for row in db.execute("SELECT data FROM event")]
    for run in range(RUNS):
        random = Random(f"{SEED} event {run}")
        value = odd(json.loads(random.choice(rows)), random)
        row = json.dumps(value, ensure_ascii=random.random() < 0.5).encode("utf-8", "replace")
        db.execute("INSERT INTO event (at, data) VALUES (0, CAST(? AS TEXT))", (row,))
    db.commit()
    db.close()
    with Journal(path) as journal:
        events = [item.event for item in journal.since(0)]
        held = [event.post.id for event in events if isinstance(event, Captured)]
        assert len(events) + len(journal.damaged) == RUNS + 2 and held[0] == "x:1"
    with Session(path) as session:
        assert "x:1" in session.chat.entries
