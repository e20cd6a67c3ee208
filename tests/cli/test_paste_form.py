"""The guided form of `import`. All people and words are invented."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.archives.formats.paste import ASKED, described
from tartantm.archives.paste import posts_in, posts_of
from tartantm.archives.reading import Reading
from tartantm.archives.shape import Context
from tartantm.cli.paste_form import ask_layout
from tartantm.core.errors import BadInput
from tartantm.core.post import Post

CHAT = datetime(2012, 6, 20, 17, tzinfo=UTC)
CONTEXT = Context(ZoneInfo("Europe/London"), day=CHAT)


def answering(*answers: str) -> Callable[[str], str]:
    waiting = iter(answers)

    def ask(words: str) -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return ask


def told(text: str, *answers: str, context: Context = CONTEXT) -> tuple[list[Post], str]:
    said: list[str] = []
    lines = text.split("\n")
    layout = ask_layout(lines, answering(*answers), context, said.append)
    read = posts_of(enumerate(lines, 1), layout, context)
    return [post for _, parsed in read for post in posts_in(parsed)], "\n".join(said)


def test_what_is_recognised_is_shown_and_only_agreed_to() -> None:
    found, said = told("18:05 Ailsa: We publish\n18:06 Calum: So do we\n", "", "", "")
    assert [(post.author.name, post.text) for post in found] == [
        ("Ailsa", "We publish"),
        ("Calum", "So do we"),
    ]
    assert "  2012-06-20 18:05  Ailsa: We publish" in said and "2 posts." in said


def test_what_is_not_recognised_is_described() -> None:
    text = "Ailsa // 18:05 // We publish\nCalum // 18:06 // So do we\n"
    answers = ("words", "name // time // words", "y", "2012-06-21", "Europe/Rome")
    found, said = told(text, *answers)
    assert [post.created_at for post in found] == [
        datetime(2012, 6, 21, 16, 5, tzinfo=UTC),
        datetime(2012, 6, 21, 16, 6, tzinfo=UTC),
    ]
    assert "it has to say where the name stands" in said


def test_a_wrong_guess_is_corrected() -> None:
    text = "Ailsa: 18:05: We publish\nCalum: 18:06: So do we\n"
    found, _ = told(text, "n", "name: time: words", "", "", "")
    assert [(post.author.name, post.text, post.undated) for post in found] == [
        ("Ailsa", "We publish", False),
        ("Calum", "So do we", False),
    ]


def test_the_day_is_asked_for_only_where_times_name_none() -> None:
    text = "20/06/2012, 18:05 - Ailsa: We publish\n20/06/2012, 18:06 - Calum: So do we\n"
    found, _ = told(text, "", "")
    assert found[0].created_at == CHAT.replace(minute=5)
    nothing = Context(ZoneInfo("Europe/London"))
    layout = ask_layout(
        ["18:05 Ailsa: one", "18:06 Calum: two"],
        answering("", "", "in June", "20 June 2012", ""),
        nothing,
        lambda _: None,
    )
    assert layout.day == date(2012, 6, 20)


def test_who_you_are_is_asked() -> None:
    found, _ = told("18:05 You: mine\n18:06 Calum: his\n", "", "", "", "Ailsa Example")
    assert [post.author.name for post in found] == ["Ailsa Example", "Calum"]


def test_without_answers_nothing_comes_of_it() -> None:
    with pytest.raises(BadInput, match="nothing was stored"):
        told("18:05 Ailsa: We publish", "n")


def test_a_file_is_read_as_was_said(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text("Ailsa // 18:05 // We publish\n", "utf-8")
    layout = ask_layout(
        path.read_text("utf-8").split("\n"),
        answering("name // time // words", "", "", ""),
        CONTEXT,
        lambda _: None,
    )
    reading = Reading([path], Context(CONTEXT.zone, day=CHAT, memory={ASKED: described(layout)}))
    (post,) = reading.items()
    assert isinstance(post, Post) and post.text == "We publish"
    assert reading.files[0].formats[0].shown == "plain text (name // time // words)"


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=8))
@settings(deadline=None)
def test_nothing_that_is_pasted_or_answered_is_a_fault(text: str, answers: list[str]) -> None:
    said: list[str] = []
    with suppress(BadInput):
        ask_layout(text.split("\n"), answering(*answers), CONTEXT, said.append)
    assert not any("\x1b" in words for words in said)
