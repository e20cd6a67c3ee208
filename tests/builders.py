"""Builds chats, posts and events for tests. All people and words here are invented."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tartantm.core.agenda import Agenda, Person, Question, Venue
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.events import Begun, Captured, Event, Placement, Recorded
from tartantm.core.post import Author, Post

START = datetime(2026, 6, 17, 17, 0, tzinfo=UTC)
"""18:00 in Glasgow."""

AGENDA = Agenda(
    "Talk about talk",
    ("tartantm",),
    START,
    START + timedelta(hours=2),
    "Europe/London",
    people=(
        Person("Isla Example", ("isla@x", "isla@mastodon.example"), "host", "Example Council"),
        Person("Hamish Sample", ("hamish.example@bluesky",), "guest"),
    ),
    venues=(Venue("The Made-up Thistle"), Venue("The Pretend Arms")),
    questions=(
        Question("Q1", "Are the days of just doing it over?"),
        Question("Q2", "Do we need a strategy?"),
        Question("Q2a", "Who reads it?", "Q2"),
        Question("Q3", "Who keeps the keys?"),
    ),
)


def at(minute: float) -> datetime:
    """A time in minutes after the start."""
    return START + timedelta(minutes=minute)


def post(name: str = "1", text: str = "Words", minute: float = 1, **more: Any) -> Post:
    """A post on X unless the name says otherwise: "mastodon:https://…"."""
    post_id = name if ":" in name else f"x:{name}"
    author = more.pop("author", Author("ailsa", "Ailsa Example", "7"))
    if isinstance(author, str):
        author = Author(author, f"{author.title()} Example", author)
    return Post(post_id, author, at(minute), text, **more)


def placed(question: str | None = "Q1", *, inbox: bool = False, by: str = "time") -> Placement:
    """A placement as grouping makes one."""
    return Placement(question, by, f"{question} open since 18:01", 0.4 if inbox else 0.9, inbox)


def captured(*posts: Post, question: str | None = "Q1", inbox: bool = False) -> list[Event]:
    """The events of posts that a source delivered."""
    return [Captured(each, placed(question, inbox=inbox)) for each in posts]


def recorded(events: Iterable[Event], first: int = 1) -> list[Recorded]:
    """Events as the journal returns them."""
    return [Recorded(n, START, event) for n, event in enumerate(events, first)]


def chat_of(*events: Event, agenda: Agenda = AGENDA) -> Chat:
    """A chat after these events."""
    return Chat(recorded([Begun(agenda, "d", "00" * 8), *events]))


def happen(chat: Chat, *events: Event) -> None:
    """Apply more events to a chat."""
    for item in recorded(events, chat.last_seq + 1):
        chat.apply(item)


def state_of(chat: Chat) -> dict[str, Any]:
    """The visible state of a chat, to compare two."""
    return {
        "agenda": chat.agenda,
        "rules": (chat.mutes, chat.redactions),
        "entries": {
            entry.id: tuple(getattr(entry, name) for name in Entry.__struct_fields__)
            for entry in chat.entries.values()
        },
        "periods": [(period.at, period.question) for period in chat.periods.active],
        "summaries": (chat.summary, [chat.summary_of(q.id) for q in chat.agenda.questions]),
    }
