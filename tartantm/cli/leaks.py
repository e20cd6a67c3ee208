"""`tartantm leaks`, and what `export` and `--publish` say of places that may name somebody."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from tartantm.cli import damage
from tartantm.core.chat import Chat
from tartantm.core.errors import BadInput
from tartantm.moderation.accept import accept_leaks
from tartantm.settings.paths import find_session, session_words
from tartantm.store.session import Session
from tartantm.transcript import ExportOptions
from tartantm.transcript.leaks import Leak
from tartantm.transcript.leaks import leaks as find

SHOWN = 5
"""How many places `export` lists."""


def leaks(options: Namespace) -> int:
    """`tartantm leaks`: list the places to look at, or find some harmless."""
    from tartantm.cli.page_options import page_options

    path = find_session(options.session)
    how = page_options(options, path.stem, include_hidden=options.include_hidden)
    with Session(path) as session:
        damage.refuse(
            path, session.damaged, despite=options.despite_damage, agenda=session.chat.agenda
        )
        found = find(session.chat, how)
        if options.accept or options.accept_all or options.reopen:
            return _accept(session, found, options)
    still_open = [leak for leak in found if not leak.accepted]
    for leak in still_open:
        print(line(leak))
    accepted = len(found) - len(still_open)
    print(f"{places(len(still_open))} to look at, {accepted} found harmless.")
    if still_open:
        print(
            "Withhold what names somebody with 'tartantm redact', and say of the rest that it is"
            f" harmless: tartantm leaks {session_words(path)}{_flags(how)} --accept KEY …"
        )
    return 0


def _accept(session: Session, found: list[Leak], options: Namespace) -> int:
    known = {leak.key: leak for leak in found}
    named = options.accept or options.reopen or []
    for key in named:
        if key not in known:
            raise BadInput(f"No place with the key {key!r} is in the report with these options.")
    keys = named or [leak.key for leak in found if not leak.accepted]
    act = accept_leaks(session.chat, keys, on=not options.reopen)
    session.act(*act.events)
    print(act.sentence)
    return 0


def line(leak: Leak) -> str:
    """Returns "k3f9…  #57, the text: a first name, Morag: “Thanks Morag, lovely …”"."""
    where = f"#{leak.number}, {leak.place}" if leak.number else leak.place
    found = " ".join(leak.found.split())
    said = f": “{leak.excerpt}”" if leak.excerpt != found else ""
    return f"{leak.key}  {where}: {leak.rule}, {found}{said}"


def places(count: int) -> str:
    """Returns "1 place", "4 places"."""
    return f"{count} place{'' if count == 1 else 's'}"


def report(chat: Chat, path: Path, how: ExportOptions) -> int:
    """Say on standard error which places may still name somebody; returns how many are left."""
    return report_found(find(chat, how), path, how)


def report_found(found: Iterable[Leak], path: Path, how: ExportOptions) -> int:
    """Like `report`, of what was found already."""
    still_open = [leak for leak in found if not leak.accepted]
    if still_open:
        count = len(still_open)
        print(
            f"{places(count)} may still name somebody or show something that is withheld:",
            file=sys.stderr,
        )
        for leak in still_open[:SHOWN]:
            print(f"  {line(leak)}", file=sys.stderr)
        more = f"  {count - SHOWN} more; to" if count > SHOWN else "  To"
        print(
            f"{more} see all, and to say which are harmless:"
            f" tartantm leaks {session_words(path)}{_flags(how)}",
            file=sys.stderr,
        )
    return len(still_open)


def report_each(chat: Chat, path: Path, hows: Iterable[ExportOptions]) -> None:
    """Report once for options that withhold the same."""
    for how in {(_flags(how), how.x_text): how for how in hows}.values():
        report(chat, path, how)


def _flags(how: ExportOptions) -> str:
    """The options that make a difference to what may be read."""
    flags = f" --pseudonyms {how.pseudonyms}" if how.pseudonyms else ""
    flags += " --include-hidden" if how.include_hidden else ""
    return flags + (" --x-text link" if how.x_text == "link" else "")
