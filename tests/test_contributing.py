"""What the pages for engineers say of the code is so: the map, the paths, the names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests import generated_docs

ROOT = Path(__file__).parents[1]
PAGES = [
    path
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "tests/benchmarks/README.md",
        "tests/networks/README.md",
    )
    if (path := ROOT / name).exists()
]
FOLDERS = "tartantm|tests|themes"
"""Folders whose paths are looked for; a package alone, ``capture/``, is written without."""


def named(pattern: str) -> list[tuple[str, ...]]:
    """What matches in any of the pages, each once, with the page's name at the end."""
    found = dict.fromkeys(
        (*match.groups(), str(page.relative_to(ROOT)))
        for page in PAGES
        for match in re.finditer(pattern, page.read_text("utf-8"))
    )
    return list(found)


def names_in(module: Path) -> set[str]:
    """Every name that a module defines, in classes too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return names


@pytest.mark.parametrize(
    "page", [name for name in generated_docs.GENERATED if (ROOT / name).exists()]
)
def test_what_is_generated_is_current(page: str) -> None:
    written = (ROOT / page).read_text("utf-8")
    assert generated_docs.current(page) == written, "run: python3 -m tests.generated_docs --write"


def test_the_first_line_of_a_docstring_stands_alone() -> None:
    first = {path: generated_docs.first_line(path) for path in generated_docs.PACKAGE.rglob("*.py")}
    assert {path: line for path, line in first.items() if not line.endswith(".")} == {}


def test_every_package_stands_in_the_map() -> None:
    layers = generated_docs.packages()
    assert layers.index("core") == 0 and layers[-1] == "cli"
    assert {path.parent.name for path in generated_docs.PACKAGE.glob("*/__init__.py")} == set(
        layers
    )


def test_a_path_that_is_named_exists() -> None:
    paths = named(rf"(?<![\w/.-])((?:{FOLDERS})/[\w./-]*\w)")
    assert paths and [each for each in paths if not (ROOT / each[0]).exists()] == []


def test_a_module_to_run_exists() -> None:
    modules = named(r"python3? -m (tests[\w.]*)")
    files = {each: (ROOT / each[0].replace(".", "/")).with_suffix(".py") for each in modules}
    assert files and [each for each, file in files.items() if not file.exists()] == []


def test_a_name_stands_in_the_module_that_is_named() -> None:
    places = named(r"`(\w+)`\s+in\s+`(tartantm/[\w/]+\.py)`")
    assert places and [each for each in places if each[0] not in names_in(ROOT / each[1])] == []
