"""What an erasure leaves that may still tell something is listed, and nothing else."""

from __future__ import annotations

from tartantm.core import events as ev
from tartantm.core.post import Author
from tartantm.moderation.left_to_look_at import first_names, quotations
from tests.builders import captured, post
from tests.erasing import erasure_of

MORAG = Author("morag", "Morag Testcase", "50")
NAMESAKE = Author("mtestcase@m.example", "Morag Testcase", "60")
OTHER = "mastodon:https://m.example/1"


def named(*said: str, own: Author = MORAG, namesake: Author = NAMESAKE) -> list[str]:
    """Others' texts in which a first name stays, once somebody is erased and a namesake stays."""
    posts = [post("1", "Mine", author=own), post(OTHER, "Hello", author=namesake)]
    posts += [post(f"{n}", text, author="calum") for n, text in enumerate(said, 2)]
    erasure = erasure_of(captured(*posts), "morag@x")
    return [text.words for text in first_names(erasure)]


def test_a_first_name_within_a_namesakes_whole_name_is_theirs() -> None:
    texts = "Thanks Morag", "Thanks MORAG  Testcase of the other place", "nobody"
    assert named(*texts) == ["Thanks Morag"]


def test_of_whoever_has_one_name_only_it_may_always_mean_somebody_else() -> None:
    own, other = Author("morag", "Morag", "50"), Author("m@m.example", "Morag", "60")
    assert named("Thanks Morag", own=own, namesake=other) == ["Thanks Morag"]


def quoting(*events: ev.Event) -> list[tuple[str, str]]:
    own = post("1", "Honestly nobody deletes zebrabox fields", author=MORAG)
    given: list[ev.Event] = [*captured(own, post("2", author="calum")), *events]
    return [(text.place.value, text.words) for text in quotations(erasure_of(given, "morag@x"))]


def test_the_moderators_words_that_repeat_a_few_of_it_are_listed() -> None:
    note, summary = "x nobody deletes zebrabox fields", "So nobody deletes zebrabox."
    assert quoting(ev.Noted("x:2", note), ev.Summarised(None, summary)) == [
        ("a note", note),
        ("a summary", summary),
    ]
    assert quoting(ev.Noted("x:2", "the fields of the zebrabox")) == []


def test_what_others_say_in_posts_is_theirs() -> None:
    assert quoting(*captured(post("3", "nobody deletes zebrabox", author="dele"))) == []


def test_what_was_reposted_only_is_its_authors() -> None:
    said = "Wombats keep every register forever"
    reposted = captured(
        post("3", said, author="dele"), post("4", said, author=MORAG, repost_of="x:3")
    )
    assert quoting(*reposted, ev.Noted("x:2", said)) == []
