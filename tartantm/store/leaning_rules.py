"""What becomes of mutes and redactions that lean on posts which are deleted or erased.

A rule names an account by a handle, and finds the words of others by the names that the account
had: both may leave the file with a post.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.accounts import Account, Accounts, handles_of, wordings_of
from tartantm.core.agenda import Person
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.events import Event
from tartantm.core.folding import letters
from tartantm.core.names import name_wordings
from tartantm.core.post import Author
from tartantm.core.redaction import WITHHELD, Redactions
from tartantm.core.telling_handles import hashtag_letters
from tartantm.core.traces import Traces
from tartantm.core.wordings import Wordings


def named_by_rules(chat: Chat, keys: Mapping[str, str]) -> frozenset[str]:
    """Returns the handles by which redactions name authors; `keys` have replaced others."""
    named = (value for kind, value in chat.redactions if kind == "author")
    return frozenset(_split(keys.get(value, value))[1] for value in named)


def named_anew(event: Event, keys: Mapping[str, str]) -> Event:
    """Returns an event about authors with the keys by which they are still known."""
    match event:
        case ev.Muted(kind="author") | ev.Redacted(kind="author"):
            value = keys.get(event.value, event.value)
            return event if value == event.value else replace(event, value=value)
        case ev.Deleted() | ev.Erased():
            redacted = tuple(keys.get(key, key) for key in event.redacted)
            return event if redacted == event.redacted else replace(event, redacted=redacted)
        case _:
            return event


class LeaningRules:
    """What becomes of mutes and redactions that lean on posts which go."""

    def __init__(
        self, chat: Chat, going: dict[str, Entry], left: Sequence[Entry], traces: Traces
    ) -> None:
        self._chat, self._going = chat, going
        self.keys: dict[str, str] = {}
        self.more: list[ev.Muted | ev.Redacted] = []
        self.redactions: tuple[Redactions, ...] = ()
        """Of posts: what they withhold by the words of posts that go."""
        self._accounts: Accounts | None = None
        self._left: dict[int, list[Author]] = {}
        made = any(isinstance(act.event, ev.Muted | ev.Redacted) for act in chat.history.acts)
        if not going or not (made or chat.redactions):  # an erasure may have left some
            return
        of_posts = [rule for rule in chat.redactions if rule[0] == "post"]
        each = (Redactions(chat, rule, traces=traces) for rule in of_posts)
        # Also one of a post that stays may have found its copies by the words of one that goes.
        self.redactions = tuple(one for one in each if any(map(one.silences, going)))
        self._accounts = traces.accounts
        for entry in left:
            if (account := self._accounts.of_post(entry.id)) is not None:
                self._left.setdefault(id(account), []).append(entry.post.author)
        for account in dict.fromkeys(filter(None, map(self._accounts.of_post, going))):
            self._keep_known(account, self._accounts)
        for now in dict.fromkeys(self.keys.values()):
            self._keep_held(now)

    def _keep_held(self, now: str) -> None:
        """Let a rule hold where several are to be one by name, and the end of one was said last."""
        chat, named = self._chat, {now, *(key for key in self.keys if self.keys[key] == now)}
        for kind, held in ((ev.Muted, chat.mutes), (ev.Redacted, chat.redactions)):
            holding = [key for of, key in held if of == "author" and key in named]
            said = [
                event
                for act in chat.history.acts
                if not act.undone
                for event in act.events
                if isinstance(event, kind) and event.kind == "author" and event.value in named
            ]
            if holding and said and not said[-1].on:
                self._hold(kind, holding[0], now)

    def _hold(self, kind: type[ev.Muted | ev.Redacted], key: str, now: str) -> None:
        """Let the mute or redaction of a key hold for another one too."""
        if kind is ev.Muted:
            self.more.append(ev.Muted("author", now))
        else:
            reason = self._chat.redactions["author", key][1]
            self.more.append(ev.Redacted("author", now, reason=reason))

    def _keep_known(self, account: Account, accounts: Accounts) -> None:
        """Let rules name an account by a handle that it still has, where it has any."""
        staying = [one.handle for one in self._left.get(id(account), ()) if one.handle]
        if not staying:
            return
        now = f"{account.network}:{staying[-1].casefold()}"
        for key in sorted(account.keys - {f"{account.network}:{h.casefold()}" for h in staying}):
            others = [each for each in accounts.of_key(key) if each is not account]
            if not any(id(each) in self._left for each in others) and self._person(key) is None:
                self.keys[key] = now
                continue
            # Somebody else goes by that handle now, or the agenda has it: the rule names both.
            chat = self._chat
            for kind, rules in ((ev.Muted, chat.mutes), (ev.Redacted, chat.redactions)):
                if ("author", key) in rules and ("author", now) not in rules:
                    self._hold(kind, key, now)

    def withheld(self) -> Wordings[str]:
        """Returns the words that redactions could not find any more, with what replaces them."""
        words: list[tuple[str, str]] = []
        handles: list[tuple[str, str]] = []
        if (accounts := self._accounts) is None:
            return Wordings()
        for kind, value in self._chat.redactions:
            if kind == "author":
                covered = accounts.closed(accounts.of_key(value))
                if any(post in self._going for account in covered for post in account.posts):
                    names, lost = self._lost(covered)
                    # Who has that handle on the agenda is found by it as before.
                    person = self._person(value)
                    known = name_wordings(person.name) if person else ()
                    words += [(name, WITHHELD) for name in names if name not in known]
                    handles += [(handle, WITHHELD) for handle in lost]
        return Wordings(words, handles)

    def _person(self, key: str) -> Person | None:
        """Returns who the agenda says has the handle of a key."""
        network, handle = _split(key)
        return self._chat.agenda.named_by_handle(network, handle)

    def _lost(self, accounts: Sequence[Account]) -> tuple[list[str], list[str]]:
        """Returns the names and handles of people that only posts which go had."""
        authors = [one for account in accounts for one in self._left.get(id(account), ())]
        # Everybody writes the chat's hashtags: no rule withholds these.
        names = {letters(each) for one in authors for each in name_wordings(one.name)}
        names |= hashtag_letters(self._chat.agenda)
        handles = {each for one in authors for each in (one.handle, one.handle.partition("@")[0])}
        # The rules themselves still know these.
        handles |= named_by_rules(self._chat, self.keys)
        return (
            [name for name in wordings_of(accounts) if letters(name) not in names],
            [handle for handle in handles_of(accounts) if handle not in handles],
        )


def _split(key: str) -> tuple[str, str]:
    """Returns network and handle of an author's key; a name said at a venue may have a colon."""
    network, _, handle = key.partition(":")
    return network, handle
