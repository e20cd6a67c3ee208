"""What `follow` says besides posts: lines for people, and objects that its schema describes."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from msgspec.structs import replace

import tartantm.cli
from tartantm.capture.health import Health, State
from tartantm.cli.follow_lines import json_line
from tartantm.cli.follow_report import FRESH_SECONDS, FollowReport
from tartantm.cli.steady_reports import LASTS_SECONDS
from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.post import Author
from tartantm.store.session import Session
from tests.builders import AGENDA, at, captured, chat_of, post, recorded

SCHEMA = json.loads(Path(tartantm.cli.__file__).with_name("follow.schema.json").read_text("utf-8"))
MASTODON = "mastodon:a.example"


class Follower:
    """A chat that is followed, at 18:41, with the lines that were written."""

    def __init__(self, *events: ev.Event, as_json: bool = False) -> None:
        self.chat = chat_of(*events)
        self.lines: list[str] = []
        self.now, self.passed, self.lacks = at(41), 0.0, ""
        self.live = Health(MASTODON)
        self.live.asks_every = 20
        self.report = FollowReport(
            self.chat,
            self._now,
            [self.live],
            as_json=as_json,
            write=self.lines.append,
            steady=lambda: self.passed,
            lacks=lambda name: self.lacks,
        )
        self.live.listeners.append(self.report.source)

    def _now(self) -> datetime:
        return self.now

    def change(self, state: State, detail: str = "", retry_at: float | None = None) -> None:
        """Let the source's state change, and last."""
        self.live.change(state, detail, retry_at)
        self.let_pass(LASTS_SECONDS)

    def let_pass(self, seconds: float) -> None:
        self.passed += seconds
        self.report.tick([self.live])

    def happen(self, *events: ev.Event) -> list[str]:
        """Let events happen; returns the lines of these."""
        self.lines.clear()
        for item in recorded(events, self.chat.last_seq + 1):
            self.report.changed(Change().merge([self.chat.apply(item)]))
        return self.lines

    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


def test_each_change_of_a_source_is_a_line_with_the_time_of_the_chat() -> None:
    f = Follower()
    f.change("connecting")
    f.change("stream")
    f.change("unreachable", "a.example cannot be reached.", monotonic() + 40)
    f.change("poll", "The server has no stream for hashtags.")
    f.change("refused", "a.example does not accept the token.")
    assert f.lines == [
        "18:41:00  mastodon:a.example is heard by its stream.",
        "18:41:00  mastodon:a.example is not heard: a.example cannot be reached."
        " It is tried again by itself.",
        "18:41:00  mastodon:a.example is heard by asking every 20 seconds,"
        " since its stream is not there: the server has no stream for hashtags.",
        "18:41:00  mastodon:a.example is not heard: a.example does not accept the token.",
    ]


def test_no_line_needs_a_symbol_to_be_understood() -> None:
    f = Follower()
    f.change("stream")
    f.happen(ev.Opened("Q1", at(5), "plan"), *captured(post("1")), ev.Deleted(("x:1",), at(9)))
    assert all(line.isascii() for line in f.lines)


def test_gaps_and_how_they_were_filled() -> None:
    f = Follower()
    told = f.happen(
        ev.Filled(MASTODON, at(10), at(14), "timeline", 3),
        ev.Filled(MASTODON, at(20), at(24), "", 0, "The server keeps no more."),
        ev.Filled(MASTODON, at(30), at(31), "timeline", 0),
    )
    assert told == [
        "18:41:00  mastodon:a.example: what was posted from 18:10:00 to 18:14:00 was asked for,"
        " which brought 3 posts.",
        "18:41:00  mastodon:a.example: what was posted from 18:20:00 to 18:24:00 cannot be had:"
        " the server keeps no more.",
        "18:41:00  mastodon:a.example: what was posted from 18:30:00 to 18:31:00 was asked for,"
        " which brought nothing new.",
    ]


def test_an_edit_has_the_new_words() -> None:
    f = Follower(*captured(post("1", "Old words")))
    told = f.happen(ev.Edited(post("1", "New\nwords", edited_at=at(30), content_warning="cats")))
    number = f.chat.entries["x:1"].number
    assert told == [
        f"18:41:00  {number} was edited by Ailsa Example: (content warning: cats) New words"
    ]
    assert f.happen(ev.Starred(("x:1",))) == [], "no edit"


