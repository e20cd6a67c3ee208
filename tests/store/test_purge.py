"""Deleted posts leave the session file: words, author, ids and addresses, at once or soon after."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda_edits import merge, promote
from tartantm.core.chat import Chat
from tartantm.core.events import Placement
from tartantm.core.gone import gone_names
from tartantm.core.identity import gone_id, is_gone
from tartantm.core.post import Author, Link, Media, Post
from tartantm.store.journal import Journal, recorded_events
from tartantm.store.session import Session
from tartantm.transcript import ExportOptions
from tartantm.transcript.visibility import PublicView
from tests.builders import AGENDA, at, captured, placed, post, state_of

CALUM = Author("calumsample", "Calum Sample", "1700017", "https://x.example/calumsample")
TOOTING = Author("calumsample@toot.example", "Calum Sample", "https://toot.example/u/calum")
URL = "https://x.example/calumsample/status/90000000001"
ID, ALIAS = "x:90000000001", "x:90000000002"
WORDS = "Porridge before minutes, and minutes before dawn"
TRACES = (
    *(b"Porridge", b"before dawn", b"Calum", b"calumsample", b"1700017", b"9000000000"),
    *(b"An oat field", b"oats.example", b"picture.png", b"Hungry", b"porridge"),
)


def calums(**more: Any) -> Post:
    fields: dict[str, Any] = {
        "author": CALUM,
        "url": URL,
        "aliases": (ALIAS,),
        "links": (Link("https://oats.example/", "oats.example", "Porridge"),),
        "media": (Media("image", "https://x.example/picture.png", "An oat field"),),
        "content_warning": "Hungry",
        "hashtags": ("tartantm", "porridge"),
        "text": WORDS,
    }
    return post(ID, minute=2, **(fields | more))


def gone(session: Session, *posts: str) -> None:
    session.act(ev.Deleted(posts or (ID,), at(30)))


def everything(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


def traces_in(path: Path, traces: tuple[bytes, ...] = TRACES) -> list[bytes]:
    found = everything(path)
    return [trace for trace in traces if trace in found]


def agrees(session: Session) -> bool:
    """Whether the chat of a session is the one that its file says."""
    with Journal(session.path) as journal:
        return state_of(Chat(journal.since(0))) == state_of(session.chat)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evening.tartantm"


@pytest.fixture
def session(path: Path) -> Iterator[Session]:
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(calums(), post("4", "Words that stay", 3)))
        yield session


def test_nothing_of_a_deleted_post_is_left_in_the_file_while_it_is_open(session: Session) -> None:
    assert traces_in(session.path) == list(TRACES)
    gone(session)
    assert traces_in(session.path) == []
    assert b"Words that stay" in everything(session.path)


def test_what_stays_is_when_and_where_and_a_number(session: Session) -> None:
    before = session.chat.entries[ID]
    seq, placement = before.seq, before.placement
    gone(session)
    (entry,) = (each for each in session.chat.entries.values() if each.deleted_at)
    assert entry.id == gone_id(session.chat.salt, ID)
    assert (entry.seq, entry.deleted_at, entry.deleted_why) == (seq, at(30), "author")
    assert entry.placement.question == placement.question
    assert entry.post.created_at == at(2)
    author = entry.post.author
    assert (entry.post.text, author.name, author.handle, entry.post.url) == ("", "", "", None)
    assert agrees(session)


def test_it_is_found_by_every_id_that_it_had(session: Session) -> None:
    gone(session, ALIAS)
    found = {entry.id for name in (ID, ALIAS) if (entry := session.chat.entry(name))}
    assert found == {gone_id(session.chat.salt, ID)}
    assert session.chat.entry("x:9") is None


def test_everything_that_was_said_about_it_goes_or_has_another_id(session: Session) -> None:
    answer = post("5", "Quite", 4, reply_to=ID, reply_to_handle="calumsample", thread=ALIAS)
    about = Placement("Q1", "reply", "replies to Calum Sample in Q1", 0.9)
    own = Placement("Q2", "wording", 'says "porridge" as Q2 does', 0.9)
    session.record(
        ev.Captured(answer, about),
        ev.Edited(calums(text="Porridge at last", edited_at=at(5), version="2")),
        ev.Grouped({ID: own, "x:5": about}),
        ev.Placed({ID: "Q3", "x:4": "Q3"}, {"x:5": about}),
        ev.Starred((ID, "x:4")),
        ev.Hidden((ALIAS,)),
        ev.Marked((ID,), "idea"),
        ev.Noted(ID, "Porridge, says Calum"),
        ev.Opened("Q2", at(6), "host", ID),
        ev.Redacted("post", ID),
        ev.Noted("x:4", f"as in: {WORDS}"),
        ev.Summarised("Q1", f"Somebody said: {WORDS.upper()}!"),
    )
    gone(session)
    assert traces_in(session.path) == []
    chat = session.chat
    entry, reply = chat.entry(ID), chat.entries["x:5"]
    assert entry and (entry.note, entry.starred, entry.hidden) == (None, True, True)
    assert entry.placement.question == "Q3"
    assert chat.entry(reply.post.reply_to) is entry
    assert reply.placement.reason == "replies to somebody in Q1"
    assert chat.entries["x:4"].note == "as in: [deleted at its network]"
    assert chat.summary_of("Q1") == "Somebody said: [deleted at its network]!"
    assert [each.id for each in chat.threads.replies(entry.id)] == ["x:5"]
    assert agrees(session)


def test_how_an_account_was_called_goes_with_its_last_post(session: Session) -> None:
    session.record(ev.Identified("x", Author("oats", "C. Sample", "1700017")))
    assert b"C. Sample" in everything(session.path)
    gone(session)
    assert traces_in(session.path, (*TRACES, b"oats", b"C. Sample")) == []
    assert not session.chat.people.holds("x", "1700017")
    assert agrees(session)


def test_how_an_account_is_called_stays_with_its_other_posts(session: Session) -> None:
    renamed = Author("calum_new", "Calum N.", "1700017")
    named = ev.Identified("x", Author("calum_newest", "Calum N.", "1700017"))
    session.record(*captured(post("6", "Mine, too", 6, author=renamed)), named)
    gone(session)
    assert traces_in(session.path, (b"calumsample", b"Calum Sample")) == []
    (entry,) = (e for e in session.chat.entries.values() if e.post.author.id == "1700017")
    assert entry.post.author == renamed
    assert agrees(session)


def test_others_words_stay_but_for_addresses_that_lead_to_it(session: Session) -> None:
    words = f"Calum Sample is right, see {URL} and oats"
    quoting = post("5", words, 4, links=(Link(URL, URL, WORDS), Link("https://oats.test/")))
    session.record(*captured(quoting))
    gone(session)
    left = session.chat.entries["x:5"].post
    assert left.text == "Calum Sample is right, see [deleted at its network] and oats"
    assert left.links == (Link("https://oats.test/"),)
    assert traces_in(session.path, (b"Porridge", b"90000000001", b"calumsample")) == []


@pytest.mark.parametrize(
    ("post_id", "address"),
    [
        (
            "mastodon:https://toot.example/users/calum/statuses/110000000000001000",
            "https://other.example/@calum@toot.example/110000000000001000",
        ),
        (
            "mastodon:https://toot.example/users/calum/statuses/110000000000001000",
            "(https://toot.example/@calum/110000000000001000).",
        ),
        (
            "bluesky:at://did:plc:calum/app.bsky.feed.post/3kcalum7oats2x",
            "https://bsky.app/profile/calum.example/post/3kcalum7oats2x?ref=1",
        ),
        ("mastodon:https://toot.example/notes/9abcdefg", "https://toot.example/@calum/9abcdefg"),
        ("feed:abcdefgh", "https://oats.example/?guid=abcdefgh"),
    ],
)
def test_another_address_of_it_goes_too(session: Session, post_id: str, address: str) -> None:
    session.record(*captured(post(post_id, WORDS, 4), post("6", f"See {address} and oats", 5)))
    gone(session, post_id)
    left = f"See {address.replace(address.strip('().'), '[deleted at its network]')} and oats"
    assert session.chat.entries["x:6"].post.text == left
    assert traces_in(session.path, (post_id.rpartition(":")[2].rpartition("/")[2].encode(),)) == []
    assert agrees(session)


@pytest.mark.parametrize(
    ("post_id", "address"),
    [
        ("feed:https://blog.example/2026/oats-20260617", "https://news.example/oats-20260617"),
        ("mastodon:https://toot.example/calum/porridge", "https://news.example/porridge"),
        ("mastodon:https://toot.example/calum/57", "https://news.example/57"),
        ("mastodon:https://toot.example/notes/9abcdef", "https://toot.example/@calum/9abcdef"),
        (
            "mastodon:https://toot.example/users/calum/statuses/110000000000001000",
            "https://toot.example/@calum/1100000000000010001",
        ),
    ],
)
def test_an_address_that_ends_alike_stays(session: Session, post_id: str, address: str) -> None:
    session.record(*captured(post(post_id, WORDS, 4), post("6", f"See {address} and oats", 5)))
    gone(session, post_id)
    assert session.chat.entries["x:6"].post.text == f"See {address} and oats"


@pytest.mark.parametrize(
    ("post_id", "address"),
    [
        ("x:57", "https://x.com/calumsample/status/57"),
        ("x:57", "https://mobile.twitter.com/i/web/status/57?s=20"),
        ("x:57", "https://fxtwitter.com/someone/status/57/photo/1"),
        (
            "bluesky:at://did:plc:c/app.bsky.feed.post/3kx",
            "https://bsky.app/profile/did:plc:c/post/3kx",
        ),
        (
            "bluesky:at://did:plc:c/app.bsky.feed.post/3kx",
            "https://bsky.app/profile/calumsample/post/3kx",
        ),
        (
            "mastodon:https://toot.example/users/calum/statuses/57",
            "https://toot.example/@calum/57#m",
        ),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_links_to_it_go_by_a_short_id_too(
    session: Session, post_id: str, address: str, when: str
) -> None:
    links = (Link(address, "", "A card"), Link("https://oats.test/57", "", "Oats"))
    session.record(*captured(post(post_id, WORDS, 4, author=CALUM)))
    if when == "after":
        gone(session, post_id)
    session.record(*captured(post("6", "", 5, links=links)))
    if when == "before":
        gone(session, post_id)
    assert session.chat.entries["x:6"].post.links == (links[1],)
    assert agrees(session)


def test_what_quotes_it_later_loses_what_leads_to_it(session: Session, path: Path) -> None:
    """An edit, too; also where it was never captured, or its address is its site's own."""
    feed = post(
        "feed:https://oats.example/a", "A field", author=CALUM, url="https://oats.example/?p=1"
    )
    session.record(*captured(calums(), feed, post("6", "Hear, hear", 5)))
    gone(session, ID, feed.id, "x:404")
    quoting = post(
        "6",
        f"So says calum.example/a and {URL}, (oats.example/?p=1) too",
        5,
        url="https://blog.example/90000000001",
        links=(
            Link("https://calum.example/a", "calum.example/a", "Oats"),
            Link(f"{URL}?s=20", "", f"“{WORDS}”"),
            Link("https://oats.example/?p=1", "", f"“{WORDS}”"),
            Link("https://x.com/calumsample/status/404", "", f"“{WORDS}”"),
            Link("https://x.com/calumsample/status/405", "", "Another"),
        ),
    )
    for arrived in (ev.Edited(quoting), *captured(replace(quoting, id="x:7"))):
        session.record(arrived)
    for name in ("x:6", "x:7"):
        left = session.chat.entries[name].post
        assert left.text == (
            "So says calum.example/a and [deleted at its network], ([deleted at its network]) too"
        )
        assert left.url is None
        assert left.links == (quoting.links[0], quoting.links[-1])
    assert agrees(session)
    assert b"90000000001" not in everything(path)


