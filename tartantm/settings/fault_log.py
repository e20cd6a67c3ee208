"""Unexpected exceptions: the traceback goes to the log file, one sentence to the user.

What the exception quotes may be anybody's words, which a log file must not keep: there, it is left
out. The user sees all of it.
"""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Callable
from typing import TypeVar

from tartantm.core.errors import TartantmError
from tartantm.core.post import clean
from tartantm.settings.credentials import mask_secrets
from tartantm.settings.file_guard import open_to_append
from tartantm.settings.nameless import wordless
from tartantm.settings.paths import ensure_folder, paths

T = TypeVar("T")
Other = TypeVar("Other")

_FRAME = re.compile(r'[\s|+-]*File "')
"""How a piece of a traceback begins that says where in the program it was."""


def in_full(error: BaseException) -> str:
    """The traceback without the values of variables, without secrets and without control codes."""
    return _clean("".join(traceback.format_exception(error)))


def _without_words(error: BaseException) -> str:
    """The traceback as `in_full` has it, with nothing in it that an exception quotes."""
    pieces = map(_clean, traceback.format_exception(error))
    # Of a frame nothing is left out: it has the words of our own code.
    return "".join(each if _FRAME.match(each) else wordless(each) for each in pieces)


def _clean(text: str) -> str:
    return mask_secrets("".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text))


def log_fault(error: BaseException) -> str:
    """Append the traceback to the log file; returns the sentence for the user.

    A log that cannot be written costs the traceback and nothing else.
    """
    words = f"something went wrong that should not have: {type(error).__name__}: {error}."
    words = mask_secrets(clean(words, lines=False))
    try:
        path = paths().log
        ensure_folder(path.parent)
        handle = open_to_append(path)
        with os.fdopen(handle, "a", encoding="utf-8") as log:
            log.write(_without_words(error))
    except (OSError, TartantmError):
        return words
    return f"{words} Details are in {path}."


def guarded(ask: Callable[[], T], otherwise: Other) -> T | Other:
    """What `ask` returns; where it fails, that is logged and the answer is `otherwise`.

    For what may fail over the words of strangers and must cost nothing else, such as grouping.
    """
    try:
        return ask()
    except Exception as error:
        log_fault(error)
        return otherwise
