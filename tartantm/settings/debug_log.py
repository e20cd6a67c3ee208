"""The debug log: what was asked of which network, and why a source changed its state.

It is written only where the environment variable ``TARTANTM_DEBUG`` is set: one line for each
request (method, address, status, bytes, milliseconds), change of state and retry, in UTC. It
rotates at a megabyte, with three older files kept, and only its owner can read it. Tokens are
masked as in `fault_log`; of an address, user names, passwords and the values of unknown parameters
are left out. Nor is anybody named: of the posts and accounts that were asked for, only the number
is written, see `nameless`.

A line is handed to the system at once and nothing is waited for, so that none is missing after a
crash. Whatever goes wrong with the log (no folder, a full disk) costs lines of the log and nothing
else.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from logging import Logger

VARIABLE = "TARTANTM_DEBUG"

LARGEST, OLDER_FILES = 1_000_000, 3
"""Bytes of one file, and how many full ones are kept beside it."""

LONGEST_LINE = 2000
"""Characters; servers write their reasons as long as they like."""

SHOWN_PARAMETERS = frozenset(
    [
        "depth",
        "limit",
        "max_results",
        "parentHeight",
        "q",
        "query",
        "since",
        "sort",
        "start_time",
        "tag",
        "wantedCollections",
    ]
)
"""Parameters whose values are written. Any other may be a key to somebody's feed, or an id."""

COUNTED_PARAMETERS = frozenset(["actors", "id[]", "ids", "uris"])
"""Parameters that name posts or people, of which it is written how many were named."""

_logger: Logger | None = None
_logs_to: Path | None = None


def is_on() -> bool:
    """Whether the debug log was asked for."""
    return bool(os.environ.get(VARIABLE))


def path() -> Path:
    """Where the debug log is written."""
    from tartantm.settings.paths import paths

    return paths().state / "debug.log"


def write(line: str) -> None:
    """Write one line, without secrets and people; nothing where the debug log is not on."""
    if is_on():
        with suppress(Exception):  # A log that cannot be written must not end the evening.
            _open_logger().debug("%s", line)


def write_request(
    method: str, url: str, began: float, outcome: str, size: int | None = None
) -> None:
    """Write what was asked of a network and what came of it.

    `began` is by `time.monotonic`; `outcome` is the HTTP status or the kind of the failure, and
    `size` the bytes received, None where there is no answer to count.
    """
    if is_on():
        took = (time.monotonic() - began) * 1000
        received = "" if size is None else f", {size} bytes"
        write(f"{method} {shown(url)}: {outcome}{received}, {took:.0f} ms")


def shown(url: str) -> str:
    """An address without what may be secret in it."""
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "an address that cannot be read"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{_query(query)}"


def _query(parameters: Iterable[tuple[str, str]]) -> str:
    pairs: dict[str, str] = {}
    named: Counter[str] = Counter()
    for name, value in parameters:
        if name in COUNTED_PARAMETERS:
            named[name] += value.count(",") + 1
            pairs[name] = f"{name}=({named[name]})"
        else:
            shown = value if name in SHOWN_PARAMETERS else "…"
            pairs[f"{name}={shown}"] = f"{name}={shown}"
    return "?" + "&".join(pairs.values()) if pairs else ""


def _open_logger() -> Logger:
    """The logger that writes to `path`; made at the first line, and anew where the path changes."""
    global _logger, _logs_to
    target = path()
    if _logger is None or target != _logs_to:
        if _logger is not None:
            for handler in _logger.handlers:
                with suppress(OSError):  # what waited for a full disk is lost, and no more
                    handler.close()
        _logger, _logs_to = _new_logger(target), target
    return _logger


def _new_logger(target: Path) -> Logger:
    """A logger of its own, no child of the root: nothing it writes reaches the terminal."""
    # Loaded only here, since hardly anybody sets the variable.
    import logging
    from logging.handlers import RotatingFileHandler

    from tartantm.core.errors import TartantmError
    from tartantm.core.post import clean
    from tartantm.settings.credentials import mask_secrets
    from tartantm.settings.nameless import nameless
    from tartantm.settings.paths import ensure_folder

    class PrivateRotatingFile(RotatingFileHandler):
        """Rotates; every new file is made for its owner alone, and faults are passed over."""

        def doRollover(self) -> None:
            super().doRollover()
            _make_private(target)

        def handleError(self, record: logging.LogRecord) -> None:
            """The disk is full, say; logging itself would print that over the screen."""

    class Masked(logging.Formatter):
        """One line a record: the time in UTC, the process, and words without tokens and people."""

        converter = staticmethod(time.gmtime)

        def format(self, record: logging.LogRecord) -> str:
            line = mask_secrets(clean(super().format(record), lines=False))
            return nameless(line)[:LONGEST_LINE]

    logger = logging.Logger("tartantm.debug", logging.DEBUG)
    try:
        ensure_folder(target.parent)
        _make_private(target)
        handler: logging.Handler = PrivateRotatingFile(
            target,
            maxBytes=LARGEST,
            backupCount=OLDER_FILES,
            encoding="utf-8",
            errors="replace",
            delay=True,
        )
    except (OSError, TartantmError):
        handler = logging.NullHandler()  # It is not tried again for every line.
    handler.setFormatter(
        Masked("%(asctime)s.%(msecs)03dZ %(process)d %(message)s", "%Y-%m-%dT%H:%M:%S")
    )
    logger.addHandler(handler)
    return logger


def _make_private(target: Path) -> None:
    """Make the file where it is missing, readable by its owner alone."""
    from tartantm.settings.file_guard import open_to_append

    os.close(open_to_append(target))
