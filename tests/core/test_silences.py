"""The times in which nothing at all was heard."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.listening import Listening
from tartantm.core.silences import Silence, silences
from tartantm.core.stretches import NOBODY, Stretch
from tests.builders import at


def on(since: float, until: float) -> Stretch:
    return Stretch(at(since), at(until), "heard")


def missed(since: float, until: float, why: str = "Cut.") -> Stretch:
    return Stretch(at(since), at(until), "missed", why=why)


def filled(since: float, until: float, why: str = "Cut.") -> Stretch:
    return Stretch(at(since), at(until), "filled", "search", why=why)


def going_on(stretch: Stretch) -> Stretch:
    return replace(stretch, is_open=True)


def idle(stretch: Stretch) -> Stretch:
    return replace(stretch, why=NOBODY, is_idle=True)


def found(**sources: list[Stretch]) -> list[Silence]:
    return silences([Listening(name, tuple(each)) for name, each in sources.items()])


def test_nothing_was_heard_where_all_gaps_meet() -> None:
    x = [on(0, 10), filled(10, 14), on(14, 30)]
    bluesky = [on(0, 12), missed(12, 16, "Odd."), on(16, 30)]
    assert found(x=x, bluesky=bluesky) == [Silence(at(12), at(14), ("bluesky",), ("x",))]
    assert found(x=x, bluesky=[on(0, 30)]) == []


def test_of_one_source_its_gaps_say_all() -> None:
    assert found(x=[on(0, 10), missed(10, 14), on(14, 30)]) == []
    assert found(x=[], bluesky=[]) == []


def test_between_two_runs_nobody_listened() -> None:
    x = [on(0, 10), idle(filled(10, 20)), missed(20, 20.1), on(20.1, 30)]
    bluesky = [on(0, 10), idle(filled(10, 20)), on(20, 30)]
    assert found(x=x, bluesky=bluesky) == [Silence(at(10), at(20), (), ("x", "bluesky"), NOBODY)]


def test_before_the_program_first_listened_is_no_silence() -> None:
    x = [idle(missed(-30, 0)), on(0, 10)]
    assert found(x=x, bluesky=[idle(missed(-30, 0)), missed(0, 10)]) == []
    never = [idle(missed(-30, 0)), missed(0, 10)]
    assert found(x=never, bluesky=never) == [Silence(at(0), at(10), ("x", "bluesky"), (), "Cut.")]


def test_what_goes_on_is_compared_as_going_on() -> None:
    heard = going_on(on(0, 12))
    assert found(x=[heard], bluesky=[on(0, 10), going_on(missed(10, 20))]) == []
    # A source that is heard ends with its last sign of life, seconds before the program does.
    assert found(x=[on(0, 19.9)], bluesky=[on(0, 10), missed(10, 20)]) == []
    lost = found(
        x=[on(0, 12), going_on(missed(12, 12))], bluesky=[on(0, 5), going_on(missed(5, 5))]
    )
    assert lost == [Silence(at(12), at(12), ("x", "bluesky"), (), "Cut.", is_open=True)]


def test_what_connecting_takes_is_no_silence() -> None:
    seam = [on(0, 10), filled(10, 12), on(12, 20)]
    assert found(x=seam, bluesky=[on(0, 11.9), missed(11.9, 13), on(13, 20)]) == []
    early = [replace(filled(0, 0.5), before_first=True), on(0.5, 20)]
    assert found(x=early, bluesky=early) == []
    begins_later = [missed(0, 1), on(1, 20)]
    assert found(x=early, bluesky=begins_later) == [
        Silence(at(0), at(0.5), ("bluesky",), ("x",), "Cut.")
    ]


@st.composite
def heard_or_not(draw: st.DrawFn) -> list[Stretch]:
    minute, stretches = draw(st.integers(0, 5)), []
    for _ in range(draw(st.integers(1, 6))):
        minute += draw(st.integers(0, 2))
        until = minute + draw(st.integers(1, 9))
        stretches.append(draw(st.sampled_from([on, missed, filled]))(minute, until))
        minute = until
    return stretches


@given(st.lists(heard_or_not(), min_size=2, max_size=4))
def test_a_silence_is_where_some_were_asked_for_and_none_was_heard(
    sources: list[list[Stretch]],
) -> None:
    told = silences([Listening(str(n), tuple(each)) for n, each in enumerate(sources)])
    last = max(each.until for stretches in sources for each in stretches)
    for half in range(140):
        moment = at(half / 2 + 0.25)
        states = {
            str(n): each.kind
            for n, stretches in enumerate(sources)
            for each in stretches
            if each.since <= moment < each.until
        }
        silent = [each for each in told if each.since <= moment < each.until]
        assert bool(silent) == (bool(states) and "heard" not in states.values())
        for each in silent:
            missing = {name for name, kind in states.items() if kind == "missed"}
            assert missing <= set(each.missing) and set(states) <= {*each.missing, *each.filled}
    assert all(each.until <= last and not each.is_open for each in told)
    assert all(each.until - each.since >= timedelta(seconds=10) for each in told)