def test_a_deletion_has_number_and_id_and_never_the_words(tmp_path: Path) -> None:
    path = tmp_path / "a.tartantm"
    with Session(path, create=True) as session:
        session.take_agenda(AGENDA, "d")
        session.record(*captured(post("1", "Secret words"), post("2", repost_of="x:1")))
        numbers = [entry.number for entry in session.chat.entries.values()]
        lines: list[str] = []
        report = FollowReport(session.chat, lambda: at(41), [], as_json=True, write=lines.append)
        session.record(ev.Deleted(("x:1",), at(40)))
    with Session(path) as anew:  # the file keeps neither the id nor the words
        assert "x:1" not in anew.chat.entries
        session.chat.become(anew.chat)
    report.changed(Change(reloaded=True))
    told = [json.loads(line) for line in lines]
    assert {(each["type"], each["number"], each["id"]) for each in told} == {
        ("deleted", numbers[0], "x:1"),
        ("deleted", numbers[1], "x:2"),
    }
    assert "Secret" not in "".join(lines)
    report.changed(Change(reloaded=True))
    assert len(lines) == 2, "each of them once"


def test_what_is_erased_is_gone_too() -> None:
    f = Follower(*captured(post("1"), post("2", author="calum")))
    number = f.chat.entries["x:2"].number
    f.chat.become(Chat(recorded([ev.Begun(AGENDA, "d", "00" * 8), *captured(post("1"))])))
    f.report.changed(Change(reloaded=True))
    assert f.lines == [f"18:41:00  {number} is erased for good."]


def test_posts_that_are_printed_are_no_happenings() -> None:
    f = Follower()
    assert f.happen(*captured(post("1"), post("2"))) == []


def test_questions_that_opened() -> None:
    f = Follower(ev.Opened("Q1", at(5), "host"))
    told = f.happen(ev.Opened("Q2", at(15), "plan"), ev.Opened("Q3", at(16), "moderator"))
    assert told == [
        "18:41:00  Q2 is open, as planned: Do we need a strategy?",
        "18:41:00  Q3 is open, by the moderator: Who keeps the keys?",
    ]
    assert f.happen(ev.Closed("Q3", at(17))) == []


def test_nobody_is_called_the_host_whom_the_agenda_does_not_name() -> None:
    zed = replace(post("7"), author=Author("zed", "Zed"))
    isla = replace(post("8"), author=Author("isla", "Isla"))
    f = Follower()
    told = f.happen(*captured(isla), ev.Opened("Q2", at(15), "host", isla.id))
    assert told == ["18:41:00  Q2 is open, asked by the host: Do we need a strategy?"]
    told = f.happen(*captured(zed), ev.Opened("Q3", at(16), "host", zed.id))
    assert told == [
        "18:41:00  Q3 is open, opened by a post of Zed with its words: Who keeps the keys?"
    ]
    g = Follower(as_json=True)
    g.chat.agenda = replace(g.chat.agenda, people=())
    g.happen(*captured(isla), ev.Opened("Q2", at(15), "host", isla.id))
    g.happen(ev.Opened("Q3", at(16), "host", "x:gone"))
    assert [told["by"] for told in g.objects()] == ["participant"]
    assert "opened by a post with its words" in g.lines[0]
    assert "Opened Q2, asked in #2" in [act.words for act in g.chat.history.acts]


def test_a_question_that_words_open_again() -> None:
    isla, own = post("8", author="isla"), post("9", author="tartantm")
    f = Follower(*captured(isla, own), ev.Opened("Q1", at(5), "plan"))
    f.happen(ev.Opened("Q2", at(15), "plan"))
    told = f.happen(ev.Opened("Q1", at(20), "host", isla.id))
    assert told == [
        "18:41:00  Q1 is open again, as the host said: Are the days of just doing it over?"
    ]
    told = f.happen(ev.Opened("Q2", at(21), "host", own.id))
    assert told == ["18:41:00  Q2 is open again: Do we need a strategy?"]
    assert [act.words for act in f.chat.history.acts][-2:] == [
        "Opened Q1 again, as the host said",
        "Opened Q2 again, as #3 says",
    ]


def test_never_heard_is_said_of_this_run_whatever_those_before_it_heard() -> None:
    f = Follower()
    f.happen(ev.SourceChanged(MASTODON, "asked", since=at(0), at=at(0)))
    assert f.report.never_heard() == {MASTODON}
    f.happen(
        ev.SourceChanged(MASTODON, "connected", at=at(1)),
        ev.SourceChanged(MASTODON, "ended", at=at(5)),
    )
    assert f.report.never_heard() == set()
    later = FollowReport(f.chat, f._now, [f.live], as_json=False)
    f.happen(ev.SourceChanged(MASTODON, "asked", since=at(5), at=at(9)))
    assert later.never_heard() == {MASTODON} and f.report.never_heard() == set()


