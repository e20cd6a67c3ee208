"""Writes the map of the packages in CONTRIBUTING.md: ``python -m tests.package_map --write``.

One line a module, the first of its docstring; the packages stand in the order of the import
contract ``layers`` in pyproject.toml, from the bottom up. Without ``--write`` the map is printed.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tartantm"
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- map: begin -->", "<!-- map: end -->"


def first_line(module: Path) -> str:
    """The first line of a module's docstring, "" where it has none."""
    docstring = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    # Docstrings write code with two signs as Sphinx does, Markdown with one.
    return docstring.partition("\n")[0].replace("``", "`")


def packages() -> list[str]:
    """The packages from the bottom up; one that no contract names comes last."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = next(each["layers"] for each in settings["contracts"] if each["type"] == "layers")
    ranked = [name.strip() for layer in reversed(layers) for name in layer.split("|")]
    found = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
    return sorted(found, key=lambda name: ranked.index(name) if name in ranked else len(ranked))


def lines_of(folder: Path) -> Iterator[str]:
    """A package's line, those of its modules, then those of the packages in it."""
    name = folder.relative_to(PACKAGE).as_posix()
    yield f"\n**`{name}/`** {first_line(folder / '__init__.py')}\n"
    for module in sorted(folder.glob("*.py")):
        if module.name != "__init__.py":
            yield f"- `{module.stem}`: {first_line(module)}"
    for inner in sorted(folder.glob("*/__init__.py")):
        yield from lines_of(inner.parent)


def drawn() -> str:
    """The map, as it stands between the marks."""
    return "\n".join(line for name in packages() for line in lines_of(PACKAGE / name)) + "\n\n"


def with_map(page: str) -> str:
    """The page with the map of now between its marks."""
    head, _, rest = page.partition(BEGIN)
    _, mark, tail = rest.partition(END)
    if not mark:
        raise ValueError(f"{PAGE.name} lacks the marks {BEGIN} and {END}")
    return f"{head}{BEGIN}\n{drawn()}{END}{tail}"


def main() -> None:
    """Print the map, or write it."""
    if "--write" in sys.argv[1:]:
        PAGE.write_text(with_map(PAGE.read_text("utf-8")), encoding="utf-8", newline="\n")
        print(PAGE)
    else:
        print(drawn())


if __name__ == "__main__":
    main()
