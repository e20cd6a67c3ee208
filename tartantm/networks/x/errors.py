"""Turns X's error answers into the errors that a source may raise, with a sentence each.

The ``title`` and ``type`` of an error (RFC 7807) say more than its status: a 429 has three
different meanings. Nothing here repeats a header or a body that we sent, so no token can get out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from tartantm.core.describe import ended
from tartantm.core.errors import TartantmError
from tartantm.networks.connection_errors import LOGIN
from tartantm.networks.http_errors import date_of
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import Json, line, mapping, raw, rows
from tartantm.networks.protocol import Advised, Limited, Lost, Refused, not_accepted

PATIENCE = 60.0
"""Seconds to wait where X asks to wait and does not say how long."""


class NoRules(Lost):
    """The stream was refused because the app has no rule."""


class TooManyStreams(Limited):
    """X counts a stream as open already; perhaps it did not notice that an earlier one broke."""


class BadRequest(Refused):
    """X does not take a request as it is written, such as for a time in its own future."""


class UnknownField(Refused):
    """X does not know a name of a field: it renames them, from ``tweet.`` to ``post.``."""


CREDIT = Advised(
    "X credit is used up, so X is not read; other networks go on.",
    " Buy credit or raise the spending limit in X's developer console, then try again.",
)
CAPPED = Advised(
    "X lets this account read no more posts in this billing period; other networks go on.",
    " Raise the limit in X's developer console, then try again.",
)
NEW_TOKEN = "X's developer console shows the app's Bearer token."
LOGIN_PAGE = Advised("A web page came instead of X's answer", f"; {LOGIN}.")


def read_body(body: bytes) -> Json:
    """The JSON object in an answer's body, {} where it holds none."""
    try:
        value = decode(body)
    except Undecodable:
        return {}
    return value if isinstance(value, dict) else {}


def answer_error(
    status: int, headers: Mapping[str, str], body: bytes, token_from: str = ""
) -> TartantmError:
    """The error for an answer other than 200; `token_from` is where the token was found."""
    value = read_body(body)
    page = not value and (body.lstrip()[:1] == b"<" or "html" in headers.get("Content-Type", ""))
    if status < 400 or status == 511 or (page and status < 500):
        return Lost(LOGIN_PAGE)
    if known := _by_title(value):
        return known
    if status == 402:
        return Refused(CREDIT)
    if status in (420, 429):
        return Limited("X asks to wait before the next request.", _reset(headers))
    if status >= 500:
        return Lost(f"X has an error of its own ({status} {_phrase(status)}).")
    if status == 409:
        return NoRules("X says that there is no rule to stream by.")
    said = _said(value)
    if status == 401:
        return Refused(not_accepted("X does not accept the token", "x", token_from, NEW_TOKEN))
    if status == 403:
        return Refused(f"X does not let this app do that; see its access in X's console.{said}")
    if status == 400 and re.search(r"\b(tweet|post)\.fields\b|expansions", _text(value)):
        return UnknownField(f"X does not know a field that was asked for.{said}")
    if status == 404:
        return Refused("There is no X interface at the address that is set for X.")
    kind = BadRequest if status == 400 else Refused
    return kind(f"X refused the request ({status} {_phrase(status)}).{said}")


def unanswered(value: Json) -> TartantmError:
    """The error for an answer with 200 that is not what was asked for; it may say why itself."""
    return _by_title(value) or Lost(f"X did not answer what it was asked.{_said(value)}")


def in_stream(value: Json) -> TartantmError | None:
    """Why a line ends the stream; None where it does not, as errors beside a post do not."""
    errors = rows(value, "errors")
    # Errors that name a post concern that post, and not the stream.
    if "data" in value or not errors or all(raw(row, "resource_id") for row in errors):
        return None
    return _by_title(value) or Lost(f"X ended the stream.{_said(value)}")


def _by_title(value: Json) -> TartantmError | None:
    """The error that titles and types stand for, whatever the status; None for others."""
    problems = [value, *rows(value, "errors")]
    names = " ".join(f"{raw(row, 'title')} {raw(row, 'type')}" for row in problems).lower()
    issues = {raw(row, "connection_issue") for row in problems}
    if "credit" in names or "spendcap" in names.replace(" ", ""):
        return Refused(CREDIT)
    if "usagecap" in names or "usage-cap" in names:
        return Refused(CAPPED)
    if issues & {"RuleConfigurationIssue", "RulesInvalidIssue"}:
        return NoRules("X says that there is no rule to stream by.")
    if "TooManyConnections" in issues or "maximum allowed connection" in _text(value):
        return TooManyStreams("X counts another stream of this app as open.", PATIENCE)
    if "connectionexception" in names or "streaming-connection" in names:
        return Lost(f"X could not begin the stream.{_said(value)}")
    return None


def _reset(headers: Mapping[str, str]) -> float:
    """Seconds until the limit is lifted, by the server's clock: ours may be wrong."""
    try:
        until = float(headers.get("x-rate-limit-reset", "")[:100])
    except ValueError:
        return PATIENCE
    now = date_of(headers["Date"]) if "Date" in headers else datetime.now(UTC)
    if now is None:
        return PATIENCE
    seconds = until - now.timestamp()
    # After a time in the past X would be asked again at once, and refuse at once.
    return seconds + 1 if 0 <= seconds < 86_400 else PATIENCE


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unknown"


def _text(value: Json) -> str:
    """All of X's own words in an error."""
    problems: list[Any] = [value, *rows(value, "errors")]
    texts = [raw(row, name) for row in problems for name in ("title", "detail", "message")]
    asked = [name for row in problems for name in mapping(row, "parameters")]
    return " ".join([*texts, *asked])


def _said(value: Json) -> str:
    """X's own words, to be added to a sentence; "" where there are none."""
    for row in (*rows(value, "errors"), value):
        if words := line(row, "detail", "message", "title"):
            return ended(f" X says: {words[:200]}")
    return ""
