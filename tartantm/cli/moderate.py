"""Commands that act on a session from the command line, also while a desk has it open.

For people who cannot see the desk, and for scripts. Each prints the sentence of its act, in the
words of the list of acts, and number, author and first words of each post that it named. A post is
named by the number at the head of its line in `tartantm posts`, by its id, or by a link to it.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tartantm.cli import damage, references
from tartantm.cli.asking import agreed, can_answer
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.core.events import Hidden, Muted, Redacted, SourceChanged
from tartantm.core.exports import published_copies
from tartantm.moderation import annotate, history, questions, withhold
from tartantm.moderation import place as placing
from tartantm.moderation.act import PreparedAct
from tartantm.moderation.references import PostReferences, in_words
from tartantm.settings.fault_log import guarded
from tartantm.settings.paths import find_session, session_words
from tartantm.store.session import Session

if TYPE_CHECKING:
    from tartantm.grouping.grouper import Grouper

RECORDED = timedelta(minutes=10)
"""Where the chat's clock and the wall's differ by more, the chat is a recording."""

GENERAL, ACCEPT, WHOLE_CHAT = "general", "accept", "chat"
"""Words that stand where a question's id may stand."""


def place(options: Namespace) -> int:
    """`tartantm place`: put posts under a question or General, or accept where they stand."""
    with session_of(options) as session:
        chat, grouper = session.chat, _grouper(session)
        posts = PostReferences(chat).ids(options.posts)
        if options.with_replies:
            posts = placing.with_replies(chat, posts)
        wanted = options.question.casefold()
        if wanted == ACCEPT:
            return record_act(session, placing.accept(chat, grouper, posts), posts)
        question = None if wanted == GENERAL else references.question(chat, options.question)
        return record_act(session, placing.place(chat, grouper, posts, question), posts)


def star(options: Namespace) -> int:
    """`tartantm star`: make posts highlights, or no longer."""
    with session_of(options) as session:
        posts = PostReferences(session.chat).ids(options.posts)
        return record_act(session, annotate.star(session.chat, posts, not options.off), posts)


def hide(options: Namespace) -> int:
    """`tartantm hide`: leave posts out of the transcript, or no longer."""
    with session_of(options) as session:
        posts = PostReferences(session.chat).ids(options.posts)
        return record_act(session, withhold.hide(session.chat, posts, not options.off), posts)


def mark(options: Namespace) -> int:
    """`tartantm mark`: give posts a typed mark, or take it off."""
    with session_of(options) as session:
        posts = PostReferences(session.chat).ids(options.posts)
        act = annotate.mark(session.chat, posts, options.mark, not options.off)
        return record_act(session, act, posts)


def note(options: Namespace) -> int:
    """`tartantm note`: write a note on a post; without words, remove it."""
    with session_of(options) as session:
        (post,) = PostReferences(session.chat).ids([options.post])
        return record_act(
            session, annotate.note(session.chat, post, " ".join(options.words)), [post]
        )


def summary(options: Namespace) -> int:
    """`tartantm summary`: sum up a question or the chat; without words, remove the summary."""
    with session_of(options) as session:
        whole = options.question.casefold() == WHOLE_CHAT
        question = None if whole else references.question(session.chat, options.question)
        return record_act(
            session, annotate.summarise(session.chat, question, " ".join(options.words))
        )


def remark(options: Namespace) -> int:
    """`tartantm remark`: write down "Speaker: words" that were said aloud."""
    with session_of(options) as session:
        chat, written = session.chat, options.question
        at = annotate.said_at(chat, options.at, datetime.now(UTC)) if options.at else _now(chat)
        known = [venue.name for venue in chat.agenda.venues]
        venue = options.venue or (known[0] if known else "")
        then = annotate.question_at(chat, at) if options.at else chat.periods.open_question
        question = references.question(chat, written) if written else then
        words = " ".join(options.words)
        act = annotate.remark(chat, words, venue, at, question, timed=bool(options.at))
        return record_act(session, act)


