"""The README's commands, agenda and settings are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tartantm.agenda_files.load import parse
from tartantm.cli.main import parse as parse_command
from tartantm.settings.config import load

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text("utf-8") if README.exists() else ""


def test_the_agenda_in_the_readme_can_be_read() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
    agenda = parse(blocks[0], "agenda.toml")
    assert [question.id for question in agenda.questions] == ["Q1", "Q1a"]


def test_the_settings_in_the_readme_can_be_read(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", TEXT, re.S)
    path = tmp_path / "config.toml"
    path.write_text(blocks[1], encoding="utf-8")
    assert load(path).theme == "paper"


@pytest.mark.parametrize("written", sorted(set(re.findall(r"`tartantm ([^`\n]+)`", TEXT))))
def test_commands_in_the_readme_exist(written: str) -> None:
    words = written.replace("[", "").replace("]", "").split("--format")[0].split(" >")[0].split()
    parse_command(words if len(words) > 1 or words[0] != "erase" else [*words, "x"])
