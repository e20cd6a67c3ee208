"""Parses tartantm's own archive: a chat with all decisions about its posts, as JSON Lines.

The first line is the header: ``format``, ``version``, the agenda, when questions were open, and the
summaries. Each further line is a record, recognised by its key: ``post`` with what was decided
about it, ``edit`` (a later wording, received at its ``edited_at``) or ``deletion``. `write` writes
the present state, for which ``post`` is enough; other recordings may have each edit and deletion.

``number`` beside ``post`` is for people: the post's number in the session that wrote the archive,
as its transcripts have it. A session that is restored from the archive numbers its posts anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from tartantm.archives import validate
from tartantm.core.agenda import Agenda
from tartantm.core.entry import Wording
from tartantm.core.events import Closed, Deleted, Mark, Opened, Placement
from tartantm.core.post import Post, clean
from tartantm.networks.heard import Unreadable
from tartantm.networks.json_fields import Json, mapping

FORMAT = "tartantm-archive"
VERSION = 1


class Header(Struct):
    """The first line: the chat without its posts."""

    agenda: Agenda | None
    turns: list[Opened | Closed]
    summaries: dict[str, str]
    """By question."""
    summary: str | None
    """On the whole chat."""


class RecordedPost(Struct):
    """A post with what was decided about it."""

    post: Post
    placement: Placement | None = None
    starred: bool = False
    marks: tuple[Mark, ...] = ()
    """In the order in which they were added."""
    note: str | None = None
    hidden: bool = False
    carried: bool = False
    """Whether it only came along with posts of the chat, as what they refer to."""
    earlier: tuple[Wording, ...] = ()
    """Wordings before the present one, oldest first."""
    later: list[Post] = field(default_factory=list)
    """Wordings from ``edit`` lines."""


class RecordedEdit(Struct):
    """An ``edit`` line: a later wording."""

    post: Post


def read_line(value: Json) -> Header | RecordedPost | RecordedEdit | Deleted | None:
    """Parse one line of an archive; None where it is no line of ours.

    Raises Unreadable where it is one, but invalid.
    """
    if value.get("format") == FORMAT:
        return _header(value)
    if _names_post(value.get("post")):
        kept = validate.convert({**value, "later": []}, RecordedPost, "post")
        return RecordedPost(
            post=validate.post(kept.post),
            placement=validate.placement(kept.placement) if kept.placement else None,
            starred=kept.starred,
            marks=tuple(dict.fromkeys(kept.marks)),
            note=clean(kept.note or "") or None,
            hidden=kept.hidden,
            carried=kept.carried,
            earlier=tuple(Wording(validate.time(w.until), clean(w.text)) for w in kept.earlier),
        )
    if _names_post(value.get("edit")):
        post = validate.post(validate.convert(value["edit"], Post, "edit"))
        if post.edited_at is None:
            raise Unreadable("an edit does not say when it was made")
        return RecordedEdit(replace(post, received_at=None))
    if isinstance(mapping(value, "deletion").get("posts"), list):
        gone = validate.convert({"event": "deleted", **value["deletion"]}, Deleted, "deletion")
        return Deleted(tuple(map(validate.post_id, gone.posts)), validate.time(gone.at), gone.why)
    return None


def _names_post(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str) and "author" in value


def _header(value: Json) -> Header:
    version = value.get("version")
    if version != VERSION:
        raise Unreadable(f"an archive of version {version!r:.20}, made by another tartantm")
    agenda, turns, summaries = value.get("agenda"), value.get("turns"), mapping(value, "summaries")
    return Header(
        agenda=validate.agenda(validate.convert(agenda, Agenda, "agenda")) if agenda else None,
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
            closed = validate.convert({**turn, "event": "closed", "question": last}, Closed, "turn")
            yield Closed(last, validate.time(closed.at))
        else:
            turn = {**turn, "event": "opened"} if isinstance(turn, dict) else turn
            opened = validate.convert(turn, Opened, "turn")
            last = clean(opened.question, lines=False)
            yield Opened(last, validate.time(opened.at), opened.by, validate.reference(opened.post))


def wordings(kept: RecordedPost) -> Iterator[Post]:
    """A post as it was received, one wording after the other, each with its own version.

    What only came along with posts is none of the chat, and so is received by none of these.
    """
    if kept.carried:
        return
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
