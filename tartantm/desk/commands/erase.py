"""The command that erases a person or a post for good: a plan, a word to type, a report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TypeVar

from tartantm.core.accounts import Account
from tartantm.core.errors import TartantmError
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import command
from tartantm.desk.commands.same_person import is_same_person
from tartantm.desk.dialogs.dialogs import TextDialog
from tartantm.desk.dialogs.erase import EraseDialog
from tartantm.desk.dialogs.waiting import Waiting
from tartantm.desk.dialogs.withhold import Row, WithholdDialog
from tartantm.desk.withholding import Withholding
from tartantm.moderation import erasing
from tartantm.moderation.act import standing
from tartantm.moderation.references import in_words
from tartantm.settings.paths import session_words
from tartantm.store.erasure import Erasure, Wanted, reference
from tartantm.store.journal import Journal
from tartantm.store.session import Session

RELOAD_SECONDS = 10.0
"""How long it is waited at most until this desk has read the file anew."""

CHECK_SECONDS = 0.02

T = TypeVar("T")


@command("note.erase")
async def erase(desk: DeskContext) -> None:
    """Ask whether the post or its author, show what goes, erase it, and report it."""
    entry = desk.under_cursor
    if entry is None:
        return
    standing(desk.chat, [entry.id])
    about = Withholding(desk.chat, entry, sure=True)
    rows = [Row("post", "p", "This post, with its reposts and copies"), *about.author("Author")]
    title = "Erase for good from the session file; nothing brings it back"
    chosen = await desk.ask(WithholdDialog(title, about.subject, rows, []))
    if chosen == "author":
        # What else is certainly theirs, the erasure says; of anything else it is asked below.
        account = about.accounts[0]
        what, wanted = account.shown, erasing.wanted_accounts([account])
    elif chosen == "post":
        what, wanted = in_words(entry), Wanted(posts=(entry.id,))
    else:
        return
    if (erasure := await _planned(desk, wanted)) is None:
        return
    wanted, plan = erasure
    if await desk.ask(EraseDialog(f"Erase {what}", erasing.plan_lines(plan, whole=True))):
        await _erase(desk, wanted, plan, what)


async def _planned(desk: DeskContext, wanted: Wanted) -> tuple[Wanted, Erasure] | None:
    """Returns what goes, once it was asked about each uncertain account; None where it was left."""
    asked: set[str] = set()
    path = desk.session.path
    while True:
        erasure = await _wait(
            desk, "Looking for everything that goes …", partial(_plan, path, wanted)
        )
        if erasure is None:
            return None
        uncertain = [each for each in erasure.uncertain if reference(each) not in asked]
        if not wanted.accounts or not uncertain:
            return wanted, erasure
        too: list[Account] = []
        for account in uncertain:
            asked.add(reference(account))
            answer = await is_same_person(desk, erasure.chat, erasure.accounts[0], account, "erase")
            if answer is None:
                return None
            too += [account] if answer else []
        if not too:
            return wanted, erasure
        wanted = erasing.with_accounts(wanted, too)


async def _erase(desk: DeskContext, wanted: Wanted, plan: Erasure, what: str) -> None:
    path = desk.session.path
    with desk.changes.acting_on(plan.ids):
        work = partial(_carry_out, path, wanted)
        erasure = await _wait(desk, "Erasing …", work, can_leave=False)
        if erasure is None:
            return
        await _reloaded(desk, erasure)
    lines = erasing.report_lines(erasure, what, session_words(path))
    await desk.ask(TextDialog("Erased", "\n".join(lines), "↑ ↓ scroll, Esc closes."))


async def _wait(
    desk: DeskContext, words: str, work: Callable[[], T], *, can_leave: bool = True
) -> T | None:
    """Returns what work results in, None where it was left; raises what it refuses."""
    result = await desk.ask(Waiting(words, work, can_leave=can_leave))
    if isinstance(result, TartantmError):
        raise result
    return result


async def _reloaded(desk: DeskContext, erasure: Erasure) -> None:
    """Wait until this desk shows the session without what was erased."""
    until = monotonic() + RELOAD_SECONDS
    while not erasure.ids.isdisjoint(desk.chat.entries) and monotonic() < until:
        await asyncio.sleep(CHECK_SECONDS)
    desk.changes.flush()


def _plan(path: Path, wanted: Wanted) -> Erasure:
    with Session(path) as session:
        return Erasure(list(session.journal.since(0)), wanted)


def _carry_out(path: Path, wanted: Wanted) -> Erasure:
    with Journal(path) as journal:
        return erasing.carry_out(journal, wanted)
