"""Every text of a transcript is looked at, whatever field it stands in."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core.listening import Listening
from tartantm.core.silences import Silence
from tartantm.core.stretches import Stretch
from tartantm.transcript import ExportOptions
from tartantm.transcript.build import build
from tartantm.transcript.model import Gap, SourceState, Transcript
from tartantm.transcript.published_texts import published_texts
from tartantm.transcript.visibility import PublicView
from tests.builders import at
from tests.transcript.evening import small


def transcript() -> Transcript:
    return build(PublicView(small().chat, ExportOptions()))


def strings(value: Any) -> set[str]:
    """Every string within a value."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, Struct):
        return set().union(*(strings(getattr(value, name)) for name in value.__struct_fields__))
    if isinstance(value, dict):
        return strings(tuple(value.values()))
    if isinstance(value, tuple | list):
        return set().union(*map(strings, value))
    return set()


def test_every_text_is_found_that_has_words() -> None:
    made = transcript()
    seen = {text.words.lstrip("#@") for text in published_texts(made)}
    missed = {each.lstrip("#@") for each in strings(made)} - seen
    # What is left are kinds, ids of questions, times, anchors, links made of others, and numbers.
    with_words = {each for each in missed if " " in each}
    assert with_words == {made.when, made.zone, "Not about a question"} & with_words
    for words in ("Calum Sample", "A whiteboard with one line on it", "Our one page", "food"):
        assert words in seen


def test_places_and_posts() -> None:
    made = transcript()
    places = {(text.place, bool(text.item)) for text in published_texts(made)}
    assert {
        *(("the text", True), ("a note", True), ("a link", True), ("a summary", False)),
        *(("the content warning", True), ("the description of a picture", True)),
        *(("the chat's title", False), ("a question", False), ("the venue", True)),
        *(("the people of the agenda", False), ("a source", False), ("a mention", True)),
        *(("the author's name", True), ("a hashtag", False)),
        *(("the reason of its placement", True), ("the venue", False)),
    } == places


def test_sources_are_texts_too() -> None:
    made = transcript()
    source = SourceState("feed:https://morag.example/", "failed", "Morag’s server is down", 0)
    made = replace(made, coverage=replace(made.coverage, sources=(source,)))
    assert {text.words for text in published_texts(made) if text.place == "a source"} == {
        source.source,
        source.detail,
    }


def test_gaps_are_texts_too() -> None:
    made = transcript()
    why = "ailsa.example is silent", "ailsa.example keeps nothing"
    gap = Gap("feed:https://ailsa.example/", at(1), at(2), False, 0, *why)
    silence = Silence(at(1), at(2), ("feed:https://isla.example/",), (), "isla.example is away")
    stretch = Stretch(at(1), at(2), "missed", why="It is odd.", why_lost="It is late.")
    heard = Listening("feed:https://rose.example/", (stretch,))
    made = replace(
        made,
        coverage=replace(made.coverage, gaps=(gap,), silences=(silence,), listening=(heard,)),
    )
    found = {text.words for text in published_texts(made) if text.place == "a source"}
    assert {gap.source, *why, *silence.missing, silence.why} <= found
    assert {heard.source, stretch.why, stretch.why_lost} <= found
