from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.agenda_files import read_toml
from tartantm.agenda_files.load import load_agenda, parse
from tartantm.agenda_files.write_toml import dump
from tartantm.core.agenda import Agenda, AgendaError, Person, Question, Venue, numbered
from tartantm.core.post import clean

FULL = """
title = "Public sector talk"
hashtags = ["#tartantm"]
starts = 2012-06-20T18:00:00+01:00
ends = 2012-06-20T20:00:00+01:00
timezone = "Europe/London"
labels = ["F", "A"]

[[people]]
name = "Ailsa Example"
handles = ["ailsa@x", "@ailsa@mastodon.example", "ailsa.example@bluesky", "bare"]
role = "host"

[[venues]]
name = "Glasgow"

[[questions]]
text = "One?"
minutes = 10
opens_at = 2012-06-20T18:05:00+01:00
asked_by = ["x:1"]

  [[questions.follow_ups]]
  text = "Must we?"

[[questions]]
text = "Four?"
number = 4

[[questions]]
text = "Five?"
"""


def test_a_full_agenda() -> None:
    agenda = parse(FULL, "a.toml")
    assert [question.id for question in agenda.questions] == ["Q1", "Q1a", "Q4", "Q5"]
    assert agenda.questions[1].parent == "Q1"
    assert agenda.questions[0].minutes == 10
    assert agenda.hashtags == ("tartantm",)
    assert agenda.labels == ("F", "A")
    assert "Q4" in agenda and "Q2" not in agenda
    assert agenda.get("Q5") == Question("Q5", "Five?")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('title = "a', "line 1"),
        ("title = 3", "line 1: 'title' has to be text in quotes"),
        ('titel = "a"', "line 1: unknown key 'titel'; the nearest is 'title'"),
        ('hashtags = ["a"]', "no 'title'"),
        ('title = "a"\nhashtags = ["a b"]', "line 2: 'a b' cannot be a hashtag"),
        (
            'title = "a"\n[[people]]\nname = "b"\nhandles = ["c@x", "@"]',
            "line 4: '@' is nobody's handle",
        ),
        ('title = "a"\nstarts = 2012-06-20', "line 2: 'starts' has to be a date with a time"),
        ('title = "a"\nstarts = "soon"', "line 2: 'starts' has to be a date with a time"),
        ('title = "a"\nstarts = 2012-06-20T18:00:00', "line 2: 'starts' has no offset"),
        ('title = "a"\ntimezone = "Europe/Atlantis"', "line 2: 'Europe/Atlantis' is no time zone"),
        ('title = "a"\n[[questions]]\ntext = ""', "line 3: 'text' is empty"),
        ('title = "a"\n[[questions]]\nminutes = 3', "line 2: Q1 has no 'text'"),
        (
            'title = "a"\n[[questions]]\ntext = "b"\n[[questions]]\ntext = "c"\nminuets = 1',
            "line 6: unknown key 'minuets'; the nearest is 'minutes'",
        ),
        (
            'title = "a"\n[[questions]]\ntext = "b"\n[[questions.follow_ups]]\nnumber = 1',
            "line 5: unknown key 'number'",
        ),
        (
            'title = "a"\n[[questions]]\ntext = "b"\n[[questions]]\ntext = "c"\nnumber = 1',
            "line 6: there are two questions with number 1",
        ),
        ('title = "a"\n[[people]]\nname = "b"\nrole = "king"', "line 4: 'role' has to be host"),
        ('title = "a"\n[questions]\ntext = "b"', "line 2: 'questions' has to be written"),
        (
            'title = "a"\nstarts = 2012-06-20T18:00:00Z\nends = 2012-06-20T17:00:00Z',
            "line 3: 'ends' is not after 'starts'",
        ),
    ],
)
def test_what_is_wrong_and_where(text: str, error: str) -> None:
    with pytest.raises(AgendaError) as caught:
        parse(text, "a.toml")
    assert str(caught.value).startswith("a.toml, ") or "no 'title'" in error
    assert error in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_time_without_offset_is_in_the_agendas_zone() -> None:
    agenda = parse('title="a"\ntimezone="Europe/London"\nstarts=2012-06-20T18:00:00', "a.toml")
    assert agenda.starts == datetime(2012, 6, 20, 17, tzinfo=UTC)
    assert str(agenda.tz) == "Europe/London"


POST = """\
Come and talk: #tartantm
========================

Wednesday, in three pubs.

## Where

* The Made-up Thistle, Glasgow
* At home

## The questions

1) Are the days of **just doing it** over?
2. Do we need a [strategy](https://example.org)?
   - [ ] Do we have to?
   - And who reads
     all of it?

Q3: Who keeps the keys?
"""


