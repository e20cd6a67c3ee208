"""What is withheld besides, so that nothing shows more once something left the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.store.without_more import NOTHING_BESIDES, Besides, without_more
from tests.builders import at, captured, chat_of, post

SECRET = captured(post("1", "The secret garden", url="https://x.example/1"))
RULE = ev.Redacted("phrase", "secret")


@dataclass
class Tried:
    """A plan that is tried: what it leaves at first, and once every rule is applied."""

    first: list[ev.Event]
    applied: list[ev.Event] = field(default_factory=list)
    asked: list[Besides] = field(default_factory=list)

    def __call__(self, besides: Besides) -> Chat:
        self.asked.append(besides)
        left = self.applied if besides.applied and self.applied else self.first
        folds, redacted = besides.folds, besides.redacted
        last = ev.Erased(0, hidden=besides.hidden, redacted=redacted, folds=folds)
        return chat_of(*left, last)


def test_nothing_is_withheld_besides_where_nothing_shows_more() -> None:
    tried = Tried([*SECRET, RULE])
    assert without_more(chat_of(*SECRET, RULE), tried)[0] == NOTHING_BESIDES
    assert tried.asked == [NOTHING_BESIDES]


def test_rules_are_applied_to_what_shows_more_and_that_is_enough() -> None:
    shown = captured(post("1", "The [redacted] garden"))
    besides, after = without_more(chat_of(*SECRET, RULE), Tried(SECRET, shown))
    assert besides.applied == {"x:1"} and besides.texts and not besides.hidden
    assert after.entries["x:1"].post.text == "The [redacted] garden"


def test_what_shows_more_all_the_same_is_hidden() -> None:
    besides, after = without_more(chat_of(*SECRET, RULE), Tried(SECRET))
    assert besides.hidden == ("x:1",)
    assert after.entries["x:1"].hidden


def test_what_was_not_visible_is_hidden() -> None:
    hidden = ev.Hidden(("x:1",))
    assert without_more(chat_of(*SECRET, hidden), Tried(SECRET))[0].hidden == ("x:1",)


def test_a_handle_that_was_withheld_is_redacted() -> None:
    posts = captured(post("1", author="calum"))
    before = chat_of(*posts, ev.Redacted("author", "x:calum"))
    besides, after = without_more(before, Tried(posts))
    assert besides.redacted == ("x:calum",)
    assert ("author", "x:calum") in after.redactions


def test_summaries_that_show_more_get_every_rule() -> None:
    said = ev.Summarised("Q1", "A secret")
    besides, _ = without_more(chat_of(said, RULE), Tried([said]))
    assert besides.texts and not besides.applied


def test_copies_stay_folded_with_what_is_left_of_their_group() -> None:
    long = "Ours hangs beside the kettle where everybody reads it"
    copies = [post(f"mastodon:https://m{n}.example/{n}", long, n) for n in (2, 3)]
    before = chat_of(*captured(post("1", long), *copies))
    assert before.entries["x:1"].folds == tuple(each.id for each in copies)
    left = captured(*copies[:1], post(copies[1].id, "[words withheld]", 3))
    besides, after = without_more(before, Tried(left))
    assert besides.folds == {copies[0].id: (copies[1].id,)}
    assert after.entries[copies[1].id].folded_into == copies[0].id
    gone = captured(post("9", "", 1), *copies)
    assert without_more(before, Tried(gone), {"x:1": "x:9"})[0].folds == {
        "x:9": tuple(each.id for each in copies)
    }


def test_each_mute_goes_on_hiding_what_it_hid() -> None:
    hidden = [ev.Muted("phrase", "secret"), ev.Muted("phrase", "garden")]
    before = chat_of(*SECRET, *hidden)
    assert without_more(before, Tried([*SECRET, *hidden]))[0] == NOTHING_BESIDES
    assert without_more(before, Tried([*SECRET, hidden[0]]))[0].hidden == ("x:1",)
    calum = captured(post("1", author="calum"))
    before = chat_of(*calum, ev.Muted("author", "x:calum"))
    renamed = [*calum, ev.Muted("author", "x:calum"), ev.Deleted(("x:8",), at(9))]
    assert without_more(before, Tried(renamed), {}, {"x:calum": "x:calum"})[0] == NOTHING_BESIDES
    assert without_more(before, Tried(renamed), {}, {"x:calum": "x:other"})[0].hidden == ("x:1",)
    assert without_more(before, Tried(renamed))[0] == NOTHING_BESIDES


def test_a_mute_answers_only_for_what_it_hid_itself() -> None:
    said = captured(post("1", "The secret"), post("2", "A garden of x:calum"))
    hidden = [ev.Muted("phrase", "secret"), ev.Muted("phrase", "x:calum")]
    before = chat_of(*said, *hidden)
    tried = Tried([*said, *hidden])
    assert without_more(before, tried)[0] == NOTHING_BESIDES
    # The phrase is no author's key.
    assert without_more(before, tried, {}, {"x:calum": "x:other"})[0] == NOTHING_BESIDES


def test_where_each_round_shows_more_the_last_one_counts() -> None:
    said = captured(*(post(f"{n}", f"Words {n}") for n in range(9)))
    before = chat_of(*said, ev.Hidden(tuple(f"x:{n}" for n in range(9))))
    asked = []

    def made(besides: Besides) -> Chat:
        asked.append(besides)
        left = said[: len(besides.hidden) + 1]
        return chat_of(*left, ev.Erased(0, hidden=besides.hidden))

    besides, after = without_more(before, made)
    assert besides.hidden == tuple(f"x:{n}" for n in range(5))
    assert asked[-1] == besides and len(asked) == len(after.entries) == 6
