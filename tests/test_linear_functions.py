"""What strangers write costs near linear time, from a network's answer to the screen and the page.

Each function gets a text that repeats a unit, and one four times as long. A feed is not among them:
feedparser has quadratic patterns, so it runs in a process that is killed (`feed/apart.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import UTC
from itertools import count
from typing import Any

import pytest
from rich.style import Style

from tartantm.agenda_files import read_markdown
from tartantm.capture.capture import Capture
from tartantm.core import folding
from tartantm.core.agenda import AgendaError
from tartantm.core.events import Captured, Placement, Redacted
from tartantm.core.mutes import fold_blanks
from tartantm.core.names import plain_name
from tartantm.core.post import Author, Post, clean
from tartantm.core.texts import Place
from tartantm.core.tokens import tokens
from tartantm.core.toml_document import key_lines
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
from tartantm.transcript.answer_labels import AnswerLabels
from tartantm.transcript.export import ExportContext
from tartantm.transcript.formats import FORMATS
from tartantm.transcript.leak_search import LeakSearch
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.published_texts import PublishedText
from tartantm.transcript.withheld import withheld
from tests.archives_read import split
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


def of_agenda(text: str) -> None:
    """A page that was pasted, as Markdown and as what an item of a list holds."""
    for written in (text, f"# Chat\n\n- {text}"):
        with suppress(AgendaError):
            read_markdown.parse(written, "pasted")


def of_leaks() -> Callable[[str], object]:
    """Looks for an account, a name and a phrase that are withheld in what others wrote."""
    own = Author("morag_writes", "Dr Morag MacExample", "77")
    rules = (Redacted("author", "x:morag_writes"), Redacted("phrase", "word thanks"))
    chat = chat_of(*happened(post("own", "Hello there", 0, author=own), post("1")), *rules)
    options = ExportOptions()
    search = LeakSearch(withheld(chat, options), ExportContext(chat, options).transcript)
    return lambda text: search.find(PublishedText(text, Place.TEXT.value))


def happened(*posts: Post) -> tuple[Captured, ...]:
    return tuple(Captured(each, Placement("Q1", "label", "", 1.0)) for each in posts)


def folded_anyhow(text: str) -> None:
    for each in (folding.letters, folding.plain, folding.spelling, folding.words):
        each(f"{text} {next(NUMBERS)}")
    assert folding.Folded(text).letters
    folding.without_tags(text)


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
    "answers": AnswerLabels(AGENDA).answered_questions,
    "folding": folded_anyhow,
    "leaks": of_leaks(),
    "agenda": of_agenda,
    "toml": key_lines,
    "archive": lambda text: split(text.encode("utf-8", "surrogatepass")),
    "capture": captured,
}


@pytest.mark.parametrize("name", WORKS)
def test_functions_are_near_linear(name: str) -> None:
    assert slow_units(WORKS[name], SIZE) == []


@pytest.mark.parametrize("before", ["", "[x\n", '[{},{"a",'])
def test_damaged_archives_are_near_linear(before: str) -> None:
    units = ["[\n", '{"a":\n', '{"a":[1,\n', "{},", "{}\n,", '{"a":1,\n', "[1]x\n", '{"a":"b\n']
    units += [" {\n", '{"a":[' + "1," * 60 + "\n"]
    assert slow_units(lambda text: split(text.encode()), 8000, units, before=before) == []


@pytest.mark.parametrize("form", FORMATS)
def test_formats_are_near_linear(form: str) -> None:
    def work(text: str) -> object:
        return export_text(chat_of(*happened(post(str(next(NUMBERS)), clean(text)))), form)

    assert slow_units(work, SIZE, UNITS[::2]) == []
