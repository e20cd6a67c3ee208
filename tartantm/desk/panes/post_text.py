"""A post's words and author for the panes, with what is redacted struck out.

Behind what is struck out stands what readers see instead, so that it is plain without colours too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

from textual.content import Content

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.post import Post
from tartantm.core.redaction import Redactions
from tartantm.core.spans import Span, joined
from tartantm.desk.panes.pieces import Piece, cut_to
from tartantm.desk.shown_text import shown_text
from tartantm.moderation.search import Highlight

Marks = tuple[Callable[[str], Iterable[tuple[int, int]]], str]
"""Finds in a line what is to stand out, or to stand back, and the style for it."""


_NO_MARKS: Marks = (lambda line: (), "muted")


def marks_of(chat: Chat, match: Highlight | None) -> Marks:
    """Returns what stands out in a chat: what a search found, else the chat's own hashtags."""
    if match:
        return match.spans, "match"
    quiet = _tags(chat.agenda.hashtags)
    return (lambda line: [each.span() for each in quiet.finditer(line)] if quiet else []), "muted"


@lru_cache(256)  # a post is drawn again when the cursor comes to it, and when it leaves
def wrapped(text: str, width: int) -> tuple[str, ...]:
    """Break text into lines of at most `width` cells, at blanks where there are any."""
    if not text:
        return ()
    return tuple(line.plain.rstrip() for line in Content(shown_text(text)).wrap(max(width, 2)))


def author_pieces(post: Post, redactions: Redactions, style: str = "name") -> Iterator[Piece]:
    """Yields a post's author; struck out, and as readers see them, where that is not the same."""
    if not post.author.shown:
        yield "Nobody named", "muted"
        return
    name, seen = shown_text(post.author.shown), redactions.author(post).shown
    if seen == post.author.shown:
        yield name, style
    else:
        yield from ((name, "gone"), (" ", "text"), (shown_text(seen), "attention"))


def struck_pieces(text: str, spans: Iterable[Span], style: str) -> Iterator[Piece]:
    """Yields a text in one line; what is redacted is struck out."""
    yield from _pieces_of(_struck(text, joined(spans)), _NO_MARKS, style)


def wrapped_pieces(pieces: Iterable[Piece], width: int) -> Iterator[list[Piece]]:
    """Yields pieces as lines of at most `width` cells."""
    line = Content("").join(Content.styled(text, style) for text, style in pieces)
    yield from (list(_pieces_of(each, _NO_MARKS)) for each in line.wrap(max(width, 2)))


def struck_lines(
    text: str, spans: Iterable[Span], width: int, style: str, before: str = ""
) -> Iterator[list[Piece]]:
    """Yields a text in lines, with what stands before it; what is redacted is struck out."""
    if not (found := joined(spans)):
        yield from ([(line, style)] for line in wrapped(before + text, width))
        return
    for line in Content.assemble(before, _struck(text, found)).wrap(max(width, 2)):
        yield list(_pieces_of(line, _NO_MARKS, style))


def note_lines(
    entry: Entry, width: int, redactions: Redactions, before: str = ""
) -> Iterator[list[Piece]]:
    """Yields the lines of the moderator's note; what transcripts leave out of it is struck out."""
    if entry.note:
        spans = redactions.note_spans(entry)
        yield from struck_lines(entry.note, spans, width, "note", before)


def text_lines(
    post: Post, width: int, redactions: Redactions, marks: Marks = _NO_MARKS
) -> Iterator[list[Piece]]:
    """Yields the lines of a post's words; what is redacted is struck out."""
    if instead := redactions.instead(post.id):
        yield list(cut_to([(instead, "attention")], width))
        yield from ([(line, "gone")] for line in wrapped(post.text, width))
        return
    spans = joined(redactions.spans(post.text, post.links))
    if not spans:
        yield from (list(_styled(line, marks)) for line in wrapped(post.text, width))
        return
    for line in _struck(post.text, spans).wrap(max(width, 2)):
        yield list(_pieces_of(line, marks))


def _struck(text: str, spans: Iterable[Span]) -> Content:
    """A text with its redacted stretches marked, and behind each what readers see instead."""
    parts, at = list[Content](), 0
    for span in spans:
        parts += [
            Content(shown_text(text[at : span.start])),
            Content.styled(shown_text(text[span.start : span.end]), "gone"),
            Content(" "),
            Content.styled(span.shown, "attention"),
        ]
        at = span.end
    return Content("").join([*parts, Content(shown_text(text[at:]))])


def _pieces_of(line: Content, marks: Marks, base: str = "text") -> Iterator[Piece]:
    at, plain = 0, line.plain.rstrip()
    for start, end, name in sorted(line.spans):
        yield from _styled(plain[at:start], marks, base)
        yield plain[start:end], str(name)
        at = end
    yield from _styled(plain[at:], marks, base)


def _styled(line: str, marks: Marks, base: str = "text") -> Iterator[Piece]:
    find, style = marks
    at = 0
    for start, end in find(line):
        yield line[at:start], base
        yield line[start:end], style
        at = end
    yield line[at:], base


@cache
def _tags(hashtags: tuple[str, ...]) -> re.Pattern[str] | None:
    """The chat's own hashtags: they stand in nearly every post and say nothing there."""
    names = "|".join(map(re.escape, hashtags))
    return re.compile(rf"[#＃](?:{names})(?!\w)", re.IGNORECASE) if names else None
