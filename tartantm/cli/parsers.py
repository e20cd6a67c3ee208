"""The commands of the command line, and what each takes.

A parser is made for the one command that is asked for: all of them would cost every start as much
as Python's own.
"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from tartantm.cli.parsers_moderate import ACTING, Command, session


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
    sub.add_argument("--speed", type=positive, default=20.0, help="times as fast (20)")
    sub.add_argument("--export", metavar="DIR", help="no desk: write the transcripts into DIR")
    sub.add_argument("--session", metavar="FILE", help="where to keep the evening")
    _theme(sub)


def _run(sub: ArgumentParser) -> None:
    without = "an agenda file, or a session; without one you are helped to write an agenda"
    sub.add_argument("agenda", metavar="AGENDA", nargs="?", help=without)
    _hearing(sub)
    _theme(sub)


def _follow(sub: ArgumentParser) -> None:
    sub.add_argument("agenda", metavar="AGENDA", help="an agenda file")
    _hearing(sub)
    sub.add_argument("--for", dest="seconds", type=duration, metavar="TIME", help="30s, 10m, 2h")
    sub.add_argument("--json", action="store_true", help="a JSON object for each post")


def _import(sub: ArgumentParser) -> None:
    sub.add_argument("archives", metavar="ARCHIVE", nargs="+")
    sub.add_argument("--agenda", required=True, help="an agenda file")
    sub.add_argument("--session", required=True, metavar="FILE")


def _replay(sub: ArgumentParser) -> None:
    sub.add_argument("archive", metavar="ARCHIVE")
    sub.add_argument("--agenda", required=True, help="an agenda file")
    sub.add_argument("--speed", type=positive, default=1.0, help="times as fast (1)")
    sub.add_argument("--session", metavar="FILE")
    _theme(sub)
    _publishing(sub)


def _export(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument(
        "--format", default="", help="html,markdown,json,csv,text,archive (all of them)"
    )
    sub.add_argument("--output", metavar="DIR", default=".", help="where to (here)")
    sub.add_argument("--include-hidden", action="store_true", help="hidden posts too, marked")
    sub.add_argument("--theme", help="whose tartan and colour the page wears")
    sub.add_argument("--width", type=int, default=0, help="wrap the text format at N columns")
    _withholding(sub)


def _erase(sub: ArgumentParser) -> None:
    session(sub)
    who = sub.add_mutually_exclusive_group(required=True)
    who.add_argument("--author", metavar="HANDLE", help="handle, or handle@network")
    who.add_argument("--post", metavar="ID", help="a post's number in 'tartantm posts', or its id")
    sub.add_argument("--yes", action="store_true", help="do not ask")


def _doctor(sub: ArgumentParser) -> None:
    sub.add_argument("agenda", metavar="AGENDA", nargs="?", help="whose hashtags to try")
    sub.add_argument("--source", action="append", default=[], help="only this one")


def _account(sub: ArgumentParser) -> None:
    acts = sub.add_subparsers(metavar="add|check|list|remove", required=True)
    for act, words in (
        ("add", "keep a token; it is asked for, or read from a pipe"),
        ("check", "find out whether the network takes the token"),
        ("list", "list the accounts"),
        ("remove", "forget a token"),
    ):
        one = acts.add_parser(act, help=words)
        one.set_defaults(call=f"networks:account_{act}")
        if act != "list":
            one.add_argument("network", metavar="NETWORK", help="x, bluesky or mastodon:HOST")


def _forget(sub: ArgumentParser) -> None:
    session(sub)
    sub.add_argument("--yes", action="store_true", help="do not ask")


def _agenda(sub: ArgumentParser) -> None:
    ways = sub.add_subparsers(metavar="check|convert", required=True)
    for way, words in (("check", "say what is wrong with it"), ("convert", "write it as TOML")):
        one = ways.add_parser(way, help=words)
        one.set_defaults(call=f"info:agenda_{way}")
        one.add_argument("file", metavar="FILE")


def _nothing(sub: ArgumentParser) -> None:
    pass


def _theme(sub: ArgumentParser) -> None:
    sub.add_argument("--theme", help="see 'tartantm themes'")


def _hearing(sub: ArgumentParser) -> None:
    sub.add_argument(
        "--source",
        action="append",
        default=[],
        help="x, mastodon:HOST, bluesky, feed:URL or file:PATH; may be given several times",
    )
    sub.add_argument("--session", metavar="FILE", help="where to keep the evening; made if missing")
    _publishing(sub)


def _publishing(sub: ArgumentParser) -> None:
    sub.add_argument("--publish", metavar="DIR", help="keep the web page up to date there")
    sub.add_argument(
        "--publish-every", type=duration, default=30.0, metavar="TIME", help="how often (30s)"
    )
    _withholding(sub)


def _withholding(sub: ArgumentParser) -> None:
    sub.add_argument("--address", metavar="URL", help="where the page will stand on the web")
    sub.add_argument("--noindex", action="store_true", help="ask search engines to stay away")
    sub.add_argument(
        "--pseudonyms",
        choices=["participants", "all"],
        help="numbers for names: all but the agenda's people, or all",
    )
    sub.add_argument(
        "--x-text",
        choices=["full", "link"],
        help="posts on X with their words, or by author and link (full, unless configured)",
    )


COMMANDS: dict[str, Command] = {
    "demo": ("desk:demo", "play a made-up evening on the desk", _demo),
    "run": ("desk:run", "open the desk on an agenda, or on a kept session", _run),
    "follow": ("follow:follow", "capture without the desk, line by line", _follow),
    "import": ("recordings:import_", "put recorded posts into a session", _import),
    "replay": ("desk:replay", "play a recording on the desk", _replay),
    "export": ("recordings:export", "write the transcript", _export),
    "erase": ("recordings:erase", "remove a person or a post for good", _erase),
    "doctor": ("networks:doctor", "tell whether the networks work from here", _doctor),
    "account": ("", "keep, check, list or forget a network's token", _account),
    "recheck": ("networks:recheck", "ask which posts are gone or edited", session),
    "sessions": ("sessions:sessions", "list the sessions kept here, their age and size", _nothing),
    "forget": ("sessions:forget", "remove a session for good", _forget),
    **ACTING,
    "paths": ("info:where", "tell where everything is kept", _nothing),
    "themes": ("info:themes", "list the themes", _nothing),
    "keys": ("info:keys", "list the desk's keys", _nothing),
    "agenda": ("", "check or convert an agenda file", _agenda),
}
"""By name, in the order in which help lists them."""
