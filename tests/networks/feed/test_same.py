"""The name that an entry keeps, whatever id and address a feed lists it under."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.people import UNKNOWN
from tartantm.core.post import Author, Post, clean
from tartantm.networks.feed.same import FEWEST_LETTERS, same_name

AT = datetime(2026, 6, 17, 17, 5, tzinfo=UTC)
POST = Post("feed:a", Author("Ailsa"), AT, "A1: Less policy, more time")


@pytest.mark.parametrize(
    "other",
    [
        replace(POST, id="feed:https://elsewhere.example/2", url="https://elsewhere.example/2"),
        replace(POST, author=Author("AILSA", "Ailsa Example", "7")),
        replace(POST, text="a1 less policy – more time #madeupchat https://a.example/"),
        replace(POST, received_at=AT + timedelta(hours=1)),
    ],
)
def test_one_entry_has_one_name(other: Post) -> None:
    assert same_name(other) == same_name(POST) is not None


@pytest.mark.parametrize(
    "other",
    [
        replace(POST, author=Author("Bram")),
        replace(POST, text="A1: Less policy, more money"),
        replace(POST, created_at=AT + timedelta(seconds=1)),
        # Where one part ends and the next begins counts.
        replace(POST, author=Author("AilsaA1"), text="Less policy, more time"),
    ],
)
def test_another_entry_has_another_name(other: Post) -> None:
    assert None is not same_name(other) != same_name(POST)


def test_a_name_that_would_be_a_guess_is_none() -> None:
    nobody = replace(POST, author=Author(UNKNOWN))
    assert same_name(replace(nobody, text="a" * (FEWEST_LETTERS - 1))) is None
    assert same_name(replace(nobody, text="a" * FEWEST_LETTERS))
    assert same_name(replace(POST, text="a"))
    assert same_name(replace(POST, text="#madeupchat https://a.example/ 👍")) is None


def test_the_name_is_the_same_in_every_version_of_the_program() -> None:
    """Sessions hold it: under another one an entry would be taken in again when read again."""
    assert same_name(POST) == "feed:same:e97f1baa34fc0293df2f26c417db5987"


@given(st.text(max_size=60), st.text(min_size=1, max_size=20))
def test_what_a_feed_may_hold_has_a_name_or_none(text: str, handle: str) -> None:
    name = same_name(Post("feed:a", Author(clean(handle, lines=False)), AT, clean(text)))
    assert name is None or (name.startswith("feed:same:") and len(name) == len("feed:same:") + 32)
