"""`tartantm erase`: what is shown before, asked, done, and said after."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.post import Author
from tartantm.store import journal as journals
from tartantm.store import sqlite
from tartantm.store.journal import recorded_events
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, post
from tests.erasing import everything
from tests.store.test_erasure import WITH_CALUM, evening

Answers = Callable[..., list[str]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(WITH_CALUM, "d")
        session.record(*evening())
        session.record(ev.Exported("/srv/pages", "evening", ("html", "csv")))
    return path


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Sit at a terminal with these answers; returns what was asked."""

    def sit(*given: str) -> list[str]:
        asked: list[str] = []
        left: Iterator[str] = iter(given)

        def answer(question: str = "") -> str:
            asked.append(question)
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", answer)
        return asked

    return sit


def entries(path: Path) -> set[str]:
    return set(Chat(recorded_events(path)).entries)


def test_a_plan_is_shown_and_nothing_done(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(path)
    assert run(["erase", str(path), "--author", "calum@x", "--dry-run"]) == 0
    said = capsys.readouterr()
    for words in (
        "Dr Calum Sample (he/him), @calumwrites on X, id 17; earlier @calum, Calum Sample.",
        "Calum Sample, said at the venue.",
        "4 posts:\n  #2, Calum Sample: “Ours hangs beside the kettle where everybody reads it”\n",
        "1 of these said aloud",
        "Reposts by others, which go too:\n  #4, Ailsa Example: “RT Ours",
        "Copies of the same words by others, which go too:\n  #5, Calum Sample: “Ours hangs",
        "On the agenda: Calum Sample (guest, Example Council).",
        "Q4 was made of these posts; its words go, its number stays.",
        "Others' words that are rewritten: 4\n",
        "\n  #6: “Thanks, Calum Sample and @calumwrites!”; a mention",
        "The first name alone stays; look whether it means them: #7, #9.",
        "Of the same name, and staying: Calum Sample, @calum@m.example on Mastodon.",
        "/srv/pages/evening (html, csv).",
    ):
        assert words in said.out, words
    assert "unless named with --also: Calum Sample, @calum@m.example on Mastodon" in said.err
    assert everything(path) == before


def test_a_plan_alone_lists_everything_and_no_place_twice(
    path: Path, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    calum = Author("calum", "Calum Sample", "17")
    with Session(path) as session:
        session.record(
            *captured(
                *(post(f"3{n:02}", f"Mine too, {n}", 14, author=calum) for n in range(30)),
                *(post(f"4{n:02}", f"Yes @calum, {n}", 15, mentions=("calum",)) for n in range(30)),
            )
        )
    erase = ["erase", str(path), "--author", "calum@x"]
    assert run([*erase, "--dry-run"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in lines if line.endswith(" more")]
    assert len([line for line in lines if ": “Mine too, " in line]) == 30
    places = [line.split(":")[0] for line in lines if "Yes @calum" in line]
    assert len(set(places)) == len(places) == 30
    answers("n", "n")
    assert run(erase) == 1
    assert "\n  and 14 more\n" in capsys.readouterr().out


def test_a_name_in_an_address_that_stays_is_told_before_and_after(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    thanks = "feed:https://isla.example/thanks-calum-sample/"
    isla = Author("isla", "Isla", "https://isla.example/")
    with Session(path) as session:
        session.record(*captured(post(thanks, "A good evening", 20, author=isla)))
        session.record(*captured(post("51", "Read this", 21, quote_of=thanks)))
        number = session.chat.entries[thanks].seq
    erase = ["erase", str(path), "--author", "calum@x", "--yes"]
    line = f"The name stays in the address of #{number}, by which the post is known in the session"
    assert run(erase) == 0
    said = capsys.readouterr().out
    assert said.count(f"{line} file.\n") == 2


def test_names_in_addresses_of_posts_that_are_not_held_are_told(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = "feed:https://isla.example/thanks-calum-sample/"
    with Session(path) as session:
        session.record(*captured(*(post(f"5{n}", "Read", 20, quote_of=missing) for n in range(2))))
        numbers = [session.chat.entries[f"x:5{n}"].seq for n in range(2)]
    assert run(["erase", str(path), "--author", "calum@x", "--dry-run"]) == 0
    where = ", ".join(f"#{number}" for number in numbers)
    line = f"The name stays in the addresses of {where}, by which these posts are known"
    assert line in capsys.readouterr().out


def test_each_uncertain_account_is_asked_about(
    path: Path, answers: Answers, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = answers("y", "yes")
    assert run(["erase", str(path), "--author", "calum@x"]) == 0
    assert asked == [
        "Is that the same person? [y/N] ",
        "Erase all this of calum@x for good? [y/N] ",
    ]
    said = capsys.readouterr().out
    assert "@calum@m.example on Mastodon (1 post: #5 “Ours hangs" in said
    assert "Erased 5 posts of calum@x, 3 accounts, 1 repost or copy by others," in said
    assert "the entry on the agenda, the words of Q4." in said
    assert f"'tartantm correct {path}' writes these files again" in said
    assert "out of reach" in said
    assert entries(path) == {"x:4", "x:5", "x:6", "x:7", "x:8", "x:9"}


def test_saying_no_to_an_account_keeps_its_own_posts(path: Path, answers: Answers) -> None:
    theirs = Author("calum@m.example", "Calum Sample", "https://m.example/users/calum")
    other = post("mastodon:https://m.example/2", "Mine alone", 13, author=theirs)
    with Session(path) as session:
        session.record(*captured(other))
    answers("n", "y")
    assert run(["erase", str(path), "--author", "calum@x"]) == 0
    assert other.id in entries(path)


@pytest.mark.parametrize("given", [("n", "n"), ("y", ""), ()])
def test_nothing_is_erased_without_a_yes(
    path: Path, answers: Answers, capsys: pytest.CaptureFixture[str], given: tuple[str, ...]
) -> None:
    before = everything(path)
    answers(*given)
    assert run(["erase", str(path), "--author", "calum@x"]) == 1
    assert capsys.readouterr().out.endswith("Nothing was erased.\n")
    assert everything(path) == before


def test_also_names_another_account(path: Path) -> None:
    erase = ["erase", str(path), "--author", "calum@x", "--yes"]
    assert run([*erase, "--also", "calum@m.example@mastodon"]) == 0
    assert "mastodon:https://m.example/1" not in entries(path)


def test_erasing_again_wipes_again(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    erase = ["erase", str(path), "--yes"]
    theirs = Author("calum@m.example", "Calum Sample", "https://m.example/users/calum")
    with Session(path) as session:
        session.record(*captured(post("mastodon:https://m.example/2", "Mine", 13, author=theirs)))
    assert run([*erase, "--author", "calum@x"]) == 0
    count = len(list(recorded_events(path)))
    stays = "\nOf the same name, and staying: Calum Sample, @calum@m.example on Mastodon."
    for again, name, staying in (
        (["--author", "calum@x"], "calum@x", stays),
        (["--author", "Calum Sample"], "Calum Sample", stays),
        (["--author", "@CALUMWRITES"], "@CALUMWRITES", stays),
        (["--post", "#2"], "Post #2", ""),
        (["--post", "x:11"], "x:11", ""),
    ):
        capsys.readouterr()
        assert run([*erase, *again]) == 0
        assert capsys.readouterr().out == (
            f"{name} was erased before; nothing more is there to erase. The file was wiped again."
            f"{staying}\n"
        )
    assert len(list(recorded_events(path))) == count
    assert run([*erase, "--author", "calum@m.example@mastodon"]) == 0
    capsys.readouterr()
    assert run([*erase, "--author", "Calum Sample"]) == 0
    assert "staying" not in capsys.readouterr().out


def test_old_pages_that_another_program_holds_are_wiped_by_the_second_erasing(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (journals, sqlite):
        monkeypatch.setattr(module, "BUSY_SECONDS", 0.01)
    erase = ["erase", str(path), "--author", "calum@x", "--yes"]
    reader = sqlite3.connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM event").fetchone()
    assert run(erase) == 1
    said = capsys.readouterr()
    assert "another program still reads old pages of it; close it and erase again." in said.err
    for words in (
        "Erased 4 posts of calum@x",
        "Rewritten in others",
        "/srv/pages/evening",
        "Back-ups",
    ):
        assert words in said.out, words
    assert "x:1" not in entries(path)
    reader.close()
    assert run(erase) == 0
    assert b"calumwrites" not in everything(path)


def test_the_moderators_own_words_that_may_repeat_it_are_listed_before_and_after(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Afterwards nobody can tell any more."""
    with Session(path) as session:
        session.record(
            *captured(post("60", "Honestly nobody deletes zebrabox fields", 20, author="dorcas")),
            ev.Noted("x:2", "she said nobody deletes zebrabox fields"),
            ev.Noted("x:3", "Ask them about the fields"),
            ev.Summarised("Q1", "So nobody deletes zebrabox fields."),
        )
        quoted = session.chat.entries["x:2"].seq
    erase = ["erase", str(path), "--post", "x:60"]
    listed = (
        "Your own words, which stay; look whether they repeat what goes: 2\n"
        f"  #{quoted}: a note “she said nobody deletes zebrabox fields”\n"
        "  a summary of Q1: “So nobody deletes zebrabox fields.”\n"
    )
    for flag in ("--dry-run", "--yes"):
        assert run([*erase, flag]) == 0
        assert listed in capsys.readouterr().out


def test_what_was_only_reposted_is_its_authors(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "Honestly nobody deletes zebrabox fields"
    with Session(path) as session:
        session.record(
            *captured(
                post("60", said, 20, author="isla"),
                post("61", said, 21, author="dorcas", repost_of="x:60"),
            ),
            ev.Noted("x:2", "nobody deletes zebrabox fields"),
        )
    assert run(["erase", str(path), "--author", "dorcas@x", "--dry-run"]) == 0
    assert "Your own words" not in capsys.readouterr().out


def test_a_namesakes_whole_name_is_no_first_name(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Author("calum@m.example", "Calum Sample", "99")
    with Session(path) as session:
        session.record(
            *captured(
                post("mastodon:60", "Calum Sample here", 20, author=other),
                post("mastodon:61", "Calum Sample, says Calum", 21, author=other),
            )
        )
        number = session.chat.entries["mastodon:61"].seq
    assert run(["erase", str(path), "--author", "calum@x", "--yes"]) == 0
    said = capsys.readouterr().out
    assert f"look whether it means them: #7, #9, #{number}." in said
    assert f"The first name alone is still in: #7, #9, #{number}." in said


def test_bad_input_is_one_sentence(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    before = everything(path)
    for given, sentence in (
        (["--author", ""], "needs a handle"),
        (["--author", " @ "], "needs a handle"),
        (["--post", ""], "needs a handle"),
        (["--post", "#4000"], "4000"),
        (["--post", "x:4000"], "x:4000"),
        (["--author", "nobody"], "holds nothing of nobody"),
        (["--author", "calum@x", "--also", "nobody@x"], "holds nothing of nobody@x"),
        (["--post", "x:1", "--also", "calum@x"], "goes with --author"),
    ):
        assert run(["erase", str(path), *given, "--yes"]) == 2, given
        said = capsys.readouterr().err
        assert sentence in said and said.count("\n") == 1, given
    assert run(["erase", str(path), "--author", "calum@x"]) == 2
    assert "give --yes" in capsys.readouterr().err
    assert everything(path) == before


def test_one_handle_of_several_people_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        one, other = Author("calum", "Calum Sample", "17"), Author("calum", "Else", "99")
        third = Author("calum", "Calum Third", "did:plc:3")
        session.record(
            *captured(
                post("1", "One", author=one),
                post("2", "Other", author=other),
                post("bluesky:at://3", "Third", author=third),
            )
        )
    assert run(["erase", str(path), "--author", "calum", "--yes"]) == 2
    assert "calum names 3 accounts: 17, 99, calum@bluesky. Name one" in capsys.readouterr().err
    assert run(["erase", str(path), "--author", "99", "--yes"]) == 0
    assert entries(path) == {"x:1", "bluesky:at://3"}


@pytest.mark.parametrize(
    ("named", "goes", "shown"),
    [
        ("Participant 2", "x:2", "Participant 2 on X, id participant-2."),
        ("Participant 3", "x:3", "Participant 3 on X."),
        ("Participant 3@x", "x:3", "Participant 3 on X."),
        ("participant-5", "x:5", "Somebody on X, id participant-5."),
        ("Participant 4", "room:4", "Participant 4, said at the venue."),
    ],
)
def test_who_has_no_handle_is_erased_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], named: str, goes: str, shown: str
) -> None:
    path = tmp_path / "imported.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            *captured(
                post("2", "Two", author=Author("", "Participant 2", "participant-2")),
                post("3", "Three", author=Author("", "Participant 3")),
                post("room:4", "Four", author=Author("", "Participant 4")),
                post("5", "Five", author=Author("", "", "participant-5")),
            )
        )
    before = entries(path)
    assert run(["erase", str(path), "--author", named, "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith(shown)
    assert run(["erase", str(path), "--author", named, "--yes"]) == 0
    assert before - entries(path) == {goes}
    assert run(["erase", str(path), "--author", named, "--yes"]) == 0
    assert "was erased before" in capsys.readouterr().out
