"""What `follow` says besides posts: how each source is heard, gaps, edits, deletions, openings.

It goes to standard error, so that standard output has posts and nothing else: whoever reads posts
from there, as programs have since the first version, need not know what else there is. One plain
line each for people, which a screen reader reads well; with `--json` one object each, as
``follow.schema.json`` describes them, with the same line as its ``words``.

This file is longer than others because each kind of report has its words and its object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from msgspec.structs import replace

from tartantm.capture.health import HEARS, TRIES, Health, Report, deaf_sources
from tartantm.cli.fitted import fitted
from tartantm.cli.steady_reports import SteadyReports
from tartantm.core.chat import Chat
from tartantm.core.describe import posts, within
from tartantm.core.entry import Change, Entry
from tartantm.core.events import Filled
from tartantm.core.listening import Listening, listening
from tartantm.core.local_time import clock
from tartantm.core.periods import Period
from tartantm.core.post import bare_hashtag
from tartantm.core.silences import silences
from tartantm.transcript.coverage import last_received, public
from tartantm.transcript.formats.json import listening_object, silence_object
from tartantm.transcript.formats.phrases import listed
from tartantm.transcript.gap_phrases import span
from tartantm.transcript.listening_words import nothing_heard, statement
from tartantm.transcript.times import stamp

SOON_SECONDS = 60.0
"""A try within this is not announced with its seconds."""

REMINDED_AFTER = (60.0, 300.0, 900.0)
"""Seconds without a source after which that is said again; then as often as the last of them."""

UNSAVED_SECONDS = 1.5
"""What was not saved for so long is told; a busy disk takes less."""

FRESH_SECONDS = 30.0
"""So long after a change was reported nobody has to be reminded of it."""

_GONE = {
    "author": "deleted at its network",
    "account": "deleted with its account",
    "gone": "gone at its network",
    "protected": "not public any more",
    "erased": "erased for good",
}
"""By why a post is gone."""

_OPENED = {"plan": ", as planned", "host": ", asked by the host", "moderator": ", by the moderator"}
"""By who opened a question; of a participant, whose post it was is said."""


def to_stderr(line: str) -> None:
    """Write a line to standard error; where nobody takes it, capture goes on all the same."""
    with suppress(OSError, ValueError):
        print(line, file=sys.stderr, flush=True)


class FollowReport:
    """Reports to standard error what happens in a chat, besides posts that were captured."""

    def __init__(
        self,
        chat: Chat,
        now: Callable[[], datetime],
        live: Sequence[Health],
        *,
        as_json: bool,
        write: Callable[[str], None] = to_stderr,
        steady: Callable[[], float] = monotonic,
        lacks: Callable[[str], str] = lambda _: "",
    ) -> None:
        """`live` are the sources that are to be heard, and not read to their end as files are.

        `lacks` says by a source's name what it lacks to stream, as `LacksStream` does.
        """
        self._lacks = lacks
        self._chat, self._now, self._json, self._write = chat, now, as_json, write
        self._live = {each.name: each for each in live}
        self._states = SteadyReports(self._tell_state, self._tell_flapping, steady)
        self._wordings: dict[int, int] = {}
        """By number: a hash of the words that were reported, without which no edit is seen."""
        self._ids: dict[int, str] = {}
        """By number: the id that was reported, which a deletion takes out of the chat."""
        for entry in chat.posts():
            self._remember(entry)
        self._began = self._covered = len(chat.coverage)
        self._opened = max((period.seq for period in chat.periods.all_periods), default=0)
        self._damaged: dict[str, int] = {}
        self._unsaved: tuple[str, int] | None = None
        """Why it was said that something is not saved, and how often; None where all is."""
        self._reminded: dict[str, int] = {}
        """By source: how often it was said that it is still not heard."""
        self._deaf_since: datetime | None = None
        """Since when nothing is heard, once that was said."""

    def begin(self, session: Path) -> None:
        """Report which networks are listened to, and how to end that; of files, nothing."""
        if not self._live:
            return
        tags = [f"#{bare_hashtag(tag)}" for tag in self._chat.agenda.hashtags]
        shown = [public(name) for name in self._live]
        what = f"{listed(shown)}{f' for {listed(tags)}' if tags else ''}"
        self._tell(
            "begun",
            f"Listening to {what}; session {session}; Ctrl+C ends.",
            sources=shown,
            hashtags=tags,
            session=str(session),
        )

    def source(self, report: Report) -> None:
        """Take a source's change of state."""
        if report.source in self._live:
            self._states.take(report)
        elif report.state == "failed":  # a file or a replay
            self._tell_state(report)

    def tick(self, health: Iterable[Health]) -> None:
        """Report what is only seen by looking from time to time; to be called every second."""
        self._states.tick()
        health = list(health)
        self._tell_deafness(health)
        for each in health:
            name = each.name
            if name in self._live:
                self._remind(each)
            if (damaged := each.damaged()) > self._damaged.get(name, 0):
                new, self._damaged[name] = damaged - self._damaged.get(name, 0), damaged
                words = f"{public(name)}: {new} {'entry' if new == 1 else 'entries'}"
                words += f" could not be read, {damaged} in all."
                self._tell("damaged", words, source=public(name), new=new, damaged=damaged)

    def saving(self, waits_for: float, waiting: int, why: str) -> None:
        """Report that what happens is not saved, and that it is again; to be called every second.

        It waits for so many seconds by now, and so many posts do.
        """
        if waits_for < UNSAVED_SECONDS:
            if self._unsaved is not None and not why:
                self._unsaved = None
                self._tell("saved", "Everything is saved again.")
            return
        due = sum(waits_for >= at for at in _reminders(waits_for))
        if self._unsaved == (why, due):
            return
        self._unsaved = why, due
        count = f"{posts(waiting).capitalize()} {'is' if waiting == 1 else 'are'}"
        words = f"{count if waiting else 'What happens is'} not saved"
        words += f" and tried again: {within(why)}" if why else ": the session file is not free."
        self._tell("unsaved", words, posts=waiting, why=why or None)

    def _tell_deafness(self, health: Sequence[Health]) -> None:
        """Report once that nothing at all is heard, and once that something is again."""
        now, since = self._now(), self._deaf_since
        if since is None and (deaf := deaf_sources(health)):
            seconds = min(each.deaf_for for each in deaf)
            self._deaf_since = since = now - timedelta(seconds=seconds)
            words = f"NOT LISTENING: nothing is heard of any network since {self._clock(since)}."
            self._tell("listening", words, heard=False, since=stamp(since))
        elif since is not None and any(each.is_live and each.hears for each in health):
            self._deaf_since = None
            words = f"Listening again, after {span(now - since)} in which nothing was heard."
            self._tell("listening", words, heard=True, since=stamp(since))

    def waits(self) -> None:
        """Report that another process captures, whose posts are printed all the same."""
        self._tell(
            "waiting",
            "Another tartantm listens for this session; this one goes on when that ends.",
        )

    def notice(self, words: str, source: str = "") -> None:
        """Report a sentence about a source; about the clock where none is given."""
        if source:
            self._tell("notice", words, source=public(source))
        else:
            self._tell("clock", words)

    def changed(self, change: Change) -> None:
        """Report what a change of the chat means to somebody who only has the posts so far."""
        for post_id in change.added:
            if (entry := self._chat.entry(post_id)) is not None:
                self._remember(entry)
        if change.reloaded:
            self._look_at_all()
        for post_id in dict.fromkeys(change.changed):
            if (entry := self._chat.entry(post_id)) is not None:
                self._look_at(entry)
        for _, event in self._chat.coverage[self._covered :]:
            if isinstance(event, Filled):
                self._tell_filled(event)
        self._covered = len(self._chat.coverage)
        for period in self._chat.periods.active if change.periods else ():
            if period.question and period.seq > self._opened:
                self._opened = period.seq
                question = self._chat.agenda.get(period.question)
                by = self._opener(period)
                how = self._said_again(period) or _OPENED.get(by) or self._asked_in(period)
                words = f"{period.question} is open{how}"
                words += f": {question.text}" if question else "."
                self._tell("opened", words, question=period.question, by=by)

    def _opener(self, period: Period) -> str:
        by_post = period.by == "host" and not self._chat.asked_by_host(period.post)
        return "participant" if by_post else period.by

    def _asked_in(self, period: Period) -> str:
        asked = self._chat.entry(period.post)
        of = f" of {asked.post.author.shown}" if asked and asked.deleted_at is None else ""
        return f", opened by a post{of} with its words"

    def _said_again(self, period: Period) -> str:
        """Returns how a question was opened again by words that are not its own: "back to Q2"."""
        first = self._chat.periods.opened_at(period.question or "")
        if period.by != "host" or first is None or first >= period.at:
            return ""
        return " again, as the host said" if self._opener(period) == "host" else " again"

    def conclude(self) -> None:
        """Report over which times each source was heard, at the end."""
        self._states.flush()
        found = listening(self._chat.coverage, last_received(self._chat))
        shown = [_public(each) for each in found]
        if silent := silences(shown):
            words = " ".join(nothing_heard(silent, str, self._clock))
            self._tell("nothing_heard", words, stretches=[silence_object(each) for each in silent])
        for each in shown:
            words = " ".join(statement(each, each.source, self._clock))
            self._tell("coverage", words, **listening_object(each))

    def never_heard(self) -> set[str]:
        """The sources that this run asked for and never heard, whatever those before it heard."""
        now = listening(self._chat.coverage[self._began :], last_received(self._chat))
        return {each.source for each in now if not each.was_heard}

    def _remember(self, entry: Entry) -> None:
        if entry.deleted_at is None:
            self._ids[entry.number], self._wordings[entry.number] = entry.id, _wording(entry)

    def _look_at_all(self) -> None:
        left = set()
        for entry in self._chat.posts():
            left.add(entry.number)
            self._look_at(entry)
        for number in [each for each in self._ids if each not in left]:
            self._tell_gone(number, "erased")

    def _look_at(self, entry: Entry) -> None:
        number = entry.number
        if number not in self._ids:
            return
        if entry.deleted_at is not None:
            self._tell_gone(number, entry.deleted_why or "author")
        elif (wording := _wording(entry)) != self._wordings[number]:
            self._wordings[number] = wording
            post = entry.post
            said = " ".join((post.text or "(no words)").split())
            warning = f"(content warning: {post.content_warning}) " if post.content_warning else ""
            self._tell(
                "edited",
                f"{number} was edited by {post.author.shown}: {warning}{said}",
                **_named(number, entry.id),
                question=entry.placement.question,
                text=post.text,
                content_warning=post.content_warning,
            )

    def _tell_gone(self, number: int, why: str) -> None:
        """Report a deletion; of what the post said, nothing."""
        post_id = self._ids.pop(number)
        self._wordings.pop(number)
        named = _named(number, post_id)
        self._tell("deleted", f"{number} is {_GONE.get(why, 'deleted')}.", **named, why=why)

    def _tell_filled(self, event: Filled) -> None:
        name = public(event.source)
        stretch = f"{name}: what was posted from {self._clock(event.since)}"
        stretch += f" to {self._clock(event.until)}"
        if event.by:
            brought = f"brought {posts(event.posts)}" if event.posts else "brought nothing new"
            words = f"{stretch} was asked for, which {brought}."
        else:
            words = f"{stretch} cannot be had" + (
                f": {within(public(event.why))}" if event.why else "."
            )
        self._tell(
            "gap",
            words,
            source=name,
            since=stamp(event.since),
            until=stamp(event.until),
            filled=bool(event.by),
            by=event.by or None,
            posts=event.posts,
            why=public(event.why) or None,
        )

    def _tell_state(self, report: Report) -> None:
        live = self._live.get(report.source)
        every = live.asks_every if live else 0.0
        lacks = self._lacks(report.source) if report.state == "poll" else ""
        why = public(report.detail) or (f"{lacks[:1].upper()}{lacks[1:]}." if lacks else "")
        self._tell(
            "source",
            f"{public(report.source)} {state_words(report, every, lacks)}",
            source=public(report.source),
            state=report.state,
            heard=report.state in HEARS,
            why=why or None,
            # Where it is heard, what is tried again is another way to hear it.
            retry_in=None
            if report.retry_in is None or report.state in HEARS
            else round(report.retry_in, 1),
        )

    def _remind(self, health: Health) -> None:
        """Report that a source is still not heard, at ever longer intervals."""
        told = self._reminded.get(health.name, 0)
        if health.state not in TRIES or not health.deaf_for:
            self._reminded.pop(health.name, None)
            return
        due = sum(health.deaf_for >= seconds for seconds in _reminders(health.deaf_for))
        if due <= told:
            return
        self._reminded[health.name] = due
        if self._states.is_fresh(health.name, FRESH_SECONDS):
            return  # or the same would be said twice in a row
        why = health.detail or health.last_trouble
        since = span(timedelta(seconds=health.deaf_for))
        words = f"{public(health.name)} is still not heard, for {since} now"
        self._tell(
            "source",
            f"{words}: {within(public(why))}" if why else f"{words}.",
            source=public(health.name),
            state="unreachable" if health.state == "connecting" else health.state,
            heard=False,
            why=public(why) or None,
            retry_in=None if health.retry_in is None else round(health.retry_in, 1),
        )

    def _tell_flapping(self, report: Report) -> None:
        words = (
            f"{public(report.source)} keeps changing between being heard and not;"
            " this is reported again once it stays the same for a minute."
        )
        self._tell(
            "source",
            words,
            source=public(report.source),
            state="unsteady",
            heard=report.state in HEARS,
            why=public(report.detail) or None,
            retry_in=None,
        )

    def _tell(self, kind: str, words: str, **fields: Any) -> None:
        now = self._now()
        if self._json:
            found = {"type": kind, "at": stamp(now.astimezone(UTC)), **fields, "words": words}
            self._write(json.dumps(found))
        else:
            self._write(fitted(f"{self._clock(now)}  {words}", sys.stderr, 10))

    def _clock(self, at: datetime) -> str:
        return clock(at.astimezone(self._chat.agenda.tz), seconds=True)


