"""Commands that open the desk: `run`, `replay` and `demo`.

The desk draws its first frame before anything is read. So what is not needed for that is imported
in functions that a thread runs while the screen already answers.
"""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tartantm.core.errors import BadInput, TartantmError
from tartantm.settings.paths import (
    SUFFIX,
    ensure_folder,
    find_session,
    paths,
    session_name,
    session_path,
    slug,
)

if TYPE_CHECKING:
    from tartantm.core.chat import Chat
    from tartantm.desk.loading import DeskInput, ListenAgainAnswer
    from tartantm.store.load_progress import LoadProgress


def run(options: Namespace) -> int:
    """`tartantm run`: open the desk on an agenda, live, or on a kept session."""
    from tartantm.cli.own_reader import own_reader
    from tartantm.settings.config import load

    if options.offline and options.source:
        raise BadInput("--offline listens to nothing; leave out --source, or --offline.")
    if options.agenda is None:
        from tartantm.cli.agenda_wizard import at_terminal

        known = options.source or load().sources
        agenda_file, named = at_terminal(ask_sources=not known)
        options.agenda, options.source = str(agenda_file), options.source or named
    kept = find_session(options.agenda)
    if kept.suffix == SUFFIX and not options.session:
        if not kept.exists():
            raise BadInput(
                f"There is no session {kept}; 'tartantm sessions' lists those kept here."
            )
        return _desk(kept, kept.stem, _reopening(kept, options), options, live=bool(options.source))
    from tartantm.cli.agenda_argument import read_agenda

    agenda, digest = read_agenda(options.agenda)
    path = session_path(options.session, session_name(agenda))
    reader = own_reader()
    asks = not options.source and not options.offline
    options.source = names = [] if options.offline else options.source or load().sources

    def read(progress: LoadProgress) -> DeskInput:
        from tartantm.capture.registry import named
        from tartantm.cli.follow import begin
        from tartantm.cli.remembered import instead_of, listen_again
        from tartantm.cli.source_set import sources
        from tartantm.desk.loading import DeskInput
        from tartantm.settings.credentials import NamedBy

        make = partial(sources, hashtags=agenda.hashtags, path=path, tz=agenda.tz)
        heard = make(named(names, NamedBy.USER))
        session = begin(path, agenda, digest, options, progress)
        again = listen_again(session.chat, names, make, path) if asks else None
        notes = [] if again else instead_of(session.chat, [each.name for each in heard.sources])
        return DeskInput(session, heard.sources, heard.clock, heard.again, again, notes, reader)

    return _desk(path, agenda.title, read, options, live=bool(names))


def _reopening(path: Path, options: Namespace) -> Callable[[LoadProgress], DeskInput]:
    from tartantm.cli.own_reader import own_reader

    reader = own_reader()

    def read(progress: LoadProgress) -> DeskInput:
        from tartantm.capture.registry import named
        from tartantm.cli.inbox_size import take_inbox_size
        from tartantm.cli.remembered import completes, instead_of, listen_again
        from tartantm.cli.source_set import sources
        from tartantm.desk.loading import DeskInput
        from tartantm.settings.credentials import NamedBy
        from tartantm.store.session import Session

        with Session(path, progress=progress) as session:
            take_inbox_size(session, options)
            plan = session.chat.agenda
            make = partial(sources, hashtags=plan.hashtags, path=path, tz=plan.tz)
            heard = make(named(options.source or (), NamedBy.USER))
        chat, given = session.chat, [*dict.fromkeys(options.source or ())]
        own = [each.name for each in heard.sources]
        asks = not options.offline and completes(chat, own)
        again = listen_again(chat, given, make, path) if asks else None
        notes = instead_of(chat, own)
        return DeskInput(session, heard.sources, heard.clock, heard.again, again, notes, reader)

    return read


