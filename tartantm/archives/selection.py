"""Which posts of what was read are of the chat: by hashtag, by time, and as replies within it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from math import inf

from msgspec import Struct

from tartantm.archives.spool import Spool, key_of, microseconds
from tartantm.core.agenda import Agenda
from tartantm.core.post import Post
from tartantm.networks.heard import Carried, Heard

AFTER = timedelta(days=1)
"""How long after the chat's day its replies and thanks are looked for in what one account wrote."""


_CUT_TAG = re.compile(r"[#＃](\w{3,100})(?:…|\.\.\.)\s*(?:https://t\.co/\w{1,20}\s*)?\Z")
"""A hashtag in which a text breaks off, as X cut what was reposted."""


class Selection(Struct, frozen=True, dict=True):
    """What is looked for."""

    hashtags: tuple[str, ...] = ()
    """Without ``#``; any of them."""
    since: datetime | None = None
    until: datetime | None = None
    is_asked: bool = False
    """Whether hashtags were asked for: else a recording of a chat is taken whole."""
    only_one_account: bool = False
    """Whether the times hold for what one account wrote, and recordings are taken whole."""

    def names(self, item: Heard) -> bool:
        """Whether a post names one of the hashtags."""
        if isinstance(item, Carried):
            item = item.post
        if not isinstance(item, Post) or not self.hashtags:
            return False
        if any(tag.casefold() in self._wanted for tag in item.hashtags):
            return True
        if self._written.search(item.text) is not None:
            return True
        cut = _CUT_TAG.search(item.text)
        return cut is not None and any(tag.startswith(cut[1].casefold()) for tag in self._wanted)

    @cached_property
    def _wanted(self) -> frozenset[str]:
        return frozenset(tag.casefold() for tag in self.hashtags)

    @cached_property
    def _written(self) -> re.Pattern[str]:
        tags = "|".join(map(re.escape, self.hashtags))
        return re.compile(rf"(?i)[#＃](?:{tags})(?!\w)")

    @cached_property
    def _span(self) -> tuple[float, float]:
        since = -inf if self.since is None else microseconds(self.since)
        return since, inf if self.until is None else microseconds(self.until)

    def covers(self, posted: int) -> bool:
        """Whether a time, in microseconds since 1970, is within what is looked for."""
        since, until = self._span
        return since <= posted <= until


def day_of(agenda: Agenda) -> tuple[datetime, datetime] | None:
    """Returns the day of a chat, in its zone, and the one after; None where it has no time."""
    if agenda.starts is None:
        return None
    local = agenda.starts.astimezone(agenda.tz)
    begins = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return begins, max(agenda.ends or agenda.starts, agenda.starts) + AFTER


class Chosen(Struct):
    """What was chosen, and how much was not, by the reason."""

    numbers: list[int] = []
    """Of items of the spool; also of posts that are not public, which are counted as left out."""
    posts: int = 0
    tagged: int = 0
    """Posts that name a hashtag."""
    replies: int = 0
    """Posts without one that answer a chosen post."""
    other_times: int = 0
    """Posts that name a hashtag, and were posted at another time."""
    loose_replies: int = 0
    """Posts of the time without a hashtag that answer what is not here."""
    by_file: dict[int, list[int]] = {}
    """The numbers of the chosen posts, by that of their file."""


def choose(
    spool: Spool,
    selection: Selection,
    *,
    is_one_account: Sequence[bool],
    held: Callable[[int], bool] = lambda key: False,
    passed: int = 0,
) -> Chosen:
    """Choose posts, and replies to them, and replies to these.

    `is_one_account` says of each file whether it is what one account wrote, of which only what is
    of the chat is taken. `held` knows the posts that the session has, by their keys; `passed` posts
    with a hashtag are of other times and were not even kept.
    """
    chosen = Chosen(other_times=passed)
    taken: set[int] = set()
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    named: list[int] = []
    for number in range(len(spool)):
        if not spool.is_post(number):
            continue
        of_one = is_one_account[spool.files[number]]
        is_whole = selection.only_one_account and not of_one
        in_time = is_whole or selection.covers(spool.posted[number])
        tagged = bool(spool.tagged[number])
        by_tag = selection.is_asked or of_one
        if tagged and not in_time and not spool.restricted[number]:
            chosen.other_times += 1
        if in_time and (tagged or not by_tag or not selection.hashtags):
            taken.add(number)
            named.append(spool.ids[number])
            chosen.tagged += tagged and not spool.restricted[number]
        elif in_time and spool.parents[number]:
            parent = spool.parents[number]
            waiting[spool.aliases.get(parent, parent)].append(number)
    found = set(named)
    todo = named + [key for key in waiting if key not in found and held(key)]
    while todo:
        for number in waiting.pop(todo.pop(), ()):
            taken.add(number)
            chosen.replies += not spool.restricted[number]
            todo.append(spool.ids[number])
    chosen.loose_replies = sum(
        not spool.restricted[number] for some in waiting.values() for number in some
    )
    public = [number for number in sorted(taken) if not spool.restricted[number]]
    chosen.posts = len(public)
    for number in public:
        chosen.by_file.setdefault(spool.files[number], []).append(number)
    ids = {spool.ids[number] for number in taken}
    along = (
        number
        for number in range(len(spool))
        if not spool.is_post(number) and (not spool.is_carried(number) or spool.ids[number] in ids)
    )
    chosen.numbers = sorted([*taken, *along])
    return chosen


def held_keys(names: Sequence[str]) -> set[int]:
    """Returns the keys of ids that a session has."""
    return {key_of(name) for name in names}
