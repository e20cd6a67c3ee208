"""Finds the accounts that somebody names on a command line, and names accounts for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tartantm.core.accounts import Account, Accounts
from tartantm.core.agenda import split_handle
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput, shortened
from tartantm.core.folding import letters
from tartantm.core.names import plain_name
from tartantm.networks.post_links import Address, parsed

_SHORTEST_BEGINNING, _SUGGESTED = 3, 5
"""Letters of a beginning that are enough to suggest handles, and how many of these are."""

_X = re.compile(r"x\.com/([^/@]+)")
_BLUESKY = re.compile(r"bsky\.app/profile/([^/]+)")
_MASTODON = re.compile(r"([^/]+)/(?:@|users/)([^/@]+)(?:@([^/@]+))?")


def accounts_named(chat: Chat, written: str) -> list[Account]:
    """Returns the accounts that are named so.

    That is by ``handle``, ``handle@network``, a permanent id, a link to the profile, or the whole
    name. Several only where that is certainly one person. Raises BadInput where it names nobody, or
    several people: then the sentence says how to name each.
    """
    if not written.strip(" @"):
        raise BadInput("An author is named by a handle, or by handle@network.")
    accounts = Accounts(chat)
    found = _addressed(chat, accounts, written) or _called(accounts, written)
    if not found:
        raise BadInput(f"Nobody here is called {shortened(written)}.{beginning_so(chat, written)}")
    together = accounts.closed(found[:1])
    if any(account not in together for account in found):
        known = [typed(account) for account in found]
        each = ", ".join(
            account.id if account.id and known.count(typed(account)) > 1 else typed(account)
            for account in found
        )
        raise BadInput(
            f"{written} names {len(found)} accounts: {each}. Name one, and with --also any other"
            " that is the same person's."
        )
    return found


def beginning_so(chat: Chat, written: str) -> str:
    """Returns whose handles, earlier ones too, begin as somebody wrote one; "" where none does.

    Of ``morag@loch.example`` most people know the first half.
    """
    network, handle = split_handle(written)
    if len(handle) < _SHORTEST_BEGINNING:
        return ""
    found = dict.fromkeys(
        typed(account)
        for account in Accounts(chat).all
        if network in (None, account.network)
        and any(each.casefold().startswith(handle) for each in account.named)
    )
    named = [*found][:_SUGGESTED]
    return f" Perhaps one of these, to be given in full: {', '.join(named)}." if named else ""


def only_called(chat: Chat, written: str) -> bool:
    """Whether this is at most the name of somebody: no handle, id or link of any account."""
    return not _addressed(chat, Accounts(chat), written)


def typed(account: Account) -> str:
    """Returns an account as a command line takes it: ``ailsa@x``, ``Ailsa Example@room``."""
    if account.network == "room" and account.names:
        return f"{next(reversed(account.names))}@room"
    return account.written


def is_called(name: str, written: str) -> bool:
    """Whether a name is written so, in any case, with or without accents and additions."""
    plain = letters(plain_name(written))
    return bool(plain) and plain in (letters(plain_name(name)), letters(name))


def _addressed(chat: Chat, accounts: Accounts, written: str) -> list[Account]:
    """Returns accounts by what names one and nobody else: a handle, an id, a link."""
    return (
        accounts.of_handle(written)
        or [each for each in accounts.all if each.id and each.id == written]
        or list(_linked(chat, accounts, written))
    )


def _called(accounts: Accounts, written: str) -> list[Account]:
    def called(some: Iterable[Account]) -> list[Account]:
        return [
            account
            for account in some
            if any(is_called(name, written) for name in account.names)
            or (account.network == "room" and any(is_called(n, written) for n in account.handles))
        ]

    return called(accounts.all) or called(accounts.misnamed)


def _linked(chat: Chat, accounts: Accounts, link: str) -> Iterator[Account]:
    """Yields the accounts whose profile a link leads to, whatever is added to it."""
    address = parsed(link if "://" in link else f"https://{link}") if "/" in link else None
    if address is None:
        return
    place = address.place.casefold()
    found: dict[Account, None] = {}
    for network, author in chat.authors:
        theirs = parsed(author.url) if author.url else None
        account = accounts.of_author(network, author)
        if theirs and account and theirs.place.casefold() == place:
            found[account] = None
    handles = _handles(address)
    found |= dict.fromkeys(each for handle in handles for each in accounts.of_handle(handle))
    found |= dict.fromkeys(_with_id(accounts, address))
    yield from (account for account in found if account.posts)


def _handles(address: Address) -> Iterator[str]:
    """Yields the handles that a profile at this address may have, by the networks' pages."""
    if match := _X.fullmatch(address.place):
        yield f"{match[1]}@x"
    elif match := _BLUESKY.fullmatch(address.place):
        yield f"{match[1]}@bluesky"
    elif match := _MASTODON.fullmatch(address.place):
        yield f"{match[2]}@{match[3] or match[1]}@mastodon"


def _with_id(accounts: Accounts, address: Address) -> Iterable[Account]:
    match = _BLUESKY.fullmatch(address.place)
    return [each for each in accounts.all if match and each.id and each.id == match[1]]
