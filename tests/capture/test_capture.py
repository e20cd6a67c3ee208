from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.capture.capture import Capture
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.core.identity import fingerprint
from tartantm.core.post import Author, Link, Media, Post
from tartantm.grouping.grouper import Grouper
from tests.builders import AGENDA, START, at, captured, chat_of, happen, post


def capture_of(chat: Chat) -> Capture:
    return Capture(chat, Grouper(chat))


def planned(*minutes: float) -> Chat:
    questions = tuple(
        replace(question, opens_at=at(minute))
        for question, minute in zip(AGENDA.questions, minutes, strict=False)
    )
    return chat_of(agenda=replace(AGENDA, questions=questions))


def test_a_post_is_recorded_once_however_often_it_is_heard() -> None:
    chat = chat_of()
    capture = capture_of(chat)
    assert len(capture.events_for([post("1"), post("1")])) == 1
    assert capture.events_for([post("1")]) == []
    assert capture.duplicates == 2


def test_what_the_chat_holds_already_is_known() -> None:
    assert capture_of(chat_of(*captured(post("1")))).events_for([post("1")]) == []


def test_a_later_wording_of_what_the_chat_holds_is_an_edit_and_a_copy_is_known() -> None:
    held = post("1", version="1", edited_at=at(3), aliases=("x:2",))
    capture = capture_of(chat_of(*captured(held)))
    later = post("1", "Better", version="2", edited_at=at(5))
    assert capture.events_for([held, post("2"), replace(later, edited_at=at(2))]) == []
    assert capture.events_for([later, later]) == [ev.Edited(later)]


def test_what_others_record_meanwhile_is_known() -> None:
    chat = chat_of()
    capture = capture_of(chat)
    happen(chat, *captured(post("1")))
    assert capture.events_for([post("1")]) == []


def test_an_alias_is_the_same_post() -> None:
    capture = capture_of(chat_of())
    capture.events_for([post("1", aliases=("x:2",))])
    assert capture.events_for([post("2")]) == []


def test_a_later_wording_is_an_edit() -> None:
    capture = capture_of(chat_of())
    capture.events_for([post("1")])
    edit = post("1", "Better", version="2", edited_at=at(5))
    assert capture.events_for([edit]) == [ev.Edited(edit)]
    assert capture.events_for([edit, post("1")]) == []


def test_posts_that_are_not_public_are_not_kept() -> None:
    capture = capture_of(chat_of())
    assert capture.events_for([post("1", visibility="restricted")]) == []
    assert len(capture.events_for([post("2", visibility="unlisted")])) == 1
    assert capture.restricted == 1


def test_questions_open_by_the_plan_before_the_posts_of_their_time() -> None:
    capture = capture_of(planned(5, 15))
    events = capture.events_for([post("1", minute=4), post("2", minute=16)])
    kinds = [type(event).__name__ for event in events if not isinstance(event, ev.Grouped)]
    assert kinds == ["Captured", "Opened", "Opened", "Captured"]
    opened = [(event.question, event.at) for event in events if isinstance(event, ev.Opened)]
    assert opened == [("Q1", at(5)), ("Q2", at(15))]
    assert capture.open_due(at(60)) == []


def test_the_plan_opens_with_no_posts_at_all() -> None:
    capture = capture_of(planned(5, 15))
    assert capture.open_due(START) == []
    assert [
        event.question for event in capture.open_due(at(20)) if isinstance(event, ev.Opened)
    ] == [*("Q1", "Q2")]


def test_a_question_once_opened_and_undone_is_not_opened_again_by_the_plan() -> None:
    chat = planned(5)
    happen(chat, ev.Opened("Q1", at(5), "plan"))
    happen(chat, ev.Undone(chat.history.acts[0].seq))
    assert capture_of(chat).open_due(at(20)) == []


