"""How often grouping is right on recorded chats: ``grouping.py DIR [--labels DIR] [--shipped]``.

DIR holds ID.jsonl, ID.stripped.jsonl and ID.agenda.json of chats of which every post was placed
by hand. Each chat becomes an archive of X API v2 and an agenda, and is heard post by post as a
running desk does. Scored are all posts but those that ask a question.

Each chat is grouped with weights, confidence and inbox limit fitted anew on all other chats. With
``--shipped`` the shipped weights are used instead: where they were fitted on these very chats,
that figure says nothing about others.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tartantm.capture.capture import Capture
from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.core.events import Begun, Event, Grouped, Placed, Placement, Recorded
from tartantm.grouping.grouper import Grouper
from tartantm.grouping.ranker import Weights, shipped
from tartantm.networks.heard import Heard
from tests.benchmarks.recorded import Recording, Truth, ids_in, recording
from tests.benchmarks.train_grouping import labels_beside, load, train

_RECORDED_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""When events were recorded must not matter."""


class Scored(NamedTuple):
    """A post's place as grouping left it, and as a person would have it."""

    placement: Placement
    listed: bool
    """Whether the desk lists it by itself; a repost is folded into what it reposts."""
    truth: Truth

    @property
    def right(self) -> bool:
        return self.placement.question == self.truth.question


def hear(
    agenda: Agenda,
    heard: Iterable[Heard],
    *,
    batch: int = 1,
    weights: Weights | None = None,
    look: Callable[[str], str | None] | None = None,
) -> Chat:
    """Let a chat hear posts in order, `batch` of them to a commit, as a running desk does.

    With `look`, a moderator looks at once at whatever comes into the inbox, and puts it there.
    """
    chat = Chat()
    _happen(chat, [Begun(agenda)])
    grouper = Grouper(chat, weights)
    capture = Capture(chat, grouper)
    waiting = list(heard)
    for start in range(0, len(waiting), batch):
        change = _happen(chat, capture.events_for(waiting[start : start + batch]))
        touched = [*change.added, *change.changed]
        if revised := grouper.observe(change):
            touched += _happen(chat, [Grouped(revised)]).changed
        while look and touched:
            post = touched.pop(0)
            if chat.entries[post].placement.inbox:
                moves = {post: look(post)}
                change = _happen(chat, [Placed(moves, grouper.carried(moves))])
                touched += change.changed
                if revised := grouper.observe(change):
                    touched += _happen(chat, [Grouped(revised)]).changed
    return chat


def _happen(chat: Chat, events: Sequence[Event]) -> Change:
    items = (Recorded(n, _RECORDED_AT, event) for n, event in enumerate(events, chat.last_seq + 1))
    return Change().merge(chat.apply(item) for item in items)


def scored(heard: Recording, chat: Chat) -> list[Scored]:
    """Compare where posts stand with what people said about them."""
    assert set(heard.truths) == set(chat.entries), "posts were lost on the way"
    return [
        Scored(chat.entries[post].placement, chat.entries[post].listed, truth)
        for post, truth in heard.truths.items()
        if post not in heard.asking and truth.labelled
    ]


def score(
    folder: Path, chat_id: str, *, stripped: bool = False, weights: Weights | None = None
) -> list[Scored]:
    """Group a recorded chat and compare it with what people said about it."""
    heard = recording(folder, chat_id, stripped=stripped)
    return scored(heard, hear(heard.agenda, heard.posts, weights=weights))


def moderated(heard: Recording, weights: Weights | None = None) -> list[Scored]:
    """The same with a moderator who corrects what comes into the inbox, and nothing else."""
    chat = hear(
        heard.agenda,
        heard.posts,
        weights=weights,
        look=lambda post: heard.truths[post].question,
    )
    return scored(heard, chat)


class Figures(NamedTuple):
    """What comes out for some posts."""

    posts: int
    accuracy: float
    macro_f1: float
    inbox: float
    """Share of posts in the inbox."""
    listed_inbox: float
    """Share of all posts that the desk lists in its inbox, reposts folded."""
    outside: float
    """Accuracy of what is not in the inbox."""

    @staticmethod
    def of(scored: Sequence[Scored]) -> Figures:
        """Count."""
        outside = [each for each in scored if not each.placement.inbox]
        waiting = sum(each.placement.inbox and each.listed for each in scored)
        return Figures(
            len(scored),
            _share(scored, lambda each: each.right),
            macro_f1([(each.truth.question, each.placement.question) for each in scored]),
            _share(scored, lambda each: each.placement.inbox),
            waiting / len(scored) if scored else 0.0,
            _share(outside, lambda each: each.right),
        )