@pytest.mark.parametrize(
    "address",
    [
        "https://x.com/calumsample/status/571",
        "https://notx.com/calumsample/status/57",
        "https://toot.example/@calum/57",
        "https://bsky.app/profile/did:plc:c/post/57",
    ],
)
def test_links_to_others_stay(session: Session, address: str) -> None:
    links = (Link(address, "", "A card"),)
    session.record(*captured(post("57", WORDS, 4, author=CALUM), post("6", "", 5, links=links)))
    gone(session, "x:57")
    assert session.chat.entries["x:6"].post.links == links


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_leads_to_it_goes_however_it_is_written(session: Session, when: str) -> None:
    """The same before and after: rows are looked at where any way to write it stands."""
    toot = "mastodon:https://toot.example/users/calum/statuses/57"
    sky = "bluesky:at://did:plc:c/app.bsky.feed.post/3kx"
    held = (
        post(toot, WORDS, 4, author=CALUM, url="https://toot.example/@calum/57"),
        post(sky, WORDS, 4, author=CALUM, url="https://bsky.app/profile/calum.example/post/3kx"),
        post("feed:p", WORDS, 4, author=CALUM, url="https://oats.example/2026/porridge"),
        post("feed:q", WORDS, 4, author=CALUM, url="https://oats.example/?p=1"),
    )
    written = (
        "TOOT.example./@Calum/57",
        "https://toot.example:443//@calum/%357",
        "https://toot.example/notice/57",
        "https://e.example/?u=at%3A%2F%2Fdid%3Aplc%3Ac%2Fapp.bsky.feed.post%2F3KX",
        "http://www.oats.example/2026/Porridge/?utm_source=rss#top",
        "oats.example/2026/porri\u200bdge/amp",
        "https://Oats.example/?utm_source=rss&p=1",
        "https://x.com/calumsample/status/9000000%30001",
    )
    session.record(*captured(*held))
    if when == "after":
        gone(session, ID, *(each.id for each in held))
    for number, address in enumerate(written):
        session.record(*captured(post(f"60{number}", f"See {address} and", 5)))
    quoting = post(
        "7",
        "",
        5,
        content_warning=f"See {URL}",
        media=(Media("image", f"{URL}/photo/1", "Oats"),),
        mentions=("calumsample", "isla"),
        reply_to_handle="CalumSample",
    )
    session.record(*captured(quoting))
    if when == "before":
        gone(session, ID, *(each.id for each in held))
    texts = [session.chat.entries[f"x:60{n}"].post.text for n in range(len(written))]
    assert texts == ["See [deleted at its network] and"] * len(written)
    left = session.chat.entries["x:7"].post
    assert left.content_warning == "See [deleted at its network]"
    assert left.media == (Media("image", None, "Oats"),)
    assert (left.mentions, left.reply_to_handle) == (("isla",), None)
    assert traces_in(session.path) == []
    assert agrees(session)


