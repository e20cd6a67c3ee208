"""The leak report: where somebody or something withheld may still be read in a transcript.

What redactions and pseudonyms replace is gone from there already. Left are the places that no rule
can decide: a first name alone, a name in an address or with another letter, a picture. A person
looks at each, withholds it or finds it harmless.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.folding import letters
from tartantm.core.texts import Place
from tartantm.transcript.build import build
from tartantm.transcript.leak_search import Hit, LeakSearch
from tartantm.transcript.model import LeakCount, Transcript
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.published_texts import PublishedText, published_texts
from tartantm.transcript.visibility import PublicView
from tartantm.transcript.withheld import (
    is_any_withheld,
    withheld,
)

AROUND = 45
"""Characters that an excerpt shows on either side."""


class Leak(NamedTuple):
    """A place where something withheld may still be read. For the moderator only."""

    key: str
    """Keyed hash of number, place, rule and wording, by which it is accepted."""
    number: int
    """The post's number, 0 where it stands in none."""
    post: str | None
    """The post's id in the chat."""
    place: str
    """Where it stands, in words."""
    rule: str
    """What it may be, in words: "a first name"."""
    found: str
    """The wording, as it stands there."""
    excerpt: str
    """The wording with the words around it."""
    accepted: bool
    """Whether the moderator found it harmless."""


def leaks(chat: Chat, options: ExportOptions) -> list[Leak]:
    """Returns what may still be read in a transcript with these options, accepted ones too.

    In the order of the transcript. Nothing is found where nothing is withheld.
    """
    if not is_any_withheld(chat, options):
        return []
    view = PublicView(chat, options)
    return leaks_in(chat, view, build(view))


def leaks_in(chat: Chat, view: PublicView, transcript: Transcript) -> list[Leak]:
    """Returns what may still be read in a transcript that was built from a view of a chat."""
    sought = withheld(chat, view.options)
    if not sought:
        return []
    posts = {entry.seq: entry.id for entry in chat.entries.values()}
    numbers = {entry.id: entry.seq for entry in view.visible}
    search = LeakSearch(sought, transcript)
    found: dict[str, Leak] = {}
    for text in (*published_texts(transcript), *_earlier(view, transcript)):
        for hit in search.find(text):
            number = numbers.get(text.item.post.id, 0) if text.item else 0
            key = _key(chat.salt, number, text, hit)
            if key not in found:
                found[key] = Leak(
                    key,
                    number,
                    posts.get(number),
                    text.place,
                    hit.rule,
                    hit.found,
                    _excerpt(text.words, hit),
                    key in chat.accepted_leaks,
                )
    return list(found.values())


def count_of(found: Sequence[Leak]) -> LeakCount:
    """Returns how many places were found harmless, and how many nobody decided on."""
    accepted = sum(leak.accepted for leak in found)
    return LeakCount(accepted, len(found) - accepted)


def _earlier(view: PublicView, transcript: Transcript) -> Iterator[PublishedText]:
    """Yields former wordings, which only the archive has."""
    items = {item.post.id: item for item in transcript.posts}
    for entry in view.visible:
        for wording in entry.earlier:
            yield PublishedText(wording.text, Place.EARLIER.value, items.get(entry.id))


def _excerpt(text: str, hit: Hit) -> str:
    start, end = max(0, hit.start - AROUND), min(len(text), hit.end + AROUND)
    inside = " ".join(text[start:end].split())
    return "…" * (start > 0) + inside + "…" * (end < len(text))


def _key(salt: str, number: int, text: PublishedText, hit: Hit) -> str:
    """Returns what a place is accepted by: with other words around it, it is another place."""
    found = letters(hit.found), letters(text.words)
    named = "\0".join((str(number), text.place, hit.rule, *found))
    key = salt.encode()[:64]
    return blake2b(named.encode("utf-8", "replace"), key=key, digest_size=6).hexdigest()
