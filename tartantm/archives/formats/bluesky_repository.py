"""The repository of a Bluesky account, as bsky.app and com.atproto.sync.getRepo export it (CAR).

It holds what the account published: posts, reposts, the profile; likes and follows are left out,
and messages are not in it. It does not say which handle the account has.
"""

from __future__ import annotations

from collections.abc import Iterator

from tartantm.archives.car import Repository, is_car
from tartantm.archives.shape import Context, Line, WholeFormat
from tartantm.core.post import Author
from tartantm.networks.bluesky import payload
from tartantm.networks.bluesky.payload import POSTS, PROFILE, REPOSTS
from tartantm.networks.heard import Parsed, Unreadable

_COLLECTIONS = (PROFILE, f"{POSTS}/", f"{REPOSTS}/")


def _read(data: bytes, context: Context) -> Iterator[Line]:
    repository = Repository(data, context.name)
    author = payload.owner(repository.did, {}, _handle(context, repository.did))
    for path, cid in repository.records(_COLLECTIONS):
        record = repository.get(cid)
        if not isinstance(record, dict):
            continue
        if path == PROFILE:  # it comes first, for the tree is in order
            author = payload.owner(author.id, record, _handle(context, author.id))
        else:
            yield 1, _parsed(author, path, record, repository.cid_text(cid))
    if missing := repository.missing:
        parts = "part" if missing == 1 else "parts"
        yield 1, Parsed(problems=[f"{missing:,} {parts} of the repository cannot be read"])
    if repository.is_cut:
        yield 1, Parsed(problems=["the repository breaks off"])


def _parsed(author: Author, path: str, record: dict[str, object], cid: str) -> Parsed:
    try:
        post = payload.stored(author, path, record, cid)
    except Unreadable as problem:
        return Parsed(problems=[str(problem)])
    return Parsed([post] if post else [])


def _handle(context: Context, did: str) -> str:
    """The account's handle, where somebody said it: on Bluesky it is a domain."""
    account = context.account
    is_this = account is not None and account.id in ("", did) and "." in account.handle
    return account.handle if account is not None and is_this and "@" not in account.handle else ""


BLUESKY_REPOSITORY = WholeFormat(
    "bluesky-repository", "Bluesky repository of one account (CAR)", is_car, _read, one_account=True
)
