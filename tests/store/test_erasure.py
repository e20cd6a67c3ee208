"""Erasing a person or a post takes all of it, and nothing shows more than before."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.archives.read import read
from tartantm.archives.restore import restore
from tartantm.core import events as ev
from tartantm.core.accounts import Account, Accounts
from tartantm.core.agenda import Agenda, Person, Question
from tartantm.core.agenda_edits import merge, promote
from tartantm.core.anchors import chat_tag, number_anchor
from tartantm.core.chat import Chat
from tartantm.core.erased import blocked
from tartantm.core.events import Event, Placement
from tartantm.core.folding import letters
from tartantm.core.identity import fingerprint, gone_id, is_gone
from tartantm.core.post import Author, Link, Media, Post
from tartantm.core.scrub import QUESTION_WITHHELD
from tartantm.core.texts import Place
from tartantm.core.traces import Traces
from tartantm.moderation.erasing import carry_out
from tartantm.moderation.naming import accounts_named
from tartantm.store.erasure import Erasure, NothingLeft, Wanted, erased_before, reference
from tartantm.store.journal import Journal, recorded_events
from tartantm.store.session import Session
from tartantm.transcript import FORMATS, ExportOptions, export
from tartantm.transcript.visibility import PublicView
from tests.builders import AGENDA, at, captured, chat_of, happen, placed, post, recorded
from tests.erasing import erase, erasure_of, everything, left_of, wanted

LONG = "Ours hangs beside the kettle where everybody reads it"
CALUM = Author("calum", "Calum Sample", "17", "https://x.example/calum")
RENAMED = replace(CALUM, handle="calumwrites", name="Dr Calum Sample (he/him)")
FAN = Author("wideband", "Calum Sample fan", "21")
ELSEWHERE = Author("calum@m.example", "Calum Sample", "https://m.example/users/calum")
STRANGER = Author("kelpie", "Calum Otherwise", "22")

PEOPLE = (*AGENDA.people, Person("Calum Sample", ("calum@x",), "guest", "Example Council"))
WITH_CALUM = replace(AGENDA, people=PEOPLE)


def evening() -> list[Event]:
    """An evening with Calum on it in every way that a person can be on one."""
    edit = promote(WITH_CALUM, "Hangs beside the kettle?", "x:1", "Q3")
    return [
        *captured(
            post("1", LONG, author=CALUM, aliases=("x:11",), url="https://x.example/calum/1"),
            post("2", "Later words of a renamed man", 2, author=RENAMED),
            post("3", f"RT {LONG}", 3, repost_of="x:1"),
            post("mastodon:https://m.example/1", LONG, 4, author=ELSEWHERE),
            post("4", "Thanks, Calum Sample and @calumwrites!", 5, mentions=("calumwrites",)),
            post("5", "Thanks, Calum!", 6),
            post("6", f"He said: {LONG}. Quite so.", 7, quote_of="x:11"),
            post(
                "7",
                "See example.org and this",
                8,
                author=FAN,
                links=(
                    Link("https://x.example/calum/status/11", "x.example/calum", "Calum Sample"),
                    Link("https://example.org/", "example.org", f"Calum: {LONG}"),
                ),
                media=(Media("image", "https://img.example/7", "Calum Sample at the kettle"),),
                reply_to="x:2",
                reply_to_handle="calumwrites",
            ),
            post("8", "Nothing of that kind here", 9, author=STRANGER),
        ),
        ev.Captured(
            post("9", "No", 10, reply_to="x:1"),
            Placement("Q1", "reply", "replies to Calum Sample (@calum) in Q1", 0.9),
        ),
        ev.Edited(post("2", "Later words of him, mended", author=RENAMED, version="2")),
        ev.Remarked(
            post("room:1", "A word of mine", 11, author=Author("Calum Sample", "Calum Sample")),
            "Q1",
        ),
        *captured(post("10", "Soon deleted", 12, author=RENAMED)),
        ev.Deleted(("x:10",), at(12)),
        ev.Opened("Q1", at(1), "host", "x:1"),
        ev.AgendaEdited(edit.agenda, edit.renamed, edit.words),
        ev.Noted("x:4", f"Calum Sample again: {LONG}"),
        ev.Noted("x:1", "his note"),
        ev.Summarised("Q1", f"Calum Sample said: {LONG.lower()}, and others agreed."),
        ev.Starred(("x:1", "x:4")),
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "evening.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(WITH_CALUM, "d")
        session.record(*evening())
    return path


TRACES = ("calumsample", "calumwrites", letters(LONG), "laterwords", "awordofmine", "hisnote")
"""Letters that nothing may hold once Calum is erased with his account elsewhere."""


def written(path: Path, folder: Path) -> str:
    """All files of all formats under every combination of options that withhold something."""
    chat = Chat(recorded_events(path))
    texts = []
    choices: list[dict[str, Any]] = [
        {"pseudonyms": pseudonyms, "x_text": x_text, "include_hidden": hidden}
        for pseudonyms, x_text, hidden in itertools.product(
            ("", "participants", "all"), ("full", "link"), (False, True)
        )
    ]
    for choice in choices:
        options = ExportOptions(**choice)
        texts += [p.read_text("utf-8") for p in export(chat, FORMATS, folder, "e", options=options)]
    return "\n".join(texts)


def test_a_person_is_gone_from_every_byte_and_every_export(path: Path, tmp_path: Path) -> None:
    found = erase(path, "calumwrites", also=("calum@m.example@mastodon",))
    assert [entry.id for entry in found.repeats] == ["x:3"]
    assert [account.network for account in found.accounts] == ["x", "mastodon", "room"]
    left = letters(everything(path).decode("utf-8", "replace"))
    shown = letters(written(path, tmp_path / "out"))
    for trace in TRACES:
        if trace != "calumsample":  # somebody else has that in his name
            assert trace not in left and trace not in shown, trace
    assert "calumsample" not in shown.replace("calumsamplefan", "")
    for known in (b'"17"', b"x:11", b'"x:1"', b'"x:2"', b"room:1", b"m.example/users/calum"):
        assert known not in everything(path)


def test_others_words_stay_without_the_name(path: Path) -> None:
    erase(path, "calum@x", also=("calum@m.example@mastodon",))
    chat = Chat(recorded_events(path))
    assert set(chat.entries) == {"x:4", "x:5", "x:6", "x:7", "x:8", "x:9"}
    texts = {entry.id: entry.post.text for entry in chat.entries.values()}
    assert texts["x:4"] == "Thanks, [name withheld] and [name withheld]!"
    assert texts["x:5"] == "Thanks, Calum!"
    assert texts["x:6"] == "He said: [words withheld]. Quite so."
    assert chat.entries["x:4"].post.mentions == ()
    assert chat.entries["x:6"].post.quote_of is None
    card = chat.entries["x:7"].post
    assert card.links == (Link("https://example.org/", "example.org", "Calum: [words withheld]"),)
    assert card.media[0].alt == "[name withheld] at the kettle"
    assert (card.reply_to, card.reply_to_handle) == (None, None)
    assert card.author.name == "[name withheld] fan"
    assert chat.entries["x:8"].post.author == STRANGER
    assert chat.entries["x:9"].placement.reason == "replies to somebody (somebody) in Q1"
    assert chat.entries["x:4"].note == "[name withheld] again: [words withheld]"
    summary = chat.summary_of("Q1")
    assert summary == "[name withheld] said: [words withheld], and others agreed."
    assert chat.entries["x:4"].starred
    assert chat.periods.opened_at("Q1")


def test_the_agenda_forgets_the_person_and_the_question_keeps_its_number(path: Path) -> None:
    erase(path, "calum@x")
    agenda = Chat(recorded_events(path)).agenda
    assert agenda.people == AGENDA.people
    assert [question.id for question in agenda.questions] == ["Q1", "Q2", "Q2a", "Q3", "Q4"]
    assert agenda.questions[-1].text == QUESTION_WITHHELD
    assert agenda.questions[-1].asked_by == ()


def test_a_question_keeps_what_is_not_of_the_post(path: Path) -> None:
    with Session(path) as session:
        merged = merge(session.chat.agenda, "Q4", "Q2")
        session.record(ev.AgendaEdited(merged.agenda, merged.renamed, merged.words))
        asked = promote(session.chat.agenda, "In the host's own words?", "x:1", "Q3")
        session.record(ev.AgendaEdited(asked.agenda, asked.renamed, asked.words))
    found = erase(path, "calum@x")
    texts = [question.text for question in Chat(recorded_events(path)).agenda.questions]
    assert "Do we need a strategy? [words withheld]?" in texts
    assert "In the host's own words?" in texts
    assert [question.id for question in found.questions] == ["Q2"]
    assert b"beside the kettle" not in everything(path)


@pytest.mark.parametrize(
    ("said", "asked", "left"),
    [
        (
            "Who pays?",
            "So who pays for the bins and the boiler then?",
            "So {} for the bins and the boiler then?",
        ),
        (
            "为什么没有人问清洁工他们会在会议记录里写些什么呢大家怎么看",
            "主持人问：为什么没有人问清洁工他们会在会议记录里写些什么呢？",
            "",
        ),
        (
            "Me?",
            "Who comes to the next meeting of all members?",
            "Who comes to the next meeting of all members?",
        ),
        ("A1", "A1 streets?", "A1 streets?"),
        (
            "Donau" * 7,
            f"After a break that was rather long and good, as breaks are: {'Donau' * 7}mützen?",
            "After a break that was rather long and good, as breaks are: {}?",
        ),
    ],
)
def test_of_a_question_as_much_goes_as_where_the_post_is_hidden(
    said: str, asked: str, left: str
) -> None:
    made = promote(AGENDA, asked, "x:1", "Q3")
    events = [
        *captured(post("1", said, author=CALUM), post("2", "Other")),
        ev.AgendaEdited(made.agenda, made.renamed, made.words),
    ]
    hidden = PublicView(chat_of(*events, ev.Hidden(("x:1",))), ExportOptions()).chat.agenda
    for found in (erasure_of(events, "calum"), erasure_of(events, post="x:1")):
        text = found.after.agenda.questions[-1].text
        assert text == hidden.questions[-1].text
        assert text == (left.format("[words withheld]") or QUESTION_WITHHELD)


def test_of_a_merged_question_the_words_of_the_agenda_stay() -> None:
    made = promote(AGENDA, f"{LONG}?", "x:1", "Q3")
    both = merge(made.agenda, "Q4", "Q3")
    events = [
        *captured(post("1", LONG, author=CALUM), post("2", "Other")),
        ev.AgendaEdited(made.agenda, made.renamed, made.words),
        ev.AgendaEdited(both.agenda, both.renamed, both.words),
    ]
    found = erasure_of(events, "calum").after.agenda
    assert found.questions[-1].text == "Who keeps the keys? [words withheld]?"


def test_a_question_shows_no_word_again_that_went_with_the_hidden_post(path: Path) -> None:
    said = "Counterproductive misunderstandings everywhere"
    asked = f"What is the council, with all of its many offices, to do about {said}?"
    morag = Author("mastodonmorag", "Morag Sample", "23")
    with Session(path) as session:
        session.record(
            *captured(post("30", said, 30, author=morag)),
            *captured(post("31", f"{said}, and no porridge", 31, author=STRANGER)),
            *captured(post("mastodon:32", "@kelpie or not?", 32, author=morag)),
        )
        for text, asker in ((asked, "x:31"), ("@kelpie or not?", "mastodon:32")):
            made = promote(session.chat.agenda, text, asker, "Q3")
            session.record(ev.AgendaEdited(made.agenda, made.renamed, made.words))
        session.act(ev.Hidden(("x:31", "mastodon:32")))
    erase(path, "kelpie@x")
    chat = Chat(recorded_events(path))
    kept, lost = [each.text for each in chat.agenda.questions if each.id in ("Q4", "Q5")]
    assert lost == asked.replace(said, "[words withheld]")
    seen = [each.text for each in PublicView(chat, ExportOptions()).chat.agenda.questions]
    assert chat.entries["mastodon:32"].hidden and kept not in seen and QUESTION_WITHHELD in seen
    assert chat.entries["x:30"].post.text == said


def test_somebody_of_the_same_name_is_named_and_stays_but_not_the_copy(path: Path) -> None:
    with Session(path) as session:
        other = post("mastodon:https://m.example/2", "Mine alone", 13, author=ELSEWHERE)
        session.record(*captured(other))
    found = erase(path, "calum@x")
    assert [account.written for account in found.uncertain] == ["calum@m.example@mastodon"]
    assert [account.written for account in found.same_names] == ["calum@m.example@mastodon"]
    chat = Chat(recorded_events(path))
    assert "mastodon:https://m.example/1" not in chat.entries  # the copy would appear instead
    assert chat.entries[other.id].post.author == ELSEWHERE


def test_what_is_said_of_it(path: Path) -> None:
    found = erase(path, "calum@x", also=("calum@m.example@mastodon",))
    ids = [entry.id for entry in found.posts]
    assert ids[:4] == ["x:1", "x:2", "mastodon:https://m.example/1", "room:1"]
    assert is_gone(ids[4]) and len(ids) == 5  # deleted at its network
    assert [entry.id for entry in found.remarks] == ["room:1"]
    assert [question.id for question in found.questions] == ["Q4"]
    assert {text.post for text in found.rewritten} == {"x:4", "x:6", "x:7", None}
    of_nobody = [(text.place, text.question) for text in found.rewritten if text.post is None]
    assert of_nobody == [(Place.SUMMARY, "Q1")]
    assert "calumsample" in found.names_of_kind("name:")
    assert {text.post for text in found.first_names} == {"x:5", "x:7"}
    event = Chat(recorded_events(path))
    assert event.erased == 6
    assert found.event.accounts == 3 and found.event.rewritten == 3


def test_a_post_goes_with_its_reposts_copies_and_quotations_and_its_author_stays(
    path: Path,
) -> None:
    erase(path, post="x:11")
    chat = Chat(recorded_events(path))
    assert not {"x:1", "x:3", "mastodon:https://m.example/1"} & set(chat.entries)
    assert "x:2" in chat.entries and "room:1" in chat.entries
    assert chat.entries["x:6"].post.text == "He said: [words withheld]. Quite so."
    assert chat.entries["x:4"].post.text == "Thanks, Calum Sample and @calumwrites!"
    assert letters(LONG) not in letters(everything(path).decode("utf-8", "replace"))


def test_what_was_captured_while_the_question_stood_on_the_screen_goes_too(path: Path) -> None:
    todo = wanted(Chat(recorded_events(path)), "calum@x")
    newer = replace(RENAMED, handle="calumtoo")
    with Journal(path) as journal, Journal(path) as other:
        other.append(captured(post("30", "Quick, one more", author=newer)))
        carry_out(journal, todo)
        assert b"Quick" not in everything(path) and b"calumtoo" not in everything(path)


def test_nothing_of_it_is_an_error_and_changes_nothing(path: Path) -> None:
    before = [item.event for item in recorded_events(path)]
    with Journal(path) as journal:
        for nobody in (Wanted(), Wanted(("", "x:@nobody")), Wanted(posts=("x:404",))):
            with pytest.raises(NothingLeft, match=r"^Nothing of that is in the session\.$"):
                carry_out(journal, nobody)
    assert [item.event for item in recorded_events(path)] == before


def test_erased_before_is_recognised_and_strangers_are_not(path: Path) -> None:
    seq = Chat(recorded_events(path)).entries["x:1"].seq
    erase(path, "calum@x")
    chat = Chat(recorded_events(path))
    page = f"https://chat.example/e.html#{number_anchor(seq, chat_tag(chat.salt))}"
    links = (page, "https://x.example/calum/1", "https://x.example/calum/status/9")
    handles = ("calum", "@Calum", "calumwrites@x", "@calum@x")
    for known in (*handles, "x:1", "x:11", f"#{seq}", f"{seq}", *links):
        assert erased_before(chat, known), known
    other = f"https://chat.example/e.html#{number_anchor(seq, 'zzzz')}"
    strange = (other, "https://x.example/ailsa/1", "calum@", "Xcalum", "calum@m.example@mastodon")
    for unknown in ("calum@bluesky", "ailsa", "x:4", "#4000", "nobody@x", "", *strange):
        assert not erased_before(chat, unknown), unknown


def test_words_that_somebody_else_said_first_are_theirs() -> None:
    by_ailsa = "Ours is a page of rules that nobody has ever read to the end, and yet it holds"
    events = captured(
        post("1", by_ailsa),
        post("2", by_ailsa, 2, author=CALUM, repost_of="x:1"),
        post("3", f"{by_ailsa} — so true", 3, author=CALUM, quote_of="x:1"),
        post("4", f"Talk about talk: {AGENDA.questions[0].text} Aye, and we did it.", author=CALUM),
        post("5", f"{AGENDA.questions[0].text} No.", 4),
    )
    found = erasure_of(events, "calum@x")
    assert found.after.entries["x:1"].post.text == by_ailsa
    assert found.after.entries["x:5"].post.text == f"{AGENDA.questions[0].text} No."
    assert found.after.agenda == AGENDA
    assert [entry.id for entry in found.posts] == ["x:2", "x:3", "x:4"]


def test_parts_of_what_was_said_are_found_in_others_words() -> None:
    events = captured(
        post("1", f"I will tell you: {LONG}, that is all.", author=CALUM),
        post("2", "“beside the kettle where everybody reads”, he said", 2),
        post("3", "I left mine beside the kettle", 3),
    )
    found = erasure_of(events, "calum@x")
    assert found.after.entries["x:2"].post.text == "“[words withheld]”, he said"
    assert found.after.entries["x:3"].post.text == "I left mine beside the kettle"


def test_the_chat_s_hashtag_stays_though_the_host_is_called_so() -> None:
    events = captured(
        post("1", author=Author("tartantm", "#TartanTM", "44")),
        post("2", "#tartantm with @tartantm https://x.example/tartantm", 2),
    )
    found = erasure_of(events, "tartantm@x", agenda=replace(AGENDA, hashtags=("tartantm",)))
    assert found.after.entries["x:2"].post.text == "#tartantm with [name withheld] [link withheld]"


def test_a_repost_that_was_only_counted_does_not_take_the_place_of_an_erased_one() -> None:
    events = captured(
        post("1", LONG, author=CALUM),
        post("2", LONG, 2, repost_of="x:404", author="wideband"),
        post("3", "Nothing of that kind", 3, repost_of="x:404", author="kelpie"),
    )
    found = erasure_of(events, "calum@x")
    assert list(found.after.entries) == ["x:3"]
    assert not PublicView(found.after, ExportOptions()).visible


def test_handles_are_taken_from_texts_as_words_too() -> None:
    events = captured(
        post("1", author=Author("ailsaex", "ailsaex", "44")),
        post("2", "as ailsaex said, and ailsalong, not ailsa", 2),
    )
    person = Person("Ailsa Example", ("ailsaex@x", "ailsalong@mastodon"), "guest")
    found = erasure_of(events, "ailsaex@x", agenda=replace(AGENDA, people=(person,)))
    assert found.after.entries["x:2"].post.text == (
        "as [name withheld] said, and [name withheld], not ailsa"
    )


# What a rule withheld stays withheld, though the rule names what is erased and leaves.


def shown(chat: Chat) -> str:
    view = PublicView(chat, ExportOptions())
    return "\n".join(f"{e.post.author.name} {e.post.text}" for e in view.visible)


def test_a_redacted_name_stays_withheld_when_its_redaction_leaves() -> None:
    events = [
        *captured(post("1", "Hello", author=CALUM), post("2", "Thanks, Calum Sample")),
        ev.Redacted("author", "x:calum"),
    ]
    found = erasure_of(events, "calum@x")
    assert not found.after.redactions
    assert found.after.entries["x:2"].post.text == "Thanks, [name withheld]"


def test_a_redaction_goes_on_and_can_be_ended_once_one_post_of_several_is_erased() -> None:
    thanks = "Thanks, Calum Sample and @calum"
    rule = ev.Redacted("author", "x:calum")
    posts = captured(post("1", author=CALUM), post("2", author=CALUM), post("3", thanks))
    erasure = erasure_of([*posts, rule], post="x:1")
    assert (erasure.rewritten, erasure.event.redacted) == ([], ())
    assert list(erasure.after.redactions) == [("author", "x:calum")]
    happen(erasure.after, replace(rule, on=False))
    left = erasure.after.entries
    assert (left["x:2"].post.author, left["x:3"].post.text) == (CALUM, thanks)


def test_a_former_name_that_only_an_erased_post_had_stays_withheld() -> None:
    thanks = post("3", "Thanks, Dr Calum Otherwise")
    former = replace(CALUM, name="Dr Calum Otherwise")
    posts = captured(post("1", author=former), post("2", author=CALUM), thanks)
    erasure = erasure_of([*posts, ev.Redacted("author", "x:calum")], post="x:1")
    assert list(erasure.after.redactions) == [("author", "x:calum")]
    assert "Otherwise" not in erasure.after.entries["x:3"].post.text


def test_a_redacted_phrase_with_the_name_is_applied_for_good() -> None:
    events = [
        *captured(post("1", "Hello", author=CALUM), post("2", "So kind of Calum Sample to come")),
        ev.Redacted("phrase", "kind of Calum Sample"),
    ]
    found = erasure_of(events, "calum@x")
    assert not found.after.redactions
    assert found.after.entries["x:2"].post.text == "So [redacted] to come"


def test_a_phrase_that_overlaps_the_name_withholds_as_much_as_before() -> None:
    events = [
        *captured(post("1", "Hello", author=CALUM), post("2", "Most secret Calum Sample news")),
        ev.Redacted("phrase", "secret Calum"),
    ]
    found = erasure_of(events, "calum@x")
    assert "secret" not in shown(found.after)
    assert "secret" not in found.after.entries["x:2"].post.text


def test_a_mute_of_the_name_hides_the_same_posts_for_good() -> None:
    events = [
        *captured(post("1", "Hello", author=CALUM), post("2", "Calum Sample is an eejit")),
        ev.Muted("phrase", "Calum Sample"),
    ]
    found = erasure_of(events, "calum@x")
    assert not found.after.mutes
    assert found.after.entries["x:2"].hidden
    assert found.event.hidden == ("x:2",)
    while found.after.history.undoable:
        happen(found.after, ev.Undone(found.after.history.undoable.seq))
    assert found.after.entries["x:2"].hidden


def test_what_two_mutes_hid_stays_hidden_though_the_other_is_undone() -> None:
    events = [
        *captured(post("1", "Hello", author=CALUM), post("2", "Calum Sample is an eejit")),
        ev.Muted("phrase", "Calum Sample"),
        ev.Muted("phrase", "eejit"),
    ]
    found = erasure_of(events, "calum@x")
    assert found.event.hidden == ("x:2",)
    happen(found.after, ev.Undone(found.after.history.acts[-1].seq))
    assert not found.after.entries["x:2"].published


def test_what_two_redactions_withheld_stays_withheld_though_the_other_is_undone() -> None:
    events = [
        *captured(post("1", "Hello", author=CALUM), post("2", "Most secret Calum Sample news")),
        ev.Redacted("phrase", "secret Calum"),
        ev.Redacted("phrase", "secret"),
    ]
    found = erasure_of(events, "calum@x")
    happen(found.after, ev.Undone(found.after.history.acts[-1].seq))
    assert "secret" not in shown(found.after)


def test_a_hidden_post_that_a_mute_hid_as_well_is_not_shown_by_undoing() -> None:
    events = [
        *captured(post("1", "Hello", author=CALUM), post("2", "Calum Sample is an eejit")),
        ev.Muted("phrase", "Calum Sample"),
        ev.Hidden(("x:2",)),
        ev.Hidden(("x:2",), on=False),
    ]
    found = erasure_of(events, "calum@x")
    happen(found.after, ev.Undone(found.after.history.acts[-1].seq))
    assert found.after.entries["x:2"].hidden


def test_a_handle_that_changed_hands_stays_muted_and_redacted() -> None:
    heir = Author("calum", "Somebody Else", "99")
    events = [
        *captured(post("1", "Hello", author=CALUM), post("2", "Buy this", author=heir)),
        ev.Muted("author", "x:calum"),
        ev.Redacted("author", "x:calum"),
    ]
    found = Erasure(recorded([ev.Begun(AGENDA, "d", "00" * 8), *events]), Wanted(("17",)))
    assert [entry.id for entry in found.posts] == ["x:1"]
    assert found.after.entries["x:2"].muted
    assert "Somebody Else" not in shown(found.after)
    assert fingerprint("00" * 8, "x:@calum") not in found.event.blocked


def test_undo_and_redo_of_acts_that_are_gone_do_nothing() -> None:
    events = [
        *captured(post("1", LONG, author=CALUM), post("2", "Thanks, Calum Sample")),
        ev.Redacted("author", "x:calum"),
        ev.Noted("x:1", "his"),
        ev.Undone(4),
        ev.Undone(5),
        ev.Redone(4),
    ]
    found = erasure_of(events, "calum@x")
    assert [act.event for act in found.after.history.acts] == []
    happen(found.after, ev.Redone(5), ev.Undone(4))
    assert found.after.entries["x:2"].post.text == "Thanks, [name withheld]"


def test_nothing_can_be_redone_that_only_an_erased_act_kept_undone() -> None:
    said = post("room:1", "A slip of the tongue", author=Author("Isla", "Isla"))
    events = [
        *captured(post("1", LONG, author=CALUM)),
        ev.Remarked(said, None),
        ev.Undone(3),
        ev.Hidden(("x:1",)),
        ev.Redone(3),
    ]
    found = erasure_of(events, "calum@x")
    assert found.chat.entries["room:1"].withdrawn and found.after.entries["room:1"].withdrawn
    assert found.after.history.redoable is None


# What was erased stays out, whoever records it.


def test_late_posts_and_acts_of_another_desk_stay_out(path: Path) -> None:
    erase(path, "calum@x")
    late: list[Event] = [
        *captured(
            post("1", LONG, author=CALUM),
            post("50", "From a new handle", author=Author("new", "C", "17")),
            post("51", "Without an id", author=Author("Calum")),
            post("52", f"RT: {LONG}", author=STRANGER, repost_of="x:777"),
            post("53", "A repost", author=STRANGER, repost_of="x:11"),
            post("mastodon:https://m.example/9", LONG, author=ELSEWHERE),
        ),
        ev.Edited(post("1", "Mended", author=CALUM, version="9")),
        ev.Remarked(post("room:9", "Again", author=Author("Calum Sample", "Calum Sample")), None),
        ev.Starred(("x:1",)),
        ev.Hidden(("x:11",)),
        ev.Noted("x:1", "his"),
        ev.Muted("author", "x:calum"),
        ev.Redacted("author", "x:calum"),
        ev.Redacted("post", "x:1"),
        ev.Redacted("phrase", "Calum Sample"),
        ev.Grouped({"x:1": placed("Q2")}),
        ev.Placed({"x:1": "Q2"}),
        ev.Deleted(("x:1",), at(20)),
    ]
    with Journal(path) as journal:
        journal.position = journal.last
        (learnt,) = journal.append(late)
        assert isinstance(learnt.event, ev.Erased) and learnt.event.only_blocks
        assert journal.append(late) == []


def test_what_is_not_his_alone_comes_in_without_him(path: Path) -> None:
    erase(path, "calum@x")
    agenda = replace(WITH_CALUM, title="With Calum Sample")
    late: list[Event] = [
        *captured(
            post(
                "60",
                f"Calum Sample said “{LONG.upper()}” at https://x.example/calum or @CalumWrites",
                author=STRANGER,
                reply_to="x:1",
                quote_of="x:11",
                mentions=("calum", "isla"),
                reply_to_handle="calum",
            )
        ),
        ev.Captured(post("61", "Aye"), replace(placed(), reason="replies to @calum, Calum Sample")),
        ev.Starred(("x:1", "x:4")),
        ev.Noted("x:4", f"So he said {LONG}!"),
        ev.Summarised(None, "All thanks to calum-sample."),
        ev.Grouped({"x:1": placed("Q2"), "x:4": placed("Q2")}),
        ev.AgendaChanged(agenda, "e"),
        ev.Opened("Q2", at(30), "host", "x:1"),
    ]
    with Journal(path) as journal:
        journal.position = journal.last
        kept = [item.event for item in journal.append(late)]
    bare = "[name withheld] said “[words withheld]” at [link withheld] or [name withheld]"
    assert kept == [
        *captured(post("60", bare, author=STRANGER, mentions=("isla",))),
        ev.Captured(post("61", "Aye"), replace(placed(), reason="replies to somebody, somebody")),
        ev.Starred(("x:4",)),
        ev.Noted("x:4", "So he said [words withheld]!"),
        ev.Summarised(None, "All thanks to [name withheld]."),
        ev.Grouped({"x:4": placed("Q2")}),
        ev.AgendaChanged(replace(AGENDA, title="With [name withheld]"), "e"),
        ev.Opened("Q2", at(30), "host"),
    ]


def test_strangers_are_let_in(path: Path) -> None:
    erase(path, "calum@x")
    strangers = captured(
        post("70", "Calum here, but another", author=STRANGER),
        post("71", "Calum", author=Author("calum2", "Calum", "71")),
        post("72", "One of the same name", author=Author("csample", "Calum Sample", "72")),
        post("mastodon:https://n.example/1", "Hi", author=Author("calum@n.example", "C", "n")),
        post("73", "A repost", author=STRANGER, repost_of="x:4"),
        post("room:5", "Aloud", author=Author("Calum", "Calum")),
    )
    with Journal(path) as journal:
        journal.position = journal.last
        assert [item.event for item in journal.append(strangers)] == strangers


def test_an_archive_that_still_holds_the_person_restores_the_rest(
    path: Path, tmp_path: Path
) -> None:
    options = ExportOptions()
    (archive,) = export(Chat(recorded_events(path)), ["archive"], tmp_path, "kept", options=options)
    erase(path, "calum@x", also=("calum@m.example@mastodon",))
    with Session(path) as session:
        session.record(*restore(read(archive)))
    left = letters(everything(path).decode("utf-8", "replace"))
    assert letters(LONG) not in left and "calumwrites" not in left


def test_people_of_the_agenda_go_by_the_whole_name_where_nobody_else_is_meant() -> None:
    people = (Person("Calum Sample"), Person("Calum Sample", ("cs@bluesky",)))
    agenda = Agenda("T", people=people)
    mine = captured(post("1", "Hi", author=CALUM))
    assert erasure_of(mine, "calum@x", agenda=agenda).after.agenda.people == ()
    other = captured(post("bluesky:at://1", "Hi", author=Author("cs", "Calum Sample", "did:1")))
    found = erasure_of([*mine, *other], "calum@x", agenda=agenda)
    assert found.after.agenda.people == people[1:]


def test_what_holds_nothing_of_a_person_is_not_touched() -> None:
    others = [
        *captured(post("4", "Words", reply_to="x:9", reply_to_handle="isla", mentions=("isla",))),
        ev.Captured(post("5"), placed("Q2"), "the search on X"),
        ev.Edited(post("4", "Better words", version="2")),
        ev.Remarked(post("room:1", "Said aloud", venue="The Made-up Thistle"), "Q1"),
        ev.Grouped({"x:4": placed("Q2")}),
        ev.Placed({"x:4": "Q3"}, {"x:5": placed("Q3")}),
        ev.Deleted(("x:77",), at(1)),
        ev.Noted("x:4", "what Ailsa said"),
        ev.Muted("phrase", "spam"),
        ev.Redacted("post", "x:4"),
        ev.Summarised("Q1", "All agreed."),
        ev.AgendaEdited(AGENDA, {}, "Nothing changed"),
        ev.Undone(9),
    ]
    found = erasure_of([*captured(post("1", LONG, author=CALUM)), *others], "calum@x")
    left = left_of(found, others)
    assert all(one is other for one, other in zip(left, others, strict=True))


def test_blocked_names_are_hashes_of_this_session_only(path: Path) -> None:
    found = erase(path, "calum@x")
    salt = found.chat.salt
    for name in ("x:1", "x:11", "17", "x:@calum", "x:@calumwrites", "name:calumsample"):
        assert fingerprint(salt, name) in found.event.blocked
    assert all(len(each) == 32 for each in found.event.blocked)
    assert not any(name in found.event.blocked for name in ("x:1", "17"))


def test_the_author_of_one_erased_post_is_not_blocked(path: Path) -> None:
    found = erase(path, post="x:1")
    salt = found.chat.salt
    for name in ("17", "x:@calum", "name:calumsample", "called:calum"):
        assert fingerprint(salt, name) not in found.event.blocked


def test_who_is_named_but_has_no_post_left_still_goes_by_a_pseudonym(
    tmp_path: Path,
) -> None:
    path = tmp_path / "other.tartantm"
    naming = post("2", "Thanks, Una Example and @una!", 2, author=CALUM)
    reason = Placement("Q1", "reply", "replies to Una Example in Q1", 0.8)
    with Session(path, create=True) as session:
        session.record(ev.Begun(AGENDA, "d", "00" * 8), *captured(post("0", author="una")))
        session.record(ev.Captured(naming, reason))
    erase(path, post="x:0")
    chat = Chat(recorded_events(path))
    assert chat.entries["x:2"].post.text == naming.text  # she is not erased, only her post is
    assert chat.entries["x:2"].placement.reason == "replies to somebody in Q1"
    (shown,) = PublicView(chat, ExportOptions(pseudonyms="all")).visible
    assert shown.post.text == "Thanks, somebody and @somebody!"


def test_copies_stay_folded_though_their_words_are_no_longer_the_same() -> None:
    said = "Ours hangs beside the kettle, says Calum Sample, where everybody reads it"
    una = Author("una.example", "Una Imagined", "did:1")
    copy = f"{said.replace('Calum Sample', 'CALUM-SAMPLE')} https://a.example/calum"
    events = captured(
        post("1", author=CALUM, url="https://a.example/calum"),
        post("2", said, 2, author=Author("una", "Una Imagined", "8")),
        post("bluesky:at://did:1/2", copy, 3, author=una),
    )
    assert chat_of(*events).entries["x:2"].folds
    after = erasure_of(events, "calum@x").after
    assert after.entries["x:2"].folds == ("bluesky:at://did:1/2",)


def test_the_copy_that_took_a_deleted_posts_place_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "other.tartantm"
    copy = post("mastodon:https://m.example/1", LONG, 4, author=ELSEWHERE)
    with Session(path, create=True) as session:
        session.record(ev.Begun(AGENDA, "d", "00" * 8))
        session.record(*captured(post("0", LONG, author=CALUM), copy, post("9", author=CALUM)))
        session.record(ev.Deleted(("x:0",), at(9)))
        assert session.chat.entries[copy.id].folded_into is None
        accounts = Accounts(session.chat)
        unsure = accounts.uncertain(accounts_named(session.chat, "calum@x"))
        assert any("@calum@m.example" in each.shown for each in unsure)
    erase(path, "calum@x", also=("calum@m.example",))
    assert not Chat(recorded_events(path)).entries


def test_ids_of_copies_that_only_their_words_find_go_too() -> None:
    same_name = replace(ELSEWHERE, handle="c@m.example")
    copy = post("mastodon:https://m.example/9", f"{LONG} #tartantm", 4, author=same_name)
    asked = promote(AGENDA, LONG[:30], copy.id, "Q3")
    first = replace(copy, id="mastodon:https://m.example/8", text=LONG)
    answer = post("2", "An answer", 5, reply_to=copy.id)
    events = [
        *captured(first, copy, post("1", LONG, 4, author=CALUM), answer),
        ev.AgendaEdited(asked.agenda, asked.renamed, asked.words),
        ev.Starred((copy.id, "x:2")),
    ]
    found = erasure_of(events, "calum@x")
    assert copy.id not in found.after.entries
    assert not any(copy.id in repr(left) for left in left_of(found, events))


def test_a_redacted_name_of_the_agenda_stays_withheld_when_a_namesake_goes() -> None:
    namesake = Author("isla.elsewhere", "Isla Example", "did:9")
    events = [
        *captured(post("1", author="isla"), post("bluesky:at://did:9/1", author=namesake)),
        ev.Redacted("phrase", "Isla Example"),
    ]
    after = erasure_of(events, "isla.elsewhere@bluesky").after
    assert after.agenda.people[0].name == "[redacted]"


def test_names_that_a_deletion_withheld_outlast_its_posts(path: Path) -> None:
    with Session(path) as session:
        session.record(*captured(post("20", author="una")))
        session.record(ev.Deleted(("x:20",), at(9)))
        assert session.chat.gone_names
        known = set(session.chat.gone_names)
        gone = next(each for each in reversed(session.chat.entries) if is_gone(each))
    erase(path, post=gone)
    assert known <= Chat(recorded_events(path)).gone_names


def test_withdrawn_remarks_go_too() -> None:
    said = post("room:1", "A word of mine", author=Author("Calum Sample", "Calum Sample"))
    events = [*captured(post("1", LONG, author=CALUM)), ev.Remarked(said, None), ev.Undone(3)]
    found = erasure_of(events, "calum@x")
    assert left_of(found, events) == [ev.Undone(3)]


def test_wordings_that_only_rows_still_hold_are_found_in_others_words() -> None:
    events = [
        *captured(post("1", LONG, author=CALUM), post("2", f"“{LONG}”, he said")),
        ev.Deleted(("x:1",), at(3)),
    ]
    found = erasure_of(events, "calum@x")
    assert found.after.entries["x:2"].post.text == "“[words withheld]”, he said"


def test_a_chat_of_nobody_else(path: Path) -> None:
    chat = chat_of(*captured(post("1", LONG, author=CALUM)))
    assert not erased_before(chat, "calum")


def test_a_handle_that_somebody_else_has_on_another_network_stays_there() -> None:
    other = Author("calum", "Else", "did:plc:4")
    events = captured(
        post("1", "Hello", author=CALUM),
        post("bluesky:at://1", "Mine", author=other),
        post("bluesky:at://2", "Ask @calum", author=Author("kelpie", "K", "did:plc:5")),
        post("2", "Ask @calum"),
    )
    found = erasure_of(events, "calum@x")
    assert found.after.entries["bluesky:at://2"].post.text == "Ask @calum"
    assert found.after.entries["x:2"].post.text == "Ask [name withheld]"


def test_addresses_of_others_stay() -> None:
    ailsa = Author("ailsa", "Ailsa Example", "7", "https://x.example/ailsa")
    text = "Look at https://x.example/ailsa and https://x.example/ailsa/status/3"
    events = captured(post("1", "Hello", author=CALUM), post("2", text, author=ailsa))
    found = erasure_of(events, "calum@x")
    assert found.after.entries["x:2"].post.text == text
    assert not erased_before(chat_of(found.event), "https://x.example/ailsa")


def test_how_an_account_is_referred_to() -> None:
    assert reference(Account("x", "", {"Calum": None}, {})) == "x:@calum"
    assert reference(Account("x", "17", {"Calum": None}, {})) == "17"
    assert reference(Account("x", "", {}, {"Participant 2": None})) == "x:participant 2"


def test_an_account_without_a_handle_is_not_the_one_whose_handle_is_its_name() -> None:
    """Neither is one of which no name is known another of that kind."""
    authors = (Author("calum"), Author("", "Calum"), Author(""), Author("", "", "18"))
    rows = recorded(
        [
            ev.Begun(AGENDA, "d", "00" * 8),
            *captured(*(post(str(n), author=each) for n, each in enumerate(authors))),
        ]
    )
    for n, account in enumerate(Traces(Chat(rows)).accounts.all):
        found = Erasure(rows, Wanted((reference(account),)))
        assert [entry.id for entry in found.posts] == [f"x:{n}"]


def test_a_plan_is_of_the_events_that_it_was_made_of() -> None:
    both = captured(post("1", author=CALUM), post("2"))
    rows = recorded([ev.Begun(AGENDA, "d", "00" * 8), *both])
    found = Erasure(rows, Wanted(("17",)))
    assert found.is_of(rows)
    assert not found.is_of(rows[:1]) and not found.is_of([])
    assert found.after.last_seq == rows[-1].seq + 1


def test_an_account_on_mastodon_is_recognised_with_its_server() -> None:
    found = erasure_of(
        captured(post("mastodon:https://m.example/1", author=ELSEWHERE)), "calum@m.example"
    )
    assert erased_before(chat_of(found.event), "calum@m.example@mastodon")


def test_a_deletion_that_comes_back_names_nothing_that_was_erased() -> None:
    """As a file from before has it: by the ids that stand for deleted posts."""
    mine = post("1", author=CALUM, aliases=("x:11",), url="https://y.example/posts/one")
    found = erasure_of(captured(mine), "calum@x")
    for name in (gone_id("00" * 8, "x:1"), gone_id("00" * 8, "x:11"), "part:one"):
        assert fingerprint("00" * 8, name) in found.event.blocked


def test_what_one_of_several_erasures_took() -> None:
    first, other = (
        erasure_of(captured(post("1", author=author)), "x:1", post="x:1").event
        for author in (CALUM, STRANGER)
    )
    chat = chat_of(first)
    assert erased_before(chat, "x:1", first.blocked) and not erased_before(chat, "x:1", ())
    assert erased_before(chat_of(), "x:1", other.blocked)


def test_copies_stay_folded_of_which_only_one_names_somebody_who_is_erased() -> None:
    text = "Ask @calum whether ours hangs beside the kettle"
    ailsa, other = (Author(f"{name}@m.example", f"{name} Example") for name in ("Ailsa", "Calum"))
    copy = post("mastodon:https://m.example/3", text, 3, author=ailsa)
    somebody = post("mastodon:https://m.example/4", "Hello", 4, author=other)
    events = captured(post("1", "Hello", author=CALUM), post("2", text), copy, somebody)
    found = erasure_of(events, "calum@x")
    assert found.event.folds == {"x:2": (copy.id,)}
    left = found.after.entries
    assert left["x:2"].post.text != left[copy.id].post.text == text
    assert left[copy.id].folded_into == "x:2"


def test_the_address_of_an_account_without_an_id_goes_too() -> None:
    mine = replace(CALUM, id="", url="https://y.example/people/seventeen")
    events = captured(post("1", author=mine), post("2", f"See {mine.url}!"))
    found = erasure_of(events, "calum@x")
    assert found.after.entries["x:2"].post.text == "See [link withheld]"


def test_a_question_of_the_agenda_is_nobodys_words_though_it_is_long() -> None:
    text = "How long may a page of rules be before nobody reads it to the end?"
    agenda = replace(AGENDA, questions=(*AGENDA.questions, Question("Q9", text)))
    events = captured(
        post("1", f"{text} Three lines, I would say.", author=CALUM),
        post("2", f"{text} Ask me another.", 2),
    )
    found = erasure_of(events, "calum@x", agenda=agenda)
    assert found.after.agenda == agenda
    assert found.after.entries["x:2"].post.text == f"{text} Ask me another."


def test_what_a_redacted_repost_repeated_stays_withheld_once_the_repost_is_erased() -> None:
    """The words are too short to be looked for, and the rule leaves with the repost."""
    events = [
        *captured(
            post("9", "Moss grows", hashtags=("moss",)),
            post("3", "RT Moss grows", 2, author=CALUM, repost_of="x:9"),
        ),
        ev.Redacted("post", "x:3"),
    ]
    found = erasure_of(events, "calum@x")
    assert not found.after.redactions
    left = found.after.entries["x:9"].post
    assert (left.text, left.hashtags) == ("[redacted]", ())
    assert found.event.hidden == ()


def test_a_mute_that_stays_hides_as_before_and_nothing_else_is_hidden() -> None:
    events = [
        *captured(
            post("1", "Hello", author=CALUM),
            post("2", "Calum Sample is an eejit"),
            post("3", "Kind words"),
        ),
        ev.Muted("phrase", "eejit"),
    ]
    found = erasure_of(events, "calum@x")
    assert found.event.hidden == ()
    assert found.after.entries["x:2"].muted
    happen(found.after, ev.Undone(found.after.history.acts[-1].seq))
    assert found.after.entries["x:2"].published


def test_a_speaker_whose_name_was_redacted_with_an_erased_post_stays_redacted() -> None:
    """Only the erased post said that they are one: under its name the other one spoke."""
    mine = Author("porridgefan", "Calum Sample", "17")
    events = [
        *captured(
            post("1", "Hello", author=mine), post("2", "Bye", 2, author=replace(mine, name="Cal"))
        ),
        ev.Remarked(post("room:1", "Aye", author=Author("Calum Sample", "Calum Sample")), None),
        ev.Redacted("author", "x:porridgefan"),
    ]
    found = erasure_of(events, post="x:1")
    rule = ("author", "room:calum sample")
    assert found.event.redacted == ("room:calum sample",)
    assert found.after.redactions[rule][0] == found.after.last_at
    assert "Calum Sample" not in shown(found.after)


def test_rows_that_only_another_row_shows_to_be_of_the_post_go_too() -> None:
    """A post that came again under another id is not held twice, and may be reposted by that."""
    events = captured(
        post("1", LONG, author=CALUM, aliases=("x:11",)),
        post("11", LONG, 2, author=CALUM, aliases=("x:14",)),
        post("15", "RT", 3, author=STRANGER, repost_of="x:14"),
    )
    assert left_of(erasure_of(events, "calum@x"), events) == []


DID = "did:plc:ailsaabc123"
TOOTING = "https://haar.example/users/ailsa"


def answers(number: int) -> list[Event]:
    """What others wrote about posts of Ailsa's that nobody captured, of both networks."""
    sky = f"bluesky:at://{DID}/app.bsky.feed.post/{number}"
    toot = f"mastodon:{TOOTING}/statuses/{number}"
    return captured(
        post(f"bluesky:at://did:plc:b/1{number}", "Aye", author="b", reply_to=sky, thread=sky),
        post(f"bluesky:at://did:plc:b/2{number}", "Look", author="b", quote_of=sky),
        post(f"bluesky:at://did:plc:b/3{number}", "The cleaners know", author="b", repost_of=sky),
        post(f"mastodon:https://haar.example/users/c/4{number}", "Aye", author="c", reply_to=toot),
        post(f"mastodon:https://haar.example/users/c/5{number}", "So", author="c", repost_of=toot),
    )


