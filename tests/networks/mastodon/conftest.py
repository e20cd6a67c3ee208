"""Pages follow each other at once here, but where a test says how fast they do."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tartantm.networks.mastodon.timeline.APART_SECONDS", 0.0)
