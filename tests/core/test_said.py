"""What somebody said is recognised where enough letters in a row are the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.said import RUN, SHORTEST, SaidWords, word_runs

SAID = "We printed the policy on a beer mat and it still holds today"


def found(text: str, *said: str) -> list[str]:
    words: SaidWords[str] = SaidWords()
    for each in said or (SAID,):
        words.add(each, "v")
    covered = [False] * len(text)
    for start, end, value in words.find(text):
        assert value == "v" and start < end
        covered[start:end] = [True] * (end - start)
    marked = "".join(sign if on else "|" for sign, on in zip(text, covered, strict=True))
    return [each for each in marked.split("|") if each]


def test_the_whole_and_parts_are_found_to_the_ends_of_words() -> None:
    assert found(SAID) == [SAID]
    assert found(f"He said: {SAID}!") == [SAID]
    part = "policy on a beer mat and it still holds"
    assert found(f"It was {part}, I think") == [part]
    assert found("xxprinted the policy on a beer mat andyy") == [
        "xxprinted the policy on a beer mat andyy"
    ]


def test_spelling_and_signs_do_not_count() -> None:
    assert found("Hm: WE PRINTED -- the \u200bpolicy, on a *beér* mat & now") == [
        "WE PRINTED -- the \u200bpolicy, on a *beér* mat"
    ]


def test_an_address_goes_as_a_whole() -> None:
    address = "https://a.example/we-printed-the-policy-on-a-beer-mat/1"
    assert found(f"see {address} now") == [address]


def test_an_address_beside_it_stays() -> None:
    assert found(f"@one {SAID} https://a.example/1") == [SAID]
    assert found(f"{SAID}#tag") == [SAID]
    assert found(f"#tag\u249c {SAID}", f"a {SAID}") == [f"\u249c {SAID}"]


def test_too_little_is_everybody_s() -> None:
    assert found("e printed the policy on a beer mat"[:34]) == []
    assert RUN == 28 == len("weprintedthepolicyonabeermat")
    assert found("Good evening all", "Good evening all") == []


def test_short_words_are_found_as_a_whole() -> None:
    short = "The mayor lied to us all"
    assert len("themayorliedtousall") + 1 >= SHORTEST
    assert found(f"I say: {short}, too", f"{short} x") == []
    assert found(f"I say: {short}, now", f"{short}, now") == [f"{short}, now"]
    assert found(short, f"{short}, now") == []


def test_the_shortest_is_found_wherever_it_stands() -> None:
    said = "abcdefghijklmnopqrst"
    assert len(said) == SHORTEST
    for before in range(2 * SHORTEST):
        for after in range(SHORTEST):
            assert found(f"{'1' * before} {said} {'1' * after}", said) == [said]


def test_what_is_forgotten_is_not_found() -> None:
    words: SaidWords[str] = SaidWords()
    words.add(SAID, "one")
    words.add(SAID, "other")
    words.forget("we printed the policy on a beer mat", lambda value: value == "one")
    assert {value for *_, value in words.find("we printed the policy on a beer mat")} == {"other"}
    assert {value for *_, value in words.find(SAID)} == {"one", "other"}
    words.forget(SAID, lambda value: True)
    assert words.find(SAID) == [] and words


def test_nothing_said_is_nothing() -> None:
    words: SaidWords[str] = SaidWords()
    assert not words and words.find(SAID) == []
    words.add("short", "v")
    assert not words


def test_the_length_of_a_run_can_be_chosen() -> None:
    words: SaidWords[str] = SaidWords(12, 12)
    words.add(SAID, "v")
    assert words.find("a beer mat and it!") and not words.find("a beer mat!")


@given(st.lists(st.text("ab", max_size=40), max_size=3), st.text("ab", max_size=60))
def test_every_run_of_letters_is_found(said: list[str], text: str) -> None:
    words: SaidWords[int] = SaidWords(9, 6)
    for number, each in enumerate(said):
        words.add(each, number)
    assert list(words._runs(text)) == [
        (start, size)
        for size, runs in words._said.items()
        for start in range(len(text) - size + 1)
        if text[start : start + size] in runs
    ]


def test_runs_of_words() -> None:
    assert word_runs(["a", "b", "c"], 2) == [("a", "b"), ("b", "c")]
    assert word_runs(["a", "b"], 3) == word_runs([], 0) == []
