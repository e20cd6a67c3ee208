"""Options of an export go into the session file and come back the same, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.settings.theme import load_all, shipped
from tartantm.transcript import ExportOptions
from tartantm.transcript.recorded_options import UnknownOption, read_options, recorded_options

THEMES, _ = load_all([shipped()])


@given(
    st.builds(
        ExportOptions,
        include_hidden=st.booleans(),
        theme=st.sampled_from([None, *THEMES.values()]),
        noindex=st.booleans(),
        width=st.sampled_from([0, 20, 72]),
        x_text=st.sampled_from(["full", "link"]),
        pseudonyms=st.sampled_from(["", "participants", "all"]),
        address=st.sampled_from(["", "https://chat.example/a.html"]),
    )
)
def test_they_come_back_the_same(options: ExportOptions) -> None:
    assert read_options(recorded_options(options), THEMES) == options


def test_only_what_differs_is_recorded() -> None:
    assert recorded_options(ExportOptions()) == {}
    running = ExportOptions(theme=THEMES["night"], running_at=datetime.now(UTC))
    assert recorded_options(running) == {"theme": "night"}


def test_a_theme_that_is_gone_withholds_nothing() -> None:
    assert read_options({"theme": "../../etc"}, THEMES) == ExportOptions()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pseudonyms", "some"),
        ("width", -4),
        ("width", True),
        ("noindex", "yes"),
        ("x_text", 3),
        ("address", "javascript:alert(1)"),
        ("address", 1),
        ("blur_faces", True),
        ("running_at", "now"),
    ],
)
def test_what_cannot_be_honoured_is_refused(name: str, value: str | int | bool) -> None:
    with pytest.raises(UnknownOption):
        read_options({name: value}, THEMES)
