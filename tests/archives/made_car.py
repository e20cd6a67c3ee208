"""Makes CAR files of repositories, as atproto.com/specs/repository describes them."""

import hashlib
from collections.abc import Mapping
from typing import Any

import libipld

DID = "did:plc:pretendpretendpretend1"


def varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def cid_of(block: bytes) -> bytes:
    return b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()


class Blocks:
    """Blocks in the order in which they were added."""

    def __init__(self) -> None:
        self.held: dict[bytes, bytes] = {}

    def add(self, value: Any) -> bytes:
        block = libipld.encode_dag_cbor(value)
        self.held[cid_of(block)] = block
        return cid_of(block)

    def car(self, root: bytes) -> bytes:
        header = libipld.encode_dag_cbor({"version": 1, "roots": [root]})
        parts = [varint(len(header)) + header]
        parts += [varint(len(cid + block)) + cid + block for cid, block in self.held.items()]
        return b"".join(parts)


def tree(blocks: Blocks, records: list[tuple[str, bytes]], width: int) -> bytes:
    """A tree with so many records in a node, each but the first with a node to its right."""
    here, below = records[:width], records[width:]
    entries: list[dict[str, Any]] = []
    before = b""
    for path, cid in here:
        key = path.encode()
        shared = next((n for n, (a, b) in enumerate(zip(key, before, strict=False)) if a != b), 0)
        entries.append({"p": shared, "k": key[shared:], "v": cid, "t": None})
        before = key
    if below and entries:
        entries[-1]["t"] = tree(blocks, below, width)
    return blocks.add({"l": None, "e": entries})


def car(records: Mapping[str, Any], did: str = DID, width: int = 3) -> bytes:
    """The CAR of a repository with these records by their paths."""
    blocks = Blocks()
    stored = [(path, blocks.add(record)) for path, record in sorted(records.items())]
    top = tree(blocks, stored, width)
    commit = {"did": did, "version": 3, "data": top, "rev": "3k", "prev": None, "sig": b"x"}
    return blocks.car(blocks.add(commit))


def record_cid(record: Any) -> str:
    """The CID of a record as Bluesky writes it."""
    return libipld.encode_cid(cid_of(libipld.encode_dag_cbor(record)))
