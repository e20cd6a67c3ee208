"""Hostile strings in every field of everything, uncleaned, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.transcript.evening import Evening
from tests.transcript.hostile import OWN, hostile, plainly
from tests.transcript.reading import Page, export_text, squeezed

TAGS = {
    *("html", "head", "meta", "title", "link", "style", "body", "a", "svg", "defs", "pattern"),
    *("path", "mask", "rect", "g", "text", "div", "header", "p", "h1", "h2", "h3", "dl", "dt"),
    *("dd", "time", "nav", "ol", "ul", "li", "span", "main", "section", "article", "bdi", "b"),
    *("details", "summary", "figure", "figcaption", "table", "caption", "thead", "tbody", "tr"),
    *("th", "td", "footer"),
}
ATTRIBUTES = {
    *("aria-hidden", "aria-label", "aria-labelledby", "charset", "class", "content", "d"),
    *(
        "data-n",
        "data-redacted",
        "datetime",
        "dir",
        "fill",
        "focusable",
        "height",
        "href",
        "http-equiv",
        "id",
        "itemprop",
    ),
    *(
        "itemref",
        "itemscope",
        "itemtype",
        "lang",
        "mask",
        "name",
        "patternunits",
        "property",
        "rel",
        "role",
    ),
    *("scope", "shape-rendering", "text-anchor", "width", "x", "y"),
}
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
OPTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"include_hidden": True, "pseudonyms": "all"},
    {"noindex": True, "x_text": "link", "pseudonyms": "participants"},
)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("evening", [hostile(), plainly(OWN)], ids=["everywhere", "plainly"])
def test_the_page_has_no_element_or_attribute_of_theirs(
    evening: Evening, options: dict[str, Any]
) -> None:
    html = export_text(evening.chat, "html", **options)
    page = Page(html)
    for element in page.elements:
        assert element.tag in TAGS
        assert element.attributes.keys() <= ATTRIBUTES, element
        href = element.attributes.get("href")
        if href is not None:
            assert re.match(r"(https?://[^/]|#|data:,$)", href), href
            assert not re.search(r"[\s\"'<>\\]", href)
        for name in ("id", "class", "lang", "rel", "role"):
            assert re.fullmatch(r"[\w .-]*", element.attributes.get(name) or "")
    assert not page.comments
    assert len(page.all("style")) == 1 and "pwn" not in page.one("style").text
    assert not CONTROL.search(html) and not DIRECTION.search(html)


def test_the_page_says_all_of_it_as_text() -> None:
    text = squeezed("".join(Page(export_text(plainly(OWN).chat, "html")).text))
    for string in OWN:
        assert squeezed(string) in text


def test_links_lead_where_they_say() -> None:
    for link in Page(export_text(hostile().chat, "html")).all("a"):
        read = re.match(r"\s*https?://([^/?#\s\"'<>]+)", link.text)
        if read:
            assert re.split("[/?#]", link["href"])[2].casefold() == read[1].casefold()


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_markdown_lets_nothing_live(options: dict[str, Any]) -> None:
    source = export_text(hostile().chat, "markdown", **options)
    assert not CONTROL.search(source) and not DIRECTION.search(source)
    markdown = MarkdownIt("commonmark", {"html": True})
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    page = Page(markdown.render(re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.S)))
    assert {element.tag for element in page.elements} <= {
        *("h1", "h2", "h3", "p", "ul", "ol", "li", "strong", "a", "blockquote", "br")
    }
    for element in page.elements:
        assert element.attributes.keys() <= {"href", "start"}
        assert element.tag != "a" or element["href"].startswith(("https://", "http://"))


def test_csv_stays_a_table_without_formulas() -> None:
    text = export_text(hostile().chat, "csv")
    assert not CONTROL.search(text.replace("\r\n", "\n"))
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert {len(row) for row in read} == {len(read[0])}
    for cell in (cell for row in read for cell in row):
        assert not re.match(r"\s*[=+\-@\t\r]", cell)


def test_text_has_no_controls_and_closes_directions() -> None:
    text = export_text(hostile().chat, "text")
    assert not CONTROL.search(text)
    for line in text.split("\n"):
        assert not re.search("[\u202a-\u202e\u2066\u2067]", line)
        assert line.count("\u2068") == line.count("\u2069")


def test_json_is_json() -> None:
    evening = hostile()
    read = json.loads(export_text(evening.chat, "json", include_hidden=True))
    assert len(read["posts"]) == evening.posts
