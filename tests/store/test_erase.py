from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tartantm.core import events as ev
from tartantm.core.agenda_edits import promote
from tartantm.core.events import Placement
from tartantm.core.identity import fingerprint
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


def test_a_repost_that_names_the_post_by_an_alias_goes_too(path: Path) -> None:
    with Session(path) as session:
        original = post("8", "Ours is one page", aliases=("x:80",))
        session.record(*captured(original, post("9", "RT Ours is one page", repost_of="x:80")))
    erase(path, post_id="x:8")
    assert b"one page" not in everything(path)


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


def events_after(path: Path, *events: ev.Event, author: str) -> tuple[list[ev.Event], int]:
    """What stands of these events once an author is erased, and how many events were changed."""
    with Session(path) as session:
        first = session.chat.last_seq + 1
        session.record(*events)
        found = by_author(session.chat, author)
        assert found
        changed = session.journal.erase(found.rewrite, found.event)
        *left, erased = [item.event for item in session.journal.since(first - 1)]
    assert isinstance(erased, ev.Erased)
    return left, changed


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    """A session in which Calum wrote one post and nothing else was said yet."""
    path = tmp_path / "quiet.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1", "Calum's own words", author=CALUM)))
    return path


def test_what_holds_nothing_of_a_person_is_not_touched(quiet: Path) -> None:
    start = post().created_at
    others = [
        *captured(post("4", "Words", reply_to="x:9", reply_to_handle="isla", mentions=("isla",))),
        ev.Captured(post("5"), placed("Q2"), "the search on X"),
        ev.Edited(post("4", "Better words", version="2")),
        ev.Remarked(post("room:1", "Said aloud", venue="The Made-up Thistle"), "Q1"),
        ev.Grouped({"x:4": placed("Q2")}),
        ev.Placed({"x:4": "Q3"}, {"x:5": placed("Q3")}),
        ev.Starred(("x:4",)),
        ev.Hidden(("x:4",)),
        ev.Marked(("x:4",), "idea"),
        ev.Noted("x:4", "what Ailsa said"),
        ev.Muted("phrase", "spam"),
        ev.Muted("author", "x:spam"),
        ev.Redacted("post", "x:4"),
        ev.Opened("Q1", start, "host", "x:4"),
        ev.Closed("Q1", start),
        ev.Summarised("Q1", "All agreed."),
        ev.AgendaEdited(AGENDA, {}, "Nothing changed"),
        ev.Filled("the search on X", start, start, "search", 2),
        ev.Rechecked(3),
        ev.Undone(9),
    ]
    left, changed = events_after(quiet, *others, author="calum")
    assert left == others
    assert changed == 1  # Calum's own post, and nothing else, was written anew.


def test_every_way_to_refer_to_an_erased_post_is_gone(quiet: Path) -> None:
    refer: dict[str, Any] = dict.fromkeys(("reply_to", "quote_of", "thread"), "x:1")
    left, changed = events_after(
        quiet,
        ev.Captured(post("4", "Words", **refer), placed("Q2"), "search"),
        ev.Captured(post("5", "RT", repost_of="x:1"), placed("Q2"), "search"),
        ev.Edited(post("4", "Better words", version="2", reply_to_handle="Calum", **refer)),
        ev.Remarked(post("room:1", "Hear!", reply_to="x:1", mentions=("Calum", "isla")), "Q1"),
        author="calum",
    )
    assert [getattr(event, "post", None) for event in left] == [
        post("4", "Words"),
        post("4", "Better words", version="2"),
        post("room:1", "Hear!", mentions=("isla",)),
    ]
    assert isinstance(left[0], ev.Captured) and left[0].placement == placed("Q2")
    assert isinstance(left[2], ev.Remarked) and left[2].question == "Q1"
    assert changed == 5


def test_a_reason_names_no_erased_person_and_keeps_the_rest(quiet: Path) -> None:
    named = Placement("Q2", "author", "after Calum Sample (@calum) in Q2", 0.7, True)
    unnamed = Placement("Q2", "author", "after somebody (somebody) in Q2", 0.7, True)
    left, _ = events_after(
        quiet,
        ev.Captured(post("4", "Words that stay"), named, "search"),
        ev.Grouped({"x:4": named}),
        ev.Placed({"x:1": "Q3"}, {"x:4": named}),
        author="calum",
    )
    assert isinstance(left[0], ev.Captured)
    assert (left[0].post, left[0].placement) == (post("4", "Words that stay"), unnamed)
    assert left[1:] == [ev.Grouped({"x:4": unnamed}), ev.Placed({}, {"x:4": unnamed})]


