"""Who wrote an entry. Nobody is called by a mail address, and no feed is an author."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.people import UNKNOWN
from tartantm.core.post import Author
from tartantm.networks.feed.authors import (
    author_of,
    author_of_feed,
    creator,
    name_in,
    page_of_feed,
)
from tartantm.networks.feed.origins import Origin
from tartantm.networks.json_fields import LONGEST_NAME

LINKED = Origin("mastodon:m.example/1", (), "ailsa@m.example")


def by(written: str, origin: Origin = Origin(), feed: str = "") -> tuple[str, str]:  # noqa: B008
    author = author_of({"author": written}, origin, None, feed)
    return author.handle, author.name


@pytest.mark.parametrize(
    "written, handle, name",
    [
        ("Ailsa Example", "Ailsa Example", "Ailsa Example"),
        ("ailsa@e.example (Ailsa Example)", "Ailsa Example", "Ailsa Example"),
        ("Ailsa <mailto:ailsa@e.example>", "Ailsa", "Ailsa"),
        ("ailsa@e.example", "ailsa", "ailsa"),
        ("MAILTO:ailsa@e.example", "ailsa", "ailsa"),
        ("noreply@e.example", UNKNOWN, ""),
        ("Editors@e.example", UNKNOWN, ""),
        ("@ailsa", "ailsa", ""),
        ("@ailsa@m.example", "ailsa@m.example", ""),
        (" ", UNKNOWN, ""),
        ("Ailsa Example (@ailsa)", "ailsa", "Ailsa Example"),
        ("Ailsa Example <@ailsa@m.example>", "ailsa@m.example", "Ailsa Example"),
        ("RT: Ailsa Example (@ailsa)", "ailsa", "Ailsa Example"),
        ("https://m.example/u/ailsa", "ailsa@m.example", ""),
        ("https://m.example/", UNKNOWN, ""),
        # Only the sign goes, and no letter of a name.
        ("@Xavi", "Xavi", ""),
        ("X Example (@Xavi)", "Xavi", "X Example"),
        ("X Example X", "X Example X", "X Example X"),
        ("(@ailsa)", "ailsa", ""),
        # A name is one line.
        ("Ailsa\nExample", "Ailsa Example", "Ailsa Example"),
        ("Ailsa\nExample (ailsa@e.example)", "Ailsa Example", "Ailsa Example"),
        # An address of the web or of mail that is cut is no name; a name may hold the sign.
        ("ailsa@", UNKNOWN, ""),
        ("Ailsa @ home", "Ailsa @ home", "Ailsa @ home"),
    ],
)
def test_the_author_that_an_entry_names(written: str, handle: str, name: str) -> None:
    assert by(written) == (handle, name)


def test_the_link_says_it_where_the_entry_does_not_and_has_the_handle() -> None:
    assert by("", LINKED) == ("ailsa@m.example", "")
    assert by("Ailsa Example", LINKED) == ("ailsa@m.example", "Ailsa Example")
    assert by("noreply@e.example", LINKED) == ("ailsa@m.example", "")
    assert by("@bram@m.example", LINKED) == ("bram@m.example", "")


@pytest.mark.parametrize(
    "page, handle",
    [
        ("https://m.example/@ailsa", "ailsa@m.example"),
        ("https://www.m.example/users/ailsa", "ailsa@m.example"),
        ("https://m.example/profile/ailsa", "ailsa@m.example"),
        ("https://blog.example/profile/12345", "Ailsa"),
        ("https://blog.example/author/ailsa", "Ailsa"),
        ("https://x.com/users/ailsa", "Ailsa"),
    ],
)
def test_the_page_of_an_author_on_a_server_says_the_handle(page: str, handle: str) -> None:
    author = author_of({"author": "Ailsa"}, Origin(), page, "")
    assert (author.handle, author.name) == (handle, "Ailsa")


def test_the_author_of_a_whole_feed_comes_last() -> None:
    assert by("", feed="Catrin") == ("Catrin", "Catrin")
    assert by("", LINKED, "Catrin") == ("ailsa@m.example", "")


@pytest.mark.parametrize(
    "feed, version, name",
    [
        ({"author": "Catrin", "title": "Notes"}, "atom10", "Catrin"),
        ({"author": "Catrin", "title": "Notes"}, "rss20", ""),  # its managing editor
        ({"author": "Notes", "title": "Notes"}, "atom10", ""),
        ({"author": "#tag", "title": "Notes"}, "atom10", ""),
        ({"author": "＃tag", "title": "Notes"}, "atom10", ""),
        ({"title": "Notes"}, "atom10", ""),
        ({"author": "All Notes", "title": "All\nNotes"}, "atom10", ""),
        ({"author": "XXXX"}, "atom10", "XXXX"),
    ],
)
def test_a_feed_is_one_authors_only_where_it_says_so(
    feed: dict[str, str], version: str, name: str
) -> None:
    assert author_of_feed(feed, version) == name


def test_credits_of_pictures_name_no_author_of_words() -> None:
    entry = {"media_credit": [{"role": "photographer", "content": "P"}, {"content": "Ailsa"}]}
    assert author_of(entry, Origin(), None, "").handle == "Ailsa"


@pytest.mark.parametrize(
    "entry, written",
    [
        ({"authors": [{}, "Nobody", {"name": "Ailsa"}]}, "Ailsa"),
        ({"author": " ", "authors": [{"name": "Ailsa"}]}, "Ailsa"),
        ({"media_credit": [{"role": "author", "content": "Ailsa"}, "Nobody"]}, "Ailsa"),
        ({"source": {"author": "Ailsa"}}, "Ailsa"),
        ({"author": "Bram", "source": {"author": "Ailsa"}}, "Bram"),
        ({"source": "Ailsa"}, ""),
        ({}, ""),
        ({"author": "A" * 2 * LONGEST_NAME}, "A" * LONGEST_NAME),
    ],
)
def test_where_an_entry_names_its_author(entry: dict[str, object], written: str) -> None:
    assert creator(entry) == written


@pytest.mark.parametrize(
    "feed, page",
    [
        ({"author_detail": {"href": "https://m.example/@ailsa"}}, "https://m.example/@ailsa"),
        ({"author_detail": {"name": "Ailsa"}}, ""),
        ({"author_detail": "Ailsa"}, ""),
        ({}, ""),
    ],
)
def test_the_page_of_whom_a_feed_is_by(feed: dict[str, object], page: str) -> None:
    assert page_of_feed(feed) == page


def test_a_page_keeps_namesakes_apart_where_no_network_does() -> None:
    page = "https://blog.example/author/ailsa"
    found = author_of({"author": "Ailsa"}, Origin(), page, "")
    assert found == Author("Ailsa", "Ailsa", page, page)
    assert author_of({"author": "Ailsa"}, Origin(), None, "").id == ""


def test_no_page_is_taken_for_a_permanent_id_of_a_network() -> None:
    page = "https://m.example/@ailsa"
    assert author_of({}, LINKED, page, "") == Author("ailsa@m.example", url=page)


@given(st.text(max_size=40) | st.emails() | st.emails().map(lambda mail: f"Ailsa ({mail})"))
def test_nothing_raises_and_no_mail_address_is_a_name(written: str) -> None:
    handle, name = by(written)
    assert handle
    assert "@" not in name.split(" ")[0].lstrip("@") or " " in name
    assert "@" not in name_in("Ailsa <ailsa@e.example>")
