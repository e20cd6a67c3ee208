"""What a dialog draws after it waited, where it was closed meanwhile: nothing, and all goes on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.css.query import NoMatches

from tartantm.core.errors import TartantmError
from tartantm.desk.dialogs.base import SingleAnswerDialog
from tartantm.desk.dialogs.closing import ClosingDialog, Place
from tartantm.desk.dialogs.phrase import PhraseDialog
from tartantm.desk.dialogs.withhold import WithholdDialog


async def none() -> Sequence[Place]:
    return []


async def fails() -> Sequence[Place]:
    raise TartantmError("The file cannot be read.")


async def test_a_dialog_without_its_parts_draws_nothing() -> None:
    """As it is in the moment in which it is taken away."""
    for look in (none, fails):
        closing = ClosingDialog((), look, "with names")
        with pytest.raises(NoMatches):
            closing.query_one("#count")
        await closing._fill()
        closing._fit()
    withhold = WithholdDialog("", "", (), (), lambda: {})
    await withhold._fill(lambda: {})
    phrase = PhraseDialog("", lambda _: pytest.fail("there are no words"))
    phrase._begin()
    phrase._grow()


def test_only_parts_that_are_gone_are_passed_over() -> None:
    dialog: SingleAnswerDialog[None] = SingleAnswerDialog()
    with pytest.raises(ValueError), dialog.late():
        raise ValueError
