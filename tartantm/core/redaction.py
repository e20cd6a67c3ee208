"""What readers see of posts whose words or author's name the moderator redacted.

Unlike erasing, redacting keeps the original in the session file; no transcript shows it. A rule
withholds more the more it finds, and never less because of another rule: all of them look at the
original text, and what any of them finds goes.

This file is longer than others because all that redacts meets here, and looks at the original.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from msgspec.structs import replace

from tartantm.core.accounts import Account, handles_of, person_handles, wordings_of
from tartantm.core.agenda import Person, Question
from tartantm.core.chat import Chat
from tartantm.core.describe import REASONS
from tartantm.core.entry import Entry
from tartantm.core.events import Reason
from tartantm.core.folding import letters
from tartantm.core.mutes import Rule
from tartantm.core.names import name_wordings
from tartantm.core.post import Author, Link, Media, Post
from tartantm.core.said import SaidWords
from tartantm.core.shown_links import places_of
from tartantm.core.spans import LINK as LINK
from tartantm.core.spans import REDACTED as REDACTED
from tartantm.core.spans import WITHHELD as WITHHELD
from tartantm.core.spans import Span, replaced
from tartantm.core.telling_handles import TellingHandles, hashtag_letters, is_telling
from tartantm.core.traces import Traces, is_whole
from tartantm.core.wordings import Found, Wordings

NAMES, WORDS, SAID, LINKS = range(4)
"""Ranks of what is replaced, see `Span`."""

_NOTED = 12
"""Letters in a row that a note has from its own post to repeat it."""


class Redactions:
    """Applies a chat's redactions as they hold when this is made; with `only`, that one alone."""

    def __init__(
        self, chat: Chat, only: Rule | None = None, *, traces: Traces | None = None
    ) -> None:
        self._chat, self._traces = chat, traces or Traces(chat)
        self.rules: dict[Rule, Reason] = {rule: why for rule, (_, why) in chat.redactions.items()}
        if only is not None:
            self.rules = {only: self.rules.get(only, "")}
        self._authors: dict[str, list[Rule]] = {}
        """By id, the posts whose author's name is withheld."""
        self._posts: dict[str, list[Rule]] = {}
        """By id, the posts whose words are withheld: those that a rule names, and their copies."""
        self._questions: dict[str, Rule] = {}
        """By their text, the questions that were made of such a post and have its words."""
        self._reworded: dict[str, list[Span]] = {}
        """By their text, what others that were made of such a post repeat of its words."""
        self._asked: dict[str, set[Rule]] = {}
        """By id, the rules of posts that asked a question, in whichever words."""
        self._said: SaidWords[Rule] = SaidWords()
        self._first: dict[Rule, int] = {}
        """The number of the first post that said what is withheld."""
        self._seen: dict[str, list[tuple[Span, Rule]]] = {}
        self.known: set[tuple[str, Rule, str]] = set()
        """What is looked for and withheld, for which rule: to know less may show more."""
        wordings, exact, handles = [], [], []
        hashtags = hashtag_letters(chat.agenda)
        everybody = TellingHandles(chat.agenda, self._traces.accounts.all)
        for rule in self.rules:
            kind, value = rule
            if kind == "phrase":
                wordings.append((value, rule))
            elif kind == "exact":
                exact.append((value, rule))
            elif kind == "post":
                self._withhold_post(rule)
            else:
                accounts, people = self._people(value)
                names = [
                    *wordings_of(accounts),
                    *(n for p in people for n in name_wordings(p.name)),
                ]
                alike = self._traces.accounts.uncertain(accounts)
                # Whoever comes later and is called so must not end what is withheld.
                since = chat.redacted_since.get(rule, chat.last_seq + 1)
                names += everybody.of(accounts, people, first_names=True, alike=alike, before=since)
                if not (accounts or people) and is_telling(local := _local(value), (), hashtags):
                    names.append(local)
                wordings += [(name, rule) for name in names if letters(name) not in hashtags]
                known = [value.partition(":")[2], *handles_of(accounts)]
                known += [each for person in people for each in person_handles(person)]
                handles += [(handle, rule) for handle in known]
                for post in (post for account in accounts for post in account.posts):
                    self._authors.setdefault(post, []).append(rule)
        self.known |= {(*each, "name") for each in (*wordings, *exact)}
        self.known |= {(*each, "handle") for each in handles}
        self.known |= {(post, rule, "post") for post, by in self._posts.items() for rule in by}
        self.known |= {(post, rule, "author") for post, by in self._authors.items() for rule in by}
        self.known |= {(str(first), rule, "first") for rule, first in self._first.items()}
        self._wordings, self._exact = _Rules(wordings, handles), _Rules(exact, [])
        if self._said:
            self._forget_what_others_said()

    def __bool__(self) -> bool:
        return bool(self.rules)

    def touches(self, post: Post) -> bool:
        """Whether readers see this post differently from how it was written."""
        return bool(self) and self.post(post) != post

    def rules_in(self, post: Post) -> set[Rule]:
        """Returns the rules that concern a post's words, names, ids or addresses."""
        if not self:
            return set()
        found = {*self._posts.get(post.id, ()), *self._authors.get(post.id, ())}
        for text in _all_texts(post):
            found.update(rule for _, rule in self._find(text))
        return found

    def words(self, text: str) -> str:
        """Returns any text (note, reason, title) with redacted names and phrases replaced."""
        return replaced(text, self.spans(text))

    def spans(self, text: str, links: Iterable[Link] = ()) -> list[Span]:
        """Returns what is replaced in a text, also what stands there for one of its links."""
        if not self or not text:
            return []
        found = [span for span, _ in self._find(text)]
        for link in links:
            if link.shown and self._find(link.url):
                found += link_spans(text, link)
        return found

    def hides(self, text: str) -> bool:
        """Whether a short text, such as a handle or a hashtag, is withheld as a whole."""
        return bool(self) and bool(text) and bool(self._find(text))

    def silences(self, post_id: str) -> bool:
        """Whether none of a post's own words are shown, whatever they are."""
        return post_id in self._posts

    def text(self, post: Post) -> str:
        """Returns a post's words as readers see them."""
        return self.instead(post.id) or replaced(post.text, self.spans(post.text, post.links))

    def instead(self, post_id: str) -> str:
        """Returns what stands for the words of a post that is silenced, "" for any other."""
        given = self._posts.get(post_id)
        return self._marker(given[0]) if given else ""

    def note_spans(self, entry: Entry) -> list[Span]:
        """Returns what is replaced in the moderator's note on a post, which may quote its words."""
        if not entry.note or not self:
            return []
        spans = self.spans(entry.note)
        for rule in self._posts.get(entry.id, ())[:1]:
            own: SaidWords[Rule] = SaidWords(_NOTED, _NOTED)
            for said in _said_in(entry):
                own.add(said, rule)
            found = own.find(entry.note)
            spans += [Span(start, end, self._marker(rule), SAID) for start, end, _ in found]
        return spans

    def instead_of_question(self, question: Question) -> str:
        """Returns what stands for a question that has the words of a silenced post, "" for others.

        It is known by its text, since its id may have been another one in former agendas.
        """
        rule = self._questions.get(question.text) if question.asked_by else None
        return self._marker(rule) if rule else ""

    def question_spans(self, question: Question) -> list[Span]:
        """Returns what is replaced in a question that the moderator made of a silenced post.

        Of his own words only those that repeat the post's go, whoever else said these before; see
        `Traces.repeated`, which hiding and muting ask too.
        """
        return self._reworded.get(question.text, []) if question.asked_by else []

    def hides_author(self, post_id: str) -> bool:
        """Whether the name of a post's author is withheld."""
        return post_id in self._authors

    def author(self, post: Post) -> Author:
        """Returns a post's author as readers see them: no handle, address or id where withheld."""
        if post.id in self._authors:
            return Author(handle="", name=WITHHELD, bot=post.author.bot)
        name = self.words(post.author.name)
        handle = "" if self.hides(f"@{post.author.handle}") else post.author.handle
        if (name, handle) != (post.author.name, post.author.handle):
            return replace(post.author, name=name or ("" if handle else WITHHELD), handle=handle)
        return post.author

    def post(self, post: Post) -> Post:
        """Returns a post as readers see it, without its address where the original shows more."""
        if not self:
            return post
        text, author = self.text(post), self.author(post)
        withheld = post.id in self._posts
        links = () if withheld else tuple(filter(None, map(self._link, post.links)))
        media = () if withheld else tuple(map(self._medium, post.media))
        handle = post.reply_to_handle
        warning = post.content_warning and self.words(post.content_warning)
        if withheld:  # these are the author's words as well
            warning = None
        tags = () if withheld else tuple(t for t in post.hashtags if not self.hides(f"#{t}"))
        seen = replace(
            post,
            text=text,
            author=author,
            links=links,
            media=media,
            mentions=tuple(each for each in post.mentions if not self.hides(f"@{each}")),
            content_warning=warning,
            hashtags=tags,
            reply_to_handle=None if handle and self.hides(f"@{handle}") else handle,
            venue=post.venue and self.words(post.venue),
        )
        shows_more = withheld or (text, author, media) != (post.text, post.author, post.media)
        return replace(seen, url=None) if shows_more else seen

    def _people(self, key: str) -> tuple[list[Account], list[Person]]:
        """Returns the accounts of whoever a rule names, and who they are on the agenda."""
        accounts = self._traces.accounts
        found = accounts.closed(accounts.of_key(key))
        network, _, handle = key.partition(":")
        named = self._chat.agenda.named_by_handle(network, handle)
        people = [*accounts.people(found), *([named] if named else [])]
        for person in people:
            found = accounts.closed(dict.fromkeys([*found, *accounts.of_person(person)]))
        return found, list(dict.fromkeys(people))

    def _withhold_post(self, rule: Rule) -> None:
        chat = self._chat
        entry = chat.entry(rule[1])
        if entry is None:
            return
        # Whoever reposts shows somebody's words; withheld, they are withheld there as well.
        original = chat.entry(entry.post.repost_of)
        given = [each.id for each in (entry, original) if each is not None]
        own = [*given, *self._traces.repeats(given)]
        for post_id in own:
            self._posts.setdefault(post_id, []).append(rule)
            for said in _said_in(chat.entries[post_id]):
                self._said.add(said, rule)
                self.known.add((said, rule, "said"))
        self._first[rule] = min(chat.entries[post_id].seq for post_id in own)
        for asked in chat.agenda.questions:
            found = self._traces.repeated(asked, own)
            if is_whole(found, asked):
                self._questions.setdefault(asked.text, rule)
            elif found:
                spans = [Span(*each, self._marker(rule), SAID) for each in found]
                self._reworded.setdefault(asked.text, []).extend(spans)
            if any(entry.id in own for entry in self._traces.asked_by(asked)):
                self._asked.setdefault(asked.id, set()).add(rule)

    def _forget_what_others_said(self) -> None:
        """Leave alone what posts only repeat: a question of the agenda, or somebody else's words.

        Only what was there before counts, so that nothing that comes later shows words again.
        """
        chat = self._chat
        for question in chat.agenda.questions:
            if question.text in chat.planned:
                asked = self._asked.get(question.id, set())
                self._said.forget(question.text, partial(_is_other, asked))
        self._said.forget(chat.agenda.title, lambda rule: True)
        last = max(self._first.values())
        for entry in chat.entries.values():
            if entry.seq >= last or entry.id in self._posts:
                continue
            said = entry.earlier[0].text if entry.earlier else entry.post.text
            self._said.forget(said, partial(self._is_others, entry))

    def _is_others(self, entry: Entry, rule: Rule) -> bool:
        """Whether a post is somebody else's and was there before what a rule withholds."""
        return entry.seq < self._first[rule] and not self._may_be_same(entry, rule)

    def _may_be_same(self, entry: Entry, rule: Rule) -> bool:
        """Whether the author of a post may be the one whose words a rule withholds."""
        accounts = self._traces.accounts
        held = self._chat.entry(rule[1])
        one = accounts.of_post(entry.id)
        other = accounts.of_post(held.id) if held is not None else None
        if one is None or other is None:
            return True
        theirs = accounts.closed([other])
        return one in theirs or one in accounts.uncertain(theirs)

    def _find(self, text: str) -> list[tuple[Span, Rule]]:
        """Returns everything that is withheld of a text, with the rule that withholds it."""
        # Names, hashtags and reasons come again and again, and a post's text is asked for twice.
        if (known := self._seen.get(text)) is not None:
            return known
        found = [
            (self._span(each, rule), rule)
            for each in self._wordings.find_each(text)
            for rule in each.value
        ]
        found += [
            (self._span(each, rule), rule)
            for each in self._exact.find_each(text)
            if each.exact
            for rule in each.value
        ]
        if self._said:
            found += [
                (Span(start, end, self._marker(rule), SAID), rule)
                for start, end, rule in self._said.find(text)
            ]
        self._seen[text] = found
        return found

    def _span(self, found: Found[tuple[Rule, ...]], rule: Rule) -> Span:
        if found.within == "address":
            return Span(found.start, found.end, LINK, LINKS)
        named = rule[0] == "author"
        shown = WITHHELD if named else self._marker(rule)
        return Span(found.start, found.end, shown, NAMES if named else WORDS)

    def _marker(self, rule: Rule) -> str:
        """Returns what stands for redacted words: "[redacted: personal data]"."""
        reason = self.rules[rule]
        return f"[redacted: {REASONS[reason]}]" if reason else REDACTED

    def _link(self, link: Link) -> Link | None:
        """Returns a link, or None where its address contains what is redacted."""
        if self._find(link.url):
            return None
        shown = replaced(link.shown, self.spans(link.shown))
        return replace(link, shown=shown, title=self.words(link.title))

    def _medium(self, medium: Media) -> Media:
        return replace(medium, alt=self.words(medium.alt)) if medium.alt else medium


