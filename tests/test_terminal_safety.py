"""Hostile text at a real terminal: no byte acts, fakes a line or changes the order of one."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.cli import main as cli
from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Person, Question, Venue
from tartantm.core.events import Event
from tartantm.core.post import Author, Link, Media, Post
from tartantm.store.session import Session
from tests.builders import START, at, placed

TRICKS = (
    "\x1b[31mPWN\x1b[0m",
    "\x1b]52;c;UFdO\x07",
    "\x1b]0;PWN\x1b\\",
    "\x1b]8;;https://pwn.invalid\x07PWN\x1b]8;;\x07",
    "\x1bPPWN\x1b\\\x1b_PWN\x1b\\\x1b^PWN\x1b\\",
    "\x9b2J\x9d0;PWN\x9c\x90PWN\x9c",
    "\x1b[2J\x1b[H\x1b[6n\x1bc\x1b[?1049l\x1b[1;1r",
    "PWN\rSPOOFED\nSPOOFED\x0bSPOOFED\x0cSPOOFED\x85SPOOFED\u2028SPOOFED",
    "PWN\b\b\b\a\x00\x7f\x0e\x0f\x05",
    "\u202ePWN\u202d\u2066\u2067PWN\u2069\ufeff\u2060",
    "[@click=app.quit]PWN[/] [bold red]PWN[/bold red] [link=https://pwn.invalid]PWN[/link]",
    ":smile: [/] [ ] \\[ $text {pwn} %s",
    "P\u200bW\u200bN" + "\u0301" * 60,
)
"""What hostile posts may contain."""

OUR_OWN = {
    *("colour", "CSI H", "CSI >u", "CSI <u", "CSI ?$p", "string ]22;default", "000d"),
    *(f"mode ?{n}" for n in (7, 25, 1000, 1003, 1004, 1006, 1015, 1049, 2004, 2026, 2048)),
}
"""What the desk itself sends: colours, positions, modes for mouse, pointer and pasting."""

ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
SEQUENCE = re.compile(
    "\x1b(?:\\[([?<=>]?)([0-9;:]*)([ -/]*[@-~])|([\\]PX^_])(.*?)(?:\x07|\x1b\\\\)|(.))", re.S
)


def evening(words: Iterable[str]) -> list[Event]:
    """Events with these words, uncleaned, in every field that comes from outside."""
    events: list[Event] = []
    strings = tuple(words)
    agenda = Agenda(
        strings[0],
        hashtags=("tartantm",),
        starts=START,
        timezone="Europe/London",
        people=tuple(Person(each, (f"h{n}",), "guest", each) for n, each in enumerate(strings)),
        venues=tuple(Venue(each) for each in strings),
        questions=tuple(Question(f"Q{n}", each) for n, each in enumerate(strings, 1)),
    )
    events.append(ev.Begun(agenda, "d", "00" * 8))
    for n, each in enumerate(strings):
        post = Post(
            f"x:{n}",
            Author(each, each, f"{n}", each),
            at(n),
            each,
            url="https://x.com/i/status/1",
            reply_to=f"x:{n - 1}" if n else None,
            reply_to_handle=each,
            hashtags=(each,),
            links=(Link("https://pwn.invalid/", each, each),),
            media=(Media("image", "https://pwn.invalid/a.png", each),),
            content_warning=each if n % 2 else None,
            languages=(each,),
        )
        why = replace(placed("Q1", inbox=n % 3 == 0), reason=each, by="wording")
        events += [ev.Captured(post, why, each), ev.Noted(post.id, each), ev.Starred((post.id,))]
        remark = Post(f"room:{n}", Author(each, each), at(n), each, venue=each)
        events.append(ev.Remarked(remark, f"Q{n + 1}"))
        events.append(ev.Summarised(f"Q{n + 1}", each))
        events.append(ev.SourceChanged(each, "failed", each, n))
        events.append(ev.Edited(replace(post, text=f"{each} again", edited_at=at(n + 1))))
    return events


def made(path: Path, words: Iterable[str]) -> Path:
    with Session(path, create=True) as session:
        session.record(*evening(words))
    return path


def kinds(drawn: str) -> set[str]:
    """The kinds of escape sequences, without their numbers, and other control characters."""
    found = set()
    for match in SEQUENCE.finditer(drawn):
        private, numbers, final, string, body, single = match.groups()
        if final == "m":
            found.add("colour")
        elif final in ("h", "l"):
            found.add(f"mode {private}{numbers}")
        elif final:
            found.add(f"CSI {private}{final}")
        elif string:
            found.add(f"string {string}{(body or '')[:12]}")
        else:
            found.add(f"ESC {single}")
    return found | {f"{ord(c):04x}" for c in ACTING.findall(SEQUENCE.sub("", drawn))}


WALK = (
    *("dkkkdi", "\rksuw", "\x1b", "m", "\x1b", "p", "\x1b", "S", "\x1b", "r", "\x1b", "O", "\x1b"),
    *("]]]]S", "\x1b", "huT", "\x1b", "\x10", "Show", "\x1b", "/PWN", "\x1b", "?", "\x1b"),
    *("[[[[X", "pPWN", "\x1b", "M", "a", "\x1b", "P", "\x1b", "X", "Ep", "\x1b", "X", "Ea", "\x1b"),
)
"""Keys that open all lists, dialogs and messages; Escape is sent alone, or it would be Alt."""


async def walk(session: Path, home: Path) -> str:
    """What the desk writes to a terminal while every list and dialog is opened."""
    from tests.desk_process import DeskProcess

    desk = DeskProcess(["run", str(session)], {"TARTANTM_HOME": str(home)})
    try:
        await desk.shows("saved")
        await desk.rest(0.5)
        for key in WALK:
            os.write(desk.terminal, key.encode())
            await desk.rest()
        assert await desk.leave() == 0, desk.text[-2000:]
    finally:
        desk.process.kill()
    return desk.drawn.decode()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="terminals as Linux has them")
async def test_the_desk_lets_nothing_act(tmp_path: Path, home: Path) -> None:
    themes = home / "themes"
    themes.mkdir(parents=True, exist_ok=True)
    (themes / "\x1b]0;PWN\x07.toml").write_text("\x1b[31m = 1", encoding="utf-8")
    hostile = await walk(made(tmp_path / "hostile.tartantm", TRICKS), home)
    assert "PWN" in hostile
    assert kinds(hostile) <= OUR_OWN


def archive(path: Path, words: Iterable[str]) -> Path:
    """An archive of Mastodon statuses; each string in every field."""
    rows = []
    for n, each in enumerate(words):
        account = {"id": "1", "acct": f"a{n}", "username": f"a{n}", "display_name": each}
        status = {
            "id": f"{n}",
            "uri": f"https://b.example/{n}",
            "url": f"https://b.example/{n}",
            "created_at": f"2026-06-17T17:{n:02}:00Z",
            "content": f"<p>{each.replace('<', '&lt;')}</p>",
            "spoiler_text": each,
            "visibility": "public",
            "account": account,
            "tags": [{"name": each}],
            "language": each,
        }
        rows.append(json.dumps(status))
    path.write_text("\n".join([*rows, '{"\x1b[31m": "PWN"', "\x1b]0;PWN\x07"]), encoding="utf-8")
    return path


AGENDA_TOML = """title = "PWN\\u001b[31m\\u202e"
hashtags = ["tartantm"]
[[questions]]
text = "PWN\\u001b]52;c;UFdO\\u0007 \\u009b2J"
"""


def commands(folder: Path) -> list[list[str]]:
    agenda, session = folder / "agenda.toml", folder / "a.tartantm"
    agenda.write_text(AGENDA_TOML, encoding="utf-8")
    bad = folder / "bad.toml"
    bad.write_text('"\\u001b[31mPWN" = 1\n', encoding="utf-8")
    broken = folder / "broken.md"
    broken.write_text("# \x1b[31m\n", encoding="utf-8")
    posts = archive(folder / "posts.jsonl", TRICKS)
    garbage = folder / "garbage.json"
    garbage.write_text('{"\\u001b[31mPWN": 1}', encoding="utf-8")
    hostile = made(folder / "home" / "sessions" / "hostile.tartantm", TRICKS)
    follow = ["follow", str(agenda), "--source", f"file:{posts}", "--session"]
    return [
        [*follow, str(session)],
        [*follow, str(folder / "b.tartantm"), "--json"],
        ["follow", str(agenda), "--source", "\x1b[31mPWN"],
        ["follow", str(agenda), "--source", "mastodon:\x1b[31mPWN"],
        ["import", str(posts), "--agenda", str(agenda), "--session", str(folder / "c.tartantm")],
        ["import", str(garbage), "--agenda", str(agenda), "--session", str(folder / "d.tartantm")],
        ["agenda", "check", str(agenda)],
        ["agenda", "convert", str(agenda)],
        ["agenda", "check", str(bad)],
        ["agenda", "check", str(broken)],
        ["agenda", "check", "no\x1b[31msuch"],
        ["sessions"],
        ["themes"],
        ["account", "remove", "mastodon:\x1b[31mpwn"],
        ["export", str(hostile), "--format", "html\x1b[31m"],
        ["export", "no\x1b[31msuch"],
        ["erase", str(hostile), "--author", "\x1b[31mPWN", "--yes"],
    ]


def test_commands_let_nothing_act(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "sessions").mkdir(parents=True)
    faults = []
    for command in commands(tmp_path):
        with suppress(SystemExit):  # argparse names what it does not know
            cli.run(command)
        captured = capsys.readouterr()
        said = captured.out + captured.err
        if not said or ACTING.search(said) or re.search("Traceback|should not have", said):
            faults.append((command, said))
        if command[0] == "follow" and command[-1].endswith("a.tartantm"):
            assert len(captured.out.splitlines()) == len(TRICKS), captured.out
            assert not re.search("^SPOOFED", captured.out, re.M)
    assert not faults
