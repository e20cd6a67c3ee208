"""Posts in any number, always the same; nobody said them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from tartantm.core.events import Captured, Event, Placement
from tartantm.core.post import Author, Post

WORDS = ("strategy", "policy", "pub", "people", "words", "page", "council", "answer", "mìle", "och")
START = datetime(2026, 6, 17, 17, tzinfo=UTC)


def posts(count: int, first: int = 0) -> list[Post]:
    """Posts of some 150 letters by sixty people, ten a second."""
    made = []
    for n in range(first, first + count):
        random = Random(n)
        text = f"A{1 + n % 9} {' '.join(random.choices(WORDS, k=22))} {n} #tartantm"
        name = f"person{random.randrange(60)}"
        author = Author(name, f"{name.title()} Example", name)
        at = START + timedelta(seconds=n / 10)
        made.append(Post(f"x:{n}", author, at, text, url=f"https://x.com/i/status/{n}"))
    return made


def captured(count: int, first: int = 0) -> list[Event]:
    """The same as events."""
    placement = Placement("Q1", "time", "Q1 was open when it was said", 0.7)
    return [Captured(post, placement, "x") for post in posts(count, first)]
