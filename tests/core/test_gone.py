from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Agenda
from tartantm.core.erased import name_parts
from tartantm.core.gone import (
    GoneNames,
    gone_names,
    has_marker,
    in_reasons,
    lost_authors,
    still_marked,
    without_number,
)
from tartantm.core.hashed_names import facts
from tartantm.core.identity import fingerprint
from tartantm.core.names import name_wordings
from tartantm.core.people import People
from tartantm.core.post import Author, Link, Media
from tests.builders import AGENDA, captured, chat_of, post

SALT = "5a17" * 4
CALUM = Author("calum.example", "Dr Calum Sample (he/him)")
TOOTING = Author("calums@toot.example", "Calum")


def found(text: str) -> list[str]:
    names = GoneNames(SALT, gone_names(SALT, [CALUM, TOOTING], AGENDA))
    return sorted({text[start:end] for start, end in names.find(text)})


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("Thanks, Calum Sample!", ["Calum Sample"]),
        ("CALUM\u00a0 SA\u00admple said", ["CALUM\u00a0 SA\u00admple"]),
        ("as #CalumSample says", ["#CalumSample"]),
        ("Calum is right, and so is A. Sample", []),
        ("see calum.example, or @calums", ["@calums", "calum.example"]),
        ("@calums@toot.example", ["@calums@toot.example"]),
        ("https://a.example/calum-sample/9", ["https://a.example/calum-sample/9"]),
        ("https://a.example/calum.example/9", ["https://a.example/calum.example/9"]),
        ("#calums is a tag of nobody else's, and calums a word", ["#calums", "calums"]),
        ("a calum", []),
        ("cal-ums, Calums' and cal ums", ["Calums", "cal-ums"]),
        ("see @isla, https://e.example/ and Calum Sample", ["Calum Sample"]),
        ("Calum Sample#thanks", ["Calum Sample"]),
        ("#by⒞alum Sample", ["⒞alum Sample"]),
        ("That was so.Calum Sample agrees", ["Calum Sample"]),
        ("AilsaExample thanks CalumSample", ["CalumSample"]),
        ("#ThanksCalumSample", ["#ThanksCalumSample"]),
        ("", []),
    ],
)
def test_names_are_found_by_their_hashes(text: str, there: list[str]) -> None:
    assert found(text) == there


def test_a_handle_that_could_be_any_word_is_found_where_it_leads_to_somebody() -> None:
    names = GoneNames(SALT, gone_names(SALT, [Author("calum", "Calum")], AGENDA))
    for text in ("@calum", "https://a.example/calum", "a.example/calum"):
        assert names.find(text) == [(0, len(text))]
    assert names.find("#calum") == names.find("calum") == []


def test_nothing_is_found_where_nothing_is_gone() -> None:
    assert GoneNames(SALT, ()).find("Calum Sample") == []
    assert GoneNames("00" * 8, gone_names(SALT, [CALUM], AGENDA)).find("Calum Sample") == []


@pytest.mark.parametrize(
    ("author", "text", "there"),
    [
        (Author("ailsaex", "Ailsa Example"), "AilsaExample2026", ["AilsaExample"]),
        (Author("ailsaex", "Ailsa Example"), "ailsaex2026 says", ["ailsaex"]),
        (Author("ailsaex", "Ailsa Example"), "#TYailsaexample", ["#TYailsaexample"]),
        (Author("yt", "山田 太郎"), "山田太郎さん、ありがとう", ["山田太郎"]),
        (Author("tmay", "Theresa May"), "There's a May Day event", []),
        (
            Author("tmay", "Theresa May"),
            "Theresa, May and theresa-may",
            ["Theresa, May", "theresa-may"],
        ),
    ],
)
def test_names_are_found_as_while_they_were_known(
    author: Author, text: str, there: list[str]
) -> None:
    names = GoneNames(SALT, gone_names(SALT, [author], AGENDA))
    assert sorted({text[start:end] for start, end in names.find(text)}) == there


def test_hashes_of_earlier_versions_are_looked_for_by_words() -> None:
    held = [fingerprint(SALT, each) for each in ("name theresamay", "word calums")]
    names, text = GoneNames(SALT, held), "There's a May, Theresa May, cal ums, calums"
    assert [text[start:end] for start, end in names.find(text)] == ["Theresa May", "calums"]


def kept(author: Author, agenda: Agenda = AGENDA) -> list[str]:
    """Return the hashes of names and handles, without parts and without where words end."""
    wordings = (*name_wordings(author.name), author.handle.partition("@")[0])
    besides = {fingerprint(SALT, fact) for each in wordings for fact in facts(each)}
    besides |= {fingerprint(SALT, part) for part in name_parts(author.name)}
    return [each for each in gone_names(SALT, [author], agenda) if each not in besides]


def test_nothing_of_a_name_stands_in_its_hash() -> None:
    hashes = kept(CALUM)
    assert len(hashes) == 4  # with its additions and without, and the handle, which is a word too
    assert not any("calum" in each for each in hashes)


