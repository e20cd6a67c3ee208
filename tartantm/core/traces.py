"""Where people, words and posts still stand in a chat: the one place that answers this.

Erasing, redacting, muting, pseudonyms, deletion and the leak report all ask here, so that none of
them overlooks what another finds: reposts and copies, promoted questions, remarks, quotations,
link cards, descriptions of pictures, notes, summaries, former wordings, reasons, the agenda.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tartantm.core.accounts import Account, Accounts, handles_of, wordings_of
from tartantm.core.agenda import Person, Question
from tartantm.core.asked_words import repeated_in, said_by, without_label
from tartantm.core.entry import is_shown
from tartantm.core.folding import letters
from tartantm.core.manual_reposts import is_repeated
from tartantm.core.people import is_nobody
from tartantm.core.texts import Place, Text, texts_of_chat
from tartantm.core.wordings import Found, Wordings

if TYPE_CHECKING:
    from tartantm.core.chat import Chat
    from tartantm.core.entry import Entry

SHORTEST_SAID = 20
"""Letters that words must have to be somebody's: many people write "Good evening all"."""


class Mention(NamedTuple):
    """A place where something that was looked for stands."""

    text: Text
    found: Found[str]


class PostTraces(NamedTuple):
    """Where a post's words stand besides in itself."""

    repeats: list[str]
    """Ids of its reposts and of copies by whoever is folded with it."""
    quoting: list[str]
    """Ids of others' posts that hold its words, or have its link card."""
    questions: list[str]
    """Ids of questions that were made of it and have its words."""
    texts: list[Text]
    """Notes, summaries and other texts that repeat its words."""


class PersonTraces(NamedTuple):
    """Where a person stands in a chat."""

    accounts: list[Account]
    """Certainly theirs."""
    uncertain: list[Account]
    """Perhaps theirs, for somebody to decide."""
    people: list[Person]
    """Who they are on the agenda."""
    posts: list[str]
    """Ids of their posts and remarks, in order of capture."""
    repeats: list[str]
    """Ids of reposts and copies of these by other accounts."""
    questions: list[str]
    """Ids of questions that were made of their posts and have these words."""
    wordings: Wordings[str]
    """Their names and handles, to be found in any text."""


