"""An evening of 2012 out of four people's archives and a sheet: one transcript, in any order.

Everything that anybody says here is made up (`tests.archives.evening_of_2012`).
"""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from tartantm.cli.main import run
from tartantm.store.session import Session
from tests.archives.evening_of_2012 import TAG, Evening, build
from tests.archives.writers import Said

Kept = tuple[Evening, list[Path]]
NAMED = {"ailsa", "bram", "cat", "dod"}
"""Whose archives there are; a sheet has no names."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return build(tmp_path_factory.mktemp("evening"))


@pytest.fixture(scope="module")
def session(kept: Kept) -> Path:
    """All of it at once."""
    path = kept[1][0].parent / "a.tartantm"
    imported(path, *kept[1])
    return path


def imported(session: Path, *paths: Path) -> None:
    agenda = ["--agenda", str(paths[0].parent / "agenda.md"), "--session", str(session)]
    assert not run(["import", *map(str, paths), *agenda])


def shown(path: Path) -> list[tuple[str, ...]]:
    """What readers see of each post, and where it stands; by time."""
    with Session(path) as session:
        chat = session.chat
        return [
            (
                f"{entry.post.created_at:%H:%M:%S}",
                entry.post.author.handle,
                entry.post.author.name,
                entry.post.text,
                (entry.placement and entry.placement.question) or "",
                "repost" if entry.post.repost_of else "",
            )
            for entry in sorted(chat.posts(), key=lambda entry: entry.post.created_at)
        ]


def words(said: Said) -> str:
    """Somebody's own words in a post."""
    if said.words.startswith("“"):
        return said.words.rpartition("” ")[2]
    return said.words.partition(" RT @")[0]


def test_every_word_stands_under_its_author_at_its_time_once(kept: Kept, session: Path) -> None:
    evening, _ = kept
    rows = [row for row in shown(session) if not row[-1]]
    own = sorted(evening.own, key=lambda said: said.at)
    assert [row[:4] for row in rows] == [
        (
            f"{said.at:%H:%M:%S}",
            said.handle,
            said.name if said.handle in NAMED else "",
            words(said),
        )
        for said in own
    ]
    placed = {said.id: row[4] for said, row in zip(own, rows, strict=True)}
    assert [said.words for said in own if not placed[said.id]] == [
        own[0].words,
        own[-2].words,
        own[-1].words,
    ]
    assert {name: placed[name] for name in evening.labelled} == evening.labelled


def test_at_once_in_another_order(kept: Kept, session: Path, tmp_path: Path) -> None:
    imported(tmp_path / "b.tartantm", *kept[1][::-1])
    assert shown(tmp_path / "b.tartantm") == shown(session)


@pytest.mark.parametrize("order", ["42013"])
def test_one_by_one(kept: Kept, session: Path, tmp_path: Path, order: str) -> None:
    for number in order:
        imported(tmp_path / "b.tartantm", kept[1][int(number)])
    # Talk back and forth without the hashtag is only found with both of its sides.
    missing = {*shown(session)} - {*shown(tmp_path / "b.tartantm")}
    assert {row[1] for row in missing} <= {"bram", "cat"}
    assert all(row[3].startswith("@") for row in missing)
    imported(tmp_path / "b.tartantm", *kept[1])
    assert shown(tmp_path / "b.tartantm") == shown(session)


def test_the_preview_says_what_is_of_the_chat(
    kept: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    _, paths = kept
    agenda = str(paths[0].parent / "agenda.md")
    assert not run(["import", *map(str, paths), "--agenda", agenda, "--preview"])
    lines = capsys.readouterr().out.replace(f"{paths[0].parent}/", "").splitlines()
    one = "one side of the talk only."
    archive = "X archive of one account"
    assert lines == [
        f"ailsa-grailbird.zip: {archive}, 134 posts, 12 with {TAG} on 20 June 2012, 18:00 to 19:58"
        f" BST; {one}",
        f"twitter-2019-02-03-bram.zip: {archive}, 137 posts, 10 with {TAG} and 5 replies to such on"
        f" 20 June 2012, 18:04 to 19:50 BST; {one}",
        f"twitter-2022-11-20-cat.zip: {archive}, 142 posts, 15 with {TAG} and 5 replies to such on"
        f" 20 June 2012, 18:05 to 19:49 BST; {one}",
        f"dod: {archive}, 143 posts, 21 with {TAG} on 20 June 2012, 18:06 to 20:40 BST; {one}",
        "tags.csv: Table of posts on X, 80 posts on 20 June 2012, 18:02 to 20:40 BST.",
        f"12 posts with {TAG} from other times left out.",
        "4 posts of that time without the hashtag left out: what they answer is not here. If you"
        " have that in another archive, import them together; nothing is stored twice.",
    ]


def test_what_is_exported_counts_them(kept: Kept, session: Path, tmp_path: Path) -> None:
    evening, _ = kept
    assert not run(["export", str(session), "--format", "json", "--output", str(tmp_path)])
    (page,) = tmp_path.glob("*.json")
    found: dict[str, Any] = json.loads(page.read_text("utf-8"))
    assert found["statistics"]["posts"] == len(evening.own)


def test_a_quote_by_hand_points_to_the_post_also_after_a_correction(
    kept: Kept, session: Path, tmp_path: Path
) -> None:
    path = str(copy(session, tmp_path / "b.tartantm"))
    assert not run(["remark", path, "Hamish Example: try the third flor", "--at", "18:20"])
    with Session(Path(path)) as opened:
        number = max(entry.number for entry in opened.chat.posts())
    assert not run(["amend", path, str(number), "Hamish Example: try the third floor"])
    assert not run(["export", path, "--format", "text", "--output", str(tmp_path)])
    text = (tmp_path / "b.txt").read_text("utf-8")
    assert text.count("quotes Bram Example, #") == 10
    assert "Quoting" not in text and "flor\n" not in text


def test_an_agenda_without_a_day_takes_every_day_and_says_so(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, paths = kept
    (tmp_path / "a.md").write_text(f"# Made-up chat {TAG}\n\n1. What did you try?\n", "utf-8")
    arguments = ["import", str(paths[0]), "--agenda", str(tmp_path / "a.md"), "--preview"]
    assert not run(arguments)
    assert "does not say when the chat was, so posts of every day" in capsys.readouterr().out
    run([*arguments, "--from", "2012-06-20"])
    assert "does not say when the chat was" not in capsys.readouterr().out


def test_everything_of_an_account_is_no_chat(
    kept: Kept, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_text("# Made-up chat\n\n1. What did you try?\n", "utf-8")
    agenda = ["--agenda", str(tmp_path / "a.md"), "--preview"]
    assert run(["import", str(kept[1][0]), *agenda]) == 2
    assert "neither a hashtag nor the chat's day" in capsys.readouterr().err
    assert not run(["import", str(kept[1][0]), *agenda, "--from", "2012-06-20"])


def test_a_remark_on_an_old_evening_without_a_time_is_told_of(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(copy(session, tmp_path / "b.tartantm"))
    assert not run(["remark", path, "Hamish Example: no", "--at", "18:20"])
    assert "long over" not in capsys.readouterr().err
    assert not run(["remark", path, "Hamish Example: no"])
    assert "The evening is long over" in capsys.readouterr().err
