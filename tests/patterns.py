"""Finds every regular expression of tartantm, and what is to be repeated to make it slow.

The source is read for calls of `re`. What a module compiles is taken from the module; a pattern
that is written where it is used, from there; one that is put together as the program runs is
compiled by an entry of `BUILDERS` in `tests/test_linear_patterns.py`, and noted as that happens.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import tartantm

PACKAGE = Path(tartantm.__file__).parent
_FUNCTIONS = (
    "compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn",
)  # fmt: skip
_ANCHORED = frozenset(("match", "fullmatch"))


class Site(NamedTuple):
    """A call of `re` in the source."""

    path: str
    """Below the package."""
    first: int
    last: int
    """Its lines."""
    function: str
    written: str | bytes | None
    """The pattern where it is written there."""
    flags: bool
    """Whether flags are given besides the pattern."""
    name: str
    """What the pattern is assigned to, "" where that is not to be seen."""
    in_module: bool
    """Whether it is compiled as the module is imported."""

    @property
    def where(self) -> str:
        return f"{self.path}:{self.first}"


class Found(NamedTuple):
    """A pattern, and the methods of it that are used."""

    where: str
    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


@cache
def _sources(calling: str = "") -> dict[str, str]:
    """Each module of the package in which a function of `re` or a pattern is called."""
    read = {path: path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    of_use = re.compile(rf"{calling}\.(?:{'|'.join(_FUNCTIONS)})\b")
    return {
        path.relative_to(PACKAGE).as_posix(): source
        for path, source in read.items()
        if of_use.search(source)
    }


def paths() -> list[str]:
    """The modules that may hold sites, found without parsing any: that takes a second."""
    return list(_sources(r"\bre"))


@cache
def modules() -> list[tuple[str, ast.Module]]:
    """Each module of the package that names `re` or calls a pattern: its path, and its source."""
    return [(path, ast.parse(source)) for path, source in _sources().items()]


@cache
def sites() -> list[Site]:
    """All calls of `re` in the package."""
    return [site for path, tree in modules() for site in _sites(path, tree, "", True)]


def _sites(path: str, node: ast.AST, name: str, in_module: bool) -> Iterator[Site]:
    for child in ast.iter_child_nodes(node):
        within, inside = name, in_module
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inside, within = False, ""
        elif isinstance(child, ast.Assign | ast.AnnAssign):
            target = child.targets[0] if isinstance(child, ast.Assign) else child.target
            within = getattr(target, "id", "") or getattr(target, "attr", "")
        elif isinstance(child, ast.stmt):
            within = ""
        if isinstance(child, ast.Call) and _names_re(child.func):
            assert isinstance(child.func, ast.Attribute)
            first = child.args[0]
            written = first.value if isinstance(first, ast.Constant) else None
            assert written is None or isinstance(written, str | bytes)
            flags = child.func.attr == "compile" and len(child.args) + len(child.keywords) > 1
            lines = child.lineno, child.end_lineno or child.lineno
            yield Site(path, *lines, child.func.attr, written, flags, within, in_module)
        yield from _sites(path, child, within, inside)


def _names_re(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "re"
        and node.attr in _FUNCTIONS
    )


def uses() -> dict[tuple[str, str], set[str]]:
    """By path and name of a pattern: its methods that are called; a public name has all paths'."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in _FUNCTIONS:
                value = node.value
                name = getattr(value, "id", "") or getattr(value, "attr", "")
                found["" if not name.startswith("_") else path, name].add(node.attr)
    return found


def methods_of(site: Site, used: dict[tuple[str, str], set[str]]) -> frozenset[str]:
    """How a pattern is used: "search" stands for each method that begins at each letter."""
    called = {site.function}
    if site.function == "compile":
        called = used.get((site.path if site.name.startswith("_") else "", site.name), set())
    return frozenset(each if each in _ANCHORED else "search" for each in called or {"search"})


def patterns_in(value: object) -> list[re.Pattern[Any]]:
    """The patterns that a value of a module holds."""
    if isinstance(value, re.Pattern):
        return [value]
    if isinstance(value, dict):
        return [pattern for each in value.values() for pattern in patterns_in(each)]
    if isinstance(value, list | tuple):
        return [pattern for each in value for pattern in patterns_in(each)]
    return []


def compiled_by(site: Site) -> list[re.Pattern[Any]]:
    """What a site has compiled as its module was imported, or is written there."""
    if site.written is not None and not site.flags:
        return [re.compile(site.written)]
    if not site.in_module:
        return []
    name = f"tartantm.{site.path.removesuffix('.py').replace('/', '.')}"
    module = importlib.import_module(name.removesuffix(".__init__"))
    return patterns_in(vars(module).get(site.name))


