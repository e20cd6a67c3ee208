"""What recordings of Bluesky hold beside what the live sources read, in the shapes that these read.

Jetstream's first messages had ``type`` for ``kind`` and letters for operations (September 2024, its
repository's history); ``goat firehose --ops`` and ``tap`` write records in forms of their own
(github.com/bluesky-social); a repository is listed by com.atproto.repo.listRecords; threads since
2025 are lists (app.bsky.unspecced.getPostThreadV2). Who a DID is says a profile view, a DID
document (atproto.com/specs/did), or the log of plc.directory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tartantm.core.events import Deleted
from tartantm.core.post import Author, Post
from tartantm.networks.bluesky import payload
from tartantm.networks.heard import Named, Parsed
from tartantm.networks.json_fields import (
    EPOCH,
    Json,
    identifier,
    line,
    mapping,
    microseconds,
    moment,
    raw,
    rows,
)

MOST_REMEMBERED = 50_000
"""Posts of which it is remembered whose they are, for accounts that are closed later."""

_KINDS = {"com": "commit", "id": "identity", "acc": "account"}
_OPERATIONS = {"c": "create", "u": "update", "d": "delete"}
_WRITTEN = "bluesky-written"


def read(value: Json, memory: dict[str, Any]) -> Parsed | None:
    """Parse a value of any of these shapes, or one that the live sources read, else None."""
    if "time_us" not in value and (listed := _listed(value)) is not None:
        found = [payload.read(each) or Parsed() for each in listed]
        return Parsed(
            [item for each in found for item in each.heard],
            [problem for each in found for problem in each.problems],
        )
    if "time_us" not in value and (people := list(_people(value))):
        return Parsed([*people])
    current = _current(value)
    parsed = payload.read(current)
    if parsed is not None and raw(current, "kind") == "account":
        parsed.heard += _closed(current, memory)
    if parsed is not None and raw(current, "kind") == "commit":
        _remember(parsed, memory)
    return parsed


def _current(value: Json) -> Json:
    """A message of Jetstream as it has been written since October 2024."""
    if "time_us" in value and "kind" not in value and raw(value, "type") in _KINDS:
        kind, commit = _KINDS[raw(value, "type")], mapping(value, "commit")
        letter = raw(commit, "operation", "opType", "type")
        commit = commit | {"operation": _OPERATIONS.get(letter, letter)}
        return value | {"kind": kind} | ({"commit": commit} if kind == "commit" else {})
    record = mapping(value, "record") if raw(value, "type") == "record" else value
    did, action = raw(record, "did", "repo"), raw(record, "action")
    if action and did.startswith("did:") and raw(record, "collection"):
        return _commit(did, record | {"operation": action})
    return value


def _commit(did: str, commit: Json) -> Json:
    return {"did": did, "time_us": None, "kind": "commit", "commit": commit}


def _listed(value: Json) -> list[Json] | None:
    """The messages or views that a list of records, or a thread that is a list, stands for."""
    if isinstance(value.get("thread"), list):
        return [mapping(row, "value") for row in rows(value, "thread")]
    listed = rows(value, "records") or ([value] if "value" in value else [])
    found = []
    for row in listed:
        did, _, path = raw(row, "uri").removeprefix("at://").partition("/")
        collection, _, key = path.partition("/")
        if not did.startswith("did:") or not isinstance(row.get("value"), dict):
            return None
        record = {"collection": collection, "rkey": key, "record": row["value"]}
        found.append(_commit(did, record | {"operation": "create", "cid": row.get("cid")}))
    return found or None


def _people(value: Json) -> Iterator[Named]:
    if raw(value, "type") == "identity":
        value = mapping(value, "identity")
    for row in [value, *rows(value, "profiles"), *rows(value, "actors")]:
        if (author := _author(row)) is not None:
            # A view is of any day: it holds where nothing of the evening says otherwise.
            yield Named("bluesky", author, moment(row.get("createdAt")) or EPOCH)


def _author(row: Json) -> Author | None:
    """Whoever a profile, a DID document or an entry of the directory's log names."""
    did = identifier(row.get("did")) or identifier(row.get("id"))
    if not did.startswith("did:") or row.keys() & {"record", "action"}:
        return None
    if handle := line(row, "handle"):
        author = payload.author_of({**row, "did": did})
        return author if handle != "handle.invalid" else None
    also = (mapping(row, "operation") or row).get("alsoKnownAs")
    names = also if isinstance(also, list) else []
    handle = next((e for e in names if isinstance(e, str) and e.startswith("at://")), "")[5:]
    return payload.author_of({"did": did, "handle": handle}) if handle else None


def _remember(parsed: Parsed, memory: dict[str, Any]) -> None:
    written: dict[str, str] = memory.setdefault(_WRITTEN, {})
    for item in parsed.heard:
        if isinstance(item, Post):
            written[item.id] = item.author.id
    while len(written) > MOST_REMEMBERED:
        del written[next(iter(written))]


def _closed(value: Json, memory: dict[str, Any]) -> list[Deleted]:
    """What goes with an account that is no more."""
    did, account = raw(value, "did"), mapping(value, "account")
    at = microseconds(value.get("time_us"))
    if (
        account.get("active") is not False
        or raw(account, "status") not in payload.GONE
        or at is None
    ):
        return []
    written: dict[str, str] = memory.get(_WRITTEN, {})
    mine = tuple(post_id for post_id, author in written.items() if author == did)
    return [Deleted(mine, at, "account")] if mine else []
