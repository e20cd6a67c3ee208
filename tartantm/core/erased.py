"""What was erased, recognised wherever it stands: ids, accounts, names, words.

The same names are looked for while something is erased, when they are known in clear, and ever
after, when `Erased.blocked` holds only keyed hashes of them: late posts, edits, reposts and acts of
another desk must not bring back what was erased.

This file is longer than others because the names that are looked for are made here as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

from tartantm.core.accounts import Account
from tartantm.core.agenda import Agenda, Person, split_handle
from tartantm.core.asked_words import without_label
from tartantm.core.chat import Chat
from tartantm.core.crossposts import comparable
from tartantm.core.folding import Folded, folded, letters, words
from tartantm.core.hashed_names import HashedNames, facts
from tartantm.core.identity import author_key, fingerprint
from tartantm.core.mutes import reposted_handle
from tartantm.core.names import LONG_NAME, first_name, name_wordings, plain_name, whole_names
from tartantm.core.post import NETWORKS, Author, Post
from tartantm.core.shown_links import places_of
from tartantm.core.spans import Span, replaced
from tartantm.core.telling_handles import TellingHandles, hashtag_letters
from tartantm.core.traces import SHORTEST_SAID

NAME_WITHHELD = "[name withheld]"
LINK_WITHHELD = "[link withheld]"
WORDS_WITHHELD = "[words withheld]"
SOMEBODY = "somebody"
"""Replaces a name in the reasons that the program gives."""

FIRST_NAME, LATER_NAME = "first:", "later:"
"""Kinds of the words of a name, which alone can mean anybody: they stay, and are reported."""

HELD_BACK = "held:"
"""Kind of whole names that a rule withheld which left, also where they are somebody else's."""

_SPEAKER, _SHARED = "speaker:", "shared:"
"""Kinds of whole names: of who was erased alone, and of somebody else, too, who stayed."""

_NEAR, _ANY = "near:", "*"
"""Kind of how such words are misspelt, and what stands there for any letter."""

SHORTEST_SPELLING = 5
"""Letters of a name from which on it is recognised with another letter."""

_PHRASE, _OPENS = "phrase:", "opens:"
"""Kinds of words that a rule withheld, and of how long ones begin; `_PHRASE` alone: there are any.

They are not what erased posts said: a copy that has them need not go as a whole.
"""

_LATER_HANDLE = "later handle:"

MOST_PARTS = 12
"""Parts of an address that are looked at together."""

_LONGEST_START = 64
"""Parts from the beginning of an address that are looked at together."""

LONG_ID = 12
"""Letters of an id that is found in several parts of an address together."""

CUT = 60
"""Letters after which a copy of a text may be cut short."""

HYPHEN = re.compile(r"[-\u2010-\u2013]")
"""What stands between the halves of a double-barrelled name."""

_ADDRESS = re.compile(r"(?i)(?:https?|at)://[^\s<>\"'“”«»]+")
_PARTS = re.compile(r"[/?#&=@＠,;!:]+")
_HANDLE = re.compile(r"(?<![\w@＠])[@＠](\w[\w.-]*(?:[@＠]\w[\w.-]*)?)(?<![.-])")

LINKS, NAMES = 1, 2
"""Ranks of what is replaced, see `Span`: words are 0, and a name within them goes with them."""


