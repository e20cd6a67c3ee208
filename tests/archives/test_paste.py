"""Pasted conversations, in the forms that people copy. All people and words are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tartantm.archives.paste import Layout, layout_of, posts_in, posts_of
from tartantm.archives.paste_forms import (
    FORMS,
    NAME_ONLY,
    Block,
    Stray,
    blocks,
    form_of,
    recognised,
)
from tartantm.archives.reading import Reading
from tartantm.archives.shape import Context
from tartantm.core.post import Author, Post
from tartantm.networks.heard import Parsed
from tartantm.networks.json_fields import text_of

LONDON = ZoneInfo("Europe/London")
CHAT = datetime(2012, 6, 20, 17, tzinfo=UTC)
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
FIRST, SECOND = CHAT + timedelta(minutes=5), CHAT + timedelta(minutes=6)

SAID = {
    "name, time, words": [
        "Ailsa Example, 18:05, We publish ours, all of it\nCalum Example, 18:06, So do we\n",
        "Ailsa Example; 6:05 pm; We publish ours, all of it\nCalum Example; 6:06 pm; So do we\n",
        "Ailsa Example\t20/06/2012 18:05\tWe publish ours, all of it\n"
        "Calum Example\t20/06/2012 18:06\tSo do we",
        "Ailsa Example | 18:05 | We publish ours, all of it\nCalum Example | 18:06 | So do we\n",
    ],
    "time name: words": [
        "18:05 Ailsa Example: We publish ours, all of it\n18:06 Calum Example: So do we\n",
        "[18:05] Ailsa Example: We publish ours, all of it\n[18:06] Calum Example: So do we",
        "18:05:00\tAilsa Example:\tWe publish ours, all of it\n18:06:00\tCalum Example:\tSo do we",
        "6.05 PM - Ailsa Example: We publish ours, all of it\n6.06 PM - Calum Example: So do we",
    ],
    "time, name, words": [
        "18:05, Ailsa Example, We publish ours, all of it\n18:06, Calum Example, So do we\n",
    ],
    "name (time): words": [
        "Ailsa Example (18:05): We publish ours, all of it\nCalum Example (18:06): So do we\n",
        "Ailsa Example [18:05] We publish ours, all of it\nCalum Example [18:06] So do we\n",
    ],
    "date, time, name: words": [
        "20/06/2012, 18:00 - Messages and calls are end-to-end encrypted.\n"
        "20/06/2012, 18:05 - Ailsa Example: We publish ours, all of it\n"
        "20/06/2012, 18:06 - Isla joined using this group's link\n"
        "20/06/2012, 18:06 - Calum Example: So do we\n",
        "\u200e[20/06/2012, 6:05:00\u202fPM] Ailsa Example: We publish ours, all of it\n"
        "[20/06/2012, 6:06:00\u202fPM] Calum Example: So do we\n",
        "6/20/12, 6:05 PM - Ailsa Example: We publish ours, all of it\n"
        "6/20/12, 6:06 PM - Calum Example: So do we\n",
    ],
    "Zoom's saved chat": [
        "18:05:00 From Ailsa Example to Everyone: We publish ours, all of it\n"
        "18:06:00 From Calum Example to Everyone: So do we\n",
        "18:05:00 From  Ailsa Example  to  Everyone:\n\tWe publish ours, all of it\n"
        "18:06:00 From  Calum Example  to  Everyone:\n\tSo do we\n",
        "18:05:00\t From  Ailsa Example : We publish ours, all of it\n"
        "18:06:00\t From  Calum Example : So do we\n",
        "2012-06-20 18:05:00 From Ailsa Example to Everyone:\nWe publish ours, all of it\n"
        "2012-06-20 18:06:00 From Calum Example to Everyone:\nSo do we\n",
    ],
    "time and name, the words below": [
        "[20/06/2012 18:05] Ailsa Example\nWe publish ours, all of it\n"
        "[20/06/2012 18:06] Calum Example\nSo do we\n",
        "18:05 Ailsa Example\nWe publish ours, all of it\n\n18:06 Calum Example\nSo do we",
    ],
    "name and time, the words below": [
        "Ailsa Example  6:05 PM\nWe publish ours, all of it\nCalum Example  6:06 PM\nSo do we\n",
        "Ailsa Example 18:05\nWe publish ours, all of it\n\nCalum Example 18:06\nSo do we\n",
        "Ailsa Example, 20 June 2012 at 18:05\nWe publish ours, all of it\n"
        "Calum Example, 20 June 2012 at 18:06\nSo do we\n",
        "Ailsa Example [6:05 PM]\nWe publish ours, all of it\nCalum Example [6:06 PM]\nSo do we\n",
    ],
    "name, the time below it, then the words": [
        "Ailsa Example\n18:05\nWe publish ours, all of it\n\nCalum Example\n18:06\nSo do we\n",
        "Ailsa Example\nJune 20, 2012 at 6:05 PM · Glasgow\nWe publish ours, all of it\n"
        "Calum Example\nJune 20, 2012 at 6:06 PM\nSo do we\n",
    ],
    "name, the words, then the time below them": [
        "Ailsa Example\nWe publish ours, all of it\nLike · Reply · June 20, 2012 at 6:05pm\n"
        "Calum Example\nSo do we\nLike · Reply · 2 · June 20, 2012 at 6:06pm\n",
    ],
}


def read(text: str, layout: Layout | None = None, **more: object) -> tuple[list[Post], Parsed]:
    """The posts of a text, and whatever was told about it."""
    lines = text.split("\n")
    layout = layout or layout_of(lines)
    assert layout is not None, text
    context = Context(**({"zone": LONDON, "day": CHAT, "now": NOW} | more))  # type: ignore[arg-type]
    found, told = [], Parsed()
    for _, parsed in posts_of(enumerate(lines, 1), layout, context):
        found += posts_in(parsed)
        told.problems += parsed.problems
        told.doubts += parsed.doubts
    return found, told


@pytest.mark.parametrize("shown, text", [(k, text) for k, texts in SAID.items() for text in texts])
def test_who_said_what_when(shown: str, text: str) -> None:
    form = recognised(text.split("\n"))
    assert form is not None and form.shown == shown
    found, told = read(text)
    assert [(post.created_at, post.author.name, post.text) for post in found] == [
        (FIRST, "Ailsa Example", "We publish ours, all of it"),
        (SECOND, "Calum Example", "So do we"),
    ]
    assert not told.problems and not told.doubts
    assert not any(post.undated or post.author.handle for post in found)


def test_the_same_posts_in_any_form_have_the_same_ids() -> None:
    ids = {tuple(post.id for post in read(text)[0]) for texts in SAID.values() for text in texts}
    assert len(ids) == 1


def test_words_that_begin_with_a_bracket_are_words(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_text("18:05 Ailsa: ours\n{shrug}\n[see below]\n18:06 Calum: yes\n", "utf-8")
    reading = Reading([path], Context(LONDON, NOW, day=CHAT))
    assert [post.text for post in reading.items() if isinstance(post, Post)] == [
        "ours\n{shrug}\n[see below]",
        "yes",
    ]
    assert [form.shown for form in reading.files[0].formats] == ["plain text (time name: words)"]


def test_a_table_of_name_time_and_words(tmp_path: Path) -> None:
    path = tmp_path / "chat.csv"
    path.write_text(
        "No,Time,Name,Words\n1,18:05,Ailsa Example,We publish\n2,20/06/2012 18:06,You,So\n"
        "3,18:07,,nobody\n4,,Isla,undated\n",
        "utf-8",
    )
    reading = Reading([path], Context(LONDON, NOW, day=CHAT))
    found = [post for post in reading.items() if isinstance(post, Post)]
    assert [(post.author.name, post.created_at, post.undated) for post in found] == [
        ("Ailsa Example", FIRST, False),
        ("You", SECOND, False),
        ("Isla", NOW, True),
    ]
    assert [damage.line for damage in reading.files[0].damaged] == [4]


def test_a_day_with_dots_is_no_time_of_day(tmp_path: Path) -> None:
    path = tmp_path / "chat.csv"
    path.write_text(
        "Datum;Zeit;Name;Nachricht\n20.06.12;18:05;Ailsa;One\n;18:06;Isla;Two\n"
        "20.06.2012;18.06 Uhr;Calum;Three\n41080,7541666667;;Isla;Four\n",
        "utf-8",
    )
    reading = Reading([path], Context(LONDON, NOW, day=CHAT))
    found = [post for post in reading.items() if isinstance(post, Post)]
    assert [(post.text, post.created_at) for post in found] == [
        *(("One", FIRST), ("Two", SECOND), ("Three", SECOND)),
        ("Four", SECOND),
    ]
    assert reading.files[0].doubts == {"days taken from the row above": 1}
    pasted, _ = read("20.06.12, 18:05 - Ailsa: We publish\n20.06.12, 18:06 - Isla: So do we\n")
    assert [post.created_at for post in pasted] == [FIRST, SECOND]


def test_words_of_several_lines_stay_together() -> None:
    text = (
        "18:05 Ailsa: We publish\nours\n\nall of it\n18:06 Calum: 18 of them\n18:30 is too late\n"
    )
    found, told = read(text)
    assert [post.text for post in found] == [
        "We publish\nours\n\nall of it",
        "18 of them\n18:30 is too late",
    ]
    assert not told.problems


def test_what_was_written_to_one_person_is_restricted() -> None:
    text = (
        "18:05:00 From Ailsa Example to Everyone: one\n"
        "18:05:01 From Calum to Ailsa Example(Direct Message): two\n"
        "18:05:02 From Calum to Ailsa Example (Privately): three\n"
        "18:05:03 From Calum to Host: four\n"
        "18:05:04 From Calum to Everyone in Meeting: five\n"
        "18:05:05 From Calum to Everyone (Direct Message): six\n"
    )
    seen = [post.visibility for post in read(text)[0]]
    assert seen == ["public", "restricted", "restricted", "restricted", "public", "restricted"]


def test_what_says_only_how_long_ago_has_no_time() -> None:
    text = (
        "Ailsa Example\nWe publish\nLike\nReply\n2h\nCalum Example\nSo\ndo we\nLike\nReply\n1w\n"
        "Isla Example\nNo\nJust now\n"
    )
    found, told = read(text)
    assert [(post.author.name, post.text, post.undated) for post in found] == [
        ("Ailsa Example", "We publish", True),
        ("Calum Example", "So\ndo we", True),
        ("Isla Example", "No", True),
    ]
    assert {post.created_at for post in found} == {NOW}
    assert told.doubts == ["only how long ago it was, so without a time"] * 3
    assert [post.id for post in read(text, now=CHAT)[0]] == [post.id for post in found]


@pytest.mark.parametrize(
    "stamps, days, doubted",
    [
        (("07/06/2012", "20/06/2012"), ((6, 7), (6, 20)), False),
        (("06/07/2012", "06/20/2012"), ((6, 7), (6, 20)), False),
        (("06/07/2012", "06/08/2012"), ((7, 6), (8, 6)), True),
        (("07.06.2012", "08.06.2012"), ((6, 7), (6, 8)), False),
        (("2012-06-07", "2012-06-08"), ((6, 7), (6, 8)), False),
    ],
)
def test_day_and_month_in_either_order(
    stamps: tuple[str, str], days: tuple[tuple[int, int], ...], doubted: bool
) -> None:
    text = "".join(f"{stamp} 18:05 Ailsa: words {n}\n" for n, stamp in enumerate(stamps))
    found, told = read(text)
    assert tuple((post.created_at.month, post.created_at.day) for post in found) == days
    assert bool(told.doubts) == doubted


def test_the_chats_day_decides_the_order() -> None:
    day = datetime(2012, 7, 6, 17, tzinfo=UTC)
    for stamp in ("06/07/2012", "07/06/2012"):
        found, told = read(f"{stamp} 18:05 Ailsa: words\n", day=day)
        assert found[0].created_at == day + timedelta(minutes=5) and not told.doubts


def test_a_date_that_never_was_is_no_guess() -> None:
    found, told = read("31/02/2012 18:05 Ailsa: words\n20/06/2012 18:05 Ailsa: words\n")
    assert [post.undated for post in found] == [True, False]
    assert told.doubts == ["a date that no calendar has, so without a time"]


def test_times_past_midnight_and_without_a_day() -> None:
    late = datetime(2012, 6, 20, 22, tzinfo=UTC)
    text = "23:50 Ailsa: one\n00:10 Calum: two\n"
    found, told = read(text, day=late)
    assert found[1].created_at - found[0].created_at == timedelta(minutes=20)
    assert not told.doubts
    found, told = read(text, day=None)
    assert found[1].created_at - found[0].created_at == timedelta(minutes=20)
    assert found[0].created_at.date() == NOW.date()
    assert told.doubts == ["no day is named: today's was taken"] * 2
    found, told = read(text, Layout(recognised(text.split("\n")) or FORMS[0], date(2012, 6, 20)))
    assert [post.created_at.day for post in found] == [20, 19] and not told.doubts


def test_who_you_are_is_known_or_doubted() -> None:
    text = "You 18:05\nmine\nCalum Example 18:06\nhis\n"
    found, told = read(text)
    assert found[0].author.name == "You" and told.doubts == ["who “You” is: say it with --author"]
    found, told = read(text, account=Author("ailsa", "Ailsa Example"))
    assert found[0].author.name == "Ailsa Example" and not told.doubts
    layout = layout_of(text.split("\n"))
    assert layout is not None
    found, _ = read(text, Layout(layout.form, me="Isla Example"))
    assert found[0].author.name == "Isla Example"


def test_times_from_the_beginning_of_a_recording() -> None:
    text = (
        "00:05:00.000,00:05:04.000\nAilsa Example: We publish\n\n"
        "00:06:00.000,00:06:04.000\nCalum: So do we\n"
    )
    found, told = read(text)
    assert [(post.created_at, post.text) for post in found] == [
        (FIRST, "We publish"),
        (SECOND, "So do we"),
    ]
    assert told.doubts == ["counted from the chat's beginning"] * 2
    assert read(text, day=None)[0][0].undated


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dear all,\n\nAt 18:05 we begin.\nNote: bring tea.\nBest wishes\nAilsa\n",
        "# A heading\n\nSome words: and more\n\n- 18:05 tea\n",
        '{"time": "18:05", "name": "Ailsa"}\n',
        'title = "A chat"\nstarts = 2012-06-20T18:00:00Z\n',
        "Ailsa: We publish\nCalum: So do we\n",
    ],
)
def test_other_texts_are_not_taken_for_posts(text: str) -> None:
    assert recognised(text.split("\n")) is None


def test_somebody_may_say_that_these_are_posts() -> None:
    lines = ["Ailsa: We publish", "Calum: So do we"]
    assert recognised(lines, by_person=True) is NAME_ONLY
    found, told = read("\n".join(lines), layout_of(lines, by_person=True))
    assert [post.undated for post in found] == [True, True] and not told.problems
    labels = ["A1: We publish", "A2: So do we"]
    assert recognised(labels, by_person=True) is None


@pytest.mark.parametrize(
    "written, line, below",
    [
        ("time / skip / name / words", "18:05 / room 2 / Ailsa / We publish", ""),
        ("name | words | time", "Ailsa | We publish | 18:05", ""),
        ("Name=Time", "Ailsa = 18:05", "We publish"),
        ("time name words", "18:05 Ailsa We publish", ""),
        ("<name> (time) words", "<Ailsa> (6:05 PM) We publish", ""),
        ("[time] name: words", "[20/06/2012 18:05]  Ailsa: We publish", ""),
    ],
)
def test_a_form_that_a_person_described(written: str, line: str, below: str) -> None:
    found, told = read(f"{line}\n{below}", Layout(form_of(written)))
    assert [(post.author.name, post.created_at, post.text) for post in found] == [
        ("Ailsa", FIRST, "We publish")
    ]
    assert not told.problems


@pytest.mark.parametrize(
    "written, reason",
    [
        ("time words", "where the name stands"),
        ("", "where the name stands"),
        ("name, name", "stands once"),
    ],
)
def test_a_form_needs_a_name_once(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        form_of(written)


_PIECES = ["name", "time", "words", "skip", *" ,:|()[]*+?{}\\"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(_PIECES), max_size=9).map("".join))
@settings(deadline=None)
def test_any_description_makes_a_form_or_is_refused(written: str) -> None:
    try:
        form = form_of(written)
    except ValueError:
        return
    list(blocks([(1, "18:05 Ailsa: words"), (2, "a" * 1000)], form))


@pytest.mark.parametrize("texts", SAID.items(), ids=lambda texts: texts[0])
def test_what_a_form_is_called_describes_it(texts: tuple[str, list[str]]) -> None:
    """So that the words shown can be corrected and are understood again."""
    if "below" in texts[0] or "saved" in texts[0]:
        return
    form = form_of(texts[0].replace("date, time", "[time]"))
    assert form.head.groupindex.keys() == {"name", "stamp", "words"}


names = st.from_regex(r"[A-Z][a-z]{1,8}( [A-Z][a-z]{2,9})?", fullmatch=True).filter(
    lambda name: (
        not name.lower().startswith(("to", "mon", "tue", "wed", "thu", "fri", "sat", "sun"))
        and name.lower()
        not in ("you", "me", "ich", "du", "sie", "moi", "vous", "like", "reply", "yesterday")
    )
)
words = st.from_regex(r"[A-Za-zäöüß]{2,9}( [A-Za-zäöüß]{2,9}){0,5}", fullmatch=True)
WRITTEN = {
    "name, time, words": "{name}, {clock}, {words}",
    "time name: words": "{clock} {name}: {words}",
    "time, name, words": "{clock}; {name}; {words}",
    "name (time): words": "{name} ({clock}): {words}",
    "date, time, name: words": "[20/06/2012, {clock}:00] {name}: {words}",
    "Zoom's saved chat": "{clock}:00 From {name} to Everyone: {words}",
    "time and name, the words below": "[20/06/2012 {clock}] {name}\n{words}",
    "name and time, the words below": "{name}  {clock}\n{words}",
    "name, the time below it, then the words": "{name}\n{clock}\n{words}",
}


@given(
    st.lists(st.tuples(st.integers(10 * 60, 23 * 60), names, words), min_size=2, max_size=8),
    st.sampled_from(sorted(WRITTEN)),
)
@settings(deadline=None, max_examples=40)
def test_made_up_posts_come_out_as_they_went_in(
    evening: list[tuple[int, str, str]], shown: str
) -> None:
    lines = [
        WRITTEN[shown].format(name=name, clock=f"{at // 60:02}:{at % 60:02}", words=said)
        for at, name, said in evening
    ]
    form = next(form for form in FORMS if form.shown == shown)
    assert recognised("\n".join(lines).split("\n")) is form
    found, told = read("\n".join(lines))
    start = datetime(2012, 6, 20, tzinfo=LONDON)
    assert [(post.created_at, post.author.name, post.text) for post in found] == [
        ((start + timedelta(minutes=at)).astimezone(UTC), name, text_of(said))
        for at, name, said in evening
    ]
    assert not told.problems and not told.doubts


odd = st.text(max_size=40) | st.sampled_from(
    [line for texts in SAID.values() for text in texts for line in text.split("\n")]
)


@given(st.lists(odd, max_size=20), st.sampled_from([*FORMS, NAME_ONLY]))
@example(["99/99/9999 99:99 Ailsa: words"], FORMS[3])
@example(["Ailsa, 18:05"], FORMS[5])
@settings(deadline=None)
def test_any_text_is_read_without_a_fault_and_no_line_is_lost(
    lines: list[str], form: object
) -> None:
    recognised(lines), recognised(lines, by_person=True)
    read("\n".join(lines), Layout(form))  # type: ignore[arg-type]
    found = list(blocks(enumerate(lines, 1), form))  # type: ignore[arg-type]
    told = "\n".join(
        each.text if isinstance(each, Stray) else "\n".join([each.head.words, *each.lines])
        for each in found
    )
    heads = sum(isinstance(each, Block) for each in found)
    if not form.is_end:  # type: ignore[attr-defined]  # there the page's own buttons are left out
        kept = sum(line.strip() != "" for line in told.split("\n"))
        assert kept + 2 * heads >= sum(line.strip() != "" for line in lines if line.isascii())


@pytest.mark.parametrize("form", [*FORMS, NAME_ONLY], ids=lambda form: form.name)
def test_a_hostile_line_costs_no_more_than_a_long_one(form: object) -> None:
    """A pattern that goes back and forth would take minutes here."""
    more = ["1" * 300, "1 " * 150, "like" * 70, "like " * 60, "1 · " * 75 + "x", "18:05" * 60]
    for line in (
        *more,
        " " * 50_000 + "x",
        "a" * 100_000,
        "A " * 50_000,
        "18:05 " * 20_000,
        "," * 100_000,
    ):
        list(blocks([(1, line), (2, line)], form))  # type: ignore[arg-type]
