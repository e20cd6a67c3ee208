"""Whatever people write or paste to name a post leads to that post, or to one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.core.anchors import chat_tag, id_anchor, number_anchor
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.core.identity import gone_id, opaque_id
from tartantm.core.post import Author
from tartantm.moderation.references import PostReferences, in_words
from tartantm.store.session import Session
from tartantm.transcript import ExportOptions, export
from tests.builders import AGENDA, captured, chat_of, happen, post, recorded
from tests.erasing import erase
from tests.transcript.evening import small
from tests.transcript.reading import Page

SALT = "00" * 8
TAG = chat_tag(SALT)
X = "x:215501234567890123"
TOOT = "mastodon:https://m.example/users/ailsa/statuses/4000"
SKY = "bluesky:at://did:plc:abc/app.bsky.feed.post/3kxyz"
BLOG, OTHER = "feed:tag:blog.example,57", "feed:tag:blog.example,58"


def evening() -> Chat:
    """Posts #2 to #6, one of each network and a second one of the feed; #7 is no post."""
    return chat_of(
        *captured(
            post(X, url="https://x.com/ailsa/status/215501234567890123", aliases=("x:999",)),
            post(
                TOOT,
                url="https://m.example/@Ailsa/4000",
                aliases=("mastodon:other.example/77",),
                author=Author("ailsa@m.example", "Ailsa Example", "https://m.example/users/ailsa"),
            ),
            post(
                SKY,
                url="https://bsky.app/profile/did:plc:abc/post/3kxyz",
                author=Author("ailsa.example", "Ailsa Example", "did:plc:abc"),
            ),
            post(BLOG, url="https://blog.example/?p=57#more", author="blog.example"),
            post(OTHER, url="https://blog.example/?p=58", author="blog.example"),
        ),
        ev.Starred((X,)),
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *((written, 2) for written in ("2", "#2", " #2 ", "# 2", "＃２", "02", X, "x:999")),
        (opaque_id(SALT, X), 2),
        ("https://x.com/ailsa/status/215501234567890123", 2),
        ("http://www.twitter.com/Somebody/status/215501234567890123/?s=20&t=abc", 2),
        ("https://mobile.twitter.com/ailsa/status/215501234567890123/photo/1", 2),
        ("https://m.twitter.com/i/web/status/999#top", 2),
        ("x.com/ailsa/status/999", 2),
        ("<https://X.com/i/status/999>", 2),
        (TOOT, 3),
        ("https://m.example/@Ailsa/4000/", 3),
        ("http://m.example:80/@ailsa/4000?lang=gd#reply", 3),
        ("https://m.example/%40Ailsa/4000", 3),
        ("https://m.example/users/ailsa/statuses/4000", 3),
        ("https://m.example//users/ailsa//statuses/4000", 3),
        ("https://other.example/@ailsa@m.example/77", 3),
        ("https://other.example/web/@ailsa@m.example/77", 3),
        (SKY, 4),
        ("https://bsky.app/profile/did:plc:abc/post/3kxyz", 4),
        ("https://bsky.app/profile/ailsa.example/post/3kxyz?ref_src=embed", 4),
        ("https://blog.example/?p=57#more", 5),
        ("https://www.blog.example/?utm_source=a&p=57#more", 5),
        ("https://blog.example?p=58&fbclid=1", 6),
        (number_anchor(6, TAG), 6),
        (f"#{number_anchor(6, TAG).upper()}", 6),
        (f"https://chat.example/evening.html#{number_anchor(6, TAG)}", 6),
        (f"file:///home/me/evening.html#{number_anchor(6, TAG)}", 6),
        (f"https://chat.example/evening.html?v=2#{id_anchor(TOOT)}", 3),
        (f"https://chat.example/evening.html#{id_anchor(opaque_id(SALT, SKY))}", 4),
        (f"#{id_anchor(TOOT)}", 3),
    ],
)
def test_what_names_a_post(written: str, number: int) -> None:
    assert PostReferences(evening()).find(written).number == number


