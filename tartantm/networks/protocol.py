"""What a source that listens to a network has to offer, and how it says what went wrong.

A source knows its network; it never waits, retries or decides what a gap is. All of that is the
runner's (`runner`), in one place for every network.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from tartantm.core.errors import TartantmError
from tartantm.core.post import Post, clean
from tartantm.networks.heard import Heard
from tartantm.settings.credentials import hide

LONGEST_SENTENCE = 1000
"""Characters; servers choose their own names and give reasons as long as they like."""


class SourceError(TartantmError):
    """What a source raises. Servers may have put words into it: no line of it is theirs to make."""

    def __init__(self, sentence: str) -> None:
        super().__init__(plain(sentence))


class Lost(SourceError):
    """The connection broke or the server had a fault; worth trying again soon."""


class Limited(SourceError):
    """The server asks to wait: `seconds` from now, by the server's own clock."""

    def __init__(self, sentence: str, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Refused(SourceError):
    """Trying again would not help until somebody does something, which the sentence tells."""


class Unfilled(SourceError):
    """What was said in a gap cannot be had from here; the sentence says why."""


def plain(sentence: str) -> str:
    """A sentence with words of a server in it, on one line, without our tokens and not too long."""
    return hide(clean(sentence[:LONGEST_SENTENCE], lines=False))


class ChatIndex(Protocol):
    """What a source may know of the chat, to find replies that lack the hashtag."""

    def holds(self, post_id: str) -> bool:
        """Whether the chat holds a post, by its id or an alias."""
        ...

    def questions(self, network: str) -> Sequence[Post]:
        """Posts of a network that asked a question, newest first: their threads are followed."""
        ...

    def latest(self, network: str, count: int) -> Sequence[Post]:
        """The last `count` posts of a network that are held, newest first; no deleted ones."""
        ...


class Finding(NamedTuple):
    """One thing that `tartantm doctor` found out."""

    level: Literal["good", "doubtful", "bad"]
    words: str
    """A sentence: what is so, and where it is not good, what to do."""


@runtime_checkable
class LiveSource(Protocol):
    """One way to listen to one network. Every coroutine may raise Lost, Limited or Refused."""

    held: ChatIndex | None
    """What the chat holds; set before the first connection."""
    name: str
    """As the user writes it: ``x``, ``mastodon:host``, ``bluesky``, ``feed:URL``."""
    network: str
    damaged: int
    """Messages that could not be read so far."""
    streams: bool
    """Whether it can stream; else it is only polled."""
    silence: float
    """Seconds without a sign of life after which a stream is taken for dead."""
    poll_every: float
    """Seconds between polls; beside a stream too, since silence proves nothing."""
    replies_every: float
    """Seconds between looks for replies without the hashtag; 0 where the stream brings them."""
    gap_filler: str
    """What `since` is, in a word for people: ``search``, ``timeline``, ``replay``, ``feed``."""

    async def open(self) -> None:
        """Make ready and find out what will not work; called before every connection."""
        ...

    def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        """Listen on one connection until it ends; `alive` is called at every sign of life."""
        ...

    def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Everything from `when` until now, in any order; raises Unfilled where it cannot."""
        ...

    def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Replies without the hashtag to posts held, marked ``found_by="reply"``."""
        ...

    def recheck(self, posts: Sequence[Post]) -> AsyncIterator[list[Heard]]:
        """Ask for posts again: later wordings, and `Deleted` for those gone or protected."""
        ...

    def diagnose(self) -> AsyncIterator[Finding]:
        """Try out, step by step, whether it would work from here and now, for `doctor`."""
        ...

    def note(self) -> str:
        """A few words for the status line, such as what was spent; "" for nothing."""
        ...

    async def close(self) -> None:
        """Let go of everything, rules on the server too."""
        ...
