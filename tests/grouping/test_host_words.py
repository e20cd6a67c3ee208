"""A host's words about the evening open a question, or lean towards one that ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.agenda import Person
from tartantm.core.events import Edited
from tartantm.core.post import Author, Link, Post
from tartantm.grouping import Grouper, host_words
from tartantm.grouping.cues import Cue
from tests.builders import AGENDA, at, post
from tests.grouping.evening import ISLA, SIX, Evening


def evening(*more: str) -> Evening:
    """Q1 to Q3 were asked by the host; then hosts say more, from minute 31 on."""
    evening = Evening(SIX, ("Q1", 1))
    evening.says("q1", "Q1: Are the days of just doing it over?", 1, author=ISLA)
    evening.says("q2", "Q2: Do we need a written strategy?", 10, author=ISLA)
    evening.says("q3", "Q3: Who keeps the passwords and keys?", 20, author=ISLA)
    evening.says("hi", "Hello all", 21, author="calum")
    for number, text in enumerate(more):
        evening.says(f"cue{number}", text, 31 + number, author=ISLA)
    return evening


def opened(evening: Evening) -> list[tuple[str | None, str | None]]:
    return [(each.question, each.post) for each in evening.chat.periods.active[2:]]


def test_back_to_a_question_opens_it_again() -> None:
    chat = evening("Back to Q2, everybody")
    assert opened(chat) == [("Q3", "x:q3"), ("Q2", "x:cue0")]
    placement = chat.says("1", "Nobody reads a thing", 35, author="calum")
    assert (placement.question, placement.reason) == ("Q2", "Q2 open since 18:31")


def test_what_is_open_is_not_opened_again() -> None:
    chat = evening("Back to Q3", "Moving on to Q2", "Back to Q2", "Back to Q2!")
    assert [question for question, _ in opened(chat)] == ["Q3", "Q2"]


def test_what_came_late_makes_an_opening_idle() -> None:
    chat = evening("Back to Q2", "Moving on to Q5")
    chat.says("first", "Back to Q2", 30, author=ISLA)
    assert chat.says("1", "Nobody reads it", 31.5, author="calum").reason == "Q2 open since 18:30"
    chat.says("q6", "Q6: What happens when followers leave?", 29, author=ISLA)
    chat.says("q5", "Q5: Should an account have personality?", 28, author=ISLA)
    now = [(o.question, o.post) for o in chat.grouper._memory.openings[2:]]
    assert now == [("Q3", "x:q3"), ("Q5", "x:q5"), ("Q6", "x:q6"), ("Q2", "x:first")]


def test_a_post_that_asks_the_next_question_leaves_the_one_before() -> None:
    chat = evening()
    text = "And the next question. Q4: How do we win over laggards in the boardroom?"
    chat.says("q4", text, 31, author=ISLA)
    assert chat.chat.periods.open_question == "Q4"
    lean = host_words.lean(chat.grouper._memory, (at(32), 0))
    assert lean is not None and (lean.kind, lean.question) == ("onward", "Q3")


def test_moving_on_opens_what_was_not_open_yet() -> None:
    chat = evening("Let's move on to Q4")
    assert opened(chat)[-1] == ("Q4", "x:cue0")
    chat.says("q4", "Q4: How do we win over laggards in the boardroom?", 32, author=ISLA)
    assert [question for question, _ in opened(chat)] == ["Q3", "Q4"]
    assert chat.says("1", "With biscuits, mostly", 35, author="calum").question == "Q4"


@pytest.mark.parametrize("author", ["calum", "morag"])
def test_only_a_host_s_words_count(author: str) -> None:
    chat = evening()
    chat.says("cue", "Back to Q2", 31, author=author)
    assert opened(chat) == [("Q3", "x:q3")]


def test_nobody_s_words_count_where_no_host_is_named_but_the_chat_s_own() -> None:
    nobody = Evening(replace(SIX, people=()), ("Q1", 1), ("Q2", 10), ("Q3", 20))
    nobody.says("cue", "Back to Q2", 31, author=ISLA)
    assert nobody.chat.periods.open_question == "Q3"
    nobody.says("own", "Back to Q2", 32, author=AGENDA.hashtags[0])
    assert nobody.chat.periods.open_question == "Q2"


@pytest.mark.parametrize("text", ["@calum back to Q2", "@calum: Back to Q2!"])
def test_what_a_host_says_to_somebody_opens_nothing(text: str) -> None:
    assert opened(evening(text)) == [("Q3", "x:q3")]
    chat = evening()
    chat.says("cue", "Back to Q2", 31, author=ISLA, reply_to="x:hi")
    assert opened(chat) == [("Q3", "x:q3")]


@pytest.mark.parametrize(
    "text", ["", "#tartantm", "Q2 again, please", "Back to this one", "Any last thoughts on this?"]
)
@pytest.mark.parametrize("how", ["quote_of", "link", "url"])
def test_quoting_what_asked_it_returns_to_it(text: str, how: str) -> None:
    chat = Evening(SIX, ("Q1", 1))
    url = "https://toot.example/@isla/2"
    chat.says("q2", "Q2: Do we need a written strategy?", 10, author=ISLA, url=url)
    chat.says("q3", "Q3: Who keeps the passwords and keys?", 20, author=ISLA)
    if how == "quote_of":
        chat.says("cue", text, 31, author=ISLA, quote_of="x:q2")
    elif how == "link":
        chat.says("cue", text, 31, author=ISLA, links=(Link(url),))
    else:
        chat.says("cue", f"RE: {url}\n\n{text}", 31, author=ISLA)
    assert opened(chat)[-1] == ("Q2", "x:cue")


@pytest.mark.parametrize(
    "text", ["I keep ours in a drawer", "A2: we have one page", "A2: yes!", "Love it!"]
)
def test_a_host_who_answers_by_a_quote_opens_nothing(text: str) -> None:
    chat = evening()
    placement = chat.says("own", text, 31, author=ISLA, quote_of="x:q2")
    assert opened(chat) == [("Q3", "x:q3")] and placement.question == "Q2"


def test_replying_to_what_asked_it_needs_words_for_that() -> None:
    chat = evening()
    chat.says("1", "Thinking of pages", 31, author=ISLA, reply_to="x:q2")
    assert opened(chat) == [("Q3", "x:q3")]
    chat.says("2", "Any last thoughts on this one?", 32, author=ISLA, reply_to="x:q2")
    assert opened(chat)[-1] == ("Q2", "x:2")


def test_a_late_question_is_quoted_by_what_came_before_it() -> None:
    chat = Evening(SIX, ("Q1", 1), ("Q3", 20))
    chat.says("cue", "Back to this one", 31, author=ISLA, quote_of="x:q2")
    assert chat.chat.periods.open_question == "Q3"
    placing = chat.hear(post("q2", "Q2: Do we need a written strategy?", 10, author=ISLA))
    assert [(question, by.id) for question, by in placing.by_cue] == [("Q2", "x:cue")]
    assert chat.chat.periods.open_question == "Q2"


def test_a_cue_is_taken_back_for_good() -> None:
    chat = evening("Back to Q2, everybody")
    chat.says("1", "Nobody reads a thing", 35, author="calum")
    revised = chat.undo()
    assert opened(chat) == [("Q3", "x:q3")] and revised["x:1"].question == "Q3"
    chat.grouper = Grouper(chat.chat)
    chat.says("2", "Nobody writes a thing", 36, author="calum")
    chat.happen(Edited(replace(chat.chat.entries["x:cue0"].post, text="Back to Q2!", version="2")))
    chat.hear(post("q3-late", "Q3: Who keeps the passwords and keys?", 25, author=ISLA))
    assert opened(chat) == [("Q3", "x:q3")]
    chat.redo()
    assert opened(chat)[-1] == ("Q2", "x:cue0")


def test_words_that_are_a_host_s_only_later_open_it_then() -> None:
    agenda = replace(SIX, people=(Person("Isla", ("isla@toot.example@mastodon",), "host"),))
    chat = Evening(agenda, ("Q1", 1), ("Q2", 10), ("Q3", 20))
    nameless = Author("", "", "77")
    chat.hear(post("mastodon:cue", "Back to Q2", 31, author=nameless))
    assert chat.chat.periods.open_question == "Q3"
    named = Author("isla@toot.example", "Isla", "77")
    ((by, placing),) = chat.grouper.heard("mastodon", named)
    assert by.id == "mastodon:cue" and [q for q, _ in placing.by_cue] == ["Q2"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Last thoughts on Q3?", "a host asked for last thoughts on Q3 at 18:31"),
        ("Any last thoughts?", "a host asked for last thoughts on Q3 at 18:31"),
    ],
)
def test_a_last_call_keeps_what_follows_with_its_question(text: str, reason: str) -> None:
    plain, leaning = evening(), evening(text)
    for chat in (plain, leaning):
        chat.open("Q4", 32)
    before = plain.says("1", "Nobody knows where they are", 32.2, author="calum")
    after = leaning.says("1", "Nobody knows where they are", 32.2, author="calum")
    assert after.question == "Q3" and after.reason == reason
    assert before.reason != reason
    late = leaning.says("2", "Nobody knows where they are", 45, author="morag")
    assert late.reason != reason


def test_moving_on_without_a_number_opens_nothing() -> None:
    chat = evening("OK, moving on")
    assert opened(chat) == [("Q3", "x:q3")]
    lean = chat.grouper._memory.cue_before((at(33), 0), at(33) - at(30))
    assert lean is not None and lean[1] == Cue("onward", None)


@pytest.mark.parametrize("network", ["x", "mastodon", "bluesky"])
@pytest.mark.parametrize("how", ["reply_to", "quote_of", "address"])
def test_whoever_answers_the_announcement_follows_it(network: str, how: str) -> None:
    chat = Evening(SIX, ("Q1", 1), ("Q3", 20))
    url = f"https://{network}.example/isla/2"
    asked = post(f"{network}:q2", "Q2: Do we need a written strategy?", 10, author=ISLA, url=url)
    chat.hear(asked)
    refers: dict[str, str] = {} if how == "address" else {how: asked.id}
    words = f"Nobody I know has one {url if how == 'address' else ''}"
    placing = chat.hear(post(f"{network}:1", words, 30, author="calum", **refers))
    assert placing.placement.question == "Q2"
    assert placing.placement.by == ("reply" if how == "reply_to" else "quote")


EVENING = [
    post("q2", "Q2: Do we need a written strategy?", 10, author=ISLA),
    post("free1", "Nobody plans a thing", 12, author="calum"),
    post("last", "Any last thoughts on Q2?", 18, author=ISLA),
    post("free2", "Ours is in a drawer", 19, author="morag"),
    post("q3", "Q3: Who keeps the passwords and keys?", 20, author=ISLA),
    post("free3", "Whoever made the account", 21, author="calum"),
    post("quote", "", 24, author=ISLA, quote_of="x:q2"),
    post("free4", "One page, and it is old", 25, author="morag"),
    post("on", "Moving on to Q4", 30, author=ISLA),
    post("free5", "With biscuits, mostly", 35, author="calum"),
    post("q4", "Q4: How do we win over laggards in the boardroom?", 31.5, author=ISLA),
    post("back", "Back to Q3 for a moment", 40, author=ISLA),
    post("free6", "It was me all along", 41, author="morag"),
]


def heard(posts: list[Post]) -> dict[str, tuple[str | None, str, str]]:
    chat = Evening(SIX, ("Q1", 4))
    for each in posts:
        chat.hear(each)
    return {
        post_id: (entry.placement.question, entry.placement.by, entry.placement.reason)
        for post_id, entry in chat.chat.entries.items()
    }


IN_ORDER = heard(EVENING)


def test_the_example_says_something() -> None:
    assert [IN_ORDER[f"x:free{n}"][0] for n in (3, 4, 5, 6)] == ["Q3", "Q2", "Q4", "Q3"]


@given(st.permutations(EVENING))
@settings(max_examples=60, deadline=None)
def test_cues_say_the_same_in_any_order(posts: list[Post]) -> None:
    assert heard(posts) == IN_ORDER
