"""Each event without what was deleted, and the same event where it holds nothing of that."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Person, Question
from tartantm.core.events import Event, Placement
from tartantm.core.identity import gone_id, is_gone
from tartantm.core.post import Author, Link, Media, Post
from tartantm.store.deleted_addresses import DELETED
from tartantm.store.deletion_plan import plan_of
from tartantm.store.purge import Purge
from tartantm.store.without_more import NOTHING_BESIDES, Besides
from tests.builders import AGENDA, at, captured, chat_of, placed, post
from tests.store.test_erase_fields import KINDS, full

SALT = "00" * 8
CALUM = Author("calumsample", "Calum Sample", "17")
WORDS = "Porridge before minutes, and minutes before dawn"
ID, URL = "x:90000000001", "https://x.example/Calum/aX/"


def gone(post_id: str = ID) -> str:
    return gone_id(SALT, post_id)


def calums(**more: Any) -> Post:
    return post(more.pop("id", ID), more.pop("text", WORDS), author=CALUM, url=URL, **more)


def purging(
    *rules: Event,
    of: Post | None = None,
    more: tuple[Event, ...] = (),
    besides: Besides = NOTHING_BESIDES,
) -> Purge:
    """What rewrites events when a post is deleted, under these rules."""
    of = of or calums()
    chat = chat_of(*more, *captured(of), *rules)
    return Purge(plan_of(chat, [ev.Deleted((of.id,), at(30))]), besides)


def left_of(other: Post, *rules: Event, of: Post | None = None) -> Post:
    """What is left of another's post."""
    (event,) = captured(other)
    left = purging(*rules, of=of, more=(event,)).rewrite(event)
    assert isinstance(left, ev.Captured)
    return left.post


RULES = (ev.Redacted("author", "x:calumsample"), ev.Redacted("post", ID))


