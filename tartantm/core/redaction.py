"""What readers see of posts whose words or author's name the moderator redacted.

Unlike erasing, redacting keeps the original in the session file; no transcript shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from tartantm.core.chat import Chat
from tartantm.core.describe import REASONS
from tartantm.core.events import Reason
from tartantm.core.identity import author_key
from tartantm.core.mutes import Rule, folded_phrase
from tartantm.core.post import Author, Link, Media, Post

REDACTED, WITHHELD = "[redacted]", "[name withheld]"


class Redactions:
    """Applies a chat's redactions as they hold now; with `only`, that one alone."""

    def __init__(self, chat: Chat, only: Rule | None = None) -> None:
        why = {rule: reason for rule, (_, reason) in chat.redactions.items()}
        rules = [only] if only else list(why)
        self._posts = {
            entry.id: _marker(why[kind, value])
            for kind, value in rules
            if kind == "post" and (entry := chat.entry(value)) is not None
        }
        self._authors = {value for kind, value in rules if kind == "author"}
        phrases = [value for kind, value in rules if kind == "phrase"]
        self._phrases = _pattern(re.escape(each) for each in phrases)
        self._markers = {folded_phrase(each): _marker(why["phrase", each]) for each in phrases}
        names = {
            name
            for entry in (chat.entries.values() if self._authors else ())
            if author_key(entry.post) in self._authors
            for name in (entry.post.author.handle, entry.post.author.name)
            if name
        }
        names |= {value.partition(":")[2] for value in self._authors}
        self._names = _pattern(f"@?{re.escape(name)}" for name in names)

    def __bool__(self) -> bool:
        return bool(self._posts or self._authors or self._phrases)

    def touches(self, post: Post) -> bool:
        """Whether readers see this post differently from how it was written."""
        return bool(self) and self.post(post) != post

    def words(self, text: str) -> str:
        """Returns any text (note, reason, title) with redacted names and phrases replaced."""
        if self._names:
            text = self._names.sub(WITHHELD, text)
        if self._phrases:
            text = self._phrases.sub(self._marked, text)
        return text

    def text(self, post: Post) -> str:
        """Returns a post's words as readers see them."""
        return self._posts.get(post.id) or self.words(post.text)

    def author(self, post: Post) -> Author:
        """Returns a post's author as readers see them: no handle, address or id where withheld."""
        if author_key(post) in self._authors:
            return Author(handle="", name=WITHHELD, bot=post.author.bot)
        if self.words(post.author.shown) != post.author.shown:
            return replace(post.author, name=self.words(post.author.shown))
        return post.author

    def post(self, post: Post) -> Post:
        """Returns a post as readers see it, without its address where the original shows more."""
        if not self:
            return post
        text, author = self.text(post), self.author(post)
        withheld = post.id in self._posts
        links = () if withheld else tuple(filter(None, map(self._link, post.links)))
        media = () if withheld else tuple(map(self._medium, post.media))
        handle = post.reply_to_handle
        mentions = tuple(each for each in post.mentions if self.words(f"@{each}") == f"@{each}")
        warning = post.content_warning and self.words(post.content_warning)
        if withheld:  # these are the author's words as well
            warning = None
        seen = replace(
            post,
            text=text,
            author=author,
            links=links,
            media=media,
            mentions=mentions,
            content_warning=warning,
            hashtags=() if withheld else post.hashtags,
            reply_to_handle=handle if handle and self.words(f"@{handle}") == f"@{handle}" else None,
        )
        shows_more = withheld or (text, author, media) != (post.text, post.author, post.media)
        return replace(seen, url=None) if shows_more else seen

    def _marked(self, match: re.Match[str]) -> str:
        return self._markers.get(folded_phrase(match[0]), REDACTED)

    def _link(self, link: Link) -> Link | None:
        """Returns a link, or None where its address contains what is redacted."""
        if self.words(link.url) != link.url:
            return None
        return replace(link, shown=self.words(link.shown), title=self.words(link.title))

    def _medium(self, medium: Media) -> Media:
        return replace(medium, alt=self.words(medium.alt)) if medium.alt else medium


def _marker(reason: Reason) -> str:
    """Returns what stands for redacted words: "[redacted: personal data]"."""
    return f"[redacted: {REASONS[reason]}]" if reason else REDACTED


def _pattern(alternatives: Iterable[str]) -> re.Pattern[str] | None:
    """Returns a pattern for any of some escaped words, the longest first; None for no words."""
    words = sorted(set(alternatives), key=len, reverse=True)
    if not words:
        return None
    spaced = (re.sub(r"(\\\s|\\ )+", r"\\s+", word) for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE)
