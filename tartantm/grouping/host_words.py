"""A host's words about the evening, of a post among others: what they open, and lean towards.

`cues` finds them in a text; here is whose count, and what the post that is quoted adds to them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from tartantm.grouping.cues import Cue, Kind
from tartantm.grouping.memory import Memory, Opening, Order, PlacedPost
from tartantm.grouping.normalise import words
from tartantm.grouping.post_text import Reading

CUE_WINDOW = timedelta(minutes=5)
"""How long after a host's words about a question these say something of what others write."""

_FEW = 3
"""Words beside a quote that only say which question it is: "Q2 again, please"."""


class Lean(NamedTuple):
    """What a host said shortly before about a question: it ends soon, or talk moves on from it."""

    kind: Kind
    question: str
    at: datetime


def cue(memory: Memory, placed: PlacedPost) -> Cue | None:
    """Returns what a host says about the evening itself, to everybody; None for most posts.

    Whoever quotes what asked a question, and adds no words of their own, returns to it.
    """
    post = placed.post
    if not placed.host or post.repost_of or post.is_remark or placed.deleted:
        return None
    reading = memory.reading(placed)
    if reading.manual_repost:
        return None
    parent = memory.find(post.reply_to)
    quoted = quoted_post(memory, placed)
    named = next(
        (memory.asking[p.id] for p in (quoted, parent) if p and p.id in memory.asking), None
    )
    if named is None and _speaks_to_others(memory, placed, parent):
        return None
    found = memory.reader.cues.read(reading.bare)
    if named is None or (found and found.question):
        return found if found and (found.question or found.kind != "back") else None
    if found:
        return found._replace(question=named, quotes=True)
    again = quoted is not None and quoted.id in memory.asking and _adds_nothing(reading, named)
    return Cue("back", named, quotes=True) if again else None


def _speaks_to_others(memory: Memory, placed: PlacedPost, parent: PlacedPost | None) -> bool:
    if placed.post.reply_to and (
        parent is None or not memory.same_author(parent.post, placed.post)
    ):
        return True
    return not memory.handles_of(placed.post).issuperset(memory.addressees(placed))


def _adds_nothing(reading: Reading, question: str) -> bool:
    """Whether a post has no words but those that quote, or a question's number and "again"."""
    own = [word for word in words(reading.bare) if word.casefold() not in ("chat", "re")]
    label = reading.label
    asks_it = label is not None and label.asks and label.question == question
    return len(own) <= (_FEW if asks_it else 0)


def opened_by_cue(memory: Memory, placed: PlacedPost) -> str | None:
    """Returns the question that a host's words open, by what is known now; None for most posts."""
    said = memory.cues.get(placed.id)
    if said is None or memory.asks_first(Opening(placed.order, said.question, placed.id)):
        return None
    periods = memory.openings_before(placed.order)
    now = periods[-1].question if periods else None
    return said.question if said.opens(now, {each.question for each in periods}) else None


def lean(memory: Memory, order: Order) -> Lean | None:
    """Returns what a host said shortly before about the question that was open then."""
    found = memory.cue_before(order, CUE_WINDOW)
    if found is None or found[1].kind == "back":
        return None
    at, said = found
    # A post that also asks the next question opened that.
    periods = [each for each in memory.openings_before(at) if each.order < at]
    ends = said.question if said.kind == "last" else None
    ends = ends or (periods[-1].question if periods else None)
    return Lean(said.kind, ends, at[0]) if ends else None


def quoted_post(memory: Memory, placed: PlacedPost) -> PlacedPost | None:
    """Returns the post that one quotes, or links to."""
    links = map(memory.find, memory.reading(placed).links)
    return memory.find(placed.post.quote_of) or next(filter(None, links), None)
