"""Mutes: authors and phrases whose posts are all hidden, those that came and those to come."""

from __future__ import annotations

from collections.abc import Iterable

from tartantm.core.entry import Entry
from tartantm.core.identity import author_key

Rule = tuple[str, str]
"""A kind (``author``, ``phrase``, ``post``) and its value, as the events write them."""


def with_rule(rules: tuple[Rule, ...], rule: Rule, *, on: bool) -> tuple[Rule, ...]:
    """Returns the rules with one added or taken away."""
    rest = tuple(each for each in rules if each != rule)
    return (*rest, rule) if on else rest


def folded_phrase(text: str) -> str:
    """Returns a text as phrases are compared: case-folded, runs of white space as one blank."""
    return " ".join(text.casefold().split())


def apply_mutes(entries: Iterable[Entry], mutes: tuple[Rule, ...]) -> list[str]:
    """Set `Entry.muted` by the mutes that hold; return the ids of entries that this changed."""
    authors = {value for kind, value in mutes if kind == "author"}
    phrases = [
        phrase for kind, value in mutes if kind == "phrase" and (phrase := folded_phrase(value))
    ]
    changed = []
    for entry in entries:
        text = folded_phrase(entry.post.text) if phrases else ""
        muted = author_key(entry.post) in authors or any(phrase in text for phrase in phrases)
        if muted != entry.muted:
            entry.muted = muted
            changed.append(entry.id)
    return changed
