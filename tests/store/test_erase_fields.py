"""Erasing reaches every field that may hold a post's or a person's id, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from tartantm.store.erase import Erasure

from tartantm.core import events as ev
from tartantm.core.event_contents import CONTENTS, Holds
from tartantm.core.events import Event
from tartantm.core.post import Author
from tests.builders import at, captured, chat_of, post

KINDS: list[type[msgspec.Struct]] = list(get_args(Event))
GONE = Author("calum", "Calum Sample", "17", "https://x.example/calum")
OTHER = Author("ailsa", "Ailsa Example", "7", "https://x.example/ailsa", bot=True)


def full(kind: type[msgspec.Struct], *, erased: bool) -> Any:
    """Build an event with something in every field.

    With `erased`, whatever may refer to a post or a person refers to the erased ones as well.
    """
    hints = get_type_hints(kind)
    return kind(**{name: value(hints[name], CONTENTS[kind][name], name, erased) for name in hints})


def value(annotation: Any, holds: Holds, name: str, erased: bool) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is Author:
        return OTHER
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return full(annotation, erased=erased)
    # A post with an alias of the erased one would be that post itself.
    erased = erased and name != "aliases"
    if origin is tuple:
        return (value(arguments[0], holds, name, erased), *gone(holds, erased))
    if origin is dict:
        keys = ("x:2", *gone(holds, erased)) if holds & Holds.POST_ID else ("Q1",)
        return {key: value(arguments[1], holds & Holds.STRUCTS, name, erased) for key in keys}
    if name in ("reply_to", "repost_of", "quote_of", "thread", "reply_to_handle") or (
        type(None) in arguments and name == "post"
    ):
        return next(iter(gone(holds, erased)), None)
    if type(None) in arguments:
        return value(arguments[0], holds, name, erased)
    if name == "reason" and annotation is str:
        return f"replies to {'Calum Sample' if erased else 'somebody'} in Q1"
    if arguments:  # a Literal
        return arguments[-1]
    simple: dict[Any, Any] = {int: 7, float: 0.5, bool: True, datetime: at(3), str: f"x:{name}"}
    return simple[annotation]


def gone(holds: Holds, erased: bool) -> tuple[str, ...]:
    if not erased:
        return ()
    if holds & Holds.POST_ID:
        return ("x:1", "x:11")
    return ("Calum",) if holds & Holds.PERSON_ID else ()


def erasure() -> Erasure:
    chat = chat_of(*captured(post("1", author=GONE, aliases=("x:11",)), post("2")))
    return Erasure(chat, [chat.entries["x:1"].post], GONE)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_erasing_takes_every_reference_and_nothing_else(kind: type[msgspec.Struct]) -> None:
    rewritten = erasure().rewrite(full(kind, erased=True))
    expected = full(kind, erased=False)
    if kind in (ev.Begun, ev.AgendaChanged, ev.AgendaEdited):
        # The agenda names its people itself; the erased author's handle stays where it does.
        people = full(kind, erased=True).agenda.people
        agenda = msgspec.structs.replace(expected.agenda, people=people)
        expected = msgspec.structs.replace(expected, agenda=agenda)
    assert rewritten == expected


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_erasing_leaves_what_does_not_concern_it(kind: type[msgspec.Struct]) -> None:
    event = full(kind, erased=False)
    assert erasure().rewrite(event) is event


MINE = post("1", "Calum's words", author=GONE)
UNDER_ANOTHER_ID = post("12", "Calum's words", author=GONE, aliases=("x:1",))
SOMEWHERE = ev.Placement("Q1", "time", "said while Q1 was open", 0.9)


@pytest.mark.parametrize(
    "event",
    [
        *(ev.Captured(each, SOMEWHERE) for each in (MINE, UNDER_ANOTHER_ID)),
        *(ev.Edited(each) for each in (MINE, UNDER_ANOTHER_ID)),
        ev.Remarked(MINE, None),
        ev.Deleted(("x:1", "x:11"), at(2)),
        ev.Starred(("x:11",)),
        ev.Hidden(("x:1",)),
        ev.Marked(("x:1",), "idea"),
        ev.Noted("x:11", "what Calum said"),
        ev.Grouped({"x:1": SOMEWHERE}),
        ev.Placed({"x:1": "Q2"}),
        ev.Placed({"x:1": "Q2"}, {"x:11": SOMEWHERE}),
        ev.Muted("author", "x:calum"),
        ev.Redacted("author", "x:calum"),
        ev.Redacted("post", "x:11"),
    ],
)
def test_events_that_are_about_nothing_else_go(event: Event) -> None:
    assert erasure().rewrite(event) is None
