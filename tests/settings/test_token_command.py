"""Token commands that hang, flood, mumble or leave children behind."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tartantm.core.errors import TartantmError
from tartantm.settings import token_command


def python(program: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-c", program, *arguments)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        yield server


def test_the_first_line_is_the_token() -> None:
    assert token_command.run(python("print(' my-token \\nmore')")) == "my-token"


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import sys; sys.exit('my-secret')", "gave no token .exit code 1"),
        ("print('my-secret'); raise SystemExit(3)", "gave no token .exit code 3"),
        ("print()", "gave no token"),
        ("import sys; sys.stdout.buffer.write(b'my-secret\\xff')", "no token: its first line"),
        ("print('my-secret and more')", "no token: its first line"),
        ("print('my-secret\\x1b[2J')", "no token: its first line"),
        ("print('my-secret' * 100_000)", "more than any token"),
        ("while True: print('my-secret')", "more than any token"),
    ],
)
def test_what_is_no_token_is_not_quoted(program: str, words: str) -> None:
    with pytest.raises(TartantmError, match=words) as error:
        token_command.run(python(program))
    assert "my-secret" not in str(error.value)


def test_a_command_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_command, "COMMAND_SECONDS", 0.2)
    with pytest.raises(TartantmError, match="did not end in"):
        token_command.run(python("import time; print('token', flush=True); time.sleep(600)"))


def test_one_that_the_end_of_the_program_leaves_behind_is_ended(listener: socket.socket) -> None:
    hangs = (
        "import socket, sys, time\n"
        "held = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
        "time.sleep(600)"
    )
    program = (
        "import sys, threading\n"
        "from tartantm.settings import token_command\n"
        "threading.Thread(target=token_command.run, args=(sys.argv[1:],), daemon=True).start()\n"
        "sys.stdin.readline()"
    )
    command = python(program, *python(hangs, str(listener.getsockname()[1])))
    with subprocess.Popen(command, stdin=subprocess.PIPE) as ending:
        held, _ = listener.accept()
        assert ending.stdin is not None
        ending.stdin.close()
        with held:
            held.settimeout(30)
            assert held.recv(1) == b""


def test_none_is_begun_once_the_program_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_command, "_has_ended", True)
    with pytest.raises(TartantmError, match="did not work"):
        token_command.run(python("print('token')"))


def test_it_is_given_no_keyboard() -> None:
    assert token_command.run(python("import sys; print(len(sys.stdin.read()))")) == "0"


def test_a_command_is_ended_with_its_children(listener: socket.socket) -> None:
    child = (
        "import socket, sys, time\n"
        "held = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
        "print('.', flush=True)\n"
        "time.sleep(600)"
    )
    parent = (
        "import subprocess, sys\n"
        "begun = subprocess.Popen(\n"
        "    [sys.executable, '-c', sys.argv[2], sys.argv[1]], stdout=subprocess.PIPE\n"
        ")\n"
        "begun.stdout.readline()\n"
        "while True: print('more ' * 1000)"
    )
    with pytest.raises(TartantmError, match="more than any token"):
        token_command.run(python(parent, str(listener.getsockname()[1]), child))
    held, _ = listener.accept()
    with held:
        held.settimeout(30)
        assert held.recv(1) == b""


def test_a_child_that_stays_does_not_hold_a_good_token_up() -> None:
    program = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'])\n"
        "print('my-token')"
    )
    assert token_command.run(python(program)) == "my-token"
