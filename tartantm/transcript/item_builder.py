"""`ItemBuilder`: makes a transcript's items, each post with number, anchor, question, relations."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from msgspec.structs import replace

from tartantm.core.anchors import chat_tag, id_anchor, number_anchor
from tartantm.core.carried import is_cut
from tartantm.core.entry import Entry
from tartantm.core.post import Post
from tartantm.transcript.answer_labels import AnswerLabels
from tartantm.transcript.clean_posts import clean_post, source_url
from tartantm.transcript.clean_text import cleaned, one_line
from tartantm.transcript.model import Context, CrossPost, Folds, Item, PostRef
from tartantm.transcript.speakers import Speakers
from tartantm.transcript.times import stamp
from tartantm.transcript.visibility import PublicView

_LEFT_OUT = PostRef()


def _clean_repost(post: Post) -> Post:
    """Returns a repost without the words that it repeats: they are shown under their author."""
    bare = replace(post, text="", links=(), media=(), content_warning=None)
    return clean_post(replace(bare, hashtags=(), mentions=()))


class ItemBuilder:
    """Makes the items of one chat from what its readers may see."""

    def __init__(self, view: PublicView) -> None:
        chat, entries = view.chat, view.visible
        self.speakers = Speakers(chat.agenda, chat.people)
        self._view, self._chat, self._entries = view, chat, entries
        self._withheld = {"x"} if view.options.x_text == "link" else set()
        self._tz = chat.agenda.tz
        self._questions = {question.id for question in chat.agenda.questions}
        self._visible = {entry.post.id: entry for entry in entries}
        self._tag = chat_tag(chat.salt)
        periods = [
            period
            for previous, period in pairwise([None, *chat.periods.active])
            if period and (previous is None or previous.question != period.question)
        ]
        self._open_questions = [period.question for period in periods]
        self._opened_at = [period.at for period in periods]
        self.opened: dict[str, datetime] = {}
        self.closed: dict[str, datetime | None] = {}
        for period, following in pairwise([*periods, None]):
            if period and period.question:
                self.opened.setdefault(period.question, period.at)
                self.closed[period.question] = following.at if following else None
        self._answers = AnswerLabels(chat.agenda)

    @property
    def openings(self) -> list[tuple[str, datetime]]:
        """When each question was first opened, by time, in the chat's time zone."""
        return [(question, at.astimezone(self._tz)) for question, at in self.opened.items()]

    def items(self) -> Iterator[Item]:
        """Yields every item, by time."""
        for entry in self._entries:
            yield self._item(entry)

    def _item(self, entry: Entry) -> Item:
        post, placement = entry.post, self._view.placement(entry)
        post_id = post.id
        network = post_id.partition(":")[0]
        question = placement.question if placement.question in self._questions else None
        reply = self._ref(post.reply_to, post.reply_to_handle, post) if post.reply_to else None
        reposted = self._context(post.repost_of) if post.repost_of else None
        # A repost has the quote of what it repeats: whose quote that is, its context says.
        quote = self._ref(post.quote_of, None, post) if post.quote_of and not reposted else None
        at = post.sort_at
        edited = post.edited_at or (entry.earlier[-1].until if entry.earlier else None)
        moved = question is not None and placement.by == "moderator" and network != "room"
        stamped = stamp(at)
        return Item(
            entry.number,
            number_anchor(entry.number, self._tag),
            id_anchor(post_id),
            _clean_repost(post) if reposted else clean_post(post),
            self.speakers.of(network, post),
            at.astimezone(self._tz),
            stamped,
            stamped if at is post.created_at else stamp(post.created_at),
            question,
            placement,
            entry.in_inbox,
            self._url(network, post),
            self._public_id(post.reply_to) if post.reply_to else None,
            self._public_id(post.repost_of) if post.repost_of else None,
            self._public_id(post.quote_of) if post.quote_of else None,
            self._late(question, at) if question else "",
            moved and not self._answers.begins_with_label_of(post.text, question or ""),
            entry.starred,
            entry.hidden or entry.muted,
            network in self._withheld,
            self._view.redacted.get(post_id),
            post_id in self._view.unlinked,
            entry.marks,
            cleaned(entry.note) if entry.note else None,
            edited.astimezone(self._tz) if edited else None,
            entry.folded_into,
            reply,
            quote,
            self._folds(entry) if entry.folds else None,
            () if reposted else self._answers.answered_questions(post.text),
            self._context(post.quote_of),
            self._context(post.reply_to) if reply else None,
            reposted,
        )

    def _context(self, post_id: str | None) -> Context | None:
        """Returns what came along with a post that refers to it; None where it is no context."""
        held = self._chat.entry(post_id)
        if held is None or held.id not in self._view.context:
            return None
        post, post_id = held.post, held.post.id
        network = post.network
        speaker = self.speakers.of(network, post)
        return Context(
            held.number,
            clean_post(post),
            speaker.name,
            speaker.handle,
            network,
            None if post.undated else post.sort_at.astimezone(self._tz),
            self._url(network, post),
            network in self._withheld,
            network not in self._withheld and is_cut(post),
            self._view.redacted.get(post_id),
            held.hidden or held.muted,
        )

    def _public_id(self, post_id: str) -> str | None:
        """Returns the id by which to refer to another post; None for one that is not shown."""
        held = self._chat.entry(post_id)
        if held is None:
            return post_id
        return held.id if held.id in self._visible or held.id in self._view.context else None

    def _url(self, network: str, post: Post) -> str | None:
        return None if post.id in self._view.unlinked else source_url(network, post)

    def _head(self, entry: Entry) -> Entry:
        """Returns the entry that another is folded into, also through two folds."""
        while entry.folded_into:
            entry = self._visible[entry.folded_into]
        return entry

    def _ref(self, post_id: str, handle: str | None, post: Post) -> PostRef:
        held = self._chat.entry(post_id)
        if held is None:
            return PostRef(name=f"@{one_line(handle).lstrip('@')}" if handle else "")
        if (carried := self._view.context.get(held.id)) is not None:
            return PostRef(name=self.speakers.of(carried.post.network, carried.post).name)
        if held.id not in self._visible:
            return _LEFT_OUT
        head = self._head(held)
        speaker = self.speakers.of(head.post.network, head.post)
        one = self.speakers.of(post.network, post)
        own = speaker.person == one.person and not one.nobody
        anchor = number_anchor(head.number, self._tag)
        return PostRef(head.number, anchor, speaker.name, own)

    def _late(self, question: str, at: datetime) -> str:
        """Returns the question open when a post came late, "none", or "" for one in time."""
        opened = self.opened.get(question)
        if opened is None or at <= opened:
            return ""
        open_then = self._open_questions[bisect_right(self._opened_at, at) - 1]
        return "" if open_then == question else open_then or "none"

    def _folds(self, entry: Entry) -> Folds | None:
        reposters: dict[str, None] = {}
        elsewhere = []
        waiting = list(entry.folds)
        foremost = Folds().foremost
        while waiting:
            folded = self._visible.get(waiting.pop(0))
            if folded is None:
                foremost -= len(reposters) < foremost
                continue
            waiting += folded.folds
            post = folded.post
            if post.repost_of:
                reposters.setdefault(self.speakers.of(post.network, post).name)
            else:
                elsewhere.append(CrossPost(post.network, self._url(post.network, post)))
        return (
            Folds(tuple(reposters), foremost, tuple(elsewhere)) if reposters or elsewhere else None
        )
