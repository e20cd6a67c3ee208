"""A session knows what it listened to: `run` asks, `follow` goes on, and a stranger's is not."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from msgspec.structs import replace

from tartantm.capture.registry import NamedSource
from tartantm.cli import follow
from tartantm.cli.desk import _reopening, source_flags
from tartantm.cli.main import run
from tartantm.cli.remembered import (
    Remembered,
    is_captured,
    listen_again,
    not_whole,
    over_for,
    remembered,
    to_name,
)
from tartantm.cli.source_set import SourceSet
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.demo import AGENDA as AGENDA_FILE
from tartantm.desk.loading import DeskInput
from tartantm.networks.clock import Clock
from tartantm.settings.credentials import NamedBy
from tartantm.settings.paths import capture_lock
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, chat_of, post

NOW = datetime.now(UTC)


def evening(*names: str, ended: timedelta = -timedelta(hours=1)) -> Chat:
    """A chat that ended so long ago, and listened to these sources."""
    agenda = replace(AGENDA, starts=NOW - ended - timedelta(hours=2), ends=NOW - ended)
    return chat_of(*(ev.SourceChanged(name, "asked", since=NOW) for name in names), agenda=agenda)


class Maker:
    """Makes sources, but none of those that are bad."""

    def __init__(self, *bad: str) -> None:
        self.bad = set(bad)
        self.made: list[list[str]] = []
        self.withheld: list[str] = []

    def __call__(self, named: Sequence[NamedSource]) -> SourceSet:
        names = [each.name for each in named]
        self.made.append(names)
        self.by = {each.name: each.by for each in named}
        if self.bad & set(names):
            raise BadInput("X lets nobody read without a token.")
        return SourceSet([], Clock(), withheld=self.withheld)


def test_what_was_listened_to_is_known_and_files_are_not_opened_for_strangers() -> None:
    chat = evening("bluesky", "file:/etc/passwd", "odd", "feed:https://a.example/f?…", "x")
    found = remembered(chat)
    assert found.names == ["bluesky", "x"]
    assert found.not_whole == ["feed:https://a.example/f?…"]
    assert not_whole(found.not_whole[0]) == (
        "feed:https://a.example/f is not listened to again: its address goes on, which may be a key"
        " and is kept nowhere. Name it whole with --source feed:…"
    )


@pytest.mark.parametrize(
    ("ended", "asks", "usual"),
    [
        (-timedelta(hours=1), True, True),
        (timedelta(hours=3), True, True),
        (timedelta(hours=5), True, False),
        (timedelta(days=6), True, False),
        (timedelta(days=9), False, False),
    ],
)
def test_the_usual_answer_and_when_nobody_asks(ended: timedelta, asks: bool, usual: bool) -> None:
    asked = listen_again(evening("bluesky", ended=ended), (), Maker())
    assert (asked is not None) == asks
    if asked:
        assert asked.is_usual == usual
        over = ended > timedelta()
        assert any(words.startswith("The chat ended on") for words in asked.notes) == over


def test_a_chat_without_an_end_is_over_after_its_last_post() -> None:
    agenda = replace(AGENDA, ends=None, starts=None)
    chat = chat_of(*captured(post("1")), agenda=agenda)
    written = chat.entries["x:1"].post.sort_at
    assert over_for(chat, written + timedelta(hours=11)) < timedelta()
    assert over_for(chat, written + timedelta(hours=13)) > timedelta()


def test_what_is_listened_to_anyway_is_not_asked_about() -> None:
    chat = evening("bluesky", "x")
    make = Maker()
    asked = listen_again(chat, ["bluesky"], make)
    assert asked is not None and asked.names == ["x"]
    asked.answer(True)
    assert make.made[-1] == ["bluesky", "x"]
    assert make.by == {"bluesky": NamedBy.USER, "x": NamedBy.FILE}
    asked.answer(False)
    assert make.made[-1] == ["bluesky"]
    assert listen_again(chat, ["bluesky", "x"], make) is None


def test_one_that_cannot_be_made_costs_no_other() -> None:
    make = Maker("x")
    asked = listen_again(evening("x", "bluesky"), (), make)
    assert asked is not None
    answer = asked.answer(True)
    assert answer.problems == ["x is not listened to: X lets nobody read without a token."]
    assert make.made[-1] == ["bluesky"]


def kept(path: Path, chat: Chat) -> Path:
    with Session(path, create=True) as session:
        session.take_agenda(chat.agenda, "d")
        session.record(*(event for _, event in chat.coverage))
    return path


@pytest.mark.parametrize("offline", [False, True])
def test_a_kept_session_is_opened_with_the_question_unless_offline(
    tmp_path: Path, offline: bool
) -> None:
    path = kept(tmp_path / "a.tartantm", evening("bluesky"))
    read = _reopening(path, Namespace(source=[], offline=offline))(LoadProgress())
    assert not read.sources
    assert (read.listen_again is None) == offline


FEED, KEY = "feed:https://a.example/f?…", "feed:https://a.example/f?key=1"


def test_only_what_is_kept_nowhere_is_to_be_named_again() -> None:
    chat = evening("bluesky", "x", FEED)
    given = {"bluesky": "bluesky", "x": "x", KEY: FEED, "file:a.jsonl": "file:a.jsonl"}
    assert source_flags(chat, given) == " --source 'feed:https://a.example/f?key=1'"
    assert source_flags(chat, {"x": "x"}) == source_flags(chat, {}) == ""


def test_all_is_to_be_named_where_the_session_remembers_something_else() -> None:
    given = {"x": "x", "bluesky": "bluesky"}
    assert source_flags(evening("x"), given) == " --source x --source bluesky"
    assert to_name(Remembered(["x"], [FEED]), {"x": "x", KEY: FEED}) == [KEY]


def test_who_names_what_is_kept_nowhere_is_asked_about_the_rest(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.tartantm", evening("bluesky", FEED))

    def opened(*names: str) -> DeskInput:
        return _reopening(path, Namespace(source=[*names], offline=False))(LoadProgress())

    read = opened(KEY)
    assert [each.name for each in read.sources] == [FEED]
    assert read.listen_again is not None
    assert read.listen_again.names == ["bluesky"] and not read.listen_again.notes
    answered = [each.name for each in read.listen_again.answer(True).sources]
    assert answered == [FEED, "bluesky"]
    assert opened("mastodon:b.example").listen_again is None
    assert opened(KEY, "mastodon:b.example").listen_again is None


def test_it_is_known_whether_another_tartantm_listens(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.tartantm", evening("bluesky"))

    def elsewhere() -> bool:
        read = _reopening(path, Namespace(source=[], offline=False))(LoadProgress())
        assert read.listen_again is not None
        return read.listen_again.elsewhere

    assert not elsewhere() and not is_captured(path)
    with FileLock(capture_lock(path)):
        assert elsewhere()
    assert not elsewhere()


def test_offline_and_a_source_contradict_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["run", "a.toml", "--offline", "--source", "bluesky"]) == 2
    assert "--offline listens to nothing" in capsys.readouterr().err


def test_follow_goes_on_with_the_sources_of_the_last_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = kept(tmp_path / "a.tartantm", evening("bluesky", "feed:https://a.example/f?…"))
    assert follow._as_before(path) == ["bluesky"]
    said = capsys.readouterr().err
    assert "Listening again to bluesky, as this session did last." in said
    assert "feed:https://a.example/f is not listened to again" in said
    assert follow._as_before(tmp_path / "none.tartantm") == []


@pytest.mark.parametrize("by", NamedBy)
def test_follow_says_who_named_its_sources(
    by: NamedBy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(tmp_path / "a.tartantm", evening("mastodon:http://127.0.0.1:9"))
    asked: list[NamedSource] = []

    def none(named: Sequence[NamedSource], *_: object) -> SourceSet:
        asked.extend(named)
        return SourceSet([], Clock())

    monkeypatch.setattr(follow, "sources", none)
    flags = ["--source", "mastodon:http://127.0.0.1:9"] * (by is NamedBy.USER)
    assert run(["follow", str(AGENDA_FILE), "--session", str(path), *flags]) == 2
    assert asked == [NamedSource("mastodon:http://127.0.0.1:9", by)]


def test_what_gets_no_token_is_said_with_the_answer() -> None:
    make = Maker()
    make.withheld = ["The token is not sent."]
    asked = listen_again(evening("bluesky"), (), make)
    assert asked is not None
    assert asked.answer(True).problems == ["The token is not sent."]
