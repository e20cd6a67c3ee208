"""Reads the repository of a Bluesky account from a CAR file, by libipld.

A CAR (ipld.io/specs/transport/car/carv1) is a row of blocks, each with the CID that it is called
by: a hash of its bytes. The root is the commit; below it a tree (the MST of
atproto.com/specs/repository) leads to records in the order of their keys. Only what the tree leads
to is decoded; damaged and missing blocks cost what stands in them, and blocks that lead in circles
are gone through once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from tartantm.core.errors import BadInput
from tartantm.networks.heard import Unreadable

MOST_BLOCKS = 4_000_000
"""Blocks of a file that are read: an account with a million likes, follows and posts has three."""

MOST_RECORDS = 4_000_000
"""Records that a tree may lead to."""

LONGEST_KEY = 1_000
"""Bytes of a record's collection and key; both together may have some 830."""

LARGEST_RECORD = 1 << 20
"""Bytes of a block that is decoded, as the specification allows for records."""

INSTALL = "python3 -m pip install 'tartantm[car]'"

_BEGINS = re.compile(rb"[\x01-\xff][\x00-\x7f]?(?:\xa2eroots|\xa1gversion)", re.S)
_SHA256 = 0x12


def is_car(head: bytes) -> bool:
    """Whether a file that begins so is a CAR."""
    return bool(_BEGINS.match(head)) and b"gversion" in head[:1000]


class Repository:
    """The repository in a CAR file; raises Unreadable for what is none."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data = memoryview(data)
        self._ipld = _library(name)
        self.missing = 0
        """Blocks that are damaged, or that are not in the file, so far."""
        self.is_cut = False
        """Whether the file breaks off."""
        header, position = self._header()
        self._places = self._index(position)
        self.did, self._tree = self._commit(header)

    def records(self, collections: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
        """Yields the paths of the records in these collections, in order, each with its CID."""
        waiting: list[bytes | tuple[str, bytes]] = [self._tree]
        seen: set[bytes] = set()
        count = 0
        while waiting:
            entry = waiting.pop()
            if isinstance(entry, tuple):
                if entry[0].startswith(collections):
                    yield entry
            elif entry not in seen:
                seen.add(entry)
                inner = self._entries(self.get(entry))
                count += len(inner)
                if count > MOST_RECORDS:
                    raise Unreadable("the repository holds more records than anybody has")
                waiting += reversed(inner)

    def get(self, cid: bytes) -> Any:
        """Returns what the block of a CID holds; None, and counts it, where it cannot be read."""
        place = self._places.get(cid)
        if place is not None:
            length, begin = _varint(self._data, place)
            block = bytes(self._data[begin + len(cid) : begin + length])
            if len(block) <= LARGEST_RECORD and _is_whole(cid, block):
                try:
                    return self._ipld.decode_dag_cbor(block)
                except (ValueError, RecursionError):
                    pass
        self.missing += 1
        return None

    def cid_text(self, cid: bytes) -> str:
        """Returns a CID as Bluesky writes it."""
        return str(self._ipld.encode_cid(cid))

    def _header(self) -> tuple[Any, int]:
        try:
            length, begin = _varint(self._data, 0)
            header = self._ipld.decode_dag_cbor(bytes(self._data[begin : begin + length]))
        except (ValueError, RecursionError):
            raise Unreadable("the repository has no readable beginning") from None
        if not isinstance(header, dict) or header.get("version") != 1:
            raise Unreadable("it is no repository, or of a later version of its format (CAR)")
        return header, begin + length

    def _index(self, position: int) -> dict[bytes, int]:
        """Where each block begins, by its CID; of two with the same CID the first."""
        places: dict[bytes, int] = {}
        try:
            while position < len(self._data):
                length, begin = _varint(self._data, position)
                end = begin + length
                if not length or end > len(self._data):
                    raise ValueError
                places.setdefault(bytes(self._data[begin : _cid_end(self._data, begin)]), position)
                position = end
                if len(places) > MOST_BLOCKS:
                    raise Unreadable("the repository has more parts than anybody's")
        except ValueError:
            self.is_cut = True
        return places

    def _commit(self, header: dict[str, Any]) -> tuple[str, bytes]:
        """Whose repository it is, and the CID of its tree."""
        roots = header.get("roots")
        for root in roots[:10] if isinstance(roots, list) else ():
            commit = self.get(root) if isinstance(root, bytes) else None
            if isinstance(commit, dict):
                did, tree = commit.get("did"), commit.get("data")
                if isinstance(did, str) and did.startswith("did:") and isinstance(tree, bytes):
                    return did, tree
        raise Unreadable("the repository does not say whose it is, or breaks off before that")

    def _entries(self, node: Any) -> list[bytes | tuple[str, bytes]]:
        """What a node of the tree leads to, in order: nodes by their CIDs, and records."""
        if not isinstance(node, dict) or not isinstance(listed := node.get("e"), list):
            return []
        found: list[bytes | tuple[str, bytes]] = []
        if isinstance(left := node.get("l"), bytes):
            found.append(left)
        key = b""
        for entry in listed:
            if not isinstance(entry, dict):
                continue
            shared, rest, value = entry.get("p"), entry.get("k"), entry.get("v")
            if isinstance(shared, int) and isinstance(rest, bytes) and 0 <= shared <= len(key):
                key = (key[:shared] + rest)[:LONGEST_KEY]
                if isinstance(value, bytes):
                    found.append((key.decode("ascii", "replace"), value))
            if isinstance(right := entry.get("t"), bytes):
                found.append(right)
        return found


def _library(name: str) -> Any:
    try:
        import libipld
    except ImportError:
        raise BadInput(
            f"{name} is a Bluesky repository (CAR); to read it, install a part more: {INSTALL}"
        ) from None
    return libipld


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    """A number of any length, and where it ends; raises ValueError where there is none."""
    number = shift = 0
    for end in range(position, min(position + 9, len(data))):
        number |= (data[end] & 0x7F) << shift
        if data[end] < 0x80:
            return number, end + 1
        shift += 7
    raise ValueError


def _cid_end(data: memoryview, begin: int) -> int:
    """Where a CID ends; raises ValueError where there is none."""
    if bytes(data[begin : begin + 2]) == b"\x12\x20":  # the first version, a hash alone
        return begin + 34
    position = begin
    for _ in range(3):  # the version, the kind of block, the kind of hash
        _, position = _varint(data, position)
    length, position = _varint(data, position)
    return position + length


def _is_whole(cid: bytes, block: bytes) -> bool:
    """Whether a block is what its CID says, as far as the kind of hash is known."""
    if len(cid) < 36 or cid[-34] != _SHA256:
        return True
    return hashlib.sha256(block).digest() == cid[-32:]