def test_posts_that_were_never_captured_leave_no_id_of_the_account(tmp_path: Path) -> None:
    file = tmp_path / "ids.tartantm"
    sky = Author("ailsa.sky.example", "Ailsa Example", DID)
    toot = Author("ailsa@haar.example", "Ailsa Example", TOOTING)
    own = captured(
        post(f"bluesky:at://{DID}/app.bsky.feed.post/1", "Hello from me", author=sky),
        post(f"mastodon:{TOOTING}/statuses/1", "Hello too", author=toot),
    )
    with Journal(file, create=True) as journal:
        journal.append([ev.Begun(AGENDA, "d", "5a17" * 4), *own, *answers(80)])
    found = erase(file, "ailsa.sky.example@bluesky", also=("ailsa@haar.example@mastodon",))
    assert [entry.post.text for entry in found.repeats] == ["The cleaners know", "So"]
    with Journal(file) as journal:
        journal.position = journal.last
        assert len(journal.append(answers(90))) == 3
    chat = Chat(recorded_events(file))
    texts = [entry.post.text for entry in chat.entries.values()]
    assert texts == ["Aye", "Look", "Aye", "Aye", "Look", "Aye"]
    for trace in (DID, TOOTING):
        assert trace.encode() not in everything(file)


def test_a_repost_on_x_of_what_was_never_captured_goes_too(tmp_path: Path) -> None:
    file = tmp_path / "reposts.tartantm"
    ailsa = Author("ailsaex", "Ailsa Example", "7")
    reposts = captured(
        post("5", "RT @ailsaex: The cleaners know more", author="calum", repost_of="x:999"),
        post("6", "RT @ailsaexile: The boiler knows more", author="calum", repost_of="x:998"),
    )
    late = captured(
        post("7", "RT @AilsaEx: The kettle knows more", author="calum", repost_of="x:997")
    )
    with Journal(file, create=True) as journal:
        own = captured(post("1", "Hello from me", author=ailsa))
        journal.append([ev.Begun(AGENDA, "d", "5a17" * 4), *own, *reposts])
    found = erase(file, "ailsaex")
    assert [entry.id for entry in found.repeats] == ["x:5"]
    with Journal(file) as journal:
        journal.position = journal.last
        assert journal.append(late) == []
    assert list(Chat(recorded_events(file)).entries) == ["x:6"]
    assert b"cleaners" not in everything(file) and b"kettle" not in everything(file)


