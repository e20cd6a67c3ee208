"""When sources were heard, in sentences: two lines for a line that broke thirty times."""

from __future__ import annotations

import re
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.listening import Listening, Unanswered
from tartantm.core.silences import Silence
from tartantm.core.stretches import NOBODY, Stretch
from tartantm.transcript.listening_words import gaps, nothing_heard, statement
from tests.builders import AGENDA, at

REFUSED = "a.example refuses connections."


def time(when: datetime) -> str:
    return f"{when.astimezone(AGENDA.tz):%H:%M:%S}"


def on(since: float, until: float) -> Stretch:
    return Stretch(at(since), at(until), "heard")


def missed(since: float, until: float, why: str = "Cut.") -> Stretch:
    return Stretch(at(since), at(until), "missed", why=why)


def filled(since: float, until: float, posts: int, why: str = "Cut.") -> Stretch:
    return Stretch(at(since), at(until), "filled", "search", posts, why=why)


def idle(stretch: Stretch) -> Stretch:
    return replace(stretch, why=NOBODY, is_idle=True)


def said(*stretches: Stretch) -> list[str]:
    return statement(Listening("x", stretches), "X", time)


def test_an_evening_without_a_gap_is_one_line() -> None:
    assert said(on(0, 124)) == ["X was heard from 18:00:00 to 20:04:00."]


def test_what_it_did_not_say_comes_last() -> None:
    what = "which posts are gone or edited (HTTP 503)"
    found = Listening("x", (on(0, 124),), (Unanswered(at(20), at(124), what),))
    assert statement(found, "X", time) == [
        "X was heard from 18:00:00 to 20:04:00.",
        "It did not say from 18:20:00 to 20:04:00 which posts are gone or edited (HTTP 503).",
    ]


def test_a_source_that_never_connected() -> None:
    assert said(missed(-30, 124, "X does not accept the token.")) == [
        "X was never heard, from 17:30:00 to 20:04:00: X does not accept the token."
    ]
    assert said(missed(-30, 0, ""), missed(0, 5, "")) == [
        "X was never heard, from 17:30:00 to 18:05:00."
    ]


def test_several_reasons_of_a_source_that_never_connected_have_their_times() -> None:
    stretches = missed(0, 1, "No answer."), missed(1, 60, "Refused."), missed(60, 60.1, "Odd.")
    assert said(*stretches)[0].endswith("19:00:06 (no answer; then, from 18:01:00 on, Refused).")


def test_a_second_run_without_a_network_is_told_in_its_parts() -> None:
    told = said(on(0, 40), idle(missed(40, 60)), missed(60, 90, REFUSED))
    assert told == [
        "X was heard from 18:00:00 to 18:40:00.",
        "It was not heard from 18:40:00 to 19:30:00 (nobody listened; then, from 19:00:00 on,"
        " a.example refuses connections); what was posted then may be missing.",
    ]


def test_reasons_of_seconds_are_not_told_apart_and_many_are_told_without_times() -> None:
    brief = missed(10, 10.1, "The connection was closed."), missed(10.1, 14, REFUSED)
    assert "(a.example refuses connections)" in said(on(0, 10), *brief, on(14, 20))[1]
    only_brief = missed(10, 10.05, "A."), missed(10.05, 10.15, "B."), on(10.15, 20)
    assert "from 18:10:00 to 18:10:09 (B)" in said(on(0, 10), *only_brief)[1]
    many = [missed(n, n + 1, "Odd." if n % 2 else "The server is down.") for n in range(10, 15)]
    assert "(by turns, the server is down; Odd)" in said(on(0, 10), *many, on(15, 20))[1]


def test_reasons_of_several_runs_keep_their_order_and_times_and_none_is_left_out() -> None:
    first = missed(10, 12, "a.example closed the connection."), missed(12, 13, "A web page came.")
    waits = missed(13, 14, "a.example asks to wait 90 seconds.")
    told = said(on(0, 10), *first, waits, idle(missed(14, 30)), on(30, 40))[1]
    assert (
        "(a.example closed the connection; then, from 18:12:00 on, a web page came; then, from"
        " 18:13:00 on, a.example asks to wait 90 seconds; then, from 18:14:00 on, nobody listened)"
    ) in told
    many = [missed(10 + n, 11 + n + (n == 5), f"Odd {n}.") for n in range(8)]
    assert "(by turns, Odd 0; Odd 1; Odd 5; and five other reasons)" in said(on(0, 10), *many)[1]


def test_a_part_without_a_known_reason_ends_the_one_before_it() -> None:
    told = said(on(0, 10), idle(missed(10, 12)), missed(12, 14, ""), missed(14, 16), on(16, 20))
    assert "(nobody listened until 18:12:00; then, from 18:14:00 on, Cut)" in told[1]
    told = said(on(0, 10), missed(10, 12, ""), missed(12, 14), on(14, 20))
    assert "(from 18:12:00 on, Cut)" in told[1]


