"""`tartantm import`: says what files hold, chooses what is of the chat, and stores that."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tartantm.cli import damage
from tartantm.cli.import_words import (
    Progress,
    damaged_lines,
    report_damage,
    what_it_is,
)
from tartantm.cli.inbox_size import take_inbox_size
from tartantm.cli.recordings import BATCH, left_out_words, restored
from tartantm.core.describe import posts
from tartantm.core.errors import BadInput
from tartantm.core.post import EARLIEST, LATEST, bare_hashtag
from tartantm.store.session import Session

if TYPE_CHECKING:
    from tartantm.archives.reading import Reading
    from tartantm.archives.selection import Chosen, Selection
    from tartantm.archives.shape import Context, OtherTimes
    from tartantm.archives.spool import Spool
    from tartantm.core.agenda import Agenda
    from tartantm.networks.heard import Heard


def import_(options: Namespace) -> int:
    """Put recorded posts into a session, grouped as if they came in now; 1 where nothing came."""
    from tartantm.archives.reading import Reading
    from tartantm.archives.spool import Spool
    from tartantm.cli.agenda_argument import read_agenda

    agenda, digest = read_agenda(options.agenda)
    selection = _selection(options, agenda)
    if options.session is None and not options.preview:
        raise BadInput("Name the session to put the posts into with --session, or use --preview.")
    with ExitStack() as stack:
        paths = [_given(name, stack) for name in options.archives]
        context = _context(options, agenda)
        context.others = _other_times(selection, agenda)
        reading = Reading(paths, context)
        if options.ask:
            _ask(paths, reading.context)
        spool = stack.enter_context(Spool())
        _read(reading, spool, selection)
        session = _session(options, stack)
        chosen = _choose(reading, spool, selection, session, agenda)
        for words in what_it_is(reading, spool, chosen, selection, agenda):
            # What a script reads is only what came of it.
            print(words, file=sys.stdout if options.preview else sys.stderr)
        for found in reading.files:
            report_damage(found)
        if options.preview:
            return 0 if chosen.posts else 1
        if session is None:  # a file is only made for something
            if not chosen.posts:
                print("0 posts imported; nothing was stored.")
                return 1
            session = stack.enter_context(Session(_path(options), create=True))
        return _store(session, reading, spool, chosen, agenda, digest, options)


def _store(
    session: Session,
    reading: Reading,
    spool: Spool,
    chosen: Chosen,
    agenda: Agenda,
    digest: str,
    options: Namespace,
) -> int:
    path = session.path
    damage.warn(path, session.damaged, session.chat.agenda)
    new = not session.chat.last_seq
    session.take_agenda(agenda, digest)
    before = len([*session.chat.posts()])
    items = spool.items(chosen.numbers)
    is_whole = len(chosen.numbers) == len(spool)
    words = restored(session, reading, items) if new and is_whole else None
    take_inbox_size(session, options)
    known = 0
    if words is None:
        words, known = record(session, spool.items(chosen.numbers), len(chosen.numbers))
    added = len([*session.chat.posts()]) - before
    damaged = sum(map(damaged_lines, reading.files))
    lines = f"; {damaged} line{'' if damaged == 1 else 's'} could not be used" if damaged else ""
    print(f"{posts(added).capitalize()} imported into {path}{words}{lines}.")
    return 0 if added or known else 1


def record(session: Session, heard: Iterable[Heard], total: int) -> tuple[str, int]:
    """Put so many items into a session, by time.

    Returns words about what was left out, and how many posts were known already.
    """
    from tartantm.capture.capture import Capture
    from tartantm.networks.heard import in_batches

    capture = Capture(session.chat, session.grouper)
    count = 0
    try:
        with Progress() as progress:
            for some in in_batches(heard, BATCH):
                session.act(*capture.events_for(some))
                progress.stored(count := count + len(some), total)
    except KeyboardInterrupt:
        again = "import the same again for the rest, nothing is stored twice"
        print(f"Stopped: {count:,} of {total:,} are stored; {again}.", file=sys.stderr)
        raise
    return left_out_words(capture), capture.duplicates


def _given(name: str, stack: ExitStack) -> Path:
    """The path of an archive; of standard input, that of a copy, since it is read twice."""
    if name != "-":
        return Path(name)
    path = Path(stack.enter_context(TemporaryDirectory())) / "standard-input.txt"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path


def _ask(paths: list[Path], context: Context) -> None:
    """Ask how a text is to be read; raises BadInput where it is none, or nobody can answer."""
    from tartantm.archives.formats.paste import ASKED, described
    from tartantm.archives.reading import lines_of
    from tartantm.cli.asking import can_answer
    from tartantm.cli.paste_form import ask_layout

    if len(paths) != 1:
        raise BadInput("--ask takes one text at a time.")
    if not can_answer():
        raise BadInput("--ask needs a terminal to ask on; name the file of the text.")
    layout = ask_layout(lines_of(paths[0]), input, context)
    context.memory[ASKED] = described(layout)


def _context(options: Namespace, agenda: Agenda) -> Context:
    from tartantm.archives.shape import Context
    from tartantm.core.post import Author, clean

    handle = clean(options.author or "", lines=False).lstrip("@")
    account = Author(handle) if handle else None
    return Context(zone=agenda.tz, day=agenda.starts, account=account)


def _read(reading: Reading, spool: Spool, selection: Selection) -> None:
    with Progress() as progress:
        for item in reading.items(progress.show):
            spool.add(item, len(reading.files) - 1, tagged=selection.names(item))
            progress.count = len(spool)


def _session(options: Namespace, stack: ExitStack) -> Session | None:
    """The session where there is one already."""
    if options.session is None:
        return None
    path = _path(options)
    return stack.enter_context(Session(path)) if path.exists() else None


def _path(options: Namespace) -> Path:
    path = Path(options.session).expanduser()
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent} to keep {path.name} in.")
    return path


def _selection(options: Namespace, agenda: Agenda) -> Selection:
    from tartantm.archives.selection import Selection

    asked = tuple(tag for each in options.hashtags if (tag := bare_hashtag(each)))
    since = _moment(options.since, agenda.tz, "--from") if options.since else None
    until = _moment(options.until, agenda.tz, "--to", ends=True) if options.until else None
    if since and until and until < since:
        raise BadInput("--to is before --from; nothing can be between them.")
    return Selection(asked or agenda.hashtags, since, until, is_asked=bool(asked))


def _moment(written: str, zone: tzinfo, flag: str, *, ends: bool = False) -> datetime:
    """A time as people write it on a command line, in the chat's zone where it names none."""
    text = written.strip()
    try:
        if len(text) <= 10:
            found = datetime.combine(date.fromisoformat(text), time(), zone)
            return found + timedelta(days=1, microseconds=-1) if ends else found
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        raise BadInput(
            f"{flag} takes a date and a time, 2012-06-20 or 2012-06-20T18:00, not {written!r}."
        ) from None


