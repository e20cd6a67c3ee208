"""Whoever and whatever is erased from a session of any release, the rest is read and undone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tartantm.core.accounts import Accounts
from tartantm.core.chat import Chat
from tartantm.moderation import history
from tartantm.moderation.act import NothingToDo
from tartantm.moderation.erasing import plan_lines, report_lines, wanted_accounts
from tartantm.store.erasure import Erasure, Wanted
from tartantm.store.journal import Journal, Rewriting, recorded_events
from tartantm.transcript import FORMATS, ExportOptions
from tartantm.transcript.export import ExportContext
from tests.builders import happen
from tests.store.test_golden import SESSIONS, copied


def wanted(chat: Chat) -> list[Wanted]:
    """Return everybody, and every post."""
    everybody = [wanted_accounts([account]) for account in Accounts(chat).all]
    return [*everybody, *(Wanted(posts=(post,)) for post in chat.entries)]


@pytest.mark.parametrize("golden", SESSIONS, ids=lambda path: path.stem)
def test_everybody_and_every_post_can_be_erased(golden: Path, tmp_path: Path) -> None:
    whole = list(recorded_events(copied(golden, tmp_path)))
    chat = Chat(whole)
    for what in wanted(chat):
        erasure = Erasure(whole, what)
        assert plan_lines(erasure, whole=True) and report_lines(erasure, "them", "evening")
        path = shutil.copyfile(golden, tmp_path / "evening.tartantm")
        with Journal(path) as journal:
            journal.rewrite(lambda _: Rewriting(erasure.of, erasure.events))  # noqa: B023
        after = Chat(recorded_events(path))
        assert not after.entries.keys() & erasure.ids
        context = ExportContext(after, ExportOptions())
        assert all("".join(context.pieces(form)) for form in FORMATS.values())
        taken_back(after)


def taken_back(chat: Chat) -> None:
    """Undo every act, and do it again."""
    done = [act for act in chat.history.acts if not act.undone]
    for act in reversed(done):
        happen(chat, *history.undo(chat, agreed=act.seq).events)
    with pytest.raises(NothingToDo):
        history.undo(chat)
    for _ in done:
        happen(chat, *history.redo(chat).events)
    with pytest.raises(NothingToDo):
        history.redo(chat)
