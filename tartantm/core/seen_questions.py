"""What readers see of the agenda's questions: no words of a post that they do not see.

A question that was made of a post keeps its place and its number, for the answers under it are
other people's. Hiding and muting the post, and redacting it, withhold the same of the question.
"""

from __future__ import annotations

from collections.abc import Iterable

from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.core.entry import is_shown
from tartantm.core.erased import WORDS_WITHHELD
from tartantm.core.gone import is_marked
from tartantm.core.redaction import SAID, Redactions
from tartantm.core.scrub import QUESTION_WITHHELD
from tartantm.core.spans import Span, replaced
from tartantm.core.traces import Traces, is_whole

WORDS_ON_X = "[words on X]"
"""Stands for words that are read at the post itself."""


class SeenQuestions:
    """The questions of a chat as it is when this is made.

    With `hidden_too`, for readers who see hidden and muted posts; with `left_on_x`, for those who
    read the words of posts on X there. A question that stands on the agenda as planned keeps its
    words: who asked it only repeated them.
    """

    def __init__(
        self,
        chat: Chat,
        redactions: Redactions | None,
        traces: Traces,
        *,
        hidden_too: bool = False,
        left_on_x: bool = False,
    ) -> None:
        self._redactions, self._traces = redactions, traces
        self._withheld: dict[str, str] = {}
        """By the texts of questions that have the words of such a post, what stands for these."""
        self._repeated: dict[str, list[Span]] = {}
        """By their text, what others that were made of such a post repeat of its words."""
        for question in chat.agenda.questions:
            if question.text in chat.planned:
                continue
            asked_by = traces.asked_by(question)
            on_x = {each.id for each in asked_by if left_on_x and each.post.network == "x"}
            unseen = {
                entry.id
                for entry in asked_by
                if not is_shown(entry, chat.entries, hidden_too=hidden_too)
            }
            for posts, whole, part in (
                (unseen, QUESTION_WITHHELD, WORDS_WITHHELD),
                (on_x - unseen, WORDS_ON_X, WORDS_ON_X),
            ):
                found = traces.repeated(question, posts)
                # What left the file of it may have been all that shows whose words the rest are.
                is_cut = part == WORDS_ON_X and bool(posts) and is_marked(question.text)
                if is_cut or is_whole(found, question):
                    self._withheld.setdefault(question.text, whole)
                elif found:
                    spans = [Span(*each, part, SAID) for each in found]
                    self._repeated.setdefault(question.text, []).extend(spans)

    def __bool__(self) -> bool:
        """Whether readers see words of any question no more because they do not see a post."""
        return bool(self._withheld or self._repeated)

    def text(self, question: Question, spans: Iterable[Span] = ()) -> str:
        """Returns a question's words as readers see them, without these stretches either."""
        return self.instead(question) or replaced(question.text, [*spans, *self.spans(question)])

    def instead(self, question: Question) -> str:
        """Returns what stands for all words of a question, "" where that is nothing."""
        if self._redactions and (shown := self._redactions.instead_of_question(question)):
            return shown
        # By its text, as in `Redactions`: what is withheld for good is withheld in former agendas.
        return self._withheld.get(question.text, "") if question.asked_by else ""

    def spans(self, question: Question) -> list[Span]:
        """Returns what is replaced in a question that the moderator put in other words."""
        if not question.asked_by:
            return []
        spans = self._redactions.question_spans(question) if self._redactions else []
        return [*spans, *self._repeated.get(question.text, ())]