def test_a_hosts_question_opens_it() -> None:
    capture = capture_of(chat_of())
    text = "Q2: Do we need a strategy? #tartantm"
    events = capture.events_for([post("1", text, 7, author="isla")])
    assert ev.Opened("Q2", at(7), "host", "x:1") in events


def test_deletions_pass_through() -> None:
    gone = ev.Deleted(("x:9",), at(3))
    assert capture_of(chat_of()).events_for([gone]) == [gone]


def test_what_was_erased_does_not_come_back() -> None:
    chat = chat_of()
    blocked = (fingerprint(chat.salt, "x:1"), fingerprint(chat.salt, "x:@calum"))
    capture = capture_of(chat)
    happen(chat, ev.Erased(2, blocked))
    capture.observe(Change(reloaded=True))
    heard = [post("1"), post("2", author="Calum"), post("3")]
    events = capture.events_for(heard)
    assert [event.post.id for event in events if isinstance(event, ev.Captured)] == ["x:3"]


def test_a_new_name_of_somebody_erased_goes_as_far_as_the_session_which_keeps_hashes() -> None:
    chat = chat_of()
    chat.blocked.update(fingerprint(chat.salt, name) for name in ("17", "x:@calum"))
    capture = capture_of(chat)
    renamed = [
        post(f"{number}", author=Author("kettles", name, "17"))
        for number, name in enumerate(("Rosa Placeholder", "Rosa Placeholder", "Rosa"), 5)
    ]
    assert capture.events_for(renamed) == [ev.Edited(renamed[0]), ev.Edited(renamed[2])]
    assert capture.erased == 3
    assert capture.events_for([post("9", author=Author("calum"))]) == []


@pytest.mark.parametrize("held", [False, True])
def test_a_repost_goes_along_when_its_original_is_heard_and_is_of_somebody_erased(
    held: bool,
) -> None:
    reposts = [post("5", "So", author="beth", repost_of="x:999"), post("6", repost_of="x:998")]
    chat = chat_of(*captured(*reposts) if held else ())
    happen(chat, ev.Erased(1, (fingerprint(chat.salt, "x:@calum"),)))
    capture = capture_of(chat)
    if not held:
        capture.events_for(reposts)
    late = post("1999", "So", 4, author="calum", aliases=("x:999",))
    gone = [ev.Deleted(("x:1999", "x:999"), at(4))]
    assert capture.events_for([late, late, post("997", author="calum")]) == gone
    assert capture.events_for([late]) == []
    assert capture.erased == 4
    again = post("7", "So", author="beth", repost_of="x:997")
    assert capture.events_for([again]) == []
    assert len(capture.events_for([post("8", "So", author="beth", repost_of="x:996")])) == 1


def test_batches_make_no_difference() -> None:
    posts = [
        post(f"{n}", f"A{n % 3 + 1}: words", n / 2, reply_to=f"x:{n - 3}" if n % 4 == 0 else None)
        for n in range(40)
    ]

    def placements(size: int) -> dict[str, ev.Placement]:
        chat = chat_of()
        grouper = Grouper(chat)
        capture = Capture(chat, grouper)
        happen(chat, ev.Opened("Q1", START + timedelta(minutes=3), "moderator"))
        grouper.observe(Change(periods=True))
        for start in range(0, len(posts), size):
            before = chat.last_seq
            happen(chat, *capture.events_for(posts[start : start + size]))
            added = [e.id for e in chat.entries.values() if e.seq > before]
            if revised := grouper.observe(Change(added=added)):
                happen(chat, ev.Grouped(revised))
        return {entry.id: entry.placement for entry in chat.entries.values()}

    assert placements(1) == placements(7) == placements(40)


