from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tartantm.capture.capture import Capture
from tartantm.capture.names import MOST_NAMES, MOST_WAITING, Names
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.post import Author, Post
from tartantm.grouping.grouper import Grouper
from tartantm.networks.heard import Heard, Named
from tests.builders import AGENDA, at, captured, chat_of, happen, post

DID = "did:plc:hostttttttttttttttttttttt"
UNNAMED = Author(DID, id=DID)
QUESTIONS = [question.text for question in AGENDA.questions]


def sky(number: int, text: str = "Words", author: Author = UNNAMED, **more: Any) -> Post:
    return post(
        f"bluesky:at://{DID}/app.bsky.feed.post/{number}", text, number, author=author, **more
    )


def named(handle: str, name: str = "", network: str = "bluesky", id: str = DID) -> Named:
    return Named(network, Author(handle, name, id), at(1))


def kept(chat: Chat, *heard: Heard) -> list[ev.Event]:
    """The events of one run of the program, applied as they are recorded."""
    grouper = Grouper(chat)
    capture = Capture(chat, grouper)
    events = capture.events_for(heard)
    happen(chat, *events)
    return events


def identified(events: list[ev.Event]) -> list[tuple[str, str]]:
    return [(e.author.handle, e.author.name) for e in events if isinstance(e, ev.Identified)]


def test_of_strangers_nothing_is_recorded() -> None:
    chat = chat_of()
    assert kept(chat, named("stranger.example")) == []
    assert not chat.authors


def test_a_name_is_recorded_with_the_first_post() -> None:
    events = kept(chat_of(), named("hamish.example"), sky(2))
    assert [type(event).__name__ for event in events] == ["Identified", "Captured"]
    assert identified(events) == [("hamish.example", "")]


def test_a_name_is_recorded_that_comes_after_the_post_or_in_another_run() -> None:
    chat = chat_of()
    assert identified(kept(chat, sky(2), named("hamish.example"))) == [("hamish.example", "")]
    assert kept(chat, named("hamish.example")) == []  # no news
    assert identified(kept(chat, named("hamish.scot", "Hamish"))) == [("hamish.scot", "Hamish")]
    assert [entry.post.author.handle for entry in chat.entries.values()] == ["hamish.example"]
    assert chat.role(chat.entries[sky(2).id].post) == "guest"


def test_what_says_a_handle_alone_takes_no_name_away() -> None:
    known = Author("hamish.example", "Hamish", DID)
    chat = chat_of(*captured(sky(2, author=known)))
    assert kept(chat, named("hamish.example")) == []
    assert identified(kept(chat, named("hamish.scot"))) == [("hamish.scot", "Hamish")]
    assert identified(kept(chat, named("", "Dr Hamish"))) == [("hamish.scot", "Dr Hamish")]
    assert kept(chat, named("")) == [] == kept(chat, named("x", id=""))


def test_the_same_post_with_its_author_says_who_that_is() -> None:
    chat = chat_of()
    kept(chat, sky(2))
    known = Author("hamish.example", "Hamish", DID)
    assert identified(kept(chat, sky(2, author=known))) == [("hamish.example", "Hamish")]
    # Servers remember older names for a while: what was known is no news.
    assert kept(chat, sky(2, author=Author("hamish.example", "Hamish S.", DID))) == []


def test_a_host_who_changes_her_handle_in_mid_evening_still_opens_questions() -> None:
    isla, renamed = Author("isla", "Isla", "9"), Author("isla_new", "Isla", "9")
    chat = chat_of()
    kept(
        chat,
        post("1", f"Q1: {QUESTIONS[0]}", 1, author=isla),
        post("2", f"Q2: {QUESTIONS[1]}", 9, author=renamed),
    )
    assert [period.question for period in chat.periods.active] == ["Q1", "Q2"]
    kept(chat, post("3", f"Q3: {QUESTIONS[3]}", 20, author=Author("isla_3", "Isla", "9")))
    assert [period.question for period in chat.periods.active] == ["Q1", "Q2", "Q3"]


