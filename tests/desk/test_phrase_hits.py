"""Counting what a phrase hits, as redactions and mutes find it."""

from __future__ import annotations

from math import inf

import pytest

from tartantm.core import events as ev
from tartantm.core.post import Link, Media
from tartantm.core.redaction import Redactions
from tartantm.desk.dialogs.hit_lines import hit_line, in_part
from tartantm.desk.phrase_hits import Hit, PhraseFinder, PhraseHits
from tests.builders import at, captured, chat_of, post

TEXTS = (
    *("The café", "THE CAFE", "c a f é?", "#CaféTalk", "cafeteria", "ca\u00adfé", "*ca*fe", "tea"),
    "https://cafe.example/about",
)


def hits(phrase: str, *, mute: bool = False, texts: tuple[str, ...] = TEXTS) -> PhraseHits:
    posts = [post(f"{n}", text, n, author=f"a{n % 3}") for n, text in enumerate(texts)]
    found = PhraseFinder(chat_of(*captured(*posts)), mute=mute).find(phrase)
    found.grow(inf)
    return found


@pytest.mark.parametrize("phrase", ["café", "cafe", "the café", "nothing"])
@pytest.mark.parametrize("kind", ["phrase", "exact"])
def test_as_many_posts_are_counted_as_a_redaction_withholds(phrase: str, kind: str) -> None:
    posts = [post(f"{n}", text, n, author=f"a{n % 3}") for n, text in enumerate(TEXTS)]
    chat = chat_of(*captured(*posts), ev.Redacted(kind, phrase))  # type: ignore[arg-type]
    redactions = Redactions(chat)
    withheld = sum(redactions.touches(each) for each in posts)
    assert hits(phrase).posts(exact=kind == "exact") == withheld


@pytest.mark.parametrize("phrase", ["café", "cafe", "af", "the café", "c a f", "nothing", "?"])
@pytest.mark.parametrize("kind", ["phrase", "exact"])
def test_as_many_posts_are_counted_as_a_mute_hides(phrase: str, kind: str) -> None:
    posts = [post(f"{n}", text, n, author=f"a{n % 3}") for n, text in enumerate(TEXTS)]
    chat = chat_of(*captured(*posts), ev.Muted(kind, phrase))  # type: ignore[arg-type]
    hidden = sum(entry.muted for entry in chat.entries.values())
    assert hits(phrase, mute=True).posts(exact=kind == "exact") == hidden


def test_people_first_posts_and_accents() -> None:
    found = hits("cafe")
    assert (found.posts(exact=False), found.accounts(exact=False)) == (6, 3)
    assert (found.posts(exact=True), found.accounts(exact=True)) == (3, 3)
    assert found.accents == {"café": 1, "#CaféTalk": 1, "ca\u00adfé": 1}
    first = found.listed(exact=False)[0]
    assert [first.text[start:end] for start, end in first.spans] == ["café"]
    assert (first.where, first.by, first.exact) == ("#2", "A0 Example", False)
    assert [hit.where for hit in found.listed(exact=False)] == ["#2", "#3", "#5", "#7", "#8", "#10"]
    assert [hit.where for hit in found.listed(exact=True)] == ["#3", "#8", "#10"]


def test_pictures_links_and_former_wordings_count() -> None:
    edited = post("3", "Tea now", 5)
    chat = chat_of(
        *captured(
            post("1", "Look", 1, media=(Media("image", alt="A café"),)),
            post("2", "Look", 2, links=(Link("https://x.example", "x", "The café"),)),
            post("3", "The café", 3),
            post("4", "The café", 4),
        ),
        ev.Edited(edited),
        ev.Deleted(("x:4",), at(5)),
    )
    found = PhraseFinder(chat).find("café")
    found.grow(inf)
    assert (found.posts(exact=True), found.total) == (3, 3)


def test_counting_goes_in_slices_and_remembers_what_it_read() -> None:
    posts = [post(f"{n}", f"The café {n}", n) for n in range(200)]
    finder = PhraseFinder(chat_of(*captured(*posts)))
    found, slices = finder.find("café"), 0
    while not found.done:
        found.grow(0)
        slices += 1
    assert slices > 3 and found.posts(exact=True) == 200
    assert len(finder._folded) == 200


@pytest.mark.parametrize("length", range(20, 50))
def test_a_hit_at_the_end_of_a_text_is_seen(length: int) -> None:
    text = f"{'x' * (length - 6)} teapot"
    (hit,) = hits("teapot", texts=(text,)).listed(exact=False)
    line = hit_line(hit, 60).plain
    assert line.endswith(" teapot") and len(line) <= 60
    assert ("…" in line) is (len(text) > 60 - 22)


def test_which_places_are_shown_is_said_where_not_all_are() -> None:
    listed = hits("cafe").listed(exact=False)
    assert in_part(0, 6, listed) == ""
    assert in_part(2, 3, listed) == "3 to 5 of 6"
    noted = [*listed, *(Hit("", "summary", "", [], True, False) for _ in range(2))]
    assert in_part(5, 5, noted) == "6 to 8 of 8, with 2 summaries"
