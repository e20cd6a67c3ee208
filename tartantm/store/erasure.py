"""What goes when a person or a post is erased, and every event without it.

Computed from the events as they are in the transaction that rewrites them, so that what another
process recorded while a question stood on the screen goes too. Two things are held here: all of
the person goes (see `core.traces`), and nothing shows more than before. A mute or redaction that
names what is erased leaves the file as well, so what it withheld is first taken out of others'
words, or hidden. This file is longer than others because one plan has to hold all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from tartantm.core import events as ev
from tartantm.core.accounts import Account, handles_of
from tartantm.core.agenda import Person, Question
from tartantm.core.anchors import chat_tag, number_of
from tartantm.core.carried import left_alone
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.erased import (
    HELD_BACK,
    ErasedNames,
    account_names,
    address_names,
    blocked,
    phrase_names,
    post_names,
    said_names,
)
from tartantm.core.errors import BadInput
from tartantm.core.events import Event, Recorded
from tartantm.core.folding import letters, words
from tartantm.core.gone import gone_names, lost_authors, without_number
from tartantm.core.identity import fingerprint, gone_author, gone_id, is_gone
from tartantm.core.names import first_name, name_wordings, plain_name, whole_names
from tartantm.core.post import NETWORKS, Post
from tartantm.core.said import SaidWords
from tartantm.core.texts import Place, Text, texts_of_chat, texts_of_entry
from tartantm.core.traces import Traces
from tartantm.core.undo import moved_up
from tartantm.core.wordings import Wordings
from tartantm.store.erased_texts import EventScrubber, InClear, OthersSaid
from tartantm.store.leaning_rules import LeaningRules, named_anew
from tartantm.store.without_more import NOTHING_BESIDES, Besides, without_more

_OF_OTHERS = (Place.NAME, Place.MENTION, Place.REASON, Place.PERSON, Place.HASHTAG, Place.VENUE)
"""Places where a first name alone is not looked for: it is somebody's, or goes anyway."""


class Wanted(NamedTuple):
    """What is to be erased, in names that hold while the chat goes on."""

    accounts: tuple[str, ...] = ()
    """References of accounts, see `reference`; all that is certainly of the same people goes."""
    posts: tuple[str, ...] = ()
    """Ids of posts that go with their reposts and copies."""


class NothingLeft(BadInput):
    """What is to be erased is not in the chat (any more)."""


def reference(account: Account) -> str:
    """Returns how `Wanted` names an account."""
    return account.id or next(_called(account), account.key)


def erased_before(chat: Chat, written: str, hashes: Iterable[str] | None = None) -> bool:
    """Whether something was erased that is written so; with `hashes`, by that erasure alone.

    That is a whole name, ``handle``, ``handle@network``, a post's id or number, or a link to a post
    or to its anchor on the published page.
    """
    erased = blocked(chat.salt, chat.blocked if hashes is None else set(hashes))
    link, _, fragment = written.partition("#")
    if anchored := number_of(fragment):
        return anchored[1] == chat_tag(chat.salt) and erased.known(f"#{anchored[0]}")
    if "://" in written:
        return erased.post_id(written) or erased.address(link)
    local, _, network = written.rpartition("@")
    accounts = [(network, local)] if network in NETWORKS else [(n, written) for n in NETWORKS]
    return (
        erased.post_id(written)  # or #57
        or (written.isdecimal() and erased.known(f"#{int(written)}"))
        or any(erased.author_key(f"{each}:{name}") for each, name in accounts)
        or any(erased.known(f"name:{name}") for name in whole_names(written))
    )


