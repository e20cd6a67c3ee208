"""Erasing reaches every field that may hold an id, a name or words, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest

from tartantm.core import events as ev
from tartantm.core.event_contents import CONTENTS, Holds
from tartantm.core.events import Event
from tartantm.core.folding import letters
from tartantm.core.post import Author
from tartantm.store.erasure import Erasure
from tests.builders import at, captured, post
from tests.erasing import erasure_of

KINDS: list[type[msgspec.Struct]] = list(get_args(Event))
GONE = Author("calum", "Calum Sample", "17", "https://x.example/calum")
OTHER = Author("ailsa", "Ailsa Example", "7", "https://x.example/ailsa", bot=True)
SAID = "Ours hangs beside the kettle where everybody reads it"
TRACES = ("x:1", "x:11")

KEPT = {
    (ev.SourceChanged, "source"),
    (ev.SourceChanged, "detail"),
    (ev.Filled, "source"),
    (ev.Filled, "why"),
    (ev.Muted, "value"),
    (ev.Redacted, "value"),
}
"""What the program says of its sources, which names nobody; and rules, which go as a whole."""


def full(kind: type[msgspec.Struct], *, erased: bool) -> Any:
    """Build an event with something in every field.

    With `erased`, whatever may refer to a post or a person refers to the erased ones as well.
    """
    if kind is ev.Identified and erased:  # it is about an account, and about nothing else
        return ev.Identified("x", GONE)
    hints = get_type_hints(kind)
    return kind(**{name: value(hints[name], CONTENTS[kind][name], name, erased) for name in hints})


def value(annotation: Any, holds: Holds, name: str, erased: bool) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is Author:
        return OTHER
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return full(annotation, erased=erased)
    # A post with an alias of the erased one would be that post itself.
    erased = erased and name not in ("aliases", "repost_of")
    if origin is tuple:
        return (value(arguments[0], holds, name, erased), *gone(holds, erased, name))
    if origin is dict:
        keys = ("x:2", *gone(holds, erased)) if holds & Holds.POST_ID else ("Q1",)
        return {key: value(arguments[1], holds & Holds.STRUCTS, name, erased) for key in keys}
    if name in ("reply_to", "repost_of", "quote_of", "thread", "reply_to_handle") or (
        type(None) in arguments and name == "post"
    ):
        return next(iter(gone(holds, erased)), None)
    if type(None) in arguments:
        return value(arguments[0], holds, name, erased)
    if annotation is str and erased:
        if holds & (Holds.WORDS | Holds.NAME) and not holds & (Holds.PERSON_ID | Holds.POST_ID):
            return f"Calum Sample said: {SAID} (@calum, https://x.example/calum)"
        if holds & Holds.NAME:
            return "replies to Calum Sample in Q1"
    if arguments and not isinstance(arguments[-1], type):  # a Literal
        return arguments[-1]
    annotation = arguments[-1] if arguments else annotation
    simple: dict[Any, Any] = {int: 7, float: 0.5, bool: True, datetime: at(3), str: f"x:{name}"}
    return simple[annotation]


def gone(holds: Holds, erased: bool, name: str = "") -> tuple[str, ...]:
    if not erased:
        return ()
    if holds & Holds.POST_ID:
        return ("x:1", "x:11")
    known = "x:calum" if name == "redacted" else "Calum"
    return (known,) if holds & Holds.PERSON_ID else ()


def erasure() -> Erasure:
    events = captured(post("1", SAID, author=GONE, aliases=("x:11",)), post("2"))
    return erasure_of(events, "calum@x")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_no_field_of_any_event_keeps_a_trace(kind: type[msgspec.Struct]) -> None:
    before = msgspec.json.encode(full(kind, erased=True)).decode()
    left = msgspec.json.encode(erasure().rewrite(full(kind, erased=True))).decode()
    for trace in TRACES:
        assert f'"{trace}"' not in left
    assert "calum" not in left.casefold()
    assert letters(SAID) not in letters(left)
    for field, holds in CONTENTS[kind].items():
        if holds and (kind, field) not in KEPT:
            assert before != left, field


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
        ev.Identified("x", Author("calum_new", "C. S.", "17")),
        ev.Identified("x", Author("calum", "Somebody")),
        ev.Deleted(("x:1", "x:11"), at(2)),
        ev.Starred(("x:11",)),
        ev.Hidden(("x:1",)),
        ev.Marked(("x:1",), "idea"),
        ev.Noted("x:11", "what Calum said"),
        ev.Grouped({"x:1": SOMEWHERE}),
        ev.Placed({"x:1": "Q2"}),
        ev.Placed({"x:1": "Q2"}, {"x:11": SOMEWHERE}),
        ev.Muted("author", "x:calum"),
        ev.Muted("phrase", "Calum Sample"),
        ev.Redacted("author", "x:calum"),
        ev.Redacted("phrase", f"so {SAID}"),
        ev.Redacted("post", "x:11"),
    ],
)
def test_events_that_are_about_nothing_else_go(event: Event) -> None:
    assert erasure().rewrite(event) is None


def test_the_rest_of_each_event_stays() -> None:
    named = ev.Placement("Q2", "author", "after Calum Sample (@calum) in Q2", 0.7, True)
    unnamed = ev.Placement("Q2", "author", "after somebody (somebody) in Q2", 0.7, True)
    both = ("x:1", "x:2")
    for event, left in (
        (ev.Captured(post("4"), named, "search"), ev.Captured(post("4"), unnamed, "search")),
        (ev.Grouped({"x:2": named}), ev.Grouped({"x:2": unnamed})),
        (ev.Placed({"x:1": "Q3"}, {"x:2": named}), ev.Placed({}, {"x:2": unnamed})),
        (ev.Placed({"x:1": "Q3", "x:2": "Q3"}), ev.Placed({"x:2": "Q3"})),
        (ev.Starred(both, on=False), ev.Starred(("x:2",), on=False)),
        (ev.Hidden(both, on=False), ev.Hidden(("x:2",), on=False)),
        (ev.Marked(both, "action", on=False), ev.Marked(("x:2",), "action", on=False)),
        (ev.Deleted(both, at(1), "gone"), ev.Deleted(("x:2",), at(1), "gone")),
        (ev.Opened("Q1", at(1), "host", "x:1"), ev.Opened("Q1", at(1), "host")),
        (ev.Noted("x:2", "Calum Sample!"), ev.Noted("x:2", "[name withheld]!")),
        (ev.Noted("x:2", None), ev.Noted("x:2", None)),
        (ev.Summarised("Q1", "By @calum."), ev.Summarised("Q1", "By [name withheld].")),
    ):
        assert erasure().rewrite(event) == left
