"""The last line of a row that waits: how sure its place is stays on it, however narrow it is."""

from __future__ import annotations

import pytest

from tartantm.core import events as ev
from tartantm.core.events import Placement
from tartantm.core.redaction import Redactions
from tartantm.desk.panes.conversation_lines import suggestion
from tartantm.desk.panes.pieces import cells
from tests.builders import chat_of, post

REASON = "replies to Calum Example in Q2, who says so"


@pytest.mark.parametrize(
    ("width", "followers", "line"),
    [
        (80, "", f"→ Q2 or Q1?  {REASON} · 62 %"),
        (40, "", "→ Q2 or Q1?  replies to Calum Ex… · 62 %"),
        (40, "9 replies follow", "→ Q2 or Q1?  9 replies follow · 62 %"),
        (50, "9 replies follow", "→ Q2 or Q1?  9 replies follow · replies to… · 62 %"),
        (20, "9 replies follow", "→ Q2 or Q1?  9 repl…"),
    ],
)
def test_only_the_reason_is_cut(width: int, followers: str, line: str) -> None:
    chat = chat_of(ev.Captured(post("1"), Placement("Q2", "reply", REASON, 0.62, True, ("Q1",))))
    pieces = suggestion(chat.entries["x:1"], Redactions(chat), "Q2 or Q1?", width, followers)
    assert "".join(text for text, _ in pieces) == line
    assert cells(pieces) <= width
