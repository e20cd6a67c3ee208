"""What a network does not answer is told once where it lasts, and recorded at the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tartantm.capture.health import Health
from tartantm.capture.unanswered import (
    CHANGES,
    RECORDED_SECONDS,
    REPLIES,
    TOLD_SECONDS,
    Unanswered,
    not_said,
)
from tartantm.networks.protocol import Advised
from tests.builders import START


class Told:
    """One subject of one source, in made-up time."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.time = 100.0
        self.health = Health("mastodon:m.example")
        self.it = Unanswered(self.health, CHANGES, self.said.append, lambda: self.time)

    def at_end(self) -> tuple[float, str] | None:
        """Seconds that it lasted, and what is recorded."""
        found = not_said([self.it], START)
        return found and ((START - found[0]) / timedelta(seconds=1), found[1])


def test_what_lasts_is_told_once_and_its_end_too() -> None:
    told = Told()
    told.it.failed("m.example answers 503.")
    told.time += TOLD_SECONDS - 1
    told.it.failed("m.example answers 500.")
    told.it.look()
    assert told.said == []
    told.time += 1
    for _ in range(3):
        told.it.look()
    assert told.said == [
        "mastodon:m.example does not say which posts are gone or edited, so they stay as they are:"
        " m.example answers 500. It goes on being asked."
    ]
    for _ in range(2):
        told.it.answered()
    assert told.said[1:] == ["mastodon:m.example says again which posts are gone or edited."]
    assert told.at_end() is None


def test_what_is_over_soon_is_not_told() -> None:
    told = Told()
    told.it.failed("Busy.")
    told.it.answered()
    told.time += TOLD_SECONDS
    told.it.look()
    assert told.said == [] and told.at_end() is None and not told.health.unanswered


def test_a_refusal_is_told_at_once() -> None:
    told = Told()
    told.it.failed("m.example refuses that.", at_once=True)
    assert len(told.said) == 1


def test_the_list_of_sources_knows_from_the_first_failure_on() -> None:
    told = Told()
    told.it.failed(Advised("It is refused", "; add a token."))
    assert told.health.unanswered == {CHANGES.what: (100.0, "It is refused.")}
    told.it.answered()
    assert told.health.unanswered == {}


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("lasted", [1.0, RECORDED_SECONDS, TOLD_SECONDS])
def test_what_is_recorded_at_the_end(answered: bool, lasted: float) -> None:
    told = Told()
    if answered:
        told.it.answered()
    told.it.failed("m.example answers 503. It may be down for maintenance.")
    told.time += lasted
    recorded = (lasted, "which posts are gone or edited (m.example answers 503)")
    assert told.at_end() == (None if answered and lasted == 1.0 else recorded)


@pytest.mark.parametrize(
    ("why", "recorded"),
    [
        ("No.", "which posts are gone or edited and what was replied without the hashtag (no)"),
        (
            "Busy.",
            "which posts are gone or edited (no) and what was replied without the hashtag (Busy)",
        ),
    ],
)
def test_a_reason_that_both_have_is_recorded_once(why: str, recorded: str) -> None:
    told = Told()
    replies = Unanswered(told.health, REPLIES, told.said.append, lambda: told.time)
    told.it.failed("No.")
    told.time += 5
    replies.failed(why)
    assert not_said([told.it, replies], START) == (START - timedelta(seconds=5), recorded)


def test_replies_have_words_of_their_own() -> None:
    said: list[str] = []
    Unanswered(Health("x"), REPLIES, said.append).failed("No.", at_once=True)
    assert said == [
        "x does not say what was replied without the hashtag, so such replies are missing: No. It"
        " goes on being asked."
    ]
