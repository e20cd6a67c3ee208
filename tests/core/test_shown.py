"""What readers may see at most, compared before and after an act of withholding."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.agenda_edits import promote
from tartantm.core.chat import Chat
from tartantm.core.entry import is_shown
from tartantm.core.post import Author, Link
from tartantm.core.shown import Shown, ShowsMore, shows_more
from tests.builders import AGENDA, at, captured, chat_of, happen, post


def more(before: Chat, after: Chat) -> ShowsMore:
    return Shown(after).more_than(Shown(before))


def test_nothing_more_is_shown_by_the_same_chat() -> None:
    chat = chat_of(*captured(post("1"), post("2", author="calum")), ev.Hidden(("x:1",)))
    assert more(chat, chat) == ShowsMore([], [], [], {}, False)


def test_a_post_that_was_not_visible_is_reported() -> None:
    events = captured(post("1"), post("2", "RT Words", repost_of="x:1", author="calum"))
    hidden = chat_of(*events, ev.Hidden(("x:1",)))
    assert more(hidden, chat_of(*events)).posts == ["x:1", "x:2"]
    assert more(chat_of(*events), hidden).posts == []
    only = chat_of(*events[1:])
    assert more(hidden, only).posts == ["x:2"]


def test_a_repost_is_visible_with_its_original_only() -> None:
    chat = chat_of(*captured(post("1"), post("2", "RT", repost_of="x:1", author="calum")))
    assert Shown(chat).is_visible(chat.entries["x:2"])
    happen(chat, ev.Deleted(("x:1",), at(5)))
    assert not Shown(chat).is_visible(chat.entries["x:2"])


def test_a_repost_that_was_only_counted_is_reported_where_it_takes_the_place_of_another() -> None:
    first, second = (post(n, repost_of="x:404", author=n) for n in ("1", "2"))
    before, after = chat_of(*captured(first, second)), chat_of(*captured(second))
    assert before.entries["x:2"].folded_into == "x:1"
    assert Shown(after).more_than(Shown(before)).posts == ["x:2"]
    assert Shown(before).more_than(Shown(before)).posts == []
    assert Shown(after).more_than(Shown(after)).posts == []


@pytest.mark.parametrize(
    ("changes", "alone", "with_hidden"),
    [
        ({}, True, True),
        ({"hidden": True}, False, True),
        ({"muted": True}, False, True),
        ({"withdrawn": True, "hidden": True}, False, False),
        ({"deleted_at": at(1)}, False, False),
    ],
)
def test_readers_who_see_hidden_posts_see_no_others(
    changes: dict[str, Any], alone: bool, with_hidden: bool
) -> None:
    chat = chat_of(*captured(post("1"), post("2", "RT", repost_of="x:1", author="calum")))
    for name, value in changes.items():
        setattr(chat.entries["x:1"], name, value)
    for entry in chat.entries.values():
        assert is_shown(entry, chat.entries) is alone
        assert is_shown(entry, chat.entries, hidden_too=True) is with_hidden
    protected = replace(chat.entries["x:2"].post, visibility="restricted")
    chat.entries["x:2"].post = protected
    assert not is_shown(chat.entries["x:2"], chat.entries, hidden_too=True)


def test_questions_of_posts_that_are_not_seen_are_compared_though_no_rule_holds() -> None:
    said = captured(post("1", "Who keeps the minutes warm?"))
    made = Question("Q4", "Who keeps the minutes warm?", asked_by=("x:1",))
    asked = ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, made)), {}, "x")
    before, after = chat_of(*said, asked, ev.Hidden(("x:1",))), chat_of(*said, asked)
    assert more(before, after).texts and not more(after, before).texts
    other = chat_of(*captured(post("1", "Else")), asked, ev.Hidden(("x:1",)))
    assert more(before, other).texts


def test_words_that_were_withheld_are_reported() -> None:
    events = captured(post("1", "The secret garden", links=(Link("https://e.example/s", "", "T"),)))
    rule = ev.Redacted("phrase", "secret")
    assert more(chat_of(*events, rule), chat_of(*events)).words == ["x:1"]
    assert more(chat_of(*events), chat_of(*events, rule)).words == []
    shorter = captured(post("1", "The [name withheld] garden"))
    assert more(chat_of(*events, rule), chat_of(*shorter)).words == []


def test_notes_and_former_wordings_count() -> None:
    events = captured(post("1", "Plain"))
    rule = ev.Redacted("phrase", "secret")
    noted = ev.Noted("x:1", "a secret")
    assert more(chat_of(*events, noted, rule), chat_of(*events, noted)).words == ["x:1"]
    edited = [*captured(post("1", "Secret")), ev.Edited(post("1", "Plain", version="2"))]
    assert more(chat_of(*edited, rule), chat_of(*edited)).words == ["x:1"]


def test_a_handle_that_was_withheld_is_reported_by_its_key() -> None:
    events = captured(post("1", author="calum"))
    assert more(chat_of(*events, ev.Redacted("author", "x:calum")), chat_of(*events)) == ShowsMore(
        [], [], ["x:calum"], {}, False
    )


def test_only_posts_that_were_there_are_compared() -> None:
    rule = ev.Redacted("phrase", "secret")
    old = post("2", "secret", author="calum")
    before, after = chat_of(*captured(old), rule), chat_of(*captured(post("1", "secret"), old))
    assert more(before, after) == ShowsMore([], ["x:2"], [], {}, False)


def test_posts_that_are_folded_into_each_other_are_not_followed_for_ever() -> None:
    chat = chat_of(*captured(post("1"), post("2", author="calum")))
    chat.entries["x:1"].folded_into, chat.entries["x:2"].folded_into = "x:2", "x:1"
    assert not Shown(chat).is_visible(chat.entries["x:1"])


def test_texts_are_compared_without_markers() -> None:
    assert shows_more("one two", "one")
    assert not shows_more("one [name withheld] [redacted]", "two one")
    assert not shows_more("ONE", "one")


def test_ids_and_addresses_count_where_a_rule_had_them_withheld() -> None:
    events = captured(post("1", "A secret", url="https://x.example/1"))
    plain = captured(post("1", "A", url="https://x.example/1"))
    rule = ev.Redacted("phrase", "secret")
    assert more(chat_of(*events, rule), chat_of(*plain, rule)).words == ["x:1"]
    marked = captured(post("1", "A [words withheld]", url="https://x.example/1"))
    assert more(chat_of(*events, rule), chat_of(*marked, rule)).words == []


def test_words_of_a_post_that_is_not_linked_count() -> None:
    rules = [ev.Redacted("phrase", each) for each in ("secret", "garden")]
    events = captured(post("1", "The secret garden"))
    assert more(chat_of(*events, *rules), chat_of(*events, rules[0])).words == ["x:1"]


def test_words_of_a_post_that_no_rule_concerns_count_where_there_are_rules() -> None:
    few, many = captured(post("1", "Plain")), captured(post("1", "Plain porridge"))
    rule = ev.Redacted("phrase", "secret")
    assert more(chat_of(*few, rule), chat_of(*many, rule)).words == ["x:1"]
    assert more(chat_of(*many, rule), chat_of(*few, rule)).words == []
    assert more(chat_of(*few), chat_of(*many)).words == []


def test_addresses_that_are_gone_show_no_more() -> None:
    author = Author("ailsa", "Ailsa Example", "7", "https://x.example/ailsa")
    rule = ev.Redacted("phrase", "secret")
    before = captured(post("1", author=author, url="https://x.example/1"))
    assert more(chat_of(*before, rule), chat_of(*captured(post("1")), rule)).words == []


def test_the_id_of_an_author_counts_unless_the_name_is_withheld() -> None:
    rule = ev.Redacted("phrase", "Ailsa")

    def named(name: str) -> list[ev.Event]:
        return captured(post("1", "A [words withheld]", author=Author("a.e", name, "7")))

    before = chat_of(*named("Ailsa Example"), rule)
    assert more(before, chat_of(*named("Example"))).words == ["x:1"]
    assert more(before, chat_of(*named("[redacted] Example"))).words == []


def test_former_wordings_of_a_post_whose_words_were_withheld_count() -> None:
    first = captured(post("1", "Secret"))
    before = chat_of(*first, ev.Edited(post("1", "Plain", version="2")), ev.Redacted("post", "x:1"))
    after = chat_of(*first, ev.Edited(post("1", "[words withheld]", version="2")))
    assert more(before, after).words == ["x:1"]


PLAIN = post("1", "Plain", version="2")
SAYS = ev.Placement("Q1", "wording", "says “porridge”", 0.8)


@pytest.mark.parametrize(
    "now",
    [
        [*captured(post("1", "Porridge")), ev.Edited(PLAIN)],
        [*captured(PLAIN), ev.Noted("x:1", "Porridge")],
        [ev.Captured(PLAIN, SAYS)],
    ],
)
def test_what_is_added_to_a_post_that_stays_the_same_counts(now: list[ev.Event]) -> None:
    rule = ev.Redacted("phrase", "secret")
    assert more(chat_of(*captured(PLAIN), rule), chat_of(*now, rule)).words == ["x:1"]


def test_posts_that_stay_the_same_show_more_where_less_is_looked_for() -> None:
    said = "Porridge before minutes, and minutes before dawn"
    posts = captured(post("1", said), post("2", f"He said: {said}!", author="calum"))
    rule = ev.Redacted("post", "x:1")
    less = [ev.Captured(post("1", "[words withheld]"), posts[1].placement), *posts[1:]]  # type: ignore[union-attr]
    assert more(chat_of(*posts, rule), chat_of(*less, rule)).words == ["x:2"]


def test_reasons_count() -> None:
    said = post("1", "Plain")
    rule = ev.Redacted("phrase", "secret")
    because = ev.Captured(said, ev.Placement("Q1", "wording", 'says "secret"', 0.8))
    assert more(chat_of(because, rule), chat_of(because)).words == ["x:1"]


def test_the_agenda_and_summaries_are_compared() -> None:
    rule = ev.Redacted("phrase", "secret")
    for event in (ev.Summarised(None, "A secret"), ev.Summarised("Q1", "A secret")):
        assert more(chat_of(event, rule), chat_of(event)).texts
        assert not more(chat_of(event), chat_of(event, rule)).texts
    named = ev.Redacted("phrase", AGENDA.people[0].name)
    assert more(chat_of(named), chat_of()).texts
    assert more(chat_of(ev.Redacted("phrase", AGENDA.questions[0].text)), chat_of()).texts


def test_a_question_that_was_not_there_shows_more() -> None:
    rule = ev.Redacted("phrase", "secret")
    longer = replace(AGENDA, questions=(*AGENDA.questions, Question("Q4", "Who cooks?")))
    assert more(chat_of(rule), chat_of(rule, agenda=longer)).texts
    assert not more(chat_of(rule, agenda=longer), chat_of(rule)).texts


def test_a_question_that_a_redacted_post_asked_counts() -> None:
    """Its words are too few to be found by themselves."""
    edit = promote(AGENDA, "Hangs beside the kettle?", "x:1", "Q3")
    made = ev.AgendaEdited(edit.agenda, edit.renamed, edit.words)
    events = [*captured(post("1", "Ours hangs beside the kettle where everybody reads it")), made]
    rule = ev.Redacted("post", "x:1")
    assert more(chat_of(*events, rule), chat_of(*events)).texts
    assert not more(chat_of(*events), chat_of(*events, rule)).texts


def test_what_left_the_agenda_and_summaries_shows_no_more() -> None:
    rule = ev.Redacted("phrase", "secret")
    fewer = replace(AGENDA, people=AGENDA.people[:1], venues=AGENDA.venues[:1])
    summaries = ev.Summarised(None, "All"), ev.Summarised("Q1", "One")
    none = ev.Summarised("Q1", None)
    assert not more(chat_of(rule, *summaries), chat_of(rule, none, agenda=fewer)).texts


def test_copies_that_were_folded_together_are_reported_where_they_are_so_no_more() -> None:
    long = "Ours hangs beside the kettle where everybody reads it"
    second, third = (post(f"mastodon:https://m{n}.example/{n}", long, n) for n in (2, 3))
    others = captured(post("8", "Plain", author="calum"))
    before = chat_of(*others, *captured(post("1", long), second, third))
    assert before.entries["x:1"].folds == (second.id, third.id)
    assert more(before, before).folds == {}
    less = captured(second, replace(third, text="[words withheld]"))
    assert more(before, chat_of(*others, *less)).folds == {second.id: (third.id,)}
    renamed = Shown(chat_of(*others, *captured(post("9", ""), second, third)))
    found = renamed.more_than(Shown(before), {"x:1": "x:9"}).folds
    assert found == {"x:9": (second.id, third.id)}


def test_reposts_are_no_copies() -> None:
    reposts = [post(n, "RT", repost_of="x:1", author=n) for n in ("2", "3")]
    before = chat_of(*captured(post("1"), *reposts))
    assert before.entries["x:1"].folds == ("x:2", "x:3")
    apart = chat_of(*captured(*(replace(each, repost_of=None) for each in reposts)))
    assert more(before, apart).folds == {}
