"""Commands that say something about posts: stars, notes, marks, summaries, remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from tartantm.core import events as ev
from tartantm.core.describe import posts
from tartantm.core.post import clean
from tartantm.desk.commands.dispatch import act, command, still_held
from tartantm.desk.dialogs.dialogs import Choice, Line
from tartantm.desk.dialogs.note import Words
from tartantm.moderation import annotate

if TYPE_CHECKING:
    from tartantm.desk.screen import Desk


@command("note.star")
async def _star(desk: Desk) -> None:
    await _toggle(desk, "starred", ev.Starred)


@command("note.hide")
async def _hide(desk: Desk) -> None:
    await _toggle(desk, "hidden", ev.Hidden)


async def _toggle(desk: Desk, attribute: str, event: type[ev.Starred] | type[ev.Hidden]) -> None:
    ids = desk.targets()
    if ids:
        on = not all(getattr(desk.session.chat.entries[i], attribute) for i in ids)
        if await act(desk, event(tuple(ids), on), on=ids):
            desk.list.unselect()


@command("note.write")
async def _note(desk: Desk) -> None:
    ids = desk.targets()
    if not ids:
        return
    entry = desk.session.chat.entries[ids[0]]
    title = f"Note on {entry.post.author.shown}: {entry.post.text[:60]}"
    words = await desk.ask(Words(clean(title, lines=False), entry.note or ""))
    if words is not None and still_held(desk, [entry.id]):
        await act(desk, ev.Noted(entry.id, clean(words) or None))


@command("note.mark")
async def _mark(desk: Desk) -> None:
    ids = desk.targets()
    if not ids:
        return
    marks: tuple[ev.Mark, ...] = get_args(ev.Mark)
    entries = [desk.session.chat.entries[post_id] for post_id in ids]
    on_all = {mark for mark in marks if all(mark in entry.marks for entry in entries)}
    rows = [(m, f"{m.capitalize()}{'  (on; again to drop it)' * (m in on_all)}") for m in marks]
    hint = "Its first letter marks. Esc leaves."
    chosen = await desk.ask(Choice(f"Mark {posts(len(ids))} as", rows, hint=hint, quick=True))
    mark = next((mark for mark in marks if mark == chosen), None)
    if (
        mark
        and (ids := still_held(desk, ids))
        and await act(desk, ev.Marked(tuple(ids), mark, mark not in on_all))
    ):
        desk.list.unselect()


@command("note.summary")
async def _summary(desk: Desk) -> None:
    chat = desk.session.chat
    question = chat.agenda.get(desk.shown)
    now = chat.summary_of(question.id) if question else chat.summary
    title = f"Summary of {question.id}: {question.text}" if question else "Summary of the chat"
    words = await desk.ask(Words(title, now or ""))
    if words is not None:
        await act(desk, ev.Summarised(question.id if question else None, clean(words) or None))


@command("note.remark")
async def _remark(desk: Desk) -> None:
    """One key, the venue's number where there are several, and the words."""
    agenda = desk.session.chat.agenda
    venue = agenda.venues[0].name if agenda.venues else ""
    if len(agenda.venues) > 1:
        rows = [(place.name, f"{n}  {place.name}") for n, place in enumerate(agenda.venues, 1)]
        hint = "Its number chooses, Enter takes the last one again. Esc leaves."
        ask = Choice("Where was it said?", rows, desk.venue or venue, hint, quick=True)
        chosen = await desk.ask(ask)
        if chosen is None:
            return
        venue = desk.venue = chosen
    hint = "Write the speaker, a colon and the words. Enter keeps it, Esc leaves."
    written = await desk.ask(Line(f"Remark from {venue or 'the room'}", "", hint))
    if written:
        chat = desk.session.chat
        question = chat.periods.open_question
        await act(desk, *annotate.remark(chat, written, venue, desk.clock.now(), question).events)
