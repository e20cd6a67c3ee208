"""Erasing a person takes every handle and name along that the account was ever called by."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.capture.capture import Capture
from tartantm.core import events as ev
from tartantm.core.accounts import Accounts
from tartantm.core.agenda import Person
from tartantm.core.chat import Chat
from tartantm.core.post import Author, Post
from tartantm.moderation import erasing
from tartantm.networks.heard import Named
from tartantm.store.erasure import Erasure
from tartantm.store.session import Session
from tests.builders import AGENDA, at, captured, post, recorded
from tests.erasing import erase, erasure_of, everything, left_of

DID = "did:plc:calummmmmmmmmmmmmmmmmmmmm"
HANDLES = ["calum.example", "oats.example", "kettle.example"]
FIRST, SECOND, THIRD = (Author(handle, "Calum Sample", DID) for handle in HANDLES)
OTHER = post("bluesky:at://did:plc:x/app.bsky.feed.post/9", "Quite", author="ailsa")


def sky(key: str, author: Author) -> Post:
    return post(f"bluesky:at://{DID}/app.bsky.feed.post/{key}", f"Words {key}", author=author)


EVENTS: list[ev.Event] = [
    *captured(sky("1", Author(DID, id=DID)), sky("2", FIRST), OTHER),
    ev.Identified("bluesky", SECOND),
    *captured(sky("3", THIRD)),
]


@pytest.mark.parametrize("called", [f"{handle}@bluesky" for handle in HANDLES])
def test_any_handle_names_all_of_them(called: str) -> None:
    erasure = erasure_of(EVENTS, called)
    assert left_of(erasure, EVENTS) == captured(OTHER)
    assert len(erasure.ids) == 3


@given(st.permutations(EVENTS), st.sampled_from(HANDLES))
def test_in_any_order(events: list[ev.Event], called: str) -> None:
    assert left_of(erasure_of(events, f"{called}@bluesky"), events) == captured(OTHER)


def test_nothing_of_them_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*EVENTS)
    erase(path, "oats.example@bluesky")
    traces = (*(handle.encode() for handle in HANDLES), b"Calum", DID.encode())
    assert not any(trace in everything(path) for trace in traces)
    with Session(path) as session:
        capture = Capture(session.chat, session.grouper)
        later = Author("teapot.example", "Calum S.", DID)
        named = Named("bluesky", later, at(9))
        events = capture.events_for([named, named])
        assert len(events) == 1
        session.act(*events)
        assert not session.chat.people.holds("bluesky", DID)
        # Others may go on naming them by it.
        naming = post("bluesky:at://did:plc:x/app.bsky.feed.post/10", "Ask @teapot.example", 3)
        session.act(*capture.events_for([naming]))
        assert session.chat.entries[naming.id].post.text == "Ask [name withheld]"
    assert not any(trace in everything(path) for trace in (*traces, b"teapot"))


def test_who_took_over_a_handle_of_the_agenda_stays() -> None:
    host, taken = Author("ailsa_new", "Ailsa Example", "11"), Author("ailsa", "Una Other", "99")
    events: list[ev.Event] = [
        *captured(post("1", "Hers", author=Author("ailsa", "Ailsa Example", "11"))),
        ev.Identified("x", host),
        *captured(post("2", "Of somebody else", author=taken)),
    ]
    agenda = replace(AGENDA, people=(Person("Ailsa Example", ("ailsa@x",), "host"),))
    begun = ev.Begun(agenda, "d", "00" * 8)
    rows = recorded([begun, *events])
    account = Accounts(Chat(rows)).of_handle("ailsa_new@x")[0]
    erasure = Erasure(rows, erasing.wanted_accounts([account]))
    assert [entry.id for entry in erasure.posts] == ["x:1"] and not erasure.repeats
