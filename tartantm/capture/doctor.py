"""What ``tartantm doctor`` does: runs a source for some seconds as on the evening, keeping nothing.

So it cannot say that something works which then does not: a stream at another host that a firewall
drops, a login page, a token that cannot stream. What a run cannot show (whose token it is, what it
costs) the source itself is asked in `LiveSource.diagnose`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from time import monotonic

from filelock import FileLock, Timeout

from tartantm.capture.health import TRIES, Health
from tartantm.capture.lane import Lane
from tartantm.capture.source_runner import SourceRunner
from tartantm.capture.trial_index import TrialIndex
from tartantm.core.errors import TartantmError
from tartantm.core.events import Event, Filled
from tartantm.core.post import bare_hashtag
from tartantm.networks.clock import Clock
from tartantm.networks.connection_errors import ELSEWHERE
from tartantm.networks.protocol import (
    Advised,
    Finding,
    LiveSource,
    Lost,
    Refused,
    SourceError,
    introduced,
    lacking,
)
from tartantm.settings.paths import paths

TRIAL_SECONDS = 25.0
"""How long a source is run at most: the slowest sign of life, X's, comes every 20 seconds."""

TROUBLE_SECONDS = 6.0
"""How long a source may not be heard before that counts: what fails at once is tried again."""

DIAGNOSE_SECONDS = 5.0
"""How long questions that a run does not answer may take when the run is over."""

LOOK_SECONDS = 0.05

DAY = timedelta(days=1)


class Trial:
    """One source, run for a while."""

    def __init__(
        self, source: LiveSource, clock: Clock, span: timedelta, hashtags: Sequence[str]
    ) -> None:
        """Posts of the last `span` are asked for."""
        self._source, self._span, self._hashtags = source, span, hashtags
        self._index = TrialIndex()
        self._health = Health(source.name)
        self._unfilled: list[str] = []
        self._runner = SourceRunner(
            source,
            self._health,
            deliver=self._index.deliver,
            record=self._note,
            clock=clock,
            held=self._index,
            complete_until=clock.now() - span,
        )

    async def findings(self) -> list[Finding]:
        """Run it, and say what came of it. Leaves nothing behind, also where it is cancelled."""
        facts: list[Finding] = []
        running = asyncio.create_task(self._runner.run())
        asking = asyncio.create_task(self._diagnose(facts))
        try:
            began = monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(TRIAL_SECONDS):
                    while not running.done() and not self._is_clear(monotonic() - began):
                        await asyncio.sleep(LOOK_SECONDS)
            found = [*self._run_findings(monotonic() - began)]
            await asyncio.wait({asking}, timeout=DIAGNOSE_SECONDS)
        finally:
            for task in (asking, running):
                task.cancel()
            await asyncio.gather(asking, running, return_exceptions=True)
        doubted = {fact.about for fact in facts if fact.about}
        found = [each for each in found if each.about not in doubted]
        return _advised_once(dict.fromkeys([*found, *facts, *self._costs()]))

    async def _note(self, events: Sequence[Event]) -> None:
        """Keep nothing but what could not be had."""
        self._unfilled += [e.why for e in events if isinstance(e, Filled) and e.why]

    async def _diagnose(self, facts: list[Finding]) -> None:
        """Ask what a run does not show, once it is known that there is somebody to ask."""
        while self._health.state in ("waiting", "connecting"):
            await asyncio.sleep(LOOK_SECONDS)
        if self._health.state in ("unreachable", "limited"):
            return
        try:
            async for finding in self._source.diagnose():
                facts.append(finding)
        except TartantmError as error:
            facts.append(Finding("doubtful", introduced("Not all could be asked", str(error))))

    def _is_clear(self, seconds: float) -> bool:
        """Whether it is known of each lane how it does."""
        health, hearing = self._health, self._runner.hearing
        if health.state in TRIES:
            return health.state != "connecting" and seconds >= TROUBLE_SECONDS
        if not health.hears or not (hearing.poll.works or hearing.poll.error):
            return False
        streams = hearing.streams_from is not None and health.signs > 1
        if self._source.streams and not (streams or hearing.stream.error):
            return False
        lanes: list[Lane] = [self._runner.rechecks]
        lanes += [self._runner.replies] if self._source.replies_every else []
        return not self._index.posts or all(lane.works or lane.error for lane in lanes)

    def _run_findings(self, seconds: float) -> Sequence[Finding]:
        found = [self._hearing(seconds)]
        if self._health.hears:
            found += [Finding("doubtful", each) for each in dict.fromkeys(self._unfilled)]
            if not self._unfilled and self._runner.hearing.poll.works:
                found.append(self._posts())
            found += self._lanes()
        if count := self._health.damaged():
            found.append(
                Finding(
                    "doubtful",
                    f"{_counted(count, 'message')} could not be read. Where that goes on, "
                    "TARTANTM_DEBUG=1 keeps a log; report it with that.",
                )
            )
        return found

    def _hearing(self, seconds: float) -> Finding:
        health, stream = self._health, self._runner.hearing.stream
        asked = f"asked every {self._source.poll_every:.0f} seconds"
        match health.state:
            case "stream" | "filling" if health.signs < 2:
                return Finding(
                    "doubtful",
                    f"A stream opens and sent nothing for {seconds:.0f} seconds, so posts may come "
                    "late. Try again in a while; where it stays so, use another server.",
                )
            case "stream" | "filling" if health.detail:
                return Finding(
                    "doubtful", introduced("It is heard by its stream, but", health.detail)
                )
            case "stream" | "filling":
                return Finding("good", "It is heard by its stream; posts come at once.")
            case "poll" if stream.error:
                return Finding(
                    "doubtful", introduced(f"It is {asked}; its stream is not heard", stream.words)
                )
            case "poll" if self._source.streams:
                return Finding(
                    "doubtful",
                    f"It is {asked}; its stream did not open in {seconds:.0f} seconds. A firewall "
                    f"may drop it: {ELSEWHERE}, or ask IT.",
                )
            case "poll" if why := lacking(self._source):
                return Finding("good", f"It is heard: {asked}, as {why}.")
            case "poll":
                return Finding("good", f"It is heard: {asked}.")
            case "limited":
                wait = health.retry_in or 0.0
                return Finding("bad", f"{health.detail} Wait {wait:.0f} seconds and try again.")
            case "refused" | "capped" | "unreachable" | "failed" if health.detail:
                return Finding("bad", self._advised(health.detail))
            case _:
                return Finding(
                    "bad",
                    f"Nothing came in {seconds:.0f} seconds; a firewall may drop what is sent: "
                    f"{ELSEWHERE}, or ask IT.",
                )

    def _advised(self, detail: str) -> str:
        """Why it is not heard, with what to do, also where the sentence itself does not say."""
        hearing = self._runner.hearing
        lanes = (hearing.opening, hearing.poll, hearing.stream)
        match next((lane.error for lane in lanes if lane.error), None):
            case Refused() | SourceError(is_advised=True):
                return detail
            case Lost() | OSError():
                return (
                    f"{detail} Try again in a while; where it stays so, use another server, or "
                    f"{ELSEWHERE}."
                )
            case _:
                return f"{detail} That is a fault of tartantm; report it with these details."

    def _posts(self) -> Finding:
        posts = [each for each in self._index.posts if each.found_by != "reply"]
        span = _span(self._span)
        tags = " or ".join(f"#{bare_hashtag(tag)}" for tag in self._hashtags) or "a hashtag"
        of = "" if self._source.network == "feed" else f" with {tags}"
        if posts:
            last = max(post.created_at for post in posts)
            return Finding(
                "good",
                f"{_counted(len(posts), 'post')}{of} of the last {span} came; the last is of "
                f"{last:%d %B %Y, %H:%M} UTC.",
            )
        if self._span < DAY:
            return Finding("good", f"Nobody used {tags} in the last {span}.")
        return Finding(
            "doubtful",
            f"No post with {tags} of the last {span} is there; see whether it is spelt right.",
            about="spelling",
        )

    def _lanes(self) -> Sequence[Finding]:
        """Whether replies and the posts that came can be asked for."""
        asked: list[tuple[Lane, str]] = [
            (self._runner.rechecks, "Whether posts are gone or edited cannot be asked")
        ]
        if self._source.replies_every:
            asked.append((self._runner.replies, "Replies without the hashtag cannot be looked for"))
        broken = [
            Finding("doubtful", introduced(words, lane.words))
            for lane, words in asked
            if lane.error
        ]
        if broken or not self._index.posts or not all(lane.works for lane, _ in asked):
            return broken
        replies = "Replies are looked for, and posts" if len(asked) > 1 else "Posts"
        return [Finding("good", f"{replies} are asked for again, without trouble.")]

    def _costs(self) -> Sequence[Finding]:
        note = self._health.note() if self._source.network == "x" else ""
        return [Finding("good", f"This trial cost: {note}.")] if note else []


