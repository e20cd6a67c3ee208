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


@pytest.mark.parametrize(
    "module",
    [str(path.relative_to(ROOT)) for path in sorted(generated_docs.PACKAGE.rglob("*.py"))],
)
def test_the_first_line_of_a_docstring_stands_alone(module: str) -> None:
    line = generated_docs.first_line(ROOT / module)
    assert line.endswith("."), f"{module}: {line!r} is no sentence of one line"


def test_every_package_stands_in_the_map() -> None:
    layers = generated_docs.packages()
    assert layers.index("core") == 0 and layers[-1] == "cli"
    assert {path.parent.name for path in generated_docs.PACKAGE.glob("*/__init__.py")} == set(
        layers
    )


@pytest.mark.parametrize(("path", "page"), named(rf"(?<![\w/.-])((?:{FOLDERS})/[\w./-]*\w)"))
def test_a_path_that_is_named_exists(path: str, page: str) -> None:
    assert (ROOT / path).exists(), f"{page} names {path}"


@pytest.mark.parametrize(("module", "page"), named(r"python3? -m (tests[\w.]*)"))
def test_a_module_to_run_exists(module: str, page: str) -> None:
    assert (ROOT / module.replace(".", "/")).with_suffix(".py").exists(), f"{page} names {module}"


@pytest.mark.parametrize(("name", "path", "page"), named(r"`(\w+)`\s+in\s+`(tartantm/[\w/]+\.py)`"))
def test_a_name_stands_in_the_module_that_is_named(name: str, path: str, page: str) -> None:
    assert name in names_in(ROOT / path), f"{page} says that {name} is in {path}"
