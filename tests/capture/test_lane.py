"""One way to hear a source: each kind of trouble has its words, its wait and its way back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tartantm.capture.lane import (
    FAULT_SECONDS,
    LONGEST_WAIT,
    REFUSED_SECONDS,
    Lane,
    Trouble,
    trouble_of,
)
from tartantm.core.errors import BadInput
from tartantm.networks.protocol import Capped, Limited, Lost, Refused
from tartantm.settings import debug_log
from tests.virtual_time import VirtualTimeLoop, run

LONGEST = 64.0
"""Seconds between two tries of what cannot be reached, at most."""


def lane() -> Lane:
    return Lane("source x, stream")


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (Limited("Wait.", 5), "limited"),
        (Refused("No."), "refused"),
        (Capped("Enough."), "capped"),
        (Lost("Cut."), "unreachable"),
        (BadInput("No such address."), "unreachable"),
        (TimeoutError(), "unreachable"),
        (ConnectionResetError("reset"), "unreachable"),
        (ValueError("odd"), "failed"),
        (ExceptionGroup("", [Lost("Cut.")]), "failed"),
    ],
)
def test_the_kinds_of_trouble(error: Exception, trouble: Trouble) -> None:
    assert trouble_of(error) == trouble


def test_before_the_first_try_nothing_is_known() -> None:
    made = lane()
    assert (made.works, made.error, made.words, made.retry_at) == (False, None, "", None)


@pytest.mark.parametrize(
    ("asked", "waits"),
    [(0.0, 1.0), (-9.0, 1.0), (1.5, 1.5), (90.0, 90.0), (86_400.0, LONGEST_WAIT)],
)
def test_a_server_that_asks_to_wait_is_given_that_within_reason(asked: float, waits: float) -> None:
    assert LONGEST_WAIT == 900
    assert [lane().broke(Limited("Wait.", asked), lasted) for lasted in (0.0, 99.0)] == [waits] * 2


@pytest.mark.parametrize("error", [Refused("No."), Capped("Enough.")])
def test_what_was_refused_is_tried_again_all_the_same(error: Exception) -> None:
    made = lane()
    assert [made.broke(error, 0.0) for _ in range(4)] == [REFUSED_SECONDS] * 4
    assert REFUSED_SECONDS == 300
    assert made.broke(Lost("Cut."), 0.0) <= 1, "what waited for somebody was no failing connection"


def test_what_cannot_be_reached_is_tried_less_and_less_often() -> None:
    made = lane()
    waits = [made.broke(Lost("Cut."), 0.0) for _ in range(12)]
    for n, seconds in enumerate(waits):
        longest = min(2.0**n, LONGEST)
        assert longest / 2 <= seconds <= longest
    assert made.broke(Lost("Cut."), 29.0) >= LONGEST / 2, "it did not last"
    assert made.broke(Lost("Cut."), 30.0) <= 1, "a stream that lasted is tried again soon"


def test_a_fault_of_this_program_is_tried_again_later() -> None:
    made = lane()
    waits = [made.broke(ValueError("odd"), 0.0) for _ in range(12)]
    assert waits[:5] == [FAULT_SECONDS] * 5
    assert all(LONGEST / 2 <= seconds <= LONGEST for seconds in waits[6:])
    assert FAULT_SECONDS == 30
    assert made.broke(ValueError("odd"), 99.0) == FAULT_SECONDS
    assert made.broke(Lost("Cut."), 0.0) > 1 / 2, "that fault was the first failure"


def test_an_answer_begins_the_waits_anew_and_an_opened_stream_does_not() -> None:
    made = lane()
    for _ in range(12):
        made.broke(Lost("Cut."), 0.0)
    made.worked()
    assert made.broke(Lost("Cut."), 1.0) >= LONGEST / 2
    made.begin_anew()
    assert made.broke(Lost("Cut."), 1.0) >= LONGEST / 2
    made.answered()
    assert made.works
    assert made.broke(Lost("Cut."), 1.0) <= 1


def test_what_went_wrong_is_known_until_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(loop: VirtualTimeLoop) -> None:
        for forget, works in ((Lane.worked, True), (Lane.answered, True), (Lane.begin_anew, False)):
            made, error = lane(), Limited("Wait.", 20)
            made.worked()
            assert made.broke(error, 9.0) == 20
            assert not made.works
            assert (made.error, made.words, made.retry_at) == (error, "Wait.", loop.time() + 20)
            again = made.retry_at
            forget(made)
            assert made.works is works
            if works:
                assert made.closed_for == 0
                assert (made.error, made.words, made.retry_at) == (None, "", None)
                continue
            assert (made.error, made.words, made.retry_at) == (error, "Wait.", again)
            await asyncio.sleep(20)
            forget(made)
            assert (made.error, made.words, made.retry_at) == (None, "", None)

    run(failing, monkeypatch)


def test_an_error_without_words_says_that_the_connection_broke() -> None:
    made = lane()
    made.broke(TimeoutError(), 0.0)
    assert made.words == "The connection broke."
    made.broke(OSError("No route to host"), 0.0)
    assert made.words == "No route to host"


def test_a_fault_is_logged_once_with_its_place_and_keeps_no_answer_alive() -> None:
    made = lane()
    try:
        try:
            raise KeyError("inner")
        except KeyError as inner:
            raise ValueError("odd") from inner
    except ValueError as error:
        made.broke(error, 0.0)
    assert made.error is not None
    kept = made.error
    assert (kept.__traceback__, kept.__context__, kept.__cause__) == (None, None, None)
    said, _, path = made.words.rpartition(" Details are in ")
    assert said == "something went wrong that should not have: ValueError: odd."
    text = Path(path.removesuffix(".")).read_text("utf-8")
    assert text.count("test_lane.py") == 2, "where either was raised"


def test_a_pause_lasts_as_long_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    async def waiting(loop: VirtualTimeLoop) -> None:
        made = lane()
        began, seconds = loop.time(), made.broke(Limited("Wait.", 40), 0.0)
        waits = asyncio.create_task(made.pause(seconds))
        await asyncio.sleep(39)
        assert not waits.done()
        assert made.retry_at == began + 40
        await waits
        assert loop.time() == began + 40
        assert made.retry_at is None, "it is being tried"
        assert made.words == "Wait.", "and does not work yet"

    run(waiting, monkeypatch)


def test_waking_ends_one_pause_the_present_or_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    async def waking(loop: VirtualTimeLoop) -> None:
        made, began = lane(), loop.time()
        loop.call_later(7, made.wake)
        await made.pause(60)
        assert loop.time() == began + 7
        await made.pause(60)
        assert loop.time() == began + 67, "it was used up"
        made.wake()
        made.wake()
        await made.pause(60)
        assert loop.time() == began + 67
        await made.pause(60)
        assert loop.time() == began + 127

    run(waking, monkeypatch)


def test_a_pause_can_be_cancelled_even_as_it_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    async def cancelling(loop: VirtualTimeLoop) -> None:
        made = lane()
        for wake in (False, True):
            waits = asyncio.create_task(made.pause(60))
            await asyncio.sleep(1)
            if wake:
                made.wake()
            waits.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waits

    run(cancelling, monkeypatch)


def test_the_debug_log_says_when_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(debug_log.VARIABLE, "1")
    lane().broke(Limited("Wait.", 12.34), 0.0)
    (line,) = debug_log.path().read_text("utf-8").splitlines()
    assert line.endswith(" source x, stream: again in 12.3 s: Wait.")


def test_what_a_server_asked_to_wait_ends_for_the_user_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def waking(loop: VirtualTimeLoop) -> None:
        made = lane()
        made.wake()  # before the server asked for anything
        began, seconds = loop.time(), made.broke(Limited("Wait.", 600), 0.0)
        for delay in (1, 50):
            loop.call_later(delay, made.wake)
        await made.pause(seconds)
        assert loop.time() == began + 600
        made.broke(Limited("Wait.", 600), 0.0)
        made.begin_anew()
        assert made.closed_for == 600, "a source that is made anew has the same server"
        loop.call_later(7, lambda: made.wake(by_user=True))
        await made.pause(5)
        assert (loop.time(), made.closed_for) == (began + 607, 0)
        made.broke(Lost("Cut."), 0.0)
        loop.call_later(1, made.wake)
        await made.pause(60)
        assert loop.time() == began + 608, "what merely broke may be tried at once"

    run(waking, monkeypatch)


def test_one_that_asks_to_wait_for_no_time_is_asked_less_and_less_often() -> None:
    made = lane()
    assert [made.broke(Limited("Wait.", 0), 0.0) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 64, 64]
    made.answered()
    assert [made.broke(Limited("Wait.", 0), 0.0) for _ in range(2)] == [1, 2]
    made.pace = 20.0
    made.answered()
    assert [made.broke(Limited("Wait.", 0), 0.0) for _ in range(4)] == [20, 40, 64, 64]
    assert made.broke(Limited("Wait.", 500), 0.0) == 500
    assert made.broke(Limited("Wait.", 0), 29.0) == 64, "it did not last"
    assert made.broke(Limited("Wait.", 0), 30.0) == 20
    made.answered()
    made.pace = 300.0
    assert [made.broke(Limited("Wait.", 0), 0.0) for _ in range(2)] == [300, 300]
