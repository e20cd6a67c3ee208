"""What is erased, in the texts and events of others: found in clear, and taken out.

A mute or redaction that leaves with somebody is applied here for good, so that what it withheld
does not show once the rule is gone. This file is longer than others because recognising and taking
out ask the same plan.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import Protocol

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.accounts import Account, author_of, handles_of
from tartantm.core.agenda import Person, Question
from tartantm.core.asked_words import (
    beside,
    planned_in,
    repeated_in,
    said_by,
    shared_stretches,
)
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.erased import (
    NAME_WITHHELD,
    NAMES,
    SOMEBODY,
    WORDS_WITHHELD,
    ErasedNames,
    link_spans,
)
from tartantm.core.events import Event
from tartantm.core.folding import Folded, letters, words
from tartantm.core.for_good import ForGood
from tartantm.core.gone import in_reasons, still_marked
from tartantm.core.names import LONG_NAME, name_wordings, whole_names
from tartantm.core.post import NETWORKS, Author, Post
from tartantm.core.redaction import Redactions
from tartantm.core.said import SaidWords
from tartantm.core.scrub import QUESTION_WITHHELD, Scrubber
from tartantm.core.spans import Span, replaced
from tartantm.core.telling_handles import TellingHandles, hashtag_letters
from tartantm.core.traces import SHORTEST_SAID, Traces, is_whole
from tartantm.core.wordings import Wordings

_GLIMPSE = re.compile(rf".{{{SHORTEST_SAID // 2}}}")
"""Some letters here and there in a text, so that one is within the words that are looked for."""

_GLIMPSES = re.compile(rf"(?=({_GLIMPSE.pattern}))")
"""All that `_GLIMPSE` may find, wherever words begin."""


class ErasedPeople(Protocol):
    """Whom and what an erasure takes away."""

    chat: Chat
    accounts: list[Account]
    others: list[Account]
    """Accounts that stay."""
    people: list[Person]
    posts: list[Entry]
    phrases: SaidWords[int]
    """What the posts said, to be found in parts."""

    @property
    def ids(self) -> set[str]:
        """Ids of all posts that go, also of others' reposts and copies."""

    def names_of_kind(self, kind: str) -> list[str]:
        """Returns the names of a kind, such as ``name:``, without that prefix."""


class InClear(ErasedNames):
    """Recognises what is being erased, while its names are known in clear and rules still hold."""

    def __init__(self, known: Callable[[str], bool], erased: ErasedPeople, traces: Traces) -> None:
        """Recognise these people's names, and the names that `known` says are erased."""
        super().__init__(known)
        chat, names = erased.chat, erased.names_of_kind
        self._whole = names("name:")
        self._glimpses = {each for start in names("start:") for each in _GLIMPSES.findall(start)}
        self._reasons: dict[str, str] = {}
        self._lost: re.Pattern[str] | None = None
        everybody = TellingHandles(erased.chat.agenda, [*erased.accounts, *erased.others])
        telling = everybody.of(erased.accounts, erased.people)
        self._wordings = {each: _wordings(erased, telling, each) for each in (*NETWORKS, "")}
        self._phrases = erased.phrases
        self.leaving: list[Redactions] = []
        """Rules that leave, or that find nobody once these posts are gone."""
        leaving = []
        known = _still_known(erased, traces)
        for rule in chat.redactions:
            each = Redactions(chat, rule, traces=traces)
            hides = any(each.hides_author(entry.id) for entry in erased.posts)
            if (hides and not known(rule[1])) or Scrubber(self).names_erased(*rule):
                leaving.append(each)
        self.leaving = leaving
        self.traces, self.for_good = traces, ForGood(chat, traces)
        self.applied_to_texts = False
        """Whether every rule is applied to reasons, summaries and the agenda, too."""

    def words(self, text: str, network: str = "", links: Iterable[str] = ()) -> str:
        """Returns a text without what is erased, which shows no word that a rule withheld."""
        return self.for_good.replaced(text, [*self.spans(text, network), *link_spans(text, links)])

    def spans(self, text: str, network: str = "") -> list[Span]:
        """Returns where a text has what is erased, or what a rule withheld that leaves."""
        withheld = [span for rule in self.leaving for span in rule.spans(text)]
        return [*self._own_spans(text, network), *withheld]

    def named_in(self, text: str) -> bool:
        """Whether a text has anything of what is erased."""
        return bool(self._own_spans(text))

    def address(self, url: str) -> bool:
        """Whether an address leads to something erased, has its name, or what a rule withheld."""
        return (
            super().address(url)
            or self._wordings[""].found_in(url)
            or any(rule.spans(url) for rule in self.leaving)
        )

    def may_name(self, folded: Folded) -> bool:
        """Whether a text has the letters of any name."""
        plain = letters(folded.original)
        return any(name in plain for name in self._whole)

    def may_say(self, folded: Folded) -> bool:
        """Whether a text has a few letters from where words begin that are looked for."""
        plain = letters(folded.original)
        return not self._glimpses.isdisjoint(_GLIMPSE.findall(plain))

    def reason(self, text: str) -> str:
        """Returns a reason of ours without any name; many posts have the same."""
        if text not in self._reasons:
            left = super().reason(text)
            left = self._lost.sub(SOMEBODY, left) if self._lost else left
            self._reasons[text] = self.for_good.applied(left) if self.applied_to_texts else left
        return self._reasons[text]

    def lose(self, authors: Iterable[Author]) -> None:
        """Name nobody in reasons of whom nothing is left, though they are not erased themselves."""
        self._lost, self._reasons = in_reasons(authors), {}

    def apply_to_texts(self) -> None:
        """Apply every rule to reasons, summaries and the agenda for good."""
        self.applied_to_texts, self._reasons = True, {}

    def _own_spans(self, text: str, network: str = "") -> list[Span]:
        spans = super().spans(text, network)
        spans += [Span(start, end, WORDS_WITHHELD) for start, end, _ in self._phrases.find(text)]
        # An address is found as one already, and that goes before a name in it.
        wordings = self._wordings[network].find(text)
        return spans + [Span(each.start, each.end, NAME_WITHHELD, NAMES) for each in wordings]


