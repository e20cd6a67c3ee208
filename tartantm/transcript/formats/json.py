"""The transcript as JSON, for programs; `transcript.schema.json` beside this file describes it.

Every other format could be made from this one: texts are here as they were written. This file is
longer than others because it has every part of a transcript.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.resources import files
from itertools import islice
from typing import Any

import msgspec

from tartantm.core.listening import Listening
from tartantm.core.post import Link
from tartantm.core.silences import Silence
from tartantm.transcript.clean_text import cleaned
from tartantm.transcript.model import Context, Correction, Count, Coverage, Item, Part, Transcript
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.times import stamp
from tartantm.transcript.web_links import url_host

FORMAT, VERSION = "tartantm-transcript", 1


def schema() -> dict[str, Any]:
    """Returns the published JSON Schema of the format."""
    text = files(__package__).joinpath("transcript.schema.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


def write(transcript: Transcript, options: ExportOptions) -> Iterator[str]:
    """Yields the file, piece by piece, with the keys in a fixed order."""
    yield f'{{\n "format": "{FORMAT}",\n "version": {VERSION},\n'
    yield f' "made_by": {_piece("tartantm " + transcript.version)},\n'
    yield f' "chat": {_piece(_chat(transcript))},\n'
    yield from _array("questions", map(_question, _questions(transcript)))
    yield from _array("posts", map(_Posts().post, transcript.posts))
    yield from _array("participants", map(_participant, transcript.participants))
    yield from _array("links", map(_link, transcript.links))
    yield f' "statistics": {_piece(_statistics(transcript))},\n'
    yield from _array("corrections", map(_correction, transcript.corrections))
    yield f' "coverage": {_piece(_coverage(transcript.coverage))}\n}}\n'


def _array(name: str, values: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yields a list under its key, 50 values at a time, so that memory stays small."""
    waiting, start = iter(values), f' "{name}": ['
    while some := list(islice(waiting, 50)):
        # Formatted within an object, as in the file, so that every line has the right indent.
        text = _formatted({"": some})
        yield start + text[text.index("[") + 1 : text.rindex("\n ]")]
        start = ","
    yield f"{start}],\n" if start != "," else "\n ],\n"


def _piece(value: object) -> str:
    """Returns a value formatted for a key of the outermost object."""
    text = _formatted({"": value})
    return text[text.index(":") + 2 : text.rindex("\n")]


