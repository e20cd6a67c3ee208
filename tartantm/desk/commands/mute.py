"""Commands that keep authors, phrases and words out: mutes and redactions."""

from __future__ import annotations

from typing import Literal, cast

from tartantm.core import events as ev
from tartantm.core.describe import REASONS, posts
from tartantm.core.identity import author_key
from tartantm.core.mutes import Rule
from tartantm.core.post import clean
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.dialogs.dialogs import Choice, Line

_NONE = "none", "No reason"


@command("note.mute")
async def _mute(desk: DeskContext) -> None:
    chat, entry = desk.chat, desk.under_cursor
    rows = []
    if entry:
        key = author_key(entry.post)
        count = posts(sum(author_key(other.post) == key for other in chat.entries.values()))
        rows.append(("author", f"Author: {entry.post.author.shown}, {count} so far"))
    rows.append(("phrase", "Phrase …"))
    standing = chat.mutes
    rows += _standing(standing)
    title = "Hide everything now and later by an author, or with a phrase in it"
    hint = "Its first letter; choosing a mute that holds ends it. Esc leaves."
    chosen = await desk.ask(Choice(title, rows, hint=hint, quick=not standing))
    if chosen is None:
        return
    if chosen == "author" and entry:
        await act(desk, ev.Muted("author", author_key(entry.post)))
    elif chosen == "phrase":
        words = await desk.ask(Line("Mute posts with this phrase"))
        if words and (phrase := clean(words, lines=False)):
            await act(desk, ev.Muted("phrase", phrase))
    else:
        kind, value = standing[int(chosen)]
        await act(desk, ev.Muted("author" if kind == "author" else "phrase", value, on=False))


@command("note.redact")
async def _redact(desk: DeskContext) -> None:
    chat, entry = desk.chat, desk.under_cursor
    rows = []
    if entry:
        rows.append(("words", "Words of this post"))
        rows.append(("author", f"Author's name: {entry.post.author.shown}"))
    rows.append(("phrase", "Phrase …"))
    standing = tuple(chat.redactions)
    rows += _standing(standing)
    title = "Keep out of every transcript; the session file keeps it"
    hint = "Its first letter; choosing one that holds ends it. Esc leaves."
    chosen = await desk.ask(Choice(title, rows, hint=hint, quick=not standing))
    if chosen is None:
        return
    if chosen.isdecimal():
        kind, value = standing[int(chosen)]
        wanted = cast(Literal["post", "author", "phrase"], kind)
        await act(desk, ev.Redacted(wanted, value, on=False))
        return
    phrase = None
    if chosen == "phrase":
        words = await desk.ask(Line("Redact this phrase wherever it stands"))
        phrase = words and clean(words, lines=False)
        if not phrase:
            return
    given = [(key, words[:1].upper() + words[1:]) for key, words in [*REASONS.items(), _NONE]]
    why = await desk.ask(Choice("Why? Transcripts say it, with the time", given, quick=True))
    if why is None:
        return
    reason: ev.Reason = why if why in REASONS else ""
    if phrase:
        await act(desk, ev.Redacted("phrase", phrase, reason=reason))
    elif entry and chosen == "words":
        await act(desk, ev.Redacted("post", entry.id, reason=reason))
    elif entry:
        await act(desk, ev.Redacted("author", author_key(entry.post), reason=reason))


def _standing(rules: tuple[Rule, ...]) -> list[tuple[str, str]]:
    """What is muted or redacted now, to choose from; by its place in the rules."""
    return [(f"{n}", f"No longer: {kind} {value}") for n, (kind, value) in enumerate(rules)]
