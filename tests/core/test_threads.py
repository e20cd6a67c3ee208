"""Posts that are folded into each other: whatever a file says, never in a circle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.events import Erased
from tests.builders import captured, chat_of, post

NAMES = ["1", "2", "3", "4"]
IDS = [f"x:{name}" for name in NAMES]


@given(
    reposts=st.lists(st.sampled_from([None, *IDS]), min_size=4, max_size=4),
    folds=st.dictionaries(st.sampled_from(IDS), st.lists(st.sampled_from(IDS)).map(tuple)),
)
def test_no_post_is_folded_into_itself_however_they_refer_to_each_other(
    reposts: list[str | None], folds: dict[str, tuple[str, ...]]
) -> None:
    posts = [post(name, repost_of=of) for name, of in zip(NAMES, reposts, strict=True)]
    chat = chat_of(*captured(*posts), Erased(1, folds=folds))
    for entry in chat.entries.values():
        seen = set()
        at = entry
        while at.folded_into is not None:
            assert at.id not in seen
            seen.add(at.id)
            at = chat.entries[at.folded_into]


def test_what_copies_are_gathered_into_stands_by_itself() -> None:
    first, second = Erased(1, folds={"x:1": ("x:2", "x:3")}), Erased(1, folds={"x:3": ()})
    chat = chat_of(*captured(*(post(name) for name in NAMES)), first, second)
    assert [entry.folded_into for entry in chat.entries.values()] == [None, "x:1", None, None]
    assert chat.entries["x:1"].folds == ("x:2",)
