"""Applies the user's keymap to the commands, and lists keys for help, README, `tartantm keys`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tartantm.core.toml_document import nearest
from tartantm.desk.commands.command import SHOWN, Command, shown
from tartantm.desk.commands.table import COMMANDS

__all__ = ["COMMANDS", "Command", "own_keys", "remapped", "shown", "table"]

_NAMED = {
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *("enter", "escape", "space", "tab", "backspace", *(f"f{number}" for number in range(1, 13))),
}
_WRITTEN = {sign: name for name, sign in SHOWN.items() if len(sign) == 1 and sign.isascii()}
_HELD = ("ctrl", "shift", "alt", "super")

_TAKEN = {"ctrl+c": "copies what the mouse selected", "tab": "moves between fields"}
"""Keys that no command can have."""


def remapped(keymap: Mapping[str, Sequence[str]]) -> tuple[tuple[Command, ...], list[str]]:
    """Returns the commands with the user's keys, and a sentence for each thing wrong with those.

    What is wrong is left out; that command keeps its default keys, unless another has them now.
    """
    problems: list[str] = []
    wanted: dict[str, tuple[str, ...]] = {}
    known = {command.id: command for command in COMMANDS}
    for name, written in keymap.items():
        if name not in known:
            near = nearest(name, known)
            hint = f"the nearest is {near}" if near else "'tartantm keys' lists them"
            problems.append(f"The keymap names no command with {name!r}; {hint}.")
            continue
        keys = [(key, _textual(key)) for key in written]
        for key, named in keys:
            if named is None:
                problems.append(f"The keymap gives {name} the key {key!r}, which is no key.")
            elif named in _TAKEN:
                words = f"which {_TAKEN[named]}"
                problems.append(f"The keymap gives {name} the key {key}, {words}.")
        wanted[name] = tuple(named for _, named in keys if named and named not in _TAKEN)
    owners: dict[str, str] = {}
    result: dict[str, tuple[str, ...]] = {}
    # The user's own keys come first: whoever else has one of them by default loses it.
    for command in sorted(COMMANDS, key=lambda command: command.id not in wanted):
        keys_now: list[str] = []
        for key in wanted.get(command.id) or command.keys:
            if key not in owners:
                owners[key] = command.id
                keys_now.append(key)
            elif command.id in wanted:
                rival = owners[key]
                problems.append(f"The keymap gives {shown(key)} to both {rival} and {command.id}.")
        result[command.id] = tuple(keys_now)
        if not keys_now and command.id not in wanted:
            rival = owners[command.keys[0]]
            problems.append(
                f"The keymap gives {rival} the only key of {command.id}; give that another."
            )
    return tuple(replace(command, keys=result[command.id]) for command in COMMANDS), problems


def own_keys(commands: Iterable[Command]) -> list[Command]:
    """Returns the commands whose keys differ from the defaults."""
    return [each for each in commands if each not in COMMANDS]


def _textual(written: str) -> str | None:
    """Returns Textual's name of a key as people write it ("Ctrl+P", "/"); None for no key."""
    *held, last = [part for part in written.strip().split("+") if part] or [""]
    if written.strip().endswith("+"):
        held, last = ([*held, last] if last else held), "+"
    names = {sign.casefold(): name for name, sign in SHOWN.items()}
    held = [part.casefold() for part in held]
    if any(part not in _HELD for part in held):
        return None
    if len(last) == 1:
        last = _WRITTEN.get(last, last)
        last = last.lower() if held and len(last) == 1 else last
        if len(last) == 1 and not last.isascii():
            last = unicodedata.name(last, "").lower().replace("-", "_").replace(" ", "_")
        named = last if len(last) > 1 or last.isalnum() else None
    else:
        folded = last.casefold().replace(" ", "_")
        folded = names.get(folded, folded)
        named = folded if folded in _NAMED or folded in {*SHOWN, *_WRITTEN.values()} else None
    return "+".join([*held, named]) if named else None


def table(commands: Iterable[Command] = COMMANDS) -> list[tuple[str, str, str]]:
    """Returns (keys, what they do, group) for each row of the help screen."""
    rows: list[tuple[str, str, str]] = []
    for command in commands:
        digit = command.id.removeprefix("place.")
        if digit.isdigit() and command.keys == (str(int(digit) % 10),):
            if digit == "1":
                words = "Put the post, or all selected ones, under Q1 to Q10."
                rows.append(("1 to 9, 0", words, command.group))
            continue
        rows.append((command.shown_keys or "no key", command.help, command.group))
    return rows
