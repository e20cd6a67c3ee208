"""Made-up chats for smoke runs, in the form of the recorded ones. All words are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

_TOPICS = ("ferries", "libraries", "allotments")
_SAYS = ("we run them ourselves", "nobody asked us", "it took three years", "ask the neighbours")
_TALK = ("lovely to see you all", "the kettle is on", "thanks for having me", "what a wet evening")
_START = datetime(2026, 6, 17, 18, 0, tzinfo=UTC)


def write(folder: Path, chats: int = 4, answers: int = 4) -> Path:
    """Write chats of two communities in a folder, each as written and with half its labels."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(chats):
        chat_id = f"{'ab'[number % 2]}-{number}"
        rows, questions = _chat(chat_id, Random(number), answers)
        agenda = {
            "id": chat_id,
            "title": "A made-up chat",
            "hashtag": "#madeup",
            "host": ["isla"],
            "questions": questions,
        }
        (folder / f"{chat_id}.agenda.json").write_text(json.dumps(agenda), encoding="utf-8")
        _write_rows(folder / f"{chat_id}.jsonl", rows)
        half = [row | {"text": row["bare"]} if n % 2 else row for n, row in enumerate(rows)]
        _write_rows(folder / f"{chat_id}.stripped.jsonl", half)
    return folder


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    shown = ({name: each[name] for name in each if name != "bare"} for each in rows)
    path.write_text("".join(json.dumps(row) + "\n" for row in shown), encoding="utf-8")


def _chat(
    chat_id: str, chance: Random, answers: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []

    def say(author: str, text: str, gold: str | None, label: str = "", **more: Any) -> str:
        at = _START + timedelta(minutes=len(rows))
        row = {
            "id": f"{chat_id}-m{len(rows)}",
            "created_at": at.isoformat().replace("+00:00", "Z"),
            "author": author,
            "text": f"{label}{text} #madeup",
            "bare": f"{text} #madeup",
            "reply_to": None,
            "gold_question": gold,
            "gold_source": "read",
            "gold_certainty": chance.choice(["high", "high", "low"]),
        }
        rows.append(row | more)
        return str(row["id"])

    say("ailsa", "Hello all", None)
    for number, topic in enumerate(_TOPICS, 1):
        text = f"Who runs the {topic} here?"
        asks = say("isla", text, f"Q{number}", gold_source="host", label=f"Q{number}: ")
        opened = rows[-1]["created_at"]
        questions.append(
            {"id": f"Q{number}", "text": text, "opened_at": opened, "message_id": asks}
        )
        last = asks
        for _ in range(answers):
            person = chance.choice(["ailsa", "calum", "morag", "eilidh"])
            if chance.random() < 0.3:
                say(person, chance.choice(_TALK), None)
                continue
            label = f"A{number}: " if chance.random() < 0.5 else ""
            reply = last if chance.random() < 0.4 else None
            late = f"Q{max(1, number - 1)}"
            either = {"gold_all": [f"Q{number}", late]} if chance.random() < 0.2 else {}
            said = f"{chance.choice(_SAYS)}, the {chance.choice(_TOPICS)}"
            last = say(person, said, f"Q{number}", label, reply_to=reply, **either)
    return rows, questions
