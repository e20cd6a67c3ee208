"""An account's own archive from Mastodon, and from Pleroma and others that make one like it.

It is a zip or tar with ``outbox.json``, a collection of activities, and ``actor.json``, the account
(docs.joinmastodon.org/user/moving, and BackupService in Mastodon's source). What was liked and
bookmarked is only named there by address.
"""

from __future__ import annotations

from tartantm.archives.shape import Context, Glance, JsonFormat, says_whose
from tartantm.core.events import Deleted
from tartantm.core.post import Author
from tartantm.networks.heard import Heard, Parsed, Unreadable, carried
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import (
    EPOCH,
    Json,
    host,
    identifier,
    mapping,
    moment,
    raw,
    rows,
)
from tartantm.networks.mastodon.activitypub import (
    POSTS,
    actor_of,
    announced,
    created,
    is_for_everybody,
)

_ACTORS = "actors"
"""The name in `Context.memory` of the accounts that files of actors named, by their address."""

_COLLECTIONS = ("OrderedCollection", "OrderedCollectionPage", "Collection", "CollectionPage")
_ACTIVITIES = ("Create", "Update", "Announce", "Like", "Follow", "Delete", "Undo", "Accept", "Add")
_OTHERS = ("Remove", "Reject", "Block", "Flag", "Move", "EmojiReact")


def _read(value: Json, context: Context) -> Parsed | None:
    kind = value.get("type")
    if not isinstance(kind, str):
        return None
    if kind in _COLLECTIONS:
        return _collection(value)
    if kind in POSTS:
        return Parsed([created(value, _actors(context))]) if "attributedTo" in value else None
    if kind in (*_ACTIVITIES, *_OTHERS) and "actor" in value:
        return _activity(value, kind, context)
    if (account := actor_of(value)) is not None:
        context.account = account
        context.memory.setdefault(_ACTORS, {})[account.id] = account
        return says_whose(context)
    return None


def _collection(value: Json) -> Parsed | None:
    """None for one with items, which are read one by one."""
    items = value.get("orderedItems", value.get("items"))
    if items:
        return None
    if value.get("first") and not isinstance(items, list):
        return Parsed(problems=["it only names the pages that the posts are on"])
    return Parsed()


def _activity(value: Json, kind: str, context: Context) -> Parsed:
    inner = value.get("object")
    if kind == "Announce":
        return Parsed(_announced(value, _actors(context)))
    is_post = isinstance(inner, dict) and inner.get("type") in POSTS
    if kind in ("Create", "Update") and is_post:
        return Parsed([created(value, _actors(context))])
    if kind in ("Delete", "Undo"):
        return Parsed(_taken_back(value, kind))
    if kind == "Create" and isinstance(inner, str):
        return Parsed(problems=["a post is only named by its address, without its words"])
    return Parsed()


def _announced(value: Json, actors: dict[str, Author]) -> list[Heard]:
    """A repost, after the post where that came along."""
    repost, original = announced(value, actors), mapping(value, "object")
    if original.get("type") not in POSTS:
        return [repost]
    try:
        return [*carried(created(original, actors), repost), repost]
    except Unreadable:  # it is somebody else's, and named by its address at least
        return [repost]


def _taken_back(value: Json, kind: str) -> list[Heard]:
    """What somebody deleted of their own, or reposts no more."""
    inner = value.get("object")
    if kind == "Undo" and mapping(value, "object").get("type") != "Announce":
        return []
    gone = identifier(inner.get("id") if isinstance(inner, dict) else inner)
    actor = identifier(value.get("actor"))
    if not gone or gone == actor or host(gone) != host(actor):
        return []
    return [Deleted((f"mastodon:{gone}",), moment(value.get("published")) or EPOCH)]


def _glance(value: Json) -> Glance | None:
    inner = value.get("object")
    if value.get("type") != "Create" or not isinstance(inner, dict) or "actor" not in value:
        return None
    if not (is_for_everybody(inner.get("to")) or is_for_everybody(inner.get("cc"))):
        return None  # it is counted as not public
    at = moment(inner.get("published")) if inner.get("type") in POSTS else None
    tags = " ".join(raw(row, "name") for row in rows(inner, "tag"))
    return Glance(at, tags) if at else None


def _actors(context: Context) -> dict[str, Author]:
    """The accounts that are known, with the one in the file beside, which is looked for once."""
    actors: dict[str, Author] = context.memory.setdefault(_ACTORS, {})
    looked = context.memory.setdefault(f"{_ACTORS} beside", set())
    if context.name not in looked:
        looked.add(context.name)
        try:
            value = decode(context.beside("actor.json") or b"{}")
        except Undecodable:
            value = {}
        if isinstance(value, dict) and (account := actor_of(value)) is not None:
            actors[account.id] = account
    return actors


OUTBOX = JsonFormat(
    "outbox", "Mastodon archive of one account", _read, one_account=True, glance=_glance
)
