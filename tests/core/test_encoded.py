"""What is written as other characters is read, and each part of it has its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core import encoded
from tartantm.core.encoded import ENCODED, decoded, decoded_parts, references


@pytest.fixture(autouse=True, scope="module")
def nothing_remembered() -> None:
    """What was read before would hide that it is not read now, from `mutants.py` at least."""
    encoded._referred.cache_clear()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("%41ilsa &#69;xampl&eacute;%ff", "Ailsa Examplé%ff"),
        ("&oslash;&lstrok;&szlig;&thorn;&filig;", "øłßþﬁ"),
        ("&alpha;&phone;&Ailsa;&", "&alpha;&phone;&Ailsa;&"),
        ("a&DownBreve;&zwj;&ensp;&mdash;", "a\u0311\u200d\u2002—"),
    ],
)
def test_characters_are_read_as_what_they_stand_for(text: str, read: str) -> None:
    assert decoded(text) == read


@given(st.lists(st.sampled_from(["&shy;", "&#65;", "&alpha;", "%C3%A9", "%ff", "&", "a"])))
def test_parts_are_all_of_what_is_written(parts: list[str]) -> None:
    text = "".join(parts)
    for match in ENCODED.finditer(text):
        read = list(decoded_parts(match[0]))
        assert "".join(written for written, _ in read) == match[0]
        assert "".join(shown for _, shown in read) == decoded(match[0])
    found = [(text[start:end], shown) for start, end, shown in references(text)]
    known = {"&shy;": "\xad", "&#65;": "A"}
    assert found == [(each, known[each]) for each in parts if each in known]
