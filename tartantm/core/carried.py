"""What only came along with posts of a chat: quoted, reposted and replied-to posts, its context.

They are withheld, redacted and erased like any other, but are shown only with a post of the chat
that refers to them, and leave the file with the last one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.events import Placement
from tartantm.core.post import Post

CONTEXT = Placement(None, "carried", "Came along with a post that refers to it", 1.0)
"""The placement of what only came along: none."""


def references(post: Post) -> Iterator[str]:
    """Yields the ids of what a post quotes, answers and reposts."""
    yield from filter(None, (post.quote_of, post.reply_to, post.repost_of))


def left_alone(chat: Chat, going: Collection[str]) -> list[Entry]:
    """Returns the carried posts to which no post refers any more once these ids are gone."""
    carried = [each for each in chat.entries.values() if each.carried and each.id not in going]
    if not carried:
        return []
    named = {
        name
        for entry in chat.posts()
        if entry.id not in going and entry.deleted_at is None
        for name in references(entry.post)
    }
    # What was repeated by hand is named by itself, also where the post that it is of is held.
    kept = named | set(map(chat.threads.resolve, named))
    return [entry for entry in carried if entry.id not in kept and entry.deleted_at is None]


def is_cut(post: Post) -> bool:
    """Whether a carried wording ends where its carrier cut it.

    What came from a network with its author is whole, and an ellipsis at its end is the author's or
    a shortened link's; but X puts a link to the whole post at the end of what it cut.
    """
    text = post.text.rstrip()
    last = next((each for each in post.links if each.shown and text.endswith(each.shown)), None)
    if last is not None:
        return "/i/web/status/" in last.url
    return not post.author.id and text.endswith(("…", "..."))


def is_fuller(new: Post, held: Post) -> bool:
    """Whether another version of a carried post has words, a time or an author that it lacks."""
    stem = held.text.rstrip().removesuffix("...").removesuffix("…").rstrip()
    whole = is_cut(held) and len(new.text) > len(held.text) and new.text.startswith(stem)
    named = not held.author.id and bool(new.author.id)
    return whole or named or (held.undated and not new.undated)
