"""Addresses, handles and hashtags are taken as a whole, and name whom they may name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.folding import fold
from tartantm.core.tokens import _tokens, handle_key, named_in, tokens


@pytest.fixture(autouse=True, scope="module")
def nothing_remembered() -> None:
    """What was found before would hide that it is not found now, from `mutants.py` at least."""
    _tokens.cache_clear()
    named_in.cache_clear()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.example/b now", [("address", "https://a.example/b")]),
        ("AT://did:plc:a/b “at://c”", [("address", "AT://did:plc:a/b"), ("address", "at://c")]),
        ("to a.b+c@d.example!", [("mail", "a.b+c@d.example")]),
        ("@a @b.c@d.example.", [("handle", "@a"), ("handle", "@b.c@d.example")]),
        ("#one-page #b", [("hashtag", "#one-page"), ("hashtag", "#b")]),
        ("a.example/b c.d", [("domain", "a.example/b"), ("domain", "c.d")]),
        ("@a#b", [("handle", "@a"), ("hashtag", "#b")]),
        ("é @is\u200bla é#b\u00adc", [("handle", "@is\u200bla"), ("hashtag", "#b\u00adc")]),
        ("\u200b@a\u200b, @b\u200b", [("handle", "@a"), ("handle", "@b")]),
        ("é @a", [("handle", "@a")]),
        ("@ # . :// @a", [("handle", "@a")]),
        ("&#64;is&shy;la, &commat;b", [("handle", "&#64;is&shy;la"), ("handle", "&commat;b")]),
        ("&#65;ilsa &#35;one &c #b&amp;c", [("hashtag", "&#35;one"), ("hashtag", "#b")]),
        ("a&period;example/b &nbsp;", [("domain", "a&period;example/b")]),
        ("http://a?b&amp;c&gt;d&shy;e f", [("address", "http://a?b&amp;c&gt;d&shy;e")]),
        ("@a&nbsp;b &alpha;", [("handle", "@a")]),
        ("#a.b c", [("hashtag", "#a")]),
        ("none", []),
        ("", []),
    ],
)
def test_each_token_is_found_as_a_whole(text: str, found: list[tuple[str, str]]) -> None:
    assert [(kind, text[start:end]) for kind, start, end in tokens(text)] == found


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("@Morag", "morag"),
        ("  ＠Mòrag@M.example. ", "morag@m.example"),
        ("mo\u200brag_x-y", "morag_x-y"),
        ("(.@morag’)", "morag"),
        ("...", ""),
        ("xxmoragxx", "xxmoragxx"),
        ("XMorag X", "xmoragx"),
    ],
)
def test_handles_are_compared_without_what_is_around_them(written: str, key: str) -> None:
    assert handle_key(written) == key


@pytest.mark.parametrize(
    ("kind", "token", "named"),
    [
        ("hashtag", "#morag", ()),
        ("handle", "@morag", ("morag",)),
        ("handle", "@_morag-", ("_morag-", "morag")),
        ("handle", "@morag@isla", ("morag@isla", "morag", "isla")),
        ("handle", "@morag@m.example", ("morag@m.example",)),
        ("handle", "@morag.Thanks.So", ("morag.thanks.so", "morag")),
        ("handle", "@Morag@m.example.Thanks", ("morag@m.example.thanks", "morag@m.example")),
        ("handle", "@_", ("_",)),
        ("mail", "Morag@m.example", ("morag@m.example",)),
        ("address", "https://m.example/@Morag/a?b=isla", ("https", "m.example", "morag", "isla")),
        ("domain", "m.example/morag#x,yz", ("m.example", "morag", "yz")),
    ],
)
def test_a_token_names_whom_it_may_name(kind: str, token: str, named: tuple[str, ...]) -> None:
    assert named_in(kind, token) == named


@pytest.mark.parametrize(
    ("kind", "token"),
    [
        ("handle", "&#64;ai&shy;lsa"),
        ("handle", "&commat;&#65;ilsa"),
        ("address", "https://x.example/&#97;i&shy;lsa?a&amp;b"),
        ("address", "https://x.example/a&gt;ailsa"),
        ("domain", "x.example/&#65;ilsa"),
    ],
)
def test_references_are_read_in_who_is_named(kind: str, token: str) -> None:
    assert "ailsa" in named_in(kind, token)


@given(st.lists(st.sampled_from(["@", "&#64;", "a", "&shy;", ".", "&period;", "&", "&nbsp;", "é"])))
def test_a_token_with_references_is_that_of_what_is_read(parts: list[str]) -> None:
    text = "".join(parts)
    for kind, start, end in tokens(text):
        assert 0 <= start < end <= len(text)
        read = fold(text[start:end])
        assert [(each, read[first:last]) for each, first, last in tokens(read)] == [(kind, read)]
