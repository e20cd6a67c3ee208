"""How often grouping is right on recorded chats: ``grouping.py DIR [--stripped] [--rules]``.

DIR holds ID.jsonl and ID.agenda.json. Each chat becomes an archive of X API v2 and an agenda, and
is heard post by post as a running desk does. Scored are all posts but those that ask a question.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tartantm import agenda_files
from tartantm.agenda import Agenda
from tartantm.capture import Capture
from tartantm.chat import Chat
from tartantm.entry import Change
from tartantm.events import Begun, Event, Grouped, Placement, Recorded
from tartantm.grouping.grouper import Grouper
from tartantm.sources import Heard, heard_at
from tartantm.sources.archive import read
from tests.benchmarks.recorded import Truth, as_x_archive, ids_in, rows_of, truths_of

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


def hear(agenda: Agenda, heard: Iterable[Heard], *, batch: int = 1) -> Chat:
    """Let a chat hear posts in order, `batch` of them to a commit, as a running desk does."""
    chat = Chat()
    _happen(chat, [Begun(agenda)])
    grouper = Grouper(chat)
    capture = Capture(chat, grouper)
    waiting = list(heard)
    for start in range(0, len(waiting), batch):
        change = _happen(chat, capture.hear(waiting[start : start + batch]))
        if revised := grouper.observe(change):
            _happen(chat, [Grouped(revised)])
    return chat


def _happen(chat: Chat, events: Sequence[Event]) -> Change:
    items = (Recorded(n, _RECORDED_AT, event) for n, event in enumerate(events, chat.last_seq + 1))
    return Change().merge(chat.apply(item) for item in items)


def score(folder: Path, chat_id: str, *, stripped: bool = False) -> list[Scored]:
    """Group a recorded chat and compare it with what people said about it."""
    with tempfile.TemporaryDirectory() as made:
        archive, agenda_path = as_x_archive(folder, chat_id, Path(made), stripped=stripped)
        agenda = agenda_files.load(agenda_path).agenda
        chat = hear(agenda, sorted(read(archive).heard, key=heard_at))
    truths = truths_of(rows_of(folder, chat_id, stripped=stripped))
    assert set(truths) == set(chat.entries), "posts were lost on the way"
    asking = {post for question in agenda.questions for post in question.asked_by}
    return [
        Scored(chat.entries[post].placement, chat.entries[post].listed, truth)
        for post, truth in truths.items()
        if post not in asking and truth.labelled
    ]


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


def _row(name: str, figures: Figures) -> str:
    numbers = "".join(f"{number:10.3f}" for number in figures[1:])
    return f"{name:32}{figures.posts:6}{numbers}"


def by_rule(scored: Iterable[Scored]) -> list[str]:
    """Accuracy for each rule and each confidence that it gave, and for each tenth of confidence."""
    rules: dict[tuple[str, str], list[Scored]] = defaultdict(list)
    for each in scored:
        placement = each.placement
        rules[placement.by, ""].append(each)
        rules["confidence", f"{min(int(placement.confidence * 10), 9) / 10:.1f}"].append(each)
        if placement.by not in ("repost", "reply", "quote", "mention", "thread"):
            rules[placement.by, f"{placement.confidence:.2f}"].append(each)
    return [
        f"{rule:>12} {cell:4} {len(found):5} right {_share(found, lambda each: each.right):.3f}"
        f"  said {sum(each.placement.confidence for each in found) / len(found):.3f}"
        for (rule, cell), found in sorted(rules.items())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stripped", action="store_true", help="labels removed from a half only")
    parser.add_argument("--rules", action="store_true", help="also how often each rule is right")
    options = parser.parse_args()
    for stripped in [True] if options.stripped else [False, True]:
        print(
            f"{'stripped' if stripped else 'as written':32} posts  accuracy  macro-F1     inbox",
            end="",
        )
        print("  in inbox   outside")
        everything: list[Scored] = []
        for chat_id in ids_in(options.folder):
            scored = score(options.folder, chat_id, stripped=stripped)
            everything += scored
            print(_row(chat_id, Figures.of(scored)))
        print(_row("all", Figures.of(everything)))
        sure = [each for each in everything if each.truth.certainty != "low"]
        print(_row("all but of low certainty", Figures.of(sure)))
        if options.rules:
            print(*by_rule(everything), sep="\n")
        print()


if __name__ == "__main__":
    main()
