"""Shared by all tests: a home folder for each, coroutines as tests, screens compared as text."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis.internal.conjecture import providers

from tartantm.settings import credentials
from tests.screen_text import screen_text

# Machines are noisy: speed is measured in tests/benchmarks, never here. A failure has to be due to
# the commit, so the same examples are tried each time, which makes the second half of a hundred
# worth less than the first: `.ci/run` tries them all on one Python. `search` looks for new ones.
hypothesis.settings.register_profile("tartantm", deadline=None, derandomize=True, max_examples=50)
hypothesis.settings.register_profile("thorough", deadline=None, derandomize=True, max_examples=100)
hypothesis.settings.register_profile("search", deadline=None, max_examples=100)
hypothesis.settings.load_profile("tartantm")

HOMES = count()

SCREENS = Path(__file__).parent / "screens"

WAITING = (
    *("test_browser", "test_soak", "test_terminal_safety", "test_left_behind", "test_crash"),
    *("test_erase_crash", "test_hostile_evening", "test_hostile_server", "test_secrets"),
    *("test_terminal_loss", "test_commands", "test_mock", "test_smoke", "test_faults"),
    *("test_refused", "test_debug_log", "test_not_accepted", "test_purge_crash"),
)
"""Modules whose tests take long and mostly wait for other processes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-screens",
        action="store_true",
        help="write the text screens again; then read the difference",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Have the examples depend on the test alone, unless new ones are searched for.

    Hypothesis takes some from the constants of all modules, which it reads for that in each worker:
    ten seconds, and other examples with every line that changes anywhere.
    """
    if config.getoption("hypothesis_profile", None) != "search" and hasattr(
        providers, "is_local_module_file"
    ):
        providers.is_local_module_file = lambda _: False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those that wait: the first worker gets them while the others have the cores.

    At the end no worker is left alone with a test that takes a quarter of a minute, either.
    """
    rank = {name: n for n, name in enumerate(WAITING)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: tests of whole programs mostly wait."""
    return (os.cpu_count() or 1) + 1


def pytest_collection() -> None:
    """Have no garbage looked for while tests are collected: there is next to none."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what the tests are made of: a quarter of their time."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run coroutine tests without a plug-in."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(autouse=True)
def home(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A home folder for each test, so that none touches the files of the user who runs it.

    Most tests touch no file at all: for them no folder is made.
    """
    if "tmp_path" in request.fixturenames:
        folder = Path(request.getfixturevalue("tmp_path")) / "home"
    else:
        folder = tmp_path_factory.getbasetemp() / f"home-{next(HOMES)}"
    monkeypatch.setenv("TARTANTM_HOME", str(folder))
    for name in ("TARTANTM_THEME", "NO_COLOR", "TARTANTM_DEBUG", *credentials.VARIABLES.values()):
        monkeypatch.delenv(name, raising=False)
    # What one test reads as a token must not be masked in the sentences of another.
    monkeypatch.setattr(credentials, "_secrets", set())
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return folder


@pytest.fixture
def assert_screen(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Compare what an app shows with ``tests/screens/NAME.txt``."""

    def check(app: Any, name: str) -> None:
        path = SCREENS / f"{name}.txt"
        text = screen_text(app)
        if request.config.getoption("--update-screens"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        expected = path.read_text("utf-8") if path.exists() else "(no such screen yet)"
        assert text == expected, f"{name}: run pytest --update-screens and look at the difference"

    return check
