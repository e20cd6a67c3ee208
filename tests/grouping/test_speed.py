from __future__ import annotations

from time import process_time

from tartantm.core.events import Captured, Event
from tests.builders import post
from tests.grouping.evening import SIX, Evening

HELD = 3_000
WORDS = ["policy", "people", "council", "budget", "trust", "tone", "staff", "answer", "channel"]


def text(n: int) -> str:
    return " ".join(WORDS[(n * step) % len(WORDS)] for step in range(1, 15)) + f" #tartantm {n}"


def test_placing_a_post_takes_as_long_with_many_held_as_with_few() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 60))
    shapes: list[dict[str, object]] = [{}, {"reply": 1}, {"label": 1}, {"repost": 1}, {"to": 1}]
    costs = []
    events: list[Event] = []
    for n in range(HELD + 200):
        shape, earlier = shapes[n % 5], f"x:{n - n % 97}"
        words = f"A{n % 6 + 1} {text(n)}" if "label" in shape else text(n)
        words = f"@p{n % 70} {words}" if "to" in shape else words
        new = post(
            str(n),
            words,
            2 + n * 100 / HELD,
            author=f"p{n % 80}",
            reply_to=earlier if "reply" in shape else None,
            repost_of=earlier if "repost" in shape else None,
        )
        begun = process_time()
        placing = evening.grouper.place(new)
        costs.append(process_time() - begun)
        events.append(Captured(new, placing.placement))
    # Many times what is promised on a quiet machine: this only catches what grows with the chat.
    assert sum(costs[-500:]) / 500 < 0.01
    assert sum(costs[-500:]) < 5 * sum(costs[500:1000])
    evening.happen(*events)
