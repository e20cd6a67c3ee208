"""One host, however it is spelt; two hosts never become one."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.hosts import host_of


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("good.example", "good.example"),
        ("GOOD.Example:443", "good.example"),
        ("good.example.", "good.example"),
        ("good.example.:443/users/a", "good.example"),
        ("good.example:80/17", "good.example"),
        ("https://good.example:80", "good.example:80"),
        ("good.example:", "good.example"),
        ("http://good.example:80", "good.example"),
        ("HTTP://good.example:080/17", "good.example"),
        ("http://good.example:443", "good.example:443"),
        ("https://good.example:443?a", "good.example"),
        ("wss://good.example:443#a", "good.example"),
        ("https://me:secret@good.example/feed", "good.example"),
        ("https://good.example/x//evil.example", "good.example"),
        ("https://good.example\\@evil.example/", "good.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER。example", "xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example:443/@a", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("strasse.example", "strasse.example"),
        ("http://[::1]:4190", "[::1]:4190"),
        ("http://[0:0::1]", "[::1]"),
        ("[::1", "[::1"),
        ("good.example:http", "good.example:http"),
        ("a\u0301\u0301..example", "a\u0301\u0301..example"),
        ("é" * 300, "é" * 300),
        ("", ""),
    ],
)
def test_each_spelling_of_a_host_is_one(address: str, host: str) -> None:
    assert host_of(address) == host


@given(st.text(max_size=40))
def test_any_text_can_be_compared(text: str) -> None:
    assert not set("/?#@") & set(host_of(f"https://{text}"))
    assert host_of(f"https://{text}") == host_of(f"HTTPS://{text}/@a")


labels = st.from_regex(r"[a-zA-Zäöüéñ]([a-z0-9äöü]{0,5}[a-z0-9])?", fullmatch=True)


@given(labels, st.sampled_from(["http", "https"]), st.sampled_from(["", ":80", ":443", ":4190"]))
def test_it_is_the_host_that_requests_go_to(label: str, scheme: str, port: str) -> None:
    address = f"{scheme}://{label}.example{port}/@a"
    url = httpx.URL(address)
    assert host_of(address) == url.netloc.decode("ascii")