def test_only_names_that_hardly_mean_anything_else_are_kept() -> None:
    assert gone_names(SALT, [Author("c", "")], AGENDA) == ()
    assert kept(Author("", "Rose")) == []
    assert len(kept(Author("ab", ""))) == 1
    assert len(kept(Author("c@m.example", ""))) == 1  # with its server only
    assert len(kept(TOOTING)) == 3
    assert len(kept(Author("calum", "Calum"))) == 1
    names = GoneNames(SALT, gone_names(SALT, [Author("calum_writes", "")], AGENDA))
    assert names.find("So calum writes") == [(3, 15)]
    called_so = replace(AGENDA, hashtags=("calumhost",))
    assert len(kept(Author("calumhost", "CalumHost"), called_so)) == 1
    assert len(kept(Author("calumhost", "CalumHost"))) == 2


def test_parts_of_names_are_kept_for_the_leak_report_and_replaced_by_nothing() -> None:
    hashes = gone_names(SALT, [CALUM, Author("", "Rose"), Author("", "Ann Poe-Madeup")], AGENDA)
    parts = ("first:calum", "later:sample", "first:rose", "later:poe", "later:poemadeup")
    assert {fingerprint(SALT, part) for part in parts} <= set(hashes)
    assert fingerprint(SALT, "later:hehim") not in hashes
    assert GoneNames(SALT, hashes).find("Calum, A. Sample, Rose, Poe-Madeup, #Poe, #Sample") == []


def test_markers_are_seen_wherever_a_post_has_words() -> None:
    assert has_marker(post("1", "Thanks, [name withheld]"))
    assert has_marker(post("1", "", content_warning="[redacted: abuse]"))
    assert has_marker(post("1", "", media=(Media("image", None, "[words withheld]"),)))
    assert not has_marker(post("1", "[sic]"))


def test_what_nobody_is_called_any_more_is_lost() -> None:
    renamed = Author("calums.example", "Calum Sample")
    posts = captured(post("1", author=CALUM), post("2", author=TOOTING), post("3", author=renamed))
    before, none = chat_of(*posts), chat_of()
    assert lost_authors(before, none) == [CALUM, TOOTING, renamed]
    assert lost_authors(before, chat_of(*posts[2:])) == [Author(CALUM.handle), TOOTING]
    assert lost_authors(before, before) == []
    edited = chat_of(*posts[2:], ev.Edited(post("3", author=TOOTING, version="2")))
    assert lost_authors(before, edited) == [Author(CALUM.handle)]


def test_whom_the_agenda_names_on_that_network_is_not_lost() -> None:
    isla = Author("isla", "Isla Example")
    assert lost_authors(chat_of(*captured(post("1", author=isla))), chat_of()) == []
    elsewhere = chat_of(*captured(post("bluesky:1", author=isla)))
    assert lost_authors(elsewhere, chat_of()) == [Author("isla")]


def test_names_are_found_in_reasons_as_these_write_them() -> None:
    found = in_reasons([CALUM, Author("", "Calum Sample")])
    assert found is not None
    assert found.sub("-", "Calum Sample, Calum Samples, @calum.example") == "-, Calum Samples, -"
    assert in_reasons([Author("", "")]) is None
    short = in_reasons([Author("X", "Calum"), Author("", "Calum Sample")])
    assert short is not None
    assert short.sub("-", "Calum Sample, Calum, @X") == "-, -, -"


def test_a_marker_that_leaves_with_a_link_stays_in_the_text() -> None:
    card = Link("https://e.example/", "", "By [name withheld]")
    marked, plain = post("1", "See", links=(card,)), post("1", "See")
    assert still_marked(marked, plain).text == "See [link withheld]"
    assert still_marked(marked, marked) is marked
    assert still_marked(plain, plain) is plain
    assert still_marked(marked, replace(plain, text="")).text == "[link withheld]"
    other = post("1", "Seen")
    assert still_marked(plain, other) is other
    again = post("1", "Thanks, [name withheld]")
    assert still_marked(marked, again) is again


def test_a_name_of_the_agenda_was_somebody_elses_as_far_as_pseudonyms_know() -> None:
    isla, other = Author("isla", "Isla Example", "1"), Author("kettle", "Isla Example", "2")
    agenda, people = AGENDA, People()  # has isla@x
    going = [("x", isla), ("x", other), ("bluesky", isla)]
    assert without_number(going, [], agenda, people) == [
        Author(""),
        other_of(other),
        other_of(isla),
    ]
    assert without_number([("x", other)], [("bluesky", isla)], agenda, people) == [Author("kettle")]
    assert without_number([("x", other)], [("x", isla)], agenda, people) == [other_of(other)]
    same = [("x", Author("kettle", "Dr Isla Example"))]
    assert without_number([("x", other)], same, agenda, people) == [Author("")]


def other_of(author: Author) -> Author:
    """An author without id: a handle and a name."""
    return Author(author.handle, author.name)
