from __future__ import annotations

import ast
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import tartantm
from tartantm.core import events as ev
from tartantm.core.accounts import Accounts
from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.people import AccountKey, People, is_nobody, knows_handle
from tartantm.core.post import Author, Post
from tests.builders import AGENDA, captured, chat_of, happen, post

DID = "did:plc:islaaaaaaaaaaaaaaaaaaaaa"
UNNAMED = Author(DID, id=DID)
HOST = Author("isla", "Isla Example", "9")
RENAMED = Author("isla_new", "Isla Example", "9")


def sky(number: str, author: Author = UNNAMED, text: str = "Words") -> Post:
    return post(f"bluesky:at://{DID}/app.bsky.feed.post/{number}", text, author=author)


def named(handle: str, name: str = "") -> ev.Identified:
    return ev.Identified("bluesky", Author(handle, name, DID))


@pytest.mark.parametrize(
    ("author", "known"),
    [
        (UNNAMED, False),
        (Author("11", id="11"), False),
        (Author("", id="11"), False),
        (Author(""), False),
        (Author("isla", id="isla"), True),
        (Author("isla", id="11"), True),
        (Author("isla"), True),
    ],
)
def test_an_id_is_no_handle(author: Author, known: bool) -> None:
    assert knows_handle(author) is known


def test_a_role_follows_the_id() -> None:
    chat = chat_of(*captured(post("1", author=HOST), post("2", author=RENAMED)))
    assert [chat.role(entry.post) for entry in chat.entries.values()] == ["host", "host"]
    assert chat.person(chat.entries["x:2"].post) == AGENDA.people[0]
    assert len({chat.account(entry.post) for entry in chat.entries.values()}) == 1
    assert chat.asked_by_host("x:2")


def test_a_role_is_known_once_any_of_the_handles_is() -> None:
    chat = chat_of(*captured(post("1", author=RENAMED)))
    assert chat.role(chat.entries["x:1"].post) == ""
    happen(chat, ev.Identified("x", HOST))
    assert chat.role(chat.entries["x:1"].post) == "host"
    assert chat.entries["x:1"].post.author == RENAMED  # it shows what it was written under


def test_an_id_of_one_network_is_nobody_on_another() -> None:
    people = People([("x", HOST)])
    assert people.role(AGENDA, "mastodon", RENAMED) == ""


def test_who_takes_over_a_handle_does_not_become_the_host() -> None:
    other = Author("isla", "Somebody", "10")
    people = People([("x", HOST), ("x", other)])
    assert people.role(AGENDA, "x", other) == "host"  # two at once: one may have two ids
    people.hear("x", RENAMED)
    assert [people.role(AGENDA, "x", each) for each in (HOST, RENAMED, other)] == [
        "host",
        "host",
        "",
    ]
    # What has no id was written by whoever had the handle first.
    assert people.role(AGENDA, "x", Author("isla")) == "host"


def test_another_agenda_names_others() -> None:
    people = People([("x", HOST)])
    assert people.role(AGENDA, "x", HOST) == "host"
    assert people.role(replace(AGENDA, people=()), "x", HOST) == ""


def test_the_agenda_may_name_an_id() -> None:
    host = replace(AGENDA.people[0], handles=(DID,))
    people = People([("bluesky", Author("isla.example", id=DID))])
    assert people.role(Agenda("", people=(host,)), "bluesky", Author("isla.scot", id=DID)) == "host"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_posts_that_came_with_an_id_are_shown_as_their_author_became_known(
    order: tuple[int, ...],
) -> None:
    events = [captured(sky("1"))[0], named("isla.example"), captured(sky("2"))[0]]
    chat = chat_of(*(events[n] for n in order))
    assert {entry.post.author.shown for entry in chat.entries.values()} == {"isla.example"}
    happen(chat, *captured(sky("3", Author("isla.example", "Isla", DID))))
    assert {entry.post.author.shown for entry in chat.entries.values()} == {"Isla"}
    (account,) = Accounts(chat).all
    assert account.shown == "Isla, @isla.example on Bluesky"
    assert f"bluesky:{DID}" in account.keys  # a rule may have been made by it


def test_a_post_keeps_the_handle_that_it_is_shown_under() -> None:
    chat = chat_of(*captured(sky("1")), named("isla.example"), named("isla.scot", "Isla"))
    (entry,) = chat.entries.values()
    assert (entry.post.author.handle, entry.post.author.name) == ("isla.example", "Isla")
    assert chat.people.handles("bluesky", DID) == ["isla.example", "isla.scot"]
    happen(chat, *captured(sky("2")))
    assert [each.post.author.handle for each in chat.entries.values()][1] == "isla.scot"