@pytest.mark.parametrize("rules", [(), RULES], ids=["without rules", "with rules"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_that_holds_nothing_of_it_is_left_as_it_is(
    kind: type[msgspec.Struct], rules: tuple[Event, ...]
) -> None:
    event = full(kind, erased=False)
    assert purging(*rules).rewrite(event) is event


@pytest.mark.parametrize(
    "event",
    [
        ev.Noted("x:4", None),
        ev.Noted("x:4", "Well said"),
        ev.Summarised(None, None),
        ev.Redacted("post", "x:4"),
        ev.Muted("author", "x:isla"),
        ev.Edited(post("4", "Other words", reply_to_handle="isla")),
        ev.Remarked(post("room:1", author=Author("", "Isla")), None),
        ev.Erased(1, redacted=("x:isla",)),
        ev.Grouped({"x:4": placed()}),
    ],
)
def test_acts_on_others_stay(event: Event) -> None:
    assert purging(*RULES).rewrite(event) is event
    nameless = purging(of=post("room:2", author=Author("", "")))
    assert nameless.rewrite(event) == event


def test_what_stays_of_its_own_events() -> None:
    purge = purging(of=calums(aliases=("x:91",)))
    by_hand = Placement("Q1", "moderator", "Placed by the moderator", 1.0)
    event = purge.rewrite(ev.Captured(calums(), by_hand, "the search on X"))
    assert isinstance(event, ev.Captured)
    assert (event.placement, event.source, event.post.id) == (by_hand, "the search on X", gone())
    event = purge.rewrite(captured(calums(id="x:92", aliases=("x:91", "x:93")))[0])
    assert isinstance(event, ev.Captured)
    assert event.placement == replace(placed(), reason="")
    assert (event.post.id, event.post.aliases) == (gone("x:92"), (gone("x:91"), gone("x:93")))
    edited = purge.rewrite(ev.Edited(calums(text="Mended", version="2")))
    assert isinstance(edited, ev.Edited)
    assert (edited.post.id, edited.post.text, edited.post.url) == (gone(), "", None)
    assert purge.rewrite(ev.Noted(ID, "as it said")) == ev.Noted(gone(), None)


def test_reasons_of_its_placements_go_and_those_of_others_stay() -> None:
    other, own = placed("Q2"), replace(placed("Q2"), reason="")
    purge = purging()
    for_both = {ID: other, "x:4": other}
    left = {gone(): own, "x:4": other}
    assert purge.rewrite(ev.Grouped(for_both)) == ev.Grouped(left)
    assert purge.rewrite(ev.Placed({"x:4": "Q2"}, for_both)) == ev.Placed({"x:4": "Q2"}, left)


@pytest.mark.parametrize(
    ("author", "reason", "left"),
    [
        (CALUM, "replies to Calum Sample (@calumsample)", "replies to somebody (somebody)"),
        (CALUM, "replies to Calum Samples", "replies to Calum Samples"),
        (Author("", "XX"), "replies to XX @ five", "replies to somebody @ five"),
        (Author("isla", "Ailsa Example"), "by Ailsa Example, @isla", "by Ailsa Example, somebody"),
    ],
)
def test_reasons_name_nobody_who_is_gone(author: Author, reason: str, left: str) -> None:
    purge = purging(of=post("1", author=author), more=tuple(captured(post("2"))))
    event = ev.Grouped({"x:2": replace(placed(), reason=reason)})
    assert purge.rewrite(event) == ev.Grouped({"x:2": replace(placed(), reason=left)})


def test_the_longer_of_two_names_is_replaced() -> None:
    both = (Author("one", "Calum", "1"), Author("two", "Calum Sample", "2"))
    chat = chat_of(*captured(*(post(str(n), author=one) for n, one in enumerate(both))))
    purge = Purge(plan_of(chat, [ev.Deleted(("x:0", "x:1"), at(9))]))
    event = ev.Grouped({"x:2": replace(placed(), reason="by Calum Sample, and Calum")})
    left = purge.rewrite(event)
    assert isinstance(left, ev.Grouped)
    assert left.placements["x:2"].reason == "by somebody, and somebody"


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://x.example/Calum/aX/",
            "https://x.example/calum/ax",
            "HTTPS://x.example/Calum/aX",
        ),
        *("https://o.example/i/90000000001", "o.example/90000000001/photo"),
    ],
)
def test_addresses_that_lead_to_it_go_from_text_links_and_fields(url: str) -> None:
    text = f"Look:\n{url}  or e.example/f, and/or others"
    left = left_of(
        post("4", text, url=url, links=(Link(url, "", "T"), Link("https://e.example/f")))
    )
    assert left.text == f"Look:\n{DELETED}  or e.example/f, and/or others"
    assert (left.url, left.links) == (None, (Link("https://e.example/f"),))


def test_a_link_goes_by_its_address_or_its_wording() -> None:
    links = (
        Link("https://t.example/a", "x.example/90000000001"),
        Link("https://o.example/90000000001", "short"),
        Link("https://e.example/kept", "kept"),
    )
    left = left_of(post("4", "See x.example/90000000001, short and kept", links=links))
    assert left.text == f"See {DELETED}, {DELETED} and kept"
    assert left.links == links[2:]


def test_ids_are_looked_for_in_addresses_as_a_whole_and_where_they_are_long_enough() -> None:
    for name, address, leads in (
        ("x:12345678", "https://o.example/12345678", True),
        ("x:12345678", "https://o.example/123456789", False),
        ("feed:Porridge-Number-1", "https://o.example/?guid=porridge-number-1&a=b", True),
        ("feed:Porridge-Number-1", "https://o.example/?guid=porridge-number-12", False),
        ("x:1234567", "https://o.example/1234567", False),
        ("feed:tag:e.example,2026:porridge1", "https://o.example/porridge1", False),
        ("mastodon:https://m.example/p/1", "https://m.example/p/1", True),
    ):
        of = post(name, author=CALUM)
        text = left_of(post("4", f"see {address}"), of=of).text
        assert (text == f"see {DELETED}") is leads, name


