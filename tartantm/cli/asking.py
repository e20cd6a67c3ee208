"""Questions of commands to whoever sits at the terminal."""

from __future__ import annotations

import sys


def can_answer() -> bool:
    """Whether somebody is there who can answer."""
    return sys.stdin.isatty()


def agreed(question: str) -> bool:
    """Ask a question that is answered with yes or no; no answer is a no."""
    try:
        return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        return False
