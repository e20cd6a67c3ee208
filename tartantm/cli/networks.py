"""Commands about networks: `doctor`, `account` and `recheck`."""

from __future__ import annotations

import asyncio
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tartantm.agenda_files.load import load_agenda
from tartantm.core.errors import BadInput, TartantmError
from tartantm.settings import credentials
from tartantm.settings.config import Config
from tartantm.settings.config import load as load_config
from tartantm.settings.paths import find_session

if TYPE_CHECKING:
    from tartantm.capture.registry import SourceRegistry
    from tartantm.networks.protocol import Finding

ASKING_FOR = "tartantm"
"""The hashtag that `doctor` asks for where no agenda names one."""

LONGEST_CHECK = 60.0
"""Seconds after which `doctor` gives up on a source."""

_SIGNS = {"good": "ok      ", "doubtful": "DOUBTFUL", "bad": "BAD     "}


def doctor(options: Namespace) -> int:
    """`tartantm doctor`: check each network, from this computer and with this configuration."""
    config = load_config()
    hashtags: Sequence[str] = (ASKING_FOR,)
    if options.agenda:
        hashtags = load_agenda(Path(options.agenda)).agenda.hashtags
    names = options.source or config.sources or _usual(config)
    return asyncio.run(_doctor(names, config, hashtags))


async def _doctor(names: Sequence[str], config: Config, hashtags: Sequence[str]) -> int:
    from tartantm.capture.registry import SourceRegistry
    from tartantm.networks.clock import LiveClock
    from tartantm.networks.http import HttpClients
    from tartantm.networks.protocol import Finding, plain
    from tartantm.networks.reachability import check_clock

    http = HttpClients(config.network, LiveClock())
    sources = SourceRegistry(config, http, hashtags, "tartantm-doctor")
    worst = 0

    def tell(finding: Finding) -> None:
        nonlocal worst
        worst |= finding.level == "bad"
        print(f"  {_SIGNS[finding.level]}  {plain(finding.words)}", flush=True)

    for name in names:
        print(plain(name.partition("?")[0]))
        try:
            async with asyncio.timeout(LONGEST_CHECK):
                async for finding in _findings(sources, name):
                    tell(finding)
        except TimeoutError:
            tell(Finding("bad", f"It took longer than {LONGEST_CHECK:.0f} seconds."))
        except TartantmError as error:
            tell(Finding("bad", str(error)))
    print("this computer")
    tell(check_clock(http))
    return worst


async def _findings(sources: SourceRegistry, name: str) -> AsyncIterator[Finding]:
    """Check one source: first whether it can be reached, since the rest needs that."""
    from tartantm.networks.reachability import check_reachable

    source = sources.live(name)
    try:
        passable = True
        for address in sources.addresses(name):
            async for finding in check_reachable(sources.http, address):
                passable &= finding.level != "bad"
                yield finding
        if passable:
            async for finding in source.diagnose():
                yield finding
    finally:
        await source.close()


def account_add(options: Namespace) -> int:
    """`tartantm account add`: store a token, from a prompt that does not show it or from a pipe."""
    name = credentials.account_name(options.network)
    token = credentials.store(name, _typed(name))
    print(f"The token {token.masked} for {name} is kept in {token.where}.")
    print(f"Try it: tartantm account check {name}")
    return 0


def account_check(options: Namespace) -> int:
    """`tartantm account check`: check whether the network accepts the token."""
    name, config = credentials.account_name(options.network), load_config()
    token = credentials.find(name, config)
    if token is None:
        raise BadInput(f"There is no token for {name}; type 'tartantm account add {name}'.")
    print(f"The token {token.masked} comes from {token.where}.")
    return asyncio.run(_doctor([name], config, (ASKING_FOR,)))


def account_list(_: Namespace) -> int:
    """`tartantm account list`: list the accounts, and where their tokens are kept."""
    config = load_config()
    for name in credentials.stored(config):
        try:
            token = credentials.find(name, config)
        except TartantmError as error:
            print(f"{name}: {error}")
        else:
            print(f"{name}: " + (f"{token.masked}, from {token.where}" if token else "no token"))
    return 0


def account_remove(options: Namespace) -> int:
    """`tartantm account remove`: remove a token."""
    name = credentials.account_name(options.network)
    if not credentials.remove(name):
        raise BadInput(f"No token for {name} is kept here.")
    print(f"The token for {name} is forgotten. Revoke it at the network, too.")
    return 0


def recheck(options: Namespace) -> int:
    """`tartantm recheck`: ask each network which posts are gone, protected or edited."""
    from tartantm.capture.recheck import recheck as ask

    path = find_session(options.session)
    return asyncio.run(ask(path, load_config(), print))


def _usual(config: Config) -> list[str]:
    """The sources to check where none is named: those with a token, and Bluesky without one."""
    names = [name for name in credentials.stored(config) if credentials.find(name, config)]
    return sorted({*names, "bluesky"})


_WANTED = {
    "x": "Bearer token of your X app: ",
    "mastodon": "Access token (Preferences, Development, New application, read): ",
    "bluesky": "handle:app-password (Settings, App passwords): ",
}


def _typed(name: str) -> str:
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(_WANTED[name.partition(":")[0]])
    return sys.stdin.readline()
