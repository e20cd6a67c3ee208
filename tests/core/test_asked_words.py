"""What a question repeats of the posts that it was made of, and what the agenda had before."""

from __future__ import annotations

from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.asked_words import (
    Said,
    beside,
    planned_in,
    repeated_in,
    said_by,
    shared_runs,
    shared_stretches,
    without_label,
)
from tartantm.core.post import Media
from tests.builders import captured, chat_of, post


def test_the_words_of_posts_are_those_before_an_edit_and_beside_them_too() -> None:
    pictures = (Media("image", None, "A wall"), Media("image", None, ""))
    first = post("1", "One", media=pictures, content_warning="Walls")
    second = post("2", "Two", content_warning="Doors", media=(Media("image", None, "A door"),))
    edited = ev.Edited(replace(first, text="One more"))
    chat = chat_of(*captured(first, second), edited)
    assert said_by(chat.entries.values()) == (
        ("One more", "One", "Two"),
        ("Walls", "A wall", "Doors", "A door"),
    )
    assert said_by(chat_of(*captured(post())).entries.values()) == (("Words",), ())


def test_words_in_a_row_that_two_texts_share() -> None:
    asked = ["one", "two", "three", "four", "five"]
    assert shared_runs(asked, ["zero", *asked[1:]]) == {1, 2, 3, 4}
    assert shared_runs(asked, asked[1:4]) == set()
    assert shared_runs(asked[3:], [*asked, "six"]) == {0, 1}
    assert shared_runs(["two", "three"], ["two"]) == shared_runs([], asked) == set()


MERGED = "Who keeps the keys? Why does nobody ask the cleaners what they think?"
PLANNED = ["Who keeps the keys?", "Who reads the minutes of our meetings?", "Why?"]


def repeated(text: str, *own: str, planned: list[str] | None = None) -> list[str]:
    found = repeated_in(text, Said(own), PLANNED if planned is None else planned)
    return [text[slice(*each)] for each in found]


def test_only_whole_words_are_those_of_a_short_post() -> None:
    asked = "Who comes to the next meeting, and when do some members leave the room?"
    assert repeated(asked, "Me?") == []
    assert repeated(f"{asked} Me?", "Me?") == ["Me"]
    assert repeated("Is the city with its digital twin fit for it?", "IT") == []
    assert repeated("Is the city with its digital twin fit for IT?", "IT") == ["IT"]
    assert repeated("Is the city with its digital twin fit for it?", "It") == ["it"]
    assert repeated("Is the city with its digital twin fit for ict?", "ICT") == ["ict"]
    assert repeated("It?", "IT") == ["It?"]
    for asked_on in ("why-days", "days-why", "why’s", "a'why", "why‑day"):
        assert repeated(f"So what do all of us do on such {asked_on}?", "Why?") == []
    for asked_on in ("days, why", "days – why", "days/why", "days--why", "“why”"):
        assert repeated(f"So what do all of us do on such {asked_on}?", "Why?")
    assert repeated("Did they say aye 13 times?", "Aye 1") == []
    assert repeated("What do #MeAndYou think of all the streets?", "me") == ["#MeAndYou"]
    assert repeated("为什么没有人问清洁工他们", "他们") == ["他们"]
    assert repeated(f"{asked} Donaudampfschifffahrten?", "Donaudampfschifffahrt!") == [
        "Donaudampfschifffahrten"
    ]


def test_a_short_post_is_looked_for_wherever_it_stands() -> None:
    asked = "What comes next for us and for them in the long run: {}, as one reads here?"
    for said, part, there in (
        ("me", "me and me and me", ["me", "me", "me"]),
        ("Aa!", "a aa", ["aa"]),
        ("A1: " + "x" * 20, "x" * 20 + "en", ["x" * 20 + "en"]),
        ("A1: " + "x" * 19, "x" * 19 + "en", []),
        (
            "Look at all that we saw: 没有人问清洁工他们会",
            "没有人问清洁工他们会",
            ["没有人问清洁工他们会"],
        ),
        ("me", "me, #tag and a.example/me or", ["me", "a.example/me"]),
        ("他们", "他们#tag", ["他们"]),
        ("me", "#tagⓂⓔ", ["Ⓜⓔ"]),
        ("me", "们xme", []),
        ("me", "mex们", []),
        ("me", "xme们", []),
    ):
        assert repeated(asked.format(part), said, planned=[]) == there, part
    assert repeated("Me, or who comes to our next meeting?", "Me") == ["Me"]


