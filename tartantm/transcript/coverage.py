"""What was captured and what became of it, as numbers; `formats.about` says it in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.events import Filled
from tartantm.transcript.clean_text import one_line
from tartantm.transcript.model import Coverage, Gap, Item, Recheck, SourceState


def coverage(chat: Chat, shown: Sequence[Item]) -> Coverage:
    """Count the chat's posts by what became of them; each post counts once."""
    held = [entry for entry in chat.entries.values() if not entry.withdrawn]
    fates = Counter(_fate(entry, chat) for entry in held)
    remarks = sum(entry.post.id.startswith("room:") for entry in held)
    folded = [entry for entry in held if entry.folded_into and _fate(entry, chat) == "folded"]
    placed = Counter(item.placement.by for item in shown if item.speaker.network != "room")
    return Coverage(
        tuple(
            SourceState(public(name), state.state, public(state.detail), state.damaged)
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
        tuple(_gaps(chat)),
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
    first = chat.entry(entry.folded_into)
    if first is None:
        return "folded" if entry.folded_into else "shown"
    return "hidden" if _fate(first, chat) == "hidden" else "folded"


def _gaps(chat: Chat) -> Iterator[Gap]:
    """Yields the times in which a source was lost, and what asking for the missed posts brought."""
    tz = chat.agenda.tz
    lost: dict[str, datetime] = {}
    filled: dict[str, list[Filled]] = {}
    ended: list[tuple[str, datetime, datetime | None]] = []
    for _, report in chat.coverage:
        if isinstance(report, Filled):
            filled.setdefault(report.source, []).append(report)
        elif report.state == "lost" and report.at:
            lost.setdefault(report.source, report.at)
        elif report.state == "connected" and report.source in lost:
            ended.append((report.source, lost.pop(report.source), report.at))
    ended += [(source, since, None) for source, since in lost.items()]
    for source, since, until in sorted(ended, key=lambda gap: gap[1]):
        asked = [
            one
            for one in filled.get(source, ())
            if one.since <= (until or one.since) and one.until >= since
        ]
        answered = [one for one in asked if one.by]
        yield Gap(
            public(source),
            since.astimezone(tz),
            until.astimezone(tz) if until else None,
            bool(answered),
            sum(one.posts for one in answered),
            next((public(one.why) for one in asked if one.why), ""),
        )


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
