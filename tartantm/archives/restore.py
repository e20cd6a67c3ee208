"""Restores a chat from its archive, as the events that make it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from msgspec.structs import replace

from tartantm.archives.own_format import RecordedPost
from tartantm.archives.read import Archive
from tartantm.core.agenda import Agenda
from tartantm.core.carried import CONTEXT
from tartantm.core.events import (
    NO_CARRIER,
    Captured,
    Closed,
    Deleted,
    Edited,
    Event,
    Hidden,
    Mark,
    Marked,
    Noted,
    Placement,
    Starred,
    Summarised,
)
from tartantm.core.post import Post


def restore(archive: Archive, agenda: Agenda | None = None) -> list[Event]:
    """The events that make the archive's chat again, to be recorded after `Begun`.

    Questions that `agenda` (by default the archive's own) does not have are neither opened nor
    summarised, and their posts go to General, in the inbox. Posts that are not public are left out.
    """
    agenda = agenda or archive.agenda
    known: set[str | None] = {None}
    known.update(question.id for question in (agenda.questions if agenda else ()))
    kept = [each for each in archive.kept.values() if each.post.visibility != "restricted"]
    turns = archive.turns
    events: list[Event] = [t for t in turns if isinstance(t, Closed) or t.question in known]
    for each in kept:
        events += _captured(each, _placement(each, known))
    if starred := tuple(each.post.id for each in kept if each.starred):
        events.append(Starred(starred))
    events += _marked(kept)
    events += [Noted(each.post.id, each.note) for each in kept if each.note]
    if hidden := tuple(each.post.id for each in kept if each.hidden):
        events.append(Hidden(hidden))
    events += [Summarised(q, text) for q, text in archive.summaries.items() if q in known]
    if archive.summary:
        events.append(Summarised(None, archive.summary))
    return events + [item for item in archive.heard if isinstance(item, Deleted)]


def _placement(kept: RecordedPost, known: set[str | None]) -> Placement:
    placed = kept.placement
    if kept.carried:
        return CONTEXT
    if placed is None:
        return Placement(None, "archive", "The archive does not place it", 0.0, inbox=True)
    if placed.question not in known:
        reason = f"The agenda has no {placed.question}, where the archive places it"
        return Placement(None, "archive", reason, 0.0, inbox=True)
    return placed


def _captured(kept: RecordedPost, placement: Placement) -> Iterator[Event]:
    """A post's capture and its edits, so that each earlier wording ends when it ended."""
    post = kept.post
    texts = [*(wording.text for wording in kept.earlier), post.text]
    held = replace(post, text=texts[0], edited_at=None) if kept.earlier else post
    yield Captured(held, placement, "", NO_CARRIER if kept.carried else "")
    steps = [
        replace(post, text=text, edited_at=wording.until)
        for text, wording in zip(texts[1:], kept.earlier, strict=True)
    ]
    later = [each for each in kept.later if _older(post, each)]
    for step in (*steps, post, *sorted(later, key=lambda each: each.edited_at or each.created_at)):
        if step == held:
            continue
        # The chat ignores an edit that is older than the wording it has, unless that has no time.
        if held.edited_at and _older(step, held):
            yield Edited(replace(held, edited_at=None))
        yield Edited(step)
        held = step


def _older(one: Post, other: Post) -> bool:
    """Whether a wording is older than another; one without a time is older than all."""
    if one.edited_at is None or other.edited_at is None:
        return other.edited_at is not None
    return one.edited_at < other.edited_at


def _marked(kept: Iterable[RecordedPost]) -> Iterator[Marked]:
    """Marks in rounds: the first of every post, then the second; so each post keeps its order."""
    given = [[(mark, each.post.id) for mark in each.marks] for each in kept if each.marks]
    for turn in zip_longest(*given):
        posts: dict[Mark, list[str]] = {}
        for mark, post_id in filter(None, turn):
            posts.setdefault(mark, []).append(post_id)
        for mark, ids in posts.items():
            yield Marked(tuple(ids), mark)
