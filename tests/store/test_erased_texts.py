"""What is being erased is found in others' texts, with what a rule withheld because of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.accounts import Account
from tartantm.core.agenda import Agenda, Person, Question
from tartantm.core.agenda_edits import promote
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.erased import said_names
from tartantm.core.events import Event
from tartantm.core.post import Author, Link, Media
from tartantm.core.said import SaidWords
from tartantm.core.traces import Traces
from tartantm.store.erased_texts import EventScrubber, InClear, OthersSaid
from tests.builders import AGENDA, captured, chat_of, post
from tests.erasing import erasure_of

CALUM = Author("calum", "Calum Sample", "17")
LONG = "Ours hangs beside the kettle where everybody reads it"
MASTODON = "mastodon:https://m.example/2"


@dataclass
class Erased:
    """Whom and what an erasure takes away; nothing, unless it is said."""

    chat: Chat = field(default_factory=lambda: chat_of(*captured(post("1", author=CALUM))))
    names: set[str] = field(default_factory=set)
    accounts: list[Account] = field(default_factory=list)
    others: list[Account] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    posts: list[Entry] = field(default_factory=list)
    phrases: SaidWords[int] = field(default_factory=SaidWords)

    @property
    def ids(self) -> set[str]:
        return {entry.id for entry in self.posts}

    def names_of_kind(self, kind: str) -> list[str]:
        return [name.removeprefix(kind) for name in self.names if name.startswith(kind)]


def clear(erased: Erased | None = None) -> InClear:
    erased = erased or Erased()
    return InClear(erased.names.__contains__, erased, Traces(erased.chat))


def account(*names: str, handle: str = "", network: str = "x") -> Account:
    handles = {handle: None} if handle else {}
    return Account(network, "", dict.fromkeys(handles), dict.fromkeys(names))


def test_a_name_in_other_words_is_found() -> None:
    found = clear(Erased(names={"name:kettlewatch"}))
    assert found.words("the kettle watch") == "the [name withheld]"
    assert found.named_in("the kettle watch") and not found.named_in("the kettle")


@pytest.mark.parametrize("before", range(22))
def test_words_are_found_wherever_they_begin(before: int) -> None:
    said = "abcdefghij klmnopqrst"
    found = clear(Erased(names=said_names(said)))
    assert found.words(f"{'x' * before} {said}").strip("x ") == "[words withheld]"


def test_words_of_which_somebody_else_said_a_part_before_are_found_whole() -> None:
    phrases: SaidWords[int] = SaidWords()
    phrases.add("quite something else that he had said at another time", 1)
    found = clear(Erased(names=said_names(LONG), phrases=phrases))
    assert found.words(f"so {LONG}!") == "so [words withheld]!"
    part = "something else that he had said at another"
    assert found.words(f"so {LONG} {part}!") == "so [words withheld] [words withheld]!"


THROUGH = [
    ("Thanks-to-all, #ThanksCalumSample", account("Calum Sample"), None),
    ("#thanksronaldmadeup", None, Person("Ronald Madeup")),
    ("k-e-t-t-l-e-w-a, so", account(handle="kettlewa"), None),
    ("A-l B-o-s-k-y, so", account("Al Bosky"), None),
    ("K-e-t-t-l-e-w-a, so", account("Kettlewa"), None),
]


@pytest.mark.parametrize(("text", "one", "person"), THROUGH, ids=[each[0] for each in THROUGH])
def test_wordings_of_a_name_that_only_look_like_it(
    text: str, one: Account | None, person: Person | None
) -> None:
    more = [account("Somebody Quite Other", handle="otherwise")]
    erased = Erased(accounts=[*([one] if one else []), *more], people=[person] if person else [])
    assert "[name withheld]" in clear(erased).words(text)
    assert clear(Erased(accounts=more)).words(text) == text


def test_a_handle_may_be_a_word_though_it_is_a_first_name_too() -> None:
    long, short = (account(f"{name} Sample", handle=name) for name in ("Kettlewa", "Kettlew"))
    text = "as kettlewa said, and kettlew"
    assert clear(Erased(accounts=[long])).words(text) == "as [name withheld] said, and kettlew"
    assert clear(Erased(accounts=[short])).words(text) == text


def test_a_handle_of_the_agenda_is_found_as_a_word() -> None:
    found = clear(Erased(people=[Person("Somebody", ("islaex@x",))]))
    assert found.words("as islaex said") == "as [name withheld] said"


def test_a_single_short_name_may_be_any_word() -> None:
    erased = Erased(accounts=[account("Rose", handle="rb")])
    assert clear(erased).words("A rose, a rosebud") == "A rose, a rosebud"


def test_a_name_within_an_address_takes_it_along() -> None:
    found = clear(Erased(accounts=[account("Calum Sample")]))
    url = "https://e.example/bycalumsample"
    assert found.address(url) and not found.address("https://e.example/sample")
    assert found.words(f"see {url} ok") == "see [link withheld] ok"
    assert clear(Erased(names={"part:calum"})).address("https://e.example/calum")


def test_a_name_that_words_begin_in_goes_with_them() -> None:
    said = "Sample that all of us hang beside the kettle"
    erased = Erased(names=said_names(said), accounts=[account("Calum Sample")])
    assert clear(erased).words(f"so Calum {said}!") == "so [words withheld]!"


def test_handles_are_looked_for_where_nobody_else_has_them() -> None:
    mine = account(handle="kelpie@m.example", network="mastodon")
    others = [
        account(handle="Kelpie", network="bluesky"),
        account(handle="kelpie@n.example", network="mastodon"),
    ]
    found = clear(Erased(accounts=[mine], others=others))
    assert found.words("@kelpie", "x") == "[name withheld]"
    for network in ("bluesky", "mastodon", ""):
        assert found.words("@kelpie", network) == "@kelpie", network
        assert found.words("@kelpie@m.example", network) == "[name withheld]"
    assert found.words("@kelpie") == "@kelpie" and found.spans("@kelpie") == []
    assert EventScrubber(found, []).words("@kelpie", "x") == "[name withheld]"
    same = account(handle="kelpie", network="bluesky")
    assert clear(Erased(accounts=[same], others=others)).named_in("@kelpie") is False
    assert clear(Erased(accounts=[same], others=others)).words("@kelpie", "bluesky") != "@kelpie"


def ruled(*rules: Event, posts: bool = False) -> InClear:
    """Somebody called Calum Sample is erased, under these rules; or only one post of theirs."""
    chat = chat_of(*captured(post("1", author=CALUM), post("2")), *rules)
    if posts:
        return clear(Erased(chat, posts=[chat.entries["x:1"]]))
    return clear(Erased(chat, {"name:calumsample"}, [account("Calum Sample")]))


def test_which_rules_leave() -> None:
    author, phrase = ev.Redacted("author", "x:calum"), ev.Redacted("phrase", "so Calum Sample")
    address, other = ev.Redacted("phrase", "https://e.example/"), ev.Redacted("phrase", "dawn")
    found = ruled(phrase, address, other)
    assert [list(each.rules) for each in found.leaving] == [[("phrase", "so Calum Sample")]]
    found = ruled(author, other, posts=True)
    assert [list(each.rules) for each in found.leaving] == [[("author", "x:calum")]]


def test_a_rule_on_somebody_of_whom_a_post_stays_does_not_leave() -> None:
    rule = ev.Redacted("author", "x:calum")
    posts = captured(post("1", author=CALUM), post("2", author=CALUM), post("3"))
    chat = chat_of(*posts, rule)
    held = [chat.entries["x:1"], chat.entries["x:2"]]
    assert clear(Erased(chat, posts=held[:1])).leaving == []
    assert [list(each.rules) for each in clear(Erased(chat, posts=held)).leaving] == [
        [("author", "x:calum")]
    ]


@pytest.mark.parametrize("too", [False, True])
def test_a_rule_on_somebody_of_the_agenda_leaves_with_that_entry_only(too: bool) -> None:
    calum = Person("Calum Sample", ("calum@x",))
    agenda = replace(AGENDA, people=(calum,))
    rule = ev.Redacted("author", "x:calum")
    chat = chat_of(*captured(post("1", author=CALUM), post("2")), rule, agenda=agenda)
    erased = Erased(chat, people=[calum] if too else [], posts=[chat.entries["x:1"]])
    assert bool(clear(erased).leaving) is too


def test_a_rule_finds_somebody_of_the_agenda_by_a_server_with_a_port() -> None:
    handle = "calum@m.example:8443"
    mine = post(MASTODON, author=Author(handle, "Calum Sample"))
    rule = ev.Redacted("author", f"mastodon:{handle}")
    for people in ((), (Person("Calum Sample", (f"{handle}@mastodon",)),)):
        chat = chat_of(*captured(mine), rule, agenda=replace(AGENDA, people=people))
        leaving = clear(Erased(chat, posts=[chat.entries[MASTODON]])).leaving
        assert len(leaving) == (0 if people else 1)


def test_a_rule_leaves_with_the_account_that_it_names_though_others_of_that_person_stay() -> None:
    remark = post("room:2", author=Author("Calum Sample", "Calum Sample"))
    chat = chat_of(*captured(post("1", author=CALUM), remark), ev.Redacted("author", "x:calum"))
    assert len(clear(Erased(chat, posts=[chat.entries["x:1"]])).leaving) == 1
    assert clear(Erased(chat, posts=[chat.entries["room:2"]])).leaving == []


def test_what_a_rule_that_leaves_withheld_is_withheld_for_good() -> None:
    found = ruled(ev.Redacted("author", "x:calum"), posts=True)
    assert found.words("Thanks, Calum Sample") == "Thanks, [name withheld]"
    assert found.address("https://e.example/calum-sample")
    assert not found.address("https://e.example/ailsa")
    scrubber = EventScrubber(found, [])
    assert scrubber.author(Author("fan", "Calum Sample fan")).name == "[name withheld] fan"


def test_the_same_name_of_somebody_else_stays_unless_a_rule_withheld_it() -> None:
    oats = Author("oatwriter", "Calum Sample", "17")
    chat = chat_of(*captured(post("1", author=oats)), ev.Redacted("author", "x:oatwriter"))
    erased = Erased(chat, {"name:calumsample"}, [account("Calum Sample")])
    namesake = Author("csample", "Calum Sample", "18")
    assert EventScrubber(clear(erased), []).author(namesake) == namesake
    erased.posts = [chat.entries["x:1"]]
    assert EventScrubber(clear(erased), []).author(namesake).name == "[name withheld]"
    fan = Author("fan", "Calum Sample fan", "19")
    assert EventScrubber(clear(erased), []).author(fan).name == "[name withheld] fan"


def test_a_rule_that_stays_is_applied_where_it_overlaps_and_nowhere_else() -> None:
    found = ruled(ev.Redacted("phrase", "dawn"), ev.Redacted("phrase", "Sample news"))
    assert found.words("dawn: Calum Sample, dawn") == "dawn: [name withheld], dawn"
    assert found.words("dawn#CalumSample, Calum Sample#dawn") == (
        "dawn[name withheld], [name withheld]#dawn"
    )
    assert found.words("dawn: Calum Sample news") == "dawn: [redacted]"
    assert found.words("Sample news at dawn") == "Sample news at dawn"


def test_rules_that_overlap_only_each_other_show_nothing_more_either() -> None:
    found = ruled(ev.Redacted("phrase", "secret Calum"), ev.Redacted("phrase", "most secret"))
    assert found.words("A most secret Calum Sample") == "A [redacted]"


def test_every_rule_is_applied_for_good_where_that_is_asked_for() -> None:
    found = ruled(ev.Redacted("phrase", "dawn"))
    scrubber = EventScrubber(found, [])
    assert scrubber.words("dawn: Calum Sample") == "dawn: [name withheld]"
    assert found.reason('says "dawn" as Q1 does') == 'says "dawn" as Q1 does'
    found.apply_to_texts()
    assert scrubber.words("dawn: Calum Sample") == "[redacted]: [name withheld]"
    assert scrubber.words("dawn: Calum Sample", "x") == "dawn: [name withheld]"
    assert found.reason('says "dawn" as Q1 does') == 'says "[redacted]" as Q1 does'


def test_every_rule_is_applied_to_people_of_the_agenda_where_that_is_asked_for() -> None:
    found = ruled(ev.Redacted("phrase", "dawn"))
    person = Person("Dawn Example", ("dawn@x", "isla@x"), "guest", "Friends of Calum Sample")
    agenda, scrubber = Agenda("Talk", people=(person,)), EventScrubber(found, [])
    left = replace(person, organisation="Friends of [name withheld]")
    assert scrubber.agenda(agenda).people == (left,)
    found.apply_to_texts()
    withheld = replace(left, name="[redacted] Example", handles=("isla@x",))
    assert scrubber.agenda(agenda).people == (withheld,)


def test_a_question_that_a_redacted_post_asked_goes_where_every_rule_is_applied() -> None:
    edit = promote(AGENDA, "Hangs beside the kettle?", "x:1", "Q3")
    chat = chat_of(
        *captured(post("1", LONG)),
        ev.AgendaEdited(edit.agenda, edit.renamed, edit.words),
        ev.Redacted("post", "x:1"),
        ev.Redacted("phrase", "kettle"),
    )
    found = clear(Erased(chat))
    scrubber = EventScrubber(found, [])
    (asked,) = (each for each in chat.agenda.questions if each.asked_by)
    assert scrubber.question(asked).text == "Hangs beside the kettle?"
    found.apply_to_texts()
    assert scrubber.question(asked).text == "[redacted]"
    other = replace(asked, id="Q9", asked_by=())
    assert scrubber.question(other).text == "Hangs beside the [redacted]?"


def test_a_question_of_an_erased_and_a_redacted_post_keeps_words_of_neither() -> None:
    others = "The thistle by the council door is out of order"
    asked = Question("Q3", f"{LONG}, or {others}, and what else then?", asked_by=("x:1", "x:2"))
    edited = ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, asked)), {}, "Merged")
    said = captured(post("1", LONG), post("2", others))
    chat = chat_of(*said, edited, ev.Redacted("post", "x:2"))
    found = clear(Erased(chat, {"x:1"}))
    scrubber = EventScrubber(found, [LONG])
    found.apply_to_texts()
    left = scrubber.question(asked)
    assert left.asked_by == ("x:2",)
    for word in ("kettle", "everybody", "thistle", "council"):
        assert word not in left.text
    ours = "In all of our many offices and pretty rooms with their own keys and a great many doors"
    left = scrubber.question(replace(asked, text=f"{ours}: {LONG}, or {others}?"))
    assert left.text == f"{ours}: [words withheld], or [redacted]?"


def test_a_question_of_an_erased_post_keeps_no_few_words_of_a_redacted_one() -> None:
    ours = "In all of our many offices and pretty rooms with their own keys and a great many doors"
    asked = Question("Q3", f"{ours}: {LONG}, or aye, so?", asked_by=("x:1", "x:2"))
    edited = ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, asked)), {}, "Merged")
    chat = chat_of(
        *captured(post("1", LONG), post("2", "Aye, so")), edited, ev.Redacted("post", "x:2")
    )
    found = clear(Erased(chat, {"x:1"}))
    scrubber = EventScrubber(found, [LONG])
    found.apply_to_texts()
    assert scrubber.question(asked).text == f"{ours}: [words withheld], or [redacted]?"


def test_a_question_that_no_erased_post_asked_loses_what_a_redacted_one_said_and_no_more() -> None:
    others = "The thistle by the council door is out of order"
    asked = Question("Q4", f"{LONG}, or {others}, and what else then?", asked_by=("x:2",))
    edited = ev.AgendaEdited(replace(AGENDA, questions=(*AGENDA.questions, asked)), {}, "Made")
    said = captured(post("1", LONG), post("2", others))
    found = clear(Erased(chat_of(*said, edited, ev.Redacted("post", "x:2")), {"x:1"}))
    scrubber = EventScrubber(found, [LONG])
    found.apply_to_texts()
    assert scrubber.question(asked).text == f"{LONG}, or [redacted], and what else then?"


def test_every_rule_is_applied_to_notes_on_posts_in_which_it_is() -> None:
    chat = chat_of(*captured(post("1", LONG), post("2")), ev.Redacted("post", "x:1"))
    scrubber = EventScrubber(clear(Erased(chat, {"name:calumsample"})), [])
    note = ev.Noted("x:1", "Calum Sample: hangs beside the kettle")
    assert scrubber.event(note) == ev.Noted("x:1", "[name withheld]: hangs beside the kettle")
    scrubber.applied = frozenset({"x:1"})
    assert scrubber.event(note) == ev.Noted("x:1", "[name withheld]: [redacted]")
    other, none = replace(note, post="x:2"), ev.Noted("x:1", None)
    assert scrubber.event(other) == ev.Noted("x:2", "[name withheld]: hangs beside the kettle")
    assert scrubber.event(none) == none and scrubber.event(ev.Hidden(("x:1",)))
    gone = EventScrubber(clear(Erased(chat, {"x:1"})), [])
    gone.applied = frozenset({"x:1"})
    assert gone.event(note) is None


def test_a_post_in_which_every_rule_is_applied_keeps_nothing_that_might_show_more() -> None:
    chat = chat_of(*captured(post("1")), ev.Redacted("phrase", "dawn"))
    scrubber = EventScrubber(clear(Erased(chat, {"x:@calum", "name:calumsample"})), [])
    other = post(
        MASTODON,
        "At dawn @calum, Calum Sample and @isla",
        content_warning="dawn, @calum",
        hashtags=("dawn", "tartantm"),
        mentions=("isla",),
        links=(Link("https://e.example/", "e.example", "Title"),),
        media=(Media("image", None, "A kettle"),),
        reply_to_handle="isla",
    )
    assert scrubber.post(other).text == "At dawn @calum, [name withheld] and @isla"
    scrubber.applied = frozenset({MASTODON})
    left = scrubber.post(other)
    assert left.text == "At [redacted] @calum, [name withheld] and @isla"
    assert left.content_warning == "[redacted], @calum"
    assert left.hashtags == ("tartantm",)
    assert (left.links, left.media, left.mentions, left.reply_to_handle) == ((), (), (), None)
    assert (left.id, left.author) == (other.id, other.author)
    assert scrubber.post(post(MASTODON, "Plain")).content_warning is None


def test_others_said_it_before_or_later() -> None:
    said = OthersSaid([(3, "One porridge"), (5, "Two dawns"), (9, "Two dawns, one porridge")])
    assert said.had("oneporridge", 4) and not said.had("oneporridge", 3)
    assert said.had("twodawns", 6) and not said.had("twodawns", 5)
    assert said.had("twodawnsoneporridge", 10) and not said.had("twodawnsoneporridge", 9)
    assert not said.had("oneporridgetwo", 99) and not said.had("three", 99)
    assert said.texts[1] == (5, "Two dawns")
    assert OthersSaid([(1, "one"), (2, "two"), (9, "six")]).had("two", 3)


def test_what_is_left_of_a_question() -> None:
    scrubber = EventScrubber(clear(), [LONG, "and nothing whatever is left of it"])

    def made(text: str) -> str:
        return scrubber.made_of(Question("Q1", text))

    assert made("Who says: ours hangs beside the kettle, where?") == "[withheld]"
    assert made("One two three four six: ours hangs beside the") == "[withheld]"  # just half
    assert made("Five of one two three four? ours hangs beside the") == (
        "Five of one two three four? [words withheld]"
    )
    planned = "Who keeps the keys?"
    for before in ("One two three four six:", "One two three four five:"):
        left = made(f"{planned} {before} ours hangs beside the")
        kept = f" {before}" if "five" in before else ""
        assert left == f"{planned}{kept} [words withheld]"
    own = "Of our many offices and of all of their pretty rooms"
    both = f"{own} ours hangs beside the, j k: and nothing whatever is; l m n"
    assert made(both) == f"{own} [words withheld], j k: [words withheld]; l m n"


def test_what_a_rule_withheld_because_of_an_erased_post_stays_withheld() -> None:
    events = [
        *captured(post("1", LONG, author=CALUM), post("2", "Thanks, Calum Sample")),
        *(ev.Redacted("author", "x:calum"),),
    ]
    found = erasure_of(events, post="x:1")
    assert found.after.entries["x:2"].post.text == "Thanks, [name withheld]"
