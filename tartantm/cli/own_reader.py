"""The reader of the user's own, for the commands that listen or open a session on the desk."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tartantm.settings.config import load

if TYPE_CHECKING:
    from tartantm.capture.own_reader import MakeReader


def own_reader() -> MakeReader | None:
    """Returns what makes the reader of the settings; None, and nothing loaded, where none is set.

    Raises BadInput for one that is beyond this machine without leave.
    """
    config = load()
    if config.grouping.reader is None:
        return None
    from tartantm.settings.reader_address import reader_address

    address = reader_address(config.grouping)
    if address is None or not config.grouping.reader_budget:
        return None
    from tartantm.capture.own_reader import OwnReader, ReaderSettings

    return partial(OwnReader, settings=ReaderSettings.of(config, address))
