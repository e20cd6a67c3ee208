"""What was hidden, deleted or restricted is in no byte of any format."""

from __future__ import annotations

import pytest

from tartantm.core.chat import Chat
from tartantm.core.events import Deleted, Hidden, Noted, Placement
from tests.transcript.evening import PEOPLE, START, Evening, small
from tests.transcript.reading import WORDS, export_text

HIDDEN = ("Pills! pills.example", "Buy Cheap Pills", "pills")
DELETED = ("I should not have said that", "Rue Regret", "Regret")
RESTRICTED = ("Only for my followers", "Shy Follower", "tiny.example")


@pytest.mark.parametrize("name", WORDS)
def test_left_out_is_gone_from_every_byte(name: str) -> None:
    evening = small()
    ids = [post_id for post_id, entry in evening.chat.entries.items() if not entry.published]
    assert len(ids) == 3
    text = export_text(evening.chat, name)
    for word in (*HIDDEN, *DELETED, *RESTRICTED, *ids):
        assert word not in text


@pytest.mark.parametrize("name", WORDS)
def test_hidden_ones_only_where_asked_for(name: str) -> None:
    text = export_text(small().chat, name, include_hidden=True)
    assert "Buy Cheap Pills" in text and "pills.example" in text
    for word in (*DELETED, *RESTRICTED):
        assert word not in text


@pytest.mark.parametrize("name", WORDS)
def test_x_text_stays_on_x(name: str) -> None:
    text = export_text(small().chat, name, x_text="link")
    for word in ("wet end of town", "نعم", "beer mat still holds", "Only if somebody"):
        assert word not in text
    assert "less policy" in text and "Dele Placeholder" in text
    assert "https://x.com/dele/status/213000000000007919" in text


def test_the_page_says_where_to_read_what_stayed_on_x() -> None:
    assert "Read #5 on X" in export_text(small().chat, "html", x_text="link")
    assert "Read this post on X" in export_text(small().chat, "text", x_text="link")


@pytest.mark.parametrize("name", WORDS)
def test_reasons_do_not_name_whom_nobody_sees(name: str) -> None:
    e = Evening()
    bad = e.post(1, PEOPLE["bruno"], "gone", network="bluesky")
    e.post(
        *(2, PEOPLE["dele"], "@x right"),
        by="thread",
        reason="in a thread with Bruno Sample 🌻 in General",
    )
    e.happen(Deleted((bad,), START), 3)
    # The agenda names him as a guest; what may not show is that he was heard.
    assert "🌻" not in export_text(e.chat, name)


def test_reasons_may_name_whom_everybody_sees() -> None:
    e = Evening()
    e.post(1, PEOPLE["calum"], "here", network="mastodon")
    gone = e.post(2, PEOPLE["calum"], "gone", network="mastodon")
    e.post(3, PEOPLE["dele"], "right", by="mention", reason="speaks to Calum Sample in General")
    e.happen(Hidden((gone,)), 4)
    assert "speaks to Calum Sample" in export_text(e.chat, "json")


def test_a_person_s_placement_keeps_its_reason() -> None:
    e = Evening()
    gone = e.post(1, PEOPLE["calum"], "gone", network="mastodon")
    post = e.post(2, PEOPLE["dele"], "stays", reply_to=gone)
    e.chat.entries[post].placement = Placement("Q1", "moderator", "Placed by the moderator", 1.0)
    e.happen(Deleted((gone,), START), 3)
    text = export_text(e.chat, "json")
    assert "Placed by the moderator" in text and gone not in text


def test_notes_on_hidden_posts_go_with_them() -> None:
    e = Evening()
    post = e.post(1, PEOPLE["dele"], "secret words")
    e.happen(Noted(post, "a note about it"), 2)
    e.mark("idea", post)
    e.happen(Hidden((post,)), 3)
    for name in WORDS:
        text = export_text(e.chat, name)
        assert "secret words" not in text and "a note about it" not in text


def test_sources_show_no_folders_and_no_passwords() -> None:
    text = "".join(export_text(small().chat, name) for name in WORDS)
    assert "/home/nobody" not in text and "evening.jsonl" in text


def test_the_chat_is_not_changed_by_looking(name: str = "html") -> None:
    evening = small()
    export_text(evening.chat, name, include_hidden=True, x_text="link")
    assert export_text(evening.chat, name) == export_text(Chat(evening.recorded), name)
