"""Careful access to JSON that strangers wrote."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.post import clean
from tartantm.networks import json_fields as payload


@pytest.mark.parametrize(
    "written, expected",
    [
        ("2012-06-20T17:05:00Z", "2012-06-20T17:05:00+00:00"),
        (" 2012-06-20T18:05:00.5+01:00\n", "2012-06-20T17:05:00.500000+00:00"),
        ("2012-06-20T17:05:00.1234567890Z", "2012-06-20T17:05:00.123456+00:00"),
        ("2012-06-30T23:59:60Z", "2012-06-30T23:59:59+00:00"),
        ("2012-06-20", "2012-06-20T00:00:00+00:00"),
    ],
)
def test_moment(written: str, expected: str) -> None:
    assert payload.moment(written) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "odd", ["1989-12-31T23:59:59Z", "2201-01-01T00:00:00Z", "17:05", "", "\ud800", 0, None, b"2012"]
)
def test_moments_that_nobody_meant(odd: Any) -> None:
    assert payload.moment(odd) is None


@given(st.text() | st.integers() | st.datetimes().map(str) | st.datetimes().map(datetime.isoformat))
def test_moment_gives_a_time_in_utc_or_none(value: Any) -> None:
    for found in (payload.moment(value), payload.microseconds(value)):
        assert found is None or (found.tzinfo is UTC and 1990 <= found.year <= 2200)


def test_microseconds() -> None:
    found = payload.microseconds(1340211900123456)
    assert found == datetime(2012, 6, 20, 17, 5, 0, 123456, tzinfo=UTC)
    assert payload.microseconds(10**18) is None
    assert payload.microseconds(0) is None


@pytest.mark.parametrize(
    "address, server",
    [
        ("https://Social.Example/@a", "social.example"),
        ("http://localhost:3000/@a", "localhost:3000"),
        ("https://user:word@social.example/", "social.example"),
        ("ftp://social.example/", ""),
        ("https://[broken/", ""),
        ("social.example", ""),
        (None, ""),
    ],
)
def test_host(address: Any, server: str) -> None:
    assert payload.host(address) == server


def test_identifier() -> None:
    assert payload.identifier(20) == payload.identifier("20") == payload.identifier(" 20\n") == "20"
    odds: list[Any] = [True, None, 1.5, 1 << 200, [], ""]
    for odd in odds:
        assert payload.identifier(odd) == ""


def test_languages() -> None:
    given_tags = [
        "en",
        "EN-gb",
        "UND",
        "QME",
        "qaa",
        "qu",
        "en",
        "iw",
        5,
        "a b",
        "x" * 99,
        "zh-Hant-TW",
    ]
    assert payload.languages(given_tags) == ("en", "EN-gb", "qu", "he", "zh-Hant-TW")
    assert payload.languages({"en": 1}) == ()


@pytest.mark.parametrize(
    "text, tags",
    [
        ("#tartantm #TartanTM", ["tartantm", "TartanTM"]),
        ("(#one) #two,#three. ＃four", ["one", "two", "three", "four"]),
        ("a#no &#39; https://e.example/#no # #1 ##", []),
        ("#हिन्दी #ภาษาไทย #عَرَبِيّ #نیم\u200cفاصله", ["हिन्दी", "ภาษาไทย", "عَرَبِيّ", "نیم\u200cفاصله"]),
        ("#été2012 #日本語。 #no-more #a_b", ["été2012", "日本語", "no", "a_b"]),
    ],
)
def test_hashtags_in_plain_text(text: str, tags: list[str]) -> None:
    assert payload.hashtags_in(text) == tags


def test_hashtags_are_kept_once_as_first_written() -> None:
    assert payload.hashtags(["#One", "two", "ONE", "", "#", " three\n"]) == ("One", "two", "three")


@given(st.text())
def test_lines_are_clean(text: str) -> None:
    assert payload.line({"a": 5, "b": text}, "a", "b") == clean(text, lines=False)
    assert "\n" not in payload.line({"b": text}, "b")


def test_absent_whatever_the_type() -> None:
    odds: list[Any] = [None, [], "text", 5, {"a": 5}, {"a": []}, {"a": None}]
    for odd in odds:
        assert payload.mapping(odd, "a") == payload.mapping(odd, "a", "b") == {}
        assert payload.rows(odd, "a") == []
        assert payload.raw(odd, "a") == ""
    assert payload.rows({"a": 1, "b": [{}, 5, {"c": 1}]}, "a", "b") == [{}, {"c": 1}]
