"""`tartantm follow`: capture without a desk; and what the desk needs for capture too."""

from __future__ import annotations

import asyncio
import signal
import sys
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from tartantm.cli import damage
from tartantm.cli.agenda_argument import read_agenda
from tartantm.cli.fitted import fitted
from tartantm.cli.inbox_size import take_inbox_size
from tartantm.cli.own_reader import own_reader
from tartantm.cli.publish import publishing
from tartantm.cli.remembered import instead_of, not_whole, remembered
from tartantm.cli.source_set import SourceSet, sources
from tartantm.core.agenda import Agenda
from tartantm.core.describe import ended, not_saved
from tartantm.core.errors import BadInput, TartantmError
from tartantm.settings.config import load
from tartantm.settings.credentials import NamedBy
from tartantm.settings.paths import session_name, session_path
from tartantm.settings.threads import run
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import LiveSession, Session
from tartantm.transcript.coverage import public

if TYPE_CHECKING:
    from tartantm.capture.own_reader import MakeReader
    from tartantm.capture.supervisor import Supervisor
    from tartantm.cli.follow_report import FollowReport
    from tartantm.core.entry import Change
    from tartantm.networks.protocol import LiveSource

LOOK_SECONDS = 1.0
"""How often it is looked for what should be reported."""

LEAVING_SECONDS, SAVING_SECONDS = 3.5, 0.2
"""How long it may take, at the end, until sources are disconnected and all is saved; and of that
for saving alone, at least."""


def follow(options: Namespace) -> int:
    """`tartantm follow`: capture, and print a line for each post once it is durable."""
    from tartantm.capture.registry import named

    agenda, digest = read_agenda(options.agenda, "follow")
    path = session_path(options.session, session_name(agenda))
    asked_for = options.source or load().sources
    names = asked_for or _as_before(path)
    by = NamedBy.USER if asked_for else NamedBy.FILE
    heard = sources(named(names, by), agenda.hashtags, path, agenda.tz)
    for words in heard.withheld:
        print(fitted(f"tartantm: {words}", sys.stderr), file=sys.stderr)
    options.source = names
    if not heard.sources:
        raise BadInput("There is nothing to follow; give a source, such as --source bluesky.")
    reader = own_reader()
    session = begin(path, agenda, digest, options)
    damage.warn(path, session.damaged, session.chat.agenda)
    for words in instead_of(session.chat, [each.name for each in heard.sources]):
        print(f"tartantm: {words}", file=sys.stderr)
    with publishing(path, options, running=lambda: True):
        return run(_follow(session, heard, options, reader))


def _as_before(path: Path) -> list[str]:
    """The sources that the last run of a session listened to, where it is there."""
    if not path.exists():
        return []
    with Session(path) as session:
        found = remembered(session.chat)
    for name in found.not_whole:
        print(fitted(f"tartantm: {not_whole(name)}", sys.stderr), file=sys.stderr)
    if found.names:
        named = ", ".join(found.names)
        print(f"tartantm: Listening again to {named}, as this session did.", file=sys.stderr)
    return found.all


async def _follow(
    read: Session, heard: SourceSet, options: Namespace, make_reader: MakeReader | None
) -> int:
    from tartantm.capture.supervisor import Supervisor
    from tartantm.cli.follow_lines import json_line, text_line
    from tartantm.cli.follow_report import FollowReport

    session = LiveSession(read.path, read)

    stop = asyncio.Event()
    unwritten: OSError | None = None
    newest = _Newest(heard)
    following = Supervisor(session, heard.sources, heard.clock, newest.again)
    live = [health for health in following.health if health.is_live]
    report = FollowReport(
        session.chat, heard.clock.now, live, as_json=options.json, lacks=newest.lacks
    )
    report.begin(session.path)

    def show(change: Change) -> None:
        nonlocal unwritten
        try:
            for post_id in change.added:
                entry = session.chat.entries[post_id]
                if entry.carried:
                    continue
                line = json_line(entry) if options.json else text_line(entry, session.chat)
                print(line, flush=True)
        except OSError as error:
            unwritten = error
            if isinstance(error, BrokenPipeError):
                stop.set()  # the reader of our lines has ended, as head does
        if not isinstance(unwritten, BrokenPipeError):
            report.changed(change)

    session.listen(show)
    for health in following.health:
        health.listeners.append(report.source)
    following.notices.append(report.notice)
    task = asyncio.create_task(following.run())
    looking = asyncio.create_task(_look(report, following))
    reading = asyncio.create_task(_read(session, make_reader, task))
    _on_signals(stop)
    ending = asyncio.create_task(stop.wait())
    all_heard = asyncio.create_task(_all_of(task, reading))
    await asyncio.wait(
        {all_heard, ending}, timeout=options.seconds, return_when=asyncio.FIRST_COMPLETED
    )
    ending.cancel()
    all_heard.cancel()
    reading.cancel()
    following.stop()
    looking.cancel()  # from here on nothing is saved again that is cancelled
    until = monotonic() + LEAVING_SECONDS
    with suppress(TimeoutError):
        async with asyncio.timeout(LEAVING_SECONDS):
            await asyncio.shield(task)
    # Before the task is cancelled, so that it knows what was saved at the last moment.
    await session.close(max(SAVING_SECONDS, until - monotonic()))
    for each in (task, looking, reading):
        each.cancel()
        with suppress(asyncio.CancelledError):
            await each
    if isinstance(unwritten, BrokenPipeError) and not session.trouble:
        raise unwritten
    unheard = _conclude(report, following)
    if session.trouble:
        raise TartantmError(not_saved(following.waiting, session.trouble))
    if unwritten is not None:
        # Capture goes on without its terminal, or with a full disk under its output.
        kept = f"All posts are in {session.path}."
        raise TartantmError(f"Not all lines could be written: {unwritten.strerror}. {kept}")
    return 1 if unheard or any(health.state == "failed" for health in following.health) else 0


