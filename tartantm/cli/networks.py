"""Commands about networks: `doctor`, `account` and `recheck`."""

from __future__ import annotations

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING

from tartantm.cli.agenda_argument import read_agenda
from tartantm.cli.fitted import fitted
from tartantm.core.errors import BadInput, TartantmError
from tartantm.settings import credentials
from tartantm.settings.config import Config
from tartantm.settings.config import load as load_config
from tartantm.settings.credentials import NamedBy
from tartantm.settings.fault_log import log_fault
from tartantm.settings.paths import find_session
from tartantm.settings.threads import run
from tartantm.transcript.formats.phrases import listed

if TYPE_CHECKING:
    from tartantm.capture.registry import NamedSource, SourceRegistry
    from tartantm.networks.protocol import Finding, LiveSource

ASKING_FOR = "tartantm"
"""The hashtag that `doctor` asks for where no agenda names one."""

_SIGNS = {"good": "ok      ", "doubtful": "DOUBTFUL", "bad": "BAD     "}


def doctor(options: Namespace) -> int:
    """`tartantm doctor`: try each network, from this computer and with this configuration."""
    config = load_config()
    hashtags: Sequence[str] = (ASKING_FOR,)
    if options.agenda:
        hashtags = read_agenda(options.agenda).agenda.hashtags
    names = options.source or config.sources
    if not names:
        names = _usual(config)
        print(fitted(usual_words(names), sys.stdout), flush=True)
    return _run(names, config, hashtags)


def _run(names: Sequence[str], config: Config, hashtags: Sequence[str]) -> int:
    return run(_doctor(names, config, hashtags))


async def _doctor(names: Sequence[str], config: Config, hashtags: Sequence[str]) -> int:
    """Try all sources side by side; print what was found in their order."""
    from tartantm.capture.doctor import TRIAL_SECONDS, check_others
    from tartantm.capture.registry import SourceRegistry
    from tartantm.networks.clock import LiveClock
    from tartantm.networks.http import HttpClients
    from tartantm.networks.protocol import plain
    from tartantm.networks.reachability import check_clock, check_proxy_script
    from tartantm.transcript.coverage import public

    http = HttpClients(config.network, LiveClock())
    sources = SourceRegistry(config, http, hashtags, f"doctor-{token_hex(4)}", is_trial=True)
    worst = 0

    def say(finding: Finding) -> None:
        nonlocal worst
        worst |= finding.level == "bad"
        words = f"  {_SIGNS[finding.level]}  {plain(finding.words)}"
        print(fitted(words, sys.stdout, 12), flush=True)

    seconds = f"{TRIAL_SECONDS:.0f} seconds at most, then asking for some more"
    print(f"Listening for {seconds}; nothing is kept.", flush=True)
    trials = [asyncio.create_task(_findings(sources, name)) for name in names]
    try:
        for name, trial in zip(names, trials, strict=True):
            found = await trial
            print(plain(public(name.partition("?")[0])))
            for finding in found:
                say(finding)
    finally:
        for trial in trials:
            trial.cancel()
        await asyncio.gather(*trials, return_exceptions=True)
    if config.grouping.reader is not None:
        print("your reader")
        for finding in await _reader_findings(config):
            say(finding)
    print("this computer")
    for finding in check_others({name.partition(":")[0] for name in names}):
        say(finding)
    async for finding in check_proxy_script(http):
        say(finding)
    for finding in check_clock(http):
        say(finding)
    return worst


async def _reader_findings(config: Config) -> list[Finding]:
    """Ask the user's reader about a made-up post."""
    from tartantm.capture.own_reader import ReaderSettings
    from tartantm.networks.protocol import Finding
    from tartantm.networks.reader.doctor import check_reader
    from tartantm.settings.reader_address import reader_address

    try:
        address = reader_address(config.grouping)
        assert address is not None  # there is one
        settings = ReaderSettings.of(config, address)
        client = await asyncio.to_thread(settings.client)
    except TartantmError as error:
        return [Finding("bad", str(error))]
    return await check_reader(address, client)


