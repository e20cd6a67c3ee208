"""In the texts of a transcript, what may name somebody withheld is found, and where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda, Person, Question
from tartantm.core.chat import Chat
from tartantm.core.post import Author, Media
from tartantm.core.texts import Place
from tartantm.transcript.export import ExportContext
from tartantm.transcript.leak_search import (
    ACCENTS,
    ADDRESS,
    LONGER,
    ORGANISATION,
    PICTURE,
    QUOTED,
    SPELLING,
    Hit,
    LeakSearch,
)
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.published_texts import PublishedText
from tartantm.transcript.withheld import FIRST, HANDLE, NAME, PART, WORDS, withheld
from tests.builders import START, captured, chat_of, post

PLAIN = Agenda("Talk", ("chat",), START, questions=(Question("Q1", "Who keeps the keys?"),))
MORAG = Author("morag_writes", "Dr Morag Grażyńska", "77")
RULE = ev.Redacted("author", "x:morag_writes")


def searched(chat: Chat, **options: Any) -> LeakSearch:
    """Looks through the transcript of a chat."""
    chosen = ExportOptions(**options)
    return LeakSearch(withheld(chat, chosen), ExportContext(chat, chosen).transcript)


def evening(
    *said: str, own: Author = MORAG, others: tuple[Author, ...] = (), agenda: Agenda = PLAIN
) -> LeakSearch:
    """Whoever is withheld wrote one post, others wrote these."""
    posts = [post("own", "Hello there", 0, author=own)]
    posts += [post(f"{n}", text, n, author="calum") for n, text in enumerate(said, 1)]
    posts += [post(f"a{n}", "Good evening", author=each) for n, each in enumerate(others)]
    rule = ev.Redacted("author", f"x:{own.handle}")
    return searched(chat_of(*captured(*posts), rule, agenda=agenda))


def phrases(*given: str) -> LeakSearch:
    """Phrases are withheld, and nobody."""
    rules = [ev.Redacted("phrase", each) for each in given]
    return searched(chat_of(*captured(post("1")), *rules, agenda=PLAIN))


def hits(search: LeakSearch, text: str, place: Place = Place.TEXT) -> list[Hit]:
    return search.find(PublishedText(text, place.value))


def found(search: LeakSearch, text: str) -> list[tuple[str, str]]:
    """By which rule what is found in a text; it stands where it is said to stand."""
    for each in hits(search, text):
        assert text[each.start : each.end] == each.found
    return [each[:2] for each in hits(search, text)]


def test_what_is_found_stands_where_it_is_said_in_the_order_of_the_text() -> None:
    search = evening()
    text = "Moragg, https://morag.example/, @morag_writes, Morag, Dr Morag Grazynska and Grażyńska"
    assert found(search, text) == [
        *((SPELLING, "Moragg"), (ADDRESS, "morag"), (HANDLE, "@morag_writes")),
        *((FIRST, "Morag"), (ACCENTS, "Dr Morag Grazynska"), (PART, "Grażyńska")),
    ]
    assert found(search, "Dr Morag Grażyńska") == [(NAME, "Dr Morag Grażyńska")]
    assert found(search, text) == [each[:2] for each in hits(search, text)] != []
    assert found(search, "Nobody") == []


def test_what_is_withheld_already_is_not_looked_at_and_takes_its_place() -> None:
    search = evening()
    for marker in ("[name withheld]", "[redacted]", "[redacted: by request]", "[link withheld]"):
        text = f"{marker} Morag {marker}"
        assert hits(search, text) == [Hit(FIRST, "Morag", len(marker) + 1, len(marker) + 6)]
    assert found(phrases("withheld words"), "[name withheld] words") == []


@pytest.mark.parametrize("text", ["See Morag", "See <b>Morag</b>", "See Mo\u0301rag", "By Mórag"])
def test_the_same_words_are_found_again_wherever_they_stand(text: str) -> None:
    search = evening()
    for before in ("", "Now, ", "“", "Nobody nobody: "):
        for after in ("", " and everybody", " Morag"):
            whole = f"{before}{text}{after}"
            assert len(found(search, whole)) == 1 + (after == " Morag"), whole
            assert found(search, whole) == found(search, f"{whole}!")
            assert found(search, f"{before}nobody{after}") == [(FIRST, "Morag")] * (
                after == " Morag"
            )


def test_words_of_a_tag_go_by_their_capitals() -> None:
    search = evening()
    assert hits(search, "#AskMoragNow") == [Hit(FIRST, "Morag", 4, 9)]
    assert hits(search, "So #AskMoragNow") == [Hit(FIRST, "Morag", 7, 12)]
    assert hits(search, "<i>#AskMoragNow</i>") == [Hit(FIRST, "Morag", 7, 12)]


def test_a_word_between_markup_is_not_taken_for_another() -> None:
    search = evening()
    assert found(search, "<i>Morse") == []
    assert found(search, "<i>Morag") == [(FIRST, "Morag")]
    assert found(search, "<i>Moragg</i>") == [(SPELLING, "Moragg")]


PICTURES = (Media("image", None, "Me at the fair"),)


@pytest.mark.parametrize(
    ("place", "redacted", "is_found"),
    [
        (Place.MEDIA, True, True),
        (Place.MEDIA, False, False),
        (Place.TEXT, True, False),
    ],
)
def test_a_picture_of_a_redacted_post(place: Place, redacted: bool, is_found: bool) -> None:
    posts = captured(post("own", author=MORAG, media=PICTURES), post("2", media=PICTURES))
    chat = chat_of(*posts, RULE)
    chosen = ExportOptions()
    transcript = ExportContext(chat, chosen).transcript
    search = LeakSearch(withheld(chat, chosen), transcript)
    (item,) = (each for each in transcript.posts if bool(each.redacted) is redacted)
    seen = search.find(PublishedText("Me at the fair", place.value, item))
    assert seen == [Hit(PICTURE, "Me at the fair", 0, 14)] * is_found
    assert search.find(PublishedText("Me at the fair", Place.MEDIA.value)) == []


def test_a_word_of_the_language_is_a_name_inside_a_sentence_only() -> None:
    search = evening(own=Author("will", "Will", "5"))
    assert found(search, "Will it rain? Ask Will, will you? No, Will") == [(NAME, "Will")] * 2
    assert found(search, "will") == []
    two = evening(own=Author("wsp", "Will Specimen", "5"))
    assert found(two, "Will it rain? Ask Will, no Specimen") == [
        (FIRST, "Will"),
        (PART, "Specimen"),
    ]
    assert found(two, "https://e.example/will https://e.example/Will/x/specimen") == [
        (ADDRESS, "Will"),
        (ADDRESS, "specimen"),
    ]
    assert found(evening(own=Author("bridge", "Tom", "5")), "by bridge") == [(HANDLE, "bridge")]
    assert found(evening(own=Author("market", "Tom", "5")), "a market") == [(HANDLE, "market")]


SAID = "one two three four five six seven"


def test_six_words_of_a_redacted_post_are_found_where_they_stand() -> None:
    chat = chat_of(*captured(post("1", SAID)), ev.Redacted("post", "x:1"), agenda=PLAIN)
    search = searched(chat)
    run = "one two three four five six"
    assert hits(search, SAID) == [Hit(QUOTED, run, 0, 27)]
    assert hits(search, "Two, one: two three four") == []
    for before in ("He said ", "One of two: ", "<i>", "%C3%A9 ", "o\u0301ne "):
        (hit,) = hits(search, f"{before}ONE, two… three_four five six!")
        assert (hit.rule, hit.found) == (QUOTED, run)
        start = len(before)
        assert (hit.start, hit.end) == (start, start + 29)
    assert [hit.found for hit in hits(search, "two three four five six seven!")] == [
        "two three four five six seven"
    ]
    assert hits(search, "onetwothreefourfivesix") == []


@pytest.mark.parametrize("place", [Place.NOTE, Place.SUMMARY, Place.QUESTION])
def test_where_the_moderator_quotes_a_redacted_post_four_words_are_enough(place: Place) -> None:
    said = "Honestly nobody deletes zebrabox fields, we print the lot each time and file it"
    chat = chat_of(*captured(post("1", said)), ev.Redacted("post", "x:1"), agenda=PLAIN)
    search = searched(chat)
    text = "She said [redacted] nobody  deletes zebrabox FIELDS."
    assert hits(search, text, place) == [Hit(QUOTED, "nobody  deletes zebrabox FIELDS", 20, 51)]
    assert hits(search, text) == []
    longer = hits(search, f"She said: {said}", place)
    assert [hit.found for hit in longer] == ["honestly nobody deletes zebrabox fields we"]
    assert hits(search, "She deletes all fields", place) == []


def test_what_the_agenda_asked_before_is_no_quotation() -> None:
    said = "So who keeps the keys? Nobody keeps the keys here"
    search = searched(chat_of(*captured(post("1", said)), ev.Redacted("post", "x:1"), agenda=PLAIN))
    assert hits(search, "Who keeps the keys?", Place.QUESTION) == []
    assert [hit.found for hit in hits(search, "Nobody keeps the keys", Place.NOTE)] == [
        "Nobody keeps the keys"
    ]


def test_a_first_name_and_a_quotation_in_one_note_are_both_found() -> None:
    rules = ev.Redacted("post", "x:1"), RULE
    posts = captured(post("1", "nobody deletes zebrabox fields"), post("own", author=MORAG))
    search = searched(chat_of(*posts, *rules, agenda=PLAIN))
    for text, order in (
        ("Nobody deletes zebrabox fields, says Morag", [QUOTED, FIRST]),
        ("Morag says: nobody deletes zebrabox fields", [FIRST, QUOTED]),
    ):
        assert [hit.rule for hit in hits(search, text, Place.NOTE)] == order


WITH_GUESTS = replace(
    PLAIN,
    people=(
        Person("Morag Grażyńska", ("morag_writes@x",), "guest", "Loch Forms Ltd"),
        Person("Calum Sample", ("calum@x",), "host", "Example Council"),
        Person("Isla Silent", ("isla@x",), "guest"),
    ),
)


@pytest.mark.parametrize("heard", [True, False])
def test_the_organisation_of_somebody_redacted_is_reported_beside_people(heard: bool) -> None:
    posts = captured(post("1", "Hello", author="calum"), *[post("2", author=MORAG)] * heard)
    search = searched(chat_of(*posts, RULE, agenda=WITH_GUESTS))
    for place in (Place.PERSON, Place.NAME):
        assert hits(search, "Loch Forms Ltd", place) == [Hit(ORGANISATION, "Loch Forms Ltd", 0, 14)]
        assert hits(search, "Example Council", place) == []
        assert hits(search, "", place) == []
    assert hits(search, "Loch Forms Ltd") == hits(search, "Forms Ltd", Place.PERSON) == []
    assert [hit.rule for hit in hits(search, "Thanks Morag")] == [FIRST]


def test_whoever_is_a_number_only_has_an_organisation_still() -> None:
    posts = captured(post("1", "Hello", author="calum"), post("2", author=MORAG))
    chat = chat_of(*posts, agenda=WITH_GUESTS)
    assert hits(searched(chat, pseudonyms="all"), "Loch Forms Ltd", Place.PERSON) == []


def test_words_quoted_in_a_text_hide_no_name_in_it() -> None:
    rules = ev.Redacted("post", "x:1"), RULE
    posts = captured(post("1", SAID), post("own", author=MORAG))
    search = searched(chat_of(*posts, *rules, agenda=PLAIN))
    assert [hit[:2] for hit in hits(search, f"Morag: {SAID}")] == [
        (FIRST, "Morag"),
        (QUOTED, "one two three four five six"),
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Kelpies", LONGER),
        ("a kelpie", WORDS),
        ("https://e.example/kelpies", None),
        ("Barns", None),
        ("Kelpis", None),
    ],
)
def test_longer_words_that_hold_a_withheld_one(text: str, rule: str | None) -> None:
    search = phrases("kelpie", "barn", "of kelpi")
    assert [each for each, _ in found(search, text)] == [rule] * bool(rule)


def test_a_word_may_be_longer_or_have_another_letter() -> None:
    rules = ev.Redacted("phrase", "kelpie"), RULE
    search = searched(chat_of(*captured(post("own", author=MORAG)), *rules, agenda=PLAIN))
    assert found(search, "Kelpies and Moragg") == [(LONGER, "Kelpies"), (SPELLING, "Moragg")]
    assert found(search, "Moragkelpie") == [(LONGER, "Moragkelpie")]


def test_five_letters_are_enough_to_be_held_by_longer_words() -> None:
    assert found(phrases("crane"), "Cranes") == [(LONGER, "Cranes")]


@pytest.mark.parametrize(
    ("name", "text", "is_found"),
    [
        ("Ewan Madeup", "Ewann", False),
        ("Isobel Xu", "Isobell", True),
        ("Isobel Xu", "isobell", False),
        ("Tom Isobel", "Isobell", True),
        ("Morag", "Moragg", True),
        ("Isobel Xu", "by_someboby", False),
        ("Isobel Xu", "By_Someboby", False),
    ],
)
def test_five_letters_of_a_name_are_known_with_another(
    name: str, text: str, is_found: bool
) -> None:
    search = evening(own=Author("by_somebody", name, "5"))
    assert found(search, text) == [(SPELLING, text)] * is_found


def test_a_spelling_that_is_a_word_or_somebody_elses_name_is_none() -> None:
    assert found(evening(), "Ask Moran, Ask Moran") == [(SPELLING, "Moran")] * 2
    assert found(evening("the moran rag"), "Ask Moran") == []
    assert found(evening("the Moran"), "Ask Moran") == [(SPELLING, "Moran")]
    assert found(evening("by moran"), "Ask MORAN") == []
    other = Author("moran", "Moran Sample", "8")
    assert found(evening(others=(other,)), "Ask Moran") == []
    agenda = Agenda("Talk", ("chat",), START, people=(Person("Moran Sample"),))
    assert found(evening(agenda=agenda), "Ask Moran") == []


def test_a_family_name_that_somebody_else_has_is_no_part_of_one() -> None:
    own = Author("ailsa", "Ailsa Sample", "5")
    calum = Author("calum_s", "Calum Sample", "8")
    assert found(evening(own=own), "Ms Sample") == [(PART, "Sample")]
    assert found(evening(own=own, others=(calum,)), "Ms Sample") == []
    agenda = Agenda("Talk", ("chat",), START, people=(Person("Isla Sample"),))
    assert found(evening(own=own, agenda=agenda), "Ms Sample") == []
    both = Author("ailsa_m", "Ailsa Madeup", "8")
    search = evening(own=own, others=(both,))
    assert found(search, "Ms Sample, Ailsa") == [(PART, "Sample"), (FIRST, "Ailsa")]


def test_a_family_name_with_a_capital_within_it_is_one_name() -> None:
    own = Author("ailsa", "Ailsa MacSample", "5")
    calum = Author("calum_s", "Calum MacSample", "8")
    assert found(evening(own=own), "Ms MacSample") == [(PART, "MacSample")]
    assert found(evening(own=own, others=(calum,)), "Ms MacSample") == []
    own, other = Author("amq", "AnnMarie Quill", "5"), Author("am", "AnnMarie Sample", "8")
    assert found(evening(own=own, others=(other,)), "Ask AnnMarie") == [(FIRST, "AnnMarie")]


def test_a_whole_name_of_somebody_else_is_theirs() -> None:
    own = Author("a_sample", "Ailsa Sample", "5")
    other = Author("ailsa_m", "Ailsa Madeup", "8")
    pair = Author("pair", "Calum and Ailsa", "9")
    team = Author("team", "Ailsa & Calum", "10")
    search = evening(own=own, others=(other, pair, team))
    assert found(search, "Ailsa Madeup") == []
    assert found(search, "Ask Ailsa Madeup or Ailsa, Ailsa Madeup") == [(FIRST, "Ailsa")]
    assert found(search, "Calum and Ailsa; Ailsa & Calum") == [(FIRST, "Ailsa")] * 2
    # Humps part words, so what stands right beside is another name.
    assert found(search, "Ailsa MadeupAilsa") == [(FIRST, "Ailsa")]
    assert found(search, "AilsaAilsa Madeup") == [(FIRST, "Ailsa")]
    alone = Author("alone", "Ailsa", "11")
    assert found(evening(own=own, others=(alone,)), "Ailsa") == [(FIRST, "Ailsa")]


def test_an_account_that_may_be_theirs_does_not_make_the_name_another_ones() -> None:
    own = Author("a_sample", "Ailsa Sample", "5")
    there = post("mastodon:2", author=Author("a_sample@m.example", "Ailsa M Sample", "6"))
    chat = chat_of(
        *captured(post("own", author=own), there), ev.Redacted("author", "x:a_sample"), agenda=PLAIN
    )
    text = "Ailsa M Sample"
    assert found(searched(chat), text) == [(FIRST, "Ailsa"), (PART, "Sample")]


ADDRESSES = [
    ("https://morag.example/blog", True),
    ("https://www.morag.example/blog", True),
    ("https://morag/", False),
    ("https://morag", False),
    ("at://morag.example/x", True),
    ("x:morag", False),
    ("https://e.example/morag", True),
    ("https://e.example?by=morag", True),
    ("https://e.example#morag", True),
    ("https://e.example/@morag", True),
    ("https://e.example/grazynska", True),
    ("https://grazynska.example/", True),
    ("www.grazynska.example", True),
    ("https://grazynska-page.example/", False),
    ("https://e.grazynska", False),
    ("grazynska@e.example", True),
    ("m.grazynska@e.example", True),
    ("mgrazynska@e.example", False),
    ("@grazynska@e.example", True),
    ("https://morag-page.example/", False),
    ("https://the-morag.example/", False),
    ("https://page.morag", False),
    ("https://e.example/moragg", False),
    ("morag@e.example", True),
    ("write@morag.example", True),
    ("@e@morag.example", True),
    ("morag.example", True),
    ("morag.example/blog", True),
    ("e.example/morag", True),
    ("mastodon:https://e.example/morag", True),
    ("morag:8080", None),
    ("x:morag.example", True),
    ("x:@morag", True),
    ("x:@morag-page", False),
    ("https://write@morag/blog", True),
]


@pytest.mark.parametrize(("text", "is_found"), ADDRESSES)
def test_names_in_addresses(text: str, is_found: bool | None) -> None:
    rule = {True: ADDRESS, False: "", None: FIRST}[is_found]
    wanted = "grazynska" if "grazynska" in text else "morag"
    for whole in (text, f"See {text}", f"“{text}” and <{text}>", f"{text} {text}"):
        count = whole.count(text) if rule else 0
        assert found(evening(), whole) == [(rule, wanted)] * count, whole


def test_an_end_of_a_sentence_is_no_address() -> None:
    search = evening()
    assert found(search, "So.Morag is here") == [(FIRST, "Morag")]
    assert found(search, "See https://e.example/x, Morag") == [(FIRST, "Morag")]
    assert found(search, "Morag https://e.example/x Morag") == [(FIRST, "Morag")] * 2
    assert found(search, "a.b/Morag Morag c.d") == [(ADDRESS, "Morag"), (FIRST, "Morag")]


def test_the_own_address_of_a_handle() -> None:
    search = evening(own=Author("kelpies.example", "Tom", "5"))
    assert found(search, "on kelpies.example") == [(HANDLE, "kelpies.example")]


def test_nothing_is_found_where_nothing_of_it_is_withheld() -> None:
    search = phrases("Zanzibar beach")
    assert found(search, "On zanzibar beaches, on a Zanzibar-beach, Zanzibari") == [
        (WORDS, "Zanzibar-beach")
    ]


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("mnl said so, thanks Mòrag NicLeòid", ["mnl"]),
        ("@mnl mnl", ["@mnl", "mnl"]),
        ("mnl@mnl", ["mnl", "@mnl"]),
        ("C++_mnl", ["_mnl"]),
        ("https://a.example/mnl", ["https://a.example/mnl"]),
        ("mnls", []),
    ],
)
def test_a_short_handle_is_found_as_a_word(text: str, handles: list[str]) -> None:
    rules = ev.Redacted("author", "x:mnl"), ev.Redacted("phrase", "C++")
    own = post("1", author=Author("mnl", "Mòrag NicLeòid", "8"))
    search = searched(chat_of(*captured(own), *rules, agenda=PLAIN))
    assert [each for rule, each in found(search, text) if rule == HANDLE] == handles


@pytest.mark.parametrize("sign", ["#", "＃"])
def test_a_handle_that_is_another_word_is_found_as_a_hashtag(sign: str) -> None:
    search = evening(own=Author("will", "Ailsa Example", "8"))
    assert found(search, f"I will say {sign}will") == [(HANDLE, "will")]


def test_a_short_handle_and_a_first_name_are_found_in_one_text() -> None:
    search = evening(own=Author("mnl", "Mòrag NicLeòid", "8"))
    assert found(search, "mnl is Mòrag") == [(HANDLE, "mnl"), (FIRST, "Mòrag")]