def test_a_post_that_grouping_stumbles_over_is_kept_for_a_look(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    capture = capture_of(chat_of())
    monkeypatch.setattr(capture.grouper, "place", stumble)
    (event,) = capture.events_for([post("1")])
    assert isinstance(event, ev.Captured)
    assert event.placement.inbox
    assert "ZeroDivisionError" in (home / "log" / "tartantm.log").read_text("utf-8")


FIRST, SECOND = "mastodon:first.example", "mastodon:second.example"


def edited(known: Post, text: str) -> Post:
    return replace(known, text=text, version="2", edited_at=at(30))


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("home", ["first.example", "second.example", "third.example"])
def test_only_the_source_that_it_came_by_or_its_own_server_changes_a_post(
    home: str, recorded: bool
) -> None:
    chat = planned()
    capture = capture_of(chat)
    held = post(f"mastodon:https://{home}/users/a/statuses/1", "True words")
    for event in capture.events_for([held], FIRST):
        if recorded:
            happen(chat, event)
    forged = capture.events_for([edited(held, "Forged")], SECOND)
    gone = capture.events_for([ev.Deleted((held.id,), START)], SECOND)
    may = home == "second.example"
    assert bool(forged) == bool(gone) == may
    assert bool(capture.events_for([ev.Deleted((held.id,), START)], FIRST)) is not may


def copied(text: str = "False words", **more: Any) -> Post:
    """What `FIRST` says of a post of `SECOND`."""
    return post("mastodon:https://second.example/users/a/statuses/1", text, **more)


class Listening:
    """A capture of two servers, of which the second has the posts; with what came of it."""

    def __init__(self, *sources: str) -> None:
        self.chat = chat_of()
        self.capture = Capture(self.chat, Grouper(self.chat), sources or (FIRST, SECOND))

    def hear(self, item: Post | ev.Deleted, source: str) -> list[ev.Event]:
        events = self.capture.events_for([item], source)
        happen(self.chat, *events)
        return events

    @property
    def entry(self) -> Entry:
        (entry,) = self.chat.entries.values()
        return entry


def test_the_own_servers_version_replaces_a_copy_once() -> None:
    live = Listening()
    live.hear(copied(edited_at=at(20), version="forged"), FIRST)
    true = copied("True words", aliases=("mastodon:second.example/1",))
    assert live.hear(true, SECOND) == [ev.Edited(true, SECOND)]
    entry = live.entry
    assert (entry.post.text, entry.source, entry.earlier) == ("True words", SECOND, ())
    assert entry.post.edited_at is None
    for _ in range(3):  # polls of both, of which the first writes it in another way
        assert live.hear(copied("True  words."), FIRST) == live.hear(true, SECOND) == []
    later = edited(true, "Truer words")
    assert live.hear(later, SECOND) == [ev.Edited(later)]
    assert [each.text for each in live.entry.earlier] == ["True words"]
    again = Capture(live.chat, Grouper(live.chat), (FIRST, SECOND))
    assert again.events_for([true, later], SECOND) == []


@pytest.mark.parametrize("applied", [True, False])
def test_a_copy_in_the_same_words_needs_no_event(applied: bool) -> None:
    live = Listening()
    true = copied("True words")
    events = live.capture.events_for([true], FIRST)
    if applied:
        happen(live.chat, *events)
    assert live.capture.events_for([true, true], SECOND) == []
    later = edited(true, "Truer words")
    assert live.capture.events_for([later], FIRST) == []
    assert live.capture.events_for([later], SECOND) == [ev.Edited(later)]
    assert live.capture.events_for([true], SECOND) == []


@pytest.mark.parametrize(
    "more",
    [
        {"author": Author("mallory@second.example", "Mallory")},
        {"author": Author("ailsa", "Ailsa, whom nobody believes", "7")},
        {"links": (Link("https://evil.example/"),)},
        {"media": (Media("image", "https://evil.example/1.png"),)},
        {"content_warning": "Lies"},
        {"edited_at": at(20), "version": "forged"},
    ],
)
def test_whatever_readers_see_is_the_own_servers(more: dict[str, Any]) -> None:
    live = Listening()
    live.hear(copied("True words", **more), FIRST)
    true = copied("True words")
    assert live.hear(true, SECOND) == [ev.Edited(true, SECOND)]
    assert live.entry.post == true


def test_a_copy_that_its_server_takes_away_stays() -> None:
    live = Listening()
    live.hear(copied(aliases=("mastodon:first.example/7",)), FIRST)
    for name in ("mastodon:first.example/7", copied().id):
        assert live.hear(ev.Deleted((name,), at(9)), FIRST) == []
    gone = ev.Deleted((copied().id,), at(9))
    assert live.hear(gone, SECOND) == [gone]


def test_a_post_under_the_own_servers_number_is_found_by_its_address() -> None:
    """A server may name anything as the address of a post."""
    live = Listening()
    live.hear(post("mastodon:second.example/1", "False words"), FIRST)
    true = copied("True words", aliases=("mastodon:second.example/1",))
    live.hear(true, SECOND)
    assert live.entry.post.text == "True words"
    assert live.chat.entry(true.id) is live.entry


@pytest.mark.parametrize("reopened", [True, False])
@pytest.mark.parametrize("home", ["second.example", "far.example"])
def test_a_server_takes_away_its_own_copy_and_nothing_of_another_source(
    home: str, reopened: bool
) -> None:
    live = Listening()
    live.hear(ev.Deleted(("mastodon:first.example/777",), at(1)), FIRST)
    if reopened:
        live.capture = Capture(live.chat, Grouper(live.chat), (FIRST, SECOND))
    true = post(f"mastodon:https://{home}/users/a/statuses/1", "True words")
    forged = replace(true, text="Forged", aliases=("mastodon:first.example/777",))
    assert live.hear(forged, FIRST) == []
    true = replace(true, aliases=("mastodon:second.example/8",))
    (found,) = live.hear(true, SECOND)
    assert isinstance(found, ev.Captured) and live.entry.post == true
    assert live.hear(forged, FIRST) == live.hear(true, SECOND) == []


def test_in_one_turn_a_deletion_comes_before_what_it_names() -> None:
    live = Listening()
    own = post("mastodon:https://first.example/users/a/statuses/1", "Q1 words")
    own = replace(own, aliases=("mastodon:first.example/777",))
    gone = ev.Deleted(own.aliases, at(1))
    boost = post("mastodon:https://first.example/boosts/1", repost_of="mastodon:first.example/777")
    assert live.capture.events_for([gone, own, boost], FIRST) == [gone]


def test_a_number_of_one_server_makes_no_post_of_another_source_a_wording_of_its_own() -> None:
    live = Listening()
    number = ("mastodon:first.example/777",)
    own = post("mastodon:https://first.example/users/a/statuses/7", aliases=number)
    live.hear(own, FIRST)
    live.hear(replace(copied(), aliases=number, version="2", edited_at=at(9)), FIRST)
    assert live.chat.entries[own.id].post == own
    assert live.chat.entry(number[0]) is live.chat.entries[own.id]
    true = copied("True words", aliases=("mastodon:second.example/1",))
    assert live.hear(true, SECOND) == [ev.Edited(true, SECOND)]


def test_posts_of_a_recording_are_changed_by_their_own_server_alone() -> None:
    live = Listening(FIRST, "file:a.jsonl")
    true = copied("True words")
    live.hear(true, "file:a.jsonl")
    assert live.hear(edited(true, "Forged"), FIRST) == []
    assert live.hear(ev.Deleted((true.id,), at(9)), FIRST) == []
    x = post("1")
    live.capture.events_for([x], "file:a.jsonl")
    assert live.capture.events_for([ev.Deleted((x.id,), at(9))], FIRST) == []
    assert live.capture.events_for([ev.Deleted((x.id,), at(9))], "x")
    assert live.capture.events_for([edited(true, "Asked for")]) == [
        ev.Edited(edited(true, "Asked for"))
    ]


def test_words_that_were_withheld_for_good_do_not_come_back_with_the_own_servers_version() -> None:
    live = Listening()
    live.hear(copied("[name withheld] said so"), FIRST)
    assert live.hear(copied("Calum said so"), SECOND) == []


def test_a_post_that_was_folded_for_a_copys_words_stands_by_its_own() -> None:
    live = Listening()
    words = "We publish every strategy as one page and people read it"
    live.hear(post("1", words), "x")
    live.hear(copied(words), FIRST)
    assert live.chat.entries[copied().id].folded_into == "x:1"
    live.hear(copied("True words"), SECOND)
    assert live.chat.entries[copied().id].folded_into is None
    assert live.chat.entries["x:1"].folds == ()


def test_what_others_are_folded_into_is_what_it_says() -> None:
    live = Listening()
    words = "We publish every strategy as one page and people read it"
    live.hear(copied(words), FIRST)
    live.hear(post("1", words), "x")
    assert live.chat.entries["x:1"].folded_into == copied().id
    live.hear(copied("True words"), SECOND)
    assert [entry.listed for entry in live.chat.entries.values()] == [True, True]


def test_an_edit_is_not_later_than_its_reception() -> None:
    live = Listening()
    ahead = datetime(2199, 1, 1, tzinfo=UTC)
    heard = copied(edited_at=ahead, version="1", received_at=at(5))
    live.hear(heard, SECOND)
    assert live.entry.post.edited_at == at(5)
    assert live.hear(replace(heard, received_at=at(6)), SECOND) == []
    later = replace(heard, text="Better", version="2", received_at=at(7))
    assert live.hear(later, SECOND)
    assert live.entry.post.edited_at == at(7)
    honest = replace(later, text="Best", version="3", edited_at=at(8), received_at=at(9))
    assert live.hear(honest, SECOND) == [ev.Edited(honest)]


def test_a_question_due_in_a_correction_of_the_clock_is_due_again_once_it_is_set_back() -> None:
    chat = planned(10, 20)
    capture = capture_of(chat)
    assert capture.skip_due(at(0), at(15)) == ["Q1"]
    assert capture.open_due(at(16)) == []
    assert capture.skip_due(at(16), at(2)) == []
    due = capture.open_due(at(11))
    assert [event.question for event in due if isinstance(event, ev.Opened)] == ["Q1"]


ASKED = (
    post("q1", "Q1: Are the days of just doing it over?", 5, author="isla"),
    post("q2", "Q2: Do we need a strategy?", 15, author="isla"),
)


def openings(events: list[ev.Event]) -> list[tuple[str, str, str | None]]:
    return [(each.question, each.by, each.post) for each in events if isinstance(each, ev.Opened)]


def test_a_host_s_words_open_again_what_was_open_before() -> None:
    capture = capture_of(chat_of())
    capture.events_for(ASKED)
    back = post("back", "OK everyone, back to Q1", 22, author="isla")
    assert openings(capture.events_for([back])) == [("Q1", "host", "x:back")]
    assert openings(capture.events_for([back])) == []


def test_a_host_s_words_open_what_the_plan_would_open_later() -> None:
    capture = capture_of(planned(5, 15))
    events = capture.events_for([post("on", "Let's move on to Q2", 9, author="isla")])
    assert openings(events) == [("Q1", "plan", None), ("Q2", "host", "x:on")]
    assert capture.open_due(at(60)) == []


def test_what_asked_a_question_comes_after_the_words_that_quote_it() -> None:
    capture = capture_of(chat_of())
    capture.events_for(ASKED[1:])
    quote = post("quote", "Back to this one", 22, author="isla", quote_of="x:q1")
    assert openings(capture.events_for([quote])) == []
    found = openings(capture.events_for(ASKED[:1]))
    assert found == [("Q1", "host", "x:q1"), ("Q1", "host", "x:quote")]
