"""What is looked for in a transcript: names, parts of names, handles and words withheld."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.accounts import Account
from tartantm.core.agenda import Person, Question
from tartantm.core.chat import Chat
from tartantm.core.erased import account_names
from tartantm.core.gone import gone_names
from tartantm.core.identity import fingerprint
from tartantm.core.post import Author, Media
from tartantm.core.quoted_words import QuotedWords
from tartantm.core.wordings import Wordings
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.withheld import FIRST, HANDLE, NAME, PART, WORDS, Withheld, withheld
from tests.builders import AGENDA, at, captured, chat_of, post

MORAG = Author("morag_writes", "Dr Morag Grażyńska", "77")
SAID = "one two three four five six seven"


def of(chat: Chat, **options: Any) -> Withheld:
    return withheld(chat, ExportOptions(**options))


def found(given: Withheld, text: str) -> list[str]:
    """What stands in a text, by what it is."""
    return sorted({each.value for each in given.wordings.find_each(text)})


def test_nothing_is_withheld_where_no_rule_holds() -> None:
    given = of(chat_of(*captured(post("1", SAID))))
    assert not given
    assert not any(given)


def test_every_six_words_in_a_row_of_a_redacted_post_are_its_own() -> None:
    pictures = (Media("image", None, "a b c d e f"), Media("image"))
    chat = chat_of(
        *captured(post("1", SAID, author=MORAG, media=pictures)),
        ev.Edited(post("1", "g h i j k l", author=MORAG, media=pictures, edited_at=at(5))),
        ev.Redacted("post", "x:1"),
        ev.Redacted("post", "x:404"),
    )
    given = of(chat)
    assert given and not given.wordings and not given.parts
    assert given.runs == {
        tuple(SAID.split()[:6]),
        tuple(SAID.split()[1:]),
        tuple("abcdef"),
        tuple("ghijkl"),
    }


def test_single_words_may_stand_in_longer_ones_and_phrases_may_be_names() -> None:
    chat = chat_of(
        *captured(post("1")),
        *(ev.Redacted("phrase", each) for each in ("Zanzibar", "beer mat", "Rhona Specimen")),
        ev.Redacted("exact", "Mòrag"),
    )
    given = of(chat)
    assert given.stems == {"zanzibar", "morag"}
    assert given.parts == {"rhona": FIRST, "specimen": PART}
    assert found(given, "a beer mat") == found(given, "Morag") == [WORDS]
    assert found(given, "Rhona Specimen") == [WORDS]


@pytest.mark.parametrize(
    ("phrase", "is_name"),
    [
        ("Rhona", False),
        ("Rhona Specimen", True),
        ("Rhona of Specimen", False),
        ("Rhona Anna Maria Specimen", True),
        ("Rhona Anna Maria Lisa Specimen", False),
    ],
)
def test_two_to_four_words_with_capitals_look_like_a_name(phrase: str, is_name: bool) -> None:
    given = of(chat_of(*captured(post("1")), ev.Redacted("phrase", phrase)))
    assert bool(given.parts) is is_name


def test_parts_of_names_and_handles_are_long_enough_and_no_numbers() -> None:
    authors = (
        Author("abcd", "Ann Jo Lee", "1"),
        Author("abcde@m.example", "Lee Ann 1234", "2"),
        Author("12345", "Tom Abc", "3"),
        Author("tomtom", "", "4"),
    )
    chat = chat_of(
        *captured(*(post(f"{n}", author=each) for n, each in enumerate(authors))),
        *(ev.Redacted("author", f"x:{each.handle}") for each in authors),
    )
    assert of(chat).parts == {
        **{"ann": FIRST, "lee": FIRST, "tom": FIRST, "abc": PART},
        **{"abcde": HANDLE, "tomtom": HANDLE},
    }


def test_accounts_that_may_be_theirs_are_known_by_their_names() -> None:
    other = Author("morag_writes@m.example", "Morag G", "99")
    chat = chat_of(
        *captured(post("1", author=MORAG), post("mastodon:2", author=other)),
        ev.Redacted("author", "x:morag_writes"),
    )
    given = of(chat)
    assert given.uncertain == {"moragg"}
    assert found(given, "@morag_writes") == [HANDLE]
    assert found(given, "Morag Grazynska") == [NAME]
    assert found(given, "Morag G") == []


def test_whom_the_agenda_names_keeps_name_and_handle_among_participants() -> None:
    people = (
        Person("Isla Example", ("isla@x", "islay@mastodon.example"), "host"),
        Person("Hamish Sample", ("hamish@bluesky",), "guest"),
    )
    isla, calum = Author("isla", "Isla E.", "1"), Author("calum", "Calum Madeup", "2")
    chat = chat_of(
        *captured(post("1", author=isla), post("2", author=calum)),
        agenda=replace(AGENDA, people=people),
    )
    given = of(chat, pseudonyms="participants")
    assert found(given, "@calum and Calum Madeup") == [HANDLE, NAME]
    assert found(given, "@isla @islay @hamish Isla Example Hamish Sample Isla E.") == []
    every = of(chat, pseudonyms="all")
    for text, what in (
        ("@calum", HANDLE),
        ("@isla", HANDLE),
        ("@islay@mastodon.example", HANDLE),
        ("Isla Example", NAME),
        ("Hamish Sample", NAME),
        ("Calum Madeup", NAME),
    ):
        assert found(every, text) == [what], text


def test_a_host_who_is_withheld_keeps_nothing_among_participants() -> None:
    people = (Person("Isla Example", ("isla@x",), "host"), Person("Hamish Sample", ("calum",)))
    chat = chat_of(
        *captured(post("1", author=Author("isla", "Isla E.", "1"))),
        *captured(post("mastodon:2", author=Author("calum@m.example", "Calum Madeup", "2"))),
        ev.Redacted("author", "x:isla"),
        agenda=replace(AGENDA, people=people),
    )
    given = of(chat, pseudonyms="participants")
    assert found(given, "@isla") == [HANDLE]
    assert found(given, "Isla Example") == [NAME]
    assert found(given, "@calum") == []


def test_a_rule_for_somebody_who_is_not_here_looks_for_the_whole_handle() -> None:
    chat = chat_of(*captured(post("1")), ev.Redacted("author", "x:who:ever"))
    assert of(chat).parts == {"whoever": HANDLE}


def test_the_agenda_keeps_a_handle_without_its_server_too() -> None:
    people = (Person("Hamish Sample", ("calum@m.example",)),)
    chat = chat_of(
        *captured(post("1", author=Author("calum", "Calum Madeup", "2"))),
        agenda=replace(AGENDA, people=people),
    )
    assert found(of(chat, pseudonyms="participants"), "@calum") == []


def test_of_somebody_erased_parts_of_three_letters_are_known_by_their_hashes() -> None:
    names = account_names([Account("x", "7", {"ann": None}, {"Ann Poe Li": None})], [], [], AGENDA)
    chat = chat_of(
        *captured(post("1", "Ann, Li and Poe", author="calum")),
        ev.Erased(1, tuple(fingerprint("00" * 8, name) for name in names)),
    )
    assert of(chat).parts == {"ann": FIRST, "poe": PART}


def test_handles_are_looked_for_as_whole_words_however_short() -> None:
    posts = [
        post("1", author=Author("ed", "Ailsa Example", "1")),
        post("2", author=Author("et_1", "Ailsa Example", "1")),
        post("3", author=Author("k", "Ailsa Example", "1")),
        post("4", author=Author("77", "Ailsa Example", "1")),
        post("5", author=Author("tartantm", "Ailsa Example", "1")),
    ]
    bird = Author("al.sky.example", "Calum", "did:plc:al")
    toot = Author("m.e@toot.example", "Calum", "https://toot.example/users/m.e")
    chat = chat_of(
        *captured(*posts),
        *captured(post("bluesky:6", author=bird), post("mastodon:7", author=toot)),
    )
    assert not of(chat).handles
    assert of(chat, pseudonyms="all").handles >= {"ed", "et1", "al", "alskyexample", "me"}
    assert of(chat, pseudonyms="all").handles.isdisjoint({"k", "77", "tartantm", "m", ""})
    assert {"ed", "et1"} <= of(chat_of(*captured(*posts), ev.Redacted("author", "x:ed"))).handles
    unheard = chat_of(*captured(*posts), ev.Redacted("author", "mastodon:no_1@m.example"))
    assert of(unheard).handles == {"no1"}


def test_short_handles_of_who_was_erased_are_known_from_what_others_wrote() -> None:
    blocked = [fingerprint("00" * 8, f"called:{each}") for each in ("ed", "et1", "77", "k")]
    others = post("2", "So #ed and ET_1, 77 and k said: edit 1", author="calum")
    chat = chat_of(*captured(others), ev.Erased(1, tuple(blocked)))
    assert of(chat).handles == {"ed", "et1"}
    assert of(chat_of(*captured(others))).handles == frozenset()


def after_deletion(*more: ev.Event, text: str) -> Chat:
    """Only others' words are left, and hashes of the names of who wrote besides."""
    authors = [
        Author("ed_1", "Ailsa MacQuill-Feather", "1"),
        Author("", "Zo\u00eb"),
        Author("", "\u5c71\u7530\u592a\u90ce"),
    ]
    names = gone_names("00" * 8, authors, AGENDA)
    others = captured(post("2", text, author="calum"))
    return chat_of(*others, *more, ev.Deleted(("x:1",), at(9), names=names))


