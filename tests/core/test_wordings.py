"""Names, handles and phrases are found however they are written, and nothing else is."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.folding import Folded, folded_character, letters, words
from tartantm.core.tokens import _TOKEN, named_in, tokens
from tartantm.core.wordings import Wordings

NAME = "Mòrag NicLeòid"


def morag() -> Wordings[str]:
    return Wordings([(NAME, NAME)], [("morag", "morag"), ("morag@m.example", "morag")])


def gone(text: str, wordings: Wordings[str] | None = None) -> str:
    return (wordings or morag()).replace(text, lambda found: "–")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Thanks Mòrag NicLeòid!", "Thanks –!"),
        ("Thanks MÒRAG  nicleòid", "Thanks –"),
        ("Mòrag\u200b Nic\u00adLeòid", "–"),
        ("Mo\u0300rag NicLeo\u0300id", "–"),
        ("**Mòrag** _NicLeòid_", "**–_"),
        ("**𝐌ò𝐫𝐚𝐠** NicLeòid", "**–"),
        ("Ｍòrag　NicLeòid", "–"),
        ("Mòrag\u00a0NicLeòid", "–"),
        ("Mòrag\nNicLeòid", "–"),
        ("Mòrag\u200f NicLeòid", "–"),
        ("Mòrag, NicLeòid", "–"),
        ("Dr Mòrag NicLeòid, MSc", "Dr –, MSc"),
        ("Mòrag NicLeòid's", "–'s"),
        ("#MòragNicLeòid and", "– and"),
        ("#mòragnicleòidfan and", "– and"),
        ("＃mòrag_nicleòid", "–"),
        ("MòragNicLeòid", "–"),
        ("see https://a.example/M%C3%B2rag-NicLe%C3%B2id?x=1 now", "see – now"),
        ("mail mòrag.nicleòid@council.example now", "mail – now"),
        ("mòrag.nicleòid.example/cv now", "– now"),
        ("Morag NicLeoid", "–"),
        ("at mòrag.nicleòid.example now", "at – now"),
        ("see Mòrag.NicLeòid.Example/CV now", "see – now"),
        ("Mòrag NicLeòid#tag", "–#tag"),
        ("Mòrag", "Mòrag"),
        ("NicLeòid, Mòrag", "NicLeòid, Mòrag"),
        ("xMòrag NicLeòidx", "xMòrag NicLeòidx"),
        ("Mòragnic leòid", "Mòragnic leòid"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, left: str) -> None:
    assert gone(text) == left


BLANKS_WITHIN = [
    ("王小明", "王 小 明", "–"),
    ("王小明", "王　小\n明", "–"),
    ("王小明", "他是王 小明先生", "他是–先生"),
    ("王小明", "*王* *小明*", "*–*"),
    ("王小明", "王。 小明", "王。 小明"),
    ("王小明", f"王{' ' * 20}小明", "–"),
    ("王小明", f"王{' ' * 21}小明", f"王{' ' * 21}小明"),
    ("王明", "国王 明 x", "国王 明 x"),
    ("王明", "x 王 明天", "x 王 明天"),
    ("王明", "看 国王 明!", "看 国王 明!"),
    ("王明", "(王 明天)", "(王 明天)"),
    ("王明", "(王 明)", "(–)"),
    ("王明", "王 明", "–"),
    ("山田太郎", "山田 太郎さん", "–さん"),
    ("がぎぐ", "が ぎ ぐ", "–"),
    ("김철수", "김 철수가", "–가"),
    ("김철수", "안김 철수가", "안김 철수가"),
    ("이지", "이 지금", "이 지금"),
    ("이지", "이 지", "–"),
    ("Ailsa", "Ail sa", "Ail sa"),
    ("นาดา", "นา ดา", "นา ดา"),
]
"""Names of China, Japan and Korea with blanks in them, and what is left of a text."""


@pytest.mark.parametrize(("name", "text", "left"), BLANKS_WITHIN)
def test_blanks_part_the_letters_of_names_of_china_japan_and_korea(
    name: str, text: str, left: str
) -> None:
    assert gone(text, Wordings([(name, name)])) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@morag hi", "– hi"),
        ("＠morag, ﹫morag", "–, –"),
        ("(@morag)", "(–)"),
        ("/@morag/", "/–/"),
        (".@morag.", ".–."),
        ("_@morag_", "_–"),
        ("@morag's", "–'s"),
        ("@morag.Thanks", "–"),
        ("@mo\u200brag", "–"),
        ("x@\u200bmorag", "x–"),
        ("@morag@isla", "–"),
        ("@morag@m.example", "–"),
        ("morag@m.example", "–"),
        ("https://m.example/@morag/1", "–"),
        ("m.example/morag", "–"),
        ("Ask morag", "Ask morag"),
        ("@morag@other.example", "@morag@other.example"),
        ("@morag2", "@morag2"),
        ("#morag", "#morag"),
    ],
)
def test_a_handle_is_found_where_a_handle_can_stand(text: str, left: str) -> None:
    assert gone(text) == left


def test_a_short_handle_is_no_part_of_an_address() -> None:
    short = Wordings([], [("a", "a")])
    assert gone("@a https://x.example/a/b", short) == "– https://x.example/a/b"


def test_accents_are_told_apart() -> None:
    found = morag().find("Mòrag NicLeòid, Morag NicLeoid")
    assert [each.exact for each in found] == [True, False]


def test_where_it_was_found_is_said() -> None:
    text = (
        "Mòrag NicLeòid #MòragNicLeòid @morag https://a.example/morag morag.nicleoid@b.example"
        " a.example/moragnicleoid"
    )
    assert [each.within for each in morag().find(text)] == [
        *("words", "hashtag", "handle", "address", "mail", "domain")
    ]


def test_the_end_of_a_sentence_is_no_domain() -> None:
    assert gone("said so.Mòrag NicLeòid did") == "said so.– did"


def test_a_single_word_is_found_as_a_word() -> None:
    word = Wordings([("the", "the")])
    assert gone("The other, they: the.", word) == "– other, they: –."
    assert gone("#theBest #Other", word) == "– #Other"


def test_a_word_ends_where_a_number_begins() -> None:
    word = Wordings([("ailsa", "")])
    assert gone("ailsa2 2ailsa ailsa22 22ailsa", word) == "–2 2– –22 22–"
    for text in ("xailsa", "ailsax", "2xailsa", "ailsax2"):
        assert gone(text, word) == text
    assert gone("2012 12012 20121 x2012 2012x", Wordings([("2012", "")])) == (
        "– 12012 20121 x2012 2012x"
    )


def test_letters_of_a_word_are_close_together() -> None:
    word = Wordings([("ailsa", "")])
    assert gone("an a...ilsa, then", word) == "an –, then"
    for text in ("an a....ilsa, then", "a ilsa", "ai  lsa", "a' ilsa"):
        assert gone(text, word) == text


def test_one_that_is_too_far_apart_hides_no_other() -> None:
    assert gone("a ilsa, ailsa, ailsa", Wordings([("ailsa", "")])) == "a ilsa, –, –"
    assert gone("a aa", Wordings([("aa", "")])) == "a –"


def test_words_may_be_further_apart() -> None:
    between = " ." * 10
    assert gone(f"Mòrag{between}NicLeòid") == "–"
    assert gone(f"Mòrag{between} NicLeòid") == f"Mòrag{between} NicLeòid"


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Ailsa Bee", "#xailsabeex", "–"),
        ("Ailsa Bo", "#xailsabox", "#xailsabox"),
        ("Ailsa Bo", "#AilsaBo", "–"),
        ("Ailsander", "#xailsanderx", "#xailsanderx"),
        ("Jo Ann Bell", "https://a.example/xjoannbellx", "–"),
        ("Ailsa Bee", "xailsabeex", "xailsabeex"),
    ],
)
def test_several_words_are_found_within_a_longer_hashtag_or_address(
    name: str, text: str, left: str
) -> None:
    assert gone(text, Wordings([(name, "")])) == left


def test_a_tag_that_ends_where_it_begins_stays() -> None:
    assert gone("#tag-.NET", Wordings([(".NET", "")])) == "#tag-–"


def test_two_beside_each_other_are_two() -> None:
    both = Wordings([("李娜", "b"), ("王伟", "a")])
    assert [each.value for each in both.find("王伟李娜")] == ["a", "b"]
    assert [each.value for each in both.find("王伟 and 李娜")] == ["a", "b"]


def test_of_two_spellings_the_exact_one_is_meant() -> None:
    both = Wordings([("Mòrag", 1), ("Morag", 2)])
    assert [each.value for each in both.find("Mòrag Morag")] == [1, 2]
    assert [each.exact for each in morag().find("@morag")] == [True]


def test_of_two_one_within_the_other_the_longer_is_meant() -> None:
    both = Wordings([("Example", "short"), ("Ailsa", "part"), ("Ailsa Example", "long")])
    for text in ("Ailsa Example", "Ailsa Example!"):
        assert [each.value for each in both.find(text)] == ["long"]
    two = Wordings([("Ailsa", "part"), ("Ailsa Example", "long")])
    assert [(each.value, each.end) for each in two.find("Ailsa Example")] == [("long", 13)]


def test_among_many_a_handle_without_letters_hides_none() -> None:
    many = [f"h{number}" for number in range(13)]
    wordings = Wordings([], [(each, each) for each in (*many, "_")])
    assert [each.value for each in wordings.find("@h3 and @h12")] == ["h3", "h12"]


def test_among_many_none_may_stand_where_their_letters_do_not() -> None:
    many = Wordings([(f"ailsa{number}", "") for number in range(13)], [("isla", "")])
    assert many.may_stand_in("Aye, a-i-l-s-a-3") and many.may_stand_in("@isla")
    assert not many.may_stand_in("nobody") and not many.may_stand_in("")


def test_overlapping_wordings_are_one() -> None:
    both = Wordings([("Ailsa Example", "a"), ("Example Council", "b"), ("Ailsa", "c")])
    (found,) = both.find("Ailsa Example Council")
    assert (found.start, found.end, found.value) == (0, 21, "a")
    assert {each.value for each in both.find_each("Ailsa Example Council")} == {"a", "b", "c"}


def test_what_stays_stays() -> None:
    text = "Mòrag NicLeòid and @morag"
    kept = morag().replace(text, lambda found: None if found.within == "handle" else "–")
    assert kept == "– and @morag"
    text = "@morag and Mòrag NicLeòid"
    kept = morag().replace(text, lambda found: None if found.within == "handle" else "–")
    assert kept == "@morag and –"
    assert morag().replace("nobody", lambda found: "–") == "nobody"
    assert not morag().found_in("nobody") and morag().found_in(text)


def test_the_first_of_two_equal_wordings_is_meant() -> None:
    both = Wordings([("Ailsa", 1), ("AILSA", 2)], [("isla", 3), ("@Isla", 4)])
    assert [each.value for each in both.find("ailsa @isla")] == [1, 3]


def test_nothing_is_looked_for_without_letters() -> None:
    assert not Wordings([("!!!", 1), ("", 2)], [("@", 3)])
    assert Wordings([("a", 1)]) and Wordings([], [("a", 1)])


def test_tokens_are_whole_in_spite_of_what_is_not_seen() -> None:
    text = "x @is\u200bla https://a.example/b\u00adc."
    assert [(kind, text[a:b]) for kind, a, b in tokens(text)] == [
        ("handle", "@is\u200bla"),
        ("address", "https://a.example/b\u00adc."),
    ]
    assert tokens("no token here") == ()


def test_handles_that_a_token_may_name() -> None:
    assert named_in("hashtag", "#morag") == ()
    assert named_in("handle", "@Morag.Thanks")[:2] == ("morag.thanks", "morag")
    assert named_in("handle", "@morag@m.example") == ("morag@m.example",)
    assert named_in("address", "https://m.example/@morag") == ("https", "m.example", "morag")


WORDS = st.sampled_from(["ailsa", "mòrag", "example", "nicleòid", "rose", "thorn", "the", "well"])
PHRASES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
FRAMES = st.sampled_from(
    [
        str,
        str.upper,
        lambda text: f"**{text}**",
        lambda text: "#" + text.title().replace(" ", ""),
        lambda text: "https://a.example/" + quote(text),
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace(" ", " _") + "_",
        lambda text: "\u200b".join(text),
        lambda text: f"({text}).",
        lambda text: text.replace("e", "é"),
    ]
)


@given(PHRASES, st.lists(st.tuples(PHRASES, FRAMES), min_size=1, max_size=4))
def test_nothing_of_a_wording_is_left(phrase: str, parts: list[tuple[str, type[str]]]) -> None:
    one = Wordings([(phrase, phrase)])
    for text in [frame(part) for part, frame in parts]:
        whole = f"well, {text} then"
        left = gone(whole, one)
        held = letters(phrase) in letters(whole)
        assert not one.found_in(left)
        if not held:
            assert left == whole
        elif letters(text) == letters(phrase):
            assert letters(phrase) not in letters(left.replace("–", " | ").split("|")[0])
            assert "–" in left


MANY = [f"{one} {other}" for one in ("ailsa", "rose", "mòrag") for other in ("thorn", "example")]


@given(st.lists(st.tuples(PHRASES, FRAMES), max_size=4))
def test_many_are_found_as_each_alone(parts: list[tuple[str, type[str]]]) -> None:
    wanted = [
        *MANY,
        "the",
        "rose",
        "well the",
        "thorn rose",
        "example example well",
        "nicleòid",
        "t",
    ]
    many = Wordings((each, each) for each in wanted)
    assert len(wanted) > 12
    text = " and ".join(frame(part) for part, frame in parts)
    alone = [found for each in wanted for found in Wordings([(each, each)]).find_each(text)]
    assert sorted(many.find_each(text)) == sorted(alone)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("王伟", "谢谢王伟的分享", "王伟"),
        ("A王", "谢谢 A王的", "A王"),
        ("김철수", "김철수가 말했다", "김철수"),
        ("田中さくら", "田中さくらさん", "田中さくら"),
        ("สมชาย ใจดี", "ขอบคุณสมชาย ใจดีครับ", "สมชาย ใจดี"),
        ("محمد علي", "شكرا ومحمد علي", "محمد علي"),
    ],
)
def test_scripts_without_blanks_have_no_ends_of_words(name: str, text: str, found: str) -> None:
    (only,) = Wordings([(name, "")]).find(text)
    assert text[only.start : only.end] == found


def test_signs_can_make_another_word() -> None:
    wordings = Wordings([("C++", ""), (".NET", ""), ("50%", ""), ("“Haar”", ""), ("#kilt", "")])
    for text in ("C++ is", "in .NET", "50% of it", "a haar", "a kilt"):
        assert wordings.found_in(text), text
    for text in ("vitamin C", "C+", "the net", "50 of it"):
        assert not wordings.found_in(text), text


def test_a_sign_on_the_last_letter_goes_with_it() -> None:
    assert Wordings([("Haar", "")]).replace("Haar\u0336!", lambda _: "x") == "x!"


PIECES = st.lists(
    st.sampled_from(
        [*"aAbéß09 _-.:@#/+%'’!<>\n\u200b", "ailsa", "Ailsa", "at://", "https://", "…", "＠", "b.c"]
    ),
    max_size=30,
).map("".join)


@given(PIECES)
def test_tokens_are_those_of_a_pass_over_every_letter(text: str) -> None:
    at = [index for index, each in enumerate(text) if folded_character(each)]
    seen = "".join(text[index] for index in at)
    assert list(tokens(text)) == [
        (match.lastgroup, at[match.start()], at[match.end() - 1] + 1)
        for match in _TOKEN.finditer(seen)
    ]


@given(PIECES, st.sampled_from(["ailsa", "a", "aa", "Ailsa b", "ab ba", "ailsa ailsa", "a.b"]))
def test_letters_stand_together_as_a_pattern_says(text: str, phrase: str) -> None:
    within = r"(?:[^\w\s'’]|_){0,3}"
    pattern = r"[\W_]{0,20}".join(within.join(part) for part in words(phrase))
    seen, (wording,) = Folded(text), Wordings([(phrase, None)])._wordings
    assert list(wording.spans(seen)) == [m.span() for m in re.finditer(pattern, seen.text)]


@given(
    st.lists(st.text("abxyz", min_size=1, max_size=14), min_size=13, max_size=30, unique=True),
    st.text("abxyz @", max_size=60),
)
def test_many_are_found_as_each_of_them_is(given: list[str], text: str) -> None:
    many = Wordings(((each, each) for each in given[::2]), ((each, each) for each in given[1::2]))
    names = {f.value for each in given[::2] for f in Wordings([(each, each)]).find_each(text)}
    handles = {
        f.value for each in given[1::2] for f in Wordings((), [(each, each)]).find_each(text)
    }
    assert {found.value for found in many.find_each(text)} == names | handles


def test_a_handle_in_what_looks_like_a_tag_is_found() -> None:
    assert gone("<a @morag>") == "<a –>"
    assert Wordings((), [("_", "_"), ("a", "a")]).find("@a")[0].value == "a"


def test_a_name_in_brackets_is_found() -> None:
    named = Wordings([("Morag Sample", None)])
    text = "<Morag Sample> and Mo<b>rag Sample</b>, <morag.sample@council.example>"
    assert named.replace(text, lambda found: "–") == "<–> and –</b>, <–>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('has <img alt="Ailsa Example">', 'has <img alt="–">'),
        ('<p class="ailsa example">', '<p class="–">'),
        ("<s Àilsa Example>", "<s –>"),
        ("<q Ailsa<Br>Example said>", "<q – said>"),
        ("<b @ailsaex>", "<b –>"),
        ("&#64;ailsaex, @ail&shy;sa&#101;x and", "–, – and"),
        ('<a href="https://x.example/ailsa-example">here</a>', '<a href="–">here</a>'),
        ("<!-- Ailsa Example -->", "<!-- – -->"),
        ("Ailsa<!-- -->Example, Ail<!---->sa Example", "–, –"),
        ("Ailsa<!-- x -->Example, Ail<!-- it was -->sa Example", "–, –"),
        ("Ailsa&nbsp;Example, Ail&shy;sa Example", "–, –"),
        ("&#65;ilsa &#x45;xampl&eacute;!", "–!"),
        ('Ask Ail<b class="x">sa Example</b>', "Ask –</b>"),
        ('ask<i id=x>ailsa<i id=x>example<i id="x">', 'ask<i id=x>–<i id="x">'),
        ('Ailsa <a title="Ailsa Example">Example</a>', "–</a>"),
        ('Ailsa <a title="Ailsa Example">', 'Ailsa <a title="–">'),
        ("Ailsa <b>or</b> Example", "Ailsa <b>or</b> Example"),
        ("Ailsa <a b or Example", "Ailsa <a b or Example"),
    ],
)
def test_a_name_is_found_in_and_around_tags(text: str, left: str) -> None:
    ailsa = Wordings([("Ailsa Example", None)], [("ailsaex", None)])
    assert ailsa.replace(text, lambda found: "–") == left


def test_what_is_found_beside_a_tag_is_found_once() -> None:
    ailsa = Wordings([("Ailsa Example", None)])
    text = 'Ailsa Example <a b="Ailsa Example"> Ailsa Example'
    assert [found.start for found in ailsa.find_each(text)] == [0, 20, 36]


@given(
    st.lists(st.sampled_from(["Ailsa", "Example", " ", "<b>", "<b c>", "<i", ">", "&nbsp;", "x"]))
)
def test_what_is_found_around_tags_has_its_place(parts: list[str]) -> None:
    text = "".join(parts)
    for found in Wordings([("Ailsa Example", None)]).find_each(text):
        assert text[found.start : found.end].startswith("Ailsa")
        assert text[found.start : found.end].endswith("Example")
