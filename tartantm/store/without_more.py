"""What has to be withheld besides, so that a chat shows no more once something left its file.

Erasing and deleting take posts, and rules may have withheld others' words because of these. Each
plan is tried on the chat: what shows more is rewritten with every rule applied, and hidden where
that is not enough. Copies stay folded together whose words are no longer the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from tartantm.core.chat import Chat
from tartantm.core.mutes import Muting, Rule
from tartantm.core.shown import Shown

_ROUNDS = 5
"""Each round withholds more than the one before, and two are mostly enough."""


class Besides(NamedTuple):
    """What is withheld besides."""

    applied: frozenset[str]
    """Posts in which every rule is applied for good."""
    texts: bool
    """Whether every rule is applied to the agenda, to summaries and to reasons."""
    hidden: tuple[str, ...]
    """Posts that are hidden for good."""
    redacted: tuple[str, ...]
    """Author keys of people whose names are withheld for good."""
    folds: dict[str, tuple[str, ...]]
    """By a post, copies that stay folded into it."""


NOTHING_BESIDES = Besides(frozenset(), False, (), (), {})


def without_more(
    before: Chat,
    made: Callable[[Besides], Chat],
    posts: Mapping[str, str] | None = None,
    rules: Mapping[str, str] | None = None,
) -> tuple[Besides, Chat]:
    """Returns what is withheld besides, and the chat as it will be, which is `made` of that.

    `posts` have other ids then, and `rules` name authors by other keys.
    """
    shown, besides = Shown(before), NOTHING_BESIDES
    for _ in range(_ROUNDS):
        after = made(besides)
        more = Shown(after).more_than(shown, posts)
        if more.folds:
            # Most of what shows more then is the copies.
            now = besides._replace(folds=besides.folds | more.folds)
        else:
            again = [each for each in more.words if each in besides.applied]
            unmuted = _no_longer_muted(before, after, rules or {})
            now = Besides(
                besides.applied | set(more.words),
                besides.texts or more.texts or bool(more.words),
                tuple(dict.fromkeys([*besides.hidden, *more.posts, *again, *unmuted])),
                tuple(dict.fromkeys([*besides.redacted, *more.authors])),
                besides.folds,
            )
        if now == besides:
            return besides, after
        besides = now
    return besides, made(besides)


def _no_longer_muted(before: Chat, after: Chat, rules: Mapping[str, str]) -> Iterator[str]:
    """Yields ids of posts that one of the mutes hid and hides no more, whatever others do."""
    muted = [entry for entry in before.entries.values() if entry.muted]
    for rule in before.mutes if muted else ():
        kept: Rule = (rule[0], rules.get(rule[1], rule[1]) if rule[0] == "author" else rule[1])
        was = Muting(before, [rule])
        now = Muting(after, [kept]) if kept in after.mutes else None
        for entry in filter(was.hides, muted):
            left = after.entries.get(entry.id)
            if left is not None and not (now and now.hides(left)):
                yield entry.id
