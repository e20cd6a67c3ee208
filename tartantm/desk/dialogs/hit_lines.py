"""What a phrase hits, as lines of its dialog: posts, how many more, notes and summaries."""

from __future__ import annotations

from textual.content import Content

from tartantm.desk.dialogs.marked_text import marked
from tartantm.desk.phrase_hits import Hit, PhraseHits
from tartantm.desk.shown_text import shown_text

NAME_CELLS = 14
"""Cells for the author's name at the head of a line."""


def more_lines(hits: PhraseHits) -> list[str]:
    """Returns what is hit besides the posts that are listed."""
    more = hits.posts(exact=False) - len(hits.first)
    noted = [f"{n} {one if n == 1 else many}" for (one, many), n in hits.noted.items()]
    return [f"and {more} more"] * (more > 0) + [f"Also in {', '.join(noted)}."] * bool(noted)


def hit_line(hit: Hit, width: int) -> Content:
    """A post that a phrase hits on one line, with the words around what was hit."""
    author = shown_text(hit.entry.post.author.shown) or "nobody named"
    head = f"#{hit.entry.number:<4} "
    room = max(12, width - len(head) - NAME_CELLS - 2)
    begin = max(0, min(hit.spans[0][0] - room // 3, len(hit.text) - room))
    words = marked(hit.text.replace("\n", " "), hit.spans, begin)
    if begin:
        words = Content.assemble("…", words)
    return Content.assemble(
        Content.styled(head, "$muted"),
        Content(author).truncate(NAME_CELLS, ellipsis=True, pad=True),
        "  ",
        words.truncate(room, ellipsis=True),
    )
