"""The formats that recorded posts come in, one small module each; `ALL` is the list of them.

To read another format, write a module beside these and add it to `ALL`.
"""

from __future__ import annotations

from tartantm.archives.formats import (
    atproto_sdk,
    bluesky_repository,
    feeds,
    irc,
    json_feed,
    mastodon_archive,
    outbox,
    own,
    paste,
    pstweetchat,
    recordings,
    storify,
)
from tartantm.archives.formats.x_archive import X_ARCHIVE
from tartantm.archives.formats.x_scraped import SNSCRAPE, TWINT
from tartantm.archives.formats.x_table import X_TABLE
from tartantm.archives.formats.x_v1 import X_V1
from tartantm.archives.formats.x_web import X_WEB
from tartantm.archives.shape import Format

ALL: tuple[Format, ...] = (
    own.OWN,
    recordings.BLUESKY,
    recordings.MASTODON,
    recordings.X_V2,
    mastodon_archive.MASTODON_ARCHIVE,
    outbox.OUTBOX,
    atproto_sdk.ATPROTO_SDK,
    storify.STORIFY,
    bluesky_repository.BLUESKY_REPOSITORY,
    feeds.FEED,
    json_feed.JSON_FEED,
    pstweetchat.PSTWEETCHAT,
    X_ARCHIVE,
    X_V1,
    X_WEB,
    SNSCRAPE,
    TWINT,
    X_TABLE,
    *irc.IRC,
    paste.TABLE,
    *paste.PASTE,
)
"""In the order in which they are asked; the first that knows a value reads it."""
