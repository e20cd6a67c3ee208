"""JSON values out of files, piece by piece, whole and damaged."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.archives import json_stream
from tartantm.archives.encodings import utf8_of
from tartantm.networks.json_decode import Undecodable
from tests.archives_read import split

OBJECTS = st.lists(
    st.dictionaries(
        st.text(max_size=5),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=12),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
            max_leaves=6,
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=8,
)


def values(data: bytes) -> list[Any]:
    found: list[Any] = []
    for _, value in split(data):
        found += value if isinstance(value, list) else [value]
    return found


def written(objects: list[Any]) -> Iterator[bytes]:
    for indent in (None, 1, "\t"):
        yield json.dumps(objects, indent=indent).encode()
        yield b"window.YTD.tweets.part0 = " + json.dumps(objects, indent=indent).encode()
        yield b"var tweet_index =  " + json.dumps(objects, indent=indent).encode() + b";\n"
        yield "\n".join(json.dumps(each, indent=indent) for each in objects).encode()


@settings(deadline=None, max_examples=40)
@given(OBJECTS)
def test_every_way_to_write_values_gives_the_same(objects: list[Any]) -> None:
    for data in written(objects):
        assert values(data) == objects


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_STEP", 64)
    monkeypatch.setattr(json_stream, "_LONG", 400)


def test_values_over_the_borders_of_pieces(small_steps: None) -> None:
    objects = [{"n": n, "text": "words " * (n % 40), "é": ["ü" * n]} for n in range(60)]
    for data in written(objects):
        assert values(data) == objects


def test_the_list_of_a_long_object_is_read_item_by_item(small_steps: None) -> None:
    items = [{"id": n, "text": "words"} for n in range(1000)]
    whole = {"@context": ["a", {"b": 1}], "orderedItems": items, "more": [{"other": 1}] * 50}
    for indent in (None, 2):
        assert values(json.dumps(whole, indent=indent).encode()) == items


def test_a_short_object_with_a_list_is_one_value() -> None:
    whole = {"type": "OrderedCollection", "orderedItems": [{"id": 1}]}
    assert values(json.dumps(whole, indent=1).encode()) == [whole]


def test_damage_costs_what_it_is_in(small_steps: None) -> None:
    objects = [{"n": n, "text": "words"} for n in range(50)]
    text = json.dumps(objects, indent=1).replace('"n": 20,', '"n": 20')
    found = split(text.encode())
    good = [value for _, value in found if not isinstance(value, Undecodable)]
    assert good == objects[:20] + objects[21:]
    (damage,) = [line for line, value in found if isinstance(value, Undecodable)]
    assert '"n": 20' in text.split("\n")[damage]


def test_lines_are_counted(small_steps: None) -> None:
    text = "\n\n" + "\n".join(json.dumps({"n": n, "x": "y" * n}, indent=1) for n in range(30))
    rows = text.split("\n")
    assert all(rows[line - 1] == "{" for line, _ in split(text.encode()))


def test_a_long_list_takes_no_more_memory_than_its_items() -> None:
    def peak(count: int) -> int:
        data = json.dumps([{"n": n, "text": "words" * 20} for n in range(count)], indent=1).encode()
        file, decoder = utf8_of(io.BytesIO(data))
        tracemalloc.start()
        try:
            assert sum(1 for _ in json_stream.values(file, decoder)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(12_000) < 2 * peak(4_000)
