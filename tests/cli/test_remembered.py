"""A session knows what it listened to: `run` asks, `follow` goes on, and a stranger's is not."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from filelock import FileLock
from msgspec.structs import replace

from tartantm.capture.registry import NamedSource, named
from tartantm.capture.unmade import UnmadeSource
from tartantm.cli import follow
from tartantm.cli.desk import _reopening, source_flags
from tartantm.cli.main import run
from tartantm.cli.remembered import (
    asked_since,
    instead_of,
    is_captured,
    listen_again,
    not_whole,
    over_for,
    remembered,
    to_name,
)
from tartantm.cli.source_set import SourceSet, sources
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.demo import AGENDA as AGENDA_FILE
from tartantm.desk.loading import DeskInput
from tartantm.networks.bluesky.source import BlueskySource
from tartantm.networks.clock import Clock
from tartantm.settings import state
from tartantm.settings.credentials import NamedBy
from tartantm.settings.paths import capture_lock
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, chat_of, post

NOW = datetime.now(UTC)
FEED, KEY = "feed:https://a.example/f?…", "feed:https://a.example/f?key=1"


def evening(*names: str, ended: timedelta = -timedelta(hours=1)) -> Chat:
    """A chat that ended so long ago, and listened to these sources."""
    agenda = replace(AGENDA, starts=NOW - ended - timedelta(hours=2), ends=NOW - ended)
    return chat_of(*(ev.SourceChanged(name, "asked", since=NOW) for name in names), agenda=agenda)


class Maker:
    """Notes which sources it is to make."""

    def __init__(self) -> None:
        self.made: list[list[str]] = []
        self.withheld: list[str] = []

    def __call__(self, given: Sequence[NamedSource]) -> SourceSet:
        self.made.append([each.name for each in given])
        self.by = {each.name: each.by for each in given}
        return SourceSet([], Clock(), withheld=self.withheld)


def test_what_was_listened_to_is_known_and_files_are_not_opened_for_strangers() -> None:
    chat = evening("bluesky", "file:/etc/passwd", "odd", "feed:https://a.example/f?…", "x")
    found = remembered(chat)
    assert found.names == ["bluesky", "x"]
    assert found.not_whole == ["feed:https://a.example/f?…"]
    assert not_whole(found.not_whole[0]) == (
        "feed:https://a.example/f cannot be heard again as it is: its address goes on, which may be"
        " a key and is kept nowhere. Name it whole with --source feed:…"
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


def test_one_that_cannot_be_made_is_asked_for_all_the_same_as_refused(tmp_path: Path) -> None:
    make = partial(sources, hashtags=["tartantm"], path=tmp_path / "a.tartantm")
    asked = listen_again(evening("x", "bluesky", FEED), (), make)
    assert asked is not None
    assert asked.names == ["x", "bluesky", "feed:https://a.example/f"]
    made = {each.name: type(each) for each in asked.answer(True).sources}
    assert made == {"x": UnmadeSource, "bluesky": BlueskySource, FEED: UnmadeSource}
    with pytest.raises(BadInput, match="without a token"):
        make(named(["x"], NamedBy.USER))


def test_the_question_says_since_when_posts_are_asked_for_and_what_that_costs() -> None:
    chat = evening("x", "bluesky")
    starts = chat.agenda.starts
    assert starts is not None
    told = asked_since(chat, ["x", "bluesky"], starts + timedelta(days=2))
    at = NOW.astimezone(chat.agenda.tz)
    day = f"{at.day} {at:%B}, " * (at.date() != (at + timedelta(hours=47)).date())
    assert told == (
        f"What was posted since {day}{at:%H:%M} is asked for, too; X charges for each post."
    )
    assert "charges" not in asked_since(chat, ["bluesky"], NOW)


def test_a_run_with_fewer_sources_says_so_and_forgets_none() -> None:
    def asked(*states: Literal["asked", "connected", "ended"], name: str) -> list[ev.Event]:
        return [ev.SourceChanged(name, state, at=NOW, since=NOW) for state in states]

    chat = evening()
    chat = chat_of(
        *asked("asked", "connected", "ended", name="bluesky"),
        *asked("asked", "ended", name="mastodon:with.a.slip"),
        *asked("asked", "connected", "ended", name="x"),
        agenda=chat.agenda,
    )
    assert remembered(chat).names == ["x", "bluesky"]
    assert instead_of(chat, ["x"]) == [
        "Only x is listened to now, not bluesky; next time all are offered again."
    ]
    assert instead_of(evening("mastodon:with.a.slip"), ["x"]) == [
        "Only x is listened to now. mastodon:with.a.slip was never heard, and is forgotten."
    ]
    assert instead_of(chat, ["x", "bluesky"]) == instead_of(chat, []) == []
    assert source_flags(chat, {"x": "x"}) == " --source x"


def kept(path: Path, chat: Chat, *, here: bool = True) -> Path:
    with Session(path, create=True) as session:
        session.take_agenda(chat.agenda, "d")
        session.record(*(event for _, event in chat.coverage))
        if here:
            state.remember_listening(session.chat.salt)
    return path


def test_what_a_file_from_elsewhere_names_is_not_listened_to_by_enter_alone(
    tmp_path: Path,
) -> None:
    """It may name a server of this computer, which nobody else reaches."""
    for here in (True, False):
        path = kept(tmp_path / f"{here}.tartantm", evening("feed:http://127.0.0.1:9/x"), here=here)
        read = _reopening(path, Namespace(source=[], offline=False))(LoadProgress())
        assert read.listen_again is not None
        assert read.listen_again.is_usual == here
        said = "Nobody has listened for this session on this computer" in "".join(
            read.listen_again.notes
        )
        assert said == (not here)


@pytest.mark.parametrize("offline", [False, True])
def test_a_kept_session_is_opened_with_the_question_unless_offline(
    tmp_path: Path, offline: bool
) -> None:
    path = kept(tmp_path / "a.tartantm", evening("bluesky"))
    read = _reopening(path, Namespace(source=[], offline=offline))(LoadProgress())
    assert not read.sources
    assert (read.listen_again is None) == offline


def test_only_what_is_kept_nowhere_is_to_be_named_again() -> None:
    chat = evening("bluesky", "x", FEED)
    given = {"bluesky": "bluesky", "x": "x", KEY: FEED, "file:a.jsonl": "file:a.jsonl"}
    assert source_flags(chat, given) == " --source 'feed:https://a.example/f?key=1'"
    assert source_flags(chat, {"x": "x"}) == source_flags(chat, {}) == ""


def test_all_is_to_be_named_where_the_session_remembers_something_else() -> None:
    given = {"x": "x", "bluesky": "bluesky"}
    assert source_flags(evening("x"), given) == " --source x --source bluesky"
    assert to_name(evening("x", FEED), {"x": "x", KEY: FEED}) == [KEY]


def test_who_names_what_is_kept_nowhere_is_asked_about_the_rest(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.tartantm", evening("bluesky", FEED))

    def opened(*names: str) -> DeskInput:
        return _reopening(path, Namespace(source=[*names], offline=False))(LoadProgress())

    read = opened(KEY)
    assert [each.name for each in read.sources] == [FEED]
    assert read.listen_again is not None
    assert read.listen_again.names == ["bluesky"] and len(read.listen_again.notes) == 1
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
    assert follow._as_before(path) == ["bluesky", FEED]
    said = capsys.readouterr().err
    assert "Listening again to bluesky, as this session did." in said
    assert "feed:https://a.example/f cannot be heard again" in said
    assert follow._as_before(tmp_path / "none.tartantm") == []


@pytest.mark.parametrize("by", NamedBy)
def test_follow_says_who_named_its_sources(
    by: NamedBy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(tmp_path / "a.tartantm", evening("mastodon:http://127.0.0.1:9"))
    asked: list[NamedSource] = []

    def none(given: Sequence[NamedSource], *_: object) -> SourceSet:
        asked.extend(given)
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
    assert asked.answer(True).notes == ["The token is not sent."]
