"""Under pseudonyms nobody is named in full, however their name or handle is written."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core.accounts import Accounts
from tartantm.core.agenda import Agenda, Person
from tartantm.core.chat import Chat
from tartantm.core.events import Deleted, Remarked
from tartantm.core.gone import gone_names
from tartantm.core.post import Author
from tartantm.core.redaction import NAMES, REDACTED, SAID, WORDS
from tartantm.core.spans import Span, replaced
from tartantm.transcript.pseudonyms import Pseudonyms
from tests.builders import AGENDA, at, captured, chat_of, happen, post

ROSE = Author("rose.thorn.example", "Dr Rose Thorn (she/her)", "did:plc:rose")
DELE = Author("dele", "Dele Marsh 🌻", "16")
ANN = Author("ann@m.example", "Ann Lee, MSc", "https://m.example/users/ann")
CATH = Author("cath", "Cath Voss | Example Council", "17")
ISLA = Author("isla", "Isla Example", "18")


def chat(agenda: Agenda = AGENDA) -> Chat:
    return chat_of(
        *captured(
            post("bluesky:at://did:plc:rose/1", author=ROSE),
            post("2", author=DELE),
            post("mastodon:3", author=ANN),
            post("4", author=CATH),
            post("5", author=ISLA),
        ),
        agenda=agenda,
    )


def made(of: Chat, *, keep: bool = False) -> Pseudonyms:
    return Pseudonyms(of, Accounts(of), keep_agenda=keep)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Thanks Rose Thorn", "Thanks Participant 1"),
        ("Thanks Dr Rose Thorn (she/her)", "Thanks Participant 1)"),
        ("ROSE\u00a0thorn, Róse Th\u00adorn", "Participant 1, Participant 1"),
        ("**Rose** Thorn", "**Participant 1"),
        ("Dele Marsh and Ann Lee", "Participant 2 and Participant 3"),
        ("Cath Voss, Cath Voss | Example Council", "Participant 4, Participant 4"),
        ("#RoseThorn #rosethornfans", "Participant 1 Participant 1"),
        ("rose.thorn@council.example", "Participant 1"),
        ("https://a.example/rose-thorn/cv now", "[link withheld] now"),
        ("https://x.com/dele/status/1", "[link withheld]"),
        ("rose.thorn.example says", "Participant 1 says"),
        (
            "(@dele), ＠dele, /@dele/ .@dele.",
            "(Participant 2), Participant 2, /Participant 2/ .Participant 2.",
        ),
        ("_@dele_", "_Participant 2"),
        ("@dele@isla", "Participant 2"),
        ("@ann@m.example, @ann, ann@m.example", "Participant 3, Participant 3, Participant 3"),
        ("@outsider and @who@else.example", "@somebody and @somebody"),
        ("@xdele https://a.example/xdele", "@somebody https://a.example/xdele"),
        ("Rose and Dele", "Rose and Dele"),
        ("Isla Example, @isla", "Participant 5, Participant 5"),
        ("Hamish Sample, @hamish.example", "somebody, somebody"),
    ],
)
def test_names_and_handles_become_numbers(written: str, shown: str) -> None:
    assert made(chat()).words(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Isla Example, @isla, isla@mastodon.example", None),
        ("Hamish Sample hamish.example", None),
        ("https://x.com/isla", None),
        ("Rose Thorn and @who", "Participant 1 and @somebody"),
    ],
)
def test_the_people_of_the_agenda_may_keep_theirs(written: str, shown: str | None) -> None:
    assert made(chat(), keep=True).words(written) == (shown or written)


def test_handles_are_found_as_words_where_they_can_mean_nobody_else() -> None:
    only_planned = Person("Calum Sample", ("calumwrites@x",), "guest")
    people = (*AGENDA.people, only_planned)
    agenda = replace(AGENDA, hashtags=("tartantm",), people=people)
    of = chat(agenda)
    happen(
        of,
        *captured(
            post("9", author=Author("ailsaex", "Ailsa Example", "9")),
            post("mastodon:9", author=Author("solo@m.example", "solo", "u9")),
            post("10", author=Author("Tartantm", "TartanTM", "10")),
            post("11", author=Author("library", "Library of Example", "11")),
            post("12", author=Author("longname", "Longnamed 🌻", "12")),
        ),
    )
    pseudonyms = made(of)
    for written, shown in (
        ("as ailsaex said", "as Participant 6 said"),
        ("AilsaEx: #ailsaex", "Participant 6: Participant 6"),
        ("ailsaexes, solo", "ailsaexes, Participant 7"),
        ("#tartantm by @tartantm", "#tartantm by Participant 8"),
        ("the library", "the library"),
        ("Longnamed, Isla", "Participant 10, Isla"),
        ("calumwrites", "somebody"),
    ):
        assert pseudonyms.words(written) == shown
    kept = made(of, keep=True)
    assert kept.words("calumwrites, ailsaex") == "calumwrites, Participant 5"


def test_reasons_name_nobody_even_by_one_name() -> None:
    of = chat()
    happen(of, *captured(post("9", author=Author("s4", "Solo", "9"))))
    happen(
        of,
        Deleted(("x:404",), at(9), names=gone_names(of.salt, [Author("", "Gone Person")], AGENDA)),
    )
    pseudonyms = made(of)
    for reason, shown in (
        ("replies to Solo in Q1", "replies to Participant 6 in Q1"),
        ("replies to @dele in Q1", "replies to Participant 2 in Q1"),
        ("replies to Dr Rose Thorn (she/her) in Q1", "replies to Participant 1) in Q1"),
        ("replies to Gone Person, @outsider in Q1", "replies to somebody, @somebody in Q1"),
    ):
        assert replaced(reason, pseudonyms.reason_spans(reason)) == shown
    assert pseudonyms.words("Solo") == "Solo"


def test_one_person_has_one_number_under_every_name_and_account() -> None:
    of = chat()
    happen(
        of,
        *captured(post("6", author=Author("dele_new", "Dele M.", "16"))),
        *captured(post("mastodon:7", author=Author("isla@mastodon.example", "Isla", "i"))),
        Remarked(post("room:8", author=Author("Isla Example", "Isla Example")), "Q1"),
        Remarked(post("room:9", author=Author("Morag", "Morag")), "Q1"),
    )
    pseudonyms = made(of)
    numbers = {e.id: pseudonyms.author(e).name for e in of.entries.values()}
    assert numbers["x:6"] == numbers["x:2"] == "Participant 2"
    assert numbers["mastodon:7"] == numbers["room:8"] == numbers["x:5"] == "Participant 5"
    assert numbers["room:9"] == "Participant 6"
    assert pseudonyms.words("@dele_new, Dele M") == "Participant 2, Participant 2"
    kept = made(of, keep=True)
    assert [kept.hides(e) for e in of.entries.values()][4:] == [False, True, False, False, True]
    assert kept.author(of.entries["x:5"]) is of.entries["x:5"].post.author


def test_a_handle_means_who_has_it_on_that_network() -> None:
    of = chat_of(
        *captured(
            post("1", author=Author("sam", "Sam One", "1")),
            post("mastodon:2", author=Author("sam@a.example", "Sam Two", "2")),
        ),
        agenda=Agenda("x", people=(Person("Kim Kept", ("sam@feed",)),)),
    )
    pseudonyms = made(of)
    assert pseudonyms.words("@sam", "x") == "Participant 1"
    assert pseudonyms.words("@sam", "mastodon") == "Participant 2"
    assert pseudonyms.words("@sam") == "Participant 1"
    assert made(of, keep=True).words("@sam", "x") == "@sam"


def test_names_of_deleted_posts_are_recognised_by_their_hashes() -> None:
    of = chat()
    names = gone_names(of.salt, [Author("gone", "Gone Person")], AGENDA)
    happen(of, Deleted(("x:404",), at(9), names=names))
    assert made(of).words("Gone Person and @gone") == "somebody and @somebody"


def test_of_a_handle_that_is_withheld_no_number_is_shown() -> None:
    text = "@dele said"
    spans = made(chat()).spans(text)
    assert replaced(text, spans) == "Participant 2 said"
    for rank in (NAMES, WORDS, SAID):
        for start in (0, 2):
            assert replaced(text, [*spans, Span(start, 10, REDACTED, rank)]) == REDACTED


def test_a_bot_is_one_under_its_number_as_well() -> None:
    of = chat_of(
        *captured(
            post("1", author=Author("newsbot", "News", "1", bot=True)), post("2", author="calum")
        )
    )
    shown = list(map(made(of).author, of.entries.values()))
    assert [(each.name, each.bot) for each in shown] == [
        ("Participant 1", True),
        ("Participant 2", False),
    ]


def test_somebody_who_stands_twice_on_the_agenda_is_one_person() -> None:
    people = (Person("Isla Example", ("isla@x",)), Person("Isla Example", ("isla2@x",)))
    of = chat(Agenda("x", people=people))
    assert made(of).words("@isla, @isla2") == "Participant 5, Participant 5"
