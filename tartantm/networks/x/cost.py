"""Counts what reading X costs: posts read times the price, as X bills them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime

from tartantm.core.post import Post
from tartantm.networks.json_fields import Json, identifier, mapping, rows
from tartantm.networks.protocol import Advised, Capped


def dollars(amount: float) -> str:
    """Returns an amount in words, to a tenth of a cent and never less: "$0.015", "$5.00"."""
    tenths = math.ceil(amount * 1000 - 1e-6)
    words = f"${tenths / 1000:,.3f}"
    return words.removesuffix("0")


class Spending:
    """Counts posts read. X charges a post once within a UTC day, however often it is read.

    Included posts (replied to, quoted) count too, so that a cap is kept. Included authors do not:
    X does not say clearly what they cost.
    """

    def __init__(self, price: float, cap: float | None, now: Callable[[], datetime]) -> None:
        """`price` and `cap` are in US dollars; None means no cap."""
        self.price, self.cap, self._now = price, cap, now
        self.posts = 0
        self._day: date | None = None
        self._ids: set[str] = set()

    def read(self, page: Json) -> None:
        """Count the posts of an answer or of a line of the stream."""
        data, includes = page.get("data"), mapping(page, "includes")
        posts = [data] if isinstance(data, dict) else rows(page, "data")
        posts = [*posts, *rows(includes, "tweets"), *rows(includes, "posts")]
        self._count((identifier(post.get("id")) for post in posts), self._now().date())

    def affordable(self, ids: Sequence[str]) -> list[str]:
        """Those of the ids, from the first on, that may be read; what was paid today is free.

        Raises Capped where there are none.
        """
        left = self.left
        if left is None or not ids:
            return list(ids)
        paid = self._ids if self._now().date() == self._day else set()
        found: list[str] = []
        for each in ids:
            left -= each not in paid
            if left < 0:
                break
            found.append(each)
        if not found:
            raise Capped(self._words)
        return found

    def held(self, posts: Iterable[Post]) -> None:
        """Count posts that an earlier run of the program read; the cap is for the session."""
        by_day: dict[date, set[str]] = {}
        for post in posts:
            if post.received_at is not None:
                by_day.setdefault(post.received_at.astimezone(UTC).date(), set()).add(
                    post.version or post.id.partition(":")[2]
                )
        for day in sorted(by_day):
            self._count(by_day[day], day)

    def _count(self, ids: Iterable[str], day: date) -> None:
        if day != self._day:
            self._day, self._ids = day, set()
        new = set(filter(None, ids)) - self._ids
        self._ids |= new
        self.posts += len(new)

    @property
    def spent(self) -> float:
        """What was spent, in US dollars."""
        return self.posts * self.price

    @property
    def left(self) -> int | None:
        """How many more posts may be read, None for any number."""
        if self.cap is None or self.price <= 0:
            return None
        # A millionth of a cent, so that 0.1 + 0.2 is 0.3.
        return max(0, int((self.cap - self.spent) / self.price + 1e-6))

    def check(self) -> None:
        """Raise Capped where the cap is reached."""
        if self.left == 0:
            raise Capped(self._words)

    def take_over(self, before: Spending) -> None:
        """Go on with what was counted before; the price and the cap may have changed."""
        self.posts, self._day, self._ids = before.posts, before._day, before._ids

    @property
    def _words(self) -> Advised:
        return Advised(
            f"The cap that you set for X is reached: {self}.",
            " X is not read any more, other networks go on; raise cap under [sources.x] in the"
            " config file and try again.",
        )

    def __str__(self) -> str:
        noun = "post" if self.posts == 1 else "posts"
        of = "" if self.cap is None else f" of {dollars(self.cap)}"
        return f"{self.posts:,} {noun} read, {dollars(self.spent)}{of}"
