from __future__ import annotations

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.accounts import Account, Accounts, handles_of, person_handles, wordings_of
from tartantm.core.agenda import Person
from tartantm.core.chat import Chat
from tartantm.core.identity import author_key
from tartantm.core.post import Author
from tests.builders import AGENDA, at, captured, chat_of, happen, post

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


def test_a_post_is_found_by_id_number_and_author() -> None:
    chat = chat_of(*captured(post("1", author=AILSA), post("2", author=RENAMED)))
    accounts = Accounts(chat)
    (account,) = accounts.all
    assert accounts.of_post("x:2") is accounts.of_author("x", RENAMED) is account
    assert accounts.of_number(chat.entries["x:2"].seq) is account
    assert accounts.of_author("bluesky", AILSA) is None
    assert accounts.of_number(0) is None


def test_the_latest_name_is_the_one_shown_also_where_it_was_one_before() -> None:
    chat = chat_of(
        *captured(post("1", author=AILSA), post("2", author=RENAMED), post("3", author=AILSA))
    )
    (account,) = Accounts(chat).all
    account.hear(AILSA)
    assert list(account.handles) == ["ailsa_new", "ailsa"]
    assert account.shown == "Ailsa Example, @ailsa on X"
    assert account.key == "x:ailsa"


def test_an_account_is_known_since_the_first_of_its_posts_under_any_name() -> None:
    calum = Author("calum", "Calum Sample", "8")
    posts = post("1", author=calum), post("2", author=AILSA), post("3", author=RENAMED)
    chat = chat_of(*captured(*posts, post("4", author=calum)))
    first = [chat.entries["x:1"].seq, chat.entries["x:2"].seq]
    assert [account.since for account in Accounts(chat).all] == first
    chat = chat_of(remark("1", "Ewan Madeup"), remark("2", "Ewan Madeup"))
    happen(chat, ev.Undone(2))
    (account,) = Accounts(chat).all
    assert account.since == chat.entries["room:2"].seq


def test_what_follows_a_remark_that_was_undone_is_looked_at() -> None:
    chat = chat_of(remark("1", "Ewan Madeup"))
    happen(chat, ev.Undone(2), *captured(post("1", author=AILSA)))
    assert [account.posts for account in Accounts(chat).all] == [["x:1"]]


def test_a_handle_with_a_colon_is_a_handle() -> None:
    odd = Author("Ailsa:Example", "Ailsa Example")
    accounts = Accounts(chat_of(*captured(post("1", author=odd))))
    assert accounts.of_key("x:ailsa:example") == accounts.of_handle("ailsa:example@x")
    assert accounts.of_key("x:ailsa:example") == accounts.all != []
    assert accounts.of_key("x:example") == []


def test_an_account_without_a_permanent_id_is_known_by_its_handle_alone() -> None:
    chat = chat_of(
        *captured(
            post("1", author=Author("ailsa", "Ailsa Example")),
            post("2", author=Author("Ailsa", "Somebody")),
            post("3", author=Author("calum", "Calum Sample")),
        )
    )
    accounts = Accounts(chat)
    assert [each.posts for each in accounts.all] == [["x:1", "x:2"], ["x:3"]]
    assert [each.id for each in accounts.all] == ["", ""]
    assert handles_of(accounts.all) == ["ailsa", "Ailsa", "calum"]


def test_an_id_and_a_handle_that_read_alike_are_two_accounts() -> None:
    chat = chat_of(
        *captured(post("1", author=Author("a", "A", "b")), post("2", author=Author("b", "B")))
    )
    assert [each.posts for each in Accounts(chat).all] == [["x:1"], ["x:2"]]


def test_speakers_are_told_apart_by_what_they_are_called() -> None:
    nameless = post("room:3", author=Author("", "Ewan Madeup"), venue="The Made-up Thistle")
    chat = chat_of(
        remark("1", "Ewan Madeup"), remark("2", "Isla Example"), ev.Remarked(nameless, None)
    )
    accounts = Accounts(chat)
    assert [each.posts for each in accounts.all] == [["room:1", "room:3"], ["room:2"]]
    assert [each.shown for each in accounts.all] == [
        "Ewan Madeup, said at the venue",
        "Isla Example, said at the venue",
    ]
    assert accounts.all[0].key == "room:ewan madeup"
    assert handles_of(accounts.all) == ["isla", "isla@mastodon.example"]


