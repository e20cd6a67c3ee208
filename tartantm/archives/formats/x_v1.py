"""X API v1.1 in JSON: what twarc 1, tweepy 3, the hydrators and the streams recorded until 2023.

Besides posts, streams hold notices (docs of the statuses/filter endpoint, "Streaming message
types"): deletions count, and that posts were left out is reported.
"""

from __future__ import annotations

from tartantm.archives.shape import Context, JsonFormat
from tartantm.core.events import Deleted
from tartantm.networks.heard import Parsed
from tartantm.networks.json_fields import EPOCH, Json, mapping, raw
from tartantm.networks.x import payload as x_payload
from tartantm.networks.x import v1

LEFT_OUT = "X's stream left out posts, since more were written than it delivers"

_NOTICES = frozenset(
    (
        *("limit", "scrub_geo", "status_withheld", "user_withheld", "disconnect", "warning"),
        *("friends", "friends_str", "event", "control", "user_delete", "user_protect"),
    )
)
"""Of the stream; each is an object under this one name."""


def read(value: Json, _: Context) -> Parsed | None:
    """Parse a post, a notice of the stream, or an answer of the search without posts."""
    if found := _of_search(value):
        value = found
    if v1.is_status(value):
        parsed = x_payload.read(v1.page_of(value)) or Parsed()
        if v1.is_cut(value):
            parsed.doubts.append(v1.CUT)
        return parsed
    if "search_metadata" in value and value.get("statuses") == []:
        return Parsed()
    if "completed_in" in value and value.get("results") == []:
        return Parsed()
    return _notice(value) if len(value) <= 2 else None


def _of_search(value: Json) -> Json:
    """A result of the search before 2013 as a post of v1.1, {} for what is none.

    Its ids of persons were other ones than elsewhere on Twitter until late in 2011, so they are
    left out.
    """
    if "user" in value or not raw(value, "from_user") or not isinstance(value.get("text"), str):
        return {}
    return value | {
        "user": {"screen_name": raw(value, "from_user"), "name": raw(value, "from_user_name")}
    }


def _notice(value: Json) -> Parsed | None:
    if post_id := v1.id_of(mapping(value, "delete", "status"), "id"):
        at = v1.milliseconds(mapping(value, "delete").get("timestamp_ms"))
        at = at or x_payload.posted_at(post_id) or EPOCH
        return Parsed([Deleted((f"x:{post_id}",), at)])
    kind = next(iter(value), "")
    if kind not in _NOTICES or not isinstance(value[kind], dict | list):
        return None
    return Parsed(doubts=[LEFT_OUT] if kind == "limit" else [])


X_V1 = JsonFormat("x-v1", "X API v1.1", read)
