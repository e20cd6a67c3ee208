"""Secrets: a token is planted, then all that the program wrote and showed is searched for it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.agenda_files.write_toml import dump
from tartantm.cli import main as cli
from tartantm.settings.paths import session_name, slug
from tests.builders import AGENDA
from tests.networks.mastodon.server import MastodonServer
from tests.networks.x.server import XServer

ROOT = Path(__file__).parents[1]
SECRET = "Planted-Bearer-0123456789-abcdef"
posix = pytest.mark.skipif(os.name != "posix", reason="modes as POSIX has them")


def written(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every path below a folder, with the bytes of the files."""
    for path in folder.rglob("*"):
        yield path, path.read_bytes() if path.is_file() else b""


def leaks(folder: Path, *shown: str) -> list[str]:
    """Where the secret was found."""
    found = [str(path) for path, data in written(folder) if SECRET.encode() in data]
    found += [str(path) for path, _ in written(folder) if SECRET in path.name]
    return found + [text for text in shown if SECRET in text]


async def follow(tmp_path: Path, home: Path, *, break_it: bool = False) -> tuple[str, list[str]]:
    """Follow X and Mastodon with the secret as the token of both; returns output and leaks."""
    agenda = tmp_path / "agenda.toml"
    agenda.write_text(dump(replace(AGENDA, starts=datetime.now(UTC), ends=None)), encoding="utf-8")
    async with XServer(token=SECRET) as x, MastodonServer() as mastodon:
        if break_it:
            x.token = "another"
            mastodon.faults.answer("/api", (401, {}, {"error": f"no: {SECRET}"}))
        environment = os.environ | {
            "TARTANTM_X_URL": x.url,
            "TARTANTM_X_TOKEN": SECRET,
            "TARTANTM_MASTODON_TOKEN": SECRET,
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "127.0.0.1",
        }
        command = [sys.executable, "-m", "tartantm", "follow", str(agenda), "--source", "x"]
        command += ["--source", f"mastodon:{mastodon.url}", "--for", "3", "--publish"]
        command += [str(tmp_path), "--session", str(tmp_path / "a.tartantm")]
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(60):
            while not x.requests:
                await asyncio.sleep(0.02)
        lines = Path(f"/proc/{process.pid}/cmdline")
        seen = lines.read_text("utf-8") if lines.exists() else ""
        x.post("A1 words #tartantm")
        mastodon.post("A1 words #tartantm")
        assert process.stdout
        said = (await process.stdout.read()).decode()
        await process.wait()
    return said, leaks(tmp_path, said, seen)


@pytest.mark.parametrize("break_it", [False, True], ids=["well", "refused"])
async def test_a_token_is_written_and_shown_nowhere(
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    break_it: bool,
) -> None:
    said, found = await follow(tmp_path, home, break_it=break_it)
    assert said
    assert found == []
    session = tmp_path / "a.tartantm"
    monkeypatch.setenv("TARTANTM_X_TOKEN", SECRET)
    capsys.readouterr()
    assert cli.run(["export", str(session), "--output", str(tmp_path)]) == 0
    assert len(list(tmp_path.glob("*.html"))) >= 1
    assert leaks(tmp_path, *capsys.readouterr()) == []


