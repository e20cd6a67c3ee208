"""The dependencies: every range has two bounds, every licence is free and listed in the README."""

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
"""Versions named by years: there is no next major version that could break anything."""

FREE = re.compile(r"(?i)\b(mit|bsd|apache|psf|python software|mpl|mozilla|isc|unlicense)")


@pytest.mark.parametrize("needed", dict.fromkeys(NEEDED))
def test_every_range_has_two_ends(needed: str) -> None:
    assert ">=" in needed
    assert "<" in needed or re.match(r"[\w-]+", needed)[0] in DATA_ONLY  # type: ignore[index]


RUNS_WITH: list[str] = [
    *PROJECT.get("dependencies", []),
    *PROJECT.get("optional-dependencies", {}).get("keyring", []),
]
README = PYPROJECT.with_name("README.md")
LISTED = dict(
    re.findall(
        r"^\| (?!package)([\w-]+)[^|]*\| (\w+) \|$",
        README.read_text("utf-8").partition("## Licences")[2],
        re.M,
    )
    if README.exists()
    else ()
)


def name_of(needed: str) -> str:
    return re.split(r"[<>=;\[ (!~]", needed)[0]


def licences(name: str) -> list[str]:
    """The licences in a package's metadata."""
    fields_of = metadata.metadata(name)
    fields = ("License-Expression", "License", "Classifier")
    words = [each for field in fields for each in fields_of.get_all(field) or []]
    return [each for each in words if "::" not in each or each.startswith("License ::")]


@pytest.mark.skipif(not PROJECT, reason="there is no pyproject.toml here")
def test_the_readme_lists_the_dependencies() -> None:
    assert sorted(LISTED) == sorted(map(name_of, RUNS_WITH))


@pytest.mark.parametrize("needed", RUNS_WITH)
def test_its_licence_is_the_one_listed(needed: str) -> None:
    try:
        found = licences(name_of(needed))
    except metadata.PackageNotFoundError:
        pytest.skip(f"{needed} is not installed on this system")
    licence = LISTED[name_of(needed)]
    assert any(re.search(rf"(?i)\b{licence}\b", each) for each in found), found


def test_indirect_dependencies_are_free_software() -> None:
    waiting, seen = [*map(name_of, RUNS_WITH)], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = licences(name)
        except metadata.PackageNotFoundError:  # for another system, or an extra nobody chose
            continue
        assert any(FREE.search(each) for each in found), (name, found)
        waiting += [name_of(each) for each in metadata.requires(name) or [] if "extra" not in each]
    assert len(seen) > len(RUNS_WITH)