@pytest.mark.parametrize("many", [0, 150], ids=["one", "many"])
def test_a_card_that_repeats_its_words_goes(session: Session, many: int) -> None:
    article = "Council votes to keep the library of the harbour open"
    links = (
        Link("https://short.example/a", "short.example/a", f"Calum on X: “{WORDS[:40]}…”"),
        Link("https://short.example/b", "", article),
    )
    more = [post(f"8{n:07}", f"Number {n} of many kettles in a row", 3) for n in range(many)]
    told = replace(
        calums(), text=f"{WORDS}. {article}", links=(Link("https://n.example/", "", article),)
    )
    session.record(*captured(*more, replace(told, id="x:90000000007", aliases=())))
    session.record(*captured(post("6", "Read short.example/a", 5, links=links)))
    gone(session, "x:90000000007", *(each.id for each in more))
    left = session.chat.entries["x:6"].post
    assert left.text == "Read [deleted at its network]"
    assert left.links == (links[1],)
    assert agrees(session)


def test_reposts_go_with_it_and_say_nothing_any_more(session: Session) -> None:
    session.record(
        *captured(post("5", f"RT {WORDS}", 4, repost_of=ALIAS, author="mairi")),
        *captured(post("6", f"RT RT {WORDS}", 5, repost_of="x:5", author="rhona")),
    )
    gone(session)
    assert traces_in(session.path, (*TRACES, b"Mairi", b"Rhona", b"mairi", b"rhona")) == []
    assert [entry.id for entry in session.chat.entries.values() if not entry.deleted_at] == ["x:4"]
    assert agrees(session)


