"""Short quotations are found in what somebody else wrote, accidents of a few words are not."""

from __future__ import annotations

import pytest

from tartantm.core.quoted_words import QuotedWords

SAID = "Honestly nobody deletes zebrabox fields since the Datenschutzgrundverordnung"
CHINESE = "我昨天在学校里见到了他们的老师"


def quoted(text: str, *said: str, but: tuple[str, ...] = ()) -> str | None:
    found = QuotedWords(said, but).find(text)
    return text[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("said", "text", "found"),
    [
        (SAID, "she said nobody deletes zebrabox fields", "nobody deletes zebrabox fields"),
        (SAID, "NOBODY *deletes* zebra\u00adbox", "NOBODY *deletes* zebra\u00adbox"),
        (SAID, "#NobodyDeletesZebrabox!", "#NobodyDeletesZebrabox"),
        (SAID, "zebrabox fields sinc", "zebrabox fields sinc"),
        (SAID, "nobody deletes", None),
        (SAID, "on the Datenschutzgrundverordnung", None),
        ("the Datenschutzgrundverordnung was it", "Datenschutzgrundverordnung was", None),
        (
            "an organisational responsibility",
            "organisational responsibility",
            "organisational responsibility",
        ),
        ("we do it so or not", "so we do it so, yes", "we do it so"),
        ("a to b or not", "a to b or", None),
        ("a to be or not", "a to be or not", "a to be or not"),
        ("Not a word", "not a word", None),
        (CHINESE, "他说我昨天在学校里见", "我昨天在学校里见"),
        (CHINESE, "我昨天在学校里", None),
        ("ok 我昨天在学校", "ok 我昨天在学校", "ok 我昨天在学校"),
        ("", "anything at all that is said", None),
    ],
)
def test_what_is_a_quotation(said: str, text: str, found: str | None) -> None:
    assert quoted(text, said) == found


def test_the_first_quotation_is_found_with_what_overlaps_it() -> None:
    text = "x nobody deletes zebrabox fields since y fields since the Datenschutz"
    assert quoted(text, SAID) == "nobody deletes zebrabox fields since"
    beside = ("我昨天在学校里见", "到了他们的老师们")
    assert quoted("".join(beside), *beside) == "".join(beside)
    twice = "one two three four, and one two three four"
    assert quoted(twice, "one two three four") == "one two three four"


def test_what_others_say_as_well_is_nobodys() -> None:
    but = ("Who keeps the keys of the zebrabox?",)
    assert quoted("who keeps the keys", "I know who keeps the keys", but=but) is None
    assert quoted("keys of the zebrabox", "The keys of the zebrabox", but=but) is None
    assert quoted("I know who keeps", "I know who keeps the keys", but=but) == "I know who keeps"


def test_nothing_said_is_nothing_to_look_for() -> None:
    assert not QuotedWords()
    assert not QuotedWords(["a few words"])
    assert not QuotedWords(["who keeps it then"], ["who keeps it then"])
    assert QuotedWords(["who keeps it then"])
    assert QuotedWords(["zebrabox fields since"])
