"""Which posts an act is for, with a guard against acting on a post that came under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf
from time import monotonic

from tartantm.core.chat import Chat
from tartantm.desk.panes.posts import PostList
from tartantm.desk.panes.said_rows import Said

SETTLE_SECONDS = 0.4
"""After the cursor moved by itself, an act within this time has to be asked for again."""


def targets(chat: Chat, post_list: PostList, say: Callable[[str], object]) -> list[str]:
    """Returns the ids of the selected posts in order of time, else that under the cursor.

    Returns none, and says why, where the cursor has just moved by itself: the key was meant for
    the post that stood there before. The list no longer follows the newest post then.
    """
    entries = chat.entries
    if selected := [post_id for post_id in post_list.selection.ids if post_id in entries]:
        return sorted(selected, key=lambda post_id: entries[post_id].key)
    following, post_list.following = post_list.following, False
    if monotonic() - post_list.moved_at < SETTLE_SECONDS:
        why = "A post came in just then" if following else "That post just went elsewhere"
        post_list.moved_at = -inf
        say(f"{why}; the list stands still now: press again.")
        return []
    return [post_list.cursor] if post_list.cursor else []


def rows(chat: Chat, post_list: PostList, ids: Iterable[str]) -> list[Said]:
    """Returns what the rows of these posts said when they were drawn, without what went since.

    A row of the inbox stands for every post of a conversation. What joined it since it was read is
    not decided with it.
    """
    found = []
    for post_id in ids:
        said = post_list.said.by(post_list.view, post_id)
        left = {each: place for each, place in said.stands.items() if each == post_id}
        for each, place in said.stands.items():
            if (entry := chat.entry(each)) is not None and entry.in_inbox:
                left[each] = place
        found.append(said._replace(stands=left))
    return found
