"""The demo's evening: it has everything that makes real chats hard, and nobody real."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

import tartantm
from tartantm.agenda_files.load import load_agenda
from tartantm.core.people import People
from tartantm.core.post import Post, clean, safe_url

DEMO = Path(tartantm.__file__).parent / "demo"
AGENDA = load_agenda(DEMO / "agenda.toml").agenda

_RAW = (DEMO / "evening.jsonl").read_bytes()
_HEADER, *_RECORDS = [json.loads(line) for line in _RAW.decode("ascii").splitlines()]
RECORDS: list[dict[str, Any]] = _RECORDS


def _posts(key: str) -> list[Post]:
    return [msgspec.convert(record[key], Post) for record in RECORDS if key in record]


HEARD, EDITS = _posts("post"), _posts("edit")
GOLD: dict[str, str | None] = {r["post"]["id"]: r["gold"] for r in RECORDS if "post" in r}
DELETED: list[dict[str, Any]] = [r["deletion"] for r in RECORDS if "deletion" in r]
POSTS = {post.id: post for post in reversed(HEARD)}
"""Each post as it was first heard."""

ONLINE = [post for post in POSTS.values() if not post.is_remark]
PEOPLE = People((post.network, post.author) for post in POSTS.values())
HOSTS = [post for post in ONLINE if PEOPLE.role(AGENDA, post.network, post.author) == "host"]
ANSWERS = [post for post in ONLINE if GOLD[post.id] and not post.repost_of and post not in HOSTS]

UNKNOWN = {
    "mastodon:https://slipway.example/users/ishbel/statuses/116767400000000217",
    "x:9026051109150000311",
}
"""Posts that others refer to and that were never captured, on purpose."""

SURNAMES = set(
    re.findall(
        r"\w+",
        "Dummy Example Fabrication Fictitious Invented Lorem Mockup Notional Placeholder Pretend "
        "Sample Specimen Testcase",
    )
)
BOT = "Growth Rocket"

LABEL = re.compile(r"(?i)(?<![\w=])(?:[qa][.! ]?\d[ab]?|\d[qa])(?![\w.]\w)")


def starts_of(posts: list[Post]) -> str:
    return "\n".join(re.sub(r"^@\S+ ", "", post.text)[:40] for post in posts)


def example(host: str | None) -> bool:
    return bool(host) and re.fullmatch(r"(?:.+\.)?(?:example|example\.org)", host or "") is not None


def test_the_header_says_what_it_is() -> None:
    assert _HEADER == {"format": "tartantm-archive", "version": 1}
    assert all(len({"post", "edit", "deletion"} & record.keys()) == 1 for record in RECORDS)


def test_the_agenda_has_ten_points_that_nothing_opens_but_the_host() -> None:
    ids = [question.id for question in AGENDA.questions]
    assert ids == ["Q1", "Q2", "Q3", "Q4", "Q4a", "Q5", "Q5a", "Q6", "Q7", "Q8"]
    assert all(question.minutes and not question.opens_at for question in AGENDA.questions)
    assert AGENDA.hashtags == ("tartantm",)
    assert sorted(person.role for person in AGENDA.people) == [
        "guest",
        "guest",
        "host",
        "moderator",
    ]


def test_it_is_a_full_evening() -> None:
    assert len(POSTS) >= 270
    assert len({post.author.name for post in ONLINE}) >= 40
    assert {post.network for post in POSTS.values()} == {"x", "mastodon", "bluesky", "room"}
    assert min(Counter(post.network for post in ONLINE).values()) >= 60
    assert len({urlsplit(p.author.id).hostname for p in ONLINE if p.network == "mastodon"}) >= 6
    assert min(Counter(GOLD.values()).values()) >= 10


def test_each_venue_has_its_say() -> None:
    remarks = [post for post in POSTS.values() if post.is_remark]
    counts = Counter(post.venue for post in remarks)
    assert counts.keys() == {venue.name for venue in AGENDA.venues}
    assert all(6 <= count <= 10 for count in counts.values())
    assert all(post.author.name and post.received_at == post.created_at for post in remarks)
    assert all(post.venue is None for post in ONLINE)


def test_times_are_those_of_one_evening() -> None:
    first, last = (
        datetime(2026, 6, 17, 16, 52, tzinfo=UTC),
        datetime(2026, 6, 17, 19, 20, tzinfo=UTC),
    )
    assert all(first <= post.created_at <= last for post in HEARD + EDITS)
    heard = [post.received_at for post in HEARD]
    assert all(time is not None for time in heard)
    assert all(a <= b for a, b in pairwise(time for time in heard if time))
    minutes = Counter(post.created_at.strftime("%H:%M") for post in POSTS.values())
    busiest, count = minutes.most_common(1)[0]
    assert busiest == "17:40"
    assert 6 <= count <= 9


def test_it_is_heard_soon_but_not_always_in_order() -> None:
    for post in POSTS.values():
        assert post.received_at is not None
        assert timedelta() <= post.received_at - post.created_at < timedelta(minutes=1)
    order = [post.id for post in HEARD]
    early = [p for p in POSTS.values() if p.reply_to in POSTS and _before(order, p)]
    assert early


def _before(order: list[str], post: Post) -> bool:
    return post.reply_to is not None and order.index(post.id) < order.index(post.reply_to)


def test_one_post_is_delivered_twice_and_no_other() -> None:
    twice = [post_id for post_id, count in Counter(p.id for p in HEARD).items() if count > 1]
    assert len(twice) == 1
    one, other = (post for post in HEARD if post.id == twice[0])
    assert one.text == other.text
    ids = [*POSTS, *(alias for post in EDITS for alias in post.aliases)]
    assert len(ids) == len(set(ids))


def test_references_resolve_but_for_the_two_that_are_meant_not_to() -> None:
    named = {
        reference
        for post in POSTS.values()
        for reference in (post.reply_to, post.repost_of, post.quote_of, post.thread)
        if reference
    }
    assert named - POSTS.keys() == UNKNOWN
    for post in POSTS.values():
        parent = POSTS.get(post.reply_to or "")
        assert parent is None or parent.network == post.network
        assert parent is None or parent.author.handle == post.reply_to_handle


def test_two_posts_are_edited_and_one_is_deleted() -> None:
    typo, label = EDITS
    for edit in EDITS:
        before = POSTS[edit.id]
        assert edit.text != before.text
        assert edit.version
        assert edit.edited_at is not None
        assert edit.edited_at > before.created_at
    assert not LABEL.search(POSTS[label.id].text)
    assert label.text.startswith("A5)")
    assert typo.text.replace("strategy", "straregy") == POSTS[typo.id].text
    assert [event["posts"] for event in DELETED] == [
        [post.id] for post in POSTS.values() if "dividers. #tartantm" in post.text
    ]
    assert any(post.reply_to == DELETED[0]["posts"][0] for post in POSTS.values())


def test_threads_run_deep() -> None:
    def depth(post: Post) -> int:
        return 1 + depth(POSTS[post.reply_to]) if post.reply_to in POSTS else 1

    assert sum(depth(post) >= 4 for post in POSTS.values()) >= 5


def test_every_part_of_a_post_is_used() -> None:
    # Everybody's program knows when it posted.
    for name in {*Post.__struct_fields__} - {"undated"}:
        assert any(getattr(post, name) for post in HEARD + EDITS), name
    media = [medium for post in ONLINE for medium in post.media]
    assert {medium.kind for medium in media} >= {"image", "video", "gif"}
    assert any(medium.alt is None for medium in media)
    assert sum(medium.alt is not None for medium in media) >= 4
    assert any(link.shown and link.shown in post.text for post in ONLINE for link in post.links)
    assert sum(post.content_warning is not None for post in ONLINE) >= 3
    assert {"reply", "quote"} <= {post.found_by for post in ONLINE}
    assert {post.network for post in ONLINE if post.repost_of} == {"x", "mastodon"}
    assert sum(post.quote_of is not None for post in ONLINE) >= 4
    assert sum(post.author.bot for post in ONLINE) == 2


def test_it_speaks_many_languages() -> None:
    spoken = Counter(tag for post in POSTS.values() for tag in post.languages)
    assert spoken.keys() == {"en", "gd", "ar", "he", "pl", "fr", "ur"}
    assert spoken["gd"] >= 6
    assert any(not post.languages for post in ONLINE)


def test_people_post_the_same_words_in_two_places() -> None:
    networks: dict[tuple[str, str], set[str]] = {}
    for post in ONLINE:
        if not post.repost_of:
            networks.setdefault((post.author.name, post.text), set()).add(post.network)
    assert sum(len(found) > 1 for found in networks.values()) >= 8
    once = Counter((post.author.name, post.text, post.network) for post in ONLINE)
    assert set(once.values()) == {1}


def test_many_answers_have_no_label_and_the_others_all_kinds() -> None:
    labelled = [post for post in ANSWERS if LABEL.search(post.text)]
    assert 0.33 <= 1 - len(labelled) / len(ANSWERS) <= 0.6
    starts = starts_of(labelled)
    for spelling in (
        "A1:",
        "A1.",
        "A1 ",
        "A1)",
        "A1-",
        "A1 -",
        "a3 ",
        "A.1",
        "A 3:",
        "#A4",
        "(A2)",
    ):
        assert re.search(rf"(?m)^{re.escape(spelling)}", starts), spelling
    for unclear in ("A1/A2", "A5 1/2", "A6/7", "A!", "Q2: Yes", "Late A3", "A6 again"):
        assert unclear in starts_of(ANSWERS), unclear
    assert any(post.text.endswith("#tartantm A7") for post in ANSWERS)


def test_some_labels_mislead() -> None:
    def said(start: str) -> list[str | None]:
        return [GOLD[post.id] for post in ONLINE if post.text.startswith(start)]

    assert said("A1 is down to one lane") == [None]
    assert said("A3: Kirkcaldy") == [None]
    assert said("Q3 coming up") == [None]
    assert said("Q6 came through") == [None]
    assert said("A4: one more column") == ["Q5"]
    assert said("A4: no, and some") == ["Q4a"]
    assert said("@vikramnotional for A5") == ["Q5"]


def test_the_host_asks_everything_in_every_way() -> None:
    asked = {m[1] for post in HOSTS if (m := re.match(r"(Q\d[ab]?)(?::| 👇)", post.text))}
    assert asked == {question.id for question in AGENDA.questions} - {"Q7"}
    for post in HOSTS:
        if post.text.startswith("Q6"):
            assert len(post.text) < 20
            assert "hands in their notice" in (post.media[0].alt or "")
    assert any(GOLD[p.id] == "Q7" and "have a personality at all?" in p.text for p in HOSTS)
    unlabelled = [post for post in HOSTS if GOLD[post.id] and not LABEL.search(post.text)]
    assert len(unlabelled) >= 8


def test_late_answers_come_while_another_question_is_open() -> None:
    opened: dict[str | None, datetime] = {}
    for post in HOSTS:
        if "?" in post.text or "👇" in post.text:
            question = GOLD[post.id]
            opened[question] = min(post.created_at, opened.get(question, post.created_at))
    opened.pop(None, None)
    late = 0
    for post in ANSWERS:
        began = [q for q, when in opened.items() if when <= post.created_at]
        late += bool(began) and GOLD[post.id] != max(began, key=lambda q: opened[q])
    assert late >= 6


def test_posts_are_short_and_long_and_full_of_traps() -> None:
    texts = [post.text for post in ONLINE]
    assert any(len(text) > 900 and "\n\n" in text for text in texts)
    assert min(map(len, texts)) <= 3
    for trap in ("<b>[bold]BINS[/bold]</b>", '=HYPERLINK("https://', "\U0001f3f4\U000e0067"):
        assert any(trap in text for text in texts), trap
    for trap in ("\u200d", "\U0001f3fe", "RT @dougiedummy:"):
        assert any(trap in text for text in texts), trap
    bare = [post for post in ONLINE if post.text.startswith("@") and not post.reply_to]
    assert len(bare) >= 2


def test_everything_is_clean_already() -> None:
    for post in HEARD + EDITS:
        assert clean(post.text) == post.text
        assert clean(post.author.name, lines=False) == post.author.name
        for medium in post.media:
            assert clean(medium.alt or "", lines=False) == (medium.alt or "")


def test_nobody_is_real() -> None:
    names = {post.author.name for post in HEARD} | {person.name for person in AGENDA.people}
    strangers = {name for name in names if not SURNAMES & set(re.findall(r"\w+", name))}
    assert {re.sub(r"\W+$", "", name) for name in strangers} == {BOT}


def test_every_address_is_an_example() -> None:
    for post in HEARD + EDITS:
        urls = [post.url, post.author.url, *(link.url for link in post.links)]
        urls += [medium.url for medium in post.media]
        urls += re.findall(r"https?://[^\s\"]+", post.text)
        for url in filter(None, urls):
            assert safe_url(url) == url
            assert example(urlsplit(url).hostname), url
        if post.network == "mastodon":
            assert example(post.author.handle.partition("@")[2])
            assert example(urlsplit(post.id.partition(":")[2]).hostname)
        elif post.network == "bluesky":
            assert example(post.author.handle)
            assert re.match(r"bluesky:at://did:plc:example[a-z2-7]{17}/", post.id)
        elif post.network == "x":
            assert re.fullmatch(r"x:\d{19}", post.id)


def test_each_post_says_where_a_moderator_would_file_it() -> None:
    assert all(question is None or question in AGENDA for question in GOLD.values())
    for post in POSTS.values():
        if post.repost_of:
            assert GOLD[post.id] == GOLD[post.repost_of]
