"""The table of what events hold is complete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec

from tartantm.core import sanitise_events
from tartantm.core.event_contents import CONTENTS, Holds
from tartantm.core.events import Event

KINDS: list[type[msgspec.Struct]] = list(get_args(Event))


def structs_in(annotation: Any) -> Iterator[type[msgspec.Struct]]:
    """Every struct that a type names, and those that these are made of."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield annotation
        for hint in get_type_hints(annotation).values():
            yield from structs_in(hint)
    for argument in get_args(annotation):
        yield from structs_in(argument)


def test_every_field_of_every_event_has_an_entry() -> None:
    expected = {
        struct: set(struct.__struct_fields__) for kind in KINDS for struct in structs_in(kind)
    }
    assert {struct: set(entry) for struct, entry in CONTENTS.items()} == expected, (
        "say in core/event_contents.py what the new field holds"
    )


def test_structs_are_where_the_table_says() -> None:
    for struct, entry in CONTENTS.items():
        hints = get_type_hints(struct)
        named = {name for name, holds in entry.items() if holds & Holds.STRUCTS}
        assert named == {name for name in entry if any(structs_in(hints[name]))}, struct


def test_only_words_may_have_several_lines() -> None:
    for entry in CONTENTS.values():
        for name in set(entry) & set(sanitise_events._LONG):
            assert entry[name] == Holds.WORDS
