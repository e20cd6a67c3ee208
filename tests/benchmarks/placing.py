"""Placing one post with many held, against the same with 1,000 held and 1 ms: ``placing.py``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tartantm.core.chat import Chat
from tartantm.core.events import Begun, Captured, Event, Opened, Placement, Recorded
from tartantm.core.post import Post
from tartantm.grouping.grouper import Grouper
from tests.benchmarks.many import START, posts
from tests.benchmarks.measuring import Row, against, options, report, rounds
from tests.builders import AGENDA

A_ROUND = 40
"""Posts that one round places: a busy minute."""

SHAPES = "labelled", "reply", "repost", "free", "free", "named", "thanks"
"""What the posts are in turn, about as in recorded chats."""


def shaped(made: Post, latest: list[Post]) -> Post:
    """A post of `many.posts` as people write: labelled or not, to somebody or to everybody."""
    random, words = Random(made.id), made.text.split(" ", 1)[1]
    other = random.choice(latest) if latest else made
    match SHAPES[random.randrange(len(SHAPES))]:
        case "labelled":
            return made
        case "reply":
            return replace(made, text=f"@{other.author.handle} {words}", reply_to=other.id)
        case "repost":
            return replace(made, text=other.text, repost_of=other.repost_of or other.id)
        case "named":
            return replace(made, text=f"@{other.author.handle} {words}")
        case "thanks":
            return replace(made, text="Thanks all, what an evening! #tartantm")
    return replace(made, text=words.replace(" #tartantm", "? #tartantm"))


def evening(held: int, more: int) -> list[Post]:
    """So many posts and more, each shaped by the fifty before it."""
    made: list[Post] = []
    for post in posts(held + more):
        made.append(shaped(post, made[-50:]))
    return made


def placing(held: int, more: int) -> Callable[[], None]:
    """What places the next posts of a chat that holds so many, a busy minute at each call."""
    made = evening(held, more)
    opened = [
        Opened(question.id, START.replace(minute=5 * n), "moderator")
        for n, question in enumerate(q for q in AGENDA.questions if q.parent is None)
    ]
    placement = Placement("Q1", "time", "Q1 was open when it was said", 0.7)
    held_so_far = (Captured(post, placement) for post in made[:held])
    events: list[Event] = [Begun(AGENDA, "d"), *opened, *held_so_far]
    grouper = Grouper(Chat(Recorded(n, START, event) for n, event in enumerate(events, 1)))
    turn = count(held, A_ROUND)

    def place() -> None:
        first = next(turn)
        for post in made[first : first + A_ROUND]:
            grouper.place(post)

    return place


def main() -> None:
    """Measure and print."""
    given = options(__doc__).parse_args()
    sizes, turns = ((100, 400), 1) if given.small else ((1_000, 10_000, 100_000), 15)
    names = {size: f"a post, {size:,} held" for size in sizes}
    times = rounds({names[s]: placing(s, (turns + 1) * A_ROUND) for s in sizes}, turns)
    rows: list[Row] = []
    for size in sizes:
        row = against(times, names[size], names[sizes[0]], 1.2 if size > 10_000 else None)
        each = row.value / A_ROUND
        rows += [row._replace(value=each), Row(names[size], each, "us", "1 ms", each / 1000, "", 1)]
    report(rows, given.json)


if __name__ == "__main__":
    main()
