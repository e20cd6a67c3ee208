"""The door of a session file: what was erased stays out, whoever recorded the erasure."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.post import Author
from tartantm.store.door import Door
from tartantm.store.journal import Journal, recorded_events
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA, at, captured, placed, post
from tests.erasing import erase, everything

CALUM = Author("calum", "Calum Sample", "17")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1", "Hello all", author=CALUM), post("2")))
    return path


def test_everything_comes_in_where_nothing_was_erased(path: Path) -> None:
    late = [*captured(post("3", author=CALUM)), ev.Starred(("x:1",))]
    with Journal(path) as journal:
        journal.position = journal.last
        assert [item.event for item in journal.append(late)] == late


def test_an_erasure_by_another_process_holds_at_once(path: Path) -> None:
    with Journal(path) as journal:
        journal.position = journal.last
        assert len(journal.append(captured(post("3")))) == 1
        erase(path, "calum")
        recorded = journal.append([*captured(post("1", author=CALUM)), ev.Starred(("x:2",))])
        assert recorded.ours == 1 and recorded.anew
        assert recorded[-1].event == ev.Starred(("x:2",))
        erase(path, post="x:3")
        assert journal.append(captured(post("3"))).ours == 0


def test_what_is_joined_to_an_act_that_stays_out_does_not_join_the_one_before(path: Path) -> None:
    erase(path, "calum")
    with Session(path) as session:
        session.record(ev.Starred(("x:2",)))
        session.record(
            ev.Muted("author", "x:calum"),
            ev.Muted("author", "x:one", joined=True),
            ev.Muted("author", "x:two", joined=True),
        )
        star, mute = session.chat.history.acts[-2:]
        assert star.events == [ev.Starred(("x:2",))]
        one, two = ev.Muted("author", "x:one"), ev.Muted("author", "x:two", joined=True)
        assert mute.events == [one, two]


def test_an_act_that_lost_its_first_part_is_undone_by_a_desk_that_does_not_know(
    path: Path,
) -> None:
    with Session(path) as session:
        session.record(
            ev.Muted("author", "x:calum"),
            ev.Muted("author", "x:one", joined=True),
            ev.Muted("author", "x:two", joined=True),
        )
        (act,) = session.chat.history.acts
        erase(path, "calum")
        session.record(ev.Undone(act.seq))
        assert not session.chat.mutes and session.chat.history.acts[0].undone
        session.record(ev.Redone(act.seq))
        assert session.chat.mutes == (("author", "x:one"), ("author", "x:two"))


def test_what_was_moved_along_comes_in_without_the_post_that_it_followed(path: Path) -> None:
    erase(path, "calum")
    with Session(path) as session:
        session.record(ev.Placed({"x:1": "Q2"}, {"x:2": placed("Q2")}))
        assert session.chat.stands_at("x:2") == "Q2"
        (act,) = session.chat.history.acts
        assert act.words == "Moved 1 post along with what was erased"


def test_a_damaged_erasure_keeps_nobody_else_out(path: Path) -> None:
    erase(path, post="x:2")
    with sqlite3.connect(path) as database:
        query = "UPDATE event SET data = substr(data, 1, 40) WHERE data LIKE '%\"erased\"%'"
        database.execute(query)
    with Journal(path) as journal:
        assert journal.append(captured(post("2")))[-1].event == captured(post("2"))[0]


def test_an_erasure_after_a_damaged_one_holds(path: Path) -> None:
    erase(path, post="x:2")
    erase(path, "calum")
    with sqlite3.connect(path) as database:
        first = "(SELECT min(seq) FROM event WHERE data LIKE '%\"erased\"%')"
        database.execute(f"UPDATE event SET data = substr(data, 1, 40) WHERE seq = {first}")
    with Journal(path) as journal:
        assert journal.append(captured(post("1", author=CALUM))).ours == 0


def test_a_session_goes_on_though_its_first_event_cannot_be_read(path: Path) -> None:
    """Its salt is lost, and with it what was erased cannot be recognised any more."""
    erase(path, "calum")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE event SET data = substr(data, 1, 20) WHERE seq = 1")
    with Journal(path) as journal:
        assert journal.append(captured(post("3"))).ours == 1


async def test_a_desk_with_the_old_state_brings_nothing_back(path: Path) -> None:
    session = LiveSession(path)
    erase(path, "calum")
    await session.record(ev.Noted("x:1", "what he said"), ev.Noted("x:2", "by Calum Sample"))
    await session.close()
    assert b"what he said" not in path.read_bytes() and b"Calum" not in path.read_bytes()
    with Session(path) as again:
        assert again.chat.entries["x:2"].note == "by [name withheld]"


RENAMED = Author("kettle_watcher", "Rosa Placeholder (she/her)", "17")
THANKS = "Thanks Rosa Placeholder, @kettle_watcher and #kettle_watcher"


def test_a_later_handle_of_an_erased_account_is_withheld_in_mentions(path: Path) -> None:
    erase(path, "calum")
    with Session(path) as session:
        session.record(*captured(post("5", THANKS), post("4", "Me again", author=RENAMED)))
        toot = post("mastodon:https://m.example/7", THANKS)
        answer = post("8", "Yes", mentions=("kettle_watcher",), reply_to_handle="Kettle_Watcher")
        session.record(*captured(post("6", THANKS, author=RENAMED), post("7", THANKS)))
        session.record(*captured(toot, answer))
        chat = session.chat
    assert list(chat.entries) == ["x:2", "x:5", "x:7", toot.id, "x:8"]
    left = "Thanks Rosa Placeholder, [name withheld] and #kettle_watcher"
    assert [chat.entries[each].post.text for each in ("x:5", "x:7")] == [left, left]
    assert chat.entries[toot.id].post.text == THANKS  # another network's @kettle_watcher
    answered = chat.entries["x:8"].post
    assert (answered.mentions, answered.reply_to_handle) == ((), None)
    assert chat.erased == 1 and len(chat.erasures) == 1
    with Session(path) as again:
        again.record(*captured(post("9", THANKS), post("10", author=RENAMED)))
        assert again.chat.entries["x:9"].post.text == left
    learnt = [item.event for item in recorded_events(path) if isinstance(item.event, ev.Erased)]
    assert len(learnt) == 2 and learnt[1].only_blocks


def test_what_was_not_saved_is_learnt_again(path: Path) -> None:
    erase(path, "calum")
    door, late = Door(), captured(post("4", author=RENAMED))
    with closing(sqlite3.connect(path)) as db:
        first, again = door.let_in(db, late), door.let_in(db, late)
    assert first == again and len(first) == 1


@pytest.mark.parametrize(
    ("handle", "name"),
    [
        ("isla", "Isla Example"),
        ("ISLA", "isla example"),
        ("tartantm", "#tartantm"),
        ("good", "Good evening"),
        ("gov.scot", "https://gov.scot/forms"),
    ],
)
def test_nobody_erased_takes_others_words_by_another_name(
    path: Path, handle: str, name: str
) -> None:
    erase(path, "calum")
    isla = Author("isla", "Isla Example", "1")
    words = "Good evening #tartantm, Isla Example here: https://gov.scot/forms is isla"
    with Session(path) as session:
        session.record(*captured(post("4", author=Author(handle, name, "17"))))
        session.record(*captured(post("5", words, author=isla), post("6", words)))
        spoken = post("room:7", words, author=Author("Isla Example", "Isla Example"))
        session.record(ev.Remarked(spoken, "Q1"))
        left = [entry.post for entry in session.chat.entries.values()][1:]
    assert [(each.text, each.author.name) for each in left] == [
        (words, "Isla Example"),
        (words, post("6").author.name),
        (words, "Isla Example"),
    ]


NAMESAKE = Author("csample", "Calum Sample", "18")


@pytest.mark.parametrize(
    "rule",
    [
        ev.Redacted("author", "x:calum"),
        ev.Redacted("phrase", "Calum Sample"),
        ev.Redacted("exact", "Calum Sample"),
        None,
    ],
)
def test_a_name_that_a_rule_withheld_stays_so_where_a_namesake_posts_later(
    path: Path, rule: ev.Redacted | None
) -> None:
    with Session(path) as session:
        session.record(*captured(post("3", author=NAMESAKE)), *([rule] if rule else []))
    erase(path, "calum")
    with Session(path) as session:
        again = post("3", "Edited", author=NAMESAKE, version="2", edited_at=at(9))
        session.record(ev.Edited(again), *captured(post("4", author=NAMESAKE)))
        names = {session.chat.entries[name].post.author.name for name in ("x:3", "x:4")}
    assert names == {"[name withheld]" if rule else "Calum Sample"}


@pytest.mark.parametrize("together", [False, True])
def test_a_repost_goes_when_its_original_comes_late_and_is_of_somebody_erased(
    path: Path, together: bool
) -> None:
    erase(path, "calum")
    reposts = captured(
        post("5", "The cleaners know more", author="beth", repost_of="x:999"),
        post("6", "The boiler knows more", author="beth", repost_of="x:998"),
    )
    late = captured(post("999", "The cleaners know more", author=CALUM))
    with Session(path) as session:
        for events in [[*reposts, *late]] if together else [reposts, late]:
            session.record(*events)
        session.record(*captured(post("997", "Nobody repeats it", author=CALUM)), *reposts)
    chat = Chat(recorded_events(path))
    assert [entry.post.text for entry in chat.entries.values() if entry.post.text] == [
        "Words",
        "The boiler knows more",
    ]
    assert b"cleaners" not in everything(path) and b"x:999" not in everything(path)


def test_a_deletion_is_made_of_a_late_post_only_where_it_was_erased_and_reposted(
    path: Path,
) -> None:
    erase(path, "calum")
    stranger = captured(post("50", "Good evening", author="dele"))
    reposts = captured(post("51", author="beth", repost_of="x:50"))
    unknown = captured(post("52", author=CALUM))
    with Journal(path) as journal:
        journal.position = journal.last
        for late, left in ((reposts, reposts), ([*unknown, *stranger], stranger)):
            assert [item.event for item in journal.append(late)] == left
        journal.append(captured(post("53", author="beth", repost_of="x:54")))
        assert journal.append(captured(post("54", "Aye", 7, author=CALUM))).ours == 1
    (deleted,) = (
        item.event for item in recorded_events(path) if isinstance(item.event, ev.Deleted)
    )
    assert deleted.at == at(7)
