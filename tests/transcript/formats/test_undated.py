"""A post of which nobody knows when it was written: every format says so."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.transcript.evening import PEOPLE, Evening
from tests.transcript.reading import export_text


@pytest.fixture
def evening() -> Evening:
    made = Evening()
    made.post(7, PEOPLE["ailsa"], "A1: found", "Q1", undated=True)
    made.post(8, PEOPLE["dele"], "A1: written", "Q1")
    return made


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_it_is_said_of_the_post_and_of_no_other(evening: Evening, name: str) -> None:
    assert export_text(evening.chat, name).count("time not known, found 18:07") == 1


def test_a_page_gives_programs_no_time_of_publication(evening: Evening) -> None:
    assert export_text(evening.chat, "html").count("itemprop=datePublished") == 1


def test_json_and_csv_have_a_place_for_it(evening: Evening) -> None:
    posts = json.loads(export_text(evening.chat, "json"))["posts"]
    assert [each["undated"] for each in posts] == [True, False]
    text = export_text(evening.chat, "csv").removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["undated"] for row in rows] == ["yes", ""]
