"""Handles that tell who is meant, though a text has them as a word."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

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
        (account("Grazynska", "Ailsa Grażyńska"), ["Grazynska"]),
        (account("Library", "Library"), []),
        (account("councilchat"), []),
        (account("2026"), []),
        *((account(each), []) for each in ("a2a", "Q2b", "a11", "A1", "q2", "about", "thanks")),
        (account("et1"), ["et1"]),
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


def test_what_people_of_the_agenda_are_called_by_does_not_tell() -> None:
    guest = Person("Hamish Sampleton", ("hamish_writes@x", "@far@m.example"))
    agenda = replace(AGENDA, people=(guest,))
    for handle, found in (("sampleton", []), ("hamish_writes", []), ("sampletown", ["sampletown"])):
        one = account(handle, "Calum Madeup")
        assert TellingHandles(agenda, [one]).of([one]) == found
    own = account("sampleton", "Hamish Sampleton")
    own.person = guest
    assert TellingHandles(agenda, [own]).of([own]) == ["sampleton", "hamish_writes"]
    assert TellingHandles(agenda, []).of([], [guest]) == ["hamish_writes"]


def test_who_may_be_the_same_person_and_who_comes_later_are_nobody_else() -> None:
    one, toot = account("ailsaex", "Ailsa Example"), account("ailsaex@m.example", "Ailsa E.")
    other = account("ailsaex.m", "Calum")
    toot.since, other.since = 3, 7
    everybody = TellingHandles(AGENDA, [one, toot, other])
    assert everybody.of([one], alike=[toot]) == everybody.of([one], before=7) == []
    assert everybody.of([one], alike=[toot], before=7) == ["ailsaex"]
    assert everybody.of([one], alike=[toot], before=8) == []


def test_first_names_may_be_asked_for() -> None:
    one = account("morag", "Morag Example")
    everybody = TellingHandles(AGENDA, [one])
    assert (everybody.of([one]), everybody.of([one], first_names=True)) == ([], ["morag"])


def test_the_letters_of_hashtags() -> None:
    assert hashtag_letters(AGENDA) == {"councilchat", "othertag"}
