"""Runs a command line. Each command imports what it needs when it runs: `--help` is quick."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import NoReturn

from tartantm import __version__
from tartantm.cli.parsers import COMMANDS
from tartantm.core.errors import TartantmError, shortened

_LONGEST = 400
"""Characters of an argument that an error repeats; the path of a file may be as long."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line. Returns the exit code: 0 done, 2 usage or bad input, 1 failed."""
    for stream in (sys.stdout, sys.stderr):
        # Windows would write its code page; a name in Gaelic must not end the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = parse(arguments)
    module, function = options.call.split(":")
    try:
        return int(getattr(import_module(f"tartantm.cli.{module}"), function)(options) or 0)
    except TartantmError as error:
        from tartantm.cli.fitted import fitted
        from tartantm.core.post import clean

        # It may name a file or quote words that somebody else chose.
        words = f"tartantm: {clean(_echoing(str(error), arguments))}"
        print(fitted(words, sys.stderr), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 1
    except BrokenPipeError:
        # The reader of our output (head, less) has ended.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        from tartantm.settings.fault_log import in_full, log_fault

        words = in_full(error) if os.environ.get("TARTANTM_DEBUG") else f"{log_fault(error)}\n"
        print(f"tartantm: {words}", end="", file=sys.stderr)
        return 1


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse a command line; ``call`` of the result names the function that runs it.

    Exits where the command line is wrong, and where it asks for help or for the version.
    """
    if [*arguments[:1]] == ["help"]:
        arguments = [*arguments[1:2], "--help"]
    name, *rest = arguments or [""]
    if name not in COMMANDS:
        top = _top()
        top.given = arguments
        top.parse_args(arguments)
        top.error("the command comes first")
    call, words, takes = COMMANDS[name]
    described = words[0].upper() + words[1:] + "."
    parser = _Parser(prog=f"tartantm {name}", description=described)
    parser.set_defaults(call=call)
    takes(parser)
    parser.given = rest
    options, left = parser.parse_known_args(rest)
    if not left:
        return options
    try:
        # `open SESSION --from 57 Q2`: argparse stops looking for a QUESTION at the first option.
        return parser.parse_intermixed_args(rest)
    except TypeError:  # it has commands of its own
        return parser.parse_args(rest)


class _Parser(argparse.ArgumentParser):
    """One whose errors do not repeat all of a very long argument."""

    given: Sequence[str] = ()

    def error(self, message: str) -> NoReturn:
        super().error(_echoing(message, self.given))


def _echoing(sentence: str, arguments: Iterable[str]) -> str:
    """Returns a sentence with whatever it repeats of a command line shortened."""
    for each in arguments:
        value = each.partition("=")[2] if each.startswith("--") else each
        # As it is, and as commands and argparse read it.
        for form in dict.fromkeys((value, value.strip().lstrip("@"), repr(value)[1:-1])):
            if len(form) > _LONGEST:
                sentence = sentence.replace(form, shortened(form))
    return sentence


def _top() -> _Parser:
    listed = "\n".join(f"  {name:<12}{words}" for name, (_, words, _) in COMMANDS.items())
    top = _Parser(
        prog="tartantm",
        usage="tartantm [-h] [--version] COMMAND ...",
        description="A desk for the moderator of a hashtag chat, and a transcript worth reading.",
        epilog=f"commands:\n{listed}\n\n"
        "'tartantm COMMAND --help' describes one command. Start with: tartantm demo",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"tartantm {__version__}")
    top.add_argument("command", metavar="COMMAND", choices=list(COMMANDS), help=argparse.SUPPRESS)
    return top