@pytest.mark.parametrize(
    ("rule", "late", "left"),
    [
        (
            ev.Redacted("phrase", "Ailsa Example of Pretend Street"),
            "Again: Ailsa Example, of Pretend Street, is here",
            "Again: [words withheld], is here",
        ),
        (
            ev.Redacted("exact", "Ailsa Example of Pretend Street"),
            "#AilsaExampleOfPretendStreet",
            "[words withheld]",
        ),
        (
            ev.Redacted("phrase", "@ailsaex above"),
            "so @ailsaex above it",
            "so [words withheld] it",
        ),
        (ev.Muted("phrase", "ailsaex and her cat"), "AILSAEX and her cat", "[words withheld]"),
        (ev.Redacted("phrase", "Ailsa Example"), "so Ailsa Example", "so [name withheld]"),
    ],
)
def test_words_that_a_rule_withheld_stay_withheld_in_late_posts(
    tmp_path: Path, rule: Event, late: str, left: str
) -> None:
    file = tmp_path / "phrases.tartantm"
    own = captured(post("1", "Hello from me", author=Author("ailsaex", "Ailsa Example", "7")))
    with Journal(file, create=True) as journal:
        journal.append([ev.Begun(AGENDA, "d", "5a17" * 4), *own, rule])
    erase(file, "ailsaex")
    with Journal(file) as journal:
        journal.position = journal.last
        # A copy of somebody else's post is theirs, and only loses the words.
        journal.append(captured(post("2", late, author="beth", repost_of="x:88")))
    chat = Chat(recorded_events(file))
    assert not chat.redactions and not chat.mutes
    assert [entry.post.text for entry in chat.entries.values()] == [left]


