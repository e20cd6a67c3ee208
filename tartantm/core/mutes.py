"""Mutes: authors and phrases that are hidden as a whole, now and when more of them comes."""

from __future__ import annotations

from collections.abc import Iterable

from tartantm.core.entry import Entry
from tartantm.core.identity import author_key

Rule = tuple[str, str]
"""A kind (``author``, ``phrase``, ``post``) and its value, as the events write them."""


def ruled(rules: tuple[Rule, ...], rule: Rule, *, on: bool) -> tuple[Rule, ...]:
    """The rules with one added or taken away."""
    rest = tuple(each for each in rules if each != rule)
    return (*rest, rule) if on else rest


def squeezed(text: str) -> str:
    """A text as phrases are looked for in it: without case, runs of white space as one blank."""
    return " ".join(text.casefold().split())


def mute(entries: Iterable[Entry], mutes: tuple[Rule, ...]) -> list[str]:
    """Set `Entry.muted` by the mutes that hold; gives the ids of entries that this changed."""
    authors = {value for kind, value in mutes if kind == "author"}
    phrases = [phrase for kind, value in mutes if kind == "phrase" and (phrase := squeezed(value))]
    changed = []
    for entry in entries:
        text = squeezed(entry.post.text) if phrases else ""
        muted = author_key(entry.post) in authors or any(phrase in text for phrase in phrases)
        if muted != entry.muted:
            entry.muted = muted
            changed.append(entry.id)
    return changed