def test_all_of_a_question_goes_where_half_of_it_was_said() -> None:
    for before in ("", f"{PLANNED[0]} "):
        assert repeated(f"{before}Us me?", "Me?")[0].startswith("Us me")
        assert repeated(f"{before}Who me?", "Me?") == ["me"]


SHEARS = "Where do the gardeners keep the shears when it snows?"


def test_a_question_that_has_most_words_of_a_post_is_the_posts() -> None:
    for asked in (
        "And where do they keep the shears when it snows?",
        "Do the gardeners keep shears?",
        "Shears when it snows: where?",
        "Shears, gardeners?",
        "When do gardeners keep the roses?",
        "Is it with shears that your gardeners are to keep?",
        "Where do the gardeners keep the shears, in June, when it snows?",
    ):
        assert repeated(asked, SHEARS) == [asked]
        assert repeated(f"{PLANNED[0]} {asked}", SHEARS) == [asked[:-1]]
        assert repeated_in(asked, Said((), (SHEARS,)), []) == [(0, len(asked))]
    # One word that tells is too little, and so are words of which any question has some.
    for asked in ("What of shears?", "Where do they do it when it is not the time for them?"):
        assert repeated(asked, SHEARS) == []
    # Two thirds of what tells, but a half of all.
    assert repeated("Who asks, so that gardeners of ours keep them?", SHEARS) == []


def test_of_a_longer_wording_only_four_words_in_a_row_are_the_posts() -> None:
    own = "Our cleaners and our gardeners: who asks them, and where do they"
    assert repeated(f"{own} keep the shears when it snows?", SHEARS) == [
        "keep the shears when it snows"
    ]
    assert repeated(f"{own} keep the shears?", SHEARS) == []
    assert repeated(f"{own} keep the shears?", "#q Keep the #shears, the shears") == []
    assert repeated(f"{own} go and keep the shears?", "Go and #never keep the shears")


def test_a_label_is_nobodys_words_and_tags_are_not_looked_for() -> None:
    assert repeated("A1 streets?", "A1") == repeated("A1 streets?", "A1 #tartantm") == []
    asked = "So who pays for the bins and the boiler then?"
    for said in ("Who pays?", "A4: who pays? #tartantm @isla https://e.example/1", "Q4 Who pays"):
        assert repeated(asked, said) == ["who pays"]
    assert without_label("A1. #tartantm").strip() == ""
    assert without_label("A2a – Streets") == "Streets"
    assert without_label("All 1 of them") == "All 1 of them"


def test_scripts_without_blanks_need_a_shorter_run() -> None:
    said = "为什么没有人问清洁工他们会在会议记录里写些什么呢大家怎么看这个问题欢迎大家来回答"
    for prefix in ("", "主持人问：", "主持人问"):
        asked = f"{prefix}为什么没有人问清洁工他们会在会议记录里写些什么呢"
        assert repeated(asked, said) == [asked]
    others = "这里有很多其他的文字因为主持人想要说很多话并且不想停下来"
    assert repeated(f"{others}没有人问清洁工他们会？", said) == ["没有人问清洁工他们会"]
    assert repeated(f"{others}没有人问清洁工他们？", said) == []
    assert repeated(f"{others}？没有人问清洁工他们会", "没有人问清洁工他们会") == [
        "没有人问清洁工他们会"
    ]
    assert repeated(f"{others}，没有人问清洁工他们会", f"大家{said[2:12]}") == []


def test_what_stands_beside_a_text_may_be_all_of_a_question() -> None:
    assert repeated_in("Wet walls?", Said((), ("Policy on wet walls in pencil",)), []) == [(0, 10)]
    assert repeated_in("Dry walls?", Said((), ("Policy on wet walls in pencil",)), []) == []


