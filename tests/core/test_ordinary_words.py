from __future__ import annotations

from tartantm.core.ordinary_words import is_ordinary_word


def test_words_of_any_text_are_ordinary() -> None:
    assert all(map(is_ordinary_word, ("will", "Transport", "SCOTLAND", "may!", "The")))
    assert not any(map(is_ordinary_word, ("morag", "Madeup", "ed", "et1", "", "will may")))
