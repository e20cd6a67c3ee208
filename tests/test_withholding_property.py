"""Nothing an act of withholding does shows more than before, in any format, with any options."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartantm.core.chat import Chat
from tartantm.core.entry import is_shown
from tartantm.core.events import Deleted, Erased
from tartantm.core.reader_words import ReaderWords
from tartantm.transcript import ExportOptions
from tests.withholding import (
    BEGINS,
    REWRITING,
    STEPS,
    Evening,
    KeptEvening,
    exported,
    more,
    questions_of_unseen,
    rules_otherwise,
    tokens_in,
    withheld_by_author,
    without_words,
    words_of,
)

EXAMPLES = int(os.environ.get("TARTANTM_WITHHOLDING", "25"))

Steps = list[tuple[str, tuple[int, int, int, int]]]

NUMBERS = st.tuples(*[st.integers(0, 41)] * 4)

FEW = st.tuples(*[st.integers(0, 5)] * 4)
"""Few numbers, so that acts are often about the same posts and people."""

SAID_OF_SEVERAL = (
    *("mute several", "redact several", "end several", "end several"),
    *("undo", "undo", "redo", "place", "mute", "end"),
)
"""Acts about several people, and what takes them back."""

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
    begins: Steps,
    steps: Steps,
) -> None:
    if not any(name in REWRITING for name, _ in steps):
        check(Evening(), options, begins, steps)
        return
    with TemporaryDirectory() as folder:
        kept = KeptEvening(path=Path(folder) / "evening.tartantm")
        try:
            check(kept, options, begins, steps)
        finally:
            kept.close()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    st.lists(st.tuples(st.sampled_from(("post", "rename")), FEW), min_size=3, max_size=6),
    st.lists(st.tuples(st.sampled_from(SAID_OF_SEVERAL), FEW), min_size=2, max_size=8),
    st.lists(st.tuples(st.sampled_from(("erase", "delete")), FEW), min_size=1, max_size=2),
)
def test_what_is_said_of_several_stays_as_it_is(begins: Steps, said: Steps, leaving: Steps) -> None:
    with TemporaryDirectory() as folder:
        kept = KeptEvening(path=Path(folder) / "evening.tartantm")
        try:
            check(kept, ExportOptions(), begins, [*said, *leaving])
        finally:
            kept.close()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    st.lists(st.tuples(st.sampled_from(BEGINS), NUMBERS), min_size=4, max_size=12),
    st.lists(st.tuples(st.sampled_from(list(STEPS)), NUMBERS), min_size=1, max_size=20),
)
def test_a_reader_of_ones_own_sees_no_word_that_readers_do_not(begins: Steps, steps: Steps) -> None:
    with TemporaryDirectory() as folder:
        kept = KeptEvening(path=Path(folder) / "evening.tartantm")
        try:
            for name, numbers in [*begins, *steps]:
                STEPS[name](kept, numbers)
                chat = kept.chat
                words, told = ReaderWords(chat), ""
                for entry in filter(words.is_public, chat.posts()):
                    told += json.dumps(words.asked([entry.id], [entry.id], words.offered))
                readers = frozenset().union(*exported(chat, ExportOptions()).values())
                assert tokens_in(told) <= readers, (name, tokens_in(told) - readers)
        finally:
            kept.close()


def check(evening: Evening, options: ExportOptions, begins: Steps, steps: Steps) -> None:
    """Let everything happen, and look at every file after each act."""
    for name, numbers in begins:
        STEPS[name](evening, numbers)
    before = exported(evening.chat, options)
    for name, numbers in steps:
        chat = Chat(evening.recorded) if name in REWRITING else evening.chat
        done = STEPS[name](evening, numbers)
        if done is None:
            continue
        if name in REWRITING:
            events = [item.event for item in done.recorded]
            assert not rules_otherwise(chat, evening.chat, events), (name, done.recorded)
            staying = {each for each in withheld_by_author(chat) if each[1] in evening.chat.entries}
            lost = staying - withheld_by_author(evening.chat)
            assert not lost, (name, lost, done.recorded)
        after = exported(evening.chat, options)
        unseen = [] if options.include_hidden else questions_of_unseen(evening.chat)
        if unseen:
            wordless = exported(without_words(evening.chat, unseen), options)
            assert not more(after, wordless), (name, unseen)
        shown = more(after, before)
        if name in ("delete", "recheck") and takes_place(chat, evening.chat):
            # It was shown as one with the post that went: some files say more of it now than that,
            # but nothing that no file said.
            said = frozenset().union(*before.values())
            shown = {form: words - said for form, words in shown.items() if words - said}
        if done.kind == "withholds":
            assert not shown, (name, done.recorded)
        elif done.kind == "adds":
            # Whoever the agenda names comes with what it says of them.
            own = words_of(*(item.event for item in done.recorded)) | words_of(evening.begun)
            assert all(each <= own for each in shown.values()), (name, done.recorded, shown)
        before = after
    for done in evening.done:
        # What was deleted or erased has left the file, for acts that came later as well.
        left = any(isinstance(item.event, Deleted | Erased) for item in done.recorded)
        if done.kind == "withholds" and not done.taken_back and not left:
            had_it_never_been = exported(evening.without(done), options)
            assert not more(before, had_it_never_been), done.recorded


def takes_place(before: Chat, after: Chat) -> bool:
    """Whether a copy stands by itself of which readers saw that it was folded into another."""
    return any(
        is_shown(was, before.entries)
        for was in before.entries.values()
        if was.folded_into and not was.post.repost_of
        if was.id in after.entries and after.entries[was.id].listed
    )


def test_words_are_found_in_every_spelling() -> None:
    from tests.withholding import DECORATIONS, token

    for decorate in DECORATIONS:
        assert tokens_in(decorate(f"{token(1)} {token(2)}")) == {token(1), token(2)}
    assert len({token(n) for n in range(400)}) == 400