class OthersSaid:
    """What others said, to know who said it first."""

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        """Take up texts in the order in which they were said, each with its number."""
        self.texts = list(texts)
        plain = [letters(text) for _, text in self.texts]
        self._plain = "\n".join(plain)
        self._starts = list(accumulate((len(each) + 1 for each in plain), initial=0))

    def had(self, said: str, before: int) -> bool:
        """Whether these letters were said before the event of a number."""
        at = self._plain.find(said)
        return at >= 0 and self.texts[bisect_right(self._starts, at) - 1][0] < before


class EventScrubber(Scrubber):
    """Takes out of events what is being erased."""

    def __init__(
        self, erased: InClear, said: Iterable[str], corrected: Mapping[str, Post] = {}
    ) -> None:
        """`corrected` are remarks as they are now; an earlier wording may name another speaker."""
        super().__init__(erased)
        self._corrected = corrected
        self._clear, self._said_words = erased, [words(text) for text in said]
        self.applied: frozenset[str] = frozenset()
        """Ids of posts in which every rule is applied for good."""

    def post(self, post: Post) -> Post:
        """Returns another's post without what is erased, and without what a rule withheld."""
        left = super().post(post)
        if post.id not in self.applied:
            return still_marked(post, left)

        def spans(text: str) -> list[Span]:
            return self._clear.spans(text, post.network)

        return self._clear.for_good.post(post, left, spans)

    def event(self, event: Event) -> Event | None:
        """Returns the event without what is erased, and a note without what a rule withheld."""
        left = super().event(self._under_its_speaker(event))
        if left is None or not isinstance(event, ev.Noted) or event.post not in self.applied:
            return left
        note, clear = event.note, self._clear
        kept = note and clear.for_good.note(event.post, note, clear.spans(note))
        return self._changed(event, note=kept)

    def _under_its_speaker(self, event: Event) -> Event:
        """Returns a remark's earlier wording under who said it, where it had somebody else's name.

        The remark is of whoever stays, though it was first written down under another's name.
        """
        if not isinstance(event, ev.Remarked | ev.RemarkCorrected):
            return event
        now = self._corrected.get(event.post.id)
        if now is None or self.erased.post(now) or not self.erased.post(event.post):
            return event
        return replace(event, post=replace(event.post, author=now.author))

    def words(self, text: str, network: str = "") -> str:
        """Returns any text of others without what is erased."""
        if self._clear.applied_to_texts and not network:
            return self._clear.for_good.applied(text, self._clear.spans(text))
        return super().words(text, network)

    def author(self, author: Author) -> Author:
        """Returns another's name, withheld where a rule that leaves withheld it."""
        name, clear = author.name, self._clear
        withheld = [span for rule in clear.leaving for span in rule.spans(name)]
        spans = [*clear.name_spans(name), *withheld]
        return self._changed(author, name=clear.for_good.name(name, spans))

    def _person(self, person: Person) -> Person:
        """Returns somebody else of the agenda, without what a rule withheld where that is asked."""
        left, clear = super()._person(person), self._clear
        if not clear.applied_to_texts:
            return left
        handles = clear.for_good.handles(person)
        return self._changed(left, name=clear.for_good.applied(person.name), handles=handles)

    def question(self, question: Question) -> Question:
        """Returns a question, also without what readers did not see where that is asked."""
        left = super().question(question)
        if not self._clear.applied_to_texts or left.text == QUESTION_WITHHELD:
            return left
        shown = self._clear.for_good.question(question)
        if not shown:
            return left
        gone = len(left.asked_by) < len(question.asked_by)
        text = self.made_of(replace(question, text=shown)) if gone else self.words(shown)
        return self._changed(left, text=text)

    def made_of(self, question: Question) -> str:
        """Returns a question's text without what the posts that it was made of said.

        A merged question has others' words as well, and one may have been put in other words. It
        takes what `Traces.repeated` takes, and what it shares with other posts that go besides.
        """
        text, traces = question.text, self._clear.traces
        gone = [each for each in traces.asked_by(question) if self.erased.post_id(each.id)]
        staying = traces.kept_beside(question, {each.id for each in gone})
        at = repeated_in(text, said_by(gone), staying)
        kept = planned_in(text, staying)
        shared = beside(text, kept, of=shared_stretches(text, self._said_words))
        count = sum(len(letters(text[slice(*each)])) for each in shared)
        half = sum(len(letters(text[slice(*each)])) for each in beside(text, kept)) / 2
        if is_whole(at, question) or (count >= half and not kept):
            return QUESTION_WITHHELD
        if count and count >= half:
            shared = beside(text, kept)
        spans = [Span(*each, WORDS_WITHHELD) for each in (*at, *shared)]
        return self.words(replaced(text, spans))


