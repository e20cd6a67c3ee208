"""The ranker: its file of weights, its choice, its confidence."""

from __future__ import annotations

import json

import msgspec
import pytest

from tartantm.grouping.features import Case, Features, case_of
from tartantm.grouping.ranker import (
    SHIPPED,
    Choice,
    Weights,
    confidence,
    confidence_features,
    rank,
    shipped,
)
from tartantm.grouping.signals import gather
from tests.builders import post
from tests.grouping.evening import ISLA, SIX, Evening

PLAIN = msgspec.convert(
    {
        "about": "made up",
        "inbox": {
            name: {"below": 0.5, "share": 0.2, "outside": 0.9}
            for name in ("few", "usual", "thorough")
        },
        "weights": {"free": {"open": 2.0, "General": 0.5}},
        "confidence": {"free": {"always": 0.0, "chance": 1.0}},
    },
    Weights,
)


def case(**features: Features) -> Case:
    candidates: dict[str | None, Features] = {None: {"General": 1.0}}
    for place, each in features.items():
        candidates[place] = each
    return Case("free", candidates, ())


def test_the_shipped_file_is_readable_and_small() -> None:
    text = SHIPPED.read_text("utf-8")
    assert len(text) < 6_000 and len(text.splitlines()) < 170
    assert json.loads(text)["about"] == shipped().about
    limits = [shipped().inbox[each].below for each in ("few", "usual", "thorough")]
    assert 0.4 < limits[0] < limits[1] < limits[2] < 0.99


def test_the_heaviest_place_is_chosen() -> None:
    choice = rank(case(Q1={"open": 1.0}, Q2={"unheard of": 9.0}), PLAIN)
    assert choice.place == "Q1"
    assert choice.parts == {"open": 2.0}
    assert choice.odds == pytest.approx(1.03, abs=0.01)


def test_of_equals_the_first_is_chosen() -> None:
    assert rank(case(Q1={"open": 1.0}, Q2={"open": 1.0 + 1e-9}), PLAIN).place == "Q1"


def test_confidence_grows_with_the_odds_and_stays_below_one() -> None:
    sure = [
        confidence("free", {"always": 1.0, "chance": odds}, PLAIN) for odds in (-1, 0, 1, 4, 9.2)
    ]
    assert sure == sorted(sure) and sure[1] == 0.5 and sure[-1] <= 1
    assert confidence("unheard of", {"chance": 0.0}, PLAIN) == 0.5


def features_of(evening: Evening, text: str, minute: float, **more: object) -> Case:
    evening.grouper.place(post("new", text, minute, **more))
    placed = evening.grouper._memory.posts["x:new"]
    return case_of(gather(evening.grouper._memory, placed), evening.grouper._memory, placed)


def test_features_are_what_they_are_called() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("1", "A1: nobody keeps a strategy", 5, author="calum")
    found = features_of(evening, "@calum Which strategy, nobody? http://x.example", 12)
    assert found.situation == "free" and found.rests_on == ("x:1",)
    assert list(found.candidates) == [None, "Q1", "Q2"]
    general, first, second = found.candidates.values()
    assert {"General", "first post", "question mark", "link", "content words"} <= general.keys()
    assert {"open before", "speaks to somebody", "words of its posts"} <= first.keys()
    assert {"open", "fresh", "its words"} <= second.keys()
    assert 0 < first["speaks to somebody"] < 1


@pytest.mark.parametrize(
    ("text", "more", "situation"),
    [
        ("A1: never", {}, "labelled"),
        ("Never", {"reply_to": "x:1"}, "following"),
        ("Never", {"quote_of": "x:1"}, "following"),
        ("Hi all", {}, "talk"),
        ("Q2 coming up", {"author": ISLA}, "talk"),
        ("Never", {}, "free"),
    ],
)
def test_situations(text: str, more: dict[str, object], situation: str) -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.says("1", "A1: nobody does", 5, author="calum")
    assert features_of(evening, text, 8, **more).situation == situation


def test_who_follows_a_surer_post_is_surer() -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.says("1", "What a day for a ferry", 8)
    evening.says("2", "@ailsa Which one?", 9, author="calum", reply_to="x:1")
    memory = evening.grouper._memory
    placed = memory.posts["x:2"]
    line, found = confidence_features(
        Choice(None, 3.0, {}, ()), Case("following", {}, ()), gather(memory, placed), False
    )
    assert line == "following"
    surer = {**found, "followed": found["followed"] + 1}
    assert confidence(line, surer, shipped()) > confidence(line, found, shipped())


def test_the_shipped_weights_say_what_anybody_would() -> None:
    weights = shipped().weights
    assert weights["labelled"]["strong label"] > weights["labelled"]["medium label"] > 3
    assert weights["following"]["follows"] > 3
    assert weights["free"]["open"] > weights["free"]["open earlier"]
    assert weights["free"]["speaks to somebody"] > 0 < weights["free"]["words of its posts"]
    assert weights["talk"]["General"] > 2
