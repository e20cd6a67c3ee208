"""Carried posts are shown as context in every format, and what is withheld of them in none."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.archives.own_format import read_line
from tartantm.archives.read import read
from tartantm.archives.restore import restore
from tartantm.core import events as ev
from tartantm.core.carried import CONTEXT
from tartantm.core.chat import Chat
from tartantm.core.post import Author, Post
from tartantm.transcript import FORMATS, ExportOptions
from tartantm.transcript.build import build
from tartantm.transcript.export import ExportContext
from tartantm.transcript.visibility import PublicView
from tests.builders import START, captured, chat_of, happen, post

CAT = post("101", "Publish the spending every month", author="cat", url="https://x.example/cat/101")
CUT = Post("x:102", Author("dee"), START, "Maps drawn by everybo…", undated=True)
EVE = post("103", "Where does it begin", author="eve")


def evening(*more: ev.Event) -> Chat:
    def carried(of: Post, by: str) -> ev.Captured:
        return ev.Captured(of, CONTEXT, "x", by)

    return chat_of(
        carried(CAT, "x:1"),
        *captured(post("1", "A1 exactly", author="bram", quote_of="x:101")),
        carried(CUT, "x:2"),
        *captured(post("2", "RT @dee: Maps drawn by everybo…", author="bram", repost_of="x:102")),
        *captured(post("3", "RT @dee: Maps drawn by everybo…", author="fay", repost_of="x:102")),
        carried(EVE, "x:4"),
        *captured(post("4", "At the well", author="bram", reply_to="x:103")),
        *more,
    )


def written(chat: Chat, form: str, **options: Any) -> str:
    return "".join(ExportContext(chat, ExportOptions(**options)).pieces(FORMATS[form]))


@pytest.mark.parametrize("form", list(FORMATS))
def test_every_format_shows_words_and_author(form: str) -> None:
    text = written(evening(), form)
    for shown in ("Publish the spending every month", "Cat Example", "Maps drawn by everybo"):
        assert shown in text
    assert "Where does it begin" in text and "Eve Example" in text
    if form in ("html", "markdown", "text", "json", "archive"):
        assert "https://x.example/cat/101" in text


@pytest.mark.parametrize("form", ["html", "markdown", "text"])
def test_what_is_cut_says_by_whom_and_what_is_undated_says_no_time(form: str) -> None:
    text = written(evening(), form)
    assert "cut by X" in text and "bram" in text
    made = build(PublicView(evening(), ExportOptions()))
    (item,) = [each for each in made.posts if each.number and each.post.id == "x:2"]
    assert item.reposted and item.reposted.at is None and item.reposted.who == "@dee"
    assert item.post.text == "" and not item.counts


def test_nothing_of_it_is_counted() -> None:
    made = build(PublicView(evening(), ExportOptions()))
    assert (made.statistics.posts, made.statistics.people) == (2, 1)
    assert [one.name for one in made.participants] == ["Bram Example"]
    assert next(part.posts for part in made.parts if part.question) == 2
    assert (made.coverage.captured, made.coverage.shown, made.coverage.folded) == (4, 2, 2)
    assert "2 posts by 1 person, 1 repost of posts from elsewhere" in written(evening(), "text")


def test_json_and_csv_have_it_beside_the_post() -> None:
    posts = {one["id"]: one for one in json.loads(written(evening(), "json"))["posts"]}
    assert set(posts) == {"x:1", "x:2", "x:3", "x:4"}
    quoted = posts["x:1"]["quoted"]
    assert quoted["carried"] and quoted["text"] == CAT.text and quoted["author"]["handle"] == "cat"
    assert posts["x:2"]["reposted"]["cut"] and posts["x:2"]["reposted"]["created_at"] is None
    assert posts["x:4"]["replied_to"]["text"] == EVE.text and not posts["x:2"]["counted"]
    assert written(evening(), "csv").count("\r\n") == 5


WITHHOLDING: list[tuple[tuple[ev.Event, ...], dict[str, Any]]] = [
    ((ev.Hidden(("x:101",)),), {}),
    ((ev.Muted("author", "x:cat"),), {}),
    ((ev.Redacted("post", "x:101"),), {}),
    ((ev.Redacted("phrase", "Publish the spending every month"),), {}),
    ((ev.Deleted(("x:101",), START + timedelta(minutes=9)),), {}),
    ((ev.Hidden(("x:1",)),), {}),
    ((ev.Deleted(("x:1",), START + timedelta(minutes=9)),), {}),
    ((), {"x_text": "link"}),
]


@pytest.mark.parametrize("form", list(FORMATS))
@pytest.mark.parametrize(("events", "options"), WITHHOLDING)
def test_what_is_withheld_of_it_is_in_no_format(
    form: str, events: tuple[ev.Event, ...], options: dict[str, Any]
) -> None:
    assert "Publish the spending" not in written(evening(*events), form, **options)


@pytest.mark.parametrize("form", list(FORMATS))
def test_a_repost_goes_with_what_it_repeats(form: str) -> None:
    for event in (ev.Hidden(("x:102",)), ev.Muted("author", "x:dee")):
        assert "Maps drawn" not in written(evening(event), form)


@pytest.mark.parametrize("form", list(FORMATS))
def test_names_are_withheld_as_in_posts(form: str) -> None:
    redacted = written(evening(ev.Redacted("author", "x:cat")), form)
    assert "Cat Example" not in redacted and "cat/101" not in redacted
    numbered = written(evening(), form, pseudonyms="all")
    assert (
        "Cat Example" not in numbered and "@dee" not in numbered and EVE.author.name not in numbered
    )


def test_an_archive_says_what_only_came_along() -> None:
    lines = [json.loads(line) for line in written(evening(), "archive").splitlines()]
    carried = {line["post"]["id"] for line in lines if line.get("carried")}
    assert carried == {"x:101", "x:102", "x:103"}
    assert all(read_line(line) is not None for line in lines)


def test_an_archive_restores_it_as_context(tmp_path: Path) -> None:
    path = tmp_path / "evening.jsonl"
    path.write_text(written(evening(), "archive"), "utf-8")
    events = restore(read(path))
    chat = chat_of(*events)
    assert {each.id for each in chat.posts()} == {"x:1", "x:2", "x:3", "x:4"}
    assert written(chat, "text").count("Publish the spending every month") == 1
    assert chat.entries["x:101"].placement == CONTEXT


def test_hidden_context_is_shown_with_what_is_hidden_and_says_so() -> None:
    chat = evening()
    happen(chat, ev.Hidden(("x:101",)))
    text = written(chat, "text", include_hidden=True)
    assert "Publish the spending every month" in text and "hidden by the moderator" in text


def test_one_number_for_life() -> None:
    chat = evening()
    number = chat.entries["x:101"].number
    assert f"#{number}" in written(chat, "text")
    assert f"#{number}" in written(chat, "html")
    happen(chat, *captured(replace(CAT, text="Publish the spending every month, all of it")))
    assert chat.entries["x:101"].number == number
    assert build(PublicView(chat, ExportOptions())).statistics.posts == 3


def test_what_a_reposted_post_quotes_is_quoted_by_nobody_else() -> None:
    reposted = post("105", "Reposted words", author="dee", quote_of="x:101")
    chat = chat_of(
        ev.Captured(CAT, CONTEXT, "x", "x:5"),
        ev.Captured(reposted, CONTEXT, "x", "x:5"),
        *captured(post("5", "Reposted words", author="bram", repost_of="x:105", quote_of="x:101")),
    )
    for form in ("html", "markdown", "text"):
        text = written(chat, form)
        assert "Publish the spending every month" in text
        assert "quotes Cat" not in text


def test_a_repost_that_is_shown_is_not_told_as_shown_as_a_count() -> None:
    text = written(evening(), "text")
    assert "2 shown; 1 repost of posts from elsewhere; 1 repost shown as a count." in text
