"""When sources were heard, in sentences: two lines for a line that broke thirty times."""

from __future__ import annotations

import re
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.listening import Listening, Stretch
from tartantm.transcript.listening_words import Times, gaps, heard, statement
from tests.builders import AGENDA, at


def time(when: datetime) -> str:
    return f"{when.astimezone(AGENDA.tz):%H:%M}"


TIMES = Times(time, lambda when: f"{when.astimezone(AGENDA.tz):%H:%M:%S}")


def on(since: float, until: float) -> Stretch:
    return Stretch(at(since), at(until), "heard")


def missed(since: float, until: float, why: str = "Cut.") -> Stretch:
    return Stretch(at(since), at(until), "missed", why=why)


def filled(since: float, until: float, posts: int) -> Stretch:
    return Stretch(at(since), at(until), "filled", "search", posts)


def said(*stretches: Stretch) -> list[str]:
    return statement(Listening("x", stretches), "X", TIMES)


def test_an_evening_without_a_gap_is_one_line() -> None:
    assert said(on(0, 124)) == ["X was heard from 18:00 to 20:04."]


def test_a_source_that_never_connected() -> None:
    assert said(missed(-30, 124, "X does not accept the token.")) == [
        "X was never heard, from 17:30 to 20:04: X does not accept the token."
    ]
    assert said(missed(-30, 0, ""), missed(0, 5, "")) == ["X was never heard, from 17:30 to 18:05."]


def test_the_reason_is_the_one_that_held_for_longest() -> None:
    stretches = missed(0, 1, "No answer."), missed(1, 60, "Refused."), missed(60, 61, "No answer.")
    assert said(*stretches)[0].endswith(": Refused.")


def test_a_second_run_without_a_network() -> None:
    first, second = [on(0, 40)], [missed(40, 90, "The network is unreachable.")]
    assert said(*first, *second) == [
        "X was heard from 18:00 to 18:40.",
        "It was not heard from 18:40 to 19:30; what was posted then may be missing"
        " (The network is unreachable).",
    ]


def test_two_runs_with_time_between_for_which_nobody_asked() -> None:
    assert said(on(0, 40), on(60, 90)) == [
        "X was heard from 18:00 to 18:40 and from 19:00 to 19:30."
    ]
    many = [on(10 * n, 10 * n + 5) for n in range(5)]
    assert said(*many) == ["X was heard from 18:00 to 18:45, five times."]


def test_gaps_that_were_filled_are_told_as_filled() -> None:
    assert said(on(0, 10), filled(10, 14, 1), on(14, 20))[1:] == [
        "It was not heard from 18:10 to 18:14; asking for it afterwards brought 1 post."
    ]


def test_what_was_posted_before_the_start_is_no_gap() -> None:
    early = Stretch(at(-30), at(0), "filled", "search", 12, before_first=True)
    assert said(early, on(0, 60)) == [
        "X was heard from 18:00 to 19:00;"
        " asking for what was posted from 17:30 on brought 12 posts."
    ]


def test_thirty_short_gaps_are_one_line() -> None:
    stretches = []
    for n in range(30):
        stretches += [on(n, n + 0.5), filled(n + 0.5, n + 1, n % 2)]
    assert said(*stretches, on(30, 31)) == [
        "X was heard between 18:00 and 18:31, except for 30 gaps of 15 minutes in all.",
        "30 gaps of less than a minute were filled, which brought 15 posts.",
    ]


def test_of_many_long_gaps_the_longest_are_named() -> None:
    stretches, lengths = [], (2, 9, 3, 8, 4, 7)
    for n, length in enumerate(lengths):
        stretches += [on(20 * n, 20 * n + 5), missed(20 * n + 5, 20 * n + 5 + length)]
        stretches += [on(20 * n + 5 + length, 20 * n + 20)]
    _, *told = said(*stretches)
    assert [words[22:40] for words in told[:3]] == [
        *("18:25 to 18:34; wh", "19:05 to 19:13; wh", "19:45 to 19:52; wh"),
    ]
    assert told[3] == "Three more gaps of 9 minutes in all were not filled (Cut)."


def test_gaps_of_a_kind_that_follow_each_other_are_one() -> None:
    told = said(on(0, 10), missed(10, 12), missed(12, 14), filled(14, 15, 0), filled(15, 16, 2))
    assert told[1:] == [
        "It was not heard from 18:10 to 18:14; what was posted then may be missing (Cut).",
        "It was not heard from 18:14 to 18:16; asking for it afterwards brought 2 posts.",
    ]


def test_what_goes_on_says_so() -> None:
    open_end = Stretch(at(0), at(41), "heard", is_open=True)
    assert said(open_end) == ["X was heard from 18:00 to 18:41 at least."]
    lost = Stretch(at(41), at(50), "missed", is_open=True)
    assert said(on(0, 41), lost)[1] == (
        "It was not heard from 18:41 on; what was posted then may be missing."
    )


def test_sources_among_others_are_named() -> None:
    found = Listening("x", (on(0, 10), filled(10, 10.5, 0), on(10.5, 20)))
    assert heard(found, "X", TIMES) == (
        "X was heard between 18:00 and 18:20, except for one gap of 30 seconds."
    )
    assert gaps(found, "X", TIMES) == [
        "X: one gap of less than a minute was filled, which brought nothing new."
    ]


def test_a_source_that_was_only_asked_afterwards() -> None:
    assert said(filled(0, 10, 3), missed(10, 20)) == [
        "X was asked for all that was posted from 18:00 to 18:10.",
        "It was not heard from 18:10 to 18:20; what was posted then may be missing (Cut).",
    ]


def test_gaps_that_meet_in_one_minute_are_told_in_seconds_and_in_order() -> None:
    told = said(
        on(12, 12.2), missed(12.2, 14.1), on(14.1, 14.3), filled(14.3, 16.8, 1), on(16.8, 16.9)
    )
    assert told == [
        "X was heard between 18:12:00 and 18:16:54, except for two gaps of 4 minutes in all.",
        "It was not heard from 18:12:12 to 18:14:06; what was posted then may be missing (Cut).",
        "It was not heard from 18:14:18 to 18:16:48; asking for it afterwards brought 1 post.",
    ]


def test_never_heard_counts_from_when_it_was_listened_to() -> None:
    early = replace(missed(-30, 1), asked_at=at(0))
    assert said(early) == [
        "X was never heard, from 18:00:00 to 18:01:00, and what was posted since 17:30 could not"
        " be asked for: Cut."
    ]


kinds = st.sampled_from(["heard", "filled", "missed"])


@given(st.lists(st.tuples(st.integers(1, 400), kinds), min_size=1, max_size=12))
def test_no_second_is_said_to_be_both_heard_and_missed(parts: list[tuple[int, str]]) -> None:
    """What is named as not heard, with what is named as heard without exception, overlaps never."""
    stretches, second = [], 0
    for length, kind in parts:
        since, second = second, second + length
        each = Stretch(at(since / 60), at(second / 60), "heard")
        stretches.append(replace(each, kind=kind))
    first, *rest = said(*stretches)
    if any(kind == "heard" for _, kind in parts):
        inner = [kind for _, kind in parts]
        live = [place for place, kind in enumerate(inner) if kind == "heard"]
        has_gap = any(kind != "heard" for kind in inner[live[0] : live[-1] + 1])
        assert (" except for " in first) == has_gap
    ends = [re.findall(r"not heard from (\S+) to (\S+);", words) for words in rest]
    spans = [pair for found in ends for pair in found]
    assert all(since != until for since, until in spans)
    assert spans == sorted(spans)