def test_the_log_of_an_unexpected_exception_lacks_the_token(
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from tartantm.settings import credentials
    from tartantm.settings.config import Config

    monkeypatch.setenv("TARTANTM_X_TOKEN", SECRET)
    token = credentials.find("x", Config(), credentials.NamedBy.USER)
    assert token and SECRET not in repr(token) + str(token) + f"{token}"

    def broken(path: Path) -> object:
        raise RuntimeError(f"header Authorization: Bearer {SECRET}")

    monkeypatch.setattr("tartantm.cli.agenda_argument.load_agenda", broken)
    assert cli.run(["agenda", "check", "a.toml"]) == 1
    captured = capsys.readouterr()
    assert "RuntimeError" in captured.err
    assert leaks(home, captured.out, captured.err) == []


@posix
def test_only_the_owner_can_read_files(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = os.umask(0)
    try:
        agenda = tmp_path / "agenda.toml"
        agenda.write_text(dump(AGENDA), encoding="utf-8")
        posts = tmp_path / "posts.jsonl"
        posts.write_text(
            '{"id": "1", "text": "A1 words", "author_id": "7",'
            ' "created_at": "2026-06-17T17:05:00.000Z"}\n',
            encoding="utf-8",
        )
        command = ["follow", str(agenda), "--source", f"file:{posts}"]
        assert cli.run(command) == 0
        with closing(os.popen(f'printf "%s" {SECRET}')) as pipe:
            monkeypatch.setattr("sys.stdin", pipe)
            assert cli.run(["account", "add", "x"]) == 0
    finally:
        os.umask(old)
    modes = {str(path.relative_to(home)): path.stat().st_mode & 0o777 for path, _ in written(home)}
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
    assert any(name.endswith(".tartantm") for name in modes)
    holders = [path.name for path, data in written(home) if SECRET.encode() in data]
    assert holders == ["tokens.json"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "..", "a/b", "a\\b", "C:\\x", "con", "\x00", "~", "-rf"],
)
def test_names_from_outside_never_become_paths(name: str) -> None:
    made = session_name(replace(AGENDA, hashtags=(name,)))
    assert Path(made).name == made and "\\" not in made and ":" not in made
    assert not made.startswith((".", "-", "~"))
    assert slug(name) not in ("", ".", "..", "con")


CRASHING = """
import sys
from tartantm.cli import main as cli
from tartantm.settings import credentials
from tartantm.settings.config import Config
from tartantm.capture.supervisor import Supervisor

async def broken(self):
    token = credentials.find("x", Config(), credentials.NamedBy.USER)
    secret = token.secret
    raise RuntimeError(f"Authorization: Bearer {secret} \\x1b]0;PWN\\x07")

Supervisor.run = broken
sys.exit(cli.run(sys.argv[1:]))
"""
"""A program whose capture fails with a token at hand."""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="terminals as Linux has them")
@pytest.mark.parametrize("debug", ["", "1"])
async def test_a_desk_that_crashes_shows_no_token(debug: str, tmp_path: Path, home: Path) -> None:
    from tests.desk_process import DeskProcess

    agenda = tmp_path / "agenda.toml"
    agenda.write_text(dump(AGENDA), encoding="utf-8")
    desk = DeskProcess(
        ["run", str(agenda), "--source", "x", "--session", str(tmp_path / "a.tartantm")],
        {"TARTANTM_HOME": str(home), "TARTANTM_X_TOKEN": SECRET, "TARTANTM_DEBUG": debug},
        ("-c", CRASHING),
    )
    try:
        async with asyncio.timeout(60):
            while desk.process.poll() is None:
                await asyncio.sleep(0.02)
        await desk.rest()
    finally:
        desk.process.kill()
    os.close(desk.terminal)
    assert desk.process.returncode == 1
    assert "RuntimeError" in desk.text and b"\x1b]0;PWN" not in desk.drawn
    assert ("Traceback" in desk.text) == bool(debug)
    packed = "".join(desk.text.split())
    assert [SECRET[n:] for n in range(len(SECRET) - 9) if SECRET[n : n + 10] in packed] == []
    assert leaks(home) == []


def test_a_logins_own_tokens_are_hidden_like_those_of_the_user() -> None:
    from tartantm.networks.bluesky.xrpc import _session
    from tartantm.networks.protocol import Lost
    from tartantm.settings import credentials

    session = _session({"accessJwt": "Access-2468", "refreshJwt": "Renewal-1357"}, "https://a.b")
    assert "2468" not in repr(session)
    assert str(Lost("No: Access-2468, Ren\u2060ewal-1357.")) == "No: …, …."
    for odd in ("", "två", "a b", "a\r\nb"):
        with pytest.raises(Lost):
            _session({"accessJwt": odd, "refreshJwt": odd}, "https://a.b")
    assert "1357" not in credentials.mask_secrets("Renewal-1357")