def test_two_runs_with_time_between_for_which_nobody_asked() -> None:
    assert said(on(0, 40), on(60, 90)) == [
        "X was heard from 18:00:00 to 18:40:00 and from 19:00:00 to 19:30:00."
    ]
    many = [on(10 * n, 10 * n + 5) for n in range(5)]
    assert said(*many) == ["X was heard from 18:00:00 to 18:45:00, five times."]


def test_gaps_that_were_filled_are_told_as_filled_with_their_reason() -> None:
    assert said(on(0, 10), idle(filled(10, 14, 1)), on(14, 20)) == [
        "X was heard between 18:00:00 and 18:20:00, except for one gap.",
        "It was not heard from 18:10:00 to 18:14:00 (nobody listened);"
        " asking for it afterwards brought 1 post.",
    ]


def test_what_was_posted_before_the_start_is_no_gap() -> None:
    early = Stretch(at(-30), at(0), "filled", "search", 12, before_first=True)
    assert said(early, on(0, 60)) == [
        "X was heard from 18:00:00 to 19:00:00;"
        " asking for what was posted from 17:30:00 on brought 12 posts."
    ]


def test_thirty_short_gaps_that_were_filled_are_one_line() -> None:
    stretches = []
    for n in range(30):
        stretches += [on(n, n + 0.5), filled(n + 0.5, n + 1, n % 2)]
    assert said(*stretches, on(30, 31)) == [
        "X was heard between 18:00:00 and 18:31:00, except for gaps of 15 minutes in all.",
        "30 gaps of less than a minute, 15 minutes in all, were filled (Cut),"
        " which brought 15 posts.",
    ]


def test_of_many_filled_gaps_the_longest_are_named() -> None:
    stretches = []
    for n, length in enumerate((0.5, 9, 0.5, 8, 4, 7, 2)):
        why = "Cut." if n else "Odd."
        stretches += [on(20 * n, 20 * n + 5), filled(20 * n + 5, 20 * n + 5 + length, 1, why)]
        stretches += [on(20 * n + 5 + length, 20 * n + 20)]
    _, *told = said(*stretches)
    assert [words[22:40] for words in told[:3]] == [
        *("18:25:00 to 18:34:", "19:05:00 to 19:13:", "19:45:00 to 19:52:"),
    ]
    assert told[3:] == [
        "Four more gaps of 7 minutes in all were filled (mostly Cut), which brought 4 posts."
    ]


def test_a_gap_is_not_summed_up_alone() -> None:
    stretches = []
    for n in range(4):
        stretches += [on(20 * n, 20 * n + 5), filled(20 * n + 5, 20 * n + 7 + n, 0)]
        stretches += [on(20 * n + 7 + n, 20 * n + 20)]
    assert sum("was not heard from" in words for words in said(*stretches)) == 4


def test_gaps_that_were_not_filled_always_have_their_times() -> None:
    stretches = []
    for n in range(6):
        stretches += [on(n, n + 0.5), missed(n + 0.5, n + 1)]
    told = said(*stretches, on(6, 7))
    assert told[1:] == [
        "It was not heard from 18:00:30 to 18:01:00, from 18:01:30 to 18:02:00,"
        " from 18:02:30 to 18:03:00, from 18:03:30 to 18:04:00, from 18:04:30 to 18:05:00"
        " and from 18:05:30 to 18:06:00 (Cut); what was posted then may be missing.",
    ]


def test_why_it_was_not_heard_and_why_it_was_not_filled_are_both_told() -> None:
    lost = replace(missed(10, 10.5), is_lost=True, why_lost="X does not accept the token.")
    assert said(on(0, 10), lost, on(10.5, 20))[1] == (
        "It was not heard from 18:10:00 to 18:10:30 (Cut); what was posted then may be missing"
        " and could not be asked for afterwards (X does not accept the token)."
    )


def test_gaps_of_a_kind_that_follow_each_other_are_one() -> None:
    told = said(on(0, 10), missed(10, 12), missed(12, 14), filled(14, 15, 0), filled(15, 16, 2))
    assert told[1:] == [
        "It was not heard from 18:10:00 to 18:14:00 (Cut); what was posted then may be missing.",
        "It was not heard from 18:14:00 to 18:16:00 (Cut);"
        " asking for it afterwards brought 2 posts.",
    ]


def test_what_goes_on_says_so() -> None:
    open_end = Stretch(at(0), at(41), "heard", is_open=True)
    assert said(open_end) == ["X was heard from 18:00:00 to 18:41:00 at least."]
    begun = Stretch(at(0), at(0), "heard", is_open=True)
    assert said(begun) == ["X was heard at 18:00:00 at least."]
    lost = Stretch(at(41), at(50), "missed", is_open=True)
    assert said(on(0, 41), lost)[1] == (
        "It was not heard from 18:41:00 on; what was posted then may be missing."
    )


