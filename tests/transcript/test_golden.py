"""Every format of one small evening, compared with the files in ``golden/``.

``UPDATE_GOLDEN=1 pytest tests/transcript/test_golden.py`` writes them anew: read what changed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tartantm.core.chat import Chat
from tartantm.transcript import FORMATS, ExportOptions, export
from tests.transcript.evening import small

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(autouse=True)
def _version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tartantm.transcript.build.__version__", "0")


@pytest.mark.parametrize("name", FORMATS)
def test_golden(name: str, tmp_path: Path) -> None:
    (path,) = export(small().chat, [name], tmp_path, "small", options=ExportOptions())
    golden = GOLDEN / path.name
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(path.read_bytes())
    assert path.read_bytes() == golden.read_bytes()


def test_the_same_chat_gives_the_same_bytes(tmp_path: Path) -> None:
    evening = small()
    once = export(evening.chat, FORMATS, tmp_path / "one", "a", options=ExportOptions())
    again = export(Chat(evening.recorded), FORMATS, tmp_path / "two", "a", options=ExportOptions())
    assert [path.name for path in once] == [f"a{form.suffix}" for form in FORMATS.values()]
    for path, other in zip(once, again, strict=True):
        assert path.read_bytes() == other.read_bytes()


def test_nothing_comes_from_the_clock_or_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden = (GOLDEN / "small.html").read_bytes()
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    (path,) = export(small().chat, ["html"], tmp_path, "small", options=ExportOptions())
    assert path.read_bytes() == golden
