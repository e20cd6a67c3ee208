"""A post as one line, as text for people or as JSON for programs."""

from __future__ import annotations

import json
from typing import Any

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.local_time import clock
from tartantm.core.post import NETWORKS


def text_line(entry: Entry, chat: Chat) -> str:
    """ "57  18:41 Q3? Ailsa Example, Mastodon: words". A question mark: it is in the inbox."""
    post = entry.post
    at = clock(post.sort_at.astimezone(chat.agenda.tz))
    place = (entry.placement.question or "General") + ("?" if entry.placement.inbox else "")
    words = " ".join((post.text or "(no words)").split())
    if post.content_warning:
        words = f"(content warning: {post.content_warning}) {words}"
    network = NETWORKS.get(post.network, post.network)
    if entry.deleted_at:
        return f"{entry.number}  {at} {place} {network}: deleted at its network"
    return f"{entry.number}  {at} {place} {post.author.shown}, {network}: {words}"


def json_line(entry: Entry) -> str:
    """A JSON object with number, id, question and more; ASCII, so that no line break is in it."""
    return json.dumps(json_fields(entry))


def json_fields(entry: Entry) -> dict[str, Any]:
    """What programs are told of a post."""
    post, placement = entry.post, entry.placement
    return {
        "number": entry.number,
        "id": post.id,
        "network": post.network,
        "question": placement.question,
        "placed_by": placement.by,
        "reason": placement.reason,
        "confidence": placement.confidence,
        "in_inbox": placement.inbox,
        "author": {"handle": post.author.handle, "name": post.author.name},
        "created_at": post.created_at.isoformat().replace("+00:00", "Z"),
        "url": post.url,
        "text": post.text,
    }
