"""What only came along with posts: counted, placed and listed nowhere, withheld like any other."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

import tartantm
from tartantm.core import events as ev
from tartantm.core.carried import CONTEXT, fuller, is_cut, left_alone, references
from tartantm.core.chat import Chat
from tartantm.core.entry import is_shown
from tartantm.core.identity import gone_id
from tartantm.core.manual_reposts import repeated_id
from tartantm.core.post import Author, Link, Post
from tests.builders import START, at, captured, chat_of, happen, post

CAT = post("c", "Spend it in the open", author="cat")


@pytest.mark.parametrize(
    "author, link, cut",
    [
        (Author("dee"), None, True),
        (Author("dee", id="7"), None, False),  # the author's own ellipsis
        (Author("dee"), "https://x.com/fay/status/1", False),
        (Author("dee", id="7"), "https://x.com/i/web/status/1", True),
    ],
)
def test_an_ellipsis_is_not_always_a_cut(author: Author, link: str | None, cut: bool) -> None:
    links = (Link(link, "x.com/…"),) if link else ()
    words = "Maps by x.com/…" if link else "Maps by everybo…"
    assert is_cut(Post("x:1", author, START, words, links=links)) is cut


def carried(of: Post, by: str) -> ev.Captured:
    return ev.Captured(of, CONTEXT, "x", by)


def quoting() -> Chat:
    return chat_of(carried(CAT, "x:1"), *captured(post("1", quote_of="x:c"), post("2")))


def test_it_is_held_and_is_no_post_of_the_chat() -> None:
    chat = quoting()
    assert [entry.id for entry in chat.posts()] == ["x:1", "x:2"]
    entry = chat.entries["x:c"]
    assert not (entry.listed or entry.in_inbox) and entry.placement.question is None
    happen(chat, ev.Placed({"x:c": "Q1"}, {"x:c": ev.Placement("Q1", "reply", "", 0.9)}))
    assert entry.placement == CONTEXT


def test_reposts_of_it_stand_for_it_together_and_are_shown_while_it_may_be() -> None:
    reposts = captured(post("1", repost_of="x:c"), post("2", repost_of="x:c", author="dee"))
    for events in ([carried(CAT, "x:1"), *reposts], [*reposts, carried(CAT, "x:1")]):
        chat = chat_of(*events)
        first, second = chat.entries["x:1"], chat.entries["x:2"]
        assert (first.repeats, first.folds, first.folded_into) == ("x:c", ("x:2",), None)
        assert (second.repeats, second.folded_into) == (None, "x:1")
        assert is_shown(first, chat.entries) and is_shown(second, chat.entries)
        happen(chat, ev.Muted("author", "x:cat"))
        assert not (is_shown(first, chat.entries) or is_shown(second, chat.entries))
        happen(chat, ev.Muted("author", "x:cat", on=False), ev.Hidden(("x:c",)))
        assert not is_shown(first, chat.entries)
        happen(chat, ev.Hidden(("x:c",), on=False), ev.Deleted(("x:c",), CAT.created_at))
        assert not is_shown(first, chat.entries)


def test_it_becomes_a_post_of_the_chat_with_its_number_and_folds() -> None:
    chat = chat_of(carried(CAT, "x:1"), *captured(post("1", repost_of="x:c")))
    number = chat.entries["x:c"].number
    whole = replace(CAT, text="Spend it in the open, every month", reply_to="x:1")
    happen(chat, *captured(whole))
    entry = chat.entries["x:c"]
    assert (entry.carried, entry.number, entry.placement.question) == (False, number, "Q1")
    assert entry.post.text == whole.text and entry.folds == ("x:1",)
    assert chat.entries["x:1"].folded_into == "x:c" and chat.entries["x:1"].repeats is None
    assert [reply.id for reply in chat.threads.replies("x:1")] == ["x:c"]


def test_a_fuller_wording_takes_the_place_of_a_cut_one() -> None:
    cut = replace(CAT, text="Spend it in…", undated=True, author=Author("cat"))
    assert is_cut(cut) and fuller(CAT, cut) == CAT and fuller(cut, CAT) is None
    assert fuller(replace(cut, text="Something else entirely"), cut) is None
    chat = chat_of(carried(cut, "x:1"), *captured(post("1", quote_of="x:c")))
    happen(chat, carried(CAT, "x:1"))
    assert chat.entries["x:c"].carried and chat.entries["x:c"].post == CAT


@pytest.mark.parametrize(
    ("held", "new"),
    [
        ("Spend it in…", "Spend it in the open"),
        ("Spend it in …", "Spend it in the open"),
        ("Spend it in...", "Spend it in the"),
        ("Spend it …", "Spend it, in the open"),
        ("Spend it i...", "Spend it in"),
        ("Spend it…", "Spend it in the…"),
        ("Spend it in… https://e.example/a", "Spend it in the open"),
        ("…", "Spend it in the open"),
    ],
)
def test_words_that_go_on_where_the_others_were_cut_are_fuller(held: str, new: str) -> None:
    short, long = replace(CAT, text=held), replace(CAT, text=new)
    assert fuller(long, short) == long
    assert fuller(short, long) is None


@pytest.mark.parametrize(
    ("held", "new"),
    [
        ("Spend it in…", "Spend it in…"),
        ("Spend it in…", "Spend it in..."),
        ("Spend it in…", "Spend it in …"),
        ("Spend it in…", "Spend it in… https://e.example/a"),
        ("Spend it in…", "Spend it in"),
        ("Spend it in…", "He says: Spend it in the open"),
        ("Spend it in", "Spend it in the open"),
        ("…Spend it in", "…Spend it in the open"),
        ("...Spend it in", "...Spend it in the open"),
    ],
)
def test_other_words_are_not_fuller(held: str, new: str) -> None:
    for one, two in ((held, new), (new, held)):
        assert fuller(replace(CAT, text=one), replace(CAT, text=two)) is None


def test_what_either_version_knows_is_kept() -> None:
    """A version that says who or when, of fewer words, does not take words away; nor otherwise."""
    cut = replace(CAT, text="Spend it in…", links=(), mentions=("x",), url="https://x.com/cat/1")
    link = (Link("https://e.example/a"),)
    whole = replace(CAT, hashtags=("open",), links=link, author=Author("cat"), undated=True)
    both = replace(cut, text=CAT.text, hashtags=("open",), links=link, mentions=())
    assert fuller(cut, whole) == both
    later = replace(whole, created_at=at(9), url=None)
    assert fuller(later, cut) == replace(both, url=None)
    named = replace(cut, undated=True)
    assert fuller(named, replace(whole, undated=False)) == replace(both, undated=False)
    assert fuller(replace(named, created_at=at(9)), replace(whole, undated=False)) == both
    dated = replace(cut, author=Author("cat"))
    assert fuller(dated, whole) == replace(both, author=Author("cat"))
    assert fuller(dated, dated) is None and fuller(whole, whole) is None
    newer = replace(CAT, author=Author("catriona", "Cat", "cat"), created_at=at(9))
    assert fuller(newer, cut) == newer


def test_it_is_no_reply_and_no_copy() -> None:
    said = "The very same words that somebody else said before"
    context = post("c", said, author="cat", reply_to="x:1")
    twin = post("mastodon:https://m.example/1", said, author="cat", minute=2)
    chat = chat_of(*captured(post("1")), carried(context, "x:1"), *captured(twin))
    assert chat.threads.replies("x:1") == []
    assert chat.entries[twin.id].listed


def test_it_is_left_alone_once_nothing_refers_to_it() -> None:
    chat = chat_of(
        carried(CAT, "x:1"), *captured(post("1", quote_of="x:c"), post("2", reply_to="x:c"))
    )
    assert left_alone(chat, {"x:1"}) == []
    assert [entry.id for entry in left_alone(chat, {"x:1", "x:2"})] == ["x:c"]
    assert list(references(post("1", quote_of="x:a", reply_to="x:b"))) == ["x:a", "x:b"]


def test_what_left_the_file_with_its_last_post_is_not_held_and_may_come_again() -> None:
    left = replace(CAT.emptied(), id=gone_id("00" * 8, "x:c"))
    chat = chat_of(ev.Captured(left, CONTEXT, "x", ev.LEFT_ALONE))
    assert not chat.entries
    happen(chat, *captured(CAT))
    assert [entry.id for entry in chat.posts()] == ["x:c"]


def test_what_was_repeated_by_hand_stays_while_its_repeat_does() -> None:
    said = "Spend it where all can see"
    repeated = post(repeated_id("cat", said), said, author="cat", undated=True)
    repeat = post("1", f"RT @cat: {said}", repost_of=repeated.id)
    chat = chat_of(carried(repeated, "x:1"), *captured(repeat, post("c", said, author="cat")))
    assert chat.entries["x:1"].folded_into == "x:c"
    assert left_alone(chat, {"x:9"}) == []
    assert [entry.id for entry in left_alone(chat, {"x:1"})] == [repeated.id]


EVERY_ENTRY = {
    "archives/formats/feeds.py": "the entries of a feed",
    "archives/write.py": "writes what `archive_chat` has, carried posts with a mark",
    "capture/capture.py": "reposts of erased posts go, whatever they are",
    "capture/recheck.py": "what came along is looked for at its network, too",
    "capture/session_index.py": "the same, while a chat runs",
    "cli/recordings.py": "the networks to be asked about",
    "core/accounts.py": "whose words are withheld",
    "core/carried.py": "looks for what came along",
    "core/chat.py": "mutes and redactions; defines `posts`",
    "core/redaction.py": "withholds",
    "core/retention.py": "X's rule on posts that were not looked for",
    "core/shown.py": "compares what is shown",
    "core/texts.py": "every text, to be searched for what is withheld",
    "core/traces.py": "where words stand that are withheld",
    "desk/closing.py": "the networks to be asked about",
    "desk/phrase_hits.py": "what came along is withheld, too",
    "desk/withholding.py": "what came along is withheld, too",
    "desk/panes/views.py": "each list takes an entry by `listed`",
    "desk/panes/withheld.py": "who is withheld",
    "moderation/consequences.py": "what came along is withheld, too",
    "moderation/review.py": "leaves out what only came along, see `_counts`",
    "moderation/references.py": "what came along can be named to be withheld",
    "cli/listing.py": "takes entries by `listed` and `in_inbox`",
    "store/deletion_plan.py": "what leaves the file",
    "store/erasure.py": "what leaves the file",
    "store/erased_texts.py": "whose names stay",
    "store/purge.py": "the entries of a plan",
    "store/without_more.py": "compares what is shown",
    "transcript/item_builder.py": "the entries that are visible, all of them posts",
    "transcript/leaks.py": "numbers of posts with leaks",
    "transcript/pseudonyms.py": "numbers for everybody who is named",
    "transcript/publish.py": "notices that something was withheld",
    "transcript/visibility.py": "decides what is shown of it",
}
"""Modules that go through carried posts as well, and why; all others use `Chat.posts`."""


def every_entry(tree: ast.AST) -> int:
    """Returns how often code goes through all entries of a chat, or counts them."""

    def is_entries(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in ("entries", "_entries")

    found = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of_entries = node.func.attr in ("values", "items", "keys") and is_entries(
                node.func.value
            )
            found += of_entries or (node.func.attr == "ordered" and not node.args)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found += node.func.id in ("len", "list", "sorted", "iter") and any(
                map(is_entries, node.args)
            )
        elif isinstance(node, ast.For | ast.comprehension):
            found += is_entries(node.iter)
    return found


def test_whoever_goes_through_all_entries_says_why() -> None:
    root = Path(tartantm.__file__).parent
    found = Counter(
        {
            path.relative_to(root).as_posix(): every_entry(ast.parse(path.read_text("utf-8")))
            for path in root.rglob("*.py")
            if "networks" not in path.parts  # which know no chat
        }
    )
    unexplained = {name for name, count in found.items() if count and name not in EVERY_ENTRY}
    assert not unexplained, "use Chat.posts, or say here why carried posts are meant, too"


@pytest.mark.parametrize(
    ("code", "times"),
    [
        ("for entry in chat.entries.values(): pass", 1),
        ("len(chat.entries)", 1),
        ("[entry for entry in self.chat.ordered()]", 1),
        ("{post for post in chat.entries}", 1),
        ("chat.entries[post]; post in chat.entries; list(chat.posts())", 0),
    ],
)
def test_going_through_all_entries_is_noticed(code: str, times: int) -> None:
    assert every_entry(ast.parse(code)) == times


def test_a_link_elsewhere_says_nothing_of_where_words_end() -> None:
    links = (Link("https://a.example/b", "a.example/b"),)
    assert is_cut(Post("x:1", Author("cat"), START, "See a.example/b and more...\n", links=links))
