"""What the commands take that act on a session, also while a desk has it open."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from functools import partial

POST = "its number, its id, or a link to it or to it on the published page"
"""What names a post."""

PLACES = "Q3, 4a, general, open (the open one), or accept (what is suggested)"
"""What names a place for posts."""

AUTHOR = "a handle, handle@network, a whole name, a permanent id, or a link to the profile"
"""What names an author."""

Takes = Callable[[ArgumentParser], object]
"""Adds to a command's parser what it takes."""

Command = tuple[str, str, Takes]
"""Who carries it out (``module:function``), what it does in words, and what it takes."""


def handle(written: str) -> str:
    """Returns what names an author; Japanese keyboards write the sign before it in full width."""
    return written.replace("＠", "@")


def session(sub: ArgumentParser) -> None:
    """A session and nothing else."""
    sub.add_argument("session", metavar="SESSION", help="a session, by file or by name")


def despite_damage(sub: ArgumentParser, words: str = "go on") -> None:
    """The flag of everything that publishes or acts."""
    sub.add_argument(
        "--despite-damage",
        action="store_true",
        help=f"{words} although events of the session cannot be read",
    )


def inbox_size(sub: ArgumentParser, flag: str = "--inbox") -> None:
    """The flag of everything that makes, opens or sets up a session."""
    sub.add_argument(
        flag,
        choices=["few", "usual", "thorough"],
        help="how many doubtful posts wait in the inbox: about 10, 18 or 30 of 100"
        " (as it is, or usual)",
    )


def _inbox(sub: ArgumentParser) -> None:
    _act(sub)
    inbox_size(sub, "--size")


def _whole(text: str) -> int:
    """A number of rows."""
    if (value := int(text)) < 0:
        raise ArgumentTypeError("it has to be 0 or more")
    return value


