"""What was captured and what became of it, as numbers and in honest words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tartantm.chat import Chat
from tartantm.transcript.model import Coverage, Item, SourceState, Transcript
from tartantm.transcript.people import network_name
from tartantm.transcript.prose import line
from tartantm.transcript.times import clock, date

_PLACED = {
    "asked": "as the question itself",
    "label": "by the question’s number in the post",
    "reply": "with the post answered",
    "quote": "with the post quoted",
    "repost": "with the post repeated",
    "thread": "with the thread around it",
    "mention": "with a post of the person addressed",
    "time": "under the question that was open at the time",
    "wording": "by wording",
    "greeting": "as a greeting",
    "general": "as talk beside the questions",
    "archive": "as the recording had it",
    "moderator": "by the moderator",
}
"""How posts came to stand where they stand."""


def coverage(chat: Chat, shown: Sequence[Item]) -> Coverage:
    """Count what the chat holds by what became of it; each post counts once."""
    held = [entry for entry in chat.entries.values() if not entry.withdrawn]
    fates = Counter(
        "deleted"
        if entry.deleted_at
        else "restricted"
        if entry.post.visibility == "restricted"
        else "hidden"
        if entry.hidden
        else "folded"
        if entry.folded_into
        else "shown"
        for entry in held
    )
    remarks = sum(entry.id.startswith("room:") for entry in held)
    placed = Counter(item.placement.by for item in shown if item.speaker.network != "room")
    return Coverage(
        tuple(
            SourceState(_public(name), state.state, _public(state.detail), state.damaged)
            for name, state in chat.sources.items()
        ),
        len(held) - remarks,
        remarks,
        len(shown),
        fates["folded"],
        fates["hidden"],
        fates["deleted"],
        fates["restricted"],
        chat.erased,
        {line(by): number for by, number in sorted(placed.items())},
        sum(item.in_inbox for item in shown),
        chat.last_at.astimezone(chat.agenda.tz) if chat.last_at else None,
    )


_STATES = {
    "connected": "still connected when this was written",
    "ended": "heard to its end",
    "failed": "failed",
}
_USER = re.compile(r"(?<=//)[^/@\s]*@")
_FOLDERS = re.compile(r"(?i)^file:.*[/\\]")


def _public(words: str) -> str:
    """A source's name or state without folders and names that are nobody's business."""
    return _FOLDERS.sub("file:", _USER.sub("", line(words)))


def source_words(source: str) -> str:
    """ "Mastodon (mastodon.example)" for ``mastodon:mastodon.example``."""
    kind, _, where = source.partition(":")
    if kind == "file":
        return f"a recording ({where})" if where else "a recording"
    name = network_name(kind)
    return f"{name} ({where.partition('://')[2] or where})" if where else name


def count(number: int, one: str, many: str = "") -> str:
    """ "1 post", "1,204 posts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def sources(transcript: Transcript) -> list[str]:
    """A sentence a source."""
    told = []
    for state in transcript.coverage.sources:
        source = source_words(state.source)
        words = f"{source[0].upper()}{source[1:]}, {_STATES.get(state.state, state.state)}"
        if state.detail:
            words += f" ({state.detail.rstrip('.')})"
        if state.damaged:
            words += f"; {count(state.damaged, 'entry', 'entries')} could not be read"
        told.append(words + ".")
    return told


def inventory(transcript: Transcript) -> str:
    """What came in and what of it stands in the transcript."""
    facts = transcript.coverage
    among = sum(item.hidden for item in transcript.shown)
    out = [
        f"{facts.shown:,} shown" + (f", {among:,} of them hidden by the moderator" * bool(among))
    ]
    if facts.folded:
        out.append(f"{count(facts.folded, 'repost')} shown as a count")
    out += [
        f"{number:,} {words}"
        for number, words in (
            (facts.hidden * (not among), "hidden by the moderator"),
            (facts.deleted, "deleted by author or network"),
            (facts.restricted, "not meant for everybody by the author"),
        )
        if number
    ]
    text = f"{count(facts.captured, 'post')} captured"
    if facts.remarks:
        text += f" and {count(facts.remarks, 'remark')} from the room written down"
    text += f": {'; '.join(out)}."
    if facts.erased:
        text += f" {count(facts.erased, 'post')} erased for good."
    return text


def placing(transcript: Transcript) -> str:
    """How the shown posts came to stand where they stand."""
    facts = transcript.coverage
    if not facts.placed:
        return ""
    told = [
        f"{number:,} {_PLACED.get(by, f'by {by}')}"
        for by, number in sorted(facts.placed.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    text = f"How posts came to stand where they stand: {'; '.join(told)}."
    if facts.unsure:
        text += (
            f" {facts.unsure:,} of them"
            f" {'was' if facts.unsure == 1 else 'were'} placed by the program without being sure,"
            " and nobody has looked yet."
        )
    return text


def made(transcript: Transcript) -> str:
    """What made the transcript, from which state of the session."""
    text = f"Made with tartantm {transcript.version}"
    if until := transcript.coverage.until:
        text += f" from the session as it stood on {date(until)} at {clock(until)}"
    return text + "."


def moderators(transcript: Transcript) -> str:
    """Whom to ask, in words."""
    for role in ("moderator", "host"):
        names = [person.name for person in transcript.people if person.role == role]
        if names:
            return " or ".join(names)
    return "the moderator"