def test_words_of_a_rule_that_stays_are_no_words_of_whoever_was_erased(tmp_path: Path) -> None:
    file = tmp_path / "phrases.tartantm"
    own = captured(post("1", "Hello from me", author=Author("ailsaex", "Ailsa Example", "7")))
    rules = [ev.Muted("phrase", "porridge"), ev.Muted("author", "x:ailsaex")]
    with Journal(file, create=True) as journal:
        journal.append([ev.Begun(AGENDA, "d", "5a17" * 4), *own, *rules])
    erase(file, "ailsaex")
    late = captured(post("2", "Our porridge", author="beth"))
    with Journal(file) as journal:
        journal.position = journal.last
        assert [item.event for item in journal.append(late)] == late


def test_the_address_of_their_own_feed_leaves_the_file(tmp_path: Path) -> None:
    file = tmp_path / "feed.tartantm"
    page, source = "https://ailsa-example.blog/", "feed:https://ailsa-example.blog/feed.xml"
    blog = Author("ailsa-example-blog", "Ailsa Example", page, page)
    entry = post("feed:https://ailsa-example.blog/1", "Hello from my blog", author=blog)
    told = [ev.SourceChanged(source, state, at=at(9)) for state in ("connected", "lost", "ended")]
    with Journal(file, create=True) as journal:
        theirs = ev.Captured(entry, placed(), source)
        others = ev.Captured(post("2", "Fine", author="beth"), placed(), source)
        filled = ev.Filled(source, at(1), at(2), "timeline")
        journal.append([ev.Begun(AGENDA, "d", "5a17" * 4), *told[:2], theirs, others, filled])
    erase(file, "ailsa-example-blog@feed")
    with Journal(file) as journal:
        journal.position = journal.last
        journal.append([told[2]])
    assert b"ailsa-example" not in everything(file)
    chat = Chat(recorded_events(file))
    assert list(chat.sources) == ["feed:[link withheld]"]
    assert chat.sources["feed:[link withheld]"].state == "ended"
    assert [entry.source for entry in chat.entries.values()] == ["feed:[link withheld]"]


