"""Accounts are found by whatever people write or paste to name them."""

from __future__ import annotations

import pytest

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.core.post import Author
from tartantm.moderation.naming import accounts_named, only_called, typed
from tests.builders import captured, chat_of, post

MORAG = Author("morag", "Mòrag Example (she/her)", "50", "https://x.com/morag")
DELE = Author("dele@m.example", "Dele Sample", "https://m.example/users/17")
IONA = Author("iona.example", "Iona Example", "did:plc:iona")
EWAN = Author("", "Ewan Sample")


def evening() -> Chat:
    return chat_of(
        *captured(
            post("1", "One", author=MORAG),
            post("mastodon:https://m.example/1", "Two", author=DELE),
            post("bluesky:at://did:plc:iona/app.bsky.feed.post/1", "Three", author=IONA),
        ),
        ev.Remarked(post("room:1", "Four", author=EWAN), "Q1"),
    )


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ("morag", "morag@x"),
        ("@Morag@X", "morag@x"),
        ("50", "morag@x"),
        ("Mòrag Example", "morag@x"),
        ("morag  example", "morag@x"),
        ("https://x.com/Morag", "morag@x"),
        ("https://mobile.twitter.com/morag?s=20", "morag@x"),
        ("x.com/morag/", "morag@x"),
        ("Dele Sample", "dele@m.example@mastodon"),
        ("https://m.example/users/17", "dele@m.example@mastodon"),
        ("https://m.example/@dele", "dele@m.example@mastodon"),
        ("https://else.example/@dele@m.example", "dele@m.example@mastodon"),
        ("did:plc:iona", "iona.example@bluesky"),
        ("https://bsky.app/profile/iona.example", "iona.example@bluesky"),
        ("https://bsky.app/profile/did:plc:iona", "iona.example@bluesky"),
        ("Ewan Sample", "Ewan Sample@room"),
        ("Ewan Sample@room", "Ewan Sample@room"),
        ("ewan sample", "Ewan Sample@room"),
    ],
)
def test_what_names_an_account(written: str, account: str) -> None:
    chat = evening()
    (found,) = accounts_named(chat, written)
    assert typed(found) == account
    assert [typed(each) for each in accounts_named(chat, account)] == [account]
    assert only_called(chat, written) == (" " in written and "@" not in written)


@pytest.mark.parametrize(
    "written",
    ["Example", "Ewan", "https://x.com/morag/status/1", "https://x.com/", "https://[x", "18", "/"],
)
def test_what_names_nobody(written: str) -> None:
    with pytest.raises(BadInput, match=r"^Nobody here is called "):
        accounts_named(evening(), written)


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        *((each, "dele@m.example@mastodon") for each in ("dele", "@Del", "dele@mastodon")),
        ("iona", "iona.example@bluesky"),
        ("Ewa", "Ewan Sample@room"),
        ("dele@x", ""),
        ("de", ""),
        ("ele", ""),
    ],
)
def test_whoever_writes_half_a_handle_is_told_the_whole(written: str, hint: str) -> None:
    said = f" Perhaps one of these, to be given in full: {hint}." if hint else ""
    with pytest.raises(BadInput) as refused:
        accounts_named(evening(), written)
    assert str(refused.value) == f"Nobody here is called {written}.{said}"


def test_a_few_of_many_are_suggested() -> None:
    many = (post(f"{n}", author=f"sample{n}") for n in range(7))
    with pytest.raises(BadInput, match=r" in full: sample0@x, .*, sample4@x\.$"):
        accounts_named(chat_of(*captured(*many)), "sample")


def test_a_name_of_several_is_refused_with_the_accounts() -> None:
    other = Author("dele.example", "Dele Sample", "did:plc:dele")
    chat = chat_of(
        *captured(
            post("mastodon:https://m.example/1", "Two", author=DELE),
            post("bluesky:at://did:plc:dele/app.bsky.feed.post/1", "Other", author=other),
        ),
    )
    with pytest.raises(BadInput) as refused:
        accounts_named(chat, "dele sample")
    assert str(refused.value).startswith(
        "dele sample names 2 accounts: dele@m.example@mastodon, dele.example@bluesky. Name one,"
    )
