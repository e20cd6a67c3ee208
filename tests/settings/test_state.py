"""What is remembered between runs; nothing of it can keep the program from starting."""

from __future__ import annotations

import pytest

from tartantm.settings import state
from tartantm.settings.paths import ensure_folder, paths

SALT = "00" * 16


def test_nothing_is_remembered_at_first() -> None:
    assert state.theme() is None
    assert not state.was_listened_to(SALT)


def test_one_thing_does_not_replace_another() -> None:
    state.remember_theme("dusk")
    state.remember_listening(SALT)
    state.remember_listening(SALT)
    state.remember_theme("dawn")
    assert state.theme() == "dawn"
    assert state.was_listened_to(SALT) and not state.was_listened_to("11" * 16)
    written = (paths().state / "state.json").read_text("utf-8")
    assert SALT not in written, "it is a secret of the session"
    assert len(written) < 100


def test_the_latest_sessions_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MOST_SESSIONS", 3)
    for n in range(5):
        state.remember_listening(f"{n}")
    assert [state.was_listened_to(f"{n}") for n in range(5)] == [False, False, True, True, True]


@pytest.mark.parametrize("found", [b"", b"[1]", b'{"listened": "all", "theme": 4}', b"[" * 10**6])
def test_a_file_that_is_none_of_ours_counts_as_none(found: bytes) -> None:
    (ensure_folder(paths().state) / "state.json").write_bytes(found)
    assert state.theme() is None and not state.was_listened_to(SALT)
    state.remember_listening(SALT)
    assert state.was_listened_to(SALT)
