"""What X is asked for, in the words that its stream rules and its search share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tartantm.core.post import Post
from tartantm.networks.protocol import Refused

RULE_LENGTH, QUERY_LENGTH = 1024, 512
"""Characters that a rule and a query of recent search may have (self-serve access)."""


def wording(hashtags: Sequence[str], threads: Iterable[str], most: int) -> str:
    """Posts with a hashtag or in a thread, without reposts; as many threads as there is room for.

    Recent search leaves reposts out; so the rule does too, for both to agree.
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
    """The numbers of the threads that questions stand in, in their order."""
    found = ((post.thread or post.id).partition(":")[2] for post in questions)
    return list(dict.fromkeys(thread for thread in found if thread.isascii() and thread.isdigit()))
