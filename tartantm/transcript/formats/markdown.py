"""The transcript as Markdown (CommonMark) that can also be read as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from tartantm.core.post import Link
from tartantm.transcript.clean_text import cleaned, excerpt, one_line
from tartantm.transcript.formats import about, phrases
from tartantm.transcript.formats.context import (
    context_facts,
    context_words,
    contexts,
    listed_words,
)
from tartantm.transcript.formats.phrases import count
from tartantm.transcript.model import Context, Item, Part, Speaker, Transcript
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.speakers import network_name
from tartantm.transcript.times import clock_on, stamp
from tartantm.transcript.web_links import link_spans

_SPECIAL = "\\`*_{}[]<>&|~#!$^"
# What has a meaning only at the start of a line: bullets, numbers, rules, underlines, fences.
_BEGINNING = re.compile(r"(?m)^(\d{1,9}(?=[.)])|(?=[-+=:]))")
_BARE = re.compile(r"(?i)(?<=\bwww)\.")
_BREAK = re.compile(r"(?<!\n)\n(?!\n)")


def md(text: str) -> str:
    """Returns `text` escaped, so that no character of it is taken for Markdown."""
    return _escape_line_starts(_escaped(cleaned(text)))


def _escaped(text: str) -> str:
    for character in _SPECIAL:
        if character in text:
            text = text.replace(character, f"\\{character}")
    # Many viewers turn bare URLs into links; which are links is decided in `link_spans`.
    if "://" in text:
        text = text.replace("://", "\\://")
    return _BARE.sub(r"\\.", text) if "." in text else text


def _escape_line_starts(text: str) -> str:
    """Returns `text` with the characters escaped that have a meaning at the start of a line."""
    if "\n" not in text and (not text or text[0] not in "0123456789-+=:"):
        return text
    return _BEGINNING.sub(lambda match: match[0] + "\\", text)


def write(transcript: Transcript, options: ExportOptions) -> Iterator[str]:
    """Yields the file, piece by piece."""
    yield _front(transcript, options)
    yield f"# {md(one_line(transcript.title)) or 'Transcript'}\n\n"
    if transcript.hashtags:
        yield f"{md(' '.join(transcript.hashtags))}\n\n"
    for name, what in phrases.facts(transcript):
        yield f"- {name}: {md(what)}\n"
    if transcript.summary:
        yield f"\n## Moderator’s summary\n\n{_paragraphs(transcript.summary)}\n"
    if transcript.highlights:
        yield "\n## Highlights\n\n"
        yield from map(_listed, transcript.highlights)
    if transcript.marked:
        yield "\n## What came of it\n"
        for mark, items in transcript.marked.items():
            yield f"\n### {phrases.OUTCOMES[mark]}\n\n"
            yield from map(_listed, items)
    posts = _Posts(transcript)
    for part in transcript.parts:
        yield from _part(transcript, part, posts)
    yield from _appendices(transcript)


def _front(transcript: Transcript, options: ExportOptions) -> str:
    """Returns the YAML front matter; JSON strings are valid YAML strings."""
    facts = {
        "title": transcript.title,
        "date": stamp(transcript.starts) if transcript.starts else None,
        "timezone": transcript.timezone,
        "lang": options.language,
        "posts": transcript.statistics.posts,
        "people": transcript.statistics.people,
        "questions": len(transcript.statistics.questions) - 1,
    }
    rows = (f"{key}: {json.dumps(value)}\n" for key, value in facts.items() if value is not None)
    return f"---\n{''.join(rows)}---\n\n"


def _part(transcript: Transcript, part: Part, posts: _Posts) -> Iterator[str]:
    yield f"\n## {md(phrases.part_title(part))}\n\n{phrases.part_facts(part, transcript)}\n"
    if part.summary:
        yield f"\n**Moderator’s summary:** {_paragraphs(part.summary)}\n"
    yield from map(posts.post, part.items)
    if part.also:
        yield f"\nAlso answered in {md('; '.join(map(phrases.elsewhere, part.also)))}\n"


class _Posts:
    """Makes the Markdown of posts for one transcript."""

    def __init__(self, transcript: Transcript) -> None:
        self._day = transcript.day
        self._heads: dict[int, tuple[str, str]] = {}

    def post(self, item: Item) -> str:
        """Returns who, when and from where, the text as a quotation, and the moderator's note."""
        name, who = self._heads.get(id(item.speaker)) or self._head(item.speaker)
        number = f"\\#{item.number}"
        if item.url:
            number = f"[{number}](<{_address(item.url)}>)"
        facts = md(", ".join(phrases.item_facts(item)))
        about = f"{who}, {facts}" if facts and who else who or facts
        block = f"\n**{name}** ({clock_on(item.at, self._day)}, {number}; {about})\n\n"
        if item.withheld:
            block += "> Read this post on X.\n"
        if item.post.content_warning:
            block += f"> Content warning: {md(item.post.content_warning)}\n>\n"
        if item.post.text:
            rows = _paragraphs(item.post.text, item.post.links)
            block += "> " + rows.replace("\n", "\n> ").replace("\n> \n", "\n>\n") + "\n"
        if item.reposted:
            block = block.rstrip("\n") + "\n" + _context("Reposting", item.reposted, item)
        for what, context in contexts(item):
            block += _context(what, context, item)
        if item.folds or item.post.media:
            block += "".join(f"\n{md(words)}\n" for words in phrases.after(item))
        if item.note:
            block += f"\n**Moderator’s note:** {_paragraphs(item.note)}\n"
        return block

    def _head(self, speaker: Speaker) -> tuple[str, str]:
        who = [word for word in (speaker.handle, speaker.organisation, speaker.role) if word]
        if who and who[0].lstrip("@") == speaker.name:
            del who[0]
        if speaker.network != "room":
            who.append(network_name(speaker.network))
        head = self._heads[id(speaker)] = md(speaker.name), md(", ".join(who))
        return head


