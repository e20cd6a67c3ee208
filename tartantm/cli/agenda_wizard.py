"""`tartantm run` without an agenda: ask a few questions, write the agenda file, open the desk."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from tartantm.agenda_files.write_toml import dump
from tartantm.capture.registry import SOURCES, parts
from tartantm.core.agenda import Agenda, Question, numbered
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.post import bare_hashtag, clean, is_hashtag
from tartantm.settings.atomic_write import write_atomically
from tartantm.settings.paths import slug

T = TypeVar("T")

Ask = Callable[[str], str]
"""Shows a prompt and returns the line typed after it; raises EOFError at the end of input."""

SOURCES_PROMPT = "Networks to follow, such as: bluesky mastodon:mastodon.scot (Enter for none): "

LONGEST_CHAT = timedelta(days=8)
"""Some chats run for a week; an earlier start is a slip of the year or the month."""

START_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M")
"""How a start may be written, in the time zone of this machine."""


class Answers(NamedTuple):
    """The answers that were given at the terminal."""

    path: Path
    """The agenda file that was written."""
    sources: list[str]
    """Names of sources; none where they were not asked for."""


def at_terminal(*, ask_sources: bool) -> Answers:
    """Ask at the terminal and write the agenda here; raises BadInput where there is none."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("Name an agenda file or a session: tartantm run AGENDA.")
    return ask_and_write(_input, Path.cwd(), ask_sources=ask_sources)


def ask_and_write(ask: Ask, folder: Path, *, ask_sources: bool = False) -> Answers:
    """Ask for the agenda, perhaps for networks, and write it into `folder`, over no other file."""
    print("No agenda was named, so let us write one. Ctrl+C leaves, and nothing is written.")
    print("(To see the desk first, on a made-up evening: tartantm demo)\n")
    try:
        agenda = ask_agenda(ask)
        sources = (
            _until(ask, SOURCES_PROMPT, _sources, f"Write any of {SOURCES}.")
            if ask_sources
            else [""]
        )
    except EOFError:
        raise BadInput("The agenda was not finished, and nothing was written.") from None
    day = agenda.starts.date() if agenda.starts else None
    path = _free(folder, slug(agenda.hashtags[0], day))
    try:
        write_atomically(path, [dump(agenda)])
    except OSError as error:
        raise TartantmError(f"{path} cannot be written: {error.strerror}.") from None
    print(f"\nThe agenda is in {path}; change it with any editor, or on the desk with e.")
    named = [name for name in sources if name]
    again = "".join(f" --source {name}" for name in named)
    print(f"To come back: tartantm run {path.name}{again}")
    return Answers(path, named)


def ask_agenda(ask: Ask) -> Agenda:
    """Ask for the parts of an agenda, each again until it is understood."""
    tag = _until(ask, "Hashtag of the chat: ", _hashtag, "One word of letters and digits, please.")
    title = _until(ask, "Title: ", lambda text: clean(text, lines=False), "It needs a title.")
    example = f"{datetime.now():%Y-%m-%d} 18:00"
    starts = _until(
        ask,
        f"Starts, such as 18:00 or {example} (Enter for now): ",
        _start,
        f"Write the time, or day and time, of a chat that is not over: {example}.",
    )
    print("\nThe questions, one a line; begin a follow-up with '-'. An empty line ends the list.")
    questions: list[Question] = []
    while words := clean(ask(f"Q{_next(questions)}: "), lines=False):
        if words.strip("- "):
            questions.append(_question(words, questions))
    return Agenda(title, (tag,), starts, questions=tuple(questions))


def _until(ask: Ask, words: str, read: Callable[[str], T | None], hint: str) -> T:
    while not (value := read(ask(words).strip())):
        print(hint)
    return value


def _hashtag(text: str) -> str | None:
    tag = bare_hashtag(clean(text, lines=False))
    return tag if is_hashtag(tag) else None


def _start(text: str) -> datetime | None:
    if not text:
        return datetime.now().astimezone().replace(second=0, microsecond=0)
    today = datetime.now()
    tries = [(text, form) for form in START_FORMATS]
    tries.append((f"{today:%Y-%m-%d} {text}", START_FORMATS[0]))
    for words, form in tries:
        try:
            starts = datetime.strptime(words, form)
            return starts.astimezone() if starts > today - LONGEST_CHAT else None
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _sources(text: str) -> list[str] | None:
    """The sources that are named, [""] for none; None where one is no source."""
    names = text.replace(",", " ").split()
    try:
        for name in names:
            if not name.startswith("file:"):
                parts(name)
    except BadInput:
        return None
    return names or [""]


def _next(questions: list[Question]) -> int:
    return sum(question.parent is None for question in questions) + 1


def _question(words: str, before: list[Question]) -> Question:
    top = next((each for each in reversed(before) if each.parent is None), None)
    if words.startswith("-") and words.lstrip("- ") and top is not None:
        letter = sum(each.parent == top.id for each in before)
        return Question(numbered(top.number, letter), words.lstrip("- "), top.id)
    return Question(numbered(_next(before)), words.lstrip("- ") or words)


def _free(folder: Path, name: str) -> Path:
    """A file name that is not taken: chat.toml, chat-2.toml, …"""
    number, path = 1, folder / f"{name}.toml"
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.toml"
    return path


def _input(words: str) -> str:
    return input(words)
