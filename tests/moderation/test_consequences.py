"""What an act of withholding hits is counted as it will be withheld, and said in one sentence."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.accounts import Accounts
from tartantm.core.agenda import Agenda, Person, Question
from tartantm.core.chat import Chat
from tartantm.core.post import Author, Link, Media, Post
from tartantm.moderation.consequences import (
    Consequences,
    consequences,
    losing_words,
    questions_sentence,
    uncertain,
    uncertain_sentence,
)
from tests.builders import AGENDA, START, at, captured, chat_of, happen, post

MORAG = Author("morag", "Mòrag NicLeòid", "50")
ELSEWHERE = Author("morag@m.example", "Mòrag NicLeòid", "https://m.example/users/50")
TOOT = "mastodon:https://m.example/users/50/statuses/1"


def share_of(chat: Chat, phrase: str, *, mute: bool) -> Consequences:
    """What a phrase hits, with other accents."""
    event = ev.Muted("phrase", phrase) if mute else ev.Redacted("phrase", phrase)
    return consequences(chat, [event])


def evening() -> Chat:
    """Mòrag's posts on X and perhaps on Mastodon, and thanks in several accents."""
    return chat_of(
        *captured(
            post("1", "Hello", author=MORAG),
            post(TOOT, "Hi", author=ELSEWHERE),
            post("2", "Thanks Mòrag NicLeòid, and Morag\n Nicleoid", author="calum"),
            post("3", "Thanks Morag NicLeoid", author="calum"),
            post("4", "#MoragNicleoid https://m.example/morag-nicleoid", author="dele"),
            *(post(f"{n}", f"Words {n}", author="calum") for n in range(5, 15)),
        )
    )


def ids(found: Consequences) -> list[str]:
    return [entry.id for entry in found.posts]


def hits(count: int = 1, total: int = 10, accents: Counter[str] | None = None) -> Consequences:
    entries = list(evening().entries.values())[:count]
    return Consequences(entries, 2, total, accents or Counter())


def test_more_than_a_tenth_is_much() -> None:
    assert not hits(1).much and hits(2).much
    assert hits(2).question == "That is 2 of 10 posts. Go on?"


def test_a_sentence_says_how_many_posts_and_accounts() -> None:
    assert hits().sentence == "1 post by 2 accounts."
    assert hits(accents=Counter({"Morag": 2})).sentence == (
        "1 post by 2 accounts. With other accents: “Morag” (2)."
    )
    assert hits(0).sentence == "No post so far; later ones will be withheld."
    phrase = hits(0)._replace(phrase=True, later="hidden")
    assert phrase.sentence == "No post has it so far; later ones will be hidden."


def test_of_many_spellings_the_most_common_are_named() -> None:
    counted = Counter({f"Mor{n}g": n for n in range(1, 6)})
    named = "“Mor5g” (5), “Mor4g” (4), “Mor3g” (3), “Mor2g” (2), “Mor1g” (1)"
    assert hits(accents=counted).spellings == f"With other accents: {named}."
    counted |= Counter({"M": 1, "O": 1})
    assert hits(accents=counted).spellings == f"With other accents: {named}, 2 more."
    assert hits().spellings == ""


def test_a_name_that_stays_is_said() -> None:
    assert hits().named == ""
    assert hits()._replace(naming=1).named == (
        "Their name stays in 1 post of others; redact takes it out."
    )


@pytest.mark.parametrize(("mute", "later"), [(True, "hidden"), (False, "redacted")])
def test_a_phrase_hits_every_spelling_and_other_accents_are_counted(mute: bool, later: str) -> None:
    found = share_of(evening(), "Mòrag NicLeòid", mute=mute)
    by_name = [] if mute else ["x:1", TOOT]
    assert ids(found) == [*by_name, "x:2", "x:3", "x:4"]
    assert found.accounts == (2 if mute else 4)
    assert found.total == 15
    assert found.accents == {"Morag Nicleoid": 1, "Morag NicLeoid": 1, "#MoragNicleoid": 1}
    assert (found.later, found.phrase, found.naming) == (later, True, 0)
    nothing = share_of(evening(), "zanzibar", mute=mute)
    assert nothing[:4] == ([], 0, 15, Counter())
    assert "No post has it so far" in nothing.sentence


