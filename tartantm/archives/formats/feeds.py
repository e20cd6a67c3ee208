"""RSS and Atom as files: exported by a blog, saved from Nitter, or kept by the Wayback Machine."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from msgspec.structs import replace

from tartantm.archives.shape import Context, Line, WholeFormat
from tartantm.networks.heard import Parsed, heard_at
from tartantm.networks.json_fields import hashtags
from tartantm.networks.x.manual_repeats import with_manual_repeat
from tartantm.settings import threads

_BEGINS = re.compile(
    r"(?:\s++|<\?[^>]{0,500}+>|<!--.{0,5000}?-->|<!DOCTYPE\s[^>]{0,500}+>)*+"
    r"<(?:rss|feed|(?:[\w-]{1,20}:)?RDF|atom:feed)\b",
    re.I | re.S,
)
_DECLARED = re.compile(
    rb"(\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"'])utf-?(?:16|32)[\w-]{0,5}", re.I
)
_UNDATED = "entries without a date that can be read"


def _fits(head: bytes) -> bool:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(encoding, "ignore").encode()
    return bool(_BEGINS.match(head.removeprefix(codecs.BOM_UTF8)[:30_000].decode("latin-1")))


def _read(data: bytes, context: Context) -> Iterator[Line]:
    """The entries of a feed, each after what it quotes or reposts."""
    # Reading feeds loads what talks to networks, and few files are feeds.
    from tartantm.networks.feed.apart import read_apart

    # The file was UTF-16, and is UTF-8 by now, whatever it says.
    data = _DECLARED.sub(rb"\1utf-8", data)
    feed = threads.run(read_apart(data, "", context.now, context.zone))
    for entry in feed.entries:
        # When a source received it is not known, and is not when it is read here.
        tags = hashtags([*entry.post.hashtags, *entry.tags])
        post = replace(entry.post, received_at=None, hashtags=tags)
        brought = [replace(each, at=heard_at(post)) for each in entry.carried]
        heard = [*brought, *with_manual_repeat(post)]
        yield 1, Parsed(heard, doubts=[] if entry.dated else [_UNDATED])
    if feed.damaged:
        yield 1, Parsed(problems=["an entry that cannot be read"] * feed.damaged)


FEED = WholeFormat("feed", "RSS or Atom feed", _fits, _read)