class ErasedNames:
    """Recognises what was erased, by a function that says whether a name is among them."""

    def __init__(self, known: Callable[[str], bool]) -> None:
        self.known = known
        self._names = HashedNames(known, "name:")

    def post_id(self, post_id: str) -> bool:
        """Whether an id is that of an erased post, or lies below the id of an erased account.

        What others answered, quoted or reposted may never have been captured itself.
        """
        return self.known(post_id) or any(map(self.known, account_ids(post_id)))

    def author_key(self, key: str) -> bool:
        """Whether rules name an erased account by this key, see `identity.author_key`."""
        network, _, handle = key.partition(":")
        return self.known(_account(network, handle)) or self.known(f"author:{key.casefold()}")

    def account(self, network: str, author: Author) -> bool:
        """Whether an author is an erased account, by the permanent id or by the handle."""
        by_id = bool(author.id) and self.known(author.id)
        return by_id or self.known(_account(network, author.handle))

    def post(self, post: Post) -> bool:
        """Whether a post goes as a whole: erased itself, by an erased account, or its repeat."""
        author, network = post.author, post.network
        if any(map(self.post_id, (post.id, *post.aliases))):
            return True
        if self.account(network, author):
            return True
        if not (author.handle or author.id) and self.author_key(author_key(post)):
            return True
        if post.repost_of and self.post_id(post.repost_of):
            return True
        original = reposted_handle(post)
        if original and self.known(_account(network, original)):
            return True
        named = any(self.known(f"name:{name}") for name in whole_names(author.shown))
        if post.is_remark and any(map(self._speaker, whole_names(author.shown))):
            return True
        alike = named or self.known(f"called:{_stem(author.handle)}")
        return bool(post.repost_of or alike) and any(self._said(folded(post.text)))

    def may_have_spoken(self, post: Post) -> bool:
        """Whether a remark is by a name that somebody erased had, and somebody who stayed."""
        names = whole_names(post.author.shown) if post.is_remark else ()
        return any(self.known(f"{_SHARED}{name}") for name in names)

    def person(self, person: Person) -> bool:
        """Whether the agenda names an erased person."""
        handles = [_account(*each) for written in person.handles for each in _accounts(written)]
        if self.known(_on_agenda(person)) or any(map(self.known, handles)):
            return True
        # Who has the name and other handles is somebody else.
        return not handles and any(self.known(f"name:{name}") for name in whole_names(person.name))

    def handle(self, handle: str, network: str) -> bool:
        """Whether a post on a network names an erased account by this handle."""
        return self.known(_account(network, handle)) or (
            ("@" in handle or "." in handle)
            and any(self.known(_account(each, handle)) for each in NETWORKS)
        )

    def address(self, url: str) -> bool:
        """Whether an address leads to something erased, or has its name in it."""
        parts = _parts(url)
        return (
            self._part_known(parts)
            or any(self.known(f"url:{leading}") for leading in accumulate(parts[:_LONGEST_START]))
            or any(True for _ in self._named(Folded(url)))
        )

    def in_id(self, known: str) -> bool:
        """Whether an id or address of somebody else's has something erased in it.

        A permalink may have a name in it, and feeds use permalinks as ids. A mere number says
        nothing of anybody; and whoever stays may write for the same site.
        """
        if known.rpartition(":")[2].isdecimal():
            return False
        parts = _parts(known)
        return (
            self._part_known(parts)
            or self.known(f"url:{''.join(parts)}")
            or self.named_in(known.partition("://")[2] or known)
        )

    def words(self, text: str, network: str = "", links: Iterable[str] = ()) -> str:
        """Returns a text without names, handles, addresses and words that were erased.

        `network` is that of the post it stands in, "" for what the moderator wrote; `links` are
        wordings in it that stand for links which go.
        """
        return replaced(text, [*self.spans(text, network), *link_spans(text, links)])

    def name_spans(self, name: str) -> list[Span]:
        """Returns what is replaced in the name of somebody who stays.

        Not the name itself where it is the same, for then it is theirs as well; unless a rule that
        left withheld it.
        """
        spans = self.spans(name)
        plain = plain_name(name)
        if self.known(f"{HELD_BACK}{letters(plain)}"):
            return spans
        return [span for span in spans if words(name[span.start : span.end]) != words(plain)]

    def without_said(self, text: str) -> str:
        """Returns a text without what posts said that went, whoever says it now."""
        return replaced(text, [Span(*at, WORDS_WITHHELD) for at in self._said(folded(text))])

    def spans(self, text: str, network: str = "") -> list[Span]:
        """Returns where a text has what was erased."""
        seen = folded(text)
        spans = [Span(*at, WORDS_WITHHELD) for at in (*self._said(seen), *self._held_back(seen))]
        spans += [Span(*at, NAME_WITHHELD, NAMES) for at in self._named(seen)]
        if "://" in text:
            spans += [
                Span(*match.span(), LINK_WITHHELD, LINKS)
                for match in _ADDRESS.finditer(text)
                if self.address(match[0])
            ]
        networks = (network,) if network else tuple(NETWORKS)
        for match in _HANDLE.finditer(text):
            if any(self.handle(match[1], each) for each in networks) or (
                network and self.known(later_handle(network, match[1]))
            ):
                spans.append(Span(*match.span(), NAME_WITHHELD, NAMES))
        return spans

    def may_name(self, folded: Folded) -> bool:
        """Whether it is worth looking for names in a text; where nothing is known, it always is."""
        return bool(folded.text)

    def may_say(self, folded: Folded) -> bool:
        """Whether it is worth looking for words in a text."""
        return bool(folded.text)

    def named_in(self, text: str) -> bool:
        """Whether a text has anything of what was erased."""
        return bool(self.spans(text))

    def reason(self, text: str) -> str:
        """Returns a reason of ours without any name or handle of who was erased."""
        seen = folded(text)
        spans = [Span(*at, WORDS_WITHHELD) for at in self._said(seen)]
        for start, end in (*self._names.find(seen), *self._names.find_words(seen, "called:")):
            sign = text[:start].endswith(("@", "＠"))
            spans.append(Span(start - sign, end, SOMEBODY, NAMES))
        return replaced(text, spans)

    def _part_known(self, parts: list[str]) -> bool:
        """Whether parts of an address have an id or a handle among them."""
        # An id may have the signs itself that part an address, as "tag:a.example,2026:57" has.
        each = (parts[at : at + MOST_PARTS] for at in range(len(parts)))
        runs = {run for some in each for run in accumulate(some)}
        ids = {*parts, *(run for run in runs if len(run) >= LONG_ID)}
        return any(self.known(f"part:{part}") for part in ids)

    def _speaker(self, name: str) -> bool:
        """Whether who spoke under a whole name is certainly somebody erased.

        It is not where somebody had that name who stayed; earlier versions did not record that.
        """
        if self.known(f"{_SPEAKER}{name}"):
            return True
        return self.known(f"name:{name}") and not self.known(f"{_SHARED}{name}")

    def _named(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Yields where names stand that hardly mean somebody else."""
        if self.may_name(folded):
            yield from self._names.find(folded)

    def _said(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Yields where words stand that an erased post said, the most from each beginning."""
        if not self.may_say(folded):
            return
        plain, at = folded.letters
        for start in range(len(plain)):
            if self.known(f"start:{plain[start : start + SHORTEST_SAID]}"):
                for end in range(len(plain), start, -1):
                    if self.known(f"words:{plain[start:end]}"):
                        yield folded.span(at[start], at[end - 1] + 1)
                        break

    def _held_back(self, folded: Folded) -> Iterator[tuple[int, int]]:
        """Yields where words begin that a rule withheld which left, the most from each word."""
        if not self.known(_PHRASE):
            return
        plain, at = folded.letters
        starts = [n for n in range(len(plain)) if not n or at[n] > at[n - 1] + 1]
        stops = [*starts[1:], len(plain)]
        for number, start in enumerate(starts):
            near = stops[number : number + SHORTEST_SAID]
            ends = [n for n in near if n - start < SHORTEST_SAID]
            if self.known(f"{_OPENS}{plain[start : start + SHORTEST_SAID]}"):
                ends += range(start + SHORTEST_SAID, len(plain) + 1)
            end = next((n for n in sorted(ends)[::-1] if self.known(_PHRASE + plain[start:n])), 0)
            if end:
                yield folded.span(at[start], at[end - 1] + 1)


def _parts(url: str) -> list[str]:
    return [letters(part) for part in _PARTS.split(url.partition("://")[2] or url)]


def link_spans(text: str, links: Iterable[str]) -> list[Span]:
    """Returns where a text has wordings that stand for links which go."""
    return [
        Span(*place, LINK_WITHHELD, LINKS) for shown in links for place in places_of(text, shown)
    ]


def recognise(chat: Chat) -> ErasedNames | None:
    """Returns what was erased from a chat, None where nothing ever was."""
    return blocked(chat.salt, chat.blocked) if chat.blocked else None


def blocked(salt: str, hashes: set[str]) -> ErasedNames:
    """Returns what was erased, of which only keyed hashes are known."""

    @lru_cache(maxsize=50_000)
    def known(name: str) -> bool:
        return fingerprint(salt, name) in hashes

    return ErasedNames(known)


def account_ids(post_id: str) -> Iterator[str]:
    """Yields what may be the permanent id of the account of a post, as its id begins with that.

    Ids on X are numbers, which say nothing of an account; the site of a feed is many people's.
    """
    network, _, address = post_id.partition(":")
    if network not in ("bluesky", "mastodon"):
        return
    address = address.removeprefix("at://")
    if ":" not in address:
        return  # a number may be that of an account on X
    at = address.find("/", address.find(":") + len("://"))
    while at >= 0:
        yield address[:at]
        at = address.find("/", at + 1)


def post_names(post: Post) -> set[str]:
    """Returns the names by which a post is recognised: its ids and the ends of its addresses."""
    found = {post.id, *post.aliases} | address_names(post.url)
    for known in (post.id, *post.aliases, *([post.url] if post.url else [])):
        part = letters(known.partition(":")[2].rstrip("/").rpartition("/")[2])
        if len(part) > 1:
            found.add(f"part:{part}")
        found |= address_names(known.partition(":")[2])
    return found


def address_names(url: str | None) -> set[str]:
    """Returns the name by which an address is recognised, and those that go on from it."""
    return {f"url:{letters(url.partition('://')[2])}"} if url and "://" in url else set()


def said_names(text: str, theirs: Callable[[str], bool] = bool) -> set[str]:
    """Returns the names by which words are recognised, whole or cut short.

    `theirs` says of the letters of words whether these are theirs alone.
    """
    found: set[str] = set()
    for said in set(map(letters, (text, comparable(text), without_label(text)))):
        for form in {said, said[:CUT]}:
            if len(form) >= SHORTEST_SAID and theirs(form):
                found |= {f"start:{form[:SHORTEST_SAID]}", f"words:{form}"}
    return found


def phrase_names(phrase: str, erased: ErasedNames) -> set[str]:
    """Returns the names by which words are recognised that a rule withholds which leaves.

    None where what is erased is recognised by itself and nothing else is in them.
    """
    besides = replaced(phrase, [span._replace(shown="") for span in erased.spans(phrase)])
    said = letters(phrase)
    if not letters(besides):
        return set()
    opens = {f"{_OPENS}{said[:SHORTEST_SAID]}"} if len(said) >= SHORTEST_SAID else set()
    return {_PHRASE, _PHRASE + said} | opens


def account_names(
    accounts: Iterable[Account], people: Iterable[Person], others: Iterable[Account], agenda: Agenda
) -> set[str]:
    """Returns the names by which accounts and people are recognised.

    A handle that one of the `others`, who stay, has on the same network is no name of theirs alone,
    and neither is a hashtag of the agenda.
    """
    accounts, people, others = list(accounts), list(people), list(others)
    theirs = {key for other in others for key in other.keys}
    telling = TellingHandles(agenda, [*accounts, *others]).of(accounts, people)
    found = {name for each in telling for name in (f"name:{letters(each)}", *facts(each))}
    handles: list[tuple[str, str]] = []
    for account in accounts:
        if account.id:
            found.add(account.id)
        for handle in account.handles:
            if not (account.id and f"{account.network}:{handle.casefold()}" in theirs):
                handles.append((account.network, handle))
        if not account.handles:
            # No handle, which a post or a mention may have that is somebody else's.
            found |= {f"author:{key}" for key in account.keys - theirs}
        for name in account.names:
            found |= person_names(name) | name_parts(name)
        part = letters(account.id.rstrip("/").rpartition("/")[2])
        if len(part) > 1:
            found.add(f"part:{part}")
    for person in people:
        found |= person_names(person.name) | name_parts(person.name) | {_on_agenda(person)}
        for written in person.handles:
            # Whoever took a handle over that they gave up stays.
            handles += [
                (network, handle)
                for network, handle in _accounts(written)
                if f"{network}:{handle.casefold()}" not in theirs
            ]
    local = {each.casefold().partition("@")[0] for other in others for each in other.handles}
    for network, handle in handles:
        found.add(_account(network, handle))
        found.add(f"called:{letters(handle)}")
        named = person_names(handle)
        if network == "room":
            found |= named
            continue
        short_names = {f"name:{each}" for each in whole_names(handle) if len(each) < LONG_NAME}
        found |= {f"called:{_stem(handle)}", *facts(_stem(handle)), *(named - short_names)}
        short = handle.partition("@")[0]
        if short.casefold() not in local:
            found |= {f"part:{each}" for each in map(letters, (handle, short)) if len(each) > 1}
            found.add(_account(network, short))
    found -= {"called:", *(f"name:{tag}" for tag in hashtag_letters(agenda))}
    shared = {
        whole
        for other in others
        for name in (*other.names, *([other.person.name] if other.person else []))
        for whole in whole_names(name)
    }
    whole = {each.removeprefix("name:") for each in found if each.startswith("name:")}
    return found | {f"{_SHARED if each in shared else _SPEAKER}{each}" for each in whole}


def later_handle(network: str, handle: str) -> str:
    """Returns the name by which the handle is recognised that an erased account has now.

    It only withholds mentions on that network. Whoever is erased chooses it: it must take no posts
    and no words of anybody else, who may have had it before or have it next.
    """
    return f"{_LATER_HANDLE}{_account(network, handle)}"


def _on_agenda(person: Person) -> str:
    """The name by which the agenda's entry is recognised, whoever has its handles now."""
    handles = " ".join(sorted(each.casefold() for each in person.handles))
    return f"agenda:{letters(person.name)} {handles}"


def person_names(name: str) -> set[str]:
    """Returns the names by which a display name is recognised, and where the words of it end."""
    wordings = name_wordings(name)
    found = {f"called:{letters(wording)}" for wording in wordings}
    found.update(fact for wording in wordings for fact in facts(wording))
    return found | {f"name:{whole}" for whole in whole_names(name)}


def name_parts(name: str) -> set[str]:
    """Returns what the leak report recognises a name by that is not written out: its words."""
    plain = plain_name(name)
    first = _with_halves(first_name(name) or plain)
    rest = {each for part in plain.split() for each in _with_halves(part)} - first
    near = {each for part in first | rest if len(part) >= SHORTEST_SPELLING for each in _near(part)}
    return {
        *(f"{FIRST_NAME}{part}" for part in first),
        *(f"{LATER_NAME}{part}" for part in rest),
        *(f"{_NEAR}{each}" for each in near),
    }


def may_be_name(known: Callable[[str], bool], word: str) -> bool:
    """Whether a word differs in one letter from a part of a name, see `name_parts`.

    Another letter, one more, one less, or two swapped.
    """
    if known(FIRST_NAME + word) or known(LATER_NAME + word):
        return False
    parts = ((head, word[len(head) :]) for head in accumulate(word, initial=""))
    return any(
        known(_NEAR + each)
        for head, tail in parts
        for each in (f"{head}{_ANY}{tail[1:]}", f"{head}{_ANY}{tail}", head + tail[1:])
    )


def _near(part: str) -> Iterator[str]:
    """Yields a part of a name with two letters swapped, and with any letter in each place."""
    yield part
    for at in range(len(part)):
        yield f"{part[:at]}{_ANY}{part[at + 1 :]}"
        yield part[:at] + part[at : at + 2][::-1] + part[at + 2 :]


def _with_halves(part: str) -> set[str]:
    """Returns the letters of a word of a name and, as others say one alone, of its halves."""
    return {letters(each) for each in (part, *HYPHEN.split(part))} - {""}


def _account(network: str, handle: str) -> str:
    return f"{network}:@{handle.lstrip('@＠').casefold()}"


def _accounts(written: str) -> list[tuple[str, str]]:
    """Returns what an agenda's handle may name: one account, or one on each network."""
    network, handle = split_handle(written)
    return [(each, handle) for each in ([network] if network else NETWORKS) if handle]


def _stem(handle: str) -> str:
    return letters(re.split(r"[.@]", handle)[0])