def _still_known(erased: ErasedPeople, traces: Traces) -> Callable[[str], bool]:
    """Returns what says whether a rule finds its author by this key once these posts are gone.

    Such a rule goes on, and can be ended: what it withholds of others' words must not go for good.
    """
    chat, accounts, gone = erased.chat, traces.accounts, erased.ids
    heard = (author_of(each.post) for each in chat.entries.values() if each.id not in gone)
    left = {id(accounts.of_author(*each)) for each in heard}

    def known(key: str) -> bool:
        if any(id(account) in left for account in accounts.of_key(key)):
            return True
        network, _, handle = key.partition(":")
        person = chat.agenda.named_by_handle(network, handle)
        return person is not None and person not in erased.people

    return known


def _wordings(erased: ErasedPeople, telling: Iterable[str], network: str) -> Wordings[str]:
    """Returns what texts on a network may name the accounts by, and nobody else who stays."""
    names = [name for account in erased.accounts for name in account.names]
    names += [person.name for person in erased.people]
    names += [
        handle
        for account in erased.accounts
        for handle in account.handles
        if len(letters(handle.partition("@")[0])) >= LONG_NAME
    ]
    whole = {
        wording
        for name in names
        for wording in name_wordings(name)
        if letters(wording) in whole_names(wording)
    }
    whole.update(telling)
    hashtags = hashtag_letters(erased.chat.agenda)
    whole = {wording for wording in whole if letters(wording) not in hashtags}
    theirs = {
        short
        for other in erased.others
        if other.network == network or not network
        for handle in other.handles
        for short in (handle.casefold(), handle.casefold().partition("@")[0])
    }
    here = {
        handle.casefold()
        for account in erased.accounts
        if account.network == network
        for handle in account.handles
    }
    handles = [
        handle
        for handle in handles_of(erased.accounts)
        if handle.casefold() not in theirs or handle.casefold() in here
    ]
    return Wordings(
        ((name, name) for name in sorted(whole)), ((handle, handle) for handle in handles)
    )
