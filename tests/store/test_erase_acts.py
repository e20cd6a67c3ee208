"""What is left of acts of which a part is erased: done or undone as before, and undone as one."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Event
from tartantm.core.post import Author
from tartantm.store.journal import Journal, recorded_events
from tests.builders import AGENDA, captured, happen, placed, post
from tests.erasing import erase

CALUM = Author("calum", "Calum Sample", "17")
OTHERS = (Author("isla", "Isla Pretend", "18"), Author("dele", "Dele Pretend", "19"))
LATER = 7
"""Number of the first event after those of `made`: of the act that the tests are about."""


def made(folder: Path, *commits: list[Event]) -> Path:
    """Make a session of four posts in which that was recorded, commit by commit."""
    path = folder / "evening.tartantm"
    path.unlink(missing_ok=True)
    posts = captured(
        post("1", "One", author=CALUM),
        post("2", "Two", author=OTHERS[0], reply_to="x:1"),
        post("3", "Three", author=OTHERS[1]),
        post("4", "Four"),
    )
    with Journal(path, create=True) as journal:
        for commit in ([ev.Begun(AGENDA, "d", "5a17" * 4), *posts, ev.Starred(("x:4",))], *commits):
            journal.append(commit)
    return path


def said(kind: type[ev.Muted | ev.Redacted], *names: str, on: bool = True) -> list[Event]:
    """Return what is said of authors in one act."""
    return [kind("author", f"x:{name}", on=on, joined=n > 0) for n, name in enumerate(names)]


def rules(chat: Chat) -> set[tuple[str, str]]:
    """Return the mutes and redactions that hold."""
    return {*chat.mutes, *chat.redactions}


@pytest.mark.parametrize("kind", [ev.Muted, ev.Redacted])
@pytest.mark.parametrize("names", list(permutations(("calum", "isla", "dele"))))
def test_an_act_about_several_stays_done_or_undone(
    kind: type[ev.Muted | ev.Redacted], names: tuple[str, ...], tmp_path: Path
) -> None:
    others = {("author", "x:isla"), ("author", "x:dele")}
    undone, redone = [ev.Undone(LATER)], [ev.Redone(LATER)]
    on, off = said(kind, *names), said(kind, *names, on=False)
    for commits, left in (
        ([on], others),
        ([on, undone], set()),
        ([on, undone, redone], others),
        ([on, off], set()),
        ([on, off, [ev.Undone(LATER + 3)]], others),
        ([on, off, [ev.Undone(LATER + 3)], [ev.Redone(LATER + 3)]], set()),
        ([on, off, [ev.Undone(LATER + 3)], undone], set()),
    ):
        path = made(tmp_path, *commits)
        before = Chat(recorded_events(path))
        erase(path, "calum")
        after = Chat(recorded_events(path))
        assert rules(after) == left
        assert [act.undone for act in after.history.acts] == [
            act.undone for act in before.history.acts
        ]
        assert after.history.acts[0].events == [ev.Starred(("x:4",))]
        while (act := after.history.undoable) is not None:
            happen(after, ev.Undone(act.seq))
        assert not rules(after) and not after.entries["x:4"].starred


def test_what_is_left_of_an_act_is_one_step(tmp_path: Path) -> None:
    path = made(tmp_path, said(ev.Muted, "calum", "isla", "dele"))
    erase(path, "calum")
    rows = [(item.seq, item.event) for item in recorded_events(path)][-3:]
    isla, dele = said(ev.Muted, "isla", "dele")
    assert rows[:2] == [(LATER, isla), (LATER + 1, dele)]
    assert isinstance(rows[2][1], ev.Erased)
    assert Chat(recorded_events(path)).history.acts[-1].words == "Muted @isla and @dele"


def test_nothing_is_left_of_an_act_about_one_who_goes(tmp_path: Path) -> None:
    path = made(tmp_path, said(ev.Muted, "calum"), [ev.Undone(LATER)], said(ev.Muted, "isla"))
    erase(path, "calum")
    chat = Chat(recorded_events(path))
    assert [act.words for act in chat.history.acts] == ["Starred 1 post", "Muted @isla"]
    assert chat.history.acts[-1].seq == LATER + 2


def test_posts_that_followed_one_that_goes_stay_where_they_are(tmp_path: Path) -> None:
    placing: list[Event] = [ev.Placed({"x:1": "Q2"}, {"x:2": placed("Q2")})]
    for commits, where in (([placing], "Q2"), ([placing, [ev.Undone(LATER)]], "Q1")):
        path = made(tmp_path, *commits)
        erase(path, "calum")
        chat = Chat(recorded_events(path))
        assert chat.stands_at("x:2") == where
        assert chat.history.acts[-1].words == "Moved 1 post along with what was erased"
        assert not chat.entries["x:2"].placement.by_person


OLD, NEW = Author("porridgefan", "Rhona Madeup", "28"), Author("rhona_anew", "R. M.", "28")
HEIR = Author("porridgefan", "Somebody Else", "99")
BY_OLD: list[Event] = [
    ev.Muted("author", "x:porridgefan"),
    ev.Redacted("author", "x:porridgefan", reason="abuse"),
]
BY_NEW: list[Event] = [
    ev.Muted("author", "x:rhona_anew"),
    ev.Redacted("author", "x:rhona_anew", reason="abuse"),
]


def erased_post(folder: Path, *commits: list[Event]) -> tuple[Chat, list[Event]]:
    """Return a chat in which the one post with an old handle was erased, and its last events.

    A post of the same account comes later.
    """
    posts = captured(post("5", "Five", author=OLD), post("6", "Six", author=NEW))
    path = made(folder, posts, *commits)
    erase(path, post="x:5")
    with Journal(path) as journal:
        journal.append(captured(post("7", "Seven", author=NEW)))
    rows = list(recorded_events(path))
    return Chat(rows), [item.event for item in rows[LATER + len(posts) - 2 : -1]]


def test_a_rule_follows_an_account_whose_post_with_the_old_handle_is_erased(tmp_path: Path) -> None:
    chat, left = erased_post(tmp_path, *([each] for each in BY_OLD))
    assert left[:-1] == BY_NEW
    assert isinstance(left[-1], ev.Erased)
    assert chat.entries["x:7"].muted and rules(chat) == {("author", "x:rhona_anew")}
    for _ in BY_OLD:
        act = chat.history.undoable
        assert act is not None
        happen(chat, ev.Undone(act.seq))
    assert not rules(chat)
    shown = (chat.entries["x:6"], chat.entries["x:7"])
    assert not any(entry.muted or entry.hidden for entry in shown)


def test_where_somebody_else_has_the_old_handle_there_is_a_rule_more(tmp_path: Path) -> None:
    heir = captured(post("8", "Eight", author=HEIR))
    chat, left = erased_post(tmp_path, heir, BY_OLD)
    assert left[1:-1] == [*BY_OLD, *BY_NEW]
    assert {entry.id for entry in chat.entries.values() if entry.muted} == {"x:6", "x:7", "x:8"}


def test_what_an_erasure_withheld_by_a_handle_is_named_by_another(tmp_path: Path) -> None:
    before = ev.Erased(1, redacted=("x:porridgefan", "x:somebody"))
    chat, left = erased_post(tmp_path, [before])
    assert left[0] == ev.Erased(1, redacted=("x:rhona_anew", "x:somebody"))
    assert ("author", "x:rhona_anew") in chat.redactions
