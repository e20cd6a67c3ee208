"""What the links of entries say: the network's id of a post, and its author."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.feed.origins import Origin, origin_of, without_archive

HOME = "m.example"


@pytest.mark.parametrize(
    "link, post_id, handle",
    [
        ("https://m.example/@ailsa/115", "mastodon:m.example/115", "ailsa@m.example"),
        ("https://m.example/users/ailsa/statuses/115", "mastodon:m.example/115", "ailsa@m.example"),
        ("https://m.example/@bram@n.example/7", "mastodon:m.example/7", "bram@n.example"),
        ("https://g.example/@cat/statuses/01ABCDEFGHJKMNPQRSTVWXYZ23",
         "mastodon:g.example/01ABCDEFGHJKMNPQRSTVWXYZ23", "cat@g.example"),
        ("https://articles.example/@bram/a-title-12ab", "", "bram@articles.example"),
        ("https://m.example/@ailsa", "", "ailsa@m.example"),
        ("https://x.com/ailsa/status/12", "x:12", "ailsa"),
        ("https://twitter.com/i/web/status/12", "x:12", ""),
        ("https://mobile.twitter.com/ailsa/status/12?s=20", "x:12", "ailsa"),
        ("https://nitter.example/ailsa/status/12#m", "x:12", "ailsa"),
        ("https://some.example/ailsa/status/12", "", "ailsa"),
        ("https://bsky.app/profile/ailsa.example/post/3k",
         "bluesky:at://ailsa.example/app.bsky.feed.post/3k", "ailsa.example"),
        ("https://bsky.app/profile/did:plc:abc/post/3k",
         "bluesky:at://did:plc:abc/app.bsky.feed.post/3k", ""),
        ("https://blog.example/2026/06/my-answers", "", ""),
    ],
)  # fmt: skip
def test_links(link: str, post_id: str, handle: str) -> None:
    found = origin_of(link, link, "", HOME)
    assert (found.id, found.handle) == (post_id, handle)


def test_a_reader_on_any_host_is_known_by_its_authors() -> None:
    link = "https://some.example/Ailsa/status/12"
    assert origin_of(link, link, "@ailsa", HOME).id == "x:12"
    assert origin_of(link, link, "@bram", HOME).id == ""


def test_only_its_own_server_says_the_uri_of_a_post() -> None:
    link = "https://m.example/@ailsa/115"
    uri = "mastodon:https://m.example/users/ailsa/statuses/115"
    assert origin_of(link, link, "", "m.example").aliases == (uri,)
    assert origin_of(link, link, "", "evil.example").aliases == ()


def test_bluesky_writes_the_id_of_a_post_itself() -> None:
    uri = "at://did:plc:abc/app.bsky.feed.post/3k"
    found = origin_of("https://bsky.app/profile/ailsa.example/post/3k", uri, "", "bsky.app")
    assert (found.id, found.handle) == (f"bluesky:{uri}", "ailsa.example")


def test_what_a_blog_writes_about_is_not_what_it_says() -> None:
    about = "https://x.com/ailsa/status/12"
    assert origin_of(about, "tag:blog.example,2026:7", "Bram", "blog.example") == Origin()
    assert origin_of(about, "https://blog.example/7", "Bram", "blog.example") == Origin()


@pytest.mark.parametrize("mark", ["", "id_", "if_"])
def test_copies_of_the_wayback_machine_are_what_they_are_copies_of(mark: str) -> None:
    kept = f"https://web.archive.org/web/20130102030405{mark}/http://x.com/a?b#c"
    assert without_archive(kept) == "http://x.com/a?b#c"
    assert without_archive("https://web.archive.org/web/") == "https://web.archive.org/web/"


LINKS = st.lists(
    st.sampled_from(["https://", "x.com", "m.example", "/", "@", "status", "users", "1", "[", "#"])
    | st.text(max_size=3),
    max_size=12,
).map("".join)


@given(LINKS, LINKS, st.text(max_size=5))
def test_nothing_raises(link: str, guid: str, creator: str) -> None:
    found = origin_of(link, guid, creator, HOME)
    assert not found.id or found.id.partition(":")[0] in ("x", "mastodon", "bluesky")