def test_a_speaker_is_who_the_agenda_calls_so() -> None:
    chat = chat_of(*captured(post("1", author=ISLA_ON_X)), remark("1", "isla EXAMPLE (host)"))
    accounts = Accounts(chat)
    closed = accounts.closed(accounts.of_handle("isla@x"))
    assert [each.posts for each in closed] == [["x:1"], ["room:1"]]
    said = accounts.of_handle("isla example (host)@room")
    assert [each.posts for each in accounts.closed(said)] == [["room:1"], ["x:1"]]


def test_a_name_of_one_word_makes_nobody_the_same() -> None:
    chat = chat_of(*captured(post("1", author=Author("morag", "Morag", "4"))), remark("1", "Morag"))
    accounts = Accounts(chat)
    assert [each.posts for each in accounts.closed(accounts.of_handle("morag@x"))] == [["x:1"]]
    assert [each.posts for each in accounts.uncertain(accounts.of_handle("morag@x"))] == [
        ["room:1"]
    ]


def test_handles_are_alike_by_what_stands_before_their_server() -> None:
    chat = chat_of(
        *captured(post("1", author=Author("ewan", "Made-up Person", "4"))),
        toot("2", Author("ewan@m.example", "E M", "https://m.example/users/5")),
        captured(post("bluesky:at://did/3", author=Author("ewan.example", "em", "did:plc:6")))[0],
        toot("4", Author("ewa@m.example", "Ewa", "https://m.example/users/7")),
        captured(post("5", author=Author("ewa", "Other", "8")))[0],
    )
    accounts = Accounts(chat)
    alike = accounts.uncertain(accounts.of_handle("ewan@x"))
    assert [each.id for each in alike] == ["https://m.example/users/5", "did:plc:6"]
    assert accounts.uncertain(accounts.of_handle("ewa@x")) == []


def test_the_last_part_of_an_id_is_a_handle_from_two_letters_on() -> None:
    chat = chat_of(
        toot("1", Author("ewan@m.example", "Ewan", "https://m.example/users/e2")),
        toot("2", Author("ewan2@m.example", "Ewan", "https://m.example/users/e")),
    )
    assert handles_of(Accounts(chat).all) == [
        "ewan@m.example",
        "ewan",
        "e2",
        "ewan2@m.example",
        "ewan2",
    ]


def test_the_agendas_handles_are_known_with_and_without_their_server() -> None:
    person = Person("Morag Sample", ("@morag@m.example", "m.sample@x"))
    assert person_handles(person) == ["morag@m.example", "morag", "m.sample", "m.sample"]


def test_a_remark_under_a_name_that_several_have_is_surely_nobodys() -> None:
    chat = chat_of(
        *captured(post("1", author=AILSA)), toot("2", ELSEWHERE), remark("1", "Ailsa Example")
    )
    accounts = Accounts(chat)
    one, other = (
        accounts.of_handle("ailsa@x"),
        accounts.of_handle("ailsa@mastodon.example@mastodon"),
    )
    said = accounts.of_handle("ailsa example@room")
    assert accounts.closed(one, sure=True) == one
    assert set(accounts.uncertain(one)) == {*other, *said}
    assert accounts.closed([*one, *other], sure=True) == [*one, *other, *said]
    assert accounts.closed([*one, *said], sure=True) == [*one, *said]
    assert accounts.closed(one) == [*one, *said]


def test_a_remark_under_a_name_that_one_account_has_is_surely_theirs() -> None:
    chat = chat_of(*captured(post("1", author=AILSA)), remark("1", "Ailsa Example"))
    accounts = Accounts(chat)
    assert len(accounts.closed(accounts.of_handle("ailsa"), sure=True)) == 2


def test_a_remark_by_whom_the_agenda_names_is_not_surely_another_s_of_that_name() -> None:
    chat = chat_of(
        *captured(post("1", author=Author("other", "Isla Example", "4"))),
        toot("2", Author("else@m.example", "Isla Example", "https://m.example/users/5")),
        remark("1", "Isla Example"),
    )
    accounts = Accounts(chat)
    one = accounts.of_handle("other@x")
    assert accounts.closed(one, sure=True) == one
    assert [each.network for each in accounts.closed(one)] == ["x", "room"]
    happen(chat, *captured(post("3", author=ISLA_ON_X)))
    accounts = Accounts(chat)
    closed = accounts.closed(accounts.of_handle("isla@x"), sure=True)
    assert [each.posts for each in closed] == [["x:3"], ["room:1"]]


