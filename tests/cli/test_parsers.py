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
