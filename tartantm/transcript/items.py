"""Makes the items of a transcript: each post with its number, anchor, place and relations."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from msgspec.structs import replace

from tartantm.chat import Chat
from tartantm.entry import Entry
from tartantm.events import Placement
from tartantm.post import Post
from tartantm.transcript.anchors import anchor
from tartantm.transcript.model import CrossPost, Folds, Item, Ref
from tartantm.transcript.options import Options
from tartantm.transcript.people import Speakers
from tartantm.transcript.prose import web

_LEFT_OUT = Ref()


class Items:
    """The items of one chat; what it is given is all that may be told."""

    def __init__(self, chat: Chat, options: Options, entries: Sequence[Entry]) -> None:
        self.speakers = Speakers(chat.agenda)
        self._chat, self._options, self._entries = chat, options, entries
        self._tz = chat.agenda.tz
        shown = (entry for entry in entries if entry.folded_into is None)
        self._numbers = {entry.id: number for number, entry in enumerate(shown, 1)}
        self._admitted = {entry.id: entry for entry in entries}
        turns = [
            turn
            for previous, turn in pairwise([None, *chat.turns.running])
            if turn and (previous is None or previous.question != turn.question)
        ]
        self._turns = [turn.question for turn in turns]
        self._turned = [turn.at for turn in turns]
        self.opened: dict[str, datetime] = {}
        self.closed: dict[str, datetime | None] = {}
        for turn, following in pairwise([*turns, None]):
            if turn and turn.question:
                self.opened.setdefault(turn.question, turn.at)
                self.closed[turn.question] = following.at if following else None
        letters = "".join(label for label in chat.agenda.labels if len(label) == 1)
        self._label = re.compile(
            rf"(?i)(?>[@#.]\S+\s+|[\W_])*+[{re.escape(letters or 'QA')}]\W?0*(\d+)([a-z]?)\b"
        )

    @property
    def openings(self) -> list[tuple[str, datetime]]:
        """When each question was first opened, by time."""
        return [(question, at.astimezone(self._tz)) for question, at in self.opened.items()]

    def items(self) -> Iterator[Item]:
        """Every item by time."""
        for entry in self._entries:
            yield self._item(entry)

    def _item(self, entry: Entry) -> Item:
        post = entry.post
        placement = entry.placement
        question = placement.question if placement.question in self._chat.agenda else None
        reply = self._ref(post.reply_to, post.reply_to_handle, post) if post.reply_to else None
        quote = self._ref(post.quote_of, None, post) if post.quote_of else None
        if (reply is _LEFT_OUT or quote is _LEFT_OUT) and not placement.by_person:
            placement = _untold(placement)
        at = post.sort_at
        source = source_of(post)
        withheld = not self._options.x_text and post.network == "x"
        edited = post.edited_at or (entry.earlier[-1].until if entry.earlier else None)
        return Item(
            self._numbers.get(entry.id, 0),
            anchor(entry.id),
            _withheld(post) if withheld else post,
            self.speakers.of(post),
            at.astimezone(self._tz),
            question,
            placement,
            entry.in_inbox,
            source,
            self._id(post.reply_to),
            self._id(post.repost_of),
            self._id(post.quote_of),
            self._late(question, at) if question else "",
            self._moved(question, post) if question and placement.by_person else False,
            entry.starred,
            entry.hidden,
            withheld,
            entry.marks,
            entry.note,
            edited.astimezone(self._tz) if edited else None,
            entry.folded_into,
            reply,
            quote,
            self._folds(entry) if entry.folds else None,
        )

    def _id(self, post_id: str | None) -> str | None:
        """The id to tell of another post: as it is held; None for one that was left out."""
        if not post_id:
            return None
        held = self._chat.entry(post_id)
        if held is None:
            return post_id
        return held.id if held.id in self._admitted else None

    def _ref(self, post_id: str | None, handle: str | None, post: Post) -> Ref:
        held = self._chat.entry(post_id)
        if held is None:
            return Ref(name=f"@{handle.lstrip('@')}" if handle else "")
        if held.id not in self._admitted:
            return _LEFT_OUT
        head = self._admitted[held.folded_into] if held.folded_into else held
        name = self.speakers.of(head.post).name
        own = self.speakers.of(head.post).person == self.speakers.of(post).person
        return Ref(self._numbers[head.id], anchor(head.id), name, own)

    def _late(self, question: str, at: datetime) -> str:
        """What was open when a post came after its question's time."""
        opened = self.opened.get(question)
        if opened is None or at <= opened:
            return ""
        open_then = self._turns[bisect_right(self._turned, at) - 1]
        return "" if open_then == question else open_then or "none"

    def _moved(self, question: str, post: Post) -> bool:
        """Whether a post stands where it stands only because the moderator put it there."""
        if post.is_remark:
            return False
        match = self._label.match(post.text)
        return match is None or f"q{match[1]}{match[2]}".casefold() != question.casefold()

    def _folds(self, entry: Entry) -> Folds | None:
        reposters: dict[str, None] = {}
        elsewhere = []
        for folded in filter(None, map(self._admitted.get, entry.folds)):
            if folded.post.repost_of:
                reposters.setdefault(self.speakers.of(folded.post).name)
            else:
                elsewhere.append(CrossPost(folded.post.network, source_of(folded.post)))
        return Folds(tuple(reposters), tuple(elsewhere)) if reposters or elsewhere else None


def source_of(post: Post) -> str | None:
    """Where a post stands at its network: as the source said, else as its id tells."""
    if post.is_remark:
        return None
    if url := web(post.url):
        return url
    network, _, native = post.id.partition(":")
    if network == "x" and native.isascii() and native.isdigit():
        return f"https://x.com/i/status/{native}"
    if network == "bluesky":
        match = re.fullmatch(r"at://(did:[\w:.%-]+)/app\.bsky\.feed\.post/([\w.~:-]+)", native)
        return f"https://bsky.app/profile/{match[1]}/post/{match[2]}" if match else None
    return web(native)


def _withheld(post: Post) -> Post:
    """A post without its words and whatever else it holds."""
    return replace(
        post, text="", links=(), media=(), hashtags=(), mentions=(), content_warning=None
    )


def _untold(placement: Placement) -> Placement:
    """A placement whose reason does not name the author of a post that was left out."""
    reason = "Goes with a post that is not in this transcript"
    return Placement(
        placement.question, placement.by, reason, placement.confidence, placement.inbox
    )