class Erasure:
    """What is erased from a session with these events: what goes, and what is left of each event.

    Raises NothingLeft where the chat holds nothing of it.
    """

    def __init__(self, recorded: Sequence[Recorded], wanted: Wanted) -> None:
        self._read = [(item.seq, item.event) for item in recorded]
        self.chat = chat = Chat()
        self._idle = {item.seq for item in recorded if not _has_effect(chat, item)}
        """Numbers of events that undid or redid nothing, and must not once other acts are gone."""
        self.traces = traces = Traces(chat)
        named = [
            each
            for each in (*traces.accounts.all, *traces.accounts.misnamed)
            if not _refs(each).isdisjoint(wanted.accounts)
        ]
        posts = [entry.id for entry in map(chat.entry, wanted.posts) if entry]
        if not named and not posts:
            raise NothingLeft("Nothing of that is in the session.")
        person = traces.person(named)
        self.accounts, self.uncertain = person.accounts, person.uncertain
        self.others = [each for each in traces.accounts.all if each not in self.accounts]
        self.people = [*person.people, *self._namesakes(chat, person.people)]
        own = dict.fromkeys([*person.posts, *posts])
        repeats = dict.fromkeys(
            [*person.repeats, *traces.repeats([*posts, *_gone(chat, person.posts)])]
        )
        self.posts = _in_order(chat, own)
        """Of these people, or those that were named."""
        self.repeats = _in_order(chat, [each for each in repeats if each not in own])
        """Reposts and copies of these by others."""
        self._names = account_names(self.accounts, self.people, self.others, chat.agenda)
        self._names |= self._names_of([*self.posts, *self.repeats])
        self.said: dict[str, None] = {}
        """What the posts said, in every wording."""
        self.phrases: SaidWords[int] = SaidWords()
        """The same, to be found in parts, with when it was said; not what others said before."""
        for account in self.accounts:
            theirs = (chat.entries[each].post for each in account.posts)
            self._names |= {gone_author(chat.salt, one).id for one in theirs}
        self._names.difference_update({f"part:{each}" for each in _parts_of(self.others)})
        for network, author in chat.authors:
            if author.id in self._names or f"{network}:@{author.handle.casefold()}" in self._names:
                self._names |= address_names(author.url)
        self._salt = chat.salt
        self.corrected = {
            item.event.post.id: entry.post
            for item in recorded
            if isinstance(item.event, ev.RemarkCorrected)
            and (entry := chat.entry(item.event.post.id)) is not None
        }
        """The remarks that were corrected, as they are now."""
        self._misnamed: set[str] = set()
        """Those that stay, of which an earlier wording was under a name that goes."""
        self._take_up_rows(recorded)
        self._take_up_deleted()
        going = {entry.id: entry for entry in (*self.posts, *self.repeats)}
        self.alone = {entry.id: entry for entry in left_alone(chat, going)}
        """What only came along with these posts: it leaves the file, and may come again."""
        going |= self.alone
        left = [e for e in chat.entries.values() if e.id not in going and not is_gone(e.id)]
        self._leaning = LeaningRules(chat, going, left, traces)
        """Rules about accounts that stay, which posts that go have a handle of."""
        self._erased = InClear(self.name, self, traces)
        self.scrubber = EventScrubber(self._erased, self.said, self.corrected)
        self._phrase_names = self._names_of_phrases() | self._held_back()
        """Of words that a rule withheld which leaves, for posts that come late."""
        self.questions = [q for q in chat.agenda.questions if self._is_made_of_them(q)]
        """Questions of the agenda that were made of these posts."""
        self._left: dict[int, Event | None] = {}
        """What is left of each event, by its number, once that is known."""
        self._gone_names: tuple[str, ...] = ()
        """Hashes of names and handles of which nothing is left, though others may be named so."""
        self._besides = NOTHING_BESIDES
        self.after = self._without_more(recorded)
        """The chat as it will be."""

    def is_of(self, recorded: Sequence[Recorded]) -> bool:
        """Whether this was made of these very events."""
        return self._read == [(item.seq, item.event) for item in recorded]

    def of(self, recorded: Recorded) -> Event | None:
        """Returns what is left of an event of those that this was made of."""
        if recorded.seq in self._left:
            return self._left[recorded.seq]
        return None if recorded.seq in self._idle else self.rewrite(recorded.event)

    def rewrite(self, event: Event) -> Event | None:
        """Returns the event without what is erased, None where nothing is left of it."""
        if isinstance(event, ev.Captured | ev.Edited) and self._is_alone(event.post):
            return None
        return self.scrubber.event(named_anew(event, self._leaning.keys))

    def _is_alone(self, post: Post) -> bool:
        return any(name in self.alone for name in (post.id, *post.aliases))

    @property
    def events(self) -> list[Event]:
        """What is recorded: the erasure, after rules for accounts that theirs no longer find."""
        return [*self._leaning.more, self.event]

    @property
    def event(self) -> ev.Erased:
        """What is recorded of it."""
        names = self._names | self._phrase_names
        hashes = tuple(sorted(fingerprint(self._salt, name) for name in names))
        rewritten = len({text.post for text in self.rewritten if text.post} | self._misnamed)
        going = [*self.posts, *self.repeats]
        # What came along is none of the chat's posts; alone, it is what was removed all the same.
        count = sum(not entry.carried for entry in going) or len(going)
        return ev.Erased(
            count,
            hashes,
            len(self.accounts),
            rewritten,
            self._besides.hidden,
            self._besides.redacted,
            self._gone_names,
            self._besides.folds,
        )

    @property
    def ids(self) -> set[str]:
        """Ids of the posts that go."""
        return {entry.id for entry in (*self.posts, *self.repeats)}

    @property
    def remarks(self) -> list[Entry]:
        """Those of the posts that were said aloud."""
        return [entry for entry in self.posts if entry.post.is_remark]

    @cached_property
    def rewritten(self) -> list[Text]:
        """Others' texts, as they are, of which something goes."""
        return [
            text
            for text in self._texts_of_others()
            if text.place not in (Place.REASON, Place.PERSON) and self._changes(text)
        ]

    @cached_property
    def first_names(self) -> list[Text]:
        """Others' texts, as they will be, in which a first name of theirs stays."""
        given = [name for account in self.accounts for name in account.names]
        given += [person.name for person in self.people]
        single = [each for name in given for each in name_wordings(name) if len(words(each)) == 1]
        looked_for = Wordings((name, name) for name in {*map(first_name, given), *single} - {""})
        return [
            text
            for text in texts_of_chat(self.after)
            if text.place not in _OF_OTHERS and looked_for.found_in(text.words)
        ]

    @cached_property
    def same_names(self) -> list[Account]:
        """Accounts that stay though they go by the same name: somebody else's."""
        return [
            account
            for account in self.others
            if any(f"name:{letters(n)}" in self._names for n in account.names)
        ]

    def name(self, name: str) -> bool:
        """Whether a name is one of what is erased; see `core.erased`."""
        return name in self._names

    def names_of_kind(self, kind: str) -> list[str]:
        """Returns the names with this at their head, without it; see `core.erased`."""
        return [name.removeprefix(kind) for name in self._names if name.startswith(kind)]

    def _namesakes(self, chat: Chat, known: Iterable[Person]) -> list[Person]:
        """Returns people of the agenda with the whole name of these accounts and no other account.

        Nobody else was heard who could be meant.
        """
        theirs = {name for each in self.accounts for n in each.names for name in whole_names(n)}
        others = [each.person for each in self.others]
        return [
            person
            for person in chat.agenda.people
            if person not in known
            and person not in others
            and not theirs.isdisjoint(whole_names(person.name))
        ]

    def _take_up_rows(self, recorded: Sequence[Recorded]) -> None:
        """Take up what rows hold that the chat does not show: former wordings, undone remarks.

        Words that somebody else said before are theirs: who reposts or quotes only repeats them.
        """
        erased = ErasedNames(self._names.__contains__)
        posts = [
            (item.seq, item.event.post)
            for item in recorded
            if isinstance(item.event, ev.Captured | ev.Edited | ev.Remarked | ev.RemarkCorrected)
        ]
        going: dict[int, Post] = {}

        def goes(post: Post) -> bool:
            """Whether it goes; what another said, written under their name first, only changes."""
            now = self.corrected.get(post.id)
            gone = erased.post(post)
            if gone and now is not None and not erased.post(now):
                self._misnamed.add(post.id)
                return False
            return gone

        while more := {n: post for n, post in posts if n not in going and goes(post)}:
            going |= more
            self._names.update(name for post in more.values() for name in post_names(post))
        planned = [(0, text) for text in self._planned()]
        said = [(seq, post.text) for seq, post in posts if seq not in going]
        others = OthersSaid([*planned, *said])
        for seq, post in going.items():
            for text in filter(None, (post.text, post.content_warning, *_alts(post))):
                self.said[text] = None
                self._names |= said_names(text, lambda said, seq=seq: not others.had(said, seq))  # type: ignore[misc]
                self.phrases.add(text, seq)
        for said_at, text in others.texts:
            self.phrases.forget(text, lambda seq, said_at=said_at: said_at < seq)  # type: ignore[misc]

    def _planned(self) -> list[str]:
        """Returns the words of the agenda that no post brought there."""
        agenda = self.chat.agenda
        return [agenda.title, *(each.text for each in agenda.questions if not each.asked_by)]

    def _take_up_deleted(self) -> None:
        """Take up entries that only these names find: deleted posts, and copies of copies."""
        erased, known = ErasedNames(self._names.__contains__), self.ids
        more = [
            entry
            for entry in self.chat.entries.values()
            if entry.id not in known and erased.post(entry.post)
        ]
        own = [entry for entry in more if is_gone(entry.id) or entry.withdrawn]
        self.posts = sorted([*self.posts, *own], key=lambda entry: entry.seq)
        self.repeats += [entry for entry in more if entry not in own]
        self._names |= self._names_of(more)

    def _names_of(self, entries: Iterable[Entry]) -> set[str]:
        """Returns the names by which posts are recognised, also as deleted ones stand here."""
        found: set[str] = set()
        for entry in entries:
            known = (entry.id, *entry.post.aliases)
            found |= {f"#{entry.seq}", *post_names(entry.post)}
            found |= {gone_id(self.chat.salt, name) for name in known if not is_gone(name)}
        return found

    def _names_of_phrases(self) -> set[str]:
        """Returns the names of words that a rule withholds which leaves.

        What is in the file loses them otherwise: the rule is still known then, and says more.
        """
        erased = ErasedNames(self._names.__contains__)
        rules = [*self.chat.redactions, *self.chat.mutes]
        leaving = [
            value
            for kind, value in rules
            if kind in ("phrase", "exact") and self.scrubber.names_erased(kind, value)
        ]
        return {name for value in leaving for name in phrase_names(value, erased)}

    def _held_back(self) -> set[str]:
        """Returns the names by which names are recognised that a rule withholds which leaves.

        They stay withheld where somebody else has them, whose posts may come late or be edited.
        """
        names = [name for account in self.accounts for name in account.names]
        names += [person.name for person in self.people]
        return {
            f"{HELD_BACK}{letters(plain_name(name))}"
            for name in names
            if any(rule.spans(name) for rule in self._erased.leaving)
        }

    def _is_made_of_them(self, question: Question) -> bool:
        gone = any(map(self._erased.post_id, question.asked_by))
        return gone and self.scrubber.question(question).text != question.text

    def _texts_of_others(self) -> Iterable[Text]:
        gone = self.ids.union(self.alone)
        return (text for text in texts_of_chat(self.chat) if text.post not in gone)

    def _changes(self, text: Text) -> bool:
        if text.post is None:
            return self.scrubber.words(text.words) != text.words
        entries = filter(None, [self.after.entries.get(text.post)])
        kept = {(each.place, each.words) for entry in entries for each in texts_of_entry(entry)}
        return (text.place, text.words) not in kept

    def _without_more(self, recorded: Sequence[Recorded]) -> Chat:
        """Returns the chat as it will be, once nothing in it shows more than before."""
        after = self._chat_after(recorded)
        if lost := lost_authors(self.chat, after):
            self._erased.lose(lost)
        unknown = without_number(self.chat.authors, after.authors, after.agenda, after.people)
        self._gone_names = gone_names(self._salt, unknown, self.chat.agenda)

        def made(besides: Besides) -> Chat:
            self._besides, self.scrubber.applied, self._left = besides, besides.applied, {}
            if besides.texts:
                self._erased.apply_to_texts()
            return self._chat_after(recorded)

        _, after = without_more(self.chat, made, rules=self._leaning.keys)
        return after

    def _chat_after(self, recorded: Sequence[Recorded]) -> Chat:
        self._left = {item.seq: self.of(item) for item in recorded}
        for act in self.chat.history.acts:
            rows = range(act.seq, act.until + 1)
            moved = moved_up(act.events, [self._left[seq] for seq in rows])
            self._left.update(enumerate(moved, act.seq))
        left = [
            Recorded(item.seq, item.at, event)
            for item in recorded
            if (event := self._left[item.seq]) is not None
        ]
        last = recorded[-1]
        besides = self._besides
        erased = ev.Erased(
            0,
            hidden=besides.hidden,
            redacted=besides.redacted,
            names=self._gone_names,
            folds=besides.folds,
        )
        then = enumerate([*self._leaning.more, erased], last.seq + 1)
        return Chat([*left, *(Recorded(seq, last.at, event) for seq, event in then)])