def test_a_repost_of_a_post_that_was_never_heard_goes_too(session: Session) -> None:
    session.record(*captured(post("5", "Words of x:77", 4, repost_of="x:77")))
    gone(session, "x:77")
    assert b"Words of x:77" not in everything(session.path)


def test_a_post_that_was_made_a_question_takes_its_words_along(session: Session) -> None:
    for text in ("Porridge before minutes?", "Where do we meet?"):
        edit = promote(session.chat.agenda, text, ID, "Q3")
        session.record(ev.AgendaEdited(edit.agenda, edit.renamed, edit.words))
    gone(session)
    assert traces_in(session.path) == []
    asked = [each for each in session.chat.agenda.questions if each.asked_by]
    assert {each.text for each in asked} == {"[deleted at its network]", "Where do we meet?"}
    assert all(is_gone(post_id) for each in asked for post_id in each.asked_by)
    assert agrees(session)


def test_a_question_shows_no_word_again_that_went_with_the_hidden_post(session: Session) -> None:
    said = "Counterproductive misunderstandings everywhere, and no porridge"
    asked = f"What is the council, with all of its many offices, to do about {said[:46].lower()}?"
    session.record(*captured(post("90000000009", said, 3)))
    for text in (said, asked, "In the words of our host?"):
        made = promote(session.chat.agenda, text, "x:90000000009", "Q3")
        session.act(ev.AgendaEdited(made.agenda, made.renamed, made.words))
    session.act(ev.Hidden(("x:90000000009",)))
    gone(session, "x:90000000009")
    assert [each.text for each in session.chat.agenda.questions[-3:]] == [
        "In the words of our host?",
        asked.replace(said[:46].lower(), "[deleted at its network]"),
        "[deleted at its network]",
    ]
    assert agrees(session) and traces_in(session.path, (b"ounterproductive",)) == []


WHOLE = "Why does nobody ask the cleaners what they would put in the minutes?"
CHINESE = "为什么没有人问清洁工他们会在会议记录里写些什么呢"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (WHOLE, {"text": "Look", "content_warning": WHOLE}),
        (WHOLE, {"text": "Look", "media": (Media("image", None, f"Says: {WHOLE}"),)}),
        (CHINESE, {"text": f"{CHINESE}大家怎么看这个问题欢迎大家来回答"}),
        (f"主持人问：{CHINESE}？", {"text": f"{CHINESE}大家怎么看这个问题欢迎大家来回答"}),
        (f"After a break that was rather long: {'Donau' * 7}mützen?", {"text": "Donau" * 7}),
    ],
)
def test_a_question_goes_with_whatever_its_post_had(
    path: Path, asked: str, given: dict[str, Any]
) -> None:
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(calums(**given)))
        made = promote(session.chat.agenda, asked, ID, "Q3")
        session.record(ev.AgendaEdited(made.agenda, made.renamed, made.words))
        gone(session)
        assert traces_in(path, (b"cleaners", CHINESE[:8].encode(), b"DonauDonau")) == []
        assert agrees(session)


def test_a_question_goes_with_what_its_post_said_before_an_edit(session: Session) -> None:
    made = promote(session.chat.agenda, WORDS, ID, "Q3")
    session.record(ev.AgendaEdited(made.agenda, made.renamed, made.words))
    session.record(ev.AgendaChanged(made.agenda, "d2"))
    for version in ("2", "3"):
        text = f"Something quite different, {version}"
        session.record(ev.Edited(calums(text=text, edited_at=at(5), version=version)))
    gone(session)
    assert traces_in(session.path) == []


def test_another_question_with_the_same_words_goes_with_it(session: Session) -> None:
    for asker in (ID, "x:4"):
        made = promote(session.chat.agenda, WORDS, asker, "Q3")
        session.record(ev.AgendaEdited(made.agenda, made.renamed, made.words))
    gone(session)
    assert traces_in(session.path) == []


def test_of_a_merged_question_the_words_of_the_agenda_stay(session: Session) -> None:
    made = promote(session.chat.agenda, f"{WORDS}?", ID, "Q3")
    session.record(ev.AgendaEdited(made.agenda, made.renamed, made.words))
    both = merge(session.chat.agenda, "Q4", "Q3")
    session.record(ev.AgendaEdited(both.agenda, both.renamed, both.words))
    gone(session)
    asked = session.chat.agenda.questions[-1].text
    assert asked == "Who keeps the keys? [deleted at its network]?"
    assert traces_in(session.path) == []


