"""What strangers write costs near linear time, from a network's answer to the screen and the page.

Each function gets a text that repeats a unit, and one four times as long. A feed is not among them:
feedparser has quadratic patterns, so it runs in a process that is killed (`feed/apart.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC
from itertools import count
from typing import Any

import pytest
from rich.style import Style

from tartantm.capture.capture import Capture
from tartantm.core.events import Captured, Placement
from tartantm.core.mutes import fold_blanks
from tartantm.core.names import plain_name
from tartantm.core.post import clean
from tartantm.core.tokens import tokens
from tartantm.desk.panes.post_lines import PostStyle, post_strips
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.grouping.grouper import Grouper
from tartantm.grouping.labels import Labels
from tartantm.grouping.small_talk import talk_of
from tartantm.networks.bluesky import payload as bluesky
from tartantm.networks.json_fields import hashtags_in
from tartantm.networks.mastodon import payload as mastodon
from tartantm.networks.mastodon.html import to_text
from tartantm.networks.x import payload as x
from tartantm.transcript.formats import FORMATS
from tests.builders import AGENDA, chat_of, happen, post
from tests.doubling import UNITS, slow_units
from tests.fuzz.seeds import BLUESKY, MASTODON
from tests.fuzz.seeds import X as X_PAGE
from tests.transcript.reading import export_text

SIZE = 2000
NUMBERS = count(1)
"""No post is cleaned, placed or drawn twice: much is remembered by its words."""


def of_x(text: str) -> object:
    page: Any = deepcopy(X_PAGE)
    page["data"]["text"] = text
    return x.read(page)


def of_mastodon(text: str) -> object:
    status: Any = deepcopy(MASTODON)
    status["content"] = text
    return mastodon.read(status)


def of_bluesky(text: str) -> object:
    frame: Any = deepcopy(BLUESKY)
    frame["commit"]["record"]["text"] = text
    return bluesky.read(frame)


def captured(text: str) -> object:
    """From a source into the chat, and onto the screen."""
    chat = chat_of()
    grouper = Grouper(chat)
    events = Capture(chat, grouper).events_for([post(str(next(NUMBERS)), clean(text))])
    happen(chat, *events)
    (entry,) = chat.entries.values()
    styles: defaultdict[str, Style] = defaultdict(Style)
    return post_strips(entry, chat, UTC, PostStyle(80), styles, WithheldNow(chat))


WORKS: dict[str, Callable[[str], object]] = {
    "clean": clean,
    "clean one line": lambda text: clean(text, lines=False),
    "html": to_text,
    "hashtags": hashtags_in,
    "x": of_x,
    "mastodon": of_mastodon,
    "bluesky": of_bluesky,
    "tokens": lambda text: tokens(text + f" {next(NUMBERS)}"),
    "fold_blanks": fold_blanks,
    "names": lambda text: plain_name(text + f" {next(NUMBERS)}"),
    "labels": Labels(AGENDA).read,
    "talk": talk_of,
    "capture": captured,
}


@pytest.mark.parametrize("name", WORKS)
def test_functions_are_near_linear(name: str) -> None:
    assert slow_units(WORKS[name], SIZE) == []


@pytest.mark.parametrize("form", FORMATS)
def test_formats_are_near_linear(form: str) -> None:
    def work(text: str) -> object:
        return export_text(
            chat_of(
                Captured(post(str(next(NUMBERS)), clean(text)), Placement("Q1", "label", "", 1.0))
            ),
            form,
        )

    assert slow_units(work, SIZE, UNITS[::2]) == []
