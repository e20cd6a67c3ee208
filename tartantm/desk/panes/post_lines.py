"""Draws a post as lines of the list: a gutter of fixed columns at the left, then free text.

Nothing stands to the right of free text, since terminals disagree on how wide some characters are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain, islice, repeat

from rich.style import Style
from textual.strip import Strip

from tartantm.core.carried import is_cut
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.local_time import is_doubled, letters
from tartantm.core.people import is_nobody
from tartantm.core.post import NETWORKS, Media, Post
from tartantm.core.redaction import Redactions
from tartantm.desk.panes.conversation_lines import (
    conversation_lines,
    places_words,
    suggestion,
)
from tartantm.desk.panes.pieces import Piece, cut_to, strip_of
from tartantm.desk.panes.post_text import (
    author_pieces,
    marks_of,
    note_lines,
    struck_lines,
    struck_pieces,
    text_lines,
    wrapped,
    wrapped_pieces,
)
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.desk.shown_text import shown_text
from tartantm.moderation.conversation import Conversation, alone
from tartantm.moderation.search import Highlight

GUTTER = 10
"""Columns before the text: cursor, selection, time, flag."""

MOST_LINES = 12
"""LineWidget of one post's text that the list shows; the details show all."""


MOST_CONTEXT = 4
"""Lines of what a post refers to that the list shows; the details show all."""


@dataclass(frozen=True)
class PostStyle:
    """What the lines of a post depend on besides the post."""

    width: int
    cursor: bool = False
    selected: bool = False
    airy: bool = False
    """An empty line after each post."""
    match: Highlight | None = None
    """Words that a search found."""
    conversation: Conversation | None = None
    """What the row stands for, where that may be more than the post."""
    followers: str = ""
    """How many posts follow those that wait, and do not wait themselves, in words."""


def post_strips(
    entry: Entry,
    chat: Chat,
    zone: tzinfo,
    style: PostStyle,
    styles: Mapping[str, Style],
    withheld: WithheldNow,
) -> list[Strip]:
    """The lines of one post; their last column is left to the scrollbar."""
    ground = "cursor" if style.cursor else "selected" if style.selected else "ground"
    bar: Piece = ("▌" if style.cursor else " ", "bar")
    tick: Piece = ("✓" if style.selected else " ", "star")
    inner = style.width - GUTTER - 2
    at = entry.post.sort_at.astimezone(zone)
    time = f"{at:%H:%M}"
    flag: Piece = (
        "★" if entry.starred else "✕" if entry.hidden or entry.muted or entry.deleted_at else " ",
        "star",
    )
    gutters: list[list[Piece]] = [
        [
            bar,
            tick,
            (time, "muted"),
            ("?" if entry.post.undated else " ", "attention"),
            flag,
            (" ", "text"),
        ],
        [bar, (" ", "text"), *_place(entry, style.conversation)],
    ]
    rest: list[Piece] = [bar, (" " * (GUTTER - 1), "text")]
    row = style.conversation
    if row is not None and len(row.posts) > 1:
        lines = list(conversation_lines(row, chat, inner, withheld, style.followers, style.airy))
    else:
        body = list(_body(entry, chat, inner, style, withheld)) or [[("(no words)", "muted")]]
        lines = [*_head(entry, chat, inner, withheld), *body]
    if is_doubled(at):  # behind the time, where no column is moved
        lines[0] = list(cut_to([(f"{letters(at)}  ", "muted"), *lines[0]], inner))
    strips = [
        strip_of([*gutter, *line], style.width, styles, ground, free=1)
        for gutter, line in zip(chain(gutters, repeat(rest)), lines, strict=False)
    ]
    if style.airy:
        strips.append(strip_of([], style.width, styles))
    return strips


def _place(entry: Entry, row: Conversation | None) -> list[Piece]:
    question, unsure = entry.placement.question, entry.in_inbox
    if row is not None:
        question = row.places[0]
    label = question or "Gen"
    style = "attention" if unsure else "question" if question else "muted"
    return [(label, style), ("?" if unsure else " ", "attention"), (" " * (7 - len(label)), "text")]


def _head(entry: Entry, chat: Chat, width: int, withheld: WithheldNow) -> list[list[Piece]]:
    """Returns who wrote it and what became of it: one line, but more where names are withheld.

    What does not fit is cut, and what says that a name is withheld stands behind it.
    """
    post = entry.post
    pieces = list(author_pieces(post, withheld.redactions))
    if entry.deleted_at:
        pieces = [(shown_text(post.author.shown), "muted")]
    if post.is_remark:
        pieces.append((f"  said at {post.venue}" if post.venue else "  said aloud", "muted"))
    else:
        role = chat.role(post)
        pieces.append((f", {role}" if role else "", "question"))
        network = NETWORKS.get(post.network, post.network)
        if post.author.handle and not is_nobody(post.author):
            named = not withheld.redactions.hides_author(post.id)
            pieces += [("  ", "text"), (f"@{post.author.handle}", "muted" if named else "gone")]
            pieces.append((f" · {network}", "muted"))
        else:
            pieces.append((f"  {network}", "muted"))
    if post.undated:
        pieces.append(("  time not known", "muted"))
    pieces += [(f"  {words}", "attention") for words in _out(entry, withheld)]
    states = list(_states(entry, chat, withheld.redactions))
    for state in states:
        pieces += [("  ", "muted"), *state]
    if any(style == "gone" for state in states for _, style in state):
        return list(wrapped_pieces(pieces, width))
    return [list(cut_to(pieces, width))]


def _out(entry: Entry, withheld: WithheldNow) -> Iterator[str]:
    """Yields what keeps a post, or part of it, out of the transcript."""
    if entry.hidden:
        yield "hidden"
    if entry.muted:
        yield f"muted: {', '.join(withheld.muted_by(entry))}".removesuffix(": ")
    redactions = withheld.redactions
    if redactions.silences(entry.id) or redactions.spans(entry.post.text, entry.post.links):
        yield "redacted"


