"""What readers may see of a chat at most, to notice where an act of withholding shows more.

Erasing and deleting take rows out of the file, and with them what a mute, a redaction or a fold
withheld because of these rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.describe import REASONS
from tartantm.core.entry import Entry, is_shown
from tartantm.core.folding import letters, words
from tartantm.core.gone import has_marker, is_marked
from tartantm.core.identity import author_key
from tartantm.core.redaction import Redactions
from tartantm.core.seen_questions import SeenQuestions
from tartantm.core.spans import replaced
from tartantm.core.texts import Place, texts_of_post
from tartantm.core.traces import Traces

_MARKERS = frozenset(
    words(
        " ".join(
            ["redacted name link words withheld deleted at its network somebody", *REASONS.values()]
        )
    )
)


class ShowsMore(NamedTuple):
    """What a chat shows that it did not show before."""

    posts: list[str]
    """Ids of posts that were not shown at all."""
    words: list[str]
    """Ids of posts that show words that were withheld in them."""
    authors: list[str]
    """Author keys of people whose handle was withheld."""
    folds: dict[str, tuple[str, ...]]
    """By a post, the copies that were shown as one with it."""
    texts: bool
    """Whether the agenda or a summary shows words that were withheld in it."""


class Shown:
    """What readers may see of the posts of a chat."""

    def __init__(self, chat: Chat) -> None:
        self._chat, traces = chat, Traces(chat)
        self._redactions = Redactions(chat, traces=traces)
        self._questions = SeenQuestions(chat, self._redactions, traces)

    def is_visible(self, entry: Entry) -> bool:
        """Whether it may be in a transcript: its original may, too."""
        return is_shown(entry, self._chat.entries)

    def _texts_of(self, entry: Entry) -> list[str]:
        """Returns the texts, ids and addresses of a post as they may be shown, hidden or not."""
        rules, original = self._redactions, entry.post
        post = rules.post(original)
        linked = not (has_marker(original) or rules.rules_in(original))
        texts = [text for place, text in texts_of_post(post) if linked or place is not Place.MEDIA]
        texts += [medium.alt for medium in post.media if medium.alt]
        if linked:
            texts += [post.id, *post.aliases, post.url or ""]
        if post.author == original.author and not is_marked(original.author.name):
            texts += [post.author.id, post.author.url or ""]
        if not rules.silences(entry.id):
            texts += [rules.words(each.text) for each in entry.earlier]
        if entry.note:
            texts.append(replaced(entry.note, rules.note_spans(entry)))
        texts.append(rules.words(entry.placement.reason))
        return texts

    def more_than(self, before: Shown, renamed: Mapping[str, str] | None = None) -> ShowsMore:
        """Returns what is shown here and was not before; `renamed` are posts with other ids now."""
        folds = dict(self._lost_folds(before, renamed or {}))
        found = ShowsMore([], [], [], folds, self._texts_show_more(before))
        rules, knew = self._redactions, before._redactions
        as_much = knew.known <= rules.known
        for entry in self._chat.entries.values():
            was = before._chat.entries.get(entry.id)
            if was is None:
                continue
            was_visible = before.is_visible(was) and not _takes_a_place(entry, was)
            if self.is_visible(entry) and not was_visible:
                found.posts.append(entry.id)
            if not knew or (as_much and _says_the_same(entry, was)):
                continue
            if knew.author(was.post).handle == "" and self._names(entry):
                found.authors.append(author_key(entry.post))
            elif self._says_more(entry, before, was):
                found.words.append(entry.id)
        return found

    def _says_more(self, entry: Entry, before: Shown, was: Entry) -> bool:
        texts, had = self._texts_of(entry), before._texts_of(was)
        if texts == had:  # as nearly all of them are
            return False
        return bool(_words_of(texts) - _words_of(had) - _MARKERS)

    def _names(self, entry: Entry) -> bool:
        return bool(self._redactions.author(entry.post).handle)

    def _texts_show_more(self, before: Shown) -> bool:
        if not (before._redactions or before._questions):
            return False
        was = defaultdict(str, before._texts())
        return any(shows_more(text, was[where]) for where, text in self._texts())

    def _texts(self) -> Iterator[tuple[tuple[Place, object], str]]:
        chat, rules = self._chat, self._redactions
        yield (Place.TITLE, None), rules.words(chat.agenda.title)
        yield (Place.SUMMARY, None), rules.words(chat.summary or "")
        for question in chat.agenda.questions:
            shown = self._questions.text(question, rules.spans(question.text))
            yield (Place.QUESTION, question.id), shown
        for name, state in chat.states.items():
            yield (Place.SUMMARY, name), rules.words(state.summary or "")
        # As a whole each: a name may have words in common with an organisation.
        people = [
            letters(rules.words(text))
            for person in chat.agenda.people
            for text in (person.name, person.organisation, *(f"@{each}" for each in person.handles))
        ]
        yield (Place.PERSON, None), " ".join(people)
        venues = (rules.words(venue.name) for venue in chat.agenda.venues)
        yield (Place.VENUE, None), " ".join(venues)

    def _lost_folds(
        self, before: Shown, renamed: Mapping[str, str]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yields posts with copies that were folded together and are so no more.

        A deleted post stands alone where the next of its copies took its place.
        """
        held = self._chat.entries
        for entry in before._chat.entries.values():
            copies = [each for each in entry.folds if not before._chat.entries[each].post.repost_of]
            if not copies:
                continue
            now = [renamed.get(each, each) for each in (entry.id, *copies)]
            left = [held[each] for each in now if each in held and not _is_left(held[each])]
            if len({each.folded_into or each.id for each in left}) > 1:
                yield left[0].id, tuple(each.id for each in left[1:])


def _takes_a_place(entry: Entry, was: Entry) -> bool:
    """Whether a repost, of which only the number was shown, stands for an original by itself."""
    return was.folded_into is not None and entry.folded_into is None and bool(was.post.repost_of)


def _is_left(entry: Entry) -> bool:
    """Whether a post is deleted and nothing is folded together with it."""
    return bool(entry.deleted_at) and not entry.folds and entry.folded_into is None


def _says_the_same(entry: Entry, was: Entry) -> bool:
    return (
        entry.post == was.post
        and entry.earlier == was.earlier
        and entry.note == was.note
        and entry.placement.reason == was.placement.reason
    )


def _words_of(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in words(text)}


def shows_more(text: str, than: str) -> bool:
    """Whether a text has words that another has not, markers of what is withheld aside."""
    return bool(set(words(text)) - set(words(than)) - _MARKERS)
