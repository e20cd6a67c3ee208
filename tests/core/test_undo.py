"""Rules end one by one, and several events of one act are one step."""

from __future__ import annotations

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.events import Event
from tartantm.core.post import Author
from tartantm.core.undo import in_acts, moved_up
from tests.builders import captured, chat_of, happen, post


def evening() -> Chat:
    return chat_of(
        *captured(post("1", "One", author="ailsa"), post("2", "Two", author="calum")),
        ev.Muted("author", "x:ailsa"),
        ev.Redacted("author", "x:calum"),
        ev.Redacted("phrase", "one"),
    )


def undo(chat: Chat, act: int) -> None:
    happen(chat, ev.Undone(chat.history.acts[act].seq))


def test_undoing_one_rule_leaves_the_others_whatever_the_order() -> None:
    chat = evening()
    undo(chat, 1)
    assert list(chat.redactions) == [("phrase", "one")]
    undo(chat, 0)
    assert chat.mutes == () and not chat.entries["x:1"].muted
    assert list(chat.redactions) == [("phrase", "one")]
    happen(chat, ev.Redone(chat.history.acts[1].seq))
    assert list(chat.redactions) == [("author", "x:calum"), ("phrase", "one")]


def test_a_rule_said_again_holds_until_that_is_undone_too() -> None:
    chat = evening()
    happen(chat, ev.Redacted("author", "x:calum", reason="abuse"))
    undo(chat, 1)
    assert chat.redactions["author", "x:calum"][1] == "abuse"
    undo(chat, 3)
    assert ("author", "x:calum") in chat.redactions


def test_ending_a_rule_can_be_undone() -> None:
    chat = evening()
    happen(chat, ev.Muted("author", "x:ailsa", on=False))
    assert not chat.entries["x:1"].muted
    undo(chat, 3)
    assert chat.entries["x:1"].muted and chat.mutes == (("author", "x:ailsa"),)


def test_rules_are_in_the_order_in_which_they_were_made() -> None:
    chat = evening()
    happen(chat, ev.Redacted("author", "x:calum", on=False), ev.Redacted("author", "x:calum"))
    assert list(chat.redactions) == [("phrase", "one"), ("author", "x:calum")]
    happen(chat, ev.Muted("phrase", "z"), ev.Muted("author", "x:a"), ev.Muted("exact", "b"))
    assert chat.mutes == (
        *(("author", "x:ailsa"), ("phrase", "z"), ("author", "x:a"), ("exact", "b")),
    )


def test_joined_events_are_one_act() -> None:
    chat = evening()
    happen(
        chat,
        ev.Redacted("author", "x:ailsa", reason="request"),
        ev.Redacted("author", "x:dele", reason="request", joined=True),
        ev.Muted("phrase", "two", joined=True),
    )
    act = chat.history.acts[-1]
    assert len(chat.history.acts) == 4 and len(act.events) == 3
    assert act.until == chat.last_seq
    assert act.words == ("Redacted @ailsa: by request; redacted @dele: by request; muted a phrase")
    happen(chat, ev.Undone(act.seq))
    assert list(chat.redactions) == [("author", "x:calum"), ("phrase", "one")]
    assert not chat.entries["x:2"].muted
    happen(chat, ev.Redone(act.seq))
    assert len(chat.redactions) == 4 and chat.entries["x:2"].muted


def test_like_events_have_one_sentence() -> None:
    chat = evening()
    happen(chat, *(ev.Muted("author", f"x:{n}", joined=n > 1) for n in (1, 2, 3)))
    assert chat.history.acts[-1].words == "Muted @1, @2 and @3"
    happen(chat, *(ev.Redacted("post", f"x:{n}", joined=n > 1) for n in (1, 2)))
    assert chat.history.acts[-1].words == "Redacted #2 and #3"
    happen(chat, *captured(*(post(f"{n}") for n in (5, 6, 7))))
    happen(chat, *(ev.Redacted("post", f"x:{n}", joined=n > 1) for n in (1, 2, 5, 6)))
    assert chat.history.acts[-1].words == "Redacted #2, #3 and 2 more"
    happen(chat, ev.Redacted("post", "x:nowhere"))
    assert chat.history.acts[-1].words == "Redacted a post"


def test_somebody_at_the_venue_has_a_name_and_no_handle() -> None:
    chat = chat_of(ev.Remarked(post("room:1", author=Author("", "Ailsa Example")), "Q1"))
    happen(chat, ev.Muted("author", "room:ailsa example"), ev.Muted("author", "room:nobody"))
    words = [act.words for act in chat.history.acts]
    assert words[1:] == ["Muted Ailsa Example", "Muted nobody"]


def test_what_is_left_of_an_act_stands_for_itself() -> None:
    chat = chat_of(*captured(post("1")), ev.Starred(("x:1",)))
    # The first of these was erased, so a number is missing between them.
    item = ev.Redacted("author", "x:b", joined=True)
    chat.apply(ev.Recorded(chat.last_seq + 2, chat.last_at, item))  # type: ignore[arg-type]
    assert [act.words for act in chat.history.acts] == ["Starred 1 post", "Redacted @b"]
    happen(chat, ev.Undone(chat.history.acts[-1].seq))
    assert chat.entries["x:1"].starred and not chat.redactions


def test_nothing_is_joined_to_an_act_that_was_undone() -> None:
    chat = evening()
    undo(chat, 2)
    chat.history.acts[2].undone = True
    happen(chat, ev.Redacted("author", "x:b", joined=True))
    assert len(chat.history.acts) == 4


def rule(value: str, *, joined: bool = True) -> Event:
    return ev.Redacted("author", f"x:{value}", joined=joined)


def test_events_are_taken_act_by_act() -> None:
    first, second, star = rule("a", joined=False), rule("b", joined=False), ev.Starred(("x:1",))
    events = [rule("z"), first, rule("y"), rule("x"), star, rule("w"), second]
    acts = [[rule("z")], [first, rule("y"), rule("x")], [star, rule("w")], [second]]
    assert list(in_acts(events)) == acts
    assert list(in_acts([])) == []


def test_what_is_left_of_an_act_has_its_first_numbers() -> None:
    first = rule("a", joined=False)
    act = [first, rule("b"), rule("c")]
    assert moved_up(act, act) == act
    assert moved_up(act, [None, *act[1:]]) == [rule("b", joined=False), rule("c"), None]
    assert moved_up(act, [first, None, rule("c")]) == [first, rule("c"), None]
    assert moved_up(act, [None, None, rule("c")]) == [rule("c", joined=False), None, None]
    assert moved_up(act, [first, rule("b"), None]) == [first, rule("b"), None]
    assert moved_up(act, [None, None, None]) == [None, None, None]


def test_what_is_left_is_joined_as_the_first_was() -> None:
    star, begun = ev.Starred(("x:1",)), ev.Begun(chat_of().agenda)
    assert moved_up([star, rule("a")], [None, rule("a")]) == [rule("a", joined=False), None]
    assert moved_up([rule("a"), rule("b")], [None, rule("b")]) == [rule("b"), None]
    assert moved_up([rule("a"), begun], [None, begun]) == [begun, None]
