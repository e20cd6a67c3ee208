"""What was erased, redacted or deleted is in no byte of anything that the program wrote.

A real evening on three networks, with the debug log on and a page kept up to date: one person with
four accounts, renamed, reposted, quoted, answered and named by others. Then every file of the
program is searched: session with its log, all formats with all options, page, settings, logs.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tartantm.cli.main import run
from tests.networks.bluesky.server import BlueskyServer
from tests.networks.bluesky.store import did_of
from tests.networks.bluesky.test_search import ACCOUNT
from tests.networks.mastodon.server import TOKEN, MastodonServer
from tests.networks.x.server import XServer
from tests.withholding import token, tokens_in

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")

NAME = f"{token(1)} {token(2)}"
BEFORE, AFTER = token(3), token(4)
"""Her handles on X."""
TOOTS, BIRD, RENAMED_BIRD = token(5), token(6), token(7)
"""Her handles on Mastodon and on Bluesky."""
NAMES = frozenset({token(1), token(2), BEFORE, AFTER, TOOTS, BIRD, RENAMED_BIRD})
WORDS = frozenset(token(n) for n in range(20, 27))
"""Words in her posts alone."""
LATE = token(30)
"""A word of what she writes after the act."""

LINK, HIDDEN = ["--x-text", "link"], ["--include-hidden"]
ALL, PARTICIPANTS = ["--pseudonyms", "all"], ["--pseudonyms", "participants"]
CHOICES: list[list[str]] = [
    *([], LINK + HIDDEN),
    *(ALL + HIDDEN, ALL + LINK),
    *(PARTICIPANTS + HIDDEN, PARTICIPANTS + LINK),
]
"""Each option with and without each other."""


class Evening:
    """The servers, and what was posted there."""

    def __init__(self, folder: Path, x: XServer, toots: MastodonServer, sky: BlueskyServer) -> None:
        self.folder, self.x, self.toots, self.sky = folder, x, toots, sky
        self.session = folder / "evening.tartantm"
        self.ids: list[str] = []
        """Her posts' ids, as each network has them."""

    async def everybody_posts(self) -> None:
        """She posts on each network and is renamed; others repost, quote, answer and name her."""
        x, toots, sky = self.x, self.toots, self.sky
        x.posts.user(BEFORE)["name"] = NAME
        first = x.post(f"A1 {token(20)} and {token(21)} for tea, I would say #tartantm", BEFORE)
        toot = toots.post(
            f"A1 {token(22)} every day for breakfast, and more #tartantm", TOOTS, account=self.her()
        )
        sky.store.person(BIRD)["displayName"] = f"{NAME} (she/her)"
        bird = await sky.post(f"A1 {token(23)} goes with everything, I am told #tartantm", BIRD)
        x.post(f"RT @{BEFORE}: A1 {token(20)} and {token(21)} for", "dele", repost_of=first)
        x.post("So true, that about kettles #tartantm", "calum", quote_of=first)
        x.post(
            f"@{BEFORE} thanks {NAME}! See https://x.com/{BEFORE}/status/{first} #tartantm",
            *("dele",),
            reply_to=first,
        )
        number = toots.statuses[toot]["id"]
        toots.post(f"Thank you @{TOOTS} https://b.example/@{TOOTS}/{number} #tartantm", "ishbel")
        await sky.post(f"Well said, @{BIRD}.example #tartantm", "dele", reply_to=bird)
        await self.until(lambda: BIRD in self.page())
        user = x.posts.users.pop(BEFORE)
        x.posts.users[AFTER] = user | {"username": AFTER, "name": f"Dr {NAME}"}
        second = x.post(f"A1 Renamed, and still {token(24)} for me #tartantm", AFTER)
        sky.store.rename(BIRD, f"{RENAMED_BIRD}.example")
        await sky.tell()
        other = await sky.post(f"A1 A renamed bird says {token(25)} is fine #tartantm", BIRD)
        self.ids = [first, second, number, bird, other]

    def her(self) -> dict[str, Any]:
        """Her account on Mastodon."""
        return {
            "id": "99177231",
            "acct": TOOTS,
            "display_name": f"{NAME} 🌻",
            "url": f"https://social.example/@{TOOTS}",
            "uri": f"https://social.example/users/{TOOTS}",
        }

    async def networks_fail(self) -> None:
        """Connections break, so that what was missed is asked for by post and by person."""
        self.toots.hang_up()
        self.sky.cut()
        async with asyncio.timeout(60):
            while not (self.toots.listeners and self.sky.listeners):
                await asyncio.sleep(0.02)

    async def does(self, *arguments: str) -> None:
        """Run a command on the session."""
        command, *more = arguments
        assert await asyncio.to_thread(run, [command, str(self.session), *more]) == 0, arguments

    async def export(self) -> None:
        """Write all formats with all options, each into a folder of its own."""
        for number, choice in enumerate(CHOICES):
            await self.does("export", "--output", str(self.folder / f"out{number}"), *choice)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.05)

    def page(self) -> frozenset[str]:
        """The words of the page that is kept up to date."""
        page = self.folder / "web" / "evening.html"
        return tokens_in(page.read_text("utf-8")) if page.exists() else frozenset()

    def left(self, *beside: str) -> dict[str, frozenset[str]]:
        """What of her is in each file but those whose names begin so."""
        found: dict[str, frozenset[str]] = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.name.startswith(beside or ("no file",)):
                text = f"{path.name}\n{path.read_bytes().decode('utf-8', 'replace')}"
                ids = frozenset(each for each in (*self.ids, did_of(BIRD)) if each in text)
                if traces := (tokens_in(text) & (NAMES | WORDS | {LATE})) | ids:
                    found[str(path.relative_to(self.folder))] = traces
        return found


