"""Every mark is known wherever marks are listed: a forgotten place fails here, with its name."""

from __future__ import annotations

from typing import get_args

import pytest

from tartantm.cli.main import parse
from tartantm.core.events import Mark
from tartantm.desk.commands.table import COMMANDS
from tartantm.transcript import build
from tartantm.transcript.formats import phrases
from tartantm.transcript.formats.json import schema

MARKS: tuple[Mark, ...] = get_args(Mark)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_is_known_everywhere(mark: Mark) -> None:
    assert mark in phrases.MARKS, "its name on a post is missing"
    assert mark in phrases.OUTCOMES, "the heading of the list of such posts is missing"
    assert mark in build.MARKS, "its place in the transcript is missing"
    assert mark in schema()["$defs"]["post"]["properties"]["marks"]["items"]["enum"]
    assert parse(["mark", "evening", mark, "1"]).mark == mark
    (marking,) = (command for command in COMMANDS if command.id == "note.mark")
    assert f"m {mark[0]} {mark}" in marking.help


def test_a_letter_is_enough_to_mark() -> None:
    assert len({mark[0] for mark in MARKS}) == len(MARKS), "the desk marks by the first letter"
