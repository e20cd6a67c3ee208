"""How often each rule is right: measured shares, not feelings.

Measured on the eight recorded chats of ``data/chats/dev`` by ``tests/benchmarks/grouping.py``,
which prints them anew; rounded, and drawn towards the middle where there were few posts.
"""

from datetime import timedelta

from tartantm.grouping.labels import Strength
from tartantm.grouping.talk import Talk

INBOX_BELOW = 0.7
"""Less sure placements are for somebody to look at."""

EARLY = timedelta(minutes=3)
"""So long after a question was opened much still belongs to the one before."""

ASKED = 0.99
REPOST = 0.99
REPOST_OF_UNKNOWN = 0.9
LABEL: dict[Strength, float] = {"strong": 0.99, "medium": 0.97, "weak": 0.6}
LABEL_SHARED = 0.8
LABEL_AGAINST_PARENT = 0.75
LABEL_OF_TWO = 0.65
LABEL_EARLY = 0.9
LABEL_TOO_EARLY = 0.6
LABEL_WEAK = 0.6
ANNOUNCED = 0.95
QUOTE = 0.85
QUOTE_OF_ASKED = 0.95
REPLY = 0.98
REPLY_TO_ASKED = 0.98
CONTINUED = 0.8
TALK: dict[Talk, float] = {
    "greeting": 0.96,
    "introduction": 0.85,
    "thanks": 0.93,
    "farewell": 0.95,
    "announcement": 0.97,
    "technical": 0.95,
}
BEFORE = 0.97
THREAD = 0.7
MENTION = 0.85
MENTION_AND_TIME = 0.72
MENTION_AND_WORDING = 0.92
MENTION_OLD = 0.5
WORDED = 0.8
TIME = 0.7
TIME_AND_WORDING = 0.85
TIME_EARLY = 0.5
TIME_QUICK = 0.5
TIME_LEFT = 0.55
TIME_CLOSED = 0.5
FIRST = 0.55
LONG_AFTER = 0.6
