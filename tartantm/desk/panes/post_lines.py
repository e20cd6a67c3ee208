"""Draws a post as lines of the list: a gutter of fixed columns at the left, then free text.

Nothing stands to the right of free text, since terminals disagree on how wide some characters are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache, lru_cache
from itertools import chain, repeat

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.post import NETWORKS, Media

GUTTER = 10
"""Columns before the text: cursor, selection, time, flag."""

MOST_LINES = 12
"""LineWidget of one post's text that the list shows; the details show all."""

STYLES = (
    *("text", "name", "muted", "question", "star", "note", "attention", "bar", "match"),
    *("cursor", "selected"),
)
"""Component classes of the widgets that show posts, without their prefix."""

Piece = tuple[str, str]
"""Text and the name of its style."""

_COMBINING = re.compile(r"([̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]{4})[̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]+")


@dataclass(frozen=True)
class PostStyle:
    """What the lines of a post depend on besides the post."""

    width: int
    cursor: bool = False
    selected: bool = False
    airy: bool = False
    """An empty line after each post."""
    match: re.Pattern[str] | None = None
    """Words that a search found."""


def shown_text(text: str) -> str:
    """Text as a terminal can draw it: at most four marks on one letter."""
    return _COMBINING.sub(r"\1", text)


@lru_cache(256)  # a post is drawn again when the cursor comes to it, and when it leaves
def wrapped(text: str, width: int) -> tuple[str, ...]:
    """Break text into lines of at most `width` cells, at blanks where there are any."""
    if not text:
        return ()
    return tuple(line.plain.rstrip() for line in Content(shown_text(text)).wrap(max(width, 2)))


def styles_of(widget: Widget) -> dict[str, Style]:
    """A widget's component styles by short name, and its own as "ground".

    Ink only, so that any of them can stand on the ground of the cursor or of a selection.
    """
    styles = {
        name.partition("--")[2]: widget.get_component_rich_style(name, partial=True)
        for name in widget.COMPONENT_CLASSES
    }
    return styles | {"ground": widget.rich_style}


def strip_of(
    pieces: Iterable[Piece],
    width: int,
    styles: Mapping[str, Style],
    ground: str = "ground",
    *,
    free: int = 0,
) -> Strip:
    """One line of `width` cells on a ground; what is too long is cut.

    The last `free` cells are left out of that ground, and empty.
    """
    base, room = styles["ground"] + styles[ground], width - free
    segments = [Segment(text, base + styles[style]) for text, style in pieces if text]
    used = sum(cell_len(segment.text) for segment in segments)
    if used > room:
        segments = list(Strip(segments, used).crop(0, room))
    elif used < room:
        segments.append(Segment(" " * (room - used), base))
    if free:
        segments.append(Segment(" " * free, styles["ground"]))
    return Strip(segments, width)


def post_strips(
    entry: Entry,
    chat: Chat,
    zone: tzinfo,
    style: PostStyle,
    styles: Mapping[str, Style],
    *,
    redacted: bool = False,
) -> list[Strip]:
    """The lines of one post; their last column is left to the scrollbar."""
    ground = "cursor" if style.cursor else "selected" if style.selected else "ground"
    bar: Piece = ("▌" if style.cursor else " ", "bar")
    tick: Piece = ("✓" if style.selected else " ", "star")
    inner = style.width - GUTTER - 2
    time = entry.post.sort_at.astimezone(zone).strftime("%H:%M")
    flag: Piece = ("★" if entry.starred else "✕" if entry.hidden or entry.muted else " ", "star")
    gutters: list[list[Piece]] = [
        [bar, tick, (time, "muted"), (" ", "text"), flag, (" ", "text")],
        [bar, (" ", "text"), *_place(entry)],
    ]
    rest: list[Piece] = [bar, (" " * (GUTTER - 1), "text")]
    lines = [_head(entry, chat, inner, redacted), *_body(entry, chat, inner, style)]
    if len(lines) == 1:
        lines.append([("(no words)", "muted")])
    strips = [
        strip_of([*gutter, *line], style.width, styles, ground, free=1)
        for gutter, line in zip(chain(gutters, repeat(rest)), lines, strict=False)
    ]
    if style.airy:
        strips.append(strip_of([], style.width, styles))
    return strips


def _place(entry: Entry) -> list[Piece]:
    question, unsure = entry.placement.question, entry.in_inbox
    label = question or "Gen"
    style = "attention" if unsure else "question" if question else "muted"
    return [(label, style), ("?" if unsure else " ", "attention"), (" " * (7 - len(label)), "text")]