async def _findings(sources: SourceRegistry, name: str) -> list[Finding]:
    """Try one source, and see meanwhile what is on the way to it."""
    from tartantm.capture.doctor import Trial
    from tartantm.capture.registry import NamedSource
    from tartantm.networks.protocol import Finding
    from tartantm.networks.reachability import check_way

    async def ways() -> list[Finding]:
        addresses = sources.addresses(name)
        return [found for each in addresses async for found in check_way(sources.http, each)]

    try:
        named = NamedSource(name, NamedBy.USER)
        source = _checkable(sources, named)
        span = sources.trial_span(named)
        trial = Trial(source, sources.http.clock, span, sources.hashtags)
        on_the_way, found = await asyncio.gather(ways(), trial.findings())
        return [*on_the_way, *found]
    except TartantmError as error:
        return [Finding("bad", str(error))]
    except Exception as error:
        return [Finding("bad", log_fault(error))]


def _checkable(sources: SourceRegistry, named: NamedSource) -> LiveSource:
    """The source of that name; raises BadInput with what can be checked."""
    from tartantm.capture.registry import NETWORKS

    network = named.name.partition(":")[0]
    if network in NETWORKS:
        return sources.live(named)
    places = {each: known.place for each, known in NETWORKS.items()}
    known = ", ".join(f"{each}:{place}" if place else each for each, place in places.items())
    if network == "file":
        raise BadInput(f"A file needs no check; name a network, which can be checked: {known}.")
    raise BadInput(f"That is no network; name one that can be checked: {known}.")


def account_add(options: Namespace) -> int:
    """`tartantm account add`: store a token, from a prompt that does not show it or from a pipe."""
    name = credentials.account_name(options.network)
    token = credentials.store(name, _typed(name))
    print(f"The token {token.masked} for {name} is kept in {token.where}.")
    with suppress(TartantmError):  # of a command that goes first, `account check` says more
        first = credentials.find(name, load_config(), NamedBy.USER)
        if first is not None and first.where != token.where:
            print(f"It is not used now, since another comes from {first.where}, which goes first.")
    print(f"Try it: tartantm account check {name}")
    return 0


def account_check(options: Namespace) -> int:
    """`tartantm account check`: check whether the network accepts the token."""
    name, config = credentials.account_name(options.network), load_config()
    token = credentials.find(name, config, NamedBy.USER)
    if token is None:
        raise BadInput(f"There is no token for {name}; type 'tartantm account add {name}'.")
    print(f"The token {token.masked} comes from {token.where}.")
    return _run([name], config, (ASKING_FOR,))


def account_list(_: Namespace) -> int:
    """`tartantm account list`: list the accounts, and where their tokens are kept."""
    config = load_config()
    for name in credentials.stored(config):
        try:
            token = credentials.find(name, config, NamedBy.USER)
        except TartantmError as error:
            print(f"{name}: {error}")
        else:
            print(f"{name}: " + (f"{token.masked}, from {token.where}" if token else "no token"))
    return 0


def account_remove(options: Namespace) -> int:
    """`tartantm account remove`: remove a token."""
    name = credentials.account_name(options.network)
    was_kept = credentials.remove(name)
    still = ""
    with suppress(TartantmError):
        if left := credentials.find(name, load_config(), NamedBy.USER):
            still = f" The one from {left.where} is still used."
    if not was_kept:
        raise BadInput(f"No token for {name} is kept here.{still}")
    print(f"The token for {name} is forgotten. Revoke it at the network, too.{still}")
    return 0


def recheck(options: Namespace) -> int:
    """`tartantm recheck`: ask each network which posts are gone, protected or edited."""
    from tartantm.capture.recheck import recheck as ask

    path = find_session(options.session)
    return run(ask(path, load_config(), print))


def _usual(config: Config) -> list[str]:
    """The sources to check where none is named: those with a token, and Bluesky without one."""
    names = [
        name for name in credentials.stored(config) if credentials.find(name, config, NamedBy.USER)
    ]
    return sorted({*names, "bluesky"})


def usual_words(names: Sequence[str]) -> str:
    """Returns what is tried where nobody named anything, and why."""
    tokens = [name for name in names if name != "bluesky"]
    what = "bluesky, which needs no token"
    if tokens:
        have = "have" if len(tokens) > 1 else "has"
        what = f"{listed(tokens)}, which {have} a token, and bluesky, which needs none"
    words = f"No --source is given, so this tries {what}."
    variable = credentials.VARIABLES["mastodon"]
    if os.environ.get(variable, "").strip() and not any(n.startswith("mastodon:") for n in names):
        words += f" {variable} is set, but no server is named: add --source mastodon:HOST."
    return words


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
