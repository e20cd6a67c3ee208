"""What the debug log says of a real evening on four networks, and that no secret is in it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Lost
from tartantm.settings import debug_log
from tartantm.settings.config import NetSettings
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.test_search import ACCOUNT
from tests.networks.feed.server import FeedServer
from tests.networks.mastodon.server import TOKEN, MastodonServer
from tests.networks.x.server import XServer

X_TOKEN = "Planted-X-0123456789-abcdef"
FEED_KEY = "Planted-Feed-0123456789-abcdef"


async def evening(tmp_path: Path, home: Path) -> str:
    """Follow four networks with the log on and with one cut; returns what the program said."""
    agenda = tmp_path / "agenda.toml"
    agenda.write_text(
        f"title = 'T'\nhashtags = ['tartantm']\nstarts = {datetime.now(UTC).isoformat()}\n"
        "[[questions]]\ntext = 'One?'\n",
        encoding="utf-8",
    )
    async with (
        XServer(token=X_TOKEN) as x,
        MastodonServer() as mastodon,
        BlueskyServer() as bluesky,
        FeedServer() as feed,
    ):
        names = ("x", f"mastodon:{mastodon.url}", "bluesky", f"feed:{feed.url}?key={FEED_KEY}")
        flags = [flag for name in names for flag in ("--source", name)]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tartantm", "follow", str(agenda), *flags, "--for", "60s"),
            *("--session", str(tmp_path / "a.tartantm")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ
            | {
                "TARTANTM_X_URL": x.url,
                "TARTANTM_X_TOKEN": X_TOKEN,
                "TARTANTM_MASTODON_TOKEN": TOKEN,
                "TARTANTM_BLUESKY_URL": bluesky.url,
                "TARTANTM_BLUESKY_JETSTREAM_URL": bluesky.jetstream,
                "TARTANTM_BLUESKY_TOKEN": f"{ACCOUNT.handle}:{ACCOUNT.password}",
                "NO_PROXY": "127.0.0.1",
                "TARTANTM_DEBUG": "1",
            },
        )
        log = home / "state" / "debug.log"
        async with asyncio.timeout(60):
            while not (x.connects() and mastodon.listeners and bluesky.listeners):
                await asyncio.sleep(0.02)
            x.post("A1 by x #tartantm")
            mastodon.post("A1 by mastodon #tartantm")
            await bluesky.post("A1 by bluesky #tartantm")
            assert process.stdout
            first = b"".join([await process.stdout.readline() for _ in range(3)])
            mastodon.hang_up()
            awaited = (
                "stream: again in",
                "source bluesky: filling -> stream",
                "a stream opened",
            )
            while not all(words in log.read_text("utf-8") for words in awaited):
                await asyncio.sleep(0.02)
            process.send_signal(signal.SIGINT)
            rest, _ = await process.communicate()
    return (first + rest).decode("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")
async def test_the_log_says_what_was_asked_and_why_a_source_changed(
    tmp_path: Path, home: Path
) -> None:
    said = await evening(tmp_path, home)
    path = home / "state" / "debug.log"
    text = path.read_text("utf-8")
    for asked in (
        # tweepy by requests
        r" GET http://\S+/2/tweets/search/recent\?.*query=\(#tartantm\).*: 200, \d+ bytes, ",
        r" GET http://\S+/2/tweets/search/stream\?\S+: 200, a stream opened, \d+ ms\n",
        r" GET http://\S+/2/tweets/search/stream: the stream ended, [1-9]\d* bytes, \d+ ms\n",
        r" POST http://\S+/2/tweets/search/stream/rules: 201, \d+ bytes, \d+ ms\n",
        # httpx, read whole and as a stream
        r" GET \S+/api/v1/timelines/tag/tartantm\?limit=40: 200, \d+ bytes, \d+ ms\n",
        r" GET \S+/api/v1/streaming/hashtag\?tag=tartantm: 200, a stream opened, \d+ ms\n",
        r" GET \S+/api/v1/streaming/hashtag\?tag=tartantm: 200, [1-9]\d* bytes, \d+ ms\n",
        r" GET \S+/tags/tartantm\.rss\?key=…: 200, \d+ bytes, \d+ ms\n",
        # websockets
        r" GET ws://\S+/subscribe\?wantedCollections=app\.bsky\.feed\.post: 101, a websocket",
        r" GET ws://\S+/subscribe\S+: the websocket closed, [1-9]\d* bytes, \d+ ms\n",
        # why a source changed its state, and what was retried when
        r" source mastodon:\S+: \w+ -> \w+: The connection to \S+ broke[^\n]*\n",
        r" source mastodon:\S+, stream: again in \d\.\d s: The connection to \S+ broke[^\n]*\n",
        r" source x: connecting -> filling\n",
        r" source bluesky: filling -> stream\n",
    ):
        assert re.search(asked, text), f"{asked}\n{text}"
    everything = said + "".join(
        file.read_bytes().decode("utf-8", "replace") for file in home.rglob("*") if file.is_file()
    )
    for secret in (X_TOKEN, FEED_KEY, TOKEN, ACCOUNT.password):
        assert not re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", everything), secret
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


async def test_without_the_variable_there_is_no_log_and_no_other_client(home: Path) -> None:
    async with MastodonServer() as server:
        http = HttpClients(NetSettings(), LiveClock())
        async with http.client(server.url) as client:
            assert type(client._client) is httpx.AsyncClient
            assert (await client.ask("GET", "/api/v2/instance")).status == 200
    assert not home.exists()


async def test_a_server_that_is_away_is_written_without_the_errors_own_words(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(debug_log.VARIABLE, "1")
    http = HttpClients(NetSettings(proxy="http://me:secret@127.0.0.1:9"), LiveClock())
    async with http.client("http://a.example") as client:
        with pytest.raises(Lost):
            await client.ask("GET", "/b")
    text = (home / "state" / "debug.log").read_text("utf-8")
    assert "GET http://a.example/b: no answer (ConnectError), " in text
    assert "secret" not in text
