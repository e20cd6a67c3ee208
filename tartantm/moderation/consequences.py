"""What an act of withholding hits: how many posts, by whom, and in which other spellings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tartantm.core import events as ev
from tartantm.core.accounts import Account
from tartantm.core.chat import Chat
from tartantm.core.describe import accounts as accounts_
from tartantm.core.describe import posts as posts_
from tartantm.core.entry import Entry
from tartantm.core.folding import letters
from tartantm.core.mutes import Muting, Rule, muted_texts
from tartantm.core.redaction import Redactions
from tartantm.core.texts import texts_of_entry
from tartantm.core.traces import Traces
from tartantm.core.wordings import Wordings
from tartantm.moderation.naming import typed

MUCH = 0.1
"""Above this share of the posts it is asked whether so many are meant."""

_LISTED = 5
"""Spellings that a sentence names."""


class Consequences(NamedTuple):
    """What an act hits."""

    posts: list[Entry]
    """By time of capture."""
    accounts: int
    """By how many accounts these are."""
    total: int
    """How many posts there are."""
    accents: Counter[str]
    """How a phrase is written with other accents, with the number of posts."""
    later: str = "withheld"
    """What becomes of posts to come: hidden, or redacted."""
    phrase: bool = False
    """Whether it is about a phrase."""
    naming: int = 0
    """In how many posts of others the name of whoever is muted stays."""
    questions: Sequence[str] = ()
    """Ids of questions that lose words because they were made of posts that are hit."""

    @property
    def much(self) -> bool:
        """Whether so many posts are hit that it may be a mistake."""
        return len(self.posts) > MUCH * self.total

    @property
    def sentence(self) -> str:
        """How many posts by how many accounts, and which other accents are among them."""
        count = posts_(len(self.posts)).capitalize()
        if not self.posts:
            has = " has it" if self.phrase else ""
            return f"No post{has} so far; later ones will be {self.later}."
        return f"{count} by {accounts_(self.accounts)}. {self.spellings}".strip()

    @property
    def named(self) -> str:
        """Says that the name of whoever is muted stays in what others wrote; "" where it does not.

        Who asks to be taken out means that too.
        """
        if not self.naming:
            return ""
        return f"Their name stays in {posts_(self.naming)} of others; redact takes it out."

    @property
    def asked(self) -> str:
        """Says which questions lose words; "" where none does."""
        return questions_sentence(self.questions)

    @property
    def spellings(self) -> str:
        """Which other accents a phrase has in the posts; "" where there are none."""
        if not self.accents:
            return ""
        named = [f"“{each}” ({count})" for each, count in self.accents.most_common(_LISTED)]
        more = len(self.accents) - len(named)
        named += [f"{more} more"] * bool(more)
        return f"With other accents: {', '.join(named)}."

    @property
    def question(self) -> str:
        """Asks whether so many posts are meant."""
        return f"That is {len(self.posts)} of {self.total} posts. Go on?"


def consequences(chat: Chat, events: Iterable[ev.Act | ev.Undone | ev.Redone]) -> Consequences:
    """Returns what mutes and redactions hit that were not recorded yet."""
    acts = list(events)
    traces = Traces(chat)
    mutes = [(e.kind, e.value) for e in acts if isinstance(e, ev.Muted) and e.on]
    redactions: list[Rule] = [
        (e.kind, e.value) for e in acts if isinstance(e, ev.Redacted) and e.on
    ]
    muting = Muting(chat, mutes) if mutes else None
    redacted = [Redactions(chat, rule, traces=traces) for rule in redactions]
    # What only came along with posts of the chat is withheld as they are.
    standing = [e for e in chat.entries.values() if not (e.withdrawn or e.deleted_at)]
    wanted = [letters(value) for kind, value in mutes + redactions if kind in ("phrase", "exact")]
    hit = [
        entry
        for entry in (_with_letters(standing, wanted) if len(wanted) == len(acts) else standing)
        if (muting is not None and muting.hides(entry))
        or any(each.rules_in(entry.post) for each in redacted)
    ]
    silent = [e.id for e in hit if any(each.silences(e.id) for each in redacted)]
    muted = [e.id for e in hit if muting is not None and muting.hides(e)]
    phrases = [value for kind, value in mutes + redactions if kind == "phrase"]
    accents = _accents(hit, phrases)
    return Consequences(
        hit,
        len({chat.account(each.post) for each in hit}),
        len(standing),
        accents,
        "hidden" if mutes else "redacted",
        bool(wanted),
        _naming(chat, mutes, standing, traces) if mutes else 0,
        traces.questions(silent, in_part=True) if redactions else losing_words(chat, muted, traces),
    )


def losing_words(chat: Chat, posts: Iterable[str], traces: Traces | None = None) -> list[str]:
    """Returns the ids of questions that lose words once readers do not see these posts."""
    held = filter(None, map(chat.entry, posts))
    unseen = {post for entry in held for post in (entry.id, *entry.folds)}
    found = (traces or Traces(chat)).questions(unseen, in_part=True)
    planned = {each.id for each in chat.agenda.questions if each.text in chat.planned}
    return [each for each in found if each not in planned]


def questions_sentence(questions: Sequence[str]) -> str:
    """Returns which questions lose words with the posts that they were made of; "" for none."""
    if not questions:
        return ""
    were, show = ("was", "shows") if len(questions) == 1 else ("were", "show")
    named = " and ".join(questions)
    return f"{named} {were} made of what goes, and {show} none of its words."


def _naming(chat: Chat, mutes: Iterable[Rule], standing: Iterable[Entry], traces: Traces) -> int:
    """Returns in how many posts that no mute hides the names of muted authors can be read."""
    authors = [rule for rule in mutes if rule[0] == "author" and rule not in chat.redactions]
    if not authors:
        return 0
    muting = Muting(chat, [*chat.mutes, *mutes])
    looked_for = [Redactions(chat, rule, traces=traces) for rule in authors]
    return sum(
        any(each.rules_in(entry.post) for each in looked_for)
        for entry in standing
        if not (entry.hidden or muting.hides(entry))
    )


def uncertain(chat: Chat, accounts: Iterable[Account]) -> list[Account]:
    """Returns accounts that may be of the same people as these, for somebody to decide."""
    known = Traces(chat).accounts
    names = {key for account in accounts for key in account.keys}
    held = [account for key in names for account in known.of_key(key)]
    return known.uncertain(known.closed(dict.fromkeys(held)))


def uncertain_sentence(accounts: Sequence[Account], *, names_go: bool = False) -> str:
    """Returns which accounts may be meant too and are left; "" where there are none.

    With `names_go`, a name is withheld wherever it stands, and so is that of a namesake.
    """
    if not accounts:
        return ""
    names = "; ".join(f"{each.shown} ({typed(each)})" for each in accounts)
    sentence = f"Perhaps the same person's, and left alone unless named with --also: {names}."
    if names_go:
        sentence += " Where they have the same name it is withheld too; handle and words stay."
    return sentence


def _with_letters(entries: Iterable[Entry], wanted: Sequence[str]) -> list[Entry]:
    """Returns those entries in whose texts any of these letters stand; a quick look at all."""
    found = []
    for entry in entries:
        texts = [*(text.words for text in texts_of_entry(entry)), *muted_texts(entry)]
        author = entry.post.author
        texts += filter(None, (entry.id, *entry.post.aliases, entry.post.url))
        texts += filter(None, (author.id, author.url))
        plain = " ".join(map(letters, texts))
        if any(each in plain for each in wanted):
            found.append(entry)
    return found


def _accents(entries: Iterable[Entry], phrases: Sequence[str]) -> Counter[str]:
    wordings = Wordings((phrase, phrase) for phrase in phrases)
    accents: Counter[str] = Counter()
    for entry in entries if phrases else ():
        written = {
            " ".join(text.words[found.start : found.end].split())
            for text in texts_of_entry(entry)
            for found in wordings.find_each(text.words)
            if not found.exact and found.within != "address"
        }
        accents.update(written)
    return accents