def test_a_pasted_blog_post() -> None:
    agenda = parse(POST, "a.md")
    assert agenda.title == "Come and talk: #tartantm"
    assert agenda.hashtags == ("tartantm",)
    assert {question.id: question.text for question in agenda.questions} == {
        "Q1": "Are the days of just doing it over?",
        "Q2": "Do we need a strategy?",
        "Q2a": "Do we have to?",
        "Q2b": "And who reads all of it?",
        "Q3": "Who keeps the keys?",
    }


@pytest.mark.parametrize(
    ("lines", "ids"),
    [
        ("- a\n- b\n  - c\n- d", ["Q1", "Q2", "Q2a", "Q3"]),
        ("1. a\n1. b\n1. c", ["Q1", "Q2", "Q3"]),
        ("1. a\n3. b\n7. c", ["Q1", "Q3", "Q7"]),
        ("• a\n• b", ["Q1", "Q2"]),
        ("4) a\n4a) b\n5. c", ["Q4", "Q4a", "Q5"]),
        ("Q1 a\nQ2 b", ["Q1", "Q2"]),
        ("- Q2: a\n- Q4: b", ["Q2", "Q4"]),
        ("* a\n\t* b\n\t\t* c", ["Q1", "Q1a", "Q1b"]),
    ],
)
def test_lists_as_people_write_them(lines: str, ids: list[str]) -> None:
    assert [question.id for question in parse(f"# T\n\n{lines}\n", "a.md").questions] == ids


@pytest.mark.parametrize("text", ["", "# Only a title\n\nWords.", "\n\n"])
def test_no_questions_in_markdown(text: str) -> None:
    with pytest.raises(AgendaError):
        parse(text, "a.md")


def test_the_format_is_told_by_content_where_the_name_says_nothing() -> None:
    assert parse('# a comment\ntitle = "a"', "agenda").title == "a"
    assert parse("# A heading\n\n- q", "agenda.txt").title == "A heading"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    latin = tmp_path / "a.toml"
    latin.write_bytes('title = "caf\xe9"'.encode("latin-1"))
    for path, words in [
        (tmp_path / "none.toml", "no agenda file"),
        (tmp_path, "folder"),
        (latin, "UTF-8"),
    ]:
        with pytest.raises(AgendaError, match=words):
            load_agenda(path)
    notepad = tmp_path / "b.toml"
    notepad.write_bytes(b"\xef\xbb\xbf" + b'title = "a"\r\n')
    assert load_agenda(notepad).agenda.title == "a"


words = st.text(min_size=1, max_size=40).map(lambda t: clean(t, lines=False)).filter(bool)
tags = st.from_regex(r"[a-z]\w{0,8}", fullmatch=True).map(clean)
times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@st.composite
def agendas(draw: st.DrawFn) -> Agenda:
    numbers = sorted(draw(st.sets(st.integers(0, 999), max_size=6)))
    questions = []
    for number in numbers:
        minutes = draw(st.none() | st.integers(1, 90).map(float))
        asked = tuple(draw(st.lists(words, max_size=2)))
        opens = draw(st.none() | times)
        questions.append(Question(numbered(number), draw(words), None, minutes, opens, asked))
        for n in range(draw(st.integers(0, 3))):
            questions.append(Question(numbered(number, n), draw(words), numbered(number)))
    starts = draw(st.none() | times)
    return Agenda(
        draw(words),
        tuple(
            draw(st.lists(st.from_regex(r"[a-z]\w{0,8}", fullmatch=True).map(clean), max_size=2))
        ),
        starts,
        starts + timedelta(hours=2) if starts else None,
        draw(st.none() | st.sampled_from(["Europe/London", "Asia/Kolkata"])),
        ("Q", "A"),
        tuple(Person(draw(words), (draw(words),), "guest") for _ in range(draw(st.integers(0, 2)))),
        tuple(Venue(draw(words)) for _ in range(draw(st.integers(0, 2)))),
        tuple(questions),
    )


@given(agendas())
def test_what_is_written_reads_back(agenda: Agenda) -> None:
    assert read_toml.parse(dump(agenda), "a.toml") == agenda


@given(st.text(max_size=200), st.sampled_from(["a.toml", "a.md", "agenda"]))
def test_no_text_brings_anything_but_an_agenda_or_a_sentence(text: str, name: str) -> None:
    try:
        parse(text, name)
    except AgendaError as error:
        assert str(error).endswith(".")
