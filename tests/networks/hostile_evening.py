"""One evening beside servers that mean no good, as a process that can be measured by itself.

It listens to a good Mastodon server and to others until its input ends, and prints what came of it
as JSON. The servers belong to `test_hostile_evening`, which starts this.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import threading
import time
import traceback
from asyncio.events import Handle
from pathlib import Path
from time import monotonic

import tartantm.networks.bounded
import tartantm.networks.x.rest
from tartantm.capture import backoff, lane, rechecking, source_runner
from tartantm.capture.registry import NamedSource, SourceRegistry
from tartantm.capture.supervisor import Supervisor
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.mastodon.source import MastodonSource
from tartantm.networks.protocol import LiveSource
from tartantm.settings.config import BlueskySettings, Config, NetSettings, XSettings
from tartantm.settings.credentials import NamedBy
from tartantm.store.session import LiveSession, Session
from tests.builders import AGENDA
from tests.networks.mastodon.server import TOKEN


def hurry() -> None:
    """Waits and deadlines of minutes become tenths of a second."""
    backoff.FIRST, backoff.MOST = 0.02, 0.1
    lane.LONGEST_WAIT = lane.REFUSED_SECONDS = lane.FAULT_SECONDS = 0.1
    source_runner.SOON_SECONDS, rechecking.IDLE_SECONDS = 0.1, 0.1
    for module in (tartantm.networks.bounded, tartantm.networks.x.rest):
        for name in ("ANSWER_SECONDS", "OPEN_SECONDS"):
            if hasattr(module, name):
                setattr(module, name, 0.5)


class Longest:
    """The longest turn of the event loop in seconds of this thread: so long a key may wait."""

    def __init__(self) -> None:
        self.seconds, self.what = 0.0, ""
        self._began: float | None = None
        self._seen = ""
        self._main = threading.get_ident()
        run = Handle._run

        def measured(handle: Handle) -> None:
            began, self._began = time.thread_time(), monotonic()
            run(handle)
            self._began = None
            took = time.thread_time() - began
            if took > self.seconds:
                self.seconds, self.what = took, self._seen or repr(handle)
            self._seen = ""

        Handle._run = measured  # type: ignore[assignment, method-assign]
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        """Note what a long turn is doing, for the message of the test."""
        while True:
            time.sleep(0.01)
            began = self._began
            if began is not None and monotonic() - began > 0.05:
                frames = traceback.extract_stack(sys._current_frames()[self._main], 40)
                self._seen = " < ".join(f"{each.name}:{each.lineno}" for each in frames[:-12:-1])


async def evening(folder: Path, good: str, bad: dict[str, str]) -> dict[str, object]:
    with Session(folder / "a.tartantm", create=True) as session:
        session.take_agenda(AGENDA, "d")
    live = LiveSession(session.path)
    http = HttpClients(NetSettings(), LiveClock())
    jetstream = bad["jetstream"].replace("http", "ws")
    config = Config(
        x=XSettings(url=bad["x"]), bluesky=BlueskySettings(url=bad["bluesky"], jetstream=jetstream)
    )
    registry = SourceRegistry(config, http, AGENDA.hashtags, "tag")
    hostile = ["x", f"mastodon:{bad['mastodon']}", "bluesky", f"feed:{bad['feed']}/f"]

    def named(name: str) -> LiveSource:
        return registry.live(NamedSource(name, NamedBy.USER))

    sources = [named(name) for name in hostile]
    sources.append(MastodonSource(http, good, AGENDA.hashtags, TOKEN))
    following = Supervisor(live, sources, http.clock, named)
    running = asyncio.create_task(following.run())
    print("listening", flush=True)
    reading = asyncio.to_thread(sys.stdin.readline)
    assert await reading == "measure\n"
    gc.freeze()  # as the desk does
    longest = Longest()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await asyncio.to_thread(sys.stdin.read)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    states = {each.name: [each.state, each.detail, each.retry_in] for each in following.health}
    state = following.health[-1].state
    seconds, what = longest.seconds, longest.what
    began = monotonic()
    following.stop()
    await running
    ended = monotonic() - began
    await live.close()
    return {
        "held": list(live.chat.entries),
        "longest_turn": seconds,
        "longest_turn_of": what,
        "grown_mb": grown / 1024,
        "ended_in": ended,
        "state": state,
        "states": states,
    }


if __name__ == "__main__":
    hurry()
    print(json.dumps(asyncio.run(evening(Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])))))
