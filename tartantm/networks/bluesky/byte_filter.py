"""Whether the bytes of a message can hold a hashtag at all, told without decoding them.

Looked for is the longest run of ASCII letters of each hashtag. In a message without escapes such a
run stands as it is, in upper or lower case, but for the few letters beyond ASCII that fold to ASCII
(the Kelvin sign is a k) and those that vanish when text is cleaned (a word joiner): where one of
them stands, nothing is ruled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FOLDING = {
    **{"ß": "ss", "ẞ": "ss", "ſ": "s", "\u212a": "k", "İ": "i", "ŉ": "n", "ǰ": "j"},
    **{"ẖ": "h", "ẗ": "t", "ẘ": "w", "ẙ": "y", "ẚ": "a"},
    **{"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"},
}
"""Letters beyond ASCII, and the ASCII letters that they hold when case does not count."""

VANISHING = (
    *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2060"),
    *("\u2066", "\u2067", "\u2068", "\u2069", "\ufeff"),
)
"""What cleaning takes out of text; and the tag letters, U+E0000 to U+E007F."""

_ASCII = bytes(range(128))


class ByteFilter:
    """What to look for in messages, for hashtags in the form in which they are compared."""

    def __init__(self, keys: Iterable[str]) -> None:
        runs = {key: max(re.findall("[a-z0-9_]*", key), key=len) for key in keys}
        self._plain = [run.encode() for key, run in runs.items() if key.isascii()]
        """What can stand in a message that is ASCII and has no escapes."""
        self._all = [run.encode() for run in runs.values()]
        odd = [c for c, folded in FOLDING.items() if {*folded} & {*"".join(runs.values())}]
        choices = b"|".join(character.encode() for character in (*VANISHING, *odd))
        self._odd = re.compile(choices + b"|\xf3\xa0[\x80\x81]")

    def may_match(self, message: bytes) -> bool:
        """False only where no hashtag can be in a message without ``\\u`` and ``\\/``."""
        needles = self._plain
        if not message.isascii():
            needles = self._all
            # UTF-8 tells where a letter begins, so that taking out what is ASCII makes none up.
            if self._odd.search(message.translate(None, _ASCII)):
                return True
        low = message.lower()
        return any(needle in low for needle in needles)
