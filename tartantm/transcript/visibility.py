"""What readers may see of a chat: decides that a redacted name or a hidden post is not shown.

Redactions, pseudonyms, hidden posts and the rule for words on X are applied here and nowhere else.
Everything that is exported is made from `PublicView`, so no format can reveal what is withheld by
another way: not by ids, URLs, reasons or mentions. This file is longer than others because it is
that one place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import copy
from functools import lru_cache
from typing import TypeVar

from msgspec.structs import replace

from tartantm.core.accounts import wordings_of
from tartantm.core.agenda import Agenda, Person, Question, Venue, split_handle
from tartantm.core.carried import references
from tartantm.core.chat import Chat
from tartantm.core.describe import REASONS
from tartantm.core.entry import Entry, is_shown
from tartantm.core.erased import recognise
from tartantm.core.events import Filled, Placement, SourceChanged
from tartantm.core.gone import has_marker, is_marked
from tartantm.core.identity import author_key, opaque_id
from tartantm.core.manual_reposts import is_repeated
from tartantm.core.mutes import Rule
from tartantm.core.names import name_wordings
from tartantm.core.periods import Periods
from tartantm.core.post import Author, Link, Media, Post
from tartantm.core.redaction import WITHHELD, Redactions
from tartantm.core.seen_questions import SeenQuestions
from tartantm.core.spans import LINK, Span, replaced
from tartantm.core.threads import Threads
from tartantm.core.traces import Traces
from tartantm.core.wordings import Wordings
from tartantm.transcript.link_leaks import LinkLeaks
from tartantm.transcript.model import RedactionNotice
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.pseudonyms import Pseudonyms

QUOTED = "Has the question’s wording"
"""What stands for a reason that quotes words which are withheld."""

LEFT_OUT = "Goes with a post that is not in this transcript"
"""What stands for a reason that names somebody of whom no post is shown."""

OWN_READER = ("your reader", "a language model")
"""What the moderator's desk calls a reader of the moderator's own, and what readers learn of it."""

_Report = TypeVar("_Report", bound=SourceChanged | Filled)


class PublicView:
    """A chat as its readers may see it; `chat` is the very same chat where nothing is withheld."""

    def __init__(self, chat: Chat, options: ExportOptions) -> None:
        self._original, self.options = chat, options
        self._traces = Traces(chat)
        self._redactions = Redactions(chat, traces=self._traces)
        self._pseudonyms: Pseudonyms | None = None
        if options.pseudonyms:
            keep = options.pseudonyms == "participants"
            self._pseudonyms = Pseudonyms(chat, self._traces.accounts, keep_agenda=keep)
        self._questions = SeenQuestions(
            chat,
            self._redactions,
            self._traces,
            hidden_too=options.include_hidden,
            left_on_x=options.x_text == "link",
        )
        self._ids: dict[str, str] = {}
        self._leaks = LinkLeaks()
        self._reasons: dict[tuple[str, bool], str] = {}
        self.redacted: dict[str, RedactionNotice] = {}
        """By public id: when and why the moderator redacted something in a post."""
        self.unlinked: set[str] = set()
        """Public ids of posts without a link to their original, which would reveal more."""
        self._rewritten = {entry.id for entry in chat.entries.values() if has_marker(entry.post)}
        """Posts whose words were withheld for good: their originals still have them."""
        salt = chat.salt
        self._salted = {post_id for post_id in chat.entries if salt and salt in post_id}
        """Remarks of version 0.1.0: with the salt, guesses at every keyed hash could be tested."""
        self._erased = recognise(chat)
        self._told = _told(chat.salt, frozenset(chat.blocked))
        self._telling = {
            entry.id for entry in chat.entries.values() if self._is_telling(entry.post)
        }
        """Posts of others with an id or address that has something erased in it."""
        if chat.blocked:
            # An address left the file for what it has in it; one made of the id may show as much.
            self.unlinked.update(each.id for each in chat.entries.values() if not each.post.url)
        withheld = self._redactions or self._pseudonyms or self._rewritten or self._salted
        # The moderator corrected what the moderator had typed: nobody said it otherwise before.
        corrected = any(each.earlier and each.post.is_remark for each in chat.entries.values())
        if withheld or self._telling or corrected or options.x_text == "link":
            self._replace_ids()
            self.chat = self._public_chat()
        else:
            self.chat = self._without_askers()
        self.visible = _visible(self.chat, hidden_too=options.include_hidden)
        """The entries of `chat` that readers may see, by time."""
        self.context = _context(self.chat, self.visible, hidden_too=options.include_hidden)
        """By id, what came along with these posts, as far as readers may see it."""
        shown = [*self.visible, *self.context.values()]
        self._left_out = _hidden_names(
            self.chat, self._traces, chat.agenda.people, {entry.seq for entry in shown}
        )
        self._shown_reasons: dict[str, str] = {}

    def placement(self, entry: Entry) -> Placement:
        """Returns an entry's placement, with a reason that names nobody who is not shown."""
        if entry.placement.by == "reader":
            # It is the moderator's, and not the reader's of the transcript.
            reason = entry.placement.reason.replace(*OWN_READER, 1)
            return replace(entry.placement, reason=reason)
        if not self._left_out:
            return entry.placement
        reason = entry.placement.reason
        if reason not in self._shown_reasons:
            self._shown_reasons[reason] = LEFT_OUT if self._left_out.found_in(reason) else reason
        shown = self._shown_reasons[reason]
        return entry.placement if shown == reason else replace(entry.placement, reason=shown)

    def archive_chat(self) -> Chat:
        """Returns a chat with the visible entries only, for the archive format."""
        chat = copy(self.chat)
        shown = sorted([*self.visible, *self.context.values()], key=lambda entry: entry.key)
        chat.entries = {
            entry.id: replace(entry, placement=self.placement(entry)) for entry in shown
        }
        return chat

    def _replace_ids(self) -> None:
        """Choose new ids for the posts whose own ids lead to what is withheld."""
        accounts = self._traces.accounts
        for entry in self._original.entries.values():
            post = entry.post
            # Also the posts of people who keep their names: they lead to the thread with all names.
            unlinked = self._pseudonyms is not None
            named = self._pseudonyms is not None and self._pseudonyms.hides(entry)
            rules = self._redactions.rules_in(post)
            account = accounts.of_author(post.network, post.author)
            if account is not None and (named or self._redactions.hides_author(post.id)):
                self._leaks.add_account(account)
            if entry.id in self._salted:
                self._ids[entry.id] = self._opaque_id(entry.id)
            if self._tells(entry.id):
                self.unlinked.add(self._opaque_id(entry.id))
                self._ids[entry.id] = self._opaque_id(entry.id)
            if unlinked or rules or entry.id in self._rewritten:
                self._leaks.add_post(post)
                hidden = self._ids[entry.id] = self._opaque_id(entry.id)
                self.unlinked.add(hidden)
                if rules:
                    self.redacted[hidden] = self._redaction_notice(rules)

    def _redaction_notice(self, rules: Iterable[Rule]) -> RedactionNotice:
        """Returns what readers learn about the redactions in a post: when and why, not of what."""
        held = [self._original.redactions[rule] for rule in rules]
        given = {reason for _, reason in held}
        at = max(at for at, _ in held).astimezone(self._original.agenda.tz)
        return RedactionNotice(at, tuple(reason for reason in REASONS if reason in given))

    def _opaque_id(self, post_id: str) -> str:
        return opaque_id(self._original.salt, post_id)

    def _tells(self, known: str | None) -> bool:
        """Whether an id or address has something erased in it.

        The file keeps ids, by which later copies are recognised.
        """
        if self._erased is None or not known:
            return False
        if known not in self._told:
            self._told[known] = self._erased.in_id(known)
        return self._told[known]

    def _leads(self, post_id: str | None) -> bool:
        """Whether the id of a post that is not here has, or leads to, something erased."""
        if self._erased is None or not post_id or self._original.entry(post_id):
            return False
        return self._tells(post_id) or ("://" in post_id and self._erased.address(post_id))

    def _is_telling(self, post: Post) -> bool:
        """Whether any id or address of a post has something erased in it."""
        own = (post.id, *post.aliases, post.url, post.author.id, post.author.url)
        referred = (post.reply_to, post.repost_of, post.quote_of, post.thread)
        return any(map(self._tells, own)) or any(map(self._leads, referred))

    def _public_id(self, post_id: str | None) -> str | None:
        """Returns the id by which readers may know a post."""
        if post_id is None:
            return None
        held = self._original.entry(post_id)
        if held is not None:
            # Which post was repeated by hand is known here, and no more in the public chat.
            return self._ids.get(held.id, held.id if is_repeated(post_id) else post_id)
        # The id of a post that is not here may name its author, or the post in which it was told.
        named = self._leaks.found_in(post_id) or self._redactions.hides(post_id)
        salted = bool(self._original.salt) and self._original.salt in post_id
        named = named or self._leads(post_id)
        return self._opaque_id(post_id) if self._pseudonyms or named or salted else post_id

    def _asker(self, post_id: str | None) -> str | None:
        """Returns the id by which readers may know a post that asked a question.

        None for one that they do not see: its id names the author.
        """
        original = self._original
        held, hidden_too = original.entry(post_id), self.options.include_hidden
        if held is not None and not is_shown(held, original.entries, hidden_too=hidden_too):
            return None
        return self._public_id(post_id)

    def _without_askers(self) -> Chat:
        """Returns a chat of which nothing is withheld but questions, of posts that are not shown.

        That is the very same chat where readers see every post that asked a question.
        """
        original = self._original
        asked = [post for each in original.agenda.questions for post in each.asked_by]
        opened = [period.post for period in original.periods.all_periods]
        if all(self._asker(post) == post for post in (*asked, *opened)):
            return original
        chat = copy(original)
        chat.agenda, chat.periods = self._agenda(original.agenda), self._periods()
        return chat

    def _periods(self) -> Periods:
        periods = Periods()
        periods.all_periods = [
            replace(period, post=self._asker(period.post))
            for period in self._original.periods.all_periods
        ]
        return periods

    def _public_chat(self) -> Chat:
        original, chat = self._original, copy(self._original)
        chat.agenda = self._agenda(original.agenda)
        chat.entries = {new.id: new for new in map(self._entry, original.entries.values())}
        chat.threads = Threads(chat.entries)
        for entry in chat.entries.values():
            chat.threads.add_aliases(entry)
        chat.periods = self._periods()
        chat.sources = {
            (shown := self._source(state)).source: shown for state in original.sources.values()
        }
        chat.coverage = [(at, self._source(report)) for at, report in original.coverage]
        chat.summary = original.summary and self._words(original.summary)
        chat.states = {
            question: replace(state, summary=state.summary and self._words(state.summary))
            for question, state in original.states.items()
        }
        return chat

    def _source(self, report: _Report) -> _Report:
        """Returns what is known of a source, without an address that is withheld."""
        kind, _, where = report.source.partition(":")
        source = report.source if self._words(where) == where else f"{kind}:{LINK}"
        said = "detail" if isinstance(report, SourceChanged) else "why"
        return replace(report, source=source, **{said: self._words(getattr(report, said))})

    def _agenda(self, agenda: Agenda) -> Agenda:
        words, hides = self._redactions.words, self._redactions.hides
        people = () if self._pseudonyms and not self._pseudonyms.keeps_agenda else agenda.people
        return replace(
            agenda,
            title=self._words(agenda.title),
            hashtags=tuple(tag for tag in agenda.hashtags if not hides(f"#{tag}")),
            venues=tuple(Venue(self._words(venue.name)) for venue in agenda.venues),
            people=tuple(
                Person(
                    words(person.name),
                    tuple(one for one in person.handles if not self._hides_handle(one)),
                    person.role,
                    words(person.organisation),
                )
                for person in people
            ),
            questions=tuple(map(self._question, agenda.questions)),
        )

    def _hides_handle(self, written: str) -> bool:
        """Whether a handle of the agenda (``ailsa@x``, ``@ailsa@m.example``) is withheld."""
        handle = split_handle(written)[1]
        return self._redactions.hides(f"@{handle}")

    def _question(self, question: Question) -> Question:
        return replace(
            question,
            text=self._questions.text(question, self._spans(question.text)),
            asked_by=tuple(filter(None, map(self._asker, question.asked_by))),
        )

    def _entry(self, entry: Entry) -> Entry:
        on_x = entry.post.network == "x" and self.options.x_text == "link"
        silent = on_x or self._redactions.silences(entry.id)
        earlier = () if silent or entry.post.is_remark else entry.earlier
        note = entry.note and replaced(
            entry.note, [*self._spans(entry.note), *self._redactions.note_spans(entry)]
        )
        return replace(
            entry,
            post=self._post(entry, on_x=on_x),
            placement=replace(entry.placement, reason=self._reason(entry, silent=silent)),
            note=note,
            earlier=tuple(replace(each, text=self._words(each.text)) for each in earlier),
            folds=tuple(filter(None, map(self._public_id, entry.folds))),
            folded_into=self._public_id(entry.folded_into),
            repeats=self._public_id(entry.repeats),
        )

    def _reason(self, entry: Entry, *, silent: bool) -> str:
        """Returns why a post stands where it does, in words that name nobody who is withheld."""
        reason, by_person = entry.placement.reason, entry.placement.by_person
        if silent and '"' in reason:
            return QUOTED
        known = self._reasons.get((reason, by_person))
        if known is None:
            spans = self._redactions.spans(reason)
            if self._pseudonyms and not by_person:
                spans += self._pseudonyms.reason_spans(reason)
            known = self._reasons[reason, by_person] = replaced(reason, spans)
        return known

    def _words(self, text: str, network: str = "") -> str:
        """Returns a text without redacted words, withheld names and URLs that lead to either."""
        return replaced(text, self._spans(text, network=network))

    def _spans(self, text: str, links: Iterable[Link] = (), network: str = "") -> list[Span]:
        """Returns what is replaced in a text, whoever withholds it."""
        spans = [*self._leaks.spans(text, links), *self._redactions.spans(text, links)]
        if self._pseudonyms:
            spans += self._pseudonyms.spans(text, network)
        return spans

    def _post(self, entry: Entry, *, on_x: bool) -> Post:
        post = entry.post
        unlinked = post.id in self._ids
        silent = self._redactions.silences(post.id)
        links = () if silent or on_x else post.links
        media = () if silent or on_x else post.media
        tags = () if silent or on_x else post.hashtags
        warning = None if silent or on_x else post.content_warning

        def words(text: str) -> str:
            return self._words(text, post.network)

        def is_shown(text: str) -> bool:
            return not self._spans(text, network=post.network)

        text = self._redactions.instead(post.id) or replaced(
            post.text, self._spans(post.text, post.links, post.network)
        )
        handle = None if self._pseudonyms else post.reply_to_handle
        mentions = () if self._pseudonyms or on_x else post.mentions
        seen = replace(
            post,
            author=self._author(entry),
            text="" if on_x else text,
            reply_to=self._public_id(post.reply_to),
            repost_of=self._public_id(post.repost_of),
            quote_of=self._public_id(post.quote_of),
            thread=self._public_id(post.thread),
            links=tuple(
                Link(one.url, words(one.shown), words(one.title))
                for one in links
                if is_shown(one.url) and not self._leaks.found_in(one.url)
            ),
            media=tuple(
                Media(one.kind, None if unlinked else one.url, one.alt and words(one.alt))
                for one in media
            ),
            hashtags=tuple(tag for tag in tags if is_shown(f"#{tag}") and is_shown(tag)),
            mentions=tuple(one for one in mentions if is_shown(f"@{one}")),
            reply_to_handle=handle if handle and is_shown(f"@{handle}") else None,
            content_warning=warning and words(warning),
            venue=post.venue and words(post.venue),
        )
        if not unlinked and post.id in self._telling:
            kept = tuple(alias for alias in post.aliases if not self._tells(alias))
            return replace(seen, url=None if self._tells(post.url) else post.url, aliases=kept)
        if not unlinked:
            return seen
        return replace(seen, id=self._ids[post.id], url=None, aliases=(), version=None)

    def _author(self, entry: Entry) -> Author:
        post = entry.post
        if self._redactions.hides_author(post.id):
            author = Author("", WITHHELD, bot=post.author.bot)
        elif self._pseudonyms and self._pseudonyms.hides(entry):
            return self._pseudonyms.author(entry)
        else:
            author = self._redactions.author(post)
        telling = self._tells(post.author.id) or self._tells(post.author.url)
        if author == post.author and not is_marked(author.name) and not telling:
            return post.author
        # People whose names are redacted are still different people, so each gets a key.
        named = f"{post.network}:{post.author.id}" if post.author.id else author_key(post)
        key = self._opaque_id(named)
        return replace(author, id=key, url=None)


