"""What is of the chat in what was read, and that it is given back as it was."""

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.archives.selection import Chosen, Selection, choose, day_of, held_keys
from tartantm.archives.spool import Spool, begins_key
from tartantm.core.agenda import Agenda
from tartantm.core.events import Deleted
from tartantm.core.post import Author, Post
from tartantm.networks.heard import Carried, Heard, Named, heard_at
from tartantm.networks.x.manual_repeats import with_manual_repeat

START = datetime(2012, 6, 20, 17, tzinfo=UTC)
AILSA = Author("ailsa", "Ailsa Example", id="11")


def post(number: int, text: str = "words", minutes: float = 0, **more: object) -> Post:
    at = START + timedelta(minutes=minutes)
    tags = tuple(word[1:] for word in text.split() if word.startswith("#"))
    return Post(f"x:{number}", AILSA, at, text, hashtags=tags, **more)  # type: ignore[arg-type]


def chosen_of(
    items: list[Heard],
    selection: Selection,
    *,
    one: bool = True,
    held: set[int] | None = None,
) -> tuple[Chosen, list[Heard]]:
    with Spool() as spool:
        for item in items:
            spool.add(item, 0, tagged=selection.names(item))
        known = (held or set()).__contains__
        chosen = choose(spool, selection, is_one_account=[one], held=known)
        return chosen, list(spool.items(chosen.numbers))


TAG = Selection(("MadeUpChat",))


def test_of_one_account_only_the_hashtag_and_replies_within_are_taken() -> None:
    items: list[Heard] = [
        post(4, "and again", 3, reply_to="x:3"),
        post(3, "a reply", 2, reply_to="x:1"),
        post(1, "A1: yes #madeupchat", 1),
        post(5, "lunch", 4),
        post(6, "elsewhere", 5, reply_to="x:999"),
    ]
    chosen, found = chosen_of(items, TAG)
    assert [item.id for item in found if isinstance(item, Post)] == ["x:1", "x:3", "x:4"]
    assert (chosen.tagged, chosen.replies, chosen.loose_replies) == (1, 2, 1)
    # A recording of the chat is taken whole, whatever its posts say.
    assert chosen_of(items, TAG, one=False)[0].posts == 5
    # Unless a hashtag is asked for.
    assert chosen_of(items, Selection(("madeupchat",), is_asked=True), one=False)[0].posts == 3


def test_replies_to_what_the_session_has_are_taken() -> None:
    items: list[Heard] = [post(6, "yes", 5, reply_to="x:999"), post(7, "no", reply_to="x:6")]
    chosen, _ = chosen_of(items, TAG, held=held_keys(["x:999"]))
    assert chosen.replies == 2 and not chosen.loose_replies


def test_an_alias_is_a_name_too() -> None:
    items: list[Heard] = [
        post(1, "A #madeupchat", aliases=("x:2",)),
        post(3, "reply", 1, reply_to="x:2"),
    ]
    assert chosen_of(items, TAG)[0].posts == 2


def test_hashtags_that_are_only_written_count() -> None:
    item = Post("x:1", AILSA, START, "RT of old: #MADEUPCHAT, whole word")
    assert TAG.names(item)
    assert not TAG.names(Post("x:1", AILSA, START, "#madeupchats and #notmadeupchat"))
    assert not TAG.names(Deleted(("x:1",), START))
    assert TAG.names(Carried(item, "x:2", START))
    assert TAG.names(Post("x:1", AILSA, START, "A1 ＃MadeUpChat"))  # as Japanese keyboards write it
    assert not TAG.names(post(1, "A1 #another"))
    assert not Selection().names(item)


def test_a_hashtag_that_was_cut_counts_by_its_beginning() -> None:
    for text in ("we publish #made…", "we publish ＃MadeUp... ", "so #made… https://t.co/a1"):
        assert TAG.names(post(1, text)), text
    for text in ("#ma…", "#maid…", "#made", "#made… and more", "made…"):
        assert not TAG.names(post(1, text)), text


WORDS = "A1: a shed is a grand thing to have, and everyone in the street should have one"


def cut_repost(number: int, words: str, handle: str = "Calum") -> list[Heard]:
    return with_manual_repeat(post(number, f"RT @{handle}: {words}", 5))


