"""Writes an agenda as TOML that people can go on editing."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from tartantm.core.agenda import Agenda


def dump(agenda: Agenda) -> str:
    """The TOML of an agenda; `read_toml.parse` reads the same agenda from it."""
    lines = _pairs(
        title=agenda.title,
        hashtags=agenda.hashtags,
        starts=agenda.starts,
        ends=agenda.ends,
        timezone=agenda.timezone,
        labels=agenda.labels if agenda.labels != ("Q", "A") else None,
    )
    for person in agenda.people:
        lines += ["", "[[people]]"]
        lines += _pairs(
            name=person.name,
            handles=person.handles,
            role=person.role,
            organisation=person.organisation,
        )
    for venue in agenda.venues:
        lines += ["", "[[venues]]", *_pairs(name=venue.name)]
    expected = 1
    for question in agenda.questions:
        indent, number = "  " if question.parent else "", None
        if not question.parent:
            number = question.number if question.number != expected else None
            expected = question.number + 1
        lines += ["", indent + ("[[questions.follow_ups]]" if indent else "[[questions]]")]
        lines += _pairs(
            indent,
            text=question.text,
            number=number,
            minutes=question.minutes,
            opens_at=question.opens_at,
            asked_by=question.asked_by,
        )
    return "\n".join(lines) + "\n"


def _pairs(indent: str = "", **values: Any) -> list[str]:
    kept = {k: v for k, v in values.items() if v is not None and v != "" and v != ()}
    return [f"{indent}{key} = {_value(value)}" for key, value in kept.items()]


def _value(value: Any) -> str:
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case datetime():
            return value.isoformat()
        case float():
            return f"{value:g}"
        case tuple():
            return "[" + ", ".join(_value(item) for item in value) + "]"
        case _:
            return str(value)