def test_whom_others_answer_is_forgotten_where_nothing_has_that_handle() -> None:
    assert left_of(post("4", reply_to_handle="CalumSample")).reply_to_handle is None
    assert left_of(post("4", reply_to_handle="isla")).reply_to_handle == "isla"
    nameless = post("room:1", author=Author("", "Calum Sample"))
    assert left_of(post("4", reply_to_handle=""), of=nameless).reply_to_handle == ""


def test_what_a_redaction_concerned_only_by_what_goes_is_marked_as_withheld() -> None:
    link = Link("https://o.example/90000000001", "", "The secret garden")
    secret = ev.Redacted("phrase", "secret")
    url = "https://x.example/ailsa/4"
    for text, shown in (("See this", "See this [link withheld]"), ("", "[link withheld]")):
        left = left_of(post("4", text, links=(link,), url=url), secret)
        assert (left.text, left.url, left.links) == (shown, None, ())
    for text in ("A secret", "[redacted]"):
        left = left_of(post("4", text, links=(link,), url=url), secret)
        assert (left.text, left.url, left.links) == (text, url, ())
    left = left_of(post("4", "See this", links=(link,), url=url), ev.Redacted("phrase", "moss"))
    assert (left.text, left.url) == ("See this", url)
    unchanged = post("5", "A secret", url=url)
    assert left_of(unchanged, secret) is unchanged


def test_a_marker_that_leaves_with_a_link_stays_in_the_text() -> None:
    card = Link("https://o.example/90000000001", "", "By [name withheld]")
    assert left_of(post("4", "See", links=(card,))).text == "See [link withheld]"


NAMED = ev.Redacted("author", "x:calumsample")
DAWN = ev.Redacted("phrase", "dawn")
LONG = "Ours hangs beside the kettle where everybody reads it"


def test_every_rule_is_applied_to_a_post_where_that_is_asked_for() -> None:
    text, url = "At dawn, by Calum Sample", "https://x.example/ailsa/4"
    (event,) = captured(post("4", text, url=url, links=(Link("https://e.example/f"),)))
    left = purging(NAMED, DAWN, more=(event,)).rewrite(event)
    assert isinstance(left, ev.Captured)
    assert left.post == replace(left.post, text="At dawn, by [name withheld]", url=url)
    besides = NOTHING_BESIDES._replace(applied=frozenset({"x:4"}), texts=True)
    for applied in (besides, besides._replace(texts=False)):
        left = purging(NAMED, DAWN, more=(event,), besides=applied).rewrite(event)
        assert left == captured(post("4", "At [redacted], by [name withheld]"))[0]


def test_every_rule_is_applied_to_a_note_where_that_is_asked_for() -> None:
    posts = captured(post("4", LONG), post("5", "Moss"))
    rules = (NAMED, DAWN, ev.Redacted("post", "x:4"))
    besides = NOTHING_BESIDES._replace(applied=frozenset({"x:4"}))
    purge = purging(*rules, more=tuple(posts), besides=besides)
    note = f"By dawn. {WORDS}: hangs beside the kettle"
    left = ev.Noted("x:4", f"By [redacted]. {DELETED}: [redacted]")
    assert purge.rewrite(ev.Noted("x:4", note)) == left
    left = ev.Noted("x:5", f"By dawn. {DELETED}: hangs beside the kettle")
    assert purge.rewrite(ev.Noted("x:5", note)) == left
    for same in (ev.Noted("x:4", "Well said"), ev.Noted("x:4", None)):
        assert purge.rewrite(same) is same


