"""Reposts and quotes typed by hand, as before there were buttons: "RT @name: words", "MT", quotes.

`manual_repeat` finds in a text what it repeats, and whose words that is said to be. `Repeats` finds
the post that they are, among those of a chat, whichever of the two comes first. This file is
longer than others because whether words are a repeat, and of what, is one table of habits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from hashlib import sha256
from typing import Literal, NamedTuple

from tartantm.core.crossposts import comparable
from tartantm.core.entry import Entry

REPEATED = "x:repeated/"
"""How the ids of posts begin that are known by what others repeated of them alone."""

LONGEST = 1_000
"""Characters of a post that are looked at: such posts have 140, or 280."""

FEWEST_WORDS = 3
"""Words that follow "RT @name" without a colon, which may also be a wish: "please RT @name"."""

SHORTEST_CUT, SHORTEST_EDITED = 12, 20
"""Letters and digits that must be had of words which were cut short, or changed on the way."""

MOST = 200
"""Posts of one person that are compared, and texts of theirs that wait for a post."""

Kind = Literal["repost", "modified", "quote"]


class ManualRepeat(NamedTuple):
    """A text in parts, which make the text again when they are joined in this order."""

    before: str
    """What its author says before the repeated words; "" for nothing."""
    opening: str
    """``RT @name:``, or a quotation mark and ``@name:``, with blanks."""
    words: str
    closing: str
    after: str


class Repeated(NamedTuple):
    """What a text repeats of somebody's."""

    kind: Kind
    handle: str
    """As it is written, without ``@``."""
    parts: ManualRepeat

    @property
    def comment(self) -> str:
        """What the author of the text says; "" where that is nothing but hashtags and links."""
        said = [self.parts.before.strip(), _POINTS.sub("", self.parts.after.strip(), count=1)]
        comment = " ".join(filter(None, said))
        return comment if _SAYING.search(_NOT_SAID.sub(" ", comment)) else ""


_NAME = r"[@＠](?P<name>[A-Za-z0-9_]{1,20})"
_MARK = r"(?<![\w@#＠＃/-])(?P<mark>P?RT|MT|QT|R/T|Rt|Mt|rt|mt|[Rr]etweeting|♻\ufe0f?|♺|♲|🔁"
_MARK += r"|[Rr]etweeted(?=\s[^()@\n]{1,50}\(@)|\A[Vv]ia(?=\s@\w{1,20}:\s))"
_MARKED = re.compile(
    rf"{_MARK}\s?:?\s*(?:(?<=etweeted\s)[^()@\n]{{1,50}}\()?{_NAME}\)?(?:\s?(?P<colon>[:：])\s*|\s+)"
)
_CREDITED = re.compile(rf"\(\s?{_MARK}\s?:?\s*{_NAME}\s?\)\s*\Z")
_QUOTED = re.compile(
    rf"(?:(?<![\w@#＠＃/])|(?<=\b[RM]T)|(?<=\brt))(?P<quote>[\"“”„«‟＂‘'])\s?{_NAME}\s?[:：]\s*"
)
_MARK_AT_END = re.compile(rf"{_MARK}\s?:?\s?$")
_MODIFIED = frozenset({"mt", "prt"})
_CLOSING = {"“": "”", "”": "”", "„": "“”", "«": "»", "‟": "”", '"': '"', "＂": "＂"}
_CLOSING |= {"‘": "’", "'": "'"}
_STRAIGHT, _APOSTROPHES = frozenset("\"＂'"), frozenset("’'")
_ASKING = re.compile(
    r"(?i)\b(?:please|pls|plz|kindly|to|can you|could you"
    r"|(?:for|4)(?: (?:the|that|this|your|ur|an?))?|(?:the|your|ur|my|an))$"
)
_NO_POST = re.compile(r"(?i)(?:and|or|if|for|to|please|pls|plz|when|who|because|but|is|was)\b|&")
_SENTENCE_ENDS = frozenset('.!?…:;|»”")]>/–—-')
_POINTING = re.compile(
    r"(?<=\s)(?:(?:<{2,3}-{0,2}|<-{1,2}|←|⬅\ufe0f?)\s?(?=\S)|<\s(?=[^\s\d])|//\s?(?=[^\W\d_]))"
)
_BARRED = re.compile(
    r"(?<=\s)[#＃]\w++(?P<bar>\s?\|{1,2}\s?)(?=[^\W\d_])(?![^#＃]*(?:https?://|[#＃]))"
)
"""A bar after the hashtag with which a post ends, before words alone; else it may be the post's."""
_POINTS = re.compile(r"(?:<{2,3}-{0,2}|<-{1,2}|←|⬅\ufe0f?)\s?(?=\S)")
_CUT = re.compile(r"(?:…|\.\.\.)[\s\"”“»]*+(?:https?://\S++\s*+|[#＃]\w++\s*+)*+$")
_NOT_SAID = re.compile(r"https?://\S+|[#@＃＠]\w+|\b(?:via|HT|h/t)\b")
_SAYING = re.compile(r"[^\W_]|[^\w\s\x00-\x7f‐-⁞]")
"""A letter, a digit or an emoji: not punctuation alone."""


