"""Servers of every network send every hostile answer, one after the other, on one evening.

Another source loses nothing, no turn of the event loop takes so long that a key would be felt to
wait, memory stays where it was, and the evening ends when it is told to.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic

import pytest

from tartantm.agenda_files.write_toml import dump
from tests.builders import AGENDA
from tests.networks.hostile_answers import ANSWERS, EVERY, RawServer, answer
from tests.networks.mastodon.server import MastodonServer

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory as Linux counts it")

KINDS = list(ANSWERS)[:: 1 if EVERY else 2]
"""Half of them, and all where `TARTANTM_HOSTILE=all` is set: the figures are told of all."""

NAMES = ("x", "mastodon", "bluesky", "jetstream", "feed")

KIND_SECONDS = 0.5
"""How long a kind is sent at most; mostly every source has asked before."""

PIECE_SECONDS = 0.004
"""Between two pieces of an answer without end: some 15 MB a second, of which each budget is spent
at once, and not all that two cores can send."""

SECRETS = {"TARTANTM_X_TOKEN": "made-up-token", "TARTANTM_MASTODON_TOKEN": "token"}


async def test_the_other_source_loses_nothing(tmp_path: Path) -> None:
    sent: set[str] = set()
    async with AsyncExitStack() as stack:
        good = await stack.enter_async_context(MastodonServer())
        bad = {
            name: await stack.enter_async_context(RawServer(answer(b"{}"), PIECE_SECONDS))
            for name in NAMES
        }
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.networks.hostile_evening", str(tmp_path), good.url),
            json.dumps({name: server.url for name, server in bad.items()}),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=os.environ | SECRETS | {"NO_PROXY": "127.0.0.1"},
        )
        assert child.stdin and child.stdout
        assert await child.stdout.readline() == b"listening\n"
        async with asyncio.timeout(60):
            while not (good.listeners and all(server.asked for server in bad.values())):
                await asyncio.sleep(0.02)
        child.stdin.write(b"measure\n")
        unasked = []
        for kind in KINDS:
            asked = {name: len(server.asked) for name, server in bad.items()}
            for server in bad.values():
                server.answer = ANSWERS[kind]
            until, waiting = monotonic() + KIND_SECONDS, set(NAMES)
            while waiting and monotonic() < until:
                sent.add(f"mastodon:{good.post(f'{kind} {len(sent)} #tartantm')}")
                await asyncio.sleep(0.05)
                waiting = {name for name in NAMES if len(bad[name].asked) <= asked[name]}
            unasked += [f"{name}: {kind}" for name in sorted(waiting)]
        await asyncio.sleep(1)
        child.stdin.close()
        said_, _ = await child.communicate()
    found = json.loads(said_)
    assert set(found.pop("held")) == sent
    print(json.dumps({**found, "sent": len(sent), "kinds": len(KINDS), "unasked": unasked}))
    assert found["state"] == "stream"
    assert found["longest_turn"] < 0.1, found
    assert found["grown_mb"] < 50
    assert found["ended_in"] < 5
    assert len(unasked) < len(KINDS) * len(NAMES) / 2, unasked


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("--for", "a body without end"),
        ("SIGTERM", "a body without end"),
        ("SIGTERM", "a drip of head"),
    ],
)
async def test_it_ends_when_it_is_told_to(how: str, kind: str, tmp_path: Path) -> None:
    agenda = tmp_path / "agenda.toml"
    agenda.write_text(dump(AGENDA), "utf-8")
    async with RawServer(ANSWERS[kind], PIECE_SECONDS) as server:
        names = ("x", f"mastodon:{server.url}", "bluesky", f"feed:{server.url}/f")
        environment = (
            os.environ
            | SECRETS
            | {
                "TARTANTM_X_URL": server.url,
                "TARTANTM_BLUESKY_URL": server.url,
                "TARTANTM_BLUESKY_JETSTREAM_URL": server.url.replace("http", "ws"),
                "NO_PROXY": "127.0.0.1",
            }
        )
        arguments = [part for name in names for part in ("--source", name)]
        if how == "--for":
            arguments += ["--for", "3s"]
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tartantm", "follow", str(agenda), *arguments),
            *("--session", str(tmp_path / "a.tartantm")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=environment,
        )
        async with asyncio.timeout(60):
            while len(server.asked) < 2:
                await asyncio.sleep(0.05)
        began = monotonic()
        if how == "SIGTERM":
            child.send_signal(signal.SIGTERM)
        # What --for leaves of its three seconds, five to end in, and a busy machine's share.
        async with asyncio.timeout(3 * (how == "--for") + 5 + 20):
            _, said = await child.communicate()
        assert child.returncode == 1, said  # nothing was ever heard
        assert re.search(rb"never heard", said)
        print(how, kind, monotonic() - began)
