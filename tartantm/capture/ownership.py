"""Which source says what becomes of a post: whatever another has of it is a copy.

Servers hand posts on to each other, and anybody may serve a copy with other words, or take it away
while the post is still there. So a post belongs to its own server where that is among the sources
of a session, and else to the source that it came by, for as long as that is listened to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tartantm.core.chat import Chat
from tartantm.core.hosts import host_of
from tartantm.core.post import Post


class Ownership:
    """Knows the sources of a session, those that were heard and those that are to be heard."""

    def __init__(self, chat: Chat, sources: Iterable[str] = ()) -> None:
        """`sources` are the names of those that are listened to, or read, now."""
        self._chat = chat
        self._now = dict.fromkeys(sources)
        self._by_host: dict[tuple[str, str], list[str]] = {}
        self._counted = (-1, -1)

    def hear(self, source: str) -> None:
        """Count a source among those that are listened to."""
        if source:
            self._now[source] = None

    def owner(self, post: Post, came_by: str) -> str:
        """Returns the source that says what becomes of a post; "" where there is none.

        `came_by` is the source whose version is held, "" where that is not known.
        """
        return self._owner(post.id, post.url, came_by)

    def may_change(self, post: Post, came_by: str, source: str) -> bool:
        """Whether a source may edit or delete a post that is held.

        "" is whoever was asked for this very post, `tartantm recheck`. A recording may go on with
        what itself brought, for the moderator chose it.
        """
        if not source or (source == came_by and _is_recording(source)):
            return True
        return source == self.owner(post, came_by)

    def may_tell_of(self, post_id: str, source: str) -> bool:
        """Whether a source is believed that a post is gone which nobody has delivered yet."""
        home = self._home(post_id, None)
        return not source or not home or source in home

    def _owner(self, post_id: str, url: str | None, came_by: str) -> str:
        home = self._home(post_id, url)
        if came_by in home and (came_by in self._now or self._now.keys().isdisjoint(home)):
            return came_by
        if came_by.startswith("feed:") and came_by in self._now and self._is_unheard(home):
            return came_by  # which has posts of other networks under their ids
        if home:
            return next((name for name in home if name in self._now), home[0])
        same_network = came_by.partition(":")[0] == post_id.partition(":")[0]
        return came_by if same_network and came_by in self._now else ""

    def _is_unheard(self, sources: list[str]) -> bool:
        """Whether a session has none of these sources, now or before."""
        return self._now.keys().isdisjoint(sources) and self._chat.sources.keys().isdisjoint(
            sources
        )

    def _home(self, post_id: str, url: str | None) -> list[str]:
        """Returns the sources that are the server where a post was written."""
        network = post_id.partition(":")[0]
        if network in ("x", "bluesky"):
            return [network]  # whose posts there are in one place
        for host in _hosts(network, post_id, url):
            if found := self._names().get((network, host)):
                return found
        return []

    def _names(self) -> dict[tuple[str, str], list[str]]:
        """Returns the names of sources by network and host."""
        if (counted := (len(self._chat.sources), len(self._now))) != self._counted:
            self._counted, self._by_host = counted, {}
            for name in dict.fromkeys((*self._now, *self._chat.sources)):
                network = name.partition(":")[0]
                host = host_of(name.partition(":")[2])
                host = _without_www(host) if network == "feed" else host
                self._by_host.setdefault((network, host), []).append(name)
        return self._by_host


def _hosts(network: str, post_id: str, url: str | None) -> Iterator[str]:
    """Yields the hosts that a post names as its own: in its id, and an entry of a feed as link."""
    native = post_id.partition(":")[2]
    if network == "mastodon":
        yield host_of(native)
    elif network == "feed":
        # tag:a.example,2026:7, as RFC 4151 has it
        tagged = native.startswith("tag:")
        authority = native.removeprefix("tag:").partition(",")[0] if tagged else native
        yield _without_www(host_of(authority))
        if url:
            yield _without_www(host_of(url))


def _is_recording(source: str) -> bool:
    return source.startswith(("file:", "replay:"))


def _without_www(host: str) -> str:
    return host.removeprefix("www.")
