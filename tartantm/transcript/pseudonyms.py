"""Pseudonyms: "Participant 12" for everybody who is not to be named, the same in every format.

Numbers follow the order in which people were first heard, whether or not they are shown. So they
stay the same from export to export, and reveal no more than the order of the posts does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tartantm.core.agenda import split_handle
from tartantm.core.chat import Chat
from tartantm.core.post import Author, Post

SOMEBODY = "@somebody"
"""Replaces a handle that wrote no post here."""

_MENTION = re.compile(r"(?<![\w@/.])@(\w[\w.-]*(?:@\w[\w.-]*)?)(?<![.-])")


class Pseudonyms:
    """Numbers for the people of a chat, and words without their names.

    With `keep_agenda` the people on the agenda (hosts, guests, moderators) keep their names.
    """

    def __init__(self, chat: Chat, *, keep_agenda: bool) -> None:
        self._agenda, self.keeps_agenda = chat.agenda, keep_agenda
        self._numbers: dict[tuple[str, str], int] = {}
        self._handles: dict[str, str] = {}
        names: dict[str, str] = {}
        for entry in sorted(chat.entries.values(), key=lambda entry: entry.seq):
            post = entry.post
            if (number := self._number(post)) is None:
                continue
            shown = f"Participant {number}"
            handle = post.author.handle.casefold()
            if handle:
                self._handles.setdefault(f"{post.network}:{handle}", shown)
                self._handles.setdefault(f"{post.network}:{handle.partition('@')[0]}", shown)
                self._handles.setdefault(handle, shown)
                self._handles.setdefault(handle.partition("@")[0], shown)
            names.setdefault(" ".join(post.author.name.split()).casefold(), shown)
        if not keep_agenda:
            names = {p.name.casefold(): "somebody" for p in chat.agenda.people} | names
        names.pop("", None)
        self._names = names
        # A single name could be any word: "Will", "Rose". In reasons it can only be a name.
        self._full = _pattern(name for name in names if " " in name)
        self._any = _pattern([*names, *(h for h in self._handles if ":" not in h)])
        self._kept = {
            part
            for person in (chat.agenda.people if keep_agenda else ())
            for handle in person.handles
            for part in (split_handle(handle)[1], split_handle(handle)[1].partition("@")[0])
        }

    def hides(self, post: Post) -> bool:
        """Whether a post's author goes by a number."""
        return self._number(post) is not None

    def author(self, post: Post) -> Author:
        """Returns a post's author as readers see them."""
        number = self._number(post)
        if number is None:
            return post.author
        return Author("", f"Participant {number}", f"participant-{number}", bot=post.author.bot)

    def words(self, text: str, network: str = "") -> str:
        """Returns a text with pseudonyms for handles and for full names of people who took part."""
        if "@" in text:
            text = _MENTION.sub(lambda match: self._mention(match[1], network), text)
        return self._full.sub(self._named, text) if self._full else text

    def reason(self, text: str) -> str:
        """Returns a reason of ours, which may use any name or handle, with pseudonyms instead."""
        text = self.words(text)
        return self._any.sub(self._named, text) if self._any else text

    def _number(self, post: Post) -> int | None:
        person = self._agenda.person(post.author, post.network)
        name = post.author.shown.casefold()
        if post.is_remark and person is None:
            person = next((p for p in self._agenda.people if p.name.casefold() == name), None)
        if person is not None and self.keeps_agenda:
            return None
        if person is not None:
            key = "", person.name
        elif post.is_remark:
            key = post.network, name
        else:
            key = post.network, post.author.id or post.author.handle.casefold()
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def _mention(self, written: str, network: str) -> str:
        handle = written.casefold()
        if handle in self._kept:
            return f"@{written}"
        found = self._handles.get(f"{network}:{handle}") or self._handles.get(handle)
        return found or SOMEBODY

    def _named(self, match: re.Match[str]) -> str:
        name = " ".join(match[0].split()).casefold()
        return self._names.get(name) or self._handles.get(name, "somebody")


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(set(names), key=lambda name: (-len(name), name))
    if not longest_first:
        return None
    spaced = (r"\s+".join(map(re.escape, name.split())) for name in longest_first)
    return re.compile(rf"(?i)(?<!\w)(?:{'|'.join(spaced)})(?!\w)")
