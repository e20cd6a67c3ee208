"""Who and what is withheld from the readers of a transcript, by name, handle and words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from tartantm.core.accounts import Account, Accounts, handles_of, wordings_of
from tartantm.core.agenda import Person, split_handle
from tartantm.core.chat import Chat
from tartantm.core.erased import FIRST_NAME, HYPHEN, LATER_NAME, blocked, may_be_name
from tartantm.core.folding import folded, letters, words
from tartantm.core.names import SHORTEST_NAME, first_name, name_wordings, plain_name
from tartantm.core.ordinary_words import is_ordinary_word
from tartantm.core.quoted_words import QuotedWords
from tartantm.core.telling_handles import hashtag_letters
from tartantm.core.texts import texts_of_chat
from tartantm.core.tokens import handle_key
from tartantm.core.wordings import Wordings
from tartantm.transcript.options import ExportOptions

SHORTEST_PART = 3
"""Letters that a part of a name must have to be looked for by itself."""

SHORTEST_HANDLE = 5
"""Letters that a handle must have to be looked for outside mentions and addresses."""

SHORTEST_WORD = 2
"""Letters that a handle must have to be looked for as a whole word or hashtag."""

TOKEN = re.compile(r"\w+")
"""A whole word or hashtag of a text, which may be somebody's handle."""

LONGEST_UNPARTED = 8
"""Letters of the longest name that is tried at each place of a text without blanks."""

_UNPARTED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{2,}")
"""Letters of scripts that write no blanks between words: a name stands among others there."""

_BLANKS_WITHIN = re.compile(
    r"(?<=[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])[\s*_~`|]+"
    r"(?=[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff])"
)
"""Blanks that may stand within a name, as `Wordings` finds it."""

_LETTERS = re.compile(r"[^\W\d_]+")

RUN = 6
"""How many words of a withheld post in a row are its words and nobody else's."""

NAME, HANDLE, WORDS = "a name", "a handle", "withheld words"
FIRST, PART = "a first name", "a part of a name"


class Withheld(NamedTuple):
    """What may not be read any more in a transcript."""

    wordings: Wordings[str]
    """Names, handles and phrases in full; each stands for `NAME`, `HANDLE` or `WORDS`."""
    parts: dict[str, str]
    """Parts of names, by their letters, with what they are."""
    stems: frozenset[str]
    """Single words that are redacted, by their letters: longer words may hold them."""
    runs: frozenset[tuple[str, ...]]
    """Every `RUN` words in a row of posts whose words are redacted."""
    uncertain: frozenset[str]
    """Letters of names of accounts that may be of people withheld."""
    handles: frozenset[str] = frozenset()
    """Letters of handles that are looked for as whole words and hashtags, however short."""
    spellings: frozenset[str] = frozenset()
    """Words that differ in one letter from parts of names of which only hashes are known."""
    quotes: QuotedWords = QuotedWords()
    """What posts say whose words are redacted, to be found in fewer words than `RUN`."""
    organisations: frozenset[str] = frozenset()
    """Letters of the organisations of people of the agenda whose names are redacted."""

    def __bool__(self) -> bool:
        found = self.wordings or self.runs or self.parts or self.handles or self.spellings
        return bool(found or self.quotes or self.organisations)


def is_any_withheld(chat: Chat, options: ExportOptions) -> bool:
    """Whether there is anything to report on: else nobody has to wait for the search."""
    return bool(chat.redactions or options.pseudonyms or chat.blocked)


