"""What is withheld of posts, and by which rule, for the panes that show it."""

from __future__ import annotations

from functools import cached_property

from tartantm.core.chat import Chat
from tartantm.core.entry import Change, Entry
from tartantm.core.identity import author_key
from tartantm.core.mutes import Muting, Rule
from tartantm.core.post import Post
from tartantm.core.redaction import Redactions


class WithheldNow:
    """The rules of a chat as they hold now, applied to the posts that are drawn."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._forget()

    def apply(self, change: Change) -> bool:
        """Apply a change of the chat. Returns whether any post may have to be drawn anew."""
        if change.rules or change.reloaded or change.agenda:
            self._forget()
            return True
        authors = self._hidden_authors
        new = filter(None, map(self._chat.entry, (*change.added, *change.changed)))
        if authors and any(authors & _names_of(entry.post) for entry in new):
            self._forget()
            return True
        return False

    @cached_property
    def redactions(self) -> Redactions:
        """What readers see instead of what is redacted."""
        return Redactions(self._chat)

    def silenced(self) -> int:
        """Returns of how many posts all words are withheld: those that were named, and copies."""
        return sum(self.redactions.silences(each.id) for each in self._chat.posts())

    def muted_by(self, entry: Entry) -> list[str]:
        """Returns the mutes that hide a post, in words."""
        return [rule_words(rule) for rule, muting in self._mutings if muting.hides(entry)]

    def _forget(self) -> None:
        for name in ("redactions", "_mutings", "_hidden_authors"):
            self.__dict__.pop(name, None)

    @cached_property
    def _mutings(self) -> list[tuple[Rule, Muting]]:
        return [(rule, Muting(self._chat, [rule])) for rule in self._chat.mutes]

    @cached_property
    def _hidden_authors(self) -> set[str]:
        """Keys and ids of whoever a redaction names: later posts by them are concerned as well."""
        if all(kind != "author" for kind, _ in self._chat.redactions):
            return set()
        redactions = self.redactions
        entries = self._chat.entries.values()
        hidden = (entry.post for entry in entries if redactions.hides_author(entry.id))
        return {name for post in hidden for name in _names_of(post)} | {
            value for kind, value in self._chat.redactions if kind == "author"
        }


def rule_words(rule: Rule) -> str:
    """Returns a rule for the moderator: "@ailsa", "“a phrase”"."""
    kind, value = rule
    network, _, who = value.partition(":")
    sign = "" if network == "room" else "@"
    return f"{sign}{who}" if kind == "author" else f"“{value}”"


def _names_of(post: Post) -> set[str]:
    names = {author_key(post)}
    if post.author.id:
        names.add(f"{post.network}:id:{post.author.id}")
    return names
