"""Acting on a session from the command line, one test a command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Placement
from tartantm.store.journal import recorded_events
from tartantm.store.session import Session
from tests.builders import AGENDA, at, captured, post


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """A session with an open question, an inbox of two and a reply; a desk might hold it open."""
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            ev.Opened("Q1", at(1), "moderator"),
            *captured(post("1", "Words of hers", 2)),
            *captured(post("2", "Parrots", 3, author="calum"), inbox=True),
            *captured(post("3", "More", 4, author="calum", reply_to="x:2"), inbox=True),
        )
        yield path


def chat(path: Path) -> Chat:
    return Chat(recorded_events(path))


def does(path: Path, command: str, *arguments: str) -> int:
    return run([command, str(path), *arguments])


def test_the_inbox_in_lines(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert does(kept, "inbox") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "2 posts by Calum Example: Q1?",
        "  4  18:03 Q1? Calum Example, X: Parrots",
        "      suggested: Q1, 40%: Q1 open since 18:01",
    ]
    does(kept, "place", "accept", "4", "#5")
    does(kept, "inbox")
    assert capsys.readouterr().out.splitlines()[-1] == "The inbox is empty."


def test_the_inbox_names_who_talks_and_where_it_may_belong(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doubt = Placement("Q1", "time", "it was open", 0.5, True, (None, "Q2"))
    with Session(kept) as session:
        session.record(
            ev.Captured(post("8", "Other", 5, author="isla"), doubt),
            *(
                ev.Captured(post(f"{n}", f"Re {n}", n, author=f"who{n}", reply_to="x:2"), doubt)
                for n in (9, 10)
            ),
        )
    does(kept, "inbox")
    lines = capsys.readouterr().out.splitlines()
    talk = "between Calum Example, Who9 Example and Who10 Example: Q1, General or Q2?"
    assert lines[0] == f"4 posts {talk}"
    assert lines[-2].endswith("Q1? Isla Example, X: Other")
    assert lines[-1] == "    suggested: Q1, General or Q2, 50%: it was open"


def test_placing_with_replies_and_opening_from_a_post(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert does(kept, "place", "Q2", "4", "--with-replies") == 0
    assert capsys.readouterr().out == (
        "Moved 2 posts from Q1 to Q2.\n"
        "  #4, Calum Example: “Parrots”\n  #5, Calum Example: “More”\n"
    )
    assert chat(kept).entries["x:3"].placement.by_person
    assert does(kept, "open", "Q3", "--from", "5") == 0
    assert chat(kept).periods.at(at(4)).question == "Q3"  # type: ignore[union-attr]
    assert chat(kept).periods.at(at(3.9)).question == "Q1"  # type: ignore[union-attr]
    assert does(kept, "open", "--from", "3", "Q2") == 0
    assert chat(kept).periods.at(at(3)).question == "Q2"  # type: ignore[union-attr]
    capsys.readouterr()
    assert does(kept, "open", "--from", "5") == 2
    assert "Say which question is opened again" in capsys.readouterr().err


def test_lists_of_posts(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    does(kept, "star", "3")
    does(kept, "hide", "4")
    does(kept, "note", "3", "Ask", "her")
    capsys.readouterr()
    listed = {}
    for name in ("all", "inbox", "starred", "hidden", "general", "q1"):
        does(kept, "posts", name)
        listed[name] = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == {
        **{"all": ["3", "4", "5"], "inbox": ["5"], "starred": ["3"], "hidden": ["4"]},
        **{"general": ["No"], "q1": ["3", "4", "5"]},
    }
    does(kept, "posts", "--with", "AILSA words")
    assert "hers (starred; note: Ask her)" in capsys.readouterr().out


def test_placing_takes_replies_along(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert does(kept, "place", "2a", "x:2") == 0
    assert capsys.readouterr().out == (
        "Moved 1 post from Q1 to Q2a; 1 went along.\n  #4, Calum Example: “Parrots”\n"
    )
    entries = chat(kept).entries
    assert entries["x:2"].placement.by_person
    assert entries["x:2"].placement.question == entries["x:3"].placement.question == "Q2a"
    does(kept, "place", "general", "4", "3")
    assert [chat(kept).entries[i].placement.question for i in ("x:1", "x:2")] == [None, None]
    does(kept, "place", "open", "4")
    assert chat(kept).entries["x:2"].placement.question == "Q1"


def test_annotating(kept: Path) -> None:
    does(kept, "mark", "idea", "3", "4")
    does(kept, "mark", "idea", "4", "--off")
    does(kept, "note", "3", "For", "the", "paper")
    does(kept, "summary", "Q1", "They agree")
    does(kept, "summary", "chat", "Good")
    now = chat(kept)
    assert (now.entries["x:1"].marks, now.entries["x:2"].marks) == (("idea",), ())
    assert now.entries["x:1"].note == "For the paper"
    assert (now.summary_of("Q1"), now.summary) == ("They agree", "Good")
    does(kept, "note", "3")
    does(kept, "summary", "chat")
    assert chat(kept).entries["x:1"].note is None and chat(kept).summary is None


def test_a_remark_is_dated_corrected_and_undone(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert does(kept, "remark", "Ewen: print it", "--venue", "the pret", "--at", "18:01:30") == 0
    (entry,) = (each for each in chat(kept).entries.values() if each.post.is_remark)
    number = str(entry.number)
    assert (entry.post.venue, entry.post.created_at) == ("The Pretend Arms", at(1.5))
    assert entry.placement.question == "Q1"
    capsys.readouterr()
    assert does(kept, "amend", number, "Ewan: pin it up", "--venue", "", "--at", "18:20") == 0
    said = f"Corrected the remark #{number}.\n  #{number}, Ewan: “pin it up”\n"
    assert capsys.readouterr().out == said
    post = chat(kept).entries[entry.id].post
    assert (post.author.shown, post.venue, post.created_at) == ("Ewan", None, at(20))
    assert does(kept, "amend", number, "and keep it") == 0
    assert chat(kept).entries[entry.id].post.author.shown == "Ewan"
    does(kept, "undo")
    does(kept, "undo")
    assert chat(kept).entries[entry.id].post == entry.post
    does(kept, "redo")
    assert chat(kept).entries[entry.id].post.text == "pin it up"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("remark", "Ewan: no", "--venue", "The"), "“The” may be The Made-up Thistle or The Pret"),
        (("remark", "Ewan: no", "--at", "25:00"), "'25:00' is no time; write it as 18:20"),
        (("amend", "3", "No"), "#3 is a post of Ailsa Example; only a remark"),
        (("amend", "6"), "The remark is so already; nothing was changed."),
        (("amend", "6", "Ewan:"), "A remark needs words"),
        (("amend", "6", "--at", "18:20 CET"), "'CET' is not the chat's time then; write BST"),
    ],
)
def test_what_cannot_be_corrected_is_refused(
    kept: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    does(kept, "remark", "Ewan: print it")
    capsys.readouterr()
    assert does(kept, *arguments) == 2
    assert words in capsys.readouterr().err


def test_a_remark(kept: Path) -> None:
    does(kept, "remark", "Ewan:", "print", "it", "--venue", "The Pretend Arms")
    entry = list(chat(kept).entries.values())[-1]
    assert (entry.post.author.name, entry.post.text) == ("Ewan", "print it")
    assert (entry.post.venue, entry.placement.question) == ("The Pretend Arms", "Q1")
    does(kept, "remark", "Nobody owns it", "--question", "3")
    entry = list(chat(kept).entries.values())[-1]
    assert (entry.post.author.name, entry.placement.question) == ("Somebody", "Q3")


def test_the_agenda_goes_on(kept: Path) -> None:
    does(kept, "open")
    assert chat(kept).periods.open_question == "Q2"
    assert abs(chat(kept).periods.active[-1].at - datetime.now(UTC)).total_seconds() < 60
    does(kept, "open", "Q3")
    assert chat(kept).periods.open_question == "Q3"
    assert does(kept, "open") == 2
    does(kept, "close")
    assert chat(kept).periods.open_question is None
    assert does(kept, "close") == 2


def test_the_clock_of_a_recording(kept: Path) -> None:
    with Session(kept) as session:
        session.record(ev.SourceChanged("file:a", "ended", at=at(4)))
    does(kept, "open", "Q3")
    assert chat(kept).periods.active[-1].at == at(4)


def test_a_network_whose_posts_reach_back_is_no_recording(kept: Path) -> None:
    with Session(kept) as session:
        session.record(
            ev.SourceChanged("bluesky", "asked", since=at(-30)),
            ev.SourceChanged("bluesky", "connected", at=at(-30), how="poll"),
        )
    does(kept, "open", "Q3")
    assert abs(chat(kept).periods.active[-1].at - datetime.now(UTC)).total_seconds() < 60


def test_a_long_summary_of_the_chat_is_kept_and_said_to_be_long(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "A sentence about the evening that goes on and on, as they do. " * 7
    for where, words, said in (
        ("chat", long, "The summary of the chat takes 7 lines of the page"),
        ("chat", "Short.\n" * 5, ""),
        ("Q1", long, ""),
    ):
        assert does(kept, "summary", where, words) == 0
        err = capsys.readouterr().err
        assert err.startswith(said) and bool(err) == bool(said)
    assert chat(kept).summary == "Short.\n" * 4 + "Short."
    does(kept, "summary", "chat", long)
    capsys.readouterr()
    assert run(["export", str(kept), "--format", "text", "--output", str(kept.parent)]) == 0
    assert "takes 7 lines of the page; write 5 at most" in capsys.readouterr().err
    assert long.strip() in kept.with_suffix(".txt").read_text("utf-8")


def test_mutes_and_redactions(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    does(kept, "mute", "--author", "@Calum")
    assert [entry.muted for entry in chat(kept).entries.values()] == [False, True, True]
    does(kept, "mute", "--author", "calum@x", "--off")
    does(kept, "mute", "--phrase", "words of")
    assert [entry.muted for entry in chat(kept).entries.values()] == [True, False, False]
    for arguments in (("--author", "ailsa"), ("--post", "4"), ("--phrase", "parrots")):
        does(kept, "redact", *arguments)
    assert tuple(chat(kept).redactions) == (
        *(("author", "x:ailsa"), ("post", "x:2"), ("phrase", "parrots")),
    )
    does(kept, "redact", "--phrase", "parrots", "--off")
    assert len(chat(kept).redactions) == 2
    assert does(kept, "redact", "--post", "3", "--reason", "request") == 0
    assert "Redacted #3: by request.\n" in capsys.readouterr().out
    assert [why for _, why in chat(kept).redactions.values()] == ["", "", "request"]
    capsys.readouterr()
    assert does(kept, "mute", "--author", "nobody") == 2
    assert capsys.readouterr().err == "tartantm: Nobody here is called nobody.\n"


def test_undo_redo_and_what_was_done(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    does(kept, "star", "3")
    does(kept, "undo")
    assert not chat(kept).entries["x:1"].starred
    capsys.readouterr()
    does(kept, "history")
    assert "Starred 1 post (undone)" in capsys.readouterr().out
    does(kept, "redo")
    assert chat(kept).entries["x:1"].starred
    assert does(kept, "redo") == 2
    does(kept, "undo")
    does(kept, "undo")
    assert does(kept, "undo") == 2


@pytest.fixture
def erased(kept: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session of which a post was erased right after a star was given."""
    does(kept, "star", "3")
    assert does(kept, "erase", "--post", "4", "--yes") == 0
    return kept


