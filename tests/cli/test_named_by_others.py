"""Whoever has no post here any more is told of by where others name them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.cli.named_by_others import named_by_others
from tartantm.core import events as ev
from tartantm.core.post import Author
from tartantm.store.session import Session
from tests.builders import AGENDA, at, captured, chat_of, post

AILSA = Author("ailsaex", "Ailsa Madeup", "7")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Ailsa's only post was deleted; three of others name her."""
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            *captured(
                post("1", "Hello", author=AILSA),
                post("2", "Thanks Ailsa Madeup", author="calum"),
                post("3", "See #AilsaMadeup and @ailsaex", author="dele"),
                post("4", "Ailsa Madeup again", author="dele"),
            )
        )
        session.record(ev.Deleted(("x:1",), at(9)))
    return path


@pytest.mark.parametrize("command", ["erase", "redact", "mute"])
@pytest.mark.parametrize(
    ("written", "stands", "phrase"),
    [
        ("ailsa madeup", " and 2 more", "'ailsa madeup'"),
        ("ailsaex", "", "ailsaex"),
        ("@ailsaex@x", "", "ailsaex"),
    ],
)
def test_others_still_name_who_has_no_post_any_more(
    path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    written: str,
    stands: str,
    phrase: str,
) -> None:
    with Session(path) as session:
        number = session.chat.entries["x:2" if stands else "x:3"].seq
    assert run([command, str(path), "--author", written, "--yes"]) == 2
    assert capsys.readouterr().err == (
        f"tartantm: Nobody of that name has a post here; the name stands in #{number}{stands}."
        f" tartantm redact {path} --phrase {phrase} withholds it.\n"
    )
    assert run(["redact", str(path), "--phrase", phrase.strip("'"), "--yes"]) == 0


def test_names_of_authors_and_ordinary_words_name_nobody_else() -> None:
    author = Author("calum", "Calum Sample", "17")
    chat = chat_of(
        *captured(post("1", "We will see @will", author=author)), ev.Noted("x:1", "Of Rhona")
    )
    for written in ("Calum", "will", "Rhona", "nobody", "", "@"):
        assert named_by_others(chat, Path("evening"), written) is None
