"""Sentences for people: what an act did, and names of places, reasons and counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, assert_never

from msgspec.structs import replace

from tartantm.core import events as ev

REASONS: dict[ev.Reason, str] = {
    "personal": "personal data",
    "request": "by request",
    "abuse": "abuse",
    "off-topic": "off topic",
}
"""Why something is redacted, for people."""

SUBJECTS = 3
"""Posts that a sentence names by number; of more it says how many."""


_OPENINGS = frozenset(
    {"A", "An", "Another", "It", "Its", "No", "Nobody", "None", "Nothing", "That", "The", "There"}
    | {"They", "This", "What", "Where"}
)
"""Words at the beginning of a sentence that are no names."""


class Known(Protocol):
    """What sentences are made of: a chat before the act."""

    def stands_at(self, post_id: str) -> str | None:
        """Returns the question of a post; None for General and for no post."""

    def number_of(self, post_id: str) -> int | None:
        """Returns the number of a post, None where the chat has none."""

    def speaker(self, name: str) -> str:
        """Returns the name of somebody at a venue as it was written, by the case-folded one."""

    def asked_by_host(self, post_id: str | None) -> bool:
        """Returns whether a post that opened a question is one of somebody named as a host."""

    def was_opened(self, question: str) -> bool:
        """Returns whether a question was opened before."""


_LINES, _LINE = 5, 70
"""How many lines a summary of the whole chat may have, and characters on a line of the page."""


def describe_act(event: ev.Act, known: Known) -> str:
    """Returns what an act does, in words: "Moved 4 posts from Q2 to Q4"."""
    match event:
        case ev.Opened(by="host") if known.was_opened(event.question):
            return f"Opened {event.question} again, {_said_in(event, known)}"
        case ev.Opened(by="host") if known.asked_by_host(event.post):
            return f"Opened {event.question}, asked by the host"
        case ev.Opened(by="host"):
            number = known.number_of(event.post) if event.post else None
            return f"Opened {event.question}, asked in {f'#{number}' if number else 'a post'}"
        case ev.Opened(by="plan"):
            return f"Opened {event.question}, as planned"
        case ev.Opened():
            return f"Opened {event.question}"
        case ev.Closed():
            return f"Closed {event.question}"
        case ev.Placed():
            return _placed(event, known)
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
        case ev.RemarkCorrected():
            number = known.number_of(event.post.id)
            return f"Corrected the remark #{number}" if number else "Corrected a remark"
        case ev.AgendaEdited():
            return event.words or "Changed the agenda"
        case ev.Muted():
            return f"{'Muted' if event.on else 'No longer muted'} {subject(event, known)}"
        case ev.Redacted():
            why = f": {REASONS[event.reason]}" if event.on and event.reason else ""
            return (
                f"{'Redacted' if event.on else 'No longer redacted'} {subject(event, known)}{why}"
            )
        case ev.LeaksAccepted():
            places = f"{len(event.keys)} place{'' if len(event.keys) == 1 else 's'}"
            verb = "Found" if event.on else "No longer found"
            return f"{verb} {places} of the leak report harmless"
        case ev.InboxSet():
            return f"Set the inbox to {event.budget}"
        case _:
            assert_never(event)


def _said_in(event: ev.Opened, known: Known) -> str:
    if known.asked_by_host(event.post):
        return "as the host said"
    number = known.number_of(event.post) if event.post else None
    return f"as {f'#{number}' if number else 'a post'} says"


def describe_acts(events: Sequence[ev.Act], known: Known) -> str:
    """Returns what the events of one act do together: "Muted @ailsa and @ailsa@m.example"."""
    first, *others = events
    if not others:
        return describe_act(first, known)
    if isinstance(first, ev.Muted | ev.Redacted) and all(map(partial(_is_like, first), others)):
        subjects = list(dict.fromkeys(subject(each, known) for each in events))  # type: ignore[arg-type]
        if first.kind == "post" and len(subjects) > SUBJECTS:
            subjects = [*subjects[: SUBJECTS - 1], f"{len(subjects) - SUBJECTS + 1} more"]
        several = " and ".join(
            [", ".join(subjects[:-1]), subjects[-1]] if subjects[1:] else subjects
        )
        return describe_act(first, known).replace(subject(first, known), several, 1)
    words = [describe_act(each, known) for each in events]
    return "; ".join([words[0], *(each[:1].lower() + each[1:] for each in words[1:])])


def _is_like(one: ev.Act, other: ev.Act) -> bool:
    """Whether two mutes or redactions differ in nothing but what they are about."""
    assert isinstance(one, ev.Muted | ev.Redacted)
    return type(one) is type(other) and replace(one, value="", joined=False) == replace(
        other, value="", joined=False
    )


def subject(event: ev.Muted | ev.Redacted, known: Known) -> str:
    """Returns what a mute or redaction is about; not the phrase, for that may be confidential."""
    if event.kind == "author":
        network, _, who = event.value.partition(":")
        return known.speaker(who) if network == "room" else f"@{who}"
    if event.kind == "post":
        number = known.number_of(event.value)
        return f"#{number}" if number else "a post"
    return "a phrase"


def erased(event: ev.Erased, at: datetime) -> str:
    """Returns what was erased, and on which day: "Erased 4 posts of 1 account for good on …"."""
    of = f" of {accounts(event.accounts)}" if event.accounts else ""
    return f"Erased {posts(event.count)}{of} for good on {at.day} {at:%B %Y}"


def not_saved(count: int, why: str) -> str:
    """Returns that so many posts, or what happened besides, are not saved, and why."""
    what = posts(count) if count else "The last changes"
    return f"{what} not saved: {within(why)}"


def posts(count: int) -> str:
    """Returns "1 post", "4 posts"."""
    return f"{count} post{'' if count == 1 else 's'}"


def within(sentence: str) -> str:
    """Returns a sentence as it stands within another one, in brackets or behind a colon."""
    is_name = sentence.partition(" ")[0] not in _OPENINGS
    return sentence if is_name else sentence[:1].lower() + sentence[1:]


def ended(words: str) -> str:
    """Returns a sentence with its full stop; after a question mark there is none."""
    words = words.rstrip(". ")
    return words if _asks(words) or not words else f"{words}."


def joined(*clauses: str) -> str:
    """Returns clauses with semicolons between them, without the full stop at the end.

    What follows a question mark begins a sentence.
    """
    told = ""
    for each in filter(None, (each.rstrip(". ") for each in clauses)):
        told = f"{told} {each[:1].upper()}{each[1:]}" if _asks(told) else f"{told}; {each}"
    return told.removeprefix("; ")


def _asks(words: str) -> bool:
    return words.rstrip("”’\"'").endswith(("?", "!", "…"))


def entries(count: int) -> str:
    """Returns "1 entry", "4 entries"."""
    return f"{count} {'entry' if count == 1 else 'entries'}"


def accounts(count: int) -> str:
    """Returns "1 account", "4 accounts": nobody knows how many people these are."""
    return f"{count} account{'' if count == 1 else 's'}"


def share(count: int, total: int) -> str:
    """Returns a share in words: "6 %", "less than 1 %"."""
    if 0 < count * 100 < total:
        return "less than 1 %"
    return f"{count / max(total, 1):.0%}".replace("%", " %")


def sure(confidence: float) -> int:
    """Returns a confidence in percent; what nobody looked at is never said to be certain."""
    return min(99, round(100 * confidence))


def place(question: str | None) -> str:
    """Returns the name of where a post is placed: a question's id, or General."""
    return question or "General"