def test_undo_after_an_erasure_is_not_done_where_nobody_can_answer(
    erased: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert does(erased, "undo") == 2
    said = capsys.readouterr().err
    assert "The erasing of " in said and said.endswith("where nobody can answer, give --yes.\n")
    assert chat(erased).entries["x:1"].starred
    assert does(erased, "undo", "--yes") == 0
    assert capsys.readouterr().out == "Undid: Starred 1 post.\n"
    assert not chat(erased).entries["x:1"].starred


@pytest.mark.parametrize("answer", ["y", "n", ""])
def test_undo_after_an_erasure_asks_once(
    erased: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    asked = []

    def answers(question: str) -> str:
        asked.append(question)
        return answer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", answers)
    capsys.readouterr()
    assert does(erased, "undo") == (answer != "y")
    (question,) = asked
    assert question.endswith(" cannot be undone. Undo the act before it: Starred 1 post? [y/N] ")
    assert chat(erased).entries["x:1"].starred is (answer != "y")
    if answer == "y":
        assert does(erased, "undo") == 0 and len(asked) == 1
    else:
        assert capsys.readouterr().out == "Nothing was undone.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("star", "99"), "There is no post 99; 'tartantm posts' shows their numbers."),
        (("place", "Q9", "3"), "The agenda has no Q9; it has Q1, Q2, Q2a, Q3."),
        (("remark", "Ewan:"), "A remark needs words"),
        (("mute", "--phrase", " "), "A phrase needs words."),
    ],
)
def test_what_cannot_be_done(
    kept: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    before = chat(kept).last_seq
    assert does(kept, *arguments) == 2
    assert says in capsys.readouterr().err
    assert chat(kept).last_seq == before


LINK = "https://x.com/calum/status/2?s=20"


@pytest.mark.parametrize(
    ("command", "before", "after"),
    [
        ("hide", (), ()),
        ("hide", (), ("--off",)),
        ("star", (), ()),
        ("mark", ("idea",), ()),
        ("place", ("Q3",), ()),
        ("place", ("accept",), ()),
        ("note", (), ("Ask", "him")),
        ("redact", ("--post",), ()),
        ("erase", ("--post",), ("--yes",)),
    ],
)
def test_what_acts_on_a_post_takes_its_number_or_a_link_and_says_whose_it_is(
    kept: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    before: tuple[str, ...],
    after: tuple[str, ...],
) -> None:
    for wrong in ("https://x.com/calum/status/9", "#2", "", "https://chat.example/a.html#n4-aaaa"):
        done = chat(kept).last_seq
        assert does(kept, command, *before, wrong, *after) == 2
        said = capsys.readouterr()
        assert said.out == "" and said.err.count("\n") == 1
        assert chat(kept).last_seq == done
    assert does(kept, command, *before, LINK, *after) == 0
    assert "#4, Calum Example: “Parrots”" in capsys.readouterr().out
    if command != "erase":
        assert does(kept, command, *before, "#4", *after) == 0
        return
    # Its number is gone with it, and is none of the next post.
    with Session(kept) as session:
        session.record(*captured(post("8", "Late", 1, author="calum")))
    assert does(kept, command, *before, "#4", *after) == 0
    assert "Post #4 was erased before" in capsys.readouterr().out
    does(kept, "posts", "--with", "late")
    assert capsys.readouterr().out.startswith("7  18:01 ")


def test_whose_post_is_to_be_erased_stands_in_the_question(
    kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def asks(question: str) -> str:
        asked.append(question)
        return "n"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", asks)
    assert does(kept, "erase", "--post", "#4") == 1
    assert asked == ["Erase all this of #4, Calum Example: “Parrots” for good? [y/N] "]
    assert "x:2" in chat(kept).entries


def test_posts_are_searched_as_on_the_desk(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Session(kept) as session:
        session.record(*captured(post("4", "Gàidhlig: Mòran taing, e-mail #Straße", 5)))
    for words in ("gaidhlig", "Mo\u0300ran", "MORAN taing", "email strasse", "ｍｏｒａｎ", "#6"):
        does(kept, "posts", "--with", words)
        assert capsys.readouterr().out.startswith("6  18:05 "), words
    does(kept, "posts", "--with", LINK)
    assert capsys.readouterr().out.startswith("4  18:03 ")
