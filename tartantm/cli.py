"""The command line. Each command imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from tartantm import __version__
from tartantm.errors import TartantmError


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line; gives the exit code: 0 done, 2 usage or bad input, 1 failed."""
    for stream in (sys.stdout, sys.stderr):
        # Windows writes its code page unless told; a name in Gaelic must not end the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = parser().parse_args(arguments)
    module, function = options.call.split(":")
    try:
        return int(getattr(import_module(f"tartantm.{module}"), function)(options) or 0)
    except TartantmError as error:
        from tartantm.post import clean

        # It may name a file or quote words that somebody else chose.
        print(f"tartantm: {clean(str(error))}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 1
    except BrokenPipeError:
        # Whoever read our output (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("TARTANTM_DEBUG"):
            raise
        from tartantm.faults import noted

        print(f"tartantm: {noted(error)}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(
        prog="tartantm",
        description="A desk for the moderator of a hashtag chat, and a transcript worth reading.",
        epilog="'tartantm COMMAND --help' tells about one command. Start with: tartantm demo",
    )
    top.add_argument("--version", action="version", version=f"tartantm {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, call: str, words: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        sub.set_defaults(call=call)
        return sub

    demo = command("demo", "cli_hearing:demo", "play a made-up evening on the desk")
    demo.add_argument("--speed", type=positive, default=20.0, help="times as fast (20)")
    demo.add_argument("--export", metavar="DIR", help="no desk: write the transcripts into DIR")
    demo.add_argument("--session", metavar="FILE", help="where to keep the evening")
    demo.add_argument("--theme", help="see 'tartantm themes'")

    run_ = command("run", "agenda_guide:run", "open the desk on an agenda, or on a kept session")
    without = "an agenda file, or a session; without one you are helped to write an agenda"
    run_.add_argument("agenda", metavar="AGENDA", nargs="?", help=without)
    _hearing(run_)
    run_.add_argument("--theme", help="see 'tartantm themes'")

    follow = command("follow", "cli_hearing:follow", "capture without the desk, line by line")
    follow.add_argument("agenda", metavar="AGENDA", help="an agenda file")
    _hearing(follow)
    follow.add_argument("--for", dest="seconds", type=duration, metavar="TIME", help="30s, 10m, 2h")
    follow.add_argument("--json", action="store_true", help="a JSON object for each post")

    import_ = command("import", "cli_recorded:import_", "put recorded posts into a session")
    import_.add_argument("archives", metavar="ARCHIVE", nargs="+")
    import_.add_argument("--agenda", required=True, help="an agenda file")
    import_.add_argument("--session", required=True, metavar="FILE")

    replay = command("replay", "cli_hearing:replay", "play a recording on the desk")
    replay.add_argument("archive", metavar="ARCHIVE")
    replay.add_argument("--agenda", required=True, help="an agenda file")
    replay.add_argument("--speed", type=positive, default=1.0, help="times as fast (1)")
    replay.add_argument("--session", metavar="FILE")
    replay.add_argument("--theme", help="see 'tartantm themes'")
    _publishing(replay)

    export = command("export", "cli_recorded:export", "write the transcript")
    export.add_argument("session", metavar="SESSION", help="a session, by file or by name")
    export.add_argument(
        "--format", default="", help="html,markdown,json,csv,text,archive (all of them)"
    )
    export.add_argument("--output", metavar="DIR", default=".", help="where to (here)")
    export.add_argument("--include-hidden", action="store_true", help="hidden posts too, marked")
    export.add_argument("--theme", help="whose tartan and colour the page wears")
    export.add_argument("--width", type=int, default=0, help="wrap the text format at N columns")
    _withholding(export)

    erase = command("erase", "cli_recorded:erase", "remove a person or a post for good")
    erase.add_argument("session", metavar="SESSION")
    who = erase.add_mutually_exclusive_group(required=True)
    who.add_argument("--author", metavar="HANDLE", help="handle, or handle@network")
    who.add_argument("--post", metavar="ID", help="a post's id, as the JSON transcript names it")
    erase.add_argument("--yes", action="store_true", help="do not ask")

    doctor = command("doctor", "cli_networks:doctor", "tell whether the networks work from here")
    doctor.add_argument("agenda", metavar="AGENDA", nargs="?", help="whose hashtags to try")
    doctor.add_argument("--source", action="append", default=[], help="only this one")

    account = commands.add_parser("account", help="keep, check, list or forget a network's token")
    acts = account.add_subparsers(metavar="add|check|list|remove", required=True)
    for act, words in (
        ("add", "keep a token; it is asked for, or read from a pipe"),
        ("check", "find out whether the network takes the token"),
        ("list", "list the accounts"),
        ("remove", "forget a token"),
    ):
        sub = acts.add_parser(act, help=words)
        sub.set_defaults(call=f"cli_networks:account_{act}")
        if act != "list":
            sub.add_argument("network", metavar="NETWORK", help="x, bluesky or mastodon:HOST")

    recheck = command("recheck", "cli_networks:recheck", "ask which posts are gone or edited")
    recheck.add_argument("session", metavar="SESSION")

    command("sessions", "cli_kept:sessions", "list the sessions kept here, their age and size")
    forget = command("forget", "cli_kept:forget", "remove a session for good")
    forget.add_argument("session", metavar="SESSION", help="a session, by file or by name")
    forget.add_argument("--yes", action="store_true", help="do not ask")

    _acting(command)

    command("paths", "cli_telling:where", "tell where everything is kept")
    command("themes", "cli_telling:themes", "list the themes")
    command("keys", "cli_telling:keys", "list the desk's keys")

    agenda = commands.add_parser("agenda", help="check or convert an agenda file")
    ways = agenda.add_subparsers(metavar="check|convert", required=True)
    for way, words in (("check", "say what is wrong with it"), ("convert", "write it as TOML")):
        sub = ways.add_parser(way, help=words)
        sub.set_defaults(call=f"cli_telling:agenda_{way}")
        sub.add_argument("file", metavar="FILE")
    return top


def _acting(command: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Commands on a session, also while a desk has it open: for screen readers and scripts."""

    def on_session(name: str, words: str, call: str = "") -> argparse.ArgumentParser:
        sub = command(name, f"cli_acting:{call or name}", words)
        sub.add_argument("session", metavar="SESSION", help="a session, by file or by name")
        return sub

    def on_posts(sub: argparse.ArgumentParser, *, off: bool = True) -> None:
        sub.add_argument("posts", metavar="POST", nargs="+", help="its number in the list, or id")
        if off:
            sub.add_argument("--off", action="store_true", help="no longer")

    on_session("inbox", "list what waits for a look").set_defaults(call="cli_listing:inbox")
    posts = on_session("posts", "list posts, each with its number")
    posts.set_defaults(call="cli_listing:posts")
    listed = "all, inbox, general, starred, hidden, or a question such as Q3 (all)"
    posts.add_argument("list", metavar="LIST", nargs="?", default="all", help=listed)
    posts.add_argument("--with", dest="words", metavar="WORDS", help="only posts with these words")
    history = on_session("history", "list what was done")
    history.set_defaults(call="cli_listing:history")
    place = on_session("place", "put posts under a question")
    place.add_argument("question", metavar="QUESTION", help="Q3, 4a, general, open, or accept")
    on_posts(place, off=False)
    on_posts(on_session("star", "make posts highlights"))
    on_posts(on_session("hide", "leave posts out of the transcript"))
    mark = on_session("mark", "mark posts")
    mark.add_argument("mark", choices=["idea", "action", "decision", "resource", "question"])
    on_posts(mark)
    note = on_session("note", "write a note on a post; no words take it away")
    note.add_argument("post", metavar="POST")
    note.add_argument("words", metavar="WORDS", nargs="*")
    summary = on_session("summary", "sum up a question or the chat; no words take it away")
    summary.add_argument("question", metavar="QUESTION", help="Q3, or chat")
    summary.add_argument("words", metavar="WORDS", nargs="*")
    remark = on_session("remark", "write down what somebody said aloud")
    remark.add_argument("words", metavar="WORDS", nargs="+", help="such as 'Ewan: we print it'")
    remark.add_argument("--venue", help="where it was said (the agenda's first)")
    remark.add_argument("--question", help="where it belongs (the open question)")
    opened = on_session("open", "open the next question, or one of them", "open_")
    opened.add_argument("question", metavar="QUESTION", nargs="?")
    on_session("close", "close the open question")
    for name, words in (("mute", "hide an author or a phrase"), ("redact", "keep words back")):
        sub = on_session(name, f"{words}, now and later")
        what = sub.add_mutually_exclusive_group(required=True)
        what.add_argument("--author", metavar="HANDLE", help="handle, or handle@network")
        what.add_argument("--phrase", metavar="WORDS")
        if name == "redact":
            what.add_argument("--post", metavar="POST", help="its words")
        sub.add_argument("--off", action="store_true", help="no longer")
    on_session("undo", "take back the last act")
    on_session("redo", "do again what was taken back")


def _hearing(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--source",
        action="append",
        default=[],
        help="x, mastodon:HOST, bluesky, feed:URL or file:PATH; may be given several times",
    )
    sub.add_argument("--session", metavar="FILE", help="where to keep the evening; made if missing")
    _publishing(sub)


def _publishing(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--publish", metavar="DIR", help="keep the web page up to date there")
    sub.add_argument(
        "--publish-every", type=duration, default=30.0, metavar="TIME", help="how often (30s)"
    )
    _withholding(sub)


def _withholding(sub: argparse.ArgumentParser) -> None:
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


def positive(text: str) -> float:
    """A number above 0."""
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("it has to be above 0")
    return value


def duration(text: str) -> float:
    """Seconds of "90", "90s", "10m" or "2h"."""
    unit = {"s": 1, "m": 60, "h": 3600}.get(text[-1:], 0)
    return positive(text[:-1] if unit else text) * (unit or 1)