def test_a_repost_that_was_cut_belongs_to_what_it_repeats() -> None:
    whole = replace(post(1, f"{WORDS} #madeupchat"), author=Author("calum"))
    mine: list[Heard] = [
        *cut_repost(2, f"{WORDS[:60]}…"),
        *cut_repost(3, f"{WORDS[:60]}"),
        *cut_repost(4, f"{WORDS[:60]}…", "Isla"),
        *cut_repost(5, f"{WORDS[:20]}…"),
        *cut_repost(6, f"Otherwise: {WORDS[:60]}…"),
        post(7, WORDS, 6),
    ]
    for items in ([whole, *mine], [*mine, whole]):
        chosen, found = chosen_of(items, TAG)
        assert [item.id for item in found if isinstance(item, Post)] == ["x:1", "x:2"]
        assert (chosen.tagged, chosen.replies) == (1, 1)
    assert chosen_of(mine, TAG, held={begins_key(whole)})[0].posts == 1
    assert chosen_of(mine, TAG)[0].posts == 0


def test_times_are_limits_on_both_sides() -> None:
    selection = Selection((), START, START + timedelta(minutes=2))
    items: list[Heard] = [post(n, minutes=n - 1) for n in range(5)]
    assert chosen_of(items, selection, one=False)[0].posts == 3
    # The times of an archive's chat are no limits for a recording beside it.
    limits = Selection((), START, START, only_one_account=True)
    assert chosen_of(items, limits, one=False)[0].posts == 5


def test_posts_with_the_hashtag_of_other_evenings_are_counted() -> None:
    day = day_of(Agenda("", starts=START, timezone="Europe/London"))
    assert day is not None
    selection = Selection(("madeupchat",), *day)
    items: list[Heard] = [
        post(1, "#madeupchat"),
        post(2, "#madeupchat", -60 * 24 * 30),
        post(3, "#madeupchat thanks all", 60 * 20),
    ]
    chosen, _ = chosen_of(items, selection)
    assert (chosen.posts, chosen.other_times) == (2, 1)
    assert day_of(Agenda("")) is None


def test_the_day_of_a_chat_begins_at_midnight_there_and_lasts_a_day_beyond_its_end() -> None:
    starts = datetime(2012, 6, 20, 8, 13, 41, 500, tzinfo=UTC)  # 20:13 in Auckland
    agenda = Agenda("", starts=starts, timezone="Pacific/Auckland")
    midnight, day = datetime(2012, 6, 19, 12, tzinfo=UTC), timedelta(days=1)
    assert day_of(agenda) == (midnight, starts + day)
    late = Agenda("", starts=starts, ends=starts + day, timezone="Pacific/Auckland")
    assert day_of(late) == (midnight, starts + 2 * day)
    # An agenda whose end was not moved with its beginning.
    odd = Agenda("", starts=starts, ends=starts - day, timezone="Pacific/Auckland")
    assert day_of(odd) == (midnight, starts + day)


def test_what_was_chosen_is_counted_by_reason_and_file_without_posts_of_chosen_people() -> None:
    other_evening = 60 * 24 * 30
    files: list[list[Heard]] = [
        [
            post(1, "#madeupchat"),
            post(2, "#madeupchat", 1),
            post(3, "to a few #madeupchat", 2, visibility="restricted"),
            post(4, "to a few", 3, reply_to="x:1", visibility="restricted"),
            post(5, "a reply", 4, reply_to="x:1"),
            post(6, "elsewhere", 5, reply_to="x:998", visibility="restricted"),
            post(7, "elsewhere", 5, reply_to="x:998"),
            *(post(n, "#madeupchat", other_evening) for n in (8, 9)),
            post(10, "to a few #madeupchat", other_evening, visibility="restricted"),
        ],
        [post(11, "no hashtag", 6), post(12, "#madeupchat", 7)],
    ]
    selection = Selection(("madeupchat",), START, START + timedelta(days=1))
    with Spool() as spool:
        for number, items in enumerate(files):
            for item in items:
                spool.add(item, number, tagged=selection.names(item))
        chosen = choose(spool, selection, is_one_account=[True, False], passed=5)
    assert chosen == Chosen(
        # Those for chosen people go along, and are counted as left out by who takes them in.
        numbers=[0, 1, 2, 3, 4, 10, 11],
        posts=5,
        tagged=3,
        replies=1,
        other_times=7,
        loose_replies=1,
        by_file={0: [0, 1, 4], 1: [10, 11]},
    )


