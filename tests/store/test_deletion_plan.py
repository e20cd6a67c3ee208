"""What a deletion takes out of the file, and what is recorded instead, before anything is done."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Person
from tartantm.core.asked_words import Said
from tartantm.core.chat import Chat
from tartantm.core.gone import gone_names
from tartantm.core.identity import fingerprint, gone_id
from tartantm.core.manual_reposts import repeated_id
from tartantm.core.post import Author, Post
from tartantm.store.deletion_plan import DeletionPlan, plan_of
from tartantm.store.without_more import Besides
from tests.builders import AGENDA, at, captured, chat_of, happen, post

SALT = "00" * 8
CALUM = Author("calumsample", "Calum Sample", "17")
WORDS = "Porridge before minutes, and minutes before dawn"


def gone(post_id: str) -> str:
    return gone_id(SALT, post_id)


def deleting(chat: Chat, *posts: str) -> DeletionPlan:
    """What is to be done when these posts are deleted at once."""
    return plan_of(chat, [ev.Deleted(posts, at(9))])


def posts_of(plan: DeletionPlan) -> list[tuple[str, ...] | None]:
    return [event.posts if event else None for event in plan.events]


def test_each_deletion_of_several_is_recorded_with_all_names_of_its_posts() -> None:
    chat = chat_of(*captured(post("1", aliases=("x:11",)), post("2"), post("3")))
    plan = plan_of(chat, [ev.Deleted(("x:1",), at(8)), ev.Deleted(("x:2", "x:404"), at(9), "gone")])
    leading = {f"key x {number}" for number in ("1", "11", "2", "404")}
    addresses = tuple(sorted(fingerprint(chat.salt, each) for each in leading))
    assert plan.events == [
        ev.Deleted((gone("x:1"), gone("x:11")), at(8), addresses=addresses),
        ev.Deleted((gone("x:2"), gone("x:404")), at(9), "gone"),
    ]
    assert [entry.id for entry in plan.entries] == ["x:1", "x:2"]
    assert plan.gone == {name: gone(name) for name in ("x:1", "x:11", "x:2", "x:404")}
    assert plan.seq == chat.last_seq


def test_what_was_deleted_before_is_not_recorded_again() -> None:
    chat = chat_of(
        *captured(post(gone("x:1")), post("2")), ev.Deleted((gone("x:1"), gone("x:404")), at(5))
    )
    for known in ("x:1", gone("x:1"), "x:404"):
        assert posts_of(deleting(chat, known)) == [None], known
    assert posts_of(deleting(chat, "x:1", "x:2")) == [(gone("x:2"),)]
    twice = [ev.Deleted(("x:2",), at(8)), ev.Deleted(("x:2",), at(9))]
    assert posts_of(plan_of(chat, twice)) == [(gone("x:2"),), None]


def test_a_deletion_that_another_file_recorded_keeps_its_ids() -> None:
    other = gone_id("5a17" * 4, "x:77")
    plan = deleting(chat_of(*captured(post("1"))), other)
    assert (posts_of(plan), plan.gone) == ([(other,)], {})


def test_reposts_go_too_each_once_and_in_any_order() -> None:
    chat = chat_of(
        *captured(
            post("1"),
            post("2", "RT", repost_of="x:1", author="mairi"),
            post("3", "RT RT", repost_of="x:2", author="rhona"),
            post("4", "RT", repost_of="x:1", author="isla"),
            post("5"),
            post("6", "RT", repost_of="x:404", author="isla"),
        )
    )
    plan = deleting(chat, "x:1", "x:1", "x:2", "x:404")
    assert sorted(entry.id for entry in plan.entries) == ["x:1", "x:2", "x:3", "x:4", "x:6"]
    assert len(plan.entries) == 5


OTHER = "Quite another text that two posts have in common, word for word"


def copy(number: int, text: str = WORDS, minute: float = 2) -> Post:
    name = f"mastodon:https://m{number}.example/{number}"
    return post(name, text, minute, author=Author(f"c@m{number}.example", "Calum Sample"))


def folds_after(chat: Chat, *posts: str) -> dict[str, tuple[str, ...]]:
    """The copies that stay folded by name when these posts are deleted."""
    (event,) = deleting(chat, *posts).events
    assert event is not None
    return event.folds


def test_the_next_that_stands_takes_the_place_of_a_post_that_goes() -> None:
    first, second, third = copy(1), copy(2), copy(3, minute=3)
    posts = [post("1", WORDS, author=CALUM), post("2", OTHER, author=CALUM), copy(4, OTHER)]
    chat = chat_of(*captured(*posts, first, second, third))
    assert chat.entries["x:1"].folds == (first.id, second.id, third.id)
    assert folds_after(chat, "x:404") == {}
    assert folds_after(chat, "x:2") == {copy(4).id: ()}
    assert folds_after(chat, "x:1") == {first.id: (second.id, third.id)}
    assert folds_after(chat, "x:1", first.id) == {second.id: (gone(first.id), third.id)}
    assert folds_after(chat, first.id) == {"x:1": (gone(first.id), second.id, third.id)}
    happen(chat, ev.Hidden((first.id,)))
    assert folds_after(chat, "x:1") == {second.id: (first.id, third.id)}
    happen(chat, ev.Hidden((second.id, third.id)))
    assert folds_after(chat, "x:1") == {gone("x:1"): (first.id, second.id, third.id)}


@pytest.mark.parametrize(
    "withheld",
    [
        ev.Hidden(("x:1",)),
        ev.Muted("phrase", "porridge"),
        ev.Redacted("post", "x:1"),
        ev.Redacted("phrase", "porridge"),
        ev.Redacted("author", "mastodon:c@m1.example"),
    ],
)
def test_nothing_takes_the_place_of_a_post_that_was_withheld(withheld: ev.Event) -> None:
    chat = chat_of(*captured(post("1", WORDS, author=CALUM), copy(1)), withheld)
    assert folds_after(chat, "x:1") == {gone("x:1"): (copy(1).id,)}


def lost(*staying: Author, people: tuple[Person, ...] = ()) -> tuple[Author, ...]:
    """Which names nothing has any more when Calum's post goes and these people's stay."""
    posts = [post(f"{n}", author=author) for n, author in enumerate(staying, 2)]
    agenda = replace(AGENDA, people=(*AGENDA.people, *people))
    chat = chat_of(*captured(post("1", author=CALUM), *posts), agenda=agenda)
    return deleting(chat, "x:1").names


def test_a_name_is_lost_that_nobody_has_who_stays() -> None:
    namesake = Author("csample", "CALUM SAMPLE", "18")
    heir = Author("CalumSample", "Heir", "19")
    ailsa = Author("ailsa", "Ailsa Example", "7")
    assert lost(ailsa) == (Author("calumsample", "Calum Sample"),)
    assert lost(namesake, ailsa) == (Author("calumsample", ""),)
    assert lost(heir, ailsa) == (Author("", "Calum Sample"),)
    assert lost(namesake, heir, ailsa) == ()
    assert lost(ailsa, people=(Person("Calum Sample"),)) == (Author("calumsample", ""),)


def test_somebody_without_a_handle_is_known_by_name() -> None:
    said = [post(f"feed:{n}", author=Author("", name)) for n, name in enumerate(("Moss", "Fern"))]
    chat = chat_of(*captured(*said))
    assert deleting(chat, "feed:0").names == (Author("", "Moss"),)


def hashes(*staying: Author, people: tuple[Person, ...] = ()) -> tuple[str, ...]:
    """The keyed hashes of names that are kept when Calum's post goes."""
    posts = [post(f"{n}", author=author) for n, author in enumerate(staying, 2)]
    agenda = replace(AGENDA, people=(*AGENDA.people, *people))
    chat = chat_of(*captured(post("1", author=CALUM), *posts), agenda=agenda)
    (event,) = deleting(chat, "x:1").events
    assert event is not None
    return event.names


