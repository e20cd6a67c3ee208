"""What `grouping.py` prints and writes: figures with intervals, tables, and two runs compared."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tests.benchmarks.intervals import difference, figure, pooled
from tests.benchmarks.looks import SHARES
from tests.benchmarks.scoring import Calibration
from tests.benchmarks.trial import BUDGETS, WAYS, Result

WELL_FILLED = 50
"""Posts from which on a tenth of confidence says something."""

ALONE = (
    *("accuracy", "either place", "readers sure", "macro-F1", "inbox", "listed inbox"),
    *("right outside", "promised outside", "promised", "promised - real"),
)

NOT_HONEST = "  NOT HONEST: the weights may know these chats"


def groups(results: Iterable[Result]) -> dict[tuple[str, str, str], list[Result]]:
    """Results by what is reported together."""
    found: dict[tuple[str, str, str], list[Result]] = {}
    for each in results:
        found.setdefault(each.group, []).append(each)
    return found


def report(results: Sequence[Result], *, honest: bool) -> list[str]:
    """All tables; where the weights may know the chats, each line with a figure says so."""
    lines = []
    for group, members in groups(results).items():
        table = [
            *_over_chats(members),
            *_by_chat(members),
            *_calibration(members),
            *_decided_by(members),
            *_moderator(members),
        ]
        marked = (line + NOT_HONEST if line.startswith("  ") else line for line in table)
        lines += ["", title(group, members), *(table if honest else marked)]
    return lines


def title(group: tuple[str, str, str], members: Sequence[Result]) -> str:
    """The heading of a group."""
    bed, version, left = group
    posts = sum(each.tally["accuracy"][1] for each in members)
    what = "shipped weights" if left == "nothing" else f"the {left} left out"
    return f"== {bed}, {version}, {what}: {len(members)} chats, {posts:,.0f} posts"


def _over_chats(members: Sequence[Result]) -> list[str]:
    tallies = [each.tally for each in members]
    found = [(name, figure(tallies, name)) for name in ALONE]
    return [
        "over chats                  figure  90 % of draws",
        *(f"  {name:24} {each.value:7.3f}  {each.spread}" for name, each in found if each),
    ]


def _by_chat(members: Sequence[Result]) -> list[str]:
    shown = ("accuracy", "either place", "macro-F1", "inbox", "right outside", "promised")
    lines = [
        "by chat                   posts  accuracy  either  macro-F1  inbox  outside  promised"
    ]
    for each in members:
        values = [pooled([each.tally[name]]) for name in shown]
        numbers = "".join("       -" if v is None else f"{v:8.3f}" for v in values)
        lines.append(f"  {each.chat:22} {each.tally['accuracy'][1]:7.0f} {numbers}")
    return lines


def by_tenth(members: Sequence[Result]) -> list[Calibration]:
    """What was said and what came in all of them, by tenth of confidence."""
    found = [Calibration()] * len(members[0].tenths)
    for each in members:
        found = [one | other for one, other in zip(found, each.tenths, strict=True)]
    return found


def largest_gap(tenths: Sequence[Calibration]) -> tuple[int, float] | None:
    """The well-filled tenth where promise and truth lie farthest apart, and by how much."""
    filled = [(n, each.gap) for n, each in enumerate(tenths) if each.posts >= WELL_FILLED]
    return max(filled, key=lambda one: abs(one[1]), default=None)


def _calibration(members: Sequence[Result]) -> list[str]:
    tenths, lines = by_tenth(members), ["confidence    posts    said   right      gap"]
    for n, each in enumerate(tenths):
        if each.posts:
            lines.append(f"  .{n} to {(n + 1) / 10:.1f}  {_row(each)}")
    if (gap := largest_gap(tenths)) is None:
        return [*lines, f"No tenth has {WELL_FILLED} posts."]
    place = f".{gap[0]} to {(gap[0] + 1) / 10:.1f}"
    return [*lines, f"  largest gap of a tenth with {WELL_FILLED} posts: {gap[1]:+.3f} ({place})"]


def _decided_by(members: Sequence[Result]) -> list[str]:
    found: dict[str, Calibration] = {}
    for each in members:
        for rule, some in each.rules.items():
            found[rule] = found.get(rule, Calibration()) | some
    return [
        "decided by    posts    said   right      gap",
        *(f"  {rule:9}  {_row(each)}" for rule, each in sorted(found.items())),
    ]


def _row(each: Calibration) -> str:
    said, right = each.said / each.posts, each.right / each.posts
    return f"{each.posts:6}  {said:6.3f}  {right:6.3f}   {each.gap:+.3f}"


def _moderator(members: Sequence[Result]) -> list[str]:
    if not any(name.startswith("live") for name in members[0].tally):
        return []
    tallies = [each.tally for each in members]
    lines = ["a moderator looks           looks  settled   right  90 % of draws"]
    for name in looked_at():
        numbers = [figure(tallies, f"{name}: {what}") for what in ("looks", "settled", "accuracy")]
        made, settled, right = numbers
        if made and settled and right:
            lines.append(
                f"  {name:24} {made.value:6.3f}  {settled.value:7.3f}  {right.value:6.3f}"
                f"  {right.spread}"
            )
    return lines


def looked_at() -> list[str]:
    """The names of all ways of looking."""
    shares = [f"{share:.0%}" for share in SHARES]
    return [
        *(f"live {share} by {by}" for by in WAYS for share in (*shares, *BUDGETS)),
        *(f"review {share} by {by}" for by in WAYS for share in shares),
    ]


def compare(new: Sequence[Result], old: Sequence[Result], *, honest: bool) -> list[str]:
    """How two runs differ, figure by figure, on the chats that both have."""
    lines, before = [], groups(old)
    for group, members in groups(new).items():
        theirs = {each.chat: each for each in before.get(group, ())}
        ours = [each for each in members if each.chat in theirs]
        if not ours:
            lines += ["", title(group, members), "Nothing to compare with in the other file."]
            continue
        lines += ["", title(group, ours), "against the other run     differs  90 % of draws"]
        if missing := len({*theirs, *(each.chat for each in members)}) - len(ours):
            lines.append(f"{missing} chats are in one of the two only, and left out.")
        one, other = [each.tally for each in ours], [theirs[each.chat].tally for each in ours]
        for name in (*ALONE, *(f"{name}: accuracy" for name in looked_at())):
            if found := difference(one, other, name):
                lines.append(
                    f"  {name:34} {found.value:+.3f}  [{found.low:+.3f} {found.high:+.3f}]  "
                    f"{found.verdict}{'' if honest else NOT_HONEST}"
                )
    return lines


def write(results: Sequence[Result], to: Path, *, honest: bool, seconds: float) -> None:
    """Write the figures, and what a later run needs to be compared with this one."""
    data = {
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "seconds": round(seconds, 1),
        "honest": honest,
        "rows": [*_figures(results)],
        "chats": results,
    }
    to.write_text(json.dumps(msgspec.to_builtins(data), indent=1) + "\n", encoding="utf-8")


def _figures(results: Sequence[Result]) -> Iterable[Mapping[str, Any]]:
    for group, members in groups(results).items():
        tallies = [each.tally for each in members]
        for name in members[0].tally:
            if found := figure(tallies, name):
                head = dict(zip(("bed", "version", "left out"), group, strict=True))
                yield head | {"name": name, **found._asdict()}


def read(path: Path) -> tuple[list[Result], bool]:
    """The results of an earlier run, and whether it was honest."""
    data = json.loads(path.read_text("utf-8"))
    return msgspec.convert(data["chats"], list[Result]), bool(data["honest"])