@pytest.mark.parametrize("handle", ["", "Calum Sample"])
def test_a_remark_that_several_may_have_made_stays_until_all_of_that_name_go(handle: str) -> None:
    said = ev.Remarked(post("room:1", "Said aloud", author=Author(handle, "Calum Sample")), None)
    toot = post("mastodon:https://m.example/1", "Hi", author=ELSEWHERE)
    events = [*captured(post("1", author=CALUM), toot), said]
    erasure = erasure_of(events, "calum@x")
    assert [each.network for each in erasure.uncertain] == ["mastodon", "room"]
    assert set(erasure.after.entries) == {toot.id, "room:1"} and erasure.repeats == []
    both = erasure_of(events, "calum@x", also=("calum@m.example",))
    assert set(both.after.entries) == set()
    named = erasure_of(events, "calum@x", also=("Calum Sample@room",))
    assert set(named.after.entries) == {toot.id}


def test_a_later_remark_is_refused_once_nobody_of_that_name_is_left(tmp_path: Path) -> None:
    path = tmp_path / "evening.tartantm"
    toot = post("mastodon:https://m.example/1", "Hi", author=ELSEWHERE)
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1", author=CALUM), toot))
    speaker = post("room:1", "Said aloud", author=Author("Calum Sample", "Calum Sample"))
    refused = []
    for named in ("calum@x", "calum@m.example"):
        erase(path, named)
        chat = Chat(recorded_events(path))
        refused.append(blocked(chat.salt, chat.blocked).post(speaker))
    assert refused == [False, True]


