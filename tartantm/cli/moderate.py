"""Commands that act on a session from the command line, also while a desk has it open.

For people who cannot see the desk, and for scripts: each prints plain lines, one a post, and says
what it did in the words of the list of acts. A post is named by the number at the head of its
line, or by its id.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args

from tartantm.cli import references
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.describe import too_long
from tartantm.core.errors import BadInput
from tartantm.core.post import clean
from tartantm.settings.paths import find_session
from tartantm.store.session import Session

if TYPE_CHECKING:
    from tartantm.grouping.grouper import Grouper

RECORDED = timedelta(minutes=10)
"""Where the chat's clock and the wall's differ by more, the chat is a recording."""

GENERAL, ACCEPT = "general", "accept"


def place(options: Namespace) -> int:
    """`tartantm place`: under a question, General, the open question, or as suggested."""
    with Session(find_session(options.session)) as session:
        chat = session.chat
        entries = references.entries(chat, options.posts)
        wanted = options.question.casefold()
        if wanted == ACCEPT:
            moves = {entry.id: entry.placement.question for entry in entries}
        else:
            question = None if wanted == GENERAL else references.question(chat, options.question)
            moves = {entry.id: question for entry in entries}
        carried = _grouper(session).carried(moves)
        return _act(session, ev.Placed(moves, carried))


def star(options: Namespace) -> int:
    """`tartantm star`: highlights, or no longer."""
    with Session(find_session(options.session)) as session:
        return _act(
            session, ev.Starred(references.ids(session.chat, options.posts), not options.off)
        )


def hide(options: Namespace) -> int:
    """`tartantm hide`: out of the transcript, or in again."""
    with Session(find_session(options.session)) as session:
        return _act(
            session, ev.Hidden(references.ids(session.chat, options.posts), not options.off)
        )


def mark(options: Namespace) -> int:
    """`tartantm mark`: a typed mark, or no longer."""
    with Session(find_session(options.session)) as session:
        ids = references.ids(session.chat, options.posts)
        wanted = next(each for each in get_args(ev.Mark) if each == options.mark)
        return _act(session, ev.Marked(ids, wanted, not options.off))


def note(options: Namespace) -> int:
    """`tartantm note`: words on a post; none take the note away."""
    with Session(find_session(options.session)) as session:
        (post_id,) = references.ids(session.chat, [options.post])
        return _act(session, ev.Noted(post_id, _words(options.words)))


def summary(options: Namespace) -> int:
    """`tartantm summary`: words on a question, or on the chat; none take them away."""
    with Session(find_session(options.session)) as session:
        whole = options.question.casefold() == "chat"
        question = None if whole else references.question(session.chat, options.question)
        summary = _words(options.words)
        if whole and (warning := too_long(summary)):
            print(warning, file=sys.stderr)
        return _act(session, ev.Summarised(question, summary))


def remark(options: Namespace) -> int:
    """`tartantm remark`: "Speaker: words" that were said aloud."""
    from tartantm.core.remarks import remarked

    with Session(find_session(options.session)) as session:
        chat = session.chat
        known = [venue.name for venue in chat.agenda.venues]
        venue = options.venue or (known[0] if known else "")
        written = options.question
        question = references.question(chat, written) if written else chat.periods.open_question
        event = remarked(chat, " ".join(options.words), venue, _now(chat), question)
        if event is None:
            raise BadInput("A remark needs words, such as 'Ewan: we print it and pin it up'.")
        return _act(session, event)


def open_(options: Namespace) -> int:
    """`tartantm open`: the question after the one that was open last, or one by its id."""
    with Session(find_session(options.session)) as session:
        chat = session.chat
        if options.question:
            question = references.question(chat, options.question)
        else:
            periods = reversed(chat.periods.active)
            latest = next((period.question for period in periods if period.question), None)
            following = chat.agenda.after(latest)
            if following is None:
                raise BadInput("That was the last question of the agenda.")
            question = following.id
        return _act(session, ev.Opened(question, _now(chat), "moderator"))


def close(options: Namespace) -> int:
    """`tartantm close`: the open question."""
    with Session(find_session(options.session)) as session:
        question = session.chat.periods.open_question
        if question is None:
            raise BadInput("No question is open.")
        return _act(session, ev.Closed(question, _now(session.chat)))


def mute(options: Namespace) -> int:
    """`tartantm mute`: everything by an author, or with a phrase."""
    with Session(find_session(options.session)) as session:
        if options.phrase:
            return _act(session, ev.Muted("phrase", _phrase(options.phrase), not options.off))
        keys = references.authors(session.chat, options.author)
        return _act(session, *(ev.Muted("author", key, not options.off) for key in keys))


def redact(options: Namespace) -> int:
    """`tartantm redact`: out of every transcript: a post's words, an author's name, a phrase."""
    with Session(find_session(options.session)) as session:
        chat, on, why = session.chat, not options.off, options.reason
        if options.phrase:
            return _act(session, ev.Redacted("phrase", _phrase(options.phrase), on, why))
        if options.post:
            (post_id,) = references.ids(chat, [options.post])
            return _act(session, ev.Redacted("post", post_id, on, why))
        keys = references.authors(chat, options.author)
        return _act(session, *(ev.Redacted("author", key, on, why) for key in keys))


def undo(options: Namespace) -> int:
    """`tartantm undo`: the last act."""
    with Session(find_session(options.session)) as session:
        act = session.chat.history.undoable
        if act is None:
            raise BadInput("There is nothing to undo.")
        session.record(ev.Undone(act.seq))
        print(f"Undid: {act.words}.")
    return 0


def redo(options: Namespace) -> int:
    """`tartantm redo`: what was undone last."""
    with Session(find_session(options.session)) as session:
        act = session.chat.history.redoable
        if act is None:
            raise BadInput("There is nothing to do again.")
        session.record(ev.Redone(act.seq))
        print(f"Did again: {act.words}.")
    return 0


def _act(session: Session, *acts: ev.Act) -> int:
    """Record acts, let grouping follow, and say what was done."""
    grouper = _grouper(session)
    change = session.record(*acts)
    if revised := grouper.observe(change):
        session.record(ev.Grouped(revised))
    for done in change.acts[-len(acts) :]:
        print(f"{done.words}.")
    return 0


def _grouper(session: Session) -> Grouper:
    from tartantm.grouping.grouper import Grouper

    return Grouper(session.chat)


def _phrase(written: str) -> str:
    phrase = clean(written, lines=False)
    if not phrase:
        raise BadInput("A phrase needs words.")
    return phrase


def _words(words: Sequence[str]) -> str | None:
    return clean(" ".join(words)) or None


def _now(chat: Chat) -> datetime:
    """The time by the chat's clock: the wall's, or that of the recording that was heard last."""
    told = [(at, event.at) for at, event in chat.coverage if isinstance(event, ev.SourceChanged)]
    if told and (heard := told[-1][1]) and abs(told[-1][0] - heard) > RECORDED:
        times = [entry.post.sort_at for entry in chat.entries.values()]
        return max([*times, heard])
    return datetime.now(UTC)
