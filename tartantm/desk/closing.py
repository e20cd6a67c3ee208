"""What to think of before a transcript is published, and where withheld things may be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from tartantm.core.chat import Chat
from tartantm.core.describe import posts, too_long
from tartantm.core.exports import published_copies
from tartantm.core.local_time import clock
from tartantm.core.post import NETWORKS
from tartantm.core.retention import X_HOURS, X_RULE, needs_recheck
from tartantm.core.stretches import Stretch
from tartantm.desk.background import in_background
from tartantm.desk.dialogs.closing import Place
from tartantm.desk.panes.source_names import shown_names
from tartantm.settings.config import load
from tartantm.settings.paths import session_words
from tartantm.store.session import Session
from tartantm.transcript.coverage import coverage
from tartantm.transcript.formats.phrases import listed
from tartantm.transcript.gap_phrases import span
from tartantm.transcript.leaks import leaks
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.recorded_options import UnknownOption, read_options

SHOWN_AS = {
    "": "with names",
    "participants": "with pseudonyms for all but the agenda’s people",
    "all": "with pseudonyms for everybody",
}
"""The ways to name people, in the order in which the closing check goes through them."""

LONGEST_NAME = 40
"""Cells of a source's name."""


def facts(
    chat: Chat,
    session: Path,
    waiting: int,
    options: ExportOptions,
    now: datetime,
    listens_at: datetime | None = None,
) -> Iterator[str]:
    """Yields a sentence for each thing to think of; `waiting` is how many posts the inbox has.

    `listens_at` is the chat's time where its sources are listened to, so that gaps go on.
    """
    yield from _not_heard(chat, listens_at)
    if waiting:
        wait = "waits" if waiting == 1 else "wait"
        yield f"{posts(waiting)} {wait} in the inbox for somebody to look."
    heard = {entry.post.network for entry in chat.entries.values() if entry.published}
    name = session_words(session)
    if unasked := sorted(heard & _rechecked()):
        networks = ", ".join(NETWORKS[network] for network in unasked)
        if chat.rechecked is None:
            yield f"{networks} not asked yet which posts are gone: tartantm recheck {name}"
        else:
            at = chat.rechecked[0].astimezone(chat.agenda.tz)
            yield f"{networks} asked which posts are gone at {clock(at)} on {at:%d %B}."
    if needs_recheck(chat, now):
        yield f"X wants what was deleted there out of all copies within {X_HOURS} hours; ask again."
    if "x" in heard and options.x_text == "full":
        yield X_RULE
    if warning := too_long(chat.summary):
        yield warning
    if copies := published_copies(chat, name):
        yield copies


def _not_heard(chat: Chat, listens_at: datetime | None) -> Iterator[str]:
    """Yields which sources were never heard, and of which posts may be missing."""
    found = coverage(chat, ()).listening
    names = shown_names([each.source for each in found], LONGEST_NAME)
    if never := [names[each.source] for each in found if not each.was_heard]:
        was = "was" if len(never) == 1 else "were"
        yield f"{listed(never)} {was} never heard; the transcript says so."
    if partly := [
        f"{names[each.source]} ({_length(each.missed, listens_at)})"
        for each in found
        if each.was_heard and each.missed
    ]:
        yield f"Posts may be missing from {listed(partly)}; L and the transcript say when and why."


def _length(stretches: Sequence[Stretch], listens_at: datetime | None) -> str:
    goes_on = listens_at is not None and stretches[-1].is_open
    length = sum((each.until - each.since for each in stretches), timedelta())
    if goes_on and listens_at is not None:
        length += max(timedelta(), listens_at - stretches[-1].until)
    return f"{span(length)} so far" if goes_on else span(length)


def options_for(chat: Chat) -> ExportOptions:
    """Returns the options of the last export, else those of the settings."""
    for _, _, export in reversed(chat.exports):
        try:
            return read_options(export.options, {})
        except UnknownOption:
            continue
    return ExportOptions(x_text=load().x_text)


def with_next_names(options: ExportOptions) -> ExportOptions:
    """Returns the options with the next way to name people."""
    match options.pseudonyms:
        case "":
            return replace(options, pseudonyms="participants")
        case "participants":
            return replace(options, pseudonyms="all")
        case _:
            return replace(options, pseudonyms="")


async def look(session: Path, options: ExportOptions) -> Sequence[Place]:
    """Returns the places of the leak report, found in a thread that reads the file for itself."""
    return await in_background(partial(_look, session, options))


def _look(session: Path, options: ExportOptions) -> list[Place]:
    with Session(session) as read:
        found = leaks(read.chat, options)
    return [
        Place(
            leak.key,
            leak.number,
            leak.post,
            f"{leak.place}: {leak.rule}",
            leak.found,
            leak.excerpt,
            leak.accepted,
        )
        for leak in found
    ]


def _rechecked() -> frozenset[str]:
    from tartantm.capture.recheck import RECHECKED

    return RECHECKED