def manual_repeat(text: str) -> Repeated | None:
    """Returns what a text repeats in its author's own typing; None where it does not show that.

    Credits ("via @name", "HT @name"), mentions and answers ("@name: thanks") repeat nothing.
    """
    if len(text) > LONGEST or not ("@" in text or "＠" in text):
        return None
    found = [each for each in (_marked(text), _quoted(text)) if each]
    return min(found, key=lambda each: len(each.parts.before), default=_credited(text))


def _marked(text: str) -> Repeated | None:
    for match in _MARKED.finditer(text):
        before, rest = text[: match.start()], text[match.end() :]
        if not rest.strip() or _ASKING.search(before.rstrip(" ,\n")):
            continue
        if not match["colon"] and not _begins_a_post(match["mark"], before, rest):
            continue
        quote = _quote_at_end(before)
        if quote:
            before = before.rstrip()[:-1]  # Great idea! "RT @name: words"
        end = match.end()
        # "RT @one: RT @two: words": the words are the second's.
        while (nested := _MARKED.match(text, end)) and nested["colon"]:
            if not text[nested.end() :].strip():
                break
            match, end = nested, nested.end()
        kind: Kind = "modified" if match["mark"].casefold() in _MODIFIED else "repost"
        stop = after = len(text)
        if quote and (closed := _closing_at(text, end, quote)) is not None:
            stop, after = closed, closed + 1
        elif pointing := _POINTING.search(text, end):
            stop, after = pointing.start(), pointing.end()
        elif barred := _BARRED.search(text, end):
            stop, after = barred.span("bar")
        if not text[end:stop].strip():
            stop = after = len(text)
        opening, words, closing = text[len(before) : end], text[end:stop], text[stop:after]
        parts = ManualRepeat(before, opening, words, closing, text[after:])
        return _repeated(kind, match["name"], parts)
    return None


def _credited(text: str) -> Repeated | None:
    """Returns what is repeated where the mark stands in brackets at the end: "words (RT @name)"."""
    match = _CREDITED.search(text)
    if match is None or not text[: match.start()].strip():
        return None
    kind: Kind = "modified" if match["mark"].casefold() in _MODIFIED else "repost"
    parts = ManualRepeat("", "", text[: match.start()], text[match.start() :], "")
    return Repeated(kind, match["name"], parts)


def _quote_at_end(before: str) -> str:
    """Returns the quotation mark with which a text ends, "" for none, as for an apostrophe."""
    begun = before.rstrip()
    mark = begun[-1:]
    return mark if mark in _CLOSING and (mark != "'" or not begun[-2:-1].strip()) else ""


def _begins_a_post(mark: str, before: str, rest: str) -> bool:
    """Whether words after "RT @name" without a colon are a post, and no wish or mention."""
    if not mark.isupper() or len(rest.split()) < FEWEST_WORDS or _NO_POST.match(rest):
        return False
    if not before.strip(" ."):
        return True
    ends = before.rstrip()[-1:] in _SENTENCE_ENDS or len(rest.split()) >= 2 * FEWEST_WORDS
    return ends and not rest[0].islower()


def _quoted(text: str) -> Repeated | None:
    for match in _QUOTED.finditer(text):
        start, opened = match.end(), match.start()
        kind: Kind = "repost"
        if marked := _MARK_AT_END.search(text[:opened]):  # RT “@name: words”
            opened = marked.start()
            kind = "modified" if marked["mark"].casefold() in _MODIFIED else "repost"
        end = _closing_at(text, start, match["quote"])
        if end is None:
            # The mark went where the text was cut.
            if text[:opened].strip() and not _CUT.search(text):
                continue
            end = after = len(text)
        else:
            after = end + 1
        if not text[start:end].strip():
            continue
        opening, words, closing = text[opened:start], text[start:end], text[end:after]
        parts = ManualRepeat(text[:opened], opening, words, closing, text[after:])
        return _repeated(kind, match["name"], parts)
    return None


