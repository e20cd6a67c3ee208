"""The leak report: places where somebody or something withheld may still be read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.accounts import Account
from tartantm.core.agenda import Agenda, Person, Question
from tartantm.core.chat import Chat
from tartantm.core.erased import account_names
from tartantm.core.identity import fingerprint
from tartantm.core.post import Author, Link, Media, Post
from tartantm.store.session import Session
from tartantm.transcript import FORMATS, ExportOptions, export
from tartantm.transcript import leaks as leak_report
from tartantm.transcript.export import ExportContext, OpenLeaks
from tartantm.transcript.leaks import Leak, leaks
from tartantm.transcript.model import Transcript
from tartantm.transcript.visibility import PublicView
from tests.builders import AGENDA, START, at, captured, chat_of, happen, post, recorded

MORAG = Author("morag_writes", "Dr Morag Grażyńska 🌻", "77")
PLAIN = Agenda("Talk", ("chat",), START, questions=(Question("Q1", "Who keeps the keys?"),))
WITHHELD = ev.Redacted("author", "x:morag_writes")
NOTHING = ExportOptions()


def evening(*posts: Post, agenda: Agenda = PLAIN) -> Chat:
    """Morag wrote one post, others wrote these; her name is withheld."""
    own = post("own", "Hello there", 0, author=MORAG)
    return chat_of(*captured(own, *posts), WITHHELD, agenda=agenda)


def found(chat: Chat, options: ExportOptions = NOTHING) -> list[tuple[str, str, str]]:
    return [(leak.place, leak.rule, leak.found) for leak in leaks(chat, options)]


def said(text: str, **more: Any) -> list[tuple[str, str]]:
    """What is found in what somebody else said."""
    chat = evening(post("1", text, 1, author="calum", **more))
    return [(rule, wording) for _, rule, wording in found(chat)]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Thanks Morag, lovely", [("a first name", "Morag")]),
        ("thanks MORAG", [("a first name", "MORAG")]),
        ("It is Morag's page, and Morag’s pen", [("a first name", "Morag")]),
        ("M\u00f3rag said so", [("a first name", "M\u00f3rag")]),
        ("Ms Grazynska said so", [("a part of a name", "Grazynska")]),
        ("#ThankYouMorag", [("a first name", "Morag")]),
        ("Thanks Moragg", [("one letter different", "Moragg")]),
        ("Thanks Mroag", [("one letter different", "Mroag")]),
        ("See https://morag.example/blog", [("a name in an address", "morag")]),
        ("See https://news.example/people/morag-the-great", [("a name in an address", "morag")]),
        ("Write to morag@council.example", [("a name in an address", "morag")]),
        ("moragful, dr, writes and 77", []),
        ("https://dr.example https://writes.example/77", []),
    ],
)
def test_names_that_no_rule_replaces(text: str, hits: list[tuple[str, str]]) -> None:
    assert said(text) == hits


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("Frau Mueller-MacQuill", ["Mueller", "MacQuill"]),
        ("MACQUILL said, Mr MacQuill said", ["MACQUILL"]),
        ("#MuellerMacQuill", ["Mueller", "MacQuill"]),
        ("#muellermacquill", ["muellermacquill"]),
        ("M\u00adacQuill", ["M\u00adacQuill"]),
        ("Mac and Quill", []),
    ],
)
def test_halves_of_a_family_name_are_reported(text: str, hits: list[str]) -> None:
    own = post("own", "Hello", 0, author=Author("amq", "Anna Mueller-MacQuill", "7"))
    chat = chat_of(*captured(own, post("1", text, 1)), ev.Redacted("author", "x:amq"))
    assert [wording for _, _, wording in found(chat)] == hits


def test_a_common_family_name_makes_no_noise_in_addresses() -> None:
    own = post("own", "Hello", 0, author=Author("ailsa", "Ailsa Example", "7"))
    texts = (
        "https://chat.example/a",
        "https://example.org",
        "The Example Council, council.example",
    )
    others = [post(f"{n}", text, n, author="calum") for n, text in enumerate(texts, 1)]
    assert found(chat_of(*captured(own, *others), ev.Redacted("author", "x:ailsa"))) == []


def test_a_handle_among_words_is_replaced_or_reported() -> None:
    chat = evening(post("1", "By moragwrites, who else", 1, author="calum"))
    (text,) = (
        i.post.text for i in ExportContext(chat, NOTHING).transcript.posts if "By" in i.post.text
    )
    assert ("moragwrites" in text) is (("the text", "a handle", "moragwrites") in found(chat))


def test_another_person_with_that_first_name_is_no_leak() -> None:
    other = Author("msample", "Morag Sample", "99")
    chat = evening(post("1", "Morag Sample here; Morag thanks you", 1, author=other))
    assert found(chat) == [("the text", "a first name", "Morag")]


def test_an_account_that_may_be_theirs_is_reported() -> None:
    other = Author("morag_writes@m.example", "Morag G", "99")
    found_ = found(evening(post("mastodon:https://m.example/1", "Words", 1, author=other)))
    assert ("the author’s name".replace("’", "'"), "a first name", "Morag") in found_


def test_words_of_the_language_are_names_only_where_they_look_like_it() -> None:
    own = post("own", "Hello", 0, author=Author("specimen", "Will Specimen", "7"))
    rule = ev.Redacted("author", "x:specimen")
    quiet = post("1", "We will see. Will it rain?", 1, author="calum")
    assert found(chat_of(*captured(own, quiet), rule)) == []
    named = post("1", "We asked Will again", 1, author="calum")
    assert found(chat_of(*captured(own, named), rule)) == [("the text", "a first name", "Will")]


def test_every_place_is_looked_at() -> None:
    full = post(
        "1",
        "Text Morag",
        1,
        author=Author("calum", "Calum and Morag", "8"),
        content_warning="Morag",
        links=(Link("https://cards.example/a", "cards.example/a", "Card of Morag"),),
        media=(Media("image", None, "Morag at a board"),),
        hashtags=("AskMorag",),
        venue="Morag Hall",
    )
    agenda = Agenda(
        "A talk with Morag",
        ("chat",),
        START,
        people=(Person("Isla Example", (), "host", "Friends of Morag"),),
        questions=(Question("Q1", "What does Morag want?"),),
    )
    chat = evening(full, agenda=agenda)
    happen(
        chat,
        ev.Noted("x:1", "Ask Morag"),
        ev.Summarised("Q1", "Morag led"),
        ev.Summarised(None, "Morag shone"),
        ev.Edited(post("1", "Later words", 1, author=full.author, edited_at=at(5))),
        ev.SourceChanged("feed:https://morag.example/feed", "ended"),
    )
    places = {place for place, *_ in found(chat)}
    assert places == {
        *("the chat's title", "a question", "a summary", "the people of the agenda", "a source"),
        *("the author's name", "a note", "a former wording"),
    }
    unedited = {place for place, *_ in found(evening(full))}
    assert unedited == {
        *("the text", "the author's name", "the content warning", "a link", "a hashtag"),
        *("the description of a picture", "the venue"),
    }


def test_pictures_of_a_redacted_post() -> None:
    own = post("own", "x", 0, author=MORAG, media=(Media("image", None, "Me at the fair"),))
    chat = chat_of(*captured(own), WITHHELD, agenda=PLAIN)
    assert found(chat) == [
        ("the description of a picture", "a picture of a redacted post", "Me at the fair")
    ]


def test_longer_words_and_quoted_words() -> None:
    told = "the policy fits on one page because nobody reads two of them"
    own = "then many more words of his own, which are nobody else’s"
    chat = chat_of(
        *captured(
            post("1", told, 1),
            post("2", f"so it FITS on one page because nobody, and {own}", 2, author="calum"),
            post("3", "the zanzibari way, not zanzibar", 3, author="calum"),
            post("4", "one page because nobody cares", 4, author="calum"),
        ),
        ev.Redacted("post", "x:1"),
        ev.Redacted("phrase", "zanzibar"),
    )
    assert found(chat) == [
        ("the text", "words of a redacted post", "fits on one page because nobody"),
        ("the text", "a longer word", "zanzibari"),
    ]


def test_a_phrase_that_is_a_name_is_one() -> None:
    chat = chat_of(
        *captured(post("1", "Thanks Rhona", author="calum")),
        ev.Redacted("phrase", "Rhona Specimen"),
    )
    assert found(chat) == [("the text", "a first name", "Rhona")]


def test_pseudonyms_leave_first_names() -> None:
    chat = chat_of(
        *captured(
            post("1", "Thanks Calum and Isla", 1),
            post("2", "Parrots", 2, author=Author("calum", "Calum Specimen", "8")),
            post("3", "Welcome", 3, author=Author("isla", "Isla Example", "9")),
        )
    )
    named = ExportOptions(pseudonyms="participants")
    assert found(chat, named) == [("the text", "a first name", "Calum")]
    assert found(chat, ExportOptions(pseudonyms="all")) == [
        ("the text", "a first name", "Calum"),
        ("the text", "a first name", "Isla"),
    ]


def test_nothing_is_looked_for_where_nothing_is_withheld() -> None:
    chat = chat_of(*captured(post("1", "Thanks Ailsa")))
    assert leaks(chat, NOTHING) == []
    assert ExportContext(chat, NOTHING).transcript.coverage.leaks is None


def test_a_hidden_post_leaks_only_where_it_is_shown() -> None:
    chat = evening(post("1", "Thanks Morag", 1, author="calum"))
    happen(chat, ev.Hidden(("x:1",)))
    assert found(chat) == []
    assert found(chat, ExportOptions(include_hidden=True)) != []


def test_a_leak_names_the_post_by_its_number() -> None:
    chat = evening(post("1", "Many thanks to Morag for all of this, " * 4, 1, author="calum"))
    (leak,) = leaks(chat, NOTHING)
    assert (leak.number, leak.post) == (chat.entries["x:1"].seq, "x:1")
    assert leak.excerpt.startswith("Many thanks to Morag") and leak.excerpt.endswith("…")
    assert re.fullmatch(r"[0-9a-f]{12}", leak.key) and "morag" not in leak.key


TEXTS = st.lists(
    st.sampled_from(["Thanks Morag", "Ms Grazynska said", "#AskMorag", "Parrots", "Moragg it is"]),
    min_size=1,
    max_size=6,
)


@given(TEXTS, TEXTS, st.data())
def test_what_was_accepted_stays_so_and_new_places_are_open(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    def posts(texts: list[str], first: int) -> list[ev.Event]:
        numbered = enumerate(texts, first)
        return captured(*(post(f"{n}", text, n, author=f"someone{n}") for n, text in numbered))

    begun = ev.Begun(PLAIN, "d", "0f" * 8)
    events: list[ev.Event] = [
        begun,
        *captured(post("own", "Hi", 0, author=MORAG)),
        *posts(before, 1),
        WITHHELD,
    ]
    reported = leaks(Chat(recorded(events)), NOTHING)
    keys = [leak.key for leak in reported]
    accepted = set(data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else [])
    events += [ev.LeaksAccepted(tuple(accepted)), *posts(after, 1 + len(before))]
    reopened = {leak.key: leak for leak in leaks(Chat(recorded(events)), NOTHING)}
    assert {key for key in keys if reopened[key].accepted} == accepted
    new = [leak for key, leak in reopened.items() if key not in keys]
    assert not any(leak.accepted for leak in new)
    assert len(reopened) == len(keys) + len(new)


@given(TEXTS, st.sampled_from(["", "participants", "all"]))
def test_no_format_has_a_first_name_that_is_not_reported(texts: list[str], who: Any) -> None:
    posts = [post(f"{n}", text, n, author=f"someone{n}") for n, text in enumerate(texts, 1)]
    chat, options = evening(*posts), ExportOptions(pseudonyms=who)
    context = ExportContext(chat, options)
    read = "".join(piece for form in FORMATS.values() for piece in context.pieces(form))
    if re.search(r"(?i)morag|grazynska", read):
        assert leaks(chat, options)


def test_keys_differ_from_session_to_session() -> None:
    events = [*captured(post("own", "Hi", 0, author=MORAG)), *captured(post("1", "Morag!"))]
    one, other = (
        leaks(Chat(recorded([ev.Begun(PLAIN, "", salt), *events, WITHHELD])), NOTHING)
        for salt in ("00" * 8, "11" * 8)
    )
    assert isinstance(one[0], Leak) and one[0].key != other[0].key
    assert one[0][1:] == other[0][1:]


def test_the_transcript_counts_them_and_names_none() -> None:
    chat = evening(post("1", "Thanks Morag, Ms Grazynska", 1, author="calum"))
    first, _ = leaks(chat, NOTHING)
    happen(chat, ev.LeaksAccepted((first.key,)))
    context = ExportContext(chat, NOTHING)
    texts = {
        name: "".join(context.pieces(FORMATS[name]))
        for name in ("html", "markdown", "text", "json")
    }
    sentence = (
        "Places that may still name somebody withheld: 1 found harmless by the moderator,"
        " 1 to look at."
    )
    assert all(sentence in texts[name] for name in ("html", "markdown", "text"))
    assert re.search(r'"leaks": \{\s*"accepted": 1,\s*"open": 1\s*\}', texts["json"])
    happen(chat, ev.Hidden(("x:1",)))
    none = "No place was found that may still name somebody withheld."
    assert none in "".join(ExportContext(chat, NOTHING).pieces(FORMATS["text"]))


def test_other_words_around_it_make_another_place() -> None:
    chat = evening(post("1", "Morag is a fine cheese", 1, author="calum"))
    (leak,) = leaks(chat, NOTHING)
    happen(chat, ev.LeaksAccepted((leak.key,)))
    later = post("1", "Morag lives at number 7", 1, author="calum", version="2", edited_at=at(5))
    happen(chat, ev.Edited(later))
    assert [one.accepted for one in leaks(chat, NOTHING) if one.place == "the text"] == [False]


def test_an_export_looks_through_its_transcript_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = evening(post("1", "Thanks Morag", 1, author="calum"))
    looked: list[int] = []
    context = ExportContext(chat, NOTHING)
    found_in = leak_report.leaks_in

    def looking(chat: Chat, view: PublicView, transcript: Transcript) -> list[Leak]:
        looked.append(1)
        return found_in(chat, view, transcript)

    monkeypatch.setattr(leak_report, "leaks_in", looking)
    assert list(context.leaks) == leaks(chat, NOTHING) and len(looked) == 2
    looked.clear()
    with pytest.raises(OpenLeaks):
        export(chat, FORMATS, tmp_path, "a", options=NOTHING, strict=True, context=context)
    export(chat, FORMATS, tmp_path, "a", options=NOTHING, context=context)
    assert not looked


def test_first_names_of_the_erased_are_reported_though_only_hashes_are_left() -> None:
    names = account_names(
        [Account("x", "7", {"morag": None}, {"Morag Grazynska": None})], [], [], AGENDA
    )
    hashes = tuple(fingerprint("00" * 8, name) for name in names)
    said = ("Thanks Morag!", "So Grazynska said", "All is well")
    chat = chat_of(
        *captured(*(post(str(n), text, n, author="calum") for n, text in enumerate(said, 1))),
        ev.Erased(1, hashes),
    )
    assert [(one.found, one.rule) for one in leaks(chat, NOTHING)] == [
        ("Morag", "a first name"),
        ("Grazynska", "a part of a name"),
    ]
    context = ExportContext(chat, NOTHING)
    assert "0 found harmless" in "".join(context.pieces(FORMATS["text"]))


def gone(handle: str) -> ev.Erased:
    """The erasure of somebody with a handle."""
    names = account_names([Account("x", "7", {handle: None}, {})], [], [], PLAIN)
    return ev.Erased(1, tuple(fingerprint("00" * 8, name) for name in names))


@pytest.mark.parametrize(
    ("handle", "text", "excerpt"),
    [
        ("ed", "So #ed, edit #edtalk", "So #ed, edit #edtalk"),
        ("ed", "So \uff03ED", "So \uff03ED"),
        ("ed", "as Ed says", "as Ed says"),
        ("ed", "edit, see https://ed.example/ed and mail ed@council.example", ""),
        ("dgn", "thanks dgn", "thanks dgn"),
        ("may", "We may meet in May", ""),
        ("may", "in #may", "in #may"),
        ("the", "The day, and the night", ""),
        ("the", "#the", "#the"),
        ("a1", "A1 yes. Q1 and a1", ""),
        ("a1", "so #a1", "so #a1"),
        ("a_1", "so #a_1", "so #a_1"),
        ("al.sky.example", "so Al said", "so Al said"),
        ("k", "so #k", ""),
        ("chat", "a chat, this #chat", ""),
    ],
)
@pytest.mark.parametrize("how", ["erased", "pseudonyms"])
def test_a_short_handle_is_reported_as_a_word_or_hashtag(
    how: str, handle: str, text: str, excerpt: str
) -> None:
    own = post("own", "Hello", 0, author=Author(handle, "Ailsa Example", "7"))
    others = post("1", text, 1, author=Author("calum", "Calum Sample", "8"))
    if how == "erased":
        chat, options = chat_of(*captured(others), gone(handle), agenda=PLAIN), NOTHING
    else:
        chat = chat_of(*captured(own, others), agenda=PLAIN)
        options = ExportOptions(pseudonyms="all")
    reported = [(one.rule, one.excerpt) for one in leaks(chat, options)]
    assert reported == ([("a handle", excerpt)] if excerpt else [])


def test_a_short_handle_in_the_name_of_somebody_shown_is_reported_as_a_hashtag_only() -> None:
    others = post("1", "Ed, and ed", 1, author=Author("calum", "Ed Sample", "8"))
    another = post("2", "So #ed", 2, author=Author("calum", "Ed Sample", "8"))
    chat = chat_of(*captured(others, another), gone("ed"), agenda=PLAIN)
    assert [one.excerpt for one in leaks(chat, NOTHING)] == ["So #ed"]


def test_an_excerpt_has_a_line_of_words_on_either_side_and_says_where_it_is_cut() -> None:
    before, after = "b" * 44 + " ", " " + "a" * 44
    for text, excerpt in (
        (f"{before}Morag{after}", f"{before}Morag{after}"),
        (f"x{before}Morag{after}", f"…{before}Morag{after}"),
        (f"{before}Morag{after}x", f"{before}Morag{after}…"),
        ("Thanks\n\nMorag  and all", "Thanks Morag and all"),
    ):
        (leak,) = leaks(evening(post("1", text, 1, author="calum")), NOTHING)
        assert leak.excerpt == excerpt


def test_a_leak_in_a_former_wording_is_one_of_its_post_and_in_the_title_of_none() -> None:
    chat = evening(
        post("1", "Thanks Morag", 1, author="calum"), agenda=Agenda("On Morag", ("chat",), START)
    )
    happen(chat, ev.Edited(post("1", "Thanks all", 1, author="calum", edited_at=at(5))))
    seen = [leak[1:] for leak in leaks(chat, NOTHING)]
    assert seen == [
        (0, None, "the chat's title", "a first name", "Morag", "On Morag", False),
        (
            *(chat.entries["x:1"].seq, "x:1", "a former wording"),
            *("a first name", "Morag", "Thanks Morag", False),
        ),
    ]


def test_a_place_is_another_where_the_post_the_rule_or_the_words_are_others() -> None:
    texts = ("Thanks Morag", "Thanks Morag", "Thanks Moragg", "Thanks to Morag")
    chat = evening(*(post(f"{n}", text, n, author=f"p{n}") for n, text in enumerate(texts, 1)))
    keys = [leak.key for leak in leaks(chat, NOTHING)]
    assert len(keys) == len(set(keys)) == 4
    chat.salt = "0f" * 80
    longer = [leak.key for leak in leaks(chat, NOTHING)]
    assert len(longer) == 4 and set(longer).isdisjoint(keys)


def test_the_key_of_a_place_is_the_same_in_every_version_of_the_program() -> None:
    """Those that were accepted stand in the session file."""
    chat = evening(post("1", "Thanks Morag", 1, author="calum"))
    assert [leak.key for leak in leaks(chat, NOTHING)] == ["c9ff7b0a262d"]
    happen(chat, ev.Summarised(None, "Morag shone"))
    assert [leak.key for leak in leaks(chat, NOTHING)] == ["53991ebc9eaa", "c9ff7b0a262d"]


def test_after_a_deletion_as_much_is_reported_as_before(tmp_path: Path) -> None:
    author = Author("amq", "Ailsa Mueller-MacQuill", "7")
    texts = ("Ailsa said", "Frau Mueller", "#MacQuill", "m.macquill@e.example", "Ailssa", "@calum")
    with Session(tmp_path / "evening.tartantm", create=True) as session:
        session.take_agenda(PLAIN, "d")
        own = [post("1", "Hello", 0, author=author), post("2", "Bye", 1, author=author)]
        others = [post(f"{n}", text, n, author="calum") for n, text in enumerate(texts, 3)]
        session.record(*captured(*own, *others), ev.Redacted("author", "x:amq"))
        before = found(session.chat)
        assert [wording for _, _, wording in before] == [
            *("Ailsa", "Mueller", "MacQuill", "macquill", "Ailssa"),
        ]
        session.record(ev.Deleted(("x:1", "x:2"), at(9)))
        assert found(session.chat) == before
    with Session(tmp_path / "evening.tartantm") as session:
        assert found(session.chat) == before