def amend(options: Namespace) -> int:
    """`tartantm amend`: correct a remark; what is not given stays as it is."""
    with session_of(options) as session:
        chat = session.chat
        (post,) = PostReferences(chat).ids([options.post])
        was = annotate.remark_of(chat, post).post.created_at
        at = annotate.said_at(chat, options.at, datetime.now(UTC), was) if options.at else None
        words = " ".join(options.words) or None
        session.act(*(act := annotate.correct_remark(chat, post, words, options.venue, at)).events)
        if act.warning:
            print(act.warning, file=sys.stderr)
        print(f"{act.sentence}\n  {in_words(chat.entries[post])}")  # as it is now
    return 0


def open_(options: Namespace) -> int:
    """`tartantm open`: open the question after the one opened last, or one by its id."""
    with session_of(options) as session:
        chat = session.chat
        if options.since:
            if not options.question:
                raise BadInput("Say which question is opened again: open SESSION Q2 --from POST.")
            (post,) = PostReferences(chat).ids([options.since])
            question = references.question(chat, options.question)
            return record_act(session, questions.reopen(chat, question, post), [post])
        if not options.question:
            return record_act(session, questions.open_next(chat, _now(chat)))
        question = references.question(chat, options.question)
        return record_act(session, questions.open_(chat, question, _now(chat)))


def close(options: Namespace) -> int:
    """`tartantm close`: close the open question."""
    with session_of(options) as session:
        return record_act(session, questions.close(session.chat, _now(session.chat)))


def undo(options: Namespace) -> int:
    """`tartantm undo`: take back the last act; asks where an erasure is newer, which stays."""
    with session_of(options) as session:
        try:
            return record_act(session, history.undo(session.chat))
        except history.PastErasure as past:
            if not options.yes:
                if not can_answer():
                    words = "Undo asks before it goes back past it; where nobody can answer,"
                    raise BadInput(f"{past.stays} {words} give --yes.") from None
                if not agreed(str(past)):
                    print("Nothing was undone.")
                    return 1
            return record_act(session, history.undo(session.chat, agreed=past.act))


def redo(options: Namespace) -> int:
    """`tartantm redo`: do again what was undone last."""
    with session_of(options) as session:
        return record_act(session, history.redo(session.chat))


@contextmanager
def session_of(options: Namespace, *, acting: bool = True) -> Iterator[Session]:
    """The session that is named, if all of it can be read or `--despite-damage` is given.

    And if it can be written, unless nothing is to be done.
    """
    with Session(find_session(options.session)) as session:
        damage.refuse(
            session.path,
            session.damaged,
            despite=options.despite_damage,
            agenda=session.chat.agenda,
        )
        if acting:
            session.journal.ensure_writable()
        yield session


def record_act(
    session: Session, act: PreparedAct, named: Iterable[str] = (), what_it_hits: str = ""
) -> int:
    """Record an act, and say what was done, to which of the posts that were named."""
    lines = [f"  {in_words(session.chat.entries[post])}" for post in named]
    session.act(*act.events)
    if act.warning:
        print(act.warning, file=sys.stderr)
    print("\n".join([act.sentence, *lines, *filter(None, [what_it_hits])]))
    if any(isinstance(event, Hidden | Muted | Redacted) and event.on for event in act.events):
        copies = published_copies(session.chat, session_words(session.path))
        print(copies, end="\n" * bool(copies))
    return 0


def _grouper(session: Session) -> Grouper | None:
    """None where grouping fails on this session: posts can be placed all the same."""
    return guarded(lambda: session.grouper, None)


def _now(chat: Chat) -> datetime:
    """The time by the chat's clock: the wall's, or that of the recording that was heard last."""
    reports = [(at, each) for at, each in chat.coverage if isinstance(each, SourceChanged)]
    live = {each.source for _, each in reports if each.state == "asked"}
    changes = [(at, each.at) for at, each in reports if each.source not in live]
    if changes and (heard := changes[-1][1]) and abs(changes[-1][0] - heard) > RECORDED:
        times = [entry.post.sort_at for entry in chat.posts()]
        return max([*times, heard])
    return datetime.now(UTC)
