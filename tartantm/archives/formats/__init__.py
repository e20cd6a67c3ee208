"""The formats that recorded posts come in, one small module each; `ALL` is the list of them.

To read another format, write a module beside these and add it to `ALL`.
"""

from __future__ import annotations

from tartantm.archives.formats import irc, own, paste, recordings
from tartantm.archives.shape import Format

ALL: tuple[Format, ...] = (
    own.OWN,
    recordings.BLUESKY,
    recordings.MASTODON,
    recordings.X_V2,
    *irc.IRC,
    paste.TABLE,
    *paste.PASTE,
)
"""In the order in which they are asked; the first that knows a value reads it."""
