"""The details pane: a post's thread, placement and why, notes, links, earlier wordings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo
from itertools import islice
from typing import ClassVar

from msgspec.structs import replace
from textual import events
from textual.strip import Strip

from tartantm.core.chat import Chat
from tartantm.core.describe import place, sure
from tartantm.core.entry import Entry
from tartantm.core.local_time import clock
from tartantm.core.people import is_nobody
from tartantm.core.post import NETWORKS, Post
from tartantm.core.redaction import Redactions
from tartantm.desk.panes.conversation_lines import places_words
from tartantm.desk.panes.line_widget import LineWidget
from tartantm.desk.panes.pieces import STYLES, Piece, cut_to, strip_of
from tartantm.desk.panes.post_lines import (
    context_lines,
    deletion_words,
    media_pieces,
    warning_lines,
)
from tartantm.desk.panes.post_text import (
    author_pieces,
    note_lines,
    struck_lines,
    text_lines,
    wrapped,
    wrapped_pieces,
)
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.moderation.conversation import Conversation, alone, asked

MARGIN = 2


class Details(LineWidget):
    """Shows everything about one post."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"details--{name}" for name in STYLES}

    def __init__(
        self,
        chat: Chat,
        zone: tzinfo,
        withheld: WithheldNow,
        further: str = "",
        conversation: Callable[[str | None], Conversation | None] = lambda _: None,
    ) -> None:
        """`further` is the key that scrolls, named where not all lines have room."""
        super().__init__()
        self._conversation = conversation
        self._further = f"; {further} goes on" if further else ""
        self.chat, self.zone = chat, zone
        self.post_id: str | None = None
        self._withheld = withheld
        self._top = 0
        self._count = 0
        """How many lines the post has."""

    def show(self, post_id: str | None) -> None:
        """Show a post from its first line."""
        if post_id != self.post_id:
            self._top = 0
        self.post_id = post_id
        self.invalidate()

    def scroll_lines(self, by: int) -> None:
        """Scroll by lines, at most to the last one."""
        self.drawn_lines()
        self._top = max(0, min(self._top + by, self._count - self.size.height))
        self.invalidate()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        self.scroll_lines(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        self.scroll_lines(-3)
        event.stop()

    def make_lines(self) -> list[Strip]:
        """Returns the lines from the first one shown; the last one says how many are left."""
        entry = self.chat.entry(self.post_id)
        inner = self.size.width - 2 * MARGIN
        row = self._conversation(self.post_id)
        every = list(detail_lines(entry, self.chat, self.zone, inner, self._withheld, row))
        self._count, height = len(every), self.size.height
        lines = every[self._top : self._top + height]
        if self._count - self._top > height > 0:
            left = self._count - self._top - height + 1
            lines[-1] = [(f"… {left} more lines{self._further}", "muted")]
        return [self._line(line) for line in lines]

    def _line(self, pieces: list[Piece]) -> Strip:
        return strip_of([(" " * MARGIN, "text"), *pieces], self.size.width, self.piece_styles())


def detail_lines(
    entry: Entry | None,
    chat: Chat,
    zone: tzinfo,
    width: int,
    withheld: WithheldNow,
    row: Conversation | None = None,
) -> Iterator[list[Piece]]:
    """Yields the details of a post as lines of styled pieces, at most `width` cells wide.

    `row`: the conversation that it waits in the inbox with.
    """
    yield []
    if entry is None:
        yield [("No post is under the cursor.", "muted")]
        return
    post, redactions = entry.post, withheld.redactions
    yield from _by(post, chat, withheld, width)
    found = "time not known, found " if post.undated else ""
    at = post.sort_at.astimezone(zone)
    when = f"{clock(at, seconds=True)}, {at:%d %B %Y}"
    yield [(f"#{entry.number} · {found}{when}", "muted")]
    yield []
    if entry.deleted_at:
        yield [(deletion_words(entry), "attention")]
    if post.content_warning:
        yield from warning_lines(post, width, redactions)
        yield []
    yield from text_lines(post, width, redactions)
    for media in post.media:
        yield from wrapped_pieces(media_pieces(media, post, redactions), width)
    for line in context_lines(entry, chat, width, redactions, zone):
        yield from wrapped_pieces(line, width)
    yield from _seen(entry, withheld, width)
    if entry.carried:
        yield from _section("No post of the chat")
        yield from _lines("It came along with one that refers to it.", "text", width)
    else:
        yield from _placed(entry, redactions, width, row)
    yield from _thread(entry, chat, zone, redactions, width, row)
    if entry.folds:
        yield from _section("Reposted by")
        names: list[Piece] = []
        for fold in entry.folds:
            names += [(", ", "text")] * bool(names)
            names += author_pieces(chat.entries[fold].post, redactions, "text")
        yield from wrapped_pieces(names, width)
    # Of a remark, the present one is among them.
    if earlier := [each for each in entry.earlier if each.text != post.text]:
        yield from _section("Earlier wordings")
        for wording in earlier:
            yield [(f"until {clock(wording.until.astimezone(zone))}", "muted")]
            yield from text_lines(replace(post, text=wording.text), width, redactions)
    addresses = [*(link.url for link in post.links), *([post.url] if post.url else [])]
    if addresses:
        yield from _section("Links, l opens them")
        for address in addresses:
            yield from struck_lines(address, redactions.spans(address), width, "muted")


def _seen(entry: Entry, withheld: WithheldNow, width: int) -> Iterator[list[Piece]]:
    """Yields what readers see, where that is not what the moderator sees."""
    post, redactions = entry.post, withheld.redactions
    if entry.deleted_at or entry.hidden or entry.muted:
        why = [*(["deleted"] * bool(entry.deleted_at)), *(["hidden"] * entry.hidden)]
        if entry.muted:
            why.append(f"muted by {', '.join(withheld.muted_by(entry))}".removesuffix(" by "))
        yield from _section("Readers see")
        yield from _lines(f"nothing of it: {', '.join(why)}", "attention", width)
    elif redactions.touches(post):
        yield from _section("Readers see")
        yield from _lines(redactions.author(post).shown, "name", width)
        yield from _lines(redactions.text(post) or "no words", "note", width)


def _by(post: Post, chat: Chat, withheld: WithheldNow, width: int) -> Iterator[list[Piece]]:
    yield list(cut_to(author_pieces(post, withheld.redactions), width))
    if post.is_remark:
        yield from _lines(f"said at {post.venue}" if post.venue else "said aloud", "muted", width)
        return
    named = post.author.handle and not is_nobody(post.author)
    handle = f"@{post.author.handle}" if named else ""
    facts = [handle, NETWORKS.get(post.network, post.network)]
    person = chat.person(post)
    if person:
        facts += [person.role, person.organisation]
    if post.author.bot:
        facts.append("says it is a bot")
    yield from _lines(" · ".join(fact for fact in facts if fact), "muted", width)


def _placed(
    entry: Entry, redactions: Redactions, width: int, row: Conversation | None
) -> Iterator[list[Piece]]:
    placement = entry.placement
    yield from _section("Waits in the inbox" if entry.in_inbox else "Placed under")
    if entry.in_inbox:
        yield from _lines(f"→ {places_words(row or alone(entry))}", "attention", width)
    else:
        yield [(placement.question or "General", "question")]
    why = placement.reason
    yield from struck_lines(why, redactions.spans(why), width, "text")
    if not placement.by_person:
        others = placement.alternatives
        otherwise = f", else perhaps {asked(others).removesuffix('?')}" if others else ""
        share = f"right in about {sure(placement.confidence)}% of such posts"
        # What waits in the inbox says above which places it may have.
        yield from _lines(share + otherwise * (not entry.in_inbox), "muted", width)
    if entry.marks:
        yield [(" ".join(f"[{mark}]" for mark in entry.marks), "star")]
    if entry.note:
        yield from _section("Note")
        yield from note_lines(entry, width, redactions)


def _thread(
    entry: Entry,
    chat: Chat,
    zone: tzinfo,
    redactions: Redactions,
    width: int,
    row: Conversation | None,
) -> Iterator[list[Piece]]:
    """Yields the posts above and below one, and those that wait for the same answer."""
    above = list(chat.threads.above(entry.id))[::-1]
    whole = [*above, entry, *chat.threads.below(entry.id)]
    held = {each.id for each in whole}
    more = [chat.entries[each] for each in row.posts if each not in held] if row else []
    if len(whole) + len(more) == 1:
        return
    yield from _section("Conversation" if more else "Thread")
    for other in sorted([*whole, *more], key=lambda each: each.key) if more else whole:
        here = other is entry
        at = other.post.sort_at.astimezone(zone)
        where = "not of the chat" if other.carried else place(other.placement.question)
        where += "?" * other.in_inbox
        who = author_pieces(other.post, redactions, "muted")
        head: list[Piece] = [(f"{clock(at)} ", "muted"), *who, (f" · {where}", "muted")]
        yield [("▌ " if here else "  ", "bar"), *cut_to(head, width - 2)]
        if here:
            continue
        if other.post.text:
            lines = text_lines(other.post, width - 2, redactions)
        else:
            lines = _lines(deletion_words(other), "text", width - 2)
        yield from ([("  ", "text"), *line] for line in islice(lines, 3))


def _section(title: str) -> Iterator[list[Piece]]:
    yield []
    yield [(title, "muted")]


def _lines(text: str, style: str, width: int) -> Iterator[list[Piece]]:
    for line in wrapped(text, width):
        yield [(line, style)]
