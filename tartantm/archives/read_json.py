"""Reads files of JSON: each value by the format that knows it, whatever is mixed in one file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from tartantm.archives import json_stream
from tartantm.archives.formats import ALL
from tartantm.archives.found import FileFound
from tartantm.archives.shape import Context, JsonFormat, Line
from tartantm.networks.heard import Parsed, Unreadable
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.mastodon import payload as mastodon_payload

UNKNOWN = "no post that tartantm knows"
"""Why a value that is sound could not be used."""

_LOOK_AHEAD = 500
"""Values that are looked at to learn which server was asked."""

_JSON = tuple(each for each in ALL if isinstance(each, JsonFormat))


def json_lines(
    values: Iterator[json_stream.Value], found: FileFound, context: Context
) -> Iterator[Line]:
    """Yields what the values in a file of JSON hold, each with its line; notes their formats."""
    begun, context.server = _with_server(values, context.server)
    order = list(_JSON)
    for number, value in chain(begun, values):
        if isinstance(value, Undecodable):
            yield number, Parsed(problems=[str(value)])
            continue
        waiting = [value]
        while waiting:
            value = waiting.pop()
            if value is None:  # a post that was asked for, and is gone
                continue
            if isinstance(value, list):
                waiting += reversed(value)
                continue
            parsed = _parse(value, order, found, context)
            if parsed is not None:
                yield number, parsed
            elif (listed := _listed(value) or _wrapped(value)) is not None:
                waiting += reversed(listed)
            else:
                yield number, Parsed(problems=[UNKNOWN])


def _parse(
    value: Any, order: list[JsonFormat], found: FileFound, context: Context
) -> Parsed | None:
    """What a value holds; None where it is of no known format."""
    if not isinstance(value, dict):
        return None
    for place, each in enumerate(order):
        if not place and (passed := _passed_over(value, each, context)) is not None:
            return passed
        try:
            parsed = each.read(value, context)
        except Unreadable as problem:
            parsed = Parsed(problems=[str(problem)])
        if parsed is not None:
            if place:  # the next value most likely is of the same format
                order.insert(0, order.pop(place))
            if each not in found.formats:
                found.formats.append(each)
            return parsed
    return None


_BEGINS = re.compile(rb"\s*(?:\"?\{|\[\s*(?:[\[{\]\"]|null\b|$)|window\.YTD|Grailbird)")


def _passed_over(value: dict[str, Any], form: JsonFormat, context: Context) -> Parsed | None:
    """What stands for a post of a time that nobody looks for; None for all others."""
    others = context.others
    if others is None or form.glance is None or (others.of_one_account and not form.one_account):
        return None
    seen = form.glance(value)
    if seen is None or not others.have(seen.at):
        return None
    text = seen.text.replace("＃", "#")
    text = text.casefold() if "#" in text else ""
    return Parsed(passed=1, passed_tagged=any(tag in text for tag in others.tags))


def looks_like_json(head: bytes) -> bool:
    """Whether one of the first lines begins a value of JSON, or assigns one.

    A bracket alone may begin a time of day, as in many logs: in JSON no post is a number.
    """
    return any(map(_BEGINS.match, head.split(b"\n", 50)[:50]))


def _listed(value: Any) -> list[Any] | None:
    """The items of an object that is a whole file with a list of posts."""
    if not isinstance(value, dict):
        return None
    lists = (value.get(name) for name in json_stream.LISTS)
    return next((each for each in lists if isinstance(each, list) and each), None)


_WRAPS = ("_source", "hits", "data", "tweet", "status", "doc", "rows", "result", "id")
"""Names under which programs that store posts keep them: Elasticsearch, CouchDB, twarc's maps."""


def _wrapped(value: Any) -> list[Any] | None:
    """What an object that is no post wraps, or a text that is JSON itself; None for neither."""
    if isinstance(value, str):
        try:
            inner = decode(value.encode("utf-8", "replace")) if value.startswith("{") else None
        except Undecodable:
            return None
        return [inner] if isinstance(inner, dict) else None
    if not isinstance(value, dict) or not value:
        return None
    if all(key.isdecimal() for key in value):  # posts by their ids; null is one that is gone
        return [each for each in value.values() if each is not None] or None
    for name in _WRAPS:
        inner = value.get(name)
        if isinstance(inner, dict) and inner:
            return [inner]
        if isinstance(inner, list) and any(isinstance(each, dict) for each in inner):
            return inner
    return None


def _with_server(
    values: Iterator[json_stream.Value], server: str
) -> tuple[list[json_stream.Value], str]:
    """Reads values of Mastodon on, until one shows which server was asked; returns them and it.

    Replies name posts by ids of the server that was asked; one status that shows which it was is
    enough for the whole file.
    """
    begun: list[json_stream.Value] = []
    for number, value in islice(values, _LOOK_AHEAD):
        begun.append((number, value))
        held = [each for each in (value if isinstance(value, list) else [value])]
        statuses = [e for e in held if isinstance(e, dict) and mastodon_payload.is_mastodon(e)]
        server = server or next(filter(None, map(mastodon_payload.server_of, statuses)), "")
        if server or not statuses:
            break
    return begun, server