@contextmanager
def noted() -> Iterator[dict[tuple[str, int], list[re.Pattern[Any]]]]:
    """Notes which patterns the package compiles meanwhile, by path and line of the call."""
    seen: dict[tuple[str, int], list[re.Pattern[Any]]] = defaultdict(list)
    real = {name: getattr(re, name) for name in _FUNCTIONS}

    def wrapped(name: str) -> Callable[..., Any]:
        def call(pattern: Any, *rest: Any, **named: Any) -> Any:
            frame = sys._getframe(1)
            path = Path(frame.f_code.co_filename)
            if path.is_relative_to(PACKAGE):
                flags = named.get("flags", rest[0] if name == "compile" and rest else 0)
                seen[path.relative_to(PACKAGE).as_posix(), frame.f_lineno].append(
                    real["compile"](pattern, flags)
                )
            return real[name](pattern, *rest, **named)

        return call

    try:
        for name in _FUNCTIONS:
            setattr(re, name, wrapped(name))
        yield seen
    finally:
        for name, function in real.items():
            setattr(re, name, function)


def fragments(pattern: re.Pattern[Any]) -> list[str]:
    """The literal pieces of a pattern, and single characters of its sets, shortest first."""
    written = pattern.pattern
    text = written.decode("latin-1") if isinstance(written, bytes) else written
    flags = pattern.flags & (re.IGNORECASE | re.VERBOSE | re.DOTALL | re.MULTILINE)
    found: set[str] = set()
    _collect(_parser.parse(text, flags), found)
    return sorted(found, key=lambda each: (len(each), each))


def _collect(parsed: Any, found: set[str]) -> None:
    run = ""
    for code, value in parsed:
        if str(code) == "LITERAL":
            run += chr(value)
            continue
        found.add(run)
        run = ""
        if str(code) == "RANGE":
            found.add(chr(value[0]))
            continue
        for each in value if isinstance(value, tuple | list) else (value,):
            for part in each if isinstance(each, list) else (each,):
                if isinstance(part, _parser.SubPattern):
                    _collect(part, found)
                elif isinstance(part, tuple) and len(part) == 2:
                    _collect([part], found)
    found.add(run)
    found.discard("")


def repeats(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """What each part of a pattern that repeats without end may look like, and what comes before.

    What can be divided among such parts in many ways is tried in all of these, in time that
    doubles with each letter; that shows on texts alone that come as far as there.
    """
    flags = pattern.flags & (re.IGNORECASE | re.VERBOSE | re.DOTALL | re.MULTILINE)
    parsed = _parser.parse(pattern.pattern, flags)
    found: dict[tuple[str, str], None] = {}
    for few in (True, False):
        for before, body in _repeating(parsed, "", few):
            alternatives = [body]
            while len(alternatives[0]) == 1 and str(alternatives[0][0][0]) == "SUBPATTERN":
                alternatives = [alternatives[0][0][1][-1]]
            if len(body) == 1 and str(body[0][0]) == "BRANCH":
                alternatives = body[0][1][1]
            found |= dict.fromkeys((before, _example(each, few)) for each in alternatives)
    return [(before, unit) for before, unit in found if unit]


def _repeating(parsed: Any, before: str, few: bool) -> Iterator[tuple[str, Any]]:
    for code, value in parsed:
        bodies = []
        if str(code).endswith("_REPEAT"):
            bodies = [value[2]]
            if value[1] == _parser.MAXREPEAT:
                yield before, value[2]
        elif str(code) in ("SUBPATTERN", "ATOMIC_GROUP"):
            bodies = [value[-1] if str(code) == "SUBPATTERN" else value]
        elif str(code) == "BRANCH":
            bodies = value[1]
        for body in bodies:
            yield from _repeating(body, before, few)
        before += _example([(code, value)], few)


def _example(parsed: Any, few: bool) -> str:
    """Returns a text that a parsed pattern matches, with as few repetitions or at least one."""
    text = ""
    for code, value in parsed:
        match str(code):
            case "LITERAL":
                text += chr(value)
            case "NOT_LITERAL":
                text += _of_set([("NEGATE", None), ("LITERAL", value)])
            case "IN":
                text += _of_set(value)
            case "ANY":
                text += "a"
            case "SUBPATTERN":
                text += _example(value[-1], few)
            case "ATOMIC_GROUP":
                text += _example(value, few)
            case "BRANCH":
                text += _example(value[1][0], few)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                text += _example(value[2], few) * min(value[0] if few else max(value[0], 1), 50)
    return text


_CATEGORIES = {
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
}


def _of_set(items: Any) -> str:
    """Returns a character of a set, a letter where it may be one."""
    names = [(str(code), value) for code, value in items]
    negated = ("NEGATE", None) in names
    written = "".join(
        {
            "LITERAL": lambda value: re.escape(chr(value)),
            "RANGE": lambda value: f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}",
            "CATEGORY": lambda value: _CATEGORIES[str(value)],
        }[code](value)
        for code, value in names
        if code != "NEGATE"
    )
    members = re.compile(f"[{'^' if negated else ''}{written}]")
    known = [chr(value) for code, value in names if code == "LITERAL"]
    known += [chr(value[0]) for code, value in names if code == "RANGE"]
    return next(filter(members.match, ("a", "1", " ", "-", "\n", *known)), "")
