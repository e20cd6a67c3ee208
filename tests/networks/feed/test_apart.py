"""A feed is read in a process that can be stopped, and that harms nobody whatever becomes of it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tartantm.networks.feed import apart
from tartantm.networks.feed.apart import read_apart
from tartantm.networks.feed.payload import read_feed
from tartantm.networks.feed.worker import Answer, Question, answer_to
from tartantm.networks.heard import Unreadable
from tests.networks.feed.test_payload import NOW, URL, rss

FEED = rss("<guid>t:1</guid><title>Words &amp; more #tartantm</title>")
HOLD = "import re\nre.search('(a+)+$', 'a' * 64 + 'b')\n"
"""A pattern that holds the interpreter for good: no thread of it runs any more."""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a worker module ``stand_in``, to be written by the test."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield tmp_path / "stand_in.py"


async def test_it_reads_what_read_feed_reads() -> None:
    assert await read_apart(FEED, URL, NOW) == read_feed(FEED, URL, NOW)


async def test_the_child_knows_the_zone_of_the_chat() -> None:
    local = rss("<guid>t:1</guid><pubDate>Wed, 17 Jun 2026 18:05:00</pubDate>")
    (entry,) = (await read_apart(local, URL, NOW, ZoneInfo("Europe/London"))).entries
    assert entry.post.created_at == datetime(2026, 6, 17, 17, 5, tzinfo=UTC)


async def test_what_cannot_be_read_says_why() -> None:
    with pytest.raises(Unreadable, match="it is neither RSS nor Atom"):
        await read_apart(b"Not a feed.", URL, NOW)


@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(3)",
        "import os\nos.abort()",
        "print('rubbish')",
        "import sys\nsys.stdout.buffer.write(b'\\xc1')",
        "import sys\nsys.stdout.buffer.write(b'\\x81\\xa4feed\\x01')",
        "import sys\nsys.stdin.close()\nprint('x' * 10)",
        "raise MemoryError",
    ],
)
async def test_a_child_that_dies_or_answers_rubbish_is_one_sentence(
    stand_in: Path, code: str, capfd: pytest.CaptureFixture[str]
) -> None:
    stand_in.write_text(code, encoding="utf-8")
    with pytest.raises(Unreadable, match="damaged beyond guessing"):
        await read_apart(FEED, URL, NOW, worker="stand_in")
    # Nor does anything of it reach the terminal.
    assert capfd.readouterr() == ("", "")


async def test_an_endless_answer_ends(stand_in: Path) -> None:
    stand_in.write_text(
        "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 65536)", encoding="utf-8"
    )
    with pytest.raises(Unreadable, match="damaged beyond guessing"):
        await read_apart(FEED, URL, NOW, worker="stand_in")


async def test_a_child_that_hangs_is_killed_and_the_next_one_reads(
    stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.write_text(HOLD, encoding="utf-8")
    monkeypatch.setattr(apart, "SECONDS", 0.2)
    with pytest.raises(Unreadable, match="takes more than"):
        await read_apart(FEED, URL, NOW, worker="stand_in")
    monkeypatch.undo()
    assert (await read_apart(FEED, URL, NOW)).entries


async def test_who_is_cancelled_does_not_wait_for_it(stand_in: Path, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    stand_in.write_text(
        f"import os\nopen({str(begun)!r}, 'w').write(str(os.getpid()))\n{HOLD}", encoding="utf-8"
    )
    reading = asyncio.create_task(read_apart(FEED, URL, NOW, worker="stand_in"))
    while not begun.exists() or not begun.read_text("utf-8"):
        await asyncio.wait([reading], timeout=0.01)
    before = monotonic()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert monotonic() - before < apart.SECONDS / 4
    if hasattr(signal, "SIGKILL"):
        with pytest.raises(ProcessLookupError):
            os.kill(int(begun.read_text("utf-8")), 0)


async def test_who_is_cancelled_at_once_starts_nothing(stand_in: Path) -> None:
    reading = asyncio.create_task(read_apart(FEED, URL, NOW))
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_without_a_python_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for nothing in ("", "/nowhere/python"):
        monkeypatch.setattr(sys, "executable", nothing)
        with pytest.raises(Unreadable, match="no process can be started"):
            await read_apart(FEED, URL, NOW)


async def test_the_child_gets_no_tokens_and_no_terminal(
    stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TARTANTM_X_TOKEN", "secret")
    monkeypatch.chdir(stand_in.parent.parent)
    stand_in.write_text(
        "import msgspec, os, sys\n"
        "told = [n for n in os.environ if n.startswith('TARTANTM')]\n"
        "told += [n for n in (0, 1, 2) if os.isatty(n)]\n"
        "if hasattr(os, 'getsid') and os.getsid(0) != os.getpid(): told.append('session')\n"
        "if '' in sys.path or os.getcwd() in sys.path: told.append('path')\n"
        "answer = {'unreadable': repr(told)}\n"
        "sys.stdout.buffer.write(msgspec.msgpack.encode(answer))\n",
        encoding="utf-8",
    )
    with pytest.raises(Unreadable, match=r"^\[\]$"):
        await read_apart(FEED, URL, NOW, worker="stand_in")


def started(question: Question) -> subprocess.Popen[bytes]:
    """The real worker, asked a question."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tartantm.networks.feed.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    packed = msgspec.msgpack.encode(question)
    assert child.stdin
    child.stdin.write(len(packed).to_bytes(8, "big") + packed)
    child.stdin.flush()
    return child


def test_the_child_ends_itself_where_nobody_kills_it() -> None:
    # It is what holds the interpreter that has to end, so the timer cannot be one of Python's.
    code = f"from tartantm.networks.feed.worker import limit\nlimit(0.2)\n{HOLD}"
    assert subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE).returncode != 0


def test_the_child_ends_with_its_parent() -> None:
    slow = b"<rss><channel>" + b"<item>" * 9_000
    with started(Question(slow, URL, NOW, "UTC", 300.0)) as child:
        assert child.stdin and child.stdout
        child.stdin.close()
        assert child.stdout.read() == b""
    assert child.returncode != 0


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="limits of memory are Linux's")
def test_the_child_has_a_limit_of_memory() -> None:
    code = (
        "from tartantm.networks.feed.worker import limit\n"
        "limit(60)\ntry: bytearray(2**31)\nexcept MemoryError: print('refused')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert ran.stdout.strip() == b"refused"


def test_an_answer_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tartantm.networks.feed.worker.LARGEST_ANSWER", 1000)
    title = "word " * 1000
    data = rss(f"<guid>t:1</guid><title>{title}</title><author>{title}</author>")
    answer = answer_to(Question(data, URL, NOW, "UTC", 1.0))
    assert len(answer) < 100
    assert msgspec.msgpack.decode(answer, type=Answer).unreadable == "it is too large to read"
