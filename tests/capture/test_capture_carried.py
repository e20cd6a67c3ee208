"""What came along with posts is kept once, as context, and only with the post that brought it."""

from __future__ import annotations

from msgspec.structs import replace

from tartantm.capture.capture import Capture
from tartantm.core import events as ev
from tartantm.core.carried import CONTEXT
from tartantm.core.chat import Chat
from tartantm.core.events import Event
from tartantm.core.post import Author
from tartantm.grouping.grouper import Grouper
from tartantm.networks.heard import Carried, Heard, Named
from tests.builders import at, captured, chat_of, happen, post

CAT = post("c", "Spend it in the open", author="cat")
BRAM = post("1", "A1 this", author="bram", quote_of="x:c", hashtags=("tartantm",))
BROUGHT = Carried(CAT, "x:1", at(1))


def capture_of(chat: Chat) -> Capture:
    return Capture(chat, Grouper(chat))


def heard_by(chat: Chat, *items: Heard, source: str = "x") -> list[Event]:
    events = capture_of(chat).events_for(items, source)
    happen(chat, *events)
    return events


def test_it_is_recorded_before_the_post_that_brought_it_and_not_placed() -> None:
    chat = chat_of()
    context, post_itself = heard_by(chat, BROUGHT, BRAM)
    assert context == ev.Captured(CAT, CONTEXT, "x", "x:1")
    assert isinstance(post_itself, ev.Captured) and not post_itself.carried_by
    assert heard_by(chat, BROUGHT, BRAM) == []


def test_how_its_author_is_called_besides_is_recorded_whenever_it_was_heard() -> None:
    of_cat = replace(CAT, author=Author("cat", "Cat", "13"))
    brought = Carried(of_cat, "x:1", at(1))
    new = Named("x", Author("cat_two", "Cat", "13"), at(2))
    orders: list[list[Heard]] = [[brought, BRAM, new], [new, brought, BRAM]]
    for items in orders:
        chat = chat_of()
        heard_by(chat, *items)
        assert set(chat.people.handles("x", "13")) == {"cat", "cat_two"}


def test_it_comes_with_no_post_that_is_not_kept() -> None:
    assert heard_by(chat_of(), BROUGHT, replace(BRAM, visibility="restricted")) == []
    (other,) = heard_by(chat_of(), BROUGHT, post("2"))
    assert isinstance(other, ev.Captured) and other.post.id == "x:2"
    gone = chat_of(ev.Deleted(("x:1",), at(0)))
    assert heard_by(gone, BROUGHT, BRAM) == []


def test_nothing_is_kept_that_is_not_public_was_deleted_or_is_held() -> None:
    secret = Carried(replace(CAT, visibility="restricted"), "x:1", at(1))
    assert len(heard_by(chat_of(), secret, BRAM)) == 1
    assert len(heard_by(chat_of(ev.Deleted(("x:c",), at(0))), BROUGHT, BRAM)) == 1
    assert len(heard_by(chat_of(*captured(CAT)), BROUGHT, BRAM)) == 1
    twice = heard_by(
        chat_of(), BROUGHT, BRAM, Carried(CAT, "x:2", at(2)), post("2", quote_of="x:c")
    )
    assert len(twice) == 3


def test_a_whole_wording_replaces_a_cut_one_and_no_cut_one_a_whole_one() -> None:
    cut = replace(CAT, text="Spend it in…", author=Author("cat"), undated=True)
    chat = chat_of()
    heard_by(chat, Carried(cut, "x:1", at(1)), BRAM)
    two = post("2", quote_of="x:c")
    assert ev.Captured(CAT, CONTEXT, "x", "x:2") in heard_by(chat, Carried(CAT, "x:2", at(2)), two)
    three = post("3", quote_of="x:c")
    assert len(heard_by(chat, Carried(cut, "x:3", at(3)), three)) == 1
    assert chat.entries["x:c"].post == CAT and chat.entries["x:c"].carried


def test_what_turns_out_to_be_a_post_of_the_chat_is_placed_and_keeps_its_number() -> None:
    for again in (True, False):
        chat = chat_of()
        capture = capture_of(chat)
        events = capture.events_for([BROUGHT, BRAM], "x")
        if again:
            happen(chat, *events)
            capture = capture_of(chat)
        tagged = replace(CAT, hashtags=("tartantm",))
        more = capture.events_for([tagged], "x")
        happen(chat, *([] if again else events), *more)
        assert any(isinstance(each, ev.Captured) and not each.carried_by for each in more)
        entry = chat.entries["x:c"]
        assert not entry.carried and entry.placement != CONTEXT
        assert capture.events_for([tagged, BROUGHT, BRAM], "x") == []


def test_what_was_only_asked_for_again_stays_context_and_its_edit_counts() -> None:
    chat = chat_of()
    heard_by(chat, BROUGHT, BRAM)
    edited = replace(CAT, text="Spend it well", version="2", edited_at=at(9))
    capture = capture_of(chat)
    assert capture.events_for([replace(CAT, hashtags=("tartantm",))], asked_for=True) == []
    assert capture.events_for([edited], asked_for=True) == [ev.Edited(edited)]
    happen(chat, ev.Edited(edited))
    assert chat.entries["x:c"].carried and chat.entries["x:c"].post.text == "Spend it well"


def test_it_is_deleted_as_others_are() -> None:
    chat = chat_of()
    heard_by(chat, BROUGHT, BRAM)
    heard_by(chat, ev.Deleted(("x:c",), at(5)))
    assert chat.entries["x:c"].deleted_at
    assert heard_by(chat, BROUGHT, BRAM, replace(CAT, hashtags=("tartantm",))) == []
