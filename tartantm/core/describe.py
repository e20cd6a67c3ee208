"""What an act did, in words, for the undo message and the list of acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from tartantm.core import events as ev

REASONS: dict[ev.Reason, str] = {
    "personal": "personal data",
    "request": "at the author’s request",
    "abuse": "abuse",
    "off-topic": "off topic",
}
"""Why something is redacted, for people."""

StandsAt = Callable[[str], str | None]
"""Gives the question a post stands under before the act; None for General and for no post."""


_LINES, _LINE = 5, 70
"""Lines that a summary of the whole chat may have, and letters on a line of the page."""


def describe_act(event: ev.Act, stands_at: StandsAt) -> str:
    """Say what an act does: "Moved 4 posts from Q2 to Q4"."""
    match event:
        case ev.Opened(by="host"):
            return f"Opened {event.question}, asked by the host"
        case ev.Opened(by="plan"):
            return f"Opened {event.question}, as planned"
        case ev.Opened():
            return f"Opened {event.question}"
        case ev.Closed():
            return f"Closed {event.question}"
        case ev.Placed():
            return _placed(event, stands_at)
        case ev.Starred():
            return f"{'Starred' if event.on else 'Took the star from'} {posts(len(event.posts))}"
        case ev.Hidden():
            return f"{'Hid' if event.on else 'Showed'} {posts(len(event.posts))}"
        case ev.Marked():
            verb = "Marked" if event.on else "No longer marked"
            return f"{verb} {posts(len(event.posts))} as {event.mark}"
        case ev.Noted():
            return "Wrote a note" if event.note else "Removed a note"
        case ev.Summarised():
            return f"{'Summed up' if event.summary else 'Removed the summary of'} " + (
                event.question or "the chat"
            )
        case ev.Remarked():
            return f"Wrote down a remark from {event.post.venue or 'the room'}"
        case ev.AgendaEdited():
            return event.words or "Changed the agenda"
        case ev.Muted():
            return f"{'Muted' if event.on else 'No longer muted'} {_ruled(event)}"
        case ev.Redacted():
            why = f": {REASONS[event.reason]}" if event.on and event.reason else ""
            return f"{'Redacted' if event.on else 'No longer redacted'} {_ruled(event)}{why}"
        case _:
            assert_never(event)


def _ruled(event: ev.Muted | ev.Redacted) -> str:
    """What a mute or redaction is about. A phrase is not repeated: it may be what must not show."""
    if event.kind == "author":
        return "@" + event.value.partition(":")[2]
    return "a post" if event.kind == "post" else "a phrase"


def posts(count: int) -> str:
    """ "1 post", "4 posts"."""
    return f"{count} post{'' if count == 1 else 's'}"


def place(question: str | None) -> str:
    """The name of a place a post can stand: a question's id, or General."""
    return question or "General"


def too_long(summary: str | None) -> str:
    """What to say of a summary of the whole chat with more lines than are read; "" where few."""
    lines = sum(-(-len(line) // _LINE) for line in (summary or "").splitlines())
    if lines <= _LINES:
        return ""
    return (
        f"The summary of the chat takes {lines} lines of the page; write {_LINES} at most, for"
        " readers who get no further. It is kept whole."
    )


def _placed(event: ev.Placed, stands_at: StandsAt) -> str:
    count = posts(len(event.moves))
    targets = set(event.moves.values())
    sources = {stands_at(post_id) for post_id in event.moves}
    if len(targets) > 1:
        return f"Confirmed {count}"
    target = next(iter(targets))
    if sources == {target}:
        return f"Confirmed {count} under {place(target)}"
    if len(sources) == 1:
        return f"Moved {count} from {place(next(iter(sources)))} to {place(target)}"
    return f"Moved {count} to {place(target)}"
