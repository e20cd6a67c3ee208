"""Stories of Storify, of every age of its API. All posts are invented."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartantm.archives.formats.storify import LEFT_OUT
from tartantm.archives.reading import Reading
from tartantm.core.errors import BadInput
from tartantm.core.post import Post

ID = "215486340497342466"
AT = datetime(2012, 6, 20, 16, 48, 41, tzinfo=UTC)
QUOTE = {
    "eid": "2",
    "type": "quote",
    "permalink": f"http://twitter.com/ailsa/status/{ID}",
    "posted_at": "2012-06-20T16:48:41.000Z",
    "source": {"name": "twitter", "username": "ailsa", "href": "http://twitter.com"},
    "attribution": {"name": "Ailsa Example", "username": "ailsa", "thumbnail": "x"},
    "data": {"quote": {"text": "A1 Why &amp; how? #pretend", "username": "ailsa"}},
}
WORDS = {
    "eid": "1",
    "type": "text",
    "source": {"name": "storify"},
    "posted_at": "2012-06-20T18:00:00.000Z",
    "data": {"text": "<p>It began at six.</p>"},
}
LINK = {
    "eid": "4",
    "type": "link",
    "permalink": "http://e.example",
    "source": {"name": "e.example"},
    "data": {"link": {"title": "A page", "description": "words"}},
}
FACEBOOK = {
    "eid": "3",
    "type": "quote",
    "permalink": "http://www.facebook.com/1/posts/2",
    "posted_at": "2012-06-20T17:05:10.000Z",
    "source": {"name": "facebook"},
    "attribution": {"name": "Bruno Sample"},
    "data": {"quote": {"text": "From <b>afar</b> #pretend"}},
}
OLD = {
    "source": "twitter",
    "elementClass": "tweet",
    "permalink": f"http://twitter.com/#!/ailsa/status/{ID}",
    "title": "A1 Why &amp; how? #pretend",
    "description": "A1 Why &amp; how? #pretend",
    "author": {"username": "ailsa", "href": "http://twitter.com/ailsa", "name": "Ailsa Example"},
    "created_at": str(int(AT.timestamp())),
}


def story(*elements: Any, **more: Any) -> dict[str, Any]:
    told = {"sid": "1", "slug": "pretend", "title": "Pretend", "elements": list(elements)}
    return {"content": told | more, "code": 200}


def of(tmp_path: Path, value: Any) -> tuple[list[Post], Reading]:
    path = tmp_path / "story"
    path.write_bytes(json.dumps(value).encode())
    reading = Reading([path])
    return [item for item in reading.items() if isinstance(item, Post)], reading


@pytest.mark.parametrize(
    "value",
    [
        story(WORDS, QUOTE, LINK),
        story(WORDS, QUOTE, LINK)["content"],
        {"content": story()["content"] | {"elements": {"0": WORDS, "1": QUOTE, "2": LINK}}},
        {"sid": "1", "permalink": "http://storify.com/moira/x", "elements": [OLD]},
        [OLD],
        [WORDS, QUOTE],
    ],
)
def test_quotes_of_posts_are_posts(tmp_path: Path, value: Any) -> None:
    (post,), reading = of(tmp_path, value)
    assert post.id == f"x:{ID}" and post.text == "A1 Why & how? #pretend"
    assert post.author.handle == "ailsa" and post.author.name == "Ailsa Example"
    assert post.created_at == AT and post.hashtags == ("pretend",)
    (file,) = reading.files
    assert [form.name for form in file.formats] == ["storify"] and not file.damaged


def test_what_is_no_post_is_counted(tmp_path: Path) -> None:
    posts, reading = of(tmp_path, story(WORDS, QUOTE, LINK))
    assert len(posts) == 1 and reading.files[0].doubts == {LEFT_OUT: 2}


def test_the_time_is_in_the_id(tmp_path: Path) -> None:
    (post,), _ = of(tmp_path, story(QUOTE | {"posted_at": "2012-06-25T00:00:00Z"}))
    assert post.created_at == AT


def test_links_in_html_stay_links(tmp_path: Path) -> None:
    text = 'A1 <a href="http://e.example/page">http://e.example/page</a> #pretend'
    (post,), _ = of(tmp_path, story(QUOTE | {"data": {"quote": {"text": text}}}))
    assert post.text == "A1 http://e.example/page #pretend"
    assert [link.url for link in post.links] == ["http://e.example/page"]


def test_posts_elsewhere_have_author_time_and_words(tmp_path: Path) -> None:
    (post,), _ = of(tmp_path, story(FACEBOOK))
    assert post.id == "feed:http://www.facebook.com/1/posts/2" and post.text == "From afar #pretend"
    assert post.author.name == "Bruno Sample" and post.hashtags == ("pretend",)
    for gone in ("posted_at", "attribution"):
        kept = {key: value for key, value in FACEBOOK.items() if key != gone}
        posts, reading = of(tmp_path, story(kept, QUOTE))
        assert len(posts) == 1
        assert "does not say who wrote it, or when" in reading.files[0].damaged[0].reason


def test_a_picture_on_x_is_a_post(tmp_path: Path) -> None:
    picture = QUOTE | {"type": "image", "data": {"image": {"src": "x", "caption": "A1 #pretend"}}}
    (post,), _ = of(tmp_path, story(picture))
    assert post.id == f"x:{ID}" and post.text == "A1 #pretend"


def test_an_empty_story(tmp_path: Path) -> None:
    assert of(tmp_path, story())[0] == []


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_anything_anywhere(tmp_path: Path, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from([QUOTE, WORDS, LINK, FACEBOOK, OLD]))
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(value)), JSON, max_size=4))
    if data.draw(st.booleans()):
        changed["data"] = {"quote": {"text": data.draw(JSON), "username": data.draw(JSON)}}
    for each in (story(value | changed), value | changed, story(elements=data.draw(JSON))):
        try:
            posts, _ = of(tmp_path, each)
        except BadInput:
            continue
        repr(posts).encode()
