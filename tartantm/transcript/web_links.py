"""URLs in posts: which are fit to be linked, and which stretches of a text are links.

A link never looks as if it led to another host than it does, whatever its author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from tartantm.core.post import Link, safe_url
from tartantm.transcript.clean_text import one_line

_HOST = re.compile(
    r"(?i)(?:(?:[a-z0-9-]+\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?|(?:\d{1,3}\.){3}\d{1,3})(?::\d{1,5})?"
)
_ORDINARY = re.compile(
    r"https?://(?:[a-z0-9-]++\.)++[a-z](?:[a-z0-9-]*[a-z0-9])?(?:[/?][\w\-.~/?@!$&()*+,;=]*+)?",
    re.ASCII,
)
# Characters that RFC 3986 does not allow where they are: brackets, and a per cent sign that starts
# no byte. Also "script:", which other programs' filters take for a script wherever it is.
_MISPLACED = re.compile(r"(?i)%(?![0-9a-f]{2})|[\[\]\\]|(?<=script):")
_WEB = re.compile(r"(?i)https?://([^/?#]*)")
_BARE = re.compile(r"(?i)\bhttps?://[^\s<>\"'“”«»]+")
_NAMES_HOST = re.compile(r"(?<![\w-])[\w-]++(?:[.。．｡][\w-]++)++")
_SHORTENERS = {"t.co"}


class Span(NamedTuple):
    """A stretch of text; a link where it has a `url`."""

    text: str
    url: str | None = None


def url_host(url: str) -> str | None:
    """Returns the host of a URL, None where it has none or one that a reader could mistake."""
    match = _WEB.match(url)
    return match[1].casefold() if match and _HOST.fullmatch(match[1]) else None


def web_url(url: str | None) -> str | None:
    """Returns `url`, escaped where needed, if it is an http(s) URL fit to be linked; else None."""
    if url and len(url) < 2000 and _ORDINARY.fullmatch(url):
        return url
    url = safe_url(url)
    if not url or not url_host(url):
        return None
    address, sign, fragment = _MISPLACED.sub(lambda m: f"%{ord(m[0]):02X}", url).partition("#")
    return address + sign + fragment.replace("#", "%23")


def link_spans(text: str, links: Iterable[Link] = ()) -> list[Span]:
    """Split `text` into plain stretches and links.

    Joined they are the text again, except that a link whose text hides its host gets the host
    added.
    """
    if not links and "://" not in text:
        return [Span(text)]
    found: list[tuple[int, int, list[Span]]] = []
    for link in links:
        url, shown = web_url(link.url), one_line(link.shown)
        if not shown or shown[0] in "#@":
            continue
        start = text.find(shown)
        while start >= 0:
            end = start + len(shown)
            found.append((start, end, _named(shown, url)))
            start = text.find(shown, end)
    for match in _BARE.finditer(text):
        end = match.start() + len(_trimmed(match[0]))
        written = text[match.start() : end]
        if url := web_url(written):
            found.append((match.start(), end, [Span(written, url)]))
    result, done = [], 0
    # At the same place the longest wins: a link's own text over a bare URL within it.
    for start, end, pieces in sorted(found, key=lambda one: (one[0], -one[1])):
        if start < done:
            continue
        if start > done:
            result.append(Span(text[done:start]))
        result += pieces
        done = end
    if done < len(text):
        result.append(Span(text[done:]))
    return result


def shared_urls(text: str, links: Iterable[Link] = ()) -> list[tuple[str, str]]:
    """Returns every URL that a post shares, with its title, "" where the network sent none."""
    shared = {url: one_line(link.title) for link in links if (url := web_url(link.url))}
    if "://" in text:
        worded = {one_line(link.shown) for link in links}
        for match in _BARE.finditer(text):
            written = _trimmed(match[0])
            if written not in worded and (url := web_url(written)):
                shared.setdefault(url, "")
    return list(shared.items())


def _named(shown: str, url: str | None) -> list[Span]:
    """Returns the spans of a link whose text is `shown`, so that its true host can be read."""
    target = url_host(url) if url else None
    if not url or not target:
        return [Span(shown)]
    address = _WEB.match(shown)
    if address and address[1].casefold() in _SHORTENERS:
        return [Span(url, url)]
    if address:
        names = {address[1].casefold()}
    elif " " not in shown and "/" in shown:
        names = {shown.partition("/")[0].casefold()}
    else:
        names = {name.casefold() for name in _NAMES_HOST.findall(shown)}
    if not names:
        return [Span(f"{shown} ({target})", url)]
    # Networks shorten what they show: no scheme, no www., dots for the rest.
    if names == {target} or (not address and {_short(name) for name in names} == {_short(target)}):
        return [Span(shown, url)]
    return [Span(f"{shown} ("), Span(url.partition("://")[2], url), Span(")")]


def _short(name: str) -> str:
    return name.removeprefix("www.").rstrip("….")


def _trimmed(address: str) -> str:
    """Returns a URL without the punctuation of the sentence around it."""
    while address:
        last = address[-1]
        opening = {")": "(", "]": "["}.get(last)
        unopened = opening and address.count(last) > address.count(opening)
        if last not in ".,;:!?…'*_~" and not unopened:
            break
        address = address[:-1]
    return address
