"""An event without what was erased: one walk over every field, for erasing and for what comes late.

`event_contents` says which fields hold post ids; whoever adds an event has to decide here what is
left of it.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, TypeVar, assert_never

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Person, Question, Venue
from tartantm.core.erased import LINK_WITHHELD, ErasedNames
from tartantm.core.event_contents import CONTENTS, Holds, fields_holding
from tartantm.core.events import Event, Placement
from tartantm.core.post import Author, Link, Media, Post
from tartantm.core.spans import replaced
from tartantm.core.undo import in_acts, moved_up

QUESTION_WITHHELD = "[withheld]"
"""Stands for a question that was made of an erased post, so that the others keep their numbers."""

_REFERRING = {kind: fields_holding(kind, Holds.POST_ID | Holds.STRUCTS) for kind in CONTENTS}
"""By event or struct, the fields in which a post's id may stand, at any depth."""

_Holder = TypeVar("_Holder", bound=Struct)
_Withholding = TypeVar("_Withholding", ev.Deleted, ev.Erased)


class Scrubber:
    """Takes out of events what an `ErasedNames` recognises; what is not touched is the same."""

    def __init__(self, erased: ErasedNames) -> None:
        self.erased = erased
        self._sources: dict[str, str] = {}
        """What is left of each source's name: every post has one."""

    def event(self, event: Event) -> Event | None:
        """Returns the event without what is erased, None where nothing is left of it.

        Returns the event itself where it holds nothing that is erased.
        """
        match event:
            case ev.Captured() | ev.Edited() | ev.Remarked() | ev.RemarkCorrected():
                if self.erased.post(event.post):
                    return None
                said = self._rest(event)
                if isinstance(said, ev.Captured):
                    by = ev.NO_CARRIER if said.carried_by is None else said.carried_by
                    return self._changed(said, source=self.source(said.source), carried_by=by)
                return said
            case ev.Noted():
                if self.erased.post_id(event.post):
                    return None
                return self._said(event, "note")
            case ev.Summarised():
                return self._said(event, "summary")
            case ev.Muted() | ev.Redacted():
                return None if self.names_erased(event.kind, event.value) else event
            case ev.Deleted():
                deletion = self._without_keys(self._rest(event))
                kept = deletion.posts or deletion.names or deletion.hidden or deletion.redacted
                return deletion if deletion is event or kept else None
            case ev.Starred() | ev.Hidden() | ev.Marked():
                left = self._rest(event)
                return left if left is event or left.posts else None
            case ev.Grouped():
                regrouped = self._rest(event)
                return regrouped if regrouped is event or regrouped.placements else None
            case ev.ReaderSaid():
                # It was asked with words that are erased: what it said of others is about these.
                return None if any(map(self.erased.post_id, event.seen)) else event
            case ev.Placed():
                moved = self._rest(event)
                return moved if moved is event or moved.moves or moved.carried else None
            case ev.Begun() | ev.AgendaChanged() | ev.AgendaEdited() | ev.Opened():
                return self._rest(event)
            case ev.Erased():
                return self._without_keys(self._rest(event))
            case ev.Identified():
                erased = self.erased.account(event.network, event.author)
                named = self._changed(
                    self.author(event.author), url=self._address(event.author.url)
                )
                return None if erased else self._changed(event, author=named)
            case ev.SourceChanged():
                detail = self.words(event.detail)
                return self._changed(event, source=self.source(event.source), detail=detail)
            case ev.Filled():
                why = self.words(event.why)
                return self._changed(event, source=self.source(event.source), why=why)
            case (
                ev.Closed()
                | ev.Undone()
                | ev.Redone()
                | ev.Rechecked()
                | ev.LeaksAccepted()
                | ev.InboxSet()
                | ev.Exported()
                | ev.Corrected()
            ):
                return event
            case _:
                assert_never(event)

    def _without_keys(self, event: _Withholding) -> _Withholding:
        """Returns an event that names no erased person by an author key."""
        redacted = [key for key in event.redacted if not self.erased.author_key(key)]
        return self._changed(event, redacted=_same(event.redacted, redacted))

    def events(self, events: Iterable[Event]) -> list[Event]:
        """Returns what is left of events that are recorded together.

        What was joined to an act that goes must not join the one before.
        """
        kept = (moved_up(act, [self.event(event) for event in act]) for act in in_acts(events))
        return [event for act in kept for event in act if event is not None]

    def names_erased(self, kind: str, value: str) -> bool:
        """Whether a mute or redaction names a post, an author or words that are erased."""
        if kind == "post":
            return self.erased.post_id(value)
        if kind == "author":
            return self.erased.author_key(value)
        return self.erased.named_in(value)

    def source(self, name: str) -> str:
        """Returns the name of a source, such as ``feed:https://…``, without a person's address.

        A capture goes on under the name that it was given. Only what it missed before it began anew
        is looked for from further back then.
        """
        if name not in self._sources:
            kind, _, where = name.partition(":")
            theirs = bool(where) and (self.erased.address(where) or self.erased.named_in(where))
            self._sources[name] = f"{kind}:{LINK_WITHHELD}" if theirs else name
        return self._sources[name]

    def words(self, text: str, network: str = "") -> str:
        """Returns any text of others without what is erased."""
        return self.erased.words(text, network)

    def post(self, post: Post) -> Post:
        """Returns another's post without what is erased."""
        network = post.network

        def said(text: str) -> str:
            return self.words(text, network)

        links, gone = [], []
        for link in post.links:
            if self.erased.address(link.url) or said(link.url) != link.url:
                gone.append(link.shown)
                continue
            links.append(self._changed(link, shown=said(link.shown), title=said(link.title)))
        mentions = [each for each in post.mentions if not self._is_mention(each, network)]
        author = self.author(post.author)
        to = post.reply_to_handle
        return self._changed(
            post,
            text=self.erased.words(post.text, network, gone),
            author=self._changed(author, url=self._address(author.url)),
            url=self._address(post.url),
            reply_to_handle=None if to and self._is_mention(to, network) else to,
            hashtags=_same(post.hashtags, [t for t in post.hashtags if said(f"#{t}") == f"#{t}"]),
            mentions=_same(post.mentions, mentions),
            links=_same(post.links, links),
            media=_same(post.media, [self._medium(medium, network) for medium in post.media]),
            content_warning=post.content_warning and said(post.content_warning),
            venue=post.venue and said(post.venue),
        )

    def author(self, author: Author) -> Author:
        """Returns another's name: it stays where it is the same, for then it is theirs as well."""
        return self._changed(
            author, name=replaced(author.name, self.erased.name_spans(author.name))
        )

    def agenda(self, agenda: Agenda) -> Agenda:
        """Returns an agenda without erased people, and without questions' words that go."""
        people = [each for each in agenda.people if not self.erased.person(each)]
        return self._changed(
            agenda,
            title=self.words(agenda.title),
            people=_same(agenda.people, [self._person(each) for each in people]),
            venues=_same(agenda.venues, [self._venue(each) for each in agenda.venues]),
            questions=_same(agenda.questions, [self.question(each) for each in agenda.questions]),
        )

    def question(self, question: Question) -> Question:
        """Returns a question: its words go with the post that it was made of."""
        kept = [each for each in question.asked_by if not self.erased.post_id(each)]
        gone = len(kept) < len(question.asked_by)
        return self._changed(
            question,
            text=self.made_of(question) if gone else self.words(question.text),
            asked_by=_same(question.asked_by, kept),
        )

    def made_of(self, question: Question) -> str:
        """Returns what is left of the text of a question that an erased post asked."""
        return QUESTION_WITHHELD

    def _address(self, url: str | None) -> str | None:
        """Returns an address, None where it has something erased in it.

        Ids stay as they are, for posts are recognised by them; no export shows those.
        """
        return None if url and self.erased.in_id(url) else url

    def _is_mention(self, handle: str, network: str) -> bool:
        return self.words(f"@{handle}", network) != f"@{handle}"

    def _person(self, person: Person) -> Person:
        return self._changed(person, organisation=self.words(person.organisation))

    def _venue(self, venue: Venue) -> Venue:
        return self._changed(venue, name=self.words(venue.name))

    def _medium(self, medium: Media, network: str) -> Media:
        url = None if medium.url and self.erased.address(medium.url) else medium.url
        return self._changed(medium, url=url, alt=medium.alt and self.words(medium.alt, network))

    def _said(self, event: _Holder, field: str) -> _Holder:
        text: str | None = getattr(event, field)
        return self._changed(event, **{field: text and self.words(text)})

    def _rest(self, holder: _Holder) -> _Holder:
        """Returns an event or struct without what is erased, at any depth."""
        changes: dict[str, Any] = {}
        for name in _REFERRING[type(holder)]:
            before = getattr(holder, name)
            after = self._referred(before)
            if after is not before:
                changes[name] = after
        left = replace(holder, **changes) if changes else holder
        if isinstance(left, Post):
            return self.post(left)  # type: ignore[return-value]
        if isinstance(left, Placement):
            return self._changed(left, reason=self.erased.reason(left.reason))
        return left

    def _referred(self, value: Any) -> Any:
        """Returns the value of a field without ids of erased posts, itself where it has none."""
        if isinstance(value, str):
            return None if self.erased.post_id(value) else value
        if isinstance(value, Agenda):
            return self.agenda(value)
        if isinstance(value, Link | Author | Media):
            return value  # `post` sees to these
        if isinstance(value, Struct):
            return self._rest(value)
        if isinstance(value, tuple):
            return _same(value, [each for each in map(self._referred, value) if each is not None])
        if isinstance(value, dict):
            left = {
                key: self._referred(item)
                for key, item in value.items()
                if not self.erased.post_id(key)
            }
            unchanged = len(left) == len(value) and all(left[k] is value[k] for k in left)
            return value if unchanged else left
        return value

    def _changed(self, holder: _Holder, **fields: Any) -> _Holder:
        changed = {
            name: value
            for name, value in fields.items()
            if value is not getattr(holder, name) and value != getattr(holder, name)
        }
        return replace(holder, **changed) if changed else holder


def _same(before: tuple[Any, ...], after: list[Any]) -> tuple[Any, ...]:
    """Returns the tuple itself where nothing in it changed."""
    if len(before) == len(after) and all(map(operator.is_, before, after)):
        return before
    return tuple(after)
