"""Erasing on made-up evenings: nothing of it stays, and nothing shows more than before."""

from __future__ import annotations

import json
from itertools import product
from typing import Any, Literal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Person
from tartantm.core.agenda_edits import promote
from tartantm.core.chat import Chat
from tartantm.core.events import Event, Recorded
from tartantm.core.folding import letters, words
from tartantm.core.names import plain_name
from tartantm.core.post import Author, Link, Media
from tartantm.store.erasure import Erasure, NothingLeft, Wanted
from tartantm.transcript import FORMATS, ExportOptions
from tartantm.transcript.export import ExportContext
from tests.builders import AGENDA, placed, post, recorded
from tests.withholding import rules_otherwise

CALUM = (
    Author("calum", "Calum Sample", "17", "https://x.example/calum"),
    Author("calumwrites", "Dr Calum Sample (he/him)", "17"),
    Author("calumquiet", "Kettle Watcher", "17"),
)
ELSEWHERE = Author("calum@m.example", "Calum Sample", "https://m.example/users/calum")
OTHERS = (
    Author("ailsa", "Ailsa Example", "7"),
    Author("wideband", "Calum Sample fan", "21"),
    Author("calum", "Isla Heir", "99"),
)
PEOPLE = (*AGENDA.people, Person("Calum Sample", ("calum@x",), "guest"))
HIS_PHRASES = ("Calum Sample", "kettle", "thanks Calum", "Sample", "he said", "secret calumwrites")


KEYS = ("x:calum", "x:calumwrites", "x:wideband", "x:ailsa", "mastodon:calum@m.example")
HIS_NAMES = ("Calum Sample", "@calumwrites", "https://x.example/calum", "#CalumSample", "Calum")
PHRASES = ("Calum Sample", "kettle", "thanks Calum", "Sample", "he said", "secret calumwrites")


@st.composite
def evenings(draw: st.DrawFn) -> list[Event]:
    """Draw an evening of up to twenty events in which Calum is there in many ways."""
    agenda = replace(AGENDA, people=draw(st.sampled_from((PEOPLE, AGENDA.people))))
    events: list[Event] = [ev.Begun(agenda, "d", "00" * 8)]
    held: list[tuple[str, str]] = []
    for number in range(draw(st.integers(3, 10))):
        events.append(_post(draw, number, held))
    ids = [post_id for post_id, _ in held]
    for _ in range(draw(st.integers(0, 10))):
        events += _act(draw, ids, agenda, len(events))
    return events


def _post(draw: st.DrawFn, number: int, held: list[tuple[str, str]]) -> Event:
    author = draw(st.sampled_from((*CALUM, ELSEWHERE, *OTHERS))) if held else CALUM[0]
    unique = f"kestrel{chr(97 + number)} heather{chr(97 + number)} burn{chr(97 + number)}"
    kind = draw(st.sampled_from(("own", "own", "named", "quoted", "repost", "copy", "aloud")))
    more: dict[str, Any] = {}
    text = f"{unique} by the loch"
    if kind == "named":
        text = f"{unique} thanks {draw(st.sampled_from(HIS_NAMES))} he said"
    elif kind == "aloud":
        name = draw(st.sampled_from(("Calum Sample", "Ailsa Example", "Somebody")))
        remark = post(f"room:{number}", text, number, author=Author(name, name))
        held.append((remark.id, text))
        return ev.Remarked(remark, "Q1")
    elif held and kind in ("quoted", "repost", "copy"):
        other, said = draw(st.sampled_from(held))
        if kind == "quoted":
            text, more = f"{unique} and then {said}", {"quote_of": other, "reply_to": other}
            more["links"] = (Link(f"https://x.example/calum/{number}", "x.example", said),)
            more["media"] = (Media("image", None, f"a picture of {said}"),)
        elif kind == "repost":
            text, more = f"RT {said}", {"repost_of": other}
        else:
            text = said
    network = "mastodon:https://m.example/" if author is ELSEWHERE else "x:"
    each = post(f"{network}{1000 + number}", text, number, author=author, **more)
    held.append((each.id, text))
    reason = draw(st.sampled_from(("replies to Calum Sample in Q1", "Q1 open", "after @calum")))
    return ev.Captured(each, replace(placed(), reason=reason), "x")


