"""What mastodon-archive (github.com/kensanata/mastodon-archive) saves of an account.

One object: ``account``, ``statuses`` as Mastodon's API returns them, and beside them
``favourites``, ``bookmarks``, ``mentions`` and people. Only the statuses are read: the others are
what somebody else wrote on any day, and a mention may not have been for everybody. Of a large file
the statuses are read one by one, as statuses of Mastodon.
"""

from __future__ import annotations

from tartantm.archives.shape import Context, JsonFormat
from tartantm.core.post import Post
from tartantm.networks.heard import Parsed, Unreadable
from tartantm.networks.json_fields import Json, host, mapping, raw
from tartantm.networks.mastodon import payload

_BESIDE = ("favourites", "bookmarks", "mentions", "followers", "following", "mutes", "blocks")


def _read(value: Json, context: Context) -> Parsed | None:
    statuses = value.get("statuses")
    account = mapping(value, "account")
    if not account or not isinstance(statuses, list) or not any(key in value for key in _BESIDE):
        return None
    # All were asked for on the server where the account is at home.
    server = host(raw(account, "url", "uri")) or context.server
    parsed = Parsed()
    for status in statuses:
        try:
            parsed.heard.append(_post(status, server))
        except Unreadable as problem:
            parsed.problems.append(str(problem))
    return parsed


def _post(status: object, server: str) -> Post:
    if not isinstance(status, dict) or not payload.is_readable(status):
        raise Unreadable("a status has no id or no time")
    return payload.post_of(status, server or payload.server_of(status) or "unknown")


MASTODON_ARCHIVE = JsonFormat("mastodon-archive", "mastodon-archive", _read, one_account=True)