def _has_effect(chat: Chat, recorded: Recorded) -> bool:
    """Apply an event; returns whether it did something, if it undid or redid an act."""
    event = recorded.event
    if not isinstance(event, ev.Undone | ev.Redone):
        chat.apply(recorded)
        return True
    found = chat.history.find(event.act, undo=isinstance(event, ev.Undone))
    chat.apply(recorded)
    return found is not None


def _gone(chat: Chat, posts: Iterable[str]) -> list[str]:
    """Returns ids of deleted posts by the authors of these; copies may be folded into them."""
    authors = {gone_author(chat.salt, chat.entries[post].post).id for post in posts}
    gone = (entry for entry in chat.entries.values() if is_gone(entry.id))
    return [entry.id for entry in gone if entry.post.author.id in authors]


def _refs(account: Account) -> set[str]:
    if not account.named:
        return {account.id or account.key}
    return {*_called(account), *([account.id] if account.id else [])}


def _called(account: Account) -> Iterator[str]:
    """Yields the references of an account by its handles; of whoever has none, by the names."""
    sign = "@" if account.handles else ""
    return (f"{account.network}:{sign}{each.casefold()}" for each in account.named)


def _in_order(chat: Chat, posts: Iterable[str]) -> list[Entry]:
    return sorted((chat.entries[post] for post in posts), key=lambda entry: entry.seq)


def _parts_of(others: Iterable[Account]) -> set[str]:
    """Returns the parts of addresses that lead to accounts that stay."""
    return {letters(part) for part in handles_of(others)}


def _alts(post: Post) -> list[str]:
    return [medium.alt for medium in post.media if medium.alt]