def test_the_chat_that_is_left_knows_whom_pseudonyms_no_longer_know() -> None:
    """Or more would be taken from others' words than is shown."""
    events = [*captured(post("1", author=CALUM), post("2")), ev.Noted("x:2", "thanks Calum Sample")]
    erased = erasure_of([*captured(post("3", author=STRANGER)), *events], post="x:1")
    assert erased.after.gone_names == set(erased.event.names) != set()


def remark_of(name: str, text: str) -> Post:
    return Post("room:1", Author(name, name), at(9), text, received_at=at(9), venue="Oban")


def test_a_remark_that_was_first_under_their_name_stays_with_who_said_it(tmp_path: Path) -> None:
    kept, events = (
        tmp_path / "e.tartantm",
        (
            ev.Remarked(remark_of("Ewan Sample", "we print it"), "Q1"),
            ev.RemarkCorrected(remark_of("Ailsa Example", "we print it twice")),
            ev.Remarked(replace(remark_of("Ewan Sample", "no"), id="room:2"), "Q1"),
        ),
    )
    with Session(kept, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*events)
    done = erase(kept, "Ewan Sample")
    assert [entry.id for entry in done.posts] == ["room:2"]
    assert b"Ewan" not in kept.read_bytes()
    chat = Chat(recorded_events(kept))
    assert chat.entries["room:1"].post.text == "we print it twice"
    assert {author.name for _, author in chat.authors} == {"Ailsa Example"}
    correction = chat.history.undoable
    assert correction is None or isinstance(correction.event, ev.RemarkCorrected)