def test_of_whose_posts_were_deleted_names_are_known_as_long_as_something_withholds_them() -> None:
    text = "Ailsa, #ThanksMacQuill, #feather, Zoe, \u5c71\u7530\u592a\u90ce\u3055\u3093 and ED_1"
    redacted = of(after_deletion(ev.Redacted("author", "x:ed_2"), text=text))
    for given in (redacted, of(after_deletion(text=text), pseudonyms="all")):
        assert given.parts.items() >= {
            *(("ailsa", FIRST), ("zoe", FIRST), ("macquill", PART), ("feather", PART))
        }
        assert "ed1" in given.handles
        assert found(given, "\u8acb\u5c71\u7530\u592a\u90ce\u3055\u3093") == [NAME]
    for nothing in (
        of(after_deletion(text=text)),
        of(after_deletion(ev.Muted("author", "x:ed_1"), text=text)),
    ):
        assert not nothing


def test_of_a_double_barrelled_name_each_half_is_a_part() -> None:
    author = Author("amq", "Anne-Marie Mueller\u2011Quill", "1")
    chat = chat_of(*captured(post("1", author=author)), ev.Redacted("author", "x:amq"))
    assert of(chat).parts == {
        **{"annemarie": FIRST, "anne": FIRST, "marie": FIRST},
        **{"muellerquill": PART, "mueller": PART, "quill": PART},
    }