def test_clocks_and_what_could_not_be_read() -> None:
    f = Follower()
    damaged = 0
    f.live.belongs_to(lambda: "", lambda: damaged)
    f.report.notice("The clock of a.example is 2 hours ahead of this chat's.")
    f.report.tick([f.live])
    damaged = 3
    f.report.tick([f.live])
    f.report.tick([f.live])
    damaged = 4
    f.report.tick([f.live])
    f.report.waits()
    assert [line[10:] for line in f.lines] == [
        "The clock of a.example is 2 hours ahead of this chat's.",
        "mastodon:a.example: 3 entries could not be read, 3 in all.",
        "mastodon:a.example: 1 entry could not be read, 4 in all.",
        "Another tartantm listens for this session; this one goes on when that ends.",
    ]


def test_what_is_not_saved_is_told_with_why_and_again_and_its_end() -> None:
    f = Follower()
    why = "Another program holds a.tartantm locked; close it and try again."
    steps = [(0.0, 0, ""), (1.4, 1, ""), (1.5, 1, ""), (2.5, 2, ""), (6.0, 3, why), (30.0, 9, why)]
    for step in [
        *steps,
        (61.0, 20, why),
        (62.0, 20, why),
        (0.1, 1, ""),
        (0.0, 0, ""),
        (2.0, 0, ""),
    ]:
        f.report.saving(*step)
    assert [line[10:] for line in f.lines] == [
        "1 post is not saved: the session file is not free.",
        f"3 posts are not saved and tried again: a{why[1:]}",
        f"20 posts are not saved and tried again: a{why[1:]}",
        "Everything is saved again.",
        "What happens is not saved: the session file is not free.",
    ]


def test_the_statement_at_the_end() -> None:
    f = Follower()
    f.happen(
        ev.SourceChanged(MASTODON, "asked", since=at(-30), at=at(0)),
        ev.SourceChanged(MASTODON, "connected", at=at(-30), how="poll"),
        ev.SourceChanged("x", "asked", since=at(-30), at=at(0)),
        ev.SourceChanged("x", "failed", "X does not accept the token.", how="refused"),
        ev.SourceChanged(MASTODON, "lost", "a.example cannot be reached.", at=at(30)),
        ev.SourceChanged(MASTODON, "ended", at=at(40)),
        ev.SourceChanged("x", "ended", at=at(40)),
    )
    f.lines.clear()
    f.report.conclude()
    assert f.report.never_heard() == {"x"}
    assert [line[10:] for line in f.lines] == [
        "Nothing was heard from any network from 18:30:00 to 18:40:00; what was posted then may"
        " be missing.",
        "mastodon:a.example was heard from 17:30:00 to 18:30:00. It was not heard from 18:30:00"
        " to 18:40:00 (a.example cannot be reached); what was posted then may be missing.",
        "x was never heard, from 18:00:00 to 18:40:00, and what was posted since 17:30:00 could"
        " not be asked for: X does not accept the token.",
    ]


def test_a_name_shows_neither_a_folder_nor_a_password() -> None:
    f = Follower()
    health = Health("file:/home/nobody/evening.jsonl")
    health.listeners.append(f.report.source)
    health.change("failed", "It cannot be read.")
    health.change("ended")
    assert f.lines == ["18:41:00  file:evening.jsonl failed: it cannot be read."]


