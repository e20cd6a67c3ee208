"""What deleted posts said: what of it goes from texts of others, and what must not come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tartantm.core.asked_words import said_by
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.erased import said_names
from tartantm.core.folding import letters
from tartantm.core.redaction import Redactions
from tartantm.core.said import SaidWords
from tartantm.core.traces import SHORTEST_SAID, Traces


def said_in(entry: Entry) -> Iterator[str]:
    """Yields what a post said, where it is long enough to be its own."""
    said = said_by([entry])
    return (text for text in (*said.own, *said.beside) if len(letters(text)) >= SHORTEST_SAID)


def parts(chat: Chat, said: Iterable[str], before: Iterable[str]) -> SaidWords[None]:
    """Returns what was said, to be found in parts, without what the agenda or others said."""
    found = SaidWords[None]()
    for text in said:
        found.add(text, None)
    if found:
        for text in (chat.agenda.title, *chat.planned, *before):
            found.forget(text, lambda _: True)
    return found


def withheld_words(
    chat: Chat,
    going: dict[str, Entry],
    left: Sequence[Entry],
    traces: Traces,
    redactions: Sequence[Redactions],
) -> set[str]:
    """Returns the names by which words are recognised that readers did not see, if said again.

    A copy that comes late would have been hidden or redacted with its original.
    """
    withheld = [
        entry
        for entry in going.values()
        if entry.hidden or any(rule.silences(entry.id) for rule in redactions)
    ]
    if not withheld:
        return set()
    before = "\n".join(map(letters, (*chat.planned, *said_before(left, going, traces))))
    said = said_by(withheld)
    return {
        name
        for text in (*said.own, *said.beside)
        for name in said_names(text, lambda each: each not in before)
    }


def said_before(left: Iterable[Entry], going: dict[str, Entry], traces: Traces) -> Iterator[str]:
    """Yields what others said before the posts that go, who only repeat it.

    Not what the same people said, perhaps elsewhere: of that, parts go as they do of the posts.
    """
    accounts = traces.accounts
    own = accounts.closed(filter(None, map(accounts.of_post, going)))
    same = [*own, *accounts.uncertain(own)]
    first = min(entry.seq for entry in going.values())
    for entry in left:
        account = accounts.of_post(entry.id)
        if entry.seq < first and account is not None and account not in same:
            yield from said_by([entry]).own
