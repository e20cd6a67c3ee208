"""Which files are known to have been written, and the sentence that names them."""

from __future__ import annotations

from tartantm.core.change_kinds import KINDS, changes_in_words, known_changes
from tartantm.core.events import Corrected, Exported
from tartantm.core.exports import joined, published_copies, written_files
from tests.builders import chat_of


def test_the_last_export_of_each_file_counts() -> None:
    chat = chat_of(
        Exported("/out", "a", ("html", "json"), {"pseudonyms": "all"}, 1),
        Exported("/web", "a", ("html",)),
        Exported("/out", "a", ("json", "json", "csv"), {}, 3),
    )
    files = [(one.export.folder, one.formats, one.shows) for one in written_files(chat)]
    assert files == [("/out", ("html",), 1), ("/web", ("html",), 3), ("/out", ("json", "csv"), 3)]


def test_nothing_is_known_of_a_chat_that_was_never_exported() -> None:
    assert written_files(chat_of()) == []
    assert published_copies(chat_of(), "evening") == ""


def test_one_sentence_names_every_place_and_what_to_do() -> None:
    chat = chat_of(
        Exported("/out", "a", ("html",)), Exported("/out", "a", ("json",)), Exported("/", "b", ())
    )
    assert published_copies(chat, "evening") == (
        "Published copies: /out/a (html, json; written 2026-06-17 18:00). 'tartantm correct"
        " evening' writes them again; copies elsewhere are out of its reach."
    )


def test_many_places_are_counted() -> None:
    chat = chat_of(*(Exported(f"/{n}", "a", ("html",)) for n in range(5)))
    words = published_copies(chat, "evening")
    assert "/4/a" in words and "/2/a" in words and "/1/a" not in words and ", 2 more. " in words


def test_paths_are_those_of_the_machine_that_wrote() -> None:
    assert joined("/srv/web", "a") == "/srv/web/a"
    assert joined("C:\\Web", "a") == "C:\\Web\\a"


def test_that_files_were_written_is_no_change_that_readers_see() -> None:
    chat = chat_of()
    before = chat.changed_at
    assert before is not None
    later = chat_of(Exported("/out", "a", ("html",)))
    assert later.changed_at == before and later.last_seq == 2


def test_changes_in_words() -> None:
    assert changes_in_words({}) == ""
    assert changes_in_words({"redacted": 1}) == "1 post redacted"
    assert changes_in_words({"other": 1, "hidden": 1200, "deleted": 1}) == (
        "1 post deleted by author or network, 1,200 hidden,"
        " other facts, headings or summaries changed"
    )


def test_unknown_kinds_of_a_foreign_file_are_left_out() -> None:
    assert known_changes({"<b>": 3, "muted": -1, "moved": 2}) == {"moved": 2}
    chat = chat_of(Corrected(dict.fromkeys(KINDS, 1)))
    assert list(known_changes(chat.corrections[0][1].changes)) == list(KINDS)
