"""What X's own web page receives: posts in GraphQL, as browsers and scrapers save it since 2021.

An answer is a tree of timelines with ``tweet_results`` in it; each has the post of v1.1 under
``legacy``, its author under ``core``, words beyond 280 characters under ``note_tweet``, and what it
reposts or quotes as another result. Scrapers (gallery-dl, twscrape, twitter-api-client) save the
answers or single results.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tartantm.archives.formats import x_v1
from tartantm.archives.shape import Context, JsonFormat
from tartantm.networks.heard import Parsed
from tartantm.networks.json_fields import Json, identifier, mapping, raw

_MOST = 100_000
"""Objects and lists of an answer that are looked at; a hundred posts have some ten thousand."""


def _read(value: Json, context: Context) -> Parsed | None:
    if "includes" in value or "user" in value:  # of an API
        return None
    parsed = None
    for result in _results(value):
        status = _status(result)
        if status is not None and (found := x_v1.read(status, context)) is not None:
            parsed = parsed or Parsed()
            parsed.heard += found.heard
            parsed.problems += found.problems
            parsed.doubts += found.doubts
    return parsed


def _results(value: Json) -> Iterator[Json]:
    """The results in a tree, without advertisements and what stands within a result."""
    waiting: list[Any] = [value]
    for _ in range(_MOST):
        if not waiting:
            return
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        elif isinstance(each, dict) and not each.keys() & {"promotedMetadata", "promoted_metadata"}:
            if "rest_id" in each and raw(mapping(each, "legacy"), "full_text"):
                yield each
            else:
                inner = [item for item in each.values() if isinstance(item, dict | list)]
                waiting += reversed(inner)


def _status(result: Json) -> Json | None:
    """A result as a post of v1.1, None for what is none, as where its author hid it."""
    result = mapping(result, "tweet") or result  # TweetWithVisibilityResults
    legacy, post_id = mapping(result, "legacy"), identifier(result.get("rest_id"))
    user = mapping(result, "core", "user_results", "result")
    if not post_id or not raw(legacy, "full_text") or not user:
        return None
    status = legacy | {"id_str": post_id, "user": _user(user)}
    note = mapping(result, "note_tweet", "note_tweet_results", "result")
    if words := raw(note, "text"):
        status |= {"full_text": words, "entities": mapping(note, "entity_set")}
    for name, held in (
        ("retweeted_status", mapping(legacy, "retweeted_status_result", "result")),
        ("quoted_status", mapping(result, "quoted_status_result", "result")),
    ):
        if held and (inner := _status(held)) is not None:
            status[name] = inner
    return status


def _user(user: Json) -> Json:
    """An account as v1.1 has it; since 2025 its names stand under ``core``."""
    legacy, core = mapping(user, "legacy"), mapping(user, "core")
    protected = legacy.get("protected", mapping(user, "privacy").get("protected"))
    return {
        "id_str": identifier(user.get("rest_id")),
        "screen_name": raw(legacy, "screen_name") or raw(core, "screen_name"),
        "name": raw(legacy, "name") or raw(core, "name"),
        "protected": protected,
    }


X_WEB = JsonFormat("x-web", "posts as X's web page receives them", _read)