def test_every_rule_is_applied_to_summaries_and_the_agenda_where_that_is_asked_for() -> None:
    person = Person("Dawn Example", ("dawn@x", "isla@x"), organisation="Calum Sample & Sons")
    agenda = ev.AgendaChanged(replace(AGENDA, people=(person,)), "d")
    summary = ev.Summarised("Q1", "At dawn, by Calum Sample")
    other = captured(post("4", "At dawn, by Calum Sample"))

    def left(besides: Besides) -> tuple[Event, ...]:
        purge = purging(NAMED, DAWN, more=tuple(other), besides=besides)
        return tuple(map(purge.rewrite, (summary, agenda, *other)))

    named = captured(post("4", "At dawn, by [name withheld]"))
    kept = replace(person, organisation="[name withheld] & Sons")
    assert left(NOTHING_BESIDES) == (
        ev.Summarised("Q1", "At dawn, by [name withheld]"),
        ev.AgendaChanged(replace(AGENDA, people=(kept,)), "d"),
        *named,
    )
    applied = replace(kept, name="[redacted] Example", handles=("isla@x",))
    assert left(NOTHING_BESIDES._replace(texts=True)) == (
        ev.Summarised("Q1", "At [redacted], by [name withheld]"),
        ev.AgendaChanged(replace(AGENDA, people=(applied,)), "d"),
        *named,
    )


def question_left(question: Question, *more: Event, said: str = WORDS) -> str:
    agenda = replace(AGENDA, questions=(question, *AGENDA.questions))
    purge = purging(*more, of=calums(text=said))
    left = purge.rewrite(ev.AgendaEdited(agenda, {}, "made"))
    assert isinstance(left, ev.AgendaEdited)
    assert left.agenda.questions[1:] == AGENDA.questions
    (asked,) = left.agenda.questions[0].asked_by or ("",)
    assert not asked or is_gone(asked) is (question.asked_by == (ID,))
    return left.agenda.questions[0].text


@pytest.mark.parametrize(
    ("text", "said", "goes"),
    [
        ("And minutes before dawn?", WORDS, True),
        ("Why so, and minutes before dawn, friends?", WORDS, True),
        ("Were minutes before dawn?", WORDS, True),
        ("Who wants porridge now?", "Porridge now", True),
        ("Porridge?", WORDS, True),
        ("?", WORDS, False),
        ("Porridge?", "🌻", False),
        (AGENDA.questions[0].text, AGENDA.questions[0].text, False),
    ],
)
def test_a_question_goes_where_it_has_words_of_the_post(text: str, said: str, goes: bool) -> None:
    left = question_left(Question("Q9", text, asked_by=(ID,)), said=said)
    assert left == (DELETED if goes else text)


def test_a_question_that_somebody_else_asked_keeps_its_words() -> None:
    for asked_by in ((), ("x:4",)):
        assert question_left(Question("Q9", WORDS, asked_by=asked_by)) == WORDS


def test_a_question_that_a_redacted_post_asked_shows_that_it_is_withheld() -> None:
    asked = replace(AGENDA, questions=(*AGENDA.questions, Question("Q9", WORDS, asked_by=(ID,))))
    purge = purging(ev.AgendaEdited(asked, {}, "made"), ev.Redacted("post", ID, reason="abuse"))
    left = purge.rewrite(ev.AgendaEdited(asked, {}, "made"))
    assert isinstance(left, ev.AgendaEdited)
    assert left.agenda.questions[:-1] == AGENDA.questions
    assert WORDS not in left.agenda.questions[-1].text


def test_a_question_of_a_redacted_post_that_stays_goes_where_every_rule_is_applied() -> None:
    questions = (*AGENDA.questions, Question("Q9", "Hangs beside the kettle?", asked_by=("x:4",)))
    made = ev.AgendaEdited(replace(AGENDA, questions=questions), {}, "made")
    more = (*captured(post("4", LONG)), made, ev.Redacted("post", "x:4"))
    assert purging(NAMED, more=more).rewrite(made) is made
    left = purging(NAMED, more=more, besides=NOTHING_BESIDES._replace(texts=True)).rewrite(made)
    assert isinstance(left, ev.AgendaEdited)
    assert left.agenda.questions == (*AGENDA.questions, replace(questions[-1], text="[redacted]"))


def test_what_a_redacted_post_said_is_withheld_in_others_posts_which_are_not_linked() -> None:
    url, quoting = "https://x.example/ailsa/4", f"https://e.example/{WORDS.replace(' ', '-')}"
    events = captured(
        post("4", f"He said: {WORDS}!", url=url),
        post("5", "See e.example/p", url=url, links=(Link(quoting, "e.example/p"),)),
    )
    purge = purging(*events, ev.Redacted("post", ID))
    left = captured(post("4", "He said: [redacted]!"), post("5", "See [link withheld]"))
    assert list(map(purge.rewrite, events)) == left