@asynccontextmanager
async def evening(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Evening]:
    """An evening that `tartantm follow` follows, ended as by Ctrl+C."""
    agenda = folder / "agenda.toml"
    agenda.write_text(
        f"title = 'Tea'\nhashtags = ['tartantm']\nstarts = {datetime.now(UTC).isoformat()}\n"
        "[[venues]]\nname = 'The Made-up Thistle'\n[[questions]]\ntext = 'One?'\n",
        encoding="utf-8",
    )
    async with XServer() as x, MastodonServer() as toots, BlueskyServer() as sky:
        for name, value in {
            "TARTANTM_X_URL": x.url,
            "TARTANTM_X_TOKEN": x.token,
            "TARTANTM_MASTODON_TOKEN": TOKEN,
            "TARTANTM_BLUESKY_URL": sky.url,
            "TARTANTM_BLUESKY_JETSTREAM_URL": sky.jetstream,
            "TARTANTM_BLUESKY_TOKEN": f"{ACCOUNT.handle}:{ACCOUNT.password}",
            "NO_PROXY": "127.0.0.1",
            "TARTANTM_DEBUG": "1",
        }.items():
            monkeypatch.setenv(name, value)
        made = Evening(folder, x, toots, sky)
        sources = ("x", f"mastodon:{toots.url}", "bluesky")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tartantm", "follow", str(agenda)),
            *(flag for name in sources for flag in ("--source", name)),
            *("--session", str(made.session), "--publish", str(folder / "web")),
            *("--publish-every", "1s"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await made.until(lambda: bool(x.streams and toots.listeners and sky.listeners))
            yield made
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            await process.wait()


async def begun(tonight: Evening) -> None:
    """Let everything happen before the act, and write all there is to write."""
    await tonight.everybody_posts()
    await tonight.until(lambda: tonight.page() >= {token(n) for n in range(20, 26)})
    await tonight.networks_fail()
    await tonight.does("remark", f"{NAME}: {token(26)} is what we drink")
    await tonight.does("note", f"x:{tonight.ids[0]}", f"{NAME} said this first")
    await tonight.does("recheck")
    await tonight.export()
    there = tonight.left()
    assert {"evening.tartantm-wal", "web/evening.html", "out0/evening.jsonl"} <= set(there)
    assert frozenset().union(*there.values()) >= NAMES | WORDS | {*tonight.ids}


ACCOUNTS = ("--author", f"{AFTER}@x", "--also", f"{TOOTS}@social.example")
ALL_ACCOUNTS = (*ACCOUNTS, "--also", f"{RENAMED_BIRD}.example@bluesky", "--yes")


async def she_goes_on(tonight: Evening) -> None:
    """She posts after the act, and what was missed is asked for again."""
    late = tonight.x.post(f"A1 once more, {LATE} for all of us #tartantm", AFTER)
    await tonight.sky.post(f"A1 once more, {LATE} for all of us #tartantm", BIRD)
    tonight.ids.append(late)
    await tonight.networks_fail()
    tonight.x.post("A1 the last words #tartantm", "calum")
    tonight.toots.post(f"A1 {token(40)} are the last words #tartantm", "ishbel")
    await tonight.until(lambda: token(40) in tonight.page())


async def test_an_erased_person_is_in_no_file(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with evening(tmp_path, monkeypatch) as tonight:
        await begun(tonight)
        await tonight.does("erase", *ALL_ACCOUNTS)
        await she_goes_on(tonight)
        await tonight.does("correct", "--yes")
        assert tonight.left() == {}
    assert tonight.left() == {}
    assert (home / "state" / "debug.log").stat().st_size > 1000


async def test_a_redacted_name_is_in_the_session_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with evening(tmp_path, monkeypatch) as tonight:
        await begun(tonight)
        await tonight.does("redact", *ALL_ACCOUNTS)
        await she_goes_on(tonight)
        await tonight.does("correct", "--yes")
    shown = {name: left - WORDS - {LATE} for name, left in tonight.left("evening.tartantm").items()}
    assert {name: left for name, left in shown.items() if left} == {}


async def test_deleted_posts_are_in_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with evening(tmp_path, monkeypatch) as tonight:
        await begun(tonight)
        first, second, number, bird, other = tonight.ids
        tonight.x.posts.gone |= {first, second}
        tonight.toots.delete(f"https://social.example/users/{TOOTS}/statuses/{number}")
        for uri in (bird, other):
            await tonight.sky.delete(uri)
        await tonight.until(lambda: not tonight.page() & {token(22), token(23), token(25)})
        await tonight.does("recheck")
        await tonight.does("correct", "--yes", "--no-recheck")
    # Others named her, and she spoke in the room; that is not what was deleted.
    gone = (WORDS - {token(26)}) | {*tonight.ids, did_of(BIRD)}
    left = {name: found & gone for name, found in tonight.left().items()}
    assert {name: found for name, found in left.items() if found} == {}
