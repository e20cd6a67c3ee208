"""The command that shows what is left to do before a transcript is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from tartantm.core.errors import TartantmError
from tartantm.desk import closing
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.commands.withhold import redact_phrase
from tartantm.desk.dialogs.closing import ClosingDialog, Place
from tartantm.desk.panes.views import ALL, INBOX
from tartantm.moderation.accept import accept_leaks


@command("desk.closing")
async def _closing(desk: DeskContext) -> None:
    options = closing.options_for(desk.chat)
    chosen, said = None, ""
    found: list[Place] = []

    async def look() -> Sequence[Place]:
        found[:] = await closing.look(desk.session.path, options)
        return found

    while True:
        waiting, now = len(desk.views[INBOX]), datetime.now(UTC)
        at = None if desk.capture is None else desk.clock.now()
        facts = list(closing.facts(desk.chat, desk.session.path, waiting, options, now, at))
        shown_as = closing.SHOWN_AS[options.pseudonyms]
        answer = await desk.ask(ClosingDialog(facts, look, shown_as, chosen, said))
        if answer is None:
            return
        action, place = answer
        said = ""
        if action == "inbox":
            desk.show(INBOX)
            return
        if action == "pseudonyms":
            options = closing.with_next_names(options)
            continue
        assert place is not None
        chosen = place.key
        if action == "go":
            if place.post is None:
                said = "That stands in no post; x withholds the words, a finds them harmless."
                continue
            desk.show(ALL, place.post)
            return
        try:
            said = await _done(desk, action, place, found)
            chosen = _next(found, place) if action == "accept" else place.key
        except TartantmError as error:
            said = str(error)


def _next(found: Sequence[Place], place: Place) -> str:
    """Returns the key of the next open place after one, of the one itself where there is none."""
    index = found.index(place)
    after = (each for each in (*found[index + 1 :], *found[:index]) if not each.accepted)
    return next(after, place).key


async def _done(desk: DeskContext, action: str, place: Place, found: Sequence[Place]) -> str:
    """Withhold, accept or open a place again. Returns what was done."""
    if action == "withhold":
        desk.messages.clear()
        await redact_phrase(desk, place.found)
        return desk.messages.current
    keys = [each.key for each in found] if action == "accept-all" else [place.key]
    prepared = accept_leaks(desk.chat, keys, on=action != "open")
    await act(desk, prepared)
    return desk.messages.words
