"""tartantm's own archive, which `own_format` parses and `write` writes."""

from __future__ import annotations

from tartantm.archives import own_format
from tartantm.archives.own_format import Header, RecordedEdit, RecordedPost
from tartantm.archives.shape import Context, JsonFormat
from tartantm.core.events import Deleted
from tartantm.networks.heard import Parsed, Unreadable
from tartantm.networks.json_fields import Json
from tartantm.networks.x.manual_repeats import with_manual_repeat

DECIDED = "decided"
"""The name in `Context.memory` of the `Decided` of an archive."""


class Decided:
    """What an archive of ours holds beside posts: the header, and what was decided about posts."""

    def __init__(self) -> None:
        self.header: Header | None = None
        self.kept: dict[str, RecordedPost] = {}
        """By the id of the post; of a post that is recorded twice, what was decided first."""


def _read(value: Json, context: Context) -> Parsed | None:
    record = own_format.read_line(value)
    if record is None:
        return None
    decided = context.memory.setdefault(DECIDED, Decided())
    match record:
        case Header():
            if decided.header is not None:
                raise Unreadable("a second header; the first one holds")
            decided.header = record
            return Parsed()
        case RecordedPost():
            decided.kept.setdefault(record.post.id, record)
            # Versions before 0.2 kept what people repeated by hand as they wrote it.
            wordings = own_format.wordings(record)
            return Parsed([item for post in wordings for item in with_manual_repeat(post)])
        case RecordedEdit():
            if kept := decided.kept.get(record.post.id):
                kept.later.append(record.post)
            return Parsed([record.post])
        case Deleted():
            return Parsed([record])


OWN = JsonFormat("tartantm", "tartantm's own archive", _read)
