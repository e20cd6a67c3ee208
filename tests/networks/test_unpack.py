"""Unpacking in bounded steps gives what packing was given, and ends for whatever else comes."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.unpack import STEP, Unpackable, Unpacker, encoding_of


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


Pack = Callable[[bytes], bytes]

PACKERS: dict[str, list[Pack]] = {
    "identity": [bytes],
    "gzip": [gzip.compress],
    "deflate": [zlib.compress, bare],
}


def unpacked(encoding: str, data: bytes, size: int) -> bytes:
    unpacker, found = Unpacker(encoding), bytearray()
    for start in range(0, len(data), size):
        for piece in unpacker.feed(data[start : start + size]):
            assert len(piece) <= max(STEP, size)
            found += piece
    unpacker.finish()
    return bytes(found)


@given(
    st.sampled_from([(name, pack) for name, packers in PACKERS.items() for pack in packers]),
    st.binary(max_size=300),
    st.integers(1, 700),
    st.integers(1, 400),
)
def test_what_was_packed_comes_out(
    way: tuple[str, Pack], data: bytes, times: int, size: int
) -> None:
    name, pack = way
    assert unpacked(name, pack(data * times), size) == data * times


@given(st.sampled_from(["gzip", "deflate"]), st.binary(max_size=200), st.integers(1, 50))
def test_whatever_comes_is_unpacked_or_refused(encoding: str, data: bytes, size: int) -> None:
    with suppress(Unpackable):
        unpacked(encoding, data, size)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@given(data=st.binary(min_size=1, max_size=200), cut=st.integers(1, 8))
def test_what_broke_off_is_refused(encoding: str, data: bytes, cut: int) -> None:
    packed = PACKERS[encoding][0](data)
    with pytest.raises(Unpackable):
        unpacked(encoding, packed[:-cut], 50)


def test_what_follows_the_end_is_dropped() -> None:
    assert unpacked("gzip", gzip.compress(b"words") + b"more" * 9, 7) == b"words"


def test_no_bytes_are_a_whole_body() -> None:
    assert unpacked("gzip", b"", 1) == unpacked("deflate", b"", 1) == b""


@pytest.mark.parametrize(
    ("headers", "encoding"),
    [
        ([], "identity"),
        (["identity"], "identity"),
        (["", " , "], "identity"),
        (["GZip"], "gzip"),
        (["x-gzip"], "gzip"),
        (["identity, gzip"], "gzip"),
        (["deflate"], "deflate"),
    ],
)
def test_one_encoding(headers: list[str], encoding: str) -> None:
    assert encoding_of(headers) == encoding


@pytest.mark.parametrize(
    "headers",
    [["gzip, gzip"], ["gzip", "gzip"], ["deflate, gzip"], ["br"], ["zstd"], ["gzip;q=1"]],
)
def test_others_are_refused(headers: list[str]) -> None:
    with pytest.raises(Unpackable):
        encoding_of(headers)