def _head(entry: Entry, chat: Chat, width: int, redacted: bool) -> list[Piece]:
    post = entry.post
    pieces: list[Piece] = [(shown_text(post.author.shown), "name")]
    if post.is_remark:
        pieces.append((f"  said at {post.venue}" if post.venue else "  said aloud", "muted"))
    else:
        role = chat.agenda.role(post.author, post.network)
        pieces.append((f", {role}" if role else "", "question"))
        network = NETWORKS.get(post.network, post.network)
        handle = f"@{post.author.handle} · " if post.author.handle else ""
        pieces.append((f"  {handle}{network}", "muted"))
    words = [*(["redacted"] if redacted else []), *_states(entry, chat)]
    pieces += [(f"  {word}", "attention" if word == "redacted" else "muted") for word in words]
    return list(cut_to(pieces, width))


def _states(entry: Entry, chat: Chat) -> Iterator[str]:
    post = entry.post
    if post.reply_to or post.reply_to_handle:
        parent = chat.entry(post.reply_to)
        name = parent.post.author.shown if parent else f"@{post.reply_to_handle or '…'}"
        yield f"↳ {shown_text(name)}"
    if post.quote_of:
        quoted = chat.entry(post.quote_of)
        yield f"quotes {shown_text(quoted.post.author.shown)}" if quoted else "quotes a post"
    if post.repost_of:
        yield "reposts a post"
    if entry.folds:
        yield f"↻ {len(entry.folds)}"
    if replies := len(chat.threads.replies(entry.id)):
        yield f"{replies} repl{'y' if replies == 1 else 'ies'}"
    if post.edited_at:
        yield "edited"
    if entry.hidden or entry.muted:
        yield "muted" if entry.muted else "hidden"


def _body(entry: Entry, chat: Chat, width: int, style: PostStyle) -> Iterator[list[Piece]]:
    post = entry.post
    if entry.deleted_at:
        yield [(deletion_words(entry), "muted")]
        return
    if post.content_warning:
        for line in wrapped(f"Content warning: {post.content_warning}", width):
            yield [(line, "attention")]
        yield [("Folded; d shows it.", "muted")]
    else:
        lines = wrapped(post.text, width)
        for line in lines[:MOST_LINES]:
            quiet = _tags(chat.agenda.hashtags)
            yield list(_styled(line, style.match, "match") if style.match else _styled(line, quiet))
        if len(lines) > MOST_LINES:
            yield [(f"… {len(lines) - MOST_LINES} more lines; d shows them.", "muted")]
        for media in post.media:
            yield list(cut_to([(media_words(media), "muted")], width))
    if entry.marks:
        yield [(" ".join(f"[{mark}]" for mark in entry.marks), "star")]
    if entry.note:
        for line in wrapped(f"✎ {entry.note}", width):
            yield [(line, "note")]
    if entry.in_inbox:
        yield list(cut_to(suggestion(entry), width))


def suggestion(entry: Entry) -> list[Piece]:
    """Where grouping would put a post that waits in the inbox, and why."""
    placement = entry.placement
    sure = f"{placement.confidence:.0%}".replace("%", " %")
    place = placement.question or "General"
    return [(f"→ {place}  ", "attention"), (f"{placement.reason} · {sure}", "muted")]


def media_words(media: Media) -> str:
    """A picture or film in words."""
    kind = {"other": "file"}.get(media.kind, media.kind)
    return f"▣ {kind}: {shown_text(media.alt)}" if media.alt else f"▣ {kind} without description"


def deletion_words(entry: Entry) -> str:
    """What became of a post that is gone."""
    return {
        "author": "Deleted by its author.",
        "account": "Gone: the account was closed.",
        "protected": "No longer public.",
    }.get(entry.deleted_why, "No longer there.")


@cache
def _tags(hashtags: tuple[str, ...]) -> re.Pattern[str] | None:
    """The chat's own hashtags: they stand in nearly every post and say nothing there."""
    names = "|".join(map(re.escape, hashtags))
    return re.compile(rf"[#＃](?:{names})(?!\w)", re.IGNORECASE) if names else None


def _styled(line: str, match: re.Pattern[str] | None, style: str = "muted") -> Iterator[Piece]:
    at = 0
    for found in match.finditer(line) if match else ():
        yield line[at : found.start()], "text"
        yield found[0], style
        at = found.end()
    yield line[at:], "text"


def cut_to(pieces: Iterable[Piece], width: int) -> Iterator[Piece]:
    """Pieces up to `width` cells; the last one that fits in part ends in an ellipsis."""
    left = width
    for text, style in pieces:
        cells = cell_len(text)
        if cells > left:
            yield Content(text).truncate(max(left, 1), ellipsis=True).plain, style
            return
        yield text, style
        left -= cells