def _formatted(value: object) -> str:
    """Returns a value as indented JSON; lone surrogates, which UTF-8 cannot encode, are cleaned."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_clean(value))
    return msgspec.json.format(encoded, indent=1).decode()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, dict):
        return {cleaned(key): _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


def _chat(transcript: Transcript) -> dict[str, Any]:
    return {
        "title": transcript.title,
        "hashtags": [tag[1:] for tag in transcript.hashtags],
        "starts": _stamp(transcript.starts),
        "ends": _stamp(transcript.ends),
        "timezone": transcript.timezone,
        "people": [
            {
                "name": one.name,
                "handles": one.handles,
                "role": one.role or None,
                "organisation": one.organisation or None,
            }
            for one in transcript.people
        ],
        "venues": [{"name": venue.name} for venue in transcript.venues],
        "summary": transcript.summary,
        "pseudonyms": transcript.pseudonyms or None,
        "running_at": _stamp(transcript.running_at),
        "page": transcript.address or None,
    }


def _questions(transcript: Transcript) -> list[Part]:
    return [part for part in transcript.parts if part.question]


def _question(part: Part) -> dict[str, Any]:
    question = part.question
    assert question is not None
    return {
        "id": question.id,
        "text": question.text,
        "parent": question.parent,
        "opened_at": _stamp(part.opened_at),
        "closed_at": _stamp(part.closed_at),
        "summary": part.summary,
        "anchor": part.id,
        "posts": part.posts,
        "people": part.people,
    }


class _Posts:
    """Makes the objects of one transcript's posts; each author's object is made once."""

    def __init__(self) -> None:
        self._authors: dict[int, dict[str, Any]] = {}

    def post(self, item: Item) -> dict[str, Any]:
        author = self._authors.get(id(item.speaker))
        if author is None:
            author = self._authors[id(item.speaker)] = _author(item)
        return _post(item, author)


def _author(item: Item) -> dict[str, Any]:
    author, speaker = item.post.author, item.speaker
    return {
        "handle": author.handle,
        "name": author.name,
        "id": author.id or None,
        "url": author.url,
        "bot": author.bot,
        "organisation": speaker.organisation or None,
        "role": speaker.role or None,
    }


def _post(item: Item, author: dict[str, Any]) -> dict[str, Any]:
    post, placement = item.post, item.placement
    return {
        "id": post.id,
        "network": item.speaker.network,
        "url": item.url,
        "author": author,
        "created_at": item.created,
        "text": post.text,
        "reply_to": item.reply_to,
        "repost_of": item.repost_of,
        "quote_of": item.quote_of,
        "language": post.languages[0] if len(post.languages) == 1 else None,
        "question": item.question,
        "placed_by": placement.by,
        "reason": placement.reason,
        "confidence": placement.confidence,
        "in_inbox": item.in_inbox,
        "starred": item.starred,
        "marks": item.marks,
        "note": item.note,
        "hidden": item.hidden,
        "folded_into": item.folded_into,
        "number": item.number,
        "anchor": None if item.folded_into else item.anchor,
        "undated": post.undated,
        "local_time": item.at.isoformat(timespec="seconds"),
        "edited_at": _stamp(item.edited),
        "answered_while_open": item.answered_while
        if item.answered_while not in ("", "none")
        else None,
        "answers": item.answers,
        "languages": post.languages,
        "hashtags": post.hashtags,
        "links": [_shared(one) for one in post.links] if post.links else (),
        "media": [msgspec.structs.asdict(one) for one in post.media] if post.media else (),
        "content_warning": post.content_warning,
        "sensitive": post.sensitive,
        "venue": post.venue,
        "text_withheld": item.withheld,
        "redacted": item.redacted is not None,
        "redaction": item.redacted
        and {"at": stamp(item.redacted.at), "by": "moderator", "reasons": item.redacted.reasons},
        "quoted": item.quoted and _context(item.quoted),
        "replied_to": item.answered and _context(item.answered),
        "reposted": item.reposted and _context(item.reposted),
        "counted": item.counts and item.folded_into is None,
    }


def _context(context: Context) -> dict[str, Any]:
    """Returns what came along with a post, and is none of the chat itself."""
    post, author = context.post, context.post.author
    return {
        "carried": True,
        "number": context.number,
        "id": post.id,
        "network": context.network,
        "url": context.url,
        "author": {"handle": context.handle.lstrip("@"), "name": context.name, "url": author.url},
        "created_at": _stamp(context.at),
        "text": post.text,
        "content_warning": post.content_warning,
        "links": [_shared(one) for one in post.links],
        "media": [msgspec.structs.asdict(one) for one in post.media],
        "text_withheld": context.withheld,
        "cut": context.cut,
        "redacted": context.redacted is not None,
        "hidden": context.hidden,
    }


def _shared(one: Link) -> dict[str, Any]:
    return {"url": one.url, "shown": one.shown, "title": one.title or None}


def _participant(one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "accounts": [
            {"handle": account.handle.lstrip("@") or None, "network": account.network}
            | ({"earlier": True} if account.earlier else {})
            for account in one.accounts
        ],
        "organisation": one.organisation or None,
        "role": one.role or None,
        "posts": one.posts,
        "first_post": one.first.post.id,
    }


def _link(one: Any) -> dict[str, Any]:
    return {
        "url": one.url,
        "host": url_host(one.url),
        "title": one.title or None,
        "shared_by": one.shared_by,
        "posts": [item.post.id for item in one.items],
    }


def _statistics(transcript: Transcript) -> dict[str, Any]:
    numbers = transcript.statistics
    return {
        "posts": numbers.posts,
        "people": numbers.people,
        "questions": [_count(one, "question", one.id) for one in numbers.questions],
        "networks": [_count(one, "network", one.id) for one in numbers.networks],
        "timeline": {
            "minutes": numbers.minutes,
            "bins": [
                {"from": stamp(one.start), "posts": one.posts, "opened": one.opened}
                for one in numbers.bins
            ],
            "earlier": numbers.earlier,
            "later": numbers.later,
        },
        "openings": [{"question": question, "at": stamp(at)} for question, at in numbers.openings],
        "posts_per_person": [
            {"from": one.least, "to": one.most or None, "people": one.people}
            for one in numbers.ranges
        ],
    }


def _count(one: Count, key: str, value: str | None) -> dict[str, Any]:
    return {key: value, "posts": one.posts, "people": one.people}


def _correction(one: Correction) -> dict[str, Any]:
    return {"at": stamp(one.at), "changes": one.changes}


def _coverage(facts: Coverage) -> dict[str, Any]:
    return {
        "sources": [msgspec.structs.asdict(one) for one in facts.sources],
        "captured": facts.captured,
        "remarks": facts.remarks,
        "shown": facts.shown,
        "folded": facts.folded,
        "copies": facts.copies,
        "hidden": facts.hidden,
        "deleted": facts.deleted,
        "restricted": facts.restricted,
        "erased": facts.erased,
        "redacted": facts.redacted,
        "placed": facts.placed,
        "unsure": facts.unsure,
        "until": _stamp(facts.until),
        "rechecked": facts.rechecked
        and msgspec.structs.asdict(facts.rechecked) | {"at": stamp(facts.rechecked.at)},
        "leaks": facts.leaks and msgspec.structs.asdict(facts.leaks),
        "gaps": [
            msgspec.structs.asdict(gap) | {"since": stamp(gap.since), "until": _stamp(gap.until)}
            for gap in facts.gaps
        ],
        "listening": [listening_object(one) for one in facts.listening],
        "nothing_heard": [silence_object(one) for one in facts.silences],
    }


def silence_object(one: Silence) -> dict[str, Any]:
    """Returns when no source was heard, and from which of them posts may be missing."""
    return {
        "since": stamp(one.since),
        "until": stamp(one.until),
        "missing": one.missing,
        "filled": one.filled,
        "why": one.why or None,
        "open": one.is_open,
    }


def listening_object(one: Listening) -> dict[str, Any]:
    """Returns over which times a source was to be heard, and what came of it."""
    return {
        "source": one.source,
        "heard": one.was_heard,
        "stretches": [
            {
                "since": stamp(each.since),
                "until": stamp(each.until),
                "kind": each.kind,
                "by": each.by or None,
                "posts": each.posts,
                "why": each.why or None,
                "lost": each.is_lost,
                "why_lost": each.why_lost or None,
                "open": each.is_open,
            }
            for each in one.stretches
        ],
        "unanswered": [
            {"since": stamp(each.since), "until": stamp(each.until), "what": each.what}
            for each in one.unanswered
        ],
    }


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None