def withheld(chat: Chat, options: ExportOptions) -> Withheld:
    """Returns what a chat's redactions and these options withhold."""
    values: dict[str, list[str]] = {"author": [], "post": [], "phrase": []}
    for kind, value in chat.redactions:
        # With other accents it was left on purpose; whether that is right, somebody has to look.
        values["phrase" if kind == "exact" else kind].append(value)
    accounts: list[Account] = []
    uncertain: list[Account] = []
    people: list[Person] = []
    organisations: frozenset[str] = frozenset()
    if values["author"] or options.pseudonyms:
        known = Accounts(chat)
        named = [account for key in values["author"] for account in known.of_key(key)]
        accounts = known.closed(named)
        uncertain = known.uncertain(accounts)
        people = list(dict.fromkeys([*known.people(accounts), *_silent(chat, values["author"])]))
        organisations = frozenset(letters(one.organisation) for one in people) - {""}
        if options.pseudonyms:
            keeps = options.pseudonyms == "participants"
            more = [each for each in known.all if not (keeps and each.person)]
            accounts = list(dict.fromkeys([*accounts, *more]))
            people += () if keeps else chat.agenda.people
    names = [*wordings_of(accounts), *(person.name for person in people)]
    names += [name for person in people for name in name_wordings(person.name)]
    hashtags = hashtag_letters(chat.agenda)
    names = [name for name in names if letters(name) not in hashtags]
    names += [name for name in values["phrase"] if _is_name(name)]
    hashed = _Hashed(chat, gone=bool(values["author"] or options.pseudonyms))
    names += [name for name in hashed.names if name not in hashtags]
    handles = {*handles_of(accounts), *(value.partition(":")[2] for value in values["author"])}
    if options.pseudonyms == "participants":
        handles -= _kept_handles(chat.agenda.people, people)
    return Withheld(
        Wordings(
            [
                *((phrase, WORDS) for phrase in values["phrase"]),
                *((name, NAME) for name in names),
            ],
            [(handle, HANDLE) for handle in handles],
        ),
        {
            part: what
            for part, what in (hashed.parts | _parts(names, handles)).items()
            if part not in hashtags
        },
        frozenset(letters(each) for each in values["phrase"] if len(words(each)) == 1),
        frozenset(
            run
            for post in values["post"]
            for text in _texts_of_post(chat, post)
            for run in runs(words(text))
        ),
        frozenset(letters(name) for each in uncertain for name in each.names),
        (_handles(handles) | hashed.handles) - hashtags,
        hashed.spellings - hashtags,
        QuotedWords(
            (text for post in values["post"] for text in _texts_of_post(chat, post)),
            (*chat.planned, chat.agenda.title),
        ),
        organisations,
    )


def _silent(chat: Chat, keys: Iterable[str]) -> Iterable[Person]:
    """Yields whom the agenda names by these handles, heard or not."""
    for key in keys:
        network, _, handle = key.partition(":")
        if person := chat.agenda.named_by_handle(network, handle):
            yield person


def _handles(handles: Iterable[str]) -> frozenset[str]:
    """Returns the letters of handles, without server, as a text may have them as a word."""
    locals_ = (handle.partition("@")[0] for handle in handles)
    found = {letters(each) for local in locals_ for each in (local, local.partition(".")[0])}
    return frozenset(each for each in found if is_handle(each))


def is_handle(plain: str) -> bool:
    """Whether letters are enough to be looked for as a handle; a mere number is none."""
    return len(plain) >= SHORTEST_WORD and not plain.isdigit()


