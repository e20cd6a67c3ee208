from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tartantm.desk.panes.viewport import Frame, fill, thumb_lines

lists = st.lists(st.integers(1, 9), min_size=1, max_size=30)


def filled(
    heights: list[int], index: int, line: int, height: int, *, hold: bool = False
) -> Frame[str]:
    def lines_of(n: int) -> list[str]:
        return [f"{n}.{k}" for k in range(heights[n])]

    return fill(lines_of, len(heights), index, line, height, hold=hold)


@given(lists, st.data())
def test_a_screen_is_filled_with_neighbours(heights: list[int], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(heights) - 1))
    line, height = data.draw(st.integers(-20, 60)), data.draw(st.integers(1, 40))
    frame = filled(heights, index, line, height)
    everything = [f"{n}.{k}" for n, size in enumerate(heights) for k in range(size)]
    shown = [text for _, text in frame.rows]
    assert len(shown) == min(height, len(everything))
    start = everything.index(shown[0])
    assert shown == everything[start : start + len(shown)]
    # The cursor's item begins where the frame says, and is seen whole where it can be.
    assert shown[frame.line] == f"{index}.0"
    if heights[index] <= height:
        assert frame.line + heights[index] <= len(shown)


@given(lists, st.data())
def test_the_line_gives_way_only_where_it_must(heights: list[int], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(heights) - 1))
    height = data.draw(st.integers(1, 40))
    line = data.draw(st.integers(0, height - 1))
    above, below = sum(heights[:index]), sum(heights[index:])
    frame = filled(heights, index, line, height)
    fits = line <= above and below >= height - line and line + heights[index] <= height
    if fits:
        assert frame.line == line


@given(lists, st.data())
def test_what_arrives_elsewhere_moves_nothing(heights: list[int], data: st.DataObject) -> None:
    """Items put in above or below leave the cursor's line where it is, once a screen is full."""
    index = data.draw(st.integers(0, len(heights) - 1))
    height = data.draw(st.integers(1, 20))
    before = filled(heights, index, data.draw(st.integers(0, height)), height)
    if len(before.rows) < height:
        return
    above = data.draw(st.lists(st.integers(1, 9), max_size=3))
    at = data.draw(st.integers(0, index))
    more = data.draw(st.lists(st.integers(1, 9), max_size=3))
    later = heights[:at] + above + heights[at:] + more
    assert filled(later, index + len(above), before.line, height).line == before.line


@given(lists, lists, st.data())
def test_a_held_line_stays_whatever_comes_and_goes(
    before: list[int], after: list[int], data: st.DataObject
) -> None:
    """Any other list around the cursor's item leaves its line, as long as it is seen whole."""
    height = data.draw(st.integers(1, 40))
    frame = filled(before, data.draw(st.integers(0, len(before) - 1)), 7, height)
    index = data.draw(st.integers(0, len(after) - 1))
    now = filled(after, index, frame.line, height, hold=True)
    assert now.line == max(0, min(frame.line, height - after[index]))
    assert now.rows[now.line - now.gap] == (index, f"{index}.0")
    assert now.gap + len(now.rows) <= height


def test_the_grip_tells_where_one_is() -> None:
    heights = [2] * 100
    assert thumb_lines(filled(heights, 0, 0, 20), 100, 20) == range(0, 2)
    assert thumb_lines(filled(heights, 99, 20, 20), 100, 20) == range(18, 20)
    assert thumb_lines(filled(heights[:5], 0, 0, 20), 5, 20) == range(0)


def test_a_long_list_is_measured_only_where_it_shows() -> None:
    asked: set[int] = set()

    def lines_of(n: int) -> list[str]:
        asked.add(n)
        return ["a", "b", "c"]

    fill(lines_of, 1_000_000, 500_000, 10, 30)
    assert len(asked) <= 12
