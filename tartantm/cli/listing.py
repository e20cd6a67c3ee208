"""Commands that list a session in plain lines, one a post, for screen readers too.

The number at the head of a line names its post in the commands of `cli.moderate`.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from tartantm.cli import damage
from tartantm.cli.follow_lines import text_line
from tartantm.cli.references import question
from tartantm.core.chat import Chat
from tartantm.core.describe import posts as counted
from tartantm.core.describe import sure
from tartantm.core.entry import Entry
from tartantm.core.local_time import clock
from tartantm.moderation.conversation import OFFERED, Conversation, asked, speakers
from tartantm.moderation.conversations import conversations
from tartantm.moderation.history import lines
from tartantm.moderation.search import Query
from tartantm.settings.paths import find_session
from tartantm.store.session import Session


def inbox(options: Namespace) -> int:
    """`tartantm inbox`: list what is to be placed, by conversation, with suggestion and reason."""
    if options.size:
        from tartantm.cli.inbox_size import set_size

        return set_size(options)
    with _session(options) as session:
        chat = session.chat
        rows = conversations(chat)
        for row in rows:
            print("\n".join(_inbox_lines(row, chat)))
        if not rows:
            print("The inbox is empty.")
    return 0


def _inbox_lines(row: Conversation, chat: Chat) -> Iterator[str]:
    """Yields a conversation: what is asked about it, then each post with why it would go where."""
    within = ""
    if len(row.posts) > 1:
        named, others = speakers(chat, row)
        names = [entry.post.author.shown for entry in named]
        names += [f"{others} others"] * bool(others)
        between = (
            f"between {', '.join(names[:-1])} and {names[-1]}" if names[1:] else f"by {names[0]}"
        )
        yield f"{counted(len(row.posts))} {between}: {asked(row.places)}"
        within = "  "
    for entry in (chat.entries[post_id] for post_id in row.posts):
        yield f"{within}{_line(entry, chat)}"
        placement = entry.placement
        places = [placement.question, *placement.alternatives][:OFFERED]
        to = asked(places).removesuffix("?")
        yield f"{within}    suggested: {to}, {sure(placement.confidence)}%: {placement.reason}"


def posts(options: Namespace) -> int:
    """`tartantm posts`: list the posts of the inbox, a question or another list, oldest first."""
    with _session(options) as session:
        chat = session.chat
        wanted = options.list.casefold()
        query = Query(chat, options.words or "")
        shown = [
            entry
            for entry in chat.ordered()
            if entry.listed and _in_list(entry, chat, wanted) and query.matches(entry)
        ]
        for entry in shown:
            print(_line(entry, chat))
        if not shown:
            print("No posts here.")
    return 0


def history(options: Namespace) -> int:
    """`tartantm history`: list the acts and erasures, oldest first."""
    with _session(options) as session:
        zone = session.chat.agenda.tz
        for line in lines(session.chat):
            undone = " (undone)" if line.undone else ""
            print(f"{clock(line.at.astimezone(zone))} {line.words}{undone}")
    return 0


@contextmanager
def _session(options: Namespace) -> Iterator[Session]:
    """The session that is named; events of it that cannot be read are warned of."""
    with Session(find_session(options.session)) as session:
        damage.warn(session.path, session.damaged, session.chat.agenda)
        yield session


def _line(entry: Entry, chat: Chat) -> str:
    """ "142  18:41 Q3? Ailsa Example, Mastodon: words (starred; note: …)"."""
    facts = [
        "starred" if entry.starred else "",
        "muted" if entry.muted else "hidden" if entry.hidden else "",
        *(f"marked {mark}" for mark in entry.marks),
        f"note: {' '.join(entry.note.split())}" if entry.note else "",
    ]
    annotations = "; ".join(filter(None, facts))
    return f"{text_line(entry, chat)}{f' ({annotations})' if annotations else ''}"


def _in_list(entry: Entry, chat: Chat, wanted: str) -> bool:
    if wanted == "hidden":
        return entry.hidden or entry.muted
    if entry.muted:
        return False
    if wanted in ("all", "starred", "inbox"):
        return {"all": True, "starred": entry.starred, "inbox": entry.in_inbox}[wanted]
    place = None if wanted == "general" else question(chat, wanted)
    return entry.placement.question == place
