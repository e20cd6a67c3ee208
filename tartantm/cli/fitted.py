"""Sentences that end their lines between words, where a terminal shows them."""

from __future__ import annotations

import shutil
from textwrap import TextWrapper
from typing import TextIO

NARROWEST = 40
"""Columns; in fewer nothing is read with ease."""


def fitted(words: str, stream: TextIO, indent: int = 0) -> str:
    """Returns `words` as they fit `stream`: as they are where programs may read them.

    Lines after the first begin with `indent` blanks. A word that is too long stays whole, so that
    an address can be copied.
    """
    try:
        if not stream.isatty():
            return words
    except (AttributeError, OSError, ValueError):  # there is none, or it is closed
        return words
    wrapper = TextWrapper(
        width=max(shutil.get_terminal_size().columns - 1, NARROWEST),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(wrapper.fill(line) for line in words.split("\n"))
