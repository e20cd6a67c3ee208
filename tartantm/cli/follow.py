"""`tartantm follow`: capture without a desk; and what the desk needs for capture too."""

from __future__ import annotations

import asyncio
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tartantm.agenda_files.load import load_agenda
from tartantm.cli import damage
from tartantm.cli.publish import publishing
from tartantm.core.agenda import Agenda
from tartantm.core.describe import posts
from tartantm.core.errors import BadInput, TartantmError
from tartantm.networks.clock import Clock, HeardClock
from tartantm.settings.config import load
from tartantm.settings.paths import session_name, session_path, session_tag
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import LiveSession, Session

if TYPE_CHECKING:
    from tartantm.capture.supervisor import Source
    from tartantm.core.entry import Change
    from tartantm.networks.protocol import LiveSource


LEAVING_SECONDS = 5.0
"""How long sources may take to disconnect."""


def follow(options: Namespace) -> int:
    """`tartantm follow`: capture, and print a line for each post once it is durable."""
    agenda, digest = load_agenda(Path(options.agenda))
    path = session_path(options.session, session_name(agenda))
    heard, clock, _ = sources(options.source or load().sources, agenda.hashtags, path)
    if not heard:
        raise BadInput("There is nothing to follow; give a source, such as --source bluesky.")
    session = begin(path, agenda, digest, options)
    damage.warn(path, session.damaged, session.chat.agenda)
    with publishing(path, options, running=True):
        return asyncio.run(_follow(session, heard, clock, options))


async def _follow(read: Session, heard: Sequence[Source], clock: Clock, options: Namespace) -> int:
    from tartantm.capture.supervisor import Supervisor
    from tartantm.cli.follow_lines import json_line, text_line

    session = LiveSession(read.path, read)

    stop = asyncio.Event()
    unwritten: OSError | None = None

    def show(change: Change) -> None:
        nonlocal unwritten
        try:
            for post_id in change.added:
                entry = session.chat.entries[post_id]
                line = json_line(entry) if options.json else text_line(entry, session.chat)
                print(line, flush=True)
        except OSError as error:
            unwritten = error
            if isinstance(error, BrokenPipeError):
                stop.set()  # the reader of our lines has ended, as head does

    session.listen(show)
    following = Supervisor(session, heard, clock)
    task = asyncio.create_task(following.run())
    _on_signals(stop)
    ending = asyncio.create_task(stop.wait())
    await asyncio.wait({task, ending}, timeout=options.seconds, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    following.stop()
    with suppress(TimeoutError):
        async with asyncio.timeout(LEAVING_SECONDS):
            await asyncio.shield(task)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await session.close()
    if session.trouble:
        raise TartantmError(f"{posts(following.waiting)} not saved: {session.trouble}")
    if isinstance(unwritten, BrokenPipeError):
        raise unwritten
    if unwritten is not None:
        # Capture goes on without its terminal, or with a full disk under its output.
        kept = f"All posts are in {session.path}."
        raise TartantmError(f"Not all lines could be written: {unwritten.strerror}. {kept}")
    failed = [health for health in following.health if health.state == "failed"]
    for health in failed:
        print(f"tartantm: {health.detail}", file=sys.stderr)
    unheard = [health for health in following.health if not health.was_heard]
    for health in unheard:
        why = f": {health.last_trouble}" if health.last_trouble else "."
        print(f"tartantm: {health.name} was never heard{why}", file=sys.stderr)
    return 1 if failed or unheard else 0


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
    return session


class SourceSet(NamedTuple):
    """The sources of a session, and the clock that the chat goes by."""

    sources: list[Source]
    clock: Clock
    again: Callable[[str], LiveSource] | None = None
    """Makes a live source of that name anew, with the settings and tokens of that moment."""


def sources(names: Sequence[str], hashtags: Sequence[str], path: Path) -> SourceSet:
    """Make the sources of these names for a session."""
    from tartantm.capture.registry import file_source

    if all(name.startswith("file:") for name in names):
        return SourceSet([file_source(name) for name in names], HeardClock() if names else Clock())
    from tartantm.capture.registry import SourceRegistry
    from tartantm.networks.clock import LiveClock
    from tartantm.networks.http import HttpClients

    clock = LiveClock()

    def makers() -> SourceRegistry:
        config = load()
        return SourceRegistry(
            config, HttpClients(config.network, clock), hashtags, session_tag(path)
        )

    made = makers()
    return SourceSet([made.make(name) for name in names], clock, lambda name: makers().live(name))
