"""What the lines at the head and the foot of the desk say."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from tartantm.capture.health import Health
from tartantm.core.describe import posts
from tartantm.desk.commands.command import shown
from tartantm.desk.commands.questions import next_question, planned_end
from tartantm.desk.panes.agenda import minutes_words
from tartantm.desk.panes.bars import sparkline
from tartantm.desk.panes.post_lines import Piece
from tartantm.desk.panes.views import ALL, INBOX, NAMES, per_minute

if TYPE_CHECKING:
    from tartantm.desk.screen import Desk

MESSAGE_SECONDS = 6.0
CUE_LASTS = timedelta(minutes=15)
SPARK_MINUTES = 12

CROWDED = 72
"""Columns below which posts a minute would leave no room for what is listed."""

Line = tuple[list[Piece], list[Piece]]


def head(desk: Desk, now: datetime) -> Line:
    """Hashtag and title; the chat's clock."""
    agenda = desk.session.chat.agenda
    tag = f"#{agenda.hashtags[0]}  " if agenda.hashtags else ""
    right: list[Piece] = [(now.astimezone(agenda.tz).strftime("%H:%M:%S"), "text")]
    period = desk.session.chat.periods.last
    question = agenda.get(period.question) if period else None
    if period and question and now >= period.at and (passed := minutes_words(now - period.at)):
        over = (end := planned_end(desk.session.chat)) is not None and now > end
        plan = f" of {question.minutes:g}" if question.minutes else ""
        if desk.has_class("-narrow"):
            # The narrow agenda pane has no room for it.
            style = "attention" if over else "question"
            right.insert(0, (f"{question.id} {passed}{plan}  ", style))
    return [(tag, "question"), (agenda.title, "strong")], right


def list_head(desk: Desk, now: datetime) -> Line:
    """What is listed, how many wait below and in the inbox; posts a minute."""
    view, chat, listing = desk.list.view, desk.session.chat, desk.listing
    question = chat.agenda.get(desk.shown)
    count = len(view)
    left: list[Piece]
    if question:
        left = [(f"{question.id}  ", "question"), (question.text, "strong")]
    elif desk.shown == INBOX:
        left = [("Inbox", "strong"), (f", {count} to place", "attention" if count else "muted")]
    else:
        left = [(NAMES[desk.shown], "strong"), (f", {posts(count)}", "muted")]
    if listing.filters:
        titles = " ".join(each.title for each in listing.filters)
        more = "or more " if listing.growing else ""
        left = [(f"{posts(count)} {more}{titles} in ", "attention"), left[0]]
    if chosen := len(desk.list.chosen.ids):
        grows = " ↕" if desk.list.chosen.anchor else ""
        left.insert(0, (f"{chosen} selected{grows}  ", "attention"))
    right: list[Piece] = []
    if waiting := desk.list.unseen:
        right.append((f"{waiting} new ↓  ", "attention"))
    elif desk.list.following:
        right.append(("following  ", "muted"))
    inbox = len(desk.views[INBOX])
    if inbox and desk.shown != INBOX and not desk.agenda.shows(INBOX):
        right.append((f"{inbox} in the inbox  ", "attention"))
    rates = per_minute(desk.views[ALL], now, SPARK_MINUTES)
    crowded = desk.size.width < CROWDED or (bool(listing.filters) and desk.has_class("-narrow"))
    if (desk.follow or any(rates)) and not crowded:
        right.append((f"{rates[-1]} a minute {sparkline(rates)}", "muted"))
    return left, right


def empty(desk: Desk) -> str:
    """What an empty list says."""
    if desk.listing.filters:
        return "Nothing here that fits; Esc shows more."
    if desk.shown == INBOX:
        return "The inbox is empty."
    if desk.follow or desk.views[ALL]:
        return "Nothing here yet."
    return "No network is heard yet; L says how to hear one."


def cue(desk: Desk, now: datetime) -> str:
    """A quiet word once the open question has had its time; "" before, and where none is planned.

    After a quarter of an hour it says nothing any more: then the plan is not what is followed.
    """
    chat = desk.session.chat
    end, period = planned_end(chat), chat.periods.last
    if end is None or period is None or not timedelta(0) <= now - end <= CUE_LASTS:
        return ""
    following = next_question(chat)
    key = shown(next(iter(desk.commands["agenda.next"].keys), "o"))
    then = f"; {key} opens {following.id}" if following else ""
    minutes = round((end - period.at).total_seconds() / 60)
    return f"{period.question} has had its {minutes} minutes{then}"


def status(desk: Desk, now: datetime) -> Line:
    """A message while it is new, else the last post; sources, and whether all is saved."""
    words, trouble, at = desk.message
    follow = desk.follow
    left: list[Piece]
    if words and monotonic() - at < MESSAGE_SECONDS:
        left = [(words, "trouble" if trouble else "strong")]
    elif late := cue(desk, now):
        left = [(late, "attention")]
    else:
        left = [(_last_post(desk, now), "muted")]
    right: list[Piece] = []
    for health in follow.health if follow else ():
        right += _health(health, 12 if desk.has_class("-narrow") else 28)
        if health.state == "failed":
            key = _key(desk.commands["desk.sources"].keys)
            right.append((f"{key} tells why  ", "attention"))
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
        return "No posts yet" if desk.follow else "No network is heard"
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
    *("note.mark", "view.details"),
)
"""The commands that the footer shows, the most used first; what does not fit is left out."""


def foot(desk: Desk) -> Line:
    """The keys that matter now."""
    entry = desk.session.chat.entry(desk.list.cursor)
    pieces: list[Piece] = []
    help_ = desk.commands["desk.help"]
    right: list[Piece] = [(f"{_key(help_.keys)} ", "question"), (help_.footer, "muted")]
    room = desk.size.width - 12
    for name in FOOTER:
        command = desk.commands[name]
        key, words = _key(command.keys), command.footer
        if not key or (command.where == "post" and entry is None):
            continue
        if name == "place.1":
            key, words = ("1-0" if key == "1" else key), "place"
        elif name == "place.accept" and entry is not None and not entry.in_inbox:
            words = "details"
        elif name == "move.newest" and desk.list.following:
            continue
        room -= len(key) + len(words) + 3
        if room < 0:
            break
        pieces += [(f"{key} ", "question"), (f"{words}  ", "muted")]
    return pieces, right


def _key(keys: tuple[str, ...]) -> str:
    return shown(keys[0]) if keys else ""