def test_what_came_along_goes_with_what_brought_it() -> None:
    quoted = Carried(post(90, "old words"), "x:1", START)
    other = Carried(post(91, "other words"), "x:5", START)
    items: list[Heard] = [quoted, post(1, "#madeupchat", quote_of="x:90"), other, post(5, "lunch")]
    _, found = chosen_of(items, TAG)
    assert found == [items[0], items[1]]


def _id(item: Heard) -> str:
    assert isinstance(item, Post | Carried)
    return item.id if isinstance(item, Post) else item.post.id


def test_what_came_along_comes_right_before_its_post_whenever_it_was_heard() -> None:
    """Entries of a feed that is read years later say when that was."""
    years_later = START + timedelta(days=3000)
    brought = Carried(post(1, "carried"), "x:2", years_later)
    items: list[Heard] = [brought, post(2, "RT #madeupchat", 1, repost_of="x:1"), post(3, "x", 2)]
    _, found = chosen_of(items, TAG, one=False)
    assert [_id(each) for each in found[:2]] == [
        "x:1",
        "x:2",
    ]


def test_authors_have_the_handles_that_were_told_elsewhere() -> None:
    nameless = Post("x:1", Author("11", id="11"), START, "words")
    told = Named("x", AILSA, START + timedelta(hours=1))
    _, found = chosen_of([nameless, told], Selection(), one=False)
    assert isinstance(found[0], Post) and found[0].author == AILSA


def test_authors_are_called_as_they_were_then() -> None:
    """A handle that was given up may be somebody else's by the time of a later post."""
    hour = timedelta(hours=1)
    told: list[Heard] = [
        Named("x", Author("ailsa_new", id="11"), START + hour),
        Named("x", Author("ailsa", id="11"), START - hour),
    ]
    posts = [Post(f"x:{n}", Author("11", id="11"), START + n * hour, "words") for n in (-2, 0, 2)]
    _, found = chosen_of([*told, *posts], Selection(), one=False)
    handles = [each.author.handle for each in found if isinstance(each, Post)]
    assert handles == ["ailsa", "ailsa", "ailsa_new"]


ITEMS = st.lists(
    st.builds(
        lambda number, minutes, tag, parent: post(
            number,
            f"words {number}{' #madeupchat' if tag else ''}",
            minutes,
            reply_to=f"x:{parent}" if parent else None,
        ),
        st.integers(1, 30),
        st.floats(0, 100, allow_nan=False),
        st.booleans(),
        st.integers(0, 30),
    ),
    max_size=30,
    unique_by=lambda each: each.id,
)


@settings(deadline=None)
@given(ITEMS, st.randoms(use_true_random=False))
def test_what_is_taken_does_not_depend_on_the_order_of_files(
    items: list[Post], random: object
) -> None:
    def taken(heard: list[Post]) -> set[str]:
        return {each.id for each in chosen_of([*heard], TAG)[1] if isinstance(each, Post)}

    mixed = list(items)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    found = taken(items)
    assert found == taken(mixed)
    parents = {each.id: each.reply_to for each in items}
    for each in items:
        assert (each.id in found) == (bool(each.hashtags) or parents[each.id] in found)


@settings(deadline=None)
@given(ITEMS)
def test_everything_comes_back_as_it_was_and_by_time(items: list[Post]) -> None:
    _, found = chosen_of([*items], Selection(), one=False)
    assert found == sorted(items, key=heard_at)


def test_a_spool_of_many_posts_takes_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tartantm.archives.spool._MEMORY", 1 << 14)

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            with Spool() as spool:
                for number in range(count):
                    spool.add(post(number, "words " * 30), 0, tagged=False)
                return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert (peak(4_000) - peak(2_000)) / 2_000 < 300


def test_a_spool_gone_is_gone() -> None:
    with Spool() as spool:
        spool.add(post(1), 0, tagged=False)
    with pytest.raises(ValueError):
        list(spool.items([0]))
