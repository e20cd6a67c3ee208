"""Commands that hear a chat: the desk on it, a replay, the demo, and capture without a desk."""

from __future__ import annotations

import asyncio
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tartantm import agenda_files
from tartantm.agenda import Agenda
from tartantm.config import Config
from tartantm.config import load as load_config
from tartantm.errors import BadInput, TartantmError
from tartantm.paths import (
    SUFFIX,
    ensure_folder,
    find_session,
    paths,
    session_name,
    session_tag,
    slug,
)
from tartantm.session import LiveSession, Session
from tartantm.sources.clock import Clock, HeardClock
from tartantm.words import posts

if TYPE_CHECKING:
    from tartantm.entry import Change
    from tartantm.sources.follow import Source


LEAVING_SECONDS = 5.0
"""How long sources get to say goodbye."""


def run(options: Namespace) -> int:
    """`tartantm run`: the desk on an agenda, live, or on a session that is kept."""
    config = load_config()
    kept = find_session(options.agenda)
    if kept.suffix == SUFFIX and not options.session:
        agenda = Agenda("")
        if options.source:  # else nobody asks, and a large session takes its time to open
            with Session(kept) as session:
                agenda = session.chat.agenda
        sources, clock = _sources(options.source, config, agenda, kept)
        return _desk(kept, sources, clock, config, options)
    agenda, digest = agenda_files.load(Path(options.agenda))
    path = _session_path(options.session, session_name(agenda))
    sources, clock = _sources(options.source or config.sources, config, agenda, path)
    return _desk(_begin(path, agenda, digest), sources, clock, config, options)


def replay(options: Namespace) -> int:
    """`tartantm replay`: a recording through the real desk, at the pace of its own times."""
    from tartantm.sources.archive import read
    from tartantm.sources.recording import ReplaySource

    agenda, digest = agenda_files.load(Path(options.agenda))
    archive = read(Path(options.archive))
    name = f"replay-{slug(Path(options.archive).stem)}-{datetime.now():%Y-%m-%d-%H%M%S}{SUFFIX}"
    path = _begin(_session_path(options.session, name), agenda, digest)
    source = ReplaySource(archive, f"replay:{Path(options.archive).name}", options.speed)
    with Session(path) as session:
        source.skip(session.chat)
    return _desk(path, [source], source.clock, load_config(), options)


def demo(options: Namespace) -> int:
    """`tartantm demo`: a made-up evening; no account, no network."""
    from tartantm.demo import AGENDA, EVENING

    if options.export or not _terminal():
        from tartantm.cli_recorded import write_demo

        return write_demo(Path(options.export or "tartantm-demo"))
    session = options.session
    if not session:
        name = f"demo-{datetime.now():%Y-%m-%d-%H%M%S}{SUFFIX}"
        session = str(ensure_folder(paths().sessions) / name)
    return replay(
        Namespace(
            agenda=str(AGENDA),
            archive=str(EVENING),
            speed=options.speed,
            session=session,
            theme=options.theme,
            publish=None,
            publish_every=0.0,
            noindex=False,
            pseudonyms=None,
            x_text=None,
        )
    )


def follow(options: Namespace) -> int:
    """`tartantm follow`: the same capture without the desk; a line for each post, once durable."""
    agenda, digest = agenda_files.load(Path(options.agenda))
    config, path = load_config(), _session_path(options.session, session_name(agenda))
    sources, clock = _sources(options.source or config.sources, config, agenda, path)
    if not sources:
        raise BadInput("There is nothing to follow; give a source, such as --source bluesky.")
    with _publishing(_begin(path, agenda, digest), options, running=True):
        return asyncio.run(_follow(path, sources, clock, options))


