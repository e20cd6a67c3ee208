"""Nothing an act of withholding does shows more than before, in any format, with any options."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartantm.core.events import Deleted
from tartantm.transcript import ExportOptions
from tests.withholding import BEGINS, STEPS, Evening, exported, more, tokens_in, words_of

EXAMPLES = int(os.environ.get("TARTANTM_WITHHOLDING", "25"))

NUMBERS = st.tuples(*[st.integers(0, 41)] * 4)

OPTIONS = st.builds(
    ExportOptions,
    pseudonyms=st.sampled_from(["", "all", "participants"]),
    x_text=st.sampled_from(["full", "link"]),
    include_hidden=st.booleans(),
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    OPTIONS,
    st.lists(st.tuples(st.sampled_from(BEGINS), NUMBERS), min_size=4, max_size=12),
    st.lists(st.tuples(st.sampled_from(list(STEPS)), NUMBERS), min_size=1, max_size=20),
)
def test_nothing_withheld_shows_more(
    options: ExportOptions,
    begins: list[tuple[str, tuple[int, int, int, int]]],
    steps: list[tuple[str, tuple[int, int, int, int]]],
) -> None:
    evening = Evening()
    for name, numbers in begins:
        STEPS[name](evening, numbers)
    before = exported(evening.chat, options)
    for name, numbers in steps:
        done = STEPS[name](evening, numbers)
        if done is None:
            continue
        after = exported(evening.chat, options)
        shown = more(after, before)
        if done.kind == "withholds":
            assert not shown, (name, done.recorded)
        elif done.kind == "adds":
            # Whoever the agenda names comes with what it says of them.
            own = words_of(*(item.event for item in done.recorded)) | words_of(evening.begun)
            assert all(each <= own for each in shown.values()), (name, done.recorded, shown)
        before = after
    for done in evening.done:
        # What was deleted has left the file, for acts that came later as well.
        deleted = any(isinstance(item.event, Deleted) for item in done.recorded)
        if done.kind == "withholds" and not done.taken_back and not deleted:
            had_it_never_been = exported(evening.without(done), options)
            assert not more(before, had_it_never_been), done.recorded


def test_words_are_found_in_every_spelling() -> None:
    from tests.withholding import DECORATIONS, token

    for decorate in DECORATIONS:
        assert tokens_in(decorate(f"{token(1)} {token(2)}")) == {token(1), token(2)}
    assert len({token(n) for n in range(400)}) == 400
