"""Commands about sources: a report on each, and trying again at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from tartantm.capture.health import Health, State
from tartantm.core.chat import Chat
from tartantm.core.describe import posts
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import command
from tartantm.desk.dialogs.dialogs import TextDialog
from tartantm.transcript.coverage import coverage, public
from tartantm.transcript.model import Coverage, Gap

_STATES: dict[State, str] = {
    "waiting": "waits for the other tartantm that captures",
    "connecting": "is connecting",
    "filling": "listens and asks for what was missed",
    "stream": "listens",
    "poll": "is asked again and again",
    "limited": "asks to wait",
    "refused": "refuses",
    "unreachable": "cannot be reached",
    "failed": "failed by a fault of tartantm",
    "ended": "has ended",
}

_RECORDED = {
    "asked": "was never heard",
    "connected": "was heard last",
    "lost": "was lost",
    "ended": "has ended",
    "failed": "has failed",
}
"""By the last state that the session file has."""


UNHEARD = """No network is heard now. To hear one, leave with q and name it:
    tartantm run AGENDA --source bluesky
    tartantm run AGENDA --source mastodon:mastodon.scot --source x
tartantm doctor shows which of them can be reached from here."""
"""What to do where no source is named."""


@command("desk.sources")
async def _sources(desk: DeskContext) -> None:
    health = desk.capture.health if desk.capture else ()
    words = "\n\n".join([*report(desk.chat, health), *([] if health else [UNHEARD])])
    hint = "R tries lost and failed ones again, Esc closes." if health else "Esc closes."
    await desk.ask(TextDialog("Sources", words, hint))


@command("desk.reconnect")
async def _reconnect(desk: DeskContext) -> None:
    tried = desk.capture.retry_now() if desk.capture else 0
    several = "" if tried == 1 else "s"
    desk.say(f"Trying {tried} source{several} again." if tried else "No source waits to try again.")


def report(chat: Chat, health: Iterable[Health]) -> Iterator[str]:
    """Yields a paragraph for each source, and one about all posts."""
    found = coverage(chat, ())
    now: dict[str, Health | str] = {state.source: state.state for state in found.sources}
    now |= {public(each.name): each for each in health}
    for name, state in now.items():
        yield "\n".join(_source(name, state, found, chat.agenda.tz))
    yield _all(found)


def _source(name: str, state: Health | str, found: Coverage, zone: tzinfo) -> Iterator[str]:
    if isinstance(state, Health):
        yield f"{name} {_STATES[state.state]}" + (f": {state.detail}" if state.detail else ".")
        yield f"  {posts(state.heard)} heard, {state.duplicates} of them known already" + (
            f", {state.damaged()} damaged" if state.damaged() else ""
        )
        if state.last_post_at:
            yield f"  last post at {state.last_post_at.astimezone(zone):%H:%M:%S}"
        if state.silent_for is not None and state.state != "ended":
            yield f"  last sign of life {state.silent_for:.0f} s ago"
        if note := state.note():
            yield f"  {note}"
    else:
        yield f"{name} {_RECORDED.get(state, state)}."
    gaps = [gap for gap in found.gaps if gap.source == name]
    for gap in gaps:
        yield "  " + _gap(gap)
    if not gaps:
        yield "  nothing missed so far"


def _gap(gap: Gap) -> str:
    since = f"{gap.since:%H:%M:%S}"
    if gap.until is None:
        return f"nothing heard since {since}"
    stretch = f"{since} to {gap.until:%H:%M:%S} missed"
    if gap.filled:
        return f"{stretch}, asked for afterwards: {posts(gap.posts)}"
    return f"{stretch}, not filled" + (f": {gap.why}" if gap.why else " yet")


def _all(found: Coverage) -> str:
    def many(number: int, word: str) -> str:
        return f"{number} {word}{'' if number == 1 else 's'} folded"

    reposts, copies = found.folded - found.copies, found.copies
    parts = [f"{posts(found.captured)} captured"]
    parts += [many(reposts, "repost")] * bool(reposts) + [many(copies, "cross-post")] * bool(copies)
    parts += [f"{found.hidden} hidden"] * bool(found.hidden)
    parts += [f"{found.deleted} deleted"] * bool(found.deleted)
    return ", ".join(parts) + "."