@pytest.fixture
def everything() -> list[dict[str, Any]]:
    """One object of every kind, and more of some."""
    f = Follower(*captured(post("1", "Old"), post("2", author="calum")), as_json=True)
    f.report.begin(Path("a.tartantm"))
    f.live.belongs_to(lambda: "", lambda: 2)
    f.change("stream")
    f.change("unreachable", "Cut.", monotonic() + 4)
    f.change("poll", "No stream.")
    for _ in range(4):
        f.change("limited", "Wait.")
        f.change("stream")
    f.live.change("unreachable", "Cut.")
    f.live.deaf_since = monotonic() - 11
    f.report.tick([f.live])
    f.report.notice("The clock is odd.")
    f.report.notice("a.example does not say which posts are gone.", MASTODON)
    f.report.waits()
    f.report.saving(2.0, 1, "The disk is full.")
    f.report.saving(0.0, 0, "")
    found = f.objects()
    f.happen(
        ev.Edited(post("1", "New", edited_at=at(30))),
        ev.Filled(MASTODON, at(10), at(14), "timeline", 3),
        ev.Filled(MASTODON, at(20), at(24), "", 0, "It keeps no more."),
        ev.Opened("Q2", at(15), "plan"),
        ev.Deleted(("x:2",), at(31), "protected"),
        ev.SourceChanged(MASTODON, "asked", since=at(-30), at=at(0)),
        ev.SourceChanged("x", "asked", since=at(-30), at=at(0)),
        ev.SourceChanged(MASTODON, "ended", "which posts are gone (No)", at=at(40), since=at(20)),
    )
    f.report.conclude()
    return found + f.objects()


