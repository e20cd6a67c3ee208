"""JSON of strangers: what can be read is read, what would take the machine is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.json_decode import (
    DEEPEST,
    LARGEST_VALUE,
    LONGEST_NUMBER,
    Undecodable,
    decode,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_values_come_back(value: Any, plain: bool) -> None:
    assert decode(json.dumps(value, ensure_ascii=plain).encode()) == value


@given(st.binary(max_size=100) | st.text(alphabet='[]{}":,\\ud8c0 1eNa-.', max_size=60))
def test_anything_is_a_value_or_undecodable(data: bytes | str) -> None:
    try:
        value = decode(data if isinstance(data, bytes) else data.encode())
    except Undecodable as problem:
        assert str(problem)
    else:
        json.dumps(value, ensure_ascii=False).encode()  # no half characters, and not too deep


SURROGATES = st.lists(
    st.sampled_from(["\\ud83d", "\\ude00", "\\uD83D", "\\\\", "\\n", "ud83d", "a", "\\\\ud83d"])
)


@given(SURROGATES)
def test_half_characters_are_replaced_and_whole_ones_kept(parts: list[str]) -> None:
    written = f'["{"".join(parts)}"]'
    wanted = json.loads(written)[0].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert decode(written.encode()) == [wanted]


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_has_a_budget(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"
    for depth in (DEEPEST, DEEPEST + 1, 900, 40_000):
        data = opening * depth + b"1" + closing * depth
        if depth == DEEPEST:
            assert decode(data)
            continue
        with pytest.raises(Undecodable, match="nested too deeply"):
            decode(data)


def test_many_values_side_by_side_are_not_deep() -> None:
    assert len(decode(b"[" + b"[]," * 1000 + b"[]]")) == 1001


@pytest.mark.parametrize("value", [b"{}", b"[]", b"1", b'""'])
def test_memory_has_a_budget(value: bytes) -> None:
    many = b"[" + (value + b",") * (LARGEST_VALUE // 64) + b"0]"
    with pytest.raises(Undecodable, match="more values"):
        decode(many)


def test_an_archive_may_be_as_large_as_it_is() -> None:
    many = b"[" + b"0," * (LARGEST_VALUE // 64) + b"0]"
    assert len(decode(many, largest=None)) == LARGEST_VALUE // 64 + 1


def test_long_numbers() -> None:
    assert decode(b"9" * LONGEST_NUMBER) == int("9" * LONGEST_NUMBER)
    for number in (b"9" * 5000, b"-" + b"9" * 1_000_000):
        with pytest.raises(Undecodable, match="too many digits"):
            decode(number)
    assert decode(b"0." + b"9" * 40_000) == 1.0
