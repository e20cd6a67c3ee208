"""Every regular expression of tartantm is near linear in what strangers can write.

A quadratic pattern turns a few kilobytes of blanks into minutes, on the thread that draws. All
patterns are found in the source, so that a new one is tried without anybody thinking of it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tartantm.archives.paste_forms import FORMS, _form, form_of
from tartantm.core.gone import in_reasons
from tartantm.core.post import Author
from tartantm.core.shown_links import places_of
from tartantm.core.word_lookup import any_of
from tartantm.desk.panes.post_text import _tags
from tartantm.desk.phrase_hits import _pattern
from tartantm.grouping.post_text import Reader
from tartantm.moderation.search import _any_of
from tartantm.networks.bluesky.byte_filter import ByteFilter
from tartantm.networks.clock import LiveClock
from tartantm.networks.feed.source import FeedSource
from tartantm.networks.http import HttpClients
from tartantm.settings.config import NetSettings
from tartantm.transcript.answer_labels import AnswerLabels
from tests.archives_read import split
from tests.builders import AGENDA, post
from tests.doubling import repeated, seconds, slow_growth
from tests.patterns import (
    Found,
    compiled_by,
    fragments,
    methods_of,
    noted,
    paths,
    repeats,
    sites,
    uses,
)

SIZE = 1000
"""Characters of a text at first: quadratic work of this size takes several milliseconds."""

QUICK = 0.0008
"""Seconds for `SIZE` characters that no quadratic work can be done in."""

REPEATED = (
    " ", "\n", "\t", "\r\n", "a", "Z", "1", "語", "\u0301", "<", ">", "&", "#", "@", "/", ".", ",",
    ":", ";", "-", "_", "'", '"', "(", "[", "]", "%", "=", "*", "`", "~", "|", "\\", "!", "…",
    "\x00", "<a ", "<a>", "&amp;", "%20", "@a", "#a ", "a.", "a-", "a ", "1 ", "A1 ", "A1: ", "a\n",
    " \n", "RT @a: ", "https://a.b/ ", "at://",
    " _a", " *a", "[a](", "[a](b", "[a]((b)", "Aa",
)  # fmt: skip
"""What is repeated for each pattern, besides its own pieces."""

ENDS = ("", "\x01")
"""A text ends with what was repeated, or with what nothing matches, so that all is tried again."""

HERE_AND_AFTER_A_BLANK = ("\x01", " \x01")
"""What nothing matches after a part of a pattern: such as takes all but blanks takes the first."""

BUILDERS: tuple[Callable[[], object], ...] = (
    lambda: split(b"[{]\n{"),
    lambda: form_of("[time] name, skip: words"),
    lambda: [
        _form(
            "",
            "",
            *(part.pattern if part else "" for part in (each.head, each.second, each.system)),
        )
        for each in FORMS
    ],
    lambda: in_reasons([Author("ailsa", "Ailsa Example")]),
    lambda: places_of("words of a page and https://a.example/b", "words of a page"),
    lambda: places_of("words of a page and https://a.example/b", "a.example/b"),
    lambda: any_of(["ailsa", "ailis"]),
    lambda: _tags(("tartantm", "ùrlar")),
    lambda: _pattern("one two"),
    lambda: Reader(AGENDA).read(post(text="@ailsa A1: words")),
    lambda: _any_of(["word", "another"]),
    lambda: ByteFilter(["tartantm"]),
    lambda: FeedSource(HttpClients(NetSettings(), LiveClock()), "http://a.example", ["tartantm"]),
    lambda: AnswerLabels(AGENDA),
)
"""What compiles the patterns that are put together as the program runs."""

EXAMPLES = {
    "archives/selection.py": r"(?i)[#＃](?:tartantm|two)(?!\w)",
    "core/shown_links.py": r"(?<![^\W_\u0e00-\U0010ffff])words(?![^\W_\u0e00-\U0010ffff])",
    "desk/commands/agenda.py": r"(?i)[#＃]tartantm(?!\w)",
    "desk/dialogs/announce.py": r"(?i)\#tartantm(?!\w)",
    "store/purge.py": r"(?<![0-9a-z])7a8b(?![0-9a-z])",
    "transcript/export.py": r"\.evening\.[0-9a-f]{8}(?:\.html|\.md)",
}
"""What is put together where a test would need much to come there."""

TRUSTED = {
    "transcript/formats/html/stylesheet.py": "our own style sheet",
}
"""Modules whose patterns meet nothing from outside, with the reason."""

SEARCH = frozenset(("search",))

BOUNDED = {
    ("transcript/answer_labels.py", "_BEFORE"): "400 characters of a post's beginning",
    ("transcript/answer_labels.py", "_STOP"): "40 characters before a label",
    ("transcript/name_words.py", "_SENTENCE"): "40 characters before a word",
    ("networks/feed/dates.py", "_FORMS"): "80 characters of a date",
    ("networks/feed/dates.py", "_COMMENT"): "80 characters of a date",
    ("archives/paste_forms.py", "begins"): "2,000 characters of a line, see `Form.begins`",
    ("grouping/small_talk.py", "_COMPILED"): "320 characters: `talk_of` is tried as a whole",
}
"""Patterns that are only tried on so much of a text; `test_linear_functions.py` tries their use."""


@cache
def found() -> list[Found]:
    with noted() as seen:
        for build in BUILDERS:
            build()
    used, each = uses(), []
    for site in sites():
        made = compiled_by(site)
        for line in range(site.first, site.last + 1):
            made += seen.get((site.path, line), [])
        if not made and site.path in EXAMPLES:
            made = [re.compile(EXAMPLES[site.path])]
        unique = {(pattern.pattern, pattern.flags): pattern for pattern in made}
        each += [
            Found(site.where, site.name, one, methods_of(site, used)) for one in unique.values()
        ]
    return each


def test_each_pattern_is_found() -> None:
    known = {each.where for each in found()}
    assert len(known) > 150
    assert {site.path for site in sites()} <= {*paths()}
    trusted = TRUSTED.keys()
    assert [s.where for s in sites() if s.where not in known and s.path not in trusted] == []


def texts(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """What is repeated, what stands before it, and what after it."""
    own = fragments(pattern)
    for unit in dict.fromkeys((*own[:40], *REPEATED)):
        for end in ENDS:
            yield unit, "", end
    for unit in own[:20]:
        for other in (" ", "a", "1", "\n", "#"):
            yield unit + other, "", ""
            yield other, unit, "\x01"
        for other in own[:4]:
            yield unit + other, "", ""
    for before, unit in repeats(pattern):
        for end in HERE_AND_AFTER_A_BLANK:
            yield unit, before, end


def work_of(each: Found) -> Callable[[str], object]:
    pattern = each.pattern
    is_bytes = isinstance(pattern.pattern, bytes)

    def work(text: str) -> None:
        subject: Any = text.encode("utf-8", "surrogatepass") if is_bytes else text
        if "match" in each.methods:
            pattern.match(subject)
        if "fullmatch" in each.methods:
            pattern.fullmatch(subject)
        if "search" in each.methods:
            deque(pattern.finditer(subject), 0)

    return work


def slowness(work: Callable[[str], object], make: Callable[[int], str]) -> str | None:
    """Why a pattern is slow on a text; None where it is near linear."""
    # Exponential and cubic work would never come back: less is tried first.
    for size, most in ((24, 0.05), (SIZE // 6, 0.1)):
        if all(seconds(lambda size=size: work(make(size))) > most for _ in range(2)):  # type: ignore[misc]
            return f"over {most} s for {size} characters"
    text = make(SIZE)
    if any(seconds(lambda: work(text)) < QUICK for _ in range(2)):
        return None
    return slow_growth(work, make, SIZE)


@pytest.mark.parametrize("path", sorted({*paths()} - TRUSTED.keys()))
def test_patterns_are_near_linear(path: str) -> None:
    slow = []
    for each in found():
        if each.where.partition(":")[0] != path or (path, each.name) in BOUNDED:
            continue
        work = work_of(each)
        for unit, before, after in texts(each.pattern):
            make = repeated(unit, before, after)
            if why := slowness(work, make):
                slow.append(f"{each.where} {before!r} {unit!r} {after!r}: {why}")
                break
    assert slow == []


def test_a_quadratic_pattern_is_noticed() -> None:
    each = Found("", "", re.compile(r"\s+$"), SEARCH)
    assert slow_growth(work_of(each), repeated(" ", "", "\x01"), SIZE)
    assert not slow_growth(
        work_of(Found("", "", re.compile(r"(?<!\s)\s+$"), SEARCH)), repeated(" "), SIZE
    )


def test_parts_that_can_be_divided_in_many_ways_are_noticed() -> None:
    exponential = re.compile(r"…(?:https?://\S+\s*|#\w+\s*)*$")
    assert ("…", "http://a") in repeats(exponential)
    works = [work_of(Found("", "", exponential, SEARCH))]
    works += [work_of(Found("", "", re.compile(r"…(?:https?://\S++\s*+|#\w++)*+$"), SEARCH))]
    slow, quick = (
        [slowness(work, repeated(unit, before, " \x01")) for before, unit in repeats(exponential)]
        for work in works
    )
    assert any(slow) and not any(quick)
