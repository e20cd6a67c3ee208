"""Private names of Textual that the desk relies on, with why and the version they were seen in.

Textual may rename them in any release. These tests then say what to look at before an evening does.
"""

from __future__ import annotations

import asyncio
import inspect
import sys

import pytest
import textual
from rich.segment import Segment
from rich.style import Style
from textual import _compositor
from textual.app import App
from textual.color import Color
from textual.command import CommandPalette
from textual.css.stylesheet import Stylesheet
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.timer import Timer

from tests.desk import running

SEEN_IN = "8.2.8"

METHODS = [
    (App, "_fatal_error", "DeskApp overrides it, so that no traceback shows tokens"),
    (CommandPalette, "_action_command_list", "Palette overrides it: page keys before its list"),
    (Stylesheet, "_parse_rules", "tests share what it returns among apps"),
    (_compositor.Compositor, "render_strips", "tests read the screen as text"),
    (_compositor.Compositor, "render_partial_update", "tests count what is drawn"),
    (_compositor.Compositor, "reflow", "tests count what is laid out"),
    (_compositor.Compositor, "render_update", "tests draw what is due once the desk is at rest"),
    (BackgroundScreen, "process_segments", "tests share how a style looks under a dialog"),
]


def gone(name: str, why: str) -> str:
    return f"Textual {textual.__version__} has no {name} any more (seen in {SEEN_IN}): {why}."


@pytest.mark.parametrize(("owner", "name", "why"), METHODS, ids=lambda value: str(value)[:40])
def test_methods(owner: type, name: str, why: str) -> None:
    assert callable(getattr(owner, name, None)), gone(f"{owner.__name__}.{name}", why)


def test_a_fault_is_still_handed_to_the_method_that_the_desk_overrides() -> None:
    source = inspect.getsource(App._handle_exception)
    assert "self._fatal_error()" in source, gone("call of App._fatal_error", METHODS[0][2])


def test_attributes() -> None:
    app: App[None] = App()
    for name, why in (
        ("_driver", "the command line stops its threads where a fault ended the app"),
        ("_exception", "DeskApp._fatal_error takes from it what ended the app"),
        ("_notifications", "tests read what was notified"),
    ):
        assert hasattr(app, name), gone(f"App.{name}", why)
    assert hasattr(Screen(), "_compositor"), gone("Screen._compositor", "tests read the screen")
    timer = Timer(app, 1.0)
    assert hasattr(timer, "_task"), gone("Timer._task", "a test sees that a timer has stopped")


async def test_a_test_can_see_what_the_event_loop_has_left() -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: None)
    loop.call_later(60, lambda: None).cancel()
    assert len(vars(loop)["_ready"]) == 1 and len(vars(loop)["_scheduled"]) >= 1


def test_a_style_under_a_dialog_is_the_one_that_textual_works_out() -> None:
    """`running` has tests share them; what it replaced is the class's own method."""
    pieces = [Segment("a", Style(color="red", bgcolor="blue", meta={"a": 1})), Segment("b", None)]
    tint = Color(0, 0, 0, 0.5)
    shared = list(BackgroundScreen.process_segments([*pieces, *pieces], tint))
    alone = [*running.TINT(pieces, tint)]
    assert shared == alone * 2 and not any(each.style.meta for each in shared if each.style)


@pytest.mark.skipif(sys.platform == "win32", reason="another driver, which needs none of this")
def test_the_driver_writes_to_a_file_that_can_be_replaced() -> None:
    from textual.drivers.linux_driver import LinuxDriver

    why = "terminal_loss puts a file there that outlives its terminal"
    assert "self._file = " in inspect.getsource(LinuxDriver.__init__), gone(
        "LinuxDriver._file", why
    )
    assert "self._file" in inspect.getsource(LinuxDriver.start_application_mode), gone(
        "use of LinuxDriver._file", why
    )
    assert "self.exit_event" in inspect.getsource(LinuxDriver), gone("exit_event", why)
