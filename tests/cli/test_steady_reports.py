"""Changes of a source as people want to hear them."""

from __future__ import annotations

from tartantm.capture.health import Report, State
from tartantm.cli.steady_reports import MOST, STEADY_SECONDS, WITHIN_SECONDS, SteadyReports


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
        self.reports.take(Report(source, state, detail, None))


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
        listener.now += 1
    assert len(listener.said) == MOST + 1
    assert listener.said[-1] == "flaps"
    listener.now += STEADY_SECONDS - 2
    listener.reports.tick()
    assert listener.said[-1] == "flaps"
    listener.now += 2
    listener.reports.tick()
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
