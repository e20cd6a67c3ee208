"""What becomes of mutes and redactions that lean on posts which are deleted.

A rule names an account by a handle, and finds the words of others by the names that the account
had: both may leave the file with a post.
"""

from __future__ import annotations

from collections.abc import Sequence

from tartantm.core import events as ev
from tartantm.core.accounts import Account, Accounts, handles_of, wordings_of
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.folding import letters
from tartantm.core.names import name_wordings
from tartantm.core.post import Author
from tartantm.core.redaction import WITHHELD, Redactions
from tartantm.core.traces import Traces
from tartantm.core.wordings import Wordings


def named_by_rules(chat: Chat) -> frozenset[str]:
    """Returns the handles by which redactions name authors."""
    return frozenset(value.partition(":")[2] for kind, value in chat.redactions if kind == "author")


class LeaningRules:
    """What becomes of mutes and redactions that lean on posts which go."""

    def __init__(
        self, chat: Chat, going: dict[str, Entry], left: Sequence[Entry], traces: Traces
    ) -> None:
        self._chat, self._going = chat, going
        self.keys: dict[str, str] = {}
        self.more: list[ev.Muted | ev.Redacted] = []
        made = any(isinstance(act.event, ev.Muted | ev.Redacted) for act in chat.history.acts)
        made = made or bool(chat.redactions)
        self._accounts = traces.accounts if made and going else None
        self._left: dict[int, list[Author]] = {}
        of_posts = (rule for rule in chat.redactions if rule[0] == "post" and going)
        each = (Redactions(chat, rule, traces=traces) for rule in of_posts)
        # Also one of a post that stays may have found its copies by the words of one that goes.
        self.redactions = tuple(one for one in each if any(map(one.silences, going)))
        if self._accounts is None:
            return
        for entry in left:
            if (account := self._accounts.of_post(entry.id)) is not None:
                self._left.setdefault(id(account), []).append(entry.post.author)
        for entry in going.values():
            if (account := self._accounts.of_post(entry.id)) is not None:
                self._keep_known(account, self._accounts)

    def _keep_known(self, account: Account, accounts: Accounts) -> None:
        """Let rules name an account by a handle that it still has, where it has any."""
        staying = [one.handle for one in self._left.get(id(account), ()) if one.handle]
        if not staying:
            return
        now = f"{account.network}:{staying[-1].casefold()}"
        for key in sorted(account.keys - {f"{account.network}:{h.casefold()}" for h in staying}):
            others = [each for each in accounts.of_key(key) if each is not account]
            if not any(id(each) in self._left for each in others):
                self.keys[key] = now
                continue
            # Somebody else goes by that handle now: the rule has to name both.
            chat = self._chat
            if ("author", key) in chat.mutes and ("author", now) not in chat.mutes:
                self.more.append(ev.Muted("author", now))
            held = chat.redactions.get(("author", key))
            if held and ("author", now) not in chat.redactions:
                self.more.append(ev.Redacted("author", now, reason=held[1]))

    def withheld(self) -> Wordings[str]:
        """Returns the words that redactions could not find any more, with what replaces them."""
        words: list[tuple[str, str]] = []
        handles: list[tuple[str, str]] = []
        for kind, value in self._chat.redactions:
            if kind == "author" and self._accounts is not None:
                covered = self._accounts.closed(self._accounts.of_key(value))
                if any(post in self._going for account in covered for post in account.posts):
                    names, lost = self._lost(covered)
                    # Who has that handle on the agenda is found by it as before.
                    network, _, handle = value.partition(":")
                    person = self._chat.agenda.person(Author(handle), network)
                    known = name_wordings(person.name) if person else ()
                    words += [(name, WITHHELD) for name in names if name not in known]
                    handles += [(handle, WITHHELD) for handle in lost]
        return Wordings(words, handles)

    def _lost(self, accounts: Sequence[Account]) -> tuple[list[str], list[str]]:
        """Returns the names and handles of people that only posts which go had."""
        authors = [one for account in accounts for one in self._left.get(id(account), ())]
        names = {letters(each) for one in authors for each in name_wordings(one.name)}
        handles = {each for one in authors for each in (one.handle, one.handle.partition("@")[0])}
        # The rule itself still knows these.
        handles |= named_by_rules(self._chat)
        return (
            [name for name in wordings_of(accounts) if letters(name) not in names],
            [handle for handle in handles_of(accounts) if handle not in handles],
        )
