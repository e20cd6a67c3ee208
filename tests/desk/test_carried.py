"""What only came along with posts, as the desk shows it: under its author, and in no list."""

from __future__ import annotations

from collections import defaultdict

from rich.style import Style

from tartantm.core import events as ev
from tartantm.core.carried import CONTEXT
from tartantm.core.chat import Chat
from tartantm.core.post import Author
from tartantm.desk.panes.details import detail_lines
from tartantm.desk.panes.post_lines import PostStyle, post_strips
from tartantm.desk.panes.views import Views
from tartantm.desk.panes.withheld import WithheldNow
from tests.builders import captured, chat_of, happen, post

CAT = post("c", "Spend it in the open", author=Author("cat"))

STYLES: defaultdict[str, Style] = defaultdict(Style)


def evening() -> Chat:
    return chat_of(
        ev.Captured(CAT, CONTEXT, "x", "x:1"),
        *captured(post("1", "A1 this", author="bram", quote_of="x:c")),
        *captured(post("2", "RT @cat: Spend it in the open", author="dee", repost_of="x:c")),
    )


def details(chat: Chat, post_id: str) -> str:
    lines = detail_lines(chat.entry(post_id), chat, chat.agenda.tz, 60, WithheldNow(chat))
    return "\n".join("".join(text for text, _ in line) for line in lines)


def row(chat: Chat, post_id: str) -> str:
    style = PostStyle(80)
    strips = post_strips(
        chat.entries[post_id], chat, chat.agenda.tz, style, STYLES, WithheldNow(chat)
    )
    return "\n".join(strip.text for strip in strips)


def test_the_list_and_the_details_show_it_under_its_author() -> None:
    chat = evening()
    number = chat.entries["x:c"].number
    for shown in (row(chat, "x:1"), details(chat, "x:1")):
        assert f"quotes cat #{number}" in shown and "Spend it in the open" in shown
    repost = row(chat, "x:2")
    assert "reposts cat" in repost and repost.count("Spend it in the open") == 1
    assert "RT @cat" not in repost


def test_no_list_has_it_and_its_own_details_say_what_it_is() -> None:
    chat = evening()
    views = Views(chat)
    held = {key[2] for name in views.names for key in views[name].keys}
    assert held == {"x:1", "x:2"}
    assert "No post of the chat" in details(chat, "x:c")
    assert "Placed under" not in details(chat, "x:c")


def test_what_is_hidden_of_it_is_marked_and_its_deleted_words_are_gone() -> None:
    chat = evening()
    happen(chat, ev.Hidden(("x:c",)))
    assert "hidden" in row(chat, "x:1")
    happen(chat, ev.Deleted(("x:c",), CAT.created_at))
    assert "Spend it" not in row(chat, "x:1")


def test_what_a_reposted_post_quotes_is_no_quote_of_the_reposter() -> None:
    chat = evening()
    repost = post("3", "RT", author="dee", repost_of="x:2", quote_of="x:c")
    happen(chat, *captured(repost))
    assert "  quotes " not in row(chat, "x:3").splitlines()[0]


def test_an_unknown_author_has_no_handle() -> None:
    chat = chat_of(*captured(post("feed:1", "A1 this", author=Author("unknown"))))
    for shown in (row(chat, "feed:1"), details(chat, "feed:1")):
        assert "unknown" in shown and "@unknown" not in shown
