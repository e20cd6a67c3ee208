"""Two spellings are one wherever only what people do not see, or do not mean, sets them apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core import folding
from tartantm.core.folding import (
    Folded,
    fold,
    is_point,
    is_sign,
    letters,
    plain,
    spelling,
    without_tags,
    words,
)


@pytest.fixture(autouse=True, scope="module")
def nothing_remembered() -> None:
    """What was found before would hide that it is not found now, from `mutants.py` at least."""
    for function in vars(folding).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


NAMES = st.text(alphabet="abcdefghijklmnoprstuvwyzàéïöñç ", min_size=1, max_size=20).filter(
    lambda text: bool(letters(text))
)

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u034f\ufe0f\u115f\u3164\u2800"


NAMED = {
    **{" ": "&nbsp;", "à": "&agrave;", "é": "&eacute;", "ï": "&iuml;"},
    **{"ö": "&ouml;", "ç": "&ccedil;", "ñ": "&ntilde;"},
}


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def bold(text: str) -> str:
    return "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in text)


DECORATIONS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "full width": full_width,
    "bold": bold,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "accents": lambda text: "".join(f"{c}\u0301" if c.isalpha() else c for c in text),
    "invisible": lambda text: "".join(
        f"{c}{sign}" for c, sign in zip(text, INVISIBLE * 9, strict=False)
    ),
    "markup": lambda text: f"**{text}**",
    "tags": lambda text: "".join(f"<b>{c}</b>" for c in text),
    "elements": lambda text: "".join(f"<Br />{c}<!-- -->" for c in text),
    "encoded": quote,
    "references": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "hexadecimal": lambda text: "".join(f"&#x{ord(c):X};" for c in text),
    "named references": lambda text: "&shy;".join(NAMED.get(c, c) for c in text),
    "separated": lambda text: "-".join(text),
    "underlined": lambda text: text.replace(" ", "_"),
    "isolated": lambda text: f"\u2067{text}\u2069",
}


@pytest.mark.parametrize("decorate", DECORATIONS.values(), ids=DECORATIONS)
@given(name=NAMES)
def test_decorated_spellings_have_the_same_letters(
    decorate: Callable[[str], str], name: str
) -> None:
    assert letters(decorate(name)) == letters(name)


@pytest.mark.parametrize("kind", [kind for kind in DECORATIONS if kind != "accents"])
@given(name=NAMES)
def test_only_other_accents_are_another_spelling(kind: str, name: str) -> None:
    assert spelling(DECORATIONS[kind](name)) == spelling(name)


PARTS = [
    *("&", "#", ";", "x", "4", "6", "&#65;", "&#x301;", "&#0;", "&nbsp;", "&shy;", "&eacute;"),
    *("&amp;", "&alpha;", "&fjlig;", "&lt;", "<", ">", "<b>", "</Br >", "<q ", "a", "É", " ", "="),
    *('"', "<!--", "-->", "-", "\u200b", "%41", "%", "nbsp;"),
]
"""Of which markup and character references are, whole and broken."""


@given(st.text(max_size=60) | st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_letters_are_those_of_the_folded_text(text: str) -> None:
    folded = Folded(text)
    assert "".join(each for each in folded.text if each.isalnum()) == letters(text)
    assert folded.text == fold(text)
    assert letters(letters(text)) == letters(text)


@given(
    st.text(alphabet="aBcé -%41<b>\u200b＠\n", max_size=30)
    | st.lists(st.sampled_from(["%C3", "%a9", "%FF", "%41", "%", "c"])).map("".join)
    | st.lists(st.sampled_from(PARTS), max_size=12).map("".join)
)
def test_every_place_leads_back_to_the_original(text: str) -> None:
    folded = Folded(text)
    last = 0
    for index in range(len(folded.text)):
        start, end = folded.span(index, index + 1)
        assert 0 <= start < end <= len(text) and start >= last
        last = start
        assert folded.text[index] in fold(text[start:end])


def test_accents_count_for_the_spelling_alone() -> None:
    assert letters("Mòrag NicLeòid") == letters("MORAG nicleoid") == "moragnicleoid"
    assert spelling("Mòrag") == spelling("MÒRAG") == spelling("Mo\u0300rag") != spelling("Morag")
    assert spelling("Mòrag") != spelling("Mórag")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łukasz Bjørn", "lukasz bjorn"),
        ("Straße", "STRASSE"),
        ("Ægir Þór", "aegir thor"),
        ("ﬁne", "fine"),
        ("İstanbul", "istanbul"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("محمـــد عـلـي", "محمد علي"),
    ],
)
def test_letters_without_a_key_are_the_plain_ones(one: str, other: str) -> None:
    assert letters(one) == letters(other)


UNSEEN = "\u00ad\u034f\u115f\u17b4\u200b\u2067\u2800\u3164\ufe00\ufe0f\U000e0100\U000e01ef"
ACCENTS = "\u0300\u036f\u1ab0\u1aff\u1dc0\u1dff\u20d0\u20ff\ufe20\ufe2f"


@pytest.mark.parametrize("sign", UNSEEN + ACCENTS, ids=lambda sign: f"{ord(sign):x}")
def test_nothing_stands_for_what_nobody_sees_and_for_accents(sign: str) -> None:
    assert fold(f"a{sign}b") == Folded(f"a{sign}b").text == "ab"
    assert plain(f"a{sign}b") == b"ab"
    assert fold(sign) == fold(2 * sign) == ""


@pytest.mark.parametrize(
    "sign", "\u02ff\u1b05\u1e9b\u2117\U000e0080\U000e01f0", ids=lambda sign: f"{ord(sign):x}"
)
def test_what_stands_beside_accents_among_signs_is_seen(sign: str) -> None:
    assert fold(f"a{sign}b") not in ("ab", "a b")


@pytest.mark.parametrize(
    "sign", "\u0640\u07fa\u180a\ufe73\u02d0\u02d1", ids=lambda sign: f"{ord(sign):x}"
)
def test_what_only_lengthens_a_letter_is_nothing(sign: str) -> None:
    assert letters(f"a{sign}b") == spelling(f"a{sign * 3}b") == "ab"
    assert plain(f"a{sign}b") == b"ab" and words(f"a{sign}b") == ["ab"]


@pytest.mark.parametrize(
    "sign", "\u063f\u0641\u07f9\u02cf\u02d2", ids=lambda sign: f"{ord(sign):x}"
)
def test_what_stands_beside_these_among_signs_is_seen(sign: str) -> None:
    assert fold(f"a{sign}b") != "ab"


@pytest.mark.parametrize(
    ("pointed", "bare"),
    [
        ("مُحَمَّد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("क़लम", "कलम"),
        ("がギ", "かキ"),
        ("น้ำ", "นำ"),
    ],
)
def test_a_search_leaves_out_points_on_letters(pointed: str, bare: str) -> None:
    assert plain(pointed) == plain(bare)
    assert plain("कि") != plain("क") != plain("का")


@pytest.mark.parametrize(
    ("character", "is_one"),
    [("\u0301", True), ("\u0336", True), ("\u093c", True), ("\u0e34", False), ("a", False)],
)
def test_points_stand_on_letters(character: str, is_one: bool) -> None:
    assert is_point(character) is is_one
    assert not is_one or is_sign(character)


def test_vowel_signs_of_other_scripts_are_letters() -> None:
    assert fold("हिन्दी") != fold("हनद")
    assert words("हिन्दी")


def test_what_is_not_encoded_stays() -> None:
    assert fold("100% of %zz %ff") == "100% of %zz %ff"
    assert fold("a%C3%A9b") == "aeb"
    assert letters("1 < 2 and 3 > 2") == "12and32"


@pytest.mark.parametrize(
    "text",
    [
        "<Morag> Hello",
        "Write <morag@e.example>",
        "<https://e.example/morag>",
        "<b-morag>",
        "<morag/>",
    ],
)
def test_only_markup_of_pages_is_no_word(text: str) -> None:
    seen = Folded(text)
    start = seen.text.index("morag")
    assert text[slice(*seen.span(start, start + 5))].lower() == "morag"
    assert "morag" in letters(text) and "morag" in spelling(text) and "morag" in words(text)


@pytest.mark.parametrize(
    "tag", ["<b>", "</EM>", "<br/>", "<br />", "<Br>", "<hR\n/>", "<H1\n>", "<!-- -->", "<!---->"]
)
def test_markup_of_pages_parts_no_word(tag: str) -> None:
    assert letters(f"Mo{tag}rag") == spelling(f"Mo{tag}rag") == "morag"
    assert fold(f"Mo{tag}rag") == Folded(f"Mo{tag}rag").text == "mo*rag"
    assert Folded(f"Mo{tag}rag").span(0, 4) == (0, len(tag) + 3)


@pytest.mark.parametrize(
    "text",
    [
        'has <img alt="Ailsa Example">',
        "<q ailsa example>",
        '<p class="ailsa  example"/>',
        "<s Àilsa Example>",
        "</b AILSA<br>EXAMPLE>",
        '<a href="https://x.example/ailsa-example">here</a>',
        "<!-- Ailsa Example -->",
        "<!--Ailsa-Example-->",
    ],
)
def test_words_of_a_tag_are_compared(text: str) -> None:
    assert "ailsaexample" in letters(text) and "ailsaexample" in Folded(text).letters[0]
    assert {"ailsa", "example"} <= set(words(text))
    seen = Folded(text)
    plain, at = seen.letters
    first = plain.index("ailsaexample")
    start, end = seen.span(at[first], at[first + 11] + 1)
    assert fold(text[start:end]).startswith("ailsa") and fold(text[start:end]).endswith("example")


@pytest.mark.parametrize("element", ["Li", "Del", "Em", "Small", "Strong"])
def test_an_element_that_is_written_like_a_name_may_be_one(element: str) -> None:
    assert letters(f"<{element}> Hello") == f"{element.lower()}hello"
    assert letters(f"<{element.lower()}></{element.upper()}> Hello") == "hello"


def test_of_a_tag_with_words_a_bracket_is_left() -> None:
    text = 'a<b c="d">e<!-- f --><b><g h>'
    shown, at = without_tags(text)
    assert shown == "a>e><b><g h>"
    assert shown == "".join(text[index] for index in at)


def test_other_letters_are_no_element() -> None:
    assert letters("<ſ>") == "s" and letters("<\u212abd>") == "kbd"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ailsa&nbsp;Example", "ailsa example"),
        ("Ailsa&Tab;Example&NewLine;", "ailsa\texample\n"),
        ("Ail&shy;sa&ZeroWidthSpace;", "ailsa"),
        ("&#65;ilsa &#x45;xample &#X45;x", "ailsa example ex"),
        ("&Eacute;l&#243;&amp;&lt;b&gt;", "elo&<b>"),
        ("&fflig;&trade;&hellip;&ldquo;", "fftm...“"),
        ("&#913;&#128123;&#146;", "α👻’"),
        ("&amp;nbsp; %26nbsp; &#37;41", "&nbsp; &nbsp; %41"),
    ],
)
def test_character_references_are_read(text: str, shown: str) -> None:
    assert fold(text) == Folded(text).text == shown
    assert plain(text).decode() == "".join(each for each in shown if not is_sign(each))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "&",
            "a & b",
            "&c",
            "a&c.",
            "&c;",
            "&ailsa;",
            "&ampersand;",
            "&copyx;",
            "&nbsp",
            "&amp x",
        ),
        *(
            "&nbsp ;",
            "&#;",
            "&#x;",
            "&#0;",
            "&#1;",
            "&#xd800;",
            "&#99999999;",
            "&#012345678;",
            "&#6a;",
        ),
        *("&alpha;", "&phone;", "&copy;", "&in;", "&#" + 5000 * "9" + ";", "&" + 40 * "a" + ";"),
    ],
)
def test_what_is_no_reference_or_a_word_stays(text: str) -> None:
    assert fold(text) == Folded(text).text == text
    assert letters(text) == "".join(filter(str.isalnum, text)) == spelling(text)


def test_a_reference_has_the_place_of_all_of_it() -> None:
    seen = Folded("x&#65;&shy;b&fjlig;&phone;")
    assert seen.text == "xabfj&phone;"
    assert [seen.span(n, n + 1) for n in range(6)] == [
        *((0, 1), (1, 6), (11, 12), (12, 19), (12, 19), (19, 20)),
    ]
    assert seen.span(0, 3) == (0, 12)
    assert spelling("&eacute;") == spelling("e&#769;") == spelling("é")


@pytest.mark.parametrize("text", ["Q&A", "1 < 2", "100 %", "À & <Ailsa>", "&c."])
def test_signs_that_begin_nothing_take_no_place_away(text: str) -> None:
    assert Folded(text).in_place


def test_words_are_parted_by_signs() -> None:
    assert words("Mòrag_NicLeòid, it’s #AilsaExample") == [
        *("morag", "nicleoid", "it", "s", "ailsaexample"),
    ]


def test_a_hump_begins_a_word() -> None:
    folded = Folded("#AilsaExample")
    assert [index for index in range(14) if folded.is_hump(index)] == [6]
    assert not Folded("AILSA").is_hump(1)


@given(st.text(alphabet="aZ09 éßŁİΣﬁ🌻\u0301\u200b%41<b>ª—", max_size=12))
def test_texts_that_keep_their_places_are_folded_as_any_other(text: str) -> None:
    seen, by_signs = Folded(text), [Folded(each) for each in text]
    if seen.in_place:
        assert seen.text == "".join(each.text for each in by_signs)
        assert [seen.span(n, n + 1) for n in range(len(text))] == [
            (n, n + 1) for n in range(len(text))
        ]
    plain, at = seen.letters
    assert plain == "".join(seen.text[index] for index in at) == letters(text)


def test_a_hump_is_a_capital_after_a_small_letter() -> None:
    assert Folded("aB").is_hump(1)
    assert not Folded("A<i>b").is_hump(0)
    assert Folded("%C3%A9B").text == "eb" and not Folded("aB").is_hump(2)
    assert Folded("<i>aB").is_hump(2)


def test_of_encoded_bytes_what_is_no_text_stays() -> None:
    assert fold("%ff%C3%A9b") == "%ffeb"
    assert fold("%ff%fe%C3%A9b") == "%ff%feeb"
    assert letters("x%ff%fe%C3%A9") == "xfffee"
    assert fold("%C3%A9%ff") == "e%ff"
    assert fold("M%C3%B2%ff%41ilsa%E2%82") == "mo%ffailsa%e2%82"


@pytest.mark.parametrize("beside", ["%ff%fe{}", "{}%ff%fe", "%C3{}%E2%82", "{}%80x{}"])
def test_bytes_that_are_no_text_hide_no_name_beside_them(beside: str) -> None:
    text = beside.format("%41ils%C3%A0", "%41ilsa")
    seen = Folded(text)
    start = seen.text.index("ailsa")
    assert seen.span(start, start + 5)[0] == text.index("%41")
    assert letters(text) == letters(seen.text) and b"ailsa" in plain(text)
    assert "ailsa" in letters(text) and "ailsa\u0300" in spelling(text)


def test_bytes_that_are_no_text_have_a_place_each_sign() -> None:
    seen = Folded("a%C3%A9%fF%42")
    assert seen.text == "ae%ffb"
    assert [seen.span(n, n + 1) for n in range(6)] == [
        *((0, 1), (1, 7), (7, 8), (8, 9), (9, 10), (10, 13)),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One-page #OnePage, one page", "onepage onepage one page"),
        ("C++ <Ailsa> Good—evening «Mòrag» 50%", "c++ <ailsa> goodevening morag 50"),
        ("a%C3%A9B", "aeb"),
        ("🌻 Straße ﬁne", "🌻 strasse fine"),
        ("１２ ＃tag", "12 tag"),
        ("\ud800x", "\ud800x"),
        ("".join(map(chr, range(0xE0, 0xF7))) + "—é\ud800", "aaaaaaaeceeeeiiiidnoooooe\ud800"),
        ("".join(map(chr, range(0x400, 0x430))) + "É\ud800", None),
    ],
)
def test_a_text_is_searched_without_signs(text: str, shown: str | None) -> None:
    wanted = "".join(each for each in fold(text) if not is_sign(each)) if shown is None else shown
    assert plain(text) == wanted.encode("utf-8", "surrogatepass")


def test_signs_are_punctuation_and_markup() -> None:
    assert all(map(is_sign, "-_`—«´“")) and not any(map(is_sign, "a$+<1é🌻 "))


def test_accents_and_emoji_stay_in_their_places() -> None:
    assert Folded("Morag").in_place and Folded("Mòrag 🌻").in_place
    for text in ("Mo\u0300rag", "<b>a", "a%41", "ﬁ"):
        assert not Folded(text).in_place
    assert Folded("a%C3%A9b").span(1, 2) == (1, 7)
    assert Folded("a%C3%A9b").span(0, 3) == (0, 8)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Mò<b>rag</b> %C3%A9_-\u3164\u200b", "mòragé"),
        ("Ma-ry 5", "mary5"),
        ("STRASSE", "strasse"),
    ],
)
def test_a_spelling_has_letters_digits_and_accents_alone(text: str, same: str) -> None:
    assert spelling(text) == unicodedata.normalize("NFKD", same)
    assert spelling("Straße") == spelling("STRASSE")


def test_what_is_unseen_is_so_without_what_was_folded_before() -> None:
    unseen = "\u034f\ufe00\ufe0f\U000e0100\U000e01ef\u00ad\u200b"
    assert all(map(folding._is_unseen, unseen))
    assert not any(map(folding._is_unseen, "a \u0301-🌻"))


def test_references_to_marks_are_as_few_as_marks() -> None:
    # To put marks of two kinds in order takes quadratic time.
    assert len(spelling("e" + "&#769;&#790;" * 5_000)) <= 101