def test_who_was_muted_by_id_or_an_earlier_handle_stays_muted() -> None:
    chat = chat_of(*captured(sky("1")), ev.Muted("author", f"bluesky:{DID}"))
    happen(chat, named("isla.example"), *captured(sky("2", Author("isla.scot", id=DID))))
    assert [entry.muted for entry in chat.entries.values()] == [True, True]


def test_a_mute_of_a_person_finds_the_account_once_its_handle_is_known() -> None:
    hamish = Author("did:plc:h", id="did:plc:h")
    said = post("bluesky:at://did:plc:h/app.bsky.feed.post/1", author=hamish)
    chat = chat_of(*captured(said), ev.Muted("author", "bluesky:hamish.example"))
    assert not chat.entries[said.id].muted
    happen(chat, ev.Identified("bluesky", Author("hamish.example", id="did:plc:h")))
    assert chat.entries[said.id].muted


def test_a_change_is_told_of_posts_that_are_completed() -> None:
    chat = chat_of(*captured(sky("1")))
    change = chat.apply(ev.Recorded(9, chat.last_at or AGENDA.starts, named("isla.example")))  # type: ignore[arg-type]
    assert change.changed == [sky("1").id]


IDS = st.sampled_from(["1", "2", "did:plc:three"])
AUTHORS = st.builds(
    lambda account, handle, name: Author(handle or account, name, account),
    IDS,
    st.sampled_from(["", "isla", "isla_new", "ailsa", "bram"]),
    st.sampled_from(["", "Isla Example", "Bram"]),
)


@given(st.lists(st.tuples(st.booleans(), AUTHORS), max_size=12), st.data())
def test_people_are_the_same_however_an_evening_is_cut(
    heard: list[tuple[bool, Author]], data: st.DataObject
) -> None:
    events = [
        captured(post(str(n), author=author))[0] if is_post else ev.Identified("x", author)
        for n, (is_post, author) in enumerate(heard)
    ]
    whole = chat_of(*events)
    cut = data.draw(st.integers(0, len(events)))
    chat = chat_of(*events[:cut])
    happen(chat, *events[cut:])
    assert people_of(chat) == people_of(whole)
    for entry in whole.entries.values():
        same = [e for e in whole.entries.values() if e.post.author.id == entry.post.author.id]
        assert {whole.role(each.post) for each in same} == {whole.role(entry.post)}
    everybody = {account.id: account for account in Accounts(whole).all}
    assert everybody.keys() == {entry.post.author.id for entry in whole.entries.values()}


def people_of(chat: Chat) -> list[tuple[str, str, str, str]]:
    return [
        (entry.id, entry.post.author.handle, entry.post.author.name, chat.role(entry.post))
        for entry in chat.entries.values()
    ]


@given(st.permutations([0, 1, 2, 3]))
def test_in_any_order_they_are_the_same_people(order: list[int]) -> None:
    """One account each: handles that change hands are decided by who was heard first."""
    events = [
        captured(sky("1"))[0],
        named("hamish.example", "Hamish"),
        captured(sky("2", Author("hamish.scot", "Hamish", DID)))[0],
        named("hamish.scot", "Hamish"),
    ]
    chat = chat_of(*(events[n] for n in order))
    assert {chat.role(entry.post) for entry in chat.entries.values()} == {"guest"}
    (account,) = Accounts(chat).all
    assert set(account.handles) >= {"hamish.example", "hamish.scot"}


ASK_THE_AGENDA = {
    "core/people.py",  # which is the door
    # By the handle of a rule's key or of the agenda itself, of which nobody knows the account:
    "core/agenda.py",
    "core/gone.py",
    "core/mutes.py",
    "core/redaction.py",
    "store/erased_texts.py",
    "store/leaning_rules.py",
    "transcript/withheld.py",
}


def test_who_somebody_is_is_asked_of_people_alone() -> None:
    folder = Path(tartantm.__file__).parent
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "named_by_handle"
    }
    assert found <= ASK_THE_AGENDA


def test_who_came_without_a_name_has_the_one_of_that_handle() -> None:
    people = People([("x", Author("old", "Old Name", id="1")), ("x", Author("new", "New", id="1"))])
    assert people.completed("x", Author("old", id="1")) == Author("old", "Old Name", id="1")
    assert people.completed("x", Author("third", id="1")) == Author("third", "New", id="1")
    assert people.completed("x", Author("old", "Own", id="1")).name == "Own"
    assert people.completed("x", Author("old")) == Author("old")
    assert people.completed("x", Author("other", id="2")) == Author("other", id="2")


