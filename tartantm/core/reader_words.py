"""What a reader of the user's own is asked about posts: the agenda, and words that are public.

This is the one door: nothing else of a chat gets into a question. No name of a writer gets in
(people are A, B, …), no handle, no address beyond its host, no note, and nothing of a post that a
transcript would not show. An answer holds for as long as the same posts make the same question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from tartantm.core.agenda import Question, split_handle
from tartantm.core.chat import Chat
from tartantm.core.describe import place
from tartantm.core.entry import Entry, is_shown
from tartantm.core.events import ReaderSaid
from tartantm.core.hosts import host_of
from tartantm.core.identity import fingerprint
from tartantm.core.people import AccountKey
from tartantm.core.post import Link, clean
from tartantm.core.redaction import Redactions
from tartantm.core.seen_questions import SeenQuestions
from tartantm.core.shown_links import places_of
from tartantm.core.spans import Span, replaced
from tartantm.core.telling_handles import hashtag_letters, is_telling
from tartantm.core.traces import Traces

LONGEST_POST = 600
"""Characters of a post that are shown; the longest posts of most networks have 500."""

LONGEST_QUESTION = 400
"""Characters of a question of the agenda."""

MOST_QUESTIONS = 60
"""Questions of the agenda that are shown and offered."""

SOMEBODY = "somebody"
"""Stands for a handle of whom no post is shown."""

_READ = 4 * LONGEST_POST
"""Characters that are looked at: what is replaced may be longer than what stands for it."""

_ADDRESS = re.compile(r"(?:https?|at|ftp)://[^\s<>\"'“”«»]{1,2000}", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@./-])((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})/[^\s<>\"'“”«»]{0,2000}", re.I)
_MAIL = re.compile(r"(?<![\w.+@＠-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)[@＠]([\w](?:[\w.-]{0,62}\w)?)(?:@[\w.-]{1,253}\w)?")
_MAYBE_HANDLE = re.compile(r"\w(?:[\w.-]{0,252}\w)?")
_SIGNS = re.compile(r"([.-])")
_MOST_PARTS = 15
"""Words of one handle and the signs between them."""

_CALLED = re.compile(r"^([\w.-]{1,64})(?=[:,](?:\s|$))")

_NO_MARKUP = str.maketrans("<>[]{}|｜", "‹›()()¦¦")
"""Signs that templates of models are made of: with them a post could end its own turn."""


class Line(NamedTuple):
    """One post as it is shown."""

    number: int
    """From 1 on, within the question."""
    who: str
    """A letter; the same for all posts of an account."""
    text: str
    follows: int | None
    """The number of the line that it answers or quotes."""
    open: str | None
    """The question that was open when it was written."""


class Asked(NamedTuple):
    """A question to the reader: where do these posts belong?"""

    agenda: tuple[tuple[str, str], ...]
    """Ids and texts of the agenda's questions."""
    lines: tuple[Line, ...]
    about: tuple[int, ...]
    """The numbers of the lines whose places are wanted."""
    offered: tuple[str, ...]
    """The places that may be answered, as they are written: "Q1", "General"."""


class _Seen(NamedTuple):
    """A post without what nobody is shown; who is meant by its handles is not decided yet."""

    text: str
    follows: int | None
    open: str | None