def test_of_names_that_are_known_by_hashes_only_other_spellings_are_known_too() -> None:
    text = "Macquil, #ThanksAilssa, feathre and Ailsa"
    assert of(after_deletion(text=text), pseudonyms="all").spellings == {"macquil", "ailssa"}
    assert of(after_deletion(text="Ailssa"), pseudonyms="all")
    assert not of(after_deletion(text="Ailssa")).spellings


def test_a_name_of_two_letters_is_known_by_its_hash_too() -> None:
    names = gone_names("00" * 8, [Author("", "Bo")], AGENDA)
    others = captured(post("2", "Thanks Bo", author="calum"))
    given = of(chat_of(*others, ev.Deleted(("x:1",), at(9), names=names)), pseudonyms="all")
    assert found(given, "So Bo said") == [NAME]


def after_deletion_of(name: str, text: str) -> Withheld:
    """Others' words, where pseudonyms withhold a name of which only hashes are left."""
    names = gone_names("00" * 8, [Author("", name)], AGENDA)
    others = captured(post("2", text, author="calum"))
    return of(chat_of(*others, ev.Deleted(("x:1",), at(9), names=names)), pseudonyms="all")


@pytest.mark.parametrize(
    "text", ["Ask Ail\u200bsa", "Ask Ail&shy;sa", "#aAilsaB", "#Thanks2Ailsa_now", "#Ailsa2026"]
)
def test_a_name_known_by_its_hash_is_found_however_it_is_written(text: str) -> None:
    assert after_deletion_of("Ailsa Specimen", text).parts.get("ailsa") == FIRST


