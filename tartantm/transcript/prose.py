"""What every format does with words from outside: one cleaning, and which stretches are links.

A link never reads as another host than the one it leads to, whatever its author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import is_normalized

from tartantm.core.post import Link, clean, safe_url

# Line ends that `clean` would not leave as they are.
_LOOSE = re.compile(r" \n|\n |\n\n\n|\A\n|\n\Z")
_HOST = re.compile(
    r"(?i)(?:(?:[a-z0-9-]+\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?|(?:\d{1,3}\.){3}\d{1,3})(?::\d{1,5})?"
)
_ORDINARY = re.compile(
    r"https?://(?:[a-z0-9-]++\.)++[a-z](?:[a-z0-9-]*[a-z0-9])?(?:[/?][\w\-.~/?@!$&()*+,;=]*+)?",
    re.ASCII,
)
# What RFC 3986 has no room for where it stands: a per cent sign that begins no byte, brackets.
# And what filters of others take for a script, wherever it stands.
_MISPLACED = re.compile(r"(?i)%(?![0-9a-f]{2})|[\[\]\\]|(?<=script):")
_WEB = re.compile(r"(?i)https?://([^/?#]*)")
_BARE = re.compile(r"(?i)\bhttps?://[^\s<>\"'“”«»]+")
_NAMES_HOST = re.compile(r"(?<![\w-])[\w-]++(?:[.。．｡][\w-]++)++")
_SHORTENERS = {"t.co"}
# Controls, odd blanks, direction controls, tags, noncharacters, surrogates.
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028-\u202f\u205f\u2060\u2066-\u2069\u3000\ufeff"
    "\ufdd0-\ufdef\ud800-\udfff\U000e0000-\U000e007f"
    + "".join(f"\\U{p << 16 | 0xFFFE:08x}\\U{p << 16 | 0xFFFF:08x}" for p in range(17))
    + "]"
)


class Span(NamedTuple):
    """A stretch of text; a link where it has a `url`."""

    text: str
    url: str | None = None


def plain(text: str, *, lines: bool = True) -> str:
    """Give `text` as `tartantm.core.post.clean` does; fast where there is nothing to clean."""
    return text if _is_clean(text, lines) else clean(text, lines=lines)


def _is_clean(text: str, lines: bool) -> bool:
    if "  " in text or text[:1] == " " or text[-1:] == " ":
        return False
    if "\n" in text:
        if not lines or _LOOSE.search(text):
            return False
        text = text.replace("\n", "")
    if text.isascii():
        return text.isprintable()
    return not _SUSPECT.search(text) and is_normalized("NFC", text)


def line(text: str) -> str:
    """The same, on one line."""
    return plain(text, lines=False)


def host(url: str) -> str | None:
    """The host of a web address, None where a reader could mistake it or it is none."""
    match = _WEB.match(url)
    return match[1].casefold() if match and _HOST.fullmatch(match[1]) else None


def web(url: str | None) -> str | None:
    """`url` where it is a web address fit to be linked, else None."""
    if url and len(url) < 2000 and _ORDINARY.fullmatch(url):
        return url
    url = safe_url(url)
    if not url or not host(url):
        return None
    address, sign, fragment = _MISPLACED.sub(lambda m: f"%{ord(m[0]):02X}", url).partition("#")
    return address + sign + fragment.replace("#", "%23")


def spans(text: str, links: Iterable[Link] = ()) -> list[Span]:
    """Cut `text` into words and links. Joined, the words are the text; only hosts are added."""
    if not links and "://" not in text:
        return [Span(text)]
    found: list[tuple[int, int, list[Span]]] = []
    for link in links:
        url, shown = web(link.url), line(link.shown)
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
        if url := web(written):
            found.append((match.start(), end, [Span(written, url)]))
    result, done = [], 0
    # At the same place the longest wins: a link's own wording over a bare address within it.
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


def addresses(text: str, links: Iterable[Link] = ()) -> list[tuple[str, str]]:
    """Every web address that a post shares, with its title where the post gave one."""
    shared = {url: line(link.title) for link in links if (url := web(link.url))}
    if "://" in text:
        worded = {line(link.shown) for link in links}
        for match in _BARE.finditer(text):
            written = _trimmed(match[0])
            if written not in worded and (url := web(written)):
                shared.setdefault(url, "")
    return list(shared.items())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: what stands between empty lines."""
    return [part for part in plain(text).split("\n\n") if part]


def brief(text: str, length: int = 320) -> str:
    """The beginning of `text` on one line, cut between words where it is longer."""
    text = " ".join(plain(text).split())
    if len(text) <= length:
        return text
    cut = text[: length - 1].rpartition(" ")[0]
    return (cut if len(cut) > length // 2 else text[: length - 1]) + "…"


def _named(shown: str, url: str | None) -> list[Span]:
    """The link that stands as `shown`: its host can be read, and is the one it leads to."""
    target = host(url) if url else None
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
    """An address without the punctuation of the sentence around it."""
    while address:
        last = address[-1]
        opening = {")": "(", "]": "["}.get(last)
        unopened = opening and address.count(last) > address.count(opening)
        if last not in ".,;:!?…'*_~" and not unopened:
            break
        address = address[:-1]
    return address
