"""What a review says: how many posts stand right, what was gained, and when it is enough."""

from __future__ import annotations

import pytest

from tartantm.moderation.standing import Standing, gained, sentence, to_come


def standing(**more: float) -> Standing:
    base: dict[str, float] = {
        **{"posts": 400, "looked_at": 23, "right": 0.94, "right_before": 0.88},
        **{"looks": 20, "gain": 6.2, "gain_of_few": 4.0},
    }
    return Standing(**{**base, **more})  # type: ignore[arg-type]


def test_the_sentence_says_what_was_gained_and_when_it_is_enough() -> None:
    assert sentence(standing()) == (
        "Looked at 23 posts; about 94 of 100 posts stand right now (88 before), by what was"
        " measured on other chats. 20 more looks would put about 6 posts right. It is enough at 97"
        " of 100, or once ten more would hardly bring one."
    )
    assert sentence(standing(looked_at=0, right_before=0.94)).startswith(
        "About 94 of 100 posts stand right now, by what was measured"
    )
    assert gained(standing()) == "about 94 of 100 right (88 before), 23 looked at"
    assert gained(standing(right=0.98)).endswith("(88 before), 23 looked at, enough")


@pytest.mark.parametrize(
    ("more", "enough"),
    [
        ({}, False),
        ({"right": 0.97}, True),
        ({"gain_of_few": 0.99}, True),
        ({"posts": 50, "gain_of_few": 0.9}, False),
        ({"posts": 50, "gain_of_few": 0.2}, True),
        ({"posts": 100_000, "gain_of_few": 9.0}, False),
        ({"looks": 0, "gain": 0, "gain_of_few": 0}, True),
    ],
)
def test_when_it_is_enough(more: dict[str, float], enough: bool) -> None:
    assert standing(**more).is_enough is enough
    assert to_come(standing(**more)).startswith("That is enough") is enough
