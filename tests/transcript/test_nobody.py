"""Posts of which nothing says who wrote them are nobody's: not of one person, not of several."""

from __future__ import annotations

import pytest

from tartantm.core.accounts import Accounts
from tartantm.core.chat import Chat
from tartantm.core.crossposts import same_person
from tartantm.core.people import UNKNOWN, People, is_nobody
from tartantm.core.post import Author
from tartantm.core.traces import Traces
from tartantm.transcript.formats import FORMATS
from tests.builders import captured, chat_of, post
from tests.transcript.reading import export_text, made

NOBODY = Author(UNKNOWN)
SAME = "The very same words of an entry that is listed twice by its feed"


def evening(*, known: bool = True) -> Chat:
    posts = [
        post("feed:1", "A1: unknown words", 1, author=NOBODY),
        post("feed:2", "A1: other words", 2, author=NOBODY, reply_to="feed:1"),
        post("x:3", "A1: somebody's words", 3),
    ]
    return chat_of(*captured(*posts[: 3 if known else 2]))


def test_nobody_takes_part_and_counts_for_no_person() -> None:
    transcript = made(evening())
    assert [one.name for one in transcript.participants] == ["Ailsa Example"]
    assert (transcript.statistics.posts, transcript.statistics.people) == (3, 1)
    assert [part.people for part in transcript.parts if part.posts] == [1]
    answer = transcript.parts[0].items[1]
    assert (answer.speaker.name, answer.speaker.handle) == ("unknown", "")
    assert answer.reply is not None
    assert not answer.reply.own


@pytest.mark.parametrize(
    ("known", "by"), [(True, "1 person and unknown authors"), (False, "unknown authors")]
)
@pytest.mark.parametrize("name", ["html", "markdown", "text"])
def test_the_formats_say_whose_posts_they_are(name: str, known: bool, by: str) -> None:
    posts = 3 if known else 2
    text = export_text(evening(known=known), name)
    assert f"{posts} posts by {by}" in text
    assert f"{posts} by {by}" in text
    assert "itemref=p0" not in text


def test_nobody_is_no_account_that_a_rule_could_name() -> None:
    accounts = Accounts(evening())
    assert [each.shown for each in accounts.all] == ["Ailsa Example, @ailsa on X"]
    assert accounts.of_post("feed:1") is None
    assert accounts.of_handle("unknown") == []


def test_the_word_unknown_stays_where_names_become_numbers() -> None:
    for name in FORMATS:
        assert "A1: unknown words" in export_text(evening(), name, pseudonyms="all")


def test_the_same_words_of_nobody_are_copies_but_no_cross_posts() -> None:
    one, two = (post(f"feed:{n}", SAME, n, author=NOBODY) for n in (1, 2))
    chat = chat_of(*captured(one, two, post("x:3", SAME, 3)))
    assert Traces(chat).repeats(["feed:1"]) == ["feed:2"]
    named = post("x:4", author=Author(UNKNOWN, id="4"))
    assert not same_person(one, named, chat.agenda, People())


@pytest.mark.parametrize(
    "author", [Author(UNKNOWN, "Un Known"), Author(UNKNOWN, id="7"), Author("ailsa")]
)
def test_whoever_has_a_name_an_id_or_a_handle_is_somebody(author: Author) -> None:
    assert is_nobody(NOBODY)
    assert not is_nobody(author)
