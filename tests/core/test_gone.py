from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.gone import (
    GoneNames,
    gone_names,
    has_marker,
    in_reasons,
    lost_authors,
    still_marked,
)
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


def test_nothing_is_found_where_nothing_is_gone() -> None:
    assert GoneNames(SALT, ()).find("Calum Sample") == []
    assert GoneNames("00" * 8, gone_names(SALT, [CALUM], AGENDA)).find("Calum Sample") == []


def test_nothing_of_a_name_stands_in_its_hash() -> None:
    hashes = gone_names(SALT, [CALUM], AGENDA)
    assert len(hashes) == 4  # with its additions and without, and the handle, which is a word too
    assert not any("calum" in each for each in hashes)


def test_only_names_that_hardly_mean_anything_else_are_kept() -> None:
    assert (
        gone_names(SALT, [Author("", "Rose")], AGENDA)
        == gone_names(SALT, [Author("c", "")], AGENDA)
        == ()
    )
    assert len(gone_names(SALT, [Author("ab", "")], AGENDA)) == 1
    assert len(gone_names(SALT, [Author("c@m.example", "")], AGENDA)) == 1  # with its server only
    assert len(gone_names(SALT, [TOOTING], AGENDA)) == 3
    assert len(gone_names(SALT, [Author("calum", "Calum")], AGENDA)) == 1
    called_so = replace(AGENDA, hashtags=("calumhost",))
    assert len(gone_names(SALT, [Author("calumhost", "CalumHost")], called_so)) == 1
    assert len(gone_names(SALT, [Author("calumhost", "CalumHost")], AGENDA)) == 2


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


def test_names_are_found_in_reasons_as_these_write_them() -> None:
    found = in_reasons([CALUM, Author("", "Calum Sample")])
    assert found is not None
    assert found.sub("-", "Calum Sample, Calum Samples, @calum.example") == "-, Calum Samples, -"
    assert in_reasons([Author("", "")]) is None


def test_a_marker_that_leaves_with_a_link_stays_in_the_text() -> None:
    card = Link("https://e.example/", "", "By [name withheld]")
    marked, plain = post("1", "See", links=(card,)), post("1", "See")
    assert still_marked(marked, plain).text == "See [link withheld]"
    assert still_marked(marked, marked) is marked
    assert still_marked(plain, plain) is plain
    other = post("1", "Seen")
    assert still_marked(plain, other) is other
