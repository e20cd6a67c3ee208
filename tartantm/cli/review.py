"""`tartantm review`: what to look at first after the chat, in lines or as JSON."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from itertools import islice
from typing import Any

from tartantm.cli import damage
from tartantm.cli.follow_lines import json_fields, text_line
from tartantm.core.chat import Chat
from tartantm.core.describe import posts, sure
from tartantm.moderation.conversation import asked
from tartantm.moderation.review import Review
from tartantm.moderation.review_rows import RankedConversation, by_conversation
from tartantm.moderation.standing import Standing, sentence
from tartantm.settings.fault_log import guarded
from tartantm.settings.paths import find_session
from tartantm.store.session import Session


def review(options: Namespace) -> int:
    """List posts or conversations, what is worth a look most first, and how much is gained."""
    with Session(find_session(options.session)) as session:
        damage.warn(session.path, session.damaged, session.chat.agenda)
        chat = session.chat
        found = Review(chat, guarded(lambda: session.grouper, None))
        if options.json:
            print(_json(chat, found, options))
            return 0
        print(sentence(found.standing()))
        for line in _lines(chat, found, options):
            print(line)
    return 0


def _lines(chat: Chat, found: Review, options: Namespace) -> Iterator[str]:
    if options.conversations:
        for each in by_conversation(found)[: options.most]:
            yield f"{_size(each)}: {asked(each.conversation.places)}"
            for post_id in each.conversation.posts:
                yield f"    {text_line(chat.entries[post_id], chat)}"
        return
    for rank in islice(found.ranked, options.most):
        entry = chat.entries[rank.id]
        placement = entry.placement
        yield text_line(entry, chat)
        others = found.hanging(rank.id) - 1
        hang = f" ({others} more hang{'s' * (others == 1)} on it)" if others else ""
        places = asked((placement.question, *placement.alternatives)).removesuffix("?")
        yield f"    suggested: {places}, {sure(placement.confidence)}%: {placement.reason}{hang}"


def _size(row: RankedConversation) -> str:
    own = len(row.conversation.posts)
    others = row.hanging - own
    more = f", on which {others} more hang{'s' * (others == 1)}" if others > 0 else ""
    return f"{posts(own)}{more}"


def _json(chat: Chat, found: Review, options: Namespace) -> str:
    """One JSON object; ASCII, so that no line break is in it."""
    rows: list[dict[str, Any]]
    if options.conversations:
        rows = [
            {
                "posts": [_fields(chat, found, each) for each in row.conversation.posts],
                "places": row.conversation.places,
                "risk": round(row.risk, 4),
                "hanging": row.hanging,
            }
            for row in by_conversation(found)[: options.most]
        ]
    else:
        rows = [_fields(chat, found, rank.id) for rank in islice(found.ranked, options.most)]
    return json.dumps({**_standing(found.standing()), "order": rows})


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "posts": standing.posts,
        "looked_at": standing.looked_at,
        "right": round(standing.right, 4),
        "right_before": round(standing.right_before, 4),
        "next_looks": standing.looks,
        "next_looks_gain": round(standing.gain, 2),
        "is_enough": standing.is_enough,
        "sentence": sentence(standing),
    }


def _fields(chat: Chat, found: Review, post_id: str) -> dict[str, Any]:
    entry = chat.entries[post_id]
    return {
        **json_fields(entry),
        "alternatives": entry.placement.alternatives,
        "risk": round(found.risk(post_id), 4),
        "hanging": found.hanging(post_id),
    }
