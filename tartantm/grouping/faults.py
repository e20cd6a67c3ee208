"""A fault of grouping costs nothing else: what was asked goes on without it, and it is logged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tartantm.settings.fault_log import log_fault

T = TypeVar("T")
Other = TypeVar("Other")


def guarded(ask: Callable[[], T], otherwise: Other) -> T | Other:
    """What grouping answers, or `otherwise` where it fails; strangers write what it reads."""
    try:
        return ask()
    except Exception as error:
        log_fault(error)
        return otherwise
