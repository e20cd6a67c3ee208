"""What holds for every sentence that the program says, read in its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import tartantm

PACKAGE = Path(tartantm.__file__).parent


def said(source: str) -> Iterator[tuple[int, str]]:
    """The texts in a module with their lines; docstrings are not said to anybody."""
    documents: set[int] = set()
    for node in ast.walk(ast.parse(source)):  # what holds a node comes before it
        match node:
            case ast.Expr():
                documents.add(id(node.value))
            case ast.Constant(value=str(text)) if id(node) not in documents:
                yield node.lineno, text


def breaches(folder: Path, words: str) -> list[str]:
    return [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(folder.rglob("*.py"))
        for line, text in said(path.read_text("utf-8"))
        if words in text
    ]


def test_commands_are_quoted_in_one_way() -> None:
    assert breaches(PACKAGE, "`tartantm ") == [], "write 'tartantm paths'"


@pytest.mark.parametrize("words", ["tried again", "tries again"])
def test_a_network_does_not_say_that_it_is_tried_again(words: str) -> None:
    """Who shows its sentence says whether and when: `doctor` does not try again."""
    assert breaches(PACKAGE / "networks", words) == []


def test_docstrings_are_not_said_and_parts_of_sentences_are() -> None:
    source = '"""`tartantm a`"""\nx = 1\n"""`tartantm b`"""\ny = f"`tartantm {x}` c"\n'
    assert [text for _, text in said(source) if "`" in text] == ["`tartantm ", "` c"]
