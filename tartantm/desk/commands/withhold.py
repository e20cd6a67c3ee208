"""Commands that keep authors, phrases and words out: mutes and redactions.

Both ask in the same dialogs, which say what is hit before anything is done.
"""

from __future__ import annotations

from collections.abc import Sequence

from tartantm.core.accounts import Account
from tartantm.core.describe import REASONS, posts, share
from tartantm.core.events import Reason
from tartantm.core.mutes import Rule
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import act, command
from tartantm.desk.commands.erase import erase
from tartantm.desk.commands.same_person import is_same_person
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.desk.dialogs.phrase import PhraseDialog
from tartantm.desk.dialogs.withhold import Asked, Row
from tartantm.desk.withholding import ENDING, Consequence, Withholding, keys, several
from tartantm.moderation import withhold
from tartantm.moderation.act import PreparedAct

_NONE = "none", "No reason"

WORDS = (Row("words", "w", "Words of this post"),)
PHRASE = Row("phrase", "p", "Phrase …")


@command("note.mute")
async def _mute(desk: DeskContext) -> None:
    chat = desk.chat
    about = Withholding(chat, desk.under_cursor, mute=True)
    title = "Mute: hide posts that came and posts to come"
    chosen = await _choose(desk, title, about, [*about.author("Author"), PHRASE], chat.mutes)
    if isinstance(chosen, tuple):
        await act(desk, withhold.end_mute(chat, chosen))
    elif chosen == "author":
        if accounts := await _accounts(desk, about, "mute"):
            prepared = withhold.mute_authors(chat, keys(accounts))
            hit = await _hit_by(desk, about, accounts)
            if await _meant(desk, hit, "muted"):
                await _act(desk, prepared, hit.done("muted", several(accounts)))
    elif chosen == "phrase":
        phrase = await desk.ask(PhraseDialog("Mute a phrase", about.find, verb="muted"))
        if phrase and await _meant(desk, hit := await about.hit_by(phrase), "muted"):
            prepared = withhold.mute_phrase(chat, phrase.words, exact=phrase.exact)
            await _act(desk, prepared, hit.done("muted", "a phrase"))


@command("note.redact")
async def _redact(desk: DeskContext) -> None:
    chat, entry = desk.chat, desk.under_cursor
    about = Withholding(chat, entry)
    title = "Redact: keep out of every transcript; the session file keeps it"
    rows = [*WORDS[: about.stands], *about.author("Author’s name"), PHRASE]
    if about.stands:
        rows.append(Row("erase", "E", "Erase for good …"))
    chosen = await _choose(desk, title, about, rows, tuple(chat.redactions))
    if isinstance(chosen, tuple):
        await act(desk, withhold.end_redaction(chat, chosen))
    elif chosen == "words" and entry:
        if (reason := await _reason(desk)) is not None:
            await _redact_words(desk, entry.id, reason)
    elif chosen == "author":
        accounts = await _accounts(desk, about, "redact")
        if not accounts:
            return
        hit = await _hit_by(desk, about, accounts)
        if not await _meant(desk, hit, "redacted"):
            return
        if (reason := await _reason(desk)) is not None:
            prepared = withhold.redact_authors(chat, keys(accounts), reason)
            done = hit.done("redacted", several(accounts), REASONS.get(reason, ""))
            await _act(desk, prepared, done)
    elif chosen == "phrase":
        await redact_phrase(desk)
    elif chosen == "erase":
        await erase(desk)


async def _redact_words(desk: DeskContext, post_id: str, reason: Reason) -> None:
    before = desk.withheld.silenced()
    number = desk.chat.number_of(post_id)
    await act(desk, withhold.redact_post(desk.chat, post_id, reason), "")
    copies = desk.withheld.silenced() - before - 1
    many = "repost or copy" if copies == 1 else "reposts and copies"
    also = f" and {copies} {many}" if copies > 0 else ""
    why = f": {REASONS[reason]}" if reason else ""
    desk.say(f"Redacted #{number}{also}{why}; u undoes it.")


async def _act(desk: DeskContext, prepared: PreparedAct, done: str) -> None:
    """Do what withholds, and say how much that is."""
    await act(desk, prepared._replace(sentence=done), "")


async def redact_phrase(desk: DeskContext, words: str = "") -> None:
    """Ask for a phrase to redact, beginning with these words, and redact it."""
    about = Withholding(desk.chat, None)
    title = "Redact a phrase wherever it stands"
    phrase = await desk.ask(PhraseDialog(title, about.find, words, verb="redacted"))
    if not phrase or not await _meant(desk, hit := await about.hit_by(phrase), "redacted"):
        return
    if (reason := await _reason(desk)) is not None:
        prepared = withhold.redact_phrase(desk.chat, phrase.words, reason, exact=phrase.exact)
        await _act(desk, prepared, hit.done("redacted", "a phrase", REASONS.get(reason, "")))


async def _choose(
    desk: DeskContext, title: str, about: Withholding, rows: Sequence[Row], rules: Sequence[Rule]
) -> str | Rule | None:
    """Returns what is to be withheld, or the rule that is to end; None where it was left."""
    chosen = await desk.ask(about.dialog(title, rows, rules, desk.session.path))
    if chosen is not None and chosen.startswith(ENDING):
        return rules[int(chosen.removeprefix(ENDING))]
    return chosen


async def _accounts(desk: DeskContext, about: Withholding, verb: str) -> list[Account]:
    """Returns the accounts of the post's author, and those that the moderator says are theirs."""
    chosen = about.accounts
    for other in about.uncertain() if chosen else ():
        too = await is_same_person(desk, desk.chat, chosen[0], other, verb)
        if too is None:
            return []
        if too:
            chosen = [*chosen, other]
    return chosen


async def _hit_by(
    desk: DeskContext, about: Withholding, accounts: Sequence[Account]
) -> Consequence:
    """Counts, which takes seconds in a long chat; keys typed ahead wait for what is asked then."""
    desk.say("Counting what that hits …")
    hit = await about.hit_by_authors(accounts, desk.session.path)
    desk.messages.clear()
    return hit


async def _meant(desk: DeskContext, hit: Consequence, verb: str) -> bool:
    """Asks where so much is hit that it may be a mistake, and where it was not listed before."""
    if not (hit.much or hit.lines):
        return True
    question = f"{posts(hit.posts)} of {hit.total} ({share(hit.posts, hit.total)}) would be {verb}."
    stays = hit.named if hit.lines else ""
    facts = " ".join(filter(None, (stays, "Is that meant?" if hit.much else "")))
    yes = "yes, all of them" if hit.much else "yes"
    meant = await desk.ask(Asked(question, facts, yes, "no", hit.lines))
    return bool(meant)


async def _reason(desk: DeskContext) -> Reason | None:
    """Why something is redacted, "" for no reason; None where the moderator left."""
    rows = [(key, words[:1].upper() + words[1:]) for key, words in [*REASONS.items(), _NONE]]
    chosen = await desk.ask(Choice("Why? Transcripts say it, with the time", rows, quick=True))
    return None if chosen is None else next((each for each in REASONS if each == chosen), "")
