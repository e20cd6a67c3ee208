"""Commands that keep authors, phrases and words out: mutes and redactions."""

from __future__ import annotations

from collections.abc import Iterable

from tartantm.core.describe import REASONS, posts
from tartantm.core.events import Reason
from tartantm.core.identity import author_key
from tartantm.core.mutes import Rule
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.dialogs.dialogs import Choice, Line
from tartantm.moderation import withhold

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
    active = chat.mutes
    rows += _to_end(active)
    title = "Hide everything now and later by an author, or with a phrase in it"
    hint = "Its first letter; choosing a mute that holds ends it. Esc leaves."
    chosen = await desk.ask(Choice(title, rows, hint=hint, quick=not active))
    if chosen is None:
        return
    if chosen == "author" and entry:
        await act(desk, withhold.mute_authors(chat, [author_key(entry.post)]))
    elif chosen == "phrase":
        if words := await desk.ask(Line("Mute posts with this phrase")):
            await act(desk, withhold.mute_phrase(chat, words))
    else:
        await act(desk, withhold.end_mute(chat, active[int(chosen)]))


@command("note.redact")
async def _redact(desk: DeskContext) -> None:
    chat, entry = desk.chat, desk.under_cursor
    rows = []
    if entry:
        rows.append(("words", "Words of this post"))
        rows.append(("author", f"Author's name: {entry.post.author.shown}"))
    rows.append(("phrase", "Phrase …"))
    active = tuple(chat.redactions)
    rows += _to_end(active)
    title = "Keep out of every transcript; the session file keeps it"
    hint = "Its first letter; choosing one that holds ends it. Esc leaves."
    chosen = await desk.ask(Choice(title, rows, hint=hint, quick=not active))
    if chosen is None:
        return
    if chosen.isdecimal():
        await act(desk, withhold.end_redaction(chat, active[int(chosen)]))
        return
    phrase = None
    if chosen == "phrase":
        phrase = await desk.ask(Line("Redact this phrase wherever it stands"))
        if not phrase:
            return
    reason = await _reason(desk)
    if reason is None:
        return
    if phrase:
        await act(desk, withhold.redact_phrase(chat, phrase, reason))
    elif entry and chosen == "words":
        await act(desk, withhold.redact_post(chat, entry.id, reason))
    elif entry:
        await act(desk, withhold.redact_authors(chat, [author_key(entry.post)], reason))


async def _reason(desk: DeskContext) -> Reason | None:
    """Why something is redacted, "" for no reason; None where the moderator left."""
    rows = [(key, words[:1].upper() + words[1:]) for key, words in [*REASONS.items(), _NONE]]
    chosen = await desk.ask(Choice("Why? Transcripts say it, with the time", rows, quick=True))
    return None if chosen is None else next((each for each in REASONS if each == chosen), "")


def _to_end(rules: Iterable[Rule]) -> list[tuple[str, str]]:
    """The rules that hold, to choose one that is to end; by its place among them."""
    return [(f"{n}", f"No longer: {kind} {value}") for n, (kind, value) in enumerate(rules)]