class Traces:
    """Looks through a chat as it is when this is made; make another after it changed."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts of the chat."""
        return Accounts(self._chat)

    @cached_property
    def _reposts(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for entry in self._chat.entries.values():
            if entry.post.repost_of:
                found[self._chat.threads.resolve(entry.post.repost_of)].append(entry.id)
            elif is_repeated(entry.id):  # what others repeated of it by hand, with its words
                found[self._chat.threads.resolve(entry.id)].append(entry.id)
        return found

    @cached_property
    def _said(self) -> dict[str, list[str]]:
        """By their letters, ids of the posts that say the same words."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for entry in self._chat.entries.values():
            for said in _wordings_of(entry):
                found[said].append(entry.id)
        return found

    def person(self, accounts: Iterable[Account], also: Iterable[Account] = ()) -> PersonTraces:
        """Returns where the people of these accounts stand; `also` are theirs, somebody said."""
        closed = self.accounts.closed([*accounts, *also], sure=True)
        people = self.accounts.people(closed)
        own = {post: None for account in closed for post in account.posts}
        posts = sorted(own, key=lambda post: self._chat.entries[post].seq)
        repeats = [each for each in self.repeats(posts) if each not in own]
        return PersonTraces(
            closed,
            self.accounts.uncertain(closed),
            people,
            posts,
            repeats,
            self.questions([*posts, *repeats]),
            wordings(closed),
        )

    def post(self, post_id: str) -> PostTraces:
        """Returns where the words of a held post stand."""
        entry = self._chat.entries[post_id]
        repeats = self.repeats([post_id])
        own = {post_id, *repeats}
        said = self._words_of(entry)
        quoting, texts = [], []
        for text in texts_of_chat(self._chat):
            if text.post in own and text.place not in (Place.NOTE, Place.REASON):
                continue
            if said and holds_words(text.words, said):
                if text.place in (Place.NOTE, Place.SUMMARY, Place.REASON) or text.post is None:
                    texts.append(text)
                elif text.post not in quoting:
                    quoting.append(text.post)
        return PostTraces(repeats, quoting, self.questions(own), texts)

    def repeats(self, posts: Iterable[str]) -> list[str]:
        """Returns ids of posts that repeat these: reposts and copies, and reposts of those.

        Also posts of the same account, or of certainly the same person, with the same words.
        """
        chat, given = self._chat, list(posts)
        found = dict.fromkeys(given)
        waiting = list(given)
        while waiting:
            entry = chat.entries[waiting.pop()]
            near = [*self._reposts.get(entry.id, ()), *entry.folds]
            if entry.folded_into is not None and not entry.post.repost_of:
                near.append(entry.folded_into)
            account = self.accounts.of_post(entry.id)
            near += [
                other
                for said in _wordings_of(entry)
                for other in self._said[said]
                if self._one_person(account, other)
                or (is_nobody(entry.post.author) and is_nobody(chat.entries[other].post.author))
            ]
            for other in near:
                if other in chat.entries and other not in found:
                    found[other] = None
                    waiting.append(other)
        return [each for each in found if each not in given]

    def questions(self, posts: Iterable[str], *, in_part: bool = False) -> list[str]:
        """Returns ids of the agenda's questions whose words are those of these posts.

        With `in_part`, also of those that the moderator put in other words and that repeat some.
        """
        held, agenda = set(posts), self._chat.agenda
        found = ((each, self.repeated(each, held)) for each in agenda.questions)
        return [each.id for each, at in found if at and (in_part or is_whole(at, each))]

    def asked_by(self, question: Question) -> list[Entry]:
        """Returns the held posts that a question was made of, or that asked it."""
        found = filter(None, map(self._chat.entry, question.asked_by))
        return list({entry.id: entry for entry in found}.values())

    def repeated(self, question: Question, posts: Collection[str]) -> list[tuple[int, int]]:
        """Returns where a question repeats words of those of `posts` that it was made of.

        Hiding, muting, redacting, deletion and erasing ask this, so that none leaves what another
        takes. The moderator may have put the question in other words: these stay but for what they
        repeat, and so do words that are not only these posts'; see `asked_words.repeated_in`.
        """
        entries = [entry for entry in self.asked_by(question) if entry.id in posts]
        if not entries:
            return []
        return repeated_in(question.text, said_by(entries), self.kept_beside(question, posts))

    def kept_beside(self, question: Question, posts: Collection[str]) -> list[str]:
        """Returns texts of which a question may have words that stay when `posts` go.

        The agenda had them before, or others said them. None for a question that stands there as
        planned: whether it stays is for each act to say.
        """
        planned = self._chat.planned
        return [] if question.text in planned else [*planned, *self.said_beside(question, posts)]

    def said_beside(self, question: Question, posts: Collection[str]) -> list[str]:
        """Returns what other posts say that a question was made of, and that readers see.

        Not what posts say that repeat one of `posts`: these are the same words.
        """
        asked = self.asked_by(question)
        others = [entry for entry in asked if entry.id not in posts and self._is_read(entry)]
        if not others:
            return []
        same = set(self.repeats(entry.id for entry in asked if entry.id in posts))
        texts = [entry.post.text for entry in others if entry.id not in same]
        return list(dict.fromkeys(said for text in texts for said in (text, without_label(text))))

    def mentions(self, looked_for: Wordings[str], without: Iterable[str] = ()) -> list[Mention]:
        """Returns every place where wordings stand, `without` those in these posts."""
        left_out = set(without)
        return [
            Mention(text, found)
            for text in texts_of_chat(self._chat)
            if text.post not in left_out
            for found in looked_for.find(text.words)
        ]

    @cached_property
    def _silenced(self) -> set[str]:
        """Ids of the posts whose words are redacted: those that rules name, and their copies."""
        named = [self._chat.entry(value) for kind, value in self._chat.redactions if kind == "post"]
        found = {entry.id: None for entry in named if entry is not None}
        originals = [self._chat.entry(self._chat.entries[each].post.repost_of) for each in found]
        found |= {entry.id: None for entry in originals if entry is not None}
        return {*found, *self.repeats(found)}

    def _is_read(self, entry: Entry) -> bool:
        """Whether readers see the words of a post."""
        return is_shown(entry, self._chat.entries) and entry.id not in self._silenced

    def _one_person(self, account: Account | None, post_id: str) -> bool:
        if account is None:
            return False
        other = self.accounts.of_post(post_id)
        if other is None or other is account:
            return other is account
        return account.person is not None and other.person == account.person

    def _words_of(self, entry: Entry) -> list[str]:
        texts = [entry.post.text, *(each.text for each in entry.earlier)]
        texts += [media.alt for media in entry.post.media if media.alt]
        return [said for each in texts if len(said := letters(each)) >= SHORTEST_SAID]


def is_whole(repeated: list[tuple[int, int]], question: Question) -> bool:
    """Whether all of a question is what `Traces.repeated` found in it."""
    return repeated == [(0, len(question.text))]


def _own_texts(entry: Entry) -> Iterator[str]:
    """Yields what a post says and said."""
    yield entry.post.text
    yield from (wording.text for wording in entry.earlier)


def _wordings_of(entry: Entry) -> set[str]:
    """Returns the letters of what a post says and said, where these are somebody's."""
    return {said for each in _own_texts(entry) if len(said := letters(each)) >= SHORTEST_SAID}


def holds_words(text: str, said: Iterable[str]) -> bool:
    """Whether a text has any of these words in it, given by their `letters`."""
    plain = letters(text)
    return any(each in plain for each in said)


def wordings(accounts: Iterable[Account]) -> Wordings[str]:
    """Returns the names and handles of people, to be found in any text; each stands for itself."""
    held = list(accounts)
    names, handles = wordings_of(held), handles_of(held)
    return Wordings(((name, name) for name in names), ((each, each) for each in handles))
