"""The made-up evening of `tartantm demo`: agenda, posts, and what its moderator did.

Nobody in it exists. `AGENDA` is an agenda file and `EVENING` an archive, like any others.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Event, Mark

FOLDER = Path(__file__).parent
AGENDA, EVENING = FOLDER / "agenda.toml", FOLDER / "evening.jsonl"


def gold() -> dict[str, str | None]:
    """Return the right question of each post, by the post's id; None for General."""
    rows = map(json.loads, EVENING.read_text("utf-8").splitlines())
    return {row["post"]["id"]: row["gold"] for row in rows if "gold" in row}


def moderation(chat: Chat) -> list[Event]:
    """Return what the moderator did: emptied the inbox, corrected placements, annotated."""
    with (FOLDER / "moderation.toml").open("rb") as file:
        done = tomllib.load(file)
    wanted = gold()
    moves = {
        entry.id: wanted[entry.id]
        for entry in chat.entries.values()
        if not entry.deleted_at
        and (entry.placement.inbox or entry.placement.question != wanted[entry.id])
    }
    marks: dict[Mark, list[str]] = done["marks"]
    return [
        ev.Placed(moves),
        ev.Starred(tuple(done["stars"])),
        ev.Hidden(tuple(done["hidden"])),
        *(ev.Marked(tuple(posts), mark) for mark, posts in marks.items()),
        *(ev.Noted(post, note) for post, note in done["notes"].items()),
        *(ev.Summarised(question, words) for question, words in done["summaries"].items()),
        ev.Summarised(None, done["summary"]),
    ]
