"""JSON Feed: the same posts as by RSS or Atom. All posts are invented."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives.formats import json_feed
from tartantm.archives.read import read
from tartantm.core.post import Post

SITE = "https://shed.example/"
VERSION = "https://jsonfeed.org/version/1.1"
ITEM = {
    "id": f"{SITE}1",
    "url": f"{SITE}1",
    "content_html": "<p>A1: we <b>publish</b> &amp; learn</p>",
    "date_published": "2020-06-17T18:05:00+01:00",
    "tags": ["pretend", 7],
    "attachments": [{"url": f"{SITE}1.png", "mime_type": "image/png"}],
}
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Sheds</title>
<link rel="alternate" href="{SITE}"/><author><name>Ailsa Example</name><uri>{SITE}</uri></author>
<entry><id>{SITE}1</id><link rel="alternate" href="{SITE}1"/>
<published>2020-06-17T18:05:00+01:00</published>
<content type="html">&lt;p&gt;A1: we &lt;b&gt;publish&lt;/b&gt; &amp;amp; learn&lt;/p&gt;</content>
<link rel="enclosure" href="{SITE}1.png" type="image/png"/><category term="pretend"/></entry>
</feed>"""


def feed(*items: Any, **more: Any) -> dict[str, Any]:
    made = {"version": VERSION, "title": "Sheds", "home_page_url": SITE, "items": list(items)}
    return made | {"authors": [{"name": "Ailsa Example", "url": SITE}]} | more


def posts(tmp_path: Path, content: str) -> list[Post]:
    path = tmp_path / "feed"
    path.write_text(content, "utf-8")
    return [item for item in read(path).heard if isinstance(item, Post)]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_entry_is_the_same_post_as_by_atom(tmp_path: Path, indent: int | None) -> None:
    (post,) = posts(tmp_path, json.dumps(feed(ITEM), indent=indent))
    assert [post] == posts(tmp_path, ATOM)
    assert post.text == "A1: we publish & learn" and post.hashtags == ("pretend",)
    assert post.created_at == datetime(2020, 6, 17, 17, 5, tzinfo=UTC)
    assert post.author.name == "Ailsa Example" and post.id == f"feed:{SITE}1"


def test_version_1_and_what_is_left_out(tmp_path: Path) -> None:
    bare = {"id": 2, "content_text": "A2 < A1 & so\non", "author": {"name": "Calum"}}
    made = feed(bare, version="https://jsonfeed.org/version/1", authors=None, title=None)
    (post,) = posts(tmp_path, json.dumps(made).replace("/", r"\/"))
    assert post.text == "A2 < A1 & so\non" and post.author.name == "Calum" and post.undated


def test_a_damaged_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_text(json.dumps(feed(ITEM))[:-20], "utf-8")
    found = read(path)
    assert not found.heard and len(found.damaged) == 1


KEYS = st.sampled_from(
    [*ITEM, "authors", "author", "items", "title", "content_text", "name", "url"]
)
VALUES = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6), VALUES)
def test_nothing_in_a_value_makes_it_raise(value: dict[str, Any], item: Any) -> None:
    made = json_feed._atom(value | {"items": [item, value]})
    assert ElementTree.fromstring(made).tag == "{http://www.w3.org/2005/Atom}feed"
