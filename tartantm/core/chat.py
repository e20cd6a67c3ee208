"""`Chat`: one evening, and the only state of a session. It changes by `apply` and nothing else.

Running live, reopening a file, undo and replay all go through `apply`, so that the same events in
the same order make the same chat everywhere. This file is longer than others because each kind of
event has its method here; what a method needs besides this state is in a module of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from sys import intern
from typing import Any, assert_never, cast, get_args

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Person, Role
from tartantm.core.crossposts import CrossPosts
from tartantm.core.describe import describe_acts
from tartantm.core.entry import Change, Entry, QuestionState, Wording
from tartantm.core.events import Event, Placement, Recorded
from tartantm.core.identity import gone_id, is_gone
from tartantm.core.interning import Authors, intern_words
from tartantm.core.manual_reposts import Repeats, is_repeated
from tartantm.core.mutes import Muting, Rule, RuleState, holding
from tartantm.core.people import AccountKey, People, knows_handle
from tartantm.core.periods import Period, Periods
from tartantm.core.post import Author, Post
from tartantm.core.renumbering import backwards, forwards, renumber, renumber_states
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
        """The last state of each source, by its name."""
        self.coverage: list[tuple[datetime, ev.SourceChanged | ev.Filled]] = []
        """Every event about sources, with the time it was recorded."""
        self.mutes: tuple[Rule, ...] = ()
        self.muted_since: dict[Rule, datetime] = {}
        """When each of the mutes that hold was made."""
        self.redactions: dict[Rule, tuple[datetime, ev.Reason]] = {}
        """Those that hold, oldest first, with when and why each was made."""
        self.redacted_since: dict[Rule, int] = {}
        """The number of the event that each of the redactions that hold was made by."""
        self._muted_by: dict[Rule, RuleState] = {}
        self._redacted_by: dict[Rule, RuleState] = {}
        self._muting: Muting | None = None
        self.rechecked: tuple[datetime, ev.Rechecked] | None = None
        """When the networks were last asked which posts still exist, and the result."""
        self.erased = 0
        self.blocked: set[str] = set()
        self.erasures: list[tuple[int, datetime, ev.Erased]] = []
        """What was erased for good, as far as it is known still: the event's number, and when."""
        self.exports: list[tuple[int, datetime, ev.Exported]] = []
        """What was written into files: the event's number, when, and how."""
        self.corrections: list[tuple[datetime, ev.Corrected]] = []
        self.accepted_leaks: frozenset[str] = frozenset()
        """Keys of the places that the moderator found harmless."""
        self.inbox_budget: ev.InboxBudget = "usual"
        """How many doubtful placements the inbox holds."""
        self.read: list[ev.ReaderSaid] = []
        """All that a reader of the user's own said; whether it still counts, grouping knows."""
        self.heard_at: datetime | None = None
        """When the last post was recorded."""
        self.last_seq = 0
        self.last_at: datetime | None = None
        self.changed_at: datetime | None = None
        """When anything was recorded last that readers can see; that files were written is not."""
        self.periods = Periods()
        self.threads = Threads(self.entries)
        self.people = People()
        self.crossposts = CrossPosts(self.entries, self.people)
        self.repeats = Repeats(self.entries)
        self.history = History()
        self.states: dict[str, QuestionState] = {}
        """What questions gathered besides posts, by question id."""
        self._interned = Authors()
        self.authors: dict[tuple[str, Author], None] = {}
        """Everybody who was heard, by network, under every name and handle they had."""
        self._nameless: dict[tuple[str, str], dict[str, None]] = {}
        """By network and permanent id: posts that came without their author's handle and name."""
        self._tombstones: set[str] = set()
        """Ids of deleted posts that are not held; as the file has them, see `gone_id`."""
        self.gone_names: set[str] = set()
        """Keyed hashes of names that left the file with posts, see `core.gone`."""
        self._holds_gone = False
        self.planned: set[str] = set()
        """Texts of questions that came with an agenda, and were not made of a post here."""
        for item in recorded:
            self.apply(item)

    def reload(self, recorded: Iterable[Recorded]) -> None:
        """Begin anew with these events, for something was erased."""
        self.become(Chat(recorded))

    def become(self, other: Chat) -> None:
        """Be what another chat is, which nobody else holds; it may come from another thread."""
        self.__dict__ = other.__dict__

    def apply(self, recorded: Recorded) -> Change:
        """Apply one event, and return what it changed. Events come in the journal's order."""
        event = recorded.event
        self.last_seq, self.last_at = recorded.seq, recorded.at
        if type(event) is not ev.Exported:
            self.changed_at = recorded.at
        change = Change()
        if type(event) not in _ACTS:
            self._apply(event, change)
            return change
        event = cast(ev.Act, event)
        by_person = not isinstance(event, ev.Opened) or event.by == "moderator"
        act = self.history.begin(ActDone(recorded.seq, recorded.at, event, "", by_person))
        act.words = describe_acts(act.events, self)
        self._apply(event, change)
        self.history.end(tuple(change.added + change.changed))
        change.acts.append(act)
        return change

    def _apply(self, event: Event, change: Change) -> None:
        match event:  # the most frequent kinds first: each case costs an `isinstance`
            case ev.Captured() | ev.Remarked():
                self._captured(event, change)
            case ev.Grouped():
                self._place(event.placements, change)
            case ev.ReaderSaid():
                self.read.append(event)
                change.read += event.about
            case ev.Edited():
                self._edited(event, change)
            case ev.Deleted():
                self._deleted(event, change)
            case ev.Identified():
                self._identified(event, change)
            case ev.Placed():
                self._placed(event, change)
            case ev.Starred():
                self._set_each(event.posts, "starred", event.on, change)
            case ev.Hidden():
                self._set_each(event.posts, "hidden", event.on, change)
            case ev.Marked():
                self._marked(event, change)
            case ev.Noted():
                self._set_each((event.post,), "note", event.note, change)
            case ev.Summarised():
                self._summarised(event, change)
            case ev.RemarkCorrected():
                self._remark_corrected(event, change)
            case ev.Opened():
                opened = Period(event.at, self.last_seq, event.question, event.by, event.post)
                self._add_period(opened, change)
            case ev.Closed():
                self._add_period(Period(event.at, self.last_seq, None), change)
            case ev.Begun():
                self._begun(event, change)
            case ev.AgendaChanged():
                self._agenda_changed(event, change)
            case ev.AgendaEdited():
                self._agenda_edited(event, change)
            case ev.Muted():
                self._muted(event, change)
            case ev.Redacted():
                self._redacted(event, change)
            case ev.Undone() | ev.Redone():
                self._undone(event, change)
            case ev.SourceChanged() | ev.Filled():
                self._source(event, change)
            case ev.Rechecked():
                self._rechecked(event, change)
            case ev.Erased():
                self._erased(event, change)
            case ev.LeaksAccepted():
                self._leaks_accepted(event)
            case ev.InboxSet():
                self.history.set(self, "inbox_budget", event.budget)
            case ev.Exported():
                self.exports.append((self.last_seq, self._recorded_at(), event))
            case ev.Corrected():
                self.corrections.append((self._recorded_at(), event))
            case _:
                assert_never(event)

    def entry(self, post_id: str | None) -> Entry | None:
        """Returns the entry of a post by its id or any alias, None where the chat has none."""
        if not post_id:
            return None
        found = self.entries.get(self.threads.resolve(post_id))
        if found is None and self._holds_gone and not is_gone(post_id):
            found = self.entries.get(self.threads.resolve(gone_id(self.salt, post_id)))
        return found

    def was_deleted(self, post: Post) -> bool:
        """Whether a post, or what it reposts, was deleted at its network before it was heard."""
        if not (self._tombstones or self._holds_gone):
            return False
        names = (post.id, *post.aliases, *([post.repost_of] if post.repost_of else ()))
        return any(
            name in self._tombstones
            or gone_id(self.salt, name) in self._tombstones
            or ((entry := self.entry(name)) is not None and is_gone(entry.id))
            for name in names
        )

    def has_tombstone(self, post_id: str) -> bool:
        """Whether a post that is not held was deleted at its network."""
        known = self._tombstones
        return bool(known) and (post_id in known or gone_id(self.salt, post_id) in known)

    def stands_at(self, post_id: str) -> str | None:
        """Returns the question a post is placed under; None for General and for no such post."""
        entry = self.entry(post_id)
        return entry.placement.question if entry else None

    def number_of(self, post_id: str) -> int | None:
        """Returns the number of a post, None where the chat has none."""
        entry = self.entry(post_id)
        return entry.number if entry else None

    def asked_by_host(self, post_id: str | None) -> bool:
        """Returns whether a post that opened a question is one of somebody named as a host.

        Where the agenda names no host, anybody's post with its words opens a question. Of a post
        that is not here any more nobody can say more than whether there is a host.
        """
        entry = self.entry(post_id)
        if entry is None or entry.deleted_at is not None:
            return any(person.role == "host" for person in self.agenda.people)
        return self.role(entry.post) == "host"

    def was_opened(self, question: str) -> bool:
        """Returns whether a question was opened before."""
        return self.periods.opened_at(question) is not None

    def person(self, post: Post) -> Person | None:
        """Returns who wrote a post by the agenda, None where it names nobody so."""
        return self.people.person(self.agenda, post.network, post.author)

    def account(self, post: Post) -> AccountKey:
        """Returns what is the same for all posts by one account, whatever it was called then."""
        return self.people.key(post.network, post.author)

    def role(self, post: Post) -> Role:
        """Returns the role of a post's author in this chat, "" for a participant like any other."""
        return self.people.role(self.agenda, post.network, post.author)

    def speaker(self, name: str) -> str:
        """Returns the name of somebody at a venue as it was written, by the case-folded one."""
        shown = (author.shown for network, author in self.authors if network == "room")
        return next((each for each in shown if each.casefold() == name), name)

    def ordered(self) -> list[Entry]:
        """Returns every entry, by time, also what only came along with posts."""
        return sorted(self.entries.values(), key=lambda entry: entry.key)

    def posts(self) -> Iterator[Entry]:
        """Yields the posts of the chat, in order of arrival: what counts, is placed and listed.

        `entries` also has what only came along with them, for that is withheld and erased alike.
        """
        return (entry for entry in self.entries.values() if not entry.carried)

    def summary_of(self, question: str) -> str | None:
        """Returns the moderator's summary of a question."""
        state = self.states.get(question)
        return state.summary if state else None

    def _set_each(self, posts: Iterable[str], attribute: str, value: Any, change: Change) -> None:
        for post_id in posts:
            entry = self.entry(post_id)
            if entry is not None and self.history.set(entry, attribute, value):
                change.changed.append(entry.id)

    def _begun(self, event: ev.Begun, change: Change) -> None:
        self.salt = event.salt
        self._take_agenda(event, change)

    def _agenda_changed(self, event: ev.AgendaChanged, change: Change) -> None:
        self._take_agenda(event, change)
        self._renumber(event.renamed, change)

    def _take_agenda(self, event: ev.Begun | ev.AgendaChanged, change: Change) -> None:
        known = {question.text for question in self.agenda.questions}
        self.planned |= {each.text for each in event.agenda.questions} - known
        self.agenda, self.digest = event.agenda, event.digest or self.digest
        change.agenda = True
        if self.mutes:
            self._mute_anew(change)

    def _agenda_edited(self, event: ev.AgendaEdited, change: Change) -> None:
        self.history.set(self, "agenda", event.agenda)
        change.agenda = True
        if self.mutes:
            self._mute_anew(change)
        self._renumber(event.renamed, change)

    def _renumber(self, renamed: dict[str, str | None], change: Change) -> None:
        """Give posts, periods and summaries the ids of the agenda that holds now."""
        now = forwards(renamed, self.agenda)
        renumbered = renumber(self.posts(), self.periods.all_periods, now)
        for entry, placement in renumbered.placements:
            self.history.set(entry, "placement", placement)
            change.changed.append(entry.id)
        for period, question in renumbered.questions:
            self.history.set(period, "question", question)
        self.history.set(self, "states", renumber_states(self.states, now))
        change.periods = True

    def _renumber_after_undo(self, act: ActDone, stood: dict[str, Placement]) -> list[str]:
        """After an edit of the agenda was undone or redone: renumber what came since it, too.

        `stood` holds each post's placement before. What the act itself restored is left alone; the
        rest becomes a part of the act. Returns the ids of the posts that this moved.
        """
        assert isinstance(act.event, ev.AgendaEdited)
        renaming = backwards if act.undone else forwards
        restored = {id(holder) for holder, *_ in act.changes}
        # What was withdrawn comes back only once the agenda is as it was when that was made.
        periods = [
            period
            for period in self.periods.all_periods
            if id(period) not in restored and not period.withdrawn
        ]
        entries = [
            entry
            for entry in self.posts()
            if not entry.withdrawn and entry.placement is stood.get(entry.id)
        ]
        renumbered = renumber(entries, periods, renaming(act.event.renamed, self.agenda))
        for period, question in renumbered.questions:
            self.history.amend(act, period, "question", question)
        for entry, placement in renumbered.placements:
            self.history.amend(act, entry, "placement", placement)
        return [entry.id for entry, _ in renumbered.placements]

    def _muted(self, event: ev.Muted, change: Change) -> None:
        state = self._muted_by.setdefault((event.kind, event.value), RuleState())
        held = (self.last_seq, self._recorded_at(), "") if event.on else None
        self.history.set(state, "held", held)
        self._mute_anew(change)
        change.rules = True

    def _mute_anew(self, change: Change) -> None:
        """Read the mutes anew, and hide what they hide now."""
        self.muted_since = {rule: at for rule, (_, at, _) in holding(self._muted_by).items()}
        self.mutes = tuple(self.muted_since)
        self._muting = Muting(self, self.mutes) if self.mutes else None
        for entry in self.entries.values():
            muted = self._muting is not None and self._muting.hides(entry)
            if muted != entry.muted:
                entry.muted = muted
                change.changed.append(entry.id)

    def _mute(self, entry: Entry, change: Change) -> None:
        """Hide a post that is new, or was edited, where a mute says so."""
        if self._muting is None:
            return
        if self._muting.concerns(entry.post):  # their other posts may be found by this one now
            self._mute_anew(change)
        else:
            entry.muted = self._muting.hides(entry)

    def _recorded_at(self) -> datetime:
        assert self.last_at is not None  # an event is being applied
        return self.last_at

    def _leaks_accepted(self, event: ev.LeaksAccepted) -> None:
        keys = frozenset(event.keys)
        accepted = self.accepted_leaks | keys if event.on else self.accepted_leaks - keys
        self.history.set(self, "accepted_leaks", accepted)

    def _redacted(self, event: ev.Redacted, change: Change) -> None:
        state = self._redacted_by.setdefault((event.kind, event.value), RuleState())
        held = (self.last_seq, self._recorded_at(), event.reason) if event.on else None
        self.history.set(state, "held", held)
        self._redact_anew(change)

    def _redact_anew(self, change: Change) -> None:
        held = holding(self._redacted_by)
        self.redactions = {rule: (at, reason) for rule, (_, at, reason) in held.items()}
        self.redacted_since = {rule: seq for rule, (seq, _, _) in held.items()}
        change.changed += self.entries
        change.rules = True

    def _captured(self, event: ev.Captured | ev.Remarked, change: Change) -> None:
        post = event.post
        if isinstance(event, ev.Remarked):
            reason = "Said at the venue; placed by the moderator"
            placement = Placement(event.question, "moderator", reason, 1.0)
        else:
            placement = event.placement
        gone = is_gone(post.id)
        if not gone and self.was_deleted(post):
            return
        if gone and isinstance(event, ev.Captured) and event.carried_by == ev.LEFT_ALONE:
            return
        if (held := self.entry(post.id)) is not None:
            if is_repeated(post.id) and held.id != post.id:
                return  # the post itself is held
            if held.carried and isinstance(event, ev.Captured):
                self._carried_again(held, event, change)
            elif post.version != held.post.version and post.edited_at:
                self._edited(ev.Edited(post), change)
            return
        post = self._hear(post, change)
        self._interned.intern_author(post)
        intern_words(placement)
        entry = self.entries[post.id] = Entry(post, placement, self.last_seq)
        self.heard_at = self.last_at
        if gone:  # when and why follows; without that it must not count as a post of no words
            self._holds_gone, entry.deleted_at = True, self.last_at
        if isinstance(event, ev.Captured):
            entry.source, entry.carried = intern(event.source), bool(event.carried_by)
        self.threads.add(entry)
        self._fold(entry, change)
        for repeated, repeats in self.repeats.add(entry):
            change.changed += self.threads.identify(repeated, repeats)
            change.changed += self.repeats.quotes(repeated)
        self._mute(entry, change)
        change.added.append(post.id)
        self.history.created(entry)

    def _carried_again(self, entry: Entry, event: ev.Captured, change: Change) -> None:
        """Take up a fuller version of what only came along, or that it is a post of the chat."""
        if entry.deleted_at is None:
            old, entry.post = entry.post, event.post
            entry.source, entry.earlier = intern(event.source), ()
            if event.post.id != old.id or old.aliases:
                aliases = dict.fromkeys((*old.aliases, event.post.id, *event.post.aliases))
                kept = tuple(each for each in aliases if each != old.id)
                entry.post = replace(event.post, id=old.id, aliases=kept)
            self._interned.intern_author(entry.post)
            self.authors[entry.post.network, entry.post.author] = None
            self.threads.add_aliases(entry)
        if not event.carried_by:
            intern_words(event.placement)
            entry.carried, entry.placement = False, event.placement
            change.added.append(entry.id)
            self.threads.add_reply(entry)
        self._fold(entry, change)
        self._mute(entry, change)
        change.changed.append(entry.id)

    def _fold(self, entry: Entry, change: Change) -> None:
        """Fold a post into what it copies or reposts, and what reposts it into it."""
        original = None if entry.carried else self.crossposts.original(entry, self.agenda)
        change.changed += self.threads.fold(entry, original)

    def _edited(self, event: ev.Edited, change: Change) -> None:
        entry = self.entry(event.post.id)
        if entry is None or entry.deleted_at:
            return
        old, new = entry.post, event.post
        if event.source:
            entry.source, entry.earlier = intern(event.source), ()
        elif new.edited_at and old.edited_at and new.edited_at < old.edited_at:
            return
        elif new.text != old.text:
            until = new.edited_at or self.last_at or new.created_at
            entry.earlier = (*entry.earlier, Wording(until, old.text))
        entry.post = self._hear(new.succeeding(old), change)
        if event.source:
            self._fold_anew(entry, change)
        self._mute(entry, change)
        self.threads.add_aliases(entry)
        change.changed.append(entry.id)

    def _hear(self, post: Post, change: Change) -> Post:
        """Take up how a post's author is called; returns the post with what is known of them."""
        network, author = post.network, post.author
        self._hear_author(network, author, change)
        if not author.id or (author.name and knows_handle(author)) or is_gone(post.id):
            return post
        self._nameless.setdefault((network, author.id), {})[post.id] = None
        completed = self.people.completed(network, author)
        if completed == author:
            return post
        self.authors[network, completed] = None
        return replace(post, author=completed)

    def _hear_author(self, network: str, author: Author, change: Change) -> bool:
        """Remember a name and handle, and complete the posts of which the author's was not known.

        Returns whether that is news.
        """
        self.authors[network, author] = None
        news = self.people.hear(network, author)
        if news and (waiting := self._nameless.get((network, author.id))):
            for entry in filter(None, map(self.entry, waiting)):
                self._complete(entry, change)
        return news

    def _complete(self, entry: Entry, change: Change) -> None:
        """Name the author of a post that came with the permanent id alone, or without the name."""
        network, author = entry.post.network, entry.post.author
        if author.name and knows_handle(author):
            return
        # A handle that it is shown under already stays.
        completed = self.people.completed(network, author)
        if completed != author:
            entry.post = replace(entry.post, author=completed)
            self.authors[network, completed] = None
            change.changed.append(entry.id)

    def _identified(self, event: ev.Identified, change: Change) -> None:
        if self._hear_author(event.network, event.author, change) and self.mutes:
            self._mute_anew(change)

    def _remark_corrected(self, event: ev.RemarkCorrected, change: Change) -> None:
        entry = self.entry(event.post.id)
        if entry is None or not entry.post.is_remark:
            return
        self._interned.intern_author(event.post)
        self.authors[event.post.network, event.post.author] = None
        known = {wording.text for wording in entry.earlier}
        texts = dict.fromkeys((entry.post.text, event.post.text))
        more = (Wording(self._recorded_at(), text) for text in texts if text not in known)
        entry.earlier = (*entry.earlier, *more)  # whatever is undone
        if self.history.set(entry, "post", event.post):
            change.changed.append(entry.id)
        self._remark_changed(change)

    def _remark_changed(self, change: Change) -> None:
        """After a remark is another's, or of another time: hide it, or not, and sort anew."""
        change.reordered = change.rules = True
        if self.mutes:
            self._mute_anew(change)

    def _fold_anew(self, entry: Entry, change: Change) -> None:
        """Fold a post as it is by what it says now: it may have been taken for another's copy."""
        if entry.post.repost_of or entry.carried:
            return
        change.changed += self.threads.take_out(entry)
        self._fold(entry, change)

    def _deleted(self, event: ev.Deleted, change: Change) -> None:
        for post_id in event.posts:
            entry = self.entry(post_id)
            if entry is None:
                self._tombstones.add(post_id)
            elif is_gone(entry.id):
                if not entry.deleted_why:
                    entry.deleted_at, entry.deleted_why = event.at, event.why
                    change.changed.append(entry.id)
            elif entry.deleted_at is None:
                entry.deleted_at, entry.deleted_why = event.at, event.why
                entry.post, entry.earlier = entry.post.emptied(), ()
                change.changed.append(entry.id)
                if entry.id not in event.folds:  # as files of version 1 mean it
                    change.changed += self.threads.unfold(entry)
        self._withhold_for_good(event, change)
        change.reloaded |= event.rewritten > 0

    def _place(self, placements: dict[str, Placement], change: Change) -> None:
        """Place posts that nobody placed by hand; what a person decided stays."""
        for post_id, placement in placements.items():
            entry = self.entry(post_id)
            if entry and not (entry.carried or entry.placement.by_person):
                self._set_each((entry.id,), "placement", placement, change)

    def _placed(self, event: ev.Placed, change: Change) -> None:
        for post_id, question in event.moves.items():
            if (entry := self.entry(post_id)) is None or entry.carried:
                continue
            placement = Placement(question, "moderator", "Placed by the moderator", 1.0)
            self._set_each((post_id,), "placement", placement, change)
        self._place(event.carried, change)

    def _add_period(self, period: Period, change: Change) -> None:
        self.periods.add(period)
        change.periods = True
        self.history.created(period)

    def _marked(self, event: ev.Marked, change: Change) -> None:
        for entry in filter(None, map(self.entry, event.posts)):
            rest = tuple(mark for mark in entry.marks if mark != event.mark)
            marks = (*rest, event.mark) if event.on else rest
            self._set_each((entry.id,), "marks", marks, change)

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
        stood = {each.id: each.placement for each in self.posts()} if of_agenda else {}
        self.history.reverse(act, undo=undo)
        change.changed += act.posts
        if of_agenda:
            change.changed += self._renumber_after_undo(act, stood)
            change.agenda = True
        muted = any(isinstance(each, ev.Muted) for each in act.events)
        if muted or (of_agenda and self.mutes):
            self._mute_anew(change)
            change.rules |= muted
        if any(isinstance(each, ev.Redacted) for each in act.events):
            self._redact_anew(change)
        if any(isinstance(each, ev.RemarkCorrected) for each in act.events):
            self._remark_changed(change)
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
        self.blocked.update(event.blocked)
        if event.only_blocks:
            return
        self.erased += event.count
        self.erasures.append((self.last_seq, self._recorded_at(), event))
        # An act that left may have been what ended redoing; and rules left with what was erased,
        # so what they withheld comes back by no undo.
        self.history.forget_undone()
        self._withhold_for_good(event, change)
        change.reloaded = True

    def _withhold_for_good(self, event: ev.Deleted | ev.Erased, change: Change) -> None:
        """Withhold what rules or folds withheld because of what left the file; no undo shows it."""
        self.gone_names.update(event.names)
        for post_id, copies in event.folds.items():
            if (head := self.entry(post_id)) is not None:
                change.changed += self.threads.gather(head.id, copies)
        for entry in filter(None, map(self.entry, event.hidden)):
            entry.hidden = True
            self.history.forget(entry, "hidden")
            change.changed.append(entry.id)
        for key in event.redacted:
            state = self._redacted_by.setdefault(("author", key), RuleState())
            state.held = (self.last_seq, self._recorded_at(), "")
            self.history.forget(state, "held")
        if event.redacted:
            self._redact_anew(change)


# A look-up in this set takes a twentieth of the time of `isinstance` with the union.
_ACTS = frozenset(get_args(ev.Act))
