"""Commands about sources: a report on each, and trying again at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial
from time import monotonic

from msgspec.structs import replace

from tartantm.capture.health import TRIES, Health, State
from tartantm.core.chat import Chat
from tartantm.core.describe import ended, joined, posts, within
from tartantm.core.listening import Listening
from tartantm.core.post import NETWORKS
from tartantm.core.silences import silences
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import command
from tartantm.desk.dialogs.sources import SourcesDialog, SourcesReport
from tartantm.desk.panes.source_names import shown_names
from tartantm.desk.panes.status import declined
from tartantm.settings.paths import session_words
from tartantm.transcript.coverage import coverage, public
from tartantm.transcript.formats.phrases import listed
from tartantm.transcript.gap_phrases import Time, span
from tartantm.transcript.listening_words import IT, nothing_heard, statement
from tartantm.transcript.model import Coverage
from tartantm.transcript.times import clock_on

_STATES: dict[State, str] = {
    "waiting": "waits: another tartantm listens for this session",
    "connecting": "is being connected to",
    "filling": "is heard by its stream, and asked for what was missed",
    "stream": "is heard by its stream",
    "limited": "is not heard, since it asks to wait",
    "refused": "is not heard, since it refuses",
    "capped": "is not heard",
    "unreachable": "is not heard, since it cannot be reached",
    "failed": "is not heard, by a fault of tartantm",
    "ended": "is not listened to any more",
}
"""By every state but ``poll``, which also says how often."""

_READ: dict[State, str] = {
    "stream": "is being read",
    "failed": "could not be read",
    "ended": "was read to its end",
}
"""The same of what is no network, but read from its begin to its end."""

_RECORDED = {
    "asked": "was not heard at the end",
    "connected": "was heard last",
    "lost": "was not heard at the end",
    "ended": "is not listened to any more",
    "failed": "was not heard at the end",
}
"""By the last state that the session file has."""

_RECORDED_READ = {"ended": _READ["ended"], "failed": _READ["failed"]}
"""The same of a recording."""

ELSEWHERE = "Another tartantm listens for this session; this one goes on when that ends."
"""While this desk waits for the right to capture."""


UNHEARD = """No network is heard now. To hear one, leave with q and name it:
    tartantm run AGENDA --source bluesky
    tartantm run AGENDA --source mastodon:mastodon.scot --source x
A session that is opened again asks whether to listen to what it listened to.
tartantm doctor shows which of them can be reached from here."""
"""What to do where no source is named."""


LONGEST_NAME = 40
"""Cells of a source's name in a message."""


DECLINED = """This desk does not listen, as you chose. To listen after all, leave with q, type
    tartantm run {session}
and answer y."""
"""What to do where the session listened to networks before."""


@command("desk.sources")
async def _sources(desk: DeskContext) -> None:
    keys = next(each.keys for each in desk.commands if each.id == "desk.reconnect")
    await desk.ask(SourcesDialog(partial(_read, desk), partial(_retry, desk), keys))


def _read(desk: DeskContext) -> SourcesReport:
    """Returns what there is to say of the sources at this moment, and what can be done."""
    health = desk.capture.health if desk.capture else []
    told = [*report(desk.chat, health, desk.clock.now(), desk.notes)]
    can = _can(desk, health)
    message = desk.messages.current
    told = told if health else [_unheard(desk), *told]
    return SourcesReport(can, message if message != can else "", told)


def _can(desk: DeskContext, live: Sequence[Health]) -> str:
    """Returns what can be done now about what is not heard; "" where there is nothing."""
    if any(each.state == "waiting" for each in live):
        return ELSEWHERE
    key = next(each.shown_keys for each in desk.commands if each.id == "desk.reconnect")
    if not key or not any(each.is_live and each.retry_at is not None for each in live):
        return ""
    unheard = any(each.is_live and each.state in TRIES for each in live)
    return f"{key} tries again now {'what is not heard' if unheard else 'to open the streams'}."


def _unheard(desk: DeskContext) -> str:
    """Returns how to hear a network; a session that did is only to be opened again."""
    if not declined(desk.chat):
        return UNHEARD
    return DECLINED.format(session=session_words(desk.session.path))


@command("desk.reconnect")
async def _reconnect(desk: DeskContext) -> None:
    _retry(desk)


def _retry(desk: DeskContext) -> None:
    """Try again what is not heard, and say what is tried."""
    capture = desk.capture
    if capture is None:
        chose = "This desk does not listen, as you chose; L says how."
        desk.say(chose if declined(desk.chat) else "No network is named to listen to; L says how.")
        return
    live = [each for each in capture.health if each.is_live and each.state != "ended"]
    tried = [(each, each.state == "poll") for each in live if each.retry_at is not None]
    if capture.retry_now():
        names = shown_names([each.name for each, _ in tried], LONGEST_NAME)
        said = listed(f"{'the stream of ' * polled}{names[each.name]}" for each, polled in tried)
        desk.say(f"Trying {said or 'what does not work'} again now.", is_over=partial(_work, tried))
    elif any(each.state == "waiting" for each in live):
        desk.say(ELSEWHERE)
    elif any(not each.hears for each in live):
        desk.say("Everything that is not heard is being tried already.")
    else:
        desk.say("Nothing has to be tried again: every network named is heard.")


