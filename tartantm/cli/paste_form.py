"""The guided form of `tartantm import`, for a text that fits no form, or where somebody asks.

It shows how the text begins, asks what stands where, and shows what comes of it before it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeVar

from msgspec.structs import replace

from tartantm.archives.local_times import day_in
from tartantm.archives.paste import ONESELF, Layout, layout_of, posts_in, posts_of
from tartantm.archives.paste_forms import Block, blocks, form_of
from tartantm.archives.shape import Context
from tartantm.core.agenda import zone_named
from tartantm.core.errors import BadInput
from tartantm.core.post import Post, clean
from tartantm.networks.json_fields import shortened

T = TypeVar("T")

Ask = Callable[[str], str]
"""Shows a prompt and returns the line typed after it; raises EOFError at the end of input."""

LINES_SHOWN = 8
POSTS_SHOWN = 3
_WIDTH = 76
_LOOKED_AT = 20_000
"""Lines from which posts are shown, and counted."""

HOW = (
    "Write a line as it looks, with the words name, time and words in it, and skip for the rest:\n"
    "  time name: words        [time] name: words        name, time, words\n"
    "Leave out words where they stand on the lines below, and time where there is none."
)


def ask_layout(
    lines: Sequence[str], ask: Ask, context: Context, say: Callable[[str], None] = print
) -> Layout:
    """Ask how a text is to be read; raises BadInput where it is left without an answer.

    `context` has the chat's zone and day, which are offered.
    """
    say("It begins so:\n")
    written = [line for line in lines if line.strip()]
    for line in written[:LINES_SHOWN]:
        say(f"  {_short(line)}")
    say("")
    try:
        layout = _form(lines, ask, context, say)
        layout = _day(lines, layout, ask, context)
        layout = _zone(layout, ask, context)
        layout = _me(lines, layout, ask)
    except EOFError:
        raise BadInput("The questions were not answered, and nothing was stored.") from None
    _show(lines, layout, context, say)
    return layout


def _form(lines: Sequence[str], ask: Ask, context: Context, say: Callable[[str], None]) -> Layout:
    found = layout_of(lines[:100], by_person=True)
    if found is not None:
        say(f"It looks like “{found.form.shown}”:\n")
        if _show(lines, found, context, say) and _agreed(ask, "Is that right? [Y/n] "):
            return found
    say(HOW)
    while True:
        written = ask("A line looks like: ").strip()
        try:
            layout = Layout(form_of(written))
        except ValueError as problem:
            say(f"That is not enough: {problem}.")
            continue
        if _show(lines, layout, context, say) and _agreed(ask, "Is that right? [Y/n] "):
            return layout


def _show(
    lines: Sequence[str], layout: Layout, context: Context, say: Callable[[str], None]
) -> int:
    """Show the first posts and how many there are; returns how many."""
    zone = layout.zone or context.zone
    count = missed = 0
    # A copy, because what is only looked at must not be remembered.
    looked = replace(context, memory={})
    for _, parsed in posts_of(enumerate(islice(lines, _LOOKED_AT), 1), layout, looked):
        missed += len(parsed.problems)
        for post in posts_in(parsed):
            count += 1
            if count <= POSTS_SHOWN:
                when = f"{post.created_at.astimezone(zone):%Y-%m-%d %H:%M}"
                say(f"  {'no time' if post.undated else when}  {_short(_shown(post))}")
    more = f"{count:,} post{'' if count == 1 else 's'}" if count else "No posts come of that"
    left = f"; {missed:,} line{'' if missed == 1 else 's'} not understood" if missed else ""
    say(f"{more}{left}.\n")
    return count


def _shown(post: Post) -> str:
    apart = " (to one person: left out)" if post.visibility == "restricted" else ""
    return f"{post.author.shown}{apart}: {post.text}"


def _day(lines: Sequence[str], layout: Layout, ask: Ask, context: Context) -> Layout:
    """Ask for the day where not every time names its own."""
    stamps = [block.head.stamp for block in _heads(lines, layout)]
    if all(any(map(str.isdigit, stamp)) and len(stamp) > len("00:00:00 PM") for stamp in stamps):
        return layout
    chats = context.day.astimezone(layout.zone or context.zone).date() if context.day else None
    offer = f" (Enter for {chats})" if chats else ", such as 2012-06-20"
    written = _until(
        ask,
        f"Which day was it{offer}? ",
        lambda text: chats if not text and chats else day_in(text),
    )
    return layout if written == chats else replace(layout, day=written)


def _zone(layout: Layout, ask: Ask, context: Context) -> Layout:
    name = str(context.zone)
    found = _until(
        ask,
        f"In which time zone (Enter for {name})? ",
        lambda text: context.zone if not text else zone_named(text),
    )
    return layout if found is context.zone else replace(layout, zone=found)


def _me(lines: Sequence[str], layout: Layout, ask: Ask) -> Layout:
    """Ask who copied the text, where it says “You” instead."""
    named = (block.head.name for block in _heads(lines, layout))
    said = next((name for name in named if clean(name, lines=False).casefold() in ONESELF), None)
    if said is None:
        return layout
    return replace(layout, me=clean(ask(f"Who is “{_short(said)}”? "), lines=False))


def _heads(lines: Sequence[str], layout: Layout) -> list[Block]:
    found = blocks(enumerate(lines[:_LOOKED_AT], 1), layout.form)
    return [each for each in found if isinstance(each, Block) and each.head.name]


def _until(ask: Ask, words: str, read: Callable[[str], T | None]) -> T:
    while (value := read(ask(words).strip())) is None:
        pass
    return value


def _agreed(ask: Ask, words: str) -> bool:
    return ask(words).strip().casefold() in ("", "y", "yes")


def _short(line: str) -> str:
    """A line as a terminal may show it, whatever stands in it."""
    return shortened(clean(line[:1000], lines=False), _WIDTH)
