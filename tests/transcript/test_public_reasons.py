"""Why a source was not heard, as readers may know it: nothing else than a closed set."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tartantm.core.events import Filled, Hearing, SourceChanged
from tartantm.networks.bluesky.errors import answer_error as bluesky_error
from tartantm.networks.connection_errors import connection_error, proxy_error
from tartantm.networks.http_errors import server_fault, web_page_error
from tartantm.networks.protocol import not_accepted
from tartantm.networks.way_out import ProxyRefusal, WayOut
from tartantm.networks.x import errors as x
from tartantm.networks.x.cost import Spending
from tartantm.transcript import FORMATS
from tartantm.transcript import public_reasons as to_readers
from tartantm.transcript.public_reasons import REASONS, public_reason, public_unanswered
from tests.transcript.evening import START, small
from tests.transcript.reading import export_text

HOST = "social.example"
PROXY = WayOut(proxy="proxy.council.example:3128")


def capped() -> str:
    spending = Spending(0.005, 0.005, lambda: START)
    spending.read({"data": {"id": "1"}})
    with pytest.raises(Exception, match="cap") as caught:
        spending.check()
    return str(caught.value)


def sentences() -> Iterator[tuple[str, Hearing, str]]:
    """What is recorded for the moderator, as it is made, and what readers are told of it."""
    token = "from the variable TARTANTM_X_TOKEN"
    yield capped(), "refused", to_readers.STOPPED
    yield x.CREDIT, "refused", to_readers.STOPPED
    yield x.CAPPED, "refused", to_readers.STOPPED
    yield str(x.answer_error(401, {}, b"", token)), "refused", to_readers.LOGIN
    yield str(x.answer_error(403, {}, b"")), "refused", to_readers.REFUSED
    yield str(x.answer_error(503, {}, b"")), "unreachable", to_readers.ERROR
    yield str(x.answer_error(429, {}, b"")), "limited", to_readers.WAIT
    yield not_accepted(f"{HOST} does not accept the token", HOST, token), "refused", "Its login"
    yield f"{HOST} says that the feed is gone for good; leave it out.", "refused", to_readers.GONE
    yield str(server_fault(HOST, 503)), "unreachable", to_readers.ERROR
    yield str(web_page_error(HOST)), "unreachable", to_readers.UNREACHED
    yield str(bluesky_error("bsky.example", 500, {}, b"")), "unreachable", to_readers.ERROR
    yield f"Bluesky did not let @ailsa in: {HOST} answered 401: No.", "refused", to_readers.LOGIN
    yield "Nothing came for 45 seconds.", "unreachable", to_readers.QUIET
    yield "X closed the connection.", "unreachable", to_readers.BROKE
    yield "It did not answer in time.", "unreachable", to_readers.LATE
    yield "X's search goes back seven days only; nothing before 2 May came.", "", to_readers.OLD
    yield f"#tartantm has more posts than {HOST} may be asked for at once.", "", to_readers.MANY
    yield f"{HOST} lists only the last 20 entries of the feed.", "", to_readers.MANY
    yield f"{HOST} does not return older posts of #tartantm.", "", to_readers.OLD
    yield "ValueError: /home/ailsa/x.py", "failed", to_readers.FAULT
    for error in (ConnectionRefusedError(), socket.gaierror(socket.EAI_NONAME, "no")):
        for way in (WayOut(), PROXY):
            words = str(connection_error(error, HOST, way))
            yield words, "unreachable", to_readers.UNREACHED
    yield str(proxy_error(ProxyRefusal(407, ["Basic"]), HOST, PROXY)), "unreachable", ""


@pytest.mark.parametrize(("words", "how", "told"), list(sentences()))
def test_each_recorded_sentence_has_one_for_readers(words: str, how: Hearing, told: str) -> None:
    found = public_reason(words, how)
    assert found.startswith(told) and found in REASONS
    assert HOST not in found and "proxy" not in found and "$" not in found
    assert public_reason(found, how) in REASONS


@given(st.text(), st.sampled_from(get_args(Hearing)))
@example("X says no. X says: your cap that you set", "unreachable")
def test_no_words_from_elsewhere_are_published(words: str, how: Hearing) -> None:
    assert public_reason(words, how) in REASONS
    assert public_reason(f"It is away. X says: {words}", "") == ""


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("which posts are gone or edited ($0.12 of $0.12)", "which posts are gone or edited"),
        (
            "which posts are gone or edited and what was replied without the hashtag (No.)",
            "which posts are gone or edited and what was replied without the hashtag",
        ),
        ("SECRET", "all that it was asked"),
    ],
)
def test_what_was_not_said_is_told_without_the_reason(what: str, told: str) -> None:
    assert public_unanswered(what) == told


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_has_a_sentence_that_is_for_the_moderator(name: str) -> None:
    e = small()
    for source, state in (("x", "failed"), ("mastodon:a.example", "lost"), ("file:f", "failed")):
        why = f"SECRET of {source}: $0.12, proxy.council.example"
        e.happen(SourceChanged(source, "asked", since=START, at=START), 60)
        e.happen(SourceChanged(source, state, why, how="refused"), 61)  # type: ignore[arg-type]
        e.happen(Filled(source, START, START.replace(minute=30), "", why=why), 62)
        e.happen(SourceChanged(source, "ended", why, since=START, at=START), 63)
    told = export_text(e.chat, name)
    assert "SECRET" not in told and "council" not in told and "0.12" not in told
