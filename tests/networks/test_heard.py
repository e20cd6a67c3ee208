"""What came along with posts goes on together with them. All words are invented."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.post import Author, Post
from tartantm.networks.heard import Carried, Heard, by_time, carried, in_batches, received, together

AT = datetime(2012, 6, 20, 18, tzinfo=UTC)


def item(number: int, comes_along: bool) -> Heard:
    post = Post(f"x:{number}", Author("ailsa"), AT, "words")
    return Carried(post, "x:0", AT) if comes_along else post


ITEMS = st.lists(st.booleans(), max_size=30).map(
    lambda kinds: [item(n, comes_along) for n, comes_along in enumerate(kinds, 1)]
)


@given(ITEMS, st.integers(1, 5))
def test_no_post_goes_on_without_what_it_brought(heard: list[Heard], most: int) -> None:
    for batches in ([*together(heard)], [*in_batches(heard, most)]):
        assert [each for batch in batches for each in batch] == heard
        assert all(isinstance(batch[-1], Post) for batch in batches[:-1])
    assert all(sum(isinstance(each, Post) for each in some) <= 1 for some in together(heard))


def test_what_is_not_for_everybody_or_the_post_itself_does_not_come_along() -> None:
    by = Post("x:1", Author("ailsa"), AT, "words")
    assert carried(by, by) == []
    assert carried(Post("x:2", Author("isla"), AT, "words", visibility="restricted"), by) == []
    (found,) = carried(Post("x:2", Author("isla"), AT, "words"), by)
    assert isinstance(found, Carried)
    later = datetime(2012, 6, 20, 19, tzinfo=UTC)
    assert received(found, later).post.received_at == received(found, later).at == later


def test_items_by_time_keep_what_was_brought_with_its_post() -> None:
    def said(number: int, minute: int) -> Post:
        at = datetime(2026, 6, 17, 18, minute, tzinfo=UTC)
        return Post(f"x:{number}", Author("ailsa"), at, "Words")

    late = Carried(said(9, 5), "x:1", datetime(2030, 1, 1, tzinfo=UTC))
    first, second = said(1, 10), said(2, 1)
    assert by_time([late, first, second]) == [second, late, first]
