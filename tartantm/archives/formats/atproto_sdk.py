"""What atproto's Python SDK (atproto.blue) prints of its models: Bluesky's JSON in snake_case.

``model_dump_json`` and ``model_dump`` write ``created_at``, ``display_name`` and ``py_type`` for
what the lexicons call ``createdAt``, ``displayName`` and ``$type``. The names are put back, and the
rest is read as any JSON of Bluesky.
"""

from __future__ import annotations

from typing import Any

from tartantm.archives.shape import Context, JsonFormat
from tartantm.networks.bluesky import payload
from tartantm.networks.heard import Parsed
from tartantm.networks.json_fields import Json, mapping, raw, rows

_DEEPEST = 40
"""Objects within objects whose names are put back; a thread has several for each reply."""


def _read(value: Json, _: Context) -> Parsed | None:
    return payload.read(_renamed(value, 0)) if is_of_sdk(value) else None


def is_of_sdk(value: Json) -> bool:
    """Whether an object is a view of a post, or an answer with views, with the SDK's names."""
    views = [value, *rows(value, "posts")[:1], *rows(value, "feed")[:1]]
    views += [mapping(view, "post") for view in views] + [mapping(value, "thread", "post")]
    records = (mapping(view, "record") for view in views if raw(view, "uri").startswith("at://"))
    return any(each.keys() & {"py_type", "created_at"} for each in records)


def _renamed(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_renamed(each, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    return {_name(key): _renamed(each, depth + 1) for key, each in value.items()}


def _name(key: str) -> str:
    if key == "py_type":
        return "$type"
    if "_" not in key:
        return key
    first, *others = key.split("_")
    return first + "".join(f"{each[:1].upper()}{each[1:]}" for each in others)


ATPROTO_SDK = JsonFormat("bluesky-sdk", "Bluesky by atproto's Python SDK", _read)
