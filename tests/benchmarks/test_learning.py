"""Weights that know nothing of a chat, and those that may."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tartantm.grouping.ranker import shipped
from tests.benchmarks import made_up
from tests.benchmarks.learning import LeftOut, community, left_out, may_be_known
from tests.benchmarks.trial import jobs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Chats a-0, b-1, a-2 and b-3."""
    return made_up.write(tmp_path / "chats")


def test_a_copy_under_another_name_teaches_nothing_either(folder: Path) -> None:
    for path in folder.glob("b-1.*"):
        shutil.copy(path, folder / path.name.replace("b-1", "c-9"))
    assert LeftOut((folder,), beds=(folder,)).away(frozenset(["b-1"])) == {"b-1", "c-9"}


def test_a_copy_beside_the_test_bed_teaches_nothing_either(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(folder, elsewhere)
    for path in elsewhere.glob("b-1.*"):
        path.rename(elsewhere / path.name.replace("b-1", "c-9"))
    by = LeftOut((elsewhere,), beds=(folder,))
    assert by.away(frozenset(["b-1"])) == {"b-1", "c-9"}


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


def test_what_is_left_out_makes_no_difference(folder: Path) -> None:
    trainer = pytest.importorskip("tests.benchmarks.train_grouping")
    by = LeftOut((folder,), beds=(folder,))
    first = by(frozenset(["a-0"]))
    for path in folder.glob("a-0.*"):
        path.unlink()
    alone = trainer.Trainer(trainer.load((folder,))).weights()
    assert first == alone
    assert by(frozenset(["b-1"])) != first


def test_chats_that_weights_may_be_fitted_on_are_known_by_their_posts(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    made_up.write(shared / "read", 2)
    other = made_up.write(tmp_path / "other", 3)
    assert may_be_known(other, shared) == ["a-0", "b-1"]
    for path in other.glob("a-0.*"):
        path.rename(other / path.name.replace("a-0", "z-0"))
    assert may_be_known(other, shared) == ["b-1", "z-0"]
    assert may_be_known(other, tmp_path / "nowhere") == ["a-2", "b-1", "z-0"]