def test_a_label_or_letters_within_words_are_no_words_of_a_post(session: Session) -> None:
    session.record(*captured(post("90000000008", "A1", 3), post("90000000009", "Me?", 3)))
    asked = ("A1 streets?", "Who comes to the next meeting of all members?")
    for text, number in zip(asked, (8, 9), strict=True):
        made = promote(session.chat.agenda, text, f"x:9000000000{number}", "Q3")
        session.record(ev.AgendaEdited(made.agenda, made.renamed, made.words))
    gone(session, "x:90000000008", "x:90000000009")
    assert {each.text for each in session.chat.agenda.questions} >= set(asked)


def test_of_a_question_in_other_words_only_those_of_the_post_go(session: Session) -> None:
    session.record(*captured(post("90000000008", "Aye, so", 3)))
    asked = "What comes of it, {} or else for all of us?"
    made = promote(session.chat.agenda, asked.format("aye, so"), "x:90000000008", "Q3")
    session.record(ev.AgendaEdited(made.agenda, made.renamed, made.words))
    gone(session, "x:90000000008")
    left = session.chat.agenda.questions[-1].text
    assert left == asked.format("[deleted at its network]")


def test_parts_of_what_it_said_leave_notes_and_summaries(session: Session) -> None:
    said = f"{WHOLE[:-1]} tonight at half past nine?"
    planned = "Are the days of just doing it over?"
    session.record(
        *captured(post("3", "The thistle by the council door is out of order", 1, author="isla")),
        *captured(post("90000000009", f"{said} {planned}", 3)),
        *captured(post("90000000007", "The thistle by the council door is out of order again", 4)),
        ev.Noted("x:4", f"She means: {WHOLE[17:-1]} tonight"),
        ev.Noted("x:3", "He says the thistle by the council door is out"),
        ev.Summarised("Q1", f"Of {planned} Somebody asked: {WHOLE[4:]} We liked it."),
    )
    gone(session, "x:90000000009", "x:90000000007")
    chat = session.chat
    assert chat.entries["x:4"].note == "She means: [deleted at its network]"
    assert chat.entries["x:3"].note == "He says the thistle by the council door is out"
    assert chat.summary_of("Q1") == (
        f"Of {planned} Somebody asked: [deleted at its network]? We liked it."
    )
    assert agrees(session) and traces_in(session.path, (b"cleaners",)) == []


def test_a_question_that_the_agenda_had_before_stays_though_a_host_posted_it(path: Path) -> None:
    (first, *others) = AGENDA.questions
    asked = msgspec.structs.replace(first, asked_by=(ID,))
    agenda = msgspec.structs.replace(AGENDA, questions=(asked, *others))
    with Session(path, create=True) as session:
        session.take_agenda(agenda, "d")
        session.record(*captured(calums(text=f"Q1 {first.text}")))
        gone(session)
        assert session.chat.agenda.questions[0].text == first.text
        assert ID.encode() not in everything(path)


COPIES = [
    post("mastodon:https://toot.example/p/1", WORDS, 3, author=TOOTING),
    post("x:70", WORDS, 4, author=Author("calum_sample", "Calum Sample", "77")),
]


@pytest.mark.parametrize("why", ["author", "protected"])
def test_the_next_copy_takes_its_place(session: Session, why: Any) -> None:
    first, second = (each.id for each in COPIES)
    session.record(*captured(*COPIES))
    assert {entry.folded_into for entry in session.chat.entries.values()} == {None, ID}
    session.act(ev.Deleted((ID,), at(30), why))
    shown = [e.id for e in session.chat.ordered() if e.listed and e.published]
    assert shown == ["x:4", first] and session.chat.entries[first].folds == (second,)
    assert agrees(session)
    session.act(ev.Deleted((first,), at(31), why))
    shown = [e.id for e in session.chat.ordered() if e.listed and e.published]
    assert shown == ["x:4", second]
    # What its author posts elsewhere from now on is one more copy of what stands.
    later = post("bluesky:at://d/1", WORDS, 5, author=Author("calumsample.example", "Calum Sample"))
    session.record(*captured(later))
    assert session.chat.entries[later.id].folded_into == second
    assert agrees(session)


def test_folded_copies_do_not_take_the_place_of_what_was_hidden(session: Session) -> None:
    session.record(*captured(*COPIES), ev.Hidden((ID,)))
    gone(session)
    listed = [entry for entry in session.chat.entries.values() if entry.listed]
    assert [entry.id for entry in listed] == [gone_id(session.chat.salt, ID), "x:4"]
    assert agrees(session)


def test_copies_stay_folded_though_one_of_them_linked_to_it(session: Session) -> None:
    said = "Porridge is what my grandmother had for supper, every evening"
    morag, elsewhere = Author("m", "Morag Otherwise"), Author("m@m.example", "Morag Otherwise")
    copies = post("mastodon:https://m.example/7", f"{said} {URL}", 4, author=elsewhere)
    session.record(*captured(post("7", said, 3, author=morag), copies))
    assert session.chat.entries["x:7"].folds == (copies.id,)
    gone(session)
    assert session.chat.entries[copies.id].post.text == f"{said} [deleted at its network]"
    assert session.chat.entries["x:7"].folds == (copies.id,)


