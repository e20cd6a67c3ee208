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
        ("http://social.example.:80/", "social.example"),
        ("https://BÜCHER.example:443/@a", "xn--bcher-kva.example"),
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


def test_a_text_is_shortened_at_a_blank_where_one_is_near() -> None:
    assert payload.shortened("one two", 7) == "one two"
    assert payload.shortened("one two three", 10) == "one two …"
    assert payload.shortened("語" * 20, 10) == "語" * 8 + " …"


@given(st.text(), st.integers(3, 30))
def test_a_shortened_text_is_a_beginning_and_no_longer(text: str, most: int) -> None:
    found = payload.shortened(text, most)
    assert len(found) <= most
    assert found == text or (found.endswith(" …") and text.startswith(found[:-2]))


def test_a_post_s_text_has_so_many_characters_and_lines() -> None:
    long = payload.text_of("word " * 10_000)
    assert payload.LONGEST_TEXT - 10 < len(long) <= payload.LONGEST_TEXT
    many = payload.text_of("a\n" * 1000)
    assert many.count("\n") == payload.MOST_LINES
    assert many.count("a") == 1000, "words of later lines are kept"


def test_no_id_is_cut_since_it_would_be_another_post_s() -> None:
    assert payload.identifier("x" * 2_000) == "x" * 2_000
    assert payload.identifier("x" * 2_001) == ""
    assert payload.host(f"https://a.example/{'x' * 2_000}") == ""


def test_lists_in_a_post_are_read_to_their_limits() -> None:
    given_rows = {"rows": [{"n": n} for n in range(1000)]}
    assert payload.parts(given_rows, "no", "rows") == given_rows["rows"][: payload.MOST_PARTS]
    assert payload.parts({"rows": [1, {}, "a"]}, "rows") == [{}]
    assert payload.parts({"rows": {}}, "rows") == payload.parts(None, "rows") == []
    assert len(payload.hashtags(f"tag{n}" for n in range(1000))) == payload.MOST_PARTS
    assert payload.hashtags(["語" * 1000]) == ("語" * payload.LONGEST_TAG,)
    described = payload.descriptions([{"alt": "語" * 5000}, {}] * 9, "alt")
    lengths = [len(each or "") for each in described]
    assert lengths == [2000, 0, 2000, 0, payload.LONGEST_TEXT - 4000] + [0] * 13
    assert payload.with_poll("text", ["one"] * 1000).count("one") == payload.MOST_MEDIA
    assert len(payload.line({"name": "語 " * 5000}, "name")) <= payload.LONGEST_LINE
