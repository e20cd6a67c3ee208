"""Names of which only hashes are left are found where `Wordings` finds them, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tartantm.core.folding import Folded, letters
from tartantm.core.hashed_names import LONGEST, HashedNames, facts
from tartantm.core.spans import Span, joined
from tartantm.core.wordings import Wordings
from tests.core.test_wordings import BLANKS_WITHIN

NAMES = (
    *("Ailsa Example", "ailsaex", "Theresa May", "theresamay", "justin", "maybe", "together"),
    *(
        "itis",
        "et1",
        "O'Brien Example",
        "山田 太郎",
        "김민수",
        "أحمد سعيد",
        "Zoë Pretend",
        "calum.ex",
    ),
)


def hashed(*names: str) -> HashedNames:
    known = {fact for name in names for fact in (f"name:{letters(name)}", *facts(name))}
    return HashedNames(known.__contains__, "name:")


def shown(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[each.start : each.end] for each in joined(Span(*at, "") for at in spans)]


def by_hashes(text: str, *names: str) -> list[str]:
    return shown(text, list(hashed(*names).find(Folded(text))))


def in_clear(text: str, *names: str) -> list[str]:
    found = Wordings((name, name) for name in names).find_each(text)
    return shown(text, [(each.start, each.end) for each in found])


def test_names_in_other_spellings_and_within_more_are_found_as_in_clear() -> None:
    for text in (
        *("#ThankYouAilsaExample all", "#TYailsaexample", "#AilsaExampleFan", "Ailsa Example's"),
        *("thanks AilsaExample2026", "ailsaex2026", "2026ailsaex", "A.i.l.s.a E.x.a.m.p.l.e"),
        *("mail ailsa.example@council.example", "@ailsaex.bsky.social", "Ai*ls*a Ex_am_ple"),
        *("A\u200bi\u200bl\u200bsa Exa\u00admple", "Ails%61%20Example", "<b>Ailsa</b><br>Example"),
        *(
            "Ａｉｌｓａ Ｅｘａｍｐｌｅ",
            "https://a.example/2026-ailsa-example-talk/",
            "a.example/ailsaex",
        ),
        *(
            "山田太郎さん、ありがとう",
            "김민수님",
            "لأحمد سعيد",
            "Zoe\u0308 Pretend\u0301",
            "Et1, et1",
        ),
        *("by O’Brien Example", "xAilsa #Example", "so.Ailsa Example", "saidAilsa Example"),
        *("calum-ex", "a.example/ailsaex", "Et1, et1"),
    ):
        assert by_hashes(text, *NAMES) == in_clear(text, *NAMES) != [], text


@pytest.mark.parametrize(("name", "text", "left"), BLANKS_WITHIN)
def test_blanks_within_names_are_found_as_in_clear(name: str, text: str, left: str) -> None:
    assert by_hashes(text, name) == in_clear(text, name)
    assert bool(by_hashes(text, name)) is (left != text)


def test_names_are_found_within_more_at_the_edges_of_what_may_stand_there() -> None:
    names = (*NAMES, "Examplers A", "A Examplesample", "Isla Fern", "examplefolks")
    for text, there in (
        ("#ailsaexamplefans", ["#ailsaexamplefans"]),
        ("#myislaferns", ["#myislaferns"]),
        ("preExamplers #axyz", ["Examplers #axyz"]),
        ("#xya Examplesamples", ["#xya Examplesample"]),
        ("#myaexamplesamples", ["#myaexamplesamples"]),
        ("\u200b\u200b\u200b #xya Examplesamples", ["#xya Examplesample"]),
        ("preExamplers " + "\u200b" * 9 + "#axyz", ["Examplers " + "\u200b" * 9 + "#axyz"]),
        ("Ai***lsa Example", ["Ai***lsa Example"]),
        (f"Ailsa{' ' * 20}Example", [f"Ailsa{' ' * 20}Example"]),
        ("\u200b\u200bso Ailsa Example", ["Ailsa Example"]),
        ("Ailsa Example\u0301!", ["Ailsa Example\u0301"]),
        ("by Ⓐilsa Example…", ["Ⓐilsa Example"]),
        ("PREAILSA Example", []),
        ("#myexamplefolksy", []),
        ("preAilsa-examples #tag", []),
        ("preailsa-example#tag", []),
        ("\u200b" * 9 + "#tag xailsa-examples", []),
        (f"#Ailsa{' ' * 21}Examples", []),
        ("Ai****lsa Example", []),
    ):
        assert by_hashes(text, *names) == in_clear(text, *names) == there, text


def test_ordinary_words_that_a_name_spells_across_blanks_stay_as_in_clear() -> None:
    for text in (
        *("Just in time", "it may be so", "to get her", "it is so, it's not", "et 1", "ailsa ex"),
        *("There's a May Day event here", "There’s a plan", "the resa may", "Ailsa Examples"),
        *(
            "#ailsaexrocks",
            "Ailsa (our host) Example",
            f"Ailsa{' ' * 21}Example",
            "Ailsa, example2x",
        ),
        *("A....ilsa Example", "preAilsa-examples"),
    ):
        found = in_clear(text, *NAMES)
        assert by_hashes(text, *NAMES) == found, text
    for text in ("Just in time", "There's a May Day event", "to get her", "it may be", "ailsa ex"):
        assert by_hashes(text, *NAMES) == [], text


@given(
    st.lists(
        st.sampled_from(
            [
                *("AaEe .'’-_#@/2%ßﬁ⒞\n\u200b\u0301"),
                *("Ailsa", "ailsa", "Example", "example", "ex", "Theresa", "May", "just", "in"),
                "Ⓐilsa",
                *("https://a.example/", "@m.example", "<b>", "%20", "山田", "太郎", "さん", "김민"),
                *("수", "님", "أحمد", " سعيد", "ل"),
            ]
        ),
        max_size=12,
    ).map("".join)
)
@example("@Ailsa.Example")
@example("#2Ailsa-example/")
def test_any_text_has_the_same_names_by_hashes_as_in_clear(text: str) -> None:
    assert by_hashes(text, *NAMES) == in_clear(text, *NAMES)


def shared(wording: str) -> set[str]:
    """Return the facts but for the number, which only says what need not be tried."""
    return {each for each in facts(wording) if not each.startswith("sieve:")}


def test_where_the_words_of_a_name_end_is_hashed_beside_it() -> None:
    assert shared("Theresa May") == {
        *("parted:theresamay", "size:10", "within:10", "gap:theresamay 7")
    }
    assert shared("Al May") == {"parted:almay", "size:5", "gap:almay 2"}
    assert "within:8" in facts("Isla Fern") and "within:7" not in facts("Isla Fer")
    assert shared("X") == {"parted:x", "size:1"}
    assert shared("@ailsaexample") == {"parted:ailsaexample", "size:12"}
    assert facts("🌻") == facts("x" * (LONGEST + 1)) == set()
    assert f"size:{LONGEST}" in facts("x" * LONGEST)


def test_the_number_of_a_name_stays_what_it_was_in_files() -> None:
    assert facts("Ailsa Example") - shared("Ailsa Example") == {"sieve:989"}


def test_the_longest_name_is_found_and_a_longer_one_by_its_letters() -> None:
    for size in (LONGEST, LONGEST + 1):
        name = "a" * size
        assert by_hashes(f"so {name}.", name) == [name]


def old(text: str, *known: str, kind: str = "name:", word: str = "") -> list[str]:
    """Returns what is found by hashes of an earlier version, which are of letters alone."""
    names = HashedNames(known.__contains__, "name:", word)
    folded = Folded(text)
    spans = names.find(folded) if kind == "name:" else names.find_words(folded, kind)
    return shown(text, list(spans))


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Just in time", ["Just in"]),
        ("There's a plan", []),
        ("So therés a, theresa", ["therés a", "theresa"]),
        ("O'Brien, o’brien", ["O'Brien", "o’brien"]),
        ("so'Brien and there O'Brien's", ["O'Brien"]),
        ("et 1 and et1", ["et1"]),
        ("ThanksJustin #byJustin @justin.example", ["Justin", "#byJustin", "@justin.example"]),
        ("k e t t l e", ["k e t t l e"]),
        ("k e t t l e s", ["k e t t l e"]),
        ("t h e r e s a", []),
        ("xJustin, xJUSTIN", ["Justin", "JUSTIN"]),
        ("thanks𝐉ustin", ["𝐉ustin"]),
        ("\u200b" * 20 + "thanksJustin", ["Justin"]),
        ("ThanksJustin justinOne", ["Justin", "justin"]),
        ("ﬁ" * 20 + " thanksJustin and then all of the rest", ["Justin"]),
    ],
)
def test_names_of_which_only_letters_are_known_are_found_by_words(
    text: str, there: list[str]
) -> None:
    known = (
        "name:justin",
        "name:theresa",
        "name:obrien",
        "name:et1",
        "name:kettle",
        "name:kettles",
    )
    assert old(text, *known) == there


def test_a_handle_that_was_known_to_be_a_word_is_not_apart() -> None:
    assert old("Just in, just-in, justin", "word:justin", word="word:") == ["just-in", "justin"]
    assert old("Just in", "word:justin", word="other:") == []


def test_names_of_another_kind_are_whole_words_apart_only_where_theirs_end() -> None:
    known = ("called:ailsaex", "called:justin", *facts("Ailsa Ex"), *facts("justin"))
    text = "Just in (Ailsa Ex, @ailsa.ex), justin, ailsaexes, ai lsaex"
    assert old(text, *known, kind="called:") == ["Ailsa Ex", "ailsa.ex", "justin"]
    assert old(text, *known) == []
