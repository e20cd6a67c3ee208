from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tartantm
from tartantm.core.post import HASH_SIGNS, bare_hashtag, clean, is_hashtag, safe_url, utc
from tests.builders import at, post

SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
ANY_TEXT = st.text(st.characters(categories=None, exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("given_", "cleaned"),
    [
        ("\x1b]0;title\x07plain", "␛]0;title␇plain"),
        ("a\x9b2Jb", "a\ufffd2Jb"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("one\n\n\n\n two\t\tthree ", "one\n\ntwo three"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("left\u200eright", "left\u200eright"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("no\ufdd0n\uffffchar", "no\ufffdn\ufffdchar"),
        (SCOTLAND, SCOTLAND),
        ("smuggled\U000e0041\U000e0042", "smuggled"),
        ("👩\u200d💻 👍🏽", "👩\u200d💻 👍🏽"),
        ("e\u0301", "é"),
        ("[bold]x[/] <b>y</b> =1+1", "[bold]x[/] <b>y</b> =1+1"),
    ],
)
def test_clean(given_: str, cleaned: str) -> None:
    assert clean(given_) == cleaned


def test_clean_on_one_line() -> None:
    assert clean(" Ailsa\n\tExample ", lines=False) == "Ailsa Example"


@given(ANY_TEXT)
def test_clean_gives_text_that_cannot_act(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    for character in cleaned:
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cs")
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"
    assert cleaned == "\n".join(" ".join(line.split()) for line in cleaned.split("\n"))


@given(ANY_TEXT)
def test_clean_twice_is_clean_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://EXAMPLE.ORG", "HTTP://EXAMPLE.ORG"),
        ("mailto:ailsa@council.example", "mailto:ailsa@council.example"),
        ('https://example.org/?q="x', "https://example.org/?q=%22x"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        (" \tjava\nscript:x", None),
        ("https://example.org/a b", None),
        ("https://exa\u202emple.org/", None),
        ("https:///etc/passwd", None),
        ("https://example.org/" + "a" * 5000, None),
        (None, None),
        (17, None),
    ],
)
def test_safe_url(url: object, safe: str | None) -> None:
    assert safe_url(url) == safe


def test_utc_refuses_what_leaves_the_calendar() -> None:
    assert utc(datetime(2026, 1, 1, 12)) == datetime(2026, 1, 1, 12, tzinfo=UTC)
    east = timezone(timedelta(hours=5))
    assert utc(datetime(1, 1, 1, tzinfo=east)) is None
    assert utc(datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))) is None


def test_a_post_is_never_later_than_it_was_heard() -> None:
    claimed = post(minute=90, received_at=at(3))
    assert claimed.sort_at == at(3)
    assert post(minute=2, received_at=at(3)).sort_at == at(2)
    assert post(minute=2).sort_at == at(2)


def test_network_and_remarks() -> None:
    assert post("mastodon:https://a.example/1").network == "mastodon"
    assert post("room:1").is_remark
    assert not post("1").is_remark


def test_an_edit_moves_no_post_in_time() -> None:
    old = post("1", "Wrods", 2, received_at=at(3), aliases=("x:9",))
    new = post("2", "Words", 8, received_at=at(8), aliases=("x:2",)).succeeding(old)
    assert (new.id, new.text, new.sort_at) == ("x:1", "Words", at(2))
    assert new.aliases == ("x:9", "x:2")


def test_of_a_deleted_post_only_its_place_stays() -> None:
    gone = post("1", "Words", 2, reply_to="x:0", hashtags=("tartantm",), url="https://x.com/i/1")
    assert gone.emptied().text == ""
    assert gone.emptied().url is None
    assert gone.emptied().hashtags == ()
    assert gone.emptied().reply_to == "x:0"


def test_no_letter_has_more_than_a_hundred_marks() -> None:
    # To put marks of two kinds in order takes quadratic time: a minute for 100,000.
    assert len(clean("a" + "\u0301\u0316" * 50_000)) <= 101
    stacked = "Z" + "\u0316\u0301" * 36
    assert unicodedata.normalize("NFC", stacked) == clean(stacked)
    assert len(stacked) - len(clean(stacked)) <= 1
    assert clean("e\u0301" * 50) == "é" * 50
    assert clean("🏴" * 50) == "🏴" * 50


def test_every_mark_is_looked_for() -> None:
    marks = [chr(code) for code in range(0x300, 0x20000) if unicodedata.combining(chr(code))]
    assert not [each for each in marks if re.match(r"[\w\s]", each)]


@pytest.mark.parametrize("written", ["chat", "#chat", "＃chat", "﹟chat", " ##＃chat "])
def test_a_hashtag_stands_without_its_sign(written: str) -> None:
    assert bare_hashtag(written) == "chat"
    assert not any(map(is_hashtag, HASH_SIGNS))


def test_signs_are_taken_off_hashtags_in_one_place() -> None:
    for path in Path(tartantm.__file__).parent.rglob("*.py"):
        assert not re.search(r"""\.lstrip\(["'][#＃]""", path.read_text("utf-8")), path
