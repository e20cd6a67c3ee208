"""Writes a chat as tartantm's own archive, which `own_format` describes and parses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC

import msgspec

from tartantm.archives.own_format import FORMAT, VERSION
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.post import clean
from tartantm.networks.json_fields import Json

_BEYOND = re.compile(r"[^\x00-\x7f]+")


def write(chat: Chat, *, include_hidden: bool = False) -> Iterator[str]:
    r"""The lines of a chat's archive, each with its ``\n``: the header, then posts by time.

    Deleted posts, posts that are not public and undone captures are left out, and hidden posts
    unless `include_hidden`.
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
    for turn in chat.periods.active:
        period: Json = {"question": turn.question, "at": turn.at.astimezone(UTC)}
        if turn.question:
            period |= {"by": turn.by} | ({"post": turn.post} if turn.post else {})
        turns.append(period)
    agenda = msgspec.to_builtins(chat.agenda)
    # Whether a default is left out depends on where the agenda came from; labels always are last.
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
    record: Json = {"number": entry.number, "post": entry.post, "placement": entry.placement}
    if entry.starred:
        record["starred"] = True
    if entry.marks:
        record["marks"] = entry.marks
    if note := clean(entry.note or ""):
        record["note"] = note
    if entry.hidden:
        record["hidden"] = True
    if entry.carried:
        record["carried"] = True
    if entry.earlier:
        record["earlier"] = entry.earlier
    return record


def _line(value: Json) -> str:
    """A value as one line of ASCII."""
    try:
        line = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")) + "\n"
    if not line.isascii():
        line = _BEYOND.sub(lambda match: json.dumps(match[0])[1:-1], line)
    return line + "\n"