def macro_f1(pairs: Sequence[tuple[str | None, str | None]]) -> float:
    """The mean over all true places of the harmonic mean of precision and recall."""
    places = {true for true, _ in pairs}
    scores = []
    for place in places:
        hits = sum(true == place == found for true, found in pairs)
        named = sum(true == place for true, _ in pairs) + sum(found == place for _, found in pairs)
        scores.append(2 * hits / named)
    return sum(scores) / len(scores) if scores else 0.0


def _share(scored: Sequence[Scored], holds: Callable[[Scored], bool]) -> float:
    return sum(map(holds, scored)) / len(scored) if scored else 0.0


class Result(NamedTuple):
    """One chat in one version: grouped alone, and with a moderator."""

    chat: str
    stripped: bool
    alone: list[Scored]
    helped: list[Scored]


def row(name: str, results: Sequence[Result], keep: Callable[[Scored], bool]) -> str:
    """A line of the table."""
    alone = [each for result in results for each in result.alone if keep(each)]
    helped = [each for result in results for each in result.helped if keep(each)]
    numbers = [
        *Figures.of(alone)[1:],
        _share(helped, lambda each: each.right),
        _share(helped, lambda each: each.placement.by_person),
    ]
    return f"{name:32}{len(alone):6}" + "".join(f"{number:10.3f}" for number in numbers)


def reliability(scored: Sequence[Scored]) -> list[str]:
    """For each range of confidence: how many posts, what was said, and how many were right."""
    edges = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98]
    lines = []
    for low, high in zip(edges, [*edges[1:], 1.01], strict=True):
        found = [each for each in scored if low <= each.placement.confidence < high]
        if found:
            said = sum(each.placement.confidence for each in found) / len(found)
            right = _share(found, lambda each: each.right)
            lines.append(f"  {low:.2f}–{min(high, 1):.2f} {len(found):6}  {said:.3f}  {right:.3f}")
    return lines


def by_rule(scored: Sequence[Scored]) -> list[str]:
    """For each thing that decided: how many posts, what was said, and how many were right."""
    found: dict[str, list[Scored]] = {}
    for each in scored:
        found.setdefault(each.placement.by, []).append(each)
    return [
        f"  {rule:10} {len(posts):6}  "
        f"{sum(each.placement.confidence for each in posts) / len(posts):.3f}  "
        f"{_share(posts, lambda each: each.right):.3f}"
        for rule, posts in sorted(found.items())
    ]


def _clear(each: Scored) -> bool:
    return each.truth.certainty != "low"


def _result(heard: Recording, weights: Weights) -> Result:
    alone = scored(heard, hear(heard.agenda, heard.posts, weights=weights))
    return Result(heard.id, heard.stripped, alone, moderated(heard, weights))


def left_out(folder: Path, labels: Path | None, chat: str) -> list[Result]:
    """A chat grouped by what was learned on all others."""
    recordings = load(folder, labels)
    weights = train([each for each in recordings if each.id != chat])
    held = [each for each in recordings if each.id == chat and not each.hidden_labels]
    return [_result(each, weights) for each in held]


def report(results: Sequence[Result]) -> list[str]:
    """All tables, as written and stripped."""
    lines = []
    for stripped in (False, True):
        shown = [result for result in results if result.stripped == stripped]
        lines.append(
            f"{'stripped' if stripped else 'as written':32} posts  accuracy  macro-F1     inbox"
            "    listed   outside  moderated    looks"
        )
        lines += [row(result.chat, [result], lambda _: True) for result in shown]
        lines.append(row("all", shown, lambda _: True))
        lines.append(row("all but of low certainty", shown, _clear))
        alone = [each for result in shown for each in result.alone if _clear(each)]
        lines.append("confidence   posts   said  right (without low certainty)")
        lines += reliability(alone)
        lines.append("decided by   posts   said  right (without low certainty)")
        lines += [*by_rule(alone), ""]
    return lines


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--labels", type=Path, help="default: the folder labels-only beside DIR")
    parser.add_argument("--shipped", action="store_true", help="with the shipped weights instead")
    options = parser.parse_args()
    chats = ids_in(options.folder)
    if options.shipped or len(chats) < 3:
        print(f"The shipped weights. {shipped().about} These may be those chats: no honest figure.")
        placed = load(options.folder, None)
        results = [_result(heard, shipped()) for heard in placed]
    else:
        labels = options.labels or labels_beside(options.folder)
        print("Each chat by what was learned on all others.")
        with ProcessPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            each = pool.map(partial(left_out, options.folder, labels), chats)
            results = [result for of_chat in each for result in of_chat]
    print(*report(results), sep="\n")


if __name__ == "__main__":
    main()