class _Hashed:
    """What a chat says of people of whom only keyed hashes are left: every word of it is tried.

    Of who was erased always; of whose posts were deleted where `gone`, as long as something
    withholds their names. The hashes do not say which of them a redaction means.
    """

    def __init__(self, chat: Chat, *, gone: bool) -> None:
        self.parts: dict[str, str] = {}
        """Parts of names, with what they are."""
        self.names: list[str] = []
        """Names, or parts of them, that are found where nothing parts words, or are very short."""
        self.handles: frozenset[str] = frozenset()
        """Letters of handles."""
        self.spellings: frozenset[str] = frozenset()
        """Words that differ in one letter from parts of names."""
        hashes = chat.blocked | (chat.gone_names if gone else set())
        if not hashes:
            return
        known = blocked(chat.salt, hashes).known
        texts = {text.words for text in texts_of_chat(chat)}
        tried = {word for text in texts for word in words(text)}
        written = {word for text in texts for word in TOKEN.findall(text)}
        tried |= {word for each in written for word in _words_within(each)}
        # Only with a capital may another word be a name, and each takes a while to try.
        capitals = {each for each in written if not each.islower() and not is_ordinary_word(each)}
        apart = {word for each in capitals for word in _words_within(each)}
        self.spellings = frozenset(word for word in apart if may_be_name(known, word))
        for kind, what in ((LATER_NAME, PART), (FIRST_NAME, FIRST)):
            found = (word for word in tried if len(word) >= SHORTEST_PART)
            self.parts |= {word: what for word in found if known(f"{kind}{word}")}
        closed = {_BLANKS_WITHIN.sub("", text) for text in texts} - texts
        together = tried.union(*map(words, closed))
        unparted = {name for word in together for name in _stretches(word)}
        # Somebody's only name may be as short.
        short = (word for word in tried if len(word) == SHORTEST_NAME)
        unparted.update(word for word in short if known(FIRST_NAME + word))
        self.names = sorted(
            name for name in unparted if known(FIRST_NAME + name) or known(LATER_NAME + name)
        )
        called = {each for each in written if is_handle(letters(each))}
        self.handles = frozenset(
            letters(each)
            for each in called
            if known(f"called:{letters(each)}") or known(f"handle {handle_key(each)}")
        )


def _words_within(written: str) -> Iterable[str]:
    """Yields the words of a hashtag by their capitals, and neighbours among them together."""
    seen = folded(written)
    for match in _LETTERS.finditer(seen.text):
        humps = filter(seen.is_hump, range(*match.span()))
        cuts = (match.start(), *humps, match.end())
        yield from (seen.text[first:last] for first, last in combinations(cuts, 2))


def _stretches(word: str) -> Iterable[str]:
    """Yields what of a word may be a name in scripts that write no blanks."""
    for run in _UNPARTED.findall(word):
        for start in range(len(run)):
            for end in range(start + 2, min(start + LONGEST_UNPARTED, len(run)) + 1):
                yield run[start:end]


def _is_name(phrase: str) -> bool:
    """Whether a phrase looks like a person's name: two to four words with capitals."""
    parts = phrase.split()
    return 1 < len(parts) < 5 and all(part[:1].isupper() for part in parts)


def _kept_handles(people: Iterable[Person], withheld: Iterable[Person]) -> set[str]:
    out = set(withheld)
    kept = (split_handle(each)[1] for one in people if one not in out for each in one.handles)
    return {part for handle in kept for part in (handle, handle.partition("@")[0])}


def _parts(names: Iterable[str], handles: Iterable[str]) -> dict[str, str]:
    """Returns by their letters the parts by which people are called."""
    parts: dict[str, str] = {}
    for name in names:
        first = letters(first_name(name))
        for part in plain_name(name).split():
            what = FIRST if letters(part) == first else PART
            # Of a double-barrelled name others say one half, or both as one word of a hashtag.
            for key in map(letters, (part, *HYPHEN.split(part))):
                if len(key) >= SHORTEST_PART and not key.isdigit():
                    if what == FIRST:
                        parts[key] = FIRST
                    else:
                        parts.setdefault(key, PART)
    for handle in handles:
        key = letters(handle.partition("@")[0])
        if len(key) >= SHORTEST_HANDLE and not key.isdigit():
            parts.setdefault(key, HANDLE)
    return parts


def _texts_of_post(chat: Chat, post_id: str) -> Iterable[str]:
    """Yields what a post says and said."""
    entry = chat.entry(post_id)
    if entry is None:
        return
    yield entry.post.text
    yield from (each.text for each in entry.earlier)
    yield from filter(None, (entry.post.content_warning, *(m.alt for m in entry.post.media)))


def runs(said: list[str]) -> Iterable[tuple[str, ...]]:
    """Yields every `RUN` words in a row."""
    for start in range(len(said) - RUN + 1):
        yield tuple(said[start : start + RUN])
