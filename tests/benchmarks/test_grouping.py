"""Recorded chats: what is hidden, converted and learned. All words are invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tartantm.agenda_files.load import load_agenda
from tartantm.archives.read import read
from tartantm.core.events import Placement
from tartantm.core.people import People
from tartantm.core.post import Post
from tests.benchmarks.evening import hear
from tests.benchmarks.recorded import (
    HIDDEN,
    SHARED,
    SHOWN,
    Version,
    as_x_archive,
    ids_in,
    recording,
    rows_of,
)
from tests.benchmarks.scoring import Scored, scored, tally
from tests.benchmarks.train_grouping import Trainer, examples_of, fit, load

DEV = SHARED / "dev"
needs_recordings = pytest.mark.skipif(not DEV.is_dir(), reason="the recorded chats are not here")

AGENDA = {
    "id": "made-up",
    "title": "A made-up chat",
    "hashtag": "#madeup",
    "host": ["isla"],
    "questions": [
        {
            "id": "Q2",
            "text": "Who  reads it?",
            "opened_at": "2026-06-17T18:10:00Z",
            "message_id": "m4",
        },
        {
            "id": "Q1",
            "text": "Are the days of just doing it over?",
            "opened_at": "2026-06-17T19:05:00+01:00",
            "message_id": "m2",
        },
    ],
}


def row(name: str, author: str, minute: int, text: str, gold: str | None, **more: Any) -> Any:
    return {
        "id": name,
        "created_at": f"2026-06-17T18:{minute:02}:30Z",
        "author": author,
        "text": text,
        "reply_to": None,
        "gold_question": gold,
        "gold_source": "read",
        "gold_certainty": "high",
        "explicit_label": None,
        **more,
    }


ROWS = [
    row("m1", "ailsa", 2, "Hi all & welcome <3 #madeup", None),
    row("m2", "isla", 5, "Q1: Are the days of just doing it over?", "Q1", role="question"),
    row("m3", "ailsa", 8, "A1: no", "Q1", explicit_label="Q1", label_wrong=False),
    row("m4", "isla", 10, "Q2: Who reads it?", "Q2"),
    row("m5", "calum", 12, "@ailsa No?", "Q1", reply_to="m3", gold_certainty="low"),
    row("m6", "calum", 13, "RT @ailsa: A1: no", "Q1", retweet_of="m3", conversation_id="m6"),
    row("m7", "morag", 14, "Quite", "Q2", quote_of="m4", reply_to="elsewhere"),
    row("m8", "morag", 15, "unread", "Q9", gold_source="unlabelled", gold_certainty=None),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "in", ROWS)
    return tmp_path / "in"


def write(folder: Path, rows: list[Any], chat: str = "made-up") -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{chat}.agenda.json").write_text(json.dumps(AGENDA), encoding="utf-8")
    lines = "".join(json.dumps(each) + "\n" for each in rows)
    for name in (f"{chat}.jsonl", f"{chat}.stripped.jsonl"):
        (folder / name).write_text(lines, encoding="utf-8")


def test_a_chat_becomes_an_archive_of_x(folder: Path, tmp_path: Path) -> None:
    archive_path, agenda_path = as_x_archive(folder, "made-up", tmp_path / "out")
    archive = read(archive_path)
    assert (archive.format, archive.damaged) == ("x", [])
    posts = {item.id: item for item in archive.heard if isinstance(item, Post)}
    assert list(posts) == [f"x:m{n}" for n in range(1, 9)]
    assert posts["x:m1"].text == "Hi all & welcome <3 #madeup"
    assert posts["x:m1"].author.handle == "ailsa"
    assert posts["x:m5"].reply_to == "x:m3"
    assert posts["x:m6"].repost_of == "x:m3"
    assert (posts["x:m7"].quote_of, posts["x:m7"].reply_to) == ("x:m4", "x:elsewhere")
    agenda = load_agenda(agenda_path).agenda
    assert [question.id for question in agenda.questions] == ["Q1", "Q2"]
    assert [question.asked_by for question in agenda.questions] == [("x:m2",), ("x:m4",)]
    assert str(agenda.questions[0].opens_at) == "2026-06-17 18:05:00+00:00"
    assert People().role(agenda, "x", posts["x:m2"].author) == "host"
    assert agenda.hashtags == ("madeup",)


def test_nothing_hidden_reaches_the_archive(folder: Path, tmp_path: Path) -> None:
    archive_path, agenda_path = as_x_archive(folder, "made-up", tmp_path / "out")
    written = archive_path.read_text("utf-8")
    assert '"gold_' not in written + agenda_path.read_text("utf-8")
    for each in ROWS:
        for name in each:
            assert name in SHOWN or HIDDEN.fullmatch(name)
            assert name in SHOWN or name not in written


def test_what_is_shown_is_not_hidden() -> None:
    assert not any(HIDDEN.fullmatch(name) for name in SHOWN)


def scrambled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: "Q1" if HIDDEN.fullmatch(name) else value for name, value in each.items()}
        | {"role": "question", "label_wrong": True, "gold_note": "Q2"}
        for each in rows
    ]


def score(folder: Path, chat_id: str, version: Version = "as written") -> list[Scored]:
    """A recorded chat with the shipped weights, against what people said about it."""
    heard = recording(folder, chat_id, version)
    return scored(heard, hear(heard.agenda, heard.posts))


def places(folder: Path, chat_id: str) -> list[Placement]:
    return [each.placement for each in score(folder, chat_id)]


def test_scrambling_what_is_hidden_changes_no_prediction(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "scrambled", scrambled(ROWS[:-1]))
    assert places(tmp_path / "scrambled", "made-up") == places(folder, "made-up")


def test_scores_leave_out_what_asks_and_what_nobody_read(folder: Path) -> None:
    found = score(folder, "made-up")
    assert len(found) == 5
    assert all(each.right for each in found)
    assert sum(each.listed for each in found) == 4


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Three chats that differ in name only."""
    for chat in ("one", "two", "three"):
        write(tmp_path / "three", ROWS, chat)
    return tmp_path / "three"


