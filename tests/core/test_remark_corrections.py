"""Remarks that were corrected: what the chat holds, what rules see, and what undo brings back."""

from __future__ import annotations

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.describe import describe_act
from tartantm.core.entry import Change
from tartantm.core.post import Author, Post
from tartantm.core.redaction import Redactions
from tartantm.core.texts import Place, texts_of_chat
from tests.builders import at, captured, chat_of, happen, post, recorded

FIRST = Post(
    "room:1", Author("Ewan", "Ewan"), at(9), "print the parrot", received_at=at(9), venue="Perth"
)
AFTER = replace(
    FIRST, author=Author("Ailsa", "Ailsa"), text="print it", created_at=at(2), venue="Oban"
)


def evening(*more: ev.Event) -> Chat:
    return chat_of(*captured(post("1", "Words", 5)), ev.Remarked(FIRST, "Q1"), *more)


def applied(chat: Chat, event: ev.Event) -> Change:
    (item,) = recorded([event], chat.last_seq + 1)
    return chat.apply(item)


def test_it_keeps_id_and_number_and_goes_to_its_place() -> None:
    chat = evening()
    number = chat.entries["room:1"].number
    assert describe_act(ev.RemarkCorrected(AFTER), chat) == f"Corrected the remark #{number}"
    change = applied(chat, ev.RemarkCorrected(AFTER))
    assert change.reordered and change.changed == ["room:1"]
    entry = chat.entries["room:1"]
    assert (entry.post, entry.number, entry.placement.question) == (AFTER, number, "Q1")
    assert [each.id for each in chat.ordered()] == ["room:1", "x:1"]


def test_undo_and_redo_at_any_depth() -> None:
    chat = evening(ev.RemarkCorrected(AFTER))
    later = replace(AFTER, text="pin it up")
    happen(chat, ev.RemarkCorrected(later))
    for undoing, shown in [(True, AFTER), (True, FIRST), (False, AFTER), (False, later)]:
        act = chat.history.undoable if undoing else chat.history.redoable
        assert act is not None
        change = applied(chat, ev.Undone(act.seq) if undoing else ev.Redone(act.seq))
        assert chat.entries["room:1"].post == shown and change.reordered


def test_nothing_but_a_remark_that_is_held_is_corrected() -> None:
    other = replace(AFTER, id="room:2")
    chat = evening(ev.RemarkCorrected(other), ev.RemarkCorrected(replace(AFTER, id="x:1")))
    assert set(chat.entries) == {"x:1", "room:1"}
    assert chat.entries["x:1"].post.text == "Words"


def test_a_mute_looks_at_every_wording() -> None:
    """Undo would bring the words back, and nobody would think of the mute then."""
    chat = evening(ev.RemarkCorrected(AFTER), ev.Muted("phrase", "the parrot"))
    assert chat.entries["room:1"].muted
    chat = evening(ev.Muted("author", "room:ewan"))
    assert chat.entries["room:1"].muted
    happen(chat, ev.RemarkCorrected(AFTER))
    assert not chat.entries["room:1"].muted, "it is not his"
    correction = chat.history.undoable
    assert correction is not None
    happen(chat, ev.Undone(correction.seq))
    assert chat.entries["room:1"].muted


def test_a_redacted_name_stays_withheld_though_nobody_has_it_any_more() -> None:
    said = captured(post("2", "As Ewan says", 10))
    chat = evening(*said, ev.Redacted("author", "room:ewan"), ev.RemarkCorrected(AFTER))
    assert Redactions(chat).words("As Ewan says") == "As [name withheld] says"
    assert not Redactions(chat).hides_author("room:1")


def test_every_wording_is_found_by_who_looks_for_words() -> None:
    chat = evening(ev.RemarkCorrected(AFTER))
    words = [text.words for text in texts_of_chat(chat) if text.place is Place.EARLIER]
    assert words == ["print the parrot", "print it"]