def test_a_person_without_a_display_name_is_replaced_by_handle_alone(quiet: Path) -> None:
    with Session(quiet) as session:
        session.record(*captured(post("6", "Words", author=Author("nameless"))))
    reason = Placement("Q1", "reply", "replies to @nameless in Q1", 0.9)
    left, _ = events_after(quiet, ev.Captured(post("7", "No"), reason, "s"), author="nameless")
    assert isinstance(left[0], ev.Captured)
    assert left[0].placement.reason == "replies to somebody in Q1"


def test_acts_on_erased_posts_alone_are_gone_and_others_keep_their_other_posts(quiet: Path) -> None:
    start = post().created_at
    both = ("x:1", "x:4")
    left, _ = events_after(
        quiet,
        *captured(post("4")),
        *(ev.Starred(("x:1",)), ev.Starred(both, on=False)),
        *(ev.Hidden(("x:1",)), ev.Hidden(both, on=False)),
        *(ev.Marked(("x:1",), "idea"), ev.Marked(both, "action", on=False)),
        *(ev.Grouped({"x:1": placed()}), ev.Grouped({"x:1": placed(), "x:4": placed()})),
        *(ev.Placed({"x:1": "Q3"}), ev.Placed({"x:1": "Q3", "x:4": "Q3"})),
        ev.Placed({"x:4": "Q3"}, {"x:1": placed("Q3")}),
        *(ev.Noted("x:1", "his"), ev.Noted("x:4", "hers")),
        *(ev.Muted("author", "x:calum"), ev.Redacted("author", "x:calum")),
        *(ev.Redacted("post", "x:1"), ev.Muted("author", "x:ailsa")),
        *(ev.Opened("Q1", start, "host", "x:1"), ev.Opened("Q2", start, "host", "x:4")),
        author="calum",
    )
    assert left == [
        *captured(post("4")),
        ev.Starred(("x:4",), on=False),
        ev.Hidden(("x:4",), on=False),
        ev.Marked(("x:4",), "action", on=False),
        ev.Grouped({"x:4": placed()}),
        ev.Placed({"x:4": "Q3"}),
        ev.Placed({"x:4": "Q3"}),
        ev.Noted("x:4", "hers"),
        ev.Muted("author", "x:ailsa"),
        ev.Opened("Q1", start, "host"),
        ev.Opened("Q2", start, "host", "x:4"),
    ]


def test_reposts_of_others_stay(quiet: Path) -> None:
    with Session(quiet) as session:
        session.record(*captured(post("4"), post("5", repost_of="x:4"), post("6", repost_of="x:9")))
        found = by_author(session.chat, "calum")
        assert found and [one.id for one in found.posts] == ["x:1"]


def test_an_erased_person_is_blocked_by_every_name_and_nobody_else_is(path: Path) -> None:
    with Session(path) as session:
        found = by_author(session.chat, "calum")
        assert found
        salt = session.chat.salt
    names = ("x:1", "x:11", "x:2", "17", "x:@calum")
    assert found.event == ev.Erased(2, tuple(sorted(fingerprint(salt, name) for name in names)))


def test_the_author_of_one_erased_post_is_not_blocked(path: Path) -> None:
    with Session(path) as session:
        found = one_post(session.chat, "x:1")
        assert found
        salt = session.chat.salt
    names = ("x:1", "x:11", "x:2")
    assert found.event == ev.Erased(2, tuple(sorted(fingerprint(salt, name) for name in names)))


def test_an_author_is_erased_on_one_network_or_on_all(quiet: Path) -> None:
    elsewhere = post("mastodon:https://a.example/1", author=Author("Calum", "Calum Sample", "u/9"))
    with Session(quiet) as session:
        session.record(*captured(elsewhere, post("4")))
        for written, erased in (
            ("calum", ["x:1", elsewhere.id]),
            ("@CALUM@mastodon", [elsewhere.id]),
            ("calum@x", ["x:1"]),
        ):
            found = by_author(session.chat, written)
            assert found and [one.id for one in found.posts] == erased
