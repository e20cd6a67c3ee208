"""What is found by which words, and what is highlighted in the text as it was written."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.folding import Folded, fold, folded_character, is_sign, plain
from tartantm.core.post import Link, Media
from tartantm.moderation.search import Highlight, Query
from tests.builders import captured, chat_of, post


def finds(text: str, words: str) -> bool:
    chat = chat_of(*captured(post("1", text)))
    return Query(chat, words).matches(chat.entries["x:1"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *(("Gàidhlig: Mòran taing, a chàirdean!", words) for words in ("gaidhlig", "MORAN taing")),
        ("Moran taing", "Mòran"),
        ("Mo\u0300ran taing", "mòran"),
        ("Mòran taing", "Mo\u0300ran"),
        ("the café in Straße", "CAFE strasse"),
        ("die Strasse", "straße"),
        ("GROẞE", "grosse"),
        ("naïve questions", "naive"),
        ("Łódź", "lodz"),
        ("Lodz", "łódź"),
        ("İstanbul ve ISPARTA", "istanbul ısparta"),
        ("istanbul", "İSTANBUL"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("full width", "ｆｕｌｌ　ｗｉｄｔｈ"),
        ("ﬁne", "fine"),
        ("in\u00advis\u200bible", "invisible"),
        ("invisible", "invis\u200bible"),
        ("#TartanTM evening", "tartantm"),
        ("tartantm evening", "#TartanTM"),
        ("＃Mòran", "#moran"),
        ("see gov.example/one-page", "https://gov.example/one-page".partition("//")[2]),
        ("see https://gov.example/caf%C3%A9?a=1", "gov.example café"),
        ("ask @ailsa@m.example", "@Ailsa@M.example"),
        ("ask ailsa_example", "ailsa-example"),
        ("an e-mail", "email"),
        ("an email", "e-mail"),
        ("an e\u2011mail \u2013 no", "e-mail"),
        ("don’t", "don't"),
        ("**bold** _words_", "bold words"),
        ("<Ailsa> Good evening", "ailsa"),
        ("a sunflower 🌻", "🌻"),
        ("👍🏽 yes", "👍"),
        ("Why? :)", "? :)"),
        ("What？", "?"),
        ("C++ and $5", "c++ $5"),
        ("日本語", "本語"),
        ("Привет", "привет"),
        ("ΣΊΣΥΦΟΣ", "σισυφος"),
        ("مُحَمَّد", "محمد"),
        ("محمد", "مُحَمَّد"),
        ("محمـــد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("क़लम", "कलम"),
        ("ガギグ", "カキク"),
        ("anything", ""),
        ("anything", "  "),
    ],
)
def test_found(text: str, words: str) -> None:
    assert finds(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one page", "onepage"),
        ("one\npage", "onepage"),
        ("one\u00a0page", "onepage"),
        ("Why.", "?"),
        ("hello", "hello :)"),
        ("sunflower", "🌻"),
        ("word", "other"),
        ("one", "one two"),
        ("C and 5", "c++"),
        ("日本", "日本語"),
        ("कि", "का"),
    ],
)
def test_not_found(text: str, words: str) -> None:
    assert not finds(text, words)


def test_every_part_of_a_post_is_searched() -> None:
    there = post(
        "1",
        "Words",
        author="isla",
        content_warning="Fòod",
        links=(Link("https://gov.example/caf%C3%A9", "gov.example/…", "Our Òne Page"),),
        media=(Media("image", None, "A whiteboard"), Media("video")),
        venue="The Made-up Thistle",
    )
    chat = chat_of(*captured(there), ev.Noted("x:1", "Ask hèr"))
    entry = chat.entries["x:1"]
    for words in (
        *("words", "isla example", "@isla", "host", "x", "food", "gov.example/café", "one page"),
        *("whiteboard", "made-up thistle", "ask her", "madeup whiteboard food her"),
    ):
        assert Query(chat, words).matches(entry), words
    assert not Query(chat, "example words parrots").matches(entry)


def shown(typed: str, line: str) -> list[str]:
    return [line[start:end] for start, end in Highlight(typed).spans(line)]


@pytest.mark.parametrize(
    ("typed", "line", "found"),
    [
        ("moran", "Mòran, MORAN and Mo\u0300ran!", ["Mòran", "MORAN", "Mo\u0300ran"]),
        ("moran", "mora\u0303n\u0304 x", ["mora\u0303n\u0304"]),
        ("Mòran", "moran", ["moran"]),
        ("strasse", "in Straße 5", ["Straße"]),
        ("s", "ß", ["ß"]),
        ("email", "an E-mail", ["E-mail"]),
        ("e-mail", "an email", ["email"]),
        ("full", "Ｆｕｌｌ width", ["Ｆｕｌｌ"]),
        ("fine", "ﬁne", ["ﬁne"]),
        ("tartantm", "#TartanTM!", ["TartanTM"]),
        ("a.b c", "A.B and C, but not axb", ["A.B", "C"]),
        ("one page", "onepage", ["one", "page"]),
        ("on one", "one on", ["one", "on"]),
        ("?", "Why? What？", ["?", "？"]),
        ("🌻", "sun 🌻🌻", ["🌻", "🌻"]),
        ("cafe", "x/caf%C3%A9/y", ["caf%C3%A9"]),
        ("invisible", "in\u00advis\u200bible", ["in\u00advis\u200bible"]),
        ("محمد", "أ مُحَمَّدٌ ب", ["مُحَمَّدٌ"]),
        ("かき", "がぎ!", ["がぎ"]),
        ("かき", "か\u3099き\u3099 x", ["か\u3099き\u3099"]),
        ("dont", "don’t’", ["don’t"]),
        ("", "anything", []),
        ("other", "anything", []),
    ],
)
def test_what_is_highlighted(typed: str, line: str, found: list[str]) -> None:
    assert shown(typed, line) == found


ODD = st.text("abAßé本 -.?\u0301\u200bＡ\u00ad%4<>🌻", max_size=9)


@given(ODD, ODD)
@example("%4", "%41")
def test_what_is_highlighted_is_what_was_typed(typed: str, line: str) -> None:
    spans = Highlight(typed).spans(line)
    assert all(start < end <= len(line) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    words = plain(typed).split()
    for start, end in spans:
        part = line[start:end]
        assert any(word in plain(part) for word in words) or fold(part)


@given(st.text(max_size=30), st.text(max_size=5))
def test_a_text_has_every_stretch_of_itself(text: str, more: str) -> None:
    words = [word for word in fold(text).split() if word]
    whole = plain(text + " " + more)
    assert all(plain(word) in whole for word in words if "%" not in word)


@given(st.text("aÀß本%4C3<>-_’\u0301 ", max_size=20))
def test_plain_is_folded_without_signs_and_however_many_are_replaced(text: str) -> None:
    assert b"-" not in plain(text) and plain(text) == plain(text.upper().lower())
    many = "".join(map(chr, range(0xC0, 0x180)))
    assert plain(text + many).startswith(plain(text)) or "%" in text
    assert is_sign("’") and is_sign("-") and not is_sign("a") and not is_sign("🌻")


@given(st.text("aÀßİΣ本%4C3FF<>b/-_’\u0301\u200b ", max_size=24))
@example("%FF%41")
@example("<b>%C3%A9%3Cb%3E</b>")
def test_texts_are_folded_alike_however_quickly(text: str) -> None:
    folded = Folded(text).text
    assert fold(text) == folded
    if "<" not in text:
        assert plain(text).decode() == "".join(each for each in folded if not is_sign(each))


def test_every_character_is_folded_alike_in_lower_case() -> None:
    for each in map(chr, range(0x20000)):
        assert folded_character(each) == "".join(map(folded_character, each.lower())), hex(
            ord(each)
        )
