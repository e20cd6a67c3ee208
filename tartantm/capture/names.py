"""How accounts are called, as sources say beside posts: remembered until the chat needs it.

A stream names everybody on its network. Of strangers nothing is recorded: what is heard of them
waits here, in memory and bounded, until a post of theirs comes, if ever.
"""

from __future__ import annotations

from collections import OrderedDict

from msgspec.structs import replace

from tartantm.core.chat import Chat
from tartantm.core.events import Identified
from tartantm.core.people import knows_handle
from tartantm.core.post import Author

MOST_WAITING = 20_000
"""Accounts without a post in the chat that are remembered."""

MOST_NAMES = 20
"""Names and handles of one account that are remembered or recorded while one program runs: nobody
needs more in an evening, and whoever changes them all the time must not fill the file."""

_Account = tuple[str, str]
"""A network, and the permanent id there."""


class Names:
    """Knows what is news of the accounts of a chat, and what waits for a post of others."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._waiting: OrderedDict[_Account, dict[Author, None]] = OrderedDict()
        """By account, what it was called, the latest last."""
        self._latest: dict[_Account, Author] = {}
        """How accounts with posts are called now, where the chat may not know it yet."""
        self._recorded: dict[_Account, int] = {}

    def named(self, network: str, author: Author) -> list[Identified]:
        """Returns what is to be recorded once a source said how an account is called."""
        account = network, author.id
        if not author.id or not (knows_handle(author) or author.name):
            return []
        if account in self._latest or self._chat.people.holds(*account):
            return self._news(account, author)
        names = self._waiting.setdefault(account, {})
        self._waiting.move_to_end(account)
        names.pop(author, None)
        names[author] = None
        if len(names) > MOST_NAMES:  # the first and the last say most
            del names[list(names)[1]]
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
        return []

    def posted(self, network: str, author: Author) -> list[Identified]:
        """Returns what is to be recorded right before a new post: what was heard of its author."""
        account = network, author.id
        if not author.id:
            return []
        self._latest.setdefault(account, self._called(account) or author)
        found = [
            event
            for named in self._waiting.pop(account, ())
            if (named.handle, named.name) != (author.handle, author.name)
            for event in self._news(account, named)
        ]
        if knows_handle(author):
            self._latest[account] = author
        return found

    def posted_again(self, network: str, author: Author) -> list[Identified]:
        """Returns what is to be recorded where a post that is held comes again, by this author.

        A handle that was not heard yet is news, and a name where there was none; servers differ in
        which names they remember.
        """
        known = self._called((network, author.id))
        if not author.id or not knows_handle(author) or known is None:
            return self._news((network, author.id), author) if author.id else []
        heard = {known.handle, *self._chat.people.handles(network, author.id)}
        is_old = author.handle in heard and (known.name or not author.name)
        return [] if is_old else self._news((network, author.id), author)

    def forget_recorded(self) -> None:
        """Forget what the chat may not know yet, for something was erased."""
        self._latest.clear()

    def _news(self, account: _Account, author: Author) -> list[Identified]:
        known = self._called(account) or Author(account[1], id=account[1])
        handle = author.handle if knows_handle(author) else known.handle
        # What only says a handle says nothing of the name.
        named = replace(
            author, handle=handle, name=author.name or known.name, bot=author.bot or known.bot
        )
        if (named.handle, named.name) == (known.handle, known.name):
            return []
        count = self._recorded.get(account, 0)
        if count >= MOST_NAMES:
            return []
        self._recorded[account] = count + 1
        self._latest[account] = named
        return [Identified(account[0], named)]

    def _called(self, account: _Account) -> Author | None:
        return self._latest.get(account) or self._chat.people.latest(*account)
