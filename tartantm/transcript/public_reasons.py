"""Why a source was not heard, as readers may know it: one of a closed set of sentences.

What is recorded is written for the moderator. It says what to do, and may name money, accounts,
proxies and settings. Nothing of it is published: it only decides which of these sentences is, so
that no server, setting or later version can put words into a transcript this way. The moderator
reads the recorded words in the report on sources, in ``follow`` and in ``doctor``.
"""

from __future__ import annotations

import re

from tartantm.core.events import Hearing
from tartantm.core.stretches import CONNECTING, NOBODY, NOT_AGAIN
from tartantm.networks.protocol import NOT_SET_UP

NO_ANSWER = "It had not answered yet."
STOPPED = "It was not read any more."
LOGIN = "Its login was not accepted."
WAIT = "Its server asked to wait."
UNMADE = "It was not set up."
REFUSED = "Its server did not allow it."
GONE = "It is not there any more."
ERROR = "Its server answered with an error."
LATE = "Its server did not answer in time."
QUIET = "Its server sent nothing any more."
UNREACHED = "Its server could not be reached."
BROKE = "The connection broke."
FLOOD = "It sent more than could be read."
OLD = "Its server does not go back that far."
MANY = "Its server does not return so many posts."
FAULT = "A fault of the program."
FAILED = "The connection failed."

_OWN = (NOBODY, CONNECTING, NOT_AGAIN, NO_ANSWER, FLOOD)
"""Recorded words that are for readers as they are."""

_BY_WORDS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (f"^{NOT_SET_UP}:", UNMADE),
        (r"cap that you set|credit is used up|no more posts in this billing period", STOPPED),
        (
            r"not accept the (token|name and password)|with th(e|is) token|did not let @|No Bluesky"
            r" account|asks for a name and a password|only its members|answered 401",
            LOGIN,
        ),
        (r"gone for good", GONE),
        (r"asks? to wait|asked too often", WAIT),
        (r"goes back seven days|no longer has what|does not return older", OLD),
        (
            r"more posts than .{0,300} (may be asked for|are read at once)|has older posts"
            r"|older posts were not read|lists only the last",
            MANY,
        ),
        (r"did not (answer|finish its answer|say) in time|did not say in time", LATE),
        (r"Nothing came for", QUIET),
        (
            r"refuses connections|cannot be (reached|found)|[Pp]roxy|[Cc]ertificate|web page came"
            r"|answers in place of|redirects",
            UNREACHED,
        ),
        (r"has a fault now|has an error of its own|answered [45]\d\d|damaged answer", ERROR),
        (r"cannot be read as a feed|answer broke off|with no data", ERROR),
        (r"connection .{0,300}(broke|was closed)|closed the connection|ended the stream", BROKE),
    )
)
"""Sentences of ours by what they have in common, the most telling first."""

_BY_KIND: dict[Hearing, str] = {
    "": "",
    "stream": "",
    "poll": "",
    "limited": WAIT,
    "refused": REFUSED,
    "unreachable": FAILED,
    "failed": FAULT,
}
"""By the kind of trouble, for every other sentence; where that is not known it is left out."""

REASONS = frozenset({*_OWN, *(words for _, words in _BY_WORDS), *_BY_KIND.values()})
"""All that `public_reason` may return."""


def public_reason(why: str, how: Hearing = "") -> str:
    """Returns what readers are told of a recorded reason and its kind; "" for nothing."""
    if not why or why in _OWN:
        return why
    if how == "failed":
        return FAULT
    ours = why.partition(" says: ")[0]  # what a server says decides nothing
    found = (words for pattern, words in _BY_WORDS if pattern.search(ours))
    return next(found, _BY_KIND[how])


_UNSAID = ("which posts are gone or edited", "what was replied without the hashtag")


def public_unanswered(what: str) -> str:
    """Returns what a source did not say, without the reasons that are recorded with it."""
    return " and ".join(each for each in _UNSAID if each in what) or "all that it was asked"