def _choose(
    reading: Reading,
    spool: Spool,
    selection: Selection,
    session: Session | None,
    agenda: Agenda,
) -> Chosen:
    """Of what one account wrote only the chat's day is taken, unless a time was asked for."""
    from msgspec.structs import replace

    from tartantm.archives.selection import choose, day_of, held_keys
    from tartantm.archives.spool import begins_key

    one = [found.is_one_account for found in reading.files]
    day = day_of(agenda)
    if any(one) and not (selection.hashtags or day or selection.since or selection.until):
        raise BadInput(
            "This is all that somebody ever wrote, and the agenda names neither a hashtag nor the"
            " chat's day: name the hashtag with --hashtag, or the time with --from and --to."
        )
    if day and any(one) and selection.since is None and selection.until is None:
        selection = replace(selection, since=day[0], until=day[1])
        if not all(one):
            selection = replace(selection, only_one_account=True)
    held: set[int] = set()
    if session is not None:
        entries = list(session.chat.posts())
        held = held_keys([n for e in entries for n in (e.id, *e.post.aliases)])
        held |= {begins_key(entry.post) for entry in entries}
    passed = sum(found.other_times for found in reading.files)
    return choose(spool, selection, is_one_account=one, held=held.__contains__, passed=passed)


def _other_times(selection: Selection, agenda: Agenda) -> OtherTimes | None:
    """The times that nobody looks for, None where all are looked for."""
    from tartantm.archives.selection import day_of
    from tartantm.archives.shape import OtherTimes

    tags = tuple(f"#{tag.casefold()}" for tag in selection.hashtags)
    if selection.since is None and selection.until is None:
        day = day_of(agenda)
        return OtherTimes(*day, tags, of_one_account=True) if day else None
    since = selection.since or datetime(EARLIEST, 1, 1, tzinfo=UTC)
    until = selection.until or datetime(LATEST, 1, 1, tzinfo=UTC)
    return OtherTimes(since, until, tags, of_one_account=False)
