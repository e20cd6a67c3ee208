"""Shared by all tests: a home folder for each, coroutines as tests, screens compared as text."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis.internal.conjecture import providers

from tartantm.settings import credentials
from tests.screen_text import screen_text

# Machines are noisy: speed is measured in tests/benchmarks, never here. A failure has to be due to
# the commit, so the same examples are tried each time; `pytest --hypothesis-profile=search` looks
# for new ones.
hypothesis.settings.register_profile("tartantm", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile("tartantm")

SCREENS = Path(__file__).parent / "screens"

LONGEST = ("test_browser", "test_soak", "test_terminal_safety", "test_left_behind")
"""Modules with tests of ten seconds and more."""


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
    """Begin with the longest tests, so that at the end no worker is left alone with one."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


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
    gc.set_threshold(50_000, 20, 20)
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
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder for each test, so that none touches the files of the user who runs it."""
    folder = tmp_path / "home"
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
