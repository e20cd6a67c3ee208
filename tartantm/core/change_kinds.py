"""What may have changed since a transcript was written: the kinds of change, and words for them."""

from __future__ import annotations

from collections.abc import Mapping

KINDS = {
    "erased": "erased for good",
    "rewritten": "of others rewritten because of an erasure",
    "deleted": "deleted by author or network",
    "redacted": "redacted",
    "hidden": "hidden",
    "muted": "muted",
    "removed": "taken back",
    "edited": "edited since",
    "moved": "placed elsewhere",
    "annotated": "with another note, mark or star",
    "shown": "shown again",
    "added": "added",
    "other": "other facts, headings or summaries changed",
}
"""Kinds of change, in the order in which they are named, and what is said of them."""


def known_changes(changes: Mapping[str, int]) -> dict[str, int]:
    """Returns the changes of known kinds, in their order: the file may come from somebody else."""
    return {kind: changes[kind] for kind in KINDS if changes.get(kind, 0) > 0}


def changes_in_words(changes: Mapping[str, int]) -> str:
    """Returns "2 posts redacted, 1 deleted by author or network"; "" where nothing changed."""
    words: list[str] = []
    noun = True
    for kind, number in known_changes(changes).items():
        if kind == "other":
            words.append(KINDS[kind])
            continue
        unit = (" post" if number == 1 else " posts") * noun
        noun = False
        words.append(f"{number:,}{unit} {KINDS[kind]}")
    return ", ".join(words)