def test_who_was_only_named_by_a_slip_is_erased_all_the_same(tmp_path: Path) -> None:
    kept = tmp_path / "e.tartantm"
    with Session(kept, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            ev.Remarked(remark_of("Ewan Sample", "we print it"), "Q1"),
            ev.RemarkCorrected(remark_of("Ailsa Example", "we print it")),
        )
    erase(kept, "Ewan Sample")
    assert b"Ewan" not in kept.read_bytes()
    assert Chat(recorded_events(kept)).entries["room:1"].post.text == "we print it"


def test_a_remark_goes_with_its_earlier_wordings_whoever_they_named(tmp_path: Path) -> None:
    kept = tmp_path / "e.tartantm"
    with Session(kept, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            ev.Remarked(remark_of("Ailsa Example", "we print the parrot"), "Q1"),
            ev.RemarkCorrected(remark_of("Ewan Sample", "we print it")),
        )
    erase(kept, "Ewan Sample")
    content = kept.read_bytes()
    assert b"Ewan" not in content and b"parrot" not in content and b"room:1" not in content
    assert not Chat(recorded_events(kept)).entries


def test_a_name_in_an_earlier_wording_is_rewritten(tmp_path: Path) -> None:
    kept = tmp_path / "e.tartantm"
    with Session(kept, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(
            *captured(post("1", "Words", author=Author("ewan", "Ewan Sample", "9"))),
            ev.Remarked(remark_of("Ailsa Example", "as Ewan Sample says"), "Q1"),
            ev.RemarkCorrected(remark_of("Ailsa Example", "as he says")),
        )
    erase(kept, "ewan@x")
    assert b"Ewan" not in kept.read_bytes()
    chat = Chat(recorded_events(kept))
    assert chat.entries["room:1"].post.text == "as he says"