def test_a_question_that_was_said_without_its_blanks_is_the_posts() -> None:
    assert repeated("Wet walls?", "Look at #WetWalls now") == ["Wet walls?"]
    assert repeated("Wet doors?", "Look at #WetWalls now") == []


def test_words_that_the_agenda_had_before_stay() -> None:
    said = "Why does nobody ask the cleaners what they think? #tartantm"
    assert repeated(MERGED, said) == [MERGED[20:-1]]
    assert repeated(MERGED, said, planned=[]) == [MERGED]
    assert repeated(f"{MERGED[20:]} {MERGED[:19]}", said) == [MERGED[20:-1]]
    assert repeated(f"{MERGED[:19]} Nobody ask?", said) == ["Nobody ask"]
    assert repeated(f"{MERGED[:19]} Ask?", said) == repeated(PLANNED[0], *PLANNED) == []
    # Two short words, of which only one tells: a part of what was said all the same.
    assert repeated(f"{MERGED[:19]} The tea?", "They drink the tea at dawn") == ["The tea"]
    host = "Q1: Who reads the minutes of our meetings? #tartantm"
    for asked in ("{} these days?", "{} or others?", "And {}?"):
        assert repeated(asked.format(PLANNED[1][:-1]), host) == []
    assert repeated("Who reads the minutes of our long meetings?", host) == []
    more = "Who reads the minutes of our meetings and of others, I ask you?"
    asked = "Who reads the minutes of our meetings and of the strange people from elsewhere?"
    assert repeated(asked, more) == ["and of"]
    asked = f"{PLANNED[1][:-1]}, in all of our many offices and pretty rooms, so {said[:48]}"
    assert repeated(asked, said) == [asked[39:]]


def test_what_was_said_beside_the_words_of_the_agenda() -> None:
    kept = PLANNED[0]
    ours = "In all of our many offices and pretty rooms with their own keys and a great many doors"
    for said, asked in (
        (["Donaudampfschifffahrt!"], f"{kept} {ours} {{Donaudampfschifffahrten}}?"),
        (["Everything goes"], f"{kept} {{Everything}}?"),
        (["Everythin goes"], f"{kept} Everythin?"),
        (["Nobody asks at all who keeps the keys"], f"{ours}: {{nobody asks at all}} {kept}"),
        (
            [
                "Nobody asks at all what they think of it",
                "Nobody else asks what they all feel of it",
            ],
            f"{ours} {{nobody asks at all what they think of}} {kept[:-1]} {ours},"
            " {nobody else asks what they all feel}",
        ),
    ):
        parts = asked.replace("}", "{").split("{")
        assert repeated("".join(parts), *said) == parts[1::2]


def test_a_single_planned_word_stays_only_as_the_agenda_wrote_it() -> None:
    said = "Why does nobody ask the cleaners?"
    assert repeated(said, said) == [said]
    assert repeated(f"Why? {said}", said) == [said[:-1]]
    assert planned_in("Why do we?", ["Why"]) == []
    assert planned_in("So, why? Why? Why?", ["Why?"]) == [(9, 13)]
    assert planned_in("Who pays, then", ["Who pays?"]) == [(0, 8)]
    assert planned_in("Who pays for it?", ["And who pays for it?"]) == [(0, 15)]
    assert planned_in("Who pays?", ["Who pays for it?"]) == []


def test_what_is_beside_stretches_has_letters() -> None:
    assert beside("One, two! three?", [(5, 8)]) == [(0, 3), (10, 15)]
    assert beside("One, two! three?", [(5, 8)], of=[(0, 7)]) == [(0, 3)]
    assert beside("One", [(0, 3)]) == []
    assert beside("One, two", [(3, 4)]) == [(0, 3), (5, 8)]


def test_words_that_are_shared_are_stretches() -> None:
    text = "So, one two three four: five, or (six) seven"
    said = ["one", "two", "three", "four", "five"]
    assert [text[slice(*each)] for each in shared_stretches(text, [said])] == [
        "one two three four: five"
    ]
    assert shared_stretches(text, [said, ["six"]]) == shared_stretches(text, [said])
    assert shared_stretches(text, [said[:3]]) == []
