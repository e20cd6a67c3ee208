"""The budget of requests: posts first, by the server's word, else by one's own count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.networks.mastodon import budget as mastodon_budget
from tartantm.networks.mastodon.budget import KEPT, Purpose, RequestBudget
from tartantm.networks.protocol import Limited
from tests.networks.mastodon.listening import ago, all_of, source_of
from tests.networks.mastodon.server import MastodonServer

PURPOSES: list[Purpose] = ["posts", "recheck", "replies"]


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(mastodon_budget, "monotonic", time)
    return time


def spent(budget: RequestBudget, purpose: Purpose, paging: bool = False) -> int:
    """How many requests of a purpose may be made at once."""
    for count in range(10_000):
        try:
            budget.spend(purpose, paging)
        except Limited:
            return count
    raise AssertionError


def seconds(budget: RequestBudget, purpose: Purpose, paging: bool = False) -> float:
    with pytest.raises(Limited) as caught:
        budget.spend(purpose, paging)
    return caught.value.seconds


def headers(left: object, reset: float = 100.0, allowed: object = 300) -> dict[str, str]:
    ends = datetime.now(UTC) + timedelta(seconds=reset)
    return {
        "X-RateLimit-Limit": str(allowed),
        "X-RateLimit-Remaining": str(left),
        "X-RateLimit-Reset": ends.isoformat(),
    }


def test_replies_leave_some_for_rechecks_and_both_leave_some_for_posts(time: Time) -> None:
    budget = RequestBudget("host")
    assert [spent(budget, purpose) for purpose in reversed(PURPOSES)] == [180, 60, 60]
    assert seconds(budget, "posts") == 300
    time.now += 299
    assert seconds(budget, "posts") == 1
    time.now += 1
    assert spent(budget, "replies") == 180


def test_requests_leave_the_window_one_by_one(time: Time) -> None:
    budget = RequestBudget("host")
    for _ in range(300):
        budget.spend("posts", False)
        time.now += 0.5
    assert seconds(budget, "posts") == 150
    assert seconds(budget, "replies") == pytest.approx(150 + 120 * 0.5)
    time.now += 150
    budget.spend("posts", False)


def test_older_pages_have_a_limit_of_their_own(time: Time) -> None:
    budget = RequestBudget("host")
    for _ in range(3):
        assert spent(budget, "posts", paging=True) == (300 if time.now == 1000 else 0)
        time.now += 300
    budget = RequestBudget("host")
    for _ in range(5):
        for _ in range(60):
            budget.spend("posts", True)
        time.now += 100
    assert seconds(budget, "posts", paging=True) == 400
    budget.spend("posts", False)


def test_the_servers_word_counts_for_more(time: Time) -> None:
    budget = RequestBudget("host")
    spent(budget, "posts")
    budget.answered("posts", False, headers(70))
    assert spent(budget, "recheck") == 10
    assert 95 < seconds(budget, "recheck") <= 100
    for _ in range(100):  # where it is too much, the server says so
        budget.spend("posts", False)
    time.now += 100
    budget.answered("posts", False, headers(1400, allowed=1500))
    assert spent(budget, "replies") == 800


def test_of_an_older_page_the_scarcest_limit_is_told(time: Time) -> None:
    budget = RequestBudget("host")
    budget.answered("posts", True, headers(0, reset=600))
    assert seconds(budget, "replies", paging=True) > 500
    budget.spend("replies", False)


@pytest.mark.parametrize("purpose, closed", [("posts", 2), ("recheck", 2), ("replies", 1)])
def test_what_waits_with_what_was_refused(purpose: Purpose, closed: int, time: Time) -> None:
    budget = RequestBudget("host")
    budget.refused(purpose, 77)
    for waiting in PURPOSES[3 - closed :]:
        assert seconds(budget, waiting) == 77
    for other in PURPOSES[: 3 - closed]:
        budget.spend(other, False)


def test_who_is_asked_to_wait_waits_and_so_does_what_matters_less(time: Time) -> None:
    budget = RequestBudget("host")
    budget.refused("recheck", 120)
    assert (seconds(budget, "recheck"), seconds(budget, "replies")) == (120, 120)
    budget.spend("posts", False)
    time.now += 120
    for purpose in PURPOSES:
        budget.spend(purpose, False)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"X-RateLimit-Remaining": "-1"},
        {"X-RateLimit-Remaining": "９"},
        {"X-RateLimit-Remaining": "9" * 5000},
        {"X-RateLimit-Remaining": "many"},
    ],
)
def test_what_is_no_number_says_nothing(given: dict[str, str], time: Time) -> None:
    budget = RequestBudget("host")
    budget.answered("posts", False, given)
    assert spent(budget, "posts") == 300


@given(
    st.dictionaries(
        st.sampled_from(
            ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Date"]
        ),
        st.one_of(st.integers(0, 10**9).map(str), st.text(max_size=20), st.datetimes().map(str)),
    )
)
def test_nothing_that_a_server_says_closes_it_for_long(said: dict[str, str]) -> None:
    budget = RequestBudget("host")
    budget.answered("posts", False, said)
    for purpose in KEPT:
        try:
            budget.spend(purpose, False)
        except Limited as error:
            assert 1 <= error.seconds <= 900
    assert budget.slower in (1, 2, 4)


async def test_polls_are_rarer_where_few_requests_are_left() -> None:
    async with MastodonServer() as server:
        source = source_of(server)
        server.faults.allowed, server.made = 100, 70
        await all_of(source.since(ago(hours=1)))
        assert (source.poll_every, source.poll_beside) == (20, 45)
        server.made = 85
        await all_of(source.since(ago(hours=1)))
        assert (source.poll_every, source.poll_beside) == (40, 90)
        server.made = 95
        await all_of(source.since(ago(hours=1)))
        assert (source.poll_every, source.poll_beside) == (80, 180)
        server.made = 100
        with pytest.raises(Limited, match="asks to wait 300 seconds"):
            await all_of(source.since(ago(hours=1)))
        await source.close()


async def test_a_poll_reads_one_page_where_nothing_is_new() -> None:
    async with MastodonServer() as server:
        server.faults.dated_ids = True
        for n in range(200):
            server.post(f"{n} #tartantm", created_at=ago(seconds=240 - n).isoformat())
        source = source_of(server)
        assert len(await all_of(source.since(ago(hours=1)))) == 200
        server.requests.clear()
        server.post("New #tartantm")
        heard = await all_of(source.since(ago(seconds=30)))
        assert len(server.requests) == 1
        assert heard[-1].text == "New #tartantm"
        # New posts fill the page: the next one is read as well, and no more.
        for n in range(60):
            server.post(f"New {n} #tartantm")
        server.requests.clear()
        heard = await all_of(source.since(ago(seconds=30)))
        assert len(server.requests) == 2
        assert {f"New {n} #tartantm" for n in range(60)} <= {post.text for post in heard}
        await source.close()


async def test_now_and_then_it_looks_further_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with MastodonServer() as server:
        server.faults.dated_ids = True
        for n in range(100):
            server.post(f"{n} #tartantm", created_at=ago(seconds=140 - n).isoformat())
        source = source_of(server)
        await all_of(source.since(ago(hours=1)))
        late = server.post(
            "Late #tartantm",
            uri="https://far.example/1",
            created_at=ago(seconds=130).isoformat(),
        )
        near = {post.id for post in await all_of(source.since(ago(seconds=30)))}
        monkeypatch.setattr("tartantm.networks.mastodon.source.DEEP_SECONDS", 0.0)
        deep = {post.id for post in await all_of(source.since(ago(seconds=30)))}
        assert f"mastodon:{late}" not in near
        assert f"mastodon:{late}" in deep
        await source.close()