def test_hashes_are_kept_of_names_by_which_pseudonyms_would_know_nobody() -> None:
    ailsa = Author("ailsa", "Ailsa Example", "7")
    name, handle = (
        gone_names(SALT, [Author(*each)], AGENDA) for each in (("", CALUM.name), (CALUM.handle, ""))
    )
    both = tuple(sorted({*name, *handle}))
    assert hashes(ailsa) == both
    namesake = Author("csample", "Calum Sample", "18")
    assert hashes(namesake, ailsa) == handle
    assert hashes(Author("calumsample", "Heir", "19"), ailsa) == name
    # Pseudonyms know somebody of the agenda by name and handle; a namesake there is somebody else.
    assert hashes(ailsa, people=(Person("Calum Sample", ("calumsample@x",)),)) == ()
    assert hashes(ailsa, people=(Person("Another Name", ("calumsample@x",)),)) == name
    assert hashes(namesake, people=(Person("Calum Sample", ("csample@x",)),)) == both


def test_the_name_of_somebody_whom_the_agenda_names_is_kept_for_the_account_that_goes() -> None:
    mine, namesake = Author("oats", "Calum Sample", "17"), Author("csample", "Calum Sample", "18")
    agenda = replace(AGENDA, people=(Person("Calum Sample", ("csample@x",)),))
    posts = captured(post("1", author=mine), post("2", author=namesake))
    (event,) = deleting(chat_of(*posts, agenda=agenda), "x:1").events
    assert event is not None and event.names == gone_names(SALT, [mine], AGENDA)


