"""`Chat`: one evening, and the only state of a session. It changes by `apply` and nothing else.

Live running, reopening a file, undo and replay all go through `apply`, so that the same events in
the same order give the same chat everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from sys import intern
from typing import Any, cast, get_args

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda
from tartantm.core.crossposts import CrossPosts
from tartantm.core.describe import describe_act
from tartantm.core.entry import Change, Entry, QuestionState, Wording
from tartantm.core.events import Event, Placement, Recorded
from tartantm.core.interning import Authors, share_words
from tartantm.core.mutes import Rule, mute, ruled
from tartantm.core.periods import Period, Periods
from tartantm.core.renumbering import renumber, renumber_after_undo
from tartantm.core.threads import Threads
from tartantm.core.undo import ActDone, History


class Chat:
    """One evening: agenda, posts, where they stand, and everything said about them."""

    def __init__(self, recorded: Iterable[Recorded] = ()) -> None:
        self.agenda = Agenda("")
        self.digest = ""
        self.salt = ""
        self.entries: dict[str, Entry] = {}
        self.summary: str | None = None
        self.sources: dict[str, ev.SourceChanged] = {}
        """What was last heard of each source."""
        self.coverage: list[tuple[datetime, ev.SourceChanged | ev.Filled]] = []
        """All that was heard of sources, with the time it was recorded."""
        self.mutes: tuple[Rule, ...] = ()
        self.redactions: dict[Rule, tuple[datetime, ev.Reason]] = {}
        """Those that hold, oldest first: when and why each was made."""
        self.rechecked: tuple[datetime, ev.Rechecked] | None = None
        """When the networks were last asked which posts still stand, and what came of it."""
        self.erased = 0
        self.blocked: set[str] = set()
        self.last_seq = 0
        self.last_at: datetime | None = None
        self.periods = Periods()
        self.threads = Threads(self.entries)
        self.crossposts = CrossPosts(self.entries)
        self.history = History()
        self.states: dict[str, QuestionState] = {}
        """What questions gathered besides posts."""
        self._authors = Authors()
        self._tombstones: dict[str, ev.Deleted] = {}
        for item in recorded:
            self.apply(item)

    def reload(self, recorded: Iterable[Recorded]) -> None:
        """Become what these events alone make: something was erased."""
        self.__init__(recorded)  # type: ignore[misc]

    def apply(self, recorded: Recorded) -> Change:
        """Let one event happen, and tell what it changed. Events come in the journal's order."""
        event = recorded.event
        self.last_seq, self.last_at = recorded.seq, recorded.at
        change = Change()
        if type(event) in _ACTS:
            event = cast(ev.Act, event)
            by_person = not isinstance(event, ev.Opened) or event.by == "moderator"
            words = describe_act(event, self.stands_at)
            act = ActDone(recorded.seq, recorded.at, event, words, by_person)
            self.history.begin(act)
            _APPLY[type(event)](self, event, change)
            self.history.end(tuple(change.added + change.changed))
            change.acts.append(act)
        else:
            _APPLY[type(event)](self, event, change)
        return change

    def entry(self, post_id: str | None) -> Entry | None:
        """The entry of a post by its id or any alias, None where the chat does not hold it."""
        return self.entries.get(self.threads.resolve(post_id)) if post_id else None

    def stands_at(self, post_id: str) -> str | None:
        """The question a post stands under; None for General, and where there is no such post."""
        entry = self.entry(post_id)
        return entry.placement.question if entry else None

    def ordered(self) -> list[Entry]:
        """Every entry by time."""
        return sorted(self.entries.values(), key=lambda entry: entry.key)

    def summary_of(self, question: str) -> str | None:
        """The moderator's words on a question."""
        state = self.states.get(question)
        return state.summary if state else None

    def _each(self, posts: Iterable[str], attribute: str, value: Any, change: Change) -> None:
        for post_id in posts:
            entry = self.entry(post_id)
            if entry is not None and self.history.set(entry, attribute, value):
                change.changed.append(entry.id)

    def _begun(self, event: ev.Begun | ev.AgendaChanged, change: Change) -> None:
        self.agenda, self.digest = event.agenda, event.digest or self.digest
        change.agenda = True
        if isinstance(event, ev.Begun):
            self.salt = event.salt
        else:
            renumber(self, event.renamed, change)

    def _agenda_edited(self, event: ev.AgendaEdited, change: Change) -> None:
        self.history.set(self, "agenda", event.agenda)
        change.agenda = True
        renumber(self, event.renamed, change)

    def _muted(self, event: ev.Muted, change: Change) -> None:
        mutes = ruled(self.mutes, (event.kind, event.value), on=event.on)
        self.history.set(self, "mutes", mutes)
        change.changed += mute(self.entries.values(), mutes)
        change.rules = True

    def _redacted(self, event: ev.Redacted, change: Change) -> None:
        rule = (event.kind, event.value)
        assert self.last_at is not None
        told = {each: why for each, why in self.redactions.items() if each != rule}
        if event.on:
            told[rule] = self.last_at, event.reason
        self.history.set(self, "redactions", told)
        change.changed += self.entries
        change.rules = True

    def _captured(self, event: ev.Captured | ev.Remarked, change: Change) -> None:
        post = event.post
        if isinstance(event, ev.Remarked):
            reason = "Said at the venue; placed by the moderator"
            placement = Placement(event.question, "moderator", reason, 1.0)
        else:
            placement = event.placement
        if self._tombstones and any(i in self._tombstones for i in (post.id, *post.aliases)):
            return
        if (held := self.entry(post.id)) is not None:
            if post.version != held.post.version and post.edited_at:
                self._edited(ev.Edited(post), change)
            return
        self._authors.intern_author(post)
        share_words(placement)
        entry = self.entries[post.id] = Entry(post, placement, self.last_seq)
        if isinstance(event, ev.Captured):
            entry.source = intern(event.source)
        self.threads.add(entry)
        original = self.crossposts.original(entry, self.agenda)
        change.changed += self.threads.fold(entry, original)
        if self.mutes:
            mute((entry,), self.mutes)
        change.added.append(post.id)
        self.history.made(entry)

    def _edited(self, event: ev.Edited, change: Change) -> None:
        entry = self.entry(event.post.id)
        if entry is None or entry.deleted_at:
            return
        old, new = entry.post, event.post
        if new.edited_at and old.edited_at and new.edited_at < old.edited_at:
            return
        if new.text != old.text:
            until = new.edited_at or self.last_at or new.created_at
            entry.earlier = (*entry.earlier, Wording(until, old.text))
        entry.post = new.succeeding(old)
        if self.mutes:
            mute((entry,), self.mutes)
        self.threads.also_known(entry)
        change.changed.append(entry.id)

    def _deleted(self, event: ev.Deleted, change: Change) -> None:
        for post_id in event.posts:
            entry = self.entry(post_id)
            if entry is None:
                self._tombstones[post_id] = event
            elif entry.deleted_at is None:
                entry.deleted_at, entry.deleted_why = event.at, event.why
                entry.post, entry.earlier = entry.post.emptied(), ()
                change.changed += [entry.id, *self.threads.unfold(entry)]

    def _grouped(self, event: ev.Grouped, change: Change) -> None:
        self._place(event.placements, change)

    def _place(self, placements: dict[str, Placement], change: Change) -> None:
        """Place what nobody placed by hand: what a person decided stays."""
        for post_id, placement in placements.items():
            entry = self.entry(post_id)
            if entry and not entry.placement.by_person:
                self._each((entry.id,), "placement", placement, change)

    def _placed(self, event: ev.Placed, change: Change) -> None:
        for post_id, question in event.moves.items():
            placement = Placement(question, "moderator", "Placed by the moderator", 1.0)
            self._each((post_id,), "placement", placement, change)
        self._place(event.carried, change)

    def _opened(self, event: ev.Opened, change: Change) -> None:
        self._add_period(
            Period(event.at, self.last_seq, event.question, event.by, event.post), change
        )

    def _closed(self, event: ev.Closed, change: Change) -> None:
        self._add_period(Period(event.at, self.last_seq, None), change)

    def _add_period(self, period: Period, change: Change) -> None:
        self.periods.add(period)
        change.periods = True
        self.history.made(period)

    def _starred(self, event: ev.Starred, change: Change) -> None:
        self._each(event.posts, "starred", event.on, change)

    def _hidden(self, event: ev.Hidden, change: Change) -> None:
        self._each(event.posts, "hidden", event.on, change)

    def _marked(self, event: ev.Marked, change: Change) -> None:
        for entry in filter(None, map(self.entry, event.posts)):
            rest = tuple(mark for mark in entry.marks if mark != event.mark)
            marks = (*rest, event.mark) if event.on else rest
            self._each((entry.id,), "marks", marks, change)

    def _noted(self, event: ev.Noted, change: Change) -> None:
        self._each((event.post,), "note", event.note, change)

    def _summarised(self, event: ev.Summarised, change: Change) -> None:
        holder: Any = self
        if event.question:
            holder = self.states.setdefault(event.question, QuestionState())
        self.history.set(holder, "summary", event.summary)
        change.summaries = True

    def _undone(self, event: ev.Undone | ev.Redone, change: Change) -> None:
        undo = isinstance(event, ev.Undone)
        act = self.history.find(event.act, undo=undo)
        if act is None:
            return
        of_agenda = isinstance(act.event, ev.AgendaEdited)
        stood = {each.id: each.placement for each in self.entries.values()} if of_agenda else {}
        self.history.turn(act, undo=undo)
        change.changed += act.posts
        if of_agenda:
            change.changed += renumber_after_undo(self, act, stood)
            change.agenda = True
        if isinstance(act.event, ev.Muted):
            change.changed += mute(self.entries.values(), self.mutes)
        change.rules = isinstance(act.event, ev.Muted | ev.Redacted)
        change.periods = change.summaries = True
        change.acts.append(act)

    def _source(self, event: ev.SourceChanged | ev.Filled, change: Change) -> None:
        if isinstance(event, ev.SourceChanged):
            self.sources[event.source] = event
        assert self.last_at is not None
        self.coverage.append((self.last_at, event))
        change.sources = True

    def _rechecked(self, event: ev.Rechecked, change: Change) -> None:
        assert self.last_at is not None
        self.rechecked = self.last_at, event
        change.sources = True

    def _erased(self, event: ev.Erased, change: Change) -> None:
        self.erased += event.count
        self.blocked.update(event.blocked)
        change.reloaded = True


# A look into this set costs a twentieth of `isinstance` with the union.
_ACTS = frozenset(get_args(ev.Act))
_APPLY: dict[type[Event], Callable[[Chat, Any, Change], None]] = {
    ev.Begun: Chat._begun,
    ev.AgendaChanged: Chat._begun,
    ev.Captured: Chat._captured,
    ev.Edited: Chat._edited,
    ev.Deleted: Chat._deleted,
    ev.Grouped: Chat._grouped,
    ev.Opened: Chat._opened,
    ev.Closed: Chat._closed,
    ev.Placed: Chat._placed,
    ev.Starred: Chat._starred,
    ev.Hidden: Chat._hidden,
    ev.Marked: Chat._marked,
    ev.Noted: Chat._noted,
    ev.Summarised: Chat._summarised,
    ev.Remarked: Chat._captured,
    ev.AgendaEdited: Chat._agenda_edited,
    ev.Muted: Chat._muted,
    ev.Redacted: Chat._redacted,
    ev.Undone: Chat._undone,
    ev.Redone: Chat._undone,
    ev.SourceChanged: Chat._source,
    ev.Filled: Chat._source,
    ev.Rechecked: Chat._rechecked,
    ev.Erased: Chat._erased,
}