def _work(tried: Sequence[tuple[Health, bool]]) -> bool:
    """Returns whether all that was tried works: sources are heard, and those polled stream."""
    return bool(tried) and all(
        health.state in ("stream", "filling") if polled else health.hears
        for health, polled in tried
    )


def report(
    chat: Chat,
    health: Iterable[Health],
    now: datetime | None = None,
    notes: Sequence[tuple[datetime, str]] = (),
) -> Iterator[str]:
    """Yields when nothing was heard, then on each source, on all posts, and what was noted.

    `now` is the chat's time, until which sources are listened to; times of another day have their
    date.
    """
    tz = chat.agenda.tz
    time = partial(clock_on, usual=now.astimezone(tz) if now else None, seconds=True)
    found = coverage(chat, (), for_moderator=True)
    heard = {each.source: each for each in found.listening}
    states: dict[str, Health | str] = {state.source: state.state for state in found.sources}
    states |= {public(each.name): each for each in health}
    for name, state in states.items():
        if now and name in heard and isinstance(state, Health) and state.state != "ended":
            heard[name] = _until(heard[name], now.astimezone(tz))
    if silent := nothing_heard(silences([*heard.values()]), str, time):
        yield "\n".join(silent)
    for name, state in states.items():
        yield "\n".join(_source(name, state, heard.get(name), tz, time))
    yield _all(found)
    if notes:
        told = (f"{time(at.astimezone(tz))}  {words}" for at, words in notes)
        yield "\n  ".join(["Notes:", *told])


def _until(found: Listening, now: datetime) -> Listening:
    """Returns the same with the last stretch going on until now."""
    if not found.stretches or not found.stretches[-1].is_open:
        return found
    *before, last = found.stretches
    last = replace(last, until=max(last.until, now), is_open=last.kind == "missed")
    return Listening(found.source, (*before, last), found.unanswered)


def _source(
    name: str, state: Health | str, found: Listening | None, zone: tzinfo, time: Time
) -> Iterator[str]:
    if isinstance(state, Health):
        yield f"{name} {_now(state)}"
        if counts := [*_counts(state, zone, time)]:
            yield f"  since this desk was opened: {', '.join(counts)}"
        if state.silent_for is not None and state.state != "ended":
            yield f"  last sign of life {state.silent_for:.0f} s ago"
        if note := state.note():
            yield f"  {note}"
        for what, (since, why) in state.unanswered.items():
            lasts = span(timedelta(seconds=monotonic() - since))
            yield f"  For {lasts} it has not said {what}: {ended(within(public(why)))}"
    else:
        recorded = _RECORDED if name.partition(":")[0] in NETWORKS else _RECORDED_READ
        yield f"{name} {recorded.get(state, _RECORDED.get(state, state))}."
    if found is not None:
        sentences = statement(found, IT, time)
        yield from (f"  {words}" for words in sentences)
        if len(sentences) == 1 and found.was_heard:
            # Of a run that was killed it is not known for how long after that it listened.
            yield f"  Nothing was missed{' until then' * found.stretches[-1].is_open}."


def _counts(health: Health, zone: tzinfo, time: Time) -> Iterator[str]:
    """Yields what a source brought since the desk was opened; posts that were known are none."""
    if health.last_post_at:
        yield f"{health.new} new {'post' if health.new == 1 else 'posts'}"
        yield f"the last posted at {time(health.last_post_at.astimezone(zone))}"
    elif health.was_heard:
        yield "no new posts"
    if health.others:
        yield _deletions(health.others)
    if damaged := health.damaged():
        yield f"{damaged} damaged"


def _deletions(count: int) -> str:
    return "1 deletion" if count == 1 else f"{count} deletions"


def _now(health: Health) -> str:
    """Returns how a source is heard now, or why it is not, and when it is tried again."""
    again = health.again("tried again", "being tried now")
    why = within(public(health.detail))
    if health.state == "poll":
        words = f"is heard by asking every {span(timedelta(seconds=health.asks_every))}"
        lacks = health.lacks()
        if lacks or not why:
            words += f", as {lacks}." if lacks else "."
            return f"{words} {why}".rstrip()
        return _sentence(f"{words}, since its stream is not there: {why}", again)
    states = _STATES if health.is_live else _STATES | _READ
    return _sentence(f"{states[health.state]}{f': {why}' * bool(why)}", again)


def _sentence(*clauses: str) -> str:
    return ended(joined(*clauses))


def _all(found: Coverage) -> str:
    def many(number: int, word: str) -> str:
        return f"{number} {word}{'' if number == 1 else 's'} folded"

    reposts, copies = found.folded - found.copies, found.copies
    parts = [f"{posts(found.captured)} captured"]
    parts += [many(reposts, "repost")] * bool(reposts) + [many(copies, "cross-post")] * bool(copies)
    parts += [f"{found.hidden} hidden"] * bool(found.hidden)
    parts += [f"{found.deleted} deleted"] * bool(found.deleted)
    return ", ".join(parts) + "."