@pytest.mark.parametrize("kind", [ev.Muted, ev.Redacted])
def test_an_exact_phrase_hits_one_spelling(kind: Any) -> None:
    found = consequences(evening(), [kind("exact", "Morag NicLeoid")])
    assert "x:3" in ids(found) and TOOT not in ids(found)
    assert found.accents == Counter() and found.phrase
    assert consequences(evening(), [kind("exact", "Zanzibar")]).phrase


def test_only_what_is_begun_counts() -> None:
    chat = evening()
    off: list[ev.Act] = [
        ev.Muted("phrase", "Words", on=False),
        ev.Redacted("phrase", "Hi", on=False),
    ]
    assert consequences(chat, [*off, ev.Undone(3)])[:4] == ([], 0, 15, Counter())
    assert ids(consequences(chat, [*off, ev.Muted("phrase", "Hello")])) == ["x:1"]


def test_several_acts_are_one() -> None:
    chat = evening()
    acts: list[ev.Act] = [ev.Muted("author", "x:dele"), ev.Redacted("phrase", "Words 5")]
    found = consequences(chat, acts)
    assert ids(found) == ["x:4", "x:5"]
    assert (found.accounts, found.later) == (2, "hidden")
    acts = [ev.Muted("phrase", "Hello"), ev.Redacted("phrase", "Words 5")]
    assert ids(consequences(chat, acts)) == ["x:1", "x:5"]
    acts = [ev.Redacted("phrase", "Words 6"), ev.Redacted("phrase", "Words 5")]
    assert ids(consequences(chat, acts)) == ["x:5", "x:6"]


def test_what_is_no_more_is_not_counted() -> None:
    chat = evening()
    said = post("room:1", "Words aloud", author=Author("", "Ewan Sample"))
    happen(chat, ev.Remarked(said, "Q1"))
    assert share_of(chat, "Words aloud", mute=True).total == 16
    happen(chat, ev.Undone(chat.last_seq), ev.Deleted(("x:5",), at(9)))
    assert share_of(chat, "Words aloud", mute=True)[:3] == ([], 0, 14)
    assert share_of(chat, "Words 5", mute=False).posts == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "A zanzibari: Zanzibar"),
        ("content_warning", "Zanzibar"),
        ("author", Author("zanzibar", "Ailsa Example", "7")),
        ("author", Author("ailsa", "Zanzibar", "7")),
        ("author", Author("ailsa", "Ailsa Example", "https://e.example/zanzibar")),
        ("author", Author("ailsa", "Ailsa Example", "7", "https://e.example/zanzibar")),
        ("id", "x:zanzibar"),
        ("url", "https://x.example/zanzibar"),
        ("aliases", ("x:2", "x:zanzibar")),
        ("links", (Link("https://e.example/", "e.example", "Zanzibar"),)),
        ("media", (Media("image", "https://e.example/zanzibar"),)),
        ("media", (Media("image", None, "Zanzibar"),)),
        ("hashtags", ("Zanzibar",)),
        ("mentions", ("zanzibar",)),
        ("venue", "Zanzibar"),
    ],
)
def test_a_redacted_phrase_hits_wherever_it_stands(field: str, value: Any) -> None:
    said = replace(post("1"), **{field: value})
    chat = chat_of(*captured(said, post("9")))
    assert ids(share_of(chat, "Zanzibar", mute=False)) == [said.id]


def test_a_muted_phrase_hits_what_a_post_said_before() -> None:
    chat = chat_of(*captured(post("1", "Zanzibar"), post("2", "🌻"), post("3")))
    happen(chat, ev.Edited(post("1", "Later", edited_at=at(5))))
    assert ids(share_of(chat, "Zanzibar", mute=True)) == ["x:1"]
    assert ids(share_of(chat, "🌻", mute=True)) == ["x:2"]


def mute(*handles: str) -> list[ev.Muted]:
    return [ev.Muted("author", handle) for handle in handles]


def test_a_mute_counts_where_others_name_whom_it_hides() -> None:
    chat = evening()
    found = consequences(chat, mute("x:morag"))
    assert (ids(found), found.phrase) == (["x:1"], False)
    # Of the account that may be theirs nothing is known for sure.
    assert found.naming == 4
    happen(chat, ev.Hidden(("x:2",)))
    assert consequences(chat, mute("x:morag")).naming == 3
    happen(chat, ev.Muted("phrase", "Thanks"))
    assert consequences(chat, mute("x:morag")).naming == 2
    assert consequences(chat, mute("x:morag", "mastodon:morag@m.example")).naming == 1
    happen(chat, ev.Redacted("author", "x:morag"))
    assert consequences(chat, mute("x:morag")).naming == 0
    assert consequences(chat, [ev.Redacted("author", "x:calum")]).naming == 0
    both = [*mute("x:morag"), *mute("mastodon:morag@m.example")]
    assert consequences(chat, both).naming == 1