def test_the_first_deletion_is_recorded_with_what_is_withheld_besides() -> None:
    copies = copy(1), copy(2)
    chat = chat_of(*captured(post("1", WORDS, author=CALUM), *copies, post("2")))
    plan = plan_of(chat, [ev.Deleted(("x:1",), at(8)), ev.Deleted(("x:2",), at(9))])
    besides = Besides(frozenset(), False, ("x:3",), ("x:isla",), {"x:4": ("x:5",)})
    first, second = plan.deletions(besides)
    (held, other) = plan.events
    assert held is not None and held.folds == {copies[0].id: (copies[1].id,)}
    both = held.folds | besides.folds
    assert first == replace(held, hidden=("x:3",), redacted=("x:isla",), folds=both)
    assert second == other


def test_what_was_shown_is_asked_only_where_rules_hold_and_something_goes() -> None:
    chat = chat_of(*captured(post("1"), post("2")))
    assert deleting(chat, "x:1").before is None
    happen(chat, ev.Redacted("phrase", "words"))
    assert deleting(chat, "x:404").before is None
    assert deleting(chat, "x:1").before is chat


def test_what_the_posts_said_is_looked_for_where_it_is_long_enough() -> None:
    exact, short = "abcdefghij klmnopqrst", "abcdefghij klmnopqrs"
    for text, found in ((exact, True), (short, False)):
        plan = deleting(chat_of(*captured(post("1", text))), "x:1")
        assert plan.said.found_in(f"so {text}!") is found


def test_parts_of_what_the_posts_said_are_not_what_others_said_before() -> None:
    said = "The thistle by the council door is out of order again tonight"
    part = "the thistle by the council door is out"

    def found(*, author: str = "calum", minute: int = 1, note: bool = True, of: str = said) -> bool:
        other = post("2", f"{part}, I say", author=author)
        mine = post("1", of, author="ailsa")
        posts = [other, mine] if minute == 1 else [mine, other]
        notes = [ev.Noted("x:2", "Aye")] if note else []
        return bool(deleting(chat_of(*captured(*posts), *notes), "x:1").parts.find(f"So {part}"))

    assert not found() and found(author="ailsa") and found(minute=9)
    assert found(note=False)  # nobody looks for it then
    assert not found(minute=9, of="Aye, it is")
    agenda = replace(AGENDA, title=f"Of {part} and of more")
    chat = chat_of(*captured(post("1", said)), agenda=agenda)
    assert not deleting(chat, "x:1").parts.find(f"So {part}")
    assert deleting(chat, "x:1").parts.find(said)
    assert not deleting(chat, "x:404").parts


def test_what_questions_may_have_is_kept_as_it_is_under_every_id() -> None:
    chat = chat_of(*captured(post("1", "Why?", aliases=("x:11",), content_warning="Moss")))
    plan = deleting(chat, "x:1")
    happen(chat, *filter(None, plan.events))
    assert plan.asked == dict.fromkeys(("x:1", "x:11"), Said(("Why?",), ("Moss",)))


def test_what_others_repeated_of_a_post_by_hand_goes_with_it() -> None:
    again = Post(repeated_id("calumsample", WORDS), Author("CalumSample"), at(3), WORDS)
    original = post("1", WORDS, author=CALUM)
    chat = chat_of(*captured(original, again), *captured(post("3", "So true", quote_of=again.id)))
    plan = deleting(chat, original.id)
    assert [entry.id for entry in plan.entries] == [original.id, again.id]
    assert plan.gone[again.id] == gone(again.id)