def test_training_gives_the_same_each_time(three: Path) -> None:
    one, other = (Trainer(load([three])).weights() for _ in range(2))
    assert one == other


def test_scrambling_what_is_hidden_changes_no_feature(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "scrambled", scrambled(ROWS))
    one, other = (recording(each, "made-up") for each in (folder, tmp_path / "scrambled"))
    assert one.posts == other.posts and one.agenda == other.agenda
    first, second = one.truths, other.truths
    assert first != second
    one.truths.update(second)
    assert examples_of(one) == examples_of(other)


def test_fitting_finds_the_odds() -> None:
    rows = [([{"heads": 1.0}, {}], int(n % 4 == 0), 1.0) for n in range(400)]
    assert fit(rows, {}, 1e-6) == {"heads": pytest.approx(1.099, abs=0.002)}
    assert 1.5 < fit(rows, {"heads": 2.0}, 100.0)["heads"] < 2.0
    assert fit(rows, {"heads": 2.0}, 1e6) == {"heads": pytest.approx(2.0, abs=0.001)}


@pytest.mark.parametrize("size", [1, 3, 100])
def test_batches_and_a_file_read_at_once_place_alike(folder: Path, size: int) -> None:
    heard = recording(folder, "made-up")
    live = hear(heard.agenda, heard.posts)
    read = hear(heard.agenda, heard.posts, batch=size)
    assert {i: e.placement for i, e in live.entries.items()} == {
        i: e.placement for i, e in read.entries.items()
    }


@needs_recordings
@pytest.mark.parametrize(
    ("version", "accuracy", "outside"),
    [("as written", 0.855, 0.9), ("half the labels", 0.835, 0.885)],
)
def test_the_recorded_chats_are_grouped_as_well_as_they_were(
    version: Version, accuracy: float, outside: float
) -> None:
    """With the shipped weights, fitted on these chats: a guard, not a figure."""
    everything = [each for i in ids_in(DEV) for each in score(DEV, i, version)]
    figures = {name: part / of for name, (part, of) in tally(everything).items()}
    assert figures["accuracy"] >= accuracy
    assert figures["right outside"] >= outside
    assert figures["inbox"] <= 0.25


@needs_recordings
def test_a_recorded_chat_read_at_once_is_placed_as_it_was_live() -> None:
    heard = recording(DEV, ids_in(DEV)[-1])
    live, read = (hear(heard.agenda, heard.posts, batch=size) for size in (1, 64))
    assert scored(heard, live) == scored(heard, read)


@needs_recordings
def test_nothing_hidden_is_needed_for_the_recorded_chats(tmp_path: Path) -> None:
    chat_id = ids_in(DEV)[-1]
    lines = [json.dumps(each) + "\n" for each in scrambled(rows_of(DEV, chat_id))]
    (tmp_path / f"{chat_id}.jsonl").write_text("".join(lines), encoding="utf-8")
    agenda = (DEV / f"{chat_id}.agenda.json").read_text("utf-8")
    (tmp_path / f"{chat_id}.agenda.json").write_text(agenda, encoding="utf-8")
    assert places(tmp_path, chat_id) == places(DEV, chat_id)


@needs_recordings
def test_every_field_of_the_recordings_is_shown_or_hidden() -> None:
    known = {"reply_to_inferred"}
    for chat_id in ids_in(DEV):
        for each in rows_of(DEV, chat_id):
            for name in each.keys() - known:
                assert name in SHOWN or HIDDEN.fullmatch(name), name
