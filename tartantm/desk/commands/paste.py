"""The command that puts pasted posts into the session, the way by which an import goes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tartantm.archives.shape import Context
from tartantm.capture.capture import Capture
from tartantm.core.describe import posts
from tartantm.core.events import Captured
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import command
from tartantm.desk.dialogs.paste import PasteDialog
from tartantm.networks.heard import Heard

BATCH = 20
"""Posts that are placed before the screen answers keys again."""


@command("posts.paste")
async def _paste(desk: DeskContext) -> None:
    agenda = desk.chat.agenda
    context = Context(zone=agenda.tz, now=desk.clock.now(), day=agenda.starts)
    heard = await desk.ask(PasteDialog(context))
    if heard:
        await put_in(desk, heard)


async def put_in(desk: DeskContext, heard: Sequence[Heard]) -> None:
    """Capture posts that no source brought, and say what became of them."""
    # Where sources are heard, theirs that are not saved yet have to be known, too.
    capture = (desk.capture.capture if desk.capture else None) or Capture(
        desk.chat, desk.session.grouper
    )
    added = known = restricted = erased = 0
    for start in range(0, len(heard), BATCH):
        before = capture.duplicates, capture.restricted, capture.erased
        events = capture.events_for(heard[start : start + BATCH])
        known += capture.duplicates - before[0]
        restricted += capture.restricted - before[1]
        erased += capture.erased - before[2]
        if events:
            # As for what sources bring: from here on the posts count as known.
            await desk.session.keep(events)
            added += sum(isinstance(event, Captured) for event in events)
            desk.say(f"{posts(added)} put in …")
        await asyncio.sleep(0)
    desk.changes.flush()
    left_out = [
        (known, "known already"),
        (restricted, "to one person alone, left out"),
        (erased, "erased before, left out"),
    ]
    words = "".join(f"; {count:,} {why}" for count, why in left_out if count)
    hint = " h hides a post; u does not undo what was captured." if added else ""
    desk.say(f"{posts(added)} put in{words}.{hint}")
