"""tartantm's own archive: a chat with all that was decided, as JSON Lines in ASCII.

The first line is the header: ``format``, ``version``, the agenda, when questions were open, and the
summaries. Each further line is a record, told by its key: ``post`` with what was decided about it,
``edit`` (a later wording, heard at its ``edited_at``) or ``deletion``. `write` gives the present
state, for which ``post`` is enough; recordings made otherwise may tell what happened one by one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from tartantm.agenda import Agenda
from tartantm.entry import Entry, Wording
from tartantm.events import (
    Captured,
    Closed,
    Deleted,
    Edited,
    Event,
    Hidden,
    Mark,
    Marked,
    Noted,
    Opened,
    Placement,
    Starred,
    Summarised,
)
from tartantm.post import Post, clean
from tartantm.sources import own_cleaning as safe
from tartantm.sources.payload import Json, Unreadable, mapping

if TYPE_CHECKING:
    from tartantm.chat import Chat
    from tartantm.sources.archive import Archive

FORMAT = "tartantm-archive"
VERSION = 1


class Header(Struct):
    """The first line: the chat but for its posts."""

    agenda: Agenda | None
    turns: list[Opened | Closed]
    summaries: dict[str, str]
    """By question."""
    summary: str | None
    """On the whole chat."""


class Kept(Struct):
    """A post with what was decided about it."""

    post: Post
    placement: Placement | None = None
    starred: bool = False
    marks: tuple[Mark, ...] = ()
    """In the order they were given."""
    note: str | None = None
    hidden: bool = False
    earlier: tuple[Wording, ...] = ()
    """Wordings before the present one, oldest first."""
    later: list[Post] = field(default_factory=list)
    """Wordings that ``edit`` lines tell."""


class Later(Struct):
    """An ``edit`` line: a later wording."""

    post: Post


def read_line(value: Json) -> Header | Kept | Later | Deleted | None:
    """Read one line of an archive; None where it is no line of ours.

    Raises Unreadable where it is one, but not as it should be.
    """
    if value.get("format") == FORMAT:
        return _header(value)
    if _names_post(value.get("post")):
        kept = safe.convert({**value, "later": []}, Kept, "post")
        return Kept(
            post=safe.post(kept.post),
            placement=safe.placement(kept.placement) if kept.placement else None,
            starred=kept.starred,
            marks=tuple(dict.fromkeys(kept.marks)),
            note=clean(kept.note or "") or None,
            hidden=kept.hidden,
            earlier=tuple(Wording(safe.time(w.until), clean(w.text)) for w in kept.earlier),
        )
    if _names_post(value.get("edit")):
        post = safe.post(safe.convert(value["edit"], Post, "edit"))
        if post.edited_at is None:
            raise Unreadable("an edit does not say when it was made")
        return Later(replace(post, received_at=None))
    if isinstance(mapping(value, "deletion").get("posts"), list):
        told = safe.convert({"event": "deleted", **value["deletion"]}, Deleted, "deletion")
        return Deleted(tuple(map(safe.post_id, told.posts)), safe.time(told.at), told.why)
    return None


def _names_post(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str) and "author" in value


def _header(value: Json) -> Header:
    version = value.get("version")
    if version != VERSION:
        raise Unreadable(f"an archive of version {version!r:.20}, made by another tartantm")
    agenda, turns, summaries = value.get("agenda"), value.get("turns"), mapping(value, "summaries")
    return Header(
        agenda=safe.agenda(safe.convert(agenda, Agenda, "agenda")) if agenda else None,
        turns=[*_turns(turns if isinstance(turns, list) else [])],
        summaries={
            question: text
            for question, summary in summaries.items()
            if isinstance(summary, str) and (text := clean(summary))
        },
        summary=clean(value["summary"]) or None if isinstance(value.get("summary"), str) else None,
    )


def _turns(turns: list[Any]) -> Iterator[Opened | Closed]:
    last = ""
    for turn in turns:
        if isinstance(turn, dict) and turn.get("question") is None:
            closed = safe.convert({**turn, "event": "closed", "question": last}, Closed, "turn")
            yield Closed(last, safe.time(closed.at))
        else:
            turn = {**turn, "event": "opened"} if isinstance(turn, dict) else turn
            opened = safe.convert(turn, Opened, "turn")
            last = clean(opened.question, lines=False)
            yield Opened(last, safe.time(opened.at), opened.by, safe.reference(opened.post))


def wordings(kept: Kept) -> Iterator[Post]:
    """A post as it was heard, wording after wording, each with a version of its own."""
    texts = [wording.text for wording in kept.earlier]
    if not texts:
        yield kept.post
        return
    yield replace(kept.post, text=texts[0], version="wording 1", edited_at=None)
    for n, wording in enumerate(kept.earlier[:-1], 2):
        yield replace(
            kept.post,
            text=texts[n - 1],
            version=f"wording {n}",
            edited_at=wording.until,
            received_at=None,
        )
    edited_at = kept.post.edited_at or kept.earlier[-1].until
    yield replace(kept.post, edited_at=edited_at, received_at=None)


def write(chat: Chat, *, include_hidden: bool = False) -> Iterator[str]:
    r"""A chat as it stands, line by line, each with its ``\n``: the header, then posts by time.

    Left out are deleted posts, those that are not public, and with them what was undone; hidden
    ones too unless `include_hidden`.
    """
    yield header(chat)
    for entry in chat.ordered():
        if entry.withdrawn or entry.deleted_at or entry.post.visibility == "restricted":
            continue
        if include_hidden or not entry.hidden:
            yield _line(_record(entry))


def header(chat: Chat) -> str:
    """The first line of a chat's archive."""
    summaries = {
        question.id: summary
        for question in chat.agenda.questions
        if (summary := clean(chat.summary_of(question.id) or ""))
    }
    turns: list[Json] = []
    for turn in chat.turns.running:
        told: Json = {"question": turn.question, "at": turn.at.astimezone(UTC)}
        if turn.question:
            told |= {"by": turn.by} | ({"post": turn.post} if turn.post else {})
        turns.append(told)
    agenda = msgspec.to_builtins(chat.agenda)
    # A default is left out or not by where it came from; this one never, and it stands at the end.
    agenda.pop("labels", None)
    agenda["labels"] = chat.agenda.labels
    return _line(
        {
            "format": FORMAT,
            "version": VERSION,
            "agenda": agenda,
            "turns": turns,
            "summaries": summaries,
            "summary": clean(chat.summary or "") or None,
        }
    )


