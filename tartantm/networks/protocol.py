"""The protocol that the source of every network satisfies, and the errors that it may raise.

A source knows its network. It never waits, retries or decides what a gap is: `SourceRunner` in
`tartantm.capture.source_runner` does that, once for all networks.

This file is longer than others because the protocol says of each member what it owes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from tartantm.core.describe import within
from tartantm.core.errors import TartantmError
from tartantm.core.post import Post, clean
from tartantm.networks.heard import Heard
from tartantm.settings.credentials import mask_secrets, renewal

LONGEST_SENTENCE = 1000
"""Characters; servers choose their own names, and reasons of any length."""

ENDS = (".", "!", "?")
"""How a sentence ends; after one of these comes no other sign."""


class Advised(str):
    """A sentence that ends with what to do; `reason` is what readers of a transcript read of it.

    It stays one in an exception, so that ``str(error)`` still knows where the advice begins.
    """

    __slots__ = ("reason",)

    reason: str
    """Why, as a sentence of its own."""

    def __new__(cls, reason: str, advice: str) -> Advised:
        """`advice` begins with what joins the two, such as ``"; "``.

        After a reason that is a whole sentence, as servers write them, the advice is another one.
        """
        if reason.endswith(ENDS) and advice.startswith("; "):
            advice = f" {advice[2:3].upper()}{advice[3:]}"
        return cls._of(reason + advice, reason if reason.endswith(ENDS) else f"{reason}.")

    @classmethod
    def _of(cls, words: str, reason: str) -> Advised:
        made = super().__new__(cls, words)
        made.reason = reason
        return made

    def __str__(self) -> str:
        return self

    @property
    def advice(self) -> str:
        """What to do, with what joins it to the reason."""
        return str.__str__(self).removeprefix(self.reason.removesuffix("."))

    def cleaned(self) -> Advised:
        """The same as it may be shown."""
        return self._of(plain(str.__str__(self)), plain(self.reason))

    def introduced(self, words: str) -> Advised:
        """The same with `words` and a colon before it."""
        return self._of(f"{words}: {within(str.__str__(self))}", f"{words}: {within(self.reason)}")


def reason_of(sentence: str) -> str:
    """The sentence without the advice that it ends with, if any; never an Advised."""
    return sentence.reason if isinstance(sentence, Advised) else sentence


NOT_SET_UP = "It is not set up"
"""Begins the reason for a source that cannot be made of what there is, as without its token."""


def introduced(words: str, sentence: str) -> str:
    """The sentence with `words` and a colon before it; where its advice begins is still known."""
    if isinstance(sentence, Advised):
        return sentence.introduced(words)
    return f"{words}: {within(sentence)}"


def not_accepted(reason: str, account: str, token_from: str, new: str = "") -> Advised:
    """Why a network does not accept a token, with what helps: that depends on where it comes from.

    The one door for all networks. `token_from` is a `Token.where`; `new` says in a sentence where
    the network has a new token.
    """
    return Advised(reason, renewal(account, token_from) + f" {new}" * bool(new))


class SourceError(TartantmError):
    """What a source raises. It may quote a server, so it is cleaned and kept to one line."""

    is_advised: bool
    """Whether the sentence ends with what to do where trying again does not help."""

    def __init__(self, sentence: str) -> None:
        self.is_advised = isinstance(sentence, Advised)
        super().__init__(sentence.cleaned() if isinstance(sentence, Advised) else plain(sentence))


class Lost(SourceError):
    """The connection broke, or the server had a fault; trying again soon may help."""

    @classmethod
    def advised(cls, reason: str, advice: str) -> Lost:
        """One whose sentence ends with what to do; `advice` begins with what joins it."""
        return cls(Advised(reason, advice))


class Limited(SourceError):
    """The server asks to wait `seconds` from now, reckoned by the server's own clock."""

    def __init__(self, sentence: str, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Refused(SourceError):
    """Trying again does not help until somebody does something; the sentence says what."""


class Capped(Refused):
    """The user's own cap is reached; the network refused nothing."""


class Unfilled(SourceError):
    """What was said in a gap cannot be had; the sentence says why.

    What was said from `had_since` on was delivered all the same; None where nothing was for sure.
    With `goes_on` nothing is lost: who asks again for the same time is given the rest.
    """

    def __init__(
        self, sentence: str, had_since: datetime | None = None, *, goes_on: bool = False
    ) -> None:
        super().__init__(sentence)
        self.had_since, self.goes_on = had_since, goes_on


def plain(sentence: str) -> str:
    """A sentence that quotes a server, on one line, without our tokens and not too long."""
    return mask_secrets(clean(sentence[:LONGEST_SENTENCE], lines=False))


def skip(_: object) -> None:
    """Takes what nobody wants to know."""


class ChatIndex(Protocol):
    """What a source may look up in the chat, to find replies that lack the hashtag."""

    def holds(self, post_id: str) -> bool:
        """Whether the chat holds a post, by its id or an alias; not what came along with one."""
        ...

    def questions(self, network: str) -> Sequence[Post]:
        """Posts of a network that asked a question, newest first; their threads are followed."""
        ...

    def latest(self, network: str, count: int) -> Sequence[Post]:
        """The last `count` posts of a network in the chat, newest first, without deleted ones."""
        ...

    def of_source(self, source: str) -> Iterable[Post | None]:
        """Posts of which a source says what became of them, newest first, without deleted ones.

        None comes between them now and then: there may be many, and everybody else has a turn.
        """
        ...

    def post(self, post_id: str) -> Post | None:
        """A post that is held or came along, and not deleted, by its id; None for others."""
        ...


@runtime_checkable
class SourceHistory(Protocol):
    """A `ChatIndex` that knows what came of each source so far, in earlier runs too."""

    def begins(self, source: str) -> datetime | None:
        """From when on a source was asked for what was posted; None where it was not yet."""
        ...

    def delivered(self, source: str) -> frozenset[str]:
        """The ids of all posts that came by a source, of deleted ones, too."""
        ...


class Finding(NamedTuple):
    """One result of `tartantm doctor`."""

    level: Literal["good", "doubtful", "bad"]
    words: str
    """A sentence: what was found, and where that is not good, what to do."""
    about: Literal["", "spelling"] = ""
    """What it doubts; of two findings about the same the source's own stands."""


@runtime_checkable
class LacksStream(Protocol):
    """A source that may lack what it needs to stream, which somebody can add."""

    @property
    def lacks(self) -> str:
        """What that is, as in "there is no token for its stream"; "" for nothing."""
        ...


def lacking(source: object) -> str:
    """What a source lacks to stream, as `LacksStream` says; "" where nothing can be added."""
    return source.lacks if isinstance(source, LacksStream) else ""


@runtime_checkable
class TakesOver(Protocol):
    """A source that goes on with what the one before it counted, where it is made anew."""

    def take_over(self, before: object) -> None:
        """Go on from `before`, which was run until now."""
        ...


@runtime_checkable
class LiveSource(Protocol):
    """One way to listen to one network. Every coroutine may raise Lost, Limited or Refused."""

    held: ChatIndex | None
    """What the chat holds; the runner sets it before the first connection."""
    name: str
    """As the user writes it: ``x``, ``mastodon:host``, ``bluesky``, ``feed:URL``."""
    network: str
    """A key of `tartantm.core.post.NETWORKS`."""
    damaged: int
    """Messages that could not be read so far."""
    silence: float
    """Seconds without a sign of life after which a stream counts as dead."""
    poll_every: float
    """Seconds between polls where nothing streams."""
    poll_beside: float
    """Seconds between polls beside a stream, since one may be open and send nothing."""
    replies_every: float
    """Seconds between looks for replies without the hashtag; 0 where everything brings them."""
    recheck_at_once: int
    """How many posts `recheck` is given at once, so that a call makes one request or a few."""
    reports_deletions: bool
    """Whether its stream says which posts were deleted; else they are asked for, slowly."""
    gap_filler: str
    """How `since` fills a gap, in a word for people: ``search``, ``timeline``, ``replay``…"""

    @property
    def streams(self) -> bool:
        """Whether it can stream; else it is only polled."""
        ...

    async def open(self) -> None:
        """Prepare, and find out what will not work; called again where nothing is heard."""
        ...

    def stream(self, alive: Callable[[], None]) -> AsyncIterator[list[Heard]]:
        """Listen on one connection until it ends; `alive` is called at every sign of life."""
        ...

    def since(self, when: datetime) -> AsyncIterator[list[Heard]]:
        """Everything from `when` until now, in any order; raises Unfilled where it cannot.

        Where it was interrupted, by whatever, the next try need not yield again what it yielded.
        """
        ...

    def replies(self, held: ChatIndex) -> AsyncIterator[list[Heard]]:
        """Replies without the hashtag to posts in the chat, marked ``found_by="reply"``."""
        ...

    def can_recheck(self, post: Post) -> bool:
        """Whether `recheck` can ask for a post, whose id there has to be known."""
        ...

    def recheck(
        self, posts: Sequence[Post], answered: Callable[[Post], object] = skip
    ) -> AsyncIterator[list[Heard]]:
        """Ask for posts again: later wordings, and `Deleted` for those gone or protected.

        `answered` is called with each post of which all is said, so that where it fails later only
        the others are asked for again.
        """
        ...

    def diagnose(self) -> AsyncIterator[Finding]:
        """What running it does not show, for `tartantm doctor`: whose token, what it costs."""
        ...

    def note(self) -> str:
        """A few words for the status line, such as what was spent; "" for none."""
        ...

    async def close(self) -> None:
        """Disconnect and clean up, on the server too."""
        ...