def _review(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument(
        "--most", type=_whole, default=20, metavar="N", help="how many are listed (20)"
    )
    sub.add_argument(
        "--conversations", action="store_true", help="list conversations instead of posts"
    )
    sub.add_argument("--json", action="store_true", help="print one JSON object")


def _act(sub: ArgumentParser) -> None:
    session(sub)
    despite_damage(sub)


def _on_posts(sub: ArgumentParser) -> None:
    sub.add_argument("posts", metavar="POST", nargs="+", help=POST)


def _off(sub: ArgumentParser) -> None:
    sub.add_argument("--off", action="store_true", help="no longer")


def _posts(sub: ArgumentParser) -> None:
    session(sub)
    listed = "all, inbox, general, starred, hidden, or a question such as Q3 (all)"
    sub.add_argument("list", metavar="LIST", nargs="?", default="all", help=listed)
    sub.add_argument("--with", dest="words", metavar="WORDS", help="only posts with these words")


def _place(sub: ArgumentParser) -> None:
    _act(sub)
    sub.add_argument("question", metavar="QUESTION", help=PLACES)
    _on_posts(sub)
    replies = "with the replies below them that belong where they do"
    sub.add_argument("--with-replies", action="store_true", help=replies)


def _session_and_posts(sub: ArgumentParser) -> None:
    _act(sub)
    _on_posts(sub)
    _off(sub)


def _mark(sub: ArgumentParser) -> None:
    _act(sub)
    sub.add_argument("mark", choices=["idea", "action", "decision", "resource", "question"])
    _on_posts(sub)
    _off(sub)


def _note(sub: ArgumentParser) -> None:
    _act(sub)
    sub.add_argument("post", metavar="POST", help=POST)
    sub.add_argument("words", metavar="WORDS", nargs="*")


def _summary(sub: ArgumentParser) -> None:
    _act(sub)
    sub.add_argument("question", metavar="QUESTION", help="Q3, or chat")
    sub.add_argument("words", metavar="WORDS", nargs="*")


def _remark(sub: ArgumentParser) -> None:
    _act(sub)
    sub.add_argument("words", metavar="WORDS", nargs="+", help="such as 'Ewan: we print it'")
    sub.add_argument("--venue", help="where it was said, or its beginning (the first venue)")
    sub.add_argument("--question", help="where it belongs (the question open at the time)")
    sub.add_argument("--at", metavar="TIME", help="when it was said: 18:20, '01:30 BST' (now)")


def _amend(sub: ArgumentParser) -> None:
    _act(sub)
    sub.add_argument("post", metavar="POST", help=f"the remark: {POST}")
    said = "'Speaker: words', or the words alone (as they are)"
    sub.add_argument("words", metavar="WORDS", nargs="*", help=said)
    sub.add_argument("--venue", help="where it was said, or its beginning; '' for nowhere")
    sub.add_argument("--at", metavar="TIME", help="when it was said: 18:20, '01:30 BST'")


def _open(sub: ArgumentParser) -> None:
    _act(sub)
    sub.add_argument("question", metavar="QUESTION", nargs="?", help="such as Q3 (the next one)")
    sub.add_argument("--from", dest="since", metavar="POST", help=f"from a post on (now): {POST}")


def _rule(sub: ArgumentParser, *, post: bool = False) -> None:
    _act(sub)
    what = sub.add_mutually_exclusive_group(required=True)
    what.add_argument("--author", type=handle, metavar="HANDLE", help=AUTHOR)
    within = "not within longer words" if post else "within longer words too"
    what.add_argument(
        "--phrase", metavar="WORDS", help=f"a word or more, in any spelling, {within}"
    )
    if post:
        what.add_argument("--post", metavar="POST", help=f"the words of one post: {POST}")
        reasons = ["personal", "request", "abuse", "off-topic"]
        sub.add_argument("--reason", choices=reasons, default="", help="transcripts show it")
    what.add_argument("--list", action="store_true", help="list what holds, and what ends each")
    sub.add_argument(
        "--also",
        type=handle,
        action="append",
        default=[],
        metavar="HANDLE@NETWORK",
        help="another account of the same person, which the program cannot be sure of",
    )
    sub.add_argument("--exact", action="store_true", help="leave the phrase with other accents")
    sub.add_argument("--yes", action="store_true", help="do not ask, however much it hits")
    _off(sub)


def _undo(sub: ArgumentParser) -> None:
    _act(sub)
    sub.add_argument("--yes", action="store_true", help="do not ask where an erasure is newer")


MODERATING: dict[str, Command] = {
    "inbox": ("listing:inbox", "list the posts that wait to be placed", _inbox),
    "review": ("review:review", "list what to look at first after the chat", _review),
    "posts": ("listing:posts", "list posts, each with its number", _posts),
    "history": ("listing:history", "list what was done", session),
    "place": ("moderate:place", "put posts under a question", _place),
    "star": ("moderate:star", "make posts highlights", _session_and_posts),
    "hide": ("moderate:hide", "leave posts out of the transcript", _session_and_posts),
    "mark": ("moderate:mark", "mark posts", _mark),
    "note": ("moderate:note", "write a note on a post; without words, remove it", _note),
    "summary": (
        "moderate:summary",
        "sum up a question or the chat; without words, remove the summary",
        _summary,
    ),
    "remark": ("moderate:remark", "write down what somebody said aloud", _remark),
    "amend": ("moderate:amend", "correct a remark: words, speaker, venue, time", _amend),
    "open": ("moderate:open_", "open the next question, or a given one", _open),
    "close": ("moderate:close", "close the open question", _act),
    "mute": ("withhold:mute", "hide everything by an author or with a phrase", _rule),
    "redact": (
        "withhold:redact",
        "keep a post's words, a name or a phrase out of transcripts",
        partial(_rule, post=True),
    ),
    "undo": ("moderate:undo", "undo the last act", _undo),
    "redo": ("moderate:redo", "redo what was undone last", _act),
}
"""By name, in the order in which help lists them: for screen readers and scripts."""