def replay(options: Namespace, *, with_reader: bool = True) -> int:
    """`tartantm replay`: play a recording on the desk, at the pace of its own times."""
    from tartantm.cli.agenda_argument import read_agenda
    from tartantm.cli.own_reader import own_reader

    reader = own_reader() if with_reader else None

    agenda, digest = read_agenda(options.agenda)
    archive = Path(options.archive)
    name = f"replay-{slug(archive.stem)}-{datetime.now():%Y-%m-%d-%H%M%S}{SUFFIX}"
    path = session_path(options.session, name)

    def read(progress: LoadProgress) -> DeskInput:
        from tartantm.archives.playback import ReplaySource
        from tartantm.archives.read import read_chat
        from tartantm.archives.shape import Context
        from tartantm.cli.follow import begin
        from tartantm.desk.loading import DeskInput

        recorded = read_chat(archive, Context(zone=agenda.tz, day=agenda.starts))
        source = ReplaySource(recorded, f"replay:{archive.name}", options.speed)
        session = begin(path, agenda, digest, options, progress)
        source.skip(session.chat)
        return DeskInput(session, [source], source.clock, reader=reader)

    return _desk(path, agenda.title, read, options, live=True)


def demo(options: Namespace) -> int:
    """`tartantm demo`: play a made-up evening on the desk; needs no account and no network."""
    from tartantm.demo import AGENDA, EVENING

    if options.export or not _terminal():
        from tartantm.cli.recordings import write_demo

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
            inbox=options.inbox,
            publish=None,
            publish_every=0.0,
            noindex=False,
            address=None,
            pseudonyms=None,
            x_text=None,
            strict=False,
            despite_damage=False,
        ),
        with_reader=False,  # nobody waits for answers about a made-up evening
    )


def source_flags(chat: Chat, given: Mapping[str, str]) -> str:
    """The flags that name networks again, for whoever left by mistake: what is kept nowhere.

    `given` has each source's own name by the one that it was given.
    """
    from tartantm.cli.remembered import to_name

    names = to_name(chat, given)
    return "".join(f" --source {shlex.quote(name)}" for name in names)


def _terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _desk(
    path: Path,
    title: str,
    read: Callable[[LoadProgress], DeskInput],
    options: Namespace,
    *,
    live: bool,
) -> int:
    if not _terminal():
        raise BadInput("The desk needs a terminal; 'tartantm follow' captures without one.")
    from tartantm.cli import damage
    from tartantm.cli.publish import publishing
    from tartantm.desk import terminal_loss
    from tartantm.desk.app import DeskApp
    from tartantm.desk.themes import DEFAULT
    from tartantm.settings import state
    from tartantm.settings.config import load
    from tartantm.settings.theme import load_all, shipped

    themes, broken = load_all([shipped(), paths().themes])
    theme = options.theme
    wanted = theme or load().theme or state.theme() or DEFAULT
    if wanted not in themes:
        if theme:
            raise BadInput(f"There is no theme {theme!r}; there are {', '.join(sorted(themes))}.")
        wanted = DEFAULT
    page = publishing(path, options, running=lambda: live)
    damaged: list[int] = []
    given: dict[str, str] = {}
    """By the name that a source was given, its own, which lacks what may be a key."""
    with ExitStack() as running:

        def opened(progress: LoadProgress) -> DeskInput:
            result = read(progress)
            names = [*dict.fromkeys(getattr(options, "source", None) or ())]
            given.update(zip(names, (each.name for each in result.sources), strict=False))
            damaged.extend(result.session.damaged)
            if options.publish and not options.despite_damage:
                damage.refuse(path, damaged, despite=False)
            asked = result.listen_again
            if asked is None:
                running.enter_context(page)  # only now the session is there for sure
                return result

            def answered(listens: bool) -> ListenAgainAnswer:
                nonlocal live
                answer = asked.answer(listens)
                live = bool(answer.sources)
                running.enter_context(page)
                return answer

            return result._replace(listen_again=asked._replace(answer=answered))

        app = DeskApp(title, opened, themes, wanted, broken, state.remember_theme)
        try:
            app.run()
        finally:
            terminal_loss.stop_driver(app._driver)
    terminal_loss.redirect_output()
    if app.fault is not None:
        raise app.fault
    damage.warn(path, damaged)
    name = path.stem if path.parent == paths().sessions else path
    print(f"The evening is kept in {path}")
    if waiting := app.waiting_in_inbox:
        print(f"{waiting} still in the inbox; what to look at first: tartantm review {name}")
    flags = source_flags(app.session.chat, given) if app.opened.is_set() else ""
    print(f"Open it again with:        tartantm run {name}{flags}")
    print(f"Write its transcript with: tartantm export {name}")
    if app.unsaved:
        raise TartantmError(app.unsaved)
    return app.return_code or 0
