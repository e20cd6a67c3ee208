"""Hiding, muting and redacting, and what ends each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from tartantm.core.accounts import Accounts
from tartantm.core.agenda import Question
from tartantm.core.carried import CONTEXT
from tartantm.core.errors import BadInput
from tartantm.core.events import Captured, Deleted, Identified, Muted, Redacted
from tartantm.core.identity import author_key
from tartantm.core.post import Author
from tartantm.moderation import agenda, annotate, withhold
from tartantm.moderation.act import PreparedAct
from tartantm.moderation.consequences import consequences, losing_words, questions_sentence
from tartantm.store.session import Session
from tests.builders import AGENDA, captured, chat_of, happen, post
from tests.moderation.doing import do, evening


def test_posts_are_hidden_shown_and_toggled() -> None:
    chat = evening()
    assert do(chat, withhold.hide(chat, ["x:1"])) == "Hid 1 post."
    do(chat, withhold.hide(chat, ["x:1", "x:2"]))
    assert [entry.hidden for entry in chat.entries.values()] == [True, True, False]
    assert do(chat, withhold.hide(chat, ["x:1", "x:2"])) == "Showed 2 posts."
    do(chat, withhold.hide(chat, ["x:3"], False))
    assert not any(entry.hidden for entry in chat.entries.values())


def test_authors_and_phrases_are_muted_until_that_is_ended() -> None:
    chat = evening()
    act = withhold.mute_authors(chat, ["x:calum", "x:ailsa"])
    assert do(chat, act) == "Muted @calum and @ailsa."
    assert do(chat, withhold.mute_authors(chat, ["x:ailsa"], on=False)) == "No longer muted @ailsa."
    assert do(chat, withhold.mute_phrase(chat, "words  OF\n")) == "Muted a phrase."
    assert [entry.muted for entry in chat.entries.values()] == [True, True, True]
    rules = chat.mutes
    assert rules == (("author", "x:calum"), ("phrase", "words OF"))
    for rule in rules:
        do(chat, withhold.end_mute(chat, rule))
    assert not chat.mutes


LOSES = "Q4 was made of what goes, and shows none of its words."


def test_a_question_that_loses_words_is_named() -> None:
    chat = evening()
    assert withhold.hide(chat, ["x:1"]).warning == ""
    do(chat, agenda.promote(chat, "x:1", "Words of hers", "end"))
    assert withhold.hide(chat, ["x:1"]).warning == LOSES
    assert withhold.hide(chat, ["x:2"]).warning == ""
    do(chat, agenda.promote(chat, "x:2", "Parrots?", "end"))
    both = withhold.hide(chat, ["x:2", "x:1"])
    assert both.warning == "Q4 and Q5 were made of what goes, and show none of its words."
    do(chat, both)
    assert withhold.hide(chat, ["x:1", "x:2"]).warning == ""
    do(chat, agenda.reword(chat, "Q4", "In the host’s"))
    assert withhold.hide(chat, ["x:1"], True).warning == ""


def test_what_withholds_says_which_questions_lose_words() -> None:
    chat = evening()
    said = "Words of hers that go on for so long that a part of them is enough"
    happen(chat, *captured(post("4", said, author="dele", aliases=("x:44",))))
    happen(chat, *captured(post("5", f"RT {said}", author="calum", repost_of="x:4")))
    own = "Our hosts ask, in words that are mostly theirs, and before anything else is said here:"
    for asker, text in (("x:1", "Words of hers"), ("x:4", f"{own} {said[9:48]}"), ("x:5", "RT")):
        do(chat, agenda.promote(chat, asker, text, "end"))
    for act, questions in (
        (withhold.mute_authors(chat, ["x:dele"]), ["Q5", "Q6"]),
        (withhold.mute_authors(chat, ["x:calum"]), ["Q6"]),
        (withhold.mute_phrase(chat, "words of hers"), ["Q4", "Q5", "Q6"]),
        (withhold.mute_phrase(chat, "parrots"), []),
        (withhold.redact_post(chat, "x:1"), ["Q4"]),
        (withhold.redact_post(chat, "x:4"), ["Q5", "Q6"]),
        (withhold.redact_phrase(chat, "words of hers"), []),
        (withhold.redact_authors(chat, ["x:dele"]), []),
    ):
        found = consequences(chat, act.events)
        assert list(found.questions) == questions, act.sentence
        assert found.asked == questions_sentence(questions)
    assert questions_sentence(["Q4"]) == LOSES and questions_sentence([]) == ""


def test_planned_questions_lose_words_only_by_redacting() -> None:
    asked = replace(AGENDA, questions=(Question("Q1", "Words?", asked_by=("x:1",)),))
    chat = chat_of(*captured(post("1", "Words?")), agenda=asked)
    assert losing_words(chat, ["x:1", "x:404"]) == []
    assert list(consequences(chat, [Muted("author", "x:ailsa")]).questions) == []
    assert list(consequences(chat, [Redacted("post", "x:1")]).questions) == ["Q1"]


def test_a_phrase_of_nothing_is_refused() -> None:
    chat = evening()
    for withholding in (withhold.mute_phrase, withhold.redact_phrase):
        with pytest.raises(BadInput, match=r"^A phrase needs words\.$"):
            withholding(chat, " \n")


def test_posts_authors_and_phrases_are_redacted_until_that_is_ended() -> None:
    chat = evening()
    act = withhold.redact_post(chat, "x:1", "request")
    assert do(chat, act) == "Redacted #3: by request."
    assert do(chat, withhold.redact_authors(chat, ["x:calum"])) == "Redacted @calum."
    assert do(chat, withhold.redact_phrase(chat, "Parrots", "abuse")) == "Redacted a phrase: abuse."
    assert {rule: why for rule, (_, why) in chat.redactions.items()} == {
        ("post", "x:1"): "request",
        ("author", "x:calum"): "",
        ("phrase", "Parrots"): "abuse",
    }
    for rule in list(chat.redactions):
        do(chat, withhold.end_redaction(chat, rule))
    assert chat.redactions == {}


def test_the_flag_ends_what_a_command_began() -> None:
    chat = evening()
    do(chat, withhold.redact_post(chat, "x:1"))
    do(chat, withhold.redact_phrase(chat, "Parrots"))
    do(chat, withhold.redact_authors(chat, ["x:calum"]))
    do(chat, withhold.mute_phrase(chat, "Parrots"))
    do(chat, withhold.redact_post(chat, "x:1", on=False))
    do(chat, withhold.redact_phrase(chat, "Parrots", on=False))
    do(chat, withhold.redact_authors(chat, ["x:calum"], on=False))
    do(chat, withhold.mute_phrase(chat, "Parrots", on=False))
    assert not chat.redactions and not chat.mutes


def test_a_rule_ends_also_where_its_post_is_gone() -> None:
    chat = evening()
    do(chat, withhold.redact_post(chat, "x:1"))
    del chat.entries["x:1"]
    do(chat, withhold.end_redaction(chat, ("post", "x:1")))
    assert chat.redactions == {}
    with pytest.raises(BadInput, match="erased meanwhile"):
        withhold.redact_post(chat, "x:1")


def test_of_a_post_that_was_deleted_nothing_is_withheld_or_said(tmp_path: Path) -> None:
    with Session(tmp_path / "a.tartantm", create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1")))
        session.record(Deleted(("x:1",), post().created_at))
        chat = session.chat
        (entry,) = chat.entries.values()
        nameless = author_key(entry.post)
        acts: list[Callable[[], PreparedAct]] = [
            lambda: withhold.redact_post(chat, entry.id),
            lambda: withhold.mute_authors(chat, [nameless]),
            lambda: withhold.redact_authors(chat, [nameless]),
            lambda: annotate.star(chat, [entry.id]),
            lambda: annotate.mark(chat, [entry.id], "idea"),
            lambda: annotate.note(chat, entry.id, "What it said"),
        ]
        for refused in acts:
            with pytest.raises(BadInput, match="deleted at its network"):
                refused()


def test_what_came_along_is_redacted_and_counted_like_a_post() -> None:
    chat = chat_of(
        Captured(post("c", "Spend it in the open", author="cat"), CONTEXT, "x", "x:1"),
        *captured(post("1", "This", author="bram", quote_of="x:c")),
    )
    act = withhold.redact_post(chat, "x:c")
    assert consequences(chat, act.events).sentence == "1 post by 1 account."
    assert do(chat, act).startswith("Redacted #2.")
    assert consequences(chat, [Redacted("phrase", "in the open")]).sentence.startswith("1 post by")
    assert consequences(chat, [Muted("author", "x:cat")]).sentence.startswith("1 post by")


def test_a_mute_of_who_gave_up_a_handle_leaves_who_took_it_over() -> None:
    chat = chat_of(
        *captured(post("1", "Hers", author=Author("ailsa", "Ailsa", "11"))),
        Identified("x", Author("ailsa_new", "Ailsa", "11")),
        *captured(post("2", "Of somebody else", author=Author("ailsa", "Una", "99"))),
    )
    accounts = Accounts(chat).of_handle("ailsa_new@x")
    do(chat, withhold.mute_authors(chat, withhold.keys_of(chat, accounts)))
    assert [entry.muted for entry in chat.entries.values()] == [True, False]
