"""The made-up evening of `tartantm demo`: agenda, posts, and what its moderator did.

Nobody in it exists. `AGENDA` is an agenda file and `EVENING` an archive, like any others.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from msgspec import Struct, convert

from tartantm.core.events import Mark

FOLDER = Path(__file__).parent
AGENDA, EVENING = FOLDER / "agenda.toml", FOLDER / "evening.jsonl"


def gold() -> dict[str, str | None]:
    """Returns the right question of each post, by the post's id; None for General."""
    rows = map(json.loads, EVENING.read_text("utf-8").splitlines())
    return {row["post"]["id"]: row["gold"] for row in rows if "gold" in row}


class Moderation(Struct, frozen=True):
    """What the evening's moderator did, besides putting posts where `gold` has them."""

    summary: str
    stars: list[str]
    """Ids of posts, as everywhere here."""
    hidden: list[str]
    marks: dict[Mark, list[str]]
    notes: dict[str, str]
    summaries: dict[str, str]
    """By question."""


def moderation() -> Moderation:
    """Read what the evening's moderator did."""
    with (FOLDER / "moderation.toml").open("rb") as file:
        return convert(tomllib.load(file), Moderation)
