"""Texts of which a part leaves the file for good: what is left shows no more than before.

A part that goes may cut through what a rule or a pseudonym would have found: of "Ailsa Example",
the surname would stay. So whatever it cuts goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from msgspec.structs import replace

from tartantm.core.agenda import Person, Question, split_handle
from tartantm.core.chat import Chat
from tartantm.core.gone import GoneNames, has_marker
from tartantm.core.post import Post
from tartantm.core.redaction import LINK, WITHHELD, Redactions
from tartantm.core.seen_questions import SeenQuestions
from tartantm.core.shown import shows_more
from tartantm.core.spans import Span, replaced
from tartantm.core.traces import Traces, wordings

_WEAKEST = 99
"""The rank of what goes only because it is cut: the marker of what cuts it stands for both."""


class ForGood:
    """Takes stretches out of texts of a chat as it is when this is made."""

    def __init__(self, chat: Chat, traces: Traces) -> None:
        self.rules = Redactions(chat, traces=traces) if chat.redactions else None
        self._chat, self.traces = chat, traces
        self.questions = SeenQuestions(chat, self.rules, traces)
        """What readers see of the questions."""

    @cached_property
    def _names(self) -> Callable[[str], list[Span]]:
        accounts = self.traces.accounts
        heard = (accounts.of_author(*each) for each in self._chat.authors)
        known = wordings(dict.fromkeys(account for account in heard if account is not None))
        gone = GoneNames(self._chat.salt, self._chat.gone_names)

        def names(text: str) -> list[Span]:
            at = [(found.start, found.end) for found in known.find_each(text)]
            return [Span(*each, WITHHELD, _WEAKEST) for each in [*at, *gone.find(text)]]

        return names

    def learn_names(self) -> None:
        """Read everybody's names now, not when they are first needed."""
        _ = self._names

    def replaced(self, text: str, spans: Iterable[Span]) -> str:
        """Returns a text without these stretches, and without what they cut through."""
        found = list(spans)
        if not found:
            return text
        return self._without(text, found, self._names(text))

    def name(self, name: str, spans: Iterable[Span]) -> str:
        """Returns an author's name without these stretches; a pseudonym stands for all of it."""
        return self._without(name, list(spans), [])

    def _without(self, text: str, found: list[Span], beside: list[Span]) -> str:
        if self.rules and found:
            beside = [*beside, *self.rules.spans(text)]
        cut = beside
        while cut:
            cut = [span for span in beside if _overlaps(span, found) and span not in found]
            found += cut
        shown = replaced(text, found)
        if self.rules and shows_more(self.rules.words(shown), self.rules.words(text)):
            return replaced(text, [*found, *self.rules.spans(text)])
        return shown

    def applied(self, text: str, spans: Iterable[Span] = ()) -> str:
        """Returns a text with every rule applied, and without these stretches."""
        return self.replaced(text, [*spans, *(self.rules.spans(text) if self.rules else ())])

    def note(self, post_id: str, note: str, spans: Iterable[Span] = ()) -> str:
        """Returns a note on a post with every rule applied, also that of the post's own words."""
        entry = self._chat.entry(post_id)
        if entry is None or self.rules is None:
            return self.applied(note, spans)
        own = self.rules.note_spans(replace(entry, note=note))
        return self.replaced(note, [*spans, *own])

    def handles(self, person: Person) -> tuple[str, ...]:
        """Returns the handles of somebody of the agenda that no rule withholds."""
        rules = self.rules
        if rules is None:
            return person.handles
        shown = (each for each in person.handles if not rules.hides(f"@{split_handle(each)[1]}"))
        return tuple(shown)

    def question(self, question: Question) -> str:
        """Returns what is left of a question that has words of a post which readers do not see.

        "" for any other question.
        """
        if instead := self.questions.instead(question):
            return instead
        spans = self.questions.spans(question)
        return self.applied(question.text, spans) if spans else ""

    def post(self, post: Post, left: Post, spans: Callable[[str], list[Span]]) -> Post:
        """Returns what is `left` of a post with every rule applied to what it was before.

        `spans` says what goes of a text besides. The post is not linked any more.
        """
        rules = self.rules
        if rules is None:
            return left
        silent = rules.instead(post.id)
        cut = [*spans(post.text), *rules.spans(post.text, post.links)]
        name = post.author.name
        warning = None if silent else post.content_warning
        seen = replace(
            left,
            text=silent or self.replaced(post.text, cut),
            author=replace(left.author, name=self.name(name, [*spans(name), *rules.spans(name)])),
            content_warning=warning and self.applied(warning, spans(warning)),
            links=(),
            media=(),
            hashtags=tuple(tag for tag in left.hashtags if not (silent or rules.hides(f"#{tag}"))),
            mentions=(),
            reply_to_handle=None,
            url=None,
        )
        return seen if has_marker(seen) else replace(seen, text=f"{seen.text} {LINK}".lstrip())


def _overlaps(span: Span, others: Iterable[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)
