"""Sentences in a terminal and in a file."""

from __future__ import annotations

import io

import pytest

from tartantm.cli.fitted import fitted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


WORDS = "  ok        A sentence that is much longer than the forty columns of http://a.example/a-b"


def test_in_a_terminal_lines_end_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "41")
    told = fitted(f"{WORDS}\nMore.", Terminal(), 12)
    first, second, *_, address, more = told.split("\n")
    assert first == "  ok        A sentence that is much"
    assert second == "            longer than the forty"
    assert address.endswith("http://a.example/a-b") and more == "More."
    assert " ".join(told.split()) == " ".join(f"{WORDS} More.".split())


def test_for_programs_they_stay_one_line() -> None:
    closed = io.StringIO()
    closed.close()
    assert fitted(WORDS, io.StringIO()) == fitted(WORDS, closed) == WORDS
