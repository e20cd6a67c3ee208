"""What readers may see of a chat: decides that a redacted name or a hidden post is not shown.

Redactions, pseudonyms, hidden posts and the rule for words on X are applied here and nowhere else.
Everything that is exported is made from `PublicView`, so no format can reveal what is withheld by
another way: not by ids, URLs, reasons or mentions.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import copy

from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Person, Venue
from tartantm.core.chat import Chat
from tartantm.core.describe import REASONS
from tartantm.core.entry import Entry
from tartantm.core.events import Placement
from tartantm.core.identity import author_key, opaque_id
from tartantm.core.periods import Periods
from tartantm.core.post import Link, Media, Post
from tartantm.core.redaction import Redactions
from tartantm.core.threads import Threads
from tartantm.transcript.link_leaks import LinkLeaks
from tartantm.transcript.model import RedactionNotice
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.pseudonyms import Pseudonyms


class PublicView:
    """A chat as its readers may see it; `chat` is the very same chat where nothing is withheld."""

    def __init__(self, chat: Chat, options: ExportOptions) -> None:
        self._original, self.options = chat, options
        self._redactions = Redactions(chat)
        self._pseudonyms: Pseudonyms | None = None
        if options.pseudonyms:
            keep_agenda = options.pseudonyms == "participants"
            self._pseudonyms = Pseudonyms(chat, keep_agenda=keep_agenda)
        self._ids: dict[str, str] = {}
        self._rules = [(Redactions(chat, rule), *when) for rule, when in chat.redactions.items()]
        self.redacted: dict[str, RedactionNotice] = {}
        """By public id: when and why the moderator redacted something in a post."""
        self.unlinked: set[str] = set()
        """Public ids of posts without a link to their original, which would reveal more."""
        self.chat = chat
        if self._redactions or self._pseudonyms or options.x_text == "link":
            self._replace_ids()
            self.chat = self._public_chat()
        self.visible = _visible(self.chat, hidden_too=options.include_hidden)
        """The entries of `chat` that readers may see, by time."""
        self._hidden_names = _hidden_names_pattern(
            self.chat, {entry.post.id for entry in self.visible}
        )

    def placement(self, entry: Entry) -> Placement:
        """Returns an entry's placement, with a reason that names nobody who is not shown."""
        if self._hidden_names and self._hidden_names.search(entry.placement.reason):
            reason = "Goes with a post that is not in this transcript"
            return replace(entry.placement, reason=reason)
        return entry.placement

    def archive_chat(self) -> Chat:
        """Returns a chat with the visible entries only, for the archive format."""
        chat = copy(self.chat)
        chat.entries = {
            entry.id: replace(entry, placement=self.placement(entry)) for entry in self.visible
        }
        return chat

    def _replace_ids(self) -> None:
        """Choose new ids for the posts whose own ids lead to what is withheld."""
        self._leaks = LinkLeaks()
        withheld = {value for kind, value in self._original.redactions if kind == "author"}
        for entry in self._original.entries.values():
            post = entry.post
            # Also the posts of people who keep their names: they lead to the thread with all names.
            unlinked = self._pseudonyms is not None
            named = self._pseudonyms is not None and self._pseudonyms.hides(post)
            redacted = self._is_redacted(post, self._redactions)
            if named or author_key(post) in withheld:
                self._leaks.add_author(post.author)
            if unlinked or redacted:
                self._leaks.add_post(post)
                hidden = self._ids[entry.id] = self._opaque_id(entry.id)
                self.unlinked.add(hidden)
                if redacted:
                    self.redacted[hidden] = self._redaction_notice(post)

    def _is_redacted(self, post: Post, redactions: Redactions) -> bool:
        """Whether a redaction concerns a post's words, ids, URL, author, venue or hashtags."""
        if redactions.touches(post):
            return True
        named = (post.id, post.url, post.author.handle, post.author.id, post.venue, *post.hashtags)
        return any(redactions.words(one) != one for one in named if one)

    def _redaction_notice(self, post: Post) -> RedactionNotice:
        """Returns what readers learn about the redactions in a post: when and why, not of what."""
        rules = [(at, reason) for one, at, reason in self._rules if self._is_redacted(post, one)]
        given = {reason for _, reason in rules}
        at = max(at for at, _ in rules).astimezone(self._original.agenda.tz)
        return RedactionNotice(at, tuple(reason for reason in REASONS if reason in given))

    def _opaque_id(self, post_id: str) -> str:
        return opaque_id(self._original.salt, post_id)

    def _public_id(self, post_id: str | None) -> str | None:
        """Returns the id by which readers may know a post."""
        if post_id is None:
            return None
        held = self._original.entry(post_id)
        if held is not None:
            return self._ids.get(held.id, post_id)
        return self._opaque_id(post_id) if self._pseudonyms else post_id

    def _public_chat(self) -> Chat:
        original, chat = self._original, copy(self._original)
        chat.agenda = self._agenda(original.agenda)
        chat.entries = {new.id: new for new in map(self._entry, original.entries.values())}
        chat.threads = Threads(chat.entries)
        for entry in chat.entries.values():
            chat.threads.add_aliases(entry)
        chat.periods = Periods()
        chat.periods.all_periods = [
            replace(period, post=self._public_id(period.post))
            for period in original.periods.all_periods
        ]
        chat.summary = original.summary and self._words(original.summary)
        chat.states = {
            question: replace(state, summary=state.summary and self._words(state.summary))
            for question, state in original.states.items()
        }
        return chat

    def _agenda(self, agenda: Agenda) -> Agenda:
        words = self._redactions.words
        people = () if self._pseudonyms and not self._pseudonyms.keeps_agenda else agenda.people
        return replace(
            agenda,
            title=self._words(agenda.title),
            venues=tuple(Venue(self._words(venue.name)) for venue in agenda.venues),
            people=tuple(
                Person(
                    words(person.name),
                    tuple(one for one in person.handles if words(f"@{one}") == f"@{one}"),
                    person.role,
                    words(person.organisation),
                )
                for person in people
            ),
            questions=tuple(
                replace(
                    question,
                    text=self._words(question.text),
                    asked_by=tuple(filter(None, map(self._public_id, question.asked_by))),
                )
                for question in agenda.questions
            ),
        )

    def _entry(self, entry: Entry) -> Entry:
        on_x = entry.post.network == "x" and self.options.x_text == "link"
        reason = self._redactions.words(entry.placement.reason)
        if self._pseudonyms and not entry.placement.by_person:
            reason = self._pseudonyms.reason(reason)
        if on_x and '"' in reason:
            reason = "Has the question’s wording"
        silent = on_x or ("post", entry.id) in self._original.redactions
        return replace(
            entry,
            post=self._post(entry.post, on_x=on_x),
            placement=replace(entry.placement, reason=reason),
            note=entry.note and self._words(entry.note),
            earlier=tuple(
                replace(wording, text=self._words(wording.text))
                for wording in (() if silent else entry.earlier)
            ),
            folds=tuple(filter(None, map(self._public_id, entry.folds))),
            folded_into=self._public_id(entry.folded_into),
        )

    def _words(self, text: str) -> str:
        """Returns a text without redacted words, withheld names and URLs that lead to either."""
        text = self._redactions.words(self._leaks.remove_from(text))
        return self._pseudonyms.words(text) if self._pseudonyms else text

    def _post(self, post: Post, *, on_x: bool) -> Post:
        leaks = self._leaks
        unlinked = replace(
            post,
            text=leaks.remove_from(post.text, post.links),
            links=tuple(link for link in post.links if not leaks.found_in(link.url)),
            reply_to=self._public_id(post.reply_to),
            repost_of=self._public_id(post.repost_of),
            quote_of=self._public_id(post.quote_of),
            thread=self._public_id(post.thread),
            hashtags=tuple(tag for tag in post.hashtags if self._words(tag) == tag),
            venue=post.venue and self._words(post.venue),
        )
        seen = self._redactions.post(unlinked)
        author = seen.author
        if self._redactions.words(author.handle) != author.handle:
            author = replace(author, handle="")
        if author is not post.author:
            # People whose names are redacted are still different people, so each gets a key.
            key = self._opaque_id(f"{post.network}:{post.author.id or post.author.handle}")
            author = replace(author, id=key, url=None)
        elif self._pseudonyms:
            author = self._pseudonyms.author(post)
        if self._pseudonyms:
            seen = self._with_pseudonyms(seen, self._pseudonyms)
        if post.id in self._ids:
            seen = replace(
                seen,
                id=self._ids[post.id],
                author=author,
                url=None,
                aliases=(),
                version=None,
                media=tuple(Media(medium.kind, None, medium.alt) for medium in seen.media),
            )
        if not on_x:
            return seen
        return replace(
            seen, text="", links=(), media=(), hashtags=(), mentions=(), content_warning=None
        )

    def _with_pseudonyms(self, post: Post, pseudonyms: Pseudonyms) -> Post:
        def words(text: str) -> str:
            return pseudonyms.words(text, post.network)

        return replace(
            post,
            text=words(post.text),
            mentions=(),
            reply_to_handle=None,
            content_warning=post.content_warning and words(post.content_warning),
            links=tuple(Link(one.url, words(one.shown), words(one.title)) for one in post.links),
            media=tuple(Media(one.kind, one.url, one.alt and words(one.alt)) for one in post.media),
        )


