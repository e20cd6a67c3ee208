"""`Standing`: how far a review has come, in figures and in a sentence, and when it is enough."""

from __future__ import annotations

from typing import NamedTuple

from tartantm.core.describe import posts, sure

NEXT_LOOKS, FEW_LOOKS = 20, 10
"""Over how many looks the gain is told, and over how many it is asked whether they are worth it."""

GOOD, HARDLY = 0.97, 1 / 200
"""It is enough where so many posts stand right, or `FEW_LOOKS` would put right less than one post
and less than this share of all."""


_ENOUGH = f"It is enough at {100 * GOOD:.0f} of 100, or once ten more would hardly bring one."


class Standing(NamedTuple):
    """How far the review has come."""

    posts: int
    """How many posts the chat has."""
    looked_at: int
    """How many of them a person placed or accepted."""
    right: float
    """The share of posts that stand right now, as far as confidence tells."""
    right_before: float
    """The same before anybody looked."""
    looks: int
    """Over how many more looks the gain is told."""
    gain: float
    """How many posts those looks would put right."""
    gain_of_few: float
    """How many posts the first `FEW_LOOKS` of them would put right."""

    @property
    def is_enough(self) -> bool:
        """Whether more looks would hardly be worth it."""
        least = min(1.0, HARDLY * self.posts)
        return not self.looks or self.right >= GOOD or self.gain_of_few < least


def gained(standing: Standing) -> str:
    """Returns how far the review has come: "about 94 of 100 right (88 before), 23 looked at".

    It says when that is enough, for the sentence is not on the screen while one looks.
    """
    looked = f", {standing.looked_at} looked at" if standing.looked_at else ""
    enough = ", enough" if standing.posts and standing.is_enough else ""
    return f"about {_right(standing, 'right')}{looked}{enough}"


def to_come(standing: Standing) -> str:
    """Returns what more looks would bring, and when it is enough."""
    if not standing.posts:
        return "There is no post to look at."
    if not standing.looks:
        return "That is enough: nothing is left to look at."
    if standing.is_enough:
        return f"That is enough: {_more(standing)}."
    return f"{_more(standing).capitalize()}. {_ENOUGH}"


def _more(standing: Standing) -> str:
    gain = round(standing.gain)
    looks = "look" if standing.looks == 1 else "looks"
    about = f"about {posts(gain)}" if gain else "hardly a post"
    return f"{standing.looks} more {looks} would put {about} right"


def sentence(standing: Standing) -> str:
    """Returns how far the review has come and whether it is enough, for who is tired by then."""
    if not standing.posts:
        return to_come(standing)
    looked = f"Looked at {posts(standing.looked_at)}; " if standing.looked_at else ""
    stand = f"{looked}about {_right(standing, 'posts stand right now')}"
    known = f"{stand[:1].upper()}{stand[1:]}, by what was measured on other chats."
    return f"{known} {to_come(standing)}"


def _right(standing: Standing, stand: str) -> str:
    """The share that stands right now, and before where somebody looked: "94 of 100 right (…)"."""
    now, before = sure(standing.right), sure(standing.right_before)
    earlier = f" ({before} before)" if standing.looked_at and before != now else ""
    return f"{now} of 100 {stand}{earlier}"