def state_words(report: Report, polls_every: float, lacks: str = "") -> str:
    """Returns how a source is heard, or that it is not, and why: what follows its name.

    `lacks` is what it lacks to stream.
    """
    why = public(report.detail)
    match report.state:
        case "filling" | "stream":
            return f"is heard by its stream. {why}".strip()
        case "poll":
            often = f"is heard by asking every {span(timedelta(seconds=polls_every))}"
            if why and lacks:
                return f"{often}, as {lacks}. {why}"
            if why:
                return f"{often}, since its stream is not there: {within(why)}"
            return f"{often}, as {lacks}." if lacks else f"{often}."
        case "ended":
            return "is not listened to any more."
        case "failed" if report.retry_in is None:
            return f"failed: {within(why)}"
        case "waiting" | "connecting":
            return "is being connected to."
    again = f" {_again(report.retry_in)}" if report.retry_in else ""
    return f"is not heard: {within(why)}{again}"


def _again(seconds: float) -> str:
    """Returns when it is tried again; seconds are over before anybody has read them."""
    if seconds < SOON_SECONDS:
        return "It is tried again by itself."
    return f"Next try in {span(timedelta(seconds=seconds))}."


def _reminders(seconds: float) -> list[float]:
    """Returns after how many seconds it was to be said until now that a source is not heard."""
    last = REMINDED_AFTER[-1]
    return [*REMINDED_AFTER, *(last * n for n in range(2, int(seconds // last) + 1))]


def _named(number: int, post_id: str) -> dict[str, Any]:
    return {"number": number, "id": post_id, "network": post_id.partition(":")[0]}


def _wording(entry: Entry) -> int:
    return hash((entry.post.text, entry.post.content_warning))


def _public(found: Listening) -> Listening:
    stretches = tuple(
        replace(each, why=public(each.why), why_lost=public(each.why_lost))
        for each in found.stretches
    )
    unanswered = tuple(each._replace(what=public(each.what)) for each in found.unanswered)
    return Listening(public(found.source), stretches, unanswered)
