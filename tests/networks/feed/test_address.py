from __future__ import annotations

import pytest

from tartantm.networks.feed.address import has_more, shown


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("https://a.example/f.xml", "https://a.example/f.xml"),
        ("https://a.example/f?key=s3cret", "https://a.example/f"),
        ("https://me:s3cret@a.example:8443/f", "https://a.example:8443/f"),
    ],
)
def test_a_key_is_not_shown_and_it_is_known_that_there_is_more(address: str, seen: str) -> None:
    assert shown(address) == seen
    assert has_more(address) == (address != seen)