def test_a_copy_that_goes_leaves_the_others_folded(session: Session) -> None:
    """The third is within ten minutes of the second only."""
    second = post("mastodon:https://toot.example/p/1", WORDS, 9, author=TOOTING)
    third = post("bluesky:at://d/1", WORDS, 17, author=Author("calumsample.b", "Calum Sample"))
    session.record(*captured(second, third))
    assert session.chat.entries[third.id].folded_into == ID
    gone(session, second.id)
    assert session.chat.entries[third.id].folded_into == ID
    assert not any(e.listed for e in session.chat.entries.values() if e.deleted_at)
    assert agrees(session)


def test_what_comes_late_about_it_does_not_come_back(session: Session) -> None:
    gone(session, ID, "x:55")
    before = session.chat.last_seq
    session.record(
        *captured(calums()),
        *captured(post("x:9999", WORDS, 4, aliases=(ALIAS,))),
        *captured(post("55", "Never heard before", 5)),
        *captured(post("56", "RT Never heard before", 5, repost_of="x:55")),
        ev.Edited(calums(text="Porridge anew", edited_at=at(31))),
        ev.Noted(ID, "Porridge"),
        ev.Deleted((ALIAS, "x:55"), at(32)),
    )
    assert session.chat.last_seq == before
    session.record(
        ev.Starred((ID, "x:4")),
        *captured(post("57", "An answer", 40, reply_to=ALIAS)),
        ev.Grouped({ID: placed("Q2")}),
    )
    assert traces_in(session.path) == []
    assert session.chat.entry(session.chat.entries["x:57"].post.reply_to) is not None
    assert agrees(session)


def test_a_post_that_is_deleted_in_the_same_commit(session: Session) -> None:
    new = post("x:60000000001", "Said and taken back at once", 9, author="mairi")
    session.record(*captured(new), ev.Noted(new.id, "Taken back"), ev.Deleted((new.id,), at(9)))
    assert traces_in(session.path, (b"Said and", b"Taken", b"mairi", b"6000000")) == []
    entry = session.chat.entry(new.id)
    assert entry and entry.deleted_at == at(9)
    assert agrees(session)


def test_a_redacted_name_that_only_it_had_stays_withheld(session: Session) -> None:
    session.record(
        *captured(post("5", "Thanks, Calum  Sample! Ask @calumsample", 4)),
        ev.Summarised(None, "CALUM SAMPLE spoke."),
        ev.Redacted("author", "x:calumsample", reason="request"),
    )
    gone(session)
    assert session.chat.entries["x:5"].post.text.startswith("Thanks, [name withheld]!")
    assert session.chat.summary == "[name withheld] spoke."
    assert b"Calum" not in everything(session.path)
    assert agrees(session)


def test_a_redacted_post_stays_withheld_wherever_it_is_quoted(session: Session) -> None:
    session.record(
        *captured(post("5", f"As Calum says: {WORDS}. Quite so.", 4)), ev.Redacted("post", ID)
    )
    gone(session)
    assert session.chat.entries["x:5"].post.text == "As Calum says: [redacted]. Quite so."


def test_ids_and_handles_that_were_withheld_with_a_name_stay_so(session: Session) -> None:
    same_name = Author("calumsample", CALUM.name, "42")
    elsewhere = post("bluesky:at://did:plc:1/p/calumsample", "Elsewhere", 4, author=same_name)
    session.record(*captured(elsewhere), ev.Redacted("author", "x:calumsample"))
    gone(session, ID)
    shown = PublicView(session.chat, ExportOptions()).visible[-1]
    assert shown.id != elsewhere.id
    assert (shown.post.author.handle, shown.post.author.name) == ("", "[name withheld]")
    assert agrees(session)


def test_the_id_of_somebody_whose_name_is_withheld_in_part_stays_so(session: Session) -> None:
    fan = Author("anew.example", f"{CALUM.name} Fan", "did:plc:fan")
    session.record(*captured(post("bluesky:at://did:plc:fan/p/1", "Hm", 4, author=fan)))
    session.record(ev.Redacted("author", "x:calumsample"))
    gone(session)
    shown = PublicView(session.chat, ExportOptions()).visible[-1]
    assert shown.post.author.name == "[name withheld]"
    assert fan.id not in shown.post.author.id


def test_what_is_taken_out_takes_the_name_that_it_cuts(session: Session) -> None:
    said = f"{WORDS}, says Morag"
    morag = post("5", "Hm", 4, author=Author("m", "Morag Otherwise", "5"))
    session.record(ev.Edited(calums(text=said, version="2")), *captured(morag))
    session.record(ev.Summarised(None, f"“{said} Otherwise” was said."))
    gone(session)
    assert session.chat.summary == "“[deleted at its network]” was said."


def test_a_note_that_repeats_what_was_redacted_stays_withheld(session: Session) -> None:
    quoting = post("5", f"He says: {WORDS}, does he?", 4, author=Author("m", "Morag", "5"))
    session.record(*captured(quoting), ev.Noted("x:5", f"Quotes {WORDS[:40]}"))
    session.record(ev.Redacted("post", ID))
    gone(session)
    chat = session.chat
    assert chat.entries["x:5"].post.text == "He says: [redacted], does he?"
    assert chat.entries["x:5"].note == "Quotes [deleted at its network]"


