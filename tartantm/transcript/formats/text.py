"""The transcript as plain text: one line for each paragraph, no control characters."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tartantm.transcript.clean_text import excerpt, paragraphs
from tartantm.transcript.formats import about, phrases
from tartantm.transcript.formats.context import (
    context_facts,
    context_words,
    contexts,
    listed_words,
)
from tartantm.transcript.formats.phrases import count
from tartantm.transcript.model import Context, Item, Transcript
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.speakers import network_name
from tartantm.transcript.times import clock_on

_ISOLATE, _END = "\u2068", "\u2069"


def write(transcript: Transcript, options: ExportOptions) -> Iterator[str]:
    """Yields the file, line by line."""
    lines = _lines(transcript)
    if options.width > 0:
        wrapper = textwrap.TextWrapper(
            max(options.width, 20), subsequent_indent="    ", break_on_hyphens=False
        )
        lines = (wrapper.fill(one) if one else one for one in lines)
    for one in lines:
        yield f"{one}\n"


def _lines(transcript: Transcript) -> Iterator[str]:
    yield transcript.title or "Transcript"
    if transcript.hashtags:
        yield " ".join(transcript.hashtags)
    for name, what in phrases.facts(transcript):
        yield f"{name}: {what}"
    if transcript.summary:
        yield from _head("Moderator’s summary")
        yield from _rows(transcript.summary)
    if transcript.highlights:
        yield from _head("Highlights")
        yield from map(_listed, transcript.highlights)
    for mark, items in transcript.marked.items():
        yield from _head(phrases.OUTCOMES[mark])
        yield from map(_listed, items)
    for part in transcript.parts:
        yield from _head(phrases.part_title(part))
        yield phrases.part_facts(part, transcript)
        if part.summary:
            yield from _rows(part.summary, "Moderator’s summary: ")
        if part.items:
            yield ""
        for item in part.items:
            yield from _post(item, transcript)
        if part.also:
            yield f"Also answered in {'; '.join(map(phrases.elsewhere, part.also))}"
    yield from _appendices(transcript)


def _head(title: str) -> Iterator[str]:
    yield ""
    yield f"== {title}"


def _post(item: Item, transcript: Transcript) -> Iterator[str]:
    text = item.post.text
    if item.withheld and item.url:
        text = f"Read this post on X: {item.url}"
    if item.post.content_warning:
        text = f"(content warning: {item.post.content_warning}) {text}"
    at = clock_on(item.at, transcript.day)
    who = _apart(item.speaker.name)
    if item.reposted:
        text = context_words(item.reposted)
        who = f"{who} reposted {_apart(item.reposted.who)}"
    yield from _rows(text, f"[{at}] {who}: ", "    ")
    facts = f"#{item.number}"
    for fact in phrases.item_facts(item):
        facts += f", {fact}"
    yield f"    ({facts})"
    if item.reposted:
        yield f"    {_context('Reposting', item.reposted, item)}"
    for what, context in contexts(item):
        said = context_words(context, whole=context is item.quoted)
        yield from _rows(f"{_context(what, context, item)}: {said}", "    ", "        ")
    for words in phrases.after(item):
        yield f"    {words}"
    if item.note:
        yield from _rows(item.note, "    Moderator’s note: ", "    ")


def _context(what: str, context: Context, item: Item) -> str:
    facts = [network_name(context.network), *context_facts(context, item)]
    facts += [context.url] if context.url else []
    return f"{what} {_apart(context.who)} ({', '.join(facts)})"


def _rows(text: str, first: str = "", other: str = "") -> Iterator[str]:
    """Yields the paragraphs of a text, each on one line, after `first` and then `other`."""
    if "\n" not in text:
        yield f"{first}{text}".rstrip()
        return
    start = first
    for paragraph in paragraphs(text) or [""]:
        yield f"{start}{' '.join(paragraph.split())}".rstrip()
        start = other


@lru_cache(maxsize=4096)
def _apart(name: str) -> str:
    """Returns a name, isolated if it is written right to left, so that its line keeps its order."""
    if not name.isascii() and any(
        unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in name
    ):
        return f"{_ISOLATE}{name}{_END}"
    return name


def _listed(item: Item) -> str:
    said = "" if item.withheld else f"“{listed_words(item)}” "
    note = f" (note: {excerpt(item.note)})" if item.note else ""
    return f"- {said}{_apart(item.speaker.name)}, #{item.number}{note}"


def _appendices(transcript: Transcript) -> Iterator[str]:
    if transcript.links:
        yield from _head("Links shared")
        for link in transcript.links:
            title = f"{link.title}: " if link.title else ""
            yield f"- {title}{link.url} ({_numbers(link.items)})"
    if transcript.participants:
        yield from _head("Who took part")
        for one in transcript.participants:
            accounts = [phrases.account(one) for one in one.accounts]
            facts = [one.organisation, one.role, *accounts, count(one.posts, "post")]
            yield f"- {_apart(one.name)}, {', '.join(fact for fact in facts if fact)}"
    yield from _head("About this transcript")
    for paragraph in about.paragraphs(transcript, _apart, str):
        yield paragraph.words
        yield from (f"- {item}" for item in paragraph.items)


def _numbers(items: Iterable[Item]) -> str:
    return ", ".join(f"#{item.number}" for item in items)
