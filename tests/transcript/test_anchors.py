"""Anchors of posts."""

from __future__ import annotations

import re

from tartantm.transcript.anchors import anchor


def test_anchors_are_of_the_post_s_id_alone() -> None:
    assert anchor("x:215501234567") == "x-215501234567"
    assert anchor("mastodon:https://a.example/1") == "m_b5BxfjBd"
    odd = {anchor(f"bluesky:at://did:plc:a/app.bsky.feed.post/{n}") for n in range(5000)}
    assert len(odd) == 5000 and all(re.fullmatch(r"b_[\w-]{8}", one) for one in odd)
    for hostile in ('"><x', "::", "é:1", "", "\ud83d:\ud83d"):
        assert re.fullmatch(r"[a-z][-_][\w-]+", anchor(hostile))
