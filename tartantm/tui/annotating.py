"""Commands that say something about posts: stars, notes, marks, summaries, remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from tartantm import events as ev
from tartantm.post import Author, Post, clean
from tartantm.tui.dialogs import Choice, Line
from tartantm.tui.doing import act, does

if TYPE_CHECKING:
    from tartantm.tui.desk import Desk


@does("note.star")
async def _star(desk: Desk) -> None:
    await _toggle(desk, "starred", ev.Starred)


@does("note.hide")
async def _hide(desk: Desk) -> None:
    await _toggle(desk, "hidden", ev.Hidden)


async def _toggle(desk: Desk, attribute: str, event: type[ev.Starred] | type[ev.Hidden]) -> None:
    ids = desk.targets()
    if ids:
        on = not all(getattr(desk.session.chat.entries[i], attribute) for i in ids)
        if await act(desk, event(tuple(ids), on)):
            desk.list.unselect()


@does("note.write")
async def _note(desk: Desk) -> None:
    ids = desk.targets()
    if not ids:
        return
    entry = desk.session.chat.entries[ids[0]]
    title = f"Note on {entry.post.author.shown}: {entry.post.text[:60]}"
    words = await desk.ask(Line(clean(title, lines=False), entry.note or ""))
    if words is not None:
        note = clean(words, lines=False) or None
        await act(desk, ev.Noted(entry.id, note))


@does("note.mark")
async def _mark(desk: Desk) -> None:
    ids = desk.targets()
    if not ids:
        return
    marks: tuple[ev.Mark, ...] = get_args(ev.Mark)
    chosen = await desk.ask(Choice("Mark as", [(mark, mark.capitalize()) for mark in marks]))
    mark = next((mark for mark in marks if mark == chosen), None)
    if mark:
        on = not all(mark in desk.session.chat.entries[i].marks for i in ids)
        if await act(desk, ev.Marked(tuple(ids), mark, on)):
            desk.list.unselect()


@does("note.summary")
async def _summary(desk: Desk) -> None:
    chat = desk.session.chat
    question = chat.agenda.get(desk.shown)
    now = chat.summary_of(question.id) if question else chat.summary
    title = f"Summary of {question.id}: {question.text}" if question else "Summary of the chat"
    words = await desk.ask(Line(title, now or ""))
    if words is not None:
        summary = clean(words, lines=False) or None
        await act(desk, ev.Summarised(question.id if question else None, summary))


@does("note.remark")
async def _remark(desk: Desk) -> None:
    agenda = desk.session.chat.agenda
    venue = agenda.venues[0].name if agenda.venues else ""
    if len(agenda.venues) > 1:
        rows = [(place.name, place.name) for place in agenda.venues]
        chosen = await desk.ask(Choice("Where was it said?", rows))
        if chosen is None:
            return
        venue = chosen
    hint = "Write the speaker, a colon and the words. Enter keeps it, Esc leaves."
    written = await desk.ask(Line(f"Remark from {venue or 'the room'}", "", hint))
    if not written:
        return
    speaker, colon, words = written.partition(":")
    if not colon:
        speaker, words = "Somebody", written
    chat, now = desk.session.chat, desk.clock.now()
    name, text = clean(speaker, lines=False), clean(words.strip())
    if text:
        post_id = f"room:{chat.salt}-{chat.last_seq + 1}"
        author = Author(name or "Somebody", name or "Somebody")
        post = Post(post_id, author, now, text, received_at=now, venue=venue or None)
        await act(desk, ev.Remarked(post, chat.turns.open_question))
