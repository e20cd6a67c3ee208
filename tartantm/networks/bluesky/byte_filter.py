"""Rules out, without decoding it, that a stream's message holds a hashtag of the chat.

It searches for the longest run of ASCII letters of each hashtag. In a message without escapes such
a run appears literally, in upper or lower case, unless it is spelt with one of the few letters
beyond ASCII that case-fold to ASCII (the Kelvin sign is a k) or is interrupted by a character that
cleaning removes (a word joiner). A message with any of these is never ruled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FOLDING = {
    "ß": "ss",
    "ẞ": "ss",
    "ſ": "s",
    "\u212a": "k",
    "İ": "i",
    "ŉ": "n",
    "ǰ": "j",
    "ẖ": "h",
    "ẗ": "t",
    "ẘ": "w",
    "ẙ": "y",
    "ẚ": "a",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "ﬅ": "st",
    "ﬆ": "st",
}
"""Letters beyond ASCII, and the ASCII letters that they contain after case folding."""

VANISHING = (
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2060",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
    "\ufeff",
)
"""What cleaning removes from text, beside the tag characters, U+E0000 to U+E007F."""

_ASCII = bytes(range(128))


class ByteFilter:
    """Searches messages for hashtags, which are given as `stream_filter.key_of` makes them."""

    def __init__(self, keys: Iterable[str]) -> None:
        runs = {key: max(re.findall("[a-z0-9_]*", key), key=len) for key in keys}
        self._plain = [run.encode() for key, run in runs.items() if key.isascii()]
        """Runs of the hashtags that can appear in a message of ASCII without escapes."""
        self._all = [run.encode() for run in runs.values()]
        unusual = [c for c, folded in FOLDING.items() if {*folded} & {*"".join(runs.values())}]
        choices = b"|".join(character.encode() for character in (*VANISHING, *unusual))
        self._unusual = re.compile(choices + b"|\xf3\xa0[\x80\x81]")

    def may_match(self, message: bytes) -> bool:
        """False only where no hashtag can be in a message without ``\\u`` and ``\\/``."""
        needles = self._plain
        if not message.isascii():
            needles = self._all
            # No byte of a longer UTF-8 sequence is ASCII, so removing ASCII leaves these whole.
            if self._unusual.search(message.translate(None, _ASCII)):
                return True
        low = message.lower()
        return any(needle in low for needle in needles)
