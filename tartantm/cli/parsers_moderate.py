"""What the commands take that act on a session, also while a desk has it open."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial

Takes = Callable[[ArgumentParser], object]
"""Adds to a command's parser what it takes."""

Command = tuple[str, str, Takes]
"""Who carries it out (``module:function``), what it does in words, and what it takes."""


def session(sub: ArgumentParser) -> None:
    """A session and nothing else."""
    sub.add_argument("session", metavar="SESSION", help="a session, by file or by name")


def _on_posts(sub: ArgumentParser, *, off: bool = True) -> None:
    sub.add_argument("posts", metavar="POST", nargs="+", help="its number in the list, or id")
    if off:
        sub.add_argument("--off", action="store_true", help="no longer")


def _posts(sub: ArgumentParser) -> None:
    session(sub)
    listed = "all, inbox, general, starred, hidden, or a question such as Q3 (all)"
    sub.add_argument("list", metavar="LIST", nargs="?", default="all", help=listed)
    sub.add_argument("--with", dest="words", metavar="WORDS", help="only posts with these words")


def _place(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument("question", metavar="QUESTION", help="Q3, 4a, general, open, or accept")
    _on_posts(sub, off=False)


def _session_and_posts(sub: ArgumentParser) -> None:
    session(sub)
    _on_posts(sub)


def _mark(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument("mark", choices=["idea", "action", "decision", "resource", "question"])
    _on_posts(sub)


def _note(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument("post", metavar="POST")
    sub.add_argument("words", metavar="WORDS", nargs="*")


def _summary(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument("question", metavar="QUESTION", help="Q3, or chat")
    sub.add_argument("words", metavar="WORDS", nargs="*")


def _remark(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument("words", metavar="WORDS", nargs="+", help="such as 'Ewan: we print it'")
    sub.add_argument("--venue", help="where it was said (the agenda's first)")
    sub.add_argument("--question", help="where it belongs (the open question)")


def _open(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument("question", metavar="QUESTION", nargs="?")


def _rule(sub: ArgumentParser, *, post: bool = False) -> None:
    session(sub)
    what = sub.add_mutually_exclusive_group(required=True)
    what.add_argument("--author", metavar="HANDLE", help="handle, or handle@network")
    what.add_argument("--phrase", metavar="WORDS")
    if post:
        what.add_argument("--post", metavar="POST", help="its words")
        reasons = ["personal", "request", "abuse", "off-topic"]
        sub.add_argument("--reason", choices=reasons, default="", help="the transcript says it")
    sub.add_argument("--off", action="store_true", help="no longer")


ACTING: dict[str, Command] = {
    "inbox": ("listing:inbox", "list what waits for a look", session),
    "posts": ("listing:posts", "list posts, each with its number", _posts),
    "history": ("listing:history", "list what was done", session),
    "place": ("moderate:place", "put posts under a question", _place),
    "star": ("moderate:star", "make posts highlights", _session_and_posts),
    "hide": ("moderate:hide", "leave posts out of the transcript", _session_and_posts),
    "mark": ("moderate:mark", "mark posts", _mark),
    "note": ("moderate:note", "write a note on a post; no words take it away", _note),
    "summary": (
        "moderate:summary",
        "sum up a question or the chat; no words take it away",
        _summary,
    ),
    "remark": ("moderate:remark", "write down what somebody said aloud", _remark),
    "open": ("moderate:open_", "open the next question, or one of them", _open),
    "close": ("moderate:close", "close the open question", session),
    "mute": ("moderate:mute", "hide an author or a phrase, now and later", _rule),
    "redact": ("moderate:redact", "keep words back, now and later", partial(_rule, post=True)),
    "undo": ("moderate:undo", "take back the last act", session),
    "redo": ("moderate:redo", "do again what was taken back", session),
}
"""By name, in the order in which help lists them: for screen readers and scripts."""
