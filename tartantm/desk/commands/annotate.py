"""Commands that say something about posts: stars, notes, marks, summaries, remarks; and hiding."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from tartantm.core.describe import posts
from tartantm.core.events import Mark
from tartantm.core.post import clean
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, act_on_targets, command
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.desk.dialogs.note import Words
from tartantm.desk.dialogs.remark import RemarkForm, RemarkWritten
from tartantm.moderation import annotate
from tartantm.moderation.act import PreparedAct, standing
from tartantm.moderation.withhold import hide


@command("note.star")
async def _star(desk: DeskContext) -> None:
    if ids := desk.targets():
        await act_on_targets(desk, annotate.star(desk.chat, ids))


@command("note.hide")
async def _hide(desk: DeskContext) -> None:
    if ids := desk.targets():
        await act_on_targets(desk, hide(desk.chat, ids))


@command("note.write")
async def _note(desk: DeskContext) -> None:
    ids = desk.targets()
    if not ids:
        return
    entry = desk.chat.entries[standing(desk.chat, ids[:1])[0]]
    title = f"Note on {entry.post.author.shown}: {entry.post.text[:60]}"
    words = await desk.ask(Words(clean(title, lines=False), entry.note or ""))
    if words is not None:
        await act(desk, annotate.note(desk.chat, entry.id, words))


@command("note.mark")
async def _mark(desk: DeskContext) -> None:
    ids = desk.targets()
    if not ids:
        return
    ids = list(standing(desk.chat, ids))
    marks: tuple[Mark, ...] = get_args(Mark)
    on_all = annotate.marks_of_all(desk.chat, ids)
    rows = [(m, f"{m.capitalize()}{'  (on; again to drop it)' * (m in on_all)}") for m in marks]
    hint = "Its first letter marks. Esc leaves."
    chosen = await desk.ask(Choice(f"Mark {posts(len(ids))} as", rows, hint=hint, quick=True))
    mark = next((mark for mark in marks if mark == chosen), None)
    if mark:
        await act_on_targets(desk, annotate.mark(desk.chat, ids, mark, mark not in on_all))


@command("note.summary")
async def _summary(desk: DeskContext) -> None:
    chat = desk.chat
    question = chat.agenda.get(desk.shown)
    now = chat.summary_of(question.id) if question else chat.summary
    title = f"Summary of {question.id}: {question.text}" if question else "Summary of the chat"
    words = await desk.ask(Words(title, now or ""))
    if words is not None:
        await act(desk, annotate.summarise(chat, question.id if question else None, words))


@command("note.remark")
async def _remark(desk: DeskContext) -> None:
    """One key, the venue's number where there are several, and the words."""
    agenda = desk.chat.agenda
    venue = agenda.venues[0].name if agenda.venues else ""
    if len(agenda.venues) > 1:
        rows = [(place.name, f"{n}  {place.name}") for n, place in enumerate(agenda.venues, 1)]
        hint = "Its number chooses, Enter takes the last one again. Esc leaves."
        ask = Choice("Where was it said?", rows, desk.venue or venue, hint, quick=True)
        chosen = await desk.ask(ask)
        if chosen is None:
            return
        venue = desk.venue = chosen
    title = f"Remark from {venue or 'the room'}"

    def prepared(written: RemarkWritten) -> PreparedAct:
        chat, now = desk.chat, desk.clock.now()
        at = annotate.said_at(chat, written.time, now)
        earlier = bool(written.time.strip())
        question = annotate.question_at(chat, at) if earlier else chat.periods.open_question
        return annotate.remark(chat, written.words, written.venue, at, question, timed=earlier)

    await _ask_for_remark(desk, title, RemarkWritten("", venue, ""), prepared)


@command("note.correct")
async def _correct(desk: DeskContext) -> None:
    """The same form, filled in with what was written down."""
    post_id = desk.post_list.cursor
    if post_id is None:
        return
    entry = annotate.remark_of(desk.chat, post_id)
    was = entry.post.created_at
    now_written = RemarkWritten(
        annotate.written_remark(entry.post),
        entry.post.venue or "",
        annotate.shown_time(desk.chat, was),
    )

    def prepared(written: RemarkWritten) -> PreparedAct:
        chat, now = desk.chat, desk.clock.now()
        same = written.time.strip() == now_written.time  # which says no date and no seconds
        at = None if same else annotate.said_at(chat, written.time, now, was)
        words = None if written.words == now_written.words else written.words
        return annotate.correct_remark(chat, entry.id, words, written.venue, at)

    await _ask_for_remark(desk, f"Correct the remark #{entry.number}", now_written, prepared)


async def _ask_for_remark(
    desk: DeskContext,
    title: str,
    written: RemarkWritten,
    prepared: Callable[[RemarkWritten], PreparedAct],
) -> None:
    """Ask until what is written can be recorded, and record it."""
    chat = desk.chat
    venues = [venue.name for venue in chat.agenda.venues]
    dialog = RemarkForm(title, written, prepared, venues, list(annotate.speakers(chat)))
    if (answer := await desk.ask(dialog)) is not None:
        await act(desk, prepared(answer))  # anew, for the chat may have gone on
