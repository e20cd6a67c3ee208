"""What only came along with posts of a chat: quoted, reposted and replied-to posts, its context.

They are withheld, redacted and erased like any other, but are shown only with a post of the chat
that refers to them, and leave the file with the last one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec.structs import replace

from tartantm.core.chat import Chat
from tartantm.core.crossposts import where_cut
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


def fuller(new: Post, held: Post) -> Post | None:
    """Returns a carried post with what a new version has and it lacks; None where that is nothing.

    That is the rest of its words, its time, its author's id. What the other lacks stays.
    """
    lacks_id, lacks_time = not held.author.id, held.undated
    if not (
        _is_cut_of(held, new) or (lacks_id and new.author.id) or (lacks_time and not new.undated)
    ):
        return None
    made = new if new.author.id or lacks_id else replace(new, author=held.author)
    if new.undated and not lacks_time:
        made = replace(made, created_at=held.created_at, undated=False)
    if _is_cut_of(new, held):
        words = {name: getattr(held, name) for name in ("text", "hashtags", "mentions", "links")}
        made = replace(made, **words)
    return made


def _is_cut_of(cut: Post, whole: Post) -> bool:
    """Whether the words of one version are the beginning of the other's."""
    at = where_cut(cut.text)
    if at is None:
        return False
    stem = cut.text[:at].rstrip()
    other = whole.text[: where_cut(whole.text)].rstrip()
    return len(other) > len(stem) and other.startswith(stem)
