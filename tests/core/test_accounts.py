from __future__ import annotations

from tartantm.core import events as ev
from tartantm.core.accounts import Account, Accounts, handles_of, wordings_of
from tartantm.core.chat import Chat
from tartantm.core.post import Author
from tests.builders import at, captured, chat_of, happen, post

AILSA = Author("ailsa", "Ailsa Example", "7")
RENAMED = Author("ailsa_new", "Dr Ailsa Example", "7")
ELSEWHERE = Author("ailsa@mastodon.example", "Ailsa Example", "https://mastodon.example/u/7")
ISLA_ON_X = Author("isla", "Isla", "9")
ISLA_ELSEWHERE = Author("isla@mastodon.example", "Isla E.", "https://mastodon.example/u/9")


def toot(number: str, author: Author) -> ev.Event:
    return captured(post(f"mastodon:https://mastodon.example/{number}", author=author))[0]


def remark(number: str, speaker: str) -> ev.Event:
    said = post(f"room:{number}", author=Author(speaker, speaker), venue="The Made-up Thistle")
    return ev.Remarked(said, None)


def written(accounts: list[Account]) -> list[str]:
    return [account.written for account in accounts]


def test_a_permanent_id_makes_two_handles_one_account() -> None:
    chat = chat_of(*captured(post("1", author=AILSA), post("2", author=RENAMED)))
    (account,) = Accounts(chat).all
    assert list(account.handles) == ["ailsa", "ailsa_new"]
    assert list(account.names) == ["Ailsa Example", "Dr Ailsa Example"]
    assert account.posts == ["x:1", "x:2"]
    assert account.keys == {"x:ailsa", "x:ailsa_new"}
    assert account.shown == "Dr Ailsa Example, @ailsa_new on X"


def test_a_name_that_an_edit_replaced_is_still_known() -> None:
    chat = chat_of(*captured(post("1", author=AILSA)))
    later = post("1", "Other words", author=RENAMED, edited_at=at(3), version="2")
    happen(chat, ev.Edited(later))
    (account,) = Accounts(chat).all
    assert list(account.handles) == ["ailsa", "ailsa_new"]
    assert account.posts == ["x:1"]


def test_a_post_without_a_permanent_id_belongs_to_the_one_account_of_its_handle() -> None:
    nameless = Author("AILSA", "Ailsa Example")
    chat = chat_of(*captured(post("1", author=nameless), post("2", author=AILSA)))
    (account,) = Accounts(chat).all
    assert account.id == "7"
    assert account.posts == ["x:1", "x:2"]


def test_a_handle_that_changed_hands_names_two_accounts() -> None:
    taken = Author("ailsa", "Morag Sample", "8")
    chat = chat_of(*captured(post("1", author=AILSA), post("2", author=taken)))
    accounts = Accounts(chat)
    assert [each.id for each in accounts.of_key("x:ailsa")] == ["7", "8"]
    assert [each.id for each in accounts.of_handle("@Ailsa")] == ["7", "8"]


def test_a_key_or_handle_that_nobody_had_names_nobody() -> None:
    accounts = Accounts(chat_of(*captured(post("1", author=AILSA))))
    assert accounts.of_key("x:morag") == accounts.of_key("") == []
    assert accounts.of_handle("ailsa@mastodon") == accounts.of_handle("") == []
    assert accounts.of_post("x:2") is None


def test_accounts_of_one_person_of_the_agenda_are_certainly_theirs() -> None:
    chat = chat_of(
        *captured(post("1", author=ISLA_ON_X)), toot("2", ISLA_ELSEWHERE), toot("3", ELSEWHERE)
    )
    accounts = Accounts(chat)
    closed = accounts.closed(accounts.of_handle("isla@x"))
    assert written(closed) == ["isla@x", "isla@mastodon.example@mastodon"]
    assert {account.person.name for account in closed if account.person} == {"Isla Example"}
    assert accounts.uncertain(closed) == []


def test_the_same_name_elsewhere_is_uncertain() -> None:
    chat = chat_of(*captured(post("1", author=RENAMED)), toot("2", ELSEWHERE))
    accounts = Accounts(chat)
    closed = accounts.closed(accounts.of_handle("ailsa_new"))
    assert written(closed) == ["ailsa_new@x"]
    assert written(accounts.uncertain(closed)) == ["ailsa@mastodon.example@mastodon"]


def test_a_remark_by_the_whole_name_is_theirs_and_by_the_first_name_is_not() -> None:
    chat = chat_of(
        *captured(post("1", author=AILSA)), remark("1", "Ailsa Example"), remark("2", "Ailsa")
    )
    accounts = Accounts(chat)
    closed = accounts.closed(accounts.of_handle("ailsa"))
    assert [account.posts for account in closed if account.network == "room"] == [["room:1"]]
    assert [each.posts for each in accounts.uncertain(closed)] == [["room:2"]]


def test_a_remark_does_not_make_two_people_of_one_name_the_same() -> None:
    chat = chat_of(
        *captured(post("1", author=AILSA)), toot("2", ELSEWHERE), remark("1", "Ailsa Example")
    )
    accounts = Accounts(chat)
    closed = accounts.closed(accounts.of_handle("ailsa@x"))
    assert "ailsa@mastodon.example@mastodon" not in written(closed)
    assert any(account.network == "room" for account in closed)


def test_a_remark_that_was_undone_is_nobodys() -> None:
    chat: Chat = chat_of(remark("1", "Ailsa Example"))
    happen(chat, ev.Undone(2))
    assert Accounts(chat).all == []


def test_people_are_looked_for_by_every_name_and_handle() -> None:
    chat = chat_of(*captured(post("1", author=AILSA), post("2", author=RENAMED)))
    accounts = Accounts(chat).all
    assert wordings_of(accounts) == ["Ailsa Example", "Dr Ailsa Example"]
    assert handles_of(accounts) == ["ailsa", "ailsa_new"]


def test_an_address_ends_with_an_account_and_a_handle_begins_with_its_name() -> None:
    accounts = Accounts(chat_of(toot("1", ISLA_ELSEWHERE))).all
    assert handles_of(accounts) == ["isla@mastodon.example", "isla"]
    assert wordings_of(accounts) == ["Isla E.", "Isla Example"]
