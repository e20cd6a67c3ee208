"""A token that is not accepted: every network says where it comes from, and what then helps."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.capture.registry import NamedSource, SourceRegistry
from tartantm.core.errors import TartantmError
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.protocol import Advised, LiveSource, introduced, not_accepted, reason_of
from tartantm.settings import credentials
from tartantm.settings.config import (
    BlueskySettings,
    Config,
    MastodonSettings,
    NetSettings,
    XSettings,
)
from tartantm.settings.credentials import NamedBy
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.xrpc import HANDLE
from tests.networks.mastodon.server import MastodonServer
from tests.networks.x.server import XServer

WRONG = f"{HANDLE}:a-token-that-nobody-accepts"


@asynccontextmanager
async def network(kind: str, command: tuple[str, ...]) -> AsyncIterator[tuple[str, Config]]:
    """A stand-in; gives the name of its source and the settings, with that token command."""
    if kind == "x":
        async with XServer() as x:
            yield "x", Config(x=XSettings(url=x.url, token_command=command))
    elif kind == "bluesky":
        async with BlueskyServer() as sky:
            settings = BlueskySettings(url=sky.url, jetstream=sky.jetstream, token_command=command)
            yield "bluesky", Config(bluesky=settings)
    else:
        async with MastodonServer() as server:
            name = f"mastodon:{server.url}"
            account = credentials.account_name(name)
            yield name, Config(mastodon={account: MastodonSettings(token_command=command)})


async def refusals(source: LiveSource) -> str:
    """What a source says of its token while it is asked and diagnosed."""
    said = []
    try:
        await source.open()
        async for _ in source.since(datetime.now(UTC) - timedelta(minutes=1)):
            pass
    except TartantmError as error:
        said.append(str(error))
    said += [found.words async for found in source.diagnose() if found.level == "bad"]
    await source.close()
    return " ".join(said)


@pytest.mark.parametrize("place", ["variable", "command", "file"])
@pytest.mark.parametrize("kind", sorted(credentials.VARIABLES))
async def test_what_helps_depends_on_where_the_token_comes_from(
    kind: str, place: str, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    shows = (sys.executable, "-c", f"print({WRONG!r})") if place == "command" else ()
    async with network(kind, shows) as (name, config):
        account = credentials.account_name(name)
        if place == "variable":
            monkeypatch.setenv(credentials.VARIABLES[kind], WRONG)
        if place == "file":
            credentials.store(account, WRONG)
        http = HttpClients(NetSettings(), LiveClock())
        said = await refusals(
            SourceRegistry(config, http, ["tartantm"], "t").live(NamedSource(name, NamedBy.USER))
        )
    adds = f"'tartantm account add {name}'"
    wanted = {
        "variable": f"the variable {credentials.VARIABLES[kind]}: set a new one there, or unset it",
        "command": f"t comes from the command {sys.executable}: see what that prints.",
        "file": f"t comes from the file {home / 'tokens.json'}; add a new one with {adds}.",
    }[place]
    assert wanted in said, said
    assert (adds in said) == (place != "command"), "what goes first is not outdone by that"
    assert WRONG not in said and WRONG.rpartition(":")[2] not in said


def test_advice_after_a_whole_sentence_is_a_sentence_and_readers_never_see_it() -> None:
    asked = not_accepted("Who are you?", "x", "the command pass", "Ask X.")
    assert asked == "Who are you? It comes from the command pass: see what that prints. Ask X."
    assert reason_of(asked) == "Who are you?"
    later = introduced("It is late", asked)
    assert later == f"It is late: {asked}" and reason_of(later) == "It is late: Who are you?"
    assert introduced("So", "No.") == "So: No."
    assert Advised("No token", "; add one.") == "No token; add one."


@pytest.mark.parametrize("by", NamedBy)
async def test_a_token_for_any_server_goes_to_no_server_that_only_a_file_named(
    by: NamedBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "for-any-server-0123456789")
    http = HttpClients(NetSettings(), LiveClock())

    def streams(config: Config) -> bool:
        registry = SourceRegistry(config, http, ["a"], "t")
        return registry.live(NamedSource("mastodon:elsewhere.example", by)).streams

    assert streams(Config()) != (by is NamedBy.FILE)
    assert streams(replace(Config(), sources=("mastodon:elsewhere.example",))), "it is the user's"
