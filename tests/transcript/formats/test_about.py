"""The section about the transcript: sources, gaps, recheck, what is withheld, whom to ask."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from msgspec.structs import replace

from tartantm.capture.health import Health
from tartantm.core.agenda import Agenda
from tartantm.core.events import Erased, Filled, Hidden, Rechecked, SourceChanged
from tartantm.core.silences import Silence
from tartantm.networks.connection_errors import connection_error
from tartantm.transcript import formats
from tartantm.transcript.formats.about import inventory, paragraphs
from tests.transcript.evening import PEOPLE, START, Evening, small
from tests.transcript.reading import export_text, made

FEED = "feed:https://a.example/f?…"
SCHEMA = Path(formats.__file__).with_name("transcript.schema.json")


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def text_of(evening: Evening) -> str:
    return export_text(evening.chat, "text").partition("== About this transcript\n")[2]


def test_a_gap_that_was_filled() -> None:
    e = small()
    e.happen(SourceChanged("bluesky", "lost", "The connection was closed.", at=at(22)), 60)
    e.happen(SourceChanged("bluesky", "connected", at=at(26)), 61)
    e.happen(Filled("bluesky", at(22), at(26), "search", posts=3), 62)
    assert (
        "It was not heard from 18:22:00 to 18:26:00 (the connection broke);"
        " asking for it afterwards brought 3 posts.\n"
    ) in text_of(e)
    (gap,) = made(e.chat).coverage.gaps
    assert (gap.filled, gap.posts, gap.until) == (True, 3, at(26))
    assert (gap.why, gap.why_lost) == ("The connection broke.", "")


def test_a_gap_that_stays_one() -> None:
    e = small()
    e.happen(SourceChanged("mastodon:a.example", "lost", at=at(22)), 60)
    e.happen(SourceChanged("mastodon:a.example", "connected", at=at(26)), 61)
    e.happen(
        Filled("mastodon:a.example", at(22), at(26), "", why="a.example has a fault now: 503."), 62
    )
    e.happen(SourceChanged("x", "connected", at=at(0)), 62)
    e.happen(SourceChanged("x", "lost", at=at(50)), 63)
    told = text_of(e)
    assert (
        "It was not heard from 18:22:00 to 18:26:00; what was posted then may be missing and"
        " could not be asked for afterwards (its server answered with an error)."
    ) in told
    assert (
        "\n- X was heard from 18:00:00 to 18:50:00. It was not heard from 18:50:00 on;"
        " what was posted then may be missing.\n"
    ) in told
    assert [each.why_lost for each in made(e.chat).coverage.gaps] == [
        "Its server answered with an error.",
        "",
    ]


def test_a_fill_of_another_time_fills_nothing() -> None:
    e = small()
    e.happen(Filled("x", at(0), at(5), "search", posts=9), 59)
    e.happen(SourceChanged("x", "lost", at=at(22)), 60)
    e.happen(SourceChanged("x", "connected", at=at(26)), 61)
    assert not made(e.chat).coverage.gaps[0].filled


def test_the_last_recheck_is_reported_with_its_time() -> None:
    e = small()
    assert "Not checked against the networks since the posts were captured." in text_of(e)
    e.happen(Rechecked(asked=13, gone=2, edited=1, unanswered=3), 90)
    assert (
        "Checked against the networks on 20 June 2012 at 19:30: 13 posts asked for, 2 gone since"
        " they were captured, 1 edited since, 3 without an answer."
    ) in text_of(e)
    e.happen(Rechecked(asked=13), 95)
    assert "at 19:35: 13 posts asked for, all still there." in text_of(e)


def test_what_was_erased_is_counted_apart_for_it_may_have_been_said_aloud() -> None:
    e = small()
    before = text_of(e)
    assert "17 posts captured and 1 remark from the room written down: " in before
    e.happen(Erased(2), 90)
    told = text_of(e)
    assert (
        "17 posts captured and 1 remark from the room written down, besides 2 erased for good: "
    ) in told
    facts = replace(made(e.chat).coverage, captured=0, remarks=0, erased=2)
    left = replace(made(e.chat), coverage=facts)
    assert inventory(left) == "No posts are left; 2 erased for good."
    none = replace(left, coverage=replace(facts, erased=0))
    assert inventory(none) == "No posts were captured."


def test_copies_of_a_hidden_post_are_hidden_with_it() -> None:
    e, words = small(), "The same words by the same person, here and there"
    first = e.post(91, PEOPLE["dele"], words)
    again = e.post(92, PEOPLE["dele"], words, network="bluesky")
    assert e.chat.entries[again].folded_into == first
    assert "1 copy of the same words elsewhere shown with the first" in text_of(e)
    before = made(e.chat).coverage.hidden
    e.happen(Hidden((first,)), 95)
    assert "shown with the first" not in text_of(e)
    assert made(e.chat).coverage.hidden == before + 2


@pytest.mark.parametrize("name", ["html", "markdown", "text"])
def test_every_readable_format_says_whom_to_ask_for_removal(name: str) -> None:
    told = export_text(small().chat, name).replace("\\", "")
    assert "To have something corrected or removed" in told
    assert "ask Moira Placeholder; say which post by its number or link" in told


def test_without_a_moderator_somebody_is_named_all_the_same() -> None:
    assert "ask the moderator; say which" in text_of(Evening(Agenda("Nobody")))


@pytest.mark.parametrize("name", ["html", "markdown", "text", "json"])
def test_a_running_chat_says_so_and_when(name: str) -> None:
    told = export_text(small().chat, name, running_at=at(43))
    if name == "json":
        assert '"running_at": "2012-06-20T17:43:00Z"' in told
    else:
        assert "The chat is still running. Written Wednesday 20 June 2012, 18:43" in told
        assert "written on 20 June 2012 at 18:43" in told


def long_evening() -> Evening:
    """One network heard with thirty short gaps, one that was lost, one that never connected."""
    e = small()
    e.happen(SourceChanged("bluesky", "asked", since=at(-30), at=at(0)), 61)
    e.happen(SourceChanged("bluesky", "connected", at=at(0), how="stream"), 61)
    e.happen(Filled("bluesky", at(-30), at(0), "search", 2), 61)
    for n in range(30):
        e.happen(SourceChanged("bluesky", "lost", "Cut.", at=at(n), how="limited"), 61)
        e.happen(SourceChanged("bluesky", "connected", at=at(n + 0.3), how="stream"), 61)
        e.happen(Filled("bluesky", at(n), at(n + 0.3), "replay", 1), 61)
    e.happen(SourceChanged(FEED, "asked", since=at(-30), at=at(0)), 61)
    e.happen(SourceChanged(FEED, "failed", "It is gone for good.", at=at(0)), 61)
    for name in ("bluesky", FEED):
        e.happen(SourceChanged(name, "ended", at=at(90)), 92)
    return e


@pytest.mark.parametrize("name", ["html", "markdown", "text"])
def test_the_coverage_statement_in_every_readable_format(name: str) -> None:
    told = export_text(long_evening().chat, name).replace("\\", "")
    words = " ".join(told.split())
    for sentence in (
        "Nothing was heard from any network from 18:00:00 to 18:00:18, from 18:01:00 to 18:01:18,"
        " from 18:02:00 to 18:02:18 and 27 more times, 8 minutes in all; what was posted then may"
        " be missing from Feed (a.example/f?…), and was asked for from Bluesky.",
        "Bluesky was heard between 18:00:18 and 19:30:00, except for gaps of 9 minutes in all;"
        " asking for what was posted from 17:30:00 on brought 2 posts. 30 gaps of less than a"
        " minute, 9 minutes in all, were filled (its server asked to wait), which brought 30"
        " posts.",
        "was never heard, from 18:00:00 to 19:30:00, and what was posted since 17:30:00 could not"
        " be asked for: it is not there any more.",
    ):
        assert sentence in words


@pytest.mark.parametrize("count", [2, 3])
def test_many_times_of_silence_are_one_list_with_a_beginning_of_its_own(count: int) -> None:
    whys = ("It is down.", "No answer.", "It asks to wait.")[:count]
    silent = tuple(Silence(at(n), at(n + 0.5), ("x",), (), why) for n, why in enumerate(whys))
    plain = made(small().chat)
    told = replace(plain, coverage=replace(plain.coverage, silences=silent))
    first, *_ = paragraphs(told, str, str)
    if count == 3:
        assert first.words == "There were times in which nothing was heard:"
        assert all(each.startswith("Nothing was heard from any") for each in first.items)
        assert len(first.items) == 3
    else:
        assert first.words.count("Nothing was heard from any") == 2 and not first.items


def test_the_coverage_statement_in_json() -> None:
    written = json.loads(export_text(long_evening().chat, "json"))
    bluesky, feed = (
        one for one in written["coverage"]["listening"] if one["source"] in ("bluesky", FEED)
    )
    assert bluesky["heard"] and not feed["heard"]
    early, evening = feed["stretches"]
    assert evening == {
        "since": "2012-06-20T17:00:00Z",
        "until": "2012-06-20T18:30:00Z",
        "kind": "missed",
        "by": None,
        "posts": 0,
        "why": "It is not there any more.",
        "lost": False,
        "why_lost": None,
        "open": False,
    }
    assert (early["since"], early["why"]) == ("2012-06-20T16:30:00Z", "Nobody listened.")
    silences = written["coverage"]["nothing_heard"]
    assert len(silences) == 30
    assert silences[1] == {
        "since": "2012-06-20T17:01:00Z",
        "until": "2012-06-20T17:01:18Z",
        "missing": [FEED],
        "filled": ["bluesky"],
        "why": None,
        "open": False,
    }
    kinds = [one["kind"] for one in bluesky["stretches"]]
    assert kinds[:3] == ["filled", "filled", "heard"] and kinds.count("filled") == 31
    for one in written["coverage"]["gaps"]:
        assert set(one) == {"source", "since", "until", "filled", "posts", "why", "why_lost"}
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(written)


def test_readers_read_why_a_source_was_not_heard_and_no_advice_to_the_moderator() -> None:
    e = small()
    health = Health("mastodon:a.example")
    lost = connection_error(ConnectionRefusedError(), "a.example")
    assert "try another Wi-Fi" in str(lost)
    e.happen(SourceChanged("mastodon:a.example", "asked", since=at(0)), 0)
    e.happen(health.event("failed", str(lost), None, how="unreachable"), 1)
    told = text_of(e)
    assert "was never heard, from 18:00:00 on: its server could not be reached." in told
    assert "Wi-Fi" not in told and "IT" not in told


def test_of_several_sources_each_is_an_item_of_a_list() -> None:
    e = long_evening()
    text, markdown = (export_text(e.chat, name) for name in ("text", "markdown"))
    assert "\nSources:\n- X, without a recorded end" in text
    assert "\n\nSources:\n\n- X, without a recorded end" in markdown
    html = export_text(e.chat, "html")
    assert "<p>Sources:</p>\n<ul>\n<li>X, without a recorded end.\n" in html
    alone = Evening(Agenda("One"))
    alone.happen(SourceChanged("x", "connected", at=at(0)), 0)
    assert "\nSource: X was heard at 17:00:00 at least." in export_text(alone.chat, "text")


@pytest.mark.parametrize("name", ["html", "markdown", "text"])
def test_more_than_two_sentences_on_a_source_are_a_list(name: str) -> None:
    e = Evening(Agenda("One"))
    e.happen(SourceChanged("x", "asked", since=at(0), at=at(0)), 0)
    for n in (0, 10, 20):
        e.happen(SourceChanged("x", "connected", at=at(n), how="stream"), n)
        why = "X credit is used up." if n else "X asks to wait."
        e.happen(SourceChanged("x", "lost", why, at=at(n + 5), how="refused"), n + 5)
    told = export_text(e.chat, name)
    item, words = "<li>" if name == "html" else "- ", " ".join(told.split())
    assert f"{item}It was not heard from 17:05:00 to 17:10:00 (its server asked to wait)" in words
    assert f"{item}It was not heard from 17:15:00 to 17:20:00" in words
