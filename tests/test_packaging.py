"""What the package says of what it needs: every range is bounded, every licence is known."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
PROJECT = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"] if PYPROJECT.exists() else {}
NEEDED: list[str] = [
    *PROJECT.get("dependencies", []),
    *(each for extra in PROJECT.get("optional-dependencies", {}).values() for each in extra),
]
DATA_ONLY = {"tzdata"}
"""Names its versions by years: there is no next version that could break anything."""

FREE = re.compile(r"(?i)\b(mit|bsd|apache|psf|python software|mpl|mozilla|isc|unlicense)")


@pytest.mark.parametrize("needed", dict.fromkeys(NEEDED))
def test_every_range_has_two_ends(needed: str) -> None:
    assert ">=" in needed
    assert "<" in needed or re.match(r"[\w-]+", needed)[0] in DATA_ONLY  # type: ignore[index]


@pytest.mark.parametrize("needed", PROJECT.get("dependencies", []))
def test_what_it_needs_has_a_free_licence(needed: str) -> None:
    name = re.split(r"[<>=;\[ ]", needed)[0]
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is not needed on this system")
    fields = ("License-Expression", "License", "Classifier")
    words = [each for field in fields for each in told.get_all(field) or []]
    licences = [each for each in words if "::" not in each or each.startswith("License ::")]
    assert any(FREE.search(each) for each in licences), (name, licences)