def test_a_question_is_opened_once_it_is_known_that_the_host_asked_it() -> None:
    asked = post("1", f"Q1: {QUESTIONS[0]}", 1, author=Author("9", id="9"))
    answer = post("2", "Never in my life", 3, author="calum")
    chat = chat_of()
    kept(chat, asked, answer)
    assert [period.question for period in chat.periods.active] == []
    kept(chat, named("isla", "Isla", "x", "9"))
    (period,) = chat.periods.active
    assert (period.question, period.at, period.post) == ("Q1", at(1), "x:1")
    assert chat.entries["x:1"].placement.by == "asked"
    assert kept(chat, named("isla", "Isla", "x", "9")) == []


def test_the_first_of_two_files_may_be_the_later_one() -> None:
    renamed = Author("isla_new", "Isla", "9")
    chat = chat_of()
    kept(chat, post("2", f"Q2: {QUESTIONS[1]}", 9, author=renamed))
    kept(chat, post("1", f"Q1: {QUESTIONS[0]}", 1, author=Author("isla", "Isla", "9")))
    assert sorted(period.question or "" for period in chat.periods.active) == ["Q1", "Q2"]


def test_a_question_that_somebody_opened_is_not_opened_again() -> None:
    chat = chat_of()
    kept(chat, post("1", f"Q1: {QUESTIONS[0]}", 1, author=Author("9", id="9")))
    happen(chat, ev.Opened("Q1", at(2), "moderator"))
    kept(chat, named("isla", "Isla", "x", "9"))
    assert [period.by for period in chat.periods.active] == ["moderator"]


def test_another_process_finds_what_one_recorded() -> None:
    chat = chat_of()
    grouper = Grouper(chat)
    kept(chat, post("1", f"Q1: {QUESTIONS[0]}", 1, author=Author("9", id="9")))
    change = chat.apply(ev.Recorded(99, at(5), ev.Identified("x", Author("isla", "Isla", "9"))))
    assert grouper.observe(change)["x:1"].by == "asked"


def test_a_flood_of_names_costs_little() -> None:
    chat = chat_of(*captured(sky(2)))
    names = Names(chat)
    found = [e for n in range(500) for e in names.named("bluesky", Author(f"a{n}.ex", id=DID))]
    assert len(found) == MOST_NAMES
    for n in range(MOST_WAITING + 100):
        assert names.named("bluesky", Author(f"b{n}.ex", id=f"did:plc:{n}")) == []
    assert len(names._waiting) == MOST_WAITING
    for n in range(500):
        names.named("bluesky", Author(f"c{n}.ex", id="did:plc:last"))
    waited = names.posted("bluesky", Author("did:plc:last", id="did:plc:last"))
    assert len(waited) == MOST_NAMES
    assert (waited[0].author.handle, waited[-1].author.handle) == ("c0.ex", "c499.ex")


ITEMS: list[Heard] = [
    sky(1, f"Q1: {QUESTIONS[0]}"),
    sky(9, "A1 Never"),
    sky(14, "A1 Always", Author("hamish.scot", "Hamish", DID)),
    named("hamish.example"),
    named("hamish.scot", "Hamish"),
]


@given(st.permutations(ITEMS), st.sets(st.integers(1, 4)))
def test_any_order_and_any_runs_give_the_same_people(heard: list[Heard], cuts: set[int]) -> None:
    # What is heard of strangers is not kept: a name counts from the run with the first post on.
    assume(any(isinstance(item, Post) for item in heard[: min(cuts, default=len(heard))]))
    chat = chat_of()
    for first, last in zip([0, *sorted(cuts)], [*sorted(cuts), len(heard)], strict=True):
        kept(chat, *heard[first:last])
    assert {chat.role(entry.post) for entry in chat.entries.values()} == {"guest"}
    assert len({chat.account(entry.post) for entry in chat.entries.values()}) == 1
    assert {*chat.people.handles("bluesky", DID)} == {"hamish.example", "hamish.scot"}
    assert all(entry.post.author.handle != DID for entry in chat.entries.values())
