"""What the lines at the head and the foot of the desk say."""

from __future__ import annotations

from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from tartantm.sources.health import Health
from tartantm.tui.agenda_list import minutes_words
from tartantm.tui.bars import sparkline
from tartantm.tui.commands import BY_ID, shown
from tartantm.tui.post_lines import Piece
from tartantm.tui.views import ALL, GENERAL, INBOX, STARRED, per_minute
from tartantm.words import posts

if TYPE_CHECKING:
    from tartantm.tui.desk import Desk

MESSAGE_SECONDS = 6.0
SPARK_MINUTES = 12

Line = tuple[list[Piece], list[Piece]]


def head(desk: Desk, now: datetime) -> Line:
    """Hashtag and title; the chat's clock."""
    agenda = desk.session.chat.agenda
    tag = f"#{agenda.hashtags[0]}  " if agenda.hashtags else ""
    right: list[Piece] = [(now.astimezone(agenda.tz).strftime("%H:%M:%S"), "text")]
    turn = desk.session.chat.turns.last
    elapsed = minutes_words(now - turn.at) if turn and turn.question and now >= turn.at else ""
    if turn and elapsed and desk.has_class("-narrow"):
        # The narrow agenda pane has no room for it.
        right.insert(0, (f"{turn.question} {elapsed}  ", "question"))
    return [(tag, "question"), (agenda.title, "strong")], right


def list_head(desk: Desk, now: datetime) -> Line:
    """What is listed, how many wait below; posts a minute."""
    view, chat = desk.list.view, desk.session.chat
    question = chat.agenda.get(desk.shown)
    count = len(view)
    left: list[Piece]
    if question:
        left = [(f"{question.id}  ", "question"), (question.text, "strong")]
    elif desk.shown == INBOX:
        left = [("Inbox", "strong"), (f", {count} to place", "attention" if count else "muted")]
    else:
        name = {ALL: "All", GENERAL: "General", STARRED: "Starred"}[desk.shown]
        left = [(name, "strong"), (f", {posts(count)}", "muted")]
    if desk.query_words:
        left = [(f"{posts(count)} with “{desk.query_words}” in ", "attention"), left[0]]
    if desk.list.selected:
        left.insert(0, (f"{len(desk.list.selected)} selected  ", "attention"))
    right: list[Piece] = []
    if waiting := desk.list.unseen:
        right.append((f"{waiting} new ↓ ", "attention"))
    elif desk.list.following:
        right.append(("following ", "muted"))
    rates = per_minute(desk.views[ALL], now, SPARK_MINUTES)
    if desk.follow or any(rates):
        right.append((f" {rates[-1]} a minute {sparkline(rates)}", "muted"))
    return left, right


def status(desk: Desk, now: datetime) -> Line:
    """A message while it is new, else the last post; sources, and whether all is saved."""
    words, trouble, at = desk.message
    follow = desk.follow
    left: list[Piece]
    if words and monotonic() - at < MESSAGE_SECONDS:
        left = [(words, "trouble" if trouble else "strong")]
    else:
        left = [(_last_post(desk, now), "muted")]
    right: list[Piece] = []
    for health in follow.health if follow else ():
        right += _health(health, 12 if desk.has_class("-narrow") else 28)
    if follow and follow.trouble:
        waiting = f"NOT SAVED, {follow.waiting} waiting: {follow.trouble}"
        return [(waiting, "trouble")], right
    if follow and follow.capture is None and desk.live:
        right.append(("another tartantm captures  ", "attention"))
    slow = desk.session.slow
    return left, [*right, ("saving …", "attention") if slow else ("saved ✓", "good")]


def _last_post(desk: Desk, now: datetime) -> str:
    view = desk.views[ALL]
    if not view:
        return "No posts yet"
    at = view.keys[-1][0]
    seconds = int((now - at).total_seconds())
    if 0 <= seconds < 120:
        return f"Last post {seconds} s ago"
    return f"Last post at {at.astimezone(desk.session.chat.agenda.tz):%H:%M}"


_SIGNS = {
    "waiting": ("◌", "attention", " waits"),
    "connecting": ("◌", "attention", " connecting"),
    "connected": ("●", "good", ""),
    "filling": ("◐", "attention", " refilling"),
    "lost": ("◌", "trouble", " lost"),
    "ended": ("○", "muted", " ended"),
    "failed": ("✕", "trouble", " failed"),
}


def _health(health: Health, room: int) -> list[Piece]:
    name = health.name
    if name.startswith(("file:", "replay:", "mastodon:", "feed:")):
        name = name.partition(":")[2]
    name = name if len(name) <= room else name[: room - 1] + "…"
    sign, style, words = _SIGNS[health.state]
    if health.retry_in is not None:
        words += f", again in {health.retry_in:.0f} s"
    if damaged := health.damaged():
        words += f", {damaged} damaged"
    if note := health.note():
        words += f", {note}"
    return [(f"{sign} ", style), (f"{name}{words}  ", "muted")]


FOOTER = (
    *("place.accept", "place.1", "place.general", "note.star", "note.write", "post.select"),
    *("note.hide", "desk.undo", "agenda.next", "view.inbox", "view.search", "move.newest"),
)
"""The commands that the footer shows, the most used first; what does not fit is left out."""


def foot(desk: Desk) -> Line:
    """The keys that matter now."""
    entry = desk.session.chat.entry(desk.list.cursor)
    pieces: list[Piece] = []
    room = desk.size.width - 12
    for name in FOOTER:
        command = BY_ID[name]
        key, words = shown(command.keys[0]), command.footer
        if command.where == "post" and entry is None:
            continue
        if name == "place.1":
            key, words = "1-0", "place"
        elif name == "place.accept" and entry is not None and not entry.in_inbox:
            words = "details"
        elif name == "move.newest" and desk.list.following:
            continue
        room -= len(key) + len(words) + 3
        if room < 0:
            break
        pieces += [(f"{key} ", "question"), (f"{words}  ", "muted")]
    keys = BY_ID["desk.help"]
    return pieces, [(f"{shown(keys.keys[0])} ", "question"), (keys.footer, "muted")]
