"""Changes of a source as people want to hear them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tartantm.capture.health import Report, State
from tartantm.cli.steady_reports import (
    LASTS_SECONDS,
    MOST,
    STEADY_SECONDS,
    WITHIN_SECONDS,
    SteadyReports,
)


class Listener:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.now = 0.0
        self.reports = SteadyReports(
            lambda report: self.said.append(f"{report.state} {report.detail}".strip()),
            lambda report: self.said.append("flaps"),
            lambda: self.now,
        )

    def take(self, state: State, detail: str = "", source: str = "x") -> None:
        """A change that lasts for as long as is needed."""
        self.reports.take(Report(source, state, detail, None))
        self.let_pass(LASTS_SECONDS)

    def let_pass(self, seconds: float) -> None:
        self.now += seconds
        self.reports.tick()


def test_retries_of_the_same_kind_are_one_line() -> None:
    listener = Listener()
    for seconds in (1, 2, 4, 8):
        listener.take("connecting")
        listener.take("unreachable", f"No answer for {seconds} seconds.")
    listener.take("refused", "No token.")
    assert listener.said == ["unreachable No answer for 1 seconds.", "refused No token."]


def test_refilling_is_the_stream_that_is_heard() -> None:
    listener = Listener()
    listener.take("filling", "Asking failed before.")
    listener.take("stream")
    listener.take("ended")
    assert listener.said == ["stream"]


def test_what_flaps_is_held_back_until_it_is_steady() -> None:
    listener = Listener()
    for _ in range(20):
        listener.take("stream")
        listener.take("unreachable", "Cut.")
    assert len(listener.said) == MOST + 1
    assert listener.said[-1] == "flaps"
    listener.let_pass(STEADY_SECONDS - LASTS_SECONDS - 1)
    assert listener.said[-1] == "flaps"
    listener.let_pass(1)
    assert listener.said[-1] == "unreachable Cut."
    listener.take("stream")
    assert listener.said[-1] == "stream"


def test_changes_that_take_their_time_are_all_told() -> None:
    listener = Listener()
    for _ in range(20):
        listener.take("stream")
        listener.now += WITHIN_SECONDS / 4
        listener.take("unreachable", "Cut.")
        listener.now += WITHIN_SECONDS / 4
    assert len(listener.said) == 40


def test_one_that_flaps_holds_no_other_back_and_the_end_tells_how_it_is() -> None:
    listener = Listener()
    for _ in range(9):
        listener.take("stream")
        listener.take("unreachable", "Cut.")
    listener.take("stream", source="bluesky")
    assert listener.said[-2:] == ["flaps", "stream"]
    listener.take("stream")
    listener.reports.flush()
    listener.reports.flush()
    assert listener.said[-2:] == ["stream", "stream"]


def test_what_lasts_for_a_moment_only_is_counted_and_not_told() -> None:
    listener = Listener()
    listener.take("stream")
    for _ in range(MOST):
        assert listener.said == ["stream"]
        listener.reports.take(Report("x", "unreachable", "Cut.", None))
        listener.let_pass(LASTS_SECONDS / 2)
        listener.reports.take(Report("x", "stream", "", None))
        listener.let_pass(LASTS_SECONDS)
    assert listener.said == ["stream", "flaps"]


def test_steps_that_never_last_keep_nothing_from_being_told() -> None:
    listener = Listener()
    for number in range(10):
        listener.reports.take(Report("x", "unreachable", f"Reason {'abcdefghij'[number]}.", None))
        listener.let_pass(LASTS_SECONDS / 2)
    assert 2 <= len(listener.said) <= 5


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["stream", "poll", "unreachable", "refused", "connecting"]),
        st.sampled_from(["", "Cut.", "No token."]),
        st.sampled_from([0.0, 0.4, 1.0, 2.0, 90.0]),
    ),
    max_size=30,
)


@given(CHANGES)
def test_at_the_end_the_latest_was_told_and_nothing_twice_in_a_row(
    changes: list[tuple[State, str, float]],
) -> None:
    listener = Listener()
    for state, detail, seconds in changes:
        listener.reports.take(Report("x", state, detail, None))
        listener.let_pass(seconds)
    listener.reports.flush()
    last = [(s, d) for s, d, _ in changes if s != "connecting"]
    told = [each for each in listener.said if each != "flaps"]
    if last:
        assert told[-1] == f"{last[-1][0]} {last[-1][1]}".strip()
    assert all(one != other for one, other in pairwise(listener.said))