def called(*posts: Post, agenda: Agenda | None = None) -> list[str]:
    """Who may be the same as whoever has the first post's account."""
    chat = chat_of(*captured(*posts), agenda=agenda or Agenda("Talk", ("chat",), START))
    first = Accounts(chat).of_post(posts[0].id)
    assert first
    return [each.written for each in uncertain(chat, [first])]


def test_accounts_that_may_be_theirs_are_left_to_decide() -> None:
    own, toot = post("1", author=MORAG), post(TOOT, author=ELSEWHERE)
    assert called(own, toot, post("2")) == ["morag@m.example@mastodon"]
    assert called(own, post("2")) == []
    people = (Person("Mòrag NicLeòid", ("morag@x", "morag@m.example"), "host"),)
    agenda = Agenda("Talk", ("chat",), START, people=people)
    assert called(own, toot, agenda=agenda) == []


def test_whoever_may_be_meant_too_is_named() -> None:
    assert uncertain_sentence([]) == ""
    accounts = Accounts(evening())
    found = [*accounts.of_handle("morag"), *accounts.of_handle("dele")]
    assert uncertain_sentence(found) == (
        "Perhaps the same person's, and left alone unless named with --also: "
        "Mòrag NicLeòid, @morag on X (morag@x); Dele Example, @dele on X (dele@x)."
    )
    assert uncertain_sentence(found, names_go=True) == uncertain_sentence(found) + (
        " Where they have the same name it is withheld too; handle and words stay."
    )
    assert uncertain_sentence([], names_go=True) == ""


SAID = "Who keeps the minutes warm until everybody has read them"


def asked_of_posts() -> Chat:
    """Q4 was made of Mòrag's first post and Q5 of a part of it; her second asked what was planned.

    Q6 was made of a post that Calum wrote, and of which there is a repost.
    """
    planned = replace(AGENDA.questions[0], asked_by=("x:2",))
    reworded = f"Our hosts wonder, after all that was said before the break: {SAID[:42]}, or who?"
    made = (
        Question("Q4", SAID, asked_by=("x:1",)),
        Question("Q5", reworded, asked_by=("x:1",)),
        Question("Q6", "Why does nobody ask the cleaners?", asked_by=("x:3",)),
    )
    questions = (planned, *AGENDA.questions[1:], *made)
    return chat_of(
        *captured(
            post("1", SAID, author=MORAG),
            post("2", planned.text, author=MORAG),
            post("3", "Why does nobody ask the cleaners?", author="calum"),
            post("4", "RT Why does nobody", author="dele", repost_of="x:3"),
        ),
        ev.AgendaEdited(replace(AGENDA, questions=questions), {}, "Asked"),
    )


def test_questions_that_lose_words_are_named() -> None:
    chat = asked_of_posts()
    assert list(losing_words(chat, ["x:1", "x:2", "x:404"])) == ["Q4", "Q5"]
    assert list(losing_words(chat, ["x:3"])) == ["Q6"]
    assert list(losing_words(chat, ["x:4"])) == []
    for act, questions in (
        (ev.Muted("author", "x:morag"), ["Q4", "Q5"]),
        (ev.Muted("phrase", "cleaners"), ["Q6"]),
        (ev.Redacted("post", "x:1"), ["Q4", "Q5"]),
        (ev.Redacted("author", "x:morag"), []),
        (ev.Redacted("phrase", "minutes"), []),
    ):
        found = consequences(chat, [act])
        assert list(found.questions) == questions
        assert found.asked == questions_sentence(questions)


def test_a_sentence_says_which_questions_lose_words() -> None:
    assert questions_sentence([]) == ""
    assert questions_sentence(["Q4"]) == "Q4 was made of what goes, and shows none of its words."
    assert questions_sentence(["Q4", "Q5"]) == (
        "Q4 and Q5 were made of what goes, and show none of its words."
    )
