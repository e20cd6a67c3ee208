"""Weights that know nothing of a chat, and those that may."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tartantm.grouping.ranker import Weights, shipped
from tests.benchmarks import made_up
from tests.benchmarks.learning import LeftOut, community, left_out, may_be_known
from tests.benchmarks.recorded import Recording
from tests.benchmarks.trial import jobs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Chats a-0, b-1, a-2 and b-3."""
    return made_up.write(tmp_path / "chats")


def learned(by: LeftOut, *left: str) -> list[tuple[str, bool]]:
    return [(each.id, bool(each.hidden_labels)) for each in by.recordings(frozenset(left))]


def test_the_left_out_chat_teaches_nothing(folder: Path) -> None:
    by = LeftOut((folder,), None, (folder,))
    assert learned(by, "b-1") == [(chat, False) for chat in ("a-0", "a-2", "b-3") for _ in (1, 2)]


def test_a_copy_under_another_name_teaches_nothing_either(folder: Path) -> None:
    for path in folder.glob("b-1.*"):
        shutil.copy(path, folder / path.name.replace("b-1", "c-9"))
    by = LeftOut((folder,), None, (folder,))
    assert {chat for chat, _ in learned(by, "b-1")} == {"a-0", "a-2", "b-3"}


def test_a_copy_beside_the_test_bed_teaches_nothing_either(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(folder, elsewhere)
    for path in elsewhere.glob("b-1.*"):
        path.rename(elsewhere / path.name.replace("b-1", "c-9"))
    by = LeftOut((elsewhere,), None, (folder,))
    assert {chat for chat, _ in learned(by, "b-1")} == {"a-0", "a-2", "b-3"}


def test_labels_teach_where_nobody_placed_the_chat(folder: Path, tmp_path: Path) -> None:
    labels = made_up.write(tmp_path / "labels", 5)
    for path in labels.glob("*.stripped.jsonl"):
        text = path.read_text("utf-8").replace(
            '"gold_source"', '"label_stripped": true, "gold_source"'
        )
        path.write_text(text, encoding="utf-8")
    by = LeftOut((folder,), labels, (folder,))
    placed = [(chat, False) for chat in ("a-2", "b-1", "b-3") for _ in (1, 2)]
    assert learned(by, "a-0") == [*placed, ("a-4", True)]
    assert learned(by, "a-0", "a-4") == placed


def test_a_community_is_left_out_with_all_its_chats_wherever_they_are(
    folder: Path, tmp_path: Path
) -> None:
    more = made_up.write(tmp_path / "more", 5)
    assert community("critlib-2015-03-11") == "critlib"
    assert left_out("a-0", "chat", [folder, more]) == {"a-0"}
    assert left_out("a-0", "community", [folder, more]) == {"a-0", "a-2", "a-4"}
    assert left_out("c-7", "community", [folder]) == {"c-7"}


def test_each_set_of_weights_is_fitted_once_and_given_to_its_chats(folder: Path) -> None:
    asked: list[frozenset[str]] = []

    def weights_for(left: frozenset[str]) -> Any:
        asked.append(left)
        return shipped()

    work = jobs([folder], "community", weights_for, [], map)
    assert asked == [{"a-0", "a-2"}, {"b-1", "b-3"}]
    assert [(each.chat, each.version) for each in work[:4]] == [
        ("a-0", "as written"),
        ("a-0", "half the labels"),
        ("a-0", "no labels"),
        ("a-2", "as written"),
    ]


def test_the_trainer_gets_what_is_not_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[list[Recording]] = []

    def train(given: list[Recording]) -> Weights:
        found.append(given)
        return shipped()

    trainer = pytest.importorskip("tests.benchmarks.train_grouping")
    monkeypatch.setattr(trainer, "train", train)
    assert LeftOut((folder,), None, (folder,))(frozenset(["a-0"])) == shipped()
    assert {each.id for each in found[0]} == {"b-1", "a-2", "b-3"}


def test_chats_that_weights_may_be_fitted_on_are_known_by_their_posts(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    made_up.write(shared / "read", 2)
    other = made_up.write(tmp_path / "other", 3)
    assert may_be_known(other, shared) == ["a-0", "b-1"]
    for path in other.glob("a-0.*"):
        path.rename(other / path.name.replace("a-0", "z-0"))
    assert may_be_known(other, shared) == ["b-1", "z-0"]
    assert may_be_known(other, tmp_path / "nowhere") == ["a-2", "b-1", "z-0"]
