"""A text is looked through for many words at once, by letters of each that are rare."""

from __future__ import annotations

import pytest

from tartantm.core.word_lookup import any_of, probe_of


@pytest.mark.parametrize(
    ("plain", "probe"),
    [
        ("", ""),
        ("az", "az"),
        ("ailsa", "ailsa"),
        ("azaaaa", "azaaaa"),
        ("azaaaaaaa", "zaaaaaaa"),
        ("aazaaaaaa", "aazaaaaaa"),
        ("aazaaaaaaa", "zaaaaaaa"),
        ("aaazaaaaaa", "aaazaaaaaa"),
        ("moragnicleoid", "gnicleoid"),
        ("a" * 21 + "z" + "a" * 8, "z" + "a" * 8),
        ("a" * 22 + "z" + "a" * 7, "a" * 12),
        ("z" + "a" * 29, "z" + "a" * 11),
        ("zж" + "a" * 12, "ж" + "a" * 11),
        ("aжaж" + "a" * 8, "жaж" + "a" * 8),
    ],
)
def test_letters_begin_with_the_rarest_that_leaves_enough_of_them(plain: str, probe: str) -> None:
    assert probe_of(plain) == probe


def found(text: str, *probes: str) -> str | None:
    match = any_of(probes).search(text)
    return match and match[0]


def test_the_longest_that_stands_there_is_found() -> None:
    assert found("xabcd", "ab", "abc") == found("xabcd", "abc", "ab") == "abc"
    assert found("abd", "abc", "ab") == "ab"
    assert found("acd", "ab", "ac", "b") == "ac"
    assert found("ad", "ab", "a", "ac") == "a"
    assert found("acd", "ab", "b") is None
    assert found("ab", "abc", "abd") is None


def test_signs_are_signs() -> None:
    assert found("abc", "a.c") is None
    assert found("a.c|", "a.c") == "a.c" and found("|", "|", "a") == "|"
