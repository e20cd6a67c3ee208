"""Log lines name nobody, and have no words of anybody's."""

from __future__ import annotations

import pytest

from tartantm.settings.nameless import nameless, wordless


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("no post 213000000000007919 there", "no post … there"),
        ("127.0.0.1:43931 after 12345678 bytes, 2026-06-17T17:05:00.123Z", None),
        ("asked for did:plc:rose.", "asked for did:…"),
        ("asked for did%3Aplc%3Arose, so", "asked for did:…, so"),
        ("at://did:plc:rose/app.bsky.feed.post/3k1 is gone", "at://… is gone"),
        ("@rose and \uff20ailsa@m.example, %40calum", "@… and @…, @…"),
        ("GET /users/rose/statuses/57: 404", "GET /users/…/statuses/…: 404"),
        ("GET /api/v1/accounts/verify_credentials: 200", None),
        ("GET /api/v1/statuses?limit=4: 200", None),
        ("GET /api/v1/timelines/tag/tea?limit=40: 200", None),
    ],
)
def test_who_was_asked_for_is_left_out(line: str, left: str | None) -> None:
    assert nameless(line) == (line if left is None else left)


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("invalid literal for int(): 'Zanzibar teapots'", "invalid literal for int(): '…'"),
        ('KeyError: "it\'s hers"\n', "KeyError: '…'\n"),
        ("no 'it's the Smiths' tea' at 5", "no '…' at 5"),
        ("'utf-8' codec can't encode 'Zanz' and it doesn't", "'…' and it doesn't"),
        ("no “Zanzibar\nteapots” so", "no '…' so"),
        ("bytes b'Zanz'", "bytes b'…'"),
        ("cut short: 'Zanzibar teap", "cut short: '…'"),
        ("it can't and doesn't", None),
        ("Expected `int`, got `str` - at `$.id`", None),
        ("no such post 213000000000007919", "no such post …"),
    ],
)
def test_what_an_exception_quotes_is_left_out(message: str, left: str | None) -> None:
    assert wordless(message) == (message if left is None else left)
