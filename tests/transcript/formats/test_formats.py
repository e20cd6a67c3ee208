"""Markdown, JSON, CSV and plain text, each read back by a parser of its format."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tartantm.core.post import clean
from tartantm.transcript.formats.csv import COLUMNS, cell
from tartantm.transcript.formats.json import schema
from tartantm.transcript.formats.markdown import md
from tests.transcript.evening import PEOPLE, Evening, big, small
from tests.transcript.reading import Page, export_text

jsonschema = pytest.importorskip("jsonschema")

DELE = PEOPLE["dele"]


def as_json(evening: Evening, **options: Any) -> Any:
    return json.loads(export_text(evening.chat, "json", **options))


def rows(evening: Evening, **options: Any) -> list[dict[str, str]]:
    text = export_text(evening.chat, "csv", **options)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


# JSON


def test_json_is_the_published_format() -> None:
    rules = schema()
    jsonschema.Draft202012Validator.check_schema(rules)
    check = jsonschema.Draft202012Validator(
        rules, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    for evening in (small(), big(150), Evening()):
        for options in ({}, {"include_hidden": True}, {"x_text": "link"}):
            check.validate(as_json(evening, **options))


def test_json_holds_the_contract_s_keys_in_their_order() -> None:
    read = as_json(small())
    assert list(read)[:2] == ["format", "version"]
    assert (read["format"], read["version"]) == ("tartantm-transcript", 1)
    wanted = "id network url author created_at text reply_to repost_of quote_of language question"
    wanted += " placed_by reason confidence in_inbox starred marks note hidden folded_into"
    assert list(read["posts"][0])[:20] == wanted.split()
    keys = ["id", "text", "parent", "opened_at", "closed_at", "summary"]
    assert list(read["questions"][0])[:6] == keys


def test_json_times_are_utc_and_posts_stand_by_time() -> None:
    posts = as_json(big(80))["posts"]
    times = [datetime.fromisoformat(post["created_at"]) for post in posts]
    assert times == sorted(times) and all(at.tzinfo == UTC for at in times)


def test_json_has_folds_hidden_ones_and_words_as_written() -> None:
    posts = {post["text"]: post for post in as_json(small(), include_hidden=True)["posts"]}
    assert posts["Pills! pills.example"]["hidden"] is True
    assert posts["A1 You write less policy and hold more conversations.\n\nAnd you keep at it."]
    folded = [post for post in as_json(small())["posts"] if post["folded_into"]]
    assert [(post["number"], post["anchor"]) for post in folded] == [(13, None), (14, None)]
    assert any("👏👏👏👏👏" in text for text in posts)


def test_json_survives_what_utf8_cannot_hold() -> None:
    e = Evening()
    e.post(1, DELE, "fine", reason="lone \ud83d", by="\ud83d")
    assert as_json(e)["posts"][0]["reason"] == "lone \ufffd"


# CSV


def test_csv_for_excel() -> None:
    text = export_text(small().chat, "csv")
    assert text.startswith("\ufeff" + ",".join(COLUMNS) + "\r\n")
    assert text.endswith("\r\n")
    read = rows(small())
    assert len(read) == 15 and {len(row) for row in read} == {len(COLUMNS)}
    calum = next(row for row in read if row["number"] == "8")
    assert calum["handle"] == "calum@mastodon.example" and calum["starred"] == "yes"
    assert calum["text"].count("\n") == 2 and calum["time_local"] == "2012-06-20T18:03:00+01:00"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@a",
        "\t=1",
        " =1",
        "\u200b=1",
        "\n=1",
        "＝1",
        "\ufeff=1",
        "\r=1",
        "\u3000-1",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    e = Evening()
    e.post(1, DELE, text)
    (row,) = rows(e)
    assert row["text"].startswith("'") and row["text"].endswith(text[-1])


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_every_cell_reads_back_as_one_cell(text: str) -> None:
    ((read, last),) = csv.reader(io.StringIO(f"{cell(text)},x\r\n", newline=""))
    assert last == "x" and not re.match(r"\s*[=+\-@\t\r]", read)


# Markdown


def rendered(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


SPECIAL = "\\`*_{}[]()#+-.!|~<>&= 1a:$^\"'"
LINES = (
    "\n",
    "\n\n",
    "a\n=",
    "a\n-",
    "\n\n1) ",
    "\n\n1. ",
    "\n\n- ",
    "\n\n+ ",
    "\n# ",
    "\n> ",
    "\n~~~",
)
"""What begins something at the start of a line: rarely come upon a letter at a time."""


def written_of(*pieces: str, most: int) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), max_size=most).map("".join)


@given(st.lists(written_of(*SPECIAL, *LINES, most=20), min_size=5, max_size=9))
@settings(max_examples=70, deadline=None)
def test_markdown_shows_words_as_they_were_written(texts: list[str]) -> None:
    e = Evening()
    for text in texts:
        e.post(1, DELE, text, "Q1")
    source = export_text(e.chat, "markdown").partition("\n---\n")[2]
    page = Page(rendered(source))
    quotes = [element.text for element in page.all("blockquote")]
    kept = ["".join(clean(text).split()) for text in texts]
    assert ["".join(quote.split()) for quote in quotes] == [each for each in kept if each]
    assert {element.tag for element in page.elements} <= {
        *("h1", "h2", "p", "ul", "li", "strong", "a", "blockquote", "br")
    }


@given(written_of(*SPECIAL, "1) ", "- ", "\t", most=20))
@settings(max_examples=200, deadline=None)
def test_a_line_of_markdown_is_that_line(text: str) -> None:
    line = clean(text, lines=False)
    page = Page(rendered(f"x {md(line)} x\n\n{md(line)}"))
    assert {element.tag for element in page.elements} <= {"p"}
    assert "".join("".join(page.text).split()) == "".join(f"x{line}x{line}".split())


def test_no_viewer_makes_links_of_what_is_none() -> None:
    assert md("see WWW.a.example or https://b@c.example.") == (
        "see WWW\\.a.example or https\\://b@c.example."
    )


def test_markdown_of_a_post() -> None:
    text = export_text(small().chat, "markdown")
    assert "\n## Q2a And a policy on top?\n" in text
    assert (
        "\n**Calum Sample** (18:03, [\\#8](<https://mastodon.example/@calum/108000000000000003>);"
        " @calum@mastodon.example, Mastodon, highlight, decision, edited 18:05)\n\n"
        "> A1 You write less policy and hold more conversations.\n>\n> And you keep at it.\n"
        in text
    )
    assert text.startswith('---\ntitle: "Public sector comms is at a crossroads"\n')


def test_markdown_keeps_lines() -> None:
    e = Evening()
    e.post(1, DELE, "one\ntwo\n\n- three")
    assert "> one\\\n> two\n>\n> \\- three\n" in export_text(e.chat, "markdown")


# Plain text


def test_text_is_a_line_a_paragraph() -> None:
    text = export_text(small().chat, "text")
    assert "\n== Q1 Are the days of just getting on with it over?\n" in text
    assert (
        "[18:03] Calum Sample: A1 You write less policy and hold more conversations.\n"
        "    And you keep at it.\n    (#8, highlight, decision, edited 18:05)\n" in text
    )
    assert (
        "[18:18] Morag: We wrote ours on a beer mat.\n    (#16, action, said in Glasgow)\n" in text
    )


def test_text_keeps_right_to_left_names_to_themselves() -> None:
    text = export_text(small().chat, "text")
    assert "[18:04] \u2068ليلى مثال\u2069: نعم" in text
    for line in text.split("\n"):
        assert line.count("\u2068") == line.count("\u2069")


def test_text_wraps_where_asked_to() -> None:
    text = export_text(big(60).chat, "text", width=60)
    long = [line for line in text.split("\n") if len(line) > 60]
    assert all("https://" in line or " " not in line.strip() for line in long)
    assert max(map(len, export_text(big(60).chat, "text").split("\n"))) > 120
