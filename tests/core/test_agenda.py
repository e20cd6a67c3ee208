from __future__ import annotations

from msgspec.structs import replace

from tartantm.core.agenda import Person, Question
from tartantm.core.people import People
from tartantm.core.post import Author
from tests.builders import AGENDA


def test_who_somebody_is() -> None:
    handles = ("ailsa@x", "@ailsa@mastodon.example", "ailsa.example@bluesky", "bare")
    agenda = replace(AGENDA, people=(Person("Ailsa Example", handles, "host"),))
    for handle, network in [
        ("Ailsa", "x"),
        ("ailsa@mastodon.example", "mastodon"),
        ("ailsa.example", "bluesky"),
        ("bare", "feed"),
    ]:
        assert People().role(agenda, network, Author(handle)) == "host", handle
    assert People().role(agenda, "mastodon", Author("ailsa")) == ""


def test_nobody_is_known_by_a_handle_without_letters() -> None:
    agenda = replace(AGENDA, people=(Person("Ailsa Example", ("@",), "host"),))
    for network in ("x", "mastodon", "room"):
        assert People().role(agenda, network, Author("", "Participant 2")) == ""


def test_the_order_of_questions() -> None:
    assert [AGENDA.after(q) and AGENDA.after(q).id for q in (None, "Q1", "Q2", "Q2a")] == [  # type: ignore[union-attr]
        *("Q1", "Q2", "Q2a", "Q3")
    ]
    assert AGENDA.after("Q3") is None
    assert Question("Q12b", "x", "Q12").number == 12