OTHERS = chat_tag("01" * 8)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        *((empty, "Name a post by its number, its id, or a link") for empty in ("", " ", "<>")),
        ("1", "There is no post 1; 'tartantm posts' shows their numbers."),
        ("#7", "There is no post #7;"),
        ("0", "There is no post 0;"),
        ("-2", "There is no post -2;"),
        ("#", "There is no post #;"),
        ("2.0", "There is no post 2.0;"),
        ("9" * 5000, f"There is no post {'9' * 80}…;"),
        ("x:1", "There is no post x:1;"),
        ("x:\udcff", "There is no post x:?;"),
        (f"#{number_anchor(99, TAG)}", f"There is no post #{number_anchor(99, TAG)};"),
        # Another chat has a #2 too, and the second row of the people on a page is no post.
        (f"https://chat.example/b.html#{number_anchor(2, OTHERS)}", "leads to the page of another"),
        (f"#{number_anchor(2, OTHERS)}", "leads to the page of another chat."),
        ("https://chat.example/b.html#p2", "This chat has no post at https://chat.example/b.html"),
        ("https://chat.example/b.html#2", "This chat has no post at"),
        ("https://chat.example/b.html#q1", "This chat has no post at"),
        ("https://chat.example/b.html", "This chat has no post at"),
        (f"https://chat.example/b.html#{id_anchor('x:5')}", "This chat has no post at"),
        ("https://x.com/ailsa/status/1", "This chat has no post at"),
        ("https://x.com/ailsa", "This chat has no post at"),
        ("https://m.example/@Ailsa", "This chat has no post at"),
        ("https://m.example/@Ailsa/4001", "This chat has no post at"),
        ("https://m.example:8080/@Ailsa/4000", "This chat has no post at"),
        # A post of a blog is not meant by another one's address, nor by the blog's own.
        ("https://blog.example/?p=59", "This chat has no post at"),
        ("https://blog.example/", "This chat has no post at"),
        ("https://blog.example/?p=58#comment-3", "This chat has no post at"),
        ("https://[::1", "is no link to a post."),
        ("ftp://m.example/@Ailsa/4000", "is no link to a post."),
    ],
)
def test_what_names_none(written: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        PostReferences(evening()).find(written)
    assert says in str(refused.value) and "\n" not in str(refused.value)


def test_a_post_that_was_erased_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        url = "https://x.com/ailsa/status/8"
        session.record(*captured(post("7"), post("8", "Other words", author="calum", url=url)))
    erase(path, post="x:8")
    with Session(path) as session:
        references, tag = PostReferences(session.chat), chat_tag(session.chat.salt)
    anchor = f"#{number_anchor(3, tag)}"
    for written in ("3", "#3", "＃３", " # 3 ", "x:8", "https://x.com/ailsa/status/8", anchor):
        with pytest.raises(BadInput) as refused:
            references.find(written)
        shown = "#3" if written.strip(" #＃") in ("3", "３") else written
        assert str(refused.value) == f"Post {shown} was erased."
    with pytest.raises(BadInput, match="There is no post #4;"):
        references.find("#4")


def test_two_posts_at_one_address_are_asked_about() -> None:
    chat, url = evening(), "https://m.example/@Ailsa/4000"
    happen(chat, *captured(post("feed:again", url=url, author="feed")))
    with pytest.raises(BadInput, match="is the address of #3 and #8; give the number"):
        PostReferences(chat).find(url)
    assert PostReferences(chat).find("8").id == "feed:again"


def test_a_post_named_twice_is_one() -> None:
    chat = evening()
    assert PostReferences(chat).ids(["#3", "2", TOOT, "3"]) == (TOOT, X)
    with pytest.raises(BadInput, match="no post 1"):
        PostReferences(chat).ids(["2", "1"])


def test_a_remark_that_was_undone_keeps_its_number_and_cannot_be_acted_on() -> None:
    chat = evening()
    happen(chat, ev.Remarked(post("room:a", "Print it", author="ewan"), "Q1"))
    assert PostReferences(chat).ids(["#8"]) == ("room:a",)
    happen(chat, ev.Undone(8))
    assert PostReferences(chat).find("#8").id == "room:a"
    with pytest.raises(BadInput, match="#8 is a remark that was undone"):
        PostReferences(chat).ids(["#8"])
    happen(chat, ev.Redone(8), *captured(post("late")))
    assert PostReferences(chat).ids(["#8", "#11"]) == ("room:a", "x:late")


def test_a_post_of_which_only_a_hash_is_left_is_found_by_what_it_was_called() -> None:
    gone = gone_id(SALT, "x:55")
    chat = chat_of(*captured(post(gone, "")))
    for written in ("2", "x:55", "https://x.com/ailsa/status/55", "#x-55"):
        assert PostReferences(chat).find(written).id == gone


@pytest.mark.parametrize("pseudonyms", ["", "all"])
def test_every_link_to_a_post_on_the_page_leads_to_it(tmp_path: Path, pseudonyms: str) -> None:
    chat = small().chat
    chat.salt = SALT
    happen(chat, ev.Redacted("author", "x:dele", True))
    how = ExportOptions(pseudonyms=pseudonyms)  # type: ignore[arg-type]
    (page,) = export(chat, ["html"], tmp_path, "page", options=how)
    links = [one for one in Page(page.read_text("utf-8")).all("a") if one.text.startswith("#")]
    assert len(links) > 10
    references = PostReferences(chat)
    for link in links:
        found = references.find(f"https://chat.example/page.html{link['href']}")
        assert f"#{found.number}" == link.text
        if "id" in link.attributes:
            assert references.find(f"#{link['id']}") is found


def test_numbers_outlive_late_arrivals_and_are_given_once() -> None:
    chat = evening()
    before = {entry.id: entry.number for entry in chat.entries.values()}
    happen(
        chat,
        *captured(post("early", minute=-5)),
        ev.Deleted((X,), AGENDA.starts or post().created_at),
    )
    after = {entry.id: entry.number for entry in chat.entries.values()}
    assert {name: after[name] for name in before if name in after} == before
    assert after["x:early"] == 8


def test_a_post_in_words() -> None:
    chat = chat_of(*captured(post("1", "Two\nlines " + "and more " * 9), post("2", "")))
    one, two = chat.entries.values()
    assert in_words(one) == (
        "#2, Ailsa Example: “Two lines and more and more and more and more and more and m…”"
    )
    assert in_words(two) == "#3, Ailsa Example: no words"


def test_they_are_as_the_chat_is_now() -> None:
    chat = evening()
    chat.reload(recorded([ev.Begun(AGENDA, "d", SALT), *captured(post("only"))]))
    assert PostReferences(chat).find("2").id == "x:only"
