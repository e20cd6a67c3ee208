"""People of recorded chats, who write each other's names as people do, are withheld entirely."""

from __future__ import annotations

import pytest

from tartantm.core.accounts import Account, Accounts
from tartantm.core.chat import Chat
from tartantm.core.events import Redacted
from tartantm.core.folding import letters, words
from tartantm.core.identity import author_key
from tartantm.transcript import FORMATS, ExportOptions
from tartantm.transcript.export import ExportContext
from tests.benchmarks import recorded
from tests.builders import captured, chat_of, happen

DEV = recorded.SHARED / "dev"
CHATS = recorded.ids_in(DEV) if DEV.is_dir() else []

pytestmark = pytest.mark.skipif(not CHATS, reason="the recorded chats are not here")


def heard(chat_id: str) -> Chat:
    recording = recorded.recording(DEV, chat_id)
    return chat_of(*captured(*recording.posts), agenda=recording.agenda)


def written(chat: Chat, options: ExportOptions) -> set[str]:
    """Returns the letters of every word of every format."""
    context = ExportContext(chat, options)
    return {word for form in FORMATS.values() for word in words("".join(context.pieces(form)))}


def handles(chat: Chat, *accounts: Account) -> set[str]:
    hashtags = {letters(each) for each in chat.agenda.hashtags}
    return {letters(handle) for account in accounts for handle in account.handles} - hashtags


@pytest.mark.parametrize("chat_id", CHATS)
def test_pseudonyms_leave_no_handle(chat_id: str) -> None:
    chat = heard(chat_id)
    names = handles(chat, *Accounts(chat).all)
    assert names & {word for entry in chat.entries.values() for word in words(entry.post.text)}
    assert not names & written(chat, ExportOptions(pseudonyms="all"))


@pytest.mark.parametrize("chat_id", CHATS)
def test_a_redacted_author_is_named_nowhere(chat_id: str) -> None:
    chat = heard(chat_id)
    busiest = max(Accounts(chat).all, key=lambda account: len(account.posts))
    key = author_key(chat.entries[busiest.posts[0]].post)
    happen(chat, Redacted("author", key))
    # With what is hidden: what a page has without it is in that, too.
    assert not handles(chat, busiest) & written(chat, ExportOptions(include_hidden=True))
