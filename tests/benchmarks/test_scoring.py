"""What is counted: the figures of posts whose places are known by hand."""

from __future__ import annotations

import pytest

from tartantm.core.events import Placement
from tests.benchmarks.recorded import Truth, truths_of
from tests.benchmarks.scoring import Calibration, Scored, by_rule, macro_f1, tally, tenths


def one(
    found: str | None,
    true: str | None,
    *,
    sure: float = 0.5,
    inbox: bool = False,
    listed: bool = True,
    either: tuple[str | None, ...] = (),
    certainty: str = "high",
) -> Scored:
    placement = Placement(found, "time", "", sure, inbox)
    return Scored(placement, listed, Truth(true, certainty, True, either))


POSTS = [
    one("Q1", "Q1", sure=0.9),
    one("Q1", "Q2", inbox=True, either=("Q1",)),
    one(None, None, sure=0.7, certainty="low"),
    one("Q2", "Q1", inbox=True, listed=False),
]


def test_figures() -> None:
    found = {name: part / of for name, (part, of) in tally(POSTS).items()}
    assert found == {
        "accuracy": 0.5,
        "either place": 0.75,
        "readers sure": pytest.approx(1 / 3),
        "macro-F1": pytest.approx((0.5 + 0 + 1) / 3),
        "inbox": 0.5,
        "listed inbox": 0.25,
        "right outside": 1.0,
        "promised": pytest.approx(0.65),
        "promised - real": pytest.approx(0.15),
        "promised outside": pytest.approx(0.8),
    }
    assert all(part == (0, 0) for part in tally([]).values())


def test_macro_f1_weighs_every_place_alike() -> None:
    assert macro_f1([("Q1", "Q1"), (None, None)]) == 1
    assert macro_f1([("Q1", "Q1"), ("Q1", "Q1"), ("Q2", "Q1")]) == pytest.approx(0.4)
    assert macro_f1([]) == 0


def test_a_confidence_that_promises_a_tenth_too_much_is_found_out() -> None:
    posts = [one("Q1", "Q1" if n % 10 < 7 else "Q2", sure=0.8) for n in range(100)]
    part, of = tally(posts)["promised - real"]
    assert part / of == pytest.approx(0.1)
    assert tenths(posts)[8].gap == pytest.approx(0.1)
    assert [each.posts for each in tenths(posts)] == [0, 0, 0, 0, 0, 0, 0, 0, 100, 0]


@pytest.mark.parametrize(
    ("sure", "tenth"),
    [(0.0, 0), (0.09, 0), (0.1, 1), (0.29, 2), (0.3, 3), (0.7, 7), (0.99, 9), (1, 9)],
)
def test_each_confidence_has_its_tenth(sure: float, tenth: int) -> None:
    assert [n for n, each in enumerate(tenths([one("Q1", "Q1", sure=sure)])) if each.posts] == [
        tenth
    ]


def test_what_decided_is_counted_by_itself() -> None:
    found = by_rule(POSTS)
    assert list(found) == ["time"]
    assert found["time"] == pytest.approx(Calibration(4, 2.6, 2))
    assert Calibration().gap == 0


def test_truths_know_who_read_and_what_else_is_as_good() -> None:
    def row(name: str, source: str, gold: str | None, **more: object) -> dict[str, object]:
        return {
            "id": name,
            "gold_question": gold,
            "gold_source": source,
            "gold_certainty": None if source == "unread" else "high",
            **more,
        }

    found = truths_of(
        [
            row("1", "read", "Q1", gold_all=["Q1", None]),
            row("2", "unread", None),
            row("3", "host", "Q2"),
            row("4", "unlabelled", "Q3"),
            row("5", "label", "Q3"),
        ]
    )
    assert [found[f"x:{n}"].labelled for n in range(1, 6)] == [True, False, False, False, True]
    assert [found["x:1"].allows(place) for place in ("Q1", None, "Q2")] == [True, True, False]
    assert [found["x:5"].allows(place) for place in ("Q3", None)] == [True, False]
