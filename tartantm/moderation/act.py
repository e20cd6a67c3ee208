"""`PreparedAct`: an act that is ready to be recorded, with the sentence that says what it does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.describe import describe_acts
from tartantm.core.erased import recognise
from tartantm.core.errors import BadInput
from tartantm.core.scrub import Scrubber

LEFT_OUT = "What was erased from this session is left out of it."

NAMESAKE = (
    "Somebody of this name was erased from this session, and somebody else of it stays: if this was"
    " said by who was erased, undo it."
)

_WRITTEN = (
    *(ev.Noted, ev.Summarised, ev.Remarked, ev.RemarkCorrected),
    *(ev.Muted, ev.Redacted, ev.AgendaEdited),
)
"""Acts of which the moderator wrote the words; the others only name posts that are here."""


class NothingToDo(BadInput):
    """The act would change nothing, and no mistake was made: there is nothing to undo."""


class PreparedAct(NamedTuple):
    """What the moderator does, not recorded yet. A refused act raises BadInput instead."""

    events: tuple[ev.Act | ev.Undone | ev.Redone, ...]
    """To be recorded together, all or none."""
    sentence: str
    """What was done once they are recorded."""
    posts: tuple[str, ...] = ()
    """Ids of the posts it is about: that these go elsewhere surprises nobody."""
    warning: str = ""
    """What to think of, in a sentence; the act is done all the same."""


def prepare(
    chat: Chat, *events: ev.Act, posts: Iterable[str] = (), warning: str = ""
) -> PreparedAct:
    """An act of these events, in the words that the list of acts has for it.

    Several are one step for undo: mutes and redactions, each joined to the one before.
    """
    joined = tuple(
        replace(each, joined=n > 0) if isinstance(each, ev.Muted | ev.Redacted) else each
        for n, each in enumerate(events)
    )
    sentence = f"{describe_acts(joined, chat)}."
    warnings = filter(None, (warning, erased_warning(chat, joined)))
    return PreparedAct(joined, sentence, tuple(posts), " ".join(warnings))


def erased_warning(chat: Chat, events: Sequence[ev.Act]) -> str:
    """Returns what is to be said of an act because of what was erased before, "" for nothing.

    The session file lets nothing in that was erased from it. Raises BadInput where that would leave
    nothing of an event: it would be said to be done, and is not.
    """
    erased = recognise(chat)
    written = [event for event in events if isinstance(event, _WRITTEN)]
    if erased is None or not written:
        return ""
    left = Scrubber(erased).events(written)
    if len(left) < len(written):
        raise BadInput("That was erased from this session; nothing of it is recorded any more.")
    warnings = [LEFT_OUT] if left != written else []
    spoke = (each.post for each in left if isinstance(each, ev.Remarked | ev.RemarkCorrected))
    warnings += [NAMESAKE] if any(map(erased.may_have_spoken, spoke)) else []
    return " ".join(warnings)


def held(chat: Chat, posts: Iterable[str]) -> tuple[str, ...]:
    """Those of the posts that the chat holds; raises BadInput where it holds none of them.

    While the moderator chooses what to do with a post, another process may erase it.
    """
    found = tuple(post for post in posts if post in chat.entries)
    if not found:
        raise BadInput("That post was erased meanwhile.")
    return found


def standing(chat: Chat, posts: Iterable[str]) -> tuple[str, ...]:
    """Those of the posts that the chat holds with their words; raises BadInput where none is left.

    What is said about a post that was deleted at its network would only say what stood there.
    """
    return with_words(chat, of_chat(chat, held(chat, posts)))


def with_words(chat: Chat, posts: Iterable[str]) -> tuple[str, ...]:
    """Those of held posts, also of what came along, that still have words; BadInput for none."""
    still = tuple(post for post in posts if not chat.entries[post].deleted_at)
    if not still:
        raise BadInput("That post was deleted at its network; nothing of it is left here.")
    return still


def of_chat(chat: Chat, posts: Iterable[str]) -> tuple[str, ...]:
    """Those of held posts that are posts of the chat; raises BadInput where none of them is.

    What only came along with them can be withheld, but not be placed or annotated.
    """
    found = tuple(post for post in posts if not chat.entries[post].carried)
    if not found:
        raise BadInput("That is no post of the chat: it came along with one that refers to it.")
    return found


def on_agenda(chat: Chat, question: str) -> str:
    """The id of a question; raises BadInput where the agenda has no such question."""
    if question not in chat.agenda:
        raise BadInput(f"The agenda has no {question}.")
    return question
