"""Well-formed inputs of every kind, to be damaged. All people and words are invented."""

from __future__ import annotations

import json

AGENDA_TOML = b"""title = "Talk about talk"
hashtags = ["tartantm"]
starts = 2026-06-17T18:00:00+01:00
timezone = "Europe/London"
labels = ["Q", "A"]
[[people]]
name = "Ailsa Example"
handles = ["ailsa@x", "@ailsa@mastodon.example"]
role = "host"
[[venues]]
name = "The Made-up Thistle"
[[questions]]
text = "Are the days of just doing it over?"
number = 1
minutes = 10
opens_at = 2026-06-17T18:05:00+01:00
asked_by = ["x:215501234567890"]
  [[questions.follow_ups]]
  text = "Do we have to?"
"""
AGENDA_MARKDOWN = b"""# Talk about talk #tartantm
Wednesday 17 June 2026, 6 pm
1. Are the days of just doing it over?
   - Do we have to?
2. Do we need a strategy?
"""
CONFIG = b"""theme = "paper"
sources = ["x", "feed:https://feed.example/"]
[network]
proxy = "http://127.0.0.1:3128"
[sources.x]
url = "https://x.example"
price = 0.01
cap = 5
token_command = ["pass", "x"]
[sources."mastodon:b.example"]
token_command = "secret"
[export]
x_text = "link"
[keys]
note.star = ["s", "ctrl+s"]
"""
THEME = b"""title = "Night"
"""
X = {
    "data": {
        "id": "1367655854690820096",
        "text": "A1 words &amp; more #tartantm https://t.example/1",
        "author_id": "7",
        "created_at": "2026-06-17T18:05:00.000Z",
        "conversation_id": "1",
        "edit_history_tweet_ids": ["1367655854690820096"],
        "referenced_tweets": [{"type": "replied_to", "id": "1"}],
        "entities": {
            "hashtags": [{"start": 20, "end": 29, "tag": "tartantm"}],
            "urls": [{"start": 30, "end": 50, "url": "https://t.example/1"}],
        },
        "attachments": {"media_keys": ["3_1"], "poll_ids": ["4"]},
    },
    "includes": {
        "users": [{"id": "7", "username": "ailsa", "name": "Ailsa Example"}],
        "tweets": [{"id": "1", "text": "Q1 words", "author_id": "7"}],
        "media": [{"media_key": "3_1", "type": "photo", "url": "https://m.example/a.png"}],
        "polls": [{"id": "4", "options": [{"position": 1, "label": "Yes", "votes": 2}]}],
    },
}
MASTODON = {
    "id": "110",
    "uri": "https://b.example/users/a/statuses/110",
    "url": "https://b.example/@a/110",
    "created_at": "2026-06-17T17:05:00.000Z",
    "edited_at": None,
    "visibility": "public",
    "in_reply_to_id": "109",
    "content": "<p>A1 <b>words</b> <a href='https://t.example'>link</a><br>#tartantm</p>",
    "spoiler_text": "talk",
    "language": "gd",
    "tags": [{"name": "tartantm", "url": "https://b.example/tags/tartantm"}],
    "mentions": [{"id": "2", "acct": "calum", "url": "https://b.example/@calum"}],
    "media_attachments": [{"type": "image", "url": "https://b.example/a", "description": "a pub"}],
    "poll": {"options": [{"title": "Yes", "votes_count": 2}]},
    "card": {"url": "https://t.example", "title": "A page"},
    "account": {
        "id": "1",
        "acct": "a",
        "username": "a",
        "display_name": "Ailsa",
        "url": "https://b.example/@a",
    },
}
BLUESKY = {
    "did": "did:plc:abcdefghijklmnopqrstuvwx",
    "time_us": 1781715900000000,
    "kind": "commit",
    "commit": {
        "rev": "3k",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "3kabcdefghijk",
        "cid": "bafy",
        "record": {
            "$type": "app.bsky.feed.post",
            "text": "A1 words “mìle” #tartantm",
            "createdAt": "2026-06-17T17:05:00.000Z",
            "langs": ["en"],
            "tags": ["tartantm"],
            "facets": [
                {
                    "index": {"byteStart": 20, "byteEnd": 29},
                    "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "tartantm"}],
                }
            ],
            "reply": {
                "root": {"uri": "at://did:plc:b/app.bsky.feed.post/1", "cid": "b"},
                "parent": {"uri": "at://did:plc:b/app.bsky.feed.post/1", "cid": "b"},
            },
        },
    },
}
SSE = b"event: update\ndata: " + json.dumps(MASTODON).encode() + b"\n\n:thump\n\n"
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Talk</title>
<item><title>A1 words</title><link>https://feed.example/1</link><guid>1</guid>
<pubDate>Wed, 17 Jun 2026 17:05:00 GMT</pubDate><category>tartantm</category>
<description>&lt;p&gt;Words #tartantm&lt;/p&gt;</description></item></channel></rss>"""


def line(value: object) -> bytes:
    """One line of an archive or a stream."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