async def _follow(path: Path, sources: list[Source], clock: Clock, options: Namespace) -> int:
    from tartantm.follow_lines import json_line, text_line
    from tartantm.sources.follow import Follow

    session = LiveSession(path)
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
                stop.set()  # whoever read our lines has seen enough

    session.listen(show)
    following = Follow(session, sources, clock)
    task = asyncio.create_task(following.run())
    _on_signals(stop)
    ending = asyncio.create_task(stop.wait())
    await asyncio.wait({task, ending}, timeout=options.seconds, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    following.stop()
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(task), LEAVING_SECONDS)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await session.close()
    if following.trouble:
        raise TartantmError(f"{posts(following.waiting)} not saved: {following.trouble}")
    if isinstance(unwritten, BrokenPipeError):
        raise unwritten
    if unwritten is not None:
        # Capture goes on without its terminal, or with a full disk under its output.
        reason = unwritten.strerror
        raise TartantmError(f"Not all lines could be written: {reason}. All posts are in {path}.")
    failed = [health.detail for health in following.health if health.state == "failed"]
    for detail in failed:
        print(f"tartantm: {detail}", file=sys.stderr)
    return 1 if failed else 0


def _on_signals(stop: asyncio.Event) -> None:
    """End cleanly when asked to; where the loop cannot be told, the old way does."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


def _session_path(given: str | None, name: str) -> Path:
    return Path(given).expanduser() if given else ensure_folder(paths().sessions) / name


def _begin(path: Path, agenda: Agenda, digest: str) -> Path:
    """Make the session where it is missing, and have it know the agenda."""
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent} to keep {path.name} in.")
    with Session(path, create=True) as session:
        session.take_agenda(agenda, digest)
    return path


def _sources(
    names: Sequence[str], config: Config, agenda: Agenda, path: Path
) -> tuple[list[Source], Clock]:
    """The sources of those names for a session, and the clock that they go by."""
    from tartantm.sources.configured import file_source

    if all(name.startswith("file:") for name in names):
        return [file_source(name) for name in names], HeardClock() if names else Clock()
    from tartantm.sources.configured import Sources
    from tartantm.sources.net import Net, ServerClock

    clock = ServerClock()
    sources = Sources(config, Net(config.network, clock), agenda.hashtags, session_tag(path))
    return [sources.make(name) for name in names], clock


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _publishing(path: Path, options: Namespace, *, running: bool) -> AbstractContextManager[None]:
    """Keep a page of the session up to date meanwhile, where that was asked for."""
    if options.publish is None:
        for given, name in (
            (options.noindex, "--noindex"),
            (options.pseudonyms, "--pseudonyms"),
            (options.x_text, "--x-text"),
        ):
            if given:
                raise BadInput(f"{name} is about the page that --publish DIR keeps; give both.")
        return nullcontext()
    from tartantm.cli_recorded import X_RULE, page_options
    from tartantm.publishing import publishing

    every, how = options.publish_every, page_options(options)
    if how.x_text == "full" and "x" in (getattr(options, "source", None) or load_config().sources):
        print(X_RULE, file=sys.stderr)
    return publishing(path, Path(options.publish), how, every=every, running=running)


def _desk(
    path: Path, sources: Sequence[Source], clock: Clock, config: Config, options: Namespace
) -> int:
    if not _terminal():
        raise BadInput("The desk needs a terminal; 'tartantm follow' captures without one.")
    from tartantm import state
    from tartantm.theme import load_all, shipped
    from tartantm.tui import hangup
    from tartantm.tui.app import DeskApp
    from tartantm.tui.themes import DEFAULT

    themes, broken = load_all([shipped(), paths().themes])
    theme = options.theme
    wanted = theme or config.theme or state.theme() or DEFAULT
    if wanted not in themes:
        if theme:
            raise BadInput(f"There is no theme {theme!r}; there are {', '.join(sorted(themes))}.")
        wanted = DEFAULT
    app = DeskApp(path, sources, clock, themes, wanted, broken, state.remember_theme)
    with _publishing(path, options, running=bool(sources)):
        app.run()
    hangup.let_go()
    if app.fault is not None:
        raise app.fault
    name = path.stem if path.parent == paths().sessions else path
    print(f"The evening is kept in {path}")
    if waiting := app.waiting_in_inbox:
        print(f"{waiting} still in the inbox.")
    print(f"Open it again with:        tartantm run {name}")
    print(f"Write its transcript with: tartantm export {name}")
    return app.return_code or 0