def _visible(chat: Chat, *, hidden_too: bool) -> list[Entry]:
    """Returns the entries that readers may see, by time."""
    allowed = [
        entry
        for entry in chat.ordered()
        if entry.published
        or (
            hidden_too
            and not (entry.withdrawn or entry.deleted_at)
            and entry.post.visibility != "restricted"
        )
    ]
    # A repost repeats the words of its original, so it is shown only where the original is.
    ids = {entry.id: entry for entry in allowed}
    return [
        entry for entry in allowed if entry.folded_into is None or _original_is_visible(entry, ids)
    ]


def _original_is_visible(entry: Entry, allowed: dict[str, Entry]) -> bool:
    """Whether the post that this one is folded into may be shown, through several folds."""
    seen: set[str] = set()
    while entry.folded_into:
        if entry.folded_into not in allowed or entry.id in seen:
            return False
        seen.add(entry.id)
        entry = allowed[entry.folded_into]
    return True


def _hidden_names_pattern(chat: Chat, visible: Collection[str]) -> re.Pattern[str] | None:
    """Returns a pattern for the names of people of whom no post is shown, None where all are."""
    out = [entry.post.author for entry in chat.entries.values() if entry.post.id not in visible]
    hidden = {name for author in out for name in (author.name, author.handle)} - {""}
    if hidden:
        shown = [chat.entries[post_id].post.author for post_id in visible]
        hidden -= {author.name for author in shown}
        hidden -= {author.handle for author in shown}
    if not hidden:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(hidden)))})(?!\w)")
