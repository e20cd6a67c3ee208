"""Writes the query for a chat's posts, in the syntax that X's rules and search share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tartantm.core.post import Post
from tartantm.networks.protocol import Refused

RULE_LENGTH, QUERY_LENGTH = 1024, 512
"""Characters that a rule, and a query of recent search, may have (self-serve access)."""


def wording(hashtags: Sequence[str], threads: Iterable[str], most: int) -> str:
    """A query for posts with a hashtag or in a thread; as many threads as fit into `most`.

    Recent search leaves reposts out, so the rule does too: both have to find the same posts.
    """
    terms, end = [f"#{tag}" for tag in hashtags], ") -is:retweet"
    room = most - len("(" + " OR ".join(terms) + end)
    if room < 0:
        raise Refused(f"The hashtags are too long for X, which takes {most} characters in all.")
    for thread in threads:
        term = f"conversation_id:{thread}"
        room -= len(" OR " + term)
        if room < 0:
            break
        terms.append(term)
    return "(" + " OR ".join(terms) + end


def threads_of(questions: Iterable[Post]) -> list[str]:
    """The ids of the threads that questions belong to, in their order."""
    found = ((post.thread or post.id).partition(":")[2] for post in questions)
    return list(dict.fromkeys(thread for thread in found if thread.isascii() and thread.isdigit()))
