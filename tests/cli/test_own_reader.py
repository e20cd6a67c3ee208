"""A reader of the user's own from the command line: off, refused, allowed, and at work."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tartantm.cli.main import run
from tartantm.core.chat import Chat
from tartantm.demo import AGENDA, EVENING
from tartantm.settings.paths import paths
from tartantm.store.session import Session
from tests.networks.reader.server import ReaderServer, everything_to, words_in
from tests.test_imports import loaded_by

ROOT = Path(__file__).parents[2]
BEYOND = "http://192.0.2.7:11434/v1"


def configured(*lines: str) -> None:
    path = paths().config
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["[grouping]", *lines]) + "\n", encoding="utf-8", newline="\n")


def following(session: Path) -> list[str]:
    return ["follow", str(AGENDA), "--source", f"file:{EVENING}", "--session", str(session)]


async def followed(session: Path) -> tuple[int | None, str]:
    """Follow the demo's evening in a process of its own; returns its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tartantm", *following(session)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    _, said = await process.communicate()
    return process.returncode, said.decode()


def chat_in(path: Path) -> Chat:
    with Session(path) as session:
        return session.chat


def test_without_a_setting_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    ((code, modules),) = loaded_by(tuple(following(tmp_path / "a.tartantm")))
    assert code == 0
    assert not {name for name in modules if re.search("reader_address|own_reader$", name)} - {
        "tartantm.cli.own_reader"
    }
    assert not any(name.startswith("tartantm.networks.reader") for name in modules)


def test_follow_ends_when_the_reader_has_nothing_more_to_do(tmp_path: Path) -> None:
    async def run_it() -> None:
        session = tmp_path / "a.tartantm"
        async with ReaderServer(everything_to("Q2")) as server:
            configured(f'reader = "{server.address}"', "reader_budget = 3")
            code, said = await followed(session)
            assert code == 0, said
            assert re.search(
                r"tartantm: Your reader \(made-up-7b\) was asked about \d+ posts", said
            )
            assert "leave this machine" not in said
            chat = chat_in(session)
            assert len(chat.read) == len(server.requests) == 3
            assert any(each.placement.by == "reader" for each in chat.posts())
            code, said = await followed(session)
            assert code == 0 and len(server.requests) == 3, "the budget is used up"

    asyncio.run(run_it())


def test_follow_ends_where_the_reader_is_not_there(tmp_path: Path) -> None:
    async def run_it() -> None:
        async with ReaderServer() as server:
            gone = server.address
        configured(f'reader = "{gone}"')
        code, said = await followed(tmp_path / "a.tartantm")
        assert code == 0 and "does not answer; see that its server runs." in said

    asyncio.run(run_it())


@pytest.mark.parametrize("command", ["follow", "replay", "run"])
def test_beyond_this_machine_it_is_refused(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(f'reader = "{BEYOND}"')
    session = tmp_path / "a.tartantm"
    given = {
        "follow": following(session),
        "replay": ["replay", str(EVENING), "--agenda", str(AGENDA), "--session", str(session)],
        "run": ["run", str(AGENDA), "--offline", "--session", str(session)],
    }
    assert run(given[command]) == 2
    said = capsys.readouterr().err
    assert "beyond this machine" in said and "reader_may_leave = true" in said
    assert said.count("\n") == 1 and not session.exists()


def test_it_is_said_where_words_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(f'reader = "{BEYOND}"', "reader_may_leave = true", "reader_timeout = 5")
    heard: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(200))
        writer.close()

    async def behind_a_proxy() -> tuple[int | None, str]:
        # No test goes beyond this machine: what would leave it is caught by a proxy here.
        server = await asyncio.start_server(proxy, "127.0.0.1", 0)
        for name in ("http_proxy", "HTTP_PROXY"):
            port = server.sockets[0].getsockname()[1]
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        async with server:
            return await followed(tmp_path / "a.tartantm")

    code, said = asyncio.run(behind_a_proxy())
    assert code == 0
    assert (
        "tartantm: From now on words leave this machine for your reader at 192.0.2.7:11434, "
        "unencrypted.\n" in said
    )
    assert heard and b"192.0.2.7:11434" in heard[0]


def test_other_commands_do_not_care(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configured(f'reader = "{BEYOND}"')
    session = tmp_path / "a.tartantm"
    given = ["import", str(EVENING), "--agenda", str(AGENDA), "--session", str(session)]
    assert run(given) == 0 and run(["export", str(session), "--output", str(tmp_path)]) == 0
    assert "beyond" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        (['reader = "{}"'], 0, "The model made-up-7b answers"),
        ([f'reader = "{BEYOND}"'], 1, "beyond this machine"),
        (['reader = "{}"', 'reader_token_command = "false"'], 1, "The token command false"),
    ],
)
def test_doctor_tries_it(
    lines: list[str],
    code: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Sources are another matter: none is tried here."""
    from tartantm.cli import networks
    from tartantm.settings.config import load

    async def run_it() -> None:
        async with ReaderServer(everything_to("Q2")) as server:
            configured(*(line.format(server.address) for line in lines))
            assert await networks._doctor([], load(), ["tartantm"]) == code
            if server.requests:
                assert "Shortbread" in words_in(server.requests[0])

    asyncio.run(run_it())
    said = " ".join(capsys.readouterr().out.split())
    assert "your reader" in said and words in said
