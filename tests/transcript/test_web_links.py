"""URLs in posts: what is a link, and that none looks as if it led to another host."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.core.post import Link
from tartantm.transcript.web_links import Span, link_spans, shared_urls, url_host, web_url

ODD = " \n\nab\u202e\u0301e\u00a0\u2028\ud83d\U000e0067\ufeff👏"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example", "https://a.example"),
        ("(https://a.example/b)", "https://a.example/b"),
        ("https://a.example/b_(c)", "https://a.example/b_(c)"),
        ("https://a.example/b.", "https://a.example/b"),
        ("“https://a.example/b”", "https://a.example/b"),
        ("HTTPS://A.example/b!?", "HTTPS://A.example/b"),
        ("http://10.1.2.3:8080/x", "http://10.1.2.3:8080/x"),
    ],
)
def test_addresses_in_text_are_links(text: str, url: str) -> None:
    found = [date_range for date_range in link_spans(text) if date_range.url]
    assert [date_range.url for date_range in found] == [url] and "".join(
        s.text for s in link_spans(text)
    ) == text


@pytest.mark.parametrize(
    "text",
    [
        "https://bank.example@evil.example/",
        "https://bank.example\\@evil.example/",
        "https://bank.example:443@evil.example",
        "https://0x7f.1/",
        "https://1.2/",
        "https://localhost/x",
        "https://bücher.example/",
        "https://[::1]/",
        "https://a_b.example/",
        "javascript:alert(1)//https:",
        "https://",
    ],
)
def test_what_could_mislead_stays_text(text: str) -> None:
    assert link_spans(text) == [Span(text)] and shared_urls(text) == []


@pytest.mark.parametrize(
    ("shown", "url", "becomes"),
    [
        ("gov.example/long…", "https://gov.example/long/path", [("gov.example/long…", True)]),
        ("www.gov.example/x", "https://gov.example/x", [("www.gov.example/x", True)]),
        ("our page", "https://gov.example/x", [("our page (gov.example)", True)]),
        (
            "https://bank.example",
            "https://evil.example/x",
            [("https://bank.example (", False), ("evil.example/x", True), (")", False)],
        ),
        (
            "see bank.example now",
            "https://evil.example/",
            [("see bank.example now (", False), ("evil.example/", True), (")", False)],
        ),
        (
            "bank.example/evil.example",
            "https://evil.example/",
            [("bank.example/evil.example (", False), ("evil.example/", True), (")", False)],
        ),
        ("https://t.co/abc", "https://gov.example/x", [("https://gov.example/x", True)]),
        ("#tag", "https://gov.example/tag", [("#tag", False)]),
        ("@ailsa", "https://gov.example/@ailsa", [("@ailsa", False)]),
        ("write to us", "mailto:a@b.example", [("write to us", False)]),
        ("click", "javascript:alert(1)", [("click", False)]),
    ],
)
def test_a_link_s_own_wording(shown: str, url: str, becomes: list[tuple[str, bool]]) -> None:
    found = link_spans(f"a {shown} b", (Link(url, shown),))
    joined = [(date_range.text, bool(date_range.url)) for date_range in found]
    if len(becomes) == 1 and not becomes[0][1]:
        assert not any(date_range.url for date_range in found)
    else:
        start = [(f"a {becomes[0][0]}", False)] if not becomes[0][1] else []
        assert [one for one in joined if one[1]] == [one for one in becomes if one[1]]
        assert "".join(text for text, _ in joined) == f"a {''.join(t for t, _ in becomes)} b", start


HOSTS = st.sampled_from(("a.example", "b.example", "www.a.example", "t.co", "a.example.b.example"))
SHOWN = st.text(st.sampled_from("a.exmplb/ :@#wt…?co\\1-_"), max_size=25)


@given(SHOWN, HOSTS, HOSTS, st.text(st.sampled_from("a /?#.@\\x"), max_size=8))
@settings(max_examples=600, deadline=None)
def test_no_link_looks_as_if_it_led_to_another_host(
    shown: str, there: str, named: str, rest: str
) -> None:
    shown = " ".join(f"{shown}https://{named}{rest}".split())
    for text, url in link_spans(f"x {shown} y", (Link(f"https://{there}/p", shown),)):
        read = re.match(r"\s*https?://([^/?#\s\"'<>]+)", text)
        if url and read:
            assert urlsplit(url).netloc.casefold() == read[1].casefold()


def test_every_occurrence_is_a_link_and_none_overlaps() -> None:
    links = (Link("https://a.example/x", "a.example"), Link("https://a.example/y", "example"))
    found = link_spans("a.example and a.example", links)
    assert [date_range.url for date_range in found if date_range.url] == ["https://a.example/x"] * 2


def test_shared_urls_have_titles_and_count_once() -> None:
    links = (Link("https://a.example/long", "https://t.co/1", "A page"),)
    assert shared_urls("see https://t.co/1 and https://b.example", links) == [
        ("https://a.example/long", "A page"),
        ("https://b.example", ""),
    ]


def test_only_web_urls_are_fit_to_be_linked() -> None:
    assert web_url('https://a.example/"x') == "https://a.example/%22x"
    assert web_url("https://a.example/%s?a[]=%20#b#c") == "https://a.example/%25s?a%5B%5D=%20#b%23c"
    assert web_url("https://a.example/JavaScript:x:y") == "https://a.example/JavaScript%3Ax:y"
    assert web_url("https://a.example/a b") is None and web_url("mailto:a@b.example") is None
    assert web_url(None) is None and url_host("https://A.example:80/") == "a.example:80"


def test_long_runs_take_no_long_time() -> None:
    for text in (")" * 20_000, "a" * 20_000, "a." * 10_000, "https://" * 3_000, "-" * 20_000):
        link_spans(f"https://a.example/{text}", (Link("https://a.example/", text),))