def too_long(summary: str | None) -> str:
    """Returns a warning about a summary of the whole chat that is too long; "" where it is not."""
    lines = sum(-(-len(line) // _LINE) for line in (summary or "").splitlines())
    if lines <= _LINES:
        return ""
    return (
        f"The summary of the chat takes {lines} lines of the page; write {_LINES} at most, for"
        " readers who get no further. It is kept whole."
    )


def _placed(event: ev.Placed, known: Known) -> str:
    if not event.moves:  # those that were placed were erased; what followed them stays
        return f"Moved {posts(len(event.carried))} along with what was erased"
    targets = list(dict.fromkeys(event.moves.values()))
    moved = (post for post, to in event.carried.items() if to.question in targets)
    along = sum(known.stands_at(post) != event.carried[post].question for post in moved)
    if event.late and len(targets) == 1:
        return f"Late answers to {place(targets[0])}: {posts(len(event.moves) + along)}"
    went = f"; {along} went along" if along else ""
    count = posts(len(event.moves))
    if all(known.stands_at(i) == target for i, target in event.moves.items()):
        where = f" under {place(targets[0])}" if len(targets) == 1 else ""
        return f"Confirmed {count}{where}{went}"
    sources = {known.stands_at(post_id) for post_id in event.moves}
    where = " and ".join(map(place, targets))
    if len(sources) == 1:
        return f"Moved {count} from {place(next(iter(sources)))} to {where}{went}"
    return f"Moved {count} to {where}{went}"
