"""A desk on an invented evening, run without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.renderables.background_screen import BackgroundScreen

from tartantm.capture.supervisor import Source
from tartantm.core import events as ev
from tartantm.core.events import Event
from tartantm.desk.app import DeskApp
from tartantm.desk.loading import DeskInput
from tartantm.desk.screen import Desk
from tartantm.grouping.grouper import Grouper
from tartantm.networks.clock import Clock
from tartantm.settings.theme import load_all, shipped
from tartantm.store.load_progress import LoadProgress
from tartantm.store.session import Session
from tests.builders import AGENDA, at, captured, placed, post
from tests.desk.idle import drawn_at_rest, wait_by_the_loop
from tests.screen_text import screen_text

SIZES = {"small": (80, 24), "middle": (120, 36), "large": (200, 60)}

NAMES = ("Ailsa", "Calum", "Mòrag", "Zainab")


def _parsed_once() -> None:
    """Have apps share what style sheets say; to parse them is a sixth of opening a desk."""
    parse, parsed = Stylesheet._parse_rules, dict[object, Any]()

    def shared(sheet: Stylesheet, *args: Any, **more: Any) -> Any:
        key = (args, *more.items(), *sheet._variables.items())
        if key not in parsed:
            parsed[key] = parse(sheet, *args, **more)
        return parsed[key]

    Stylesheet._parse_rules = shared  # type: ignore[method-assign, assignment]


TINT = BackgroundScreen.process_segments


def _tinted_once() -> None:
    """Have screens share how a style looks under a dialog, which Textual works out for each piece.

    A frame with a dialog has hundreds of pieces in a dozen styles: a tenth of what such tests took.
    """

    @cache
    def tinted(style: Style | None, color: Color) -> Style | None:
        (piece,) = TINT((Segment(" ", style),), color)
        return piece.style

    def shared(_: object, pieces: Iterable[Segment], color: Color) -> Iterable[Segment]:
        for piece in pieces:
            yield piece if piece.control else Segment(piece.text, tinted(piece.style, color))

    BackgroundScreen.process_segments = classmethod(shared)  # type: ignore[assignment]


_parsed_once()
_tinted_once()
wait_by_the_loop()


class StillClock(Clock):
    """Stands where a test puts it."""

    def __init__(self, minute: float) -> None:
        self.minute = minute

    def now(self) -> datetime:
        return at(self.minute)


def evening() -> list[Event]:
    """An hour's first half: two questions, an inbox, a thread, a repost, a remark, annotations."""
    posts = [
        post(f"{n}", f"A{1 + n // 8}: words number {n} #tartantm", 6 + n, author=NAMES[n % 4])
        for n in range(16)
    ]
    reply = post("20", "I say the same", 21.2, author="Zainab", reply_to="x:14")
    doubtful = [
        post("21", "Is this about strategy or about parrots?", 21.4, author="Calum"),
        post("22", "A pint, please", 21.6, author="Mòrag"),
    ]
    return [
        *captured(post("h0", "Welcome to #tartantm", 0.5, author="isla"), question=None),
        ev.Opened("Q1", at(5), "host", "x:h1"),
        *captured(post("h1", "Q1: Are the days of just doing it over?", 5, author="isla")),
        *captured(*posts[:8]),
        ev.Opened("Q2", at(14), "host", "x:h2"),
        *captured(*posts[8:], reply, question="Q2"),
        *captured(post("23", "RT", 21.3, author="Zainab", repost_of="x:12"), question="Q2"),
        ev.Captured(
            post("room:1", "Print it and pin it up", 21.5, venue="The Made-up Thistle"),
            placed("Q2", by="moderator"),
        ),
        *captured(*doubtful, question="Q2", inbox=True),
        ev.Starred(("x:12",)),
        ev.Noted("x:13", "Ask her for the file"),
    ]


def app_of(
    path: Path, sources: Sequence[Source] = (), clock: Clock | None = None, theme: str = "night"
) -> DeskApp:
    """The app on a session."""

    def read(progress: LoadProgress) -> DeskInput:
        with Session(path, progress=progress) as session:
            return DeskInput(session, sources, clock or StillClock(2))

    return DeskApp(path.stem, read, load_all([shipped()])[0], theme)


async def opened(pilot: Pilot[Any]) -> None:
    """Wait until the session was read and the desk has come to rest."""
    async with asyncio.timeout(60):
        await pilot.app.opened.wait()  # type: ignore[attr-defined]
    await pilot.pause()


@asynccontextmanager
async def desk_of(
    folder: Path,
    events: Sequence[Event] | None = None,
    *,
    size: str = "middle",
    minute: float = 22,
    theme: str = "night",
    sources: Sequence[Source] = (),
    each_frame: bool = False,
) -> AsyncIterator[tuple[Pilot[None], Desk]]:
    """A running desk; the test ends it. `each_frame`: draw at once, as at a terminal."""
    path = folder / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*(evening() if events is None else events))
    app = app_of(path, sources, StillClock(minute), theme)
    # What grouping thinks of a correction is tested where it is made; here only keys move posts.
    quiet = patch.multiple(Grouper, observe=lambda *_: {}, carried=lambda *_: {})
    with quiet, nullcontext() if each_frame else drawn_at_rest():
        async with app.run_test(size=SIZES[size]) as pilot:
            await opened(pilot)
            yield pilot, app.desk
            await app.session.close()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Type keys and let the desk come to rest."""
    await pilot.press(*keys)
    await typed(pilot)


async def resized(pilot: Pilot[Any], width: int, height: int) -> None:
    """Make the terminal another size and let the screen come to rest, however busy the machine.

    Textual's pause ends where the process had nothing to do for 20 ms, such as no share of a core.
    """
    await pilot.resize_terminal(width, height)
    shown = ""
    async with asyncio.timeout(60):
        while pilot.app.screen.size != (width, height) or screen_text(pilot.app) != shown:
            shown = screen_text(pilot.app)
            await pilot.pause()


async def at_once(pilot: Pilot[Any], *keys: str) -> None:
    """Type keys that arrive together, as a slow line brings them."""
    for key in keys:
        pilot.app.simulate_key(key)
    await pilot.pause()
    await typed(pilot)


async def typed(pilot: Pilot[Any]) -> None:
    """Wait until no key is under way any more."""
    app: Any = pilot.app
    async with asyncio.timeout(60):
        while app.opened.is_set() and app.key_queue.busy:
            await pilot.pause(0.005)
    await pilot.pause()


async def saved(pilot: Pilot[Any]) -> None:
    """Let what was done be saved, however slow the disk."""
    while pilot.app.session.unsaved:  # type: ignore[attr-defined]
        await pilot.pause(0.005)
