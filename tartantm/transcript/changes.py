"""What changed for readers since files were written: how many posts by kind, never which.

Two chats are compared: the one that the files show, and the one that holds now. So what was undone
again counts for nothing. What was erased left the file with its history, and is counted by the
events that say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from tartantm.core.change_kinds import KINDS
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.events import Erased, Recorded
from tartantm.transcript.build import build
from tartantm.transcript.model import Item, Transcript
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.visibility import PublicView


def changes_since(
    shows: int, recorded: Sequence[Recorded], chat: Chat, options: ExportOptions
) -> dict[str, int]:
    """Returns how many posts changed since event number `shows`, by kind; empty where none did.

    `recorded` are all events of `chat` as the file holds them now; `options` are those with which
    the files were written.
    """
    before = Chat(item for item in recorded if item.seq <= shows)
    later = [item.event for item in recorded if item.seq > shows]
    erasures = [event for event in later if isinstance(event, Erased)]
    counts = Counter(erased=sum(event.count for event in erasures))
    counts["rewritten"] = sum(event.rewritten for event in erasures)
    counts.update(_fates(before, chat))
    then, now = (build(PublicView(each, options)) for each in (before, chat))
    counts.update(_in_items(then, now))
    # Every change of a post changes figures as well, so these only tell where no post changed.
    if _headings(then) != _headings(now) or (not +counts and _lasting(then) != _lasting(now)):
        counts["other"] = 1
    return {kind: counts[kind] for kind in KINDS if counts[kind] > 0}


def _fates(before: Chat, chat: Chat) -> Counter[str]:
    """Counts the posts that readers may see no longer, or may see only now."""
    counts: Counter[str] = Counter()
    for entry in chat.posts():
        old = before.entries.get(entry.id)
        if old is None or old.carried:
            counts["added"] += entry.published
        elif fate := _fate(old, entry):
            counts[fate] += 1
    return counts


def _fate(old: Entry, new: Entry) -> str:
    """Returns what became of a post since, "" for nothing."""
    if new.deleted_at:
        # What is deleted has left its event, so it was never there; but only later it is said why.
        return "" if old.deleted_why else "deleted"
    if new.withdrawn != old.withdrawn:
        return "removed" if new.withdrawn else "added"
    if new.post.visibility == "restricted":
        return "" if old.post.visibility == "restricted" else "deleted"
    was_out, is_out = old.hidden or old.muted, new.hidden or new.muted
    if was_out and not is_out:
        return "shown"
    if is_out and not was_out:
        return "hidden" if new.hidden else "muted"
    return ""


def _in_items(then: Transcript, now: Transcript) -> Counter[str]:
    """Counts the differences of the posts that readers see both then and now."""
    counts: Counter[str] = Counter()
    # Ids and anchors become others where something is redacted; numbers stay.
    old_items = {item.number: item for item in then.posts if item.number}
    for item in now.posts:
        old = old_items.get(item.number)
        if old is not None and (kind := _difference(old, item)):
            counts[kind] += 1
    return counts


def _difference(old: Item, new: Item) -> str:
    """Returns the kind of the most important difference, "" where there is none."""
    if new.redacted != old.redacted:
        return "redacted" if new.redacted else "shown"
    if new.edited != old.edited:
        return "edited"
    if new.question != old.question:
        return "moved"
    if (new.starred, new.marks, new.note) != (old.starred, old.marks, old.note):
        return "annotated"
    return ""


def _headings(transcript: Transcript) -> tuple[Any, ...]:
    """Returns what stands around the posts in words."""
    one = transcript
    parts = [(part.title, part.summary) for part in one.parts]
    return one.title, one.hashtags, one.when, one.people, one.venues, one.summary, parts


def _lasting(transcript: Transcript) -> Transcript:
    """Returns the transcript without what differs by being asked for or written again."""
    coverage = replace(transcript.coverage, until=None, rechecked=None)
    return replace(transcript, coverage=coverage, corrections=(), running_at=None)
