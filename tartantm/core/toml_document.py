"""TOML that people write, read into typed structs; every fault names line, key and nearest key.

The agenda, the settings and the themes are read through this one door. `msgspec` converts; only
where that fails are the tables walked again, to find the first fault and to say in words what the
key has to hold: the ``description`` of its type.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

T = TypeVar("T")

KeyPath = tuple[str | int, ...]
"""Where a value stands: ``("questions", 1, "text")`` is the text of the second question."""

Text = Annotated[str, Meta(description="text in quotes")]
Texts = Annotated[tuple[str, ...], Meta(description='a list of texts, such as ["one", "two"]')]


_MOST_PARTS = 20
"""Names with a dot between them that are taken apart; we know none with more than three."""


class TomlFault(Exception):
    """What is wrong with a TOML text, and in which line."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason if line is None else f"line {line}: {reason}")
        self.reason, self.line = reason, line

    def sentence(self, name: str) -> str:
        """The fault with the file's name, for people: ``a.toml, line 3: …``."""
        return f"{name}{'' if self.line is None else f', line {self.line}'}: {self.reason}."


class TomlDocument:
    """A TOML text as tables that can be converted to structs."""

    def __init__(self, text: str) -> None:
        """Read the text; raises TomlFault where it is not TOML."""
        try:
            self.tables: dict[str, Any] = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            reason, _, place = str(error).rpartition(" (at ")
            line = re.match(r"line (\d+)", place)
            at = int(line[1]) if line else text.count("\n") + (not text.endswith("\n"))
            raise TomlFault(f"this is not TOML: {reason or error}", at) from None
        self._lines = key_lines(text)

    def convert(self, data: object, kind: type[T], path: KeyPath = ()) -> T:
        """Convert `data`, which stands at `path`, to a struct; raises TomlFault."""
        try:
            return _convert(data, kind)
        except msgspec.ValidationError as error:
            place, reason = next(_faults(data, kind, path), (path, f"it cannot be used: {error}"))
            raise self.fault(place, reason) from None

    def fault(self, path: KeyPath, reason: str) -> TomlFault:
        """A fault of what stands at `path`, with the line of that or of the table around it."""
        found: KeyPath = ()
        for part in path:
            found = (*found, *(part.split(".") if isinstance(part, str) else [part]))
        while found and found not in self._lines:
            found = found[:-1]
        return TomlFault(reason, self._lines.get(found))


def nearest(written: str, known: Iterable[str]) -> str | None:
    """The name of `known` that somebody may have meant, None where none is similar."""
    return next(iter(get_close_matches(written, known, 1, 0.5)), None)


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line of each key and table of a TOML text: ``("questions", 1, "text")`` → 14.

    A name in quotes that has dots counts as its parts, as one without quotes does.
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if header := re.match(r"\s*+(\[\[?+)\s*+([^\[\]]++)\]", line):
            *outer, last = _parts(header[2])
            table = ()
            for part in outer:
                table = (*table, part)
                if table in counts:
                    table = (*table, counts[table])
            table = (*table, last)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines.setdefault(table, number)
        elif pair := re.match(r"\s*([\w\"'.:-]+)\s*=\s*(.*)", line):
            lines.setdefault((*table, *_parts(pair[1])), number)
            fence = next((f for f in ('"""', "'''") if pair[2].count(f) % 2), "")
    return lines


def _parts(written: str) -> list[str]:
    parts = written.replace('"', "").replace("'", "").split(".", _MOST_PARTS)
    return [part.strip() for part in parts[:_MOST_PARTS]]


def _convert(data: object, kind: type[T]) -> T:
    # TOML has times of its own, so a text that looks like one is a text.
    return msgspec.convert(data, kind, builtin_types=(datetime,), dec_hook=_path)


def _path(kind: type, value: object) -> object:
    """Paths of the file system are written as text."""
    if kind is not Path or not isinstance(value, str):
        raise ValueError("not the text of a path")
    return Path(value)


def _faults(data: object, kind: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """What of `data` is no `kind`: where it stands, and what is wrong with it."""
    kind, expected = _without_none(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Struct):
        yield from _struct_faults(data, kind, path)
    elif origin is dict and isinstance(data, dict):
        for key, value in data.items():
            yield from _faults(value, arguments[1], (*path, key))
    elif origin is dict:
        yield path, f"{shown(path)!r} has to be a table, [{shown(path)}]"
    elif origin is tuple and isinstance(arguments[0], type) and issubclass(arguments[0], Struct):
        if isinstance(data, list):
            for index, row in enumerate(data):
                yield from _struct_faults(row, arguments[0], (*path, index))
        else:
            yield path, f"{shown(path)!r} has to be written [[{shown(path)}]], one a table"
    else:
        try:
            _convert(data, kind)
        except msgspec.ValidationError:
            yield path, f"{shown(path)!r} has to be {expected or kind.__name__}"


def _struct_faults(
    data: object, struct: type[Struct], path: KeyPath
) -> Iterator[tuple[KeyPath, str]]:
    if not isinstance(data, dict):
        in_list = isinstance(path[-1], int)
        name = shown(path[:-1] if in_list else path)
        header = f"[[{name}]]" if in_list else f"[{name}]"
        yield path, f"{name!r} has to be a table, {header}"
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for key, value in data.items():
        if key in fields:
            yield from _faults(value, fields[key].type, (*path, key))
        else:
            near = nearest(key, fields)
            hint = f"the nearest is {near!r}" if near else f"known: {', '.join(fields)}"
            yield (*path, key), f"unknown key {shown((*path, key))!r}; {hint}"
    for key, field in fields.items():
        if field.required and key not in data:
            table = f"[{shown(path)}]" if path else "it"
            yield path, f"{table} has no {key!r}"


def _without_none(kind: Any) -> tuple[Any, str | None]:
    """A type that is not None, which TOML has no word for, and the description of the type."""
    if get_origin(kind) in (Union, UnionType):
        others = [each for each in get_args(kind) if each is not NoneType]
        if len(others) == 1:
            (kind,) = others
    notes = [each for each in getattr(kind, "__metadata__", ()) if isinstance(each, Meta)]
    return kind, next((note.description for note in notes), None)


def shown(path: KeyPath) -> str:
    """A key as people find it: dotted, from the last table of a list on, which has its line."""
    start = max((n + 1 for n, part in enumerate(path) if isinstance(part, int)), default=0)
    return ".".join(map(str, path[start:]))
