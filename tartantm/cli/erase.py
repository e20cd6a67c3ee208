"""`tartantm erase`: remove a person or a post from the file and its log, for good."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from tartantm.core.errors import BadInput, shortened
from tartantm.moderation.references import PostReferences, in_words
from tartantm.settings.paths import find_session, paths
from tartantm.store.damage import DamagedSession, emptied
from tartantm.store.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from tartantm.core.chat import Chat
    from tartantm.store.erasure import Erasure, Wanted


def erase(options: Namespace) -> int:
    """`tartantm erase`: show what goes, ask, erase, and say what was erased."""
    from tartantm.moderation import erasing
    from tartantm.store.erasure import NothingLeft

    path = find_session(options.session)
    what = _named(options)
    with Session(path) as session:
        if session.damaged and not options.despite_damage:
            # An event that cannot be read may hold the words of whoever is to be erased.
            raise DamagedSession(path, session.damaged)
        if not options.dry_run:
            session.journal.ensure_writable()
        wanted = _wanted(session.chat, path, options)
        if wanted is None:
            return _wiped_again(session, what, post=options.author is None)
        asking = sys.stdin.isatty() and not options.yes
        if not asking and not options.yes and not options.dry_run:
            raise BadInput("Erasing asks first; where nobody can answer, give --yes.")
        wanted, erasure = _planned(session, wanted, asking=asking)
        print(*erasing.plan_lines(erasure, whole=options.dry_run), sep="\n")
        if options.dry_run:
            return 0
        named = "; ".join(map(in_words, erasure.posts)) if wanted.posts else what
        if asking and not _agreed(f"Erase all this of {named} for good?"):
            print("Nothing was erased.")
            return 1
        held = ""
        try:
            erasure = erasing.carry_out(
                session.journal, wanted, despite_damage=options.despite_damage
            )
        except NothingLeft:  # somebody else erased it meanwhile
            return _wiped_again(session, what, post=options.author is None)
        except erasing.StillHeld as error:
            erasure, held = error.erasure, str(error)
        unreadable = session.damaged
    name = path.stem if path.parent == paths().sessions else str(path)
    print(*erasing.report_lines(erasure, what, name), sep="\n")
    if unreadable:
        print(emptied(path, unreadable), file=sys.stderr)
    if held:
        print(f"tartantm: {held}", file=sys.stderr)
    return 1 if held else 0


def _named(options: Namespace) -> str:
    """What is to be erased, as the command line names it."""
    what = str(options.author if options.author is not None else options.post).strip()
    if not what.strip("@#"):
        raise BadInput("Erasing needs a handle after --author, or a post after --post.")
    if options.also and options.author is None:
        raise BadInput("--also names another account of an author; it goes with --author.")
    return what


def _wanted(chat: Chat, path: Path, options: Namespace) -> Wanted | None:
    """What is to be erased; None where it was before. Raises BadInput where it never was here."""
    from tartantm.cli.withhold import named_by_others
    from tartantm.moderation.erasing import wanted_accounts
    from tartantm.moderation.naming import accounts_named, beginning_so, only_called
    from tartantm.store.erasure import Wanted, erased_before

    what = _named(options)
    if options.author is None:
        try:
            return Wanted(posts=PostReferences(chat).ids([what]))
        except BadInput:
            if erased_before(chat, what):
                return None
            raise
    accounts = []
    for written in (what, *options.also):
        if only_called(chat, written) and erased_before(chat, written):
            continue  # whoever has the name still is somebody else
        try:
            accounts += accounts_named(chat, written)
        except BadInput as error:
            if not str(error).startswith("Nobody"):
                raise
            if not erased_before(chat, written):
                hint = beginning_so(chat, written)
                nothing = BadInput(f"{path.name} holds nothing of {shortened(written)}.{hint}")
                raise named_by_others(chat, path, written) or nothing from None
    return wanted_accounts(accounts) if accounts else None


def _planned(session: Session, wanted: Wanted, *, asking: bool) -> tuple[Wanted, Erasure]:
    """What would go, once each uncertain account was asked about or named."""
    from tartantm.moderation import erasing
    from tartantm.store.erasure import Erasure, reference

    recorded = list(session.journal.since(0))
    asked: set[str] = set()
    while True:
        erasure = Erasure(recorded, wanted)
        if not asking or not wanted.accounts:
            if wanted.accounts and (sentence := erasing.uncertain_sentence(erasure)):
                print(sentence, file=sys.stderr)
            return wanted, erasure
        open_ = [each for each in erasure.uncertain if reference(each) not in asked]
        if not open_:
            return wanted, erasure
        account = open_[0]
        asked.add(reference(account))
        print(erasing.uncertain_line(erasure.chat, account))
        if _agreed("Is that the same person?"):
            wanted = erasing.with_accounts(wanted, [account])


def _wiped_again(session: Session, what: str, *, post: bool) -> int:
    from tartantm.moderation.erasing import again_lines

    session.journal.wipe()
    print(*again_lines(session.chat, what, post=post), sep="\n")
    return 0


def _agreed(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        return False
