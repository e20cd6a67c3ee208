"""The mutes and redactions that hold: what each is about, what it keeps out, how it ends."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from tartantm.core import events as ev
from tartantm.core.accounts import Accounts
from tartantm.core.chat import Chat
from tartantm.core.describe import REASONS, posts
from tartantm.core.errors import shortened
from tartantm.core.local_time import clock
from tartantm.core.mutes import Rule
from tartantm.moderation.consequences import consequences


class Holding(NamedTuple):
    """A rule that holds."""

    words: str
    """What it is about."""
    reason: str
    """In words, "" where none was given."""
    since: datetime
    """In the time zone of the chat."""
    posts: int
    """How many posts it hides, or withholds something of."""
    ends: str
    """What ends it on the command line, after the session; "" where only the desk does."""

    def line(self, *, mute: bool) -> str:
        """Returns "author Ailsa Example, @ailsa on X: personal data; since …; 12 posts"."""
        why = f": {self.reason}" if self.reason else ""
        keeps = "hides" if mute else "concerns"
        since = f"{self.since.day} {self.since:%B %Y}, {clock(self.since)}"
        return f"{self.words}{why}; since {since}; {keeps} {posts(self.posts)}"


def holding_rules(chat: Chat, *, mute: bool) -> Iterator[Holding]:
    """Yields the mutes, or else the redactions, that hold, oldest first."""
    accounts = Accounts(chat)
    held = [(rule, at, "") for rule, at in chat.muted_since.items()]
    if not mute:
        held = [(rule, at, REASONS.get(why, "")) for rule, (at, why) in chat.redactions.items()]
    for rule, at, why in held:
        event = _event(rule, mute=mute)
        count = len(consequences(chat, [event]).posts)
        words = rule_words(chat, accounts, rule)
        yield Holding(words, why, at.astimezone(chat.agenda.tz), count, _ends(chat, rule))


def rule_words(chat: Chat, accounts: Accounts, rule: Rule) -> str:
    """Returns what a rule is about, for the moderator."""
    kind, value = rule
    match kind:
        case "post":
            entry = chat.entry(value)
            if entry is None:
                return "words of a post that is gone"
            return f"words of #{entry.number}, {entry.post.author.shown}".rstrip(", ")
        case "author":
            network, _, who = value.partition(":")
            shown = "; ".join(each.shown for each in accounts.of_key(value))
            named = chat.speaker(who) if network == "room" else f"@{who}"
            return f"author {shown or named}"
        case "exact":
            return f"phrase “{shortened(value)}”, with no other accents"
    return f"phrase “{shortened(value)}”"


def _event(rule: Rule, *, mute: bool) -> ev.Muted | ev.Redacted:
    kind, value = rule
    make = ev.Muted if mute else ev.Redacted
    match kind:
        case "author":
            return make("author", value)
        case "exact":
            return make("exact", value)
        case "post":
            return ev.Redacted("post", value)
    return make("phrase", value)


def _ends(chat: Chat, rule: Rule) -> str:
    kind, value = rule
    match kind:
        case "post":
            number = chat.number_of(value)
            return f"--post {number} --off" if number else ""
        case "author":
            network, _, who = value.partition(":")
            named = chat.speaker(who) if network == "room" else who
            return f"--author {shlex.quote(f'{named}@{network}')} --off"
    if shortened(value) != value:
        return ""  # nobody types all of it
    exact = " --exact" if kind == "exact" else ""
    return f"--phrase {shlex.quote(value)}{exact} --off"
