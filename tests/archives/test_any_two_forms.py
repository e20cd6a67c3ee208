"""The same chat through any two forms that can hold it is the same chat. All posts are made up."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.archives.reading import Reading
from tartantm.archives.shape import Context
from tartantm.core.post import Post
from tartantm.networks.heard import Carried
from tests.archives import writers
from tests.archives.writers import WRITERS, Said, snowflake

BEGINS = datetime(2020, 6, 17, 17, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
SIGNS = st.sampled_from(list("aA1 #.,;:'\"&<>|/-–“”éßñłжش日本🙂\n\t=+(){}[]*_%"))
WORDS = st.text(SIGNS, min_size=1, max_size=60).map(lambda text: f"A1 {text.strip()} #madeup")


@st.composite
def chats(draw: st.DrawFn, *, links: bool = True) -> list[Said]:
    chat: list[Said] = []
    at = BEGINS
    for number in range(draw(st.integers(1, 8))):
        at += timedelta(seconds=draw(st.integers(1, 900)))
        post_id, handle = snowflake(at, number), draw(st.sampled_from(("ailsa", "bram", "cat_2")))
        other = draw(st.sampled_from(chat)) if chat else None
        match draw(st.sampled_from(("post", "reply", "quote", "repost"))) if other else "post":
            case "repost" if other and not other.reposts:
                chat.append(Said(post_id, handle, at, "", reposts=other))
            case kind:
                plain = other if other and not other.reposts else None
                chat.append(
                    Said(
                        *(post_id, handle, at, draw(WORDS)),
                        reply_to=plain if kind == "reply" else None,
                        quotes=plain if kind == "quote" else None,
                        link=draw(st.sampled_from(("", "https://site.example/page")))
                        if links
                        else "",
                    )
                )
    return chat


def imported(path: Path) -> dict[str, Post]:
    """The posts of a file or folder, by id."""
    reading = Reading([path], Context(zone=LONDON))
    posts = [item for item in reading.items() if isinstance(item, Post)]
    assert not [damage for found in reading.files for damage in found.damaged]
    return {post.id: post for post in posts}


def kept(post: Post, fields: set[str]) -> dict[str, Any]:
    """What of a post two forms can hold."""
    names = {"created_at", "text", "author"} | fields
    found = {name: getattr(post, name) for name in names}
    found["author"] = (post.author.handle, post.author.id, post.author.url)
    return found


def only(chat: list[Said], fields: set[str]) -> list[Said]:
    """The posts of a chat of which both forms know what they are."""
    return [said for said in chat if "repost_of" in fields or not said.reposts]


CARRYING = ("v2", "v1", "streamed", "found", "snscrape")
"""Forms in which whole posts stand within others."""


def carried(path: Path) -> list[Carried | str]:
    """What came along with posts, each right before the post that brought it."""
    reading = Reading([path], Context(zone=LONDON))
    return [
        item if isinstance(item, Carried) else item.id
        for item in reading.items()
        if isinstance(item, Post | Carried)
    ]


@pytest.mark.parametrize("form", CARRYING[1:])
@settings(deadline=None, max_examples=25)
@given(said=chats())
def test_the_same_comes_along(form: str, said: list[Said]) -> None:
    # Answers of v2 name accounts and threads beside the posts, which the older ones do not.
    with tempfile.TemporaryDirectory() as folder:
        one, other = (carried(writers.write(each, said, Path(folder))) for each in ("v2", form))
    assert [each if isinstance(each, str) else (each.post.id, each.by) for each in one] == [
        each if isinstance(each, str) else (each.post.id, each.by) for each in other
    ]
    for first, second in zip(one, other, strict=True):
        if isinstance(first, Carried) and isinstance(second, Carried):
            fields = {"text", "author", "created_at", "repost_of", "quote_of", "links"}
            assert kept(first.post, fields) == kept(second.post, fields)


PAIRS = list(pairwise(WRITERS))
"""Each is compared to the next, which compares all of them."""


@pytest.mark.parametrize("first, second", PAIRS)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_the_same_chat(first: str, second: str, data: st.DataObject) -> None:
    fields = WRITERS[first][1] & WRITERS[second][1]
    links = "links" in fields
    said = only(data.draw(chats(links=links)), fields)
    if not links:
        said = [each for each in said if not each.quotes]
    with tempfile.TemporaryDirectory() as folder:
        one, other = (imported(writers.write(form, said, Path(folder))) for form in (first, second))
    assert one.keys() == other.keys() == {f"x:{each.id}" for each in said}
    for post_id, post in one.items():
        assert kept(post, fields) == kept(other[post_id], fields)
        assert post.created_at == next(each.at for each in said if f"x:{each.id}" == post_id)


@pytest.mark.parametrize("form", WRITERS)
def test_no_form_loses_or_invents_a_post(form: str, tmp_path: Path) -> None:
    first = Said(snowflake(BEGINS, 0), "ailsa", BEGINS, "Q1 Why & how? #madeup")
    later = BEGINS + timedelta(minutes=1)
    reply = Said(snowflake(later, 1), "bram", later, "A1 “So”,\nand so #madeup", reply_to=first)
    posts = imported(writers.write(form, [first, reply], tmp_path))
    assert [*posts] == [f"x:{first.id}", f"x:{reply.id}"]
    assert posts[f"x:{first.id}"].text == first.words
    answer = posts[f"x:{reply.id}"]
    assert answer.text == reply.words
    if "reply_to" in WRITERS[form][1]:
        assert (answer.reply_to, answer.reply_to_handle) == (f"x:{first.id}", "ailsa")
    else:
        assert answer.thread == f"x:{first.id}"