@pytest.mark.parametrize(
    "name", ["\u5c71\u7530", "\u30a2\u30ec\u30af\u30b5\u30f3\u30c6\u30ea\u30a2"]
)
@pytest.mark.parametrize("around", ["{}", "\u8acb{}", "{}\u3055\u3093", "\u8acb{}\u3055\u3093"])
def test_names_of_two_to_eight_letters_are_found_where_no_blanks_part_words(
    name: str, around: str
) -> None:
    text = around.format(name)
    assert found(after_deletion_of(name, text), text) == [NAME]


@pytest.mark.parametrize(
    "name", ["\u6797", "\u30a2\u30ec\u30af\u30b5\u30f3\u30c6\u30ea\u30a2\u30ca"]
)
def test_shorter_and_longer_names_are_not_looked_for_within_others(name: str) -> None:
    """One letter is in too many words; what is longer would take too long."""
    text = f"\u8acb{name}\u3055\u3093"
    assert found(after_deletion_of(name, text), text) == []


@pytest.mark.parametrize("blank", [" ", "\u3000", "\n", "* *", "_ ~`|"])
def test_names_with_blanks_in_them_are_found_where_no_blanks_part_words(blank: str) -> None:
    name = "\u5c71\u7530\u592a\u90ce"
    text = f"\u8acb\u5c71\u7530{blank}\u592a{blank}\u90ce\u3055\u3093"
    assert found(after_deletion_of(name, text), text) == [NAME]
    apart = "\u5c71\u7530, \u592a\u90ce"
    assert found(after_deletion_of(name, apart), apart) == []


NOTHING = of(chat_of())


@pytest.mark.parametrize(
    "some",
    [
        {"wordings": Wordings([("Ailsa", NAME)])},
        {"parts": {"ailsa": FIRST}},
        {"runs": frozenset({("a", "b")})},
        {"handles": frozenset({"ed1"})},
        {"spellings": frozenset({"ailssa"})},
        {"quotes": QuotedWords(["nobody deletes zebrabox fields"])},
        {"organisations": frozenset({"lochforms"})},
    ],
    ids=lambda some: next(iter(some)),
)
def test_any_of_these_is_something_to_look_for(some: dict[str, Any]) -> None:
    assert NOTHING._replace(**some) and not NOTHING


def test_few_words_of_a_redacted_post_are_known_but_not_what_was_planned() -> None:
    said = "Honestly nobody deletes zebrabox fields, and who keeps the minutes then?"
    agenda = replace(
        AGENDA,
        title="Deletes zebrabox fields",
        questions=(Question("Q1", "Who keeps the minutes?"),),
    )
    chat = chat_of(*captured(post("1", said)), ev.Redacted("post", "x:1"), agenda=agenda)
    quotes = of(chat).quotes
    assert quotes.find("honestly nobody deletes")
    assert not quotes.find("deletes zebrabox fields")
    assert not quotes.find("who keeps the minutes")


GUESTS = (
    Person("Odd Example", ("odd:one@x",), "guest", "Loch Forms Ltd"),
    Person("Isla Silent", ("isla@x",), "guest", "Example Council"),
    Person("Isla Elsewhere", ("isla@bluesky",), "guest", "Pretend Borough"),
    Person("Ewan Alone", ("ewan@x",), "host"),
)


@pytest.mark.parametrize(
    ("rule", "organisation", "name"),
    [
        ("x:odd:one", {"lochformsltd"}, "Odd Example"),
        ("x:isla", {"examplecouncil"}, "Isla Silent"),
        ("bluesky:isla", {"pretendborough"}, "Isla Elsewhere"),
        ("x:ewan", set(), "Ewan Alone"),
        ("x:nobody", set(), ""),
    ],
)
def test_who_is_redacted_without_having_said_anything_is_known_from_the_agenda(
    rule: str, organisation: set[str], name: str
) -> None:
    agenda = replace(AGENDA, people=GUESTS)
    given = of(chat_of(ev.Redacted("author", rule), agenda=agenda))
    assert given.organisations == organisation
    named = [each.name for each in GUESTS if NAME in found(given, each.name)]
    assert named == [name] * bool(name)
