"""Keeps what was read of recordings in a temporary file, and gives it back by time.

So an archive of any size takes no more memory than some numbers for each post, and what is imported
can be chosen when all of it is known: a reply may stand before what it answers, in another file.
"""

from __future__ import annotations

import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from types import TracebackType
from typing import Self

import msgspec
from msgspec.structs import replace

from tartantm.core.crossposts import comparable, where_cut
from tartantm.core.events import Deleted
from tartantm.core.manual_reposts import is_repeated
from tartantm.core.people import knows_handle
from tartantm.core.post import Author, Post
from tartantm.networks.heard import Carried, Heard, Named, heard_at
from tartantm.networks.json_fields import EPOCH

_MEMORY = 1 << 22
"""Bytes that are kept in memory before a file is made."""

_KINDS: tuple[type[Heard], ...] = (Post, Deleted, Carried, Named)
_DECODERS = tuple(msgspec.msgpack.Decoder(kind) for kind in _KINDS)


def key_of(name: str | None) -> int:
    """Returns a number that stands for an id while the program runs, 0 for none."""
    return hash(name) or 1 if name else 0


def microseconds(time: datetime) -> int:
    """Returns a time as microseconds since 1970."""
    since = time - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


_BEGINS = 40
"""Letters and digits by which a post is known to whoever repeats its beginning."""


def begins_key(post: Post) -> int:
    """Returns a number that stands for a post's author and its first words, 0 for too few."""
    letters = comparable(post.text[: 4 * _BEGINS])[:_BEGINS]
    return key_of(f"{post.author.handle.casefold()}\0{letters}") if len(letters) == _BEGINS else 0


class Spool:
    """What was read, in a temporary file; columns of numbers say what stands where."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(_MEMORY)  # noqa: SIM115  # closed by `close`
        self._encoder = msgspec.msgpack.Encoder()
        self._end = 0
        self._places, self._kinds = array("q"), array("b")
        self._authors: dict[tuple[str, str], list[tuple[int, Author]]] = {}
        """How accounts were called from when on, where that is known, by network and id."""
        self.at = array("q")
        """When each item was heard, in microseconds since 1970."""
        self.posted = array("q")
        """When each post was posted."""
        self.ids = array("q")
        """The key of each post's id, and of what a carried one came with."""
        self.parents = array("q")
        """The key of what each post answers or quotes, 0 for nothing."""
        self.files = array("i")
        """The number of the file that each item came from."""
        self.tagged = bytearray()
        """Whether each post names a hashtag that is looked for."""
        self.undated = bytearray()
        """Whether nothing says when each post was written."""
        self.restricted = bytearray()
        """Whether each post was for chosen people only."""
        self._repeated: Carried | None = None
        """What came along with the next post, and names a hashtag."""
        self._cut: tuple[str, int] | None = None
        """What the next post repeats by hand, where it breaks off: its id, and `begins_key`."""
        self.aliases: dict[int, int] = {}
        """Keys of ids by those of other names."""

    def __len__(self) -> int:
        return len(self._kinds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def add(self, item: Heard, file: int, *, tagged: bool) -> None:
        """Keep an item of a file; `tagged` says whether it names a hashtag looked for.

        So does a post in whose own text that stands within what it repeats: "“@name: yes #tag” so
        true". Of a quote by button the quoted words are no part.
        """
        if isinstance(item, Carried) and tagged:
            self._repeated = item
        elif isinstance(item, Post) and (repeated := self._repeated):
            self._repeated = None
            is_within = repeated.post.undated or item.repost_of == repeated.post.id
            tagged = tagged or (repeated.by == item.id and is_within)
        data = self._encoder.encode(item)
        self._file.write(data)
        self._places.append(self._end)
        self._end += len(data)
        self._kinds.append(_KINDS.index(type(item)))
        self.at.append(microseconds(heard_at(item)))
        self.files.append(file)
        self.tagged.append(tagged)
        self.undated.append(isinstance(item, Post) and item.undated)
        self.restricted.append(isinstance(item, Post) and item.visibility == "restricted")
        posted = identity = parent = 0
        match item:
            case Post():
                posted, identity = microseconds(item.created_at), key_of(item.id)
                parent = key_of(item.reply_to or item.quote_of or item.repost_of)
                if self._cut and item.repost_of == self._cut[0]:
                    parent = self._cut[1]
                elif item.network == "x" and (begins := begins_key(item)):
                    self.aliases[begins] = identity
                self._cut = None
                for alias in item.aliases:
                    self.aliases[key_of(alias)] = identity
                self._learn(item.network, item.author)
                # What it brought goes with it, whenever a format says that this was heard.
                before = len(self) - 2
                while before >= 0 and self.is_carried(before) and self.ids[before] == identity:
                    self.at[before] = self.at[-1]
                    before -= 1
            case Carried():
                identity = key_of(item.by)
                if is_repeated(item.post.id) and where_cut(item.post.text) is not None:
                    begins = begins_key(item.post)
                    self._cut = (item.post.id, begins) if begins else None
                self._learn(item.post.network, item.post.author)
            case Named():
                self._learn(item.network, item.author)
            case Deleted():
                pass
        self.posted.append(posted)
        self.ids.append(identity)
        self.parents.append(parent)

    def _learn(self, network: str, author: Author) -> None:
        if author.id and knows_handle(author):
            called = self._authors.setdefault((network, author.id), [])
            if not called or called[-1][1] != author:
                called.append((self.at[-1], author))

    def is_post(self, number: int) -> bool:
        """Whether an item is a post of its own."""
        return self._kinds[number] == 0

    def is_carried(self, number: int) -> bool:
        """Whether an item came along with a post."""
        return self._kinds[number] == 2

    def items(self, numbers: Iterable[int]) -> Iterator[Heard]:
        """Yields items by their numbers, by time; those of one time in the order of reading.

        Authors whose handle was told elsewhere, as on a later page, have it.
        """
        for called in self._authors.values():
            called.sort(key=_when)
        for number in sorted(sorted(numbers), key=self.at.__getitem__):
            place = self._places[number]
            end = self._places[number + 1] if number + 1 < len(self) else self._end
            self._file.seek(place)
            item: Heard = _DECODERS[self._kinds[number]].decode(self._file.read(end - place))
            yield self._named(item, self.at[number])

    def _named(self, item: Heard, at: int) -> Heard:
        if isinstance(item, Carried):
            post = self._with_author(item.post, at)
            return item if post is item.post else replace(item, post=post)
        return self._with_author(item, at) if isinstance(item, Post) else item

    def _with_author(self, post: Post, at: int) -> Post:
        """The post by its author as called then: a handle may be somebody else's by now."""
        if not post.author.id or knows_handle(post.author):
            return post
        called = self._authors.get((post.network, post.author.id))
        if not called:
            return post
        until = bisect_right(called, at, key=_when)
        return replace(post, author=called[max(until - 1, 0)][1])


def _when(called: tuple[int, Author]) -> int:
    return called[0]