@lru_cache(maxsize=1)
def _told(salt: str, blocked: frozenset[str]) -> dict[str, bool]:
    """Returns where it is noted which ids and addresses have something in them that was erased so.

    A page that is kept up to date has a new view each time, of mostly the same posts.
    """
    return {}


def _visible(chat: Chat, *, hidden_too: bool) -> list[Entry]:
    """Returns the entries that readers may see, by time."""
    posts, held = sorted(chat.posts(), key=lambda entry: entry.key), chat.entries
    return [each for each in posts if is_shown(each, held, hidden_too=hidden_too)]


def _context(chat: Chat, visible: Iterable[Entry], *, hidden_too: bool) -> dict[str, Entry]:
    """Returns what came along with visible posts; what is hidden or muted of it is no context."""
    found: dict[str, Entry] = {}
    for entry in visible:
        for held in filter(None, map(chat.entry, references(entry.post))):
            if held.carried and is_shown(held, chat.entries, hidden_too=hidden_too):
                found[held.id] = held
    return found


def _hidden_names(
    chat: Chat, traces: Traces, people: Iterable[Person], visible: Collection[int]
) -> Wordings[None]:
    """Returns the names and handles of people of whom no post is shown; `visible` are numbers."""
    accounts = traces.accounts
    shown: set[str] = set()
    # Whoever the agenda names may have lost the posts by which they are known.
    hidden = {name for person in people for name in name_wordings(person.name)}
    seen: set[tuple[int, bool]] = set()
    for entry in chat.entries.values():
        account = accounts.of_number(entry.seq)
        is_shown = entry.seq in visible
        if account is not None and (id(account), is_shown) not in seen:
            seen.add((id(account), is_shown))
            (shown if is_shown else hidden).update((*wordings_of([account]), *account.handles))
    names = sorted(hidden - shown)
    return Wordings(((name, None) for name in names), ((name, None) for name in names))
