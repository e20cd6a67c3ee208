"""What `mute` and `redact` hit is asked about before, and said after."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.cli.withhold import named_by_others
from tartantm.core.chat import Chat
from tartantm.core.events import Deleted, Muted, Noted, Redacted, Remarked
from tartantm.core.post import Author
from tartantm.core.redaction import Redactions
from tartantm.moderation.agenda import promote
from tartantm.store import journal as journals
from tartantm.store.journal import recorded_events
from tartantm.store.session import Session
from tartantm.store.sqlite import connect
from tests.builders import AGENDA, at, captured, chat_of, post

MORAG = Author("morag", "Mòrag NicLeòid", "50")
ELSEWHERE = Author("morag@m.example", "Mòrag NicLeòid", "https://m.example/users/50")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    """Forty posts: Mòrag's on X and perhaps on Mastodon, Isla's of the agenda, and thanks."""
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            *captured(
                post("1", "Hello", author=MORAG),
                post("mastodon:https://m.example/users/50/statuses/1", "Hi", author=ELSEWHERE),
                post("2", "Thanks Mòrag NicLeòid", author="calum"),
                post("3", "Thanks Morag NicLeoid", author="dele"),
                post("4", "Mine", author=Author("isla", "Isla Example", "60")),
                *(post(f"{n}", f"Words {n} of everybody", author="calum") for n in range(5, 40)),
            )
        )
        yield path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Somebody sits at the terminal; the questions that were asked. They answer with `answers`."""
    questions: list[str] = []

    def answer(question: str) -> str:
        questions.append(question)
        return answers.pop(0)

    monkeypatch.setattr("tartantm.cli.asking.can_answer", lambda: True)
    monkeypatch.setattr("tartantm.cli.withhold.can_answer", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    yield questions
    assert not answers


answers: list[str] = []


def does(path: Path, command: str, *arguments: str) -> int:
    return run([command, str(path), *arguments])


def rules(path: Path) -> list[tuple[str, str]]:
    chat = Chat(recorded_events(path))
    return [*chat.mutes, *chat.redactions]


def test_it_says_how_many_posts_by_whom_and_in_which_accents(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert does(kept, "redact", "--phrase", "Mòrag NicLeòid", "--reason", "request") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Redacted a phrase: by request.",
        "4 posts by 4 accounts. With other accents: “Morag NicLeoid” (1).",
    ]
    assert does(kept, "mute", "--phrase", "zanzibar") == 0
    later = "No post has it so far; later ones will be"
    assert capsys.readouterr().out == f"Muted a phrase.\n{later} hidden.\n"
    assert does(kept, "redact", "--phrase", "zanzibar") == 0
    assert capsys.readouterr().out == f"Redacted a phrase.\n{later} redacted.\n"
    assert does(kept, "redact", "--author", "hamish.example") == 0
    said = capsys.readouterr().out
    assert said == "Redacted @hamish.example.\nNo post so far; later ones will be redacted.\n"


def test_a_mute_says_where_the_name_stays(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = ("--author", "morag", "--also", "morag@m.example@mastodon")
    assert does(kept, "mute", *both) == 0
    assert capsys.readouterr().out == (
        "Muted @morag and @morag@m.example.\n2 posts by 2 accounts.\n"
        "Their name stays in 2 posts of others; redact takes it out.\n"
    )
    for quiet in (("hide", "#4"), ("redact", *both)):
        assert does(kept, "undo") == 0
        assert does(kept, *quiet) == 0
        capsys.readouterr()
        assert does(kept, "mute", *both) == 0
        said = capsys.readouterr().out
        assert ("stays in 1 post of others" in said) == (quiet[0] == "hide"), said
    assert "Their name" not in said


def test_exact_leaves_other_accents(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert does(kept, "mute", "--phrase", "Mòrag NicLeòid", "--exact") == 0
    assert capsys.readouterr().out == "Muted a phrase.\n1 post by 1 account.\n"
    assert rules(kept) == [("exact", "Mòrag NicLeòid")]
    chat = Chat(recorded_events(kept))
    assert [entry.id for entry in chat.entries.values() if entry.muted] == ["x:2"]
    assert does(kept, "mute", "--phrase", "mòrag  nicleòid", "--off") == 0
    assert rules(kept) == []


def test_other_accents_are_asked_about(kept: Path, asked: list[str]) -> None:
    answers[:] = ["n"]
    assert does(kept, "redact", "--phrase", "Mòrag NicLeòid") == 0
    assert asked == ["Withhold these too? [y/N] "]
    assert rules(kept) == [("exact", "Mòrag NicLeòid")]
    answers[:] = ["y"]
    assert does(kept, "mute", "--phrase", "Mòrag NicLeòid") == 0
    assert rules(kept)[0] == ("phrase", "Mòrag NicLeòid")


def test_whoever_may_be_the_same_is_named_and_left(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert does(kept, "redact", "--author", "morag@x") == 0
    said = capsys.readouterr()
    assert said.err == (
        "Perhaps the same person's, and left alone unless named with --also: Mòrag NicLeòid,"
        " @morag@m.example on Mastodon (morag@m.example@mastodon)."
        " Where they have the same name it is withheld too; handle and words stay.\n"
    )
    assert rules(kept) == [("author", "x:morag")]
    does(kept, "undo")
    capsys.readouterr()
    assert does(kept, "redact", "--author", "morag", "--also", "morag@m.example@mastodon") == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("Redacted @morag and @morag@m.example.\n4 posts by 4 accounts.")
    assert len(rules(kept)) == 2
    assert does(kept, "undo") == 0
    assert capsys.readouterr().out == "Undid: Redacted @morag and @morag@m.example.\n"
    assert rules(kept) == []


def test_each_who_may_be_the_same_is_asked_about(kept: Path, asked: list[str]) -> None:
    answers[:] = ["n"]
    assert does(kept, "mute", "--author", "morag@x") == 0
    answers[:] = ["y"]
    assert does(kept, "redact", "--author", "morag@x") == 0
    assert (
        asked
        == ["Mòrag NicLeòid, @morag@m.example on Mastodon: is that the same person? [y/N] "] * 2
    )
    assert rules(kept) == [
        ("author", "x:morag"),
        ("author", "x:morag"),
        ("author", "mastodon:morag@m.example"),
    ]


def test_much_is_asked_about(kept: Path, asked: list[str]) -> None:
    answers[:] = ["n"]
    assert does(kept, "mute", "--phrase", "words") == 1
    assert asked == ["That is 35 of 40 posts. Go on? [y/N] "]
    assert rules(kept) == []
    answers[:] = ["y"]
    assert does(kept, "mute", "--phrase", "words") == 0
    assert does(kept, "redact", "--phrase", "everybody", "--yes") == 0
    assert len(rules(kept)) == 2


def test_much_is_said_where_nobody_can_answer(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert does(kept, "mute", "--phrase", "words") == 0
    assert capsys.readouterr().err == "That is 35 of 40 posts.\n"
    assert does(kept, "mute", "--phrase", "everybody", "--yes") == 0
    assert capsys.readouterr().err == ""


def test_somebody_of_the_agenda_who_wrote_nothing_can_be_named(kept: Path) -> None:
    assert does(kept, "redact", "--author", "hamish.example") == 0
    assert rules(kept) == [("author", "bluesky:hamish.example")]
    assert does(kept, "redact", "--author", "hamish.example", "--off") == 0
    assert rules(kept) == []


def test_an_author_is_named_with_all_that_is_certainly_theirs(tmp_path: Path) -> None:
    path = tmp_path / "two.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        isla = Author("isla@mastodon.example", "Isla Example", "https://mastodon.example/users/i")
        session.record(
            *captured(
                post("4", "Mine", author=Author("isla", "Isla Example", "60")),
                post("mastodon:https://mastodon.example/users/i/statuses/1", "Too", author=isla),
            )
        )
    assert does(path, "mute", "--author", "isla", "--yes") == 0
    with Session(path) as session:
        chat = session.chat
        assert [act.words for act in chat.history.acts] == [
            "Muted @isla and @isla@mastodon.example"
        ]
        assert all(entry.muted for entry in chat.entries.values())
    assert does(path, "mute", "--author", "isla@mastodon.example", "--off") == 0
    assert rules(path) == []


@pytest.mark.parametrize("command", ["mute", "redact"])
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--phrase", ""), "A phrase needs words."),
        (("--phrase", "!!!"), "A phrase needs words."),
        (("--phrase", "\u200b\u00ad"), "A phrase needs words."),
        (("--author", ""), "An author is named by a handle, or by handle@network."),
        (("--author", "nobody"), "Nobody here is called nobody."),
        (("--author", "morag", "--also", "nobody"), "Nobody here is called nobody."),
        (("--phrase", "x", "--also", "morag"), "it goes with --author"),
        (("--author", "morag", "--exact"), "it goes with --phrase"),
    ],
)
def test_what_names_nothing_is_refused(
    kept: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    arguments: tuple[str, ...],
    says: str,
) -> None:
    before = Chat(recorded_events(kept)).last_seq
    assert does(kept, command, *arguments) == 2
    said = capsys.readouterr()
    assert says in said.err and said.err.count("\n") == 1
    assert Chat(recorded_events(kept)).last_seq == before


def test_a_post_that_is_not_there_is_refused(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert does(kept, "redact", "--post", "99999") == 2
    assert "There is no post 99999" in capsys.readouterr().err


def test_events_of_one_act_say_so(kept: Path) -> None:
    assert does(kept, "redact", "--author", "morag", "--also", "morag@m.example@mastodon") == 0
    assert does(kept, "mute", "--author", "calum", "--yes") == 0
    joined = [
        (item.event.value, item.event.joined)
        for item in recorded_events(kept)
        if isinstance(item.event, Muted | Redacted)
    ]
    assert joined == [
        ("x:morag", False),
        ("mastodon:morag@m.example", True),
        ("x:calum", False),
    ]


def test_what_holds_is_listed_with_what_ends_it(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, nothing in (("mute", "No mute holds.\n"), ("redact", "No redaction holds.\n")):
        assert does(kept, command, "--list") == 0
        assert capsys.readouterr().out == nothing
    with Session(kept) as session:
        ewan = post("room:1", "Said", author=Author("", "Ewan Sample"))
        session.record(Remarked(ewan, "Q1"))
    assert does(kept, "redact", "--author", "morag", "--reason", "request") == 0
    assert does(kept, "redact", "--phrase", "it's mine", "--exact") == 0
    assert does(kept, "redact", "--phrase", "Mine", "--reason", "personal") == 0
    assert does(kept, "redact", "--post", "4", "--reason", "abuse") == 0
    assert does(kept, "mute", "--author", "Ewan Sample") == 0
    assert "Muted Ewan Sample." in capsys.readouterr().out
    assert does(kept, "redact", "--list") == 0
    lines = capsys.readouterr().out.splitlines()
    since = r"; since \d+ \w+ \d{4}, \d\d:\d\d; "
    for line, begins, ends in zip(
        lines[::2],
        (
            "author Mòrag NicLeòid, @morag on X: by request",
            "phrase “it's mine”, with no other accents",
            "phrase “Mine”: personal data",
            "words of #4, Calum Example: abuse",
        ),
        ("concerns 4 posts", "concerns 0 posts", "concerns 1 post", "concerns 1 post"),
        strict=True,
    ):
        assert re.fullmatch(re.escape(begins) + since + ends, line), line
    for command in lines[1::2]:
        assert run(shlex.split(command)[1:]) == 0
    capsys.readouterr()
    assert does(kept, "redact", "--list") == 0
    assert capsys.readouterr().out == "No redaction holds.\n"
    assert does(kept, "mute", "--list") == 0
    rule, command = capsys.readouterr().out.splitlines()
    assert rule.startswith("author Ewan Sample, said at the venue; since ")
    assert rule.endswith("; hides 1 post") and "--author 'Ewan Sample@room' --off" in command
    assert run(shlex.split(command)[1:]) == 0
    assert rules(kept) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--author", "calum"), "@calum was not {}."),
        (("--author", "Hamish Sample"), "@hamish.example was not {}."),
        (("--phrase", "Words"), "That phrase was not {}."),
    ],
)
@pytest.mark.parametrize(("command", "verb"), [("mute", "muted"), ("redact", "redacted")])
def test_what_does_not_hold_does_not_end(
    kept: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    says: str,
    command: str,
    verb: str,
) -> None:
    for again in (True, False):
        before = Chat(recorded_events(kept)).last_seq
        assert does(kept, command, *arguments, "--off") == 2
        assert capsys.readouterr().err == f"tartantm: {says.format(verb)}\n"
        assert Chat(recorded_events(kept)).last_seq == before
        if again:
            assert does(kept, command, *arguments, "--yes") == 0
            assert does(kept, command, *arguments, "--off") == 0
            capsys.readouterr()


def test_a_post_that_is_not_redacted(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert does(kept, "redact", "--post", "#4", "--off") == 2
    assert capsys.readouterr().err == "tartantm: #4 was not redacted.\n"


def test_a_name_that_stays_withheld_is_said(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert does(kept, "redact", "--phrase", "NicLeòid") == 0
    assert does(kept, "redact", "--author", "morag@m.example") == 0
    assert does(kept, "redact", "--author", "morag@x") == 0
    capsys.readouterr()
    assert does(kept, "redact", "--author", "morag@x", "--off") == 0
    said = capsys.readouterr()
    assert said.out == "No longer redacted @morag.\n"
    assert said.err == (
        "The name stays withheld, by other redactions: a phrase and @morag@m.example."
        " --list shows them.\n"
    )
    assert does(kept, "redact", "--phrase", "NicLeòid", "--off") == 0
    capsys.readouterr()
    assert does(kept, "redact", "--author", "morag@m.example", "--off") == 0
    assert capsys.readouterr().err == ""


def test_hiding_muting_and_redacting_say_which_question_loses_its_words(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Session(kept) as session:
        for asker, text in (("x:1", "Hello"), ("x:4", "Mine")):
            act = promote(session.chat, asker, text, "end")
            session.act(*act.events)
        number = session.chat.number_of("x:4")
    named = "{} was made of what goes, and shows none of its words."
    assert does(kept, "mute", "--author", "@morag@x", "--yes") == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "Muted @morag.",
        "1 post by 1 account.",
        named.format("Q4"),
    ]
    assert does(kept, "redact", "--post", f"#{number}") == 0
    assert named.format("Q5") in capsys.readouterr().out
    assert does(kept, "hide", f"#{number}") == 0
    assert capsys.readouterr().err.splitlines() == [named.format("Q5")]
    assert does(kept, "hide", "--off", f"#{number}") == 0
    assert capsys.readouterr().err == ""


NO_HANDLES = {
    "Participant 2": (post("2", "Two", author=Author("", "Participant 2", "participant-2")), "x:2"),
    "Participant 3": (post("3", "Three", author=Author("", "Participant 3")), "x:3"),
    "Participant 4": (post("room:4", "Four", author=Author("", "Participant 4")), "room:4"),
}


@pytest.mark.parametrize("command", ["mute", "redact"])
@pytest.mark.parametrize("named", NO_HANDLES)
def test_who_has_no_handle_is_named_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, named: str
) -> None:
    path = str(tmp_path / "imported.tartantm")
    with Session(Path(path), create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(*(each for each, _ in NO_HANDLES.values())))
    assert run([command, path, "--author", named, "--yes"]) == 0
    with Session(Path(path)) as session:
        rules = session.chat.mutes if command == "mute" else session.chat.redactions
        (rule,) = rules
        hidden = {each.id for each in session.chat.entries.values() if each.muted}
        redactions = Redactions(session.chat)
        withheld = {each for each in session.chat.entries if redactions.hides_author(each)}
    at = NO_HANDLES[named][1]
    assert rule == ("author", f"{at.partition(':')[0]}:{named.casefold()}")
    assert (hidden if command == "mute" else withheld) == {at}
    capsys.readouterr()
    assert run([command, path, "--list"]) == 0
    *_, ends = capsys.readouterr().out.strip().splitlines()
    _, *arguments = shlex.split(ends)
    assert run(arguments) == 0
    with Session(Path(path)) as session:
        assert not session.chat.mutes and not session.chat.redactions


AILSA = Author("ailsaex", "Ailsa Madeup", "7")


@pytest.fixture
def deleted(tmp_path: Path) -> Path:
    """Ailsa's only post was deleted; three of others name her."""
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            *captured(
                post("1", "Hello", author=AILSA),
                post("2", "Thanks Ailsa Madeup", author="calum"),
                post("3", "See #AilsaMadeup and @ailsaex", author="dele"),
                post("4", "Ailsa Madeup again", author="dele"),
            )
        )
        session.record(Deleted(("x:1",), at(9)))
    return path


@pytest.mark.parametrize("command", ["erase", "redact", "mute"])
@pytest.mark.parametrize(
    ("written", "stands", "phrase"),
    [
        ("ailsa madeup", " and 2 more", "'ailsa madeup'"),
        ("ailsaex", "", "ailsaex"),
        ("@ailsaex@x", "", "ailsaex"),
    ],
)
def test_others_still_name_who_has_no_post_any_more(
    deleted: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    written: str,
    stands: str,
    phrase: str,
) -> None:
    with Session(deleted) as session:
        number = session.chat.entries["x:2" if stands else "x:3"].seq
    assert run([command, str(deleted), "--author", written, "--yes"]) == 2
    assert capsys.readouterr().err == (
        f"tartantm: Nobody of that name has a post here; the name stands in #{number}{stands}."
        f" tartantm redact {deleted} --phrase {phrase} withholds it.\n"
    )
    assert run(["redact", str(deleted), "--phrase", phrase.strip("'"), "--yes"]) == 0


def test_names_of_authors_and_ordinary_words_name_nobody_else() -> None:
    author = Author("calum", "Calum Sample", "17")
    chat = chat_of(
        *captured(post("1", "We will see @will", author=author)), Noted("x:1", "Of Rhona")
    )
    for written in ("Calum", "will", "Rhona", "nobody", "", "@"):
        assert named_by_others(chat, Path("evening"), written) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("redact", "--phrase", "words", "--yes"),
        ("mute", "--phrase", "words"),
        ("erase", "--author", "calum", "--yes"),
        ("star", "1"),
    ],
)
def test_a_file_that_can_only_be_read_is_all_that_is_said(
    kept: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.setattr(journals, "connect", lambda *given: (connect(*given)[0], True))
    assert does(kept, *arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"tartantm: {kept} cannot be written; check its permissions.\n"
    assert does(kept, "redact", "--list") == 0
    assert does(kept, "erase", "--author", "calum", "--dry-run") == 0


def test_a_very_long_phrase_is_listed_by_its_beginning(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert does(kept, "redact", "--phrase", "x" * 100_000) == 0
    assert does(kept, "redact", "--phrase", "y" * 100_000, "--exact") == 0
    capsys.readouterr()
    assert does(kept, "redact", "--list") == 0
    said = capsys.readouterr().out
    assert f"phrase “{'x' * 80}…”; since" in said and f"phrase “{'y' * 80}…”, with" in said
    assert said.count("    ends on the desk, under X\n") == 2


@pytest.mark.parametrize("command", ["redact", "mute", "erase"])
def test_half_a_handle_is_answered_with_the_whole(
    kept: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert does(kept, command, "--author", "mora", "--yes") == 2
    said = capsys.readouterr().err
    assert "to be given in full: morag@x, morag@m.example@mastodon." in said