def _record(entry: Entry) -> Json:
    record: Json = {"post": entry.post, "placement": entry.placement}
    if entry.starred:
        record["starred"] = True
    if entry.marks:
        record["marks"] = entry.marks
    if note := clean(entry.note or ""):
        record["note"] = note
    if entry.hidden:
        record["hidden"] = True
    if entry.earlier:
        record["earlier"] = entry.earlier
    return record


def _line(value: Json) -> str:
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=True) + "\n"


def restore(archive: Archive, agenda: Agenda | None = None) -> list[Event]:
    """The events that make the archive's chat again, to follow its `Begun`.

    Of questions that `agenda` (the archive's own, where not given) does not have, nothing is
    opened or summed up, and their posts go to General, in the inbox. Posts that are not public
    stay out.
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


def _placement(kept: Kept, known: set[str | None]) -> Placement:
    placed = kept.placement
    if placed is None:
        return Placement(None, "archive", "The archive does not place it", 0.0, inbox=True)
    if placed.question not in known:
        reason = f"The agenda has no {placed.question}, where the archive places it"
        return Placement(None, "archive", reason, 0.0, inbox=True)
    return placed


def _captured(kept: Kept, placement: Placement) -> Iterator[Event]:
    """A post's capture and its edits, so that each earlier wording ends when it did."""
    post = kept.post
    texts = [*(wording.text for wording in kept.earlier), post.text]
    held = replace(post, text=texts[0], edited_at=None) if kept.earlier else post
    yield Captured(held, placement)
    steps = [
        replace(post, text=text, edited_at=wording.until)
        for text, wording in zip(texts[1:], kept.earlier, strict=True)
    ]
    later = [each for each in kept.later if _older(post, each)]
    for step in (*steps, post, *sorted(later, key=lambda each: each.edited_at or each.created_at)):
        if step == held:
            continue
        # The chat takes no edit for an earlier one than it has; forgetting the time lets it.
        if held.edited_at and _older(step, held):
            yield Edited(replace(held, edited_at=None))
        yield Edited(step)
        held = step


def _older(one: Post, other: Post) -> bool:
    """Whether a wording is from before another; one without a time is from before all."""
    if one.edited_at is None or other.edited_at is None:
        return other.edited_at is not None
    return one.edited_at < other.edited_at


def _marked(kept: Iterable[Kept]) -> Iterator[Marked]:
    """Marks in rounds, the first of every post first, so that each post's keep their order."""
    given = [[(mark, each.post.id) for mark in each.marks] for each in kept if each.marks]
    for turn in zip_longest(*given):
        posts: dict[Mark, list[str]] = {}
        for mark, post_id in filter(None, turn):
            posts.setdefault(mark, []).append(post_id)
        for mark, ids in posts.items():
            yield Marked(tuple(ids), mark)