def _closing_at(text: str, start: int, mark: str) -> int | None:
    """Where the quotation that `mark` opened is closed; quotations within it are passed over."""
    closing, depth = _CLOSING[mark], 0
    held: int | None = None
    for at in range(start, len(text)):
        if text[at] in closing:
            following = text[at + 1 : at + 2]
            if following.isalnum() and text[at] in _STRAIGHT | _APOSTROPHES:
                depth += text[at] in _STRAIGHT and text[at - 1].isspace()
                continue
            if text[at] in _APOSTROPHES:
                held = at  # or it is the plural's: the last is meant
                continue
            if depth:
                depth -= 1
                held = at if held is None else held
                continue
            return at
        if text[at] == mark and mark not in closing:
            depth += 1
    return held


def _repeated(kind: Kind, handle: str, parts: ManualRepeat) -> Repeated:
    found = Repeated(kind, handle, parts)
    return found._replace(kind="quote") if found.comment else found


def repeated_id(handle: str, words: str) -> str:
    """Returns the id of a post that is known by its author's handle and what was repeated of it.

    The words say nothing to who reads the id; they go where the post is erased, as that goes.
    """
    said = f"{handle.casefold()}\0{words}".encode("utf-8", "surrogatepass")
    return f"{REPEATED}{sha256(said).hexdigest()[:24]}"


def is_repeated(post_id: str) -> bool:
    """Whether an id stands for what was repeated of a post, not for a post itself."""
    return post_id.startswith(REPEATED)


class _Said(NamedTuple):
    """What somebody said, as it is compared."""

    id: str
    text: str
    letters: str
    is_modified: bool


class Repeats:
    """Finds which posts of a chat were repeated by hand, in any order of arrival."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries
        self._posts: defaultdict[str, list[_Said]] = defaultdict(list)
        """By handle, case-folded."""
        self._waiting: defaultdict[str, list[_Said]] = defaultdict(list)
        """What was repeated of posts that did not come yet."""
        self._quotes: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, entry: Entry) -> list[tuple[str, str]]:
        """Take a new entry; returns what was repeated, by id, with the posts that this is of."""
        post = entry.post
        if post.network != "x" or entry.deleted_at is not None:
            return []
        if post.quote_of and is_repeated(post.quote_of):
            self._quotes[post.quote_of].append(post.id)
        handle = post.author.handle.casefold()
        said = _Said(post.id, post.text, comparable(post.text), post.version == "modified")
        if is_repeated(post.id):
            return self._add_repeated(entry, handle, said)
        if post.repost_of:
            return []
        _add(self._posts[handle], said)
        if not (waiting := self._waiting.get(handle)):
            return []
        found = {each.id for each in waiting if _repeats(each, said)}
        self._waiting[handle] = [each for each in waiting if each.id not in found]
        return [(each, entry.id) for each in sorted(found)]

    def quotes(self, repeated: str) -> list[str]:
        """Returns the ids of posts that comment on what was repeated."""
        return self._quotes.get(repeated, [])

    def _add_repeated(self, entry: Entry, handle: str, said: _Said) -> list[tuple[str, str]]:
        posts = self._posts.get(handle, ())
        held = [self._entries[each.id] for each in posts if _repeats(said, each)]
        fits = [each for each in held if each.deleted_at is None]
        if not fits:
            _add(self._waiting[handle], said)
            return []
        # Somebody may say the same twice: what was said last before it was repeated.
        before = [each for each in fits if each.post.sort_at <= entry.post.sort_at]
        chosen = max(before, key=_key) if before else min(fits, key=_key)
        return [(entry.id, chosen.id)]


def _key(entry: Entry) -> tuple[object, int]:
    return entry.key


def _add(known: list[_Said], said: _Said) -> None:
    known.append(said)
    if len(known) > MOST:
        del known[0]


def _repeats(repeated: _Said, post: _Said) -> bool:
    """Whether repeated words are those of a post: whole, cut short, or shortened on the way."""
    words, said = repeated.letters, post.letters
    if words == said:
        return bool(words) or repeated.text.strip() == post.text.strip()
    if len(words) >= SHORTEST_CUT and said.startswith(words):
        return True
    if _CUT.search(post.text) and len(said) >= SHORTEST_CUT and words.startswith(said):
        return True
    if len(words) >= SHORTEST_EDITED and words in said:
        return True
    return repeated.is_modified and _is_shortened(repeated.text, post.text)


def _is_shortened(repeated: str, said: str) -> bool:
    """Whether most of the words that somebody modified stand in a post, in their order."""
    wanted = [word for each in repeated.split() if (word := comparable(each))]
    there = iter([word for each in said.split() if (word := comparable(each))])
    found = sum(any(word == other for other in there) for word in wanted)
    return len(wanted) >= 2 and found == len(wanted)
