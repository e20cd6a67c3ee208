"""What the worst posts of 100,000 characters cost, from a network's answer to the lines drawn.

Each step is timed for an ordinary post and for posts that repeat a unit, or have ten thousand
links, tags, facets, pictures or attributes; the worst of them is printed for each network. The goal
is 5 ms a post for what happens on the screen's thread.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC
from itertools import count
from pathlib import Path
from time import thread_time
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.style import Style

from tartantm.capture.capture import Capture
from tartantm.core.post import Post
from tartantm.desk.panes.post_lines import PostStyle, post_strips
from tartantm.desk.panes.withheld import WithheldNow
from tartantm.grouping.grouper import Grouper
from tartantm.networks.bluesky import payload as bluesky
from tartantm.networks.mastodon import payload as mastodon
from tartantm.networks.x import payload as x
from tests.benchmarks.measuring import Row, options, report
from tests.builders import chat_of, happen
from tests.doubling import UNITS
from tests.fuzz.seeds import BLUESKY, MASTODON
from tests.fuzz.seeds import X as X_PAGE

GOAL = 0.005
"""Seconds a post."""

LONG = 100_000
"""Characters of a post's text: what the most generous servers allow."""

MANY = 10_000
"""Links, tags or pictures of a post."""

Shape = tuple[str, Callable[[Any], Any], Any]
"""What a post is like, what reads it, and the payload."""

_WIDE = "語“\u0301" * 700


def of_mastodon(name: str, number: int, **given: object) -> Shape:
    """A status."""
    status: Any = deepcopy(MASTODON) | {"id": str(number), "in_reply_to_id": None}
    status["uri"] = f"https://b.example/users/a/statuses/{number}"
    return f"Mastodon, {name}", mastodon.read, status | given


def of_bluesky(name: str, number: int, **given: object) -> Shape:
    """A commit of Jetstream."""
    frame: Any = deepcopy(BLUESKY)
    frame["commit"]["rkey"] = f"k{number}"
    frame["commit"]["record"] |= given
    return f"Bluesky, {name}", bluesky.read, frame


def of_x(name: str, number: int, **given: object) -> Shape:
    """A line of the stream."""
    page: Any = deepcopy(X_PAGE)
    page["data"] |= {"id": str(1_700_000_000_000_000_000 + number), **given}
    page["data"].pop("edit_history_tweet_ids", None)
    return f"X, {name}", x.read, page


def repeating(unit: str, number: int) -> Iterator[Shape]:
    """A post of each network that repeats a unit."""
    text, name = (unit * (LONG // len(unit) + 1))[:LONG], f"{unit!r} repeated"
    yield of_mastodon(name, number, content=text)
    yield of_bluesky(name, number, text=text)
    yield of_x(name, number, text=text)


def of_many_parts(number: int) -> Iterator[Shape]:
    """Posts with ten thousand of whatever a post can have several of."""
    each, text = range(MANY), "語 words #tartantm " * 5000
    link = '<a href="https://a.example/{}" class="x y" rel="nofollow ugc"><span>{}</span>語</a> '
    yield of_mastodon("links", number, content="".join(link.format(n, n) for n in each))
    yield of_mastodon("attributes", number, content="<a a=a b=b c=c href=d>" * MANY)
    yield of_mastodon("valueless attributes", number, content="<a" + " a" * LONG + "=b>")
    yield of_mastodon("entities", number, content="&notaname" * MANY)
    yield of_mastodon("tags", number, tags=[{"name": f"語{n}" * 50} for n in each])
    people = [{"acct": f"語{n}", "url": f"https://a.example/{n}", "id": str(n)} for n in each]
    yield of_mastodon("mentions", number, mentions=people, in_reply_to_id="1")
    media = [{"type": "image", "url": f"https://a.example/{n}", "description": _WIDE} for n in each]
    yield of_mastodon("pictures", number, media_attachments=media)
    yield of_mastodon("options", number, poll={"options": [{"title": _WIDE}] * MANY})
    yield of_mastodon("a name", number, account={**MASTODON["account"], "display_name": text})  # type: ignore[dict-item]
    yield of_mastodon("a warning", number, spoiler_text=text)

    def facet(kind: str, **more: str) -> dict[str, object]:
        feature = {"$type": f"app.bsky.richtext.facet#{kind}", **more}
        return {"index": {"byteStart": 0, "byteEnd": LONG}, "features": [feature] * 10}

    for kind, more in (
        ("link", {"uri": "https://a.example"}),
        ("mention", {}),
        ("tag", {"tag": "語"}),
    ):
        yield of_bluesky(f"{kind} facets", number, text=text, facets=[facet(kind, **more)] * MANY)
    yield of_bluesky("tags", number, tags=[f"語{n}" * 50 for n in each])
    yield of_bluesky("labels", number, labels={"values": [{"val": f"語{n}"} for n in each]})
    urls = [{"start": n, "end": n + 1, "url": "語", "expanded_url": f"https://a.example/{n}",
             "display_url": _WIDE} for n in each]  # fmt: skip
    yield of_x("links", number, text=text, entities={"urls": urls})
    tags = [{"tag": f"語{n}" * 50, "username": f"語{n}"} for n in each]
    yield of_x("tags", number, text=text, entities={"hashtags": tags, "mentions": tags})


def times_of(shape: Shape) -> dict[str, float]:
    """Seconds of each step for one post, and of all steps together."""
    _, read, value = shape
    chat = chat_of()
    capture = Capture(chat, Grouper(chat))
    taken: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = thread_time()
        done = work()
        taken[name] = thread_time() - began
        return done

    parsed = timed("payload", lambda: read(value))
    posts = [each for each in parsed.heard if isinstance(each, Post)]
    events = timed("events_for", lambda: capture.events_for(posts))
    timed("apply", lambda: happen(chat, *events))
    (entry,) = chat.entries.values() or [None]
    if entry is not None:
        styles: defaultdict[str, Style] = defaultdict(Style)
        withheld = WithheldNow(chat)
        timed("lines", lambda: post_strips(entry, chat, UTC, PostStyle(80), styles, withheld))
    return taken | {"all": sum(taken.values())}


def main() -> None:
    """Print each network's and each step's worst post."""
    given = options(__doc__).parse_args()
    numbers = count(1)
    plain = "<p>A1 words of an answer that people write #tartantm</p>"
    times_of(of_mastodon("", next(numbers), content=plain))
    usual = times_of(of_mastodon("", next(numbers), content=plain + "<p>More</p>"))
    worst: dict[tuple[str, str], tuple[float, str]] = {}

    def time(make: Callable[[int], Iterator[Shape]]) -> None:
        twice = [[(s[0], times_of(s)) for s in make(next(numbers))] for _ in range(2)]
        for (name, one), (_, other) in zip(*twice, strict=True):
            for step in one:
                key = name.partition(",")[0], step
                found = min(one[step], other.get(step, 1.0)), name
                worst[key] = max(worst.get(key, (0.0, "")), found)

    for unit in UNITS[:3] if given.small else UNITS:
        time(lambda number, unit=unit: repeating(unit, number))  # type: ignore[misc]
    time(of_many_parts)
    rows = []
    for (_, step), (seconds, name) in worst.items():
        ratio = seconds / max(usual.get(step, GOAL), 1e-6)
        rows.append(Row(f"{step}: {name}", seconds * 1e6, "us", "an ordinary post",
                        ratio, f"{seconds / GOAL:.2f} of 5 ms", None))  # fmt: skip
    report(rows, given.json)


if __name__ == "__main__":
    main()