class ReaderWords:
    """Makes questions of a chat as it is when this is made."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._redactions = Redactions(chat) if chat.redactions else None

    @cached_property
    def agenda(self) -> tuple[tuple[str, str], ...]:
        """Ids and texts of the agenda's questions, as readers of a transcript see them."""
        chat = self._chat
        text = _text_of
        if self._redactions or any(q.text not in chat.planned for q in chat.agenda.questions):
            seen = SeenQuestions(chat, self._redactions, Traces(chat))
            redactions = self._redactions

            def text(question: Question) -> str:
                spans = redactions.spans(question.text) if redactions else []
                return seen.text(question, spans)

        questions = chat.agenda.questions[:MOST_QUESTIONS]
        return tuple((q.id, _bare(text(q))[:LONGEST_QUESTION]) for q in questions)

    @cached_property
    def offered(self) -> tuple[str | None, ...]:
        """Every place that may be chosen: General, and the questions that are shown."""
        return (None, *(question for question, _ in self.agenda))

    def is_public(self, entry: Entry | None) -> bool:
        """Whether a post's words may be shown to the reader."""
        if entry is None or entry.post.is_remark:
            return False  # what was said aloud in a room was not published by who said it
        silent = self._redactions is not None and self._redactions.silences(entry.id)
        return not silent and is_shown(entry, self._chat.entries)

    def asked(
        self, seen: Sequence[str], about: Collection[str], offered: Iterable[str | None]
    ) -> Asked:
        """Returns the question about some of these posts, which are all public."""
        shown = self._seen(seen)
        entries = [self._chat.entries[post] for post in seen]
        keys = dict.fromkeys(map(self._account, entries))
        letters = {key: _letter(n) for n, key in enumerate(keys)}
        known = {
            form: letters[self._account(entry)]
            for entry in entries
            for form in _forms(entry.post.author.handle)
        }
        names = {entry.post.author.name: letters[self._account(entry)] for entry in entries}
        lines = tuple(
            Line(
                number,
                letters[self._account(entry)],
                _nameless(one.text, known, self._handles, self._telling, names)[:LONGEST_POST],
                one.follows,
                one.open,
            )
            for number, (entry, one) in enumerate(zip(entries, shown, strict=True), 1)
        )
        wanted = tuple(n for n, post in enumerate(seen, 1) if post in about)
        return Asked(self.agenda, lines, wanted, tuple(map(place, offered)))

    def fingerprint(self, seen: Sequence[str], offered: Iterable[str | None]) -> str:
        """Returns a keyed hash of what is asked with these posts; "" where one is not public."""
        if not all(self.is_public(self._chat.entries.get(post)) for post in seen):
            return ""
        places = _json([place(each) for each in offered])
        what = f"[{self._agenda_json}, {places}, {_json(self._seen(seen))}]"
        return fingerprint(self._chat.salt, what)

    @cached_property
    def _agenda_json(self) -> str:
        """As it is a part of every fingerprint: hundreds are made after one act."""
        return _json(self.agenda)

    def holds(self, said: ReaderSaid) -> bool:
        """Whether what the reader said was asked with the very words that readers see now."""
        return bool(said.seen) and said.asked == self.fingerprint(said.seen, said.offered)

    def _seen(self, posts: Sequence[str]) -> list[_Seen]:
        entries = [self._chat.entries[post] for post in posts]
        numbers = {entry.id: n for n, entry in enumerate(entries, 1)}
        return [self._line(entry, numbers) for entry in entries]

    def _line(self, entry: Entry, numbers: dict[str, int]) -> _Seen:
        post = entry.post
        above = next(
            (
                numbers[held.id]
                for each in (post.reply_to, post.quote_of)
                if (held := self._chat.entry(each)) is not None and held.id in numbers
            ),
            None,
        )
        period = self._chat.periods.at(post.sort_at)
        text = self._redactions.text(post) if self._redactions else post.text
        shown = tuple(link for link in post.links if link.shown)
        return _Seen(_bare(text[:_READ], shown), above, period.question if period else None)

    def _account(self, entry: Entry) -> AccountKey:
        return self._chat.account(entry.post)

    @cached_property
    def _handles(self) -> frozenset[str]:
        """Every handle in the chat, by which others may call somebody."""
        handles = [author.handle for _, author in self._chat.authors]
        for person in self._chat.agenda.people:
            handles += [split_handle(each)[1] for each in person.handles]
        return frozenset(form for handle in handles for form in _forms(handle))

    @cached_property
    def _telling(self) -> frozenset[str]:
        """Those that are no other word: whoever writes one without ``@`` means that account."""
        tags = hashtag_letters(self._chat.agenda)
        return frozenset(each for each in self._handles if is_telling(each, (), tags))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text_of(question: Question) -> str:
    return question.text


def _letter(number: int) -> str:
    """Returns A, B, …, Z, A2, B2, …."""
    round_, place_ = divmod(number, 26)
    return f"{chr(ord('A') + place_)}{round_ + 1 if round_ else ''}"


def _forms(handle: str) -> set[str]:
    folded = handle.casefold()
    return {folded, folded.partition("@")[0]} - {""}


@lru_cache(maxsize=4096)
def _bare(text: str, links: tuple[Link, ...] = ()) -> str:
    """Returns a text on one line: of its addresses the host, and no sign of markup."""
    spans = [
        Span(start, end, f"(link to {host_of(link.url)})")
        for link in links
        if "." in link.shown
        for start, end in places_of(text, link.shown)
    ]
    text = _ADDRESS.sub(_host, replaced(text, spans))
    text = _BARE.sub(lambda found: f"(link to {host_of(found[1])})", text)
    text = _MAIL.sub(SOMEBODY, text)
    return clean(text, lines=False).translate(_NO_MARKUP)


def _host(found: re.Match[str]) -> str:
    return f"(link to {host_of(found[0])})"


def _nameless(
    text: str,
    known: dict[str, str],
    handles: frozenset[str],
    telling: frozenset[str],
    names: dict[str, str],
) -> str:
    """Returns a text in which those whose posts are shown are letters, and others somebody."""

    def called(found: re.Match[str]) -> str:
        whole, _, __ = found[0].lstrip("@＠").casefold().partition("@")
        return known.get(whole, SOMEBODY)

    def first(found: re.Match[str]) -> str:
        name = found[1].casefold()
        return known.get(name, SOMEBODY if name in handles else found[0])

    def plain(found: re.Match[str]) -> str:
        """The longest handles of which a word is made: "calum.example-x" may begin with one."""
        parts = _SIGNS.split(found[0])
        said, n = "", 0
        while n < len(parts):
            ends = range(min(len(parts), n + _MOST_PARTS), n, -1)
            end = next((m for m in ends if "".join(parts[n:m]).casefold() in telling), n + 1)
            one = "".join(parts[n:end])
            said += known.get(one.casefold(), SOMEBODY) if one.casefold() in telling else one
            n = end
        return said

    for name, letter in names.items():
        if " " in name:
            text = text.replace(name, letter)
    text = _CALLED.sub(first, _HANDLE.sub(called, text))
    return _MAYBE_HANDLE.sub(plain, text)
