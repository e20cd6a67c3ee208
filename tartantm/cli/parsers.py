"""The commands of the command line, and what each takes.

A parser is made for the one command that is asked for: all of them would cost every start as much
as Python's own.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from tartantm.cli.parsers_import import import_options
from tartantm.cli.parsers_moderate import (
    AUTHOR,
    MODERATING,
    POST,
    Command,
    despite_damage,
    handle,
    inbox_size,
    session,
)


def positive(text: str) -> float:
    """A number above 0."""
    value = float(text)
    if not 0 < value < 1e6:
        raise ArgumentTypeError("it has to be above 0")
    return value


def duration(text: str) -> float:
    """Seconds of "90", "90s", "10m" or "2h"."""
    unit = {"s": 1, "m": 60, "h": 3600}.get(text[-1:], 0)
    return positive(text[:-1] if unit else text) * (unit or 1)


def _demo(sub: ArgumentParser) -> None:
    sub.add_argument("--speed", type=positive, default=20.0, help="how many times as fast (20)")
    sub.add_argument("--export", metavar="DIR", help="no desk: write the transcripts into DIR")
    sub.add_argument("--session", metavar="FILE", help="the session file to keep the evening in")
    inbox_size(sub)
    _theme(sub)


def _run(sub: ArgumentParser) -> None:
    sub.add_argument(
        "agenda",
        metavar="AGENDA",
        nargs="?",
        help="an agenda file or a session; without one, you are helped to write an agenda",
    )
    _sources(
        sub,
        "those of the config file; a kept session asks about those that it listened to, and with"
        " this listens to exactly what is named",
    )
    sub.add_argument(
        "--offline", action="store_true", help="listen to no network, and do not ask about it"
    )
    inbox_size(sub)
    _theme(sub)


def _follow(sub: ArgumentParser) -> None:
    sub.add_argument("agenda", metavar="AGENDA", help="an agenda file")
    _sources(sub, "those of the config file, or else what the session listened to")
    sub.add_argument(
        "--for",
        dest="seconds",
        type=duration,
        metavar="TIME",
        help="how long: 30s, 10m, 2h (until the sources end)",
    )
    sub.add_argument(
        "--json",
        action="store_true",
        help="print a JSON object for each post; what else happens goes to standard error, as"
        " objects too",
    )
    inbox_size(sub)


def _replay(sub: ArgumentParser) -> None:
    sub.add_argument("archive", metavar="ARCHIVE", help="a file of recorded posts")
    sub.add_argument("--agenda", required=True, help="an agenda file")
    sub.add_argument("--speed", type=positive, default=1.0, help="how many times as fast (1)")
    sub.add_argument("--session", metavar="FILE", help="the session file to keep the evening in")
    inbox_size(sub)
    _theme(sub)
    _publishing(sub)


def _export(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument(
        "--format", default="", help="html,markdown,json,csv,text,archive (all of them)"
    )
    sub.add_argument("--output", metavar="DIR", default=".", help="the folder to write to (.)")
    sub.add_argument(
        "--include-hidden",
        action="store_true",
        help="hidden posts too, marked, and their words in questions that were made of them",
    )
    sub.add_argument("--theme", help="the theme that gives the page its tartan and colour")
    sub.add_argument("--width", type=int, default=0, help="wrap the text format at N columns")
    _strict(sub, "write nothing, and end with 1,")
    _withholding(sub)
    despite_damage(sub, "write it")


def _strict(sub: ArgumentParser, words: str) -> None:
    sub.add_argument(
        "--strict",
        action="store_true",
        help=f"{words} while the leak report has places to look at",
    )


def _leaks(sub: ArgumentParser) -> None:
    session(sub)
    what = sub.add_mutually_exclusive_group()
    keys = "find the places with these keys"
    what.add_argument("--accept", metavar="KEY", nargs="+", help=f"{keys} harmless")
    what.add_argument(
        "--accept-all",
        action="store_true",
        help="find all places harmless that are left to look at",
    )
    what.add_argument("--reopen", metavar="KEY", nargs="+", help=f"{keys} to be looked at again")
    sub.add_argument("--include-hidden", action="store_true", help="hidden posts too")
    _withholding(sub)
    despite_damage(sub)


def _erase(sub: ArgumentParser) -> None:
    session(sub)
    who = sub.add_mutually_exclusive_group(required=True)
    who.add_argument("--author", type=handle, metavar="HANDLE", help=AUTHOR)
    who.add_argument("--post", metavar="POST", help=POST)
    sub.add_argument(
        "--also",
        type=handle,
        action="append",
        default=[],
        metavar="HANDLE@NETWORK",
        help="another account of the same person, which the program cannot be sure of",
    )
    sub.add_argument("--dry-run", action="store_true", help="show what would go, and erase nothing")
    _yes(sub)
    despite_damage(sub)


def _correct(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument("--no-recheck", action="store_true", help="do not ask the networks first")
    _yes(
        sub,
        "write files elsewhere than here without asking, also those that were changed by hand",
    )
    despite_damage(sub, "write it")


def _doctor(sub: ArgumentParser) -> None:
    sub.add_argument(
        "agenda", metavar="AGENDA", nargs="?", help="an agenda file; its hashtags are tried"
    )
    sub.add_argument("--source", action="append", default=[], help="check only this source")


def _account(sub: ArgumentParser) -> None:
    actions = sub.add_subparsers(metavar="add|check|list|remove", required=True)
    for action, words in {
        "add": "store a token; it is asked for, or read from a pipe",
        "check": "check whether the network accepts the token",
        "list": "list the accounts",
        "remove": "remove a token",
    }.items():
        one = actions.add_parser(action, help=words)
        one.set_defaults(call=f"networks:account_{action}")
        if action != "list":
            one.add_argument("network", metavar="NETWORK", help="x, bluesky or mastodon:HOST")


def _forget(sub: ArgumentParser) -> None:
    sub.add_argument(
        "sessions", metavar="SESSION", nargs="*", help="a session file, or a name of those kept"
    )
    sub.add_argument(
        "--older-than",
        metavar="PERIOD",
        help="those whose last post was written that long ago: 90d, 6 months, 2 years",
    )
    sub.add_argument(
        "--due", action="store_true", help="those kept for longer than [retention] says"
    )
    _yes(sub)


def _agenda(sub: ArgumentParser) -> None:
    actions = sub.add_subparsers(metavar="check|convert", required=True)
    for action, words in {
        "check": "show what was understood, or what is wrong with it",
        "convert": "write it as TOML",
    }.items():
        one = actions.add_parser(action, help=words)
        one.set_defaults(call=f"info:agenda_{action}")
        one.add_argument("file", metavar="FILE", help="an agenda file, TOML or Markdown")


def _nothing(sub: ArgumentParser) -> None:
    pass


def _yes(sub: ArgumentParser, words: str = "do not ask for confirmation") -> None:
    sub.add_argument("--yes", action="store_true", help=words)


def _theme(sub: ArgumentParser) -> None:
    sub.add_argument("--theme", help="see 'tartantm themes'")


def _sources(sub: ArgumentParser, otherwise: str) -> None:
    sub.add_argument(
        "--source",
        action="append",
        default=[],
        help="x, mastodon:HOST, bluesky, feed:URL or file:PATH; may be given several times"
        f" ({otherwise})",
    )
    sub.add_argument(
        "--session",
        metavar="FILE",
        help="the session file to keep the evening in; made where it is missing",
    )
    _publishing(sub)


def _publishing(sub: ArgumentParser) -> None:
    sub.add_argument("--publish", metavar="DIR", help="keep the web page in DIR up to date")
    sub.add_argument(
        "--publish-every",
        type=duration,
        default=30.0,
        metavar="TIME",
        help="how often the page is written (30s)",
    )
    _strict(sub, "do not publish")
    _withholding(sub)
    despite_damage(sub, "publish")


def _withholding(sub: ArgumentParser) -> None:
    sub.add_argument("--address", metavar="URL", help="the page's address on the web")
    sub.add_argument("--noindex", action="store_true", help="ask search engines to stay away")
    sub.add_argument(
        "--pseudonyms",
        choices=["participants", "all"],
        help="numbers for names: of all but the agenda's people, or of all",
    )
    sub.add_argument(
        "--x-text",
        choices=["full", "link"],
        help="posts on X with their words, or by author and link (full, unless configured)",
    )


COMMANDS: dict[str, Command] = {
    "demo": ("desk:demo", "play a made-up evening on the desk", _demo),
    "run": ("desk:run", "open the desk on an agenda, or on a kept session", _run),
    "follow": ("follow:follow", "capture without the desk, printing a line for each post", _follow),
    "import": ("importing:import_", "put recorded posts into a session", import_options),
    "replay": ("desk:replay", "play a recording on the desk", _replay),
    "export": ("recordings:export", "write the transcript", _export),
    "leaks": ("leaks:leaks", "list places that may still name somebody withheld", _leaks),
    "erase": ("erase:erase", "remove a person or a post for good", _erase),
    "correct": ("correct:correct", "write published files again, as they have to be now", _correct),
    "doctor": ("networks:doctor", "check whether the networks can be used from here", _doctor),
    "account": ("", "add, check, list or remove a network's token", _account),
    "recheck": ("networks:recheck", "ask the networks which posts are gone or edited", session),
    "sessions": ("sessions:sessions", "list the sessions kept here, their age and size", _nothing),
    "forget": ("sessions:forget", "remove sessions for good", _forget),
    **MODERATING,
    "paths": ("info:where", "list the places where files are kept", _nothing),
    "themes": ("info:themes", "list the themes", _nothing),
    "keys": ("info:keys", "list the desk's keys", _nothing),
    "agenda": ("", "check or convert an agenda file", _agenda),
}
"""By name, in the order in which help lists them."""