_LEVELS = ("good", "doubtful", "bad")


def _advised_once(found: Iterable[Finding]) -> list[Finding]:
    """The same with each advice at the worst finding that has it, and at no other."""
    kept, worst = list(found), dict[str, int]()
    for place, each in enumerate(kept):
        if isinstance(each.words, Advised):
            first = worst.setdefault(each.words.advice, place)
            if _LEVELS.index(each.level) > _LEVELS.index(kept[first].level):
                worst[each.words.advice] = place
    return [
        each._replace(words=each.words.reason)
        if isinstance(each.words, Advised) and worst[each.words.advice] != place
        else each
        for place, each in enumerate(kept)
    ]


def others_capturing() -> int:
    """How many sessions other processes of this user capture for now."""
    count = 0
    for path in paths().state.glob("capture-*.lock"):
        lock = FileLock(path, mode=0o600)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            count += 1
        except OSError:
            continue
        else:
            lock.release()
    return count


def check_others(networks: Collection[str]) -> Sequence[Finding]:
    """Whether another tartantm captures now, which has to share what these networks allow."""
    if not (count := others_capturing()):
        return []
    what = "Another tartantm captures" if count == 1 else f"{count} other tartantm capture"
    return [
        Finding(
            "doubtful",
            f"{what} now; {'X gives an app one stream, and ' * ('x' in networks)}networks count "
            "the requests of all. Where something above is limited, end "
            f"{'that one' if count == 1 else 'one'} or try again later.",
        )
    ]


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _span(span: timedelta) -> str:
    """A length of time in words."""
    if span >= 2 * DAY:
        return f"{span.days} days"
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"
