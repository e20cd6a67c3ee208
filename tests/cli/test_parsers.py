from __future__ import annotations

from argparse import ArgumentParser
from importlib import import_module
from typing import Any

import pytest

from tartantm.cli.main import parse
from tartantm.cli.parsers import COMMANDS


def asked(*arguments: str) -> None:
    """Ask for help."""
    with pytest.raises(SystemExit) as end:
        parse(arguments)
    assert end.value.code == 0


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_listed_has_help_and_somebody_who_carries_it_out(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call, words, _ = COMMANDS[name]
    asked("--help")
    assert f"  {name:<12}{words}\n" in capsys.readouterr().out
    asked(name, "--help")
    assert f"usage: tartantm {name} " in capsys.readouterr().out
    if call:
        module, function = call.split(":")
        assert callable(getattr(import_module(f"tartantm.cli.{module}"), function))


def test_help_as_a_word_is_as_good(capsys: pytest.CaptureFixture[str]) -> None:
    asked("--help")
    asked("run", "--help")
    meant = capsys.readouterr().out
    asked("help")
    asked("help", "run")
    assert capsys.readouterr().out == meant


def test_help_makes_one_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    made, init = [], ArgumentParser.__init__

    def counted(self: ArgumentParser, *given: Any, **named: Any) -> None:
        made.append(self)
        init(self, *given, **named)

    monkeypatch.setattr(ArgumentParser, "__init__", counted)
    asked("--help")
    asked("star", "--help")
    assert len(made) == 2


@pytest.mark.parametrize("command", ["erase", "redact", "mute"])
def test_a_sign_in_full_width_names_an_author_too(command: str) -> None:
    given = parse([command, "e", "--author", "＠ailsaex", "--also", "ailsaex＠mastodon"])
    assert (given.author, given.also) == ("@ailsaex", ["ailsaex@mastodon"])


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ("open s.tartantm --from 57 Q2", "question", "Q2"),
        ("open --from 57 s.tartantm Q2", "question", "Q2"),
        ("posts s.tartantm --with words inbox", "list", "inbox"),
        ("note s.tartantm 57 --despite-damage ask her", "words", ["ask", "her"]),
        ("amend s.tartantm 57 --at 18:20 Ewan: yes", "words", ["Ewan:", "yes"]),
        ("place s.tartantm --with-replies Q2 57 58", "posts", ["57", "58"]),
    ],
)
def test_options_stand_where_people_write_them(written: str, name: str, value: object) -> None:
    assert getattr(parse(written.split()), name) == value


@pytest.mark.parametrize("written", ["open s Q2 more", "account list more", "inbox s --no"])
def test_what_a_command_does_not_take_is_refused(
    written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(written.split())
    assert ended.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err