def _states(entry: Entry, chat: Chat, redactions: Redactions) -> Iterator[list[Piece]]:
    post = entry.post
    if post.reply_to or post.reply_to_handle:
        parent = chat.entry(post.reply_to)
        handle = f"@{post.reply_to_handle or '…'}"
        yield [
            ("↳ ", "muted"),
            *(
                author_pieces(parent.post, redactions, "muted")
                if parent
                else struck_pieces(handle, redactions.spans(handle), "muted")
            ),
        ]
    if post.repost_of:
        pass  # what it repeats quotes that
    elif post.quote_of and (quoted := chat.entry(post.quote_of)):
        yield [("quotes ", "muted"), *author_pieces(quoted.post, redactions, "muted")]
    elif post.quote_of:
        yield [("quotes a post", "muted")]
    if post.repost_of and (reposted := chat.entry(post.repost_of)) and reposted.carried:
        yield [("reposts ", "muted"), *author_pieces(reposted.post, redactions, "muted")]
    elif post.repost_of:
        yield [("reposts a post", "muted")]
    if entry.folds:
        yield [(f"↻ {len(entry.folds)}", "muted")]
    if replies := len(chat.threads.replies(entry.id)):
        yield [(f"{replies} repl{'y' if replies == 1 else 'ies'}", "muted")]
    if post.edited_at:
        yield [("edited", "muted")]


def _body(
    entry: Entry, chat: Chat, width: int, style: PostStyle, withheld: WithheldNow
) -> Iterator[list[Piece]]:
    post = entry.post
    if entry.deleted_at:
        yield [(deletion_words(entry), "muted")]
        return
    redactions = withheld.redactions
    if carried_original(entry, chat) is not None:
        pass  # its words are another's, and stand below under their name
    elif post.content_warning:
        yield from warning_lines(post, width, redactions)
        yield [("Folded; d shows it.", "muted")]
    else:
        lines = list(text_lines(post, width, redactions, marks_of(chat, style.match)))
        yield from lines[:MOST_LINES]
        if len(lines) > MOST_LINES:
            yield [(f"… {len(lines) - MOST_LINES} more lines; d shows them.", "muted")]
        for media in post.media:
            yield list(cut_to(media_pieces(media, post, redactions), width))
    for line in islice(context_lines(entry, chat, width, redactions), MOST_CONTEXT):
        yield list(cut_to(line, width))
    if entry.marks:
        yield [(" ".join(f"[{mark}]" for mark in entry.marks), "star")]
    yield from note_lines(entry, width, redactions, "✎ ")
    if entry.in_inbox or (style.conversation and not entry.placement.by_person):
        row = style.conversation or alone(entry)
        yield suggestion(entry, redactions, places_words(row), width, style.followers)


def carried_original(entry: Entry, chat: Chat) -> Entry | None:
    """Returns what a repost repeats, where that is no post of the chat but came along with it."""
    held = chat.entry(entry.post.repost_of)
    return held if held is not None and held.carried and not held.deleted_at else None


def context_lines(
    entry: Entry, chat: Chat, width: int, redactions: Redactions, zone: tzinfo | None = None
) -> Iterator[list[Piece]]:
    """Yields what came along with a post, with its author; with `zone` whole and with its time."""
    original = carried_original(entry, chat)
    for verb, held in (
        ("replies to", chat.entry(entry.post.reply_to)),
        ("quotes", chat.entry(entry.post.quote_of)),
        ("reposts", original),
    ):
        if held is None or not held.carried or held.deleted_at:
            continue
        post = held.post
        dated = zone is not None and not post.undated
        at = f" {post.sort_at.astimezone(zone):%H:%M, %d %B}" if dated else ""
        head: list[Piece] = [("│ ", "muted"), (f"{verb} ", "muted")]
        head += [*author_pieces(post, redactions, "muted"), (f" #{held.number}{at}", "muted")]
        head += [("  hidden" if held.hidden or held.muted else "", "attention")]
        head += [("  cut" if is_cut(post) else "", "muted")]
        yield head
        lines = text_lines(post, width - 2, redactions)
        yield from ([("│ ", "muted"), *line] for line in islice(lines, None if zone else 2))


def warning_lines(post: Post, width: int, redactions: Redactions) -> Iterator[list[Piece]]:
    """Yields a post's content warning; what is redacted is struck out."""
    words, before = post.content_warning or "", "Content warning: "
    if redactions.silences(post.id):
        yield from ([(line, "gone")] for line in wrapped(before + words, width))
    else:
        yield from struck_lines(words, redactions.spans(words), width, "attention", before)


def media_pieces(media: Media, post: Post, redactions: Redactions) -> list[Piece]:
    """A picture or film of a post in words; what is redacted is struck out."""
    if not media.alt or redactions.silences(post.id):
        return [(media_words(media), "gone" if redactions.silences(post.id) else "muted")]
    described = struck_pieces(media.alt, redactions.spans(media.alt), "muted")
    return [(f"▣ {_kind(media)}: ", "muted"), *described]


def media_words(media: Media) -> str:
    """A picture or film in words."""
    described = f": {shown_text(media.alt)}" if media.alt else " without description"
    return f"▣ {_kind(media)}{described}"


def _kind(media: Media) -> str:
    return {"other": "file"}.get(media.kind, media.kind)


def deletion_words(entry: Entry) -> str:
    """What became of a post that is gone."""
    return {
        "author": "Deleted at its network.",
        "account": "Gone: the account was closed.",
        "protected": "No longer public.",
    }.get(entry.deleted_why, "No longer there.")
