"""Takes deleted posts out of the events that hold them: words, authors, ids, addresses.

What stays of a post is an id that only this session can compare (`identity.gone_id`), a key by
which its author is counted, times and placement. Others' words stay as they are, except addresses
that lead to the post, and links whose cards have its words. This file is longer than others because
it decides for each kind of event.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, TypeVar, assert_never

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Person, Question
from tartantm.core.asked_words import Said, repeated_in
from tartantm.core.event_contents import CONTENTS, Holds, fields_holding
from tartantm.core.events import Event, Placement
from tartantm.core.folding import fold, letters, plain
from tartantm.core.gone import MARKERS, has_marker, in_reasons, still_marked
from tartantm.core.identity import gone_account, gone_author, gone_id
from tartantm.core.post import Author, Link, Media, Post
from tartantm.core.said import RUN, SaidWords
from tartantm.core.spans import LINK, Span, replaced
from tartantm.store import deleted_addresses
from tartantm.store.deleted_addresses import DELETED, SHORTEST_ID
from tartantm.store.deletion_plan import DeletionPlan
from tartantm.store.late_references import REFERRING, mapped
from tartantm.store.leaning_rules import named_anew
from tartantm.store.without_addresses import without, without_handles
from tartantm.store.without_more import NOTHING_BESIDES, Besides

SOMEBODY = "somebody"
"""Who is named in reasons that named somebody of whom nothing is left."""

_WINDOW = RUN // 2
"""Signs of which a whole window is in whatever repeats a `RUN` of what was said."""

_MOST_WINDOWS = 100

_FEW = 1000
"""So many parts are looked for in an address before its names are."""

_TELLING = {
    kind: fields_holding(kind, Holds.WORDS | Holds.NAME | Holds.STRUCTS) for kind in CONTENTS
}

_Holder = TypeVar("_Holder", bound=Struct)


class Purge:
    """Rewrites events as a plan says."""

    def __init__(self, plan: DeletionPlan, besides: Besides = NOTHING_BESIDES) -> None:
        self._plan, self._besides = plan, besides
        posts = [entry.post for entry in plan.entries]
        natives = {name.partition(":")[2] for name in plan.gone}
        self._natives = tuple(each for each in natives if len(each) >= SHORTEST_ID)
        self._whole = {
            each: re.compile(rf"(?<![0-9a-z]){re.escape(each)}(?![0-9a-z])")
            for each in map(fold, self._natives)
        }
        """By each of them as it is compared, what finds it in an address."""
        self._ends = deleted_addresses.ends_of(plan.gone)
        self._addresses = deleted_addresses.names_of(plan.gone, posts)
        self._posts = posts
        self._names = in_reasons(plan.names)
        own = {text for said in plan.asked.values() for text in said.own}
        self._own = [text for text in own if letters(text)]
        self._titles = SaidWords[None]()
        """The same, to be found in cards of links; not what the cards of these posts say."""
        for text in self._own:
            self._titles.add(text, None)
        for text in (*plan.planned, *(link.title for post in posts for link in post.links)):
            self._titles.forget(text, lambda _: True)

    @property
    def everything(self) -> bool:
        """Whether every event has to be looked at, not only those with one of `traces`."""
        plan, besides = self._plan, self._besides
        return bool(plan.withheld or plan.redactions or besides.applied or besides.texts)

    @property
    def traces(self) -> list[str]:
        """What an event has in it where something has to be rewritten, however it is written."""
        named = [each for one in self._plan.names for each in (one.name, f"@{one.handle}")]
        whole = [*self._plan.gone, *self._plan.alone, *(each for each in named if len(each) > 1)]
        return [*self._parts, *whole, *self._windows]

    @cached_property
    def _parts(self) -> list[str]:
        """What one of is in every address that leads there."""
        gone, posts = self._plan.gone, self._posts
        found = [*self._natives, *self._ends]
        found += (end for _, end in deleted_addresses.keys_of(gone, posts))
        return [*found, *map(deleted_addresses.part_of, deleted_addresses.urls_of(gone, posts))]

    @cached_property
    def _few_parts(self) -> list[bytes]:
        """The same as they are compared; where there are many, what is in every address."""
        parts = set(map(plain, self._parts))
        return list(parts) if len(parts) <= _FEW else [b""]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Tags of the events that have to be looked at whatever they have in them."""
        tags = ("noted", "summarised") if self._plan.said else ()
        tags = (*tags, *(("identified",) if self._plan.gone else ()))
        naming = ("muted", "redacted", "deleted", "erased") if self._plan.keys else ()
        posts = ("captured", "edited") if self._titles and not self._windows else ()
        return (*tags, *naming, *posts)

    @cached_property
    def _windows(self) -> list[str]:
        """Parts of its words, one of which is in any card that repeats them: it need not name it.

        None where there are so many that it takes less time to look at every post.
        """
        if not self._titles:
            return []
        found = dict.fromkeys(
            text[at : at + _WINDOW]
            for text in self._own
            for at in range(0, len(text) - _WINDOW + 1, _WINDOW)
        )
        return list(found) if len(found) <= _MOST_WINDOWS else []

    def leaves(self, damaged: bytes) -> bool:
        """Whether an event that cannot be read holds any of it, so that it has to be blanked."""
        plan = self._plan
        marks = [*plan.gone, *self._natives, *self._ends]
        marks += [post.url for post in self._posts if post.url]
        marks += [each for one in plan.names for each in (one.name, one.handle) if len(each) > 3]
        marks += [post.text for post in self._posts if len(post.text) > SHORTEST_ID]
        return any(mark.encode() in damaged for mark in marks)

    def rewrite(self, event: Event) -> Event:
        """Returns an event without what is deleted, itself where it holds nothing of that."""
        match event:
            case ev.Captured():
                if self._goes(event.post):
                    where = self._placement(event.placement)
                    emptied = ev.Captured(self.emptied(event.post), where, event.source)
                    return replace(emptied, carried_by=self._id(event.carried_by))
                if self._is_left_alone(event.post):
                    by, nowhere = ev.LEFT_ALONE, replace(event.placement, reason="")
                    return ev.Captured(self.emptied(event.post), nowhere, event.source, by)
                return self._of_another(event)
            case ev.Edited():
                if self._goes(event.post) or self._is_left_alone(event.post):
                    return ev.Edited(self.emptied(event.post))
                return self._of_another(event)
            case ev.Noted():
                if event.post in self._plan.gone:
                    return ev.Noted(self._plan.gone[event.post], None)
                return self._note(event)
            case ev.Summarised():
                return self._told(self._without_quotes(event, "summary"))
            case ev.Redacted(kind="post"):
                return self._rest(event)
            case ev.Muted() | ev.Redacted():
                return named_anew(event, self._plan.keys)
            case ev.AgendaEdited() | ev.AgendaChanged():
                agenda = self._agenda(event.agenda)
                edited = event if agenda is event.agenda else replace(event, agenda=agenda)
                return self._told(self._rest(edited))
            case ev.Grouped():
                return self._told(self._unreasoned(self._rest(event), "placements"))
            case ev.ReaderSaid():
                # It was asked with words that are gone, and says something about them.
                gone = any(post in self._plan.gone for post in event.seen)
                return ev.ReaderSaid((), {}, (), (), "") if gone else event
            case ev.Placed():
                return self._told(self._unreasoned(self._rest(event), "carried"))
            case ev.Deleted() | ev.Erased():
                return named_anew(self._rest(event), self._plan.keys)
            case ev.Identified():
                author = self._called(event.network, event.author)
                named = event if author is event.author else replace(event, author=author)
                return self._told(self._rest(named))
            case (
                ev.Begun()
                | ev.Remarked()
                | ev.RemarkCorrected()
                | ev.Opened()
                | ev.Starred()
                | ev.Hidden()
                | ev.Marked()
            ):
                return self._told(self._rest(event))
            case (
                ev.Closed()
                | ev.Undone()
                | ev.Redone()
                | ev.SourceChanged()
                | ev.Filled()
                | ev.Rechecked()
                | ev.LeaksAccepted()
                | ev.InboxSet()
                | ev.Exported()
                | ev.Corrected()
            ):
                return event
            case _:
                assert_never(event)

    def _called(self, network: str, author: Author) -> Author:
        """Returns how an account is called: nothing of who is gone, nor a name that went."""
        if (network, author.id) in self._plan.accounts:
            return Author("", id=gone_account(self._plan.salt, network, author))
        lost = self._plan.names
        handle = "" if author.handle in {one.handle for one in lost} else author.handle
        name = "" if author.name in {one.name for one in lost} else author.name
        if (handle, name) == (author.handle, author.name):
            return author
        return Author(handle, name, author.id)

    def emptied(self, post: Post) -> Post:
        """Returns what stays of a post that goes."""
        salt = self._plan.salt
        return replace(
            self._rest(post.emptied()),
            id=gone_id(salt, post.id),
            author=gone_author(salt, post),
            aliases=tuple(dict.fromkeys(gone_id(salt, alias) for alias in post.aliases)),
        )

    def _of_another(self, event: ev.Captured | ev.Edited) -> Event:
        """Returns an event of a post that stays.

        What a redaction concerned is marked where nothing else says so: it is not linked.
        """
        left = self._told(self._rest(event))
        if event.post.id in self._besides.applied:
            post = self._plan.for_good.post(event.post, left.post, self._spans)
            return replace(left, post=post)
        if (marked := still_marked(event.post, left.post)) is not left.post:
            return replace(left, post=marked)
        rules = self._plan.for_good.rules
        if left.post is event.post or rules is None or has_marker(left.post):
            return left
        if not rules.rules_in(event.post) or rules.rules_in(left.post):
            return left
        text = f"{left.post.text} {LINK}".lstrip()
        return replace(left, post=replace(left.post, text=text, url=None))

    def _note(self, event: ev.Noted) -> ev.Noted:
        if event.note and event.post in self._besides.applied:
            quoted = self._quoted(event.note)
            note = self._plan.for_good.note(event.post, event.note, quoted)
            return event if note == event.note else replace(event, note=note)
        return self._told(self._without_quotes(event, "note"))

    def _goes(self, post: Post) -> bool:
        return not self._plan.gone.keys().isdisjoint((post.id, *post.aliases))

    def _is_left_alone(self, post: Post) -> bool:
        return not self._plan.alone.isdisjoint((post.id, *post.aliases))

    def _rest(self, holder: _Holder) -> _Holder:
        """Returns an event or struct with other ids for posts that go, at any depth."""
        changes: dict[str, Any] = {}
        for name in REFERRING[type(holder)]:
            before = getattr(holder, name)
            after = mapped(before, self._id, self._rest)
            if after is not before:
                changes[name] = after
        if isinstance(holder, Placement):
            reason = self._names.sub(SOMEBODY, holder.reason) if self._names else holder.reason
            if reason != holder.reason:
                changes["reason"] = reason
        left = replace(holder, **changes) if changes else holder
        return self._of_others(left) if isinstance(left, Post) else left  # type: ignore[return-value]

    def _id(self, post_id: str) -> str:
        return self._plan.gone.get(post_id, post_id)

    def _of_others(self, post: Post) -> Post:
        """Returns another's post without what leads to one that goes, or names its author."""
        left = without(post, self._is_address, self._titles.find)
        lost = {one.handle.casefold() for one in self._plan.names} - self._plan.kept_handles
        return without_handles(left, lambda handle: handle.casefold() in lost)

    def _is_address(self, address: str) -> bool:
        signs = plain(address)
        if not any(part in signs for part in self._few_parts):
            return False  # as most are, and the rest takes long
        seen = fold(address)
        if any(native in seen and whole.search(seen) for native, whole in self._whole.items()):
            return True
        return not self._addresses.isdisjoint(deleted_addresses.names(address))

    def _placement(self, placement: Placement) -> Placement:
        """Returns the placement of a post that goes; a reason may have its words."""
        return placement if placement.by_person else replace(placement, reason="")

    def _unreasoned(self, event: _Holder, field: str) -> _Holder:
        """Returns an event whose placements of posts that go have no reasons."""
        gone = set(self._plan.gone.values())
        placements: dict[str, Placement] = getattr(event, field)
        if gone.isdisjoint(placements):
            return event
        left = {
            post: self._placement(where) if post in gone else where
            for post, where in placements.items()
        }
        return replace(event, **{field: left})

    def _without_quotes(self, event: _Holder, field: str) -> _Holder:
        """Returns a moderator's text without what a post that goes said."""
        text: str | None = getattr(event, field)
        if not text or not self._plan.said:
            return event
        left = self._plan.for_good.replaced(text, self._quoted(text))
        return event if left == text else replace(event, **{field: left})

    def _quoted(self, text: str) -> list[Span]:
        said = [(found.start, found.end) for found in self._plan.said.find(text)]
        parts = [(start, end) for start, end, _ in self._plan.parts.find(text)]
        return [Span(*each, DELETED) for each in (*said, *parts)]

    def _agenda(self, agenda: Agenda) -> Agenda:
        """Returns an agenda without the words of questions that were made of posts that go."""
        # By its text: another question with the same words would show them all the same.
        left = [(each.text, self._without_asked(each)) for each in agenda.questions]
        made = {text: other for text, other in left if other != text}
        if not made:
            return agenda
        questions = tuple(
            replace(each, text=made[each.text]) if each.text in made else each
            for each in agenda.questions
        )
        return replace(agenda, questions=questions)

    def _without_asked(self, question: Question) -> str:
        """Returns what is left of a question: it takes what `Traces.repeated` takes."""
        text, gone = question.text, self._plan.gone
        given = [self._plan.asked[each] for each in question.asked_by if each in self._plan.asked]
        said = Said(
            tuple(each for one in given for each in one.own),
            tuple(each for one in given for each in one.beside),
        )
        # The plan knows ids and aliases of what goes, as questions may name either.
        beside = self._plan.for_good.traces.said_beside(question, gone)
        found = repeated_in(text, said, [*self._plan.planned, *beside])
        return replaced(text, [Span(*each, DELETED) for each in found])

    def _told(self, holder: _Holder) -> _Holder:
        """Returns an event or struct without words that a rule can no longer withhold."""
        if not self.everything:
            return holder
        holder = self._redacted(holder)
        of_post = isinstance(holder, Post | Link | Media | Author | ev.Noted)
        applied = self._besides.texts and not of_post
        withheld = self._plan.for_good.applied if applied else self._withheld
        changes: dict[str, Any] = {}
        for name in _TELLING[type(holder)]:
            before = getattr(holder, name)
            after = mapped(before, withheld, self._told)
            if after is not before:
                changes[name] = after
        told = replace(holder, **changes) if changes else holder
        if isinstance(told, Person) and self._besides.texts:
            return replace(told, handles=self._plan.for_good.handles(told))
        if isinstance(told, Post):
            return self._post_told(told)  # type: ignore[return-value]
        return told

    def _redacted(self, holder: _Holder) -> _Holder:
        """Returns a post or a question as redactions of posts that go let it be seen."""
        if isinstance(holder, Post):
            silent = [rules.instead(holder.id) for rules in self._plan.redactions]
            if instead := next(filter(None, silent), None):
                return replace(
                    holder,
                    text=instead,
                    links=(),
                    media=(),
                    hashtags=(),
                    content_warning=None,
                    url=None,
                )
            spans = [
                span
                for rules in self._plan.redactions
                for span in rules.spans(holder.text, holder.links)
            ]
            if spans:
                text = self._plan.for_good.replaced(
                    holder.text, [*spans, *self._spans(holder.text)]
                )
                return replace(holder, text=text, url=None)
        elif isinstance(holder, Question):
            hidden = [rules.instead_of_question(holder) for rules in self._plan.redactions]
            if self._besides.texts:
                hidden.append(self._plan.for_good.question(holder))
            if instead := next(filter(None, hidden), None):
                return replace(holder, text=instead)
        return holder

    def _spans(self, text: str) -> list[Span]:
        """Returns what has to be withheld of a text because of the posts that go."""
        withheld = self._plan.withheld.find_each(text)
        spans = [Span(each.start, each.end, each.value) for each in withheld]
        return [*spans, *(span for rules in self._plan.redactions for span in rules.spans(text))]

    def _withheld(self, text: str) -> str:
        return self._plan.for_good.replaced(text, self._spans(text))

    def _post_told(self, post: Post) -> Post:
        """Returns a post without that in fields of which a part cannot be replaced."""
        found = self._spans
        links = tuple(link for link in post.links if _is_whole(link.url))
        handle = post.reply_to_handle
        changes = {
            "links": links,
            "hashtags": tuple(tag for tag in post.hashtags if _is_whole(tag)),
            "media": tuple(
                replace(m, url=None) if m.url and not _is_whole(m.url) else m for m in post.media
            ),
            "mentions": tuple(each for each in post.mentions if not found(f"@{each}")),
            "reply_to_handle": None if handle and found(f"@{handle}") else handle,
        }
        changed = {n: value for n, value in changes.items() if value != getattr(post, n)}
        return replace(post, **changed) if changed else post


def _is_whole(text: str) -> bool:
    """Whether nothing in an address or hashtag was replaced; a part of it leads nowhere."""
    return not any(marker in text for marker in MARKERS)
