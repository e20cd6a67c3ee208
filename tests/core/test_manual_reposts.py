"""What people typed by hand before there were buttons. All names and words are invented."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.agenda import Agenda
from tartantm.core.chat import Chat
from tartantm.core.events import Begun, Captured, Deleted, Event, Muted, Placement, Recorded
from tartantm.core.manual_reposts import (
    LONGEST,
    MOST,
    REPEATED,
    Kind,
    is_repeated,
    manual_repeat,
    repeated_id,
)
from tartantm.core.mutes import reposted_handle
from tartantm.core.post import Author, Post

AT = datetime(2012, 6, 20, 18, tzinfo=UTC)
GENERAL = Placement(None, "none", "", 0.0)

READ: list[tuple[str, Kind, str, str, str]] = [
    ("RT @bram: A1: less policy #chat", "repost", "bram", "A1: less policy #chat", ""),
    ("rt @bram: less policy", "repost", "bram", "less policy", ""),
    ("RT @bram less policy please", "repost", "bram", "less policy please", ""),
    (".RT @bram: less policy", "repost", "bram", "less policy", ""),
    ("#chat RT @bram: less policy", "repost", "bram", "less policy", ""),
    ("MT @bram: A1 less", "modified", "bram", "A1 less", ""),
    ("“@bram: less policy” #chat", "repost", "bram", "less policy", ""),
    ("“@bram: less poli…", "repost", "bram", "less poli…", ""),
    ("RT @cat: RT @bram: less policy", "repost", "bram", "less policy", ""),
    ("So true! RT @bram: less policy", "quote", "bram", "less policy", "So true!"),
    ("A1: yes! RT @bram: Q1 Less policy?", "quote", "bram", "Q1 Less policy?", "A1: yes!"),
    ("Agreed. MT @bram: less", "quote", "bram", "less", "Agreed."),
    ("“@bram: less policy” agreed", "quote", "bram", "less policy", "agreed"),
    ('"@bram: less policy" agreed', "quote", "bram", "less policy", "agreed"),
    ("Hear hear «@bram: less policy»", "quote", "bram", "less policy", "Hear hear"),
    ("„@bram: less policy“ ja", "quote", "bram", "less policy", "ja"),
    ("“@bram: he said “no” twice” ha", "quote", "bram", "he said “no” twice", "ha"),
    ("RT @bram: less policy << yes", "quote", "bram", "less policy", "yes"),
    (
        "THIS RT @bram A2: less of all that policy",
        "quote",
        "bram",
        "A2: less of all that policy",
        "THIS",
    ),
    ('Great idea! "RT @bram: less policy"', "quote", "bram", "less policy", "Great idea!"),
    ('"RT @bram: less policy" agreed', "quote", "bram", "less policy", "agreed"),
    ("RT “@bram: less policy” #chat", "repost", "bram", "less policy", ""),
    ('Yes RT"@bram: less policy" #chat', "quote", "bram", "less policy", "Yes #chat"),
    ("MT “@bram: less”", "modified", "bram", "less", ""),
    ("PRT @bram: less", "modified", "bram", "less", ""),
    ("So: QT @bram: less policy", "quote", "bram", "less policy", "So:"),
    ("♻ @bram: less policy", "repost", "bram", "less policy", ""),
    ("Retweeting @bram: less policy", "repost", "bram", "less policy", ""),
    (
        "‘@bram: councils’ policy isn’t less’ ha",
        "quote",
        "bram",
        "councils’ policy isn’t less",
        "ha",
    ),
    ("'@bram: it isn't less' ha", "quote", "bram", "it isn't less", "ha"),
    ('"@bram: he said "no" twice" ha', "quote", "bram", 'he said "no" twice', "ha"),
    ("RT @bram: less policy <<this!", "quote", "bram", "less policy", "this!"),
    ("RT @bram: less policy #x | so true", "quote", "bram", "less policy #x", "so true"),
    ("RT @bram: #x | y #x", "repost", "bram", "#x | y #x", ""),
    ("RT @bram: y #x | News http://t.co/a", "repost", "bram", "y #x | News http://t.co/a", ""),
    ("RT @bram: Data | The News", "repost", "bram", "Data | The News", ""),
    ("Yes #x | so RT @bram: less policy", "quote", "bram", "less policy", "Yes #x | so"),
    ("RT @bram: less policy // agreed", "quote", "bram", "less policy", "agreed"),
    ("RT @bram: do < 3 see http://t.co/a", "repost", "bram", "do < 3 see http://t.co/a", ""),
    ("👍 RT @bram: less policy", "quote", "bram", "less policy", "👍"),
    ("RT ＠bram：less policy", "repost", "bram", "less policy", ""),
    ("Retweeted Bram Example (@bram): less policy", "repost", "bram", "less policy", ""),
    ("So Retweeted Bram Example (@bram):\nless", "quote", "bram", "less", "So"),
    ("via @bram: less policy", "repost", "bram", "less policy", ""),
    ("(RT @bram) A1: less of all that policy", "repost", "bram", "A1: less of all that policy", ""),
    ("A1: less policy (RT @bram)", "repost", "bram", "A1: less policy", ""),
    ("A1: less policy (MT @bram) ", "modified", "bram", "A1: less policy", ""),
    ("“@bram: less policy” << nice", "quote", "bram", "less policy", "nice"),
    ("Only the X RT @bram: less policy", "quote", "bram", "less policy", "Only the X"),
    # A wish or a mention may stand before it.
    (
        "Thanks for the RT @cat: here it is RT @bram: less policy",
        "quote",
        "bram",
        "less policy",
        "Thanks for the RT @cat: here it is",
    ),
    (
        "We RT @cat and others RT @bram: less policy",
        "quote",
        "bram",
        "less policy",
        "We RT @cat and others",
    ),
    ('Great idea! " RT @bram: less policy"', "quote", "bram", "less policy", "Great idea!"),
    ('Ja."RT @bram: less policy"', "quote", "bram", "less policy", "Ja."),
    ("So true 'RT @bram: less policy' ha", "quote", "bram", "less policy", "So true ha"),
    ("All councils' RT @bram: less policy", "quote", "bram", "less policy", "All councils'"),
    ("RT @cat: RT @bram:", "repost", "cat", "RT @bram:", ""),
    ("RT @bram: << yes", "repost", "bram", "<< yes", ""),
    ("So << this RT @bram: less << yes", "quote", "bram", "less", "So << this yes"),
    ("“RT @bram: less policy”agreed", "quote", "bram", "less policy", "agreed"),
    ("“@bram: less policy”agreed", "quote", "bram", "less policy", "agreed"),
    # The first of several
    ("RT @bram: he said “@cat: no” yes", "repost", "bram", "he said “@cat: no” yes", ""),
    ("“@bram: less” RT @cat: more", "quote", "bram", "less", "RT @cat: more"),
    # What is not closed, or empty, is none where it is not cut.
    ("“@bram: less policy", "repost", "bram", "less policy", ""),
    ("So “@bram: less poli…", "quote", "bram", "less poli…", "So"),
    ("So “@cat: no, yes ‘@bram: less’ ha", "quote", "bram", "less", "So “@cat: no, yes ha"),
    ("“@cat: ” and “@bram: less” ha", "quote", "bram", "less", "“@cat: ” and ha"),
    # Without a colon
    (".RT @bram less policy please", "repost", "bram", "less policy please", ""),
    ("Yes! RT @bram Less of policy", "quote", "bram", "Less of policy", "Yes!"),
    # Quotations within, and marks that close none
    ("'@bram: that's less", "repost", "bram", "that's less", ""),
    (
        '"@bram: he "said "no" twice" there" ha',
        "quote",
        "bram",
        'he "said "no" twice" there',
        "ha",
    ),
    (
        "“@bram: he “said “no” twice” there” ha",
        "quote",
        "bram",
        "he “said “no” twice” there",
        "ha",
    ),
    ('"@bram: a 5"x7 print" ha"', "quote", "bram", 'a 5"x7 print', 'ha"'),
    ('"@bram: he said "no twice" ha "yes"', "quote", "bram", 'he said "no twice', 'ha "yes"'),
]

NOT = [
    "@bram: thanks",
    "@bram “less policy” is what you said",
    "We RT @bram and others all day",
    "Please RT @bram: he needs help",
    "Please, RT @bram: he needs help",
    "RT @bram less policy",
    "rt @bram less policy please",
    "X RT @bram less policy please",
    "Yes we RT @bram Less of policy",
    "Thanks for the RT @bram: good to hear",
    "Thx 4 RT @bram: good to hear",
    "RT @bram",
    "RT @bram:",
    "RT @bram and @cat",
    "Less policy (via @bram)",
    "Less policy via @bram: http://t.co/a",
    "They retweeted (@bram): wow",
    "Less policy (please RT @bram)",
    "(RT @bram)",
    "Less policy HT @bram: for this",
    "START @bram: now",
    "He wrote “less policy” to @bram: twice",
    "So “@bram: is what he begins with",
    "Less policy",
]


@pytest.mark.parametrize(("text", "kind", "handle", "words", "comment"), READ)
def test_a_repeat_is_read(text: str, kind: Kind, handle: str, words: str, comment: str) -> None:
    found = manual_repeat(text)
    assert found is not None
    assert (found.kind, found.handle, found.parts.words.strip()) == (kind, handle, words)
    assert found.comment == comment
    assert "".join(found.parts) == text


@pytest.mark.parametrize("text", NOT)
def test_what_only_looks_like_a_repeat_is_none(text: str) -> None:
    assert manual_repeat(text) is None


def test_texts_that_are_longer_than_posts_are_not_read() -> None:
    longest = "RT @bram: ".ljust(LONGEST, "a")
    assert manual_repeat(longest) is not None
    assert manual_repeat(f"{longest}a") is None


PIECES = st.sampled_from(
    [
        *(
            "RT",
            "MT",
            "rt",
            " ",
            "@bram",
            "@cat",
            ":",
            "“",
            "”",
            '"',
            "«",
            "»",
            "…",
            "...",
            "#chat",
        ),
        *(
            "#chat",
            "A1:",
            "less",
            "policy",
            "<<",
            "←",
            "\n",
            ".",
            "👍",
            "via",
            "https://e.example/a",
        ),
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=16).map("".join))


@given(TEXTS)
def test_no_letter_is_lost(text: str) -> None:
    found = manual_repeat(text)
    if found is not None:
        assert "".join(found.parts) == text
        assert found.parts.words.strip()
        assert f"@{found.handle}" in text.replace("＠", "@")
        assert (found.kind == "quote") == bool(found.comment)


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40))
def test_a_plain_comment_is_found_whole(comment: str) -> None:
    for text in (f"{comment}! RT @bram: less policy", f"“@bram: less policy” {comment}!"):
        found = manual_repeat(text)
        assert found is not None
        assert found.comment == f"{comment}!"


def post(number: int, text: str, handle: str = "bram", minutes: int = 0, **more: object) -> Post:
    at = AT + timedelta(minutes=minutes)
    return Post(f"x:{number}", Author(handle, id=handle), at, text, **more)  # type: ignore[arg-type]


def repeat(words: str, minutes: int = 5, *, modified: bool = False) -> Post:
    at = AT + timedelta(minutes=minutes)
    version = "modified" if modified else None
    return Post(
        repeated_id("bram", words), Author("Bram"), at, words, undated=True, version=version
    )


def chat_of(*posts: Post) -> Chat:
    events: list[Event] = [Begun(Agenda("Chat"))]
    for each in posts:
        carried = "x:1" if is_repeated(each.id) else ""
        events.append(Captured(each, GENERAL, "file", carried))
    return Chat(Recorded(seq, AT, event) for seq, event in enumerate(events, 1))


def found_for(again: Post, *posts: Post) -> str | None:
    """The id of the post that was found for what was repeated; None where it is none."""
    entry = chat_of(*posts, again).entry(again.id)
    assert entry is not None
    return None if entry.id == again.id else entry.id


SAME = [
    ("A1: less policy, more doing #chat", "A1: less policy, more doing"),
    ("A1: less policy, more doing http://t.co/a", "a1 less policy more doing http://t.co/b #chat"),
    ("A1: less policy, more doing", "A1: less policy, mo…"),
    ("A1: less policy, more doing, and then some", "less policy, more doing, and then"),
    ("Yes", "Yes"),
    ("👍 👍", "👍 👍 "),
    # The least that must be had of words
    ("Abcdef ghijkl mnop", "Abcdef ghijkl…"),
    ("Abcdef ghijkl…", "Abcdef ghijkl mnop"),
    ("So: abcdefghij klmnopqrst, yes", "abcdefghij klmnopqrst"),
]


@pytest.mark.parametrize(("said", "repeated"), SAME)
def test_the_post_is_found_whichever_comes_first(said: str, repeated: str) -> None:
    original, again = post(7, said), repeat(repeated)
    for order in ((original, again), (again, original)):
        entry = chat_of(*order).entry(again.id)
        assert entry is not None
        assert entry.id == original.id


@pytest.mark.parametrize(
    ("said", "repeated"),
    [
        ("No", "Yes"),
        ("A1 less policy", "A2 less policy"),
        ("Yes yes", "Yes"),
        ("👍", "👎"),
        ("👍", "Yes"),
        ("Abcdef ghijk mnop", "Abcdef ghijk…"),
        ("Abcdef ghijk…", "Abcdef ghijk mnop"),
        ("So: abcdefghij klmnopqrs, yes", "abcdefghij klmnopqrs"),
        # Only what was cut goes on elsewhere.
        ("Abcdef ghijkl", "Abcdef ghijkl mnop"),
        ("Something else is said…", "Abcdef ghijkl mnop"),
    ],
)
def test_other_words_are_not_taken_for_the_same(said: str, repeated: str) -> None:
    entry = chat_of(post(7, said), again := repeat(repeated)).entry(again.id)
    assert entry is not None
    assert entry.id == again.id
    assert entry.carried


def test_words_that_were_shortened_are_found_where_that_is_said() -> None:
    said = "A1: the answer is less policy"
    assert found_for(repeat("A1: answer less policy"), post(7, said)) is None
    for shortened in ("A1: answer less policy", "Answer – policy"):
        assert found_for(repeat(shortened, modified=True), post(7, said)) == "x:7"
    for other in ("A1: answer more policy", "policy answer", "policy"):
        assert found_for(repeat(other, modified=True), post(7, said)) is None


def test_what_was_said_twice_is_the_last_before_the_repeat() -> None:
    again = repeat("Less policy", minutes=5)
    posts = [post(n, "Less policy", minutes=at) for n, at in ((7, 0), (8, 3), (9, 8))]
    entry = chat_of(*posts, again).entry(again.id)
    assert entry is not None
    assert entry.id == "x:8"


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        pytest.param((3, 5, 6), "x:8", id="said in the same minute"),
        pytest.param((8, 7, 9), "x:8", id="all after it, as where it has no time: the first"),
    ],
)
def test_of_what_was_said_more_than_once(minutes: tuple[int, ...], expected: str) -> None:
    posts = [post(n, "Less policy", minutes=at) for n, at in enumerate(minutes, 7)]
    assert found_for(repeat("Less policy", minutes=5), *posts) == expected


def test_a_deleted_post_is_not_found() -> None:
    chat = chat_of(post(7, "Less policy"))
    chat.apply(Recorded(8, AT, Deleted(("x:7",), AT)))
    again = repeat("Less policy")
    chat.apply(Recorded(9, AT, Captured(again, GENERAL, "file", "x:1")))
    assert (entry := chat.entry(again.id)) and entry.id == again.id


def test_a_post_of_another_network_is_not_found() -> None:
    elsewhere = replace(post(7, "Less policy"), id="mastodon:https://m.example/7")
    assert found_for(repeat("Less policy"), elsewhere) is None


def test_what_waits_for_other_posts_goes_on_waiting() -> None:
    first, second = repeat("Less policy"), repeat("More doing")
    chat = chat_of(first, second, post(7, "Less policy"), post(8, "More doing"))
    found = [chat.entry(each.id) for each in (first, second)]
    assert [entry.id for entry in found if entry] == ["x:7", "x:8"]


def test_so_many_posts_of_a_person_are_compared() -> None:
    posts = [post(n, f"Number {n} of all") for n in range(1, MOST + 2)]
    assert found_for(repeat("Number 1 of all"), *posts[:MOST]) == "x:1"
    assert found_for(repeat("Number 1 of all"), *posts) is None
    assert found_for(repeat("Number 2 of all"), *posts) == "x:2"


def test_an_id_stays_what_it_is_in_session_files() -> None:
    expected = sha256(b"bram\0Less").hexdigest()[:24]
    assert repeated_id("Bram", "Less") == f"{REPEATED}{expected}"
    assert is_repeated(repeated_id("bram", "\ud83d"))


def test_another_persons_words_are_not_taken_for_the_same() -> None:
    again = repeat("A1: less policy")
    entry = chat_of(post(7, "A1: less policy", "cat"), again).entry(again.id)
    assert entry is not None
    assert entry.id == again.id


def test_reposts_are_folded_into_the_original_in_any_order() -> None:
    original, again = post(7, "A1: less policy"), repeat("A1: less policy")
    reposts = [
        post(n, "RT @bram: A1: less policy", "cat", minutes=n, repost_of=again.id) for n in (8, 9)
    ]
    for order in ((original, again, *reposts), (again, *reposts, original)):
        chat = chat_of(*order)
        assert chat.entries["x:7"].folds == ("x:8", "x:9")
        assert [e.id for e in chat.entries.values() if e.listed] == ["x:7"]


def test_a_repeat_that_comes_again_does_not_change_the_original() -> None:
    original, again = post(7, "A1: less policy"), repeat("A1: less policy")
    assert chat_of(original, again, again).entries["x:7"].post.text == "A1: less policy"
    assert chat_of(original, again, again).entries["x:7"].post.author.id == "bram"


def test_muting_who_is_repeated_mutes_the_repeat() -> None:
    again = repeat("A1: less policy")
    texts = ["RT @Bram: A1: less policy", "“@bram: A1: less policy” #chat", "mt @bram: less"]
    reposts = [post(n, text, "cat", repost_of=again.id) for n, text in enumerate(texts, 8)]
    assert {reposted_handle(each) for each in reposts} == {"bram"}
    chat = chat_of(again, *reposts)
    chat.apply(Recorded(20, AT, Muted("author", "x:bram")))
    assert all(chat.entries[each.id].muted for each in (again, *reposts))


def test_quotes_of_what_is_found_later_are_said_to_have_changed() -> None:
    again = repeat("A1: less policy")
    quoting = post(8, "So true!", "cat", minutes=6, quote_of=again.id)
    chat = chat_of(again, quoting)
    change = chat.apply(Recorded(9, AT, Captured(post(7, "A1: less policy"), GENERAL)))
    assert {"x:8", "x:7"} <= {*change.changed, *change.added}