def _context(what: str, context: Context, item: Item) -> str:
    """Returns what came along with a post: who said it, when and where, and a quotation of it."""
    where = md(network_name(context.network))
    where = f"[{where}](<{_address(context.url)}>)" if context.url else where
    facts = ", ".join([where, *map(md, context_facts(context, item))])
    head = f"{what} **{md(context.who)}** ({facts})"
    said = context_words(context, whole=context is not item.answered)
    if not said:
        return f"\n{head}\n"
    rows = _paragraphs(said, context.post.links if context is not item.answered else ())
    quotation = rows.replace("\n", "\n> > ").replace("\n> > \n", "\n> >\n")
    return f"\n{head}:\n\n> > {quotation}\n"


def _paragraphs(text: str, links: Iterable[Link] = ()) -> str:
    """Returns clean text as Markdown with links and line breaks."""
    if links or "://" in text:
        pieces = link_spans(text, links)
        whole = "".join(_link(url, shown) if url else _escaped(shown) for shown, url in pieces)
    else:
        whole = _escaped(text)
    whole = _escape_line_starts(whole)
    return _BREAK.sub("\\\\\n", whole) if "\n" in whole else whole


def _link(url: str, shown: str) -> str:
    # Autolinks decode entities, and some renderers show punycode as the letters it imitates.
    if shown == url and "&" not in url and "xn--" not in url:
        return f"<{url}>"
    return f"[{_escaped(shown)}](<{_address(url)}>)"


def _address(url: str) -> str:
    """Returns a URL for use within angle brackets, where Markdown still decodes entities."""
    return url.replace("&", "&amp;")


def _listed(item: Item) -> str:
    said = "" if item.withheld else f"“{md(listed_words(item))}” "
    note = f" (note: {md(excerpt(item.note))})" if item.note else ""
    return f"- {said}{md(item.speaker.name)}, \\#{item.number}{note}\n"


def _appendices(transcript: Transcript) -> Iterator[str]:
    if transcript.links:
        yield "\n## Links shared\n\n"
        for link in transcript.links:
            title = f"{md(link.title)}: " if link.title else ""
            posts = ", ".join(f"\\#{item.number}" for item in link.items)
            yield (
                f"1. {title}{_link(link.url, link.url)}"
                f" ({md(phrases.listed(link.shared_by))} in {posts})\n"
            )
    if transcript.participants:
        yield "\n## Who took part\n\n"
        for one in transcript.participants:
            accounts = [phrases.account(one) for one in one.accounts]
            facts = [one.organisation, one.role, *accounts, count(one.posts, "post")]
            yield f"- {md(', '.join(fact for fact in (one.name, *facts) if fact))}\n"
    yield "\n## About this transcript\n\n"
    told = []
    for paragraph in about.paragraphs(transcript, md, md):
        told.append(paragraph.words)
        if paragraph.items:
            told.append("\n".join(f"- {item}" for item in paragraph.items))
    yield "\n\n".join(told) + "\n"
