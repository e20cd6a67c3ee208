"""What came along with a post, in words that the formats for people share."""

from __future__ import annotations

from collections.abc import Iterator

from tartantm.transcript.clean_text import excerpt
from tartantm.transcript.formats.phrases import redacted_at
from tartantm.transcript.model import Context, Item
from tartantm.transcript.speakers import network_name
from tartantm.transcript.times import clock_on


def contexts(item: Item) -> Iterator[tuple[str, Context]]:
    """Yields what a post quotes and what it replies to, with the word that says which."""
    if item.answered:
        yield "Replying to", item.answered
    if item.quoted:
        yield "Quoting", item.quoted


def context_facts(context: Context, item: Item) -> Iterator[str]:
    """Yields when a carried post was written, by which number to ask for its removal, and so on."""
    if context.at:
        yield clock_on(context.at, item.at)
    yield f"#{context.number}"
    if context.cut:
        yield f"cut by {network_name(context.network)}"
    if context.redacted:
        yield f"redacted {redacted_at(context.redacted, item.at)}"
    if context.hidden:
        yield "hidden by the moderator"


def context_words(context: Context, *, whole: bool = True) -> str:
    """Returns the words of a carried post, or their beginning; "" where they are left on X."""
    if context.withheld:
        return ""
    post = context.post
    warning = f"(content warning: {post.content_warning}) " if post.content_warning else ""
    text = post.text or "; ".join(medium.alt or medium.kind for medium in post.media)
    return warning + (text if whole else excerpt(text))


def listed_words(item: Item) -> str:
    """Returns the beginning of what a post says for a list: of a repost, what it repeats."""
    if item.reposted and not item.reposted.withheld:
        return f"{item.reposted.called}: {excerpt(item.reposted.post.text)}"
    return excerpt(item.post.text)