def test_a_post_that_a_redacted_repost_repeated_loses_all_that_its_author_wrote() -> None:
    original = post(
        "9",
        "Moss grows",
        url="https://x.example/isla/9",
        links=(Link("https://e.example/moss", "e.example/moss", "Moss"),),
        media=(Media("image", "https://e.example/moss.png", "Moss"),),
        hashtags=("moss",),
        content_warning="Moss",
        author="isla",
    )
    repost = post("3", "RT Moss grows", author=CALUM, repost_of="x:9")
    left = left_of(original, ev.Redacted("post", "x:3"), of=repost)
    assert left == post("9", "[redacted]", author="isla")


def test_what_a_redacted_repost_repeated_stays_withheld_when_the_repost_goes() -> None:
    """Also words that are too short to be looked for, and a question that was made of them."""
    original = post("9", "Moss grows", author=Author("isla", "Isla Example", "8"))
    repost = post("3", "RT Moss grows", author=CALUM, repost_of="x:9")
    questions = (*AGENDA.questions, Question("Q9", "Moss grows?", asked_by=("x:9",)))
    made = ev.AgendaEdited(replace(AGENDA, questions=questions), {}, "made")
    more = (*captured(original, repost), made)
    purge = purging(ev.Redacted("post", "x:3"), of=repost, more=more)
    left = purge.rewrite(more[0])
    assert isinstance(left, ev.Captured) and left.post.text == "[redacted]"
    edited = purge.rewrite(made)
    assert isinstance(edited, ev.AgendaEdited)
    assert [each.text for each in edited.agenda.questions[-2:]] == [
        AGENDA.questions[-1].text,
        "[redacted]",
    ]


def test_a_redacted_name_leaves_every_field_that_has_it_or_leads_to_it() -> None:
    other = post(
        "4",
        "Thanks, Calum Sample",
        links=(
            Link("https://e.example/calum-sample", "here", "T"),
            Link("https://e.example/moss", "by Calum Sample", "T"),
        ),
        hashtags=("calumsample", "moss"),
        media=(
            Media("image", "https://e.example/calum-sample.png", "Calum Sample"),
            Media("image", "https://e.example/moss.png", "Moss"),
            Media("image", None, "Moss"),
        ),
        mentions=("calumsample", "isla"),
        reply_to_handle="calumsample",
    )
    left = left_of(other, ev.Redacted("author", "x:calumsample"))
    assert left.text == "Thanks, [name withheld]"
    assert left.links == (Link("https://e.example/moss", "by [name withheld]", "T"),)
    assert left.hashtags == ("moss",)
    assert left.media == (Media("image", None, "[name withheld]"), *other.media[1:])
    assert (left.mentions, left.reply_to_handle) == (("isla",), None)
    kept = post("5", "Moss", mentions=("isla",), reply_to_handle="isla")
    assert left_of(kept, ev.Redacted("author", "x:calumsample")) is kept


def test_a_picture_whose_address_has_redacted_words_loses_it() -> None:
    url = f"https://e.example/{WORDS.replace(' ', '-')}.png"
    other = post("4", media=(Media("image", url, "Moss"),))
    left = left_of(other, ev.Redacted("post", ID, reason="abuse"))
    assert left.media == (Media("image", None, "Moss"),)


def test_which_damaged_rows_hold_any_of_it() -> None:
    def leaves(damaged: str, text: str = "Porridge!", name: str = "Isla") -> bool:
        return purging(of=post(ID, text, author=Author("", name))).leaves(damaged.encode())

    assert leaves("… 90000000001 …") and leaves("… Isla …") and leaves("… Porridge! …")
    assert not leaves("… Ann …", name="Ann") and not leaves("… Porridge …", text="Porridge")
    assert not leaves("{}")
