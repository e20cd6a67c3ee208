"""The table of words: what it says of texts, its file, and the one that is shipped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.grouping.talk_words import (
    MOST,
    SHIPPED,
    TalkWords,
    decode,
    encode,
    shipped,
    without_label,
    words_of,
)

TABLE = TalkWords(
    0.5, 1.0, {"kettle": 3.0, "ferry": -2.0, "good evening": 1.0, "good": 0, "evening": 0}
)


def test_a_sum_is_divided_by_the_root_of_the_length() -> None:
    assert TABLE.sounds("kettle") == (0.5 + 1 + 3) / 2 > 2 or TABLE.sounds("kettle") == 2
    assert TABLE.sounds("ferry ferry ferry ferry") == pytest.approx(
        (0.5 + (1 - 8) / 2) / 2, abs=1e-3
    )


def test_two_words_side_by_side_count_of_their_own() -> None:
    assert TABLE.sounds("evening good") < TABLE.sounds("Good evening")


def test_few_known_words_say_nothing() -> None:
    assert TABLE.sounds("kettle guten abend zusammen") == 0
    assert TABLE.sounds("") == TABLE.sounds("?!") == 0
    assert TABLE.sounds("kettle ferry wat") != 0


def test_a_label_at_the_beginning_says_nothing() -> None:
    assert TABLE.sounds("A3: kettle") == TABLE.sounds("kettle")
    assert without_label("Q2. The ferry") == "The ferry"
    assert without_label("The ferry, A2") == "The ferry, A2"
    assert words_of("Don't go!") == ["don't", "go", "!"]


@given(st.text(max_size=400))
def test_any_text_sounds_like_something_between_the_ends(text: str) -> None:
    assert -MOST / 2 <= TABLE.sounds(text) <= MOST / 2
    assert -MOST / 2 <= shipped().sounds(text) <= MOST / 2


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,9}( [a-z]{1,9})?|[?!]", fullmatch=True),
        st.floats(-5, 5, allow_nan=False),
    ),
    st.floats(-9, 9),
    st.floats(-9, 9),
)
def test_a_file_holds_the_table_to_a_step(
    words: dict[str, float], constant: float, brief: float
) -> None:
    table = decode(encode(TalkWords(constant, brief, words)))
    most = max(map(abs, words.values()), default=0.0)
    assert table.words.keys() == words.keys()
    assert all(abs(table.words[each] - words[each]) <= most / 250 for each in words)
    assert table.constant == pytest.approx(constant, rel=1e-3)
    assert table.brief == pytest.approx(brief, rel=1e-3)
    assert encode(decode(encode(table))) == encode(table)


def test_the_shipped_table_is_small_and_tells_talk_from_answers() -> None:
    text = SHIPPED.read_text("utf-8")
    assert len(text.encode()) < 160_000
    keys = [line.rpartition(" ")[0] for line in text.splitlines()[1:]]
    assert keys == sorted(keys) and len(keys) == len(set(keys))
    table = shipped()
    talk = "Good evening everybody, looking forward to tonight!"
    answer = "We should design services with the people who use them and publish what we learn"
    assert table.sounds(talk) > 0.5
    assert table.sounds(answer) < -0.5


@pytest.mark.parametrize(
    "text",
    [
        "Guten Abend zusammen, schön dass ihr alle dabei seid",
        "Bonsoir à toutes et à tous, merci d'être là",
        "Feasgar math dhuibh uile agus fàilte",
        "皆さんこんばんは",
    ],
)
def test_other_languages_say_nothing(text: str) -> None:
    assert shipped().sounds(text) == 0
