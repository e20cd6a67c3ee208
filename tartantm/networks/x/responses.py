"""Reads X's live answers: posts, later wordings, and which posts are gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from tartantm.core.events import Deleted
from tartantm.core.post import Post
from tartantm.networks.heard import Carried, Heard, received
from tartantm.networks.json_fields import Json, identifier, mapping, raw, rows
from tartantm.networks.x import payload as x_payload
from tartantm.networks.x.errors import unanswered
from tartantm.settings.fault_log import log_fault

Why = Literal["gone", "protected"]

_GONE: dict[str, Why] = {
    "resource-not-found": "gone",
    "not-authorized-for-resource": "protected",
}
"""By the last part of an error's type. Others, such as a fault of X, prove nothing."""


AT_ONCE = 10
"""Posts of a page that are read without a turn for anything else."""


class ResponseReader:
    """Makes posts of pages and stream lines, for one chat."""

    def __init__(self, hashtags: Sequence[str]) -> None:
        self._hashtags = {tag.casefold() for tag in hashtags}
        self.damaged = 0
        """Posts and lines that could not be read."""
        self._is_faulty = False
        """Whether a fault of ours was met and logged; one entry in the log is enough."""
        self.threads: set[str] = set()
        """Ids of the threads that are followed now, or were."""

    def heard(self, value: Json | None, now: datetime) -> list[Heard]:
        """The items in a page or line, received `now`; None stands for an unreadable line."""
        try:
            parsed = x_payload.read(value) if value else None
        except Exception as error:
            # One line costs nothing but itself, whatever it is that we did not foresee.
            if not self._is_faulty:
                self._is_faulty = True
                log_fault(error)
            parsed = None
        if parsed is None:
            self.damaged += 1
            return []
        self.damaged += len(parsed.problems)
        return [self._received(item, now) for item in parsed.heard]

    def _received(self, item: Heard, now: datetime) -> Heard:
        if isinstance(item, Post):
            return replace(item, received_at=now, found_by=self._found_by(item))
        return received(item, now) if isinstance(item, Carried) else item

    def _found_by(self, post: Post) -> str:
        if self._hashtags.intersection(tag.casefold() for tag in post.hashtags):
            return ""
        if post.thread in self.threads:
            return "reply"
        # The stream also matches hashtags in the post that a post quotes.
        return "quote" if post.quote_of else ""


def check_search(page: Json) -> Json:
    """A page of search; raises Lost or Refused for what is none.

    X says in ``meta`` how many posts it found, none as well, and whether there are more.
    """
    meta, posts = mapping(page, "meta"), rows(page, "data")
    if any(map(x_payload.is_post, posts)) and meta:
        return page
    if not posts and _found_nothing(meta):
        return page
    raise unanswered(page)


def check_lookup(page: Json) -> Json:
    """The answer to a look-up by ids; raises Lost or Refused for what is none.

    X names each post, among those found or with what is the matter with it.
    """
    about = (raw(error, "resource_id", "value") for error in rows(page, "errors"))
    if any(map(x_payload.is_post, rows(page, "data"))) or any(about):
        return page
    raise unanswered(page)


def check_rules(page: Json) -> Json:
    """The list of the app's rules; raises Lost or Refused for what is none."""
    meta = mapping(page, "meta")
    if rows(page, "data") or _found_nothing(meta) or ("sent" in meta and "data" not in page):
        return page
    raise unanswered(page)


def check_rule_made(page: Json) -> Json:
    """The answer to a rule: it was made, or why not; raises Lost or Refused for what is neither."""
    about_rules = ("value" in row or "rule" in raw(row, "type") for row in rows(page, "errors"))
    if rows(page, "data") or any(about_rules):
        return page
    raise unanswered(page)


def check_object(page: Json) -> Json:
    """An answer that holds one object; raises Lost or Refused for what is none."""
    if mapping(page, "data"):
        return page
    raise unanswered(page)


def _found_nothing(meta: Json) -> bool:
    return type(meta.get("result_count")) is int and meta["result_count"] == 0


def pieces(page: Json) -> list[Json]:
    """A page as several of ten posts each, to be read in turns."""
    posts = page.get("data")
    if not isinstance(posts, list) or len(posts) <= AT_ONCE:
        return [page]
    begins = range(0, len(posts), AT_ONCE)
    return [page | {"data": posts[begin : begin + AT_ONCE]} for begin in begins]


def later_wordings(heard: Iterable[Heard]) -> dict[str, Post]:
    """Posts that have later wordings than the one received, by the id of the last."""
    found = {}
    for item in heard:
        if isinstance(item, Post):
            last = (item.id, *item.aliases)[-1].partition(":")[2]
            if last != item.version:
                found[last] = item
    return found


def gone(page: Json, asked: dict[str, Post], now: datetime) -> list[Heard]:
    """Deletions of the posts asked for that X reports as gone or protected.

    `asked` has the posts by the ids they were asked by; those found gone are taken out of it.
    """
    found: list[Heard] = []
    for error in rows(page, "errors"):
        why = _GONE.get(raw(error, "type").rpartition("/")[2])
        named = identifier(error.get("resource_id")) or identifier(error.get("value"))
        if why and named in asked:
            found.append(Deleted((asked.pop(named).id,), now, why))
    return found
