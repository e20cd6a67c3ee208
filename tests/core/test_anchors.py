"""Anchors of posts."""

from __future__ import annotations

import re

from tartantm.core.anchors import chat_tag, id_anchor, number_anchor, number_of, question_anchor


def test_anchors_by_number_say_of_which_chat() -> None:
    tags = {chat_tag(f"{n:016x}") for n in range(200)}
    assert len(tags) > 195 and all(re.fullmatch(r"[a-z2-7]{4}", tag) for tag in tags)
    assert chat_tag("") == chat_tag("") and chat_tag("00" * 8) != chat_tag("01" * 8)
    assert number_of(number_anchor(57, "k3fq")) == number_of("N57-K3FQ") == (57, "k3fq")
    for other in ("n57", "57", "p57", "n57-k3f", "n-57", "n57-k3fq9", "n" + "9" * 30 + "-k3fq"):
        assert number_of(other) is None


def test_anchors_by_id_are_of_the_post_s_id_alone() -> None:
    assert id_anchor("x:215501234567") == "x-215501234567"
    assert id_anchor("mastodon:https://a.example/1") == "m_b5BxfjBd"
    odd = {id_anchor(f"bluesky:at://did:plc:a/app.bsky.feed.post/{n}") for n in range(5000)}
    assert len(odd) == 5000 and all(re.fullmatch(r"b_[\w-]{8}", one) for one in odd)
    for hostile in ('"><x', "::", "é:1", "", "\ud83d:\ud83d"):
        assert re.fullmatch(r"[a-z][-_][\w-]+", id_anchor(hostile))


def test_no_two_kinds_of_anchors_meet() -> None:
    anchors = {number_anchor(12, "k3fq"), id_anchor("n:12"), question_anchor("N12"), "p12"}
    assert len(anchors) == 4 and question_anchor("Q3a") == "q3a"
