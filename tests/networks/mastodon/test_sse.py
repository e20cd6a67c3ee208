"""Server-Sent Events from bytes that a network cut wherever it liked."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.mastodon import sse
from tartantm.networks.mastodon.sse import EventReader, ServerEvent

STREAM = (
    b":)\n"
    b"event: update\ndata: {\"a\": \"caf\xc3\xa9 \xf0\x9f\x8f\xb4\"}\n\n"
    b":thump\n"
    b"event: delete\r\ndata: 101\r\n\r\n"
    b"data: one\ndata:two\n\n"
)  # fmt: skip
EVENTS = [
    ServerEvent("update", '{"a": "café 🏴"}'),
    ServerEvent("delete", "101"),
    ServerEvent("message", "one\ntwo"),
]


def read(*chunks: bytes) -> list[ServerEvent]:
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_way_to_end_a_line_cut_at_every_byte(end: bytes) -> None:
    stream = STREAM.replace(b"\r\n", b"\n").replace(b"\n", end)
    for cut in range(len(stream) + 1):
        # After a lone \r an event is whole at once: the \n that might follow is no line.
        assert read(stream[:cut], stream[cut:]) == EVENTS, cut


@given(st.lists(st.integers(0, len(STREAM)), max_size=40))
def test_however_it_is_cut(cuts: list[int]) -> None:
    bounds = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in pairwise(bounds))) == EVENTS


def test_an_event_that_is_not_whole_is_none() -> None:
    assert read(b"event: update\ndata: {}\n") == []
    assert read(b"event: update\n\n", b"data: x\n\n") == [ServerEvent("message", "x")]


@pytest.mark.parametrize(
    "stream, events",
    [
        (b"\xef\xbb\xbfdata: x\n\n", [ServerEvent("message", "x")]),
        (b"data\n\n", [ServerEvent("message", "")]),
        (b"data:  x\n\n", [ServerEvent("message", " x")]),
        (b"id: 7\nretry: 5\nother\ndata: x\n\n", [ServerEvent("message", "x")]),
        (b"data: \xff\xfe\n\n", [ServerEvent("message", "\ufffd\ufffd")]),
        (b"\n\n\n", []),
    ],
)
def test_fields(stream: bytes, events: list[ServerEvent]) -> None:
    assert read(stream) == events


@pytest.mark.parametrize(
    "long",
    [
        b"data: " + b"x" * 2000,
        b"data: x\n" * 400,
        b"data\n" * 1200,
        b"event: " + b"x" * 2000 + b"\ndata: y",
    ],
    ids=["a line", "many lines", "many empty lines", "a name"],
)
def test_what_is_too_long_is_counted_and_the_next_is_read(
    long: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "LONGEST", 1000)
    stream = b"data: a\n\n" + long + b"\n\ndata: b\n\n"
    for step in (1, 7, 999, len(stream)):
        reader = EventReader()
        pieces = (stream[n : n + step] for n in range(0, len(stream), step))
        events = [event for piece in pieces for event in reader.feed(piece)]
        assert [event.data for event in events] == ["a", "b"]
        assert reader.damaged == 1


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    whole = read(data)
    assert read(*(data[n : n + 1] for n in range(len(data)))) == whole