def test_nothing_is_known_of_whom_nobody_heard() -> None:
    people = People()
    assert people.latest("x", "9") is None
    assert people.handles("x", "9") == []
    assert not people.holds("x", "9")
    assert people.completed("x", HOST) is HOST
    people.hear("x", HOST)
    assert people.holds("x", "9") and not people.holds("mastodon", "9")


@pytest.mark.parametrize(("network", "author"), [("x", Author("isla")), ("room", HOST)])
def test_who_has_no_permanent_id_is_not_remembered(network: str, author: Author) -> None:
    people = People()
    assert people.hear(network, author) is False
    assert not people.holds(network, author.id)


def test_who_goes_back_to_a_handle_has_it_now() -> None:
    people = People()
    news = [people.hear("x", author) for author in (HOST, RENAMED, HOST)]
    assert news == [True, True, False]
    assert people.latest("x", "9") == HOST
    assert people.handles("x", "9") == ["isla_new", "isla"]


@pytest.mark.parametrize(
    ("heard", "author", "completed"),
    [
        # What came with the post itself goes before what is known.
        ([Author("isla", "Isla", DID)], Author(DID, "Own", DID), Author("isla", "Own", DID)),
        # A name that was heard with the handle goes before one that was heard without.
        (
            [Author("isla", "Isla", DID), Author(DID, "Later", DID)],
            UNNAMED,
            Author("isla", "Isla", DID),
        ),
        (
            [Author("old", "Isla", DID), Author("isla", "", DID)],
            UNNAMED,
            Author("isla", "Isla", DID),
        ),
        ([Author("isla", "", DID)], UNNAMED, Author("isla", "", DID)),
        ([Author("isla", "", DID, bot=True)], UNNAMED, Author("isla", "", DID, bot=True)),
        (
            [Author("isla", "", DID)],
            Author(DID, "", DID, bot=True),
            Author("isla", "", DID, bot=True),
        ),
        ([Author(DID, "Isla", DID)], UNNAMED, UNNAMED),
    ],
)
def test_whose_handle_was_not_known_is_completed(
    heard: list[Author], author: Author, completed: Author
) -> None:
    people = People(("bluesky", one) for one in heard)
    assert people.completed("bluesky", author) == completed


@pytest.mark.parametrize(
    ("network", "author", "key"),
    [
        ("x", HOST, ("id", "9")),
        ("x", Author("Isla"), ("id", "9")),
        ("x", Author("ISLA_New"), ("id", "9")),
        ("x", Author("Bram"), ("handle", "bram")),
        ("mastodon", Author("isla"), ("handle", "isla")),
        ("x", Author("", "Bram", "11"), ("id", "11")),
        ("x", Author("", "Isla Example"), ("name", "isla example")),
        ("room", Author("", "Isla Example"), ("name", "isla example")),
        ("room", Author("Isla", "Isla Example", "9"), ("name", "isla")),
    ],
)
def test_by_what_an_account_is_known(network: str, author: Author, key: tuple[str, str]) -> None:
    people = People([("x", HOST), ("x", RENAMED)])
    assert people.key(network, author) == AccountKey(network, *key)


NAMES = Agenda(
    "",
    people=(
        replace(AGENDA.people[0], handles=("Isla Example@paste", "bram@x")),
        replace(AGENDA.people[1], handles=("Cat Example",)),
    ),
)


@pytest.mark.parametrize(
    ("network", "author", "role"),
    [
        ("paste", Author("", "Isla Example"), "host"),
        ("paste", Author("", "Cat Example"), "guest"),
        ("paste", Author("cat", "Isla Example"), ""),
        ("paste", Author("Isla Example", "Cat"), "host"),
        ("x", Author("", "Cat Example"), ""),
        ("x", Author("Bram"), "host"),
        ("mastodon", Author("bram"), ""),
        ("x", Author("isla_new"), ""),
        ("x", Author("bram_new"), "host"),
    ],
)
def test_who_has_no_permanent_id_is_known_by_handle_or_name(
    network: str, author: Author, role: str
) -> None:
    people = People([("x", Author("bram", id="11")), ("x", Author("bram_new", id="11"))])
    assert people.role(NAMES, network, author) == role


@pytest.mark.parametrize(
    "author, whether",
    [
        (Author("unknown"), True),
        (Author("ailsa"), False),
        (Author("unknown", "Ailsa Example"), False),
        (Author("unknown", id="7"), False),
        (Author("unknown", url="https://elsewhere.example/ailsa"), False),
    ],
)
def test_whom_nothing_names_is_nobody(author: Author, whether: bool) -> None:
    assert is_nobody(author) is whether
