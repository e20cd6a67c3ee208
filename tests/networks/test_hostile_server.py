"""`doctor`, and the desk at a real terminal, against servers that mean no good."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.agenda_files.write_toml import dump
from tests.builders import AGENDA
from tests.networks.command_line import here, hurry
from tests.networks.hostile_server import KINDS, HostileServer
from tests.test_terminal_safety import OUR_OWN, TRICKS, kinds

pytestmark = pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="terminals as Linux has them"
)
SECRETS = {
    "TARTANTM_X_TOKEN": "Planted-Bearer-0123456789-abcdef",
    "TARTANTM_MASTODON_TOKEN": "Planted-Access-9876543210-fedcba",
    "TARTANTM_BLUESKY_TOKEN": "ailsa.example:Planted-Password-13579",
}
AT_THE_DESK = ("words", "refusals", "headers")
WORDS = tuple(each.encode(errors="replace").decode() for each in TRICKS)


def shown_secrets(said: str) -> list[str]:
    """Parts of planted tokens in what was said, also where a line was wrapped within one."""
    packed = "".join(said.split())
    secrets = [each.rpartition(":")[2] for each in SECRETS.values()]
    return [
        each[n : n + 10]
        for each in secrets
        for n in range(8, len(each) - 9)
        if each[n : n + 10] in packed
    ]


@asynccontextmanager
async def hostile(kind: str) -> AsyncIterator[tuple[HostileServer, list[str], dict[str, str]]]:
    """A server with the sources that lead to it, and the environment that a program needs."""
    async with HostileServer(kind, WORDS) as server:
        names = ("x", f"mastodon:{server.url}", "bluesky", f"feed:{server.url}/tartantm.rss")
        sources = [part for name in names for part in ("--source", name)]
        environment = SECRETS | {
            "TARTANTM_X_URL": server.url,
            "TARTANTM_BLUESKY_URL": server.url,
            "TARTANTM_BLUESKY_JETSTREAM_URL": server.url.replace("http", "ws"),
            "NO_PROXY": "127.0.0.1",
        }
        yield server, sources, environment


def left_behind(folder: Path) -> list[str]:
    """Files that hold a secret, or that one is the name of."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    held = [path for path in files if shown_secrets(path.read_bytes().decode("utf-8", "replace"))]
    return [str(path) for path in (*held, *(p for p in files if shown_secrets(p.name)))]


@pytest.mark.parametrize("kind", KINDS)
async def test_doctor_lets_nothing_act_and_tells_no_token(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    async with hostile(kind) as (server, sources, environment):
        code, said = await here("doctor", *sources, **environment)
    assert code == 1
    assert len(server.requests) > 3
    assert kinds(said) == set(), said
    assert "this computer" in said and "Traceback" not in said and "should not have" not in said
    assert all(len(line) < 1100 for line in said.splitlines())
    assert shown_secrets(said) == []


async def test_the_desk_lets_nothing_act_and_tells_no_token(tmp_path: Path, home: Path) -> None:
    """One desk has servers that mean no good in several ways; X and Bluesky do so in the first."""
    from tests.desk_process import DeskProcess

    agenda, session = tmp_path / "agenda.toml", tmp_path / "a.tartantm"
    agenda.write_text(dump(replace(AGENDA, starts=datetime.now(UTC), ends=None)), encoding="utf-8")
    async with AsyncExitStack() as stack:
        bad = [await stack.enter_async_context(hostile(kind)) for kind in AT_THE_DESK]
        names = dict.fromkeys(name for _, sources, _ in bad for name in sources[1::2])
        desk = DeskProcess(
            ["run", str(agenda), "--session", str(session), "--publish", str(tmp_path)]
            + [part for name in names for part in ("--source", name)],
            bad[0][2] | {"TARTANTM_HOME": str(home)},
        )
        try:
            await desk.shows("tartantm")
            async with asyncio.timeout(60):
                while any(len(server.requests) < 3 for server, _, _ in bad):
                    await asyncio.sleep(0.02)
            await desk.rest()
            for key in ("L", "\x1b", "?", "\x1b"):
                os.write(desk.terminal, key.encode())
                await desk.rest()
            command = Path(f"/proc/{desk.process.pid}/cmdline").read_text("utf-8")
            assert await desk.leave() == 0, desk.text[-2000:]
        finally:
            desk.process.kill()
    drawn = desk.drawn.decode()
    assert kinds(drawn) <= OUR_OWN
    assert shown_secrets(desk.text) == shown_secrets(command) == []
    assert left_behind(tmp_path) == []
