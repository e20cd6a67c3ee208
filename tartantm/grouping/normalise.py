"""Text in one spelling, so that posts can be compared: words, stems, mentions, manual reposts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from functools import lru_cache
from typing import NamedTuple

from tartantm.core.post import with_few_marks

# NFKC leaves boxed and circled capitals alone; people write labels with them all the same.
_CAPITALS = {
    first + offset: chr(ord("A") + offset)
    for first in (0x1F130, 0x1F150, 0x1F170)
    for offset in range(26)
}
# Keycap frames, variation selectors and joiners carry no meaning; quotation marks become one kind.
_DROPPED = dict.fromkeys((0x20E3, 0xFE0E, 0xFE0F, 0x200B, 0x200C, 0x200D, 0x2060, 0xAD))
_QUOTES = {0x2018: "'", 0x2019: "'", 0x2BC: "'", 0x201C: '"', 0x201D: '"'}
_SAME = {chr(code): same or "" for code, same in {**_CAPITALS, **_DROPPED, **_QUOTES}.items()}

_URL = re.compile(r"https?://\S+|\bpic\.twitter\.com/\S+")
_MENTION = re.compile(r"@\w(?:[\w.@-]*\w)?")
_TAG = re.compile(r"#(\w+)")
_HASH = re.compile(r"#(?=\w)")
# After a sentence a hashtag only addresses the chat; within one ("a great #chat!") it is a word.
_TRAILING = re.compile(r"(?<=[.!?…)])(?:\s*#\w+)+\s*$")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_MANUAL_REPOST = re.compile(
    r"(?i)(?:^|(?<=[\s\"(]))(?:rt|mt)\s*+:?\s*+@(?P<who>\w(?:[\w.@-]*\w)?)\s*:?\s*"
)
_ENDING = re.compile(r"'s$|(?<=\w{4})(?:ing|ers|ies|ed|es|er|ly|y|s)$")
_COMMON_WORDS = """
a about after all also am an and another any are as at back be because been before being but by can
come could did do does doing don't down else even every for from get getting go going good got great
had has have he her here him his how i i'd i'll i'm i've if in into is isn't it it's its just know
let like lot make many may maybe me more most much must my need new no not now of off on one only or
other our out over own people put really right same say see she should so some something still such
take than that that's the their them then there they thing things think this those through to too up
us use used very want was way we we're well were what when where which while who why will with
without would yes yet you you're your
"""
_COMMON_ELSEWHERE = """
aber als auch auf aus bei bin bis das dass dem den der des die doch ein eine einen einer für hat
habe haben ich ihr ist kann kein man mehr mein mit nach nicht noch nur oder sehr sich sie sind über
und uns unter vom von vor war was wenn wer werden wie wir wird zum zur algo como con cuando del
donde ella ellos entre era eres esa ese eso esta este esto fue hace han hay las les los más mejor
mis muy nada nos nosotros otra otro para pero por porque puede que qué quien ser sin sobre son soy
sus también tan tiene todo todos una uno unos vez alors aussi avec ces cette comme dans des donc
elle elles est été être fait ils les leur leurs mais même moi mon nos notre nous par pas plus pour
que quel quelle qui sans ses son sont sur tout tous très une vos votre vous com das dos ele ela
isso mais não num numa pela pelo seu são sua uma che chi cosa dei del della delle gli non per più
sono het een van voor zijn dat deze niet ook maar
"""
_COMMON = frozenset(_COMMON_WORDS.split()) | frozenset(_COMMON_ELSEWHERE.split())
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{2,}")
"""Scripts without spaces between words: pairs of characters are compared instead."""


LONGEST = 900
"""Characters of a post that are read to place it. The longest of 25,888 posts of recorded chats has
849; labels and greetings stand at the beginning, and some servers allow posts of 100,000."""


class ManualRepost(NamedTuple):
    """A repost typed by hand: "comment RT @who: words"."""

    comment: str
    who: str
    """Handle, folded, without ``@``."""
    words: str


def normalise(text: str) -> str:
    """Returns `text` with one spelling for each character: no fancy fonts, keycaps, full width."""
    if text.isascii():
        return text
    return _in_one_spelling(unicodedata.normalize("NFKC", with_few_marks(_in_one_spelling(text))))


def _in_one_spelling(text: str) -> str:
    # A few kinds, one after the other, take less time than a table asked about each character.
    for sign in _SAME.keys() & set(text):
        text = text.replace(sign, _SAME[sign])
    return text


def beginning(text: str) -> str:
    """Returns the normalised beginning of a text, as much of it as grouping reads."""
    # One character may become eighteen.
    return normalise(text[:LONGEST])[:LONGEST]


def bare(text: str, tags: Set[str] = frozenset()) -> str:
    """Returns normalised `text` without URLs and mentions; a hashtag of `tags` becomes "chat"."""
    text = _TRAILING.sub("", _without_addresses(text))
    text = _TAG.sub(lambda match: "chat" if match[1].casefold() in tags else match[1], text)
    return " ".join(text.split())


def words(text: str) -> list[str]:
    """Returns the words of normalised `text`, without URLs, mentions and hashtags."""
    return _WORD.findall(_TAG.sub(" ", _without_addresses(text)))


def _without_addresses(text: str) -> str:
    """Returns normalised `text` without URLs and mentions, which most posts have none of."""
    if "/" in text:
        text = _URL.sub(" ", text)
    return _MENTION.sub(" ", text) if "@" in text else text


def content_words(text: str, tags: Set[str] = frozenset()) -> dict[str, str]:
    """Returns the words that normalised `text` is about, by their stems; without `tags`."""
    text = _HASH.sub("", _without_addresses(text)).casefold()
    long = [word for word in _WORD.findall(text) if len(word) > 2]
    found = [word for word in long if word not in _COMMON and word not in tags]
    if not text.isascii() and _UNSPACED.search(text):
        found = [part for word in found for part in _parts(word)]
    return {stem(word): word for word in found}


def _parts(word: str) -> list[str]:
    runs = _UNSPACED.findall(word)
    return [run[n : n + 2] for run in runs for n in range(len(run) - 1)] or [word]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Returns a word without its grammatical ending, roughly."""
    return _ENDING.sub("", word)


def overlap(part: Set[str], whole: Set[str]) -> float:
    """Returns the share of `part` that is in `whole`, from 0 to 1; 0 where `part` is empty."""
    return len(part & whole) / len(part) if part else 0.0


def manual_repost(text: str) -> ManualRepost | None:
    """Split a normalised text that is a repost typed by hand; None for any other."""
    match = _MANUAL_REPOST.search(text) if "@" in text else None
    if match is None or not text[match.end() :].strip():
        return None
    return ManualRepost(text[: match.start()].strip(), match["who"].casefold(), text[match.end() :])


def mentioned_handles(text: str) -> list[str]:
    """Returns the handles that a text mentions with ``@``, case-folded."""
    return [name[1:].casefold() for name in _MENTION.findall(text)] if "@" in text else []
