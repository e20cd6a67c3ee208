"""What each command of the desk does. Acts name post ids, taken when the key was pressed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, get_args

from tartantm import events as ev
from tartantm.agenda import numbered
from tartantm.errors import TartantmError
from tartantm.post import Author, Post, clean
from tartantm.tui.dialogs import Choice, Confirm, Help, Line
from tartantm.tui.views import GENERAL, INBOX
from tartantm.words import place, posts

if TYPE_CHECKING:
    from tartantm.tui.desk import Desk

Handler = Callable[["Desk"], Awaitable[None]]
HANDLERS: dict[str, Handler] = {}


def does(command: str) -> Callable[[Handler], Handler]:
    """Say which command a function carries out."""

    def keep(handler: Handler) -> Handler:
        HANDLERS[command] = handler
        return handler

    return keep


async def act(desk: Desk, *events: ev.Event) -> bool:
    """Record an act; where that fails the desk says why and nothing has happened."""
    try:
        await desk.session.record(*events)
    except TartantmError as error:
        desk.say(str(error), trouble=True)
        return False
    desk.flush()
    acts = desk.session.chat.history.acts
    if acts and isinstance(events[-1], ev.Act):
        desk.say(f"{acts[-1].words}. u undoes it.")
    return True


async def put(desk: Desk, question: str | None, targets: Iterable[str] | None = None) -> None:
    """Put posts under a question, and what hangs on them along."""
    ids = list(targets) if targets is not None else desk.targets()
    if not ids:
        return
    moves: dict[str, str | None] = dict.fromkeys(ids, question)
    if await act(desk, ev.Placed(moves, desk.session.grouper.carried(moves))):
        desk.list.unselect()


def _placer(number: int) -> Handler:
    async def handler(desk: Desk) -> None:
        question = numbered(number)
        if question in desk.session.chat.agenda:
            await put(desk, question)
        else:
            desk.say(f"The agenda has no {question}.", trouble=True)

    return handler


for _number in range(1, 11):
    HANDLERS[f"place.{_number}"] = _placer(_number)


@does("place.general")
async def _general(desk: Desk) -> None:
    await put(desk, None)


@does("place.open")
async def _open(desk: Desk) -> None:
    question = desk.session.chat.turns.open_question
    if question:
        await put(desk, question)
    else:
        desk.say("No question is open.", trouble=True)


@does("place.accept")
async def _accept(desk: Desk) -> None:
    entries = [desk.session.chat.entries[post_id] for post_id in desk.targets()]
    waiting = [entry for entry in entries if entry.in_inbox]
    if not waiting:
        if entries:
            desk.toggle_details()
        return
    moves = {entry.id: entry.placement.question for entry in waiting}
    if await act(desk, ev.Placed(moves, desk.session.grouper.carried(moves))):
        desk.list.unselect()


@does("place.pick")
async def _pick(desk: Desk) -> None:
    ids = desk.targets()
    if ids:
        rows = [*questions(desk), (GENERAL, "General")]
        chosen = await desk.ask(Choice(f"Place {posts(len(ids))} under", rows))
        if chosen:
            await put(desk, None if chosen == GENERAL else chosen, ids)


def questions(desk: Desk) -> list[tuple[str, str]]:
    """Every question, to choose from."""
    return [
        (question.id, f"{'  ' if question.parent else ''}{question.id}  {question.text}")
        for question in desk.session.chat.agenda.questions
    ]


@does("post.select")
async def _select(desk: Desk) -> None:
    desk.list.select_cursor()


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


@does("agenda.next")
async def _next(desk: Desk) -> None:
    chat = desk.session.chat
    turns = chat.turns.running
    latest = next((turn.question for turn in reversed(turns) if turn.question), None)
    following = chat.agenda.after(latest)
    if following is None:
        desk.say("That was the last question of the agenda.", trouble=True)
    else:
        await act(desk, ev.Opened(following.id, desk.clock.now(), "moderator"))


@does("agenda.open")
async def _choose_question(desk: Desk) -> None:
    chosen = await desk.ask(Choice("Open", questions(desk)))
    if chosen:
        await act(desk, ev.Opened(chosen, desk.clock.now(), "moderator"))


@does("agenda.close")
async def _close(desk: Desk) -> None:
    question = desk.session.chat.turns.open_question
    if question:
        await act(desk, ev.Closed(question, desk.clock.now()))
    else:
        desk.say("No question is open.", trouble=True)


@does("desk.undo")
async def _undo(desk: Desk) -> None:
    undoable = desk.session.chat.history.undoable
    if undoable is None:
        desk.say("There is nothing to undo.")
    elif await act(desk, ev.Undone(undoable.seq)):
        desk.say(f"Undid: {undoable.words}. U does it again.")


@does("desk.redo")
async def _redo(desk: Desk) -> None:
    redoable = desk.session.chat.history.redoable
    if redoable is None:
        desk.say("There is nothing to do again.")
    elif await act(desk, ev.Redone(redoable.seq)):
        desk.say(f"Did again: {redoable.words}.")


@does("move.down")
async def _down(desk: Desk) -> None:
    desk.step(1)


@does("move.up")
async def _up(desk: Desk) -> None:
    desk.step(-1)


@does("move.page_down")
async def _page_down(desk: Desk) -> None:
    desk.turn_page(1)


@does("move.page_up")
async def _page_up(desk: Desk) -> None:
    desk.turn_page(-1)


@does("move.first")
async def _first(desk: Desk) -> None:
    desk.list.first()


@does("move.newest")
async def _newest(desk: Desk) -> None:
    desk.list.follow()


@does("view.next")
async def _next_view(desk: Desk) -> None:
    desk.show_beside(1)


@does("view.previous")
async def _previous_view(desk: Desk) -> None:
    desk.show_beside(-1)


@does("view.inbox")
async def _inbox(desk: Desk) -> None:
    desk.show(INBOX)


@does("view.search")
async def _search(desk: Desk) -> None:
    desk.open_search()


@does("view.details")
async def _details(desk: Desk) -> None:
    desk.toggle_details()


@does("desk.back")
async def _back(desk: Desk) -> None:
    desk.back()


@does("desk.theme")
async def _theme(desk: Desk) -> None:
    await desk.app.choose_theme()


@does("desk.help")
async def _help(desk: Desk) -> None:
    await desk.ask(Help())


@does("desk.palette")
async def _palette(desk: Desk) -> None:
    desk.app.action_command_palette()


@does("desk.quit")
async def _quit(desk: Desk) -> None:
    if desk.live:
        waiting = len(desk.views[INBOX])
        question = "The chat is still being heard. Stop and leave?"
        if waiting:
            question += f" {posts(waiting).capitalize()} wait in the inbox."
        if not await desk.ask(Confirm(question, "leave", "stay")):
            return
    await desk.app.leave()


__all__ = ["HANDLERS", "act", "place", "put", "questions"]
