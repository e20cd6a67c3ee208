"""Text as terminals can draw it."""

from __future__ import annotations

import re

_COMBINING = re.compile(r"([̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]{4})[̀-ͯ҃-҉᪰-᫿᷀-᷿⃐-⃿︠-︯]+")


def shown_text(text: str) -> str:
    """Text as a terminal can draw it: at most four marks on one letter."""
    return _COMBINING.sub(r"\1", text)
