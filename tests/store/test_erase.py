from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.core.agenda_edits import promote
from tartantm.core.events import Placement
from tartantm.core.post import Author
from tartantm.store.erase import by_author, one_post
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, placed, post

CALUM = Author("calum", "Calum Sample", "17")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "evening.tartantm"
    about = Placement("Q1", "reply", "replies to Calum Sample in Q1", 0.9)
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            *captured(
                post("1", "Calum's own words", author=CALUM, aliases=("x:11",)),
                post("2", "Repost of Calum's own words", repost_of="x:1"),
                post("4", "Words that stay"),
            ),
            ev.Captured(
                post("3", "No", reply_to="x:1", reply_to_handle="calum", mentions=("calum",)),
                about,
            ),
            ev.Edited(post("1", "Calum's later words", author=CALUM, version="2")),
            ev.Opened("Q1", post().created_at, "host", "x:1"),
            ev.Grouped({"x:1": placed("Q2"), "x:4": placed("Q2")}),
            ev.Placed({"x:1": "Q3", "x:4": "Q3"}),
            ev.Placed({"x:2": "Q3"}),
            ev.Starred(("x:1", "x:4")),
            ev.Noted("x:1", "what Calum said"),
            ev.Noted("x:4", "stays"),
        )
    return path


def erase(path: Path, *, author: str = "", post_id: str = "") -> None:
    with Session(path) as session:
        found = by_author(session.chat, author) if author else one_post(session.chat, post_id)
        assert found
        session.journal.erase(found.rewrite, found.event)


def everything(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob("evening*")))


def test_a_person_is_gone_from_every_byte(path: Path) -> None:
    assert b"Calum" in everything(path)
    erase(path, author="@Calum@x")
    left = everything(path)
    for trace in (b"Calum", b"own words", b"later words", b'"17"', b'"x:1"', b"x:11", b"calum"):
        assert trace not in left, trace
    with Session(path) as session:
        assert set(session.chat.entries) == {"x:3", "x:4"}
        reply = session.chat.entries["x:3"]
        assert reply.post.reply_to is None and reply.post.mentions == ()
        assert reply.placement.reason == "replies to somebody in Q1"
        assert session.chat.entries["x:4"].placement.question == "Q3"
        assert session.chat.entries["x:4"].starred
        assert session.chat.entries["x:4"].note == "stays"
        assert session.chat.erased == 2
        assert session.chat.periods.opened_at("Q1")


def test_one_post_goes_and_its_author_stays(path: Path) -> None:
    with Session(path) as session:
        session.record(*captured(post("5", "Calum again", author=CALUM)))
    erase(path, post_id="x:11")
    assert b"own words" not in everything(path)
    with Session(path) as session:
        assert set(session.chat.entries) == {"x:3", "x:4", "x:5"}


def test_undo_still_works_after_an_erasure(path: Path) -> None:
    erase(path, author="calum")
    with Session(path) as session:
        while session.chat.history.undoable:
            session.record(ev.Undone(session.chat.history.undoable.seq))
        assert session.chat.entries["x:4"].placement.question == "Q2"
        assert not session.chat.entries["x:4"].starred


def test_a_question_made_of_a_post_forgets_who_asked_it(path: Path) -> None:
    with Session(path) as session:
        edit = promote(session.chat.agenda, "Who reads that?", "x:1", "Q3")
        session.record(ev.AgendaEdited(edit.agenda, edit.renamed, edit.words))
        session.take_agenda(edit.agenda, "another digest")
    erase(path, author="calum")
    assert b"x:1" not in everything(path)
    with Session(path) as session:
        assert session.chat.agenda.questions[-1].text == "Who reads that?"
        assert session.chat.agenda.questions[-1].asked_by == ()


def test_others_posts_keep_the_source_that_heard_them(path: Path) -> None:
    reply = post("6", "Quite", reply_to="x:1")
    with Session(path) as session:
        session.record(ev.Captured(reply, placed(), "mastodon:social.example"))
    erase(path, author="calum")
    with Session(path) as session:
        assert session.chat.entries["x:6"].post.reply_to is None
        assert session.chat.entries["x:6"].source == "mastodon:social.example"


def test_nobody_of_that_name(path: Path) -> None:
    with Session(path) as session:
        assert by_author(session.chat, "nobody") is None
        assert by_author(session.chat, "calum@mastodon") is None
        assert one_post(session.chat, "x:404") is None
