"""Commands that only show something: `paths`, `themes`, `keys` and `agenda`."""

from __future__ import annotations

import sys
from argparse import Namespace

from tartantm.core.errors import BadInput
from tartantm.core.post import clean
from tartantm.settings import debug_log
from tartantm.settings.paths import paths


def where(_: Namespace) -> int:
    """`tartantm paths`: list every place where the program reads or writes by itself."""
    from tartantm.settings.theme import shipped

    places = paths()._asdict() | {"shipped themes": shipped()}
    if debug_log.is_on():
        places["debug log"] = debug_log.path()
    width = max(map(len, places))
    for name, path in places.items():
        print(f"{name.ljust(width)}  {path}")
    return 0


def themes(_: Namespace) -> int:
    """`tartantm themes`: list the themes, and those that cannot be read."""
    from tartantm.settings.theme import load_all, shipped

    found, broken = load_all([shipped(), paths().themes])
    for theme in found.values():
        title = clean(theme.title, lines=False)
        print(f"{theme.name.ljust(10)}  {title}, {'dark' if theme.dark else 'light'}")
    for path, reason in broken:
        print(clean(f"{path}: {reason}; left out", lines=False))
    return 0


def keys(_: Namespace) -> int:
    """`tartantm keys`: list every command of the desk, with its keys."""
    from tartantm.desk.commands.keymap import remapped, table
    from tartantm.settings.config import load

    commands, problems = remapped(load().keys)
    for words in problems:
        print(words, file=sys.stderr)
    rows = table(commands)
    width = max(len(key) for key, _, _ in rows)
    for group in dict.fromkeys(group for _, _, group in rows):
        print(f"\n{group}")
        for key, words, of in rows:
            if of == group:
                print(f"  {key.ljust(width)}  {words}")
    return 0


def agenda_check(options: Namespace) -> int:
    """`tartantm agenda check`: show what was understood of a file, or what is wrong with it."""
    from tartantm.agenda_files.doubts import WRITE_WHEN, doubts
    from tartantm.cli.agenda_argument import read_agenda
    from tartantm.transcript import times

    agenda = read_agenda(options.file, doubting=False).agenda
    tags = " ".join(f"#{tag}" for tag in agenda.hashtags) or "no hashtag"
    print(f"{agenda.title} ({tags})")
    if agenda.starts:
        zone = agenda.tz
        starts, ends = agenda.starts.astimezone(zone), agenda.ends and agenda.ends.astimezone(zone)
        print(times.date_range(starts, ends, agenda.zone_name))
    else:
        print(f"No day and time: {WRITE_WHEN}.")
    for question in agenda.questions:
        indent = "   " if question.parent else ""
        opens = ""
        if question.opens_at:
            opens_at = question.opens_at.astimezone(agenda.tz)
            usual = agenda.starts and agenda.starts.astimezone(agenda.tz)
            opens = f" (opens {times.clock_on(opens_at, usual)})"
        print(f"{indent}{question.id}  {question.text}{opens}")
    for words in doubts(agenda):
        print(f"Please check {words}")
    return 0


def agenda_convert(options: Namespace) -> int:
    """`tartantm agenda convert`: write any agenda as TOML to standard output."""
    from tartantm.agenda_files.write_toml import dump
    from tartantm.cli.agenda_argument import read_agenda

    agenda = read_agenda(options.file).agenda
    if not agenda.questions:
        raise BadInput(f"{options.file} has no questions.")
    print(dump(agenda), end="")
    return 0
