"""Pseudonyms: "Participant 12" for everybody who is not to be named, the same in every format.

Numbers follow the order in which people were first heard, whether or not they are shown. So they
stay the same from export to export, and reveal no more than the order of the posts does.
"""

from __future__ import annotations

from tartantm.core.accounts import Account, Accounts, handles_of, person_handles, wordings_of
from tartantm.core.agenda import Person
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.folding import letters
from tartantm.core.gone import GoneNames
from tartantm.core.names import name_wordings, whole_names
from tartantm.core.post import Author
from tartantm.core.redaction import LINK, LINKS
from tartantm.core.spans import Span, replaced
from tartantm.core.telling_handles import TellingHandles, hashtag_letters
from tartantm.core.tokens import handle_key, named_in, tokens
from tartantm.core.wordings import Found, Wordings

SOMEBODY = "@somebody"
"""Replaces a handle that wrote no post here."""

_NOBODY = "somebody"
_RANK = LINKS + 1


class Pseudonyms:
    """Numbers for the people of a chat, and words without their names.

    With `keep_agenda` the people on the agenda (hosts, guests, moderators) keep their names.
    """

    def __init__(self, chat: Chat, accounts: Accounts, *, keep_agenda: bool) -> None:
        self._accounts, self.keeps_agenda = accounts, keep_agenda
        self._numbers: dict[object, int] = {}
        self._handles: dict[str, str] = {}
        names: dict[str, str] = {}
        hidden: dict[int, Account] = {}
        for entry in sorted(chat.entries.values(), key=lambda entry: entry.seq):
            account = self._account(entry)
            if account is not None and id(account) not in hidden and not self._keeps(account):
                hidden[id(account)] = account
                shown = f"Participant {self._number(account)}"
                for handle in map(handle_key, handles_of([account])):
                    self._handles.setdefault(f"{account.network}:{handle}", shown)
                    self._handles.setdefault(handle, shown)
                for name in wordings_of([account]):
                    names.setdefault(name, shown)
        for person in () if keep_agenda else chat.agenda.people:
            for name in name_wordings(person.name):
                names.setdefault(name, self._of_person(person))
            for handle in person_handles(person):
                self._handles.setdefault(handle_key(handle), self._of_person(person))
        kept = [person for person in chat.agenda.people if keep_agenda]
        self._kept = {handle_key(each) for person in kept for each in person_handles(person)}
        known = [(each, shown) for each, shown in self._handles.items() if ":" not in each]
        known = [(handle, shown) for handle, shown in known if handle not in self._kept]
        people = [] if keep_agenda else chat.agenda.people
        staying = [account for account in accounts.all if self._keeps(account)]
        telling = TellingHandles(chat.agenda, [*hidden.values(), *staying])
        called = [
            (each, self._handles[handle_key(each)]) for each in telling.of(hidden.values(), people)
        ]
        # A single name could be any word: "Will", "Rose". In reasons it can only be a name.
        hashtags = hashtag_letters(chat.agenda)
        full = [
            (each, shown) for each, shown in names.items() if letters(each) in whole_names(each)
        ]
        full = [(each, shown) for each, shown in full if letters(each) not in hashtags]
        self._in_texts = Wordings([*full, *called], known)
        self._gone = GoneNames(chat.salt, chat.gone_names)
        self._in_reasons = Wordings([*names.items(), *known], known)

    def hides(self, entry: Entry) -> bool:
        """Whether a post's author goes by a number."""
        account = self._account(entry)
        return account is not None and not self._keeps(account)

    def author(self, entry: Entry) -> Author:
        """Returns a post's author as readers see them."""
        account = self._account(entry)
        if account is None or self._keeps(account):
            return entry.post.author
        number = self._number(account)
        bot = entry.post.author.bot
        return Author("", f"Participant {number}", f"participant-{number}", bot=bot)

    def words(self, text: str, network: str = "") -> str:
        """Returns a text with pseudonyms for handles and for full names of people who took part."""
        return replaced(text, self.spans(text, network))

    def spans(self, text: str, network: str = "") -> list[Span]:
        """Returns what is replaced in a text that was written on a network."""
        if not text:
            return []
        spans = [Span(*span, _NOBODY, _RANK) for span in self._gone.find(text)]
        spans += map(self._span, self._in_texts.find_each(text))
        for kind, start, end in tokens(text):
            if kind == "handle" and (shown := self._mentioned(text[start:end], network)):
                # Which of two people of one handle is meant depends on the network.
                spans.append(Span(start, end, shown, _RANK - 1))
        return spans

    def reason_spans(self, text: str) -> list[Span]:
        """Returns what is replaced in a reason of ours, which may use any name or handle."""
        return [*self.spans(text), *map(self._span, self._in_reasons.find_each(text))]

    def _span(self, found: Found[str]) -> Span:
        shown = LINK if found.within == "address" else found.value
        return Span(found.start, found.end, shown, _RANK)

    def _mentioned(self, written: str, network: str) -> str:
        """Returns what stands for a handle, "" for that of somebody who keeps their name."""
        for handle in named_in("handle", written):
            if handle in self._kept:
                return ""
            known = self._handles.get(f"{network}:{handle}") or self._handles.get(handle)
            if known:
                return known
        return SOMEBODY

    def _account(self, entry: Entry) -> Account | None:
        return self._accounts.of_author(entry.post.network, entry.post.author)

    def _keeps(self, account: Account) -> bool:
        return self.keeps_agenda and account.person is not None

    def _number(self, account: Account) -> int:
        key = account.person.name if account.person else id(account)
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def _of_person(self, person: Person) -> str:
        number = self._numbers.get(person.name)
        return f"Participant {number}" if number else _NOBODY