def test_every_object_is_as_the_schema_says(everything: list[dict[str, Any]]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for each in everything:
        validator.validate(each)
    kinds = {each["properties"]["type"]["const"] for each in SCHEMA["$defs"]["happening"]["oneOf"]}
    assert {each["type"] for each in everything} == kinds
    assert "unsteady" in {each.get("state") for each in everything}
    unsaid = [one for each in everything for one in each.get("unanswered", ())]
    assert [one["what"] for one in unsaid] == ["which posts are gone (No)"]


def test_the_readme_lists_every_type() -> None:
    readme = (Path(tartantm.cli.__file__).parents[2] / "README.md").read_text("utf-8")
    listed = re.search(r"everything else with `type` \(([^)]*)\)", readme)
    kinds = [each["properties"]["type"]["const"] for each in SCHEMA["$defs"]["happening"]["oneOf"]]
    assert listed and re.findall(r"`(\w+)`", listed[1]) == kinds


def test_a_post_is_as_it_always_was_and_has_no_type() -> None:
    chat = chat_of(*captured(post("1")))
    line = json.loads(json_line(chat.entries["x:1"]))
    jsonschema.Draft202012Validator(SCHEMA).validate(line)
    assert "type" not in line


def test_what_is_no_line_of_follow_is_refused_by_the_schema(
    everything: list[dict[str, Any]],
) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for each in everything:
        for key in ("type", "at", "words"):
            assert not validator.is_valid({k: v for k, v in each.items() if k != key}), each


def test_the_beginning_says_what_is_listened_to_where_it_is_kept_and_how_to_end() -> None:
    f = Follower()
    f.report.begin(Path("a.tartantm"))
    (line,) = f.lines
    tags = " and ".join(f"#{tag.lstrip('#')}" for tag in AGENDA.hashtags)
    assert line == (
        f"18:41:00  Listening to {MASTODON} for {tags}; session a.tartantm; Ctrl+C ends."
    )
    f = Follower(as_json=True)
    f.report.begin(Path("a.tartantm"))
    jsonschema.validate(f.objects()[0], SCHEMA)


def test_that_nothing_at_all_is_heard_is_said_once_and_so_is_its_end() -> None:
    f = Follower(as_json=True)
    other = Health("x")
    for each in (f.live, other):
        each.change("unreachable", "Cut.")
        each.was_lost(20)
    f.report.tick([f.live, other])
    assert not [each for each in f.objects() if each["type"] == "listening"]  # a reconnect
    for each in (f.live, other):
        each.deaf_since = monotonic() - 11
    f.report.tick([f.live])
    f.report.tick([f.live, other])
    f.now = at(42)
    other.change("poll")
    f.report.tick([f.live, other])
    f.report.tick([f.live, other])
    alarm, end = (each for each in f.objects() if each["type"] == "listening")
    assert alarm["words"].startswith("NOT LISTENING: nothing is heard of any network since 18:40:")
    assert (alarm["heard"], end["heard"]) == (False, True) and end["since"] == alarm["since"]
    assert end["words"] == "Listening again, after 80 seconds in which nothing was heard."


def test_what_is_still_not_heard_is_said_again_ever_more_rarely() -> None:
    f = Follower(as_json=True)
    f.change("unreachable", "a.example cannot be reached.")
    f.let_pass(FRESH_SECONDS)
    f.lines.clear()
    counts = []
    for minutes in (0.5, 1.1, 2, 5.1, 6, 15.1, 16, 30.1, 45.1):
        f.live.deaf_since = monotonic() - 60 * minutes
        f.report.tick([f.live])
        f.report.tick([f.live])
        counts.append(sum(each["type"] == "source" for each in f.objects()))
    assert counts == [0, 1, 1, 2, 2, 3, 3, 4, 5]
    for told in f.objects():
        jsonschema.validate(told, SCHEMA)
    assert f.objects()[2]["words"] == (
        f"{MASTODON} is still not heard, for 5 minutes now: a.example cannot be reached."
    )
    f.change("stream")
    f.report.tick([f.live])
    f.change("unreachable", "a.example cannot be reached.")
    f.let_pass(FRESH_SECONDS)
    f.lines.clear()
    f.live.deaf_since = monotonic() - 61
    f.report.tick([f.live])
    assert len(f.lines) == 2, "counted anew, beside NOT LISTENING"


def test_no_reminder_of_what_was_just_said_or_is_about_to_be() -> None:
    f = Follower()
    f.live.change("connecting")
    f.live.deaf_since = monotonic() - 60.5
    f.live.change("unreachable", "A web page came.")
    for _ in range(4):
        f.let_pass(LASTS_SECONDS / 2)
    _, line = f.lines  # the first is NOT LISTENING
    assert line[10:] == f"{MASTODON} is not heard: a web page came."
    f.live.deaf_since = monotonic() - 300.5
    f.let_pass(240)
    assert f.lines[-1][10:] == f"{MASTODON} is still not heard, for 5 minutes now: a web page came."


def test_the_steps_of_one_change_are_one_line() -> None:
    f = Follower()
    f.change("stream")
    f.live.change("poll", "Its stream broke.")
    f.live.change("connecting")
    f.live.change("unreachable", "a.example cannot be reached.")
    f.let_pass(LASTS_SECONDS)
    f.let_pass(LASTS_SECONDS)
    assert [line[10:] for line in f.lines] == [
        f"{MASTODON} is heard by its stream.",
        f"{MASTODON} is not heard: a.example cannot be reached.",
    ]


def test_what_happened_just_before_the_end_is_told() -> None:
    f = Follower()
    f.live.change("refused", "No token.")
    f.report.conclude()
    assert [line[10:] for line in f.lines] == [f"{MASTODON} is not heard: no token."]


def test_asking_has_a_reason_where_something_lacks_for_a_stream() -> None:
    for as_json in (False, True):
        f = Follower(as_json=as_json)
        f.lacks = "there is no token for its stream"
        f.change("poll")
        f.change("refused", "Members only.")
        f.change("poll", "Older posts are still being read.")
        words = [
            f"{MASTODON} is heard by asking every 20 seconds, as there is no token for its stream.",
            f"{MASTODON} is not heard: Members only.",
            f"{MASTODON} is heard by asking every 20 seconds, as there is no token for its stream."
            " Older posts are still being read.",
        ]
        if not as_json:
            assert [line[10:] for line in f.lines] == words
            continue
        assert [each["words"] for each in f.objects()] == words
        reasons = ["There is no token for its stream.", "Members only."]
        reasons += ["Older posts are still being read."]
        assert [each["why"] for each in f.objects()] == reasons


@pytest.mark.parametrize("sign", ["?", "!", "."])
def test_a_sentence_that_has_ended_gets_no_other_sign(sign: str) -> None:
    f = Follower()
    why = f"Is it a server{sign}"
    f.happen(
        ev.SourceChanged(MASTODON, "asked", since=at(-30), at=at(0)),
        ev.SourceChanged(MASTODON, "connected", at=at(-30), how="poll"),
        ev.SourceChanged("x", "asked", since=at(-30), at=at(0)),
        ev.SourceChanged("x", "failed", why, how="refused"),
        ev.SourceChanged(MASTODON, "lost", why, at=at(30)),
        ev.SourceChanged(MASTODON, "ended", at=at(40)),
        ev.SourceChanged("x", "ended", at=at(40)),
    )
    f.lines.clear()
    f.report.conclude()
    assert f.lines[-1].endswith(why), f.lines
    assert not re.search(r"[?!.][?!.;]", "".join(f.lines))


def test_a_source_that_is_heard_has_no_next_try_of_its_own() -> None:
    f = Follower(as_json=True)
    f.change("poll", "Its stream broke.", monotonic() + 40)
    f.change("refused", "It does not accept the token.", monotonic() + 300)
    heard, refused = f.objects()
    assert heard["retry_in"] is None and refused["retry_in"] > 0
    assert refused["words"].endswith("Next try in 5 minutes.")