class _Rules:
    """Wordings with every rule that gave them: two may withhold the same words."""

    def __init__(
        self, wordings: Iterable[tuple[str, Rule]], handles: Iterable[tuple[str, Rule]]
    ) -> None:
        self._found = Wordings(_grouped(wordings), _grouped(handles))

    def find_each(self, text: str) -> list[Found[tuple[Rule, ...]]]:
        return self._found.find_each(text)


def _is_other(rules: set[Rule], rule: Rule) -> bool:
    return rule not in rules


def _grouped(given: Iterable[tuple[str, Rule]]) -> list[tuple[str, tuple[Rule, ...]]]:
    rules: dict[str, tuple[str, dict[Rule, None]]] = {}
    for text, rule in given:
        rules.setdefault(text.casefold(), (text, {}))[1][rule] = None
    return [(text, tuple(every)) for text, every in rules.values()]


def link_spans(text: str, link: Link) -> Iterator[Span]:
    """Yields each place where a text shows a link that is withheld."""
    for start, end in places_of(text, link.shown):
        yield Span(start, end, LINK, LINKS)


def _local(key: str) -> str:
    """Returns the handle in an author key, without its server."""
    return key.partition(":")[2].partition("@")[0]


def _said_in(entry: Entry) -> Iterator[str]:
    """Yields the texts of an entry that are its author's words."""
    yield entry.post.text
    yield from (wording.text for wording in entry.earlier)
    if entry.post.content_warning:
        yield entry.post.content_warning
    yield from (medium.alt for medium in entry.post.media if medium.alt)


def _all_texts(post: Post) -> Iterator[str]:
    """Yields everything in a post that may hold what is withheld, ids and addresses as well."""
    yield from filter(None, (post.text, post.content_warning, post.venue, post.id, post.url))
    author = post.author
    yield from filter(None, (author.name, author.url))
    yield from (f"@{handle}" for handle in (author.handle, *post.mentions) if handle)
    if post.reply_to_handle:
        yield f"@{post.reply_to_handle}"
    if author.id:
        yield author.id
    yield from (f"#{tag}" for tag in post.hashtags)
    for link in post.links:
        yield from filter(None, (link.url, link.shown, link.title))
    for medium in post.media:
        yield from filter(None, (medium.alt, medium.url))
    yield from post.aliases
