"""What a phrase hits, as lines of its dialog: posts, then notes, summaries and questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual.content import Content

from tartantm.desk.dialogs.marked_text import marked
from tartantm.desk.phrase_hits import Hit
from tartantm.desk.shown_text import shown_text

_MANY = {"note": "notes", "summary": "summaries", "question": "questions"}

NAME_CELLS = 14
"""Cells for the author's name at the head of a line."""


def in_part(first: int, shown: int, hits: Sequence[Hit]) -> str:
    """Returns what to say where not all are shown: "6 to 10 of 31, with 1 note, 2 summaries"."""
    if len(hits) <= shown:
        return ""
    noted = Counter(hit.by for hit in hits if not hit.is_post)
    more = [f"{n} {what if n == 1 else _MANY[what]}" for what, n in noted.items()]
    with_ = f", with {', '.join(more)}" if more else ""
    return f"{first + 1} to {min(first + shown, len(hits))} of {len(hits)}{with_}"


def hit_line(hit: Hit, width: int) -> Content:
    """A place that a phrase hits on one line, with the words around what was hit."""
    author = shown_text(hit.by) or "nobody named"
    head = f"{hit.where or 'chat':<5} "
    room = max(12, width - len(head) - NAME_CELLS - 2)
    # One cell is the ellipsis', so that the end of a text that is cut at its head is seen.
    most = len(hit.text) - room + 1 if len(hit.text) > room else 0
    begin = max(0, min(hit.spans[0][0] - room // 3, most))
    words = marked(hit.text.replace("\n", " "), hit.spans, begin)
    if begin:
        words = Content.assemble("…", words)
    return Content.assemble(
        Content.styled(head, "$muted"),
        Content(author).truncate(NAME_CELLS, ellipsis=True, pad=True),
        "  ",
        words.truncate(room, ellipsis=True),
    )
