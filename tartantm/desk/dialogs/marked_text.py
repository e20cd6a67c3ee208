"""Words that stand out in a text, also where there are no colours."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from tartantm.desk.shown_text import shown_text

HIT = "bold reverse"


def marked(text: str, spans: Iterable[tuple[int, int]], begin: int = 0) -> Content:
    """Returns a text from `begin` on in which these spans stand out."""
    pieces: list[Content] = []
    at = begin
    for start, end in sorted(spans):
        if end <= at:
            continue
        start = max(start, at)
        pieces += [
            Content(shown_text(text[at:start])),
            Content.styled(shown_text(text[start:end]), HIT),
        ]
        at = end
    return Content("").join([*pieces, Content(shown_text(text[at:]))])
