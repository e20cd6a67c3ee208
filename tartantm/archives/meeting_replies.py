"""What Zoom writes into the words of a saved chat: whom somebody answers, and signs of approval.

    Replying to "A1: one that I can l..."

    Exactly that

The first line has somebody else's words, cut short; they stand above already.
"""

from __future__ import annotations

import re
from collections import deque

from tartantm.core.post import Post

MOST = 1_000
"""Posts above among which an answered one is looked for."""

_REPLYING = re.compile(
    r"(?s)\s{0,9}Replying to [\"“](?P<words>.{1,500}?)[\"”][ \t]{0,9}\n\s*+(?P<rest>.++)"
)
_REACTED = re.compile(
    r"(?s)\s{0,9}(?:Reacted to [\"“].{0,500}[\"”] with \S{1,40}"
    r"|Removed an? \S{1,40} reaction from [\"“].{0,500}[\"”])\s{0,9}"
)
_CUT = ("...", "…")


def is_reaction(words: str) -> bool:
    """Whether words say nothing but that somebody liked a post."""
    return _REACTED.fullmatch(words) is not None


class MeetingReplies:
    """Knows the posts above."""

    def __init__(self) -> None:
        self._above: deque[tuple[str, str]] = deque(maxlen=MOST)
        """Words on one line, and the post's id."""

    def add(self, post: Post) -> None:
        """Remember a post that may be answered below."""
        if post.visibility == "public":
            self._above.append((_plain(post.text), post.id))

    def taken_apart(self, words: str) -> tuple[str, str | None]:
        """Returns somebody's own words, and the id of the post that they answer.

        Words that stand nowhere above stay where they are, and the id is None.
        """
        found = _REPLYING.match(words)
        if found is None:
            return words, None
        quoted = _plain(found["words"])
        cut = next((end for end in _CUT if quoted.endswith(end)), "")
        quoted = quoted.removesuffix(cut).rstrip()
        for text, name in reversed(self._above):
            if text.startswith(quoted) if cut else text == quoted:
                return found["rest"], name
        return words, None


def _plain(text: str) -> str:
    return " ".join(text.split())