def _act(draw: st.DrawFn, ids: list[str], agenda: Any, number: int) -> tuple[Event, ...]:
    one = draw(st.sampled_from(ids))
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
    key = keys[0]
    undone = draw(st.integers(max(number - 4, 1), number))
    phrase = draw(st.sampled_from(PHRASES))
    edit = promote(agenda, "kestrela heathera burna by the loch", one, "Q3")
    carried = {each: placed("Q2", by="reply") for each in draw(st.sets(st.sampled_from(ids)))}
    single: tuple[Event, ...] = (
        ev.Hidden((one,)),
        ev.Hidden((one,), on=False),
        ev.Starred((one,)),
        ev.Noted(one, f"Calum Sample and {phrase}"),
        ev.Summarised("Q1", f"So much of {phrase} by Calum Sample"),
        ev.Muted("author", key),
        ev.Muted("phrase", phrase),
        ev.Redacted("author", key),
        ev.Redacted("phrase", phrase),
        ev.Redacted("post", one),
        ev.Redacted("phrase", phrase, on=False),
        ev.AgendaEdited(edit.agenda, edit.renamed, edit.words),
        ev.Undone(undone),
        ev.Redone(undone),
        ev.Placed({one: "Q2"}, {each: carried[each] for each in carried if each != one}),
    )
    several: tuple[tuple[Event, ...], ...] = tuple(
        tuple(kind("author", each, on=on, joined=n > 0) for n, each in enumerate(keys))
        for kind, on in product((ev.Muted, ev.Redacted), (True, False))
    )
    return draw(st.sampled_from((*((each,) for each in single), *several)))


def shown(chat: Chat) -> dict[tuple[Any, ...], set[str]]:
    """Return the words of all formats for people and programs, by options."""
    found = {}
    choices: tuple[Literal["", "participants", "all"], ...] = ("", "participants", "all")
    for pseudonyms, hidden in product(choices, (False, True)):
        options = ExportOptions(pseudonyms=pseudonyms, include_hidden=hidden)
        context = ExportContext(chat, options)
        texts = [*context.pieces(FORMATS["json"]), *context.pieces(FORMATS["archive"])]
        decoded = "".join(texts).encode().decode("unicode_escape", "replace")
        found[pseudonyms, hidden] = _telling(decoded)
    return found


def _telling(text: str) -> set[str]:
    """Return the words of a text that somebody wrote, or that name somebody."""
    own = ("kestrel", "heather", "burn", "calum", "kettle", "sample", "thanks", "secret")
    return {word for word in words(text) if word.startswith(own)}


def erasure(events: list[Event], reference: str) -> Erasure | None:
    """Return the erasure of an account, None where it wrote nothing."""
    rows = recorded(events)
    try:
        return Erasure(rows, Wanted((reference,)))
    except NothingLeft:
        return None


def left_in(found: Erasure, rows: list[Recorded]) -> str:
    """Return all that the rows hold afterwards, as JSON."""
    kept = [found.of(item) for item in rows]
    texts = [json.dumps(json.loads(_encoded(event))) for event in kept if event is not None]
    return "\n".join([*texts, json.dumps(json.loads(_encoded(found.event)))])


def _encoded(event: Event) -> bytes:
    return msgspec.json.encode(event)


@settings(deadline=None, max_examples=40)
@given(evenings())
def test_nothing_stays_and_nothing_shows_more(events: list[Event]) -> None:
    rows = recorded(events)
    found = erasure(events, "17")
    if found is None:
        return
    left = left_in(found, rows)
    for entry in found.posts:
        assert f'"{entry.id}"' not in left
    plain = letters(left.replace(" fan", "fan"))
    elsewhere = any(
        # Or somebody else has the handle now by which the agenda names him.
        account.network == "mastodon" or (account.person and account.person.name == "Calum Sample")
        for account in found.others
    )
    held = {h for account in found.accounts for h in (*account.handles, *account.names)}
    held = {letters(plain_name(each)) for each in held}
    for name in sorted(each for each in held if len(each) > 7):
        if name != "calumsample" or not elsewhere:
            assert name not in plain.replace("calumsamplefan", ""), name
    assert not rules_otherwise(found.chat, found.after, found.events)
    before, after = shown(found.chat), shown(found.after)
    for options, said in after.items():
        assert said <= before[options], (options, said - before[options])


@settings(deadline=None, max_examples=40)
@given(evenings(), st.data())
def test_no_undoing_shows_more_after_it_than_without_it(
    events: list[Event], data: st.DataObject
) -> None:
    found = erasure(events, "17")
    if found is None:
        return
    at_first = shown(found.chat)
    for _ in range(data.draw(st.integers(1, 4))):
        undo = data.draw(st.booleans())
        history = found.after.history
        act = history.undoable if undo else history.redoable
        if act is None:
            continue
        kind = ev.Undone if undo else ev.Redone
        for chat in (found.chat, found.after):
            chat.apply(Recorded(chat.last_seq + 1, rows_at(chat), kind(act.seq)))
        before, after = shown(found.chat), shown(found.after)
        for options, said in after.items():
            more = said - before[options] - at_first[options]
            assert not more, (options, more)


def rows_at(chat: Chat) -> Any:
    """Return the time of the last event."""
    assert chat.last_at is not None
    return chat.last_at
