"""What was captured and what became of it, as numbers; `formats.about` says it in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.events import Hearing, SourceChanged
from tartantm.core.listening import Listening, Unanswered, listening
from tartantm.core.silences import silences
from tartantm.transcript.clean_text import one_line
from tartantm.transcript.model import Coverage, Gap, Item, Recheck, SourceState
from tartantm.transcript.public_reasons import public_reason, public_unanswered

_MOMENT = timedelta(microseconds=1)


def coverage(chat: Chat, shown: Sequence[Item], *, for_moderator: bool = False) -> Coverage:
    """Count the chat's posts by what became of them; each post counts once.

    The moderator reads reasons as they are recorded, readers those that are public.
    """
    reason = _recorded if for_moderator else public_reason
    unsaid = public if for_moderator else public_unanswered
    held = [entry for entry in chat.posts() if not entry.withdrawn]
    fates = Counter(_fate(entry, chat) for entry in held)
    remarks = sum(entry.post.id.startswith("room:") for entry in held)
    said_in = [entry for entry in held if entry.folded_into or entry.repeats]
    folded = [entry for entry in said_in if _fate(entry, chat) == "folded"]
    shown = [item for item in shown if item.counts]
    placed = Counter(item.placement.by for item in shown if item.speaker.network != "room")
    heard = tuple(_listening(chat, reason, unsaid))
    return Coverage(
        tuple(
            SourceState(public(name), state.state, reason(_why(state), ""), state.damaged)
            for name, state in chat.sources.items()
        ),
        len(held) - remarks,
        remarks,
        len(shown),
        len(folded),
        sum(not entry.post.repost_of for entry in folded),
        fates["hidden"],
        fates["deleted"],
        fates["restricted"],
        chat.erased,
        sum(item.redacted is not None for item in shown),
        {one_line(by): number for by, number in sorted(placed.items())},
        sum(item.in_inbox for item in shown),
        chat.changed_at.astimezone(chat.agenda.tz) if chat.changed_at else None,
        _recheck(chat),
        tuple(_gaps(heard)),
        listening=heard,
        silences=tuple(silences(heard)),
    )


def _fate(entry: Entry, chat: Chat) -> str:
    """Returns what became of a post: the first of these that applies.

    What is folded into a hidden post is shown nowhere, and so is hidden with it.
    """
    if entry.deleted_at:
        return "deleted"
    if entry.post.visibility == "restricted":
        return "restricted"
    if entry.hidden or entry.muted:
        return "hidden"
    said_in = entry.folded_into or entry.repeats
    first = chat.entry(said_in)
    if first is None:
        return "folded" if said_in else "shown"
    return "hidden" if _fate(first, chat) == "hidden" else "folded"


def _why(state: SourceChanged) -> str:
    """Returns why a source is in its last state; what it did not say to the end is told apart."""
    return "" if state.state == "ended" and state.since else state.detail


def _recorded(why: str, how: Hearing = "") -> str:
    """Returns a reason as the moderator reads it, without folders and user names."""
    return public(why)


def _listening(
    chat: Chat, reason: Callable[[str, Hearing], str], unsaid: Callable[[str], str]
) -> Iterator[Listening]:
    """Yields what came of each source, by the chat's time zone and without what is private."""
    tz = chat.agenda.tz
    for each in listening(chat.coverage, last_received(chat)):
        yield Listening(
            public(each.source),
            tuple(
                replace(
                    stretch,
                    since=stretch.since.astimezone(tz),
                    until=stretch.until.astimezone(tz),
                    why=reason(stretch.why, stretch.how),
                    why_lost=reason(stretch.why_lost, ""),
                )
                for stretch in each.stretches
            ),
            tuple(
                Unanswered(one.since.astimezone(tz), one.until.astimezone(tz), unsaid(one.what))
                for one in each.unanswered
            ),
        )


def _gaps(heard: Iterable[Listening]) -> Iterator[Gap]:
    """Yields the times in which a source was not heard, and what came of asking for the posts.

    What was posted before a source was first heard and was had afterwards is no gap.
    """
    gaps = [
        (each.source, stretch)
        for each in heard
        for stretch in each.stretches
        if stretch.kind == "missed" or (stretch.kind == "filled" and not stretch.before_first)
    ]
    for source, stretch in sorted(gaps, key=lambda gap: gap[1].since):
        until = None if stretch.is_open else stretch.until
        filled = stretch.kind == "filled"
        why = stretch.why, stretch.why_lost
        yield Gap(source, stretch.since, until, filled, stretch.posts, *why)


def last_received(chat: Chat) -> dict[str, datetime]:
    """Returns when the last post came by each source."""
    found: dict[str, datetime] = {}
    for entry in chat.posts():
        at = entry.post.received_at
        if at is not None and entry.source and at > found.get(entry.source, at - _MOMENT):
            found[entry.source] = at
    return found


def _recheck(chat: Chat) -> Recheck | None:
    if chat.rechecked is None:
        return None
    at, report = chat.rechecked
    local = at.astimezone(chat.agenda.tz)
    return Recheck(local, report.asked, report.gone, report.edited, report.unanswered)


_USER = re.compile(r"(?<=//)[^/@\s]*@")
_FOLDERS = re.compile(r"(?i)^file:.*[/\\]")


def public(words: str) -> str:
    """Returns a source's name or state without folders and user names, which are private."""
    return _FOLDERS.sub("file:", _USER.sub("", one_line(words)))