def test_a_source_that_was_only_asked_afterwards() -> None:
    assert said(filled(0, 10, 3), missed(10, 20)) == [
        "X was asked for all that was posted from 18:00:00 to 18:10:00.",
        "It was not heard from 18:10:00 to 18:20:00 (Cut); what was posted then may be missing.",
    ]


def test_gaps_are_told_in_order_and_with_the_times_of_the_first_sentence() -> None:
    told = said(
        on(12, 12.2), missed(12.2, 14.1), on(14.1, 14.3), filled(14.3, 16.8, 1), on(16.8, 16.9)
    )
    assert told == [
        "X was heard between 18:12:00 and 18:16:54, except for gaps of 4 minutes in all.",
        "It was not heard from 18:12:12 to 18:14:06 (Cut); what was posted then may be missing.",
        "It was not heard from 18:14:18 to 18:16:48 (Cut);"
        " asking for it afterwards brought 1 post.",
    ]


def test_never_heard_counts_from_when_it_was_listened_to() -> None:
    assert said(idle(missed(-30, 0)), missed(0, 1)) == [
        "X was never heard, from 18:00:00 to 18:01:00, and what was posted since 17:30:00 could"
        " not be asked for: Cut."
    ]


def test_after_a_question_mark_comes_no_other_sign() -> None:
    why = "a.example does not know what it was asked for; is it a Mastodon server?"
    assert said(missed(0, 5, why))[0].endswith("is it a Mastodon server?")
    told = said(on(0, 5), missed(5, 6, why), missed(6, 7, REFUSED), on(7, 9))[1]
    assert "server? Then, from 18:06:00 on, a.example refuses" in told


def silent(since: float, until: float, *, missing: str = "", filled: str = "x") -> Silence:
    return Silence(at(since), at(until), tuple(missing.split()), tuple(filled.split()))


def test_when_nothing_was_heard_is_said_with_what_came_of_it() -> None:
    def told(*found: Silence) -> list[str]:
        return nothing_heard(found, str.upper, time)

    nobody = replace(silent(10, 12, filled="x bluesky"), why=NOBODY)
    assert told(nobody) == [
        "Nothing was heard from any network from 18:10:00 to 18:12:00 (nobody listened);"
        " what was posted then was asked for afterwards."
    ]
    of_both = silent(10, 12, missing="x feed", filled="bluesky")
    assert told(of_both, silent(20, 21, missing="x", filled="")) == [
        "Nothing was heard from any network from 18:10:00 to 18:12:00; what was posted then may"
        " be missing from X and FEED, and was asked for from BLUESKY.",
        "Nothing was heard from any network from 18:20:00 to 18:21:00; what was posted then may"
        " be missing.",
    ]
    goes_on = replace(silent(20, 21, missing="x", filled=""), is_open=True)
    assert "network from 18:20:00 on; what" in told(goes_on)[0]


def test_of_many_silences_the_longest_are_named() -> None:
    many = [silent(n, n + (0.5 if n > 3 else 0.75)) for n in range(8)]
    (told,) = nothing_heard(many, str, time)
    assert told.startswith(
        "Nothing was heard from any network from 18:00:00 to 18:00:45, from 18:01:00 to 18:01:45,"
        " from 18:02:00 to 18:02:45 and five more times, 3 minutes in all; "
    )
    (told,) = nothing_heard(many[:4], str, time)
    assert told.count(" to ") == 4


kinds = st.sampled_from(["heard", "filled", "missed"])


@given(st.lists(st.tuples(st.integers(1, 400), kinds), min_size=1, max_size=12))
def test_what_was_not_filled_is_told_once_with_its_times(parts: list[tuple[int, str]]) -> None:
    stretches, second = [], 0
    for length, kind in parts:
        since, second = second, second + length
        each = Stretch(at(since / 60), at(second / 60), "heard")
        stretches.append(replace(each, kind=kind))
    found = Listening("x", tuple(stretches))
    first, *rest = said(*stretches)
    inner = [kind for _, kind in parts]
    live = [place for place, kind in enumerate(inner) if kind == "heard"]
    if live:
        has_gap = any(kind != "heard" for kind in inner[live[0] : live[-1] + 1])
        assert (" except for " in first) == has_gap
    assert rest == gaps(found, time)
    if not found.was_heard:
        assert not rest
        return
    told = [
        pair
        for words in rest
        if "may be missing" in words
        for pair in re.findall(r"from (\S+) to ([\d:]+)", words)
    ]
    ends = [(time(each.since), time(each.until)) for each in stretches if each.kind == "missed"]
    whole: list[tuple[str, str]] = []
    for one, other in ends:
        if whole and whole[-1][1] == one:
            whole[-1] = whole[-1][0], other
        else:
            whole.append((one, other))
    assert sorted(told) == whole
