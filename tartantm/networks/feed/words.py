"""What an entry of a feed says: its whole words where the feed has them, else the teaser.

Blogs send the beginning of an article as its description, which ends in "[…]", and the article as
its content. The hashtag of a chat mostly stands at the end, so it is looked for in everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from msgspec import Struct

from tartantm.core.post import Link, clean
from tartantm.networks.json_fields import LONGEST_LINE, hashtags_in, shortened
from tartantm.networks.mastodon.html import to_text

LONGEST_TEXT = 1500
"""Characters of a post's text; the rest of an article is behind its link."""

MOST_TAGS = 1000
"""Hashtags of an entry that are looked through for the chat's."""

_CUT = ("[…]", "[...]")
_MORE = (
    *("continue reading", "read the rest of this entry", "read full topic"),
    *("weiterlesen", "lire la suite", "leer más", "sigue leyendo", "continua a leggere"),
    *("lees verder", "read more"),
)
"""What stands at the end of a teaser, where a link to the whole article was."""
_LONGEST_MORE, _LONGEST_LINK = 120, 25
_FIRST = ("appeared first on ", "first appeared on ")
"""What WordPress puts below each entry: "The post … appeared first on …"."""
_NOT_SAID = re.compile(
    r"New (?:note|status) by .{1,100}"
    r"|.{1,100} (?:shared a status|repeated a notice)(?: by .{1,100})?"
)
"""Titles that servers of the Fediverse make for posts, which have none."""
_EMBEDDED = "[contains quote post or other embedded content]"
"""What Bluesky's feeds put below the words of a post that has more than words."""
_MARKUP = re.compile(r"<[^<>]*+>")


class Words(Struct):
    """What an entry says."""

    title: str
    body: str
    links: tuple[Link, ...] = ()

    @property
    def text(self) -> str:
        """Returns title and body, without a title that repeats the body's beginning."""
        # Programs often make a title of the first words of an entry without one.
        begin = self.title.rstrip(" .…")
        repeats = begin and " ".join(self.body.split()).startswith(begin)
        return "\n\n".join(filter(None, ["" if repeats else self.title, self.body]))


def words_of(entry: Any, descriptions: Iterable[str]) -> Words:
    """Returns the words of an entry as feedparser read it; `descriptions` are those of pictures."""
    title, links = _plain(entry.get("title_detail") or {})
    title = shortened(" ".join(title.split()), LONGEST_LINE)
    alts = set(descriptions)
    found = [_plain(each) for each in details(entry) if clean(value(each)) not in alts]
    found = [(body, of_body) for written, of_body in found if (body := without_notice(written))]
    whole = [each for each in found if not is_teaser(each[0])]
    if found and _NOT_SAID.fullmatch(title):
        title = ""
    body, of_body = next(iter(whole or sorted(found, key=lambda e: -len(e[0]))), ("", ()))
    return Words(title, shortened(body, LONGEST_TEXT), (*links, *of_body))


def body_of(detail: Any) -> str:
    """Returns what one of an entry's texts says, as far as that is kept."""
    return shortened(_plain(detail)[0], LONGEST_TEXT)


def details(entry: Any) -> list[Any]:
    """Returns the texts of an entry besides its title, the whole content first."""
    return [*entry.get("content", ()), entry.get("summary_detail") or {}]


def is_teaser(text: str) -> bool:
    """Whether a text is the beginning of a longer one, as blogs mark that."""
    end = text[-_LONGEST_MORE:].casefold().rstrip(" \n.→»>")
    if end.endswith(_CUT):
        return True
    last = re.split(r"[.!?…\n]", end)[-1].strip()
    return last.startswith(_MORE[:-1]) or (last.startswith(_MORE[-1]) and len(last) < _LONGEST_LINK)


def without_notice(text: str) -> str:
    """Returns a text without the line that says on which blog it appeared first."""
    text = text.removesuffix(_EMBEDDED).rstrip()
    before, mark, notice = text.rpartition("The post ")
    is_notice = mark and "\n" not in notice and any(each in notice for each in _FIRST)
    return before.rstrip() if is_notice else text


def tags_of(entry: Any) -> list[str]:
    """Returns every hashtag of an entry, as written: in its words, whole, and its categories."""
    texts = [entry.get("title_detail") or {}, *details(entry)]
    found = [tag for each in texts for tag in hashtags_in(_bare(each))]
    named = [str(tag.get("term") or "") for tag in entry.get("tags", ())]
    return [*dict.fromkeys((*found, *filter(None, named)))][:MOST_TAGS]


def value(detail: Any) -> str:
    """Returns what a text of an entry holds, as written."""
    return str(detail.get("value") or "")


def _bare(detail: Any) -> str:
    """Returns a text without its markup, whole."""
    written = value(detail)
    if detail.get("type") == "text/plain":
        return written
    # Some servers write #<span>tag</span>; the end of a paragraph ends a word.
    blocks = re.sub(r"(?i)</?(?:p|div|li|ul|ol|br|td|h[1-6]|blockquote)\b", "\n<", written)
    return unescape(_MARKUP.sub("", blocks))


def _plain(detail: Any) -> tuple[str, tuple[Link, ...]]:
    written = value(detail)
    if detail.get("type") == "text/plain":
        return clean(shortened(written, 2 * LONGEST_TEXT)), ()
    return to_text(written)
