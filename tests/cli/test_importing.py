"""`tartantm import`: says what files are, takes what is of the chat, and refuses what is none."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tartantm.archives.reading import Reading
from tartantm.cli import importing
from tartantm.cli.main import run
from tartantm.cli.recordings import restored
from tartantm.networks.heard import Heard
from tartantm.store.session import Session

AGENDA = """
title = "Made-up chat"
hashtags = ["madeupchat"]
starts = 2012-06-20T18:00:00+01:00
ends = 2012-06-20T20:00:00+01:00
timezone = "Europe/London"

[[questions]]
text = "Are the days of just doing it over?"
[[questions]]
text = "What would help?"
"""
USERS = [{"id": "11", "username": "ailsa", "name": "Ailsa Example"}]


def tweet(number: int, text: str, time: str = "17:05", day: str = "2012-06-20") -> dict[str, Any]:
    tags = [{"tag": word[1:]} for word in text.split() if word.startswith("#")]
    return {
        "id": str(215501234567890000 + number),
        "text": text,
        "author_id": "11",
        "created_at": f"{day}T{time}:00Z",
        "entities": {"hashtags": tags},
        "public_metrics": {},
    }


def page(*tweets: dict[str, Any], users: list[dict[str, str]] = USERS) -> str:
    return json.dumps({"data": list(tweets), "includes": {"users": users}}) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "agenda.toml").write_text(AGENDA, "utf-8")
    return tmp_path


def imported(folder: Path, *arguments: str) -> int:
    more = ["--agenda", str(folder / "agenda.toml"), "--session", str(folder / "a.tartantm")]
    return run(["import", *arguments, *more])


def texts(folder: Path) -> list[str]:
    with Session(folder / "a.tartantm") as session:
        return [entry.post.text for entry in session.chat.ordered()]


CHAT = [
    tweet(1, "Q1: Are the days over? #madeupchat"),
    tweet(2, "A1 yes #madeupchat", "17:09"),
    tweet(3, "Lunch", "11:00"),
    tweet(4, "Thanks all #madeupchat", "09:00", "2012-07-18"),
]


def test_a_preview_says_what_there_is_and_stores_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "chat.jsonl"
    path.write_text(page(*CHAT), "utf-8")
    agenda = str(folder / "agenda.toml")
    assert run(["import", str(path), "--agenda", agenda, "--preview"]) == 0
    assert capsys.readouterr().out == (
        f"{path}: X API v2, 4 posts from 20 June 2012, 12:00 to 18 July 2012, 10:00 BST.\n"
    )
    assert run(["import", str(path), "--agenda", agenda, "--preview", "--hashtag", "#other"]) == 1
    assert "4 posts, none of them with #other" in capsys.readouterr().out
    assert sorted(each.name for each in folder.iterdir()) == ["agenda.toml", "chat.jsonl"]


def test_hashtag_and_times_choose(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "chat.jsonl"
    path.write_text(page(*CHAT), "utf-8")
    assert imported(folder, str(path), "--hashtag", "madeupchat", "--to", "2012-06-20") == 0
    said = capsys.readouterr()
    assert said.out == f"2 posts imported into {folder / 'a.tartantm'}.\n"
    assert "2 with #madeupchat on 20 June 2012, 18:05 to 18:09 BST" in said.err
    assert "1 post with #madeupchat from other times left out." in said.err
    noon = ["--from", "2012-06-20T11:59", "--to", "2012-06-20T12:00"]
    assert imported(folder, str(path), *noon) == 0
    assert "Lunch" in texts(folder)


def test_times_that_are_none_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "chat.jsonl"
    path.write_text(page(*CHAT), "utf-8")
    assert imported(folder, str(path), "--from", "yesterday") == 2
    assert "--from takes a date and a time" in capsys.readouterr().err
    assert imported(folder, str(path), "--from", "2012-06-21", "--to", "2012-06-20") == 2
    assert "--to is before --from" in capsys.readouterr().err
    assert not (folder / "a.tartantm").exists()


def test_a_session_has_to_be_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "chat.jsonl"
    path.write_text(page(*CHAT), "utf-8")
    assert run(["import", str(path), "--agenda", str(folder / "agenda.toml")]) == 2
    assert "--session" in capsys.readouterr().err


def test_folders_zips_and_several_files_are_one(folder: Path) -> None:
    (folder / "posts").mkdir()
    (folder / "posts" / "one.json").write_text(page(CHAT[1]), "utf-8")
    (folder / "posts" / "picture.png").write_bytes(b"\x89PNG")
    with zipfile.ZipFile(folder / "two.zip", "w") as archive:
        archive.writestr("a/two.jsonl", page(CHAT[0]))
        archive.writestr("a/readme.txt", "nothing")
    assert imported(folder, str(folder / "posts"), str(folder / "two.zip")) == 0
    assert texts(folder) == [CHAT[0]["text"], CHAT[1]["text"]]


def test_nothing_that_came_of_it_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "damaged.jsonl"
    broken = {"data": [{"id": "1", "text": "no time", "author_id": "1"}]}
    path.write_text(json.dumps(broken) + "\n", "utf-8")
    assert imported(folder, str(path)) == 1
    said = capsys.readouterr()
    assert "0 posts imported; nothing was stored." in said.out
    assert "the post x:1 has no time; skipped" in said.err
    assert not (folder / "a.tartantm").exists()


def test_what_only_says_whose_archive_it_is_names_the_next_step(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account = {"account": {"accountId": "7", "username": "ailsa", "accountDisplayName": "Ailsa"}}
    (folder / "account.js").write_text(f"window.YTD.account.part0 = [{json.dumps(account)}]")
    actor = {"id": "https://a.example/users/ailsa", "type": "Person", "preferredUsername": "ailsa"}
    (folder / "actor.json").write_text(json.dumps(actor), "utf-8")
    for name in ("account.js", "actor.json"):
        assert imported(folder, str(folder / name)) == 1
        said = capsys.readouterr()
        assert "says whose archive it is, and holds no posts; they are in" in said.err
        assert "import the whole folder or zip" in said.err
    (folder / "one.jsonl").write_text(page(CHAT[0]), "utf-8")
    assert imported(folder, str(folder / "actor.json"), str(folder / "one.jsonl")) == 0
    assert "whose archive it is, and holds no posts.\n" in capsys.readouterr().err


def test_an_import_that_was_stopped_can_be_completed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "all.jsonl").write_text(page(*CHAT), "utf-8")
    acts: list[Any] = []
    act = Session.act

    def stopped(session: Session, *events: Any) -> Any:
        acts.append(events)
        if len(acts) == 2:
            raise KeyboardInterrupt
        return act(session, *events)

    with monkeypatch.context() as patch:
        patch.setattr(importing, "BATCH", 1)
        patch.setattr(Session, "act", stopped)
        assert imported(folder, str(folder / "all.jsonl")) == 1
    said = capsys.readouterr().err
    assert f"Stopped: 1 of {len(CHAT)} are stored; import the same again" in said
    assert len(texts(folder)) == 1
    assert imported(folder, str(folder / "all.jsonl")) == 0
    assert len(texts(folder)) == len(CHAT)


def test_posts_of_another_program_are_not_all_held_at_once(folder: Path) -> None:
    (folder / "chat.jsonl").write_text(page(*CHAT), "utf-8")
    reading = Reading([folder / "chat.jsonl"])
    heard = [*reading.items()]
    drawn: list[Heard] = []

    def items() -> Iterator[Heard]:
        for item in heard:
            drawn.append(item)
            yield item

    with Session(folder / "a.tartantm", create=True) as session:
        assert restored(session, reading, items()) is None
    assert len(heard) == len(CHAT) and not drawn


def test_what_is_known_already_is_no_failure(folder: Path) -> None:
    path = folder / "chat.jsonl"
    path.write_text(page(*CHAT), "utf-8")
    assert imported(folder, str(path)) == 0
    assert imported(folder, str(path)) == 0
    assert len(texts(folder)) == 4


def test_a_file_of_something_else_stores_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = folder / "chat.jsonl", folder / "screen.png"
    good.write_text(page(*CHAT), "utf-8")
    bad.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert imported(folder, str(good), str(bad)) == 2
    assert "screen.png is a picture; type the posts" in capsys.readouterr().err
    assert not (folder / "a.tartantm").exists()


def test_users_of_a_later_page_name_those_of_an_earlier_one(folder: Path) -> None:
    path = folder / "chat.jsonl"
    path.write_text(page(CHAT[0], users=[]) + page(CHAT[1]), "utf-8")
    assert imported(folder, str(path)) == 0
    with Session(folder / "a.tartantm") as session:
        assert {entry.post.author.handle for entry in session.chat.ordered()} == {"ailsa"}


ODD = "Ailsa said at 18:05 that: we publish\nBram said at 18:06 that: we do not\n"


def test_a_text_that_fits_no_form_is_asked_about(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "odd.txt"
    path.write_text(ODD, "utf-8")
    assert imported(folder, str(path)) == 2
    assert "say how it is to be read with --ask" in capsys.readouterr().err
    assert imported(folder, str(path), "--ask") == 2
    assert "needs a terminal" in capsys.readouterr().err
    answers = iter(["name said at time that: words", "y", "", "", ""])
    monkeypatch.setattr("tartantm.cli.asking.can_answer", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    assert imported(folder, str(path), str(path), "--ask") == 2
    assert imported(folder, str(path), "--ask") == 0
    with Session(folder / "a.tartantm") as session:
        said = [(e.post.author.name, e.post.text) for e in session.chat.ordered()]
    assert said == [("Ailsa", "we publish"), ("Bram", "we do not")]


def test_a_text_may_come_by_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = b"18:05 Ailsa: we publish\n18:06 Bram: we do not\n"
    pasted = io.TextIOWrapper(io.BytesIO(written), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", pasted)
    assert imported(folder, "-") == 0
    assert texts(folder) == ["we publish", "we do not"]


def test_what_was_for_few_people_is_not_counted_as_of_the_chat(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "meeting.txt"
    secret = "18:10:00 From Cat To Ailsa (Privately):\n\tbetween us\n"
    path.write_text(f"18:05:00 From Ailsa To Everyone:\n\tWelcome\n{secret}", "utf-8")
    assert imported(folder, str(path)) == 0
    said = capsys.readouterr()
    assert ", 1 post on 20 June 2012, 18:05 BST; 1 not public, left out." in said.err
    assert "1 post imported" in said.out and "1 not public" in said.out
    path.write_text(secret, "utf-8")
    agenda = str(folder / "agenda.toml")
    assert run(["import", str(path), "--agenda", agenda, "--preview"]) == 1
    assert ", 0 posts; 1 not public, left out." in capsys.readouterr().out


def test_a_post_with_two_doubts_is_one_doubtful_post(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "sheet.csv"
    rows = "2.1546E+17,ailsa,One,20/06/2012 18:05\n215465187713908736,bram,Two,20/06/2012 18:09\n"
    path.write_text(f"id,screen_name,tweet,date\n{rows}", "utf-8")
    assert run(["import", str(path), "--agenda", str(folder / "agenda.toml"), "--preview"]) == 0
    said = capsys.readouterr().out
    assert "; 1 doubtful (" in said and "a spreadsheet rounded" in said
    assert "without a zone" in said


def test_what_is_passed_over_is_told_as_if_it_had_been_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folder / "data"
    data.mkdir()
    account = {"username": "ailsa", "accountId": "11", "accountDisplayName": "Ailsa Example"}
    (data / "account.js").write_text(
        f"window.YTD.account.part0 = [{json.dumps({'account': account})}]", "utf-8"
    )
    epoch = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
    tweets, tags = [], {0: " #MadeUpChat", 4000: " ＃MADEUPCHAT"}
    for days in (0, 100, 594, 595, 900, 4000):
        at = datetime(2010, 11, 5, 17, 10, tzinfo=UTC) + timedelta(days=days)
        tweet = {
            "id_str": str(int((at - epoch) / timedelta(milliseconds=1)) << 22),
            "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
            "full_text": f"Words of day {days}{tags.get(days, '')}",
            "entities": {"hashtags": [{"text": "MadeUpChat"}] if days in tags else []},
        }
        tweets.append({"tweet": tweet})
    (data / "tweets.js").write_text(f"window.YTD.tweets.part0 = {json.dumps(tweets)}", "utf-8")

    def preview(*more: str) -> str:
        agenda = str(folder / "agenda.toml")
        run(["import", str(data), "--agenda", agenda, "--preview", *more])
        return capsys.readouterr().out

    choices: list[list[str]] = [
        [],
        ["--from", "2012-01-01"],
        ["--to", "2011-06-01"],
        ["--hashtag", "other"],
    ]
    quick = [preview(*each) for each in choices]
    assert "6 posts" in quick[0]
    assert any("from other times left out" in each for each in quick)
    monkeypatch.setattr("tartantm.archives.read_json._passed_over", lambda *_: None)
    assert [preview(*each) for each in choices] == quick
