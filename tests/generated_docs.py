"""Writes what the pages say that the code says, too: ``python3 -m tests.generated_docs --write``.

In CONTRIBUTING.md the map of the packages: one line a module, the first of its docstring; the
packages stand in the order of the import contract ``layers`` in pyproject.toml, from the bottom up.
In README.md the table of the desk's keys.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "tartantm"


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


def package_map() -> str:
    """The map of the packages."""
    return "\n".join(line for name in packages() for line in lines_of(PACKAGE / name)) + "\n\n"


def key_table() -> str:
    """The keys of the desk and what they do."""
    from tartantm.desk.commands.keymap import table

    rows = (f"| {keys} | {words} |\n" for keys, words, _ in table())
    return "| Keys | What they do |\n| --- | --- |\n" + "".join(rows)


GENERATED: dict[str, tuple[str, Callable[[], str]]] = {
    "CONTRIBUTING.md": ("map", package_map),
    "README.md": ("keys", key_table),
}
"""For each page the name of the marks around the part that is generated, and what makes it."""


def current(page: str) -> str:
    """The text of a page as it should be: with its generated part of now."""
    name, generate = GENERATED[page]
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    head, first, rest = (ROOT / page).read_text("utf-8").partition(begin)
    _, second, tail = rest.partition(end)
    if not (first and second):
        raise ValueError(f"{page} lacks the marks {begin!r} and {end!r}")
    return f"{head}{begin}{generate()}{end}{tail}"


def main() -> None:
    """Write the pages, or print what would be written into them."""
    for page, (_, generate) in GENERATED.items():
        if "--write" in sys.argv[1:]:
            (ROOT / page).write_text(current(page), encoding="utf-8", newline="\n")
            print(page)
        else:
            print(generate())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
