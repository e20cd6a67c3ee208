"""What only came along with posts leaves the file with the last post that refers to it."""

from __future__ import annotations

from pathlib import Path

from tartantm.core import events as ev
from tartantm.core.carried import CONTEXT
from tartantm.core.chat import Chat
from tartantm.core.events import Recorded
from tartantm.core.manual_reposts import repeated_id
from tartantm.store.erasure import Erasure, Wanted
from tartantm.store.journal import Journal, has_rewritten
from tartantm.transcript.formats import FORMATS
from tests.builders import AGENDA, START, at, captured, post, recorded
from tests.transcript.reading import export_text

CAT = post("c", "Spend it where all can see", author="cat")
BEGUN = ev.Begun(AGENDA, "d", "00" * 8)
EVENTS = [
    BEGUN,
    ev.Captured(CAT, CONTEXT, "x", "x:1"),
    *captured(post("1", "A1 this", author="bram", quote_of="x:c")),
    *captured(post("2", "A1 that", author="dee", quote_of="x:c")),
]


def erased(*posts: str) -> Chat:
    rows = recorded(EVENTS)
    erasure = Erasure(rows, Wanted(posts=posts))
    assert erasure.event.count == len(posts)
    left = [Recorded(row.seq, row.at, each) for row in rows if (each := erasure.of(row))]
    return Chat([*left, Recorded(99, START, erasure.event)])


def test_it_stays_while_a_post_refers_to_it_and_stays_context() -> None:
    chat = erased("x:1")
    assert chat.entries["x:c"].carried and chat.entries["x:c"].post.text == CAT.text
    assert [entry.id for entry in chat.posts()] == ["x:2"]


def test_it_goes_with_the_last_and_may_come_again() -> None:
    chat = erased("x:1", "x:2")
    assert not chat.entries
    chat.apply(Recorded(100, START, captured(CAT)[0]))
    assert [entry.id for entry in chat.posts()] == ["x:c"]


def words_in(path: Path) -> bool:
    return b"where all can see" in path.read_bytes()


def test_deletions_at_the_network_take_it_along(tmp_path: Path) -> None:
    path = tmp_path / "evening.tartantm"
    with Journal(path, create=True) as journal:
        for event in EVENTS:
            journal.append([event])
        journal.append([ev.Deleted(("x:1",), at(5))])
        chat = Chat(journal.since(0))
        assert chat.entries["x:c"].carried and chat.entries["x:c"].post.text == CAT.text
        journal.append([ev.Deleted(("x:2",), at(6))])
        chat = Chat(journal.since(0))
        assert all("gone" in each or entry.deleted_at for each, entry in chat.entries.items())
        assert chat.entry("x:c") is None and not chat.was_deleted(CAT)
        journal.append(captured(CAT))
        again = Chat(journal.since(0)).entry("x:c")
        assert again is not None and not again.carried


def test_its_own_deletion_leaves_no_words_and_it_stays_context(tmp_path: Path) -> None:
    path = tmp_path / "evening.tartantm"
    with Journal(path, create=True) as journal:
        journal.append(EVENTS)
        journal.append([ev.Deleted(("x:c",), at(5))])
        chat = Chat(journal.since(0))
        held = chat.entry("x:c")
        assert held is not None and held.carried and held.deleted_at and not held.post.text
        assert len([*chat.posts()]) == 2 and chat.was_deleted(CAT)
    assert not words_in(path)


def test_erasing_somebody_else_leaves_what_was_repeated_by_hand_folded_and_shown() -> None:
    said = "Spend it where all can see"
    repeated = post(repeated_id("cat", said), said, author="cat", undated=True)
    rows = recorded(
        [
            BEGUN,
            *captured(post("c", said, author="cat"), post("2", "That", author="dee")),
            ev.Captured(repeated, CONTEXT, "x", "x:1"),
            *captured(post("1", f"RT @cat: {said}", author="bram", repost_of=repeated.id)),
        ]
    )
    erasure = Erasure(rows, Wanted(posts=("x:2",)))
    assert not erasure.event.hidden and not erasure.alone
    left = [Recorded(row.seq, row.at, each) for row in rows if (each := erasure.of(row))]
    chat = Chat([*left, Recorded(99, START, erasure.event)])
    assert chat.entries["x:1"].folded_into == "x:c" and not chat.entries["x:1"].hidden


def test_the_deletion_of_a_post_takes_along_what_was_repeated_of_it_by_hand(tmp_path: Path) -> None:
    said = "Spend it where all can see"
    repeated = post(repeated_id("cat", said), said, author="cat", undated=True)
    path = tmp_path / "evening.tartantm"
    with Journal(path, create=True) as journal:
        journal.append([BEGUN, *captured(post("c", said, author="cat"))])
        journal.append([ev.Captured(repeated, CONTEXT, "x", "x:1")])
        repeat = post("1", f"RT @cat: {said}", author="bram", repost_of=repeated.id)
        journal.append(captured(repeat))
        journal.append([ev.Deleted(("x:c",), at(5))])
    assert not words_in(path)


def test_erasing_what_only_came_along_withholds_the_name_for_good_and_is_read_anew() -> None:
    said = captured(post("3", "A1 as Cat Example says", author="dee"))
    rows = recorded([*EVENTS, *said])
    erasure = Erasure(rows, Wanted(posts=("x:c",)))
    assert erasure.event.count == 1
    assert has_rewritten(Recorded(99, START, erasure.event))
    left = [Recorded(row.seq, row.at, each) for row in rows if (each := erasure.of(row))]
    chat = Chat([*left, Recorded(99, START, erasure.event)])
    for form in FORMATS:
        assert "Cat Example" not in export_text(chat, form, pseudonyms="all")


def test_an_erasure_that_withholds_anything_is_no_mere_block() -> None:
    assert ev.Erased(0, ("h",)).only_blocks
    more = (
        ev.Erased(0, ("h",), names=("h",)),
        ev.Erased(0, ("h",), hidden=("x:1",)),
        ev.Erased(0, ("h",), redacted=("x:a",)),
        ev.Erased(0, ("h",), folds={"x:1": ("x:2",)}),
    )
    assert not any(each.only_blocks for each in more)