async def _all_of(*tasks: asyncio.Task[None]) -> None:
    """Wait for all of them, whatever becomes of each."""
    await asyncio.wait(tasks)


async def _read(
    session: LiveSession, make_reader: MakeReader | None, following: asyncio.Task[None]
) -> None:
    """Have the user's reader asked; once all sources have ended, until there is nothing to ask."""
    if make_reader is None:
        return
    reader, said = make_reader(session), ""
    if reader.warning:
        print(f"tartantm: From now on {ended(reader.warning)}", file=sys.stderr)
    reader.start()
    try:
        while not (following.done() and reader.is_done):
            await asyncio.sleep(LOOK_SECONDS / 4)
            if reader.trouble != said and (said := reader.trouble):
                print(fitted(f"tartantm: {said}", sys.stderr), file=sys.stderr)
        print(f"tartantm: {ended(reader.words)}", file=sys.stderr)
    finally:
        await reader.stopped()


class _Newest:
    """The sources as they were made last, with the settings and tokens of that moment."""

    def __init__(self, heard: SourceSet) -> None:
        self._make = heard.again
        self._made: dict[str, object] = {each.name: each for each in heard.sources}
        self.again = self._again if heard.again else None
        """As `SourceSet.again`."""

    def lacks(self, name: str) -> str:
        """What a source lacks to stream, as `LacksStream` says."""
        from tartantm.networks.protocol import lacking

        return lacking(self._made.get(name))

    def _again(self, name: str) -> LiveSource:
        assert self._make is not None
        self._made[name] = source = self._make(name)
        return source


async def _look(report: FollowReport, following: Supervisor) -> None:
    """Report once a second what nobody is called for."""
    told = False
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        report.tick(following.health)
        report.saving(following.session.unsaved_for, following.waiting, following.session.trouble)
        if (
            not told
            and following.capture is None
            and all(each.state == "waiting" for each in following.health)
        ):
            told = True
            report.waits()


def _conclude(report: FollowReport, following: Supervisor) -> bool:
    """Say over which times each source was heard; returns whether one was asked for in vain."""
    report.tick(following.health)
    report.conclude()
    # A stream that opened, and of which nothing is sure after that, was heard for no time.
    never = report.never_heard()
    captured = [each for each in following.health if each.state != "waiting"]
    unheard = [public(each.name) for each in captured if not each.was_heard or each.name in never]
    if unheard:
        # Why was said as it happened, and in the coverage.
        print(f"tartantm: Never heard this time: {', '.join(unheard)}.", file=sys.stderr)
    return bool(unheard)


def _on_signals(stop: asyncio.Event) -> None:
    """Set `stop` on SIGINT and SIGTERM; Windows has no `add_signal_handler`."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def begin(
    path: Path,
    agenda: Agenda,
    digest: str,
    options: Namespace,
    progress: LoadProgress | None = None,
) -> Session:
    """Create a session, or let one take up changes of its agenda. Returns it closed.

    Raises DamagedSession, with nothing recorded, where its page may not be published.
    """
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent} to keep {path.name} in.")
    with Session(path, create=True, progress=progress) as session:
        if options.publish and session.damaged and not options.despite_damage:
            damage.refuse(path, session.damaged, despite=False)
        session.take_agenda(agenda, digest)
        take_inbox_size(session, options)
    return session