def test_a_remark_leads_from_a_namesake_to_nobody_on_the_agenda() -> None:
    """Two accounts of one name are two people, whoever of them spoke."""
    guest = Person("Ailsa Example", ("ailsa@x",), "guest")
    agenda = replace(AGENDA, people=(guest,))
    heard = captured(post("1", author=AILSA), post("2", author=RENAMED))
    chat = chat_of(*heard, toot("3", ELSEWHERE), remark("4", "Dr Ailsa Example"), agenda=agenda)
    accounts = Accounts(chat)
    namesake, spoken = (
        accounts.of_post("mastodon:https://mastodon.example/3"),
        accounts.of_post("room:4"),
    )
    assert namesake and spoken
    assert accounts.closed([namesake]) == [namesake, spoken]
    assert accounts.people([namesake, spoken]) == []
    assert accounts.closed([namesake], sure=True) == [namesake]
    # Who is named by the remark is whom the agenda says; so is who is named by the account.
    for given in (spoken, accounts.of_post("x:1")):
        assert given is not None
        found = accounts.closed([given])
        assert set(map(id, found)) == {id(spoken), id(accounts.of_post("x:1"))}
        assert accounts.people(found) == [guest]
        assert accounts.closed([given], sure=True) == found


def test_who_only_spoke_is_whom_the_agenda_names() -> None:
    guest = Person("Ailsa Example", ("ailsa@x",), "guest")
    agenda = replace(AGENDA, people=(guest,))
    accounts = Accounts(chat_of(remark("4", "Dr Ailsa Example"), agenda=agenda))
    assert accounts.people(accounts.all) == [guest]


def test_authors_without_a_handle_are_told_apart_by_id_and_by_name() -> None:
    authors = [
        Author("", "Participant 1", "participant-1"),
        Author("", "Participant 2"),
        Author("", "[name withheld]"),
        Author("", "Participant 2"),
        Author("", "", "participant-5"),
    ]
    posts = captured(*(post(f"{n}", author=each) for n, each in enumerate(authors, 1)))
    accounts = Accounts(chat_of(*posts))
    assert [each.posts for each in accounts.all] == [["x:1"], ["x:2", "x:4"], ["x:3"], ["x:5"]]
    assert [each.shown for each in accounts.all] == [
        "Participant 1 on X",
        "Participant 2 on X",
        "[name withheld] on X",
        "Somebody on X",
    ]
    first, second, *_, nameless = accounts.all
    assert (second.key, second.keys) == ("x:participant 2", {"x:participant 2"})
    assert (nameless.key, nameless.keys) == ("x:", set())
    assert accounts.of_key("x:participant 1") == [first]
    assert accounts.of_handle("Participant 2@x") == [second]
    assert accounts.of_handle("Participant 2") == [] == accounts.of_handle("@x")


def test_a_rule_names_a_post_without_a_handle_by_the_author_s_name() -> None:
    assert author_key(post("1", author=Author("", "Participant 1"))) == "x:participant 1"
    assert author_key(post("1", author=Author("ailsa", "Ailsa Example"))) == "x:ailsa"
    assert author_key(post("1", author=Author("", id="gone:57"))) == "x:"


def test_nobody_is_no_account_and_hides_none_that_was_heard_after() -> None:
    chat = chat_of(
        *captured(post("feed:1", author=Author("unknown")), post("1", author=AILSA)),
        ev.Identified("x", RENAMED),
    )
    accounts = Accounts(chat)
    (account,) = accounts.all
    assert list(account.handles) == ["ailsa", "ailsa_new"]
    assert accounts.of_post("feed:1") is None


def test_a_speaker_that_a_correction_replaced_is_known_as_misnamed() -> None:
    chat = chat_of(*captured(post("1", author=AILSA)), ev.Identified("x", ISLA_ON_X))
    happen(chat, remark("1", "Ewen"), remark("2", "Dele"))
    assert Accounts(chat).misnamed == []
    corrected = replace(chat.entries["room:1"].post, author=Author("Ewan", "Ewan"))
    happen(chat, ev.RemarkCorrected(corrected))
    (misnamed,) = Accounts(chat).misnamed
    assert misnamed.network == "room" and list(misnamed.names) == ["Ewen"]


def test_the_id_that_stands_for_a_handle_is_kept_before_those_that_are_known() -> None:
    account = Account("x", "9", {"isla": None}, {"Isla": None})
    account.hear(Author("9", id="9"))
    assert list(account.handles) == ["9", "isla"] and list(account.names) == ["Isla"]
