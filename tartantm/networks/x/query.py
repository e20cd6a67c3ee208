"""Writes the query for a chat's posts, in the syntax that X's rules and search share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tartantm.core.post import Post
from tartantm.networks.protocol import Refused

RULE_LENGTH, QUERY_LENGTH = 1024, 512
"""Characters that a rule, and a query of recent search, may have (self-serve access)."""

ID_LENGTH = 20
"""Digits of a post's id at most: ids are numbers of 64 bits."""


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


def any_thread(threads: Iterable[str]) -> str:
    """A query of recent search for what was said in threads; ten of them fit into one."""
    return "(" + " OR ".join(f"conversation_id:{each}" for each in threads) + ") -is:retweet"


def threads_of(questions: Iterable[Post]) -> list[str]:
    """The ids of the threads that questions belong to, in their order."""
    return list(dict.fromkeys(filter(None, map(thread_of, questions))))


def thread_of(post: Post) -> str | None:
    """The id of the thread that a post belongs to."""
    thread = (post.thread or post.id).partition(":")[2]
    return thread if thread.isascii() and thread.isdigit() and len(thread) <= ID_LENGTH else None


def begun_by(post: Post) -> str | None:
    """The id of the thread that a post began; None where it answers another."""
    return thread_of(post) if post.thread in (None, post.id, *post.aliases) else None
