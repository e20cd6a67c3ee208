"""How often each rule is right: measured shares, not feelings.

Measured on the eight recorded chats of ``data/chats/dev``, as written and stripped, with
``tests/benchmarks/grouping.py DIR --rules``, which prints them anew. They are rounded, and drawn
towards the middle where there were fewer than thirty posts; "unmeasured" stands where there were
none. What follows another post has that post's confidence times the share.
"""

from datetime import timedelta

from tartantm.grouping.labels import Strength
from tartantm.grouping.talk import Talk

INBOX_BELOW = 0.7
"""Less sure placements are for somebody to look at. What stays outside is right in nine of ten."""

EARLY = timedelta(minutes=3)
"""So long after a question was opened much still belongs to the one before."""

ASKED = 0.99
REPOST = 0.99
REPOST_OF_UNKNOWN = 0.9

LABEL: dict[Strength, float] = {"strong": 0.99, "medium": 0.97, "weak": 0.6}
LABEL_SHARED = 0.8
"""In the middle of a text, or in words handed on."""
LABEL_EARLY = 0.9
"""Of a question not yet open, which is strong or comes next."""
LABEL_TOO_EARLY = 0.6
"""Of any other question not yet open: perhaps a road."""
LABEL_AGAINST_PARENT = 0.75
LABEL_OF_TWO = 0.65
LABEL_WEAK = 0.6
ANNOUNCED = 0.95

QUOTE = 0.85
QUOTE_OF_ASKED = 0.95
REPLY = 0.98
REPLY_TO_ASKED = 0.98
CONTINUED = 0.8
THREAD = 0.75
"""Unmeasured: in the recorded chats every thread's posts have their parents."""
THREAD_OF_ASKED = 0.9
"""Unmeasured."""

TALK: dict[Talk, float] = {
    "greeting": 0.96,
    "introduction": 0.85,
    "thanks": 0.93,
    "farewell": 0.95,
    "announcement": 0.97,
    "technical": 0.95,
}
BEFORE = 0.97
FIRST = 0.55
LONG_AFTER = 0.6

MENTION = 0.85
"""Of somebody who was last in the question before the open one."""
MENTION_AND_TIME = 0.7
"""Of somebody who was last in the open question."""
MENTION_AND_WORDING = 0.92
MENTION_OLD = 0.5
"""Of somebody who was last in neither."""

SAID = 0.85
"""Remarks from a room; unmeasured: the recorded chats have none."""

WORDED = 0.8
TIME = 0.7
TIME_AND_WORDING = 0.85
TIME_EARLY = 0.5
TIME_QUICK = 0.5
TIME_LEFT = 0.55
TIME_CLOSED = 0.5
