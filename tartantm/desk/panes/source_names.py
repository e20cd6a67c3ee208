"""Sources' names for where there is little room: short, and never two that look alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.cells import cell_len
from textual.content import Content


def short_name(name: str) -> str:
    """Returns a source's name as people call it: without what kind of network it is."""
    place = name.partition(":")[2].removeprefix("https://").removeprefix("http://")
    return place.removesuffix("/") or name


def shown_names(names: Iterable[str], room: int) -> dict[str, str]:
    """Returns each source's name in at most `room` cells; in more where two would look alike.

    What is cut is the end, or else the middle: hosts may differ in their port alone.
    """
    left = list(dict.fromkeys(names))
    found: dict[str, str] = {}
    for way in (_end_cut, _middle_cut, lambda name, _: short_name(name), lambda name, _: name):
        cut = {name: way(name, room) for name in left}
        often = Counter([*cut.values(), *found.values()])
        found |= {name: words for name, words in cut.items() if often[words] == 1}
        left = [name for name in left if name not in found]
    return {name: found[name] for name in names}


def _end_cut(name: str, room: int) -> str:
    words = short_name(name)
    host, colon, port = words.rpartition(":")
    if colon and port.isdigit() and len(port) + 3 < room:
        return f"{_cut(host, room - len(port) - 1)}:{port}"
    return _cut(words, room)


def _middle_cut(name: str, room: int) -> str:
    words = short_name(name)
    if cell_len(words) <= room:
        return words
    tail = words[-(room // 2) :]
    return _cut(words, room - cell_len(tail)) + tail


def _cut(words: str, room: int) -> str:
    return Content(words).truncate(room, ellipsis=True).plain
