"""`tartantm correct`: writes published files again, without what was withheld since."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tartantm.cli import damage
from tartantm.cli.leaks import report_each
from tartantm.core.change_kinds import changes_in_words
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.events import Corrected, Recorded
from tartantm.core.exports import WrittenFiles, joined, written_files
from tartantm.core.local_time import clock
from tartantm.settings.paths import find_session
from tartantm.settings.theme import Theme
from tartantm.settings.threads import run
from tartantm.store.session import Session
from tartantm.transcript import ExportOptions, export
from tartantm.transcript.changes import changes_since
from tartantm.transcript.published_files import export_event, file_path, is_as_written, refusal
from tartantm.transcript.recorded_options import UnknownOption, read_options


class _Known(NamedTuple):
    """Files that were written, with what is to be done with them."""

    files: WrittenFiles
    options: ExportOptions
    changes: dict[str, int]


def correct(options: Namespace) -> int:
    """`tartantm correct`: recheck, then write the files again that were written before."""
    path = find_session(options.session)
    unanswered = 0
    with Session(path) as session:
        _check(session, despite_damage=options.despite_damage)
    if not options.no_recheck:
        from tartantm.capture.recheck import recheck
        from tartantm.settings.config import load

        unanswered = run(recheck(path, load(), print))
    with Session(path) as session:
        return max(unanswered, _correct(session, yes=options.yes))


def _check(session: Session, *, despite_damage: bool) -> None:
    """Refuse what cannot be corrected, before anybody waits for the networks."""
    path = session.path
    damage.refuse(path, session.damaged, despite=despite_damage, agenda=session.chat.agenda)
    if not session.chat.exports:
        raise TartantmError(
            f"It is not recorded that anything was written from {path.name}; 'tartantm export'"
            " writes its transcript, and records that from now on."
        )
    if session.journal.readonly:
        raise TartantmError(f"{path} cannot be written, so no correction can be recorded.")


def _correct(session: Session, *, yes: bool) -> int:
    chat = session.chat
    known, failed = _known(chat, list(session.journal.since(0)))
    if not any(one.changes for one in known):
        print("Nothing changed since; nothing is written.")
        return failed
    writable: list[tuple[_Known, list[str]]] = []
    for one in known:  # also those that did not change: all copies have to say the same
        export = one.files.export
        refused = {form: refusal(export, form, changed_too=yes) for form in one.files.formats}
        for sentence in filter(None, refused.values()):
            print(sentence, file=sys.stderr)
            failed = 1
        if formats := [form for form, sentence in refused.items() if not sentence]:
            writable.append((one, formats))
    if not any(one.changes for one, _ in writable):
        return failed
    if not yes and not _agreed(session.path, writable):
        print("Nothing was written.")
        return 1
    kinds = {kind for one, _ in writable for kind in one.changes}
    session.record(
        Corrected({kind: max(one.changes.get(kind, 0) for one, _ in writable) for kind in kinds})
    )
    for one, formats in writable:
        failed |= _write(session, one, formats)
    report_each(session.chat, session.path, (one.options for one, _ in writable))
    return failed


def _known(chat: Chat, recorded: list[Recorded]) -> tuple[list[_Known], int]:
    """Show what is known to be published; returns it, and 1 where some cannot be written."""
    themes, failed = _themes(), 0
    found = []
    print("Known to be published:")
    for files in written_files(chat):
        print(f"  {_described(files, chat)}")
        try:
            options = read_options(files.export.options, themes)
        except UnknownOption as error:
            failed = 1
            print(f"    is not written again: {error}.")
            continue
        changes = changes_since(files.shows, recorded, chat, options)
        print(f"    {changes_in_words(changes) or 'nothing changed'} since")
        found.append(_Known(files, options, changes))
    return found, failed


def _described(files: WrittenFiles, chat: Chat) -> str:
    """Returns "/home/…/evening (html, json), written 2026-07-03 19:04, pseudonyms all"."""
    export, written = files.export, files.at.astimezone(chat.agenda.tz)
    words = [
        f"{joined(export.folder, export.name)} ({', '.join(files.formats)})",
        f"written {written:%Y-%m-%d} {clock(written)}",
    ]
    for name, value in export.options.items():
        shown = name.replace("_", "-")
        words.append(shown if value is True else f"{shown} {value}")
    return ", ".join(words)


def _themes() -> dict[str, Theme]:
    from tartantm.settings.paths import paths
    from tartantm.settings.theme import load_all, shipped

    themes, _ = load_all([shipped(), paths().themes])
    return themes


def _agreed(session: Path, writable: Iterable[tuple[_Known, list[str]]]) -> bool:
    """Ask about files elsewhere than the session and the user, and those that may be another's.

    A session that came from somebody else may name the transcript of another chat.
    """
    near = [session.resolve().parent, Path.cwd().resolve()]
    far = [
        path
        for one, formats in writable
        for form in formats
        if (path := file_path(one.files.export, form))
        and not (
            is_as_written(one.files.export, form)
            and any(path.resolve().is_relative_to(folder) for folder in near)
        )
    ]
    if not far:
        return True
    for path in far:
        print(f"To be written: {path}")
    if not sys.stdin.isatty():
        raise BadInput(
            "Files elsewhere than here or beside the session, and pages that were kept up to date,"
            " are asked about first; where nobody can answer, give --yes."
        )
    return input("Write these again? [y/N] ").strip().casefold() in ("y", "yes")


def _write(session: Session, one: _Known, formats: list[str]) -> int:
    """Write one export's files again and record that; returns 1 where they cannot be written."""
    was, chat = one.files.export, session.chat
    folder = Path(was.folder)
    try:
        for path in export(chat, formats, folder, was.name, options=one.options):
            print(path)
    except TartantmError as error:
        print(error, file=sys.stderr)
        return 1
    session.record(export_event(folder, was.name, formats, one.options, chat.last_seq))
    return 0
