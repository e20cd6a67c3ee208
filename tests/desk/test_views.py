from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.agenda import Question
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.events import Event
from tartantm.desk.panes.agenda import minutes_words
from tartantm.desk.panes.bars import sparkline
from tartantm.desk.panes.views import (
    ALL,
    GENERAL,
    HIDDEN,
    INBOX,
    STARRED,
    View,
    Views,
    homes,
    key_of,
    per_minute,
)
from tests.builders import AGENDA, at, captured, chat_of, post, recorded


def happen(chat: Chat, views: Views, *events: Event) -> set[str]:
    items = recorded(events, chat.last_seq + 1)
    return views.apply(Change().merge([chat.apply(item) for item in items]))


def listed(views: Views, name: str) -> list[str]:
    return [views[name].id_at(n) for n in range(len(views[name]))]


def test_lists_by_time_whatever_the_order_of_arrival() -> None:
    chat = chat_of()
    views = Views(chat)
    happen(chat, views, *captured(post("2", minute=9), post("1", minute=3), post("3", minute=12)))
    assert listed(views, ALL) == ["x:1", "x:2", "x:3"]
    assert listed(views, "Q1") == ["x:1", "x:2", "x:3"]


def test_folded_posts_are_listed_once() -> None:
    chat = chat_of(*captured(post("1"), post("2", repost_of="x:1")))
    assert listed(Views(chat), ALL) == ["x:1"]


def test_another_agenda_brings_its_lists() -> None:
    chat = chat_of(*captured(post("1")))
    views = Views(chat)
    agenda = AGENDA.__class__("T", questions=AGENDA.questions[:1])
    happen(chat, views, ev.AgendaChanged(agenda, "e"))
    assert views.names == [ALL, INBOX, GENERAL, STARRED, "Q1", HIDDEN]


def test_a_clock_may_ask_before_another_agenda_is_followed() -> None:
    chat = chat_of(*captured(post("1")))
    views = Views(chat)
    more = AGENDA.__class__("T", questions=(*AGENDA.questions, Question("Q9", "And then?")))
    (item,) = recorded([ev.AgendaEdited(more, {"Q1": "Q9"})], chat.last_seq + 1)
    change = chat.apply(item)
    assert sum(len(views[name]) for name in views.names) == 2
    assert views.standing_with(chat.entries["x:1"]).name == GENERAL
    views.apply(change)
    assert "Q9" in views.names and views.standing_with(chat.entries["x:1"]).name == "Q9"


IDS = [f"x:{n}" for n in range(6)]
acts: st.SearchStrategy[Event] = st.one_of(
    st.integers(0, 5).flatmap(
        lambda n: st.sampled_from(
            captured(post(f"{n}", minute=(n * 7) % 5), inbox=True)
            + captured(post(f"{n}", minute=n, repost_of="x:0" if n else None))
        )
    ),
    st.builds(
        ev.Placed,
        st.dictionaries(st.sampled_from(IDS), st.sampled_from([None, "Q1", "Q3"]), min_size=1),
    ),
    st.builds(ev.Starred, st.tuples(st.sampled_from(IDS)), st.booleans()),
    st.builds(ev.Hidden, st.tuples(st.sampled_from(IDS)), st.booleans()),
    st.builds(ev.Muted, st.just("phrase"), st.just("words"), st.booleans()),
    st.builds(ev.Deleted, st.tuples(st.sampled_from(IDS)), st.just(at(9))),
    st.builds(ev.Undone, st.integers(1, 12)),
)


@settings(max_examples=200)
@given(st.lists(acts, max_size=14))
def test_lists_kept_are_lists_made_anew(events: list[Event]) -> None:
    chat = chat_of()
    views = Views(chat)
    for event in events:
        happen(chat, views, event)
        for name in views.names:
            expected = [e.id for e in chat.ordered() if name in homes(e)]
            assert listed(views, name) == expected, name


def test_posts_a_minute() -> None:
    view = View(ALL)
    for minute in (1.2, 1.4, 1.6, 3.5):
        entry = chat_of(*captured(post(str(minute), minute=minute))).entries[f"x:{minute}"]
        view.add(key_of(entry))
    assert per_minute(view, at(4), 4) == [0, 3, 0, 1]


def test_sparklines() -> None:
    assert sparkline([0, 1, 2, 7]) == "▁▂▃█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""


def test_elapsed_time_in_words() -> None:
    assert minutes_words(at(7.2) - at(0)) == "7:12"
    assert minutes_words(at(99.99) - at(0)) == "99:59"
    assert minutes_words(at(180) - at(0)) == "3 h"
    assert minutes_words(at(60 * 24 * 365) - at(0)) == ""
