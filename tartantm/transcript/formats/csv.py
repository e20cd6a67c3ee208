"""The transcript as CSV for spreadsheets: one row for each post, no cell taken for a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tartantm.transcript.clean_text import cleaned
from tartantm.transcript.model import Context, Item, Speaker, Transcript
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.times import stamp

COLUMNS = (
    *("number", "id", "network", "time_utc", "time_local", "question", "name", "handle"),
    *("organisation", "role", "venue", "text", "url", "reply_to", "repost_of", "quote_of"),
    *("language", "content_warning", "media", "placed_by", "reason", "confidence", "in_inbox"),
    *("answered_while_open", "starred", "marks", "note", "hidden", "redacted", "folded_into"),
    *("redacted_for", "undated"),
    *("quoted_name", "quoted_handle", "quoted_time_utc", "quoted_text", "quoted_url"),
    *("replied_to_name", "replied_to_handle", "replied_to_time_utc"),
    *("replied_to_text", "replied_to_url"),
    *("reposted_name", "reposted_handle", "reposted_time_utc", "reposted_text", "reposted_url"),
)
"""The head row."""

# Excel, LibreOffice and Google Sheets read a cell with one of these first as a formula.
_FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\t\r＝＋－＠]")
_ORDINARY = re.compile(r"[0-9A-Za-z][ !#-+\--~]*")
_QUOTED = re.compile('[",\r\n]')


def write(transcript: Transcript, options: ExportOptions) -> Iterator[str]:
    """Yields the file, row by row, after the byte order mark by which Excel recognises UTF-8."""
    yield "\ufeff" + ",".join(COLUMNS) + "\r\n"
    heads: dict[int, str] = {}
    for item in transcript.posts:
        head = heads.get(id(item.speaker))
        if head is None:
            head = heads[id(item.speaker)] = _speaker(item.speaker)
        yield ",".join(_cells(item, head)) + "\r\n"


def cell(text: str | None) -> str:
    """Returns `text` as a cell (RFC 4180) that no spreadsheet takes for a formula."""
    if not text:
        return ""
    # Most cells are a word, a time or a URL, and need no more checks.
    if _ORDINARY.fullmatch(text):
        return text
    text = cleaned(text)
    if not text[:1].isalnum() and _FORMULA.match(text):
        text = f"'{text}"
    if _QUOTED.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _speaker(speaker: Speaker) -> str:
    """Returns the cells that are the same for all posts of one speaker."""
    handle = speaker.handle[1:]
    return ",".join(map(cell, (speaker.name, handle, speaker.organisation, speaker.role)))


def _cells(item: Item, speaker: str) -> tuple[str, ...]:
    post, placement = item.post, item.placement
    iso = item.at.isoformat("T", "seconds")
    media = "; ".join(f"{one.kind}: {one.alt or 'without description'}" for one in post.media)
    return (
        str(item.number),
        cell(post.id),
        cell(item.speaker.network),
        item.created,
        iso,
        cell(item.question),
        speaker,
        cell(post.venue),
        cell(post.text),
        cell(item.url),
        cell(item.reply_to),
        cell(item.repost_of),
        cell(item.quote_of),
        cell(" ".join(post.languages)) if post.languages else "",
        cell(post.content_warning),
        cell(media),
        cell(placement.by),
        cell(placement.reason),
        str(placement.confidence),
        "yes" if item.in_inbox else "",
        cell(item.answered_while) if item.answered_while != "none" else "",
        "yes" if item.starred else "",
        " ".join(item.marks),
        cell(item.note),
        "yes" if item.hidden else "",
        "yes" if item.redacted else "",
        cell(item.folded_into),
        "; ".join(item.redacted.reasons) if item.redacted else "",
        "yes" if post.undated else "",
        _context(item.quoted),
        _context(item.answered),
        _context(item.reposted),
    )


def _context(context: Context | None) -> str:
    """Returns the cells of what came along with a post, and is none of the chat."""
    if context is None:
        return ",,,,"
    at = stamp(context.at) if context.at else ""
    name, handle = cell(context.name), cell(context.handle.lstrip("@"))
    return ",".join((name, handle, at, cell(context.post.text), cell(context.url)))
