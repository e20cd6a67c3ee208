"""Who wrote or said a post: one participant for each person, over all handles and networks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from tartantm.core.agenda import Agenda, Person
from tartantm.core.people import AccountKey, People, is_nobody
from tartantm.core.post import NETWORKS, Author, Post
from tartantm.core.spans import WITHHELD
from tartantm.transcript.clean_text import one_line
from tartantm.transcript.model import Account, Item, Participant, Speaker

_Key = tuple[str, str]

_NUMBER = re.compile(r"[0-9]+")


class Speakers:
    """Finds who wrote a post, and counts who took part."""

    def __init__(self, agenda: Agenda, people: People) -> None:
        self._agenda, self._people = agenda, people
        self._known: dict[tuple[str, Author, str | None], Speaker] = {}
        self._account: dict[Speaker, AccountKey] = {}
        self._numbers: dict[_Key, int] = {}
        # Of two people whose names are withheld nobody knows whether they are the same.
        self._named = {
            person.name.casefold(): person for person in agenda.people if person.name != WITHHELD
        }

    def of(self, network: str, post: Post) -> Speaker:
        """Returns who wrote or said a post."""
        who = (network, post.author, post.venue)
        speaker = self._known.get(who)
        if speaker is None:
            speaker = self._known[who] = self._speaker(*who)
        return speaker

    def _speaker(self, network: str, author: Author, venue: str | None) -> Speaker:
        person = self._people.person(self._agenda, network, author)
        if network == "room":
            person = person or self._named.get(author.shown.casefold())
        nobody = is_nobody(author)
        handle = "" if network == "room" or nobody else one_line(author.handle).lstrip("@")
        name = one_line(author.name) or (
            person.name if person else handle or one_line(author.handle)
        )
        if not name:
            name = f"Somebody in {one_line(venue)}" if venue else "Somebody"
        key = self._key(network, author, person, name)
        speaker = Speaker(
            self._numbers.setdefault(key, len(self._numbers)),
            name,
            _shown_handle(handle),
            network,
            one_line(person.organisation) if person else "",
            person.role if person else "",
            nobody,
        )
        self._account[speaker] = self._people.key(network, author)
        return speaker

    def _key(self, network: str, author: Author, person: Person | None, name: str) -> _Key:
        if person is not None:
            return "agenda", str(self._agenda.people.index(person))
        if network == "room" and not author.id:
            return network, name.casefold()
        return network, self._people.key(network, author).value

    def participants(self, items: Iterable[Item]) -> tuple[Participant, ...]:
        """Returns everybody whose posts are in the transcript, by name."""
        theirs: dict[int, list[Item]] = {}
        for item in items:
            if not item.counts or item.speaker.nobody:
                continue
            theirs.setdefault(item.speaker.person, []).append(item)
        named = {number: key for key, number in self._numbers.items()}
        everybody = [self._participant(named[who], posts) for who, posts in theirs.items()]
        return tuple(sorted(everybody, key=lambda one: (by_name(one.name), one.first.number)))

    def _accounts(self, speakers: Iterable[Speaker]) -> Iterator[Account]:
        """Yields somebody's handles; of one account the latest comes first."""
        shown: dict[AccountKey, dict[str, Speaker]] = {}
        for one in speakers:
            shown.setdefault(self._account[one], {})[one.handle] = one
        for key, handles in shown.items():
            known = [_shown_handle(each) for each in self._people.handles(key.network, key.value)]
            order = {handle: place for place, handle in enumerate(known)}
            latest = sorted(handles, key=lambda handle: order.get(handle, -1), reverse=True)
            for handle in latest:
                earlier = bool(handle) and handle != latest[0]
                yield Account(handle, handles[handle].network, earlier)

    def _participant(self, key: _Key, items: list[Item]) -> Participant:
        speakers = list({id(item.speaker): item.speaker for item in items}.values())
        person = self._agenda.people[int(key[1])] if key[0] == "agenda" else None
        return Participant(
            one_line(person.name) if person else speakers[0].name,
            tuple(self._accounts(speakers)),
            speakers[0].organisation,
            speakers[0].role,
            len(items),
            items[0],
        )


def _shown_handle(handle: str) -> str:
    shown = one_line(handle).lstrip("@")
    return f"@{shown}" if shown else ""


def by_name(name: str) -> tuple[str, str]:
    """Returns a sort key without case, accents and locale that sorts numbers by their values."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    folded = _NUMBER.sub(lambda number: number[0].zfill(6), folded)
    return "".join(c for c in folded if c.isalnum() or c == " ").strip(), name


def network_name(network: str) -> str:
    """Returns a network's name for people: "Mastodon"."""
    return NETWORKS.get(network) or one_line(network).title()