def test_names_that_stay_withheld_follow_the_account(session: Session) -> None:
    renamed = Author("calum_anew", "C. S.", CALUM.id)
    session.record(*captured(post("5", "Renamed", 4, author=renamed)))
    session.record(ev.Erased(0, redacted=("x:calumsample",), hidden=(ID,)))
    gone(session)
    assert list(session.chat.redactions) == [("author", "x:calum_anew")]
    assert not {b"calumsample", b"9000000000"} & set(traces_in(session.path))


def test_a_post_that_was_muted_for_its_link_to_it_stays_hidden(session: Session) -> None:
    quoting = post("5", "See this", 4, links=(Link(URL, URL, WORDS),))
    session.record(*captured(quoting), ev.Muted("phrase", "before dawn"))
    assert session.chat.entries["x:5"].muted
    gone(session)
    assert not session.chat.entries["x:5"].published
    assert session.chat.history.undoable
    session.record(ev.Undone(session.chat.history.undoable.seq))
    assert not session.chat.entries["x:5"].published
    assert agrees(session)


def test_rules_follow_an_account_whose_old_handle_goes(session: Session) -> None:
    renamed = Author("calum_anew", "C. S.", CALUM.id)
    session.record(
        *captured(post("5", "Under another handle", 4, author=renamed)),
        ev.Muted("author", "x:calumsample"),
        ev.Redacted("author", "x:calumsample"),
        ev.Muted("author", "x:calumsample", on=False),
    )
    session.record(ev.Undone(session.chat.last_seq))
    gone(session)
    assert session.chat.mutes == (("author", "x:calum_anew"),)
    assert list(session.chat.redactions) == [("author", "x:calum_anew")]


def test_a_handle_that_somebody_else_has_now_keeps_its_rule(session: Session) -> None:
    renamed = Author("calum_anew", "C. S.", CALUM.id)
    taken = Author(CALUM.handle, "Somebody Else", "99")
    session.record(
        *captured(post("5", "Renamed", 4, author=renamed), post("6", "Taken", 5, author=taken)),
        ev.Muted("author", "x:calumsample"),
        ev.Redacted("author", "x:calumsample", reason="abuse"),
    )
    gone(session)
    both = {("author", "x:calumsample"), ("author", "x:calum_anew")}
    assert set(session.chat.mutes) == set(session.chat.redactions) == both


def test_a_former_handle_that_goes_stays_withheld_in_what_others_wrote(session: Session) -> None:
    """Nothing is left in the file by which the rule could find it."""
    former = Author("porridgefan", "C. S.", CALUM.id)
    thanks = post("6", "Ask @porridgefan", 5, reply_to_handle="porridgefan", mentions=("isla",))
    session.record(
        *captured(post("60000000", author=former), post("5", author=CALUM), thanks),
        ev.Redacted("author", "x:porridgefan"),
    )
    gone(session, "x:60000000")
    left = session.chat.entries["x:6"].post
    assert (left.text, left.reply_to_handle, left.mentions) == (
        "Ask [name withheld]",
        None,
        ("isla",),
    )
    assert list(session.chat.redactions) == [("author", "x:calumsample")]
    assert b"porridgefan" not in everything(session.path)
    assert agrees(session)


def test_what_an_erasure_withheld_for_good_is_named_by_other_ids_too(session: Session) -> None:
    later = Author("calum_anew", "C. S.", CALUM.id)
    erased = ev.Erased(1, hidden=(ID, "x:4"), redacted=("x:calumsample", "x:isla"))
    session.record(*captured(post("5", "Thanks, Calum Sample", author=later)), erased)
    gone(session)
    with Journal(session.path) as journal:
        (event,) = (e.event for e in journal.since(0) if isinstance(e.event, ev.Erased))
    assert event.hidden == (gone_id(session.chat.salt, ID), "x:4")
    assert event.redacted == ("x:calum_anew", "x:isla")
    assert session.chat.entries["x:5"].post.text == "Thanks, [name withheld]"
    assert traces_in(session.path, (b"calumsample", b"9000000000")) == []
    assert agrees(session)


def test_only_names_that_nothing_else_has_are_kept_as_hashes(session: Session) -> None:
    session.record(*captured(post("5", "Another", 4, author=CALUM)))
    gone(session)
    assert session.chat.gone_names == set()
    gone(session, "x:5")
    kept = gone_names(session.chat.salt, [CALUM], session.chat.agenda)
    assert session.chat.gone_names == set(kept)


def test_a_row_that_cannot_be_read_is_blanked_if_it_holds_any_of_it(session: Session) -> None:
    broken = [f'{{"event":"noted","post":"{ID}","n', f'{{"event":"??? {WORDS}"', '{"other']
    with closing(sqlite3.connect(session.path)) as database, database:
        for seq, data in enumerate(broken, 50):
            database.execute("INSERT INTO event VALUES (?, 0, ?)", (seq, data))
    with Session(session.path) as second:
        assert len(second.damaged) == 3
        gone(second)
        assert len(second.damaged) == 3
    assert traces_in(session.path) == []
    assert b'{"other' in everything(session.path)


