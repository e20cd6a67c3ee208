"""What live sources record: JSON of X's API v2, of Mastodon, and of Bluesky."""

from __future__ import annotations

from tartantm.archives.formats import bluesky_shapes
from tartantm.archives.formats.atproto_sdk import is_of_sdk
from tartantm.archives.shape import Context, JsonFormat
from tartantm.networks.heard import Parsed
from tartantm.networks.json_fields import Json
from tartantm.networks.mastodon import payload as mastodon_payload
from tartantm.networks.x import payload as x_payload


def _bluesky(value: Json, context: Context) -> Parsed | None:
    return None if is_of_sdk(value) else bluesky_shapes.read(value, context.memory)


def _mastodon(value: Json, context: Context) -> Parsed | None:
    if not mastodon_payload.is_mastodon(value):
        return None
    return mastodon_payload.read(value, context.server)


def _x(value: Json, _: Context) -> Parsed | None:
    return x_payload.read(value)


BLUESKY = JsonFormat("bluesky", "Bluesky", _bluesky)
MASTODON = JsonFormat("mastodon", "Mastodon", _mastodon)
X_V2 = JsonFormat("x", "X API v2", _x)
