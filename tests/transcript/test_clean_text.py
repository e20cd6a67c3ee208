"""Text from outside, cleaned and cut short."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.core.post import clean
from tartantm.transcript.clean_text import cleaned, excerpt

ODD = " \n\nab\u202e\u0301e\u00a0\u2028\ud83d\U000e0067\ufeff👏"


@given(st.text(st.one_of(st.characters(), st.sampled_from(ODD))), st.booleans())
@settings(max_examples=400, deadline=None)
def test_cleaned_is_clean_only_faster(text: str, lines: bool) -> None:
    assert cleaned(text, lines=lines) == clean(text, lines=lines)
    assert cleaned(cleaned(text)) == cleaned(text)


def test_an_excerpt_is_cut_between_words() -> None:
    assert excerpt("short\n\nenough") == "short enough"
    assert excerpt("word " * 40, 20) == "word word word…"
    assert excerpt("x" * 40, 20) == "x" * 19 + "…"
