"""A question that was made of a post is without its words in every format, as long as that is out.

What hides the post is tried with each format, with hidden posts and without.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core.agenda import Question
from tartantm.core.agenda_edits import promote, reword
from tartantm.core.events import Act, AgendaEdited, Hidden, Muted, Redacted, Undone
from tartantm.transcript import FORMATS, ExportOptions
from tartantm.transcript.leaks import leaks
from tartantm.transcript.visibility import PublicView
from tests.transcript.evening import AGENDA, PEOPLE, Evening
from tests.transcript.reading import export_text, made

SAID = "Should a teapot have a password of its own?"
RUN = "a teapot have a password of its own"
REWORDED = f"Many of those at our own tables asked, in fewer words than these: may {RUN}?"
POST = "mastodon:https://mastodon.example/users/grazyna/statuses/1"
WORDS = ("teapot", "password of its own")

ACTS: list[Act] = [
    Hidden((POST,)),
    Muted("author", "mastodon:grazyna@social.example"),
    Muted("phrase", "teapot have"),
    Muted("exact", "teapot have"),
]


def evening(text: str = SAID) -> Evening:
    """Grażyna asks what becomes Q5; Dele answers, and names no word of it."""
    e = Evening()
    e.open(0, "Q1")
    e.post(1, PEOPLE["grazyna"], SAID, network="mastodon", id=POST)
    edit = promote(e.chat.agenda, SAID, POST, "Q4")
    e.happen(AgendaEdited(edit.agenda, edit.renamed, edit.words), 2)
    if text != SAID:
        other = reword(e.chat.agenda, "Q5", text)
        e.happen(AgendaEdited(other.agenda, other.renamed, other.words), 2)
    e.open(3, "Q5", POST)
    e.post(4, PEOPLE["dele"], "A5 Ours has none", "Q5")
    return e


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("act", ACTS)
def test_its_words_and_who_asked_it_are_in_no_format(act: Act, name: str) -> None:
    e = evening()
    before = export_text(e.chat, name)
    assert WORDS[0] in before
    e.happen(act, 5)
    text = export_text(e.chat, name)
    for word in (*WORDS, "Grażyna", "grazyna", POST):
        assert word not in text, word
    assert "Ours has none" in text
    assert WORDS[0] in export_text(e.chat, name, include_hidden=True)
    e.happen(Undone(e.chat.last_seq), 6)
    again = export_text(e.chat, name)
    assert WORDS[0] in again and (name != "archive" or again == before)


@pytest.mark.parametrize("name", FORMATS)
def test_of_other_words_those_stay_that_are_the_moderators(name: str) -> None:
    e = evening(REWORDED)
    assert RUN in export_text(e.chat, name).replace("\n", " ")
    e.happen(ACTS[0], 5)
    text = export_text(e.chat, name).replace("\n", " ")
    assert "teapot" not in text and POST not in text
    assert name in ("csv", "archive") or "at our own tables asked" in text


@pytest.mark.parametrize("options", [{}, {"pseudonyms": "all"}, {"x_text": "link"}])
def test_it_keeps_its_place_and_its_answers(options: dict[str, Any]) -> None:
    e = evening()
    e.happen(ACTS[0], 5)
    parts = {part.question.id: part for part in made(e.chat, **options).parts if part.question}
    assert list(parts) == ["Q1", "Q2", "Q2a", "Q3", "Q4", "Q5"]
    assert parts["Q5"].title == "[withheld]"
    assert [item.number for item in parts["Q5"].items] == [6]


def asked_by(e: Evening, **options: Any) -> tuple[list[Any], list[Any]]:
    """Who asked and who opened the last question, as the archive says."""
    header = json.loads(export_text(e.chat, "archive", **options).splitlines()[0])
    asked = header["agenda"]["questions"][-1].get("asked_by", [])
    return asked, [turn.get("post") for turn in header["turns"]]


def test_who_asked_it_is_known_where_the_post_is() -> None:
    e = evening("What of the kettle?")
    assert asked_by(e) == ([POST], [None, POST])
    e.happen(ACTS[0], 5)
    assert asked_by(e) == ([], [None, None])
    assert asked_by(e, include_hidden=True) == ([POST], [None, POST])
    assert made(e.chat).parts[-1].title == "What of the kettle?"
    e.happen(Redacted("author", "x:dele"), 6)
    assert asked_by(e) == ([], [None, None])
    assert asked_by(e, include_hidden=True) == ([POST], [None, POST])


def test_whoever_sees_hidden_posts_sees_their_questions_whatever_else_is_withheld() -> None:
    e = evening()
    e.happen(ACTS[0], 5)
    e.happen(Redacted("author", "x:dele"), 6)
    titles = [part.title for part in made(e.chat, include_hidden=True).parts]
    assert SAID in titles and "[withheld]" not in titles
    assert "[withheld]" in [part.title for part in made(e.chat).parts]


def test_who_reposts_what_is_hidden_is_not_named_either() -> None:
    e = evening()
    repost = e.post(5, PEOPLE["dele"], f"RT {SAID}", repost_of=POST)
    edit = promote(e.chat.agenda, "What of the kettle?", repost, "Q5")
    e.happen(AgendaEdited(edit.agenda, edit.renamed, edit.words), 6)
    assert asked_by(e)[0] == [repost]
    e.happen(ACTS[0], 7)
    assert asked_by(e)[0] == [] and asked_by(e, include_hidden=True)[0] == [repost]


def test_whoever_opened_a_planned_question_is_not_named_either() -> None:
    e = Evening()
    post = e.post(1, PEOPLE["ailsa"], "Q1 Are the days over?", "Q1")
    e.open(1, "Q1", post)
    e.happen(Hidden((post,)), 2)
    assert asked_by(e) == ([], [None])
    assert asked_by(e, include_hidden=True) == ([], [post])


def test_a_planned_question_keeps_its_words_and_not_who_asked_it() -> None:
    questions = (*AGENDA.questions, Question("Q5", SAID, asked_by=(POST,)))
    e = Evening(replace(AGENDA, questions=questions))
    e.post(1, PEOPLE["grazyna"], f"Q5 {SAID}", "Q5", network="mastodon", id=POST)
    e.happen(Hidden((POST,)), 2)
    assert made(e.chat).parts[-1].title == SAID
    assert asked_by(e) == ([], [])


def test_hidden_posts_that_are_redacted_withhold_their_question_from_everybody() -> None:
    e = evening()
    e.happen(ACTS[0], 5)
    e.happen(Redacted("post", POST, reason="request"), 6)
    for hidden in (False, True):
        titles = [part.title for part in made(e.chat, include_hidden=hidden).parts]
        assert "[redacted: by request]" in titles and SAID not in titles


def test_the_chat_is_the_very_same_where_every_asker_is_seen() -> None:
    e = evening()
    assert PublicView(e.chat, ExportOptions()).chat is e.chat
    e.happen(ACTS[0], 5)
    assert PublicView(e.chat, ExportOptions()).chat is not e.chat
    assert PublicView(e.chat, ExportOptions(include_hidden=True)).chat is e.chat
    assert e.chat.agenda.questions[-1].text == SAID


def test_the_leak_report_has_nothing_to_say_of_it() -> None:
    e = evening(REWORDED)
    e.happen(ACTS[0], 5)
    assert leaks(e.chat, ExportOptions()) == []
    e.happen(Redacted("post", POST), 6)
    assert leaks(e.chat, ExportOptions()) == []


@pytest.mark.parametrize(("x_text", "words"), [("link", "[words on X]"), ("full", SAID)])
def test_words_that_are_read_on_x_are_read_there_of_a_question_too(x_text: Any, words: str) -> None:
    e = Evening()
    e.post(1, PEOPLE["grazyna"], SAID, network="x", id="x:7")
    e.happen(AgendaEdited(promote(e.chat.agenda, SAID, "x:7", "Q4").agenda), 2)
    shown = PublicView(e.chat, ExportOptions(x_text=x_text)).chat.agenda.questions
    assert [each.text for each in shown if each.asked_by] == [words]
