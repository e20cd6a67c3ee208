"""Addresses, mail addresses, handles, hashtags and domains within a text, and whom they may name.

What is withheld in one of them is withheld with all of it, for its rest would lead there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tartantm.core.encoded import references
from tartantm.core.folding import Folded, folded_character

_TOKEN = re.compile(
    r"""(?P<address>(?:https?|at)://[^\s<>"'“”«»]+)
    |(?P<mail>[\w.+%-]{1,256}+[@＠﹫][\w-]+(?:\.[\w-]+)+)
    |(?P<handle>[@＠﹫][\w.-]*\w(?:[@＠﹫][\w.-]*\w)?)
    |(?P<hashtag>[#＃﹟]\w[\w-]*)
    |(?P<domain>\w[\w-]{0,256}+(?:\.[\w-]*\w)+(?:/[^\s<>"'“”«»]*)?)""",
    re.VERBOSE | re.IGNORECASE,
)
"""What is replaced as a whole. Invisible characters in it are allowed for by `tokens`.

Before the sign of a mail address or a domain 256 characters count, four times what either may have:
a search that tries each letter of a long word up to its end would take quadratic time."""

_SIGN = re.compile(r"[@＠﹫][\w.-]|[#＃﹟]\w|\.[\w-]|://")
"""Every token has one of these in it, after letters and signs of `_HEAD` alone."""

_HEAD = re.compile(r"[^\w.+%-]")

_MAY_HAVE_TOKENS = re.compile(r"[@＠﹫#＃﹟.:]|&\w+;")

_ENDS_TOKEN = re.compile(r"[\s<>\"'“”«»]")

_SENTENCE = re.compile(r"\.(?=[A-Z])")

_PARTS = re.compile(r"[/?#&=@＠﹫,;!:]+")
"""What separates the parts of an address."""

_NOT_HANDLE = re.compile(r"[^\w.@-]")


@lru_cache(maxsize=20_000)
def named_in(kind: str, token: str) -> tuple[str, ...]:
    """Returns the handles that a token may name, as `handle_key` has them, the likeliest first.

    ``@morag`` may be anybody's of that name; ``@morag@elsewhere.example`` is one account.
    """
    if kind == "hashtag":
        return ()
    token = "".join(each for _, _, each in _read(token)) if "&" in token else token
    if kind in ("address", "domain"):
        parts = [handle_key(part) for part in _PARTS.split(token)]
        return tuple(part for part in parts if len(part) > 1)
    # A new sentence may follow without a blank: ``@morag.Thanks``.
    written = [token, _SENTENCE.split(token)[0]]
    named = [handle_key(each) for each in written]
    named += [each.strip("_-") for each in named]
    # Without a server after it, the second is another handle: ``@morag@isla``.
    named += [
        part for each in named if "." not in each.partition("@")[2] for part in each.split("@")
    ]
    return tuple(each for each in dict.fromkeys(named) if each)


def handle_key(written: str) -> str:
    """Returns a handle as handles are compared: ``morag@m.example``."""
    return _NOT_HANDLE.sub("", Folded(written.strip()).text).strip(".@")


def tokens(text: str) -> tuple[tuple[str, int, int], ...]:
    """Returns kind, start and end of each address, mail address, handle, hashtag and domain."""
    return _tokens(text) if _MAY_HAVE_TOKENS.search(text) else ()


@lru_cache(maxsize=10_000)
def _tokens(text: str) -> tuple[tuple[str, int, int], ...]:
    seen, at = text, None
    if not (text.isascii() or all(map(_is_seen, set(text)))) or any(references(text)):
        # Nothing that is invisible or written as a reference must cut a token in two.
        kept = [each for each in _read(text) if _is_seen(each[2])]
        seen, at = "".join([each for _, _, each in kept]), kept
    found = []
    end = 0
    # Most of a text has none of their signs, and trying each letter of it would take long.
    while sign := _SIGN.search(seen, end):
        match = _TOKEN.search(seen, _head(seen, sign.start(), end))
        if match is None:
            break
        start, end = match.span()
        if at is None:
            found.append((match.lastgroup or "", start, end))
        else:
            found.append((match.lastgroup or "", at[start][0], at[end - 1][1]))
    return tuple(found)


def _is_seen(character: str) -> bool:
    return character.isascii() or folded_character(character) != ""


def _read(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields start and end of each character, and what is read there.

    A reference to what would end a token stays: an address may go on after it.
    """
    end = 0
    for first, last, shown in references(text):
        if _ENDS_TOKEN.search(shown) is None:
            yield from ((index, index + 1, text[index]) for index in range(end, first))
            yield from ((first, last, each) for each in shown)
            end = last
    yield from ((index, index + 1, text[index]) for index in range(end, len(text)))


def _head(text: str, sign: int, first: int) -> int:
    """Returns where a token may begin at the earliest that has its first sign there."""
    while sign > first and not _HEAD.match(text, sign - 1):
        sign -= 1
    return sign
