"""Handles that tell who is meant, though a text has them as a word."""

from __future__ import annotations

import pytest

from tartantm.core.accounts import Account
from tartantm.core.agenda import Agenda, Person
from tartantm.core.telling_handles import TellingHandles, hashtag_letters

AGENDA = Agenda("A chat", ("CouncilChat", "other_tag"))


def account(handle: str, *names: str, network: str = "x") -> Account:
    return Account(network, "", {handle: None}, dict.fromkeys(names))


def telling(one: Account, *others: Account) -> list[str]:
    return TellingHandles(AGENDA, [one, *others]).of([one])


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (account("ailsaex", "Ailsa Example"), ["ailsaex"]),
        (account("ailsaex@m.example", "Ailsa", network="mastodon"), ["ailsaex"]),
        (account("aex4"), ["aex4"]),
        (account("aexl"), ["aexl"]),
        (account("a_x.4"), []),
        (account("et1", "Ailsa Example"), ["et1"]),
        (account("3ae@m.example", network="mastodon"), ["3ae"]),
        (account("ab"), []),
        (account("dgn"), []),
        (account("e1"), []),
        (account("a11"), []),
        (account("112"), []),
        (account("et1", "et1 Example"), []),
        (account("morag", "Dr Morag Example"), []),
        (account("morag", "Morag"), []),
        (account("morag", "morag"), ["morag"]),
        (account("Example", "Ailsa Example"), ["Example"]),
        (account("Library", "Library"), []),
        (account("councilchat"), []),
        (account("2026"), []),
        (account("OtherTag"), []),
        (account("Ailsa Example", network="room"), []),
    ],
)
def test_which_handles_hardly_mean_anything_else(one: Account, found: list[str]) -> None:
    assert telling(one) == found


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (account("calum", "Ailsaex Sample"), []),
        (account("ailsaex.m", "Calum"), []),
        (account("ailsaex@n.example", network="mastodon"), []),
        (account("ailsa.ex@n.example", network="mastodon"), []),
        (account("ailsa_ex", "Calum"), []),
        (account("calum", "Dr Ailsa Ex (she/her)"), []),
        (account("ailsaex2", "Calum"), ["ailsaex"]),
    ],
)
def test_what_others_are_called_by_does_not_tell(other: Account, found: list[str]) -> None:
    assert telling(account("ailsaex", "Ailsa Example"), other) == found


def test_one_person_may_have_a_handle_on_several_networks() -> None:
    both = [account("ailsaex", "Ailsa"), account("ailsaex@m.example", network="mastodon")]
    assert TellingHandles(AGENDA, both).of(both) == ["ailsaex"]
    assert TellingHandles(AGENDA, both).of(both[:1]) == []


def test_handles_that_only_the_agenda_has_tell_as_well() -> None:
    people = [Person("Ailsa Example", ("aex@x", "ailsa@x", "ae2@x", "ailsaex@mastodon"))]
    assert TellingHandles(AGENDA, []).of([], people) == ["ae2", "ailsaex"]


def test_the_letters_of_hashtags() -> None:
    assert hashtag_letters(AGENDA) == {"councilchat", "othertag"}
