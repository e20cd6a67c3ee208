"""The parts of the X source that need no server."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.errors import TartantmError
from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.protocol import Limited, Lost, Refused
from tartantm.networks.x import payload as x_payload
from tartantm.networks.x.connection_count import MOST_CONNECTIONS, ConnectionCount
from tartantm.networks.x.cost import Spending, dollars
from tartantm.networks.x.errors import NoRules, TooManyStreams, answer_error, in_stream
from tartantm.networks.x.query import QUERY_LENGTH, RULE_LENGTH, threads_of, wording
from tartantm.networks.x.responses import AT_ONCE, ResponseReader, gone, pieces
from tartantm.settings.paths import paths
from tests.builders import post

NOW = datetime(2026, 6, 17, 17, 0, tzinfo=UTC)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "errors", "title", "type", "detail", "includes", "id", "text"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


class Time:
    def __init__(self, now: Any) -> None:
        self.now = now

    def __call__(self) -> Any:
        return self.now


@given(st.integers(100, 599).filter(lambda s: s not in (200, 201)), JSON, st.binary(max_size=20))
def test_any_answer_becomes_one_of_our_errors(status: int, value: Any, noise: bytes) -> None:
    for body in (json.dumps(value).encode(), noise, b"<" + noise):
        error = answer_error(status, {}, body)
        assert isinstance(error, Lost | Limited | Refused)
        sentence = str(error)
        assert sentence.endswith(".") and "\n" not in sentence and sentence.isprintable()
        if isinstance(error, Limited):
            assert error.seconds >= 1


@given(st.dictionaries(st.sampled_from(["data", "errors", "includes"]), JSON))
def test_any_line_can_be_read(value: dict[str, Any]) -> None:
    reader = ResponseReader(["tartantm"])
    reader.heard(value, NOW)
    in_stream(value)
    Spending(0.005, 1, lambda: NOW).read(value)
    gone(value, {"1": post("1")}, NOW)
    assert reader.damaged <= 1 + len(str(value))


@pytest.mark.parametrize(
    ("reset", "date", "seconds"),
    [(7, 0, 8), (0, 0, 1), (-5, 0, 60), (90_000, 0, 60), (7, 3600, 60), (3607, 3600, 8)],
)
def test_the_wait_until_a_reset(reset: int, date: int, seconds: float) -> None:
    there = NOW + timedelta(seconds=date)
    headers = {
        "x-rate-limit-reset": str(int(NOW.timestamp()) + reset),
        "Date": format_datetime(there, usegmt=True),
    }
    error = answer_error(429, headers, b"{}")
    assert isinstance(error, Limited) and error.seconds == seconds
    for odd in ({}, {"x-rate-limit-reset": "soon"}, {"x-rate-limit-reset": "7", "Date": "today"}):
        error = answer_error(429, odd, b"")
        assert isinstance(error, Limited) and error.seconds == 60


@pytest.mark.parametrize(
    ("status", "value", "kind"),
    [
        (403, {"title": "SpendCapReached"}, Refused),
        (429, {"title": "UsageCapExceeded", "type": "https://x.invalid/usage-capped"}, Refused),
        (429, {"title": "ConnectionException", "connection_issue": "TooManyConnections"}, None),
        (409, {}, NoRules),
        (400, {"title": "ConnectionException"}, Lost),
        (418, {"detail": "No\u202e tea"}, Refused),
    ],
)
def test_titles_tell_more_than_the_status(
    status: int, value: dict[str, Any], kind: type[TartantmError] | None
) -> None:
    error = answer_error(status, {}, json.dumps(value).encode())
    assert type(error) is (kind or TooManyStreams)
    assert "\u202e" not in str(error)


@given(
    st.lists(st.text("abcdefgh", min_size=1, max_size=30), min_size=1, max_size=5),
    st.lists(st.integers(10**17, 10**19).map(str), max_size=60, unique=True),
)
def test_wording_keeps_to_the_length_and_the_newest_threads(
    hashtags: list[str], threads: list[str]
) -> None:
    for most in (QUERY_LENGTH, RULE_LENGTH):
        words = wording(hashtags, threads, most)
        assert len(words) <= most and words.endswith(") -is:retweet")
        inside = re.findall(r"conversation_id:(\d+)", words)
        assert inside == threads[: len(inside)]
        assert inside == threads or len(words) > most - len(" OR conversation_id:") - 20
        assert all(f"#{tag}" in words for tag in hashtags)


def test_threads_are_those_of_x_and_once() -> None:
    questions = [post("9", thread="x:7"), post("8", thread="x:7"), post("6"), post("odd) OR (x")]
    assert threads_of(questions) == ["7", "6"]


def test_a_post_is_paid_for_once_a_day() -> None:
    now = Time(NOW)
    spending = Spending(0.005, 5.0, now)
    page = {"data": [{"id": "1"}, {"id": "2"}], "includes": {"tweets": [{"id": "3"}]}}
    for _ in range(3):
        spending.read(page)
    spending.read({"data": {"id": "1"}})
    assert spending.posts == 3
    now.now = NOW + timedelta(days=1)
    spending.read(page)
    assert spending.posts == 6 and spending.left == 994
    spending.check()


@pytest.mark.parametrize("price", [0.005, 0.1, 0.01, 0.0049])
@given(posts=st.integers(1, 3000))
def test_the_cap_holds_to_the_post(price: float, posts: int) -> None:
    spending = Spending(price, posts * price, lambda: NOW)
    spending.read({"data": [{"id": str(n)} for n in range(posts - 1)]})
    assert spending.left == 1
    spending.check()
    spending.read({"data": {"id": str(posts)}})
    with pytest.raises(Refused, match=r"cap that you set .* \$"):
        spending.check()


def test_only_what_can_be_paid_for_is_looked_up() -> None:
    now = Time(NOW)
    spending = Spending(1, 4, now)
    spending.read({"data": [{"id": "1"}, {"id": "2"}]})
    assert spending.affordable(["1", "3", "2", "4", "1", "5", "6"]) == ["1", "3", "2", "4", "1"]
    spending.read({"data": [{"id": "3"}, {"id": "4"}]})
    assert spending.affordable(["1", "4", "5"]) == ["1", "4"]
    with pytest.raises(Refused, match="cap that you set"):
        spending.affordable(["5"])
    now.now = NOW + timedelta(days=1)  # yesterday's posts cost again
    with pytest.raises(Refused):
        spending.affordable(["1"])
    assert spending.affordable([]) == []
    assert Spending(1, None, now).affordable(["1"]) == ["1"]


def test_a_fault_of_ours_in_one_line_costs_that_line(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def break_down(_: object) -> None:
        raise ZeroDivisionError

    reader = ResponseReader(["tartantm"])
    with monkeypatch.context() as patched:
        patched.setattr(x_payload, "read", break_down)
        assert reader.heard({"data": {}}, NOW) == [] and reader.heard({"data": {}}, NOW) == []
    assert reader.damaged == 2
    assert paths().log.read_text("utf-8").count("Traceback") == 1


def test_errors_about_posts_do_not_end_the_stream() -> None:
    about = {"title": "Not Found Error", "resource_id": "7", "resource_type": "tweet"}
    assert in_stream({"errors": [about]}) is None
    assert isinstance(in_stream({"errors": [about, {"title": "operational-disconnect"}]}), Lost)


@pytest.mark.parametrize(("kind", "taken"), [("", True), ("SlowReader", False)])
def test_who_may_have_taken_the_stream_is_said_where_x_says_so(kind: str, taken: bool) -> None:
    row = {"title": "operational-disconnect", "disconnect_type": kind}
    assert ("same token may have taken it" in str(in_stream({"errors": [row]}))) == taken


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0.005, "$0.005"), (0.015, "$0.015"), (0.02, "$0.02"), (0.0049, "$0.005"), (5, "$5.00")],
)
def test_what_was_spent_is_never_shown_as_less(amount: float, words: str) -> None:
    assert dollars(amount) == words


def test_without_a_cap_or_a_price_there_is_no_end() -> None:
    for spending in (Spending(0.005, None, lambda: NOW), Spending(0, 0, lambda: NOW)):
        spending.held([post("1", received_at=NOW), post("2")])
        assert spending.left is None and spending.posts == 1
        spending.check()


def test_found_by_reply_or_quote_only_where_the_hashtag_is_missing() -> None:
    reader = ResponseReader(["TartanTM"])
    reader.threads.add("x:7")

    def found_by(text: str, **more: Any) -> str:
        value = {"id": "1367655854690820096", "text": text, "author_id": "1", **more}
        (found,) = reader.heard({"data": value}, NOW)
        assert isinstance(found, Post)
        return found.found_by

    quote = {"referenced_tweets": [{"type": "quoted", "id": "9"}]}
    assert found_by("words #tartantm", conversation_id="7") == ""
    assert found_by("words", conversation_id="7") == "reply"
    assert found_by("words", conversation_id="8", **quote) == "quote"
    assert found_by("words", conversation_id="8") == ""
    assert reader.heard(None, NOW) == [] and reader.damaged == 1


def test_only_what_is_surely_gone_is_called_so() -> None:
    def error(kind: str, number: str) -> dict[str, str]:
        return {"type": f"https://api.x.com/2/problems/{kind}", "value": number}

    kinds = ("resource-not-found", "not-authorized-for-resource", "internal-error")
    page = {"errors": [error(kind, str(n)) for n, kind in enumerate(kinds)]}
    page["errors"].append(error("resource-not-found", "not asked for"))
    found = gone(page, {str(n): post(str(n)) for n in range(3)}, NOW)
    assert found == [Deleted(("x:0",), NOW, "gone"), Deleted(("x:1",), NOW, "protected")]


def test_connections_are_counted_over_a_quarter_of_an_hour() -> None:
    now = Time(0.0)
    count = ConnectionCount(now)
    for n in range(MOST_CONNECTIONS):
        now.now = float(n)
        count.add()
    with pytest.raises(Limited) as caught:
        count.add()
    assert caught.value.seconds == 900 - 39
    now.now = 900.0
    count.add()


@pytest.mark.parametrize("many", [0, 1, AT_ONCE, AT_ONCE + 1, 5 * AT_ONCE])
def test_a_page_in_pieces_has_every_post_once_and_its_includes_beside_each(many: int) -> None:
    page = {"data": [{"id": str(n)} for n in range(many)], "includes": {"users": [1]}}
    found = pieces(page)
    assert [post for piece in found for post in piece["data"]] == page["data"]
    assert all(len(piece["data"]) <= AT_ONCE and piece["includes"] for piece in found)
    assert pieces({"errors": []}) == [{"errors": []}]
