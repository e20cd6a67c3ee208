"""Draws a conversation of the inbox as one row: who talks, what is asked, how it begins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from rich.cells import cell_len

from tartantm.core.chat import Chat
from tartantm.core.describe import place, posts, sure
from tartantm.core.entry import Entry
from tartantm.core.redaction import Redactions
from tartantm.desk.panes.pieces import Piece, cells, cut_to
from tartantm.desk.panes.post_text import (
    author_pieces,
    struck_pieces,
    text_lines,
    wrapped_pieces,
)
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.moderation.conversation import Conversation, asked, speakers

FIRST_LINES = 3
"""Lines of the first post that a row shows."""

OTHERS = {False: 1, True: 3}
"""Lines of further posts that a row shows, where there is room and where there is more."""

LEAST_REASON = 8
"""Columns of a reason that say something; where there are fewer it is left out."""

LONGEST = 10_000
"""A width in which a line of a post is not broken."""


def conversation_lines(
    row: Conversation,
    chat: Chat,
    width: int,
    withheld: WithheldNow,
    followers: str,
    airy: bool,
) -> Iterator[list[Piece]]:
    """Yields the lines of a row that stands for several posts; there are more where it is `airy`.

    `followers`: how many posts follow it that do not wait, in words.
    """
    redactions = withheld.redactions
    entries = [chat.entries[post_id] for post_id in row.posts]
    head: list[Piece] = [(posts(len(entries)), "name"), *_between(row, chat, redactions)]
    yield from _asking(head, asked(row.places), width)
    first, *others = (said(entry, redactions) for entry in entries)
    lines = list(islice(wrapped_pieces(first, width), FIRST_LINES + 1))
    yield from lines[:FIRST_LINES]
    cut = len(lines) > FIRST_LINES
    shown = others[: OTHERS[airy]]
    for other in shown:
        yield list(cut_to(other, width))
    if left := len(others) - len(shown):
        yield [(f"… {posts(left)} more; d shows them.", "muted")]
    elif cut:
        yield [("… d shows it whole.", "muted")]
    yield suggestion(entries[0], redactions, standing(row, chat), width, followers)


def _asking(head: list[Piece], question: str, width: int) -> Iterator[list[Piece]]:
    """Yields who talks and what is asked; the question is not broken where it fits a line."""
    *lines, last = wrapped_pieces([*head, (":", "muted")], width)
    yield from lines
    if cells(last) + 1 + cell_len(question) <= width:
        yield [*last, (" ", "text"), (question, "attention")]
    else:
        yield last
        yield from wrapped_pieces([(question, "attention")], width)


def said(entry: Entry, redactions: Redactions) -> Iterator[Piece]:
    """Yields who said what in a post, as one line; what is redacted is struck out."""
    yield from author_pieces(entry.post, redactions)
    yield ": ", "muted"
    warning = entry.post.content_warning
    if warning:
        spans = redactions.spans(warning)
        yield "Content warning: ", "attention"
        if redactions.silences(entry.id):
            yield warning, "gone"
        else:
            yield from struck_pieces(warning, spans, "attention")
        return
    lines = text_lines(entry.post, LONGEST, redactions)
    first = next(lines, [("(no words)", "muted")])
    yield from chain(first, *([(" ", "text"), *line] for line in lines))


def suggestion(
    entry: Entry, redactions: Redactions, to: str, width: int, followers: str = ""
) -> list[Piece]:
    """One line: where grouping would put a post that waits in the inbox, why, and how surely.

    `to`: the places in words, for there may be several. `followers`: how many posts follow it, in
    words. Where it is too long for a line the reason is cut, for the details have it whole.
    """
    placement = entry.placement
    share = f"{sure(placement.confidence)} %"
    follow = f"{followers} · " if followers else ""
    why = struck_pieces(placement.reason, redactions.spans(placement.reason), "muted")
    head: list[Piece] = [(f"→ {to}  ", "attention"), (follow, "text")]
    room = width - cells(head) - cell_len(f" · {share}")
    if room < LEAST_REASON:
        return list(cut_to([*head, (share, "muted")], width))
    return [*head, *cut_to(why, room), (f" · {share}", "muted")]


def places_words(row: Conversation) -> str:
    """Returns the places that a row offers: a question where there are several."""
    return asked(row.places) if len(row.places) > 1 else place(row.places[0])


def standing(row: Conversation, chat: Chat) -> str:
    """Returns where the posts of a row stand, for that is what accepting confirms."""
    stands: dict[str | None, int] = {}
    for post_id in row.posts:
        question = chat.entries[post_id].placement.question
        stands[question] = stands.get(question, 0) + 1
    if len(stands) == 1:
        return place(next(iter(stands)))
    ordered = sorted(stands, key=lambda each: -stands[each])
    return ", ".join(f"{stands[each]} to {place(each)}" for each in ordered)


def _between(row: Conversation, chat: Chat, redactions: Redactions) -> Iterator[Piece]:
    """Yields " between A and B", by who spoke first."""
    named, others = speakers(chat, row)
    yield (" between " if others or named[1:] else " by "), "muted"
    for n, entry in enumerate(named):
        if n:
            yield (", " if others or n < len(named) - 1 else " and "), "muted"
        yield from author_pieces(entry.post, redactions)
    if others:
        yield f" and {others} others", "muted"
