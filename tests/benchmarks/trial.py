"""Chats grouped with weights that never saw them: alone, and with a moderator who looks at some.

Work is dealt out to processes: first the weights, one set for each chat or community left out,
then each chat in each version alone, then with a moderator, whose limits are taken from the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core.events import InboxBudget
from tartantm.grouping.ranker import Weights
from tests.benchmarks import looks, scoring
from tests.benchmarks.evening import hear
from tests.benchmarks.intervals import Part, pooled
from tests.benchmarks.learning import Leave, WeightsFor, left_out
from tests.benchmarks.looks import SHARES, By, Looked
from tests.benchmarks.recorded import VERSIONS, Recording, Version, ids_in, recording
from tests.benchmarks.scoring import Calibration, scored

BUDGETS: tuple[InboxBudget, ...] = get_args(InboxBudget)
WAYS: tuple[By, ...] = get_args(By)

FITTED_SHARES = (0.025, 0.06, 0.12, 0.17)
"""Sizes of the inbox beside the three budgets, so that any share of looks is come by nearly."""

Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""`map`, or that of a pool of processes."""


class Job(NamedTuple):
    """One chat in one version, and the weights to try on it."""

    folder: Path
    chat: str
    version: Version
    leave: Leave | None
    """What the weights know nothing about; None for the shipped ones."""
    weights: Weights


class Result(Struct, frozen=True):
    """What came of one chat in one version."""

    bed: str
    version: Version
    leave: Leave | None
    chat: str
    tally: dict[str, Part]
    tenths: list[Calibration]
    rules: dict[str, Calibration]

    @property
    def group(self) -> tuple[str, str, str]:
        """What it is reported together with: test bed, version, what was left out."""
        return self.bed, self.version, self.leave or "nothing"


class Alone(NamedTuple):
    """A result without a moderator, and what limits are fitted on."""

    result: Result
    confidences: list[float]


class Aided(NamedTuple):
    """What came of a moderator's looks."""

    live: dict[tuple[By, str], Looked]
    """By way of looking, and by the name of the inbox's limit."""
    review: dict[tuple[By, float], Looked]
    """By way of looking, and by the share of looks."""


@contextmanager
def processes(count: int) -> Iterator[Mapper]:
    """A `map` that deals work out to processes; one process is this one."""
    if count < 2:
        yield map
        return
    with ProcessPoolExecutor(count) as pool:
        yield pool.map


def jobs(
    beds: Sequence[Path],
    leave: Leave,
    weights_for: WeightsFor,
    learned: Iterable[Path],
    each: Mapper,
) -> list[Job]:
    """Every chat in every version, with weights fitted without it; each set is fitted once."""
    folders = [*beds, *learned]
    chats = [(folder, chat) for folder in beds for chat in ids_in(folder)]
    without = {chat: left_out(chat, leave, folders) for _, chat in chats}
    sets = list(dict.fromkeys(without.values()))
    fitted = dict(zip(sets, each(weights_for, sets), strict=True))
    return [
        Job(folder, chat, version, leave, fitted[without[chat]])
        for folder, chat in chats
        for version in VERSIONS
    ]


def run(work: Sequence[Job], each: Mapper, *, moderated: bool) -> list[Result]:
    """Try each job alone and, where asked for, with a moderator."""
    alone: list[Alone] = list(each(try_alone, work))
    if not moderated:
        return [done.result for done in alone]
    limits = [_limits(job, done, alone) for job, done in zip(work, alone, strict=True)]
    aided: list[Aided] = list(each(try_aided, zip(work, limits, strict=True)))
    return [
        replace(
            done.result,
            tally=done.result.tally
            | _of_live(done.result, help_, alone, aided)
            | _of_review(done.result, help_),
        )
        for done, help_ in zip(alone, aided, strict=True)
    ]


@cache
def _heard(folder: Path, chat: str, version: Version) -> Recording:
    return recording(folder, chat, version)


def try_alone(job: Job) -> Alone:
    """Group a chat with nobody at the keys."""
    heard = _heard(job.folder, job.chat, job.version)
    posts = scored(heard, hear(heard.agenda, heard.posts, weights=job.weights))
    result = Result(
        *(job.folder.name, job.version, job.leave, job.chat),
        {**scoring.tally(posts)},
        scoring.tenths(posts),
        scoring.by_rule(posts),
    )
    return Alone(result, [each.placement.confidence for each in posts])


def try_aided(task: tuple[Job, Mapping[str, float]]) -> Aided:
    """Group a chat with a moderator: live with each of the limits, and in review."""
    job, limits = task
    heard = _heard(job.folder, job.chat, job.version)
    aided = Aided({}, {})
    for by in WAYS:
        for name, below in limits.items():
            aided.live[by, name] = looks.live(heard, looks.with_limit(job.weights, below), by)
        order = looks.by_post if by == "post" else looks.by_conversation
        thorough = looks.with_limit(job.weights, limits["thorough"])
        done = looks.review(heard, thorough, order)
        aided.review.update(((by, share), each) for share, each in zip(SHARES, done, strict=True))
    return aided


def _limits(job: Job, done: Alone, alone: Sequence[Alone]) -> dict[str, float]:
    """The limits to try: those of the weights, and some fitted on the group's other chats."""
    found: dict[str, float] = {name: job.weights.inbox[name].below for name in BUDGETS}
    others = sorted(
        sure
        for other in alone
        if other.result.group == done.result.group and other.result.chat != done.result.chat
        for sure in other.confidences
    )
    if others:
        found |= {f"{s:g}": others[round(s * len(others))] for s in FITTED_SHARES}
    return found


def _of_live(
    result: Result, help_: Aided, alone: Sequence[Alone], aided: Sequence[Aided]
) -> dict[str, Part]:
    """Figures of looking live: at each budget, and at the limit that came nearest to each share.

    That limit is chosen by what the group's other chats needed; a chat that has no other to go by
    takes the nearest of its own.
    """
    group = [
        (a.result.chat, h)
        for a, h in zip(alone, aided, strict=True)
        if a.result.group == result.group
    ]
    others = [h for chat, h in group if chat != result.chat] or [help_]
    found: dict[str, Part] = {}
    for by in WAYS:
        names = [name for way, name in help_.live if way == by]
        needed = {
            name: pooled([_looks(other.live[by, name]) for other in others]) or 0.0
            for name in names
            if all((by, name) in other.live for other in others)
        }
        for share in SHARES:
            nearest = min(needed, key=lambda name: abs(needed[name] - share))
            found |= _parts(f"live {share:.0%} by {by}", help_.live[by, nearest])
        for budget in BUDGETS:
            found |= _parts(f"live {budget} by {by}", help_.live[by, budget])
    return found


def _of_review(result: Result, help_: Aided) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for (by, share), looked in help_.review.items():
        found |= _parts(f"review {share:.0%} by {by}", looked)
    return found


def _looks(looked: Looked) -> Part:
    return looked.looks, len(looked.posts)


def _parts(name: str, looked: Looked) -> dict[str, Part]:
    posts = len(looked.posts)
    return {
        f"{name}: looks": _looks(looked),
        f"{name}: settled": (looked.settled, posts),
        f"{name}: accuracy": (sum(each.right for each in looked.posts), posts),
        f"{name}: either place": (sum(each.either for each in looked.posts), posts),
    }
