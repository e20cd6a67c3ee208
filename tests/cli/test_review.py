"""`tartantm review`: the order, what hangs on what, and the sentence, for people and programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.core import events as ev
from tartantm.core.events import Placement
from tartantm.store.session import Session
from tests.builders import AGENDA, at, post


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A doubtful post with a reply, and one that is surer."""
    path = tmp_path / "evening.tartantm"
    doubtful = Placement("Q1", "time", "Q1 was open", 0.6, True, (None,))
    reply = Placement("Q1", "reply", "replies to Calum", 0.8, True)
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            ev.Opened("Q1", at(1), "moderator"),
            ev.Captured(post("1", "Words", 2), Placement("Q1", "label", "labelled", 0.97)),
            ev.Captured(post("2", "Parrots", 3, author="calum"), doubtful),
            ev.Captured(post("3", "More", 4, author="calum", reply_to="x:2"), reply),
        )
    return path


def said(path: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert run(["review", str(path), *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_in_lines(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(kept, capsys) == [
        "About 79 of 100 posts stand right now, by what was measured on other chats."
        " 3 more looks would put about 1 post right. It is enough at 97 of 100, or once ten"
        " more would hardly bring one.",
        "4  18:03 Q1? Calum Example, X: Parrots",
        "    suggested: Q1 or General, 60%: Q1 was open (1 more hangs on it)",
        "5  18:04 Q1? Calum Example, X: More",
        "    suggested: Q1, 80%: replies to Calum",
        "3  18:02 Q1 Ailsa Example, X: Words",
        "    suggested: Q1, 97%: labelled",
    ]
    assert len(said(kept, capsys, "--most", "1")) == 3
    run(["place", str(kept), "general", "4"])
    after = said(kept, capsys, "--most", "0")[-1]
    assert after.startswith("Looked at 1 post; about ") and "(79 before)" in after


def test_by_conversation(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(kept, capsys, "--conversations", "--most", "1")[1:] == [
        "2 posts: Q1 or General?",
        "    4  18:03 Q1? Calum Example, X: Parrots",
        "    5  18:04 Q1? Calum Example, X: More",
    ]


def test_for_programs(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = said(kept, capsys, "--json")
    read = json.loads(line)
    order = read.pop("order")
    assert read.pop("sentence").startswith("About 79 of 100")
    assert read == {
        **{"posts": 3, "looked_at": 0, "right": 0.79, "right_before": 0.79},
        **{"next_looks": 3, "next_looks_gain": 0.63, "is_enough": False},
    }
    first = order[0]
    assert (first["number"], first["question"], first["alternatives"]) == (4, "Q1", [None])
    assert (first["risk"], first["hanging"], first["text"]) == (0.4, 2, "Parrots")
    (line,) = said(kept, capsys, "--json", "--conversations", "--most", "1")
    (row,) = json.loads(line)["order"]
    assert row["places"] == ["Q1", None] and row["hanging"] == 2
    assert [each["id"] for each in row["posts"]] == ["x:2", "x:3"]


def test_words_of_deleted_and_hidden_posts_are_in_none(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session(kept) as session:
        session.record(ev.Hidden(("x:1",)), ev.Deleted(("x:2",), at(9)))
    for how in ((), ("--json",), ("--conversations",), ("--conversations", "--json")):
        words = "\n".join(said(kept, capsys, *how))
        assert "More" in words and "Parrots" not in words and "Words" not in words


def test_an_empty_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "empty.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
    assert said(path, capsys) == ["There is no post to look at."]
    with pytest.raises(SystemExit):
        run(["review", str(path), "--most", "-1"])
    assert "0 or more" in capsys.readouterr().err