def test_a_reader_of_old_pages_delays_wiping_and_is_no_fault(session: Session) -> None:
    with closing(sqlite3.connect(session.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM event").fetchone()
        gone(session)
        assert b"Porridge" in everything(session.path)
        session.record(ev.Starred(("x:4",)))
        reader.execute("COMMIT")
        session.record(ev.Starred(("x:4",), on=False))
        assert traces_in(session.path) == []


def test_rows_that_became_longer_leave_nothing_where_they_stood(path: Path) -> None:
    """As in files whose rows have no room: made before version 2."""
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        marked = [ev.Starred((ID,)), ev.Starred((ID,), on=False)] * 200
        session.record(*captured(calums()), *marked, *captured(post("4", "Stays")))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE event SET data = rtrim(data)")
        database.execute("DELETE FROM event WHERE seq % 2 = 0 AND seq > 10")
    with Session(path) as session:
        gone(session)
        assert traces_in(path) == []
        assert agrees(session)


def test_other_processes_read_anew(session: Session) -> None:
    with Session(session.path) as other, Journal(session.path) as watching:
        watching.position = session.chat.last_seq
        gone(session)
        with watching.read_new() as new:
            assert new.anew and new.recorded[0].seq == 1
        assert other.chat.entry(ID) is not None
        change = other.record(ev.Starred((ID,)))
        assert change.reloaded
        assert ID not in other.chat.entries
    assert traces_in(session.path) == []


def test_a_deletion_that_changes_nothing_makes_nobody_read_anew(session: Session) -> None:
    assert not session.record(ev.Deleted(("x:404",), at(9))).reloaded
    assert b"x:404" not in everything(session.path)
    assert not session.record(*captured(post("404", "Late"))).added


def of_version_1(path: Path, *events: ev.Event) -> None:
    """Make a file as version 0.1.0 did: deletions left all words where they stood."""
    rows = [ev.Begun(AGENDA, "d", "5a17" * 4), *events]
    with Journal(path, create=True):
        pass
    with closing(sqlite3.connect(path)) as database, database:
        for seq, event in enumerate(rows, 1):
            data = msgspec.json.encode(event).decode()
            database.execute("INSERT INTO event VALUES (?, 0, ?)", (seq, data))
        database.execute("PRAGMA user_version = 1")


def test_files_of_version_1_are_cleaned_when_they_are_next_written(path: Path) -> None:
    first = post("mastodon:https://toot.example/p/1", WORDS, 8, author=TOOTING)
    second = post("bluesky:at://d/1", WORDS, 11, author=Author("calumsample.b", "Calum Sample"))
    of_version_1(
        path,
        *captured(calums(), first, second, post("4", "Stays", 12)),
        ev.Noted(ID, "Porridge"),
        ev.Deleted((ID, "x:404"), at(13), "account"),
    )
    before = Chat(recorded_events(path))
    assert b"An oat field" in everything(path)
    shown = [entry.id for entry in before.entries.values() if entry.published and entry.listed]
    assert shown == [first.id, "x:4"]
    with Session(path) as session:
        change = session.record(ev.Starred(("x:4",)))
        assert change.reloaded
        assert traces_in(path, (b"An oat field", b"9000000000", b"x:404", b"1700017")) == []
        chat = session.chat
        entry = chat.entry(ID)
        assert entry and (entry.deleted_at, entry.deleted_why) == (at(13), "account")
        assert [e.id for e in chat.entries.values() if e.published and e.listed] == shown
        assert chat.entries["x:4"].starred
        assert not session.record(*captured(post("404", "Late"))).added
        assert agrees(session)


SAID = "Kettles before ministers, and ministers before tea"


@pytest.mark.parametrize(
    ("act", "left"),
    [
        (ev.Redacted("post", "x:1"), "So: [words withheld]"),
        (ev.Hidden(("x:1",)), "So: [words withheld]"),
        (ev.Starred(("x:1",)), f"So: {SAID}"),
    ],
    ids=["redacted", "hidden", "shown"],
)
def test_words_that_were_withheld_when_they_went_stay_so_in_copies_that_come_later(
    session: Session, path: Path, act: ev.Act, left: str
) -> None:
    own = captured(
        post(
            "1",
            f"A1 {SAID}",
            author=CALUM,
            media=(Media("image", None, "An oat field in Fife with a dry stane dyke"),),
        )
    )
    session.record(*own, act)
    gone(session, "x:1")
    copy = post(
        "mastodon:https://toot.example/9",
        f"So: {SAID}",
        8,
        author=TOOTING,
        content_warning=SAID,
        media=(Media("image", None, "An oat field in Fife with a dry stane dyke, again"),),
        links=(Link("https://e.example/", "", f"“{SAID}”"),),
    )
    session.record(*captured(copy))
    found = session.chat.entries[copy.id].post
    shown = (found.content_warning, found.media[0].alt, found.links[0].title)
    withheld = (
        left.removeprefix("So: "),
        "[words withheld], again",
        f"“{left.removeprefix('So: ')}”",
    )
    assert found.text == left
    assert shown == (
        withheld
        if "[" in left
        else (SAID, "An oat field in Fife with a dry stane dyke, again", f"“{SAID}”")
    )
    assert (b"ministers before" in everything(path)) is ("[" not in left)
    assert agrees(session)


def test_what_others_had_said_before_it_was_withheld_is_said_again(session: Session) -> None:
    session.record(*captured(post("0", SAID, 1, author="isla"), post("1", SAID, author=CALUM)))
    session.record(ev.Hidden(("x:1",)))
    gone(session, "x:1")
    session.record(*captured(post("9", SAID, 9, author="rhona")))
    assert session.chat.entries["x:9"].post.text == SAID
