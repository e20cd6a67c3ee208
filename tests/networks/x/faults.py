"""What a stand-in for X can be told to do wrong, and X's error answers in X's own form."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

PROBLEMS = "https://api.twitter.com/2/problems/"

Cut = Literal["clean", "chunk", "utf8", "line"]
"""How a connection ends within the next post: after it in good order, inside a chunk, inside a
character, or in good order inside the JSON line."""


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})


def problem(status: int, title: str, kind: str = "", **more: Any) -> Answer:
    """An error as X gives it."""
    value = {"title": title, "type": PROBLEMS + kind if kind else "about:blank", **more}
    return Answer(status, json.dumps({"detail": title, "status": status} | value).encode())


def answer(kind: str, now: datetime) -> Answer:
    """One of the errors, by the name a test calls it."""
    page = b"<!doctype html><title>Welcome</title><p>Please log in."
    html = {"Content-Type": "text/html"}
    if kind in ("rate limit", "long limit"):
        until = int(now.timestamp()) + (7 if kind == "rate limit" else 800)
        return problem(429, "Too Many Requests")._replace(
            headers={"x-rate-limit-reset": str(until)}
        )
    return {
        "connections": problem(
            *(429, "ConnectionException", "streaming-connection"),
            connection_issue="TooManyConnections",
            detail="This stream is currently at the maximum allowed connection limit.",
        ),
        "usage cap": problem(429, "UsageCapExceeded", "usage-capped", period="Monthly"),
        "credits": problem(402, "CreditsDepleted", "credits"),
        "token": problem(401, "Unauthorized"),
        "forbidden": problem(403, "Client Forbidden", "client-forbidden"),
        "no rules": problem(
            *(409, "ConnectionException", "streaming-connection"),
            connection_issue="RuleConfigurationIssue",
            detail="Rules must be configured prior to streaming.",
        ),
        "unavailable": Answer(503, b"<html>Over capacity</html>", html),
        "login page": Answer(200, page, html),
        "redirect": Answer(302, page, html | {"Location": "http://login.invalid/"}),
        "nonsense": Answer(200, b"[1, 2"),
        "old fields": problem(
            400,
            "Invalid Request",
            "invalid-request",
            detail="One or more parameters to your request was invalid.",
            errors=[
                {
                    "message": "The query parameter [tweet.fields] is not one of [post.fields]",
                    "parameters": {"tweet.fields": ["author_id"]},
                }
            ],
        ),
    }[kind]


@dataclass
class Faults:
    """Switch them on and off at any time."""

    next: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Errors to give once each, by endpoint: stream, rules, counts, search, lookup, connections.
    ``hang up`` and ``cut header`` end the connection before and within the answer's head."""
    always: dict[str, str] = field(default_factory=dict)
    """Errors to give until they are taken out."""
    cuts: list[Cut] = field(default_factory=list)
    """How the streams of the next posts end."""
    close_at_once: bool = False
    """Streams end in good order as soon as they begin."""
    silent: bool = False
    """Streams stay open and say nothing, no keep-alive either."""
    drip: float = 0.0
    """Seconds between the bytes of a stream."""
    twice: bool = False
    """Every post comes twice."""
    held_back: int = 0
    """Posts come by so many at once, the last first."""
    playground: bool = False
    """Answers as X's own simulator does, where that is not as X: lines of a stream end with a line
    feed alone; without a rule a stream begins, and is silent; as many streams as are asked for;
    rules are not deleted, with status 200; a full page of search has a next one, which is the same;
    posts that are gone are not looked up, and no error says so."""

    def of(self, endpoint: str) -> str:
        """What to do wrong with this request, "" for nothing."""
        if self.next[endpoint]:
            return self.next[endpoint].pop(0)
        return self.always.get(endpoint, "")

    def end(self) -> None:
        """Do everything right from here on."""
        self.__dict__.update(Faults().__dict__)


def head(status: int, now: datetime, headers: dict[str, str]) -> bytes:
    """The head of an answer."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Date: {format_datetime(now, usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()
